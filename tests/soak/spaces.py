# SPDX-License-Identifier: GPL-2.0
"""Network namespaces that end while frames are sent into them and out of them.

    guests: a namespace with a guest NIC       houses: a namespace with a switch

       +- namespace -+                            +------- namespace --------+
       |   k-NUMBER  |                            |  b0--a0   +-g            |
       +------|------+                            |      | inner |           |
     soak ----+ port "guest"                      |      +-+---+-+           |
                                                  +--------|---|-------------+
                                                      c-NUMBER v-NUMBER (a guest NIC)

A namespace lives as long as its name or a socket in it: the name goes first, then
the process that sends is killed.
"""

import contextlib

from lib import ns
from crew import QuietVsw, quiet_links, wait_for
from jobs import SWITCH, VLANS
from traffic import sending


def _unplugged(vsw, port):
    return not vsw.port(SWITCH, port).get("nic")


def guests(job):
    vsw, links = QuietVsw(), quiet_links()
    vsw.add_port(SWITCH, "guest")
    number = 0
    while job.running():
        number += 1
        space, nic = ns.add(f"guest{number}"), f"k-{number}"
        vsw.add_nic(nic, "guest")
        vsw.set_port(SWITCH, "guest", nic=nic, **job.random.choice(VLANS))
        with ns.open_file(space) as file:
            links.move(nic, file)
        with _links_in(space) as inner:
            inner.up(nic)
        with sending(job, "frames", [nic], space):
            ns.delete(space)
        job.count("killed")
        wait_for(lambda: _unplugged(vsw, "guest"), f"{nic} is gone")
    vsw.del_port(SWITCH, "guest")


@contextlib.contextmanager
def _links_in(space):
    with ns.inside(space):
        links = quiet_links()
    try:
        yield links
    finally:
        links.close()


@contextlib.contextmanager
def _vsw_in(space):
    with ns.inside(space):
        vsw = QuietVsw()
    try:
        yield vsw
    finally:
        vsw.close()


def _build(job, space, cable, guest):
    """The switch in the namespace. Its sockets are closed before anyone is started,
    who would keep the namespace alive with copies of them."""
    with _links_in(space) as links, _vsw_in(space) as vsw, open("/proc/self/ns/net") as home:
        links.add_veth("a0", "b0")
        links.add_veth("c0", cable)
        links.up("b0", "c0")
        vsw.add_switch("inner")
        vsw.add_nic("g0", "host")
        vsw.add_nic(guest, "guest")
        for port, nic in (("a", "a0"), ("c", "c0"), ("g", "g0"), ("v", guest)):
            vsw.add_port("inner", port, nic=nic)
        links.up("g0")
        links.move(cable, home)
        links.move(guest, home)
        vsw.add_fdb("inner", "02:00:00:00:00:05", "a")
        job.count("made")


def houses(job):
    vsw, links = QuietVsw(), quiet_links()
    number = 0
    while job.running():
        number += 1
        space, cable, guest = ns.add(f"house{number}"), f"c-{number}", f"v-{number}"
        _build(job, space, cable, guest)
        links.up(cable, guest)
        with sending(job, "frames_out", [cable, guest]):
            with sending(job, "frames_in", ["b0", "g0"], space):
                ns.delete(space)
            job.count("killed")
            wait_for(lambda: links.get(cable) is None, f"{cable} is gone")
            wait_for(lambda: not vsw.nic(guest).get("switch"), f"{guest} is unplugged")
        job.attempt("guest", vsw.del_nic, guest)
