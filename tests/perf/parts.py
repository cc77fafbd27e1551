# SPDX-License-Identifier: GPL-2.0
"""The parts of tests/perf/quick: what is measured, and its table."""

import contextlib
import re
import time
from typing import Callable, NamedTuple

from bench import (MANY_MACS, cost, learn, ratio, rounds, sh, show_table, sink_speaks,
                   summary, vswctl_json)
from relays import ACCESS, RELAYS, bridge, vswitch

BURST = 20000           # frames, some tens of milliseconds
STATIONS = 64000
FEW = 100
PORTS = 1000


def one_way(relay, bursts, tagged=False):
    """Time for a frame through a relay that is made for it."""
    with relay():
        sink_speaks(tagged)
        return cost(BURST, bursts, tagged)


# --- path ------------------------------------------------------------------------------

def path_measure(number, bursts, say):
    def one(name):
        relay, tagged = RELAYS[name]
        return lambda: one_way(relay, bursts, tagged)

    raw = rounds(number, {name: one(name) for name in RELAYS}, say)
    result = {}
    for name, values in raw.items():
        tagged = RELAYS[name][1]
        null, vlan = ("null_tagged", "bridge_trunk") if tagged else ("null", "bridge_vlan")
        result[name] = {**summary(values), "to_null": ratio(values, raw[null]),
                        "to_bridge_vlan": ratio(values, raw[vlan])}
    return result


def path_show(result):
    show_table("60 bytes, one flow", 18, (
        ("ns", 8, "{ns:.0f}"), ("min", 8, "{min_ns:.0f}"), ("max", 8, "{max_ns:.0f}"),
        ("spread", 8, "{spread_percent:.1f}%"), ("to null", 9, "{to_null:.2f}"),
        ("to bridge_vlan", 16, "{to_bridge_vlan:.2f}")), result)


# --- lookup ----------------------------------------------------------------------------

def known_stations():
    """Addresses that the switch has learned."""
    return vswctl_json("switch show sw0")[0]["fdb_count"]


def learn_rest(stations, say):
    """A table that is growing turns some away: they are learned when they speak again."""
    for _ in range(5):
        known = known_stations()
        if known >= stations:
            return
        say(f"{known} of {stations} stations were learned at once")
        learn(stations)
    raise SystemExit(f"{known} of {stations} stations were learned")


def lookup_rounds(relay, is_vswitch, number, bursts, say):
    """One destination and all in turn, with few stations and with many."""
    def one(stations, rotate):
        def measure():
            with relay():
                sink_speaks()
                learn(stations)
                if is_vswitch:
                    learn_rest(stations, say)
                if rotate:
                    return cost(STATIONS, max(2, bursts * BURST // STATIONS), dst_mac=MANY_MACS,
                                dst_mac_count=stations)
                return cost(BURST, bursts, dst_mac=MANY_MACS)
        return measure

    return rounds(number, {
        "one_few": one(FEW, False), "one_many": one(STATIONS, False),
        "all_few": one(FEW, True), "all_many": one(STATIONS, True)}, say)


def lookup_measure(number, bursts, say):
    result = {"stations": STATIONS, "few": FEW}
    for name, relay in (("bridge_vlan", lambda: bridge("access")),
                        ("vswitch", lambda: vswitch(ACCESS))):
        say(name)
        raw = lookup_rounds(relay, name == "vswitch", number, bursts, say)
        result[name] = {what: summary(values) for what, values in raw.items()}
        result[name]["one_ratio"] = ratio(raw["one_many"], raw["one_few"])
        result[name]["all_ratio"] = ratio(raw["all_many"], raw["all_few"])
    return result


def lookup_show(result):
    print(f"\n{'stations known':<34}{FEW:>10}{STATIONS:>10}{'ratio':>8}")
    for name in ("bridge_vlan", "vswitch"):
        row = result[name]
        for how, text in (("one", "one destination"), ("all", "all in turn")):
            print(f"{name + ', ' + text:<34}{row[how + '_few']['ns']:>7.0f} ns"
                  f"{row[how + '_many']['ns']:>7.0f} ns{row[how + '_ratio']:>8.2f}")


# --- ports -----------------------------------------------------------------------------

def command_ms(number=50):
    """What a command costs that asks nothing of the kernel."""
    start = time.monotonic()
    for _ in range(number):
        sh("vswctl -V")
    return 1000 * (time.monotonic() - start) / number


def make_ports(switch, number):
    """Ports with a NIC each, by commands of their own; seconds in all."""
    start = time.monotonic()
    for i in range(number):
        sh(f"vswctl nic add n{i} type guest")
        sh(f"vswctl port add {switch} n{i} vlan {ACCESS} nic n{i}")
    return time.monotonic() - start


def ports_measure(number, bursts, say):
    sh("vswctl switch add big")
    seconds = make_ports("big", PORTS - 2)
    say(f"{PORTS - 2} ports with NICs: {seconds:.1f} s")
    raw = rounds(number, {
        "few": lambda: one_way(lambda: vswitch(ACCESS), bursts),
        "many": lambda: one_way(lambda: vswitch(ACCESS, switch="big"), bursts)}, say)
    start = time.monotonic()
    sh("vswctl switch del big")
    gone = time.monotonic() - start
    for i in range(PORTS - 2):
        sh(f"vswctl nic del n{i}")
    return {"ports": PORTS, "few": summary(raw["few"]), "many": summary(raw["many"]),
            "ratio": ratio(raw["many"], raw["few"]), "create_seconds": round(seconds, 2),
            "create_ms_each": round(1000 * seconds / (PORTS - 2), 2),
            "command_ms": round(command_ms(), 2),
            "switch_del_seconds": round(gone, 3)}


def ports_show(result):
    print(f"\n{'ports':<34}{2:>10}{result['ports']:>10}{'ratio':>8}")
    print(f"{'vswitch, one destination':<34}{result['few']['ns']:>7.0f} ns"
          f"{result['many']['ns']:>7.0f} ns{result['ratio']:>8.2f}")
    print(f"{PORTS - 2} x (nic add + port add), a command each: {result['create_seconds']:.1f} s, "
          f"{result['create_ms_each']:.1f} ms a pair (vswctl -V: {result['command_ms']:.1f} ms); "
          "switch del: "
          f"{1000 * result['switch_del_seconds']:.0f} ms")


# --- memory ----------------------------------------------------------------------------

def memory():
    """Octets in use: allocator, virtual mappings, per-CPU chunks."""
    with open("/proc/slabinfo") as file:
        rows = [line.split() for line in file.readlines()[2:]]
    with open("/proc/meminfo") as file:
        info = {name: int(value) * 1024
                for name, value in re.findall(r"(\w+):\s+(\d+)", file.read())}
    kmalloc = sum(int(row[1]) * int(row[3]) for row in rows if row[0].startswith("kmalloc"))
    return {"kmalloc": kmalloc, "vmalloc": info["VmallocUsed"], "percpu": info["Percpu"]}


@contextlib.contextmanager
def bare_ports(number):
    sh("vswctl switch add mem")
    yield lambda: [sh(f"vswctl port add mem p{i} vlan {ACCESS}") for i in range(number)]
    sh("vswctl switch del mem")


def memory_measure(_number, _bursts, say):
    say(f"{PORTS} ports without NIC")
    # What the first ports bring along (caches, a chunk) is not theirs.
    with bare_ports(10) as make:
        make()
    with bare_ports(PORTS) as make:
        before = memory()
        make()
        after = memory()
    each = {name: round((after[name] - before[name]) / PORTS) for name in before}
    return {**{f"{name}_bytes": value for name, value in each.items()},
            "bytes_without_percpu": each["kmalloc"] + each["vmalloc"]}


def memory_show(result):
    print(f"\nmemory of a port: {result['bytes_without_percpu']} octets "
          f"(kmalloc {result['kmalloc_bytes']}, vmalloc {result['vmalloc_bytes']}), "
          f"and {result['percpu_bytes']} per-CPU with one CPU")


class Part(NamedTuple):
    measure: Callable
    show: Callable


PARTS = {
    "path": Part(path_measure, path_show),
    "lookup": Part(lookup_measure, lookup_show),
    "ports": Part(ports_measure, ports_show),
    "memory": Part(memory_measure, memory_show),
}

