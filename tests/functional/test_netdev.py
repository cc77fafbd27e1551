# SPDX-License-Identifier: GPL-2.0
"""Adopted netdevs: an existing Ethernet netdev of any kind is taken over whole, and
given back as it was found.

     h1 ~~~ e1 p1 +-----+ p2 --- veth, dummy, tap, bond, vxlan, macvlan ...
                  | sw0 |
                  +-----+
     lo, a tunnel, a bridge's port, another switch ...: refused
"""

import pytest

from lib import ns
from lib.frames import Packets, frame
from lib.genl import NetlinkError, access
from lib.tap import Tap


def make_dummy(bed):
    bed.links.add("x1", "dummy")


def make_bond(bed):
    bed.links.add_veth("s1", "t1")
    ns.ip("link add x1 group 4711 type bond mode active-backup")
    ns.ip("link set s1 master x1")
    bed.links.up("t1")


def make_vxlan(bed):
    bed.links.add("under", "dummy")
    bed.links.up("under")
    ns.ip("link add x1 group 4711 type vxlan id 7 dev under dstport 4789 remote 192.0.2.9")


def make_macvlan(bed):
    bed.links.add("under", "dummy")
    bed.links.up("under")
    ns.ip("link add link under name x1 group 4711 type macvlan mode private")


def make_vlan(bed):
    bed.links.add("under", "dummy")
    bed.links.up("under")
    ns.ip("link add link under name x1 group 4711 type vlan id 5")


def make_ifb(bed):
    bed.links.add("x1", "ifb")


def make_gretap(bed):
    ns.ip("link add x1 group 4711 type gretap local 192.0.2.1 remote 192.0.2.2")


def make_team(bed):
    bed.links.add_veth("s1", "t1")
    bed.links.up("t1")
    ns.ip("link add x1 group 4711 type team")
    ns.ip("link set s1 master x1")
    bed.links.up("s1")


KINDS = {name[5:]: make for name, make in globals().items() if name.startswith("make_")}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_netdev(bed, kind):
    """Taken over, sent through, given back."""
    KINDS[kind](bed)
    before = bed.links.get("x1")
    bed.switch()
    a = bed.station("p1")
    bed.vsw.add_port("sw0", "p2", nic="x1")
    during = bed.links.get("x1")
    assert during["master"] == bed.links.index("sw0") and during["up"]
    assert during["promiscuity"] == before["promiscuity"] + 1
    port = bed.vsw.port("sw0", "p2")
    assert (port["nic"], port["nic_kind"], port["role"]) == ("x1", "netdev", "edge")
    if kind not in ("bond", "team", "gretap"):     # whose carrier is not theirs
        bed.vsw.wait_port("sw0", "p2")
        bed.clock.settle()
        a.send(frame(src=1), frame(src=1))
        bed.clock.settle()
        assert bed.vsw.stats("sw0", "p2")["to_broadcast_packets"] == 2
    bed.vsw.del_port("sw0", "p2")
    after = bed.links.get("x1")
    assert "master" not in after
    assert (after["up"], after["promiscuity"]) == (before["up"], before["promiscuity"])


def test_bond_carries_frames(bed):
    make_bond(bed)
    far = bed.keep(Packets("t1"))
    bed.switch()
    a = bed.station("p1")
    bed.vsw.add_port("sw0", "p2", nic="x1", role="uplink")
    bed.vsw.wait_port("sw0", "p2")
    bed.links.wait_ready("t1")
    sent, back = frame(src=1), frame(src=2)
    a.send(sent)
    bed.clock.settle()
    assert far.take() == [sent]
    far.send(back)
    bed.expect({a: [back]})


def test_tap_carries_frames_with_all_its_tags(bed):
    bed.switch()
    a = bed.station("p1")
    t = bed.tap("p2")
    sent = frame(src=1, size=1514)
    a.send(sent)
    bed.expect({t: [sent]})
    t.send(sent._replace(src="02:00:00:00:00:02"))
    bed.expect({a: [sent._replace(src="02:00:00:00:00:02")]})


# --- Given back as found ------------------------------------------------------------

@pytest.mark.short
@pytest.mark.parametrize("was_up", [False, True], ids=["down", "up"])
@pytest.mark.parametrize("shut", [False, True], ids=["open", "shut"])
def test_admin_state_is_given_back(bed, was_up, shut):
    bed.links.add_veth("e1", "h1")
    bed.links.up("h1")
    if was_up:
        bed.links.up("e1")
    bed.switch()
    bed.vsw.add_port("sw0", "p1", nic="e1")
    assert bed.links.get("e1")["up"]
    if shut:
        bed.vsw.set_port("sw0", "p1", up=0)
        assert not bed.links.get("e1")["up"]
    bed.vsw.disconnect("e1")
    assert bed.links.get("e1")["up"] == was_up


def test_promiscuous_mode_of_others_is_left_alone(bed):
    bed.links.add_veth("e1", "h1")
    ns.ip("link set e1 promisc on")
    bed.switch()
    bed.vsw.add_port("sw0", "p1", nic="e1")
    assert bed.links.get("e1")["promiscuity"] == 2
    bed.vsw.disconnect("e1")
    assert bed.links.get("e1")["promiscuity"] == 1


def test_stack_sees_nothing_of_an_adopted_netdev(bed):
    """Its frames belong to the switch: an address on it does not answer."""
    bed.switch()
    a, b = bed.station("p1"), bed.tap("p2")
    ns.ip("addr add 192.0.2.1/24 dev e1")
    who_has = frame(src=9, ethertype=0x806, payload=bytes.fromhex(
        "0001080006040001" "020000000009" "c0000209" "000000000000" "c0000201"))
    a.send(who_has)
    bed.expect({b: [who_has]})
    bed.vsw.disconnect("e1")
    bed.links.up("e1")
    bed.links.wait_ready("h1")
    a.send(who_has)
    answers = a.take()
    assert [answer.ethertype for answer in answers] == [0x806]


# --- What happens to the netdev ---------------------------------------------------------

def test_rename(bed, events):
    bed.switch()
    a, b = bed.stations_at("p1", "p2")
    a.set(up=0)
    events.forget()
    bed.links.rename("e1", "renamed")
    assert [(event["object"], event["event"], event["name"], event["port"])
            for event in events.read()] == [("nic", "set", "renamed", "p1")]
    assert a.show()["nic"] == "renamed"
    assert bed.vsw.nic("renamed")["port"] == "p1"
    a.set(up=1)
    a.wait()
    bed.links.wait_ready("h1")
    sent = frame(src=1)
    a.send(sent)
    bed.expect({b: [sent]})


def test_unregistered_netdev_leaves_its_port(bed, events):
    bed.switch()
    bed.stations_at("p1", "p2", **access(10))
    bed.links.delete("e1")
    port = bed.vsw.port("sw0", "p1")
    assert (port["oper"], port["down_reason"], port["vlan_vid"]) == (0, "no-nic", 10)
    assert "nic" not in port
    assert events.wait(object="port", event="down")["name"] == "p1"
    event = events.wait(object="nic", event="disconnect")
    assert (event["name"], event["switch"], event["port"]) == ("e1", "sw0", "p1")
    assert [nic["name"] for nic in bed.vsw.nics()] == ["e2"]


def test_closed_tap_leaves_its_port(bed):
    bed.switch()
    t = bed.tap("p1")
    t.end.close()
    assert bed.vsw.port("sw0", "p1")["down_reason"] == "no-nic"
    assert bed.vsw.nics() == []


def test_far_end_is_deleted(bed):
    """A veth goes with its peer."""
    bed.switch()
    bed.station("p1")
    bed.links.delete("h1")
    assert bed.vsw.port("sw0", "p1")["down_reason"] == "no-nic"


def test_netdev_moves_to_another_namespace(bed):
    """It leaves the switch, and is nobody's there."""
    bed.switch()
    bed.station("p1")
    ns.add("other")
    with ns.open_file("other") as space:
        bed.links.move("e1", space)
    port = bed.vsw.port("sw0", "p1")
    assert port["down_reason"] == "no-nic" and "nic" not in port
    assert bed.vsw.nics() == []
    link = ns.ip_json("link show e1", netns="other")[0]
    assert "master" not in link and "PROMISC" not in link["flags"]
    ns.ip("link set e1 netns 1", netns="other")
    bed.vsw.connect("e1", "sw0", "p1")
    bed.vsw.wait_port("sw0", "p1")


def test_address_of_the_netdev(bed):
    bed.switch()
    a = bed.station("p1")
    ns.ip("link set e1 address 02:00:00:00:aa:01")
    assert bed.vsw.nic("e1")["mac"] == "02:00:00:00:aa:01"
    assert a.show()["nic"] == "e1"


# --- Refused -------------------------------------------------------------------------------

def refuse(bed, nic, code, words):
    """By all three ways in; nothing changes, and the text says why."""
    before = bed.links.get(nic)
    for plug in (lambda: bed.vsw.connect(nic, "sw0", "p1"),
                 lambda: bed.vsw.set_port("sw0", "p1", nic=nic),
                 lambda: bed.vsw.add_port("sw0", "p9", nic=nic)):
        with pytest.raises(NetlinkError, match=code) as caught:
            plug()
        assert words in caught.value.text, caught.value
    assert bed.links.get(nic) == before
    assert bed.vsw.port("sw0", "p1").get("nic") is None
    assert [port["name"] for port in bed.vsw.ports()] == ["p1"]


@pytest.fixture
def empty_port(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")


def test_loopback_is_refused(bed, empty_port):
    refuse(bed, "lo", "EINVAL", "loopback")


def test_what_is_not_ethernet_is_refused(bed, empty_port):
    ns.ip("link add x1 group 4711 type ipip local 192.0.2.1 remote 192.0.2.2")
    refuse(bed, "x1", "EINVAL", "not an Ethernet device")


def test_tun_is_refused(bed, empty_port):
    bed.keep(Tap("t1", flags=0x1))
    refuse(bed, "t1", "EINVAL", "not an Ethernet device")


def test_switch_is_refused(bed, empty_port):
    refuse(bed, "sw0", "ELOOP", "a switch")
    ns.ip("link add sw1 group 4711 type vswitch")
    for plug in (lambda: bed.vsw.connect("sw1", "sw0", "p1"),
                 lambda: bed.vsw.set_port("sw0", "p1", nic="sw1")):
        with pytest.raises(NetlinkError, match="ELOOP"):
            plug()


@pytest.mark.parametrize("kind", ["bridge", "bond", "team", "vrf table 10"])
def test_what_has_a_master_is_refused(bed, empty_port, kind):
    bed.links.add_veth("x1", "y1")
    ns.ip(f"link add m1 group 4711 type {kind}")
    ns.ip("link set x1 master m1")
    refuse(bed, "x1", "EBUSY", "master")


@pytest.mark.parametrize("kind", ["vlan id 10", "macvlan", "ipvlan"])
def test_what_others_are_stacked_on_is_refused(bed, empty_port, kind):
    bed.links.add_veth("x1", "y1")
    ns.ip(f"link add link x1 name u1 group 4711 type {kind}")
    refuse(bed, "x1", "EBUSY", "")


@pytest.mark.parametrize("kind", ["vlan id 10", "macvlan", "ipvlan"])
def test_nothing_can_be_stacked_on_an_adopted_netdev(bed, kind):
    bed.switch()
    bed.station("p1")
    ns.ip_refused(f"link add link e1 name u1 group 4711 type {kind}")
    assert bed.links.get("u1") is None
    assert bed.vsw.port("sw0", "p1")["oper"] == 1


@pytest.mark.parametrize("kind", ["bridge", "bond", "team", "vrf table 10"])
def test_adopted_netdev_gets_no_other_master(bed, kind):
    """A master is exchanged only by name: the kernel unplugs it from the old one
    first, so it may end up with the new master, but never with both."""
    bed.switch()
    bed.station("p1")
    ns.ip(f"link add m1 group 4711 type {kind}")
    master = bed.links.index("m1")
    try:
        ns.ip("link set e1 master m1")
    except AssertionError:
        pass
    link, port = bed.links.get("e1"), bed.vsw.port("sw0", "p1")
    if link.get("master") == master:
        assert "nic" not in port and port["down_reason"] == "no-nic"
    elif "master" in link:
        assert (link["master"], port["nic"]) == (bed.links.index("sw0"), "e1")
    else:
        assert "nic" not in port


def test_plugged_in_elsewhere(bed):
    bed.switch("sw0")
    bed.switch("sw1")
    bed.station("p1")
    bed.vsw.add_port("sw0", "p2")
    bed.vsw.add_port("sw1", "p3")
    for switch, port in (("sw0", "p2"), ("sw1", "p3")):
        for plug in (lambda: bed.vsw.connect("e1", switch, port),
                     lambda: bed.vsw.set_port(switch, port, nic="e1")):
            with pytest.raises(NetlinkError, match="EBUSY"):
                plug()
    assert bed.vsw.nic("e1")["port"] == "p1"


def test_port_that_has_a_nic(bed):
    bed.switch()
    bed.station("p1")
    bed.links.add_veth("x1", "y1")
    for plug in (lambda: bed.vsw.connect("x1", "sw0", "p1"),
                 lambda: bed.vsw.set_port("sw0", "p1", nic="x1")):
        with pytest.raises(NetlinkError, match="EBUSY"):
            plug()
    assert bed.vsw.port("sw0", "p1")["nic"] == "e1"
    assert bed.links.get("x1").get("master") is None


def test_same_nic_once_more_is_no_error_for_a_setting(bed, events):
    bed.switch()
    a = bed.station("p1")
    events.forget()
    a.set(nic="e1", learn=0)
    assert a.show()["learn"] == 0 and a.show()["nic"] == "e1"
    assert [event["event"] for event in events.read() if event["object"] == "nic"] == []


def test_nic_of_another_namespace_is_not_there(bed, empty_port):
    ns.add("other")
    ns.ip("link add x1 type dummy", netns="other")
    with pytest.raises(NetlinkError, match="ENO"):
        bed.vsw.connect("x1", "sw0", "p1")
    with pytest.raises(NetlinkError, match="ENODEV"):
        bed.vsw.set_port("sw0", "p1", nic="x1")


def test_nic_of_a_kind_that_was_not_made_here_is_not_deleted(bed):
    bed.switch()
    bed.station("p1")
    with pytest.raises(NetlinkError, match="EINVAL"):
        bed.vsw.del_nic("e1")
    assert bed.vsw.port("sw0", "p1")["nic"] == "e1"
