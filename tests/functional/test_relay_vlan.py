# SPDX-License-Identifier: GPL-2.0
"""VLANs: which frames a port admits, in which VLAN they are, where they come out
and with which tag (IEEE 802.1Q-2022, 6.9, 8.6.1, 8.6.2, 8.6.4, 8.8).

                          +----------- sw0 -----------+
      source, in one      |                           |--- none   h2
      of several modes ---| src                       |--- a10    h3   access 10
      (veth, vswnic or    |                           |--- a20    h4   access 20
      tap: the tag is in  |                           |--- all    h5   trunk 1-4094
      the metadata or in  |                           |--- nat    h6   trunk 10,20 native 30
      the payload)        +---------------------------+
"""

import pytest

from lib import frames, ns
from lib.frames import CTAG, STAG, Tag, frame
from lib.genl import access, bitmap_vids, hybrid, no_vlan, trunk, vid_map

UNTAGGED, PRIORITY = None, Tag(0, pcp=5)

# Name of a mode -> settings, and the VLAN each kind of frame is classified to or
# the reason for which it is not admitted. VLAN 0 is the VLAN-less segment.
MODES = {
    "none": (no_vlan(), {
        UNTAGGED: 0, PRIORITY: 0, Tag(10): "from_tagged", Tag(20): "from_tagged",
        Tag(99): "from_tagged", Tag(4095): "from_vid_reserved"}),
    "access-10": (access(10), {
        UNTAGGED: 10, PRIORITY: 10, Tag(10): "from_tagged", Tag(20): "from_tagged",
        Tag(99): "from_tagged", Tag(4095): "from_vid_reserved"}),
    "trunk": (trunk("10,20"), {
        UNTAGGED: "from_untagged", PRIORITY: "from_untagged", Tag(10): 10, Tag(20): 20,
        Tag(99): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "trunk-native-in-list": (trunk("10,20", native=20), {
        UNTAGGED: 20, PRIORITY: 20, Tag(10): 10, Tag(20): 20,
        Tag(99): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "trunk-native-not-in-list": (trunk("10", native=20), {
        UNTAGGED: 20, PRIORITY: 20, Tag(10): 10, Tag(20): 20,
        Tag(99): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "trunk-native-alone": (trunk("", native=10), {
        UNTAGGED: 10, PRIORITY: 10, Tag(10): 10, Tag(20): "from_vlan_filter",
        Tag(99): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "native-tagged": ({**trunk("10", native=20), "vlan_native_tagged": 1}, {
        UNTAGGED: 20, PRIORITY: 20, Tag(10): 10, Tag(20): 20,
        Tag(99): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "hybrid": (hybrid("10,20", untagged="20"), {
        UNTAGGED: "from_untagged", PRIORITY: "from_untagged", Tag(10): 10, Tag(20): 20,
        Tag(99): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "hybrid-pvid": (hybrid("10,20", untagged="10,20", pvid=20), {
        UNTAGGED: 20, PRIORITY: 20, Tag(10): 10, Tag(20): 20,
        Tag(99): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "hybrid-pvid-no-member": (hybrid("10", pvid=20), {
        UNTAGGED: "from_vlan_filter", PRIORITY: "from_vlan_filter", Tag(10): 10,
        Tag(20): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "access-all": ({**access(10), "admit": "all"}, {
        UNTAGGED: 10, PRIORITY: 10, Tag(10): 10, Tag(20): "from_vlan_filter",
        Tag(4095): "from_vid_reserved"}),
    "access-tagged": ({**access(10), "admit": "tagged"}, {
        UNTAGGED: "from_untagged", PRIORITY: "from_untagged", Tag(10): 10,
        Tag(20): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "native-tagged-only": ({**trunk("10", native=20), "admit": "tagged"}, {
        UNTAGGED: "from_untagged", PRIORITY: "from_untagged", Tag(10): 10, Tag(20): 20,
        Tag(99): "from_vlan_filter", Tag(4095): "from_vid_reserved"}),
    "native-untagged-only": ({**trunk("10", native=20), "admit": "untagged"}, {
        UNTAGGED: 20, PRIORITY: 20, Tag(10): "from_tagged", Tag(20): "from_tagged",
        Tag(99): "from_tagged", Tag(4095): "from_vid_reserved"}),
    "unfiltered": ({**trunk("20"), "ingress_filter": 0}, {
        UNTAGGED: "from_untagged", PRIORITY: "from_untagged", Tag(10): 10, Tag(20): 20,
        Tag(99): 99, Tag(4095): "from_vid_reserved"}),
    "unfiltered-hybrid": ({**hybrid("20", pvid=10), "ingress_filter": 0}, {
        UNTAGGED: 10, PRIORITY: 10, Tag(10): 10, Tag(20): 20, Tag(99): 99,
        Tag(4095): "from_vid_reserved"}),
    "translated": ({**trunk("10,20"), **vid_map((99, 10), (20, 30))}, {
        UNTAGGED: "from_untagged", PRIORITY: "from_untagged", Tag(99): 10,
        Tag(10): "from_vlan_filter", Tag(20): "from_vlan_filter",
        Tag(4095): "from_vid_reserved"}),
}

# What settings of other modes leave.
PLAIN = {"admit": "mode", "ingress_filter": 1, **vid_map()}

# The observers: settings, their VLANs, the one of these that is sent untagged.
OBSERVERS = {
    "none": (no_vlan(), {0}, 0),
    "a10": (access(10), {10}, 10),
    "a20": (access(20), {20}, 20),
    "all": (trunk("1-4094"), set(range(1, 4095)), None),
    "nat": (trunk("10,20", native=30), {10, 20, 30}, 30),
}


def add_source(bed, how, settings):
    make = {"veth": bed.station, "vswnic": bed.guest, "tap": bed.tap}[how]
    return make("src", **settings)


def add_observers(bed):
    return {name: bed.station(name, **settings)
            for name, (settings, _, _) in OBSERVERS.items()}


def leaves_as(sent, vid, vids, untagged):
    """A frame of a VLAN as it leaves a port, as a list."""
    if vid not in vids:
        return []
    bare = sent._replace(tags=sent.tags[1:])
    if vid == untagged:
        return [bare]
    pcp, dei = (sent.tags[0].pcp, sent.tags[0].dei) if sent.tags else (0, 0)
    return [bare.tagged(vid, pcp, dei)]


def check_classification(bed, source, observers, tag, meaning):
    sent = frame(tag=tag)
    before = source.drops()
    source.send(sent)
    if isinstance(meaning, int):
        bed.expect({observers[name]: leaves_as(sent, meaning, vids, untagged)
                    for name, (_, vids, untagged) in OBSERVERS.items()})
        assert source.drops() == before
    else:
        bed.expect({})
        after = source.drops()
        assert after.pop(meaning) == before.pop(meaning, 0) + 1
        assert after == before


@pytest.mark.parametrize("how", ["veth", "vswnic", "tap"])
@pytest.mark.parametrize("mode", MODES)
def test_what_a_port_admits_and_where_it_goes(bed, mode, how):
    settings, meanings = MODES[mode]
    bed.switch()
    source = add_source(bed, how, settings)
    observers = add_observers(bed)
    for tag, meaning in meanings.items():
        check_classification(bed, source, observers, tag, meaning)


@pytest.mark.parametrize("mode", MODES)
def test_what_is_refused_is_not_learned(bed, mode):
    settings, meanings = MODES[mode]
    bed.switch()
    source = add_source(bed, "veth", settings)
    bed.station("all", **trunk("1-4094"))
    known = set()
    for number, (tag, meaning) in enumerate(meanings.items(), 1):
        source.send(frame(src=number, tag=tag))
        if isinstance(meaning, int):
            known.add((frames.mac(number), meaning))
    bed.clock.settle()
    assert {(entry["mac"], entry["vid"]) for entry in bed.vsw.fdb("sw0")} == known
    assert source.stats()["learned"] == len(known)


@pytest.mark.short
def test_access_and_trunk(bed):
    """The essence of the above."""
    bed.switch()
    a, b = bed.stations_at("a", "b", **access(10))
    other = bed.station("other", **access(20))
    trunk_port = bed.station("trunk", **trunk("10,20", native=1))
    one, two, three = frame(src=1), frame(src=2, tag=10), frame(src=3, tag=20)
    a.send(one)
    bed.expect({b: [one], trunk_port: [one.tagged(10)]})
    trunk_port.send(two, three)
    bed.expect({a: [two.untagged()], b: [two.untagged()], other: [three.untagged()]})
    a.send(two)
    bed.expect({})
    assert a.drops() == {"from_tagged": 1}


# --- Priorities -------------------------------------------------------------------

@pytest.mark.parametrize("how", ["veth", "vswnic"])
def test_pcp_and_dei_are_kept_from_tag_to_tag(bed, how):
    bed.switch()
    source = add_source(bed, how, trunk("10"))
    target = bed.station("target", **trunk("10"))
    sent = [frame(tag=Tag(10, pcp, dei)) for pcp in range(8) for dei in (0, 1)]
    source.send(*sent)
    bed.expect({target: sent})


@pytest.mark.parametrize("how", ["veth", "vswnic"])
def test_priority_tag_becomes_a_vlan_tag(bed, how):
    """A priority-tagged frame keeps its PCP and DEI in the VLAN of its port."""
    bed.switch()
    source = add_source(bed, how, access(10))
    target = bed.station("target", **trunk("10"))
    peer = bed.station("peer", **access(10))
    sent = [frame(tag=Tag(0, pcp, dei)) for pcp in range(8) for dei in (0, 1)]
    source.send(*sent)
    bed.expect({
        target: [one.untagged().tagged(10, one.tags[0].pcp, one.tags[0].dei)
                 for one in sent],
        peer: [one.untagged() for one in sent]})


def test_priority_tag_is_taken_off_without_vlan(bed):
    bed.switch()
    a, b = bed.stations_at("a", "b")
    sent = frame(tag=Tag(0, pcp=7, dei=1))
    a.send(sent)
    bed.expect({b: [sent.untagged()]})


# --- More than one tag, and the other protocol --------------------------------------

@pytest.mark.parametrize("how", ["veth", "vswnic", "tap"])
def test_only_the_outer_tag_is_the_switchs(bed, how):
    bed.switch()
    source = add_source(bed, how, trunk("10"))
    a10 = bed.station("a10", **access(10))
    tagged = bed.station("tagged", **trunk("10"))
    sent = frame(tag=20).tagged(10, pcp=3)
    source.send(sent)
    bed.expect({a10: [sent.untagged()], tagged: [sent]})


@pytest.mark.parametrize("how", ["veth", "vswnic", "tap"])
@pytest.mark.parametrize("protocol, own, other",
                         [("802.1q", CTAG, STAG), ("802.1ad", STAG, CTAG)])
def test_tag_of_the_other_protocol_is_payload(bed, how, protocol, own, other):
    bed.switch(protocol=protocol)
    source = add_source(bed, how, access(100))
    peer = bed.station("peer", **access(100))
    tagged = bed.station("tagged", **trunk("100"))
    sent = frame(tag=Tag(10, pcp=6, tpid=other))
    source.send(sent)
    bed.expect({peer: [sent], tagged: [sent.tagged(100, tpid=own)]})
    own_tag = frame(tag=Tag(100, tpid=own))
    source.send(own_tag)
    bed.expect({})
    assert source.drops() == {"from_tagged": 1}


@pytest.mark.parametrize("how", ["veth", "vswnic", "tap"])
def test_provider_switch_carries_a_customers_vlans(bed, how):
    """Two tags in, two tags out: the outer one of the switch, the inner untouched."""
    bed.switch(protocol="802.1ad")
    source = add_source(bed, how, trunk("100,200"))
    customer = bed.station("customer", **access(100))
    bed.station("another", **access(200))
    core = bed.station("core", **trunk("100"))
    sent = frame(tag=Tag(10, pcp=2)).tagged(100, pcp=5, dei=1, tpid=STAG)
    source.send(sent)
    bed.expect({customer: [sent.untagged()], core: [sent]})
    back = frame(tag=Tag(11, pcp=4))
    customer.send(back)
    bed.expect({source: [back.tagged(100, tpid=STAG)],
                core: [back.tagged(100, tpid=STAG)]})


def test_foreign_tag_length_counts_as_payload(bed):
    bed.switch()
    a, b = bed.stations_at("a", "b", **access(10))
    sent = frame(src=1, size=60, tag=Tag(10, tpid=STAG))
    a.send(sent)
    bed.expect({b: [sent]})
    assert a.stats()["from_broadcast_bytes"] == b.stats()["to_broadcast_bytes"] == 64


# --- Where the tag is on its way out ------------------------------------------------

def test_tag_is_the_same_with_and_without_tag_offload(bed):
    """The far ends see the same octets, whoever writes the tag into them."""
    bed.switch()
    source = bed.station("src", **trunk("10,20"))
    plain = bed.station("plain", **trunk("10,20"))
    slow = bed.station("slow", **trunk("10,20"))
    synthetic = bed.guest("synthetic", **trunk("10,20"))
    tap = bed.tap("tap", **trunk("10,20"))
    ns.run("ethtool", "-K", slow.nic, "tx-vlan-hw-insert", "off",
           "tx-vlan-stag-hw-insert", "off")
    ns.run("ethtool", "-K", synthetic.nic, "rx-vlan-hw-parse", "off")
    sent = [frame(tag=Tag(10, pcp=1)), frame(tag=Tag(20, dei=1), size=1514)]
    source.send(*sent)
    bed.expect({station: sent for station in (plain, slow, synthetic, tap)})


@pytest.mark.parametrize("offload", ["on", "off"])
def test_vlan_device_on_a_synthetic_nic(bed, offload):
    """A guest makes a VLAN device on its trunk, with tags in metadata or payload."""
    bed.switch()
    guest = bed.guest("guest", **trunk("10"))
    a10 = bed.station("a10", **access(10))
    ns.run("ethtool", "-K", guest.nic, "tx-vlan-hw-insert", offload,
           "rx-vlan-hw-parse", offload)
    ns.ip(f"link add link {guest.nic} name v10 group 4711 type vlan id 10")
    bed.links.up("v10")
    bed.links.wait_ready("v10")
    inside = bed.keep(frames.Packets("v10"))
    sent, back = frame(src=1), frame(src=2)
    inside.send(sent)
    bed.expect({a10: [sent]})
    a10.send(back)
    bed.clock.settle()
    assert inside.take() == [back]
    bed.expect({guest: [back.tagged(10)]})


def test_frames_shared_by_a_flood_keep_their_own_tags(bed):
    """One skb's data is shared by all the copies, the tags are not."""
    bed.switch()
    source = bed.station("src", **trunk("10", native=7))
    wanted = {}
    sent = frame(tag=Tag(10, pcp=4))
    for number in range(4):
        wanted[bed.station(f"t{number}", **trunk("10"))] = [sent]
        wanted[bed.station(f"a{number}", **access(10))] = [sent.untagged()]
    source.send(sent)
    bed.expect(wanted)


# --- Numbers at the edges -------------------------------------------------------------

@pytest.mark.parametrize("vid", [1, 2, 63, 64, 4093, 4094])
def test_first_and_last_vlan_ids(bed, vid):
    bed.switch()
    a = bed.station("a", **access(vid))
    others = [number for number in (vid - 1, vid + 1) if 1 <= number <= 4094]
    for number in others:
        bed.station(f"a{number}", **access(number))
    tagged = bed.station("tagged", **trunk("1-4094"))
    one = frame(src=1)
    a.send(one)
    bed.expect({tagged: [one.tagged(vid)]})
    two = frame(src=2, tag=vid)
    tagged.send(two)
    bed.expect({a: [two.untagged()]})


def test_native_vlan_may_be_the_last_one(bed):
    bed.switch()
    a = bed.station("a", **trunk("1-4093", native=4094))
    b = bed.station("b", **access(4094))
    sent = frame()
    a.send(sent)
    bed.expect({b: [sent]})


# --- Changes in place -------------------------------------------------------------------

def test_mode_changes_in_place(bed):
    """Every mode to every other one; the frame that shows it is sent after each."""
    bed.switch()
    source = bed.station("src")
    observers = add_observers(bed)
    for first, (settings, _) in MODES.items():
        for second, (changed, meanings) in MODES.items():
            if first == second:
                continue
            source.set(**{**PLAIN, **settings})
            source.set(**{**PLAIN, **changed})
            for tag in (UNTAGGED, Tag(10)):
                check_classification(bed, source, observers, tag, meanings[tag])


def test_vlans_as_told_are_those_that_were_set(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p")
    port = bed.vsw.port("sw0", "p")
    assert port["vlan_mode"] == "none"
    assert not {"vlan_vid", "vlan_trunks", "vlan_native"} & port.keys()
    bed.vsw.set_port("sw0", "p", **access(4094))
    assert bed.vsw.port("sw0", "p")["vlan_vid"] == 4094
    bed.vsw.set_port("sw0", "p", **trunk("1-3,4000", native=5))
    port = bed.vsw.port("sw0", "p")
    assert bitmap_vids(port["vlan_trunks"]) - {5} == {1, 2, 3, 4000}
    assert port["vlan_native"] == 5
    members = [(vlan["vid"], vlan["untagged"], vlan["pvid"])
               for vlan in bed.vsw.vlans("sw0")]
    assert members == [(1, 0, 0), (2, 0, 0), (3, 0, 0), (5, 1, 1), (4000, 0, 0)]


def test_vlan_dump_filters(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "a", **access(10))
    bed.vsw.add_port("sw0", "b", **trunk("10,11"))
    bed.vsw.add_port("sw0", "c")

    def told(**filters):
        return sorted((vlan["vid"], vlan["port"]) for vlan in
                      bed.vsw.vlans("sw0", **filters))

    assert told() == [(10, "a"), (10, "b"), (11, "b")]
    assert told(vid=10) == [(10, "a"), (10, "b")]
    assert told(port="b") == [(10, "b"), (11, "b")]
    assert told(port="a", vid=11) == []
    assert told(vid=4094) == []


def test_switches_do_not_hear_each_other(bed):
    """The same VLAN, the same addresses, two switches."""
    bed.switch("sw0")
    bed.switch("sw1")
    a = bed.station("a", switch="sw0", **access(10))
    b = bed.station("b", switch="sw0", **trunk("10"))
    bed.station("a", switch="sw1", **access(10))
    bed.station("b", switch="sw1", **trunk("10"))
    sent = frame()
    a.send(sent)
    bed.expect({b: [sent.tagged(10)]})
    assert bed.vsw.fdb("sw1") == []
