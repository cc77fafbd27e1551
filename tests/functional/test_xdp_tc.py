# SPDX-License-Identifier: GPL-2.0
"""XDP and tc go on working on an adopted netdev: they are nearer to the wire than the
switch, so they see a frame before it on the way in, and after it on the way out.

     h1 ~~~ e1 p1 +-----+ p2 e2 ~~~ h2
                  | sw0 |
                  +-----+
"""

import json

import pytest

from lib import bpf, ns
from lib.cables import KINDS
from lib.frames import frame
from lib.genl import trunk

TRUNK = trunk("10,20", native=1)


@pytest.fixture
def pair(bed):
    bed.switch()
    return bed.stations_at("p1", "p2", **TRUNK)


def tc(words):
    return ns.run("tc", *words.split())


def dropped_by_tc(netdev, way):
    """What its filters have dropped."""
    filters = json.loads(ns.run("tc", "-s", "-j", "filter", "show", "dev", netdev, way))
    return [action["stats"]["packets"] for one in filters if "options" in one
            for action in one["options"].get("actions", [])]


def drop_by_tc(netdev, way, match):
    tc(f"qdisc replace dev {netdev} clsact")
    tc(f"filter add dev {netdev} {way} {match} action drop")


def choose_by_tc(bed, pair, netdev, way):
    """Of two stations behind one end, the other end hears only one."""
    a, b = pair
    drop_by_tc(netdev, way, "protocol all flower src_mac 02:00:00:00:00:03")
    passes = [frame(src=1), frame(src=1, tag=10)]
    a.send(passes[0], frame(src=3), frame(src=3, tag=10), passes[1])
    bed.expect({b: passes})
    assert dropped_by_tc(netdev, way) == [2]


# --- tc -----------------------------------------------------------------------------

@pytest.mark.short
def test_tc_ingress_drops_before_the_switch(bed, pair):
    choose_by_tc(bed, pair, "e1", "ingress")
    a, _ = pair
    assert a.stats()["from_broadcast_packets"] == 2 and a.drops() == {}
    assert {entry["mac"] for entry in bed.vsw.fdb("sw0")} == {frame(src=1).src}


@pytest.mark.short
def test_tc_egress_drops_behind_the_switch(bed, pair):
    choose_by_tc(bed, pair, "e2", "egress")
    _, b = pair
    # what tc drops on the way out is told to the switch as a queue that took nothing
    assert b.drops() == {"to_nic_full": 2}
    assert {entry["port"] for entry in bed.vsw.fdb("sw0")} == {"p1"}


@pytest.mark.parametrize("way, netdev", [("ingress", "e1"), ("egress", "e2")])
def test_tc_sees_the_tag(bed, pair, way, netdev):
    a, b = pair
    drop_by_tc(netdev, way, "protocol 802.1Q flower vlan_id 20")
    passes = [frame(src=1), frame(src=1, tag=10)]
    a.send(*passes, frame(src=1, tag=20))
    bed.expect({b: passes})
    assert dropped_by_tc(netdev, way) == [1]


@pytest.mark.parametrize("way, netdev", [("ingress", "e1"), ("egress", "e2")])
def test_tc_is_taken_away_again(bed, pair, way, netdev):
    """And what was there before the netdev was plugged in is still at work."""
    a, b = pair
    nic = {"e1": a, "e2": b}[netdev]
    bed.vsw.disconnect(netdev)
    drop_by_tc(netdev, way, "protocol all matchall")
    bed.vsw.connect(netdev, "sw0", nic.port)
    nic.wait()
    bed.links.up("e1", "e2")
    for far in ("h1", "h2"):
        bed.links.wait_ready(far)
    a.send(frame(src=1), frame(src=1, tag=10))
    bed.expect({})
    assert dropped_by_tc(netdev, way) == [2]
    tc(f"qdisc del dev {netdev} clsact")
    sent = frame(src=1)
    a.send(sent)
    bed.expect({b: [sent]})


def test_tc_changes_the_vlan(bed, pair):
    """What tc makes of a frame is what the switch sees."""
    a, b = pair
    tc("qdisc add dev e1 clsact")
    tc("filter add dev e1 ingress protocol 802.1Q flower vlan_id 30"
       " action vlan modify id 20")
    sent = frame(src=1, tag=30)
    a.send(sent)
    bed.expect({b: [sent.untagged().tagged(20)]})
    assert [entry["vid"] for entry in bed.vsw.fdb("sw0")] == [20]


# --- XDP ----------------------------------------------------------------------------

@pytest.mark.short
@pytest.mark.parametrize("mode", bpf.MODES)
def test_xdp_chooses(bed, pair, mode):
    a, b = pair
    bpf.attach(bed.links, "e1", bpf.drop_from(3), mode)
    passes = [frame(src=1), frame(src=1, tag=10), frame(src=1, size=1514)]
    a.send(passes[0], frame(src=3), passes[1], frame(src=3, tag=10), passes[2])
    bed.expect({b: passes})
    assert a.stats()["from_broadcast_packets"] == 3 and a.drops() == {}
    assert {entry["mac"] for entry in bed.vsw.fdb("sw0")} == {frame(src=1).src}
    back = [frame(src=2, dst=1), frame(src=3, dst=1)]
    b.send(*back)
    bed.expect({a: back})


@pytest.mark.parametrize("mode", bpf.MODES)
def test_xdp_comes_and_goes_while_plugged_in(bed, pair, mode, events):
    a, b = pair
    events.forget()

    def expect(passes):
        sent = [frame(src=1), frame(src=1, tag=20)]
        a.send(*sent)
        bed.expect({b: sent} if passes else {})

    expect(True)
    bpf.attach(bed.links, "e1", bpf.verdict(bpf.XDP_DROP), mode)
    expect(False)
    bpf.attach(bed.links, "e1", bpf.verdict(bpf.XDP_PASS), mode)
    expect(True)
    bpf.attach(bed.links, "e1", bpf.verdict(bpf.XDP_DROP), mode)
    expect(False)
    bpf.detach(bed.links, "e1", mode)
    expect(True)
    assert a.stats()["from_broadcast_packets"] == 6 and a.drops() == {}
    assert [event for event in events.read() if event["object"] == "port"] == []


@pytest.mark.parametrize("mode", bpf.MODES)
def test_xdp_of_before_is_still_there(bed, mode):
    """Through being plugged in, unplugged and plugged in again."""
    bed.switch()
    a, b = bed.stations_at("p1", "p2")
    bed.vsw.disconnect("e1")
    bpf.attach(bed.links, "e1", bpf.drop_from(3), mode)
    for _ in range(2):
        bed.vsw.connect("e1", "sw0", "p1")
        a.wait()
        bed.links.wait_ready("h1")
        sent = frame(src=1)
        a.send(frame(src=3), sent)
        bed.expect({b: [sent]})
        bed.vsw.disconnect("e1")


@pytest.mark.parametrize("kind", ["tap", "bond", "team", "vlan", "vxlan", "geneve"])
def test_xdp_generic_on_other_kinds(bed, kind):
    cable = KINDS[kind](bed)
    bed.switch()
    a = bed.station("p1", **TRUNK)
    x = cable.plug("p2", **TRUNK)
    bpf.attach(bed.links, "x1", bpf.drop_from(3), "generic")
    passes = [frame(src=1), frame(src=1, tag=10)]
    x.send(frame(src=3), *passes, frame(src=3, tag=10))
    bed.expect({a: passes})
    back = frame(src=2)
    a.send(back)
    bed.expect({x: [back]})


def test_large_packets_pass_xdp_generic(bed):
    """What a guest sends in one piece passes a program at the netdev it leaves by, which
    only sees what comes in."""
    bed.switch()
    a, b = bed.station("p1", mtu=9000), bed.station("p2", mtu=9000)
    bpf.attach(bed.links, "e2", bpf.verdict(bpf.XDP_DROP), "generic")
    sent = frame(src=1, size=9014)
    a.send(sent)
    bed.expect({b: [sent]})
    b.send(frame(src=2))
    bed.expect({})
