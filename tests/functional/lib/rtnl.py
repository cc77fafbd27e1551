# SPDX-License-Identifier: GPL-2.0
"""Netdevs by rtnetlink, without a process for each command.

What a test is about is written with ip(8), see ns.ip(); this is for the set-up
and for waiting until a link is ready to carry frames.
"""

import contextlib
import select
import socket
import struct
import time

from . import netlink, ns
from .netlink import attribute, nest, string, u32

RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_NEWADDR = 16, 17, 18, 20
RTNLGRP_LINK = 1

IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINK = 1, 3, 4, 5
IFLA_MASTER, IFLA_OPERSTATE, IFLA_LINKINFO = 10, 16, 18
IFLA_NET_NS_FD, IFLA_GROUP, IFLA_PROMISCUITY, IFLA_CARRIER = 28, 27, 30, 33
IFLA_INFO_KIND, IFLA_INFO_DATA = 1, 2
IFA_ADDRESS, IFA_LOCAL = 1, 2
VETH_INFO_PEER = 1

IFF_UP = 0x1
IFF_LOWER_UP = 0x10000
OPER_UP = 6

# All netdevs that tests make are in one group, to be deleted with one request.
GROUP = 4711

IFINFO = struct.Struct("=BxHiII")
IFADDR = struct.Struct("=BBBBI")

WORDS = {IFLA_MTU: "mtu", IFLA_MASTER: "master", IFLA_LINK: "link",
         IFLA_GROUP: "group", IFLA_PROMISCUITY: "promiscuity"}


def _link(message):
    """A netdev as a dictionary."""
    _, kind, index, flags, _ = IFINFO.unpack_from(message.body)
    found = {"ifindex": index, "type": kind, "flags": flags,
             "up": bool(flags & IFF_UP), "lower_up": bool(flags & IFF_LOWER_UP),
             "gone": message.kind == RTM_DELLINK}
    for number, payload in netlink.parse_attributes(message.body[IFINFO.size:]):
        if number == IFLA_IFNAME:
            found["ifname"] = payload.rstrip(b"\0").decode(errors="surrogateescape")
        elif number == IFLA_ADDRESS:
            found["address"] = payload.hex(":")
        elif number == IFLA_OPERSTATE:
            found["oper_up"] = payload[0] == OPER_UP
        elif number in WORDS:
            found[WORDS[number]] = struct.unpack("=I", payload)[0]
        elif number == IFLA_LINKINFO:
            info = dict(netlink.parse_attributes(payload))
            found["kind"] = info.get(IFLA_INFO_KIND, b"").rstrip(b"\0").decode()
    return found


class Links:
    """The netdevs of the network namespace that the caller is in."""

    def __init__(self):
        self.socket = netlink.Socket(netlink.NETLINK_ROUTE)
        self.events = netlink.Socket(netlink.NETLINK_ROUTE, lossy=True)
        self.events.join(RTNLGRP_LINK)

    def close(self):
        self.socket.close()
        self.events.close()

    def _change(self, kind, attributes, index=0, flags=0, change=0, nl_flags=0):
        body = IFINFO.pack(0, 0, index, flags, change) + b"".join(attributes)
        self.socket.request(kind, body, nl_flags)

    def _create(self, name, kind, *data, common=attribute(IFLA_GROUP, u32(GROUP))):
        info = nest(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, string(kind)),
                    nest(IFLA_INFO_DATA, *data) if data else b"")
        self._change(RTM_NEWLINK, [attribute(IFLA_IFNAME, string(name)), common, info],
                     nl_flags=netlink.NLM_F_CREATE | netlink.NLM_F_EXCL)

    def add(self, name, kind):
        self._create(name, kind)

    def add_veth(self, name, peer, mtu=1500, group=GROUP):
        common = attribute(IFLA_MTU, u32(mtu)) + attribute(IFLA_GROUP, u32(group))
        peer_data = (IFINFO.pack(0, 0, 0, 0, 0) + attribute(IFLA_IFNAME, string(peer))
                     + common)
        self._create(name, "veth",
                     attribute(VETH_INFO_PEER | netlink.NLA_F_NESTED, peer_data),
                     common=common)

    def delete(self, name):
        self._change(RTM_DELLINK, [attribute(IFLA_IFNAME, string(name))])

    def delete_all(self):
        """Every netdev that a test made and that is in this namespace."""
        self._change(RTM_DELLINK, [attribute(IFLA_GROUP, u32(GROUP))])

    def set(self, name, *attributes, flags=0, change=0):
        self._change(RTM_NEWLINK, attributes, index=self.index(name), flags=flags,
                     change=change)

    def up(self, *names):
        for name in names:
            self.set(name, flags=IFF_UP, change=IFF_UP)

    def down(self, *names):
        for name in names:
            self.set(name, change=IFF_UP)

    def mtu(self, name, size):
        self.set(name, attribute(IFLA_MTU, u32(size)))

    def rename(self, name, new):
        self.set(name, attribute(IFLA_IFNAME, string(new)))

    def move(self, name, namespace):
        """To another namespace, an open file that stands for it."""
        self.set(name, attribute(IFLA_NET_NS_FD, u32(namespace.fileno())))

    def address(self, name, address, length=24):
        """Give a netdev an IPv4 address."""
        octets = socket.inet_aton(address)
        body = IFADDR.pack(socket.AF_INET, length, 0, 0, self.index(name))
        self.socket.request(RTM_NEWADDR, body + attribute(IFA_LOCAL, octets)
                            + attribute(IFA_ADDRESS, octets), netlink.NLM_F_CREATE)

    def all(self):
        body = IFINFO.pack(0, 0, 0, 0, 0)
        return [_link(message) for message in self.socket.dump(RTM_GETLINK, body)]

    def get(self, name):
        """The netdev, or None."""
        body = IFINFO.pack(0, 0, 0, 0, 0) + attribute(IFLA_IFNAME, string(name))
        try:
            return _link(self.socket.request(RTM_GETLINK, body)[0])
        except netlink.NetlinkError:
            return None

    def index(self, name):
        link = self.get(name)
        assert link, f"there is no netdev {name}"
        return link["ifindex"]

    def wait(self, name, condition, what="the state waited for"):
        """Until a netdev meets a condition; it is None while there is none."""
        until = time.monotonic() + netlink.DEADLINE
        while True:
            self.events.drain()
            link = self.get(name)
            if condition(link):
                return link
            left = until - time.monotonic()
            assert left > 0, f"{name} did not reach {what}: {link}"
            select.select([self.events], [], [], min(left, 1))

    def wait_ready(self, name):
        """Until frames can be sent: a carrier that came while the netdev was up has been
        acted upon. (If it was there before, frames can be sent at once; but it may take
        the kernel a second to say so.)"""
        return self.wait(name, lambda link: link and link.get("oper_up"), "oper up")

    def wait_carrier(self, name, there):
        return self.wait(name, lambda link: link and link["lower_up"] == there,
                         f"carrier {there}")

    def wait_gone(self, name):
        return self.wait(name, lambda link: link is None, "its end")


@contextlib.contextmanager
def links_in(name):
    """The netdevs of another namespace."""
    with ns.inside(name):
        links = Links()
    try:
        yield links
    finally:
        links.close()
