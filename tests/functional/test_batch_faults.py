# SPDX-License-Identifier: GPL-2.0
"""BATCH, disturbed: no memory at each allocation in turn, clients that go half-way,
namespaces and the module that end with a batch unfinished, two clients at once.

     part 0 MORE, part 1 MORE, ...  X              nothing has happened
     OP - alloc - OP - alloc ! OP                  refused: nothing has happened
     OP - alloc - OP - alloc - OP  - done          all of it has

     client 1: A1 A2 ... An  \\
                              )  A whole, or B whole, or both, one after the other
     client 2: B1 B2 ... Bn  /
"""

import errno
import multiprocessing
import os
import random
import signal

import pytest

from lib import fault, genl, netlink, ns
from lib.frames import mac
from lib.genl import OP_REPLACE, Op, access, batch_body, trunk
from lib.module import needed
from lib.state import difference, snapshot

DEBUG = os.environ.get("VSW_KERNEL") == "uml-debug"
SEED = int(os.environ.get("VSW_SEED", 1))
FORK = multiprocessing.get_context("fork")
MOST = 3000             # no batch here has more allocations

needs_faults = pytest.mark.skipif(not fault.available(),
                                  reason="the kernel has no fault injection (uml-debug has it)")

# What want of memory may look like from outside, see test_failslab.py.
CODES = {errno.ENOMEM, errno.ENOBUFS, errno.EFAULT, errno.EINVAL}

# Each new object gets new ones, and a switch an address.
NUMBERS = {"id", "ifindex", "nic_ifindex", "master"}


def normal(state):
    return {kind: [{key: value for key, value in thing.items() if key not in NUMBERS
                    and not (key == "address" and thing.get("kind") == "vswitch")}
                   for thing in things] for kind, things in state.items()}


# --- No memory ----------------------------------------------------------------------

class Message(fault.Request):
    """The last part of a batch; the parts before it are sent first."""

    def __init__(self, vsw, ops, part_size):
        size = part_size or len(ops)
        parts = [ops[at:at + size] for at in range(0, len(ops), size)]
        super().__init__(netlink.NETLINK_GENERIC, vsw.family,
                         batch_body(parts[-1], len(parts) - 1 or None))
        self.family = vsw.family
        self.kept = [batch_body(part, number or None, True)
                     for number, part in enumerate(parts[:-1])]

    def prepare(self):
        for body in self.kept:
            self.socket.request(self.family, body)
        self.socket.sequence = 1


def come(events):
    """Events that came; None if some were lost, and the reader was told so."""
    try:
        return events.read()
    except OSError as error:
        assert error.errno == errno.ENOBUFS, error
        events.socket.drain()
        return None


def state(bed, links=None):
    """With netdevs at the beginning and at the end only: that takes its time."""
    return normal(snapshot(bed.vsw, links))


def attempt(bed, events, message, nth, number, before, after):
    """Whether something was made to fail, and whether the batch was carried out."""
    message.prepare()
    injected, sent = nth.run(number, message.send)
    code = message.outcome(sent)
    told = come(events)
    now = state(bed)
    said = f"allocation {number}, outcome {code}:\n"
    if code == 0 or (code is None and difference(before, now)):
        assert not difference(after, now), said + difference(after, now)
        return injected, True
    assert injected and code in CODES | {None}, said
    assert not difference(before, now), said + difference(before, now)
    assert told in ([], None), f"{said}{told}"
    return injected, False


def nic(name, kind="guest", **settings):
    return Op("nic_new", name=name, kind=kind, mac=mac(int(name[1:]) + 500), **settings)


def port(name, switch="sw0", **settings):
    return Op("port_new", switch=switch, name=name, **settings)


def entry(number, where, **settings):
    return Op("fdb_new", switch="sw0", mac=mac(number), port=where, **settings)


# What is there, what is done in one transaction, and what brings back what was there.
COMMON = [Op("switch_new", name="sw0"), nic("v1"), port("p1", nic="v1", **access(10)),
          port("p2", nic="e1", desc="text", **trunk("10,20")), port("p3", bind="b1"),
          entry(1, "p1", vid=10), entry(2, "p2", vid=20)]

CASES = {
    "make": ([nic("v2", "host"), port("p4", nic="v2", bind="b2", desc="x", **access(30)),
              entry(3, "p4", vid=30, sticky=True)],
             [Op("port_del", switch="sw0", name="p4"), Op("nic_del", name="v2")]),
    "make a switch": ([Op("switch_new", name="sw1", mtu=1400),
                       port("q1", "sw1", **trunk("1-9", native=1)), port("q2", "sw1")],
                      [Op("switch_del", name="sw1")]),
    "change": ([Op("switch_set", name="sw0", mtu=1500, ageing=20000, fdb_max=99),
                Op("port_set", switch="sw0", name="p1", desc="new", learn=0,
                   **trunk("5,10")),
                Op("nic_new", OP_REPLACE, name="v1", kind="guest", mtu=1400),
                Op("fdb_new", OP_REPLACE, switch="sw0", mac=mac(1), vid=10, port="p2"),
                Op("port_set", switch="sw0", name="p3", bind="b3", up=0)],
               [Op("switch_set", name="sw0", mtu=65535, ageing=300000, fdb_max=65536),
                Op("port_set", switch="sw0", name="p1", desc="", learn=1, **access(10)),
                Op("nic_new", OP_REPLACE, name="v1", kind="guest", mtu=1500),
                Op("fdb_new", OP_REPLACE, switch="sw0", mac=mac(1), vid=10, port="p1"),
                Op("port_set", switch="sw0", name="p3", bind="b1", up=1)]),
    "move": ([Op("nic_disconnect", name="e1"), Op("nic_disconnect", name="v1"),
              Op("nic_connect", name="e1", switch="sw0", port="p1", role="uplink"),
              Op("port_set", switch="sw0", name="p2", nic="v1"),
              Op("fdb_flush", switch="sw0", static=True, port="p1"),
              Op("fdb_del", switch="sw0", mac=mac(2), vid=20)],
             [Op("nic_disconnect", name="e1"), Op("nic_disconnect", name="v1"),
              Op("nic_connect", name="e1", switch="sw0", port="p2"),
              Op("nic_connect", name="v1", switch="sw0", port="p1"),
              entry(1, "p1", vid=10), entry(2, "p2", vid=20)]),
    "delete": ([Op("port_del", switch="sw0", name="p3"),
                Op("switch_del", name="sw0"), Op("nic_del", name="v1")], COMMON),
}


@needs_faults
@pytest.mark.parametrize("case,part_size", [
    ("make", None), ("make a switch", 2), ("change", None), ("change", 2), ("move", None),
    ("move", 1), ("delete", None)])
def test_every_allocation_of_a_batch(bed, events, case, part_size):
    bed.links.add_veth("e1", "h1")
    bed.links.up("h1")
    bed.vsw.batch(COMMON)
    ops, undo = CASES[case]
    netdevs, before = state(bed, bed.links), state(bed)
    bed.vsw.batch(ops)
    after = state(bed)
    assert difference(before, after)
    bed.vsw.batch(undo)
    assert not difference(before, state(bed))
    message, nth = bed.keep(Message(bed.vsw, ops, part_size)), bed.keep(fault.Nth())
    come(events)
    with fault.prepared():
        for number in range(1, MOST):
            injected, done = attempt(bed, events, message, nth, number, before, after)
            if done:
                bed.vsw.batch(undo)
                assert not difference(before, state(bed))
                come(events)
            if not injected:
                break
    assert done and number > len(ops)
    assert not difference(netdevs, state(bed, bed.links))
    print(f"{number - 1} allocations")


# --- Clients that go ----------------------------------------------------------------

def large(count, prefix, first=0):
    return [port(f"{prefix}{number}", **access(number % 4000 + 1))
            for number in range(first, first + count)]


def send_parts(vsw, parts):
    """All of them with more to come."""
    for number, part in enumerate(parts):
        vsw.socket.request(vsw.family, batch_body(part, number or None, True))


def cut(chance):
    """A batch of some parts, and how many of its octets are sent."""
    parts = [large(chance.randrange(1, 60), f"a{number}.")
             for number in range(chance.randrange(1, 8))]
    return parts, chance.randrange(len(parts) + 1)


def _client(ops_in_parts, ready):
    vsw = genl.Vsw()
    send_parts(vsw, ops_in_parts)
    ready.send(True)
    signal.pause()


@pytest.mark.parametrize("way", ["killed", "closed", "begun anew"])
def test_a_client_that_goes_at_any_point(vsw, events, way):
    chance = random.Random(f"{SEED} {way}")
    vsw.add_switch()
    before = snapshot(vsw)
    events.forget()
    for _ in range(6 if DEBUG else 15):
        parts, sent = cut(chance)
        if way == "killed":
            reader, writer = FORK.Pipe(duplex=False)
            process = FORK.Process(target=_client, args=(parts[:sent], writer))
            process.start()
            assert reader.poll(netlink.DEADLINE) and reader.recv()
            process.kill()
            process.join()
        else:
            other = genl.Vsw()
            send_parts(other, parts[:sent])
            if way == "begun anew":
                other.batch([], dry_run=True)
            other.close()
        assert difference(before, snapshot(vsw)) == "" and events.read() == []
    # nothing of it counts against what may be kept
    vsw.batch(large(100, "b"), part_size=1)
    assert vsw.switch("sw0")["port_count"] == 100


def test_a_message_that_is_cut_short(vsw, events):
    """In the middle of an operation, at any octet: it is refused whole."""
    chance = random.Random(SEED)
    vsw.add_switch()
    events.forget()
    before = snapshot(vsw)
    ops = [op.packed() for op in large(5, "a")]
    body = batch_body(ops)
    ends = {genl.GENL.size + sum(len(op) for op in ops[:count])
            for count in range(len(ops) + 1)}
    # less than the header of an attribute is passed over
    cuts = [length for length in range(genl.GENL.size, len(body))
            if not any(end <= length < end + 4 for end in ends)]
    for length in chance.sample(cuts, 40):
        with pytest.raises(netlink.NetlinkError):
            vsw.socket.request(vsw.family, body[:length])
        assert difference(before, snapshot(vsw)) == "" and events.read() == []


def test_a_namespace_that_ends_with_a_batch_unfinished(vsw, links):
    for turn in range(3 if DEBUG else 8):
        with ns.inside(ns.add(f"n{turn}")):
            inner = genl.Vsw()
        inner.add_switch()
        send_parts(inner, [large(50, "a"), large(50, "b")])
        vsw.add_switch("sw1")
        send_parts(vsw, [[port("p", "sw1")]])
        ns.delete(f"n{turn}")
        inner.close()
        # ours is not theirs
        vsw.socket.request(vsw.family, batch_body([port("q", "sw1")], 1))
        assert [one["name"] for one in vsw.ports()] == ["p", "q"]
        vsw.del_switch("sw1")


def test_a_batch_finished_in_a_namespace_without_name(vsw):
    """A socket keeps its namespace, and what was begun there is carried out there."""
    with ns.inside(ns.add("n0")):
        inner = genl.Vsw()
    inner.add_switch()
    send_parts(inner, [large(5, "a"), large(5, "b")])
    ns.delete("n0")
    inner.socket.request(inner.family, batch_body(large(5, "c"), 2))
    assert inner.switch("sw0")["port_count"] == 15 and vsw.switches() == []
    inner.close()


@pytest.mark.last
@needed
def test_the_module_goes_with_a_batch_unfinished(host, module):
    """The socket stays; what is kept goes. (kmemleak looks at the end of the host.)"""
    for parts in (1, 3):
        other, third = genl.Vsw(), genl.Vsw()
        send_parts(other, [large(30, f"a{number}.") for number in range(parts)])
        send_parts(third, [large(1, "b")])
        module.unload()
        module.load()
        host.reopen()
        other.close()
        host.vsw.add_switch()
        with pytest.raises(netlink.NetlinkError, match="parts of the batch are missing"):
            host.vsw.socket.request(host.vsw.family, batch_body(large(1, "c"), 1))
        third.close()
        assert host.vsw.ports() == []
        host.vsw.del_switch("sw0")


# --- Two at once --------------------------------------------------------------------

def _rival(number, rounds, count, start):
    """The same names as the other, with a text that tells whose they are."""
    vsw = genl.Vsw()
    start.wait()
    for turn in range(rounds):
        text = f"{number}.{turn}"
        ops = [Op("port_del", genl.OP_IF_EXISTS, switch="sw0", name=f"p{one}")
               for one in range(count)]
        ops += [port(f"p{one}", desc=text, **access(one % 4000 + 1))
                for one in range(count)]
        vsw.batch(ops, part_size=[None, 40][turn % 2])
    vsw.close()


def owners(vsw, count):
    """Whose ports they are: all of one."""
    ports = vsw.ports(switch="sw0")
    assert len(ports) in (0, count)
    found = {one["desc"] for one in ports}
    assert len(found) <= 1, f"of several transactions: {found}"
    return found


def test_two_clients_at_once(vsw):
    count, rounds = (60, 4) if DEBUG else (200, 10)
    vsw.add_switch()
    start = FORK.Event()
    rivals = [FORK.Process(target=_rival, args=(number, rounds, count, start))
              for number in range(2)]
    for rival in rivals:
        rival.start()
    start.set()
    seen = set()
    while any(rival.is_alive() for rival in rivals):
        seen |= owners(vsw, count)
    for rival in rivals:
        rival.join()
        assert rival.exitcode == 0
    assert owners(vsw, count) <= {f"0.{rounds - 1}", f"1.{rounds - 1}"}
    assert seen


def test_two_clients_of_whom_one_is_refused(vsw, events):
    """Both make the same ports: one is carried out, the other refused whole."""
    vsw.add_switch()
    events.forget()
    turns = 4 if DEBUG else 10
    for turn in range(turns):
        start = FORK.Event()
        rivals = [FORK.Process(target=_make, args=(f"{turn}.{number}", start))
                  for number in range(2)]
        for rival in rivals:
            rival.start()
        start.set()
        for rival in rivals:
            rival.join()
        assert sorted(rival.exitcode for rival in rivals) == [0, errno.EEXIST]
        made = [event["desc"] for event in events.read()]
        assert len(made) == 100 and len(set(made)) == 1
        vsw.batch([Op("port_del", switch="sw0", name=f"p{one}") for one in range(100)])
        events.forget()


def _make(text, start):
    vsw = genl.Vsw()
    start.wait()
    ops = [port(f"p{one}", desc=text) for one in range(100)]
    try:
        vsw.batch(ops)
    except netlink.NetlinkError as error:
        os._exit(error.errno)
    os._exit(0)
