# SPDX-License-Identifier: GPL-2.0
"""What the verbs of a transaction see of those before them, and what the rest of the
kernel sees of a transaction that comes to nothing.

     OP 1, OP 2, OP 3   the same, whether one by one or as one
     dry run            addresses, routes, MTUs, links, bound NICs: all as before
"""

import errno
import subprocess

import pytest

from lib.frames import mac
from lib.genl import OP_IF_EXISTS, OP_REPLACE, Op, access


def ip(words):
    return subprocess.run(["ip", *words.split()], check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def entries(*numbers, port="p"):
    return [Op("fdb_new", switch="sw0", mac=mac(number), port=port) for number in numbers]


@pytest.fixture
def port(vsw):
    vsw.add_switch()
    vsw.add_port("sw0", "p")
    return vsw


# --- The rest of the kernel ---------------------------------------------------

def seen_of(name):
    """What the test has put there."""
    lines = (ip(f"-6 addr show dev {name}") + ip(f"-6 route show dev {name}")
             + ip(f"neigh show dev {name} nud permanent")).splitlines()
    return [line.strip() for line in lines if "2001:db8" in line or "192.0.2.9" in line]


@pytest.mark.parametrize("refused", [False, True])
def test_addresses_and_routes_of_a_nic_stay(port, links, refused):
    port.add_nic("v0", "host")
    port.connect("v0", "sw0", "p")
    links.up("v0")
    with open("/proc/sys/net/ipv6/conf/v0/disable_ipv6", "w") as file:
        file.write("0")     # the test host has it off
    ip("-6 addr add 2001:db8::1/64 dev v0 nodad")
    ip("-6 route add 2001:db8:1::/64 dev v0")
    ip("neigh add 192.0.2.9 lladdr 02:00:00:00:00:99 dev v0 nud permanent")
    before = seen_of("v0")
    assert len(before) == 4
    ops = [Op("nic_new", OP_REPLACE, name="v0", kind="host", mtu=1000, mac=mac(9))]
    if refused:
        port.batch_refused([*ops, *entries(1, 1)])
    else:
        port.batch(ops, dry_run=True)
    assert seen_of("v0") == before
    port.batch(ops)
    assert (port.nic("v0")["mtu"], port.nic("v0")["mac"]) == (1000, mac(9))


@pytest.mark.parametrize("what,op", [
    ("v0", Op("nic_new", OP_REPLACE, name="v0", kind="host", mtu=1500)),
    ("sw0", Op("switch_set", name="sw0", mtu=1500))])
def test_the_mtu_of_what_stands_on_it_stays(port, links, what, op):
    port.add_nic("v0", "host", mtu=9000)
    port.set_switch("sw0", mtu=9000)
    ip(f"link add link {what} name on group 7 type vlan id 5")
    try:
        port.batch([op], dry_run=True)
        assert (links.get(what)["mtu"], links.get("on")["mtu"]) == (9000, 9000)
        port.batch([op])
        assert (links.get(what)["mtu"], links.get("on")["mtu"]) == (1500, 1500)
    finally:
        ip("link del on")


def test_a_nic_that_was_unplugged_by_hand_stays_out(port, links, events):
    links.add_veth("a0", "a1")
    port.set_port("sw0", "p", nic="a0", bind="a0")
    port.disconnect("a0")
    port.batch([Op("port_set", switch="sw0", name="p", bind="v0"),
                Op("nic_new", name="v0", kind="guest")], dry_run=True)
    # what was put off until later has been done when this one is plugged in
    port.add_port("sw0", "q", bind="v1")
    port.add_nic("v1", "guest")
    events.wait(object="nic", event="connect", name="v1")
    assert port.port("sw0", "p")["bind"] == "a0"
    assert "nic" not in port.port("sw0", "p")


# --- The database -------------------------------------------------------------

def test_a_limit_that_is_raised_holds_for_what_follows(port):
    port.set_switch("sw0", fdb_max=1)
    port.batch([Op("switch_set", name="sw0", fdb_max=3), *entries(1, 2, 3)])
    assert port.switch("sw0")["fdb_count"] == 3
    assert port.batch_refused([Op("switch_set", name="sw0", fdb_max=4),
                               *entries(4, 5)])[:2] == (errno.ENOSPC, 2)
    assert port.switch("sw0")["fdb_max"] == 3


def test_a_limit_that_is_lowered_does_too(port):
    assert port.batch_refused([Op("switch_set", name="sw0", fdb_max=1),
                               *entries(1, 2)])[:2] == (errno.ENOSPC, 2)


def test_what_is_deleted_makes_room_once(port):
    port.add_port("sw0", "q")
    port.set_switch("sw0", fdb_max=2)
    port.batch(entries(1, 2))
    dels = [Op("fdb_del", switch="sw0", mac=mac(number)) for number in (1, 2)]
    gone = Op("port_del", switch="sw0", name="p")
    assert port.batch_refused([*dels, gone, *entries(3, 4, 5, port="q")])[:2] \
        == (errno.ENOSPC, 5)
    port.batch([*dels, gone, *entries(3, 4, port="q")])
    assert port.switch("sw0")["fdb_count"] == 2


def test_the_limit_holds_however_often_ports_are_replaced(port):
    port.set_switch("sw0", fdb_max=4)
    port.batch(entries(1, 2, 3, 4))
    for old, new in [("p", "q"), ("q", "p")] * 3:
        swap = [Op("port_new", switch="sw0", name=new),
                Op("port_del", switch="sw0", name=old)]
        assert port.batch_refused([*swap, *entries(1, 2, 3, 4, 5, port=new)])[:2] \
            == (errno.ENOSPC, 6)
        port.batch([*swap, *entries(1, 2, 3, 4, port=new)])
        assert port.switch("sw0")["fdb_count"] == 4


FLUSH = Op("fdb_flush", switch="sw0", static=True)
DEL = Op("fdb_del", switch="sw0", mac=mac(1))


@pytest.mark.parametrize("flush", [
    FLUSH, DEL, Op("fdb_flush", switch="sw0", static=True, port="p"),
    Op("fdb_flush", switch="sw0", static=True, vid=0)])
@pytest.mark.parametrize("there", [False, True])
def test_a_flush_is_seen_by_what_follows(port, flush, there):
    """Of what was there before, and of what the transaction has made."""
    first = [] if there else entries(1)
    if there:
        port.batch(entries(1))
    assert port.batch_refused([*first, flush, DEL])[:2] == (errno.ENOENT, len(first) + 1)
    port.batch([*first, flush, *entries(1), flush, *entries(1)])
    assert port.fdb_entry("sw0", mac(1))["port"] == "p"
    port.batch([flush, *entries(1), flush])
    assert port.fdb() == []


@pytest.mark.parametrize("flush", [
    Op("fdb_flush", switch="sw0"), Op("fdb_flush", switch="sw0", static=True, vid=7)])
def test_a_flush_of_others_is_not(port, flush):
    assert port.batch_refused([*entries(1), flush, *entries(1)])[:2] == (errno.EEXIST, 2)


def test_many_flushes_cost_little(port):
    """Not a walk over all entries each: with RTNL held, others wait."""
    stations = [Op("fdb_new", switch="sw0", mac=f"02:00:00:01:{n >> 8:02x}:{n & 255:02x}",
                   port="p") for n in range(10000)]
    port.batch(stations, part_size=1000)
    port.batch([FLUSH] * 2000 + entries(1), dry_run=True, part_size=1000)
    assert port.switch("sw0")["fdb_count"] == 10000
    port.batch([FLUSH])


# --- Switches, ports, NICs ----------------------------------------------------

def test_the_protocol_is_the_one_that_was_entered(port):
    port.add_nic("v0")
    new = Op("switch_set", name="sw0", protocol="802.1ad")
    old = Op("switch_set", name="sw0", protocol="802.1q")
    plug = Op("nic_connect", name="v0", switch="sw0", port="p")
    assert port.batch_refused([new, plug, old])[:2] == (errno.EBUSY, 2)
    assert port.switch("sw0")["protocol"] == 0x8100
    port.batch([new, plug, new])
    assert port.switch("sw0")["protocol"] == 0x88a8


def test_an_address_may_be_set_twice(port):
    port.add_nic("v0", "guest", mac=mac(1))
    port.batch([Op("nic_new", OP_REPLACE, name="v0", kind="guest", mac=mac(2)),
                Op("nic_new", OP_REPLACE, name="v0", kind="guest", mac=mac(1))])
    assert port.nic("v0")["mac"] == mac(1)


def test_a_netdev_is_unplugged_twice(port, links):
    """The second finds no NIC, as it does in a transaction of its own."""
    links.add_veth("a0", "a1")
    out = Op("nic_disconnect", OP_IF_EXISTS, name="a0")
    port.connect("a0", "sw0", "p")
    port.batch([out, out])
    port.connect("a0", "sw0", "p")
    assert port.batch_refused([out, Op("nic_disconnect", name="a0")])[:2] \
        == (errno.ENOENT, 1)


def test_an_event_has_the_new_role(port, links, events):
    links.add_veth("a0", "a1")
    port.connect("a0", "sw0", "p")
    events.forget()
    port.set_port("sw0", "p", role="uplink")
    seen = [event for event in events.read() if event["object"] == "port"]
    assert [(event["event"], event["role"]) for event in seen] == [("set", "uplink")]


def test_a_missing_attribute_is_told_of_the_operation(port):
    assert port.batch_refused([Op("port_del", switch="sw0")]) == (errno.EINVAL, 0, 2)


def test_many_dry_runs_leave_no_places(port):
    """A flood looks at all places of a VLAN: they must not grow for nothing."""
    port.add_port("sw0", "q", **access(10))
    again = Op("port_set", switch="sw0", name="q", **access(10))
    port.batch([again] * 16000, dry_run=True, part_size=1000)
    port.batch([again] * 16000, part_size=1000)
    port.batch([Op("port_set", switch="sw0", name="q", **access(vid))
                for vid in range(1, 1000)], dry_run=True)
    assert port.port("sw0", "q")["vlan_vid"] == 10
