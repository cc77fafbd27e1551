# SPDX-License-Identifier: GPL-2.0
"""Two hosts that must be the same, and one that must not have changed.

     initial namespace                    namespace "twin"
     OP OP OP at once          ===        OP, OP, OP one by one
"""

from . import genl, ns, rtnl, wait
from .netlink import parse_attributes
from .state import difference, snapshot

SAME_S = 10             # the core tells of a carrier at most once in a second

# What the core does with a carrier a moment later; statistics; addresses of others.
IFLA_QDISC, IFLA_STATS, IFLA_STATS64, IFLA_AF_SPEC = 6, 7, 23, 26
LATER = {IFLA_QDISC, IFLA_STATS, IFLA_STATS64, IFLA_AF_SPEC, rtnl.IFLA_OPERSTATE}
IFF_RUNNING, IFF_DORMANT = 0x40, 0x20000


def netdev(message):
    """All that the core tells of it at once."""
    _, kind, index, flags, _ = rtnl.IFINFO.unpack_from(message.body)
    found = {"index": index, "type": kind, "flags": flags & ~(IFF_RUNNING | IFF_DORMANT)}
    for number, payload in parse_attributes(message.body[rtnl.IFINFO.size:]):
        if number not in LATER:
            found[number] = payload
    return found


def whole(host):
    """Switches, ports, NICs, entries, and netdevs with the changes of their carriers."""
    body = rtnl.IFINFO.pack(0, 0, 0, 0, 0)
    netdevs = host.links.socket.dump(rtnl.RTM_GETLINK, body)
    return snapshot(host.vsw) | {"netdevs": [netdev(message) for message in netdevs]}


def comparable(host, ours):
    """The same of two hosts, and of those of their netdevs that are ours: without
    numbers that are never used again, and without addresses that are random."""
    netdevs = host.links.all()
    names = {link["ifindex"]: link["ifname"] for link in netdevs}
    state = snapshot(host.vsw)
    for things in state.values():
        for thing in things:
            for number in ("id", "ifindex", "nic_ifindex"):
                thing.pop(number, None)
            if thing.get("kind") == "netdev":
                thing.pop("mac", None)
    state["netdevs"] = [
        {"ifname": link["ifname"], "up": link["up"], "mtu": link["mtu"],
         "lower_up": link["lower_up"], "promiscuity": link["promiscuity"],
         "master": names.get(link.get("master")),
         "address": link["address"] if link.get("kind") == "vswnic" else None}
        for link in netdevs if link["ifname"] in ours]
    return state


class Twin:
    """Another host, in a namespace."""

    def __init__(self, bed):
        self.clock = bed.clock
        with self.inside(ns.add("twin")):
            self.vsw, self.links = genl.Vsw(), rtnl.Links()

    def inside(self, name="twin"):
        return ns.inside(name)

    def close(self):
        self.vsw.close()
        self.links.close()


def check_same(one, other, ours):
    """Ports take what they are bound to, and hear of a carrier, a moment later."""
    def changed():
        return difference(comparable(one, ours), comparable(other, ours))

    try:
        wait.until(lambda: not changed(), "the same", timeout=SAME_S)
    except AssertionError:
        assert not changed(), f"- at once, + one by one\n{changed()}"
