# SPDX-License-Identifier: GPL-2.0
"""Adopted netdevs of every kind, as edge and as uplink: frames, links, names, ends.

     h1 ~~~ e1 p1 +-----+ p2 x1 ~~~ veth, tap, bond, team, vlan, ...
                  | sw0 |
                  +-----+           see lib/cables.py
"""

import pytest

from lib import ns, vswctl
from lib.cables import CARRYING, KINDS, SPACE, WITH_CARRIER
from lib.frames import Packets, frame, mac
from lib.genl import trunk

TRUNK = trunk("10,20", native=1)
ROLES = ["edge", "uplink"]


def plugged_in(bed, kind, role="edge"):
    """Two trunks: one with a veth, one with the cable."""
    cable = KINDS[kind](bed)
    bed.switch()
    a = bed.station("p1", **TRUNK)
    return cable, a, cable.plug("p2", role=role, **TRUNK)


def shown(words):
    return vswctl.one(words)


# --- Frames ---------------------------------------------------------------------------

@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", CARRYING)
def test_frames_both_ways(bed, kind, role):
    """Untagged, tagged, and tagged with what the port is not a member of."""
    _, a, x = plugged_in(bed, kind, role)
    there = [frame(src=1), frame(src=1, tag=10), frame(src=1, tag=20, size=1514)]
    a.send(*there, frame(src=1, tag=30))
    bed.expect({x: there})
    back = [frame(src=2, dst=1), frame(src=2, dst=1, tag=10), frame(src=2, size=1514)]
    x.send(*back, frame(src=2, dst=1, tag=30))
    bed.expect({a: back})
    assert a.drops() == x.drops() == {"from_vlan_filter": 1}
    counted = x.stats()
    assert counted["to_broadcast_packets"] == 3 and counted["to_unicast_packets"] == 0
    assert counted["to_broadcast_bytes"] == 60 + 60 + 1514
    # what is refused is counted as well: it came in
    assert counted["from_unicast_packets"] == 3 and counted["from_broadcast_packets"] == 1
    assert counted["learned"] == 2


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown(bed, kind, role):
    cable, a, x = plugged_in(bed, kind, role)
    a.send(frame(src=1), frame(src=1, tag=10))
    bed.clock.settle()
    nic = shown(f"nic show {cable.near}")
    assert (nic["ifname"], nic["kind"], nic["role"]) == ("x1", "netdev", role)
    assert (nic["switch"], nic["port"], nic["carrier"]) == ("sw0", "p2", True)
    port = shown("port show sw0 p2")
    assert (port["nic"], port["nic_kind"], port["role"]) == ("x1", "netdev", role)
    assert port["operstate"] == "up"
    stats = shown("stats show sw0 p2")
    assert stats["to_broadcast_packets"] == 2
    assert x.drops() == {}


def test_tag_of_a_vlan_is_outermost_on_the_wire(bed):
    """A VLAN device that is plugged in carries the switch's frames in its VLAN."""
    cable, a, x = plugged_in(bed, "vlan")
    with ns.inside(SPACE):
        wire = bed.keep(Packets("over"))
    sent = [frame(src=1), frame(src=1, tag=10)]
    a.send(*sent)
    bed.expect({x: sent})
    assert wire.take() == [one.tagged(5) for one in sent]


@pytest.mark.parametrize("kind, port", [("vxlan", 4789), ("geneve", 6081)])
def test_frames_are_really_tunnelled(bed, kind, port):
    """UDP between the hosts, with the frame at its end."""
    cable, a, x = plugged_in(bed, kind)
    with ns.inside(SPACE):
        wire = bed.keep(Packets("over"))
    sent = frame(src=1, tag=10)
    a.send(sent)
    bed.expect({x: [sent]})
    packets = [one.payload for one in wire.take() if one.ethertype == 0x800]
    assert len(packets) == 1
    packet = packets[0]
    assert packet[9] == 17 and int.from_bytes(packet[22:24], "big") == port
    assert packet.endswith(sent.wire())


# --- Links ------------------------------------------------------------------------------

@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", WITH_CARRIER)
def test_carrier_loss_flushes_what_was_learned_behind_it(bed, kind, role, events):
    cable, a, x = plugged_in(bed, kind, role)
    bed.vsw.add_fdb("sw0", mac(9), "p2", vid=10)
    if cable.carries:
        x.send(frame(src=2), frame(src=3, tag=10), frame(src=4, tag=20))
    a.send(frame(src=1), frame(src=1, tag=10))
    bed.drain()
    assert x.show()["fdb_count"] == (4 if cable.carries else 1)
    events.forget()
    cable.cut()
    assert x.wait("carrier")["oper"] == 0
    down = events.wait(object="port", event="down")
    assert (down["name"], down["down_reason"]) == ("p2", "carrier")
    left = {(entry["mac"], entry["vid"]): entry["port"] for entry in bed.vsw.fdb("sw0")}
    assert left == {(mac(9), 10): "p2", (mac(1), 1): "p1", (mac(1), 10): "p1"}
    port = shown("port show sw0 p2")
    assert (port["operstate"], port["reason"]) == ("down", "no-carrier")
    to_known = frame(src=1, dst=9, tag=10)
    a.send(to_known, frame(src=1, dst=2))
    bed.expect({})
    assert x.drops() == {"to_link_down": 1} and a.drops() == {"from_no_target": 1}
    cable.mend()
    assert events.wait(object="port", event="up")["name"] == "p2"
    x.wait()
    cable.wait_ready()
    again = frame(src=1, dst=9, tag=10)
    a.send(again)
    bed.expect({x: [again]} if cable.carries else {})


def test_bond_fails_over_while_frames_flow(bed, events):
    """The port stays up, what was learned stays, and after a moment all frames pass."""
    cable, a, x = plugged_in(bed, "bond", "uplink")
    x.send(frame(src=2))
    bed.drain()
    events.forget()

    def sent_and_come():
        one = frame(src=1, dst=2)
        a.send(one)
        return one, x.take()

    def lost():
        one, come = sent_and_come()
        assert come in ([], [one])
        return not come

    assert not any(lost() for _ in range(20))
    cable.far.down("t1")
    losses = 0
    passed = 0
    while passed < 200:
        passed = 0 if lost() else passed + 1
        losses += not passed
        assert losses < 20000, "it does not fail over"
    back = frame(src=2, dst=1)
    x.send(back)
    bed.expect({a: [back]})
    cable.far.up("t1")
    cable.far.down("t2")
    while lost():
        losses += 1
        assert losses < 40000, "it does not fail back"
    assert [event for event in events.read() if event["object"] == "port"] == []
    assert bed.vsw.fdb_entry("sw0", mac(2), vid=1)["port"] == "p2"
    assert x.show()["oper"] == 1
    cable.far.down("t1")
    x.wait("carrier")
    assert bed.vsw.fdb_entry("sw0", mac(2), vid=1) is None


# --- Names, and ends ----------------------------------------------------------------------

@pytest.mark.parametrize("kind", KINDS)
def test_renamed(bed, kind):
    """While it is shut, as older kernels rename no netdev that is up."""
    cable, a, x = plugged_in(bed, kind)
    x.set(up=0)
    bed.links.rename("x1", "renamed")
    x.set(up=1)
    x.wait()
    cable.wait_ready()
    nic = shown("nic show renamed")
    assert (nic["port"], nic["carrier"]) == ("p2", True)
    assert shown("port show sw0 p2")["nic"] == "renamed"
    sent = frame(src=1, tag=10)
    a.send(sent)
    bed.expect({x: [sent]} if cable.carries else {})
    assert x.stats()["to_broadcast_packets"] == 1


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
def test_deleted_while_plugged_in(bed, kind, role, events):
    cable, a, x = plugged_in(bed, kind, role)
    if cable.carries:
        x.send(frame(src=2, tag=10))
    a.send(frame(src=1))
    bed.drain()
    events.forget()
    if kind == "tap":
        x.end.close()
    else:
        bed.links.delete("x1")
    bed.stations.remove(x)
    told = [(event["object"], event["event"], event["name"]) for event in events.read()
            if event["object"] != "fdb"]
    assert sorted(told) == [("nic", "disconnect", "x1"), ("port", "down", "p2")]
    port = shown("port show sw0 p2")
    assert port["reason"] == "no-nic" and "nic" not in port
    assert port["vlan_mode"] == "trunk"
    assert [entry["port"] for entry in bed.vsw.fdb("sw0")] == ["p1"]
    assert [nic["name"] for nic in bed.vsw.nics()] == ["e1"]


@pytest.mark.parametrize("kind", ["veth", "tap", "vlan", "vxlan", "geneve", "dummy"])
def test_moved_while_plugged_in(bed, kind, events):
    """It leaves the switch, nobody's in the other namespace; back it can be plugged in."""
    cable, a, x = plugged_in(bed, kind)
    ns.add("other")
    events.forget()
    with ns.open_file("other") as space:
        bed.links.move("x1", space)
    assert events.wait(object="nic", event="disconnect")["name"] == "x1"
    assert x.show()["down_reason"] == "no-nic" and "nic" not in x.show()
    link = ns.ip_json("-d link show x1", netns="other")[0]
    assert "master" not in link and link["promiscuity"] == 0
    ns.ip("link set x1 netns 1", netns="other")
    bed.vsw.connect("x1", "sw0", "p2")
    x.wait()
    cable.wait_ready()
    sent = frame(src=1, tag=20)
    a.send(sent)
    bed.expect({x: [sent]} if cable.carries else {})
    assert x.stats()["to_broadcast_packets"] == 1


def test_what_may_not_move_stays_plugged_in(bed):
    """A bond belongs to its namespace."""
    _, a, x = plugged_in(bed, "bond")
    ns.add("other")
    ns.ip_refused("link set x1 netns other")
    sent = frame(src=1)
    a.send(sent)
    bed.expect({x: [sent]})
    assert x.show()["nic"] == "x1"
