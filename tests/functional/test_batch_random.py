# SPDX-License-Identifier: GPL-2.0
"""BATCH, with random transactions on a random host (lib/model.py).

     host 1:  OP OP OP BAD, OP OP BAD, ..., dry run   ->  as before, each time
              OP OP OP at once                        ->  after
     host 2:  OP, OP, OP                              ->  the same as that

         h0..h2           s0  s1  s2            c0 === c1
         veth             switches with ports   a cable, both ends may be plugged in
         e0..e2 ------->  v0..v7, e0..e2, c0, c1

VSW_SEED repeats one transaction, VSW_TRANSACTIONS sets how many there are.
"""

import contextlib
import os
import socket
import struct

import pytest

from lib import vswctl, wait
from lib.frames import SOL_PACKET, frame
from lib.genl import Op, bitmap_vids
from lib.model import AWAITED, NICS, SWITCHES, Model
from lib.state import difference
from lib.twin import Twin, check_same, whole

DEBUG = os.environ.get("VSW_KERNEL") == "uml-debug"
COUNT = int(os.environ.get("VSW_TRANSACTIONS", 20 if DEBUG else 40))
SEEDS = [int(os.environ["VSW_SEED"])] if "VSW_SEED" in os.environ else range(COUNT)

CABLES = [("e0", "h0"), ("e1", "h1"), ("e2", "h2"), ("c0", "c1")]
ADOPTABLE = ["e0", "e1", "e2", "c0", "c1"]

PACKET_QDISC_BYPASS = 20

OURS = {*SWITCHES, *NICS, *AWAITED, *(end for cable in CABLES for end in cable)}

BUILD = ["port_new"] * 6 + ["nic_new"] * 4 + ["nic_connect"] * 6 + ["fdb_new"] * 4 + [
    "port_set"] * 2 + ["switch_set"]
VERBS = BUILD + ["port_set"] * 4 + ["nic_disconnect"] * 4 + ["nic_replace", "nic_del"] * 2 + [
    "fdb_del"] * 3 + ["fdb_flush", "port_del"] * 2 + ["switch_new", "switch_set", "switch_del"]


# --- Hosts ------------------------------------------------------------------------

def speak(host, inside=contextlib.nullcontext):
    """From whatever is plugged in: it is learned, untagged and in a VLAN."""
    far = dict(CABLES[:3])
    for number, nic in enumerate(host.vsw.nics(), 1):
        name = far.get(nic["name"], nic["name"])
        if nic["kind"] == "netdev" and nic["name"] not in far:
            continue
        with inside():
            out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        with out:
            # the queue of a netdev that has just come up may not be open yet
            out.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, struct.pack("=I", 1))
            out.bind((name, 0))
            for tag in (None, 10, 20):
                with contextlib.suppress(OSError):      # it may have no link
                    out.send(frame(src=number, tag=tag).wire())
    host.clock.settle()


def build(host, seed, inside=contextlib.nullcontext):
    """A host that has something of everything; the same for the same seed."""
    for near, far in CABLES:
        host.links.add_veth(near, far)
    host.links.up("h0", "h1", "h2", "c0", "c1")
    # frames would go round and round if both ends of a cable were plugged in
    model = Model.read(host.vsw, host.links, f"{seed} host", ["e0", "e1", "e2", "c0"])
    ops = [model.switch_new() for _ in range(3)]
    model.taken |= set(AWAITED)         # these come later, if at all
    ops += [model.admitted(BUILD) for _ in range(40)]
    for op in ops:
        host.vsw.batch([op])
        if op.command == "nic_new" and not op.flags:
            host.links.up(op.values["name"])
    settle(host, next(iter(model.switches)))
    wait.until(lambda: is_at_rest(host, model), "the host is at rest")
    speak(host, inside)
    return Model.read(host.vsw, host.links, f"{seed} transaction", ADOPTABLE)


def settle(host, switch):
    """Ports take bound NICs that appear all at once, a moment later: see one do so."""
    host.vsw.add_port(switch, "settle", bind="settle")
    host.vsw.add_nic("settle", "guest")
    wait.until(lambda: "nic" in host.vsw.port(switch, "settle"), "bound NICs are plugged in")
    host.vsw.del_port(switch, "settle")
    host.vsw.del_nic("settle")


def is_at_rest(host, model):
    """All are plugged in, and the port of the cable in between knows its carrier."""
    ports = host.vsw.ports()
    carriers = {nic["name"]: nic["carrier"] for nic in host.vsw.nics()}
    plugs = {(port["switch"], port["name"]): port.get("nic") for port in ports}
    return model.plugs().items() <= plugs.items() and not any(
        port["oper"] != carriers[port["nic"]] for port in ports
        if port.get("nic") == "c0" and port["down_reason"] in ("carrier", "not"))


# --- Transactions -----------------------------------------------------------------

def readable(op):
    """An operation without its bitmap of VLANs."""
    if isinstance(op, bytes):
        return op
    vids = bitmap_vids(op.values.get("vlan_trunks", b""))
    return Op(op.command, op.flags, **{
        key: f"{len(vids)} VLANs" if key == "vlan_trunks" else value
        for key, value in op.values.items()})


class Case:
    """A transaction; what must fail at each place in it; and how it is sent."""

    def __init__(self, model):
        chance = model.random
        self.ops, self.bad = [], [model.refused()]
        for _ in range(chance.choice([2, 5, 10, 20, 50])):
            self.ops.append(model.admitted(VERBS))
            self.bad.append(model.refused())
        self.part_size = chance.choice([None, None, 1, 3, 7])
        self.plugs = model.plugs()

    def __str__(self):
        return "\n".join(f"{number}: {readable(op)}" for number, op in enumerate(self.ops))


# --- The checks -------------------------------------------------------------------

def check_nothing(bed, events, before, what):
    changed = difference(before, whole(bed))
    assert not changed, f"{what} changed:\n{changed}"
    told = events.read()
    assert not told, f"{what} told: {told}"


def refuse_at_each_place(bed, events, case):
    before = whole(bed)
    for place, bad in enumerate(case.bad):
        ops = case.ops[:place] + [bad] + case.ops[place:]
        _, index, _ = bed.vsw.batch_refused(ops, part_size=case.part_size)
        assert index == place, f"operation {index} was refused, not {place}: {readable(bad)}"
        check_nothing(bed, events, before, f"{readable(bad)} at {place}")


def run_dry(bed, events, case):
    before = whole(bed)
    saved = None if DEBUG else vswctl.run("save")
    bed.vsw.batch(case.ops, dry_run=True, part_size=case.part_size)
    check_nothing(bed, events, before, "the dry run")
    assert saved is None or saved == vswctl.run("save")


def carry_out_one_by_one(host, case):
    for number, op in enumerate(case.ops):
        try:
            host.vsw.batch([op])
        except OSError as error:
            raise AssertionError(f"by itself, operation {number} is refused: {error}") \
                from None


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_transaction(bed, events, seed):
    case = Case(build(bed, seed))
    print(f"VSW_SEED={seed}, parts of {case.part_size} operations:\n{case}")
    events.forget()
    refuse_at_each_place(bed, events, case)
    run_dry(bed, events, case)
    bed.vsw.batch(case.ops, part_size=case.part_size)
    twin = bed.keep(Twin(bed))
    build(twin, seed, twin.inside)
    carry_out_one_by_one(twin, case)
    check_same(bed, twin, OURS)
    plugs = {(port["switch"], port["name"]): port.get("nic") for port in bed.vsw.ports()}
    assert case.plugs.items() <= plugs.items()
