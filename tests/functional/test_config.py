# SPDX-License-Identifier: GPL-2.0
"""The configuration as a file: save, apply and diff. Bytes, JSON, events and what is
said are exact. What is wrong with a file itself is in test_config_file.py, NICs and
names that change places are in test_config_places.py.

        h1  h2
        |   |         n1 host, n2 guest: made by the file
     +--e1--e2--n1--n2--+    +----------+
     | p1  p2  p3  p4   |    | q1       |
     +------ sw0 -------+    +--- sw1 --+
"""

import json
import os
import re

import pytest

from lib import ns, state
from lib.config import (N1, N2, access, config, lined, port, save, saved, switch,
                        trunk, unprivileged)
from lib.frames import frame, mac
from lib.tap import Tap
from lib.vswctl import DONE, FAILED, NO, call, run

pytestmark = pytest.mark.tool

DOC = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../docs/config.md")
M2, M9 = N2["mac"], "02:00:00:00:01:09"


def everything():
    """Each key of the file at least once."""
    sw0 = switch(
        type="external", ageing_ms=20000, mtu=9000, fdb_max=100,
        ports=[port("p1", vlan=trunk("1,10,20-30", native=1), role="uplink", bind="e1"),
               port("p2", vlan=access(10), nic="e2", learn=False, flood=False,
                    fdb_max=7, link_follow=True, hold=True, desc='a "b" \\ ü'),
               port("p3", nic="n1"),
               port("p4", vlan={"mode": "hybrid", "vids": "10,20", "untagged": "20",
                                "pvid": 20},
                    admit="all", ingress_filter=False, vid_map="10:110,20-29:120",
                    pcp_table="5p3d", use_dei=False, prio_regen="1,0,2,3,4,5,6,7",
                    default_prio=7, priority_tags="if-nonzero"),
               port("p5", vlan={"mode": "trunk", "vids": "1,10", "native": 1,
                                "native_tagged": True}),
               port("p6", vlan={"mode": "dot1q-tunnel", "vid": 100, "cvlans": "0,10"}),
               port("p10", adminstate="down", bind="later")],
        fdb=[{"mac": mac(1), "port": "p3"},
             {"mac": mac(2), "vlan": 10, "port": "p2", "sticky": True}])
    sw1 = switch("sw1", type="internal", protocol="802.1ad", adminstate="down",
                 ports=[port("q1", nic="n2")])
    return config(sw0, sw1, nics=[N1, N2])


EVERYTHING = """{
  "version": 1,
  "nics": [
    {"name": "n1", "kind": "host", "mac": "02:00:00:00:01:01"},
    {"name": "n2", "kind": "guest", "mac": "02:00:00:00:01:02", "mtu": 9000, "queues": 3}
  ],
  "switches": [
    {
      "name": "sw0",
      "mtu": 9000,
      "ageing_ms": 20000,
      "fdb_max": 100,
      "ports": [
        {"name": "p1", "vlan": {"mode": "trunk", "vids": "1,10,20-30", "native": 1}, "role": "uplink", "bind": "e1"},
        {"name": "p2", "vlan": {"mode": "access", "vid": 10}, "nic": "e2", "learn": false, "flood": false, "fdb_max": 7, "link_follow": true, "hold": true, "desc": "a \\"b\\" \\\\ ü"},
        {"name": "p3", "nic": "n1"},
        {"name": "p4", "vlan": {"mode": "hybrid", "vids": "10,20", "untagged": "20", "pvid": 20}, "admit": "all", "ingress_filter": false, "vid_map": "10:110,20-29:120", "pcp_table": "5p3d", "use_dei": false, "prio_regen": "1,0,2,3,4,5,6,7", "default_prio": 7, "priority_tags": "if-nonzero"},
        {"name": "p5", "vlan": {"mode": "trunk", "vids": "1,10", "native": 1, "native_tagged": true}},
        {"name": "p6", "vlan": {"mode": "dot1q-tunnel", "vid": 100, "cvlans": "0,10"}},
        {"name": "p10", "adminstate": "down", "bind": "later"}
      ],
      "fdb": [
        {"mac": "02:00:00:00:00:01", "port": "p3"},
        {"mac": "02:00:00:00:00:02", "vlan": 10, "port": "p2", "sticky": true}
      ]
    },
    {
      "name": "sw1",
      "type": "internal",
      "protocol": "802.1ad",
      "adminstate": "down",
      "ports": [
        {"name": "q1", "nic": "n2"}
      ]
    }
  ]
}
"""


def flush(host):
    """Nothing is left but netdevs that vswitch did not make."""
    for name in [one["name"] for one in host.vsw.switches()]:
        host.vsw.del_switch(name)
    for nic in host.vsw.nics():
        host.vsw.del_nic(nic["name"])


def told(events):
    return [(event["object"], event["event"]) for event in events.read()]


# --- save ------------------------------------------------------------------------

def test_save_nothing(files):
    assert save() == '{\n  "version": 1\n}\n'
    files.apply(save())
    assert files.same(save(), "--prune")


@pytest.mark.short
def test_save_and_apply_everything(host, net, files):
    """From nothing; then once more from what was saved, to the same bytes."""
    files.apply(everything())
    assert save() == EVERYTHING
    before = state.snapshot(host.vsw)
    flush(host)
    assert save() == '{\n  "version": 1\n}\n'
    files.apply(EVERYTHING, "--prune")
    assert save() == EVERYTHING
    after = state.snapshot(host.vsw)
    for snapshot in (before, after):
        for thing in snapshot["switches"] + snapshot["ports"] + snapshot["nics"]:
            for key in ("ifindex", "id", "nic_ifindex"):
                thing.pop(key, None)
    assert not state.difference(before, after)


def test_save_one_switch(net, files):
    files.apply(everything())
    whole = json.loads(EVERYTHING)
    assert saved("sw0") == config(whole["switches"][0], nics=[whole["nics"][0]])
    assert saved("sw1") == config(whole["switches"][1], nics=[whole["nics"][1]])
    result = call("save sw9")
    assert (result.status, result.out, result.err) == (
        FAILED, "", 'vswctl: switch "sw9": no such switch\n')


def test_save_does_not_depend_on_the_past(host, net, files):
    """Made in another order, with detours."""
    host.vsw.add_switch("sw0")
    for name in ("p3", "p1", "x"):
        run(f"port add sw0 {name} vlan access 99")
    files.apply(everything(), "--prune")
    assert save() == EVERYTHING


def test_save_leaves_out_what_is_found_again(bed, files):
    """Learned stations, a NIC that a binding found, one that a container has."""
    bed.switch()
    a, b = bed.stations_at("a", "b")
    bed.learn(a, b)
    bed.vsw.add_port("sw0", "web", bind="tap7")
    bed.vsw.add_port("sw0", "ct", bind="ct0")
    bed.vsw.add_nic("ct0")
    bed.keep(Tap("tap7"))
    bed.vsw.wait_port("sw0", "web")
    ns.add("box")
    ns.ip("link set ct0 netns box")
    expected = config(switch(ports=[port("a", nic="e1"), port("b", nic="e2"),
                                    port("ct", bind="ct0"), port("web", bind="tap7")]))
    assert saved() == expected
    assert len(bed.vsw.fdb("sw0")) == 2
    assert files.same(expected, "--prune")


def test_save_says_what_json_cannot_have(vsw):
    vsw.add_switch()
    vsw.add_port("sw0", b"p\xff")
    result = call("save", errors="surrogateescape")
    assert (result.status, result.out, result.err) == (
        FAILED, "", 'vswctl: save: port "p\udcff" of switch "sw0": has a text that is not '
        "UTF-8; change it\n")


# --- apply: nothing but what differs ------------------------------------------------

@pytest.mark.short
def test_unchanged_file_sends_nothing(bed, net, files, events):
    """Not even privilege is needed; no event, no flap, counters and stations stay."""
    files.apply(everything())
    before = state.snapshot(bed.vsw, bed.links)
    stats = bed.vsw.dump("stats_get", switch="sw0")
    events.forget()
    path = files.write(EVERYTHING)
    for words in (["apply", "-f", path], ["apply", "--prune", "-f", path],
                  ["apply", "--dry-run", "-f", path], ["diff", "-f", path]):
        result = unprivileged(words)
        assert (result.status, result.out, result.err) == (DONE, "", ""), result
    assert told(events) == []
    assert not state.difference(before, state.snapshot(bed.vsw, bed.links))
    assert bed.vsw.dump("stats_get", switch="sw0") == stats


def test_write_without_privilege(files):
    result = unprivileged(["apply", "-f", files.write(config(switch()))])
    assert result.status == FAILED and "Operation not permitted" in result.err, result


SETTINGS = [
    ("p1", {"adminstate": "down"}, ['+  adminstate: "down"']),
    ("p1", {"vlan": access(7)}, ['+  vlan.mode: "access"', "+  vlan.vid: 7"]),
    ("p1", {"vlan": access(8)}, ["-  vlan.vid: 7", "+  vlan.vid: 8"]),
    ("p1", {"vlan": trunk("5-7")}, ['-  vlan.mode: "access"', '+  vlan.mode: "trunk"',
                                    "-  vlan.vid: 8", '+  vlan.vids: "5-7"']),
    ("p1", {"vlan": trunk("5,6", 7)}, ["+  vlan.native: 7"]),
    ("p1", {"vlan": {"mode": "trunk", "native": 7}},
     ['-  vlan.vids: "5-7"', '+  vlan.vids: "7"']),
    ("p1", {"vlan": {"mode": "trunk", "native": 7, "native_tagged": True}},
     ["+  vlan.native_tagged: true"]),
    ("p1", {"vlan": {"mode": "hybrid", "vids": "7-9", "pvid": 7}},
     ['-  vlan.mode: "trunk"', '+  vlan.mode: "hybrid"', '-  vlan.vids: "7"',
      '+  vlan.vids: "7-9"', "-  vlan.native: 7", "-  vlan.native_tagged: true",
      "+  vlan.pvid: 7"]),
    ("p1", {"vlan": {"mode": "hybrid", "vids": "7-9", "untagged": "8,7"}},
     ['+  vlan.untagged: "7-8"', "-  vlan.pvid: 7"]),
    ("p1", {"vlan": {"mode": "dot1q-tunnel", "vid": 5, "cvlans": "0-9"}},
     ['-  vlan.mode: "hybrid"', '+  vlan.mode: "dot1q-tunnel"', "+  vlan.vid: 5",
      '-  vlan.vids: "7-9"', '-  vlan.untagged: "7-8"', '+  vlan.cvlans: "0-9"']),
    ("p1", {"vlan": {"mode": "dot1q-tunnel", "vid": 5}}, ['-  vlan.cvlans: "0-9"']),
    ("p1", {"vlan": access(5)}, ['-  vlan.mode: "dot1q-tunnel"', '+  vlan.mode: "access"']),
    ("p1", {"admit": "all"}, ['+  admit: "all"']),
    ("p1", {"admit": "tagged"}, ['-  admit: "all"', '+  admit: "tagged"']),
    ("p1", {"ingress_filter": False}, ["+  ingress_filter: false"]),
    ("p1", {"admit": "mode", "ingress_filter": True, "vlan": {"mode": "none"}},
     ['-  vlan.mode: "access"', "-  vlan.vid: 5", '-  admit: "tagged"',
      "-  ingress_filter: false"]),
    ("p1", {"vid_map": "2:1,1:2"}, ['+  vid_map: "1:2,2:1"']),
    ("p1", {"vid_map": "1-4094:1"}, ['-  vid_map: "1:2,2:1"', '+  vid_map: "1-4094:1"']),
    ("p1", {"pcp_table": "7p1d"}, ['+  pcp_table: "7p1d"']),
    ("p1", {"use_dei": False}, ["+  use_dei: false"]),
    ("p1", {"prio_regen": "7,6,5,4,3,2,1,0"}, ['+  prio_regen: "7,6,5,4,3,2,1,0"']),
    ("p1", {"default_prio": 7}, ["+  default_prio: 7"]),
    ("p1", {"priority_tags": "always"}, ['+  priority_tags: "always"']),
    ("p1", {"pcp_table": "8p0d", "use_dei": True, "prio_regen": "0,1,2,3,4,5,6,7",
            "default_prio": 0, "priority_tags": "never"},
     ['-  pcp_table: "7p1d"', "-  use_dei: false", '-  prio_regen: "7,6,5,4,3,2,1,0"',
      "-  default_prio: 7", '-  priority_tags: "always"']),
    ("p1", {"adminstate": "up"}, ['-  adminstate: "down"']),
    ("p1", {"learn": False}, ["+  learn: false"]),
    ("p1", {"flood": False}, ["+  flood: false"]),
    ("p1", {"fdb_max": 1048576}, ["+  fdb_max: 1048576"]),
    ("p1", {"link_follow": True}, ["+  link_follow: true"]),
    ("p1", {"hold": True}, ["+  hold: true"]),
    ("p1", {"desc": "x y"}, ['+  desc: "x y"']),
    ("p1", {"desc": ""}, ['-  desc: "x y"']),
    ("p1", {"bind": "b1"}, ['+  bind: "b1"']),
    ("p1", {"bind": "b2"}, ['-  bind: "b1"', '+  bind: "b2"']),
    ("p1", {"nic": "e1"}, ['+  nic: "e1"']),
    ("p1", {"role": "uplink"}, ['+  role: "uplink"']),
    ("p1", {"role": "edge"}, ['-  role: "uplink"']),
    ("p1", {"nic": "e2"}, ['-  nic: "e1"', '+  nic: "e2"']),
    (None, {"mtu": 68}, ["+  mtu: 68"]),
    (None, {"ageing_ms": 10000}, ["+  ageing_ms: 10000"]),
    (None, {"fdb_max": 1}, ["+  fdb_max: 1"]),
    (None, {"adminstate": "down"}, ['+  adminstate: "down"']),
    (None, {"type": "internal"}, ['+  type: "internal"']),
    (None, {"type": "private"}, ['-  type: "internal"', '+  type: "private"']),
    (None, {"protocol": "802.1ad"}, ['+  protocol: "802.1ad"']),
    (None, {"mtu": 65535, "ageing_ms": 300000, "fdb_max": 65536, "adminstate": "up",
            "type": "external", "protocol": "802.1q"},
     ['-  type: "private"', '-  protocol: "802.1ad"', '-  adminstate: "down"',
      "-  mtu: 68", "-  ageing_ms: 10000", "-  fdb_max: 1"]),
]


def test_each_setting(net, files):
    """What diff shows is what apply changes; afterwards there is no difference."""
    one = switch(ports=[port("p1")])
    files.apply(config(one))
    for name, changes, lines in SETTINGS:
        (one["ports"][0] if name else one).update(changes)
        shown = files.diff(config(one))
        what = 'port "p1" of switch "sw0"' if name else 'switch "sw0"'
        assert shown[0] == f" {what}", (changes, shown)
        assert [line for line in shown if line[0] != " "] == lines, (changes, shown)
        files.apply(config(one))
        assert files.same(config(one), "--prune"), changes


def test_left_out_is_default(vsw, files):
    vsw.add_switch(mtu=1400, ageing=20000)
    vsw.add_port("sw0", "p1", learn=0, desc="text")
    run("port set sw0 p1 vlan hybrid 1,2 untagged 1 pvid 1 admit all ingress-filter off "
        "vid-map 1:3 pcp-table 5p3d use-dei off prio-regen 1,1,1,1,1,1,1,1 default-prio 1 "
        "priority-tags always")
    files.apply(config(switch(ports=[port("p1")])))
    assert saved() == config(switch(ports=[port("p1")]))


def test_nic_settings(links, files):
    files.apply(config(nics=[{"name": "n1", "kind": "guest"}]))
    address = links.get("n1")["address"]
    assert saved()["nics"] == [{"name": "n1", "kind": "guest", "mac": address}]
    index = links.index("n1")
    files.apply(config(nics=[{"name": "n1", "kind": "guest", "mtu": 1400}]))
    assert (links.get("n1")["mtu"], links.get("n1")["address"]) == (1400, address)
    files.apply(config(nics=[{"name": "n1", "kind": "guest", "mac": M9}]))
    assert (links.get("n1")["mtu"], links.get("n1")["address"]) == (1500, M9)
    assert links.index("n1") == index


def test_what_a_nic_cannot_change(vsw, files):
    vsw.add_nic("n1", "guest")
    before = state.snapshot(vsw)
    for key, value in (("kind", "host"), ("queues", 2)):
        nic = {"name": "n1", "kind": "guest", key: value}
        text = json.dumps(config(switch(), nics=[nic])).replace('{"name"', '\n{"name"', 1)
        assert files.refused(text) == (f'net.json:2: nic "n1": {key} cannot be changed; '
                                       "delete it first, vswctl nic del n1")
        assert len(files.diff(text)) > 1
    assert not state.difference(before, state.snapshot(vsw))


def test_others_are_not_disturbed(bed, files, events):
    """One port changes: of all others nothing is heard, and what is known stays."""
    bed.switch()
    a, b, c = bed.stations_at("a", "b", "c")
    bed.learn(a, b, c)
    wanted = saved()
    wanted["switches"][0]["ports"][2]["vlan"] = access(10)
    links = [bed.links.get(one.nic)["flags"] for one in (a, b)]
    before = [one.stats() for one in (a, b)]
    events.forget()
    files.apply(wanted, "--prune")
    heard = events.read()
    assert {(event["object"], event.get("name"), event["event"]) for event in heard
            if event["object"] != "fdb"} == {("port", "c", "set")}
    assert {event["mac"] for event in heard if event["object"] == "fdb"} == {mac(3)}
    assert [bed.links.get(one.nic)["flags"] for one in (a, b)] == links
    assert [one.stats() for one in (a, b)] == before
    assert sorted(entry["mac"] for entry in bed.vsw.fdb("sw0")) == [mac(1), mac(2)]
    sent = frame(src=1, dst=2)
    a.send(sent)
    bed.expect({b: [sent]})


def test_static_entries(vsw, files):
    def wanted(*fdb):
        return config(switch(ports=[port("a"), port("b")], fdb=fdb))

    files.apply(wanted({"mac": mac(1), "port": "a"}))
    assert vsw.fdb_entry("sw0", mac(1))["port"] == "a"
    moved = wanted({"mac": mac(1), "port": "b", "sticky": True})
    assert files.diff(moved) == [
        f' fdb "{mac(1)}" vlan 0 of switch "sw0"',
        '-  port: "a"', '+  port: "b"', "+  sticky: true"]
    files.apply(moved)
    entry = vsw.fdb_entry("sw0", mac(1))
    assert (entry["port"], entry["sticky"]) == ("b", True)
    files.apply(wanted({"mac": mac(2), "vlan": 4094, "port": "a"}))
    assert len(vsw.fdb("sw0")) == 2
    files.apply(wanted(), "--prune")
    assert vsw.fdb("sw0") == []


# --- prune ---------------------------------------------------------------------------

def test_without_prune_others_stay(net, files):
    files.apply(everything())
    files.apply(config(switch(mtu=9000, ageing_ms=20000, fdb_max=100)))
    assert save() == EVERYTHING
    files.apply(config())
    assert save() == EVERYTHING


def test_prune(host, net, files):
    files.apply(everything())
    assert files.diff(config(switch(ports=[port("p3", nic="n1")])), "--prune") == [
        '-nic "n2"', '-  kind: "guest"', f'-  mac: "{M2}"', "-  mtu: 9000", "-  queues: 3",
        ' switch "sw0"', "-  mtu: 9000", "-  ageing_ms: 20000", "-  fdb_max: 100",
        '-switch "sw1"', '-  type: "internal"', '-  protocol: "802.1ad"',
        '-  adminstate: "down"',
        '-port "p1" of switch "sw0"', '-  vlan.mode: "trunk"',
        '-  vlan.vids: "1,10,20-30"', "-  vlan.native: 1", '-  nic: "e1"',
        '-  role: "uplink"', '-  bind: "e1"',
        '-port "p2" of switch "sw0"', '-  vlan.mode: "access"', "-  vlan.vid: 10",
        '-  nic: "e2"', "-  learn: false", "-  flood: false", "-  fdb_max: 7",
        "-  link_follow: true", "-  hold: true",
        '-  desc: "a \\"b\\" \\\\ ü"',
        '-port "p4" of switch "sw0"', '-  vlan.mode: "hybrid"', '-  vlan.vids: "10,20"',
        '-  vlan.untagged: "20"', "-  vlan.pvid: 20", '-  admit: "all"',
        "-  ingress_filter: false", '-  vid_map: "10:110,20-29:120"',
        '-  pcp_table: "5p3d"', "-  use_dei: false", '-  prio_regen: "1,0,2,3,4,5,6,7"',
        "-  default_prio: 7", '-  priority_tags: "if-nonzero"',
        '-port "p5" of switch "sw0"', '-  vlan.mode: "trunk"', '-  vlan.vids: "1,10"',
        "-  vlan.native: 1", "-  vlan.native_tagged: true",
        '-port "p6" of switch "sw0"', '-  vlan.mode: "dot1q-tunnel"', "-  vlan.vid: 100",
        '-  vlan.cvlans: "0,10"',
        '-port "p10" of switch "sw0"', '-  adminstate: "down"', '-  bind: "later"',
        '-port "q1" of switch "sw1"', '-  nic: "n2"',
        f'-fdb "{mac(1)}" vlan 0 of switch "sw0"', '-  port: "p3"',
        f'-fdb "{mac(2)}" vlan 10 of switch "sw0"', '-  port: "p2"', "-  sticky: true"]
    files.apply(config(switch(ports=[port("p3", nic="n1")])), "--prune")
    assert saved() == config(switch(ports=[port("p3", nic="n1")]), nics=[N1])
    files.apply(config(), "--prune")
    assert saved() == config()
    assert {"e1", "e2"} <= host.names()


# --- dry run, refusals ------------------------------------------------------------------

def test_dry_run(host, net, files, events):
    files.apply(config(switch(ports=[port("p1", nic="e1")])))
    before = state.snapshot(host.vsw, host.links)
    events.forget()
    files.apply(everything(), "--dry-run", "--prune")
    assert files.refused(config(switch(ports=[port("p2", nic="none9")])),
                         "--dry-run").startswith('net.json:')
    assert told(events) == []
    assert not state.difference(before, state.snapshot(host.vsw, host.links))


REFUSALS = [
    (config(switch(ports=[port("a"), port("b", nic="none9")])),
     'net.json:4: port "b" of switch "sw0": no such network device; see ip link, or make '
     "it with vswctl nic add"),
    (config(switch(ports=[port("a b")])),
     'net.json:3: port "a b" of switch "sw0": the port name must not be . or .., nor have '
     "white space, control characters, / or % in it"),
    (config(switch(), switch("s/1")),
     'net.json:3: switch "s/1": the name must not be . or .., nor have white space, control '
     "characters, /, : or % in it"),
    (config(switch(type="private", ports=[port("a", nic="e1", role="uplink")])),
     'net.json:3: port "a" of switch "sw0": only a switch of type external admits uplinks'),
    (config(switch(type="private", ports=[port("a", nic="n1")]), nics=[N1]),
     'net.json:4: port "a" of switch "sw0": a switch of type private admits no host NICs; '
     "use type internal or external"),
    (config(nics=[{"name": "e1", "kind": "host"}]),
     'net.json:2: nic "e1": another network device has the name; choose another'),
    (config(switch("e1")),
     'net.json:2: switch "e1": the name is taken; choose another or use --may-exist'),
    (config(switch(ports=[port("a", vlan={"mode": "hybrid", "vids": "1", "untagged": "2"})])),
     'net.json:3: port "a" of switch "sw0": the VLANs that leave untagged must be among the '
     "port's"),
    (config(switch(ports=[port("a", vlan=access(1), vid_map="1:2,3:2")])),
     'net.json:3: port "a" of switch "sw0": a VLAN id is translated twice; name each once on '
     "either side"),
    (config(switch(ports=[port("a", admit="tagged")])),
     'net.json:3: port "a" of switch "sw0": a port of mode none or dot1q-tunnel takes frames '
     "as its mode says; use admit mode and ingress-filter on"),
    (config(switch(fdb=[{"mac": mac(1), "port": "a"}])),
     f'net.json:3: fdb "{mac(1)}" vlan 0 of switch "sw0": no such port; see vswctl '
     "port show"),
]


def test_refusals_name_the_line(host, net, files, events):
    """And nothing of the file was done."""
    host.vsw.add_switch("sw9")
    before = state.snapshot(host.vsw, host.links)
    events.forget()
    wrong = []
    for content, expected in REFUSALS:
        line = files.refused(lined(content))
        if line != expected:
            wrong.append(f"expected  {expected}\nobserved  {line}")
    assert not wrong, "\n".join(wrong)
    assert told(events) == []
    assert not state.difference(before, state.snapshot(host.vsw, host.links))


# --- diff ------------------------------------------------------------------------------

def test_diff_needs_no_privilege(vsw, files):
    vsw.add_switch(mtu=1400)
    path = files.write(config(switch(ports=[port("new", vlan=access(3))])))
    result = unprivileged(["diff", "-f", path])
    assert (result.status, result.err) == (NO, "")
    assert result.out == (f'--- kernel\n+++ {path}\n switch "sw0"\n-  mtu: 1400\n'
                          '+port "new" of switch "sw0"\n+  vlan.mode: "access"\n'
                          "+  vlan.vid: 3\n")


def test_diff_json(vsw, files):
    vsw.add_switch(mtu=1400)
    vsw.add_port("sw0", "old", desc="x")
    path = files.write(config(switch(ports=[port("new", vlan=access(3))])))
    result = call(["-j", "diff", "--prune", "-f", path])
    assert result.status == NO
    assert json.loads(result.out) == [
        {"object": "switch", "change": "set", "from": {"name": "sw0", "mtu": 1400},
         "to": {"name": "sw0"}},
        {"object": "port", "change": "add", "switch": "sw0",
         "to": {"name": "new", "vlan": {"mode": "access", "vid": 3}}},
        {"object": "port", "change": "del", "switch": "sw0",
         "from": {"name": "old", "desc": "x"}}]
    files.apply(config(switch(ports=[port("new", vlan=access(3))])), "--prune")
    assert call(["-j", "diff", "--prune", "-f", path]).out == "[]\n"


# --- the document ----------------------------------------------------------------------

def test_examples_of_the_document(bed, files):
    with open(DOC) as file:
        text = file.read()
    blocks = re.findall(r"(?m)^ {4}\{$.*?^ {4}\}$|^ {4}\{.*\}$", text, re.S | re.M)
    assert len(blocks) == 2
    bed.links.add("eth1", "dummy")
    for block in blocks:
        files.apply(block, "--prune")
        assert saved() == json.loads(block)
    documented = set(re.findall(r"""[`"](\w+)[`"]""", text))
    keys = set(re.findall(r'"(\w+)":', EVERYTHING))
    assert keys <= documented, keys - documented
