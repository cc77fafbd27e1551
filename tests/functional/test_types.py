# SPDX-License-Identifier: GPL-2.0
"""Settings of a switch: its type says which NICs it admits, its protocol which tags
are its own; both can be changed in place as far as the NICs there allow it.

                 guest NIC   host NIC   edge netdev   uplink
     private         x                       x
     internal        x           x           x
     external        x           x           x           x
"""

import itertools

import pytest

from lib import uapi
from lib.genl import NetlinkError, groups

TYPES = ["private", "internal", "external"]
ADMITS = {"private": {"guest", "edge"}, "internal": {"guest", "host", "edge"},
          "external": {"guest", "host", "edge", "uplink"}}
NICS = ["guest", "host", "edge", "uplink"]


def make_nic(bed, what):
    """Its name and role."""
    if what in ("guest", "host"):
        bed.vsw.add_nic(what, what)
        return what, None
    bed.links.add_veth(what, f"{what}-far")
    return what, what


def plugs(bed, what):
    """The ways to plug it in."""
    nic, role = make_nic(bed, what)
    bed.vsw.add_port("sw0", "p1")
    return [lambda: bed.vsw.connect(nic, "sw0", "p1", role=role),
            lambda: bed.vsw.set_port("sw0", "p1", nic=nic, role=role),
            lambda: bed.vsw.add_port("sw0", "p2", nic=nic, role=role)]


@pytest.mark.parametrize("what", NICS)
@pytest.mark.parametrize("kind", TYPES)
def test_which_nics_a_type_admits(bed, kind, what):
    bed.switch(type=kind)
    for plug in plugs(bed, what):
        if what in ADMITS[kind]:
            plug()
            port = next(port for port in bed.vsw.ports() if "nic" in port)
            assert (port["nic"], port["role"]) == (
                what, "uplink" if what == "uplink" else "edge")
            bed.vsw.disconnect(what)
        else:
            with pytest.raises(NetlinkError, match="EPERM"):
                plug()
            assert not any("nic" in port for port in bed.vsw.ports())


@pytest.mark.parametrize("old, new", itertools.permutations(TYPES, 2))
def test_type_changes_in_place(bed, old, new):
    """Refused while a NIC is there that the new type does not admit."""
    bed.switch(type=old)
    for what in NICS:
        if what in ADMITS[old]:
            nic, role = make_nic(bed, what)
            bed.vsw.add_port("sw0", what, nic=nic, role=role)
    unfit = ADMITS[old] - ADMITS[new]
    for what in unfit:
        with pytest.raises(NetlinkError, match="EPERM"):
            bed.vsw.set_switch("sw0", type=new)
        assert bed.vsw.switch("sw0")["type"] == old
        bed.vsw.disconnect(what)
    bed.vsw.set_switch("sw0", type=new)
    assert bed.vsw.switch("sw0")["type"] == new
    for what in unfit:
        with pytest.raises(NetlinkError, match="EPERM"):
            bed.vsw.connect(what, "sw0", what, role="uplink" if what == "uplink" else None)
    left = {port["nic"] for port in bed.vsw.ports() if "nic" in port}
    assert left == ADMITS[old] & ADMITS[new]


def test_refused_type_leaves_other_settings(bed):
    """All or nothing: what stood beside it in the request is not applied."""
    bed.switch()
    bed.vsw.add_nic("host", "host")
    bed.vsw.add_port("sw0", "p1", nic="host")
    before = bed.vsw.switch("sw0")
    with pytest.raises(NetlinkError, match="EPERM"):
        bed.vsw.set_switch("sw0", type="private", mtu=1400, ageing=20000, fdb_max=7, up=0)
    assert bed.vsw.switch("sw0") == before


def test_netdev_becomes_an_uplink_in_place(bed):
    bed.switch(type="internal")
    a = bed.station("p1")
    with pytest.raises(NetlinkError, match="EPERM"):
        a.set(role="uplink")
    assert a.show()["role"] == "edge"
    bed.vsw.set_switch("sw0", type="external")
    a.set(role="uplink")
    assert a.show()["role"] == bed.vsw.nic("e1")["role"] == "uplink"
    with pytest.raises(NetlinkError, match="EPERM"):
        bed.vsw.set_switch("sw0", type="internal")
    a.set(role="edge")
    bed.vsw.set_switch("sw0", type="internal")


def test_role_needs_a_nic(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    with pytest.raises(NetlinkError, match="EINVAL"):
        bed.vsw.set_port("sw0", "p1", role="uplink")
    with pytest.raises(NetlinkError, match="EINVAL"):
        bed.vsw.add_port("sw0", "p2", role="uplink")


# --- The other settings -----------------------------------------------------------------

@pytest.mark.short
def test_defaults(bed):
    bed.switch()
    switch = bed.vsw.switch("sw0")
    assert switch == {
        "name": "sw0", "ifindex": bed.links.index("sw0"), "type": "external",
        "protocol": 0x8100, "ageing": 300000, "fdb_max": 65536, "fdb_count": 0,
        "mtu": 65535, "up": 1, "port_count": 0}
    bed.vsw.add_port("sw0", "p1")
    port = bed.vsw.port("sw0", "p1")
    assert port.pop("id") > 0
    assert port == {
        "switch": "sw0", "name": "p1", "up": 1, "oper": 0, "down_reason": "no-nic",
        "vlan_mode": "none", "learn": 1, "flood": 1, "fdb_max": 0, "fdb_count": 0,
        "link_follow": 0, "hold": 0, "admit": "mode", "ingress_filter": 1,
        "pcp_table": "8p0d", "use_dei": 1, "prio_regen": bytes(range(8)),
        "default_prio": 0, "prio_tags": "never", "reserved_relay": 0, "bpdu": "normal",
        "guard_recovery": 0}
    assert bed.vsw.switch("sw0")["port_count"] == 1


SETTINGS = {"type": ["private", "internal", "external"], "protocol": [0x88a8, 0x8100],
            "ageing": [10000, 999999000, 1000000000], "fdb_max": [1, 2, 1048576],
            "mtu": [68, 1500, 65535], "up": [0, 1],
            "fids": [groups((10, 1, 10)), groups((10, 1), (4094, 4094))],
            "instances": [groups((1, 63, 4094)), groups((7, 0))]}


@pytest.mark.parametrize("name", SETTINGS)
def test_setting_as_made_and_as_changed(bed, name):
    for number, value in enumerate(SETTINGS[name]):
        bed.switch(f"sw{number}", **{name: value})
        assert bed.vsw.switch(f"sw{number}")[name] == value
        bed.vsw.set_switch("sw0", **{name: value})
        assert bed.vsw.switch("sw0")[name] == value
        bed.vsw.add_switch("sw0", replace=True, **{name: value})
        assert bed.vsw.switch("sw0")[name] == value


BAD = [("type", 3), ("protocol", 0x9100), ("protocol", 0x800), ("protocol", 0),
       ("ageing", 9999), ("ageing", 0), ("ageing", 1000000001), ("fdb_max", 0),
       ("fdb_max", 1048577), ("mtu", 67), ("mtu", 0), ("mtu", 65536), ("up", 2),
       ("fids", groups((10, 4095))), ("instances", groups((10, 64)))]


@pytest.mark.parametrize("name, value", BAD)
def test_setting_out_of_range(bed, name, value):
    with pytest.raises(NetlinkError, match="EINVAL|ERANGE") as caught:
        bed.switch("sw0", **{name: value})
    assert caught.value.text and caught.value.offset
    assert bed.vsw.switches() == []
    bed.switch("sw0")
    before = bed.vsw.switch("sw0")
    with pytest.raises(NetlinkError, match="EINVAL|ERANGE"):
        bed.vsw.set_switch("sw0", **{name: value})
    assert bed.vsw.switch("sw0") == before


PORT_SETTINGS = {"up": [0, 1], "learn": [0, 1], "flood": [0, 1], "link_follow": [1, 0],
                 "hold": [1, 0], "fdb_max": [0, 1, 1048576],
                 "desc": ["a", "x" * 127, "zwei Wörter"],
                 "bind": ["eth9", "abcdefghijklmno"]}


@pytest.mark.parametrize("name", PORT_SETTINGS)
def test_port_setting_as_made_and_as_changed(bed, name):
    bed.switch()
    for number, value in enumerate(PORT_SETTINGS[name]):
        port = f"p{number}"
        bed.vsw.add_port("sw0", port, **{name: value})
        assert bed.vsw.port("sw0", port)[name] == value
        if name == "bind":
            bed.vsw.del_port("sw0", port)
            bed.vsw.add_port("sw0", port)
        bed.vsw.set_port("sw0", "p0", **{name: value})
        assert bed.vsw.port("sw0", "p0")[name] == value
        bed.vsw.add_port("sw0", "p0", replace=True, **{name: value})
        assert bed.vsw.port("sw0", "p0")[name] == value


@pytest.mark.parametrize("name", ["desc", "bind"])
def test_text_is_taken_away(bed, name):
    bed.switch()
    bed.vsw.add_port("sw0", "p1", **{name: "text"})
    bed.vsw.set_port("sw0", "p1", **{name: ""})
    assert name not in bed.vsw.port("sw0", "p1")


# --- Protocol ---------------------------------------------------------------------------

def test_protocol_changes_only_without_nics(bed):
    bed.switch()
    a = bed.station("p1")
    with pytest.raises(NetlinkError, match="EBUSY"):
        bed.vsw.set_switch("sw0", protocol="802.1ad")
    assert bed.vsw.switch("sw0")["protocol"] == 0x8100
    bed.vsw.set_switch("sw0", protocol="802.1q")
    bed.vsw.disconnect(a.nic)
    bed.vsw.set_switch("sw0", protocol="802.1ad")
    assert bed.vsw.switch("sw0")["protocol"] == 0x88a8


# --- Existence ----------------------------------------------------------------------------

def test_names_of_switches_are_names_of_netdevs(bed):
    bed.links.add("x1", "dummy")
    for name in ("x1", "lo"):
        with pytest.raises(NetlinkError, match="EEXIST"):
            bed.switch(name)
        with pytest.raises(NetlinkError, match="ENOENT"):
            bed.vsw.switch(name)
        with pytest.raises(NetlinkError, match="ENOENT"):
            bed.vsw.del_switch(name)
        with pytest.raises(NetlinkError, match="EEXIST"):
            bed.vsw.add_switch(name, replace=True)
    assert bed.vsw.switches() == []


def test_switch_exists_once(bed):
    bed.switch("sw0", mtu=1400)
    with pytest.raises(NetlinkError, match="EEXIST"):
        bed.switch("sw0", mtu=1300)
    assert bed.vsw.switch("sw0")["mtu"] == 1400
    bed.vsw.add_switch("sw0", replace=True, ageing=20000)
    assert (bed.vsw.switch("sw0")["mtu"], bed.vsw.switch("sw0")["ageing"]) == (1400, 20000)


def test_port_exists_once_in_its_switch(bed):
    bed.switch("sw0")
    bed.switch("sw1")
    bed.vsw.add_port("sw0", "p1", desc="one")
    with pytest.raises(NetlinkError, match="EEXIST"):
        bed.vsw.add_port("sw0", "p1", desc="two")
    bed.vsw.add_port("sw1", "p1", desc="three")
    bed.vsw.add_port("sw0", "p1", replace=True, learn=0)
    port = bed.vsw.port("sw0", "p1")
    assert (port["desc"], port["learn"]) == ("one", 0)


def test_hundred_switches(bed):
    names = [f"sw{number}" for number in range(100)]
    for name in names:
        bed.switch(name)
        bed.vsw.add_port(name, "p")
    assert [switch["name"] for switch in bed.vsw.switches()] == names
    assert [port["switch"] for port in bed.vsw.ports()] == names
    for name in names[::2]:
        bed.vsw.del_switch(name)
    assert [switch["name"] for switch in bed.vsw.switches()] == names[1::2]


def test_ports_of_one_switch_are_limited(bed):
    limit = uapi.LIMITS["VSW_PORTS_MAX"]
    bed.switch()
    for number in range(limit):
        bed.vsw.add_port("sw0", f"p{number}")
    with pytest.raises(NetlinkError, match="ENOSPC"):
        bed.vsw.add_port("sw0", "one-more")
    assert bed.vsw.switch("sw0")["port_count"] == limit
    bed.vsw.del_port("sw0", "p17")
    bed.vsw.add_port("sw0", "one-more")
    bed.switch("sw1")
    bed.vsw.add_port("sw1", "another")
