# SPDX-License-Identifier: GPL-2.0
"""Links behave as cables do: what is shut, unplugged or loses its carrier is seen
at the other end as link down, at once, and the port says why.

            +------------ sw0 -------------+
            | p1            p2          p3 |
            +--+-------------+-----------+-+
               e1            e2          g3      adopted veths, vswnic
               |             |
               h1            h2                  far ends: have they a carrier?
"""

import re

import pytest

from lib import frames, ns
from lib.genl import access

REASONS = ["port", "switch", "no-nic", "uplink", "nic", "carrier"]


@pytest.mark.short
def test_port_is_up_once_a_nic_is_plugged_in(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    empty = bed.vsw.port("sw0", "p1")
    assert (empty["up"], empty["oper"], empty["down_reason"]) == (1, 0, "no-nic")
    assert "nic" not in empty
    bed.links.add_veth("e1", "h1")
    bed.links.up("h1")
    bed.vsw.connect("e1", "sw0", "p1")
    port = bed.vsw.wait_port("sw0", "p1")
    assert (port["oper"], port["nic"], port["nic_kind"]) == (1, "e1", "netdev")
    assert port["nic_ifindex"] == bed.links.index("e1")
    bed.links.wait_carrier("h1", True)


@pytest.mark.short
def test_far_end_sees_the_port_shut(bed):
    bed.switch()
    a = bed.station("p1")
    a.set(up=0)
    assert (a.show()["oper"], a.show()["down_reason"]) == (0, "port")
    bed.links.wait_carrier("h1", False)
    a.set(up=1)
    bed.links.wait_carrier("h1", True)
    a.wait()


def test_netdev_opened_by_hand_stays_shut(bed):
    """Whoever opens it gets no link for that; it is open when the port gives one."""
    bed.switch()
    a = bed.station("p1")
    a.set(up=0)
    bed.links.wait_carrier("h1", False)
    ns.ip("link set e1 up")
    bed.links.wait("e1", lambda link: not link["up"], "closed again")
    bed.links.wait_carrier("h1", False)
    assert a.show()["down_reason"] == "port"
    a.set(up=1)
    bed.links.wait_carrier("h1", True)
    a.wait()


def test_far_end_sees_the_switch_go_down(bed):
    bed.switch()
    stations = bed.stations_at("p1", "p2")
    bed.vsw.set_switch("sw0", up=0)
    for station in stations:
        assert station.show()["down_reason"] == "switch"
        bed.links.wait_carrier(station.end.netdev, False)
    bed.vsw.set_switch("sw0", up=1)
    for station in stations:
        bed.links.wait_carrier(station.end.netdev, True)
        station.wait()


def test_switch_goes_down_and_up_by_ip_link(bed):
    bed.switch()
    a = bed.station("p1")
    ns.ip("link set sw0 down")
    assert bed.vsw.switch("sw0")["up"] == 0
    assert a.show()["down_reason"] == "switch"
    ns.ip("link set sw0 up")
    assert bed.vsw.switch("sw0")["up"] == 1
    a.wait()


def test_far_end_sees_the_nic_unplugged(bed):
    bed.switch()
    bed.station("p1")
    bed.vsw.disconnect("e1")
    bed.links.wait_carrier("h1", False)
    assert bed.vsw.port("sw0", "p1")["down_reason"] == "no-nic"


def test_port_loses_the_carrier(bed, events):
    bed.switch()
    a = bed.station("p1")
    bed.links.down("h1")
    assert a.wait("carrier")["oper"] == 0
    assert events.wait(object="port", event="down")["down_reason"] == "carrier"
    bed.links.up("h1")
    assert a.wait()["oper"] == 1
    assert events.wait(object="port", event="up")["down_reason"] == "not"


def test_nic_is_set_down_by_its_user(bed):
    bed.switch()
    a, g = bed.station("p1"), bed.guest("p2")
    for station in (a, g):
        bed.links.down(station.nic)
        station.wait("nic")
        bed.links.up(station.nic)
        station.wait()


@pytest.mark.short
@pytest.mark.parametrize("kind", ["host", "guest"])
def test_synthetic_nic_has_the_carrier_of_its_port(bed, kind):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    bed.vsw.add_nic("g1", kind)
    bed.links.up("g1")

    def carrier():
        there = bed.vsw.nic("g1")["carrier"]
        bed.links.wait_carrier("g1", bool(there))
        return there

    assert carrier() == 0
    bed.vsw.connect("g1", "sw0", "p1")
    assert carrier() == 1
    bed.vsw.set_port("sw0", "p1", up=0)
    assert carrier() == 0
    bed.vsw.set_port("sw0", "p1", up=1)
    assert carrier() == 1
    bed.vsw.set_switch("sw0", up=0)
    assert carrier() == 0
    bed.vsw.set_switch("sw0", up=1)
    assert carrier() == 1
    bed.vsw.disconnect("g1")
    assert carrier() == 0
    bed.vsw.set_port("sw0", "p1", nic="g1")
    assert carrier() == 1
    bed.vsw.del_port("sw0", "p1")
    assert carrier() == 0


def test_reason_is_the_one_nearest_to_the_switch(bed):
    """All reasons hold at first; they are mended one after the other."""
    bed.switch(up=0)
    bed.links.add_veth("e1", "h1")
    bed.vsw.add_port("sw0", "p1", up=0, link_follow=1)
    bed.vsw.add_port("sw0", "up")
    seen = []

    def mend(**settings):
        seen.append(bed.vsw.port("sw0", "p1")["down_reason"])
        if settings:
            bed.vsw.set_port("sw0", "p1", **settings)

    mend(up=1)
    mend()
    bed.vsw.set_switch("sw0", up=1)
    mend(nic="e1")
    mend()
    bed.links.add_veth("e2", "h2")
    bed.links.up("h2")
    bed.vsw.connect("e2", "sw0", "up", role="uplink")
    bed.vsw.wait_port("sw0", "up")
    bed.links.down("e1")
    bed.vsw.wait_port("sw0", "p1", "nic")
    mend()
    bed.links.up("e1")
    bed.vsw.wait_port("sw0", "p1", "carrier")
    mend()
    bed.links.up("h1")
    bed.vsw.wait_port("sw0", "p1")
    assert seen == REASONS


# --- link-follow ----------------------------------------------------------------

def add_uplink(bed, port="up1"):
    uplink = bed.station(port)
    bed.vsw.disconnect(uplink.nic)
    bed.vsw.connect(uplink.nic, "sw0", port, role="uplink")
    uplink.wait()
    return uplink


def test_guest_keeps_its_link_when_the_uplink_fails(bed):
    bed.switch()
    uplink = add_uplink(bed)
    guest = bed.guest("p1")
    bed.links.down(uplink.end.netdev)
    uplink.wait("carrier")
    assert guest.show()["oper"] == 1
    assert bed.vsw.nic(guest.nic)["carrier"] == 1


def test_follower_has_the_link_of_the_uplinks(bed):
    bed.switch()
    first, second = add_uplink(bed, "up1"), add_uplink(bed, "up2")
    guest = bed.guest("p1", link_follow=1)
    veth = bed.station("p2", link_follow=1)
    bed.links.down(first.end.netdev)
    first.wait("carrier")
    assert guest.show()["oper"] == 1, "one uplink is left"
    bed.links.down(second.end.netdev)
    second.wait("carrier")
    for station in (guest, veth):
        assert station.wait("uplink")["oper"] == 0
        bed.links.wait_carrier(station.end.netdev, False)
    bed.links.up(first.end.netdev)
    for station in (guest, veth):
        station.wait()
        bed.links.wait_carrier(station.end.netdev, True)


def test_follower_without_any_uplink_is_down(bed):
    bed.switch()
    guest = bed.guest("p1", ready=False, link_follow=1)
    guest.wait("uplink")
    guest.set(link_follow=0)
    guest.wait()
    guest.set(link_follow=1)
    guest.wait("uplink")
    uplink = add_uplink(bed)
    guest.wait()
    bed.vsw.disconnect(uplink.nic)
    guest.wait("uplink")


def test_uplink_never_waits_for_itself(bed):
    bed.switch()
    uplink = add_uplink(bed)
    uplink.set(link_follow=1)
    assert uplink.show()["oper"] == 1
    bed.links.down(uplink.end.netdev)
    uplink.wait("carrier")
    bed.links.up(uplink.end.netdev)
    uplink.wait()


def test_follower_follows_the_role(bed):
    """A NIC that becomes an uplink in place, and one that ceases to be one."""
    bed.switch()
    a = bed.station("up1")
    guest = bed.guest("p1", ready=False, link_follow=1)
    guest.wait("uplink")
    a.set(role="uplink")
    guest.wait()
    a.set(role="edge")
    guest.wait("uplink")


# --- Speed ------------------------------------------------------------------------

def speed(name):
    """As ethtool tells it: Mbit/s and duplex."""
    told = ns.run("ethtool", name)
    return tuple(re.search(rf"{key}: (.*)", told)[1] for key in ("Speed", "Duplex"))


UNKNOWN = ("Unknown!", "Unknown! (255)")


def add_fast_uplink(bed, port, mbps):
    uplink = bed.tap(port)
    uplink.set(role="uplink")
    ns.run("ethtool", "-s", uplink.nic, "speed", str(mbps), "duplex", "full",
           "autoneg", "off")
    return uplink


def test_switch_and_guest_are_as_fast_as_the_fastest_uplink(bed):
    bed.switch()
    guest = bed.guest("p1")
    tap = bed.tap("p2")
    ns.run("ethtool", "-s", tap.nic, "speed", "100000", "duplex", "full", "autoneg", "off")
    assert speed("sw0") == UNKNOWN and speed(guest.nic) == ("10000Mb/s", "Full")
    slow = add_fast_uplink(bed, "up1", 1000)
    assert speed("sw0") == speed(guest.nic) == ("1000Mb/s", "Full")
    fast = add_fast_uplink(bed, "up2", 40000)
    assert speed("sw0") == speed(guest.nic) == ("40000Mb/s", "Full")
    with open("/sys/class/net/sw0/speed") as file:
        assert file.read() == "40000\n"
    fast.set(up=0)
    assert speed("sw0") == speed(guest.nic) == ("1000Mb/s", "Full")
    bed.vsw.disconnect(slow.nic)
    assert speed("sw0") == UNKNOWN and speed(guest.nic) == ("10000Mb/s", "Full")
    guest.set(up=0)
    assert speed(guest.nic)[0] == "Unknown!"


def test_speed_of_switches_that_are_each_others_uplink(bed):
    """Their uplinks are NICs over each other's NICs: asking comes to an end."""
    bed.switch("sw0")
    bed.switch("sw1")
    for switch, other in (("sw0", "sw1"), ("sw1", "sw0")):
        bed.guest("p1", switch=switch)
        nic = bed.stations[-1].nic
        ns.ip(f"link add group 4711 name over-{switch} link {nic} type macvlan mode private")
        bed.links.up(f"over-{switch}")
        bed.vsw.add_port(other, "up", nic=f"over-{switch}", role="uplink")
        bed.vsw.wait_port(other, "up")
    assert {speed(name) for name in ("sw0", "sw1")} == {("10000Mb/s", "Full")}


# --- What a link that goes down takes with it -------------------------------------

@pytest.mark.parametrize("how", ["port", "switch", "carrier", "unplug"])
def test_learned_stations_go_with_the_link(bed, how):
    bed.switch()
    a, b = bed.stations_at("p1", "p2")
    bed.learn(a, b)
    bed.vsw.add_fdb("sw0", frames.mac(9), "p1")
    if how == "port":
        a.set(up=0)
    elif how == "switch":
        bed.vsw.set_switch("sw0", up=0)
    elif how == "carrier":
        bed.links.down("h1")
        a.wait("carrier")
    else:
        bed.vsw.disconnect("e1")
    left = {entry["mac"]: entry["port"] for entry in bed.vsw.fdb("sw0")}
    expected = {frames.mac(9): "p1"}
    if how != "switch":
        expected[frames.mac(2)] = "p2"
    assert left == expected
    assert a.show()["fdb_count"] == 1


def test_nothing_passes_a_port_that_is_down(bed):
    bed.switch()
    a, b, c = bed.stations_at("p1", "p2", "p3")
    b.set(up=0)
    one, two = frames.frame(src=1), frames.frame(src=3)
    a.send(one)
    c.send(two)
    bed.expect({a: [two], c: [one]})
    assert b.stats()["to_broadcast_packets"] == 0
    b.set(up=1)
    bed.links.wait_ready("h2")
    b.wait()
    three = frames.frame(src=1)
    a.send(three)
    bed.expect({b: [three], c: [three]})


def test_port_down_from_the_beginning(bed):
    bed.switch(up=0)
    b = bed.station("p1", ready=False, up=0, **access(10))
    port = b.show()
    assert (port["up"], port["oper"], port["down_reason"]) == (0, 0, "port")
    assert not bed.links.get("e1")["up"]
    bed.vsw.set_switch("sw0", up=1)
    assert b.show()["down_reason"] == "port"
    b.set(up=1)
    b.wait()


# --- Life of ports ----------------------------------------------------------------

def test_port_ids_are_never_used_again(bed):
    bed.switch("sw0")
    bed.switch("sw1")
    seen = []
    for name in ("sw0", "sw1", "sw0"):
        bed.vsw.add_port(name, "p1")
        seen.append(bed.vsw.port(name, "p1")["id"])
        bed.vsw.del_port(name, "p1")
    bed.vsw.del_switch("sw0")
    bed.switch("sw0")
    bed.vsw.add_port("sw0", "p1")
    seen.append(bed.vsw.port("sw0", "p1")["id"])
    assert seen == sorted(set(seen)), seen


def test_port_keeps_its_configuration_without_a_nic(bed):
    settings = dict(learn=0, flood=0, fdb_max=7, desc="the red one", link_follow=0,
                    bind="e9", **access(42))
    bed.switch()
    a = bed.station("p1", **settings)
    before = a.show()
    bed.vsw.disconnect("e1")
    after = a.show()
    for key in settings:
        assert after[key] == before[key] == (settings[key])
    bed.vsw.connect("e1", "sw0", "p1")
    a.wait()
    assert {key: a.show()[key] for key in settings} == settings


@pytest.mark.parametrize("how", ["port", "switch"])
def test_nic_is_given_back_when_its_port_is_deleted(bed, how):
    bed.switch()
    bed.station("p1")
    bed.guest("p2")
    before = bed.links.get("e1")
    assert before["master"] == bed.links.index("sw0")
    assert before["promiscuity"] == 1
    if how == "port":
        bed.vsw.del_port("sw0", "p1")
        bed.vsw.del_port("sw0", "p2")
    else:
        bed.vsw.del_switch("sw0")
    after = bed.links.get("e1")
    assert "master" not in after and after["promiscuity"] == 0
    nic = bed.vsw.nic("g2")
    assert "switch" not in nic and nic["carrier"] == 0
    assert [nic["name"] for nic in bed.vsw.nics()] == ["g2"]
