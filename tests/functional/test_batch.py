# SPDX-License-Identifier: GPL-2.0
"""BATCH: many operations, one transaction.

     OP, OP, OP  ->  all carried out, then the events of all
     OP, OP!, OP ->  nothing has happened, and the answer says which and why
"""

import errno
import os
import signal
import subprocess
import sys

import pytest

from lib import genl, netlink, uapi
from lib.frames import mac
from lib.genl import OP_IF_EXISTS, OP_REPLACE, Op, access, batch_body, trunk
from lib.state import difference, snapshot

PORT = {name: known.number for name, known in uapi.ATTRIBUTES["port"].items()}
SWITCH = {name: known.number for name, known in uapi.ATTRIBUTES["switch"].items()}
NIC = {name: known.number for name, known in uapi.ATTRIBUTES["nic"].items()}
FDB = {name: known.number for name, known in uapi.ATTRIBUTES["fdb"].items()}


def told(events, timeout=0):
    """(object, event, its name) of each event, in order."""
    return [(event["object"], event["event"], event.get("name") or event.get("mac"))
            for event in events.read(timeout)]


def web(name="web", **settings):
    return Op("port_new", switch="sw0", name=name, **settings)


def test_all_are_carried_out_in_order(vsw, events):
    vsw.batch([Op("switch_new", name="sw0", type="external"),
               Op("nic_new", name="v0", kind="guest", mac="02:00:00:00:00:07"),
               web(**access(10), nic="v0"),
               web("up", **trunk("1-100", native=1), desc="to the world"),
               Op("fdb_new", switch="sw0", mac=mac(1), vid=10, port="web", sticky=True),
               Op("port_set", switch="sw0", name="up", learn=0)])
    assert vsw.switch("sw0")["port_count"] == 2
    port = vsw.port("sw0", "web")
    assert (port["vlan_vid"], port["nic"], port["fdb_count"]) == (10, "v0", 1)
    port = vsw.port("sw0", "up")
    assert (port["vlan_native"], port["learn"], port["desc"]) == (1, 0, "to the world")
    assert vsw.nic("v0")["port"] == "web"
    entry = vsw.fdb_entry("sw0", mac(1), 10)
    assert entry["port"] == "web" and entry["static"] and entry["sticky"]
    assert told(events) == [
        ("switch", "new", "sw0"), ("switch", "set", "sw0"),
        ("nic", "new", "v0"),
        ("port", "new", "web"), ("nic", "connect", "v0"),
        ("port", "new", "up"),
        ("fdb", "new", mac(1)),
        ("port", "set", "up")]


def test_an_empty_batch_does_nothing(vsw, events):
    vsw.batch([])
    vsw.batch([], dry_run=True)
    assert told(events) == []


REFUSED = [
    ("a name that is taken", [web(), web()], errno.EEXIST, 1, PORT["name"]),
    ("no such switch", [web(), Op("port_new", switch="sw9", name="p")],
     errno.ENOENT, 1, PORT["switch"]),
    ("no such port", [Op("port_set", switch="sw0", name="p", up=0)],
     errno.ENOENT, 0, PORT["name"]),
    ("no such NIC", [web(), web("b"), web("c", nic="nosuch")],
     errno.ENODEV, 2, PORT["nic"]),
    ("VLAN 4095", [web(**access(4095))], errno.EINVAL, 0, PORT["vlan_vid"]),
    ("a deleted port", [web(), Op("port_del", switch="sw0", name="web"),
                        Op("port_set", switch="sw0", name="web", up=0)],
     errno.ENOENT, 2, PORT["name"]),
    ("a bound name twice", [web(bind="vm"), web("b", bind="vm")], errno.EEXIST, 1, 0),
    ("a NIC twice", [Op("nic_new", name="v0", kind="host"), web(nic="v0"),
                     web("b", nic="v0")], errno.EBUSY, 2, 0),
    ("two NICs for a port", [Op("nic_new", name="v0", kind="host"),
                             Op("nic_new", name="v1", kind="host"), web(nic="v0"),
                             Op("nic_connect", name="v1", switch="sw0", port="web")],
     errno.EBUSY, 3, 0),
    ("a deleted NIC", [Op("nic_new", name="v0", kind="host"), Op("nic_del", name="v0"),
                       web(nic="v0")], errno.ENODEV, 2, PORT["nic"]),
    ("the name of a deleted NIC",
     [Op("nic_new", name="v0", kind="host"), Op("nic_del", name="v0"),
      Op("nic_new", name="v0", kind="host")], errno.EEXIST, 2, NIC["name"]),
    ("a deleted switch", [Op("switch_del", name="sw0"), web()],
     errno.ENOENT, 1, PORT["switch"]),
    ("the name of a deleted switch",
     [Op("switch_del", name="sw0"), Op("switch_new", name="sw0")],
     errno.EEXIST, 1, SWITCH["name"]),
    ("an entry twice", [web(), Op("fdb_new", switch="sw0", mac=mac(1), port="web"),
                        Op("fdb_new", switch="sw0", mac=mac(1), port="web")],
     errno.EEXIST, 2, 0),
    ("an entry that is deleted twice",
     [web(), Op("fdb_new", switch="sw0", mac=mac(1), port="web"),
      Op("fdb_del", switch="sw0", mac=mac(1)), Op("fdb_del", switch="sw0", mac=mac(1))],
     errno.ENOENT, 3, 0),
    ("a host NIC on a switch turned private",
     [Op("nic_new", name="v0", kind="host"), web(),
      Op("switch_set", name="sw0", type="private"),
      Op("port_set", switch="sw0", name="web", nic="v0")], errno.EPERM, 3, 0),
    ("a database that is full",
     [web(), Op("switch_new", name="sw1", fdb_max=1),
      Op("port_new", switch="sw1", name="p"),
      Op("switch_set", name="sw0", mtu=1400),
      Op("fdb_new", switch="sw9", mac=mac(1), port="p")], errno.ENOENT, 4, FDB["switch"]),
]


@pytest.mark.parametrize("part_size", [None, 1])
@pytest.mark.parametrize("ops,code,index,attr", [case[1:] for case in REFUSED],
                         ids=[case[0] for case in REFUSED])
def test_one_is_refused_and_nothing_has_happened(vsw, links, events, ops, code, index,
                                                 attr, part_size):
    vsw.add_switch()
    events.forget()
    before = snapshot(vsw, links)
    assert vsw.batch_refused(ops, part_size=part_size) == (code, index, attr)
    assert difference(before, snapshot(vsw, links)) == ""
    assert told(events) == []


@pytest.mark.parametrize("part_size", [None, 2])
def test_a_dry_run_leaves_no_trace(vsw, links, events, part_size):
    vsw.add_switch()
    vsw.add_nic("v0", "host")
    vsw.add_port("sw0", "p", nic="v0", bind="v0", **access(7))
    vsw.add_fdb("sw0", mac(3), "p", vid=7)
    links.up("v0")
    vsw.wait_port("sw0", "p")
    events.forget()
    before = snapshot(vsw, links)
    vsw.batch([Op("port_set", switch="sw0", name="p", up=0, desc="gone", **trunk("1-9")),
               Op("nic_disconnect", name="v0"),
               Op("nic_new", name="v1", kind="guest"),
               Op("port_new", switch="sw0", name="q", nic="v0", bind="v1", **access(7)),
               Op("nic_new", OP_REPLACE, name="v0", kind="host", mtu=9000, mac=mac(9)),
               Op("fdb_flush", switch="sw0", static=True),
               Op("fdb_new", switch="sw0", mac=mac(3), vid=7, port="q"),
               Op("switch_set", name="sw0", type="internal", mtu=1400, ageing=20000,
                  fdb_max=5, up=0),
               Op("switch_new", name="sw1"),
               Op("port_del", switch="sw0", name="p"),
               Op("nic_del", name="v0"),
               Op("switch_del", name="sw0")], dry_run=True, part_size=part_size)
    assert difference(before, snapshot(vsw, links)) == ""
    assert told(events) == []


def test_replace_and_if_exists(vsw):
    vsw.add_switch()
    vsw.batch([web(desc="one"),
               Op("port_new", OP_REPLACE, switch="sw0", name="web", learn=0),
               Op("switch_new", OP_REPLACE, name="sw0", mtu=2000),
               Op("port_del", OP_IF_EXISTS, switch="sw0", name="nosuch"),
               Op("port_del", OP_IF_EXISTS, switch="sw9", name="nosuch"),
               Op("switch_del", OP_IF_EXISTS, name="sw9"),
               Op("nic_del", OP_IF_EXISTS, name="v9"),
               Op("fdb_del", OP_IF_EXISTS, switch="sw0", mac=mac(1)),
               Op("port_set", OP_IF_EXISTS, switch="sw0", name="nosuch", up=0)])
    port = vsw.port("sw0", "web")
    assert (port["desc"], port["learn"], vsw.switch("sw0")["mtu"]) == ("one", 0, 2000)
    with pytest.raises(netlink.NetlinkError, match="EINVAL.*replace goes with"):
        vsw.batch([Op("port_new", OP_IF_EXISTS, switch="sw0", name="p")])
    with pytest.raises(netlink.NetlinkError, match="EINVAL.*replace goes with"):
        vsw.batch([Op("port_del", OP_REPLACE, switch="sw0", name="web")])
    # what was passed over does not stay in the answer to the next
    code, index, _ = vsw.batch_refused(
        [Op("port_del", OP_IF_EXISTS, switch="sw0", name="nosuch"), web()])
    assert (code, index) == (errno.EEXIST, 1)


def test_names_are_free_again_at_once(vsw):
    """Ports and entries, not netdevs."""
    vsw.add_switch()
    vsw.batch([web(bind="vm"), Op("fdb_new", switch="sw0", mac=mac(1), port="web")])
    first = vsw.port("sw0", "web")["id"]
    vsw.batch([Op("port_del", switch="sw0", name="web"),
               web(bind="vm", desc="new"),
               Op("fdb_new", switch="sw0", mac=mac(1), port="web"),
               Op("fdb_del", switch="sw0", mac=mac(1)),
               Op("fdb_new", switch="sw0", mac=mac(1), port="web", sticky=True)])
    port = vsw.port("sw0", "web")
    assert port["id"] > first and port["desc"] == "new" and port["fdb_count"] == 1
    assert vsw.fdb_entry("sw0", mac(1))["sticky"]
    assert vsw.switch("sw0")["port_count"] == 1


def test_two_nics_change_places(vsw, links):
    vsw.add_switch()
    links.add_veth("a0", "a1")
    vsw.add_nic("v0", "host")
    vsw.batch([web(nic="a0", **access(10)), web("db", nic="v0", **access(20))])
    vsw.batch([Op("nic_disconnect", name="a0"), Op("nic_disconnect", name="v0"),
               Op("nic_connect", name="a0", switch="sw0", port="db"),
               Op("nic_connect", name="v0", switch="sw0", port="web")])
    assert (vsw.nic("a0")["port"], vsw.nic("v0")["port"]) == ("db", "web")
    vsw.batch([Op("nic_disconnect", name="a0"),
               Op("nic_connect", name="a0", switch="sw0", port="db", role="uplink"),
               Op("nic_disconnect", name="a0"), Op("nic_disconnect", name="v0")])
    assert "nic" not in vsw.port("sw0", "db") and "nic" not in vsw.port("sw0", "web")
    assert "master" not in links.get("a0") or not links.get("a0")["master"]


def test_a_netdev_cannot_change_its_switch_but_a_synthetic_nic_can(vsw, links):
    vsw.add_switch()
    vsw.add_switch("sw1")
    links.add_veth("a0", "a1")
    vsw.add_nic("v0", "guest")
    vsw.batch([web(nic="a0"), web("db", nic="v0"), Op("port_new", switch="sw1", name="p"),
               Op("port_new", switch="sw1", name="q")])
    vsw.batch([Op("nic_disconnect", name="v0"),
               Op("nic_connect", name="v0", switch="sw1", port="p")])
    assert vsw.nic("v0")["switch"] == "sw1"
    code, index, _ = vsw.batch_refused(
        [Op("nic_disconnect", name="a0"),
         Op("nic_connect", name="a0", switch="sw1", port="q")])
    assert (code, index) == (errno.EBUSY, 1)
    assert vsw.nic("a0")["switch"] == "sw0"


def carrier_changes(name):
    with open(f"/sys/class/net/{name}/carrier_changes") as file:
        return int(file.read())


def test_a_link_that_is_not_touched_does_not_flap(vsw, links, events):
    vsw.add_switch()
    vsw.add_nic("v0", "host")
    links.up("v0")
    vsw.add_port("sw0", "a", nic="v0")
    vsw.wait_port("sw0", "a")
    changes = carrier_changes("v0")
    vsw.batch([web(), Op("port_set", switch="sw0", name="a", desc="x", learn=0,
                         **access(5))])
    assert carrier_changes("v0") == changes
    # a cable that is moved to another port
    vsw.batch([Op("nic_disconnect", name="v0"),
               Op("nic_connect", name="v0", switch="sw0", port="web")])
    assert carrier_changes("v0") == changes + 2
    assert vsw.port("sw0", "web")["oper"] == 1


def test_events_count_up(vsw, events):
    vsw.add_switch()
    vsw.batch([web(f"p{number}") for number in range(20)])
    vsw.batch_refused([web("q"), web("q")])
    vsw.batch([web("r")], dry_run=True)
    vsw.add_port("sw0", "s")
    seen = events.read()
    numbers = [event["seq"] for event in seen]
    assert numbers == list(range(numbers[0], numbers[0] + 23))
    assert seen[-1]["name"] == "s"


# --- The form of a batch ------------------------------------------------------

def op(*attributes):
    return netlink.nest(uapi.ATTRIBUTES["batch"]["op"].number, *attributes)


OP = {name: known.number for name, known in uapi.ATTRIBUTES["op"].items()}
CMD = netlink.attribute(OP["cmd"], netlink.u32(uapi.COMMANDS["port_del"]))
OBJECT = netlink.nest(OP["port"], genl.encode("port", {"switch": "sw0", "name": "p"}))

MALFORMED = {
    "nothing in it": op(),
    "no object": op(CMD),
    "no command": op(OBJECT),
    "object of another kind": op(CMD, netlink.nest(OP["nic"],
                                                   genl.encode("nic", {"name": "p"}))),
    "a command that reads": op(netlink.attribute(OP["cmd"], netlink.u32(
        uapi.COMMANDS["port_get"])), OBJECT),
    "a batch": op(netlink.attribute(OP["cmd"], netlink.u32(uapi.COMMANDS["batch"])),
                  OBJECT),
    "no such command": op(netlink.attribute(OP["cmd"], netlink.u32(0xffffffff)), OBJECT),
    "command too short": op(netlink.attribute(OP["cmd"], b"\1"), OBJECT),
    "flags unknown": op(CMD, netlink.attribute(OP["flags"], netlink.u32(4)), OBJECT),
    "attribute unknown": op(CMD, OBJECT, netlink.attribute(99, b"")),
    "object not marked as a nest": op(CMD, netlink.attribute(
        OP["port"], genl.encode("port", {"switch": "sw0", "name": "p"}))),
    "attribute of the object unknown": op(CMD, netlink.nest(
        OP["port"], netlink.attribute(99, b""))),
    "attribute that the command has no use for": op(CMD, netlink.nest(
        OP["port"], genl.encode("port", {"switch": "sw0", "name": "p", "up": 1}))),
    "object cut short": op(CMD, netlink.nest(OP["port"], b"\x0c\0\1\0sw")),
    "name without end": op(CMD, netlink.nest(
        OP["port"], netlink.attribute(1, b"sw0\0"), netlink.attribute(2, b"p"))),
}


@pytest.mark.parametrize("part_size", [None, 1])
@pytest.mark.parametrize("bad", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_operation_is_refused(vsw, bad, part_size):
    vsw.add_switch()
    before = snapshot(vsw)
    code, index, _ = vsw.batch_refused([web("p"), bad, web("q")], part_size=part_size)
    assert code in (errno.EINVAL, errno.EOPNOTSUPP, errno.ERANGE) and index == 1
    assert difference(before, snapshot(vsw)) == ""


def send(vsw, ops, **how):
    vsw.socket.request(vsw.family, batch_body(ops, **how))


def test_parts_that_do_not_follow_are_refused(vsw):
    vsw.add_switch()
    for first, second in [({"more": True}, {"part": 2}),
                          ({"more": True}, {"part": 2, "more": True}),
                          (None, {"part": 1}), (None, {"part": 7, "more": True})]:
        if first:
            send(vsw, [web("p")], **first)
        with pytest.raises(netlink.NetlinkError, match="EINVAL.*parts of the batch are"):
            send(vsw, [web("q")], **second)
        # what was kept is gone with it
        with pytest.raises(netlink.NetlinkError, match="EINVAL.*parts of the batch are"):
            send(vsw, [web("q")], part=1)
    with pytest.raises(netlink.NetlinkError, match="EINVAL.*dry-run goes with the last"):
        send(vsw, [web("p")], more=True, dry_run=True)
    assert vsw.ports() == []


def test_part_0_begins_anew(vsw):
    vsw.add_switch()
    send(vsw, [web("p")], more=True)
    send(vsw, [web("q")], more=True, part=1)
    send(vsw, [web("r")], more=True)
    send(vsw, [web("s")], part=1)
    assert [port["name"] for port in vsw.ports()] == ["r", "s"]


def test_parts_of_two_sockets_do_not_mix(vsw):
    vsw.add_switch()
    other = genl.Vsw()
    send(vsw, [web("p")], more=True)
    send(other, [web("q")], more=True)
    send(other, [web("r")], part=1)
    assert [port["name"] for port in vsw.ports()] == ["q", "r"]
    send(vsw, [web("s")], part=1)
    assert [port["name"] for port in vsw.ports()] == ["q", "r", "p", "s"]
    other.close()


def test_a_client_that_dies_half_way_changes_nothing(vsw, events):
    vsw.add_switch()
    events.forget()
    child = subprocess.Popen(
        [sys.executable, "-c", "import sys\n"
         f"sys.path.insert(0, {os.path.dirname(__file__)!r})\n"
         "from lib.genl import *\nvsw = Vsw()\n"
         "for part in range(5):\n"
         "    ops = [Op('port_new', switch='sw0', name=f'p{part}.{n}') for n in range(99)]\n"
         "    vsw.socket.request(vsw.family, batch_body(ops, part or None, True))\n"
         "print('sent', flush=True)\nimport time\ntime.sleep(60)\n"],
        stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "sent\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert vsw.ports() == [] and told(events) == []


def test_operations_and_octets_are_bounded(vsw):
    vsw.add_switch()
    most = uapi.LIMITS["VSW_BATCH_OPS_MAX"]
    ops = [Op("port_set", OP_IF_EXISTS, switch="sw0", name="p")] * (most + 1)
    vsw.batch(ops[:most], part_size=1024)
    code, index, _ = vsw.batch_refused(ops, part_size=1024)
    assert (code, index) == (errno.E2BIG, most)

    part = [op(netlink.attribute(OP["cmd"], bytes(60000)))] * 2
    with pytest.raises(netlink.NetlinkError, match="E2BIG.*too many octets"):
        for number in range(uapi.LIMITS["VSW_BATCH_BYTES_MAX"] // 120000 + 2):
            send(vsw, part, part=number or None, more=True)
    # all of it was given up
    for number in range(3):
        send(vsw, part, part=number or None, more=True)
    send(vsw, [])
