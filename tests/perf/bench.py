# SPDX-License-Identifier: GPL-2.0
"""What the measurements share: two hosts, a generator, and what is between.

    netns gen                   (initial)                    netns sink
    g0 <-------- veth --------> p0  ?  p1 <-------- veth --------> s0
    pktgen                          the relay                  tc: drop all

A relay is whatever takes p0 and p1 over: a null handler, a bridge, this switch.
"""

import contextlib
import ctypes
import json
import os
import re
import shlex
import socket
import statistics
import struct
import subprocess

CLONE_NEWNET = 0x40000000
GEN_MAC, SINK_MAC = "02:00:00:00:0a:01", "02:00:00:00:0b:01"
MANY_MACS = "02:01:00:00:00:00"     # the first of many stations behind s0
VID = 10
BURSTS = 5

libc = ctypes.CDLL(None, use_errno=True)


def sh(words, check=True):
    """Run a command; its output."""
    done = subprocess.run(shlex.split(words), stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if check and done.returncode:
        raise SystemExit(f"{words}: exit status {done.returncode}\n{done.stdout}")
    return done.stdout


def vswctl_json(words):
    return json.loads(sh(f"vswctl -j {words}") or "[]")


@contextlib.contextmanager
def inside(netns):
    """In a network namespace, for as long as the block lasts."""
    with open("/proc/thread-self/ns/net") as home, open(f"/run/netns/{netns}") as away:
        if libc.setns(away.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"netns {netns}")
        try:
            yield
        finally:
            libc.setns(home.fileno(), CLONE_NEWNET)


def put(path, text):
    with open(path, "w") as file:
        file.write(text + "\n")


def make_hosts():
    """Two hosts and the near ends of their cables."""
    for netns, dev, port, mac in (("gen", "g0", "p0", GEN_MAC), ("sink", "s0", "p1", SINK_MAC)):
        sh(f"ip netns add {netns}")
        for where in (contextlib.nullcontext(), inside(netns)):
            with where:
                put("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1")
        sh(f"ip link add {port} type veth peer name {dev} address {mac} netns {netns}")
        sh(f"ip link set {port} up")
        sh(f"ip -n {netns} link set {dev} up")
    sh("tc -n sink qdisc add dev s0 clsact")
    sh("tc -n sink filter add dev s0 ingress matchall action drop")


def frames_at_sink():
    with inside("sink"), open("/proc/thread-self/net/dev") as file:
        return int(re.search(r"s0:\s*\d+\s+(\d+)", file.read())[1])


def sink_speaks(tagged=False):
    """One frame, so that its address is known behind p1."""
    destination, source = (bytes.fromhex(mac.replace(":", "")) for mac in (GEN_MAC, SINK_MAC))
    tag = struct.pack("!HH", 0x8100, VID) if tagged else b""
    with inside("sink"), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind(("s0", 0))
        out.send(destination + source + tag + b"\x88\xb5" + bytes(46))


def pktgen(netns, dev, count, **settings):
    """Send count frames of 60 bytes; nanoseconds for each."""
    settings = {"count": count, "pkt_size": 60, "delay": 0, "clone_skb": 0, **settings}
    with inside(netns):
        folder = "/proc/thread-self/net/pktgen"
        put(f"{folder}/kpktgend_0", "rem_device_all")
        put(f"{folder}/kpktgend_0", f"add_device {dev}")
        for name, value in settings.items():
            put(f"{folder}/{dev}", f"{name} {value}")
        put(f"{folder}/pgctrl", "start")
        with open(f"{folder}/{dev}") as file:
            text = file.read()
        put(f"{folder}/kpktgend_0", "rem_device_all")
    result = re.search(r"Result: OK: (\d+)\(.*?\) usec, (\d+)", text)
    if not result or int(result[2]) != count:
        raise SystemExit(f"pktgen on {dev}:\n{text}")
    return int(result[1]) * 1000 / count


def forward(count, tagged=False, **settings):
    """Send through the relay, all of it must arrive; nanoseconds for each frame."""
    if tagged:
        settings["vlan_id"] = VID
    settings = {"dst_mac": SINK_MAC, "src_mac": GEN_MAC, **settings}
    before = frames_at_sink()
    result = pktgen("gen", "g0", count, **settings)
    arrived = frames_at_sink() - before
    if arrived != count:
        raise SystemExit(f"sent {count} frames, {arrived} arrived")
    return result


def cost(count, tagged=False, **settings):
    """Nanoseconds for a frame: the least of some bursts, as whatever else the machine
    does only ever adds to it."""
    forward(count // BURSTS, tagged, **settings)    # caches warm, the source learned
    return min(forward(count // BURSTS, tagged, **settings) for _ in range(BURSTS))


def learn(count):
    """Many stations speak behind p1."""
    pktgen("sink", "s0", count, dst_mac=GEN_MAC, src_mac=MANY_MACS, src_mac_count=count)


def rounds(number, measurements, say=lambda text: None):
    """Each measurement in each round, so that whatever the machine does hits all."""
    results = {name: [] for name in measurements}
    for turn in range(number):
        say(f"round {turn + 1} of {number}")
        for name, measure in measurements.items():
            results[name].append(measure())
    return results


def summary(values):
    """Median and how far the middle half of the values is apart."""
    quarters = statistics.quantiles(values, n=4)
    middle = statistics.median(values)
    return {"ns": round(middle, 1), "min_ns": round(min(values), 1), "max_ns": round(max(values), 1),
            "spread_percent": round(100 * (quarters[2] - quarters[0]) / middle, 1)}


def ratio(values, others):
    """Median of the rounds' own ratios: what changes between rounds cancels out."""
    return round(statistics.median(x / y for x, y in zip(values, others)), 3)


def write_json(name, result):
    path = os.path.join(os.environ.get("VSW_OUT", "build/out"), f"{name}.json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    return path
