# SPDX-License-Identifier: GPL-2.0
"""What a port has beyond its VLANs: how they leave when any may be tagged or untagged,
tunnels, VID translation, and priorities (IEEE 802.1Q-2022, 6.9, 6.9.3, 6.9.4, 8.8).

      source (trunk of all) --- sw0 --- target (as the test says)
"""

import pytest

from lib import frames
from lib.frames import STAG, Tag, frame
from lib.genl import NetlinkError, access, bitmap, hybrid, no_vlan, trunk, tunnel, vid_map

ALL = trunk("1-4094")


@pytest.fixture
def pair(bed):
    def make(settings, **switch):
        bed.switch(**switch)
        return bed.station("src", **ALL), bed.station("dst", **settings)
    return make


# --- What leaves --------------------------------------------------------------------------

def test_native_tagged_leaves_tagged(bed, pair):
    source, target = pair({**trunk("10", native=20), "vlan_native_tagged": 1})
    sent = [frame(tag=Tag(10, 3)), frame(tag=Tag(20, 5))]
    source.send(*sent, frame(tag=30))
    bed.expect({target: sent})


def test_hybrid_port_sends_each_vlan_as_it_was_told(bed, pair):
    source, target = pair(hybrid("10,20,30,40", untagged="20,40", pvid=10))
    sent = [frame(tag=vid) for vid in (10, 20, 30, 40, 50)]
    source.send(*sent)
    bed.expect({target: [sent[0], sent[1].untagged(), sent[2], sent[3].untagged()]})


# --- Tunnels ------------------------------------------------------------------------------

@pytest.mark.parametrize("how", ["station", "guest", "tap"])
def test_tunnel_carries_its_customers_tags(bed, how):
    bed.switch()
    customer = getattr(bed, how)("customer", **tunnel(100))
    core = bed.station("core", **trunk("100"))
    other = bed.station("other", **tunnel(100))
    sent = [frame(), frame(tag=Tag(10, 5, 1)), frame(tag=Tag(0, 3)), frame(tag=100),
            frame(tag=Tag(7, tpid=STAG)), frame(tag=20).tagged(10)]
    customer.send(*sent)
    bed.expect({core: [one.tagged(100) for one in sent], other: sent})
    back = frame(tag=Tag(10, 6))
    core.send(back.tagged(100, pcp=4))
    bed.expect({customer: [back], other: [back]})


def test_tunnel_takes_its_customers_vlans_only(bed):
    bed.switch()
    customer = bed.station("customer", **tunnel(100, "10-19"))
    core = bed.station("core", **trunk("100"))
    good = [frame(tag=10), frame(tag=19)]
    customer.send(*good, frame(tag=20), frame(), frame(tag=0), frame(tag=4095),
                  frame(tag=Tag(10, tpid=STAG)))
    bed.expect({core: [one.tagged(100) for one in good]})
    assert customer.drops() == {"from_vlan_filter": 4, "from_vid_reserved": 1}
    customer.set(**tunnel(100, "0,10-19"))
    plain = [frame(), frame(tag=0)]
    customer.send(*plain)
    bed.expect({core: [one.tagged(100) for one in plain]})


def test_truncated_tag_at_a_tunnel(bed):
    bed.switch()
    customer = bed.guest("customer", **tunnel(100))
    head = frames.octets(frames.BROADCAST) + frames.octets(frames.mac(1)) + b"\x81\x00"
    customer.send_octets(head)
    customer.send_octets(head + b"\0")
    bed.clock.settle()
    assert customer.drops() == {"from_runt": 2}


@pytest.mark.parametrize("size", [1514, 1515])
def test_full_size_frames_keep_their_tags(bed, size):
    """The MTU is counted without tags, wherever they are."""
    bed.switch(mtu=1500)
    customer = bed.station("customer", mtu=1508, **tunnel(100))
    core = bed.station("core", mtu=1508, **trunk("100"))
    other = bed.station("other", mtu=1508, **tunnel(100))
    sent = frame(size=size, tag=10)
    customer.send(sent)
    if size == 1514:
        bed.expect({core: [sent.tagged(100)], other: [sent]})
    else:
        bed.expect({})
        assert customer.drops() == {"from_oversize": 1}


# --- VID translation ------------------------------------------------------------------------

def test_translation_both_ways(bed, pair):
    source, target = pair({**trunk("10,20,99"), **vid_map((110, 10), (1001, 1, 9))})
    source.send(*(frame(src=1, tag=Tag(vid, 5, 1)) for vid in (10, 20, 99)))
    assert [one.tags for one in target.take()] == [
        (Tag(110, 5, 1),), (Tag(20, 5, 1),), (Tag(99, 5, 1),)]
    back = [frame(src=2, tag=vid) for vid in (110, 20, 10)]
    target.send(*back)
    bed.expect({source: [back[0].untagged().tagged(10), back[1]]})
    assert target.drops() == {"from_vlan_filter": 1}
    assert {(entry["mac"], entry["vid"]) for entry in bed.vsw.fdb()} == {
        *((frames.mac(1), vid) for vid in (10, 20, 99)),
        *((frames.mac(2), vid) for vid in (10, 20))}


def test_vlan_without_an_id_on_the_wire_does_not_leave(bed, pair):
    source, target = pair({**ALL, **vid_map((10, 20))})
    source.send(frame(tag=10), frame(tag=20))
    assert [one.tags for one in target.take()] == [(Tag(10),)]
    assert target.drops() == {"to_vlan_filter": 1}


def test_translation_is_taken_away(bed, pair):
    source, target = pair({**ALL, **vid_map((10, 20), (20, 10))})
    assert target.show()["vid_map"] == vid_map((10, 20), (20, 10))["vid_map"]
    target.set(**vid_map())
    assert "vid_map" not in target.show()
    sent = frame(tag=10)
    source.send(sent)
    bed.expect({target: [sent]})


# --- Priorities -----------------------------------------------------------------------------

def tags_at(bed, source, target, *tags):
    """With which tags do frames with these tags leave?"""
    source.send(*(frame(tag=tag) for tag in tags))
    return [one.tags[0] for one in target.take()]


def every_tag(vid=10):
    return [Tag(vid, pcp, dei) for pcp in range(8) for dei in (0, 1)]


def test_table_of_the_source_is_decoded(bed, pair):
    source, target = pair(ALL)
    source.set(pcp_table="5p3d")
    wanted = {5: (4, 0), 4: (4, 1), 3: (2, 0), 2: (2, 1), 1: (0, 0), 0: (0, 1)}
    for tag, seen in zip(every_tag(), tags_at(bed, source, target, *every_tag())):
        pcp, dei = wanted.get(tag.pcp, (tag.pcp, 0))
        assert seen == Tag(10, pcp, dei or tag.dei)


def test_table_of_the_target_is_encoded(bed, pair):
    source, target = pair({**ALL, "pcp_table": "7p1d", "use_dei": 0})
    for tag, seen in zip(every_tag(), tags_at(bed, source, target, *every_tag())):
        pcp = (4 if tag.dei else 5) if tag.pcp in (4, 5) else tag.pcp
        assert seen == Tag(10, pcp, 0)


def test_regeneration_and_default_priority(bed, pair):
    source, target = pair(ALL)
    source.set(**trunk("10", native=20), prio_regen=bytes((7, 6, 5, 4, 3, 2, 1, 0)),
               default_prio=2)
    assert tags_at(bed, source, target, *every_tag()) == [
        Tag(10, 7 - tag.pcp, tag.dei) for tag in every_tag()]
    assert tags_at(bed, source, target, None, Tag(0, 1)) == [Tag(20, 5), Tag(20, 6)]
    source.set(prio_regen=bytes(range(8)))
    assert tags_at(bed, source, target, None, Tag(0, 1)) == [Tag(20, 2), Tag(20, 1)]


@pytest.mark.parametrize("policy, tagged", [("never", []), ("nonzero", [1, 5]),
                                            ("always", [0, 1, 5])])
def test_priority_tags(bed, pair, policy, tagged):
    source, target = pair({**access(10), "prio_tags": policy})
    sent = [frame(tag=Tag(10, pcp)) for pcp in (0, 1, 5)]
    source.send(*sent)
    bed.expect({target: [one.untagged().tagged(0, one.tags[0].pcp)
                         if one.tags[0].pcp in tagged else one.untagged() for one in sent]})


def test_tunnel_gives_the_default_priority(bed):
    bed.switch()
    customer = bed.station("customer", **tunnel(100), default_prio=3)
    core = bed.station("core", **trunk("100"))
    sent = frame(tag=Tag(10, 7))
    customer.send(sent)
    bed.expect({core: [sent.tagged(100, pcp=3)]})


# --- Settings -------------------------------------------------------------------------------

DEFAULTS = {"admit": "mode", "ingress_filter": 1, "pcp_table": "8p0d", "use_dei": 1,
            "prio_regen": bytes(range(8)), "default_prio": 0, "prio_tags": "never"}


def test_defaults_and_each_setting_by_itself(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p", **trunk("10", native=20))
    port = bed.vsw.port("sw0", "p")
    assert {key: port[key] for key in DEFAULTS} == DEFAULTS
    changed = {"admit": "tagged", "ingress_filter": 0, "pcp_table": "6p2d", "use_dei": 0,
               "prio_regen": bytes((0, 0, 0, 0, 4, 4, 4, 4)), "default_prio": 7,
               "prio_tags": "always"}
    for key, value in changed.items():
        bed.vsw.set_port("sw0", "p", **{key: value})
        port[key] = value
        assert bed.vsw.port("sw0", "p") == port
    for key, value in DEFAULTS.items():
        bed.vsw.set_port("sw0", "p", **{key: value})
        port[key] = value
        assert bed.vsw.port("sw0", "p") == port


@pytest.mark.parametrize("mode", [hybrid("10,20", "20", 30), hybrid("10"), tunnel(5, "0,7"),
                                  {**trunk("10", native=20), "vlan_native_tagged": 1}])
def test_mode_is_told_as_it_was_set(bed, mode):
    bed.switch()
    bed.vsw.add_port("sw0", "p", **mode)
    port = bed.vsw.port("sw0", "p")
    wanted = {key: value for key, value in mode.items() if value is not None}
    if "vlan_native_tagged" in mode:        # a member whether or not the list names it
        wanted["vlan_trunks"] = bitmap({10, 20})
    assert {key: port[key] for key in port if key.startswith("vlan_")} == wanted


BAD = [
    hybrid(""), hybrid("10", "20"), {**hybrid("10"), "vlan_trunks": bitmap({0, 10})},
    {**hybrid("10"), "vlan_native": 4095}, {**hybrid("10"), "vlan_untagged": None},
    {**hybrid("10"), "vlan_native_tagged": 1}, {**access(10), "vlan_untagged": bitmap({1})},
    tunnel(0), tunnel(4095), tunnel(5, ""), {**tunnel(5), "vlan_customer": bitmap({4095})},
    {**tunnel(5), "vlan_trunks": bitmap({10})}, {**trunk("10"), "vlan_native_tagged": 1},
    {**trunk("10"), "admit": "all"}, {**trunk("10"), "admit": "untagged"},
    {**no_vlan(), "admit": "all"}, {**no_vlan(), "ingress_filter": 0},
    {**tunnel(5), "admit": "tagged"}, {"ingress_filter": 2}, {"admit": 4},
    vid_map((10, 20), (10, 30)), vid_map((10, 20), (11, 20)), vid_map((0, 1)),
    vid_map((1, 4095)), vid_map((4090, 1, 6)), {"vid_map": b"12345"},
    {"vid_map": bytes(6 * 257)}, {"pcp_table": 4}, {"use_dei": 2}, {"prio_regen": bytes(7)},
    {"prio_regen": bytes((0, 1, 2, 3, 4, 5, 6, 8))}, {"default_prio": 8}, {"prio_tags": 3},
]


@pytest.mark.parametrize("wrong", BAD)
def test_refused_and_nothing_changed(bed, wrong):
    bed.switch()
    bed.vsw.add_port("sw0", "p", **hybrid("10,20", "20", 10), **vid_map((30, 20)),
                     pcp_table="7p1d")
    before = bed.vsw.port("sw0", "p")
    with pytest.raises(NetlinkError, match="EINVAL|ERANGE") as caught:
        bed.vsw.set_port("sw0", "p", desc="new", **wrong)
    assert caught.value.text
    assert bed.vsw.port("sw0", "p") == before
    with pytest.raises(NetlinkError, match="EINVAL|ERANGE"):
        bed.vsw.add_port("sw0", "q", **wrong)
    assert len(bed.vsw.ports()) == 1
