# SPDX-License-Identifier: GPL-2.0
"""Nothing is dropped without a name: every reason of the uapi header is provoked, at
the port where it belongs, and counts exactly what was dropped.

       h1   h2              The list of reasons is read from the header: one that
       |    |               no test here provokes fails.
     +-e1---e2-+
     | p1   p2 |
     +-- sw0 --+
"""

import contextlib

import pytest

from lib import fault, frames, ns, uapi, vswctl
from lib.frames import BPDU, CTAG, PVST, STAG, Tag, frame, mac
from lib.genl import access, states, trunk
from lib.vtap import GSO_TCPV4, NEEDS_CSUM, OFFLOADS, Vnet


def two(bed, how="station", **settings):
    bed.switch()
    return getattr(bed, how)("p1", **settings), bed.station("p2", **settings)


# Each provokes a reason and returns (the port it is counted at, how often).

def from_link_down(bed):
    """A tap's carrier is off, yet its owner goes on writing."""
    a, _ = two(bed, "tap")
    a.end.carrier(0)
    a.wait("carrier")
    a.send(frame(src=1), frame(src=1))
    return "p1", 2


def from_runt(bed):
    """Cut off in the tag, or in the two octets behind it that the stack wants to see;
    only a synthetic NIC lets that through."""
    a, _ = two(bed, "guest", **trunk("10"))
    whole = frame(src=1, tag=10).wire()
    sizes = range(14, 20)
    for size in sizes:
        a.send_octets(whole[:size])
    return "p1", len(sizes)


def from_oversize(bed):
    a, b = two(bed)
    bed.vsw.set_switch("sw0", mtu=1000)
    fits = frame(src=1, size=1014)
    a.send(fits, frame(src=1, size=1015))
    bed.expect({b: [fits]})
    return "p1", 1


def from_source_invalid(bed):
    a, _ = two(bed)
    sources = ["00:00:00:00:00:00", frames.BROADCAST, frames.MULTICAST, "03:00:00:00:00:01"]
    a.send(*[frame(src=src) for src in sources], *[frame(src=src, dst=2) for src in sources])
    return "p1", 8


def from_reserved(bed):
    a, _ = two(bed)
    a.send(frame(src=1, dst="01:80:c2:00:00:00"))
    return "p1", 1


def from_dest_invalid(bed):
    a, _ = two(bed)
    a.send(frame(src=1, dst="00:00:00:00:00:00"))
    return "p1", 1


def from_too_many_tags(bed):
    """A customer's and a provider's, and one that no one has given it."""
    a, b = two(bed, **trunk("10"))
    most = frame(src=1, tag=7).tagged(10)
    a.send(most, most.tagged(10), frame(src=1, tag=Tag(8, tpid=STAG)).tagged(7).tagged(10))
    bed.expect({b: [most]})
    return "p1", 2


def from_discarding(bed):
    a, _ = two(bed)
    for state in ("discarding", "learning"):
        a.set(**states(i0=state))
        a.send(frame(src=1))
    return "p1", 2


def to_discarding(bed):
    """Only a static entry leads to a port that discards."""
    a, b = two(bed)
    bed.vsw.add_fdb("sw0", mac(2), "p2")
    b.set(**states(i0="discarding"))
    a.send(frame(src=1, dst=2))
    return "p2", 1


def from_filtered(bed):
    a, _ = two(bed)
    bed.vsw.add_fdb("sw0", mac(2), ports=[])
    a.send(frame(src=1, dst=2))
    return "p1", 1


def from_bpdu_guard(bed):
    a, _ = two(bed, bpdu="guard")
    a.send(frame(src=1, dst=BPDU))
    a.wait("guard")
    return "p1", 1


def from_bpdu_filter(bed):
    a, _ = two(bed, bpdu="filter")
    a.send(frame(src=1, dst=BPDU), frame(src=1, dst=PVST))
    return "p1", 2


def to_bpdu_filter(bed):
    a, b = two(bed)
    b.set(bpdu="filter")
    a.send(frame(src=1, dst=PVST))
    return "p2", 1


def from_untagged(bed):
    a, _ = two(bed, **trunk("10"))
    a.send(frame(src=1), frame(src=1, tag=Tag(0, pcp=7)))
    return "p1", 2


def from_tagged(bed):
    a, _ = two(bed, **access(10))
    a.send(frame(src=1, tag=10), frame(src=1, tag=11))
    return "p1", 2


def from_vid_reserved(bed):
    a, _ = two(bed, **trunk("1-4094"))
    a.send(frame(src=1, tag=4095), frame(src=1, tag=Tag(4095, 7, 1)))
    return "p1", 2


def from_vlan_filter(bed):
    a, _ = two(bed, **trunk("10", native=20))
    a.send(frame(src=1, tag=9), frame(src=1, tag=11))
    return "p1", 2


def from_sticky(bed):
    a, _ = two(bed)
    bed.vsw.add_fdb("sw0", mac(1), "p2", sticky=True)
    a.send(frame(src=1))
    return "p1", 1


def from_same_port(bed):
    a, _ = two(bed)
    a.send(frame(src=1))
    bed.drain()
    a.send(frame(src=2, dst=1))
    return "p1", 1


def from_no_target(bed):
    a, b = two(bed)
    b.set(up=0)
    a.send(frame(src=1), frame(src=1, dst=2))
    return "p1", 2


def to_link_down(bed):
    """Only a static entry leads to a port that is down."""
    a, b = two(bed)
    bed.vsw.add_fdb("sw0", mac(2), "p2")
    b.set(up=0)
    a.send(frame(src=1, dst=2))
    bed.clock.settle()
    bed.vsw.disconnect("e2")
    b.set(up=1)
    a.send(frame(src=1, dst=2))
    return "p2", 2


def to_vlan_filter(bed):
    """Only a static entry leads to a port that is no member."""
    a, b = two(bed, **access(10))
    bed.vsw.add_fdb("sw0", mac(2), "p2", vid=10)
    b.set(**access(20))
    a.send(frame(src=1, dst=2))
    return "p2", 1


def to_oversize(bed):
    a, b = two(bed)
    bed.links.mtu("e2", 600)
    fits = frame(src=1, size=614)
    a.send(fits, frame(src=1, size=615), frame(src=1, size=1514))
    bed.expect({b: [fits]})
    return "p2", 2


def to_nic_full(bed):
    a, b = two(bed)
    ns.run("tc", "qdisc", "add", "dev", "e2", "root", "pfifo", "limit", "0")
    a.send(frame(src=1), frame(src=1), frame(src=1))
    return "p2", 3


def from_held(bed):
    a, _ = two(bed)
    a.set(hold=1)
    a.send(frame(src=1), frame(src=2))
    return "p1", 2


def to_offload_invalid(bed):
    """TCP segments of what has no TCP header."""
    bed.switch()
    a = bed.tap("p1", header=12)
    bed.vtap("p2", header=12, offloads=OFFLOADS)
    claim = Vnet(NEEDS_CSUM, GSO_TCPV4, 54, 1000, 34, 16)
    a.send_octets(claim.packed(12) + frame(ethertype=0x800, size=3000).wire())
    return "p2", 1


def to_no_reader(bed):
    a, _ = two(bed)
    bed.vtap("p3").end.close()
    a.send(frame(src=1), frame(src=1))
    return "p3", 2


# Which allocation it is that fails is not known beforehand: they all do, in turn.

def no_memory(bed, reason):
    """A synthetic NIC sends in process context, where its allocations can be counted.

    The frame is cloned for a packet socket that listens, its tag is in the payload and
    so has to be lifted from a copy, and it is flooded to several ports."""
    if not fault.available():
        pytest.skip("the kernel has no fault injection (uml-debug has it)")
    bed.switch()
    a = bed.guest("p1", **trunk("10"))
    for number in range(2, 5):
        bed.station(f"p{number}", **trunk("10"))
    listener = bed.keep(frames.Packets(a.nic))
    listener.sock.setsockopt(frames.SOL_PACKET, frames.PACKET_IGNORE_OUTGOING, 0)
    data = frame(src=1, tag=10).wire()
    nth = bed.keep(fault.Nth())
    with fault.prepared():
        for number in range(1, 200):
            injected, _ = nth.run(number, lambda: a.end.sock.send(data))
            bed.drain()
            if not injected:
                break
    assert not injected, "there is no end of allocations"
    counts = {stats["port"]: stats["drops"][reason] for stats in bed.vsw.stats("sw0")}
    port = max(counts, key=counts.get)
    return port, counts[port]


def from_no_memory(bed):
    port, count = no_memory(bed, "from_no_memory")
    assert port == "p1" and count
    return port, count


def to_no_memory(bed):
    port, count = no_memory(bed, "to_no_memory")
    assert port != "p1" and count
    return port, count


@pytest.mark.parametrize("reason", uapi.DROP_NAMES)
def test_every_reason(bed, reason):
    provoke = globals().get(reason)
    assert provoke, f"no test provokes {reason}"
    port, count = provoke(bed)
    bed.clock.settle()
    drops = bed.vsw.stats("sw0", port)["drops"]
    counted = {name: number for name, number in drops.items() if number}
    if not reason.endswith("no_memory"):
        assert counted == {reason: count}
        for station in bed.stations:
            if station.port != port:
                assert station.drops() == {}
    rows = vswctl.show(f"stats show sw0 {port} drops")
    row = next(row for row in rows if row["drop"] == reason)
    direction, _, _ = reason.partition("_")
    assert row == {"switch": "sw0", "port": port, "direction": direction, "drop": reason,
                   "packets": count, "text": dict(uapi.DROPS)[reason]}
    assert vswctl.one(f"stats show sw0 {port}")[f"{direction}_drops"] == sum(
        number for name, number in drops.items() if name.startswith(direction))


def test_synthetic_nic_that_lost_its_link(bed):
    """The moment between the end of the link and the end of transmission."""
    bed.switch()
    a = bed.guest("p1")
    dropped = 0
    for _ in range(50):
        a.wait()
        bed.links.wait_ready(a.nic)
        a.set(up=0)
        with contextlib.suppress(OSError):      # the queue may be stopped already
            a.send(frame(src=1))
        dropped = a.drops().get("from_link_down", 0)
        a.set(up=1)
        if dropped:
            break
    assert dropped == 1


def test_smallest_frames_are_no_runts(bed):
    bed.switch()
    a = bed.guest("p1", **trunk("10", native=20))
    b = bed.station("p2", **trunk("10,20"))
    sent = [frame(src=1, size=16, tag=10), frame(src=1, size=14)]
    assert [len(one.wire()) for one in sent] == [20, 14]
    a.send(*sent)
    bed.expect({b: [sent[0], sent[1].tagged(20)]})
    assert a.drops() == {}


def test_runt_of_the_other_protocol_is_a_frame(bed):
    """Cut off in the middle of a tag that is not the switch's: that is payload."""
    bed.switch(protocol="802.1ad")
    a, b = bed.guest("p1"), bed.guest("p2")
    data = frame(src=1, tag=Tag(10, tpid=CTAG)).wire()[:16]
    a.send_octets(data)
    bed.clock.settle()
    assert a.drops() == {}
    assert b.stats()["to_broadcast_packets"] == 1
