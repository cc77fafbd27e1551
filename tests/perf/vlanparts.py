# SPDX-License-Identifier: GPL-2.0
"""The parts of tests/perf/vlans: what is measured, and its table."""

import contextlib
import os
import re
import statistics
import time

from bench import SINK_MAC, cost, put, ratio, rounds, sh, show_table, sink_speaks, summary
from lib import genl
from lib.genl import Op, access, groups, hybrid, no_vlan, states, trunk, tunnel, vid_map
from parts import Part, memory

BURST = 20000           # frames, some tens of milliseconds
PORTS = 1000
OPS_OF_A_PART = 100     # of a batch: some 100 kB
ALL = "1-4094"
CARRIED = 1010          # the VLAN inside, where VLAN ids are translated
SCRIPT = "/tmp/ports"

DEMOTE = {"pcp_table": "5p3d", "prio_regen": bytes((1, 0, 3, 2, 5, 4, 7, 6)),
          "default_prio": 3}

# Names a row, and what a port of it is.
MODES = {"none": no_vlan(), "access": access(10), "trunk": trunk(ALL, native=10),
         "hybrid": hybrid(ALL, "10-99", 10), "tunnel": tunnel(10, "0-4094")}
EVERYTHING = {**MODES["hybrid"], **DEMOTE, **vid_map((10, CARRIED)), "prio_tags": "always",
              **states(i2="discarding", i3="learning")}


def open_vsw():
    """No one listens to events."""
    vsw = genl.Vsw()
    vsw.alarm.close()
    return vsw


# --- config ----------------------------------------------------------------------------

def add_ports(settings, number):
    return [Op("port_new", switch="big", name=f"p{at}", **settings) for at in range(number)]


def change_ports(settings, number):
    return [Op("port_set", switch="big", name=f"p{at}", **settings) for at in range(number)]


def bodies(ops):
    """The messages of one transaction, packed beforehand."""
    parts = [ops[at:at + OPS_OF_A_PART] for at in range(0, len(ops), OPS_OF_A_PART)]
    return [genl.batch_body(part, number or None, part is not parts[-1])
            for number, part in enumerate(parts)]


@contextlib.contextmanager
def big_switch(vsw):
    vsw.add_switch("big", instances=groups((20, 2), (30, 3)))
    yield
    vsw.del_switch("big")


def send(vsw, messages):
    """Seconds that a transaction takes."""
    begun = time.monotonic()
    for message in messages:
        vsw.socket.request(vsw.family, message)
    return time.monotonic() - begun


def added(vsw, messages):
    with big_switch(vsw):
        return send(vsw, messages)


def changed(vsw, before, messages):
    with big_switch(vsw):
        send(vsw, before)
        return send(vsw, messages)


def by_vswctl(vsw):
    """A process, and a file of as many commands."""
    with big_switch(vsw):
        begun = time.monotonic()
        sh(f"vswctl -f {SCRIPT}")
        return time.monotonic() - begun


def write_script():
    with open(SCRIPT, "w") as file:
        for number in range(PORTS):
            file.write(f"port add big p{number} vlan trunk {ALL}\n")


CONFIGS = ("none added", "trunk added", "hybrid added", "all tables added", "none to trunk",
           "vswctl -f, trunk added")


def config_measure(number, _bursts, say):
    vsw = open_vsw()
    write_script()
    none, to_trunk, *add = [bodies(ops) for ops in (
        add_ports(MODES["none"], PORTS), change_ports(MODES["trunk"], PORTS),
        add_ports(MODES["trunk"], PORTS), add_ports(MODES["hybrid"], PORTS),
        add_ports(EVERYTHING, PORTS))]
    ways = [lambda messages=messages: added(vsw, messages) for messages in (none, *add)]
    raw = rounds(number, dict(zip(CONFIGS, (
        *ways, lambda: changed(vsw, none, to_trunk), lambda: by_vswctl(vsw)))), say)
    vsw.socket.close()
    return {name: {"s": round(statistics.median(values), 3), "min_s": round(min(values), 3),
                   "us_a_port": round(1e6 * statistics.median(values) / PORTS, 1)}
            for name, values in raw.items()}


def config_show(result):
    show_table(f"{PORTS} ports, one transaction", 28, (
        ("s", 8, "{s:.3f}"), ("least", 8, "{min_s:.3f}"), ("us a port", 12, "{us_a_port:.0f}")),
        result)


# --- memory ----------------------------------------------------------------------------

TRACING = "/sys/kernel/tracing"
EVENTS = ("kmalloc", "kmalloc_node", "kfree")
ALLOCATED = re.compile(r": kmalloc(?:_node)?: call_site=(\S+).* ptr=(\S+) .*bytes_alloc=(\d+)")
OURS = re.compile(r"vsw_|kvmalloc_node\+")
FREED = re.compile(r": kfree: .*ptr=(\S+)")


def trace(enable):
    for event in EVENTS:
        path = f"{TRACING}/events/kmem/{event}/enable"
        if os.path.exists(path):    # newer kernels have one for both kinds
            put(path, str(enable))
    put(f"{TRACING}/options/hash-ptr", str(1 - enable))


def kept_octets(lines):
    """Of what functions of the module have allocated, that which was not freed again."""
    kept = {}
    for line in lines:
        if found := ALLOCATED.search(line):
            kept[found[2]] = int(found[3]) if OURS.match(found[1]) else 0
        elif found := FREED.search(line):
            kept.pop(found[1], None)
    return sum(kept.values())


def state_bytes(vsw, settings):
    """What a port is given when its VLANs are set, and what frames of it then go by."""
    vsw.add_port("big", "one")
    put(f"{TRACING}/trace", "")
    trace(1)
    vsw.set_port("big", "one", **settings)
    trace(0)
    with open(f"{TRACING}/trace") as file:
        octets = kept_octets(file)
    vsw.del_port("big", "one")
    return octets


def in_use():
    """Octets, with blocks that are too large for the allocator's caches: it accounts for
    them, too, but they are in none of its lists."""
    with open("/proc/slabinfo") as file:
        rows = [line.split() for line in file.readlines()[2:]]
    listed = sum(int(row[-2]) * int(row[5]) for row in rows) * os.sysconf("SC_PAGE_SIZE")
    with open("/proc/meminfo") as file:
        slab = int(re.search(r"^Slab:\s+(\d+)", file.read(), re.M)[1]) * 1024
    return {**memory(), "large": slab - listed}


def port_bytes(vsw, settings):
    """Octets for each port, without what the first ones bring along."""
    def ports(kind, number):
        return bodies([Op("port_new", switch="big", name=f"{kind}{at}", **settings)
                       for at in range(number)])
    send(vsw, ports("first", 10))
    before = in_use()
    send(vsw, ports("p", PORTS))
    after = in_use()
    return {name: round((after[name] - before[name]) / PORTS) for name in before}


def memory_measure(_number, _bursts, say):
    vsw = open_vsw()
    result = {}
    for name, settings in {**MODES, "all tables": EVERYTHING}.items():
        say(name)
        with big_switch(vsw):
            each = port_bytes(vsw, settings)
            result[name] = {"bytes": each["kmalloc"] + each["large"] + each["vmalloc"],
                            "percpu_bytes": each["percpu"],
                            "state_bytes": state_bytes(vsw, settings)}
        time.sleep(1)       # what is freed after a grace period is not the next one's
    vsw.socket.close()
    return result


def memory_show(result):
    show_table("octets of a port", 28, (
        ("in all", 8, "{bytes}"), ("per-CPU", 10, "{percpu_bytes}"),
        ("its VLANs", 12, "{state_bytes}")), result)


# --- Frames ----------------------------------------------------------------------------

@contextlib.contextmanager
def switch(vsw, p0, p1, fdb=(), **settings):
    vsw.add_switch("sw0", **settings)
    for name, port in (("p0", p0), ("p1", p1)):
        vsw.add_port("sw0", name, nic=name, **port)
    for entry in fdb:
        vsw.add_fdb("sw0", **entry)
    while not all(vsw.port("sw0", name)["oper"] for name in ("p0", "p1")):
        time.sleep(0.01)
    yield
    vsw.del_switch("sw0")


def frame_cost(bursts, tagged, *ports, **settings):
    vsw = open_vsw()
    with contextlib.closing(vsw.socket), switch(vsw, *ports, **settings):
        sink_speaks(tagged)
        return cost(BURST, bursts, tagged)


def rows(raw, plain):
    """@plain: what each is compared with."""
    return {name: {**summary(values), "to_plain": ratio(values, raw[plain[name]])}
            for name, values in raw.items()}


FRAME_COLUMNS = (("ns", 8, "{ns:.0f}"), ("min", 8, "{min_ns:.0f}"), ("max", 8, "{max_ns:.0f}"),
                 ("spread", 8, "{spread_percent:.1f}%"), ("to plain", 10, "{to_plain:.3f}"))


def frames_show(result):
    show_table("60 bytes, one flow", 18, FRAME_COLUMNS, result)


# --- members ---------------------------------------------------------------------------

def members_measure(number, bursts, say):
    one, many = trunk("10"), trunk(ALL)
    raw = rounds(number, {
        "trunk_1": lambda: frame_cost(bursts, True, one, one),
        "trunk_4094": lambda: frame_cost(bursts, True, many, many)}, say)
    return rows(raw, dict.fromkeys(raw, "trunk_1"))


# --- tables ----------------------------------------------------------------------------

# Shared learning; instances, in some of which the ports of the frames do not forward.
TREES = {"fids": groups((1, 5, 99), (1000, 6, 100)), "instances": groups(
    (10, 1, 10), (20, 2), (30, 3), (CARRIED, 1))}
ELSEWHERE = states(i2="discarding", i3="learning")
STATIC = [{"mac": SINK_MAC, "port": "p1", "all_vlans": True}]


def with_tables(**settings):
    return {**settings, **DEMOTE, **ELSEWHERE, "ingress_filter": 1}


def tables_measure(number, bursts, say):
    """Untagged frames between access ports, and between ports that are as much to them;
    tagged ones between trunks, and between trunks with other numbers for the VLAN."""
    untagged = with_tables(**hybrid(ALL, "10-99", 10), **vid_map((100, CARRIED)))
    source = with_tables(**trunk(ALL), **vid_map((10, CARRIED)))
    target = with_tables(**trunk(ALL), **vid_map((2010, CARRIED)))
    raw = rounds(number, {
        "access": lambda: frame_cost(bursts, False, access(10), access(10)),
        "access_tables": lambda: frame_cost(
            bursts, False, untagged, {**untagged, "prio_tags": "always"}, fdb=STATIC, **TREES),
        "trunk": lambda: frame_cost(bursts, True, trunk("10"), trunk("10")),
        "trunk_tables": lambda: frame_cost(bursts, True, source, target, fdb=STATIC, **TREES),
    }, say)
    return rows(raw, {name: name.removesuffix("_tables") for name in raw})


# --- each ------------------------------------------------------------------------------

# Each table by itself: settings of both ports, and what the switch has.
EACH = {
    "access": ({}, {}),
    "hybrid": (hybrid(ALL, "10-99", 10), {}),
    "priorities": (DEMOTE, {}),
    "priority tags": ({"prio_tags": "always"}, {}),
    "states": (ELSEWHERE, {"instances": TREES["instances"]}),
    "shared learning": ({}, {"fids": TREES["fids"]}),
    "static, all VLANs": ({}, {"fdb": STATIC}),
}


def each_measure(number, bursts, say):
    """Where the time goes, if tables cost any."""
    def one(port, settings):
        port = port if "vlan_mode" in port else {**access(10), **port}
        return lambda: frame_cost(bursts, False, port, port, **settings)

    def mapped(*ports):
        return lambda: frame_cost(bursts, True, *({**trunk(ALL), **port} for port in ports))

    raw = rounds(number, {
        **{name: one(*how) for name, how in EACH.items()}, "trunk": mapped({}, {}),
        "translation": mapped(vid_map((10, CARRIED)), vid_map((2010, CARRIED)))}, say)
    plain = {**dict.fromkeys(EACH, "access"), "trunk": "trunk", "translation": "trunk"}
    return rows(raw, plain)


PARTS = {
    "config": Part(config_measure, config_show),
    "memory": Part(memory_measure, memory_show),
    "members": Part(members_measure, frames_show),
    "tables": Part(tables_measure, frames_show),
    "each": Part(each_measure, frames_show),
}
