# SPDX-License-Identifier: GPL-2.0
"""What an adopted netdev is set to: taken, followed while it is plugged in, given back.

     h1 ~~~ e1 p1 +-----+ p2 x1 ~~~ veth, tap, bond, team, vlan, ...
                  | sw0 |
                  +-----+           see lib/cables.py
"""

import select
import socket

import pytest

from lib import ns, rtnl
from lib.cables import CARRYING, FAR, KINDS, SPACE
from lib.frames import Packets, frame
from lib.genl import Op, trunk
from lib.hosts import transfer

TRUNK = trunk("10,20", native=1)
FILTERS = ("rx-vlan-filter", "rx-vlan-stag-filter")
LRO = "large-receive-offload"


def features(netdev, netns=None):
    """Whether they are on, by name."""
    place = ["ip", "netns", "exec", netns] if netns else []
    lines = ns.run(*place, "ethtool", "-k", netdev).splitlines()[1:]
    return {name.strip(): value.split()[0] == "on"
            for name, value in (line.split(":") for line in lines)}


def looks(netdev):
    """All that can be seen of it, but its queueing discipline."""
    link = ns.ip_json(f"-d link show {netdev}")[0]
    # a bond looks for its carrier only now and then
    link["flags"] = sorted({*link["flags"]} - {"NO-CARRIER", "LOWER_UP"})
    for passing in ("operstate", "linkinfo", "qdisc"):
        link.pop(passing, None)
    with open(f"/proc/sys/net/ipv6/conf/{netdev}/disable_ipv6") as file:
        link["disable_ipv6"] = file.read()
    return link, features(netdev)


# --- Taken and given back --------------------------------------------------------------

@pytest.mark.parametrize("was_up", [False, True], ids=["down", "up"])
@pytest.mark.parametrize("kind", KINDS)
def test_given_back_as_found(bed, kind, was_up):
    cable = KINDS[kind](bed)
    if was_up:
        bed.links.up("x1")
        cable.wait_ready()
    with open("/proc/sys/net/ipv6/conf/x1/disable_ipv6", "w") as file:
        file.write("0")
    before, before_features = looks("x1")
    bed.switch()
    x = cable.plug("p2", **TRUNK)
    during, during_features = looks("x1")
    assert during["promiscuity"] == before["promiscuity"] + 1
    assert during["master"] == "sw0" and during["disable_ipv6"] == "1\n"
    assert not any(during_features[name] for name in (*FILTERS, LRO))
    bed.vsw.disconnect("x1")
    after, after_features = looks("x1")
    assert after == before
    assert after_features == before_features
    assert x.show()["down_reason"] == "no-nic"


@pytest.mark.parametrize("names", [(LRO,), FILTERS, (LRO, *FILTERS)], ids=["lro", "filters", "both"])
def test_features_are_off_while_plugged_in(bed, names):
    """A bond has them all, and lets them be turned off and on."""
    KINDS["bond"](bed)
    for name in (LRO, *FILTERS):
        ns.run("ethtool", "-K", "x1", name, "on" if name in names else "off")
    before = features("x1")
    assert [name for name in (LRO, *FILTERS) if before[name]] == list(names)
    bed.switch()
    bed.vsw.add_port("sw0", "p2", nic="x1")
    during = features("x1")
    assert not any(during[name] for name in (LRO, *FILTERS))
    assert {name for name in before if before[name] != during[name]} == set(names)
    bed.vsw.disconnect("x1")
    assert features("x1") == before


def test_lro_cannot_be_turned_on_while_plugged_in(bed):
    KINDS["bond"](bed)
    bed.switch()
    bed.vsw.add_port("sw0", "p2", nic="x1")
    ns.refused("ethtool", "-K", "x1", LRO, "on")
    assert not features("x1")[LRO]


def test_refused_transaction_changes_nothing(bed):
    """Nor does a dry run: not even for a moment, as it would be for who watches."""
    KINDS["bond"](bed)
    before = looks("x1")
    bed.switch()
    ops = [Op("port_new", switch="sw0", name="p2", nic="x1")]
    bed.vsw.batch(ops, dry_run=True)
    assert looks("x1") == before
    bed.vsw.batch_refused([*ops, Op("port_new", switch="sw9", name="p3")])
    assert looks("x1") == before
    assert bed.vsw.nics() == []


def test_promiscuity_reaches_what_is_below(bed):
    """A VLAN takes its real netdev along, a bond its active one."""
    KINDS["vlan"](bed)
    bed.switch()
    bed.vsw.add_port("sw0", "p2", nic="x1")
    bed.vsw.wait_port("sw0", "p2")
    assert bed.links.get("under")["promiscuity"] == 1
    bed.vsw.disconnect("x1")
    assert bed.links.get("under")["promiscuity"] == 0


def test_promiscuity_follows_a_bond_that_fails_over(bed):
    cable = KINDS["bond"](bed)
    bed.switch()
    cable.plug("p2", role="uplink")

    def promiscuous():
        return [bed.links.get(name)["promiscuity"] for name in ("s1", "s2")]

    assert promiscuous() == [1, 0]
    cable.far.down("t1")
    bed.links.wait("s2", lambda link: link["promiscuity"] == 1, "promiscuity")
    assert promiscuous() == [0, 1]
    bed.vsw.disconnect("x1")
    assert promiscuous() == [0, 0]


# --- MTU -------------------------------------------------------------------------------

def can_take(kind):
    """The largest MTU to try."""
    return 1500 if kind in ("vlan", "vxlan", "geneve") else 4000


@pytest.mark.parametrize("kind", KINDS)
def test_mtu_changes_while_plugged_in(bed, kind):
    """What does not fit any more is dropped where it would leave, under its name."""
    cable = KINDS[kind](bed)
    bed.switch()
    a = bed.station("p1", mtu=9000, **TRUNK)
    x = cable.plug("p2", **TRUNK)
    largest = can_take(kind)
    if kind not in ("tap", "dummy"):
        cable.far.mtu(FAR, largest)
    too_large = 0
    for mtu in (1500, 1000, largest, 1500):
        bed.links.mtu("x1", mtu)
        fits = [frame(src=1, size=14 + mtu), frame(src=1, size=14 + mtu, tag=10)]
        a.send(*fits, frame(src=1, size=15 + mtu), frame(src=1, size=15 + mtu, tag=10))
        too_large += 2
        bed.expect({x: fits} if cable.carries else {})
        assert x.drops() == {"to_oversize": too_large} and a.drops() == {}
        assert bed.vsw.nic("x1")["mtu"] == mtu
        assert x.show()["oper"] == 1
    assert x.stats()["to_broadcast_packets"] == 8


@pytest.mark.parametrize("kind", ["veth", "tap", "bond"])
def test_larger_frames_come_in_once_the_mtu_allows(bed, kind):
    cable = KINDS[kind](bed)
    bed.switch()
    a = bed.station("p1", mtu=9000)
    x = cable.plug("p2", role="uplink")
    if kind != "tap":
        cable.far.mtu(FAR, 9000)
        with pytest.raises(OSError):        # dropped by the netdev itself
            x.send(frame(src=2, size=4014))
        bed.expect({})
        assert x.stats()["from_broadcast_packets"] == 0
    bed.links.mtu("x1", 9000)
    sent = [frame(src=2, size=4014), frame(src=2, size=9014)]
    x.send(*sent)
    bed.expect({a: sent})
    bed.vsw.set_switch("sw0", mtu=4000)
    x.send(*sent)
    bed.expect({a: sent[:1]})
    assert x.drops() == {"from_oversize": 1}


# --- Features change under a stream ------------------------------------------------------

# Each depends on some behind it.
OFFLOADS = ("tso", "gso", "gro", "tx", "sg")


class Hosts:
    """A host NIC in a namespace, and the far end of a cable: 192.0.2.1 and .2"""

    def __init__(self, bed, kind):
        self.cable = KINDS[kind](bed)
        bed.switch()
        ns.add("one")
        bed.vsw.add_nic("g1")
        bed.vsw.add_port("sw0", "p1", nic="g1", **TRUNK)
        with ns.open_file("one") as space:
            bed.links.move("g1", space)
        with rtnl.links_in("one") as links:
            links.address("g1", "192.0.2.1")
            links.up("g1")
        self.port = self.cable.plug("p2", **TRUNK)
        self.cable.far.address(FAR, "192.0.2.2")
        bed.vsw.wait_port("sw0", "p1")
        with ns.inside("one"):
            self.one = bed.keep(socket.socket())
        with ns.inside(SPACE):
            server = bed.keep(socket.socket())
        server.bind(("192.0.2.2", 7))
        server.listen()
        self.one.settimeout(60)
        self.one.connect(("192.0.2.2", 7))
        self.two = bed.keep(server.accept()[0])


@pytest.mark.parametrize("kind", [kind for kind in CARRYING if kind != "tap"])
def test_features_change_under_a_stream(bed, kind):
    """Whatever the netdev can do at a time, all octets arrive, both ways."""
    hosts = Hosts(bed, kind)
    transfer(hosts.one, hosts.two, 1 << 21)
    for turn, names in (("off", OFFLOADS), ("on", reversed(OFFLOADS))):
        for name in names:
            ns.run("ethtool", "-K", "x1", name, turn)
            transfer(hosts.one, hosts.two, 1 << 19)
            transfer(hosts.two, hosts.one, 1 << 19)
    assert not any(bed.vsw.stats("sw0", "p1")["drops"].values())
    assert not any(bed.vsw.stats("sw0", "p2")["drops"].values())


@pytest.mark.parametrize("kind", ["vxlan", "geneve"])
def test_segments_out_of_a_tunnel_are_measured(bed, kind):
    """Without GRO there is no transport header but the outer packet's."""
    hosts = Hosts(bed, kind)
    ns.run("ethtool", "-K", "x1", "gro", "off")
    transfer(hosts.two, hosts.one, 1 << 20)
    assert hosts.port.drops() == {}
    bed.vsw.set_switch("sw0", mtu=1450)
    hosts.two.setblocking(True)
    hosts.two.send(bytes(60000))
    bed.clock.settle()
    assert select.select([hosts.one], [], [], 0)[0] == []
    assert hosts.port.drops()["from_oversize"] >= 1
    bed.vsw.set_switch("sw0", mtu=1500)
    hosts.one.settimeout(60)
    hosts.one.setblocking(True)
    got = 0
    while got < 60000:
        got += len(hosts.one.recv(65536))


def test_segments_leave_when_segmentation_is_off(bed):
    """With it on the far end of a veth pair gets packets larger than the MTU."""
    hosts = Hosts(bed, "veth")
    with ns.inside(SPACE):
        sniffer = bed.keep(Packets(FAR))

    def largest():
        for _ in iter(sniffer.receive_octets, None):
            pass
        transfer(hosts.one, hosts.two, 1 << 20)
        return max(len(data) for data, _ in iter(sniffer.receive_octets, None))

    assert largest() > 10000
    ns.run("ethtool", "-K", "x1", "tso", "off", "gso", "off")
    assert largest() == 1514
    ns.run("ethtool", "-K", "x1", "tso", "on", "gso", "on")
    assert largest() > 10000
