# SPDX-License-Identifier: GPL-2.0
"""vswctl: conditions behind "where" of every show, get of single keys, and
wait-until.

     +-e1---------------------n1---+   +----+
     | up    web   db   trunk host |   | q  |
     +------------- sw0 -----------+   +sw1-+
       1-20  10    20   10,30      none
                        native 5
"""

import subprocess
import threading

import pytest

from lib import ns, vswctl
from lib.frames import mac
from lib.genl import access, trunk
from lib.vswctl import FAILED, NO, USAGE, call, refused, run, show

pytestmark = pytest.mark.tool


@pytest.fixture
def crowd(vsw, links):
    """See the drawing above."""
    vsw.add_switch()
    vsw.add_switch("sw1", type="private", up=0)
    links.add_veth("e1", "h1")
    links.up("h1")
    vsw.add_nic("n1", "host", mac="02:00:00:00:00:aa", mtu=1400)
    vsw.add_port("sw0", "up", nic="e1", role="uplink", **trunk("1-20"))
    vsw.add_port("sw0", "web", desc="two words", **access(10))
    vsw.add_port("sw0", "db", up=0, learn=0, **access(20))
    vsw.add_port("sw0", "trunk", fdb_max=7, **trunk("10,30", native=5))
    vsw.add_port("sw0", "host", nic="n1")
    vsw.add_port("sw1", "q")
    vsw.add_fdb("sw0", mac(1), "web", vid=10)
    vsw.add_fdb("sw0", mac(2), "trunk", vid=30, sticky=True)
    vsw.wait_port("sw0", "up")
    return vsw


PORTS = [
    ("vlan=10", "up web trunk"),
    ("vlan=010", "up web trunk"),
    ("vlan=5", "up trunk"),
    ("vlan=30", "trunk"),
    ("vlan=20 operstate=down", "db"),
    ("vlan=", "host q"),
    ("vlan=4095", ""),
    ("vlan!=10 switch=sw0", "db host"),
    ("vlan_mode=access", "web db"),
    ("vlan_mode=acc", "web db"),
    ("vlan_mode!=access vlan_mode!=none", "up trunk"),
    ("vlans=30,5,10", "trunk"),
    ("native=5", "trunk"),
    ("native!=5", "up web db host q"),
    ("native=", "up web db host q"),
    ("operstate=up port!=host", "up"),
    ("adminstate=down", "db"),
    ("reason=port-down", "db"),
    ("learn=false", "db"),
    ("learn=off", "db"),
    ("learn!=yes", "db"),
    ("learn=true link_follow=no flood=on", "up web trunk host q"),
    ("fdb_max=7", "trunk"),
    ("fdb_max!=0", "trunk"),
    ("fdb_count=1", "web trunk"),
    ("desc='two words'", "web"),
    ("desc=two", ""),
    ("desc!=", "web"),
    ("nic=n1", "host"),
    ("nic!=", "up host"),
    ("role=uplink", "up"),
    ("switch=sw1", "q"),
    ("port=web", "web"),
    ("port=web port=db", ""),
]


def test_ports(crowd):
    wrong = []
    for conditions, wanted in PORTS:
        found = " ".join(port["port"] for port in show(f"port show where {conditions}"))
        if found != wanted:
            wrong.append(f"{conditions}: expected {wanted}, observed {found}")
    assert not wrong, "\n".join(wrong)


OTHERS = [
    ("switch show where type=private", "ifname", ["sw1"]),
    ("switch show where adminstate!=down", "ifname", ["sw0"]),
    ("switch show where ports=5 fdb_count=2", "ifname", ["sw0"]),
    ("switch show sw0 where ageing_ms=300000", "ifname", ["sw0"]),
    ("switch show sw1 where ifname=sw0", "ifname", []),
    ("port show sw0 where vlan=30", "port", ["trunk"]),
    ("port show sw1 where vlan=30", "port", []),
    ("port show sw0 web where vlan=10", "port", ["web"]),
    ("port show sw0 web where vlan=11", "port", []),
    ("-s port show where from_drops=0", None, None),
    ("nic show where kind=host", "ifname", ["n1"]),
    ("nic show where address=02:00:00:00:00:AA", "ifname", ["n1"]),
    ("nic show where mtu=1400 state=connected", "ifname", ["n1"]),
    ("nic show sw0 where role=uplink", "ifname", ["e1"]),
    ("fdb show where vlan=30", "mac", [mac(2)]),
    (f"fdb show where mac={mac(1)} state=static", "port", ["web"]),
    ("fdb show sw0 port trunk where sticky=true", "mac", [mac(2)]),
    ("fdb show sw0 static where sticky=no", "mac", [mac(1)]),
    ("vlan show sw0 where port=trunk tagged=false", "vlan", [5]),
    ("vlan show sw0 vlan 10 where tagged=true", "port", ["trunk", "up"]),
    ("vlan show sw0 where vlan=20 pvid=yes", "port", ["db"]),
    ("stats show where port=web from_packets=0", "port", ["web"]),
    ("stats show sw1 where switch!=sw1", "port", []),
    ("-d stats show sw0 web drops where drop=to_link_down", "direction", ["to"]),
    ("-d stats show drops where drop=to_link_down packets!=0", "port", []),
]


def test_other_objects(crowd):
    for words, key, wanted in OTHERS:
        if key:
            assert [found[key] for found in show(words)] == wanted, words


def test_oneline_and_table(crowd):
    """A condition chooses, how it is printed is another thing."""
    line = run("-o port show where port=web")
    assert line.startswith("switch sw0 port web id ") and line.count("\n") == 1
    assert run("port show where port=web").count("\n") == 2
    assert run("vlan show sw0 where vlan=30").split() == [
        "SWITCH", "VLAN", "UNTAGGED", "TAGGED", "PVID", "sw0", "30", "-", "trunk", "-"]
    for words in ("port show where port=none", "switch show where mtu=1",
                  "vlan show sw0 where vlan=99"):
        assert run(words) == run(f"-o {words}") == ""
        assert run(f"-j {words}") == "[]\n"


BAD_WHERE = [
    ("port show where", "port show: where: KEY=VALUE is missing"),
    ("port show sw0 where up",
     'port show sw0: where: "up" is not a condition KEY=VALUE or KEY!=VALUE'),
    ("port show where =up",
     'port show: where: "=up" is not a condition KEY=VALUE or KEY!=VALUE'),
    ("port show where port!web",
     'port show: where: "port!web" is not a condition KEY=VALUE or KEY!=VALUE'),
    ("port show where zap=1",
     'port show: where: "zap" is not a key of port show; see "man vswctl"'),
    ("switch show where vlan=1",
     'switch show: where: "vlan" is not a key of switch show; see "man vswctl"'),
    ("port show where vlan=x", 'port show: where: vlan: "x" is not a number'),
    ("port show where vlan=1x", 'port show: where: vlan: "1x" is not a number'),
    ("port show where vlan=99999999999999999999",
     'port show: where: vlan: "99999999999999999999" is not a number'),
    ("port show where learn=maybe", 'port show: where: learn: "maybe" is not one of '
     "false, off, no, true, on, yes"),
    ("port show where operstate=on",
     'port show: where: operstate: "on" is not one of down, up'),
    ("port show where vlans=10-",
     'port show: where: vlans: "10-" is not a VLAN id from 1 to 4094 or a range'),
    ("nic show where address=1", 'nic show: where: address: "1" is not a MAC address such '
     "as 02:00:00:00:00:01"),
    ("show where port=web", 'show: "where" is one word too many'),
    ("port del sw0 web where vlan=10", 'port del sw0 web: "where" is one word too many'),
]


def test_bad_conditions():
    for words, text in BAD_WHERE:
        assert refused(words, USAGE) == f"vswctl: {text}"


# --- get ----------------------------------------------------------------------

GET = [
    ("switch get sw0 mtu", "65535\n"), ("switch get sw0 type", "external\n"),
    ("switch get sw1 adminstate", "down\n"), ("nic get n1 address", "02:00:00:00:00:aa\n"),
    ("nic get n1 port", "host\n"), ("nic get e1 role", "uplink\n"),
    ("port get sw0 web vlan", "10\n"), ("port get sw0 trunk vlans", "5,10,30\n"),
    ("port get sw0 trunk vlan", ""), ("port get sw0 db learn", "false\n"),
    ("port get sw0 web desc", "two words\n"), ("port get sw0 web from_drops", "0\n"),
    ("--if-exists switch get sw9 mtu", ""), ("--if-exists nic get n9 mtu", ""),
    ("-j switch get sw0 mtu", '[{"mtu":65535}]\n'),
]


def test_get(crowd):
    for words, wanted in GET:
        assert run(words) == wanted, words
    for words, status, text in (
            ("switch get sw9 mtu", FAILED, 'switch "sw9": no such switch'),
            ("nic get n9 mtu", FAILED, 'nic "n9": no such nic'),
            ("nic get n1", USAGE, "nic get n1: KEY is missing"),
            ("switch get sw0 zap", USAGE,
             'switch get sw0 zap: KEY: "zap" is not a key of switch show; see "man vswctl"')):
        assert refused(words, status) == f"vswctl: {text}"


# --- wait-until ---------------------------------------------------------------

def started(words):
    """vswctl, when it waits for events."""
    process = subprocess.Popen(["vswctl", *words.split()], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    vswctl.wait.until(lambda: process.poll() is not None
                      or vswctl.listening(process), "it waits")
    return process


def ended(process):
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


HOLDS = ["switch sw0", "switch sw0 mtu=65535", "port sw0 up operstate=up", "port sw0 web",
         "port sw0 trunk vlan=30 vlan!=31", "nic n1 state=connected",
         f"fdb sw0 {mac(1)} 10", f"fdb sw0 {mac(1)} 10 port=web state=static"]
HOLDS_NOT = ["switch sw9", "switch sw0 mtu=68", "port sw0 up operstate=down",
             "port sw9 web", "port sw0 trunk vlan=30 vlan=31", "nic n9", "nic n1 port=web",
             f"fdb sw0 {mac(1)} 0", f"fdb sw0 {mac(1)} 10 port=db"]


def test_wait_for_what_is(crowd):
    for words in HOLDS:
        assert run(f"--timeout 60 wait-until {words}") == "", words
        assert run(f"--timeout 0 wait-until {words}") == "", words
    for words in HOLDS_NOT:
        result = call(f"--timeout 0.05 wait-until {words}")
        assert (result.status, result.out, result.err) == (NO, "", ""), result
    assert call("wait-until switch sw9 --timeout 0").status == NO


CHANGES = [
    ("switch sw9", "switch add sw9"),
    ("switch sw9 adminstate=down", "switch set sw9 down"),
    ("port sw0 new", "port add sw0 new"),
    ("port sw0 new vlan=12", "port set sw0 new vlan trunk 11-13"),
    ("port sw0 web operstate=up", "port set sw0 web nic n1"),
    ("nic n1 state=created", "nic disconnect n1"),
    ("nic n2", "nic add n2 type guest"),
    ("nic n2 port=new", "nic connect n2 sw0 new"),
    (f"fdb sw0 {mac(3)} 20 port=db", f"fdb add sw0 {mac(3)} vlan 20 port db"),
    ("switch sw0 ports=5", "port del sw0 new"),
]


def test_wait_for_a_change(crowd, links):
    """It ends with the change that it waits for, and not with another."""
    run("nic disconnect n1")
    links.up("n1")
    for words, change in CHANGES:
        process = started(f"wait-until {words}")
        run("switch set sw1 mtu 1500")
        run("switch set sw1 mtu 1400")
        assert process.poll() is None, words
        run(change)
        assert ended(process) == (0, "", ""), words


def test_wait_while_much_happens(crowd):
    """Events that do not matter, faster than they are read, do not matter."""
    process = started("--timeout 60 wait-until port sw0 late desc=now")

    def churn():
        for _ in range(300):
            crowd.add_port("sw0", "late")
            crowd.del_port("sw0", "late")

    thread = threading.Thread(target=churn)
    thread.start()
    thread.join()
    assert process.poll() is None
    crowd.add_port("sw0", "late", desc="now")
    assert ended(process) == (0, "", "")


BAD_WAIT = [
    ("wait-until", 'wait-until: "" is not a verb; expected switch, port, nic, fdb, help'),
    ("wait-until vlan", 'wait-until: "vlan" is not a verb; expected switch, port, nic, fdb, '
     "help"),
    ("wait-until port sw0", "wait-until port sw0: PORT is missing"),
    ("wait-until port sw0 web up", 'wait-until port sw0 web up: KEY=VALUE: "up" is not a '
     "condition KEY=VALUE or KEY!=VALUE"),
    ("wait-until port sw0 web zap=1", 'wait-until port sw0 web zap=1: KEY=VALUE: "zap" is '
     'not a key of port show; see "man vswctl"'),
    ("wait-until nic n1 carrier=true", "wait-until nic n1 carrier=true: KEY=VALUE: carrier "
     "changes without an event; wait for the operstate of its port"),
    ("wait-until nic n1 mtu=1500", "wait-until nic n1 mtu=1500: KEY=VALUE: mtu changes "
     "without an event; it changes with ip link"),
    (f"wait-until fdb sw0 {mac(1)} 5000", f"wait-until fdb sw0 {mac(1)} 5000: VID: "
     '"5000" is not a VLAN id from 1 to 4094'),
    ("--timeout soon wait-until switch sw0",
     '--timeout: "soon" is not a time such as 300, 1.5s or 250ms'),
]


def test_bad_wait():
    for words, text in BAD_WAIT:
        assert refused(words, USAGE) == f"vswctl: {text}"


def test_wait_needs_no_privilege(crowd):
    assert ns.run("setpriv", "--bounding-set=-net_admin", "vswctl", "--timeout", "60",
                  "wait-until", "switch", "sw0") == ""
