# SPDX-License-Identifier: GPL-2.0
"""A trunk, and a trunk of a provider, to a switch of others: exactly the VLANs that
both ends have pass, with their priorities, and nothing else does.

    left -----+-----+         cable        +------+----- right
              | sw0 |----- e ~~~~~~ h -----| peer |
    left10 ---+-----+                      +------+----- right10

What is on the cable is looked at too, in either direction.
"""

import select
import time

import pytest

from conftest import KERNEL
from lib import frames, netlink
from lib.frames import CTAG, STAG, Packets, Tag, frame, mac
from lib.genl import access, groups, trunk, tunnel, vid_map
from lib.peers import LinuxBridge, Ovs, OvsBridge

PROTOCOL = {CTAG: "802.1q", STAG: "802.1ad"}
LAST = 0xfff000         # the station that says a test's last word


@pytest.fixture(scope="module")
def ovs(host):
    if KERNEL == "debian" or not Ovs.available():
        pytest.skip("needs Open vSwitch, and its datapath in the kernel")
    daemons = Ovs()
    yield daemons
    daemons.stop()


class Lab:
    """This switch and another's, a cable between them, and who listens."""

    def __init__(self, bed, peer):
        self.bed = bed
        self.peer = bed.keep(peer)
        self.ends = {}
        self.stations = {}
        self.last = LAST

    def near(self, name, **settings):
        """A station at this switch; or the cable, with what this switch sends."""
        station = self.bed.station(name, **settings)
        self.stations[name] = station
        self.ends[name] = station.end
        return station

    def far(self, name, plug, *words, **settings):
        """A station at the other switch, plugged in as @plug says."""
        near, end = f"r{len(self.ends)}", f"s{len(self.ends)}"
        self.bed.links.add_veth(near, end)
        self.bed.links.up(near, end)
        plug(near, *words, **settings)
        self.ends[name] = self.bed.keep(Packets(end))

    def cable(self, settings, *words, **far):
        """A trunk; "out" is what this switch sends, "in" what the other one does."""
        station = self.near("out", **settings)
        self.ends["in"] = self.bed.keep(Packets(station.nic))
        self.peer.trunk(station.end.netdev, *words, **far)
        return station

    def _collect(self, until, last):
        """What all hear, until one has heard the last frame; that one is left out."""
        heard = {name: [] for name in self.ends}
        deadline = time.monotonic() + netlink.DEADLINE
        while not any(one.payload == last for one in heard[until]):
            left = deadline - time.monotonic()
            assert left > 0, f"{until} has not heard the last frame, but {heard[until]}"
            select.select([self.ends[until]], [], [], left)
            for name, end in self.ends.items():
                heard[name] += end.take()
        self.bed.clock.settle()
        for name, end in self.ends.items():
            heard[name] += end.take()
        return {name: [one for one in those if one.payload != last]
                for name, those in heard.items()}

    def exchange(self, source, sent, wanted, until, last):
        """@source sends; all hear exactly what they are wanted to. @last is like a
        frame that is heard @until, and everyone has what there is when that one's
        copy has come: what Open vSwitch hands to its daemon stays in order."""
        self.last += 1
        last = last._replace(src=mac(self.last), payload=frame().payload)
        for one in [*sent, last]:
            self.ends[source].send(one)
        heard = self._collect(until, last.payload)
        wrong = []
        for name, observed in heard.items():
            # A daemon that was woken half-way lets others overtake.
            expected = sorted(wanted.get(name, []), key=lambda one: one.payload)
            observed.sort(key=lambda one: one.payload)
            if expected != observed:
                wrong.append(f"{name}:\n{frames.side_by_side(expected, observed)}")
        assert not wrong, "\n".join(["frames differ", *wrong])


@pytest.fixture(params=["bridge", "ovs"])
def make(request, bed):
    """Of either kind, with a protocol."""
    def made(tpid=CTAG):
        bed.switch(protocol=PROTOCOL[tpid])
        if request.param == "bridge":
            return Lab(bed, LinuxBridge(bed, PROTOCOL[tpid]))
        return Lab(bed, OvsBridge(bed, request.getfixturevalue("ovs"), PROTOCOL[tpid]))
    made.kind = request.param
    return made


# --- A trunk ------------------------------------------------------------------------------

@pytest.fixture
def lab(make):
    """Both ends have VLANs 10 and 20, and 30 untagged; each one that the other has not."""
    lab = make()
    lab.near("left", **trunk("1-4094"))
    lab.near("left10", **access(10))
    lab.far("right", lab.peer.trunk, "10,20,30,40,50,60")
    lab.far("right10", lab.peer.access, 10)
    lab.cable(trunk("10,20,50", native=30), "10,20,60", native=30)
    return lab


def every_tag(vid, deis=(0, 1)):
    return [Tag(vid, pcp, dei) for pcp in range(8) for dei in deis]


def trunk_tags(lab):
    """Open vSwitch uses the bit of DEI for itself. It is 0 where it has added a tag, also
    one that it had taken off for an untagged port: VLAN 10 has such, VLAN 20 has not."""
    is_ovs = isinstance(lab.peer, OvsBridge)
    return [*every_tag(10, (0,) if is_ovs else (0, 1)), *every_tag(20), Tag(30), Tag(30, 5)]


def of(vid, sent):
    return [one for one in sent if one.tags and one.tags[0].vid == vid]


def plain(sent):
    return [one.untagged() for one in sent]


def through(sent):
    """What comes out at the other end of the cable: a native VLAN has no priority."""
    return [one.untagged().tagged(30) if one.tags[0].vid == 30 else one for one in sent]


def on_cable(sent):
    return [one.untagged() if one.tags[0].vid == 30 else one for one in sent]


@pytest.mark.short
def test_trunk_passes_what_both_ends_have(lab):
    sent = [frame(src=1, tag=tag) for tag in trunk_tags(lab)]
    only_here = [frame(src=1, tag=Tag(vid, 3)) for vid in (40, 50, 60)]
    lab.exchange("left", sent + only_here, {
        "out": on_cable(sent) + of(50, only_here), "right": through(sent),
        "left10": plain(of(10, sent)), "right10": plain(of(10, sent))},
        until="right", last=frame(tag=10))
    assert lab.stations["left"].drops() == {"from_no_target": 2}
    assert lab.stations["out"].drops() == {}


@pytest.mark.short
def test_trunk_passes_the_same_the_other_way(lab):
    sent = [frame(src=2, tag=tag) for tag in trunk_tags(lab)]
    only_there = [frame(src=2, tag=Tag(vid, 3)) for vid in (40, 50, 60)]
    lab.exchange("right", sent + only_there, {
        "in": on_cable(sent) + of(60, only_there), "left": through(sent),
        "left10": plain(of(10, sent)), "right10": plain(of(10, sent))},
        until="left", last=frame(tag=10))
    assert lab.stations["out"].drops() == {"from_vlan_filter": 1}


def test_access_ports_of_both_are_one_network(lab):
    said, answer = frame(src=1), frame(src=2, dst=1)
    lab.exchange("left10", [said], {
        "left": [said.tagged(10)], "out": [said.tagged(10)], "right": [said.tagged(10)],
        "right10": [said]}, until="right", last=frame())
    lab.exchange("right10", [answer], {"in": [answer.tagged(10)], "left10": [answer]},
                 until="left10", last=frame())
    again = frame(src=1, dst=2)
    lab.exchange("left10", [again], {"out": [again.tagged(10)], "right10": [again]},
                 until="right10", last=frame())


def test_priority_tags_carry_a_native_vlans_priorities(lab):
    lab.stations["out"].set(prio_tags="nonzero")
    sent = [frame(src=1, tag=Tag(30, pcp)) for pcp in range(8)]
    lab.exchange("left", sent, {
        "out": [one.untagged() if not one.tags[0].pcp else
                one.untagged().tagged(0, one.tags[0].pcp) for one in sent],
        "right": sent}, until="right", last=frame(tag=30))


def test_translation_to_the_others_numbers(make):
    lab = make()
    lab.near("left", **trunk("1-4094"))
    lab.far("right", lab.peer.trunk, "10,20,110")
    lab.cable({**trunk("10,20"), **vid_map((110, 10))}, "10,20,110")
    sent = [frame(src=1, tag=tag) for tag in every_tag(10) + [Tag(20, 1)]]
    there = [one.untagged().tagged(110, *one.tags[0][1:3]) if one.tags[0].vid == 10
             else one for one in sent]
    lab.exchange("left", sent, {"out": there, "right": there}, until="right",
                 last=frame(tag=10))
    back = [one._replace(src=mac(2)) for one in there]
    not_here = frame(src=2, tag=10)
    lab.exchange("right", back + [not_here], {
        "in": back + [not_here], "left": [one._replace(src=mac(2)) for one in sent]},
        until="left", last=frame(tag=20))
    assert lab.stations["out"].drops() == {"from_vlan_filter": 1}


def test_priority_tags_of_open_vswitch_are_understood(bed, ovs):
    bed.switch()
    lab = Lab(bed, OvsBridge(bed, ovs))
    lab.near("left", **trunk("1-4094"))
    lab.far("right", lab.peer.trunk, "30")
    lab.cable(trunk("10", native=30), "10", native=30, prio_tags="if-nonzero")
    sent = [frame(src=2, tag=Tag(30, pcp)) for pcp in range(8)]
    lab.exchange("right", sent, {
        "in": [one.untagged() if not one.tags[0].pcp else
               one.untagged().tagged(0, one.tags[0].pcp) for one in sent],
        "left": sent}, until="left", last=frame(tag=30))


# --- A trunk of a provider ----------------------------------------------------------------

CUSTOMERS = (None, *(Tag(10, pcp, pcp % 2) for pcp in range(8)), Tag(0, 3), Tag(100),
             Tag(4094, 7, 1))


@pytest.fixture(params=[STAG, CTAG], ids=["802.1ad", "802.1q"])
def provider(request, make):
    """Customers of service 100 at both switches, and one each of service 200."""
    if request.param == CTAG and make.kind == "bridge":
        pytest.skip("a bridge of 802.1Q adds no tag to tagged frames")
    lab = make(request.param)
    lab.tpid = request.param
    lab.near("left", **tunnel(100))
    lab.near("left200", **tunnel(200))
    lab.far("right", lab.peer.tunnel, 100)
    lab.far("right200", lab.peer.tunnel, 200)
    lab.cable(trunk("100,200,300"), "100,200,400")
    return lab


def served(sent, vid, tpid):
    return [one.tagged(vid, tpid=tpid) for one in sent]


def test_customers_tags_pass_through_a_provider(provider):
    for near, far, vid in (("left", "right", 100), ("left200", "right200", 200)):
        sent = [frame(src=1, tag=tag) for tag in CUSTOMERS]
        provider.exchange(near, sent, {"out": served(sent, vid, provider.tpid), far: sent},
                          until=far, last=frame(tag=10))
        sent = [frame(src=2, tag=tag) for tag in CUSTOMERS]
        provider.exchange(far, sent, {"in": served(sent, vid, provider.tpid), near: sent},
                          until=near, last=frame(tag=10))


def test_service_tags_keep_their_priority(provider):
    """Both switches pass on what a third one of the provider's has tagged."""
    provider.near("core", **trunk("100,300,400"))
    sent = [frame(src=1, tag=Tag(10, 7 - pcp)).tagged(100, pcp, dei, provider.tpid)
            for pcp in range(8) for dei in (0, 1)]
    others = [frame(src=1, tag=10).tagged(vid, tpid=provider.tpid) for vid in (300, 400)]
    provider.exchange("core", sent + others, {
        "out": sent + others[:1], "left": plain(sent), "right": plain(sent)},
        until="right", last=frame().tagged(100, tpid=provider.tpid))


@pytest.fixture
def selective(bed, ovs):
    """Services for some of the customers' VLANs: 10 and 12 at both ends."""
    bed.switch(protocol="802.1ad")
    lab = Lab(bed, OvsBridge(bed, ovs, "802.1ad"))
    lab.near("left", **tunnel(100, "10-19"))
    lab.far("right", lab.peer.tunnel, 100, "10,12,21")
    lab.cable(trunk("100"), "100")
    return lab


def test_selective_qinq_with_open_vswitch(selective):
    sent = [frame(src=1, tag=vid) for vid in (10, 11, 12, 21)] + [frame(src=1)]
    selective.exchange("left", sent, {
        "out": served(sent[:3], 100, STAG), "right": [sent[0], sent[2]]},
        until="right", last=frame(tag=10))
    assert selective.stations["left"].drops() == {"from_vlan_filter": 2}
    sent = [frame(src=2, tag=vid) for vid in (10, 11, 12)] + [frame(src=2)]
    passed = [sent[0], sent[2]]
    selective.exchange("right", sent, {"in": served(passed, 100, STAG), "left": passed},
                       until="left", last=frame(tag=10))


def test_customer_gets_its_vlans_only(selective):
    sent = frame(src=2, tag=21)
    selective.exchange("right", [sent], {"in": served([sent], 100, STAG)},
                       until="left", last=frame(tag=10))
    assert selective.stations["left"].drops() == {"to_vlan_filter": 1}


def test_services_by_customers_vlan_meet_a_bridge(bed):
    """C-tagged service interface here, port-based ones there."""
    bed.switch(protocol="802.1ad")
    lab = Lab(bed, LinuxBridge(bed, "802.1ad"))
    lab.near("left", **tunnel(100), vlan_services=groups((10, 200)))
    lab.far("right", lab.peer.tunnel, 100)
    lab.far("right200", lab.peer.tunnel, 200)
    lab.cable(trunk("100,200"), "100,200")
    ten, rest = frame(src=1, tag=Tag(10, 4)), [frame(src=1, tag=11), frame(src=1)]
    lab.exchange("left", [ten, *rest], {
        "out": served([ten], 200, STAG) + served(rest, 100, STAG), "right": rest,
        "right200": [ten]}, until="right", last=frame(tag=11))
    back, others = frame(src=2, tag=10), [frame(src=2, tag=11), frame(src=2)]
    lab.exchange("right200", [back, *others], {
        "in": served([back, *others], 200, STAG), "left": [back]},
        until="left", last=frame(tag=10))
    assert lab.stations["left"].drops() == {"to_vlan_filter": 2}
