# SPDX-License-Identifier: GPL-2.0
"""What ip(8) does with switches and NICs, as with any other netdev.

     ip link add sw0 type vswitch
     ip link set e1 master sw0         a port of that name is made, or the one that is
     ip link set e1 nomaster           bound to it or has its name is used
     ip link del sw0
"""

import pytest

from lib import ns
from lib.frames import frame
from lib.genl import access


@pytest.fixture
def veth(bed):
    bed.links.add_veth("e1", "h1")
    bed.links.up("h1")


@pytest.mark.short
def test_switch_made_by_ip_link(bed, events):
    ns.ip("link add sw0 type vswitch")
    switch = bed.vsw.switch("sw0")
    assert (switch["type"], switch["up"], switch["mtu"]) == ("external", 0, 65535)
    assert events.wait(object="switch", event="new")["name"] == "sw0"
    ns.ip("link set sw0 up")
    assert bed.vsw.switch("sw0")["up"] == 1
    link = ns.ip_json("-d link show sw0")[0]
    assert link["linkinfo"]["info_kind"] == "vswitch"
    ns.ip("link del sw0")
    assert bed.vsw.switches() == []
    assert events.wait(object="switch", event="del")["name"] == "sw0"


def test_switches_are_listed_by_their_kind(bed):
    ns.ip("link add sw0 type vswitch")
    bed.switch("sw1")
    bed.vsw.add_nic("g1")
    # older kernels list netdevs by a hash of their index
    assert {link["ifname"] for link in ns.ip_json("link show type vswitch")} == {
        "sw0", "sw1"}
    assert [link["ifname"] for link in ns.ip_json("link show type vswnic")] == ["g1"]


@pytest.mark.short
def test_master_makes_a_port(bed, veth, events):
    bed.switch()
    ns.ip("link set e1 master sw0")
    port = bed.vsw.wait_port("sw0", "e1")
    assert (port["nic"], port["role"], port["vlan_mode"]) == ("e1", "edge", "none")
    assert bed.links.get("e1")["master"] == bed.links.index("sw0")
    assert events.wait(object="port", event="new")["name"] == "e1"
    assert events.wait(object="nic", event="connect")["name"] == "e1"
    ns.ip("link set e1 nomaster")
    port = bed.vsw.port("sw0", "e1")
    assert port["down_reason"] == "no-nic" and "nic" not in port
    assert events.wait(object="nic", event="disconnect")["name"] == "e1"
    assert "master" not in bed.links.get("e1")


def test_master_uses_the_port_of_that_name(bed, veth):
    bed.switch()
    bed.vsw.add_port("sw0", "e1", **access(10))
    ns.ip("link set e1 master sw0")
    port = bed.vsw.wait_port("sw0", "e1")
    assert (port["nic"], port["vlan_vid"]) == ("e1", 10)
    assert len(bed.vsw.ports()) == 1


def test_master_uses_the_port_bound_to_that_name(bed, veth):
    """Even before the one with the name, and if the netdev came before."""
    bed.switch()
    bed.vsw.add_port("sw0", "e1", desc="has its name")
    bed.vsw.add_port("sw0", "other", bind="e1", desc="is bound to it")
    bed.vsw.wait_port("sw0", "other")
    ns.ip("link set e1 nomaster")
    assert "nic" not in bed.vsw.port("sw0", "other")
    ns.ip("link set e1 master sw0")
    assert bed.vsw.wait_port("sw0", "other")["nic"] == "e1"
    assert "nic" not in bed.vsw.port("sw0", "e1")


def test_master_when_the_port_has_another_nic(bed, veth):
    bed.switch()
    bed.links.add_veth("x1", "y1")
    bed.vsw.add_port("sw0", "e1", nic="x1")
    ns.ip_refused("link set e1 master sw0")
    assert "master" not in bed.links.get("e1")
    assert [port["nic"] for port in bed.vsw.ports()] == ["x1"]


def test_refused_master_leaves_no_port(bed, events):
    bed.switch()
    ns.ip("link add x1 group 4711 type ipip local 192.0.2.1 remote 192.0.2.2")
    said = ns.ip_refused("link set x1 master sw0")
    assert "not an Ethernet device" in said
    assert bed.vsw.ports() == []
    assert not [event for event in events.read() if event["object"] == "port"]


def test_long_netdev_name_as_port_name(bed):
    bed.links.add_veth("abcdefghijklmno", "h1")
    bed.switch()
    ns.ip("link set abcdefghijklmno master sw0")
    assert bed.vsw.port("sw0", "abcdefghijklmno")["nic"] == "abcdefghijklmno"


def test_from_switch_to_switch(bed, veth):
    bed.switch("sw0")
    bed.switch("sw1")
    ns.ip("link set e1 master sw0")
    ns.ip("link set e1 master sw1")
    assert bed.vsw.nic("e1")["switch"] == "sw1"
    assert "nic" not in bed.vsw.port("sw0", "e1")
    assert bed.links.get("e1")["promiscuity"] == 1


def test_from_a_bridge_and_back(bed, veth):
    bed.switch()
    ns.ip("link add br0 group 4711 type bridge")
    ns.ip("link set e1 master br0")
    ns.ip("link set e1 master sw0")
    assert bed.vsw.nic("e1")["port"] == "e1"
    ns.ip("link set e1 master br0")
    assert "nic" not in bed.vsw.port("sw0", "e1")
    assert bed.links.get("e1")["master"] == bed.links.index("br0")


def test_netdev_made_with_a_master(bed):
    bed.switch()
    ns.ip("link add x1 group 4711 master sw0 type dummy")
    assert bed.vsw.port("sw0", "x1")["nic"] == "x1"


def test_synthetic_nic_with_a_master(bed):
    """A vswnic has no master: it may go to another namespace. No trace is left."""
    bed.switch()
    bed.vsw.add_nic("g1")
    assert "vswctl nic connect" in ns.ip_refused("link set g1 master sw0")
    assert bed.vsw.ports() == []


def test_bulk_deletion(bed):
    """ip link del group: switches, their netdevs and NICs at one stroke."""
    bed.switch("sw0")
    bed.switch("sw1")
    bed.stations_at("p1", "p2")
    bed.station("p1", switch="sw1")
    bed.guest("p3")
    for name in ("sw0", "sw1", "g4"):
        ns.ip(f"link set {name} group 4711")
    ns.ip("link del group 4711")
    assert bed.vsw.switches() == bed.vsw.nics() == bed.vsw.ports() == []


def test_switch_is_deleted_under_its_ports(bed):
    bed.switch()
    a, b = bed.stations_at("p1", "p2")
    g = bed.guest("p3")
    a.send(frame(src=1))
    bed.drain()
    ns.ip("link del sw0")
    assert bed.vsw.switches() == bed.vsw.ports() == []
    assert [nic["name"] for nic in bed.vsw.nics()] == [g.nic]
    for station in (a, b):
        link = bed.links.get(station.nic)
        assert "master" not in link and not link["up"]


def test_switch_is_renamed(bed, veth):
    bed.switch()
    bed.vsw.add_port("sw0", "p1", nic="e1")
    ns.ip("link set sw0 down")
    ns.ip("link set sw0 name core")
    assert [port["switch"] for port in bed.vsw.ports()] == ["core"]
    assert bed.vsw.nic("e1")["switch"] == "core"
    ns.ip("link set core up")
    bed.vsw.wait_port("core", "p1")


def test_switch_carries_no_traffic_itself(bed):
    """What is sent to its netdev goes nowhere."""
    bed.switch()
    a = bed.station("p1")
    ns.ip("addr add 192.0.2.1/24 dev sw0")
    ns.refused("ping", "-c", "1", "-W", "1", "-I", "sw0", "192.0.2.2")
    bed.expect({})
    assert a.stats()["to_broadcast_packets"] == 0


@pytest.mark.parametrize("words", [
    "link add link sw0 name v1 group 4711 type vlan id 10",
    "link add link sw0 name v1 group 4711 type macvlan",
    "link set sw0 master br0"])
def test_nothing_is_built_on_a_switch(bed, words):
    """A VLAN or a bridge on the switch's netdev would see no frame."""
    bed.switch()
    ns.ip("link add br0 group 4711 type bridge")
    if "br0" in words:
        ns.ip_refused(words)
        assert "master" not in bed.links.get("sw0")
    else:
        ns.run("sh", "-c", f"ip {words} || true")
    bed.vsw.del_switch("sw0")
    assert bed.links.get("v1") is None


def test_ethtool(bed):
    bed.switch()
    bed.vsw.add_nic("g1")
    for name, driver in (("sw0", "vswitch"), ("g1", "vswnic")):
        assert f"driver: {driver}\n" in ns.run("ethtool", "-i", name)
        assert "tcp-segmentation-offload" in ns.run("ethtool", "-k", name)


def test_attributes_of_ip_link_that_a_switch_does_not_know(bed):
    ns.ip_refused("link add sw0 type vswitch fdb_max 10")
    assert bed.vsw.switches() == []


@pytest.mark.parametrize("name", ["sw%d", "sw0"])
def test_name_as_the_kernel_chooses_it(bed, name):
    ns.ip(f"link add {name} type vswitch")
    assert [switch["name"] for switch in bed.vsw.switches()] == ["sw0"]
