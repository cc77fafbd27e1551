# SPDX-License-Identifier: GPL-2.0
"""vswctl: the words for what a port does with VLANs and priorities, what they look like
in JSON and in tables, and VLAN by VLAN, `vlan add` and `vlan del`.

     +----- sw0 -----+
     | p1 (p2 ...)   |       no NICs: that a port is told what is meant is compared
     +---------------+       here; what it does to frames is in test_relay_vlan.py
"""

import pytest

from lib import ns, uapi
from lib.vswctl import FAILED, USAGE, compare, one, refused, run, show

pytestmark = pytest.mark.tool

TOOL = f"{uapi.TOP}/tools/vswctl"

# What settings of VLANs and priorities are in JSON, and their defaults.
PLAIN = {"vlan_mode": "none", "admit": "mode", "ingress_filter": True,
         "pcp_table": "8p0d", "use_dei": True, "prio_regen": "0,1,2,3,4,5,6,7",
         "default_prio": 0, "priority_tags": "never"}
KEYS = {*PLAIN, "vlan", "vlans", "native", "native_tagged", "untagged", "pvid", "cvlans",
        "vid_map"}


def tables(name="p1"):
    return {key: value for key, value in one(f"port show sw0 {name}").items()
            if key in KEYS}


def vlans(name="p1"):
    """Only those that have to do with the mode."""
    found = tables(name)
    return {key: value for key, value in found.items()
            if key not in PLAIN or key == "vlan_mode"}


@pytest.fixture
def p1(vsw):
    vsw.add_switch()
    vsw.add_port("sw0", "p1")


# --- Words -----------------------------------------------------------------------------

MODES = [
    ("vlan access 10", {"vlan_mode": "access", "vlan": 10}, "access 10"),
    ("vlan trunk 10,20-22", {"vlan_mode": "trunk", "vlans": "10,20-22"}, "trunk 10,20-22"),
    ("vlan trunk 10 native 5", {"vlan_mode": "trunk", "vlans": "5,10", "native": 5,
                                "native_tagged": False}, "trunk 5,10 native 5"),
    ("vlan trunk 5,10 native-tagged 5", {"vlan_mode": "trunk", "vlans": "5,10", "native": 5,
                                         "native_tagged": True},
     "trunk 5,10 native-tagged 5"),
    ("vlan hybrid 10,20", {"vlan_mode": "hybrid", "vlans": "10,20"}, "hybrid 10,20"),
    ("vlan hybrid 10,20-29 untagged 10,25 pvid 10",
     {"vlan_mode": "hybrid", "vlans": "10,20-29", "untagged": "10,25", "pvid": 10},
     "hybrid 10,20-29 untagged 10,25 pvid 10"),
    ("pvid 99 untagged 1-4094 vlan hybrid 1-4094",
     {"vlan_mode": "hybrid", "vlans": "1-4094", "untagged": "1-4094", "pvid": 99},
     "hybrid 1-4094 untagged 1-4094 pvid 99"),
    ("vlan hybrid 1 pvid 2", {"vlan_mode": "hybrid", "vlans": "1", "pvid": 2},
     "hybrid 1 pvid 2"),
    ("vlan dot1q-tunnel 100", {"vlan_mode": "dot1q-tunnel", "vlan": 100},
     "dot1q-tunnel 100"),
    ("vlan dot1q-tunnel 100 cvlans 0,10-20",
     {"vlan_mode": "dot1q-tunnel", "vlan": 100, "cvlans": "0,10-20"},
     "dot1q-tunnel 100 cvlans 0,10-20"),
    ("vlan dot1q-tunnel 100 cvlans 0-4093",
     {"vlan_mode": "dot1q-tunnel", "vlan": 100, "cvlans": "0-4093"},
     "dot1q-tunnel 100 cvlans 0-4093"),
    ("vlan dot1q-tunnel 100 cvlans 0-4094", {"vlan_mode": "dot1q-tunnel", "vlan": 100},
     "dot1q-tunnel 100"),
    ("vlan hybrid " + ",".join(map(str, range(100, 140, 2))),
     {"vlan_mode": "hybrid", "vlans": ",".join(map(str, range(100, 140, 2)))},
     "hybrid 100,102,104,106,108,110,112,..."),
    ("vlan none", {"vlan_mode": "none"}, "none"),
]


@pytest.mark.short
def test_modes(p1):
    """Each of them at each other's place, as JSON and in the table of ports."""
    for words, expected, text in MODES:
        assert run(f"port set sw0 p1 {words}") == ""
        assert tables() == {**PLAIN, **expected}, words
        assert run("port show sw0").splitlines()[1].split() == [
            "sw0", "p1", "down", "no-nic", *text.split(), "-", "-", "-"], words
        assert run("--timeout 0.1 monitor --resync port") == (
            f"port sw0 p1 state: down, vlan {text}\n")
        run("switch add sw1")
        run(f"port add sw1 new {words}")
        assert one("port show sw1")["vlan_mode"] == expected["vlan_mode"]
        run("switch del sw1")


SETTINGS = [
    ("vlan trunk 10,20 native 10 admit all", {
        "vlan_mode": "trunk", "vlans": "10,20", "native": 10, "native_tagged": False,
        "admit": "all"}),
    ("admit tagged", {"admit": "tagged"}),
    ("admit untagged", {"admit": "untagged"}),
    ("admit mode", {"admit": "mode"}),
    ("ingress-filter off", {"ingress_filter": False}),
    ("ingress-filter on", {"ingress_filter": True}),
    ("vid-map 10:110,20-29:120", {"vid_map": "10:110,20-29:120"}),
    ("vid-map 25-29:125,10:110,20-24:120", {"vid_map": "10:110,20-29:120"}),
    ("vid-map 1:2,2:1,30:4094", {"vid_map": "1:2,2:1,30:4094"}),
    ("vid-map 1-4094:1", {"vid_map": "1-4094:1"}),
    ("vid-map none", {"vid_map": None}),
    ("pcp-table 7p1d", {"pcp_table": "7p1d"}),
    ("pcp-table 6p2d", {"pcp_table": "6p2d"}),
    ("pcp-table 5p3d use-dei off", {"pcp_table": "5p3d", "use_dei": False}),
    ("pcp-table 8 use-dei on", {"pcp_table": "8p0d", "use_dei": True}),
    ("prio-regen 7,6,5,4,3,2,1,0", {"prio_regen": "7,6,5,4,3,2,1,0"}),
    ("prio-regen 0,0,0,0,0,0,0,0", {"prio_regen": "0,0,0,0,0,0,0,0"}),
    ("prio-regen 0,1,2,3,4,5,6,7", {"prio_regen": "0,1,2,3,4,5,6,7"}),
    ("default-prio 7", {"default_prio": 7}),
    ("default-prio 0", {"default_prio": 0}),
    ("priority-tags always", {"priority_tags": "always"}),
    ("priority-tags if-nonzero", {"priority_tags": "if-nonzero"}),
    ("priority-tags never", {"priority_tags": "never"}),
]


def test_settings(p1):
    """Each changes what it names, and nothing else; `get` has the bare value."""
    expected = dict(PLAIN)
    for words, changes in SETTINGS:
        run(f"port set sw0 p1 {words}")
        expected.update(changes)
        there = {key: value for key, value in expected.items() if value is not None}
        assert tables() == there, words
        for key, value in changes.items():
            text = {None: "", True: "true\n", False: "false\n"}.get(value, f"{value}\n")
            if value == 0 and value is not False:
                text = "0\n"
            assert run(f"port get sw0 p1 {key}") == text, (words, key)


def test_all_together(p1, tmp_path):
    """The longest that can be said of a port, in one command and in a transaction."""
    ranges = ",".join(f"{wire}:{wire ^ 1}" for wire in range(2, 258))
    words = (f"vlan hybrid 1-4094 untagged 1-4094 pvid 1 vid-map {ranges} admit all "
             "ingress-filter off pcp-table 5p3d use-dei off prio-regen 1,1,1,1,1,1,1,1 "
             f"default-prio 3 priority-tags always bind {15 * 'b'} desc {127 * 'd'}")
    expected = {"vlan_mode": "hybrid", "vlans": "1-4094", "untagged": "1-4094", "pvid": 1,
                "vid_map": ranges, "admit": "all", "ingress_filter": False,
                "pcp_table": "5p3d", "use_dei": False, "prio_regen": "1,1,1,1,1,1,1,1",
                "default_prio": 3, "priority_tags": "always"}
    run(f"port set sw0 p1 {words}")
    assert tables() == expected
    names = [f"{number:031}" for number in range(40)]
    path = tmp_path / "ports.vsw"
    path.write_text("port set sw0 p1 bind none\n" + "".join(
        f"port add sw0 {name} {words}\n".replace(15 * "b", f"{number:015}")
        for number, name in enumerate(names)))
    run(["-f", str(path)])
    assert all(tables(name) == expected for name in names)
    assert len(show("port show sw0")) == 41
    assert refused(f"port set sw0 p1 vid-map {ranges},400:500", USAGE) == (
        "vswctl: port set sw0 p1: vid-map: more than 256 ranges are not allowed")


def test_details(p1):
    run("port set sw0 p1 vlan access 10 admit all vid-map 10:20 default-prio 5")
    head, line = [" ".join(text.split()) for text in
                  run("-d port show sw0").splitlines()]
    assert " ADMIT FILTER VID-MAP PCP DEI REGEN PRIO PRIO-TAGS " in head
    assert " all yes 10:20 8p0d yes 0,1,2,3,4,5,6,7 5 never " in line


def test_oneline(p1):
    run("port set sw0 p1 vlan hybrid 10,20 untagged 20 pvid 20 vid-map 10:20,20:10")
    assert " vlan_mode hybrid vlans 10,20 untagged 20 pvid 20 admit mode " in run(
        "-o port show sw0 p1")


WHERE = [
    ("vlan=10", ["access", "hybrid", "trunk"]),
    ("vlan=100", ["tunnel"]),
    ("vlan=30", ["hybrid"]),
    ("vlan=", ["none"]),
    ("vlan_mode=hybrid", ["hybrid"]),
    ("vlan_mode=dot1q-tunnel", ["tunnel"]),
    ("untagged=10", []),
    ("untagged=30,20", ["hybrid"]),
    ("pvid=20", ["hybrid"]),
    ("pvid!= vlan=10", ["hybrid"]),
    ("native_tagged=true", ["trunk"]),
    ("cvlans=0-5", ["tunnel"]),
    ("vid_map=11:12,10:11", ["access"]),
    ("vid_map!=", ["access"]),
    ("admit=all", ["access"]),
    ("ingress_filter=off", ["trunk"]),
    ("pcp_table=5p3d", ["tunnel"]),
    ("use_dei=no", ["tunnel"]),
    ("prio_regen=0,0,0,0,0,0,0,0", ["none"]),
    ("prio_regen!=0,1,2,3,4,5,6,7", ["none"]),
    ("default_prio=5", ["none"]),
    ("priority_tags=always", ["none"]),
]


@pytest.fixture
def each(vsw):
    """A port of each mode."""
    vsw.add_switch()
    run("port add sw0 none prio-regen 0,0,0,0,0,0,0,0 default-prio 5 priority-tags always")
    run("port add sw0 access vlan access 10 admit all vid-map 10:11,11:12")
    run("port add sw0 trunk vlan trunk 10,20 native-tagged 20 ingress-filter off")
    run("port add sw0 hybrid vlan hybrid 10,20,30 untagged 20,30 pvid 20")
    run("port add sw0 tunnel vlan dot1q-tunnel 100 cvlans 0-5 pcp-table 5p3d use-dei off")


def test_where(each):
    for words, names in WHERE:
        found = [port["port"] for port in show(["port", "show", "where", *words.split()])]
        assert sorted(found) == names, words


def test_vlan_show(each):
    """What each mode means, for each VLAN of it."""
    rows = [(10, "access", False, True), (10, "hybrid", True, False),
            (10, "trunk", True, False), (20, "hybrid", False, True),
            (20, "trunk", True, True), (30, "hybrid", False, False),
            (100, "tunnel", False, True)]
    assert show("vlan show sw0") == [
        {"switch": "sw0", "vlan": vid, "port": name, "tagged": tagged, "pvid": pvid,
         "instance": 0, "state": "forwarding", "fdb_count": 0}
        for vid, name, tagged, pvid in rows]
    assert [line.split() for line in run("vlan show sw0").splitlines()] == [
        ["SWITCH", "VLAN", "UNTAGGED", "TAGGED", "PVID"],
        ["sw0", "10", "access", "hybrid", "trunk", "access"],
        ["sw0", "20", "hybrid", "trunk", "hybrid", "trunk"],
        ["sw0", "30", "hybrid", "-", "-"],
        ["sw0", "100", "tunnel", "-", "tunnel"]]


# --- Bad usage, refusals ---------------------------------------------------------------

VID_MAP_FORM = "is not WIRE[-WIRE]:VID with ids from 1 to 4094"
PRIOS_FORM = "is not eight priorities such as 0,1,2,3,4,5,6,7"

USAGE_PORT = [
    ("vlan hybrid", "vlan: LIST is missing behind hybrid"),
    ("vlan dot1q-tunnel", "vlan: VID is missing behind dot1q-tunnel"),
    ("vlan hybrid 0", 'vlan: "0" is not a VLAN id from 1 to 4094 or a range'),
    ("vlan dot1q-tunnel 4095", 'vlan: "4095" is not a VLAN id from 1 to 4094'),
    ("vlan trunk 1 native 2 native-tagged 2",
     '"native" and "native-tagged" exclude each other'),
    ("vlan trunk 1 native-tagged", "native-tagged: VID is missing"),
    ("vlan hybrid 1 native 1", '"native" goes with "vlan trunk LIST" only'),
    ("vlan access 1 native-tagged 1", '"native-tagged" goes with "vlan trunk LIST" only'),
    ("untagged 1", '"untagged" goes with "vlan hybrid LIST" only'),
    ("vlan trunk 1 untagged 1", '"untagged" goes with "vlan hybrid LIST" only'),
    ("vlan trunk 1 pvid 1", '"pvid" goes with "vlan hybrid LIST" only'),
    ("vlan hybrid 1 untagged 0",
     'untagged: "0" is not a VLAN id from 1 to 4094 or a range'),
    ("vlan hybrid 1 pvid 0", 'pvid: "0" is not a VLAN id from 1 to 4094'),
    ("vlan access 1 cvlans 1", '"cvlans" goes with "vlan dot1q-tunnel VID" only'),
    ("vlan dot1q-tunnel 1 cvlans 4095",
     'cvlans: "4095" is not a VLAN id from 0 to 4094 or a range'),
    ("vlan dot1q-tunnel 1 cvlans 5-0",
     'cvlans: "5-0" is a reversed range; write the lower id first'),
    ("admit some", 'admit: "some" is not one of mode, all, tagged, untagged'),
    ("ingress-filter yes", 'ingress-filter: "yes" is not one of on, off'),
    ("vid-map", "vid-map: WIRE[-WIRE]:VID,...|none is missing"),
    ("vid-map 10", f'vid-map: "10" {VID_MAP_FORM}'),
    ("vid-map 10:", f'vid-map: "10:" {VID_MAP_FORM}'),
    ("vid-map 0:1", f'vid-map: "0:1" {VID_MAP_FORM}'),
    ("vid-map 1:0", f'vid-map: "1:0" {VID_MAP_FORM}'),
    ("vid-map 4095:1", f'vid-map: "4095:1" {VID_MAP_FORM}'),
    ("vid-map 1:2,,3:4", f'vid-map: "" {VID_MAP_FORM}'),
    ("vid-map 1:2,3:4-5", f'vid-map: "3:4-5" {VID_MAP_FORM}'),
    ("vid-map 9-8:1", 'vid-map: "9-8:1" is a reversed range; write the lower id first'),
    ("vid-map 20-29:4090", 'vid-map: "20-29:4090" leads beyond VLAN 4094'),
    ("pcp-table 4p4d", 'pcp-table: "4p4d" is not one of 8p0d, 7p1d, 6p2d, 5p3d'),
    ("prio-regen 0,1,2,3,4,5,6", f'prio-regen: "0,1,2,3,4,5,6" {PRIOS_FORM}'),
    ("prio-regen 0,1,2,3,4,5,6,8", f'prio-regen: "0,1,2,3,4,5,6,8" {PRIOS_FORM}'),
    ("prio-regen 0,1,2,3,4,5,6,7,0", f'prio-regen: "0,1,2,3,4,5,6,7,0" {PRIOS_FORM}'),
    ("prio-regen 1:2", f'prio-regen: "1:2" {PRIOS_FORM}'),
    ("default-prio 8", 'default-prio: "8" is not a number from 0 to 7'),
    ("priority-tags on", 'priority-tags: "on" is not one of never, if-nonzero, always'),
]

USAGE_VLAN = [
    ("vlan add", "vlan add: SWITCH is missing"),
    ("vlan add x y", "vlan add x y: LIST is missing"),
    ("vlan add x y 0", 'vlan add x y 0: LIST: "0" is not a VLAN id from 1 to 4094 or a range'),
    ("vlan add x y 1 tagged", 'vlan add x y 1: "tagged" is not a setting; expected '
     "untagged, pvid"),
    ("vlan add x y 1-2 pvid", "vlan add x y 1-2: pvid: that is one VLAN; give it alone"),
    ("vlan add x y 1 pvid pvid", 'vlan add x y 1: "pvid" is given twice'),
    ("vlan del x y", "vlan del x y: LIST is missing"),
    ("vlan del x y 5 untagged", 'vlan del x y 5: "untagged" is one word too many'),
    ("--if-exists vlan add x y 1",
     "vlan add: --if-exists goes with del, set and get only"),
    ("--may-exist vlan del x y 1", "vlan del: --may-exist goes with add only"),
    ("port show where vid_map=1", f'port show: where: vid_map: "1" {VID_MAP_FORM}'),
    ("port show where prio_regen=1", f'port show: where: prio_regen: "1" {PRIOS_FORM}'),
]


def test_bad_usage():
    compare([(f"port set x y {words}", f"port set x y: {text}")
             for words, text in USAGE_PORT], USAGE)
    compare(USAGE_VLAN, USAGE)


ADMIT_FIXED = ("a port of mode none or dot1q-tunnel takes frames as its mode says; use admit "
               "mode and ingress-filter on")
TUNNEL = "the VLANs of a dot1q-tunnel are the customer's; use port set"
NO_VLAN = "the port would be in no VLAN; shut it, or use port set ... vlan none"
TWICE = "a VLAN id is translated twice; name each once on either side"

REFUSED = [
    ("port set sw0 hybrid vlan hybrid 10 untagged 20",
     "port set sw0 hybrid: the VLANs that leave untagged must be among the port's"),
    ("port set sw0 none admit all", f"port set sw0 none: {ADMIT_FIXED}"),
    ("port set sw0 tunnel ingress-filter off", f"port set sw0 tunnel: {ADMIT_FIXED}"),
    ("port set sw0 trunk vlan trunk 10 admit all", "port set sw0 trunk: untagged frames would "
     "have no VLAN; give the port a native VLAN or a PVID"),
    ("port set sw0 access vid-map 1:2,3:2", f"port set sw0 access: {TWICE}"),
    ("port set sw0 access vid-map 1:2,1:3", f"port set sw0 access: {TWICE}"),
    ("port set sw0 access desc x vid-map 1-5:11,3:20", f"port set sw0 access: {TWICE}"),
    ("vlan add sw9 p 1", "vlan add sw9 p 1: no such switch; see vswctl switch show"),
    ("vlan add sw0 p9 1", "vlan add sw0 p9 1: no such port; see vswctl port show"),
    ("vlan del sw0 p9 1", "vlan del sw0 p9 1: no such port; see vswctl port show"),
    ("vlan add sw0 tunnel 1", f"vlan add sw0 tunnel 1: {TUNNEL}"),
    ("vlan del sw0 tunnel 100", f"vlan del sw0 tunnel 100: {TUNNEL}"),
    ("vlan del sw0 access 10", f"vlan del sw0 access 10: {NO_VLAN}"),
    ("vlan del sw0 trunk 1-4094", f"vlan del sw0 trunk 1-4094: {NO_VLAN}"),
    ("vlan del sw0 hybrid 10-30", f"vlan del sw0 hybrid 10-30: {NO_VLAN}"),
    ("--dry-run vlan del sw0 hybrid 10-30", f"vlan del sw0 hybrid 10-30: {NO_VLAN}"),
    ("port set sw0 none desc x -- vlan del sw0 access 10",
     f"command 2 of 2: vlan del sw0 access 10: {NO_VLAN}"),
]


def test_refused(each, vsw):
    before = vsw.ports()
    compare(REFUSED, FAILED)
    assert vsw.ports() == before


# --- VLAN by VLAN ------------------------------------------------------------------------

def hybrid(members, untagged=None, pvid=None):
    found = {"vlan_mode": "hybrid", "vlans": members, "untagged": untagged, "pvid": pvid}
    return {key: value for key, value in found.items() if value}


def trunk(members, native=None, tagged=False):
    found = {"vlan_mode": "trunk", "vlans": members}
    return {**found, "native": native, "native_tagged": tagged} if native else found


def access(vid):
    return {"vlan_mode": "access", "vlan": vid}


# What the port is told first, what is added or removed, and what it is then.
CHANGES = [
    ("none", "add 10", hybrid("10")),
    ("none", "add 10 untagged pvid", hybrid("10", "10", 10)),
    ("none", "add 1-4094", hybrid("1-4094")),
    ("none", "del 10", {"vlan_mode": "none"}),
    ("access 10", "add 20", hybrid("10,20", "10", 10)),
    ("access 10", "add 20-22 untagged", hybrid("10,20-22", "10,20-22", 10)),
    ("access 10", "add 20 pvid untagged", hybrid("10,20", "10,20", 20)),
    ("access 10", "add 10 untagged pvid", access(10)),
    ("access 10", "add 10", hybrid("10")),
    ("access 10", "add 10 untagged", hybrid("10", "10")),
    ("access 10", "add 10 pvid", hybrid("10", pvid=10)),
    ("access 10", "del 20-4094", access(10)),
    ("trunk 10,20", "add 5,30-32", trunk("5,10,20,30-32")),
    ("trunk 10,20", "add 10", trunk("10,20")),
    ("trunk 10,20", "add 30 pvid untagged", trunk("10,20,30", 30)),
    ("trunk 10,20", "add 20 pvid", trunk("10,20", 20, True)),
    ("trunk 10,20", "add 30 untagged", hybrid("10,20,30", "30")),
    ("trunk 10,20", "del 10", trunk("20")),
    ("trunk 10,20 native 5", "add 30", trunk("5,10,20,30", 5)),
    ("trunk 10,20 native 5", "add 10 untagged", hybrid("5,10,20", "5,10", 5)),
    ("trunk 10,20 native 5", "add 10 pvid untagged", hybrid("5,10,20", "5,10", 10)),
    ("trunk 10,20 native 5", "add 5", trunk("5,10,20")),
    ("trunk 10,20 native 5", "add 5 pvid", trunk("5,10,20", 5, True)),
    ("trunk 10,20 native 5", "del 5", trunk("10,20")),
    ("trunk 10,20 native 5", "del 10-20", trunk("5", 5)),
    ("trunk 10,20 native-tagged 5", "add 6", trunk("5-6,10,20", 5, True)),
    ("trunk 10,20 native-tagged 5", "add 6 untagged pvid", trunk("5-6,10,20", 6)),
    ("trunk 10,20 native-tagged 5", "del 5,10", trunk("20")),
    ("hybrid 10,20 untagged 10 pvid 10", "add 30", hybrid("10,20,30", "10", 10)),
    ("hybrid 10,20 untagged 10 pvid 10", "add 10", hybrid("10,20")),
    ("hybrid 10,20 untagged 10 pvid 10", "add 20 untagged", hybrid("10,20", "10,20", 10)),
    ("hybrid 10,20 untagged 10 pvid 10", "add 1-4094", hybrid("1-4094")),
    ("hybrid 10,20 untagged 10 pvid 10", "del 10", hybrid("20")),
    ("hybrid 10,20 untagged 10 pvid 10", "del 20,30", hybrid("10", "10", 10)),
    ("hybrid 10 pvid 99", "add 20", hybrid("10,20", pvid=99)),
    ("hybrid 10 pvid 99", "del 99", hybrid("10")),
]


@pytest.mark.short
def test_vlan_by_vlan(p1):
    """Each alone, tried first, and as the second of a transaction."""
    for start, words, expected in CHANGES:
        verb, *rest = words.split()
        change = " ".join(["vlan", verb, "sw0", "p1", *rest])
        run(f"port set sw0 p1 vlan {start}")
        before = vlans()
        assert run(f"--dry-run {change}") == ""
        assert vlans() == before
        assert run(change) == ""
        assert vlans() == expected, (start, words)
        run(change)                             # once more makes no difference
        assert vlans() == expected, (start, words)
        run(f"port set sw0 p1 vlan none -- port set sw0 p1 vlan {start} desc x -- {change}")
        assert vlans() == expected, (start, words)


def test_other_settings_stay(p1):
    run("port set sw0 p1 vlan access 10 admit all vid-map 5:10 pcp-table 7p1d desc text "
        "learn off")
    before = one("port show sw0 p1")
    run("vlan add sw0 p1 20")
    del before["vlan"]
    assert one("port show sw0 p1") == {**before, **hybrid("10,20", "10", 10)}


def test_untagged_frames_need_a_vlan(p1):
    """The kernel has the last word, and nothing is changed."""
    run("port set sw0 p1 vlan access 10 admit all")
    before = tables()
    assert refused("vlan add sw0 p1 10") == (
        "vswctl: vlan add sw0 p1 10: untagged frames would have no VLAN; give the port a "
        "native VLAN or a PVID")
    assert tables() == before


CHAINS = [
    ("port add sw0 new -- vlan add sw0 new 10 -- vlan add sw0 new 20 untagged pvid",
     hybrid("10,20", "20", 20)),
    ("port add sw0 new vlan access 5 -- vlan add sw0 new 6-9", hybrid("5-9", "5", 5)),
    ("port add sw0 new vlan trunk 5 native 6 -- vlan del sw0 new 5", trunk("6", 6)),
    ("--may-exist port add sw0 new -- --may-exist vlan add sw0 new 7", hybrid("7")),
    ("--may-exist port add sw0 p1 -- vlan add sw0 p1 7", hybrid("1,7", "1", 1)),
    ("--may-exist port add sw0 p1 vlan none -- vlan add sw0 p1 7", hybrid("7")),
    ("port set sw0 p1 desc x -- vlan add sw0 p1 7", hybrid("1,7", "1", 1)),
    ("port del sw0 p1 -- port add sw0 p1 -- vlan add sw0 p1 7", hybrid("7")),
    ("vlan add sw0 p1 2 -- vlan del sw0 p1 1 -- vlan add sw0 p1 3 -- vlan del sw0 p1 2",
     hybrid("3")),
    ("vlan add sw0 p1 2 -- port add sw0 other vlan access 9 -- vlan add sw0 p1 4",
     hybrid("1-2,4", "1", 1)),
]


def test_in_transactions(vsw):
    """What is changed is what the commands before it have made."""
    for words, expected in CHAINS:
        run("switch add sw0 -- port add sw0 p1 vlan access 1")
        assert run(words) == "", words
        assert vlans("new" if " new" in words else "p1") == expected, words
        run("switch del sw0")


CHAINS_REFUSED = [
    ("port del sw0 p1 -- vlan add sw0 p1 7", "command 2 of 2: vlan add sw0 p1 7: no such port; "
     "see vswctl port show"),
    ("switch del sw0 -- vlan add sw0 p1 7", "command 2 of 2: vlan add sw0 p1 7: no such "
     "switch; see vswctl switch show"),
    ("port add sw0 new -- vlan add sw0 new 1 -- vlan del sw0 new 1",
     f"command 3 of 3: vlan del sw0 new 1: {NO_VLAN}"),
    ("vlan add sw0 p1 7 -- vlan add sw0 p9 7",
     "command 2 of 2: vlan add sw0 p9 7: no such port; see vswctl port show"),
]


def test_refused_in_transactions(vsw, events):
    run("switch add sw0 -- port add sw0 p1 vlan access 1")
    before = vsw.ports()
    events.forget()
    compare(CHAINS_REFUSED, FAILED)
    assert vsw.ports() == before and events.read() == []
    assert run("--if-exists vlan del sw0 p9 7") == ""
    assert run("--if-exists vlan del sw9 p1 7 -- vlan add sw0 p1 7") == ""
    assert vlans() == hybrid("1,7", "1", 1)


def test_file_of_all_vlans(p1, tmp_path):
    """4 094 commands for one port, and one command for all VLANs."""
    path = tmp_path / "vlans.vsw"
    path.write_text("".join(f"vlan add sw0 p1 {vid}\n" for vid in range(1, 4095)))
    assert run(["-f", str(path)]) == ""
    assert vlans() == hybrid("1-4094")
    assert len(show("vlan show sw0")) == 4094
    assert len(run("vlan show sw0").splitlines()) == 2
    path.write_text("vlan del sw0 p1 2-4094\nvlan del sw0 p1 1\n")
    assert refused(["-f", str(path)]) == (
        f"vswctl: {path}:2: command 2 of 2: vlan del sw0 p1 1: {NO_VLAN}")
    assert vlans() == hybrid("1-4094")


def test_abbreviated(p1):
    run("v a sw0 p1 10 u p")
    assert vlans() == hybrid("10", "10", 10)
    run("vl d sw0 p1 9 -- po se sw0 p1 vl t 5 native-t 6")
    assert vlans() == trunk("5-6", 6, True)


OFFERS = [
    ("vlan add", "sw0"),
    ("vlan add sw0", "p1"),
    ("vlan add sw0 p1 10", "untagged pvid"),
    ("vlan del sw0 p1 10", ""),
    ("port set sw0 p1 vlan", "access trunk hybrid dot1q-tunnel none"),
    ("port set sw0 p1 pcp-table", "8p0d 7p1d 6p2d 5p3d"),
    ("port set sw0 p1 vid-map", "none"),
    ("port set sw0 p1 priority-tags", "never if-nonzero always"),
]


def test_completion(p1):
    """What bash offers behind these words."""
    for words, offered in OFFERS:
        script = (f". {TOOL}/vswctl.bash; COMP_WORDS=(vswctl {words} ''); "
                  "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _vswctl; "
                  'echo "${COMPREPLY[*]}"')
        assert ns.run("bash", "-c", script) == f"{offered}\n", words
