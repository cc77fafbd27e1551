# SPDX-License-Identifier: GPL-2.0
"""Wrong input: names that are none, VLAN lists that are none, what is not there, what
is in use, what disappears half-way. Refused with a reason; nothing has changed.

     "", "a/b", "%d", "a b", 40 x "a" ...  ->  +-----+
     VLAN 0, 4095, 4096, -1, 20-10 ...     ->  | sw0 |  -> the same as before
     NICs that are gone                    ->  +-----+
"""

import pytest

from lib import vswctl
from lib.frames import mac
from lib.genl import NetlinkError, access, bitmap_vids
from lib.state import difference, snapshot
from lib.tap import Tap


@pytest.fixture
def unchanged(bed):
    """A switch with a port and a NIC; the same at the end."""
    bed.switch("sw0")
    bed.vsw.add_nic("g1")
    bed.vsw.add_port("sw0", "p1", nic="g1")
    bed.links.add("x1", "dummy")
    before = snapshot(bed.vsw, bed.links)
    yield bed
    left = difference(before, snapshot(bed.vsw, bed.links))
    assert not left, left


def refuse(action, codes="EINVAL"):
    with pytest.raises(NetlinkError, match=codes) as caught:
        action()
    assert caught.value.text, "no reason is given"


# --- Names --------------------------------------------------------------------------

DEV_NAMES = ["", " ", "a b", "a\tb", "a\nb", "a/b", "/", ".", "..", "a:b", "%", "sw%d",
             "a%sb", "x" * 16, "x" * 31, "x" * 200, "\v"]


@pytest.mark.parametrize("name", DEV_NAMES)
def test_names_of_netdevs(unchanged, name):
    vsw = unchanged.vsw
    refuse(lambda: vsw.add_switch(name))
    refuse(lambda: vsw.add_nic(name))
    refuse(lambda: vsw.del_switch(name), "ENOENT|EINVAL")
    refuse(lambda: vsw.set_switch(name, mtu=1400), "ENOENT|EINVAL")
    refuse(lambda: vsw.add_port(name, "p9"), "ENOENT|EINVAL")
    refuse(lambda: vsw.del_nic(name), "ENOENT|EINVAL")
    refuse(lambda: vsw.connect(name, "sw0", "p1"), "ENOENT|EINVAL|ENODEV|EBUSY")
    if name:
        refuse(lambda: vsw.set_port("sw0", "p1", bind=name))
        refuse(lambda: vsw.set_port("sw0", "p1", nic=name), "ENODEV|EINVAL")


PORT_NAMES = ["", " ", "a b", "a\tb", "a\nb", "a/b", "/", ".", "..", "%", "p%d", "x" * 32,
              "x" * 200, "\x7f", "\x01", "a\x1bb"]


@pytest.mark.parametrize("name", PORT_NAMES)
def test_names_of_ports(unchanged, name):
    vsw = unchanged.vsw
    refuse(lambda: vsw.add_port("sw0", name))
    refuse(lambda: vsw.del_port("sw0", name), "ENOENT|EINVAL")
    refuse(lambda: vsw.set_port("sw0", name, learn=0), "ENOENT|EINVAL")
    refuse(lambda: vsw.add_fdb("sw0", mac(1), name), "ENOENT|EINVAL")


@pytest.mark.parametrize("name", ["a", "x" * 31, "web:80", "ä-port", "1", "none", "-x",
                                  "--help", "p.1", "...", "a=b", "\"quoted\"", "'", "\\"])
def test_odd_names_that_are_allowed(bed, name):
    """Kept, shown and found again as they were given, by vswctl as well."""
    bed.switch()
    bed.vsw.add_port("sw0", name)
    assert bed.vsw.port("sw0", name)["name"] == name
    assert [port["port"] for port in vswctl.show("port show sw0")] == [name]
    bed.vsw.del_port("sw0", name)
    assert bed.vsw.ports() == []


@pytest.mark.parametrize("name", ["a", "x" * 15, "sw-0.1", "ä", "1", "none", "...", "@"])
def test_odd_names_of_switches_that_are_allowed(bed, name):
    bed.switch(name)
    assert [switch["ifname"] for switch in vswctl.show("switch show")] == [name]
    bed.vsw.add_port(name, "p1")
    assert vswctl.one(["port", "show", name, "p1"])["switch"] == name


@pytest.mark.parametrize("text", ["x" * 128, "x" * 5000, "a\nb", "\x1b[31mred", "a\x7fb",
                                  "\t"])
def test_descriptions(unchanged, text):
    refuse(lambda: unchanged.vsw.set_port("sw0", "p1", desc=text))
    refuse(lambda: unchanged.vsw.add_port("sw0", "p9", desc=text))


# --- VLANs, by way of vswctl -----------------------------------------------------------

@pytest.mark.parametrize("vid", ["0", "4095", "4096", "-1", "65546", "99999999999", "1.5",
                                 "0x10", "ten", "", " 10", "10 ", "+10", "1e2"])
def test_vlan_ids(unchanged, vid):
    for words in (["port", "add", "sw0", "p9", "vlan", "access", vid],
                  ["port", "set", "sw0", "p1", "vlan", "access", vid],
                  ["port", "set", "sw0", "p1", "vlan", "trunk", "10", "native", vid],
                  ["port", "set", "sw0", "p1", "vlan", "trunk", vid]):
        result = vswctl.call(words)
        assert result.status in (vswctl.FAILED, vswctl.USAGE), result
        assert len(result.err.splitlines()) == 1, result


@pytest.mark.parametrize("vlans", ["20-10", "10-", "-10", "10-20-30", "10,,20", ",10",
                                   "10,", "10;20", "0-10", "10-4095", "1-99999", "a-b",
                                   "10 20"])
def test_vlan_lists(unchanged, vlans):
    result = vswctl.call(["port", "set", "sw0", "p1", "vlan", "trunk", vlans])
    assert result.status in (vswctl.FAILED, vswctl.USAGE), result
    assert len(result.err.splitlines()) == 1, result


@pytest.mark.parametrize("vlans, shown", [
    ("30,10,20", "10,20,30"), ("10-20,15-25", "10-25"), ("10,10,10", "10"),
    ("1-4094", "1-4094"), ("10-10", "10"), ("4094,1", "1,4094"), ("10,11,12", "10-12"),
    ("0010", "10"), (",".join(str(vid) for vid in range(1, 4095)), "1-4094"),
    (",".join(str(vid) for vid in range(4093, 0, -2)), None)])
def test_vlan_lists_that_are_allowed(bed, vlans, shown):
    """In any order, overlapping, of 4094: shown sorted and in ranges."""
    bed.switch()
    vswctl.run(["port", "add", "sw0", "p1", "vlan", "trunk", vlans])
    port = bed.vsw.port("sw0", "p1")
    told = vswctl.one("port show sw0 p1")["vlans"]
    if shown is None:
        assert bitmap_vids(port["vlan_trunks"]) == set(range(1, 4094, 2))
        shown = ",".join(str(vid) for vid in range(1, 4094, 2))
    assert told == shown


# --- What is not there, and what is in use -----------------------------------------------

def test_unknown_objects(unchanged):
    vsw = unchanged.vsw
    refuse(lambda: vsw.set_switch("sw9", mtu=1400), "ENOENT")
    refuse(lambda: vsw.del_switch("sw9"), "ENOENT")
    refuse(lambda: vsw.add_port("sw9", "p1"), "ENOENT")
    refuse(lambda: vsw.set_port("sw0", "p9", learn=0), "ENOENT")
    refuse(lambda: vsw.del_port("sw0", "p9"), "ENOENT")
    refuse(lambda: vsw.connect("g9", "sw0", "p1"), "ENOENT|ENODEV")
    refuse(lambda: vsw.connect("g1", "sw9", "p1"), "ENOENT")
    refuse(lambda: vsw.connect("g1", "sw0", "p9"), "ENOENT")
    refuse(lambda: vsw.disconnect("g9"), "ENOENT")
    refuse(lambda: vsw.disconnect("x1"), "ENOENT|ENOTCONN")
    refuse(lambda: vsw.del_nic("g9"), "ENOENT")
    refuse(lambda: vsw.add_fdb("sw0", mac(1), "p9"), "ENOENT")
    refuse(lambda: vsw.add_fdb("sw9", mac(1), "p1"), "ENOENT")
    refuse(lambda: vsw.del_fdb("sw0", mac(1)), "ENOENT")
    refuse(lambda: vsw.flush_fdb("sw9"), "ENOENT")
    refuse(lambda: vsw.flush_fdb("sw0", port="p9"), "ENOENT")
    for name in ("x1", "g1", "lo"):
        refuse(lambda: vsw.del_switch(name), "ENOENT")


def test_deleting_what_is_in_use_gives_it_back_first(bed):
    """Nothing is refused for being in use: what depends on it is let go."""
    bed.switch()
    bed.guest("p1")
    bed.station("p2")
    bed.vsw.del_nic("g1")
    assert bed.vsw.port("sw0", "p1")["down_reason"] == "no-nic"
    bed.vsw.del_port("sw0", "p2")
    assert "master" not in bed.links.get("e2")
    bed.vsw.connect("e2", "sw0", "p1")
    bed.vsw.del_switch("sw0")
    assert bed.vsw.nics() == []


# --- All or nothing -------------------------------------------------------------------------

@pytest.mark.parametrize("wrong", [dict(nic="lo"), dict(nic="nothing"), dict(bind="a/b"),
                                   dict(vlan_mode="access", vlan_vid=4095),
                                   dict(desc="x" * 128), dict(fdb_max=1048577)])
def test_one_wrong_setting_spoils_all(unchanged, wrong):
    good = dict(learn=0, flood=0, up=0, fdb_max=3, desc="new", link_follow=1, hold=1,
                bind="b1", **access(10))
    unchanged.vsw.add_port("sw0", "p2")
    refuse(lambda: unchanged.vsw.set_port("sw0", "p2", **{**good, **wrong}),
           "EINVAL|ENODEV")
    refuse(lambda: unchanged.vsw.add_port("sw0", "p3", **{**good, **wrong}),
           "EINVAL|ENODEV")
    unchanged.vsw.del_port("sw0", "p2")


def test_nic_that_cannot_be_plugged_in_spoils_all(unchanged):
    """It is found out last, after VLANs and text were prepared."""
    refuse(lambda: unchanged.vsw.add_port("sw0", "p2", nic="g1", desc="text",
                                          **access(10)), "EBUSY")
    refuse(lambda: unchanged.vsw.set_port("sw0", "p1", nic="x1", desc="text",
                                          **access(10)), "EBUSY")


# --- What disappears half-way ----------------------------------------------------------------

def test_nic_disappears_between_look_and_connect(bed):
    """Whoever connects by name may come too late, again and again."""
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    for number in range(20):
        tap = Tap("t1")
        if number % 2:
            bed.vsw.connect("t1", "sw0", "p1")
        tap.close()
        refuse(lambda: bed.vsw.connect("t1", "sw0", "p1"), "ENOENT|ENODEV")
        assert bed.vsw.port("sw0", "p1")["down_reason"] == "no-nic"


def test_tap_closed_while_frames_go_to_it(bed):
    """Its owner dies in the middle of a stream."""
    bed.switch()
    a = bed.station("p1")
    for _ in range(5):
        tap = Tap("t1")
        bed.vsw.connect("t1", "sw0", bed.vsw.add_port("sw0", "p2"))
        bed.vsw.wait_port("sw0", "p2")
        data = bytes(6 * [255]) + bytes([2, 0, 0, 0, 0, 1]) + bytes(48)
        for number in range(200):
            a.send_octets(data)
            if number == 100:
                tap.close()
        stats = bed.vsw.stats("sw0", "p2")
        assert stats["to_broadcast_packets"] == 101
        bed.vsw.del_port("sw0", "p2")


def test_switch_disappears_while_a_port_is_configured(bed):
    """A script that goes on after its switch was deleted."""
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    bed.links.delete("sw0")
    for action in (lambda: bed.vsw.set_port("sw0", "p1", learn=0),
                   lambda: bed.vsw.del_port("sw0", "p1"),
                   lambda: bed.vsw.add_fdb("sw0", mac(1), "p1"),
                   lambda: bed.vsw.fdb("sw0")):
        refuse(action, "ENOENT")
