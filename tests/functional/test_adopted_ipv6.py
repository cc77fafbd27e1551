# SPDX-License-Identifier: GPL-2.0
"""The host's IPv6 says nothing on a netdev that is not the host's own: what is plugged
in, a vswtap, and the switch's own netdev.

     h1 ~~~ e1 p1 +-----+       r1 ~~~ r2
            v2 p2 | sw0 |       of the host's own: what comes there would come at h1
                  +-----+
"""

import select

import pytest

from lib import netlink, ns
from lib.frames import Packets, frame

IPV6 = 0x86dd
ROUTER_SOLICITATION = 133
# How soon it speaks: without delays, and again every second.
EAGER = {"disable_ipv6": 0, "accept_dad": 1, "dad_transmits": 1, "accept_ra": 1,
         "router_solicitation_delay": 0, "router_solicitation_interval": 1,
         "router_solicitations": -1}


def conf(netdev, name, value=None):
    path = f"/proc/sys/net/ipv6/conf/{netdev}/{name}"
    if value is None:
        with open(path) as file:
            return int(file.read())
    with open(path, "w") as file:
        file.write(str(value))


def make_eager(netdev):
    for name, value in EAGER.items():
        conf(netdev, name, value)


def link_local(netdev):
    """Its IPv6 addresses."""
    return [address["local"] for link in ns.ip_json(f"-6 addr show dev {netdev}")
            for address in link.get("addr_info", [])]


def add_eager_veth(bed, near, far):
    bed.links.add_veth(near, far)
    make_eager(near)
    bed.links.up(far)
    return bed.keep(Packets(far))


class Reference:
    """A netdev that is the host's, and how long it takes until it has spoken."""

    def __init__(self, bed):
        self.far = add_eager_veth(bed, "r1", "r2")
        self.bed = bed

    def wait(self, solicitations=2):
        """Up from now on, until it has looked for routers so often."""
        self.bed.links.up("r1")
        seen = 0
        while seen < solicitations:
            ready = select.select([self.far], [], [], netlink.DEADLINE)[0]
            assert ready, "the host's own netdev is silent"
            seen += sum(is_solicitation(one) for one in self.far.take())


def is_solicitation(one):
    return one.ethertype == IPV6 and one.payload[6] == 58 \
        and one.payload[40] == ROUTER_SOLICITATION


def ipv6_of(frames):
    return [one for one in frames if one.ethertype == IPV6]


def plug_in(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1", nic="e1")
    bed.vsw.wait_port("sw0", "p1")


@pytest.fixture
def reference(bed):
    return Reference(bed)


def test_silent_when_the_switch_sets_it_up(bed, reference):
    far = add_eager_veth(bed, "e1", "h1")
    plug_in(bed)
    reference.wait()
    assert far.take() == []
    assert link_local("e1") == []
    assert conf("e1", "disable_ipv6") == 1


def test_silent_also_if_it_was_up_before(bed, reference):
    """What is under way ends: it has an address, and looks for routers for ever."""
    far = add_eager_veth(bed, "e1", "h1")
    bed.links.up("e1")
    bed.switch()
    assert select.select([far], [], [], netlink.DEADLINE)[0]
    bed.vsw.add_port("sw0", "p1", nic="e1")
    far.take()
    reference.wait()
    assert far.take() == []


def test_silent_on_a_host_that_routes(bed, reference):
    """A router is a member of groups, of which it tells when a link comes up."""
    conf("r1", "forwarding", 1)
    far = add_eager_veth(bed, "e1", "h1")
    conf("e1", "forwarding", 1)
    plug_in(bed)
    bed.links.up("r1")
    while not ipv6_of(reference.far.take()):
        assert select.select([reference.far], [], [], netlink.DEADLINE)[0]
    conf("r1", "forwarding", 0)
    reference.wait(1)
    assert far.take() == []


@pytest.mark.parametrize("how", ["all", "own", "mtu"])
def test_silent_even_if_someone_enables_it(bed, reference, how):
    far = add_eager_veth(bed, "e1", "h1")
    plug_in(bed)
    try:
        if how == "mtu":            # too small for IPv6, which begins anew afterwards
            conf("default", "disable_ipv6", 0)
            bed.links.mtu("e1", 1000)
            bed.links.mtu("e1", 1500)
        else:
            conf("e1" if how == "own" else "all", "disable_ipv6", 0)
        assert conf("e1", "disable_ipv6") == 1
        reference.wait()
    finally:
        ns.silence_ipv6()
    assert ipv6_of(far.take()) == []


def test_speaks_again_when_given_back(bed):
    far = add_eager_veth(bed, "e1", "h1")
    plug_in(bed)
    bed.vsw.disconnect("e1")
    assert conf("e1", "disable_ipv6") == 0
    assert far.take() == []
    bed.links.up("e1")
    while not any(is_solicitation(one) for one in far.take()):
        assert select.select([far], [], [], netlink.DEADLINE)[0]
    assert [address[:4] for address in link_local("e1")] == ["fe80"]


def test_addresses_of_before_are_there_when_given_back(bed):
    """If it was not closed meanwhile."""
    far = add_eager_veth(bed, "e1", "h1")
    conf("e1", "accept_dad", 0)
    bed.links.up("e1")
    while not any(is_solicitation(one) for one in far.take()):
        assert select.select([far], [], [], netlink.DEADLINE)[0]
    before = link_local("e1")
    assert before
    bed.switch()
    bed.vsw.add_port("sw0", "p1", nic="e1")
    bed.vsw.disconnect("e1")
    assert link_local("e1") == before
    assert conf("e1", "disable_ipv6") == 0


def test_who_had_it_disabled_finds_it_so(bed):
    bed.links.add_veth("e1", "h1")
    conf("e1", "disable_ipv6", 1)
    bed.switch()
    bed.vsw.add_port("sw0", "p1", nic="e1")
    bed.vsw.disconnect("e1")
    assert conf("e1", "disable_ipv6") == 1


@pytest.mark.parametrize("forwarding", [0, 1])
def test_nothing_is_sent_in_the_name_of_a_machine(bed, reference, forwarding):
    bed.switch()
    a = bed.station("p1")
    bed.vsw.add_nic("v2", "tap")
    make_eager("v2")
    conf("v2", "forwarding", forwarding)
    bed.vsw.add_port("sw0", "p2", nic="v2")
    bed.links.up("v2")
    bed.vsw.wait_port("sw0", "p2")
    reference.wait()
    assert a.take() == []
    assert link_local("v2") == []
    assert not any(bed.vsw.stats("sw0", "p2")[f"from_{cast}_packets"]
                   for cast in ("unicast", "multicast", "broadcast"))
    sent = frame(src=1)
    a.send(sent)
    bed.clock.settle()
    assert bed.vsw.stats("sw0", "p1")["from_broadcast_packets"] == 1


def test_tap_stays_silent_if_someone_enables_it(bed, reference):
    bed.switch()
    a = bed.station("p1")
    bed.vsw.add_nic("v2", "tap")
    bed.vsw.add_port("sw0", "p2", nic="v2")
    bed.links.up("v2")
    bed.links.wait_ready("v2")
    make_eager("v2")
    assert conf("v2", "disable_ipv6") == 1
    reference.wait()
    assert a.take() == []


def test_switch_has_no_address(bed, reference):
    bed.vsw.add_switch("sw0", up=0)
    make_eager("sw0")
    bed.vsw.set_switch("sw0", up=1)
    reference.wait(1)
    assert link_local("sw0") == []
    assert ns.ip_json("-s link show sw0")[0]["stats64"]["tx"]["dropped"] == 0


def test_host_nic_speaks(bed):
    """It is the host's own, after all."""
    bed.switch()
    a = bed.station("p1")
    bed.vsw.add_nic("g2", "host")
    make_eager("g2")
    bed.vsw.add_port("sw0", "p2", nic="g2")
    bed.links.up("g2")
    while not ipv6_of([*a.end.take()]):
        assert select.select([a.end], [], [], netlink.DEADLINE)[0]
    bed.drain()
