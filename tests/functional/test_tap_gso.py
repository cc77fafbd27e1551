# SPDX-License-Identifier: GPL-2.0
"""Offloads of virtual machines: a large packet goes whole to a machine that takes it
whole, and in segments to one that does not; checksums are computed when, and only when,
the receiver needs them.

     +--------- sw0 ----------+
     | p1       p2        p3  |
     +-+--------+---------+---+
       v1       v2        v3
     sender    virtio     no header: segments,
               header     complete checksums
"""

import os
import platform
import re

import pytest

from lib import ns
from lib.frames import frame
from lib.genl import access, trunk
from lib.packets import TCP, UDP, Segment, header, packet
from lib.tap import TUNSETOFFLOAD
from lib.vtap import (GSO_NONE, GSO_TCPV4, NEEDS_CSUM, NO_HEADER, OFFLOADS, TUN_F_CSUM, TUN_F_USO4,
                      TUN_F_USO6)

HEADER = 12
MSS = 1000
RING = 500

# Since when a machine may hand over large UDP packets.
USO = tuple(map(int, re.findall(r"\d+", platform.release())[:2])) >= (6, 2)


@pytest.fixture(params=[4, 6])
def version(request):
    return request.param


@pytest.fixture
def payload():
    return os.urandom(5 * MSS + 7)


def machines(bed, offloads=OFFLOADS, **settings):
    """A sender, a machine that takes offloads, and one without a header."""
    bed.switch()
    stations = (bed.vtap("p1", header=HEADER, offloads=OFFLOADS, **settings),
                bed.vtap("p2", header=HEADER, offloads=offloads, **settings),
                bed.vtap("p3", **settings))
    bed.learn(*stations)
    return stations


def segments(station):
    return [Segment(data) for data, _ in station.take_octets()]


def check_segments(found, payload, mss=MSS):
    assert [len(one.payload) for one in found] == [mss] * 5 + [len(payload) - 5 * mss]
    assert all(one.right for one in found)
    assert b"".join(one.payload for one in found) == payload
    if found[0].protocol == TCP:
        assert [one.seq for one in found] == [1 + mss * number for number in range(6)]


def test_tcp_arrives_whole(bed, version, payload):
    a, b, _ = machines(bed)
    data = packet(version, TCP, payload)
    a.end.send_octets(data, header(version, TCP, MSS))
    assert b.take_octets() == [(data, 0)]
    assert b.end.last == header(version, TCP, MSS)._replace(hdr_len=b.end.last.hdr_len)
    assert b.stats()["to_unicast_packets"] == 1
    assert a.drops() == b.drops() == {}


def test_tcp_is_cut_for_who_has_no_header(bed, version, payload):
    a, _, c = machines(bed)
    a.end.send_octets(packet(version, TCP, payload, dst=3), header(version, TCP, MSS))
    check_segments(segments(c), payload)
    assert c.drops() == {}


@pytest.mark.parametrize("offloads", [0, TUN_F_CSUM])
def test_tcp_is_cut_for_who_does_not_want_it_whole(bed, version, payload, offloads):
    """With checksums left out only for a machine that completes them itself."""
    a, b, _ = machines(bed, offloads)
    a.end.send_octets(packet(version, TCP, payload), header(version, TCP, MSS))
    found, flags = [], []
    while (received := b.end.receive_octets()) is not None:
        found.append(Segment(received[0]))
        flags.append(b.end.last.flags & NEEDS_CSUM)
        assert b.end.last.gso_type == GSO_NONE
    assert [len(one.payload) for one in found] == [MSS] * 5 + [7]
    assert b"".join(one.payload for one in found) == payload
    if not offloads:
        assert flags == [0] * 6 and all(one.right for one in found)


def test_in_a_vlan(bed, version, payload):
    a, b, c = machines(bed, **access(10))
    for station in (b, c):
        station.set(**trunk("10"))
    bed.vsw.add_fdb("sw0", "02:00:00:00:00:02", "p2", vid=10, replace=True)
    bed.vsw.add_fdb("sw0", "02:00:00:00:00:03", "p3", vid=10, replace=True)
    for station in (2, 3):
        a.end.send_octets(packet(version, TCP, payload, dst=station),
                          header(version, TCP, MSS))
    tagged = packet(version, TCP, payload, tag=10)
    assert b.take_octets() == [(tagged, 0)]
    told = header(version, TCP, MSS, tag=10)
    assert b.end.last == told._replace(hdr_len=b.end.last.hdr_len)
    found = segments(c)
    check_segments(found, payload)
    assert all(one.tags[0].vid == 10 for one in found)


def test_tagged_by_the_machine(bed, version, payload):
    a, b, c = machines(bed, **trunk("10"))
    c.set(**access(10))
    bed.vsw.add_fdb("sw0", "02:00:00:00:00:02", "p2", vid=10)
    bed.vsw.add_fdb("sw0", "02:00:00:00:00:03", "p3", vid=10)
    for station in (2, 3):
        a.end.send_octets(packet(version, TCP, payload, dst=station, tag=10),
                          header(version, TCP, MSS, tag=10))
    assert b.take_octets() == [(packet(version, TCP, payload, tag=10), 0)]
    found = segments(c)
    check_segments(found, payload)
    assert not any(one.tags for one in found)


def test_flooded(bed, version, payload):
    """Each gets it as it can take it."""
    a, b, c = machines(bed)
    data = packet(version, TCP, payload, dst=9)
    a.end.send_octets(data, header(version, TCP, MSS))
    assert b.take_octets() == [(data, 0)]
    check_segments(segments(c), payload)


def test_to_an_adopted_netdev(bed, version, payload):
    bed.switch()
    a, b = bed.vtap("p1", header=HEADER, offloads=OFFLOADS), bed.station("p2")
    ns.run("ethtool", "-K", "e2", "tso", "off", "gso", "off", "tx", "off")
    a.end.send_octets(packet(version, TCP, payload), header(version, TCP, MSS))
    bed.clock.settle()
    check_segments(segments(b), payload)


@pytest.mark.parametrize("protocol", [TCP, UDP])
def test_checksum(bed, version, protocol, payload):
    """Left open for who completes it, completed for who does not."""
    a, b, c = machines(bed)
    small = payload[:700]
    for station in (2, 3):
        a.end.send_octets(packet(version, protocol, small, dst=station),
                          header(version, protocol))
    assert b.take_octets() == [(packet(version, protocol, small), 0)]
    assert b.end.last == header(version, protocol)._replace(hdr_len=0)
    done, = segments(c)
    assert done.right and done.payload == small
    c.send_octets(packet(version, protocol, small, src=3))      # nothing is claimed of it
    assert b.take_octets() == [(packet(version, protocol, small, src=3), 0)]
    assert b.end.last == NO_HEADER


def test_large_udp(bed, version, payload):
    a, b, c = machines(bed)
    data = packet(version, UDP, payload)
    told = header(version, UDP, MSS)
    if not USO:
        with pytest.raises(OSError, match="Invalid argument"):
            a.end.send_octets(data, told)
        return
    a.end.send_octets(packet(version, UDP, payload, dst=3), told)
    check_segments(segments(c), payload)
    # The kernel's tap library knows no reader who takes them whole, whatever it says;
    # this one completes checksums.
    for offloads in (OFFLOADS, OFFLOADS | TUN_F_USO4 | TUN_F_USO6):
        b.end.ioctl(TUNSETOFFLOAD, offloads)
        a.end.send_octets(data, told)
        assert b"".join(one.payload for one in segments(b)) == payload
    assert b.stats()["to_unicast_packets"] == 2
    assert b.drops() == {}


def test_claims_that_do_not_fit_are_dropped_under_their_name(bed, payload):
    """A tap of the usual kind is not checked by its core: TCP segments of a UDP packet."""
    bed.switch()
    a = bed.tap("p1", header=HEADER)
    b, c = bed.vtap("p2", header=HEADER, offloads=OFFLOADS), bed.vtap("p3")
    bed.drain()
    told = header(4, UDP, MSS)._replace(gso_type=GSO_TCPV4, flags=NEEDS_CSUM, csum_offset=16)
    a.send_octets(told.packed(HEADER) + packet(4, UDP, payload))
    bed.clock.settle()
    assert b.drops() == c.drops() == {"to_offload_invalid": 1}
    assert b.take_octets() == c.take_octets() == []


def test_ring_that_is_full_half_way(bed, payload):
    """It is one packet to the switch, and counts as one."""
    bed.switch()
    a, c = bed.vtap("p1", header=HEADER, offloads=OFFLOADS), bed.vtap("p3")
    fill = [frame(src=1, dst=3) for _ in range(RING - 2)]
    for one in fill:
        a.end.send_octets(one.wire())
    a.end.send_octets(packet(4, TCP, payload, dst=3), header(4, TCP, MSS))
    assert c.drops() == {"to_nic_full": 1}
    rest = c.take_octets()[RING - 2:]
    assert [len(Segment(data).payload) for data, _ in rest] == [MSS, MSS]


def test_segments_are_judged_by_the_mtu(bed, payload):
    a, b, c = machines(bed)
    bed.links.mtu("v3", MSS + 40)
    a.end.send_octets(packet(4, TCP, payload, dst=3), header(4, TCP, MSS))
    check_segments(segments(c), payload)
    bed.links.mtu("v3", MSS + 39)
    a.end.send_octets(packet(4, TCP, payload, dst=3), header(4, TCP, MSS))
    assert c.take_octets() == [] and c.drops() == {"to_oversize": 1}


