# SPDX-License-Identifier: GPL-2.0
"""Segments of a peer that cannot send large packets are put together before a synthetic
NIC's stack gets them; everything else reaches it as it was sent.

     far end of a veth pair, TSO off                 namespace two
     h1 ~~~ e1 --- p1 --- sw0 --- p2 --- g2          (h-one, h-two: see lib/hosts.py)
"""

import multiprocessing
import socket
import struct

import pytest

from lib import frames, ns
from lib.frames import frame
from lib.genl import trunk
from lib.hosts import ADDRESSES, Hosts, tcp_lengths, transfer
from lib.packets import TCP, UDP, Segment, header, packet

PACKET_VNET_HDR = 15
UDP_SEGMENT = 103
MSS = 1000
BULK = 1 << 20


@pytest.fixture(params=[4, 6])
def version(request):
    return request.param


class Cutter:
    """A packet socket that hands over large packets, which its netdev has cut."""

    def __init__(self, bed, station):
        ns.run("ethtool", "-K", station.end.netdev, "tso", "off")
        self.socket = bed.keep(socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
        self.socket.setsockopt(frames.SOL_PACKET, PACKET_VNET_HDR, 1)
        self.socket.bind((station.end.netdev, 0))

    def send(self, version, data, tag=None, **changes):
        vnet = header(version, TCP, MSS, tag)._replace(**changes)
        self.socket.send(vnet.packed(10) + data)


def stations(bed, tag=None):
    bed.switch()
    settings = trunk(str(tag)) if tag else {}
    a, b = bed.station("p1", **settings), bed.guest("p2", **settings)
    bed.learn(a, b, tag=tag)
    return a, b, Cutter(bed, a)


PAYLOAD = bytes(range(256)) * 20            # five segments of MSS, and the rest


@pytest.mark.parametrize("tag", [None, 10])
def test_segments_are_put_together(bed, version, tag):
    a, b, cutter = stations(bed, tag)
    before = b.stats()["to_unicast_packets"]
    cutter.send(version, packet(version, TCP, PAYLOAD, tag=tag), tag)
    bed.clock.settle()
    got = [Segment(data) for data, _ in b.take_octets()]
    assert [one.payload for one in got] == [PAYLOAD]
    assert [one.vid for one in got[0].tags] == ([tag] if tag else [])
    assert b.stats()["to_unicast_packets"] - before == 6, "they crossed the switch one by one"
    assert a.drops() == b.drops() == {}


def test_not_if_it_is_switched_off(bed, version):
    _, b, cutter = stations(bed)
    ns.run("ethtool", "-K", b.nic, "gro", "off")
    cutter.send(version, packet(version, TCP, PAYLOAD))
    bed.clock.settle()
    got = [Segment(data) for data, _ in b.take_octets()]
    assert [len(one.payload) for one in got] == [MSS] * 5 + [len(PAYLOAD) - 5 * MSS]
    assert b"".join(one.payload for one in got) == PAYLOAD


def test_two_streams_are_kept_apart(bed, version):
    _, b, cutter = stations(bed)
    one, two = (packet(version, TCP, PAYLOAD[::step], source=port)
                for step, port in ((1, 5001), (-1, 5002)))
    cutter.send(version, one)
    cutter.send(version, two)
    bed.clock.settle()
    got = [Segment(data).payload for data, _ in b.take_octets()]
    assert got == [PAYLOAD, PAYLOAD[::-1]]


def test_adopted_receivers_get_segments(bed, version):
    """What a switch gives to a cable is what it took from one."""
    bed.switch()
    a, b = bed.stations_at("p1", "p2")
    bed.learn(a, b)
    Cutter(bed, a).send(version, packet(version, TCP, PAYLOAD))
    bed.clock.settle()
    assert [len(Segment(data).payload) for data, _ in b.take_octets()] == \
        [MSS] * 5 + [len(PAYLOAD) - 5 * MSS]


# --- What is no stream is not touched ------------------------------------------------

def odd_packets():
    """Whole packets that look like TCP to a quick look."""
    whole = {version: packet(version, TCP, b"x" * 100) for version in (4, 6)}
    cut = [data[:length] for version, lengths in ((4, (34, 35, 53)), (6, (54, 55, 73)))
           for data in (whole[version],) for length in lengths]
    options = bytearray(whole[4])
    options[14] = 0x4f                      # an IP header longer than the packet has
    fragment = bytearray(whole[4])
    struct.pack_into("!H", fragment, 20, 0x2001)
    extension = bytearray(whole[6])
    extension[20] = 0                       # hop-by-hop options, which are none
    offset = bytearray(whole[4])
    offset[14 + 20 + 12] = 0xf0             # a TCP header longer than it is
    return [*cut, *map(bytes, (options, fragment, extension, offset)), *whole.values()]


@pytest.mark.parametrize("how", ["veth", "tap"])
def test_odd_packets_arrive_as_they_are(bed, how):
    bed.switch()
    a = bed.station("p1") if how == "veth" else bed.tap("p1")
    b = bed.guest("p2")
    bed.learn(a, b)
    sent = odd_packets()
    for data in sent:
        a.send_octets(data)
    bed.clock.settle()
    # what is TCP goes another way than the rest, and may be overtaken by it
    assert sorted(data for data, _ in b.take_octets()) == sorted(sent)


def test_other_frames_are_not_delayed_or_changed(bed):
    a, b, _ = stations(bed)
    sent = [frame(src=1, dst=2, size=size) for size in (60, 61, 1514)]
    datagrams = [packet(version, UDP, b"data") for version in (4, 6)]
    a.send(*sent)
    for data in datagrams:
        a.send_octets(data)
    bed.clock.settle()
    assert [data for data, _ in b.take_octets()] == [one.wire() for one in sent] + datagrams


# --- Streams --------------------------------------------------------------------------

def counter(name, protocol, what):
    """Of a host's stack."""
    with ns.inside(name):
        lines = [line.split() for path in ("snmp", "netstat")
                 for line in open(f"/proc/thread-self/net/{path}")]
    rows = [line for line in lines if line[0] == f"{protocol}:"]
    return int(dict(zip(*rows))[what])


@pytest.mark.parametrize("one", ["veth", "vswnic"])
@pytest.mark.parametrize("place", ["none", "access", "trunk"])
@pytest.mark.parametrize("off", [["tso"], ["tso", "gso"]], ids="-".join)
def test_stream_of_a_host_without_segmentation(bed, one, place, off):
    """Its stack cuts, the receiver's gets few and large packets, with the same octets."""
    hosts = Hosts(bed, one=one, places=(place, place))
    hosts.offloads("one", *(word for name in off for word in (name, "off")))
    sniffer = hosts.sniffer("two", hosts.tops["two"])
    with hosts.connection() as (client, receiver):
        transfer(client, receiver, BULK)
    crossed = hosts.counted("two")["to_unicast_packets"]
    assert crossed >= BULK / 1460, "segments cross the switch"
    assert counter("two", "Ip", "InReceives") < crossed / 4
    assert counter("two", "TcpExt", "TCPOFOQueue") == 0, "one overtook another"
    assert max(tcp_lengths(sniffer)) > 10000
    assert hosts.drops() == {}


def test_stream_with_checksums_computed_by_the_sender(bed):
    hosts = Hosts(bed, one="veth")
    hosts.offloads("one", "tx", "off", "gso", "on")
    with hosts.connection() as (client, receiver):
        transfer(client, receiver, BULK)
    assert hosts.drops() == {}


def test_datagrams_are_not_put_together(bed):
    hosts = Hosts(bed, one="veth")
    hosts.offloads("one", "tx-udp-segmentation", "off")
    client = hosts.socket("one", 4, socket.SOCK_DGRAM)
    server = hosts.socket("two", 4, socket.SOCK_DGRAM)
    server.bind((ADDRESSES[4].format(2), 7))
    server.settimeout(60)
    sniffer = hosts.sniffer("two")
    client.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, MSS)
    client.sendto(PAYLOAD, (ADDRESSES[4].format(2), 7))
    assert b"".join(server.recv(65536) for _ in range(6)) == PAYLOAD
    seen = []
    while (received := sniffer.receive_octets()) is not None:
        if received[0][12:14] == b"\x08\x00":
            seen.append(len(received[0]) - 42)
    assert seen == [MSS] * 5 + [len(PAYLOAD) - 5 * MSS]


# --- Lifetime ---------------------------------------------------------------------------

def send_for_ever(netdev, data):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.setsockopt(frames.SOL_PACKET, PACKET_VNET_HDR, 1)
        out.bind((netdev, 0))
        while True:
            out.send(header(4, TCP, MSS).packed(10) + data)


def test_nic_goes_while_segments_come(bed):
    """Whatever waits to be put together goes with it."""
    bed.switch()
    a = bed.station("p1")
    ns.run("ethtool", "-K", a.end.netdev, "tso", "off")
    sender = multiprocessing.get_context("fork").Process(
        target=send_for_ever, args=(a.end.netdev, packet(4, TCP, PAYLOAD)))
    sender.start()
    try:
        for _ in range(20):
            bed.vsw.add_nic("g9", mac=frames.mac(2))
            bed.links.up("g9")
            bed.vsw.add_port("sw0", "p9", nic="g9")
            bed.vsw.wait_port("sw0", "p9")
            bed.vsw.del_nic("g9")
            bed.vsw.del_port("sw0", "p9")
    finally:
        sender.terminate()
        sender.join()
    b = bed.guest("p2")
    bed.learn(a, b)
    sent = frame(src=1, dst=2)
    a.send(sent)
    assert b.take() == [sent]
