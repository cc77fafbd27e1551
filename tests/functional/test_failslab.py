# SPDX-License-Identifier: GPL-2.0
"""Out of memory, at every allocation of every command in turn: the command is refused
and nothing has changed, or it is carried out whole. Needs a kernel with fault
injection (uml-debug).

     request N = 1:  alloc !                         refused, as before
     request N = 2:  alloc - alloc !                 refused, as before
     ...
     request N = n:  alloc - alloc - ... - done      carried out: the end
"""

import errno

import pytest

from lib import fault, netlink, rtnl
from lib.frames import frame, mac
from lib.genl import access, groups, trunk, tunnel, vid_map
from lib.state import difference, snapshot

pytestmark = pytest.mark.skipif(not fault.available(),
                                reason="the kernel has no fault injection (uml-debug has it)")

MOST = 2000             # no command has more allocations


def genl_request(vsw, command, flags=0, **values):
    return fault.Request(netlink.NETLINK_GENERIC, vsw.family,
                   vsw.body(command, command.split("_")[0], values), flags)


def link_request(flags, index, *attributes, up=None):
    change = 1 if up is not None else 0
    body = rtnl.IFINFO.pack(0, 0, index, 1 if up else 0, change)
    return fault.Request(netlink.NETLINK_ROUTE, rtnl.RTM_NEWLINK,
                   body + b"".join(attributes), flags)


# What want of memory may look like from outside: what could not be sent or copied; and
# EINVAL is what the kernel's device_add() says of a device without a name.
CODES = {errno.ENOMEM, errno.ENOBUFS, errno.EFAULT, errno.EINVAL}


class Trial:
    """One request, at all allocations; @undo brings back what was before it."""

    def __init__(self, bed, request, undo):
        self.bed = bed
        self.request = bed.keep(request)
        self.undo = undo
        self.netdevs = self.state(bed.links)
        self.before = self.state()
        assert self.request.outcome(self.request.send()) == 0
        self.after = self.state()
        assert difference(self.before, self.after), "the request changes nothing"
        self.restore()

    def state(self, links=None):
        return normal(snapshot(self.bed.vsw, links))

    def restore(self):
        self.undo()
        assert not difference(self.before, self.state())

    def attempt(self, nth, number):
        """True while there was something to fail."""
        injected, sent = nth.run(number, self.request.send)
        code = self.request.outcome(sent)
        now = self.state()
        undone, done = difference(self.before, now), difference(self.after, now)
        said = f"allocation {number}, outcome {code}:\n"
        if code == 0:
            assert not done, said + done
        elif code is None:
            assert not done or not undone, said + undone
        else:
            assert injected and code in CODES, said
            assert not undone, said + undone
        if undone:
            self.restore()
        return injected

    def run(self):
        """The netdevs are looked at when all is over: that takes its time."""
        nth = self.bed.keep(fault.Nth())
        with fault.prepared():
            number = 1
            while self.attempt(nth, number):
                number += 1
                assert number < MOST, "there is no end of allocations"
        left = difference(self.netdevs, self.state(self.bed.links))
        assert not left, left
        return number - 1


NUMBERS = {"id", "ifindex", "nic_ifindex"}      # each new object gets new ones


def normal(state):
    return {kind: [{key: value for key, value in thing.items() if key not in NUMBERS
                    and not (key == "address" and thing.get("kind") == "vswitch")
                    and not (key == "master")} | {"has master": bool(thing.get("master"))}
                   for thing in things]
            for kind, things in state.items()}


# --- The commands: (prepare, request, undo) by name ----------------------------------------

def switch_new(bed):
    return (genl_request(bed.vsw, "switch_new", name="sw0", type=1, ageing=20000,
                         fdb_max=100, mtu=1400),
            lambda: bed.vsw.del_switch("sw0"))


def switch_set(bed):
    bed.switch()
    a_guest(bed)
    old = dict(type=2, ageing=300000, fdb_max=65536, mtu=65535, up=1)
    return (genl_request(bed.vsw, "switch_set", name="sw0", type=1, ageing=20000,
                         fdb_max=100, mtu=1400, up=0),
            lambda: bed.vsw.set_switch("sw0", **old))


def a_guest(bed, port="p1"):
    bed.vsw.add_nic("g1", mac="02:00:00:00:00:aa")
    bed.links.up("g1")
    bed.vsw.add_port("sw0", port, nic="g1")
    bed.vsw.wait_port("sw0", port)


def switch_del(bed):
    def make():
        bed.switch("sw0")
        bed.vsw.add_port("sw0", "p1", desc="text", **trunk("10,20"))
        bed.vsw.add_fdb("sw0", mac(1), "p1", vid=10)
        bed.vsw.connect("g1", "sw0", "p1")

    bed.vsw.add_nic("g1", mac="02:00:00:00:00:aa")
    make()
    return genl_request(bed.vsw, "switch_del", name="sw0"), make


def port_new(bed):
    """With everything that a port can have, a netdev to take over included."""
    bed.switch()
    bed.links.add_veth("e1", "h1")
    bed.links.up("h1")
    return (genl_request(bed.vsw, "port_new", switch="sw0", name="p1", desc="text",
                         nic="e1", role="uplink", bind="b1", fdb_max=7, learn=0,
                         **trunk("1-4094", native=5)),
            lambda: bed.vsw.del_port("sw0", "p1"))


def port_new_access(bed):
    """The first port of a VLAN: its set is made."""
    bed.switch()
    return (genl_request(bed.vsw, "port_new", switch="sw0", name="p1", **access(10)),
            lambda: bed.vsw.del_port("sw0", "p1"))


def port_new_grows_a_set(bed):
    bed.switch()
    for number in range(8):
        bed.vsw.add_port("sw0", f"p{number}", **access(10))
    return (genl_request(bed.vsw, "port_new", switch="sw0", name="x", **access(10)),
            lambda: bed.vsw.del_port("sw0", "x"))


def port_set_vlans(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1", desc="old", **access(10))
    bed.vsw.add_fdb("sw0", mac(1), "p1", vid=10)
    return (genl_request(bed.vsw, "port_set", switch="sw0", name="p1", desc="new",
                         **trunk("20-30", native=20)),
            lambda: bed.vsw.set_port("sw0", "p1", desc="old", **access(10)))


def port_set_tables(bed):
    """A tunnel with services, priorities, and VID translation."""
    bed.switch()
    bed.vsw.add_port("sw0", "p1", desc="old", **access(10))
    return (genl_request(bed.vsw, "port_set", switch="sw0", name="p1", desc="new",
                         **tunnel(20), vlan_services=groups((7, 8)), default_prio=3,
                         **vid_map((10, 20))),
            lambda: bed.vsw.set_port("sw0", "p1", desc="old", default_prio=0, vid_map=b"",
                                     **access(10)))


def switch_set_tables(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    return (genl_request(bed.vsw, "switch_set", name="sw0", fids=groups((10, 1, 10)),
                         instances=groups((10, 1, 10))),
            lambda: bed.vsw.set_switch("sw0", fids=b"", instances=b""))


def port_set_nic(bed):
    """Plugging in and changing VLANs and text in one go."""
    bed.switch()
    bed.vsw.add_port("sw0", "p1", **access(10))
    bed.links.add_veth("e1", "h1")
    return (genl_request(bed.vsw, "port_set", switch="sw0", name="p1", nic="e1",
                         desc="new", **access(20)),
            lambda: bed.vsw.set_port("sw0", "p1", nic="", desc="", **access(10)))


def port_set_up(bed):
    bed.switch()
    a_guest(bed)
    return (genl_request(bed.vsw, "port_set", switch="sw0", name="p1", up=0),
            lambda: (bed.vsw.set_port("sw0", "p1", up=1),
                     bed.vsw.wait_port("sw0", "p1")))


def port_del(bed):
    def make():
        bed.vsw.add_port("sw0", "p1", nic="g1", **access(10))
        bed.vsw.add_fdb("sw0", mac(1), "p1", vid=10)

    bed.switch()
    bed.vsw.add_nic("g1", mac="02:00:00:00:00:aa")
    make()
    return genl_request(bed.vsw, "port_del", switch="sw0", name="p1"), make


def nic_new(bed):
    return (genl_request(bed.vsw, "nic_new", name="g1", kind="guest", queues=4,
                         mac="02:00:00:00:00:aa", mtu=1400),
            lambda: bed.vsw.del_nic("g1"))


def nic_connect_netdev(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    bed.links.add_veth("e1", "h1")
    bed.links.up("h1")
    return (genl_request(bed.vsw, "nic_connect", name="e1", switch="sw0", port="p1",
                         role="uplink"),
            lambda: bed.vsw.disconnect("e1"))


def nic_connect_guest(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    bed.vsw.add_nic("g1")
    return (genl_request(bed.vsw, "nic_connect", name="g1", switch="sw0", port="p1"),
            lambda: bed.vsw.disconnect("g1"))


def nic_disconnect(bed):
    bed.switch()
    bed.links.add_veth("e1", "h1")
    bed.vsw.add_port("sw0", "p1", nic="e1")
    return (genl_request(bed.vsw, "nic_disconnect", name="e1"),
            lambda: bed.vsw.connect("e1", "sw0", "p1"))


def nic_del(bed):
    def make():
        bed.vsw.add_nic("g1", mac="02:00:00:00:00:aa")
        bed.vsw.connect("g1", "sw0", "p1")

    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    make()
    return genl_request(bed.vsw, "nic_del", name="g1"), make


def fdb_new(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    return (genl_request(bed.vsw, "fdb_new", switch="sw0", mac=mac(1), port="p1", vid=10,
                         sticky=True),
            lambda: bed.vsw.del_fdb("sw0", mac(1), vid=10))


def fdb_new_ports(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    return (genl_request(bed.vsw, "fdb_new", switch="sw0", mac=mac(1), ports=["p1"],
                         all_vlans=True),
            lambda: bed.vsw.del_fdb("sw0", mac(1), all_vlans=True))


def fdb_del(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    bed.vsw.add_fdb("sw0", mac(1), "p1")
    return (genl_request(bed.vsw, "fdb_del", switch="sw0", mac=mac(1)),
            lambda: bed.vsw.add_fdb("sw0", mac(1), "p1"))


def fdb_flush(bed):
    def make():
        for number in range(1, 20):
            bed.vsw.add_fdb("sw0", mac(number), "p1")

    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    make()
    return genl_request(bed.vsw, "fdb_flush", switch="sw0", static=True), make


def link_add(bed):
    """ip link add sw0 type vswitch."""
    info = netlink.nest(18, netlink.attribute(1, b"vswitch\0"))
    name = netlink.attribute(3, b"sw0\0")
    return (link_request(netlink.NLM_F_CREATE | netlink.NLM_F_EXCL, 0, name, info),
            lambda: bed.links.delete("sw0"))


def link_master(bed):
    """ip link set e1 master sw0: a port is made."""
    bed.switch()
    bed.links.add_veth("e1", "h1")
    master = netlink.attribute(10, netlink.u32(bed.links.index("sw0")))
    return (link_request(0, bed.links.index("e1"), master),
            lambda: bed.vsw.del_port("sw0", "e1"))


COMMANDS = [switch_new, switch_set, switch_del, port_new, port_new_access,
            port_new_grows_a_set, port_set_vlans, port_set_tables, switch_set_tables,
            port_set_nic, port_set_up, port_del,
            nic_new, nic_connect_netdev, nic_connect_guest, nic_disconnect, nic_del,
            fdb_new, fdb_new_ports, fdb_del, fdb_flush, link_add, link_master]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_allocation_of_a_command(bed, events, command):
    """Events are listened to, so they need memory too: they may be lost, the command
    not."""
    request, undo = command(bed)
    count = Trial(bed, request, undo).run()
    print(f"{count} allocations")
    assert count


@pytest.mark.parametrize("command", ["switch_get", "port_get", "nic_get", "fdb_get",
                                     "stats_get"])
@pytest.mark.parametrize("dump", [False, True], ids=["do", "dump"])
def test_every_allocation_of_a_look(bed, command, dump):
    """An answer that finds no memory is an error, or nothing; and nothing is lost."""
    bed.switch()
    bed.vsw.add_nic("g1")
    bed.vsw.add_port("sw0", "p1", nic="g1")
    bed.vsw.add_fdb("sw0", mac(1), "p1")
    key = {"switch_get": dict(name="sw0"), "port_get": dict(switch="sw0", name="p1"),
           "nic_get": dict(name="g1"), "fdb_get": dict(switch="sw0", mac=mac(1)),
           "stats_get": dict(switch="sw0", port="p1")}[command]
    body = bed.vsw.body(command, command.split("_")[0], key)
    nth = bed.keep(fault.Nth())
    before = snapshot(bed.vsw, bed.links)
    with fault.prepared():
        for number in range(1, MOST):
            sock = netlink.Socket(netlink.NETLINK_GENERIC)
            request = netlink.message(bed.vsw.family, netlink.NLM_F_REQUEST |
                                      (netlink.NLM_F_DUMP if dump else netlink.NLM_F_ACK),
                                      body)
            injected, sent = nth.run(number, lambda: sock.sock.send(request))
            if isinstance(sent, OSError):
                assert sent.errno in CODES
            sock.close()
            if not injected:
                break
    assert not injected
    assert not difference(before, snapshot(bed.vsw, bed.links))


def test_learning_without_memory(bed):
    """A station that finds no room is not learned, and its frame is forwarded."""
    bed.switch()
    a = bed.guest("p1")
    b = bed.station("p2")
    nth = bed.keep(fault.Nth())
    not_learned = 0
    with fault.prepared():
        for number in range(1, 100):
            sent = frame(src=number)
            data = sent.wire()
            before = bed.vsw.stats("sw0", "p1")
            injected, _ = nth.run(number, lambda: a.end.sock.send(data))
            got = b.take()
            after = bed.vsw.stats("sw0", "p1")
            if after["not_learned"] > before["not_learned"]:
                not_learned += 1
                assert got == [sent]
                assert bed.vsw.fdb_entry("sw0", mac(number)) is None
            if not injected:
                break
    assert not injected and not_learned == 1


def test_bound_nic_without_memory(bed):
    """It comes all the same, or stays away; the port is whole in either case."""
    bed.switch()
    bed.vsw.add_port("sw0", "p1", bind="x1")
    nth = bed.keep(fault.Nth())
    request = bed.keep(link_request(
        netlink.NLM_F_CREATE | netlink.NLM_F_EXCL, 0, netlink.attribute(3, b"x1\0"),
        netlink.nest(18, netlink.attribute(1, b"dummy\0"))))
    with fault.prepared():
        for number in range(1, MOST):
            injected, sent = nth.run(number, request.send)
            request.outcome(sent)
            if bed.links.get("x1"):
                bed.vsw.wait_port("sw0", "p1")
                bed.links.delete("x1")
            assert bed.vsw.port("sw0", "p1")["down_reason"] == "no-nic"
            if not injected:
                break
    assert not injected
