# SPDX-License-Identifier: GPL-2.0
"""Offloads between hosts: TCP and UDP by hash, over all ways and with offloads on and
off; what one synthetic NIC hands over whole reaches another whole.

     h-one --- port one --- sw0 --- port two --- h-two      (lib/hosts.py)
"""

import socket
import struct

import pytest

from lib import frames, ns
from lib.frames import frame
from lib.genl import access
from lib.hosts import ADDRESSES, Hosts, tcp_lengths, transfer

UDP_SEGMENT, UDP_GRO = 103, 104
BULK = 1 << 20
MSS = 1460
DATAGRAM, COUNT = 1000, 40
OFF = ("tx", "off", "rx", "off", "sg", "off", "tso", "off", "gso", "off", "gro", "off")

# Who cuts and sums: nobody, the sender's stack, nobody (the receiver asks for nothing).
SETTINGS = {"all-on": None, "off-at-sender": "one", "off-at-receiver": "two"}
KINDS = [("vswnic", "vswnic"), ("vswnic", "veth"), ("veth", "vswnic")]
PLACES = [("none", "none"), ("access", "access"), ("trunk", "trunk"), ("trunk", "access")]


def stream(hosts, version, size=BULK):
    """Octets, and packets that crossed the second port meanwhile."""
    before = hosts.counted("two")["to_unicast_packets"]
    with hosts.connection(version) as (client, receiver):
        transfer(client, receiver, size)
        return hosts.counted("two")["to_unicast_packets"] - before


@pytest.mark.parametrize("one, two", KINDS, ids=["-".join(kinds) for kinds in KINDS])
@pytest.mark.parametrize("places", PLACES, ids=["-".join(places) for places in PLACES])
@pytest.mark.parametrize("where", SETTINGS.values(), ids=SETTINGS)
def test_streams(bed, one, two, places, where):
    hosts = Hosts(bed, one, two, places)
    if where:
        hosts.offloads(where, *OFF)
    for version in (4, 6):
        crossed = stream(hosts, version)
        if where == "one":
            assert crossed >= BULK / MSS, "someone put together what the sender cut"
        elif one == "vswnic":
            assert crossed < BULK / MSS / 4, "cut on the way"
    assert hosts.drops() == {}


@pytest.mark.parametrize("places", PLACES, ids=["-".join(places) for places in PLACES])
@pytest.mark.parametrize("version", [4, 6])
def test_guests_get_packets_as_large_as_they_were_sent(bed, places, version):
    """The same number on both ports and at the receiver, and far fewer than segments."""
    hosts = Hosts(bed, places=places)
    sniffer = hosts.sniffer("two", hosts.tops["two"])
    with hosts.connection(version) as (client, receiver):
        before = [hosts.counted("one")["from_unicast_packets"],
                  hosts.counted("two")["to_unicast_packets"]]
        transfer(client, receiver, BULK)
        sent, got = (now - then for now, then in zip(
            (hosts.counted("one")["from_unicast_packets"],
             hosts.counted("two")["to_unicast_packets"]), before))
    lengths = tcp_lengths(sniffer)
    assert sent == got < BULK / MSS / 10
    assert max(lengths) > 30000
    assert sum(lengths) > BULK


@pytest.mark.parametrize("mtu", [9000, 65535])
@pytest.mark.parametrize("one, two", KINDS, ids=["-".join(kinds) for kinds in KINDS])
def test_streams_of_jumbo_frames(bed, mtu, one, two):
    hosts = Hosts(bed, one, two, ("access", "access"), mtu=mtu)
    for version, headers in ((4, 40), (6, 60)):
        with hosts.connection(version) as (client, receiver):
            transfer(client, receiver, BULK)
            segment = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
        # with or without the time stamps
        assert mtu - headers - 12 <= segment <= mtu - headers or mtu == 65535
        assert segment > 8000
    hosts.offloads("one", *OFF)
    for version in (4, 6):
        stream(hosts, version)
    assert hosts.drops() == {}


# --- UDP ------------------------------------------------------------------------------

def datagram_sockets(hosts, version):
    client = hosts.socket("one", version, socket.SOCK_DGRAM)
    server = hosts.socket("two", version, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)       # SO_RCVBUFFORCE
    server.bind((ADDRESSES[version].format(2), 7))
    server.settimeout(60)
    client.connect((ADDRESSES[version].format(2), 7))
    client.send(b"where are you")
    assert server.recv(100) == b"where are you"
    client.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, DATAGRAM)
    return client, server


PAYLOAD = bytes(range(250)) * (DATAGRAM * COUNT // 250) + b"the rest"


def send_train(hosts, client):
    """Packets that crossed the second port."""
    before = hosts.counted("two")["to_unicast_packets"]
    client.send(PAYLOAD)
    hosts.bed.clock.settle()
    return hosts.counted("two")["to_unicast_packets"] - before


@pytest.mark.parametrize("places", PLACES, ids=["-".join(places) for places in PLACES])
@pytest.mark.parametrize("version", [4, 6])
def test_datagrams_in_one_packet(bed, places, version):
    """Large between guests; the receiver's stack cuts them for who wants them so, and
    hands them over whole to who asks."""
    hosts = Hosts(bed, places=places)
    client, server = datagram_sockets(hosts, version)
    assert send_train(hosts, client) == 1
    got = [server.recv(65536) for _ in range(COUNT + 1)]
    assert [len(one) for one in got] == [DATAGRAM] * COUNT + [len(b"the rest")]
    assert b"".join(got) == PAYLOAD
    server.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
    assert send_train(hosts, client) == 1
    data, ancillary, _, _ = server.recvmsg(65536, 64)
    assert data == PAYLOAD
    level, kind, value = ancillary[0]
    assert (level, kind, struct.unpack("=i", value)[0]) == (socket.IPPROTO_UDP, UDP_GRO,
                                                           DATAGRAM)
    assert hosts.drops() == {}


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("one, two", KINDS, ids=["-".join(kinds) for kinds in KINDS])
def test_datagrams_cut_by_the_sender(bed, one, two, version):
    hosts = Hosts(bed, one, two)
    client, server = datagram_sockets(hosts, version)
    hosts.offloads("one", "tx-udp-segmentation", "off")
    assert send_train(hosts, client) == COUNT + 1
    assert b"".join(server.recv(65536) for _ in range(COUNT + 1)) == PAYLOAD
    assert hosts.drops() == {}


# --- Frames that are shared -------------------------------------------------------------

FOLDER = "/proc/thread-self/net/pktgen"


def put(path, text):
    with open(path, "w") as file:
        file.write(text + "\n")


def generate(netdev, dst, count):
    """pktgen holds on to each frame until it is done with."""
    put(f"{FOLDER}/kpktgend_0", "rem_device_all")
    put(f"{FOLDER}/kpktgend_0", f"add_device {netdev}")
    for line in (f"count {count}", "pkt_size 60", "delay 0", "clone_skb 0",
                 f"dst_mac {dst}", f"src_mac {frames.mac(1)}"):
        put(f"{FOLDER}/{netdev}", line)
    put(f"{FOLDER}/pgctrl", "start")
    put(f"{FOLDER}/kpktgend_0", "rem_device_all")


@pytest.mark.parametrize("settings", [{}, access(10)], ids=["no-vlan", "access"])
def test_frames_that_their_sender_holds(bed, settings):
    """All kinds of receivers get them, one by one and flooded."""
    bed.switch()
    a = bed.guest("p1", **settings)
    receivers = [bed.guest("p2", **settings), bed.station("p3", **settings),
                 bed.tap("p4", **settings), bed.vtap("p5", **settings)]
    bed.learn(a, *receivers)
    for number, receiver in enumerate(receivers, 2):
        generate(a.nic, frames.mac(number), 20)
        bed.clock.settle()
        got = [frames.parse(data) for data, _ in receiver.take_octets()]
        assert [(one.src, len(one.wire())) for one in got] == [(frames.mac(1), 60)] * 20
    bed.expect({})
    generate(a.nic, frames.BROADCAST, 20)
    bed.clock.settle()
    assert [len(receiver.take_octets()) for receiver in receivers] == [20] * 4
    sent = frame(src=1)
    a.send(sent)
    bed.expect({receiver: [sent] for receiver in receivers})


def test_tagged_by_a_netdev_on_top_and_held(bed):
    """A tag of another protocol goes back into the payload of a frame that is shared."""
    bed.switch()
    a, b = bed.guest("p1"), bed.guest("p2")
    bed.learn(a, b)
    ns.ip(f"link add link {a.nic} name v9 type vlan proto 802.1ad id 9")
    bed.links.up("v9")
    bed.links.wait_ready("v9")
    generate("v9", frames.mac(2), 5)
    bed.clock.settle()
    got = [frames.parse(data) for data, _ in b.take_octets()]
    assert [[tag.vid for tag in one.tags] for one in got] == [[9]] * 5
    ns.ip("link del v9")
