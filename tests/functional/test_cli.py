# SPDX-License-Identifier: GPL-2.0
"""vswctl: what each command does, what it prints as JSON, and with which status it
ends. What it says about wrong words and refused wishes is in test_cli_words.py.

       h1    h2
       |     |            n1 host     n2 guest: made by vswctl nic add
     +-e1----e2-----------n1----------n2-+
     | p1    p2           p3          p4 |
     +---------------- sw0 --------------+

Keys and values are exact: a key that is not named here must not be there.
"""

import json
import re

import pytest

from lib import ns, uapi, vswctl
from lib.frames import Tag, frame, mac
from lib.genl import trunk
from lib.vswctl import DONE, NO, Monitor, call, one, run, show

pytestmark = pytest.mark.tool

SWITCH = {"ifname": "sw0", "type": "external", "protocol": "802.1q",
          "adminstate": "up", "mtu": 65535, "ageing_ms": 300000, "fdb_max": 65536,
          "fdb_count": 0, "ports": 0}
PORT = {"switch": "sw0", "port": "p1", "adminstate": "up", "operstate": "down",
        "reason": "no-nic", "vlan_mode": "none", "admit": "mode",
        "ingress_filter": True, "pcp_table": "8p0d", "use_dei": True,
        "prio_regen": "0,1,2,3,4,5,6,7", "default_prio": 0, "priority_tags": "never",
        "bpdu": "normal", "guard_recovery_ms": 0,
        "learn": True, "flood": True, "fdb_max": 0, "fdb_count": 0, "link_follow": False, "hold": False}
CASTS = ("unicast", "multicast", "broadcast")
COUNTERS = [f"{way}_{what}" for way in ("from", "to")
            for what in ("packets", "bytes", "drops",
                         *(f"{cast}_{unit}" for cast in CASTS
                           for unit in ("packets", "bytes")))]
COUNTERS += ["learned", "moved", "aged", "not_learned"]


def switch(vsw, **changes):
    """The object of JSON that a switch is expected to be."""
    expected = {**SWITCH, **changes}
    return {**expected, "ifindex": vsw.switch(expected["ifname"])["ifindex"]}


def port(vsw, **changes):
    """A value None: the key is not there."""
    expected = {**PORT, **changes}
    expected["id"] = vsw.port(expected["switch"], expected["port"])["id"]
    return {key: value for key, value in expected.items() if value is not None}


def plugged(links, name, kind="netdev", role="edge", **changes):
    """What a port with a NIC, its link up, has in its JSON."""
    return {"operstate": "up", "reason": None, "nic": name, "nic_kind": kind,
            "role": role, "ifindex": links.index(name), **changes}


def nic(links, name, **changes):
    link = links.get(name)
    expected = {"ifname": name, "ifindex": link["ifindex"], "kind": "netdev",
                "address": link["address"], "mtu": link["mtu"], "queues": 1,
                "state": "created", "carrier": False, **changes}
    if "port" in expected:
        expected.update(switch="sw0", state="connected", carrier=True)
        expected.setdefault("role", "edge")
    return expected


def stats(name, **counted):
    return {"switch": "sw0", "port": name, **dict.fromkeys(COUNTERS, 0), **counted}


def counted(way, packets, octets, cast="broadcast"):
    found = {f"{way}_packets": packets, f"{way}_bytes": octets}
    return {**found, f"{way}_{cast}_packets": packets, f"{way}_{cast}_bytes": octets}


def answer(words, status):
    """A command that says nothing and tells by its status."""
    result = call(words)
    assert (result.status, result.out, result.err) == (status, "", ""), result


# --- switch -------------------------------------------------------------------

SWITCH_SETTINGS = [
    ("type private", {"type": "private"}),
    ("type internal", {"type": "internal"}),
    ("protocol 802.1ad", {"protocol": "802.1ad"}),
    ("ageing 10", {"ageing_ms": 10000}),
    ("ageing 1000000s", {"ageing_ms": 1000000000}),
    ("ageing 20500ms", {"ageing_ms": 20500}),
    ("ageing 12.25s fdb-max 1", {"ageing_ms": 12250, "fdb_max": 1}),
    ("fdb-max 1048576 mtu 68", {"fdb_max": 1048576, "mtu": 68}),
    ("down mtu 65535", {"adminstate": "down", "mtu": 65535}),
    ("up type external", {"adminstate": "up", "type": "external"}),
]


@pytest.mark.short
def test_switch_life(vsw):
    answer("switch exists sw0", NO)
    assert show("switch") == []
    assert run("switch add sw0") == ""
    assert show("switch") == [switch(vsw)]
    answer("switch exists sw0", DONE)
    run("switch add sw1 down mtu 9000 fdb-max 7 ageing 11 protocol 802.1ad type private")
    second = switch(vsw, ifname="sw1", adminstate="down", mtu=9000, fdb_max=7,
                    ageing_ms=11000, protocol="802.1ad", type="private")
    assert show("switch show") == [switch(vsw), second]
    assert show("switch show sw1") == [second]
    assert run("switch del sw0") == ""
    assert show("switch") == [second]
    answer("switch exists sw0", NO)


def test_switch_settings(vsw):
    """Each setting changes what it names and nothing else."""
    vsw.add_switch()
    expected = {}
    for words, changes in SWITCH_SETTINGS:
        assert run(f"switch set sw0 {words}") == ""
        expected.update(changes)
        assert one("switch show sw0") == switch(vsw, **expected), words


def test_switch_may_exist(vsw):
    run("--may-exist switch add sw0 mtu 1400")
    index = one("switch")["ifindex"]
    run("--may-exist switch add sw0 ageing 20 down")
    run("--may-exist switch add sw0")
    assert one("switch") == switch(vsw, mtu=1400, ageing_ms=20000, adminstate="down")
    assert one("switch")["ifindex"] == index


# --- port ---------------------------------------------------------------------

PORT_SETTINGS = [
    ("down", {"adminstate": "down", "reason": "port-down"}),
    ("up", {"adminstate": "up", "reason": "no-nic"}),
    ("vlan access 10", {"vlan_mode": "access", "vlan": 10}),
    ("vlan access 4094 learn off", {"vlan": 4094, "learn": False}),
    ("vlan trunk 30,10,20-22,21-25 flood off",
     {"vlan_mode": "trunk", "vlan": None, "vlans": "10,20-25,30", "flood": False}),
    ("native 7 vlan trunk 1-4094", {"vlans": "1-4094", "native": 7,
                                    "native_tagged": False}),
    ("vlan trunk 5 native 7", {"vlans": "5,7"}),
    ("native-tagged 7 vlan trunk 5", {"vlans": "5,7", "native_tagged": True}),
    ("vlan trunk 5", {"vlans": "5", "native": None, "native_tagged": None}),
    ("vlan none", {"vlan_mode": "none", "vlans": None}),
    ("learn on flood on fdb-max 1048576",
     {"learn": True, "flood": True, "fdb_max": 1048576}),
    ("fdb-max 0 desc 'a \"text\" of ours'", {"fdb_max": 0, "desc": 'a "text" of ours'}),
    ("desc ''", {"desc": None}),
    ("link-follow on bind other", {"link_follow": True, "reason": "no-nic",
                                   "bind": "other", "role": "edge"}),
    ("role uplink", {"role": "uplink"}),
    ("hold on", {"hold": True}),
    ("hold off", {"hold": False}),
    ("bind none link-follow off", {"bind": None, "role": None, "link_follow": False}),
]


@pytest.mark.short
def test_port_life(vsw):
    vsw.add_switch()
    answer("port exists sw0 p1", NO)
    answer("port exists sw9 p1", NO)
    assert show("port") == show("port show sw0") == []
    assert run("port add sw0 p1") == ""
    run("port add sw0 p2 down vlan trunk 10,12 native 1 learn off flood off fdb-max 3 "
        "link-follow on hold on desc second bind late")
    second = port(vsw, port="p2", adminstate="down", reason="port-down",
                  vlan_mode="trunk", vlans="1,10,12", native=1,
                  native_tagged=False, learn=False,
                  flood=False, fdb_max=3, link_follow=True, hold=True,
                  desc="second", bind="late", role="edge")
    assert show("port show") == show("port show sw0") == [port(vsw), second]
    assert show("port show sw0 p2") == [second]
    answer("port exists sw0 p2", DONE)
    assert run("port del sw0 p1") == ""
    assert show("port") == [second]
    answer("port exists sw0 p1", NO)


def test_port_settings(vsw):
    """Each setting changes what it names and nothing else."""
    vsw.add_switch()
    vsw.add_port("sw0", "p1")
    expected = {}
    for words, changes in PORT_SETTINGS:
        assert run(f"port set sw0 p1 {words}") == ""
        expected.update(changes)
        assert one("port show sw0 p1") == port(vsw, **expected), words


def test_port_with_a_nic(bed, vsw, links):
    bed.switch()
    station = bed.station("p1", ready=False)
    station.wait()
    assert one("port") == port(vsw, **plugged(links, "e1"))
    run("port set sw0 p1 role uplink")
    assert one("port") == port(vsw, **plugged(links, "e1", role="uplink"))
    run("port set sw0 p1 nic none")
    assert one("port") == port(vsw)
    run("port add sw0 p2 nic e1 role uplink down")
    assert one("port show sw0 p2") == port(vsw, port="p2", **{
        **plugged(links, "e1", role="uplink"), "operstate": "down",
        "adminstate": "down", "reason": "port-down"})


def test_port_may_exist(vsw):
    vsw.add_switch()
    run("--may-exist port add sw0 p1 vlan access 10 learn off")
    number = one("port")["id"]
    run("--may-exist port add sw0 p1 vlan trunk 10,20 desc both")
    run("--may-exist port add sw0 p1")
    assert one("port") == port(vsw, id=number, vlan_mode="trunk", vlans="10,20",
                               learn=False, desc="both")


def test_port_get_every_key(bed, vsw, links):
    """As in JSON, but as bare words; and nothing for what a port has not."""
    bed.switch()
    station = bed.station("p1", desc="some text", bind="e1", fdb_max=9,
                          **trunk("10,20-29", 1))
    bed.learn(station)
    known = one("-s port show sw0 p1")
    assert known == {**port(vsw, **plugged(
        links, "e1", vlan_mode="trunk", vlans="1,10,20-29", native=1,
        native_tagged=False, bind="e1", fdb_max=9, fdb_count=1, desc="some text")), **stats("p1"),
        **counted("from", 1, 60), "learned": 1, "from_drops": 1}
    for key in [*known, "reason", "vlan", "netnsid"]:
        value = known.get(key)
        text = json.dumps(value) if isinstance(value, bool) else value
        assert run(f"port get sw0 p1 {key}") == ("" if value is None else f"{text}\n")


# --- nic ----------------------------------------------------------------------

@pytest.mark.short
def test_nic_life(vsw, links):
    vsw.add_switch()
    for name in ("p1", "p2"):
        vsw.add_port("sw0", name)
    assert show("nic") == []
    assert run("nic add n1 type host mac 02:00:00:00:AB:09 mtu 1400 queues 2") == ""
    run("nic add n2 type guest")
    first = nic(links, "n1", kind="host", queues=2)
    assert (first["address"], first["mtu"]) == ("02:00:00:00:ab:09", 1400)
    second = nic(links, "n2", kind="guest")
    assert show("nic") == show("nic show") == [first, second]
    assert run("nic connect n1 sw0 p1") == ""
    first = nic(links, "n1", kind="host", queues=2, port="p1")
    assert show("nic show n1") == show("nic show sw0") == [first]
    assert show("nic show n2") == [second]
    assert run("nic disconnect n1") == ""
    assert one("nic show n1")["state"] == "created"
    assert show("nic show sw0") == []
    run("nic connect n1 sw0 p2 role edge")
    assert run("nic del n1") == ""
    assert show("nic") == [second]
    assert one("port show sw0 p2") == port(vsw, port="p2")


def test_nic_adopted(vsw, links):
    vsw.add_switch()
    vsw.add_port("sw0", "p1")
    links.add_veth("e1", "h1")
    links.up("h1")
    assert run("nic connect e1 sw0 p1 role uplink") == ""
    vsw.wait_port("sw0", "p1")
    assert one("nic") == nic(links, "e1", port="p1", role="uplink")
    assert run("nic disconnect e1") == ""
    assert show("nic") == []


def test_nic_in_another_namespace(vsw, links):
    vsw.add_switch()
    run("nic add n1 type guest")
    vsw.add_port("sw0", "p1", nic="n1")
    expected = nic(links, "n1", kind="guest", port="p1")
    ns.add("red")
    with ns.open_file("red") as space:
        links.move("n1", space)
    found = one("nic show n1")
    assert found.pop("netnsid") == one("port show sw0 p1")["netnsid"] >= 0
    assert found == expected
    inside = one("-n red nic")          # there the switch is none of its business
    assert inside["ifname"] == "n1" and not {"switch", "port", "role"} & inside.keys()
    assert show("-n red switch") == show("-n red port") == []


def test_nic_may_exist(links):
    run("--may-exist nic add n1 type host mtu 1400")
    run("--may-exist nic add n1 type host mac 02:00:00:00:00:77")
    assert one("nic") == nic(links, "n1", kind="host")
    assert (links.get("n1")["address"], links.get("n1")["mtu"]) == (
        "02:00:00:00:00:77", 1400)


# --- fdb ----------------------------------------------------------------------

def entry(number, vid, name, state="static", sticky=False):
    return {"switch": "sw0", "mac": mac(number), "vlan": vid, "port": name,
            "state": state, "sticky": sticky}


def entries(words):
    return sorted(show(words), key=lambda found: (found["mac"], found["vlan"]))


@pytest.fixture
def known(bed):
    """A learned station and four static ones."""
    bed.switch()
    station = bed.station("p1", **trunk("10", 1))
    bed.switch("sw1")
    bed.vsw.add_port("sw0", "p2")
    bed.learn(station, tag=Tag(10))
    for words in (f"{mac(2)} vlan 10 port p2", f"{mac(3)} vlan 0 port p2 sticky",
                  f"{mac(3)} vlan 10 port p1", f"{mac(4)} sticky port p1 vlan 4094"):
        assert run(f"fdb add sw0 {words}") == ""
    return {"dynamic": entry(1, 10, "p1", "dynamic"), "two": entry(2, 10, "p2"),
            "none": entry(3, 0, "p2", sticky=True), "three": entry(3, 10, "p1"),
            "four": entry(4, 4094, "p1", sticky=True)}


FDB_FILTERS = [
    ("", ["two", "none", "three", "four"]),
    ("sw0", ["two", "none", "three", "four"]),
    ("sw1", []),
    ("sw0 port p2", ["two", "none"]),
    ("vlan 0", ["none"]),
    ("sw0 vlan 10", ["two", "three"]),
    (f"sw0 mac {mac(3)}", ["none", "three"]),
    (f"mac {mac(3).upper()} port p1 vlan 10", ["three"]),
    ("sw0 vlan 99", []),
]


def test_fdb_show(known):
    learned = one("fdb show sw0 dynamic")
    age = learned.pop("age_ms")
    assert learned == known["dynamic"] and isinstance(age, int)
    for words, wanted in FDB_FILTERS:
        found = entries(f"fdb show {words} static")
        assert found == [known[name] for name in wanted], words
    assert len(show("fdb")) == len(show("fdb show sw0")) == len(known)
    assert one("switch show sw0")["fdb_count"] == len(known)


def test_fdb_change(known):
    run(f"--may-exist fdb add sw0 {mac(2)} vlan 10 port p1 sticky")
    assert entries(f"fdb show mac {mac(2)}") == [entry(2, 10, "p1", sticky=True)]
    run(f"--may-exist fdb add sw0 {mac(1)} vlan 10 port p2")
    assert entries(f"fdb show mac {mac(1)}") == [entry(1, 10, "p2")]
    assert run(f"fdb del sw0 {mac(3)} vlan 0") == ""
    assert entries(f"fdb show mac {mac(3)}") == [known["three"]]


FDB_FLUSHES = [
    ("port p2", ["dynamic", "two", "none", "three", "four"]),
    ("vlan 10", ["two", "none", "three", "four"]),
    ("", ["two", "none", "three", "four"]),
    ("static vlan 0", ["two", "three", "four"]),
    ("port p1 static vlan 10", ["two", "four"]),
    ("static", []),
]


def test_fdb_flush(known, vsw):
    for words, left in FDB_FLUSHES:
        assert run(f"fdb flush sw0 {words}") == ""
        wanted = {(known[name]["mac"], known[name]["vlan"]) for name in left}
        assert {(found["mac"], found["vid"]) for found in vsw.fdb("sw0")} == wanted, words


# --- vlan, stats, show --------------------------------------------------------

def test_vlan_show(vsw):
    vsw.add_switch()
    assert show("vlan show sw0") == []
    run("port add sw0 p1 vlan trunk 10,12 native 1")
    run("port add sw0 p2 vlan access 10")
    run("port add sw0 p3")
    members = [(1, "p1", False), (10, "p1", True), (10, "p2", False), (12, "p1", True)]
    rows = [{"switch": "sw0", "vlan": vid, "port": name, "tagged": tagged,
             "pvid": not tagged, "instance": 0, "state": "forwarding", "fdb_count": 0}
            for vid, name, tagged in members]
    assert show("vlan show sw0") == rows
    assert show("vlan show sw0 vlan 10") == rows[1:3]
    assert show("vlan show sw0 vlan 11") == []


@pytest.fixture
def talked(bed):
    """Three frames of 60, 100 and 200 octets; the tagged one is dropped."""
    bed.switch()
    first, _ = bed.stations_at("p1", "p2")
    first.send(frame(src=1), frame(src=1, size=100), frame(src=1, tag=7, size=200))
    bed.drain()
    return [stats("p1", **counted("from", 3, 360), from_drops=1, learned=1),
            stats("p2", **counted("to", 2, 160))]


@pytest.mark.short
def test_stats_show(talked):
    assert show("stats") == show("stats show sw0") == talked
    assert show("stats show sw0 p2") == talked[1:]


def test_stats_drops(talked):
    texts = dict(uapi.DROPS)
    dropped = {"switch": "sw0", "port": "p1", "direction": "from", "drop": "from_tagged",
               "packets": 1, "text": texts["from_tagged"]}
    assert show("stats show drops") == show("stats show sw0 p1 drops") == [dropped]
    assert show("stats show sw0 p2 drops") == []
    every = show("-d stats show sw0 p1 drops")
    assert every == [{**dropped, "direction": name.split("_")[0], "drop": name,
                      "packets": int(name == "from_tagged"), "text": text}
                     for name, text in uapi.DROPS]


def test_stats_beside_ports(vsw, links, talked):
    """-s puts the counters of a port behind its own keys."""
    both = show("-s port show sw0")
    assert both == [{**port(vsw, port=f"p{number}", **plugged(links, f"e{number}"),
                            fdb_count=2 - number), **talked[number - 1]}
                    for number in (1, 2)]
    assert [found for found in show("-s show") if found["object"] == "port"] == [
        {"object": "port", **found} for found in both]


def test_show_everything(bed, vsw, links):
    assert show("show") == []
    bed.switch()
    bed.switch("sw1", up=0)
    bed.station("p1")
    vsw.add_port("sw1", "q1")
    run("nic add n1 type guest")
    assert show("show") == [
        {"object": "switch", **switch(vsw, ports=1)},
        {"object": "port", **port(vsw, **plugged(links, "e1"))},
        {"object": "nic", **nic(links, "e1", port="p1")},
        {"object": "switch", **switch(vsw, ifname="sw1", ports=1, adminstate="down")},
        {"object": "port", **port(vsw, switch="sw1", port="q1", reason="switch-down")},
        {"object": "nic", **nic(links, "n1", kind="guest")}]


# --- monitor ------------------------------------------------------------------

def told(monitor):
    """An event without its number; those are counted in test_monitor.py."""
    event = monitor.event()
    assert isinstance(event.pop("seq"), int)
    return event


@pytest.mark.short
def test_monitor_tells_of_each_change(vsw, links):
    vsw.add_switch()
    with Monitor("port nic fdb") as monitor:
        run("port add sw0 p1")
        assert told(monitor) == {"event": "new", "object": "port", **port(vsw)}
        run("port set sw0 p1 vlan access 5")
        changed = {"vlan_mode": "access", "vlan": 5}
        assert told(monitor) == {"event": "set", "object": "port",
                                   **port(vsw, **changed)}
        run("nic add n1 type host")
        made = nic(links, "n1", kind="host")
        assert told(monitor) == {"event": "new", "object": "nic", **made}
        run(f"fdb add sw0 {mac(1)} vlan 5 port p1")
        assert told(monitor) == {"event": "new", "object": "fdb",
                                   **entry(1, 5, "p1")}
        run("port del sw0 p1")
        gone = [told(monitor), told(monitor)]
        assert {event["object"]: event["event"] for event in gone} == {
            "fdb": "flush", "port": "del"}


def test_monitor_of_switches(vsw):
    with Monitor("switch") as monitor:
        run("switch add sw0 mtu 1400 down")
        expected = switch(vsw, mtu=1400, adminstate="down")
        assert told(monitor) == {"event": "new", "object": "switch", **expected}
        for words, change in (("fdb-max 9", {"fdb_max": 9}), ("up", {"adminstate": "up"}),
                              ("mtu 1300", {"mtu": 1300}),
                              ("down", {"adminstate": "down"})):
            run(f"switch set sw0 {words}")
            expected.update(change)
            assert told(monitor) == {"event": "set", "object": "switch", **expected}
        run("switch del sw0")
        gone = told(monitor)
        assert (gone["event"], gone["ifname"]) == ("del", "sw0")


def test_monitor_tells_why_a_port_is_down(vsw):
    """As port show does, also where the link was down before."""
    vsw.add_switch(up=0)
    with Monitor("port") as monitor:
        run("port add sw0 p1")
        assert told(monitor) == {"event": "new", "object": "port",
                                   **port(vsw, reason="switch-down")}
        run("port set sw0 p1 down")
        assert told(monitor) == {"event": "set", "object": "port", **port(
            vsw, adminstate="down", reason="port-down")}


def test_monitor_of_one_object(vsw, links):
    """What happens to others meanwhile is not told."""
    with Monitor("nic", options="-o") as monitor:
        vsw.add_switch()
        vsw.add_port("sw0", "p1")
        run("nic add n1 type host")
        run("nic connect n1 sw0 p1")
        index = links.index("n1")
        line = monitor.line()
        number = line.split()[1]
        assert line.startswith(
            f"seq {number} event new object nic ifname n1 ifindex {index} kind host ")
        assert " event connect object nic ifname n1 " in monitor.line()


def test_monitor_ends_by_itself(vsw):
    monitor = Monitor("port fdb", options="-j --timeout 2")
    vsw.add_switch()
    vsw.add_port("sw0", "p1")
    expected = port(vsw)
    (event,) = monitor.rest()
    assert isinstance(event.pop("seq"), int)
    assert event == {"event": "new", "object": "port", **expected}


def test_monitor_with_time(vsw):
    with Monitor("-t switch") as monitor:
        vsw.add_switch(up=0)
        event = told(monitor)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", event.pop("time"))
    assert event == {"event": "new", "object": "switch",
                     **switch(vsw, adminstate="down")}
    with Monitor("-t", options="") as monitor:
        vsw.del_switch("sw0")
        assert re.fullmatch(r"\d{4}-\S+Z switch sw0 del\n", monitor.line())


def test_monitor_ends_at_a_signal():
    for options in ("", "-j"):
        monitor = Monitor(options=options)
        monitor.process.terminate()
        out, err = monitor.process.communicate(timeout=60)
        assert (monitor.process.returncode, out, err) == (vswctl.DONE, "", "")
