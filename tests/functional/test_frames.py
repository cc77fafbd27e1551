# SPDX-License-Identifier: GPL-2.0
"""Odd frames: tags cut short, too many of them, reserved VLAN ids, addresses that no
one has, tags that are payload; and frames as long, and as short, as they may be. Each is
dropped under its name or relayed as it is, whatever it comes from or goes to.

      a (as the test says) --- sw0 --- b (trunk of 1-4094)
"""

import itertools

import pytest

from lib import frames, ns
from lib.frames import BROADCAST, CTAG, MULTICAST, STAG, Packets, Tag, frame, mac
from lib.genl import access, no_vlan, trunk, tunnel
from lib.packets import TCP, Segment, header, packet
from lib.vtap import OFFLOADS

HOWS = ("station", "guest", "tap", "vtap")
ALL = trunk("1-4094")
PROTOCOL = {CTAG: "802.1q", STAG: "802.1ad"}
FULL = 1514


def pytest_generate_tests(metafunc):
    if "how" in metafunc.fixturenames:
        metafunc.parametrize("how", HOWS)


def pair(bed, how, settings, **switch):
    bed.switch(**switch)
    return getattr(bed, how)("a", **settings), bed.station("b", **ALL)


def addresses(dst=BROADCAST, src=1):
    return frames.octets(dst) + frames.octets(mac(src))


# --- Tags cut short -----------------------------------------------------------------------

# What there is behind the EtherType of a tag: its id, the EtherType that follows, and
# two octets, which tell 802.3 from 802.2; the kernel wants to see them all.
REST = b"\x00\x0a\x88\xb5\x00\x00"


def cut(*lengths):
    return [addresses() + b"\x81\x00" + REST[:length] for length in lengths]


@pytest.mark.parametrize("settings", [trunk("10", native=20), access(20)],
                         ids=["trunk", "access"])
def test_cut_tag(bed, how, settings):
    """Those of a netdev are dropped by the stack, before any switch sees them."""
    a, b = pair(bed, how, settings)
    for octets in cut(*range(6)):
        a.send_octets(octets)
    bed.expect({})
    assert a.drops() == ({"from_runt": 6} if how in ("guest", "vtap") else {})
    assert bed.vsw.fdb() == []


def test_shortest_tagged_frame(bed, how):
    a, b = pair(bed, how, trunk("10"))
    a.send_octets(*cut(6))
    bed.expect({b: [frame(tag=10, payload=REST[4:])]})


def test_cut_tag_of_a_customer(bed, how):
    """A tunnel looks for its VLAN id, and no further."""
    a, b = pair(bed, how, tunnel(100))
    for octets in cut(*range(7)):
        a.send_octets(octets)
    sees_all = how in ("guest", "vtap")
    bed.expect({b: [frame(tag=10, payload=REST[4:length]).tagged(100)
                    for length in ((4, 5, 6) if sees_all else (6,))]})
    assert a.drops() == ({"from_runt": 4} if sees_all else {})


INNER = [REST[:2], REST[:3]]


@pytest.mark.parametrize("tpid", [CTAG, STAG])
@pytest.mark.parametrize("rest", INNER, ids=len)
def test_cut_inner_tag_is_payload_of_a_trunk(bed, how, tpid, rest):
    a, b = pair(bed, how, trunk("10"))
    sent = frame(tag=Tag(10, 3), ethertype=tpid, payload=rest)
    a.send(sent)
    bed.expect({b: [sent]})


@pytest.mark.parametrize("rest", INNER, ids=len)
def test_cut_inner_tag_gives_no_vlan(bed, how, rest):
    """Behind a priority tag it would be the first one."""
    a, b = pair(bed, how, access(10))
    a.send(frame(tag=Tag(0, 3), ethertype=CTAG, payload=rest))
    bed.expect({})
    assert a.drops() == {"from_tagged": 1}


@pytest.mark.parametrize("rest", INNER, ids=len)
def test_cut_inner_tag_at_a_tunnel(bed, how, rest):
    """What is behind the customer's own tag is not looked into."""
    a, b = pair(bed, how, tunnel(100))
    sent = frame(tag=10, ethertype=STAG, payload=rest)
    a.send(sent)
    bed.expect({b: [sent.tagged(100)]})


# --- Many tags ----------------------------------------------------------------------------

def stacked(*tpids):
    """VLANs 10, 11, ... from the outside."""
    return frame()._replace(tags=tuple(Tag(10 + at, at, tpid=tpid)
                                       for at, tpid in enumerate(tpids)))


MODES = {"none": no_vlan(), "access": access(10), "trunk": trunk("10", native=20),
         "tunnel": tunnel(10)}


@pytest.mark.parametrize("protocol", PROTOCOL.values())
@pytest.mark.parametrize("mode", MODES)
def test_more_than_two_tags(bed, how, mode, protocol):
    a, b = pair(bed, how, MODES[mode], protocol=protocol)
    sent = [stacked(*tpids) for count in (3, 4)
            for tpids in itertools.product((CTAG, STAG), repeat=count)]
    a.send(*sent)
    bed.expect({})
    assert a.drops() == {"from_too_many_tags": len(sent)} and bed.vsw.fdb() == []


@pytest.mark.parametrize("rest", [REST[:length] for length in range(4)], ids=len)
def test_third_tag_need_not_be_whole(bed, how, rest):
    a, b = pair(bed, how, trunk("10"))
    a.send(stacked(CTAG, STAG)._replace(ethertype=CTAG, payload=rest))
    bed.expect({})
    assert a.drops() == {"from_too_many_tags": 1}


@pytest.mark.parametrize("own, other", [(CTAG, STAG), (STAG, CTAG)], ids=PROTOCOL.values())
def test_two_tags(bed, how, own, other):
    """The first of the switch's protocol is its own, all else is payload."""
    a, b = pair(bed, how, trunk("10", native=20), protocol=PROTOCOL[own])
    sent = [stacked(*tpids) for tpids in itertools.product((own, other), repeat=2)]
    a.send(*sent)
    bed.expect({b: sent[:2] + [one.tagged(20, tpid=own) for one in sent[2:]]})
    a.set(**trunk("10"))
    a.send(*sent)
    bed.expect({b: sent[:2]})
    assert a.drops() == {"from_untagged": 2}


@pytest.mark.parametrize("own", PROTOCOL, ids=PROTOCOL.values())
def test_two_tags_of_a_customer(bed, how, own):
    a, b = pair(bed, how, tunnel(100), protocol=PROTOCOL[own])
    c = bed.station("c", **tunnel(100))
    sent = [stacked(*tpids) for tpids in itertools.product((CTAG, STAG), repeat=2)]
    a.send(*sent)
    bed.expect({b: [one.tagged(100, tpid=own) for one in sent], c: sent})


# --- VLAN id 4095 -------------------------------------------------------------------------

@pytest.mark.parametrize("own", PROTOCOL, ids=PROTOCOL.values())
@pytest.mark.parametrize("mode", ["none", "access", "trunk"])
def test_outer_vid_4095(bed, how, mode, own):
    a, b = pair(bed, how, MODES[mode], protocol=PROTOCOL[own])
    a.send(frame(tag=Tag(4095, tpid=own)), frame(tag=10).tagged(4095, tpid=own))
    bed.expect({})
    assert a.drops() == {"from_vid_reserved": 2} and bed.vsw.fdb() == []


@pytest.mark.parametrize("own, other", [(CTAG, STAG), (STAG, CTAG)], ids=PROTOCOL.values())
def test_vid_4095_in_the_payload(bed, how, own, other):
    a, b = pair(bed, how, trunk("10", native=20), protocol=PROTOCOL[own])
    inner = [frame(tag=Tag(4095, tpid=tpid)).tagged(10, tpid=own) for tpid in (own, other)]
    foreign = frame(tag=Tag(4095, tpid=other))
    a.send(*inner, foreign)
    bed.expect({b: [*inner, foreign.tagged(20, tpid=own)]})


def test_vid_4095_of_a_customer(bed, how):
    a, b = pair(bed, how, tunnel(100), protocol="802.1ad")
    inner = frame(tag=Tag(4095)).tagged(10)
    a.send(frame(tag=Tag(4095)), inner)
    bed.expect({b: [inner.tagged(100, tpid=STAG)]})
    assert a.drops() == {"from_vid_reserved": 1}


# --- Addresses ----------------------------------------------------------------------------

ODD_SOURCES = [MULTICAST, BROADCAST, "01:80:c2:00:00:00", "03:00:00:00:00:01",
               "00:00:00:00:00:00"]


@pytest.mark.parametrize("tag", [None, 10, Tag(10, tpid=STAG)])
@pytest.mark.parametrize("dst", [2, BROADCAST, MULTICAST])
def test_source_that_is_no_station(bed, how, dst, tag):
    a, b = pair(bed, how, trunk("10", native=20))
    a.send(*(frame(src=src, dst=dst, tag=tag) for src in ODD_SOURCES))
    bed.expect({})
    assert a.drops() == {"from_source_invalid": 5} and bed.vsw.fdb() == []


@pytest.mark.parametrize("tag", [None, 10, Tag(10, tpid=STAG)])
def test_destination_zero(bed, how, tag):
    a, b = pair(bed, how, trunk("10", native=20))
    a.send(frame(dst=0, tag=tag)._replace(dst="00:00:00:00:00:00"))
    bed.expect({})
    assert a.drops() == {"from_dest_invalid": 1} and bed.vsw.fdb() == []


def test_both_addresses_odd(bed, how):
    a, b = pair(bed, how, access(10))
    a.send(frame(src="00:00:00:00:00:00", dst="00:00:00:00:00:00"))
    assert a.drops() == {"from_source_invalid": 1}


def test_destination_is_the_source(bed, how):
    """It is learned, and known to be where it came from."""
    a, b = pair(bed, how, access(10))
    a.send(frame(src=1, dst=1))
    bed.expect({})
    assert a.drops() == {"from_same_port": 1}
    assert [entry["mac"] for entry in bed.vsw.fdb()] == [mac(1)]


# --- Tags that are payload ----------------------------------------------------------------

LLC, SNAP = bytes.fromhex("424203"), bytes.fromhex("aaaa03000000")
TAG_20 = bytes.fromhex("8100001488b5")
STAG_20 = bytes.fromhex("88a8001488b5")


def behind(head, hidden, tag=None):
    """A frame with a length, and a tag behind its LLC header."""
    return frame(ethertype=46, payload=(head + hidden).ljust(46, b"\0"), tag=tag)


@pytest.mark.parametrize("hidden", [TAG_20, STAG_20], ids=["ctag", "stag"])
@pytest.mark.parametrize("head", [LLC, SNAP, b""], ids=["llc", "snap", "bare"])
def test_tag_behind_a_length_is_payload(bed, how, head, hidden):
    a, b = pair(bed, how, access(10))
    c = bed.station("c", **trunk("20"))
    sent = behind(head, hidden)
    a.send(sent)
    bed.expect({b: [sent.tagged(10)]})
    a.set(**trunk("10,20"))
    sent = behind(head, hidden, Tag(10, 5))
    a.send(sent, behind(head, hidden))
    bed.expect({b: [sent]})
    assert a.drops() == {"from_untagged": 1}
    a.set(**tunnel(30, "20"))
    a.send(behind(head, hidden))
    assert a.drops() == {"from_untagged": 1, "from_vlan_filter": 1}
    assert c.take() == []


@pytest.mark.parametrize("field", [0, 1, 45, 47, 0x05dc, 0x05ff])
def test_length_is_not_looked_at(bed, how, field):
    """What is behind the data of a short frame is padding, which may have been lost."""
    a, b = pair(bed, how, access(10))
    sent = frame(ethertype=field)
    a.send(sent)
    bed.expect({b: [sent.tagged(10)]})


# --- Short frames -------------------------------------------------------------------------

SIZES = (16, 17, 46, 56, 59, 60)


@pytest.mark.short
def test_smallest_frames_are_delivered_as_they_are(bed, how):
    """Untagged, one that was as small as a tagged one may be is smaller than others;
    cards pad what they send, and no medium here needs it."""
    bed.switch()
    source = bed.station("source", **trunk("10"))
    target = getattr(bed, how)("target", **access(10))
    sent = [frame(size=size, tag=10) for size in SIZES]
    source.send(*sent)
    bed.expect({target: [one.untagged() for one in sent]})
    back = [frame(src=2, size=size) for size in SIZES]
    target.send(*back)
    bed.expect({source: [one.tagged(10) for one in back]})
    assert target.stats()["from_broadcast_bytes"] == sum(SIZES)


# --- Long frames --------------------------------------------------------------------------

class Through:
    """A station that sends with a tag of its netdev, as a host does: the first tag is
    not in the payload, where sockets of the netdev count it."""

    def __init__(self, bed, station):
        self.bed, self.station = bed, station

    def send(self, one):
        if not one.tags or not isinstance(self.station.end, Packets):
            self.station.send(one)
            return
        outer, netdev = one.tags[0], self.station.end.netdev
        name = f"v{outer.tpid:x}.{outer.vid}"
        if not self.bed.links.get(name):
            ns.ip(f"link add link {netdev} name {name} type vlan id {outer.vid} "
                  f"protocol {PROTOCOL[outer.tpid]} reorder_hdr on")
            self.bed.links.up(name)
        with_socket = self.bed.keep(Packets(name))
        with_socket.send(one.untagged())


def long_frames(own, size):
    """Without, with one and with two tags; the outer one of the switch's protocol."""
    return [frame(size=size), frame(size=size, tag=Tag(10, tpid=own)),
            frame(size=size, tag=11).tagged(10, tpid=own)]


@pytest.mark.parametrize("own", PROTOCOL, ids=PROTOCOL.values())
def test_full_size_frames_enter_with_their_tags(bed, how, own):
    bed.switch(mtu=1500, protocol=PROTOCOL[own])
    a = getattr(bed, how)("a", **trunk("10", native=20))
    b = bed.station("b", **ALL)
    sender = Through(bed, a)
    plain, *tagged = long_frames(own, FULL)
    for one in (plain, *tagged):
        sender.send(one)
    bed.expect({b: [plain.tagged(20, tpid=own), *tagged]})
    assert a.drops() == b.drops() == {}


@pytest.mark.parametrize("own", PROTOCOL, ids=PROTOCOL.values())
def test_full_size_frames_leave_with_their_tags(bed, how, own):
    """To a NIC whose MTU is 1500; an octet more does not fit."""
    bed.switch(protocol=PROTOCOL[own])
    a = bed.station("a", mtu=1600, **ALL)
    b = getattr(bed, how)("b", **trunk("10", native=20))
    plain, *tagged = long_frames(own, FULL)
    a.send(plain.tagged(20, tpid=own), *tagged)
    bed.expect({b: [plain, *tagged]})
    plain, *tagged = long_frames(own, FULL + 1)
    a.send(plain.tagged(20, tpid=own), *tagged)
    bed.expect({})
    assert b.drops() == {"to_oversize": 3} and a.drops() == {}


@pytest.mark.parametrize("mode", ["trunk", "tunnel"])
@pytest.mark.parametrize("own", PROTOCOL, ids=PROTOCOL.values())
def test_octet_more_than_the_switchs_mtu(bed, how, own, mode):
    bed.switch(mtu=1500, protocol=PROTOCOL[own])
    a = getattr(bed, how)("a", **MODES[mode],
                          **({} if how in ("tap", "vtap") else {"mtu": 1600}))
    bed.station("b", mtu=1600, **ALL)
    a.send(*long_frames(own, FULL + 1))
    bed.expect({})
    assert a.drops() == {"from_oversize": 3} and bed.vsw.fdb() == []


def test_service_is_added_to_a_full_size_frame(bed, how):
    """The customer's tag is in the payload, and so is neither counted."""
    bed.switch(mtu=1500, protocol="802.1ad")
    a = bed.station("a", **tunnel(100))
    core = getattr(bed, how)("core", **trunk("100"))
    b = getattr(bed, how)("b", **tunnel(100))
    sent = frame(size=FULL, tag=10)
    Through(bed, a).send(sent)
    bed.expect({core: [sent.tagged(100, tpid=STAG)], b: [sent]})
    assert core.drops() == b.drops() == {}


# --- Large packets, to be cut later -------------------------------------------------------

MSS = 1460          # segments of 1 500 octets
TAGS = {"none": (), "one": (Tag(100, 3, tpid=STAG),),
        "two": (Tag(100, 3, tpid=STAG), Tag(10, 5))}


def large(tags, mss=MSS, dst=2):
    """A packet of three segments, with what its sender says of it."""
    octets = packet(4, TCP, bytes(range(256)) * 12, dst=dst)
    whole = frames.parse(octets)._replace(tags=tags)
    told = header(4, TCP, mss)
    more = 4 * len(tags)
    return whole, told._replace(hdr_len=told.hdr_len + more,
                                csum_start=told.csum_start + more)


def large_pair(bed, how, mtu=65535, **settings):
    """A machine, and a station that takes segments only."""
    bed.switch(protocol="802.1ad", mtu=mtu)
    a = bed.vtap("a", header=12, offloads=OFFLOADS, **trunk("100", native=200))
    b = getattr(bed, how)("b", **settings)
    if how == "station":
        ns.run("ethtool", "-K", b.nic, "tx", "off", "sg", "off", "tso", "off", "gso", "off")
    return a, b


def check_cut(station, whole, tags):
    segments = [Segment(data) for data, _ in station.take_octets()]
    assert [len(one.payload) for one in segments] == [MSS, MSS, 3072 - 2 * MSS]
    assert b"".join(one.payload for one in segments) == bytes(range(256)) * 12
    assert all(one.right and one.tags == tags for one in segments)


@pytest.mark.parametrize("cut_at", ["station", "vtap"])
@pytest.mark.parametrize("tags", TAGS)
def test_large_packet_keeps_its_tags_when_it_is_cut(bed, cut_at, tags):
    a, b = large_pair(bed, cut_at, mtu=1500, **trunk("100", native=200))
    whole, told = large(TAGS[tags])
    a.end.send_octets(whole.wire(), told)
    bed.clock.settle()
    check_cut(b, whole, TAGS[tags])
    assert a.drops() == b.drops() == {}


@pytest.mark.parametrize("cut_at", ["station", "vtap"])
def test_large_packet_of_a_customer(bed, cut_at):
    a, b = large_pair(bed, cut_at, mtu=1500, **trunk("300"))
    a.set(**tunnel(300))
    tags = (Tag(10, 5),)
    whole, told = large(tags)
    a.end.send_octets(whole.wire(), told)
    bed.clock.settle()
    check_cut(b, whole, (Tag(300, tpid=STAG), *tags))
    b.set(**tunnel(300))
    a.end.send_octets(whole.wire(), told)
    bed.clock.settle()
    check_cut(b, whole, tags)


@pytest.mark.parametrize("tags", TAGS)
def test_large_packet_is_judged_by_its_segments(bed, tags):
    a, b = large_pair(bed, "station", **trunk("100", native=200))
    whole, told = large(TAGS[tags], MSS + 1)
    a.end.send_octets(whole.wire(), told)
    bed.expect({})
    assert b.drops() == {"to_oversize": 1}
    bed.vsw.set_switch("sw0", mtu=1500)
    a.end.send_octets(whole.wire(), told)
    bed.expect({})
    assert a.drops() == {"from_oversize": 1}
