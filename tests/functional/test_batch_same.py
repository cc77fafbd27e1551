# SPDX-License-Identifier: GPL-2.0
"""BATCH: a row of operations in one transaction comes to what it comes to one by one.

     initial namespace                    namespace "twin"
     START, BEFORE, then                  START, BEFORE, then
     OP OP OP at once          ===        OP, OP, OP one by one
     done, or refused at n                done, or refused at n
"""

import pytest

from lib import genl, netlink
from lib.frames import mac
from lib.genl import OP_REPLACE, Op
from lib.state import difference, snapshot
from lib.twin import Twin, check_same

OURS = {"s0", "v0", "v1"}


def port(name, **settings):
    return Op("port_new", switch="s0", name=name, **settings)


def change(name, **settings):
    return Op("port_set", switch="s0", name=name, **settings)


def drop(name):
    return Op("port_del", switch="s0", name=name)


def nic(name, kind):
    return Op("nic_new", name=name, kind=kind, mac=mac(int(name[1:]) + 500))


def plug(name, where):
    return Op("nic_connect", name=name, switch="s0", port=where)


def pull(name):
    return Op("nic_disconnect", name=name)


def switch(**settings):
    return Op("switch_set", name="s0", **settings)


def entry(number, where, flags=0):
    return Op("fdb_new", flags, switch="s0", mac=mac(number), port=where)


def forget(number):
    return Op("fdb_del", switch="s0", mac=mac(number))


def flush(**filters):
    return Op("fdb_flush", switch="s0", static=True, **filters)


START = [Op("switch_new", name="s0"), port("p0"), port("p1"), nic("v0", "guest"),
         nic("v1", "host")]

# What was there before, and the transaction.
CASES = {
    "protocol, NIC, protocol back": ([], [
        switch(protocol=0x88a8), plug("v0", "p0"), switch(protocol=0x8100)]),
    "protocol, NIC, the same protocol": ([], [
        switch(protocol=0x88a8), plug("v0", "p0"), switch(protocol=0x88a8)]),
    "entry, flush, entry": ([], [entry(5, "p0"), flush(), entry(5, "p0")]),
    "entry, flush, delete": ([], [entry(5, "p0"), flush(), forget(5)]),
    "entry moves there and back": ([entry(5, "p0")], [
        flush(port="p0"), entry(5, "p1"), flush(port="p1"), entry(5, "p0")]),
    "entry moves, its old port is flushed": ([entry(5, "p0")], [
        entry(5, "p1", OP_REPLACE), flush(port="p0"), forget(5)]),
    "entry moves, its old port goes": ([entry(5, "p0")], [
        entry(5, "p1", OP_REPLACE), drop("p0"), forget(5)]),
    "port goes and comes, twice": ([entry(5, "p0")], [
        drop("p0"), port("p0"), entry(5, "p0"), drop("p0"), port("p0"), entry(5, "p0")]),
    "limit is lowered": ([], [switch(fdb_max=1), entry(1, "p0"), entry(2, "p0")]),
    "limit is raised": ([switch(fdb_max=1)], [
        switch(fdb_max=9), entry(1, "p0"), entry(2, "p0")]),
    "entry makes room": ([switch(fdb_max=1)], [entry(1, "p0"), forget(1), entry(2, "p0")]),
}


def at_once(vsw, ops):
    """None, or which was refused and with which errno."""
    try:
        vsw.batch(ops)
    except netlink.NetlinkError as error:
        return genl.BATCH_ERROR.unpack(error.cookie)[0], error.errno
    return None


def one_by_one(vsw, ops):
    for number, op in enumerate(ops):
        try:
            vsw.batch([op])
        except netlink.NetlinkError as error:
            return number, error.errno
    return None


@pytest.mark.parametrize("before,ops", CASES.values(), ids=CASES.keys())
def test_the_same(bed, before, ops):
    twin = bed.keep(Twin(bed))
    for host in (bed, twin):
        for op in START + before:
            host.vsw.batch([op])
        host.links.up("v0", "v1")
    outcome = at_once(bed.vsw, ops)
    assert outcome == one_by_one(twin.vsw, ops)
    if outcome is None:
        check_same(bed, twin, OURS)


def test_a_dry_run_plugs_nothing_in(bed, events):
    """A NIC that was unplugged by hand stays so, though another name was bound to."""
    bed.vsw.batch(START + [change("p0", bind="v0")])
    bed.vsw.disconnect("v0")
    events.forget()
    before = snapshot(bed.vsw, bed.links)
    bed.vsw.batch([change("p0", bind="w0"), Op("nic_new", name="w0", kind="guest")],
                  dry_run=True)
    # what is taken later is taken behind this
    bed.vsw.add_port("s0", "p9", bind="w9")
    bed.vsw.add_nic("w9")
    events.wait(object="nic", event="connect")
    bed.vsw.del_port("s0", "p9")
    bed.vsw.del_nic("w9")
    assert difference(before, snapshot(bed.vsw, bed.links)) == ""
