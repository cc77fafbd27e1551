# SPDX-License-Identifier: GPL-2.0
"""vswctl: its options and abbreviations, its help, and what it says when the words
are wrong (status 64) or the wish is refused (status 1).

            h1
            |                    n1 host, n2 guest, n3 guest: made by nic add
     +------e1----------n2-+   +------+
     | p1   p2   p3     p4 |   | q1   |
     +------- sw0 ---------+   +-sw1--+
       empty     bind b1        private

An error is one line: "vswctl: WORDS OF THE COMMAND: what is wrong; what to do".
"""

import json
import os
import re
import shutil
import subprocess

import pytest

from lib import ns
from lib.frames import mac
from lib.vswctl import DONE, FAILED, USAGE, call, compare, refused, run, show

pytestmark = pytest.mark.tool

TOOL = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../tools/vswctl")
OBJECTS = ["switch", "port", "nic", "fdb", "vlan", "stats", "show", "monitor",
           "wait-until", "save", "apply", "diff", "qemu-link"]
LISTED = '"vswctl help" lists them'


# --- Bad usage ----------------------------------------------------------------

MAC_FORM = "a MAC address such as 02:00:00:00:00:01"
TIME_FORM = "a time such as 300, 1.5s or 250ms"

USAGE_GENERAL = [
    ("", f"no command is given; {LISTED}"),
    ("-j", f"no command is given; {LISTED}"),
    ("zap", f'"zap" is not an object; expected {", ".join(OBJECTS)}, help'),
    ("''", f'"" is not an object; expected {", ".join(OBJECTS)}, help'),
    ("s", '"s" is ambiguous: switch, stats, show, save'),
    ("Switch", f'"Switch" is not an object; expected {", ".join(OBJECTS)}, help'),
    ("-x switch", f'"-x" is not an option; {LISTED}'),
    ("--wrong switch", f'"--wrong" is not an option; {LISTED}'),
    ("--json=1 switch", '"--json=1": the option takes no value'),
    ("-n", "-n: the value is missing"),
    ("--timeout", "--timeout: the value is missing"),
    ("-n a/b switch", '"a/b" is not the name of a network namespace'),
    ("-n .. switch", '".." is not the name of a network namespace'),
    ("--timeout soon switch", f'--timeout: "soon" is not {TIME_FORM}'),
    ("--color=red switch", '"red" is not one of auto, always, never'),
    ("-t switch", "switch show: -t goes with monitor only"),
    ("--may-exist switch del x", "switch del: --may-exist goes with add only"),
    ("--may-exist fdb flush x", "fdb flush: --may-exist goes with add only"),
    ("--if-exists port add x y",
     "port add: --if-exists goes with del, set and get only"),
    ("--if-exists nic show", "nic show: --if-exists goes with del, set and get only"),
    ("-f x -f y", "-f is given twice; a transaction is one file"),
    ("-f", "-f: the value is missing"),
    ("--dry-run switch show", "switch show: --dry-run goes with commands that change something"),
    ("--resync switch show", "switch show: --resync goes with monitor only"),
    ("help zap", f'help: "zap" is not an object; expected {", ".join(OBJECTS)}, help'),
    ("show x", 'show: "x" is one word too many'),
    ("monitor vlan", 'monitor vlan: OBJECT: "vlan" is not one of switch, port, nic, fdb'),
    ("vlan show", "vlan show: SWITCH is missing"),
    ("stats show a b c", 'stats show a b: "c" is not a setting; expected drops'),
]

USAGE_SWITCH = [
    ("switch zap", 'switch: "zap" is not a verb; expected add, set, del, show, exists, get, help'),
    ("switch add", "switch add: NAME is missing"),
    ("switch add -j", "switch add: -j: options stand in front of the object"),
    ("switch add x mtu", "switch add x: mtu: N is missing"),
    ("switch add x mtu 1 mtu 2", 'switch add x: "mtu" is given twice'),
    ("switch add x up up", 'switch add x: "up" is given twice'),
    ("switch add x up mtu 1 down", 'switch add x: "up" and "down" exclude each other'),
    ("switch add x mtu -1", 'switch add x: mtu: "-1" is not a number from 0 to 4294967295'),
    ("switch add x fdb-max 4294967296",
     'switch add x: fdb-max: "4294967296" is not a number from 0 to 4294967295'),
    ("switch add x ageing 3h", f'switch add x: ageing: "3h" is not {TIME_FORM}'),
    ("switch add x type zap",
     'switch add x: type: "zap" is not one of private, internal, external'),
    ("switch add x protocol 802.1", 'switch add x: protocol: "802.1" is ambiguous: '
     "802.1q, 802.1ad"),
    ("switch add abcdefghijklmnop",
     'switch add abcdefghijklmnop: NAME: "abcdefghijklmnop" is 16 bytes long; '
     "at most 15 are allowed"),
    ("switch set x", "switch set x: no setting is given; expected at least one"),
    ("switch del", "switch del: NAME is missing"),
    ("switch exists", "switch exists: NAME is missing"),
    ("switch show a b", 'switch show a: "b" is one word too many'),
]

USAGE_PORT = [
    ("port add x", "port add x: PORT is missing"),
    ("port add x y vlan", "port add x y: vlan: access VID|trunk LIST|hybrid LIST|"
     "dot1q-tunnel VID|none is missing"),
    ("port add x y vlan all", 'port add x y: vlan: "all" is not one of none, access, trunk, '
     "hybrid, dot1q-tunnel"),
    ("port add x y vlan access", "port add x y: vlan: VID is missing behind access"),
    ("port add x y vlan access 0",
     'port add x y: vlan: "0" is not a VLAN id from 1 to 4094'),
    ("port add x y vlan access 4095",
     'port add x y: vlan: "4095" is not a VLAN id from 1 to 4094'),
    ("port add x y vlan trunk", "port add x y: vlan: LIST is missing behind trunk"),
    ("port add x y vlan trunk 1,,2",
     "port add x y: vlan: an element of the VLAN list is empty"),
    ("port add x y vlan trunk 1-",
     'port add x y: vlan: "1-" is not a VLAN id from 1 to 4094 or a range'),
    ("port add x y vlan trunk 20-10",
     'port add x y: vlan: "20-10" is a reversed range; write the lower id first'),
    ("port add x y native 1", 'port add x y: "native" goes with "vlan trunk LIST" only'),
    ("port set x y vlan none vlan access 1", 'port set x y: "vlan" is given twice'),
    ("port set x y learn maybe", 'port set x y: learn: "maybe" is not one of on, off'),
    ("port set x y nic ''", "port set x y: nic: a name is expected, not an empty word"),
    ("port set x y desc " + 128 * "d",
     f'port set x y: desc: "{40 * "d"}..." is 128 bytes long; at most 127 are allowed'),
    ("port set x y", "port set x y: no setting is given; expected at least one"),
    ("port get x y", "port get x y: KEY is missing"),
    ("port get x y zap",
     'port get x y zap: KEY: "zap" is not a key of port show; see "man vswctl"'),
]

USAGE_NIC_FDB = [
    ("nic add x", 'nic add x: "type host|guest|tap" is missing'),
    ("nic add x type netdev", 'nic add x: type: "netdev" is not one of host, guest, tap'),
    ("nic add x type host mac 1:2", f'nic add x: mac: "1:2" is not {MAC_FORM}'),
    ("nic connect x y", "nic connect x y: PORT is missing"),
    ("nic connect x y z role boss",
     'nic connect x y z: role: "boss" is not one of edge, uplink'),
    ("fdb add x", "fdb add x: MAC is missing"),
    ("fdb add x 2", f'fdb add x 2: MAC: "2" is not {MAC_FORM}'),
    (f"fdb add x {mac(1)} port p", f'fdb add x {mac(1)}: "vlan VID|all" is missing'),
    (f"fdb add x {mac(1)} vlan 1",
     f'fdb add x {mac(1)}: "port PORT" or "filter" is missing'),
    (f"fdb del x {mac(1)}", f'fdb del x {mac(1)}: "vlan VID|all" is missing'),
    ("fdb flush", "fdb flush: SWITCH is missing"),
    ("fdb show static dynamic", 'fdb show: "static" and "dynamic" exclude each other'),
]


@pytest.mark.parametrize("rows", [USAGE_GENERAL, USAGE_SWITCH, USAGE_PORT, USAGE_NIC_FDB],
                         ids=["general", "switch", "port", "nic-fdb"])
def test_bad_usage(rows):
    compare(rows, USAGE)


# --- Refused ------------------------------------------------------------------

TAKEN = "the name is taken; choose another or use --may-exist"
NO_SWITCH = "no such switch; see vswctl switch show"
NO_PORT = "no such port; see vswctl port show"
NO_NIC = "no such NIC; see vswctl nic show, or ip link"
NAME_OF_NETDEV = ("the name must not be . or .., nor have white space, control "
                  "characters, /, : or % in it")
BUSY_PORT = "the port has a NIC already; disconnect it first"
BUSY_NIC = "the NIC is plugged in already; disconnect it first"
MTU = "the MTU must be 68 to 65535"

REFUSED_SWITCH = [
    ("switch show sw9", 'switch "sw9": no such switch'),
    ("switch add sw0", f"switch add sw0: {TAKEN}"),
    ("switch add lo", f"switch add lo: {TAKEN}"),
    ("--may-exist switch add e1", f"switch add e1: {TAKEN}"),
    ("switch add a/b", f"switch add a/b: {NAME_OF_NETDEV}"),
    ("switch add sw2 mtu 67", f"switch add sw2: mtu: {MTU}"),
    ("switch set sw9 up", f"switch set sw9: {NO_SWITCH}"),
    ("switch set sw0 mtu 65536", f"switch set sw0: mtu: {MTU}"),
    ("switch set sw0 down fdb-max 0",
     "switch set sw0: fdb-max: the limit of entries must be 1 to 1048576"),
    ("switch set sw0 ageing 9",
     "switch set sw0: the ageing time must be 10 to 1000000 seconds"),
    ("switch set sw0 mtu 1400 type private",
     "switch set sw0: only a switch of type external admits uplinks"),
    ("switch set sw0 protocol 802.1ad",
     "switch set sw0: the protocol can be changed only while no NIC is plugged in; "
     "disconnect them first"),
    ("switch del sw9", f"switch del sw9: {NO_SWITCH}"),
    ("-n nowhere switch", 'network namespace "nowhere": no such network namespace'),
]

REFUSED_PORT = [
    ("port show sw9", 'switch "sw9": no such switch'),
    ("port show sw0 p9", 'port "sw0 p9": no such port'),
    ("-s port show sw9 p1", 'switch "sw9": no such switch'),
    ("port add sw9 p1", f"port add sw9 p1: {NO_SWITCH}"),
    ("port add sw0 p1 up", f"port add sw0 p1: {TAKEN}"),
    ("port add sw0 a/b", "port add sw0 a/b: the port name must not be . or .., nor have "
     "white space, control characters, / or % in it"),
    ("port add sw0 new nic none role edge",
     "port add sw0 new: a port without NIC has no role; leave it out"),
    ("port add sw1 new nic sw0",
     "port add sw1 new: a switch cannot be plugged into a switch; join two with a veth pair"),
    ("port set sw0 p9 up", f"port set sw0 p9: {NO_PORT}"),
    ("port set sw0 p1 down nic e1", f"port set sw0 p1: {BUSY_NIC}"),
    ("port set sw0 p2 nic n1", f"port set sw0 p2: {BUSY_PORT}"),
    ("port set sw0 p1 nic e9", "port set sw0 p1: no such network device; see ip link, or "
     "make it with vswctl nic add"),
    ("port set sw0 p1 role edge",
     "port set sw0 p1: the port has no NIC to give a role to; name one with nic "
     "or bind"),
    ("port set sw0 p1 vlan access 9 bind b1", "port set sw0 p1: another port is bound to "
     "this name; unbind it first (bind none)"),
    ("port set sw0 p1 bind a/b", f"port set sw0 p1: bind: {NAME_OF_NETDEV}"),
    ("port set sw0 p1 learn off fdb-max 1048577", "port set sw0 p1: fdb-max: the limit of "
     "entries must be 1 to 1048576, or 0 for the switch's limit only"),
    ("port set sw1 q1 nic n1", "port set sw1 q1: a switch of type private admits no host "
     "NICs; use type internal or external"),
    ("port del sw0 p9", f"port del sw0 p9: {NO_PORT}"),
    ("port del sw9 p1", f"port del sw9 p1: {NO_SWITCH}"),
    ("port get sw0 p9 id", 'port "sw0 p9": no such port'),
    ("port get sw9 p1 learned", 'switch "sw9": no such switch'),
]

REFUSED_NIC = [
    ("nic show x", 'nic "x": no such nic'),
    ("nic add n1 type guest", f"nic add n1: {TAKEN}"),
    ("--may-exist nic add n1 type guest",
     "nic add n1: type: the NIC exists with another kind; delete it first"),
    ("--may-exist nic add n1 type host queues 3",
     "nic add n1: the number of queues of a NIC cannot be changed; delete it first"),
    ("nic add x type host queues 65", "nic add x: the number of queues must be 1 to 64"),
    ("nic add x type host mtu 67", f"nic add x: mtu: {MTU}"),
    ("nic add x type host mac 03:00:00:00:00:00", "nic add x: mac: the MAC address must be "
     "one station's: not a group address, not all zero"),
    ("nic connect x sw0 p1", f"nic connect x sw0 p1: {NO_NIC}"),
    ("nic connect n1 sw9 p1", f"nic connect n1 sw9 p1: {NO_SWITCH}"),
    ("nic connect n1 sw0 p9", f"nic connect n1 sw0 p9: {NO_PORT}"),
    ("nic connect n1 sw0 p2", f"nic connect n1 sw0 p2: {BUSY_PORT}"),
    ("nic connect n2 sw0 p1", f"nic connect n2 sw0 p1: {BUSY_NIC}"),
    ("nic connect n1 sw0 p1 role uplink",
     "nic connect n1 sw0 p1: a host or guest NIC cannot be an uplink; use role edge"),
    ("nic disconnect n1",
     "nic disconnect n1: the NIC is not plugged in; nothing to disconnect"),
    ("nic disconnect x", f"nic disconnect x: {NO_NIC}"),
    ("nic del x", f"nic del x: {NO_NIC}"),
    ("nic del e1", "nic del e1: the device was not made by vswitch; use nic disconnect"),
]

REFUSED_TABLES = [
    (f"fdb add sw0 {mac(1)} vlan 0 port p1", f"fdb add sw0 {mac(1)}: there is such a static "
     "entry; delete it first or use --may-exist"),
    ("fdb add sw0 00:00:00:00:00:00 vlan 0 port p1", "fdb add sw0 00:00:00:00:00:00: the MAC "
     "address must be one station's: not a group address, not all zero"),
    (f"fdb add sw0 {mac(2)} vlan 0 port p9", f"fdb add sw0 {mac(2)}: {NO_PORT}"),
    (f"fdb add sw9 {mac(2)} vlan 0 port p1", f"fdb add sw9 {mac(2)}: {NO_SWITCH}"),
    (f"fdb del sw0 {mac(2)} vlan 10",
     f"fdb del sw0 {mac(2)}: no such entry in this VLAN; see vswctl fdb show"),
    ("fdb flush sw9", f"fdb flush sw9: {NO_SWITCH}"),
    ("fdb flush sw0 port p9", f"fdb flush sw0: {NO_PORT}"),
    ("fdb show sw9", 'switch "sw9": no such switch'),
    ("fdb show sw0 port p9", 'port "sw0 p9": no such port'),
    ("vlan show sw9", 'switch "sw9": no such switch'),
    ("stats show sw9", 'switch "sw9": no such switch'),
    ("stats show sw0 p9 drops", 'port "sw0 p9": no such port'),
]


@pytest.fixture
def crowd(vsw, links):
    """See the drawing above."""
    vsw.add_switch()
    vsw.add_switch("sw1", type="private")
    links.add_veth("e1", "h1")
    links.up("h1")
    vsw.add_nic("n1", "host")
    vsw.add_nic("n2", "guest")
    vsw.add_nic("n3", "guest")
    vsw.add_port("sw0", "p1")
    vsw.add_port("sw0", "p2", nic="e1", role="uplink")
    vsw.add_port("sw0", "p3", bind="b1")
    vsw.add_port("sw0", "p4", nic="n2")
    vsw.add_port("sw1", "q1")
    vsw.add_fdb("sw0", mac(1), "p1")
    vsw.wait_port("sw0", "p2")
    return vsw


def state(vsw):
    return [vsw.switches(), vsw.ports(), vsw.nics(), vsw.fdb()]


@pytest.mark.parametrize("rows",
                         [REFUSED_SWITCH, REFUSED_PORT, REFUSED_NIC, REFUSED_TABLES],
                         ids=["switch", "port", "nic", "tables"])
def test_refused(crowd, rows):
    """With one line that says what to do, and without any effect."""
    before = state(crowd)
    compare(rows, FAILED)
    assert state(crowd) == before


MISSING = ["switch del sw9", "switch set sw9 up", "port del sw0 p9", "port del sw9 p1",
           "port set sw0 p9 down", "port set sw9 p1 down", "port get sw0 p9 id",
           "port get sw9 p1 from_packets", "nic del x", f"fdb del sw0 {mac(2)} vlan 0",
           f"fdb del sw9 {mac(1)} vlan 0"]


def test_if_exists(crowd):
    """What is missing is no error; what is there is changed, or refused as ever."""
    before = state(crowd)
    for words in MISSING:
        assert run(f"--if-exists {words}") == "", words
    compare([("--if-exists port set sw0 p2 nic n1", f"port set sw0 p2: {BUSY_PORT}"),
             ("--if-exists port set sw0 p1 nic x", "port set sw0 p1: no such network "
              "device; see ip link, or make it with vswctl nic add"),
             ("--if-exists nic del e1", "nic del e1: the device was not made by vswitch; "
              "use nic disconnect")], FAILED)
    assert state(crowd) == before
    assert run("--if-exists port get sw0 p1 learn") == "true\n"
    run("--if-exists port set sw0 p1 desc there")
    assert crowd.port("sw0", "p1")["desc"] == "there"
    run("--if-exists port del sw0 p1")
    run("--if-exists switch del sw1")
    run("--if-exists nic del n3")
    assert call("port exists sw0 p1").status == call("switch exists sw1").status == 2


def test_without_privilege(vsw):
    """To look is allowed to all."""
    vsw.add_switch()
    unprivileged = ["setpriv", "--bounding-set=-net_admin", "vswctl"]
    assert ns.refused(*unprivileged, "switch", "del", "sw0") == (
        "vswctl: switch del sw0: Operation not permitted; CAP_NET_ADMIN is needed\n")
    assert json.loads(ns.run(*unprivileged, "-j", "show"))[0]["ifname"] == "sw0"


# --- Options ------------------------------------------------------------------

SHOWS = ["switch", "port", "nic", "fdb", "vlan show sw0", "stats", "stats show drops",
         "show"]


def test_json_and_pretty(crowd):
    """-j is one line, -p the same for people."""
    run("port set sw0 p1 vlan access 7")
    for words in SHOWS:
        line = run(f"-j {words}")
        assert line.count("\n") == 1 and line[0] == "["
        pretty = run(f"--json --pretty {words}")
        assert json.loads(pretty) == json.loads(line), words
        assert pretty.count("\n") > 2 or line == "[]\n"
    assert run("-jp switch") == run("-p -j switch")


def test_table_and_oneline(crowd):
    """Names are there; with -o a record is a line of keys and values."""
    run("port set sw0 p1 vlan access 7 desc 'two words'")
    for words in SHOWS:
        records = show(words)
        table, lines = run(words), run(f"-o {words}")
        assert lines.count("\n") == len(records)
        for record, line in zip(records, lines.splitlines()):
            name = record.get("port", record.get("ifname"))
            assert re.search(rf"\b{name}\b", table) and re.search(rf"\b{name}\b", line)
            assert all(f"{key} " in line for key in record), line
    assert ' desc "two words"' in run("-o port show sw0 p1")


def test_tree_says_what_is_with_a_port(crowd):
    """Whether it is on hold, what it waits for, or else what it is."""
    def told():
        head, *lines = run("show").splitlines()
        return {name: line[head.index("DETAILS"):].strip() for line in lines
                for name in said if re.search(rf"\b{name} +port ", line)}

    run("port set sw0 p4 desc 'two words'")
    said = {"p1": "-", "p3": "waits for b1", "p4": "two words"}
    assert told() == said
    for name in said:
        run(f"port set sw0 {name} hold on")
    assert told() == {"p1": "on hold", "p3": "on hold, waits for b1",
                      "p4": "on hold, two words"}
    for name in said:
        run(f"port set sw0 {name} hold off")
    assert told() == said


def test_details_and_stats(crowd):
    """More columns, not other lines; -d does not change JSON."""
    for option, words in (("-d", "switch"), ("--details", "port"), ("-s", "port"),
                          ("--stats", "show"), ("-d", "nic"), ("-ds", "port")):
        brief, more = run(words), run(f"{option} {words}")
        assert more.count("\n") == brief.count("\n")
        assert len(more.splitlines()[0].split()) > len(brief.splitlines()[0].split())
    assert run("-d -j switch") == run("-j switch")


def test_no_match_prints_nothing(crowd):
    for words in ("fdb show sw1", "nic show sw1", "vlan show sw1", "stats show drops"):
        assert run(words) == run(f"-o {words}") == ""
        assert run(f"-j {words}") == "[]\n"


def test_quiet_and_color(crowd):
    assert run("-q switch") == run("--quiet -j show") == ""
    assert refused("-q switch show sw9") == 'vswctl: switch "sw9": no such switch'
    assert "\33[" in run("--color=always port")
    for options in ("-c", "--color", "--color=never", "--color=auto", "-j --color=always"):
        assert "\33[" not in run(f"{options} port"), options


def test_netns(vsw):
    ns.add("red")
    vsw.add_switch("here")
    run("-n red switch add there")
    assert [found["ifname"] for found in show("--netns red switch")] == ["there"]
    assert [found["ifname"] for found in show("switch")] == ["here"]
    assert call("-n red switch exists here").status == 2
    run("-n red switch del there")


def test_timeout():
    assert run("--timeout 0.2 monitor") == ""
    assert run("-j --timeout 60 switch") == "[]\n"


def test_version_and_output(vsw):
    assert re.fullmatch(r"vswctl \d+\.\d+\S*\n", run("-V"))
    assert run("--version") == run("-V")
    vsw.add_switch()
    with open("/dev/full", "w") as full:
        done = subprocess.run(["vswctl", "switch"], stdout=full, stderr=subprocess.PIPE,
                              text=True, timeout=60)
    assert (done.returncode, done.stderr) == (
        FAILED, "vswctl: switch show: cannot write to standard output\n")


ABBREVIATIONS = [
    ("sw a s1 m 1400 do", "switch add s1 mtu 1400 down"),
    ("po add s1 p1 vl a 10 l off", None),       # l: learn, link-follow
    ("po add s1 p1 v a 10", None),              # v: vlan, vid-map
    ("po add s1 p1 vl a 10 lea off", "port add s1 p1 vlan access 10 learn off"),
    ("--json po sh s1", "port show s1"),
    ("n a x1 ty g", "nic add x1 type guest"),
    ("n con x1 s1 p1 r e", "nic connect x1 s1 p1 role edge"),
    (f"f a s1 {mac(1)} v 10 p p1 sti", "fdb add s1 MAC vlan 10 port p1 sticky"),
    ("f f s1 st", None),
    ("v s s1", "vlan show s1"),
    ("sta", "stats"),
    ("n d x1", None),                           # disconnect, del
    ("sh", "show"),
    ("h sw", "help switch"),
]


def test_abbreviations(vsw):
    for words, meant in ABBREVIATIONS:
        result = call(words)
        if words == "f f s1 st":
            meant = "fdb flush s1 static"
        assert result.status == (DONE if meant else USAGE), result
    assert vsw.switch("s1")["mtu"] == 1400
    found = vsw.port("s1", "p1")
    assert (found["vlan_vid"], found["learn"], found["nic"]) == (10, 0, "x1")
    assert vsw.fdb("s1") == []


# --- Help and documents -------------------------------------------------------

def test_help():
    everything = run("help")
    assert everything == run("-h") == run("--help")
    for name in OBJECTS:
        text = run(f"{name} help")
        assert text.startswith(f"{name}: ") and f"\nvswctl {name}" in text
        assert re.search(rf"^  {name}\b", everything, re.M)
    assert run("switch --help") == run("help switch") == run("-h switch")
    for option in ("json", "pretty", "stats", "details", "oneline", "netns", "color",
                   "quiet", "timestamp", "timeout", "may-exist", "if-exists", "version",
                   "file", "dry-run", "resync"):
        assert f"--{option}" in everything


def test_help_knows_every_verb():
    """A verb that is not in help is an error that names those that are."""
    for name in OBJECTS[:6]:
        line = refused(f"{name} zap", USAGE)
        verbs = line.split("; expected ")[1].split(", ")
        text = run(f"{name} help")
        for verb in verbs[:-1]:
            assert f"\nvswctl {name} {verb}" in text
        assert verbs[-1] == "help"


def test_completion_loads():
    path = f"{TOOL}/vswctl.bash"
    assert ns.run("bash", "-n", path) == ""
    assert "vswctl" in ns.run("bash", "-c", f". {path}; complete -p vswctl")


@pytest.mark.skipif(not shutil.which("man"), reason="man is not installed")
def test_man_page_renders():
    done = subprocess.run(["man", "--warnings", "-l", f"{TOOL}/vswctl.8"], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                          env={**os.environ, "MANROFFSEQ": "", "MANWIDTH": "80",
                               "LC_ALL": "C.UTF-8"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "VSWCTL(8)" in done.stdout


def test_man_page_has_every_key(crowd):
    with open(f"{TOOL}/vswctl.8") as file:
        documented = set(re.findall(r"^\.B (\w+)$", file.read(), re.M))
    keys = {key for words in ("-s show", "fdb", "stats show drops -d", "vlan show sw0")
            for record in show(words.removesuffix(" -d")) for key in record}
    assert keys <= documented | {"object"}
