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
import time

CLONE_NEWNET = 0x40000000
GEN_MAC, SINK_MAC = "02:00:00:00:0a:01", "02:00:00:00:0b:01"
MANY_MACS = "02:01:00:00:00:00"     # the first of many stations behind s0
VID = 10
IPV6_OFF = "/proc/sys/net/ipv6/conf/default/disable_ipv6"

libc = ctypes.CDLL(None, use_errno=True)


def sh(words, check=True, text=""):
    """Run a command that reads a text; its output."""
    done = subprocess.run(shlex.split(words), input=text, text=True,
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


def make_spaces():
    """Of two hosts, in which no one says anything by itself."""
    for netns in ("gen", "sink"):
        sh(f"ip netns add {netns}")
        with inside(netns):
            put(IPV6_OFF, "1")
    put(IPV6_OFF, "1")


def drop_at_sink():
    """What arrives is counted and goes no further."""
    sh("tc -n sink qdisc add dev s0 clsact")
    sh("tc -n sink filter add dev s0 ingress matchall action drop")


def make_hosts():
    """Two hosts and the near ends of their cables."""
    make_spaces()
    for netns, dev, port, mac in (("gen", "g0", "p0", GEN_MAC), ("sink", "s0", "p1", SINK_MAC)):
        sh(f"ip link add {port} type veth peer name {dev} address {mac} netns {netns}")
        sh(f"ip link set {port} up")
        sh(f"ip -n {netns} link set {dev} up")
    drop_at_sink()


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


class Pktgen:
    """A generator at a netdev: set up once, started as often as one likes."""

    FOLDER = "/proc/thread-self/net/pktgen"

    def __init__(self, netns, dev, count, **settings):
        self.netns, self.dev, self.count = netns, dev, count
        settings = {"count": count, "pkt_size": 60, "delay": 0, "clone_skb": 0, **settings}
        with inside(netns):
            put(f"{self.FOLDER}/kpktgend_0", "rem_device_all")
            put(f"{self.FOLDER}/kpktgend_0", f"add_device {dev}")
            for name, value in settings.items():
                put(f"{self.FOLDER}/{dev}", f"{name} {value}")

    def run(self):
        """Send all frames; nanoseconds for each. To start it takes an eighth of a second."""
        with inside(self.netns):
            put(f"{self.FOLDER}/{self.dev}", f"count {self.count}")
            # On a busy machine this returns before the generator has begun; its last
            # result is gone, as the line above was the last that it answered.
            put(f"{self.FOLDER}/pgctrl", "start")
            for _ in range(1000):
                with open(f"{self.FOLDER}/{self.dev}") as file:
                    text = file.read()
                result = re.search(r"Result: OK: (\d+)\(.*?\) usec, (\d+)", text)
                if result:
                    break
                time.sleep(0.01)
        if not result or int(result[2]) != self.count:
            raise SystemExit(f"pktgen on {self.dev}:\n{text}")
        return int(result[1]) * 1000 / self.count


def cost(count, bursts, tagged=False, **settings):
    """Nanoseconds for a frame through the relay: the least of some short bursts.

    Whatever else the machine does only ever adds to one. All frames must arrive.
    """
    if tagged:
        settings["vlan_id"] = VID
    generator = Pktgen("gen", "g0", count, dst_mac=settings.pop("dst_mac", SINK_MAC),
                       src_mac=GEN_MAC, **settings)
    generator.run()     # caches warm, the source learned
    before = frames_at_sink()
    result = min(generator.run() for _ in range(bursts))
    arrived = frames_at_sink() - before
    if arrived != count * bursts:
        raise SystemExit(f"sent {count * bursts} frames, {arrived} arrived")
    return result


def learn(count):
    """Many stations speak behind p1."""
    Pktgen("sink", "s0", count, dst_mac=GEN_MAC, src_mac=MANY_MACS, src_mac_count=count).run()


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
    quarters = statistics.quantiles(values * 2, n=4)
    middle = statistics.median(values)
    return {"ns": round(middle, 1), "min_ns": round(min(values), 1), "max_ns": round(max(values), 1),
            "spread_percent": round(100 * (quarters[2] - quarters[0]) / middle, 1)}


def ratio(values, others):
    """Median of the rounds' own ratios: what changes between rounds cancels out."""
    return round(statistics.median(x / y for x, y in zip(values, others)), 3)


def show_table(title, width, columns, result):
    """A line for each row. A column is a head, a width, and the format of a cell, in which
    the figures of the row have their names."""
    print(f"\n{title:<{width}}" + "".join(f"{head:>{room}}" for head, room, _ in columns))
    for name, row in result.items():
        print(f"{name:<{width}}" + "".join(f"{cell.format(**row):>{room}}"
                                          for _, room, cell in columns))


def in_front():
    """From here on no one else gets the CPU that we want, if we may say so."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pass


def _find(result, path):
    for name in path:
        result = result.get(name, {})
    return None if result == {} else result


def judge(result, budgets):
    """Each budget (what, limit, where), and whether it is kept."""
    judged = []
    for what, limit, path in budgets:
        value = _find(result, path)
        if value is not None:
            judged.append({"what": what, "limit": round(limit, 3), "value": value,
                           "ok": value <= limit})
    return judged


def print_budgets(budgets):
    print(f"\n{'budget':<48}{'limit':>8}{'figure':>8}")
    for budget in budgets:
        print(f"{budget['what']:<48}{budget['limit']:>8.3f}{budget['value']:>8.3f}"
              f"  {'ok' if budget['ok'] else 'MISSED'}")


def write_json(name, result):
    path = os.path.join(os.environ.get("VSW_OUT", "build/out"), f"{name}.json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    return path
