# SPDX-License-Identifier: GPL-2.0
"""Large frames: the MTU of the switch (a limit only if set) and of the NIC a frame
goes to; packets that the stack hands over whole, to be cut later (GSO), are judged by
their segments; checksums that are still to be computed are, before the wire.

     namespace one                                     namespace two
     +-----------+                                     +-----------+
     | 192.0.2.1 | g1 --- p1 +-----+ p2 --- e2 ~~~ h2  | 192.0.2.2 |
     |  vswnic   |           | sw0 |          (or g2)  |  veth     |
     +-----------+           +-----+                   +-----------+
"""

import socket
import struct

import pytest

from lib import frames, ns
from lib.frames import MULTICAST, frame
from lib.genl import access, trunk
from lib.hosts import NAMES, Hosts, tcp_lengths, transfer

BULK = 4 << 20


# --- MTU of frames -----------------------------------------------------------------

@pytest.mark.parametrize("how", ["veth", "vswnic", "tap"])
def test_no_limit_by_default_but_the_nics_own(bed, how):
    bed.switch()
    assert bed.vsw.switch("sw0")["mtu"] == 65535
    if how == "tap":
        a = bed.tap("p1")
    else:
        a = bed.station("p1", mtu=9000) if how == "veth" else bed.guest("p1", mtu=9000)
    jumbo = bed.station("p2", mtu=9000)
    small = bed.station("p3", mtu=1500)
    sent = [frame(src=1, size=size) for size in (1514, 1515, 9014)]
    a.send(*sent)
    bed.expect({jumbo: sent, small: sent[:1]})
    assert small.drops() == {"to_oversize": 2}
    assert jumbo.drops() == a.drops() == {}


def test_tags_do_not_count(bed):
    """A full frame passes with and without a tag, on all ways."""
    bed.switch(mtu=1500)
    a, b = bed.stations_at("a", "b", **trunk("10"))
    c = bed.station("c", **access(10))
    tagged = frame(src=1, size=1514, tag=10)
    a.send(tagged)
    bed.expect({b: [tagged], c: [tagged.untagged()]})
    plain = frame(src=2, size=1514)
    c.send(plain)
    bed.expect({a: [plain.tagged(10)], b: [plain.tagged(10)]})


@pytest.mark.parametrize("how", ["veth", "vswnic", "tap"])
def test_mtu_of_the_switch_is_a_limit_where_set(bed, how):
    bed.switch(mtu=1000)
    a = {"veth": bed.station, "vswnic": bed.guest, "tap": bed.tap}[how]("p1", **trunk("10"))
    b = bed.station("p2", **trunk("10"))
    fits = frame(src=1, size=1014, tag=10)
    a.send(fits, frame(src=1, size=1015, tag=10))
    bed.expect({b: [fits]})
    assert a.drops() == {"from_oversize": 1}
    bed.vsw.set_switch("sw0", mtu=1001)
    fits = frame(src=1, size=1015, tag=10)
    a.send(fits)
    bed.expect({b: [fits]})


def test_mtu_by_ip_link(bed):
    bed.switch()
    ns.ip("link set sw0 mtu 1400")
    assert bed.vsw.switch("sw0")["mtu"] == 1400
    bed.vsw.set_switch("sw0", mtu=9000)
    assert bed.links.get("sw0")["mtu"] == 9000


def test_mtu_of_a_nic_changes_in_place(bed):
    bed.switch()
    a, b = bed.stations_at("p1", "p2")
    big = frame(src=1, size=1514)
    bed.links.mtu("e2", 1499)
    a.send(big)
    bed.expect({})
    bed.links.mtu("e2", 1500)
    a.send(big)
    bed.expect({b: [big]})


def test_largest_frames_between_synthetic_nics(bed):
    bed.switch()
    a, b = bed.guest("p1", mtu=65521), bed.guest("p2", mtu=65521)
    sent = frame(src=1, dst=MULTICAST, size=65535)
    a.send(sent)
    bed.expect({b: [sent]})


# --- Streams between hosts ---------------------------------------------------------

class Pair(Hosts):
    """Without IPv6: they say nothing that was not asked for, so every drop counts."""

    def __init__(self, bed, *kinds, **how):
        super().__init__(bed, *kinds, versions=(4,), **how)

    def drop_counts(self):
        return [sum(self.counted(name)["drops"].values()) for name in NAMES]


@pytest.mark.parametrize("one, two", [("vswnic", "vswnic"), ("vswnic", "veth"),
                                      ("veth", "vswnic"), ("veth", "veth")])
@pytest.mark.parametrize("place", ["none", "access"])
def test_stream_with_segmentation_offload(bed, one, two, place):
    """Packets far larger than the MTU cross the switch in one piece."""
    pair = Pair(bed, one, two, places=(place, place))
    sniffer = pair.sniffer("two")
    with pair.connection() as (client, receiver):
        transfer(client, receiver, BULK)
    assert max(tcp_lengths(sniffer)) > 10000, "no packet was larger than the MTU"
    assert pair.drop_counts() == [0, 0]
    assert bed.vsw.stats("sw0", "two")["to_unicast_bytes"] > BULK


@pytest.mark.parametrize("one, two", [("vswnic", "vswnic"), ("vswnic", "veth"),
                                      ("veth", "veth")])
def test_stream_without_offloads_at_the_receiver(bed, one, two):
    """The egress netdev can do nothing itself: the kernel cuts and sums for it."""
    pair = Pair(bed, one, two)
    near = "e-two" if two == "veth" else None
    if near:
        ns.run("ethtool", "-K", near, "tx", "off", "sg", "off", "tso", "off", "gso", "off")
    else:
        ns.run("ip", "netns", "exec", "two", "ethtool", "-K", "h-two", "rx", "off")
    sniffer = pair.sniffer("two")
    with pair.connection() as (client, receiver):
        transfer(client, receiver, BULK // 4)
    if near:
        assert max(tcp_lengths(sniffer)) <= 1514


def test_stream_of_jumbo_frames(bed):
    pair = Pair(bed, "vswnic", "veth", mtu=9000)
    with pair.connection() as (client, receiver):
        transfer(client, receiver, BULK)
        assert client.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG) > 8000


def test_segments_that_do_not_fit_are_oversize(bed):
    """GSO packets are judged by their segments, at the switch and at the NIC."""
    pair = Pair(bed)
    with pair.connection() as (client, receiver):
        transfer(client, receiver, 1 << 18)
        assert not any(bed.vsw.stats("sw0", "one")["drops"].values())
        bed.vsw.set_switch("sw0", mtu=1000)
        client.setblocking(True)
        client.send(bytes(60000))
        bed.clock.settle()
        assert bed.vsw.stats("sw0", "one")["drops"]["from_oversize"] >= 1
        bed.vsw.set_switch("sw0", mtu=1500)
        receiver.settimeout(60)
        got = 0
        while got < 60000:
            got += len(receiver.recv(65536))


def udp_checksum_is_right(packet):
    """The sum over pseudo header, UDP header and data of an IPv4 packet."""
    header = (packet[0] & 15) * 4
    length = struct.unpack_from("!H", packet, header + 4)[0]
    data = packet[12:20] + struct.pack("!HH", 17, length) + packet[header:header + length]
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + bytes(len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total == 0xffff


@pytest.mark.parametrize("offload", ["on", "off"])
def test_checksum_left_to_the_nic(bed, offload):
    """A guest's checksum is computed at the latest by the adopted netdev: on the
    wire it is right, or the receiver is told that it is still to be computed."""
    pair = Pair(bed, "vswnic", "veth")
    ns.run("ethtool", "-K", "e-two", "tx", offload)
    sniffer = pair.sniffer("two")
    with ns.inside("one"):
        client = bed.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    with ns.inside("two"):
        server = bed.keep(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    server.bind(("192.0.2.2", 7))
    server.settimeout(60)
    client.sendto(b"seven octets and more", ("192.0.2.2", 7))
    assert server.recv(100) == b"seven octets and more"
    seen = []
    while (received := sniffer.receive_octets()) is not None:
        data, status = received
        if data[12:14] == b"\x08\x00" and data[23] == socket.IPPROTO_UDP:
            seen.append((udp_checksum_is_right(data[14:]),
                         bool(status & frames.TP_STATUS_CSUMNOTREADY)))
    assert seen == [(False, True) if offload == "on" else (True, False)]


def test_tap_writes_whole_frames(bed):
    """A tap without offloads gets segments and sums as they are on the wire."""
    bed.switch()
    a = bed.guest("p1")
    tap = bed.tap("p2")
    ns.ip(f"addr add 192.0.2.1/24 dev {a.nic}")
    ns.ip(f"neigh add 192.0.2.2 lladdr {frames.mac(2)} dev {a.nic}")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.IPPROTO_UDP, 103, 1000)        # UDP_SEGMENT
        client.sendto(bytes(range(250)) * 20, ("192.0.2.2", 7))
    bed.clock.settle()
    packets = [data[14:] for data, _ in tap.take_octets() if data[12:14] == b"\x08\x00"]
    assert [len(packet) for packet in packets] == [1028] * 5
    assert all(udp_checksum_is_right(packet) for packet in packets)
