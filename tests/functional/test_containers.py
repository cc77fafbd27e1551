# SPDX-License-Identifier: GPL-2.0
"""Containers: NICs in namespaces that have names or only processes, that are moved while
frames flow, and that are killed under load. See test_vnic.py for what a NIC in another
namespace is, and docs/containers.md for how it gets there.

     host              namespace red     process 4711
     a =====> b        +---------+       +---------+
     |        |        |  eth0   |       |  eth0   |
     |        |        +----+----+       +----+----+
     +-------------------- sw0 --------------------+
"""

import contextlib
import multiprocessing
import os
import socket

import pytest

from conftest import KERNEL
from lib import frames, ns, vswctl, wait
from lib.container import Container
from lib.frames import frame, mac
from lib.genl import Vsw, access
from lib.rtnl import links_in
from lib.stream import running

KILLS = 2 if KERNEL == "uml-debug" else 8
FLOODERS = 4
NICE = 10


def add_port(bed, port, **settings):
    """A port that waits for its NIC: container ct is bound to NIC ct0."""
    bed.vsw.add_port("sw0", port, bind=f"{port}0", **settings)


def start(bed, port, user=False):
    """A container with the NIC that the port waits for."""
    container = bed.keep(Container(user))
    bed.vsw.add_nic(f"{port}0")
    container.take(f"{port}0")
    bed.vsw.wait_port("sw0", port)
    return container


@pytest.fixture
def pair(bed):
    """The ends of a stream that goes on whatever happens to containers."""
    bed.switch()
    ends = bed.stations_at("a", "b")
    bed.learn(*ends)
    return ends


def open_in(space, netdev="eth0"):
    with ns.inside(space):
        return frames.Packets(netdev)


def summary(events):
    """What is told of NICs and ports, without stations that were learned."""
    return [(event["object"], event["event"], event["name"], event.get("down_reason"))
            for event in events.read() if event["object"] != "fdb"]


def renamed(name):
    return "nic", "set", name, None


# --- How they get their NIC ---------------------------------------------------------------

@pytest.mark.short
def test_by_name_and_by_process(bed):
    bed.switch()
    for port in ("red", "ct"):
        add_port(bed, port, **access(10))
    ns.run("ip", "netns", "add", "red")
    bed.vsw.add_nic("red0")
    ns.ip("link set red0 netns red")
    ns.ip("link set red0 name eth0 up", netns="red")
    ct = start(bed, "ct")
    ns.ip("addr add 192.0.2.1/24 dev eth0", netns="red")
    ct.run("ip addr add 192.0.2.2/24 dev eth0")
    ct.run("ping -c 3 -i 0.02 -W 30 192.0.2.1")
    ports = {port["name"]: port for port in bed.vsw.ports()}
    assert [port["nic"] for port in ports.values()] == ["eth0", "eth0"]
    assert ports["red"]["nic_netnsid"] != ports["ct"]["nic_netnsid"]
    with ns.inside("red"):
        assert bed.keep(Vsw()).nic("eth0")["connected"] == 1


def test_several_nics_of_one_container(bed):
    """Each has a port of its own, and a VLAN of its own."""
    bed.switch()
    ct = bed.keep(Container())
    ends = []
    for number, vid in enumerate((10, 20)):
        bed.vsw.add_nic(f"n{number}")
        bed.vsw.add_port("sw0", f"p{number}", nic=f"n{number}", **access(vid))
        ns.ip(f"link set n{number} netns {ct.pid}")
        ct.run(f"ip link set n{number} name eth{number} up")
        bed.vsw.wait_port("sw0", f"p{number}")
        ends.append(bed.keep(open_in(ct.space, f"eth{number}")))
    ten, twenty = bed.station("q10", **access(10)), bed.station("q20", **access(20))
    sent = [frame(src=1), frame(src=2)]
    for end, one in zip(ends, sent):
        end.send(one)
    bed.expect({ten: [sent[0]], twenty: [sent[1]]})
    assert [end.take() for end in ends] == [[], []]


# --- Moved --------------------------------------------------------------------------------

def test_moved_twice(bed, events):
    """From the host to red to a process; the port keeps it, with what it counted."""
    bed.switch()
    far = bed.station("far")
    add_port(bed, "ct", **access(10))
    far.set(**access(10))
    ct = bed.keep(Container())
    ns.add("red")
    bed.vsw.add_nic("ct0")
    bed.vsw.wait_port("sw0", "ct", "nic")
    events.forget()
    seen = []
    for move, space, name, new in (
            ("link show ct0", ns.OWN, "ct0", "ct0"),
            ("link set ct0 netns red", "red", "ct0", "eth7"),
            (f"-n red link set eth7 name up0 netns {ct.pid}", ct.space, "up0", "eth0")):
        ns.ip(move)
        with links_in(space) as links:
            if new != name:
                links.rename(name, new)
            links.up(new)
        port = bed.vsw.wait_port("sw0", "ct")
        with contextlib.closing(open_in(space, new)) as end:
            sent = frame(src=1)
            end.send(sent)
            assert far.take() == [sent]
        seen.append((port["nic"], port.get("nic_netnsid", -1) >= 0))
    assert seen == [("ct0", False), ("eth7", True), ("eth0", True)]
    up, down = ("port", "up", "ct", "not"), ("port", "down", "ct", "nic")
    assert summary(events) == [up, down, renamed("eth7"), up, down, renamed("up0"),
                               renamed("eth0"), up]
    assert bed.vsw.stats("sw0", "ct")["from_broadcast_packets"] == 3


def test_moved_while_frames_flow_to_it(bed):
    """What comes while it is down is counted, each frame once: that to all at the sender,
    as no one is there; that to the container's station at its port."""
    bed.switch()
    far = bed.station("far")
    add_port(bed, "ct")
    ns.add("red")
    bed.vsw.add_nic("ct0")
    bed.vsw.add_fdb("sw0", mac(5), "ct")
    bed.links.up("ct0")
    bed.vsw.wait_port("sw0", "ct")

    def send():
        sent = [frame(src=1, dst=dst) for dst in (frames.BROADCAST, 5) for _ in range(20)]
        far.send(*sent)
        bed.clock.settle()
        return sent

    with contextlib.closing(frames.Packets("ct0")) as end:
        assert send() == end.take()
    ns.ip("link set ct0 netns red")
    send()
    ns.ip("link set ct0 name eth0 up", netns="red")
    bed.vsw.wait_port("sw0", "ct")
    with contextlib.closing(open_in("red")) as end:
        assert send() == end.take()
    stats = bed.vsw.stats("sw0", "ct")
    assert (stats["to_broadcast_packets"], stats["to_unicast_packets"]) == (40, 40)
    assert {name: count for name, count in stats["drops"].items() if count} == {
        "to_link_down": 20}
    assert far.drops() == {"from_no_target": 20}


def test_moved_while_a_stream_runs(bed, pair, events):
    """To and fro between namespaces; others notice nothing."""
    add_port(bed, "ct")
    for name in ("red", "blue"):
        ns.add(name)
    bed.vsw.add_nic("ct0")
    with ns.open_file("red") as space:
        bed.links.move("ct0", space)
    events.forget()
    with running(*pair) as stream:
        for number in range(KILLS):
            here, there = ("red", "blue") if number % 2 == 0 else ("blue", "red")
            with links_in(here) as links, ns.open_file(there) as space:
                links.up("ct0")
                bed.vsw.wait_port("sw0", "ct")
                links.move("ct0", space)
            stream.wait_more()
    assert summary(events) == [("port", "up", "ct", "not"),
                               ("port", "down", "ct", "nic")] * KILLS
    assert bed.vsw.port("sw0", "ct")["nic"] == "ct0"


# --- Killed under load ---------------------------------------------------------------------

def flood_from(space, netdev, number):
    """A process that sends all it can, also to stations that no one has, until killed."""
    os.nice(NICE)
    with ns.inside(space), socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sock:
        sock.bind((netdev, 0))
        data = [frame(src=1000 + number, dst=dst, size=size).wire()
                for dst in (1, 2, 77, frames.BROADCAST) for size in (60, 1514)]
        while True:
            for one in data:
                with contextlib.suppress(OSError):
                    sock.send(one)


def flood_to(station, number):
    """The same from outside, to the container's stations."""
    os.nice(NICE)
    data = [frame(src=2000 + number, dst=1000 + one).wire() for one in range(FLOODERS)]
    while True:
        for one in data:
            station.send_octets(one)


class Crowd:
    """Processes that flood: those of the container go when it is killed."""

    def __init__(self):
        self.processes = []

    def start(self, target, *arguments):
        process = multiprocessing.Process(target=target, args=arguments, daemon=True)
        process.start()
        self.processes.append(process)

    def close(self):
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.join()
        self.processes.clear()


def counted(bed):
    """Frames that container ct sent and got."""
    stats = bed.vsw.stats("sw0", "ct")
    return {way: stats[f"{way}_broadcast_packets"] + stats[f"{way}_unicast_packets"]
            for way in ("from", "to")}


def load(bed, container, outside):
    """Floods from within and from outside; both have begun."""
    before = counted(bed)
    crowd = bed.keep(Crowd())
    for number in range(FLOODERS):
        crowd.start(flood_from, container.space, "eth0", number)
    crowd.start(flood_to, outside, 0)
    wait.until(lambda: all(now > before[way] + 100 for way, now in counted(bed).items()),
               "the load")
    return crowd


@pytest.fixture
def room():
    """The CPU's backlog takes what the floods put there beside the stream."""
    with open("/proc/sys/net/core/netdev_max_backlog") as file:
        before = file.read()
    ns.sysctl("net.core.netdev_max_backlog", 100000)
    yield
    ns.sysctl("net.core.netdev_max_backlog", before)


def test_killed_under_load(bed, pair, events, room):
    """Again and again: the host forwards between others without losing a frame, the port
    keeps its settings and what it counted, and is told of once."""
    outside = bed.station("out")
    outside.end.hear_only(1, 2)
    add_port(bed, "ct", desc="the container", fdb_max=100)
    before = counted(bed)
    port_id = bed.vsw.port("sw0", "ct")["id"]
    with running(*pair) as stream:
        for _ in range(KILLS):
            container = start(bed, "ct")
            crowd = load(bed, container, outside)
            events.forget()
            stream.wait_more()
            container.kill()
            crowd.close()
            port = bed.vsw.wait_port("sw0", "ct", "no-nic")
            stream.look()
            assert summary(events) == [("port", "down", "ct", "nic"),
                                       ("nic", "disconnect", "eth0", None)]
            assert (port["id"], port["desc"], port["fdb_max"], port["bind"]) == (
                port_id, "the container", 100, "ct0")
            assert "nic" not in port and port["fdb_count"] == 0
            now = counted(bed)
            assert all(now[way] > before[way] + 100 for way in before), "counted anew"
            before = now
    assert pair[0].drops() == {} and bed.vsw.nics(name="eth0") == []
    assert {bed.vsw.fdb_entry("sw0", mac(number))["port"] for number in (1, 2)} == {"a", "b"}


def test_all_die_at_once(bed, pair, events):
    """As when a host's runtime is stopped."""
    names = [f"c{number}" for number in range(10)]
    for name in names:
        add_port(bed, name)
    with running(*pair) as stream:
        containers = [start(bed, name) for name in names]
        events.forget()
        stream.wait_more()
        for container in containers:
            container.process.kill()
        for container, name in zip(containers, names):
            container.kill()
            bed.vsw.wait_port("sw0", name, "no-nic")
        stream.look()
    told = summary(events)
    assert sorted(told, key=str) == sorted(
        [("port", "down", name, "nic") for name in names]
        + [("nic", "disconnect", "eth0", None)] * len(names), key=str)
    assert {nic["name"] for nic in bed.vsw.nics()} == {"e1", "e2"}


def test_started_again_with_the_same_policy_and_address(bed):
    """Neighbours find it where they knew it: nothing of them has to be told anew."""
    bed.switch()
    far = bed.station("far", **access(10))
    add_port(bed, "ct", **access(10))
    macs = set()
    for number in range(1, 4):
        container = bed.keep(Container())
        vswctl.run("nic add ct0 type guest")
        container.take("ct0")
        bed.vsw.wait_port("sw0", "ct")
        with contextlib.closing(open_in(container.space)) as end:
            sent = frame(src=1)
            end.send(sent)
            assert far.take() == [sent]
        assert bed.vsw.stats("sw0", "ct")["from_broadcast_packets"] == number
        macs.add(bed.vsw.nics(name="eth0")[0]["mac"])
        container.kill()
        bed.vsw.wait_port("sw0", "ct", "no-nic")
    assert len(macs) == 1 or not os.path.exists("/etc/machine-id")


# --- Root in a container, who is no one outside ----------------------------------------------

@pytest.fixture
def ct(bed):
    bed.switch(mtu=2000)
    add_port(bed, "ct", **access(10))
    return start(bed, "ct", user=True)


def test_root_inside_may_change_its_own_nic(bed, ct, events):
    events.forget()
    ct.run("ip link set eth0 address 02:00:00:00:00:99 mtu 2000")
    nic = bed.vsw.nics(name="eth0")[0]
    assert (nic["mac"], nic["mtu"]) == ("02:00:00:00:00:99", 2000)
    assert "Invalid argument" in ct.refused("ip link set eth0 mtu 2001")
    assert bed.vsw.nics(name="eth0")[0]["mtu"] == 2000
    ct.run("ip link set eth0 down")
    bed.vsw.wait_port("sw0", "ct", "nic")
    ct.run("ip link set eth0 name eth7 up")
    assert bed.vsw.wait_port("sw0", "ct")["nic"] == "eth7"
    assert summary(events) == [("port", "down", "ct", "nic"), renamed("eth7"),
                               ("port", "up", "ct", "not")]


NOT_HERE = "the switch is in another network namespace; unplug the NIC there"
REFUSED = [
    ("nic disconnect eth0", NOT_HERE),
    ("port set sw0 ct vlan access 20", "no such switch; see vswctl switch show"),
    ("port add sw0 x nic eth0", "no such switch; see vswctl switch show"),
    ("switch del sw0", "no such switch; see vswctl switch show"),
    ("nic connect eth0 sw0 ct", "no such switch; see vswctl switch show"),
    ("fdb flush sw0", "no such switch; see vswctl switch show"),
    ("-n outside switch show", None),
]


@pytest.mark.parametrize("words, text", REFUSED)
def test_root_inside_cannot_reach_the_switch(bed, ct, words, text):
    before = bed.vsw.port("sw0", "ct")
    ns.add("outside")
    said = ct.refused(f"vswctl {words}").splitlines()
    assert said == [f"vswctl: {words.partition(' vlan')[0].partition(' nic e')[0]}: {text}"
                    if text else 'vswctl: network namespace "outside": Operation not permitted']
    assert bed.vsw.port("sw0", "ct") == before
    assert ct.run("vswctl switch show") == ct.run("vswctl port show") == ""


def test_root_inside_sees_no_more_than_its_nic(bed, ct):
    """Nor what others send: a NIC is promiscuous for what the switch gives it only."""
    far, other = bed.station("far", **access(10)), bed.station("other", **access(20))
    ct.run("ip link set eth0 promisc on")
    end = bed.keep(open_in(ct.space))
    sent = [frame(src=1), frame(src=2)]
    far.send(sent[0])
    other.send(sent[1])
    bed.clock.settle()
    assert end.take() == [sent[0]]
    with ns.inside(ct.space):
        seen = bed.keep(Vsw())
    assert [set(nic) & {"switch", "port", "role"} for nic in seen.nics()] == [set()]
    assert seen.fdb() == seen.stats() == seen.ports() == []


def test_root_inside_has_switches_of_its_own(bed, ct):
    """Of which the host's know nothing; its NIC cannot be in two switches."""
    ct.run("vswctl switch add sw0 -- port add sw0 p1")
    assert ct.refused("vswctl nic connect eth0 sw0 p1") == (
        "vswctl: nic connect eth0 sw0 p1: the NIC is plugged in already; disconnect it"
        " first\n")
    assert [switch["mtu"] for switch in bed.vsw.switches()] == [2000]
    assert bed.vsw.port("sw0", "ct")["nic"] == "eth0"


def test_root_inside_deletes_its_nic(bed, ct, events):
    """It is the container's; the port waits for the next one."""
    events.forget()
    ct.run("vswctl nic del eth0")
    assert bed.vsw.port("sw0", "ct")["down_reason"] == "no-nic"
    assert summary(events) == [("nic", "disconnect", "eth0", None),
                               ("port", "down", "ct", "no-nic")]
