# SPDX-License-Identifier: GPL-2.0
"""Bound ports: a netdev of that name is plugged in when it appears in the switch's
namespace, so that a restarted VM finds its port and its policy again.

     port web, bound to tap7, VLAN 10          tap7 comes, goes, comes again
     +-----+
     | sw0 | web - - - - tap7
     +-----+
"""

import pytest

from lib import netlink, ns, rtnl
from lib.frames import frame
from lib.genl import NetlinkError, Op, access
from lib.rtnl import links_in
from lib.tap import Tap


@pytest.fixture
def web(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "web", bind="tap7", **access(10))


def wait_plugged(bed, port="web", nic="tap7"):
    bed.vsw.wait_port("sw0", port)
    assert bed.vsw.port("sw0", port)["nic"] == nic


@pytest.mark.short
def test_vm_comes_and_goes(bed, web, events):
    other = bed.station("other", **access(10))
    for _ in range(3):
        tap = Tap("tap7")
        wait_plugged(bed)
        assert events.wait(object="nic", event="connect", name="tap7")["port"] == "web"
        sent = frame(src=1)
        other.send(sent)
        bed.clock.settle()
        assert tap.receive_octets()[0] == sent.wire()
        tap.close()
        assert events.wait(object="nic", event="disconnect")["port"] == "web"
        port = bed.vsw.port("sw0", "web")
        assert (port["down_reason"], port["bind"], port["vlan_vid"]) == (
            "no-nic", "tap7", 10)


@pytest.mark.parametrize("kind", ["veth", "dummy", "vswnic"])
def test_netdev_of_any_kind(bed, web, kind):
    if kind == "veth":
        bed.links.add_veth("tap7", "far")
        bed.links.up("far")
    elif kind == "dummy":
        bed.links.add("tap7", "dummy")
    else:
        bed.vsw.add_nic("tap7")
        bed.links.up("tap7")
    wait_plugged(bed)


def test_netdev_is_there_before(bed):
    bed.switch()
    bed.links.add("x1", "dummy")
    bed.vsw.add_port("sw0", "p1", bind="x1")
    wait_plugged(bed, "p1", "x1")
    bed.links.add("x2", "dummy")
    bed.vsw.add_port("sw0", "p2")
    bed.vsw.set_port("sw0", "p2", bind="x2")
    wait_plugged(bed, "p2", "x2")


def test_netdev_gets_the_name(bed, web):
    bed.links.add("x1", "dummy")
    bed.links.rename("x1", "tap7")
    wait_plugged(bed)


def test_netdev_comes_from_another_namespace(bed, web):
    ns.add("other")
    with links_in("other") as links:
        links.add("tap7", "dummy")
    assert "nic" not in bed.vsw.port("sw0", "web")
    ns.ip("link set tap7 netns 1", netns="other")
    wait_plugged(bed)


def test_synthetic_nic_stays_away_from_a_port_in_use(bed, web):
    """The port has a NIC when the netdev comes: it is left alone."""
    bed.links.add("x1", "dummy")
    bed.vsw.connect("x1", "sw0", "web")
    bed.links.add("tap7", "dummy")
    bed.links.add("sign", "dummy")
    bed.vsw.add_port("sw0", "sign", bind="sign")
    wait_plugged(bed, "sign", "sign")
    assert bed.vsw.port("sw0", "web")["nic"] == "x1"
    assert "master" not in bed.links.get("tap7")


def test_unplugged_by_hand_stays_unplugged(bed, web):
    """Until it appears anew."""
    bed.links.add("tap7", "dummy")
    wait_plugged(bed)
    bed.vsw.disconnect("tap7")
    bed.vsw.set_port("sw0", "web", learn=0)
    port = bed.vsw.port("sw0", "web")
    assert "nic" not in port and port["bind"] == "tap7"
    # also when others come, and when a port that waits for one of them gets it
    bed.links.add("x1", "dummy")
    bed.vsw.add_port("sw0", "sign", bind="sign")
    bed.links.add("sign", "dummy")
    wait_plugged(bed, "sign", "sign")
    assert "nic" not in bed.vsw.port("sw0", "web")
    bed.links.delete("tap7")
    bed.links.add("tap7", "dummy")
    wait_plugged(bed)


def test_bound_uplink_is_an_uplink_again(bed):
    bed.switch()
    bed.links.add("tap7", "dummy")
    bed.vsw.add_port("sw0", "up", nic="tap7", role="uplink", bind="tap7")
    bed.links.delete("tap7")
    bed.links.add("tap7", "dummy")
    wait_plugged(bed, "up")
    assert bed.vsw.port("sw0", "up")["role"] == "uplink"


def test_unbound(bed, web):
    bed.vsw.set_port("sw0", "web", bind="")
    assert "bind" not in bed.vsw.port("sw0", "web")
    bed.links.add("tap7", "dummy")
    bed.links.add("sign", "dummy")
    bed.vsw.add_port("sw0", "sign", bind="sign")
    wait_plugged(bed, "sign", "sign")
    assert "nic" not in bed.vsw.port("sw0", "web")


def test_name_that_is_bound_already(bed, web):
    """A second port would take turns with the first."""
    bed.switch("sw1")
    for switch in ("sw0", "sw1"):
        with pytest.raises(NetlinkError, match="EEXIST"):
            bed.vsw.add_port(switch, "second", bind="tap7")
        bed.vsw.add_port(switch, "second")
        with pytest.raises(NetlinkError, match="EEXIST"):
            bed.vsw.set_port(switch, "second", bind="tap7")
        assert "bind" not in bed.vsw.port(switch, "second")
    bed.vsw.set_port("sw0", "web", bind="tap7")
    bed.vsw.set_port("sw0", "web", bind="")
    bed.vsw.set_port("sw1", "second", bind="tap7")


def test_netdev_that_does_not_fit_is_left_alone(bed, web):
    """It is not Ethernet; its maker is not disturbed, the port stays as it is."""
    ns.ip("link add tap7 group 4711 type ipip local 192.0.2.1 remote 192.0.2.2")
    bed.links.add("sign", "dummy")
    bed.vsw.add_port("sw0", "sign", bind="sign")
    wait_plugged(bed, "sign", "sign")
    port = bed.vsw.port("sw0", "web")
    assert "nic" not in port and port["down_reason"] == "no-nic"
    bed.links.delete("tap7")
    bed.links.add("tap7", "dummy")
    wait_plugged(bed)


def test_type_of_the_switch_holds_for_bound_nics_too(bed):
    bed.switch(type="private")
    bed.vsw.add_port("sw0", "p1", bind="g1")
    bed.vsw.add_port("sw0", "sign", bind="sign")
    bed.vsw.add_nic("g1", "host")
    bed.links.add("sign", "dummy")
    wait_plugged(bed, "sign", "sign")
    assert "nic" not in bed.vsw.port("sw0", "p1")


def test_bound_port_follows_a_rename(bed, web):
    """A netdev that loses the name stays plugged in: the binding is for what comes."""
    bed.links.add("tap7", "dummy")
    wait_plugged(bed)
    bed.vsw.set_port("sw0", "web", up=0)
    bed.links.rename("tap7", "other")
    bed.vsw.set_port("sw0", "web", up=1)
    port = bed.vsw.wait_port("sw0", "web")
    assert (port["nic"], port["bind"]) == ("other", "tap7")


def at_once(kind, *messages):
    """In one call, so that nothing else comes between them: (command, flags, body)."""
    sock = netlink.Socket(kind)
    sock.sock.send(b"".join(netlink.message(number, netlink.NLM_F_REQUEST | flags, body)
                            for number, flags, body in messages))
    sock.close()


def nic_verbs(vsw):
    """A NIC is made, and pulled out of the port that waited for it."""
    at_once(netlink.NETLINK_GENERIC, *(
        (vsw.family, flags, vsw.body(verb, "nic", values)) for verb, flags, values in (
            ("nic_new", netlink.NLM_F_CREATE, dict(name="tap7", kind="guest")),
            ("nic_disconnect", 0, dict(name="tap7")),
            ("nic_del", 0, dict(name="tap7")))))


def link_verbs(_):
    """ip link add, ip link del"""
    name = netlink.attribute(rtnl.IFLA_IFNAME, netlink.string("tap7"))
    kind = netlink.attribute(rtnl.IFLA_INFO_KIND, netlink.string("vswnic"))
    head = rtnl.IFINFO.pack(0, 0, 0, 0, 0)
    at_once(netlink.NETLINK_ROUTE,
            (rtnl.RTM_NEWLINK, netlink.NLM_F_CREATE,
             head + name + netlink.nest(rtnl.IFLA_LINKINFO, kind)),
            (rtnl.RTM_DELLINK, 0, head + name))


@pytest.mark.parametrize("verbs", [nic_verbs, link_verbs])
def test_new_nic_is_plugged_in_at_once(bed, web, events, verbs):
    """Who makes it may give it to a container, under another name, without a pause."""
    for _ in range(20):
        verbs(bed.vsw)
    told = [event["event"] for event in events.read() if event["object"] == "nic"]
    assert told == ["new", "connect", "disconnect", "del"] * 20


def test_new_nic_is_plugged_in_when_its_transaction_is_over(bed, web, events):
    """Not before: a later operation may have it, or unbind the port."""
    bed.vsw.add_port("sw0", "other")
    bed.vsw.batch([Op("nic_new", name="tap7", kind="guest"),
                   Op("port_set", switch="sw0", name="other", nic="tap7")])
    assert bed.vsw.nic("tap7")["port"] == "other"
    bed.vsw.del_nic("tap7")
    bed.vsw.batch([Op("nic_new", name="tap7", kind="guest"),
                   Op("port_set", switch="sw0", name="web", bind="")])
    assert "port" not in bed.vsw.nic("tap7")
    bed.vsw.del_nic("tap7")
    bed.vsw.set_port("sw0", "web", bind="tap7")
    ops = [Op("nic_new", name="tap7", kind="guest"),
           Op("port_set", switch="sw0", name="other", desc="new")]
    bed.vsw.batch(ops, dry_run=True)
    assert bed.vsw.nics() == []
    events.forget()
    bed.vsw.batch(ops)
    assert bed.vsw.nic("tap7")["port"] == "web"
    assert [(event["object"], event["event"]) for event in events.read()] == [
        ("nic", "new"), ("port", "set"), ("nic", "connect")]


def test_many_bound_ports(bed):
    bed.switch()
    for number in range(50):
        bed.vsw.add_port("sw0", f"p{number}", bind=f"x{number}")
    for number in reversed(range(50)):
        bed.links.add(f"x{number}", "dummy")
    for number in range(50):
        wait_plugged(bed, f"p{number}", f"x{number}")


def test_netdev_is_gone_before_it_is_plugged_in(bed, web, events):
    """It comes and goes at once; whatever the port saw of it, it is empty after."""
    for _ in range(20):
        bed.links.add("tap7", "dummy")
        bed.links.delete("tap7")
    bed.links.add("sign", "dummy")
    bed.vsw.add_port("sw0", "sign", bind="sign")
    wait_plugged(bed, "sign", "sign")
    assert "nic" not in bed.vsw.port("sw0", "web")
    told = [event["event"] for event in events.read() if event["object"] == "nic"
            and event["name"] == "tap7"]
    assert told == ["connect", "disconnect"] * (len(told) // 2)


def test_a_bound_uplink(bed, events):
    """The role is given before the NIC is there, and is the NIC's when it comes."""
    bed.switch()
    bed.vsw.add_port("sw0", "up", bind="e9", role="uplink")
    assert bed.vsw.port("sw0", "up")["role"] == "uplink"
    bed.links.add_veth("e9", "far")
    assert events.wait(object="nic", event="connect", name="e9")["role"] == "uplink"
    assert bed.vsw.port("sw0", "up")["role"] == "uplink"
    bed.vsw.set_port("sw0", "up", bind="")
    bed.vsw.disconnect("e9")
    assert "role" not in bed.vsw.port("sw0", "up")
    with pytest.raises(NetlinkError, match="EINVAL.*no NIC to give a role to"):
        bed.vsw.set_port("sw0", "up", role="edge")
    bed.vsw.set_switch("sw0", type="internal")
    with pytest.raises(NetlinkError, match="EPERM.*only a switch of type external"):
        bed.vsw.set_port("sw0", "up", bind="e8", role="uplink")


def test_a_bound_nic_is_plugged_in_by_the_verb(bed):
    """What follows in the same transaction finds it there."""
    bed.switch()
    bed.vsw.add_nic("v0", "host")
    bed.vsw.batch([Op("port_new", switch="sw0", name="p", bind="v0"),
                   Op("nic_disconnect", name="v0"),
                   Op("port_new", switch="sw0", name="q", nic="v0")])
    assert bed.vsw.nic("v0")["port"] == "q"
    assert bed.vsw.batch_refused([
        Op("nic_disconnect", name="v0"),
        Op("port_set", switch="sw0", name="p", bind="v0"),
        Op("switch_set", name="sw0", type="private")])[1] == 2
    assert bed.vsw.nic("v0")["port"] == "q"
