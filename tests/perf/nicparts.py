# SPDX-License-Identifier: GPL-2.0
"""The parts of tests/perf/nics: what is measured, and its table."""

import os
import re
import socket
import statistics
import time

import between
import stream
from bench import (cost, drop_at_sink, frames_at_sink, inside, ratio, rounds, sh, show_table,
                   sink_speaks, summary)
from between import ADDRESSES, WAYS
from lib import genl, rtnl
from parts import BURST, Part

TRAIN = 64                      # segments that the kernel makes of one packet at most
OCTETS = 18                     # behind Ethernet, IP and UDP: a frame of 60
UDP_SEGMENT = 103
TCP_BURST = 32 << 20
CHUNK = 1 << 20
MANY = 500
PINGS = 300
HOT_ADDS = 10
NAME_WIDTH = 26                 # of the tables' first column


def compared(raw):
    """Medians, and ratios to veth, macvlan and the bridge, tagged to tagged."""
    result = {}
    for name, values in raw.items():
        tagged = WAYS[name][1]
        others = {"to_veth": "veth_tagged" if tagged else "veth",
                  "to_bridge_vlan": "bridge_trunk" if tagged else "bridge_vlan",
                  "to_macvlan": "macvlan_tagged" if tagged else "macvlan"}
        result[name] = {**summary(values), **{how: ratio(values, raw[other])
                                              for how, other in others.items()
                                              if other in raw}}
    return result


def with_rates(result):
    """Not only how many times the other's time, but how many times its rate."""
    return {name: {**row, **{f"rate_{what}": 1 / row[what] for what in row
                             if what.startswith("to_")}} for name, row in result.items()}


def show_compared(result, title):
    macvlan = (("macvlan", 9, "{rate_to_macvlan:.2f}"),) if "macvlan" in result else ()
    show_table(title, NAME_WIDTH, (
        ("ns", 7, "{ns:.0f}"), ("min", 7, "{min_ns:.0f}"), ("max", 7, "{max_ns:.0f}"),
        ("spread", 8, "{spread_percent:.1f}%"),
        ("times the rate of:   veth", 28, "{rate_to_veth:.2f}"),
        ("bridge", 8, "{rate_to_bridge_vlan:.2f}"), *macvlan), with_rates(result))


def in_each(number, say, measure, ways=WAYS):
    """Compare what it measures between the hosts, given whether the frames are tagged."""
    def one(name):
        def between_hosts():
            with between.ready(name):
                return measure(WAYS[name][1])
        return between_hosts

    return compared(rounds(number, {name: one(name) for name in ways}, say))


def delete_nics(count):
    """n0 and those after it, with their ports, in one transaction."""
    words = "".join(f"port del sw0 n{i}\nnic del n{i}\n" for i in range(count))
    sh("vswctl -f -", text=words)


# --- frames: one by one, by pktgen ------------------------------------------------------

def frames_measure(number, bursts, say):
    def measure(tagged):
        drop_at_sink()
        sink_speaks(tagged)
        return cost(BURST, bursts, tagged)

    return in_each(number, say, measure)


def frames_show(result):
    show_compared(result, "60 octets, one by one")


# --- trains: many with one system call, cut by the sender's stack -------------------------

def train_ns(bursts):
    """Nanoseconds for a frame; all have to arrive."""
    with inside("gen"):
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with out:
        out.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, OCTETS)
        out.connect((ADDRESSES["sink"], 9))
        data = bytes(TRAIN * OCTETS)
        times = []
        before = frames_at_sink()
        for _ in range(bursts + 1):         # the first is not counted
            begun = time.monotonic_ns()
            for _ in range(BURST // TRAIN):
                out.send(data)
            times.append(time.monotonic_ns() - begun)
        sent, arrived = (bursts + 1) * (BURST // TRAIN) * TRAIN, frames_at_sink() - before
        if arrived != sent:
            raise SystemExit(f"sent {sent} frames, {arrived} arrived")
    return min(times[1:]) / (BURST // TRAIN * TRAIN)


def trains_measure(number, bursts, say):
    def measure(tagged):
        sh("ip netns exec gen ethtool -K g0 tx-udp-segmentation off")
        between.addressed(tagged)
        drop_at_sink()
        sink_speaks(tagged)
        return train_ns(bursts)

    # macvlan does not let go of its offloads
    return in_each(number, say, measure,
                   [name for name in WAYS if not name.startswith("macvlan")])


def trains_show(result):
    show_compared(result, f"60 octets, {TRAIN} at once")


# --- tcp ----------------------------------------------------------------------------------

def send_for_ever(out):
    data = memoryview(bytearray(CHUNK))
    try:
        while True:
            out.sendall(data)
    except OSError:
        os._exit(0)


def receive_ns(into, bursts):
    """Nanoseconds for a kilobyte of a stream: the least of some bursts."""
    buffer = bytearray(CHUNK)
    times = []
    for _ in range(3 * bursts + 1):
        left = TCP_BURST
        begun = time.monotonic_ns()
        while left > 0:
            left -= into.recv_into(buffer)
        times.append((time.monotonic_ns() - begun) * 1024 / (TCP_BURST - left))
    return min(times[1:])


def tcp_ns(bursts):
    with inside("sink"):
        server = socket.create_server((ADDRESSES["sink"], 9))
    with inside("gen"):
        client = socket.socket()
    client.connect((ADDRESSES["sink"], 9))
    into, _ = server.accept()
    child = os.fork()
    if not child:
        into.close()
        send_for_ever(client)
    client.close()
    try:
        return receive_ns(into, bursts)
    finally:
        into.close()
        server.close()
        os.waitpid(child, 0)


def tcp_measure(number, bursts, say):
    def measure(tagged):
        between.addressed(tagged)
        return tcp_ns(bursts)

    result = in_each(number, say, measure)
    for row in result.values():
        row["gbit_s"] = round(8 * 1024 / row["ns"], 2)
    return result


def tcp_show(result):
    show_table("TCP, MTU 1500", NAME_WIDTH, (
        ("Gbit/s", 8, "{gbit_s:.2f}"), ("spread", 8, "{spread_percent:.1f}%"),
        ("rate to veth", 14, "{rate_to_veth:.3f}"),
        ("to macvlan", 12, "{rate_to_macvlan:.3f}"),
        ("to bridge", 12, "{rate_to_bridge_vlan:.3f}")), with_rates(result))


# --- hotadd -------------------------------------------------------------------------------

def each_gap(action):
    """Longest gap, in ms, in a stream between two NICs, for each time that it is done."""
    windows = []

    def often():
        for i in range(HOT_ADDS):
            begun = time.clock_gettime_ns(time.CLOCK_REALTIME)
            action(i)
            windows.append((begun, time.clock_gettime_ns(time.CLOCK_REALTIME)))
            time.sleep(0.005)

    with between.ready("vswnic"):
        frames, _, _, sent = stream.observe(often)
        if len(frames) != sent:
            raise SystemExit(f"sent {sent} frames, {len(frames)} arrived")
        return [stream.figures(frames, *window, sent)["gap_ms"] for window in windows]


def hotadd_measure(number, _bursts, say):
    """While others are made, plugged in and brought up, and while nothing happens."""
    vsw, links = genl.Vsw(), rtnl.Links()
    vsw.alarm.close()               # no one listens

    def add(i):
        vsw.add_nic(f"n{i}", "guest")
        vsw.add_port("sw0", f"n{i}", nic=f"n{i}")
        links.up(f"n{i}")

    def added():
        gaps = each_gap(add)
        for i in range(HOT_ADDS):
            vsw.del_nic(f"n{i}")
        return gaps

    raw = rounds(number, {"idle": lambda: each_gap(lambda i: time.sleep(0.001)),
                          "added": added}, say)
    vsw.socket.close()
    links.close()
    result = {}
    for name, turns in raw.items():
        gaps = [gap for turn in turns for gap in turn]
        quarters = statistics.quantiles(gaps, n=4)
        result[name] = {"times": len(gaps), "min_ms": round(min(gaps), 3),
                        "quarter_ms": round(quarters[0], 3), "gap_ms": round(quarters[1], 3),
                        "max_ms": round(max(gaps), 3)}
    return result


def hotadd_show(result):
    show_table("longest gap, ms", NAME_WIDTH, (
        ("times", 8, "{times}"), ("least", 8, "{min_ms:.2f}"),
        ("quarter", 9, "{quarter_ms:.2f}"), ("median", 8, "{gap_ms:.2f}"),
        ("most", 8, "{max_ms:.2f}")), result)


# --- many ---------------------------------------------------------------------------------

def ping_us():
    """Median round trip, as ping sees it; the next is sent when the last is back."""
    text = sh(f"ip netns exec gen ping -q -f -c {PINGS} {ADDRESSES['sink']}")
    sent = re.search(r"(\d+) packets transmitted, (\d+) received", text)
    if int(sent[1]) != int(sent[2]):
        raise SystemExit(text)
    return float(re.search(r"= ([\d.]+)/([\d.]+)/", text)[2]) * 1000


def make_many():
    """All but the two that are there, in one transaction; seconds."""
    words = "".join(f"nic add n{i} type guest\nport add sw0 n{i} nic n{i}\n"
                    for i in range(MANY - 2))
    begun = time.monotonic()
    sh("vswctl -f -", text=words)
    return time.monotonic() - begun


def up_many():
    begun = time.monotonic()
    sh("ip -batch -", text="".join(f"link set n{i} up\n" for i in range(MANY - 2)))
    return time.monotonic() - begun


def many_measure(number, bursts, say):
    raw = {"few": [], "many": [], "create": [], "up": []}
    with between.ready("vswnic"):
        between.addressed(False)
        ping_us()
        for turn in range(number):
            say(f"round {turn + 1} of {number}")
            raw["few"].append(min(ping_us() for _ in range(bursts)))
            raw["create"].append(make_many())
            raw["up"].append(up_many())
            raw["many"].append(min(ping_us() for _ in range(bursts)))
            delete_nics(MANY - 2)
    return {"nics": MANY, "create_s": round(statistics.median(raw["create"]), 3),
            "up_s": round(statistics.median(raw["up"]), 3),
            "ping_us": {name: round(statistics.median(raw[name]), 1)
                        for name in ("few", "many")},
            "ping_ratio": ratio(raw["many"], raw["few"])}


def many_show(result):
    print(f"\n{MANY} NICs: made and plugged in {result['create_s']:.2f} s, brought up "
          f"{result['up_s']:.2f} s; ping {result['ping_us']['few']:.1f} us with 2, "
          f"{result['ping_us']['many']:.1f} us with {MANY} (ratio {result['ping_ratio']:.2f})")


PARTS = {
    "frames": Part(frames_measure, frames_show),
    "trains": Part(trains_measure, trains_show),
    "tcp": Part(tcp_measure, tcp_show),
    "hotadd": Part(hotadd_measure, hotadd_show),
    "many": Part(many_measure, many_show),
}
