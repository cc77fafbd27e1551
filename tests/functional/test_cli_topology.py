# SPDX-License-Identifier: GPL-2.0
"""vswctl: the words for shared learning, spanning tree instances and states, control
frames, and entries with several ports or none. What they do to frames is in
test_topology.py and test_fdb_shared.py.
"""

import pytest

from lib.config import access, config, port, saved, switch, trunk
from lib.frames import BPDU, frame, mac
from lib.vswctl import DONE, FAILED, USAGE, call, compare, one, run, show

pytestmark = pytest.mark.tool

GROUP = "01:00:5e:00:00:05"


@pytest.fixture
def net4(vsw):
    vsw.add_switch()
    for name, vlans in (("p1", "trunk 1-4094"), ("p2", "trunk 10-30"), ("p3", "access 10")):
        run(f"port add sw0 {name} vlan {vlans}")


def keys(words, *wanted):
    """What of these keys the object has."""
    found = one(words)
    return {key: found[key] for key in wanted if key in found}


# --- Words -------------------------------------------------------------------------------

SWITCH = [
    ("fid-map 10-19:1,20:1,30-39:2", {"fid_map": "10-20:1,30-39:2"}),
    ("fid-map 39:7", {"fid_map": "39:7"}),
    ("instance-map 20:2,10-19:1", {"fid_map": "39:7", "instance_map": "10-19:1,20:2"}),
    ("instance-map 1-4094:63 fid-map none", {"instance_map": "1-4094:63"}),
    ("instance-map none", {}),
]


@pytest.mark.short
def test_maps_of_a_switch(net4):
    for words, expected in SWITCH:
        assert run(f"switch set sw0 {words}") == ""
        assert keys("switch show sw0", "fid_map", "instance_map") == expected, words
    run("switch add sw1 fid-map 5-6:5 instance-map 6:3")
    assert run("switch get sw1 fid_map") == "5-6:5\n"
    assert [found["ifname"] for found in show("switch show where instance_map=6:3")] == ["sw1"]
    assert " FID-MAP INSTANCE-MAP " in " ".join(run("-d switch show").split())


PORT = [
    ("state discarding", {"states": "0:discarding"}),
    ("state learning instance 3", {"states": "0:discarding,3:learning"}),
    ("states 0:learning,63:discarding", {"states": "0:learning,3:learning,63:discarding"}),
    ("state forwarding", {"states": "3:learning,63:discarding"}),
    ("states 3:forwarding", {"states": "63:discarding"}),
    ("states forwarding", {}),
    ("reserved-relay 0,e,2", {"reserved_relay": "0,2,e"}),
    ("reserved-relay all", {"reserved_relay": "4,5,6,7,8,9,a,b,c,d,e,f"}),
    ("reserved-relay none", {}),
    ("bpdu guard guard-recovery 1.5s", {"bpdu": "guard", "guard_recovery_ms": 1500}),
    ("bpdu filter", {"bpdu": "filter"}),
    ("guard-recovery never", {"bpdu": "filter", "guard_recovery_ms": 0}),
    ("bpdu normal", {"bpdu": "normal"}),
]


@pytest.mark.short
def test_settings_of_a_port(net4):
    expected = {"bpdu": "normal", "guard_recovery_ms": 0}
    for words, changes in PORT:
        assert run(f"port set sw0 p1 {words}") == ""
        for key in ("states", "reserved_relay"):
            expected.pop(key, None)
        expected.update(changes)
        assert keys("port show sw0 p1", "states", "reserved_relay", "bpdu",
                    "guard_recovery_ms") == expected, words
    run("port add sw0 p4 states 1:discarding reserved-relay f bpdu guard")
    assert keys("port show sw0 p4", "states", "reserved_relay", "bpdu") == {
        "states": "1:discarding", "reserved_relay": "f", "bpdu": "guard"}
    assert run("port get sw0 p4 states") == "1:discarding\n"
    for words in ("states=1:discarding", "reserved_relay=f", "bpdu=guard"):
        assert [found["port"] for found in show(f"port show where {words}")] == ["p4"]
    assert " STATES RESERVED BPDU RECOVERY-MS " in " ".join(run("-d port show sw0").split())


def test_services_of_a_tunnel(vsw):
    run("switch add sw0 protocol 802.1ad")
    run("port add sw0 p1 vlan dot1q-tunnel 100 services 10-19:200,20:300")
    assert keys("port show sw0 p1", "vlan_mode", "vlan", "services", "cvlans") == {
        "vlan_mode": "dot1q-tunnel", "vlan": 100, "services": "10-19:200,20:300"}
    assert [found["vlan"] for found in show("vlan show sw0")] == [100, 200, 300]
    assert [found["port"] for found in show("port show where vlan=300")] == ["p1"]
    run("port set sw0 p1 vlan dot1q-tunnel 100")
    assert "services" not in one("port show sw0 p1")


def test_vlan_show(net4):
    run("switch set sw0 fid-map 10-11:5 instance-map 11:2")
    run("port set sw0 p2 states 2:learning")
    run(f"fdb add sw0 {mac(1)} vlan 10 port p3")
    assert [{key: found[key] for key in ("vlan", "port", "fid", "instance", "state",
                                         "fdb_count") if key in found}
            for found in show("vlan show sw0 where port!=p1 vlan!=12")
            if found["vlan"] in (10, 11, 13)] == [
        {"vlan": 10, "port": "p2", "fid": 5, "instance": 0, "state": "forwarding",
         "fdb_count": 1},
        {"vlan": 10, "port": "p3", "fid": 5, "instance": 0, "state": "forwarding",
         "fdb_count": 1},
        {"vlan": 11, "port": "p2", "fid": 5, "instance": 2, "state": "learning",
         "fdb_count": 0},
        {"vlan": 13, "port": "p2", "instance": 0, "state": "forwarding", "fdb_count": 0}]
    assert run("-d vlan show sw0 vlan 11").splitlines()[0].split() == [
        "SWITCH", "VLAN", "PORT", "TAGGED", "PVID", "FID", "INSTANCE", "STATE", "FDB"]


# --- Entries -----------------------------------------------------------------------------

def entry(address, **changes):
    return {"switch": "sw0", "mac": address, "state": "static", "sticky": False, **changes}


def test_entries(net4):
    """One port, several, none; for one VLAN, or for all."""
    run(f"fdb add sw0 {mac(1)} vlan 10 port p1,p2")
    run(f"fdb add sw0 {mac(1)} vlan all port p3")
    run(f"fdb add sw0 {mac(2)} vlan 10 filter")
    run(f"fdb add sw0 {GROUP} vlan all port p1,p3 -- fdb add sw0 {GROUP} vlan 20 port p2")
    found = sorted(show("fdb show sw0"), key=lambda one: (one["mac"], one.get("vlan", 9999)))
    assert found == [
        entry(GROUP, vlan=20, port="p2"), entry(GROUP, all_vlans=True, ports="p1,p3"),
        entry(mac(1), vlan=10, ports="p1,p2"), entry(mac(1), all_vlans=True, port="p3"),
        entry(mac(2), vlan=10, ports="")]
    rows = [line.split()[1:4] for line in run("fdb show sw0").splitlines()[1:]]
    assert sorted(rows) == sorted([[GROUP, "20", "p2"], [GROUP, "all", "p1,p3"],
                                   [mac(1), "10", "p1,p2"], [mac(1), "all", "p3"],
                                   [mac(2), "10", "(none)"]])
    run(f"--may-exist fdb add sw0 {mac(2)} vlan 10 port p3,p2")
    assert sorted(one(f"fdb show sw0 mac {mac(2)}")["ports"].split(",")) == ["p2", "p3"]
    run(f"fdb del sw0 {mac(1)} vlan all -- fdb del sw0 {GROUP} vlan all")
    assert not [one for one in show("fdb show sw0") if "all_vlans" in one]
    run(f"--if-exists fdb del sw0 {mac(1)} vlan all")
    assert show("fdb show sw0 where ports=p1,p2")[0]["mac"] == mac(1)


def test_flush_of_an_instance(net4):
    run("switch set sw0 instance-map 20:2")
    for number, vid in ((1, 10), (2, 20)):
        run(f"fdb add sw0 {mac(number)} vlan {vid} port p1")
    run("fdb flush sw0 port p1 static instance 2")
    assert [found["mac"] for found in show("fdb show sw0")] == [mac(1)]


# --- Wrong -------------------------------------------------------------------------------

GROUP_FORM = "is not VID[-VID]:N with VLAN ids from 1 to 4094"
STATE_FORM = "is not N:STATE with N from 0 to 63, such as 3:learning"
RESERVED_FORM = "is not all, none or digits such as 0,2,e"

BAD_USAGE = [
    ("switch set x fid-map 10", f'switch set x: fid-map: "10" {GROUP_FORM}'),
    ("switch set x instance-map 0:1", f'switch set x: instance-map: "0:1" {GROUP_FORM}'),
    ("switch set x fid-map 9-8:1", 'switch set x: fid-map: "9-8:1" is a reversed range; write '
     "the lower id first"),
    ("port set x y state blocking", 'port set x y: state: "blocking" is not one of '
     "forwarding, learning, discarding"),
    ("port set x y instance 1", 'port set x y: "instance" goes with "state" only'),
    ("port set x y state learning instance 64",
     'port set x y: instance: "64" is not a number from 0 to 63'),
    ("port set x y states 1:learning state learning",
     'port set x y: "states" and "state" exclude each other'),
    ("port set x y states 64:learning", f'port set x y: states: "64:learning" {STATE_FORM}'),
    ("port set x y states 1:up,2:learning", f'port set x y: states: "1:up" {STATE_FORM}'),
    ("port set x y reserved-relay g", f'port set x y: reserved-relay: "g" {RESERVED_FORM}'),
    ("port set x y reserved-relay 0,", f'port set x y: reserved-relay: "0," {RESERVED_FORM}'),
    ("port set x y bpdu off", 'port set x y: bpdu: "off" is not one of normal, guard, filter'),
    ("port set x y vlan access 1 services 1:2",
     'port set x y: "services" goes with "vlan dot1q-tunnel VID" only'),
    (f"fdb add x {mac(1)} vlan 1 port p filter",
     f'fdb add x {mac(1)}: "port" and "filter" exclude each other'),
    (f"fdb add x {mac(1)} vlan 1 port p,,q", f'fdb add x {mac(1)}: port: "" is not the name '
     "of a port"),
    ("fdb flush x instance 64", 'fdb flush x: instance: "64" is not a number from 0 to 63'),
]


def test_bad_usage():
    compare(BAD_USAGE, USAGE)


REFUSED = [
    ("switch set sw0 fid-map 1-10:1,5:2",
     "switch set sw0: a VLAN is named twice; name each once"),
    ("port set sw0 p1 reserved-relay 1,2", "port set sw0 p1: reserved-relay: 01-80-C2-00-00-01 is "
     "for pause frames between two NICs, which are never relayed; leave it out"),
    (f"fdb add sw0 {mac(1)} vlan all port p1,p9",
     f"fdb add sw0 {mac(1)}: no such port; see vswctl port show"),
    (f"fdb add sw0 {mac(1)} vlan all port p1,p1",
     f"fdb add sw0 {mac(1)}: the port is named twice; name each once"),
]


def test_refused(net4, vsw):
    before = [vsw.switches(), vsw.ports(), vsw.fdb()]
    compare(REFUSED, FAILED)
    assert [vsw.switches(), vsw.ports(), vsw.fdb()] == before


# --- As a file ----------------------------------------------------------------------------

def wanted():
    return config(switch(
        fid_map="10-20:1", instance_map="10-19:1,20:2",
        ports=[port("a", vlan=trunk("10-20"), reserved_relay="0,2,e"),
               port("b", vlan=access(10), bpdu="guard", guard_recovery_ms=1500),
               port("c", vlan={"mode": "dot1q-tunnel", "vid": 7, "services": "1-5:20"})],
        fdb=[{"mac": GROUP, "vlan": 20, "port": "a"},
             {"mac": GROUP, "all_vlans": True, "ports": "a,b"},
             {"mac": mac(1), "all_vlans": True, "port": "b", "sticky": True},
             {"mac": mac(2), "vlan": 10, "ports": ""}]))


def test_as_a_file(vsw, files):
    files.apply(wanted())
    assert saved() == wanted()
    assert files.same(wanted(), "--prune")
    fewer = wanted()
    del fewer["switches"][0]["ports"][2], fewer["switches"][0]["fdb"][2:]
    fewer["switches"][0]["fdb"][1]["ports"] = ""
    turned = wanted()
    turned["switches"][0]["fdb"][1]["ports"] = "b,a"
    assert files.same(turned)
    assert files.diff(fewer, "--prune")
    files.apply(fewer, "--prune")
    assert saved() == fewer
    files.apply(config(switch(ports=[port("a")])), "--prune")
    assert saved() == config(switch(ports=[port("a")]))


def test_states_are_no_configuration(vsw, files):
    """They are a spanning tree daemon's: not saved, and left alone by apply."""
    files.apply(wanted())
    run("port set sw0 a states 0:discarding,2:learning")
    assert saved() == wanted()
    files.apply(wanted())
    assert files.same(wanted())
    changed = wanted()
    changed["switches"][0]["ports"][0]["desc"] = "x"
    files.apply(changed)
    assert one("port show sw0 a")["states"] == "0:discarding,2:learning"


WRONG = [
    ({"vlan": 1, "all_vlans": True, "port": "a"},
     'switches[0].fdb[0].vlan: does not go with "all_vlans"'),
    ({"port": "a", "ports": "a,b"}, 'switches[0].fdb[0].ports: does not go with "port"'),
    ({"vlan": 1}, 'switches[0].fdb[0]: "port" is missing'),
    ({"ports": "a,,b"}, 'switches[0].fdb[0].ports: "" is not the name of a port'),
]


def test_wrong_files(files):
    for changes, text in WRONG:
        line = files.refused(config(switch(fdb=[{"mac": mac(1), **changes}])), word="diff")
        assert line.partition(": ")[2] == text


def test_guard_is_a_reason(bed, vsw):
    """A port that BPDU guard has shut says so, and is let up by hand."""
    bed.switch()
    station = bed.station("p1", bpdu="guard")
    station.send(frame(src=1, dst=BPDU))
    vsw.wait_port("sw0", "p1", "guard")
    assert keys("port show sw0 p1", "operstate", "reason") == {
        "operstate": "down", "reason": "bpdu-guard"}
    assert "down (bpdu-guard)" in run("show")
    assert call("--timeout 10 wait-until port sw0 p1 reason=bpdu-guard").status == DONE
    run("port set sw0 p1 up")
    assert call("--timeout 10 wait-until port sw0 p1 operstate=up").status == DONE
