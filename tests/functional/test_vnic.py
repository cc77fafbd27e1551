# SPDX-License-Identifier: GPL-2.0
"""Synthetic NICs (vswnic): the host's own presence on a switch, and a container's.

     host                 namespace red        namespace blue
     +-----------+        +-----------+        +-----------+
     | 192.0.2.1 |        | 192.0.2.2 |        | 192.0.2.3 |
     | kind host |        |kind guest |        |kind guest |
     +----h0-----+        +---red0----+        +--blue0----+
          |                     |                    |
        +-p0-------------------p1-------------------p2-+
        +--------------------- sw0 --------------------+
"""

import contextlib
import socket

import pytest

from lib import frames, ns
from lib.frames import BROADCAST, frame
from lib.genl import NetlinkError, Vsw, access, trunk
from lib.netlink import NLM_F_REPLACE
from lib.rtnl import links_in


def add_guest(bed, name, address, port, **settings):
    """A guest NIC in a namespace of that name, plugged in before it is moved."""
    ns.add(name)
    netdev = f"{name}0"
    bed.vsw.add_nic(netdev, "guest")
    bed.vsw.add_port("sw0", port, nic=netdev, **settings)
    with ns.open_file(name) as space:
        bed.links.move(netdev, space)
    with links_in(name) as links:
        links.address(netdev, address)
        links.up(netdev)
    bed.vsw.wait_port("sw0", port)


def add_host(bed, name, address, port, **settings):
    bed.vsw.add_nic(name, "host")
    bed.vsw.add_port("sw0", port, nic=name, **settings)
    bed.links.address(name, address)
    bed.links.up(name)
    bed.vsw.wait_port("sw0", port)


@contextlib.contextmanager
def place(name):
    """In a namespace, or where we are."""
    with ns.inside(name) if name else contextlib.nullcontext():
        yield


def udp(name):
    with place(name):
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def talk(one, two, address):
    """A datagram there and back: addresses are resolved on the way."""
    word = frame().payload
    with udp(one) as client, udp(two) as server:
        server.bind((address, 7))
        client.settimeout(60)
        server.settimeout(60)
        client.sendto(word, (address, 7))
        data = b""
        while data != word:         # what was on its way before is not meant
            data, peer = server.recvfrom(100)
        server.sendto(b"pong", peer)
        assert client.recv(100) == b"pong"


@pytest.mark.short
def test_host_and_containers_talk(bed):
    bed.switch()
    add_host(bed, "h0", "192.0.2.1", "p0")
    add_guest(bed, "red", "192.0.2.2", "p1")
    add_guest(bed, "blue", "192.0.2.3", "p2")
    talk(None, "red", "192.0.2.2")
    talk("red", "blue", "192.0.2.3")
    talk("blue", None, "192.0.2.1")
    learned = {entry["port"] for entry in bed.vsw.fdb("sw0")}
    assert learned == {"p0", "p1", "p2"}


def test_ping(bed):
    """As a user does it."""
    bed.switch()
    add_host(bed, "h0", "192.0.2.1", "p0")
    add_guest(bed, "red", "192.0.2.2", "p1")
    ns.run("ping", "-c", "3", "-i", "0.02", "-W", "30", "192.0.2.2")


def test_vlans_keep_guests_apart(bed):
    bed.switch()
    add_guest(bed, "red", "192.0.2.2", "p1", **access(10))
    add_guest(bed, "blue", "192.0.2.3", "p2", **access(20))
    with udp("red") as client:
        client.sendto(b"ping", ("192.0.2.3", 7))
    bed.clock.settle()
    assert bed.vsw.stats("sw0", "p1")["drops"]["from_no_target"] >= 1
    assert bed.vsw.stats("sw0", "p2")["to_broadcast_packets"] == 0
    bed.vsw.set_port("sw0", "p2", **access(10))
    talk("red", "blue", "192.0.2.3")


# --- Settings -----------------------------------------------------------------------

@pytest.mark.parametrize("kind", ["host", "guest"])
def test_nic_as_made(bed, kind, events):
    bed.vsw.add_nic("g1", kind, mac="02:00:00:00:00:aa", mtu=1400, queues=4)
    nic = bed.vsw.nic("g1")
    assert nic == {"name": "g1", "ifindex": bed.links.index("g1"), "kind": kind,
                   "mac": "02:00:00:00:00:aa", "mtu": 1400, "queues": 4, "carrier": 0,
                   "connected": 0}
    link = bed.links.get("g1")
    assert (link["address"], link["mtu"], link["kind"]) == (nic["mac"], 1400, "vswnic")
    event = events.wait(object="nic", event="new")
    assert (event["name"], event["kind"]) == ("g1", kind)
    bed.vsw.del_nic("g1")
    assert events.wait(object="nic", event="del")["name"] == "g1"
    assert bed.vsw.nics() == [] and bed.links.get("g1") is None


def test_defaults(bed):
    for name in ("g1", "g2"):
        bed.vsw.add_nic(name)
    first, second = bed.vsw.nics()
    assert (first["mtu"], first["queues"], first["carrier"]) == (1500, 1, 0)
    assert first["mac"] != second["mac"]
    assert int(first["mac"][:2], 16) & 3 == 2, "a local address of a station"


@pytest.mark.parametrize("settings, code", [
    (dict(mtu=67), "EINVAL"), (dict(mtu=65536), "EINVAL"), (dict(queues=0), "EINVAL"),
    (dict(queues=65), "EINVAL"), (dict(mac="00:00:00:00:00:00"), "EINVAL"),
    (dict(mac=BROADCAST), "EINVAL"), (dict(mac="01:00:5e:00:00:01"), "EINVAL")])
def test_settings_out_of_range(bed, settings, code):
    with pytest.raises(NetlinkError, match=code):
        bed.vsw.add_nic("g1", **settings)
    assert bed.links.get("g1") is None


@pytest.mark.parametrize("settings", [dict(mtu=68), dict(mtu=65535), dict(queues=1),
                                      dict(queues=64)])
def test_settings_at_the_edge(bed, settings):
    bed.vsw.add_nic("g1", **settings)
    assert settings.items() <= bed.vsw.nic("g1").items()


def test_name_is_taken(bed):
    bed.links.add("x1", "dummy")
    bed.vsw.add_nic("g1")
    for name in ("x1", "g1", "lo"):
        with pytest.raises(NetlinkError, match="EEXIST"):
            bed.vsw.add_nic(name)


def test_replace_brings_it_to_the_settings(bed):
    bed.vsw.add_nic("g1", mtu=1400)
    bed.vsw.request("nic_new", NLM_F_REPLACE, name="g1", kind="guest", mtu=1300,
                    mac="02:00:00:00:00:bb")
    nic = bed.vsw.nic("g1")
    assert (nic["mtu"], nic["mac"]) == (1300, "02:00:00:00:00:bb")


def test_mtu_is_bounded_by_the_switch_for_its_user(bed):
    """Who administers the switch may raise it first on the one, then on the other."""
    bed.switch(mtu=1500)
    bed.guest("p1")
    ns.ip_refused("link set g1 mtu 1501")
    assert bed.vsw.nic("g1")["mtu"] == 1500
    ns.ip("link set g1 mtu 1400")
    bed.vsw.request("nic_new", NLM_F_REPLACE, name="g1", kind="guest", mtu=9000)
    assert bed.vsw.nic("g1")["mtu"] == 9000
    ns.ip("link set g1 mtu 1500")
    bed.vsw.set_switch("sw0", mtu=9000)
    ns.ip("link set g1 mtu 9000")


def test_queues_in_use_are_no_setting(bed):
    """ethtool -L: the NIC still has as many as it was made with."""
    bed.vsw.add_nic("g1", queues=4)
    ns.run("ethtool", "-L", "g1", "combined", "2")
    assert bed.vsw.nic("g1")["queues"] == 4
    bed.vsw.request("nic_new", NLM_F_REPLACE, name="g1", kind="guest", queues=4)
    with pytest.raises(NetlinkError, match="EINVAL"):
        bed.vsw.request("nic_new", NLM_F_REPLACE, name="g1", kind="guest", queues=2)


def test_mac_and_mtu_by_ip_link(bed):
    bed.vsw.add_nic("g1")
    ns.ip("link set g1 address 02:00:00:00:00:cc mtu 9000")
    nic = bed.vsw.nic("g1")
    assert (nic["mac"], nic["mtu"]) == ("02:00:00:00:00:cc", 9000)


def test_synthetic_nic_is_no_uplink(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    bed.vsw.add_nic("g1")
    with pytest.raises(NetlinkError, match="EINVAL"):
        bed.vsw.connect("g1", "sw0", "p1", role="uplink")
    assert "switch" not in bed.vsw.nic("g1")


# --- Plugged in and out ----------------------------------------------------------------

def test_not_plugged_in(bed):
    bed.vsw.add_nic("g1")
    bed.links.up("g1")
    nic = bed.vsw.nic("g1")
    assert nic["carrier"] == 0 and "switch" not in nic and "role" not in nic
    assert not bed.links.get("g1")["lower_up"]
    with pytest.raises(NetlinkError, match="ENOTCONN"):
        bed.vsw.disconnect("g1")


def test_moves_from_port_to_port(bed, events):
    bed.switch("sw0")
    bed.switch("sw1")
    g = bed.guest("p1")
    a = bed.station("p2")
    b = bed.station("p3", switch="sw1")
    bed.vsw.add_port("sw1", "p1")
    events.forget()
    bed.vsw.disconnect(g.nic)
    bed.vsw.connect(g.nic, "sw1", "p1")
    told = [(event["event"], event["switch"], event["port"])
            for event in events.read() if event["object"] == "nic"]
    assert told == [("disconnect", "sw0", "p1"), ("connect", "sw1", "p1")]
    bed.vsw.wait_port("sw1", "p1")
    bed.links.wait_ready(g.nic)
    one, two = frame(src=1), frame(src=2)
    g.send(one)
    bed.expect({b: [one]})
    a.send(two)
    bed.expect({})


def test_deleted_nic_leaves_its_port(bed):
    bed.switch()
    for number, delete in enumerate((bed.vsw.del_nic, lambda name:
                                     ns.ip(f"link del {name}"), bed.links.delete)):
        g = bed.guest(f"p{number}")
        delete(g.nic)
        port = g.show()
        assert port["down_reason"] == "no-nic" and "nic" not in port
    assert bed.vsw.nics() == []


def test_link_kind_cannot_be_made_by_ip_link_without_a_word(bed):
    """If it can, it is a guest NIC like any other."""
    if ns.ip("link add g9 type vswnic") == "":
        assert bed.vsw.nic("g9")["kind"] == "guest"


# --- In other namespaces ------------------------------------------------------------------

def test_nic_stays_connected_when_moved(bed):
    bed.switch()
    g = bed.guest("p1")
    index = bed.vsw.nic(g.nic)["ifindex"]
    ns.add("red")
    with ns.open_file("red") as space:
        bed.links.move(g.nic, space)
    port = bed.vsw.port("sw0", "p1")
    assert (port["nic"], port["nic_ifindex"]) == (g.nic, index)
    netnsid = port["nic_netnsid"]
    assert netnsid >= 0
    nic = bed.vsw.nics()[0]
    assert (nic["name"], nic["netnsid"], nic["port"]) == (g.nic, netnsid, "p1")
    assert {"nsid": netnsid, "name": "red"}.items() <= ns.ip_json("netns list-id")[0].items()
    # It is down after a move, as every netdev is.
    assert port["down_reason"] == "nic"
    ns.ip(f"link set {g.nic} up", netns="red")
    bed.vsw.wait_port("sw0", "p1")
    with pytest.raises(NetlinkError, match="ENOENT"):
        bed.vsw.nic(g.nic)


def test_container_sees_its_nic_but_not_the_switch(bed):
    bed.switch()
    add_guest(bed, "red", "192.0.2.2", "p1")
    with ns.inside("red"):
        inner = bed.keep(Vsw())
    assert inner.switches() == inner.ports() == []
    nic = inner.nic("red0")
    assert nic["carrier"] == nic["connected"] == 1
    assert not {"switch", "port", "role"} & nic.keys()


def test_container_cannot_unplug_itself_from_the_hosts_switch_unless_root(bed):
    """Root of the machine may; the message names where to do it otherwise."""
    bed.switch()
    add_guest(bed, "red", "192.0.2.2", "p1")
    with ns.inside("red"):
        inner = bed.keep(Vsw())
    inner.disconnect("red0")
    assert bed.vsw.port("sw0", "p1")["down_reason"] == "no-nic"
    assert inner.nic("red0")["carrier"] == inner.nic("red0")["connected"] == 0


def rename_inside(bed, name, port):
    """What a container's runtime does."""
    with links_in(name) as links:
        links.down(f"{name}0")
        links.rename(f"{name}0", "eth0")
        links.up("eth0")
    bed.vsw.wait_port("sw0", port)


def test_renamed_in_its_namespace(bed):
    bed.switch()
    add_host(bed, "h0", "192.0.2.1", "p0")
    add_guest(bed, "red", "192.0.2.2", "p1")
    rename_inside(bed, "red", "p1")
    assert bed.vsw.port("sw0", "p1")["nic"] == "eth0"
    talk(None, "red", "192.0.2.2")


def test_two_guests_with_one_name(bed):
    """Both are called eth0, each in its namespace."""
    bed.switch()
    for name, address, port in (("red", "192.0.2.2", "p1"), ("blue", "192.0.2.3", "p2")):
        add_guest(bed, name, address, port)
        rename_inside(bed, name, port)
    nics = bed.vsw.nics()
    assert [nic["name"] for nic in nics] == ["eth0", "eth0"]
    assert nics[0]["netnsid"] != nics[1]["netnsid"]
    talk("red", "blue", "192.0.2.3")


def test_namespace_is_killed(bed, events):
    """The NIC goes with it, the port stays, and a new one can be plugged in."""
    bed.switch()
    add_guest(bed, "red", "192.0.2.2", "p1", **access(10))
    events.forget()
    ns.delete("red")
    bed.vsw.wait_port("sw0", "p1", "no-nic")
    port = bed.vsw.port("sw0", "p1")
    assert port["vlan_vid"] == 10 and "nic" not in port
    assert events.wait(object="nic", event="disconnect")["port"] == "p1"
    assert bed.vsw.nics() == []
    bed.vsw.add_nic("g9")
    bed.links.up("g9")
    bed.vsw.connect("g9", "sw0", "p1")
    bed.vsw.wait_port("sw0", "p1")


def test_moved_back(bed):
    bed.switch()
    add_guest(bed, "red", "192.0.2.2", "p1")
    ns.ip("link set red0 netns 1", netns="red")
    assert "nic_netnsid" not in bed.vsw.port("sw0", "p1")
    assert bed.vsw.nic("red0")["port"] == "p1"


def test_deleted_in_its_namespace(bed):
    bed.switch()
    add_guest(bed, "red", "192.0.2.2", "p1")
    ns.ip("link del red0", netns="red")
    assert bed.vsw.port("sw0", "p1")["down_reason"] == "no-nic"


def test_its_users_shut_it_in_its_namespace(bed):
    bed.switch()
    add_guest(bed, "red", "192.0.2.2", "p1")
    ns.ip("link set red0 down", netns="red")
    bed.vsw.wait_port("sw0", "p1", "nic")
    ns.ip("link set red0 up", netns="red")
    bed.vsw.wait_port("sw0", "p1")


# --- Nothing but the frame crosses the cable (D12) -------------------------------------------

def test_marks_do_not_cross(bed):
    """A mark set by the sender is not seen by the receiver's rules."""
    bed.switch()
    add_host(bed, "h0", "192.0.2.1", "p0")
    add_guest(bed, "red", "192.0.2.2", "p1")
    ns.run("ip", "netns", "exec", "red", "tc", "qdisc", "add", "dev", "red0", "clsact")
    ns.run("ip", "netns", "exec", "red", "tc", "filter", "add", "dev", "red0", "ingress",
           "protocol", "ip", "handle", "7", "fw", "action", "drop")
    with udp(None) as client, udp("red") as server:
        server.bind(("192.0.2.2", 7))
        server.settimeout(60)
        client.setsockopt(socket.SOL_SOCKET, 36, 7)     # SO_MARK
        client.sendto(b"marked", ("192.0.2.2", 7))
        assert server.recv(100) == b"marked"


# --- Frames ---------------------------------------------------------------------------------

def test_packet_sockets_at_both_ends(bed):
    bed.switch()
    a, b, c = (bed.guest(port, **trunk("10", native=20)) for port in ("p1", "p2", "p3"))
    bed.learn(a, b)
    sent = [frame(src=1, dst=2), frame(src=1, dst=2, size=1514), frame(src=1)]
    a.send(*sent)
    bed.expect({b: sent, c: sent[2:]})


def test_full_backlog_is_counted(bed):
    """The receivers' backlog takes no more: their NICs are full."""
    bed.switch()
    a = bed.guest("p1")
    receivers = [bed.guest("p2"), bed.guest("p3"), bed.station("p4")]
    limit = open("/proc/sys/net/core/netdev_max_backlog").read()
    try:
        ns.sysctl("net.core.netdev_max_backlog", 1)
        flood_backlog(bed, a)
    finally:
        ns.sysctl("net.core.netdev_max_backlog", limit)
    bed.clock.settle()
    sent = a.stats()["from_broadcast_packets"]
    assert sent == 40 and a.drops() == {}
    full = 0
    for station in receivers:
        got = station.stats()["to_broadcast_packets"]
        assert len(station.take()) == got
        assert sum(station.drops().values()) == sent - got
        full += station.drops().get("to_nic_full", 0)
    assert full


def flood_backlog(bed, source):
    """One system call that makes many packets: UDP with segmentation, cut on the way."""
    ns.run("ethtool", "-K", source.nic, "gso", "off", "tx-udp-segmentation", "off")
    ns.ip(f"addr add 192.0.2.1/24 dev {source.nic} broadcast 192.0.2.255")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        client.setsockopt(socket.IPPROTO_UDP, 103, 1000)        # UDP_SEGMENT
        client.sendto(bytes(40000), ("192.0.2.255", 7))


def test_many_queues(bed):
    bed.switch()
    bed.vsw.add_nic("many", queues=8)
    bed.links.up("many")
    bed.vsw.add_port("sw0", "p1", nic="many")
    b = bed.guest("p2")
    bed.vsw.wait_port("sw0", "p1")
    bed.links.wait_ready("many")
    sender = bed.keep(frames.Packets("many"))
    sent = [frame(src=number) for number in range(1, 33)]
    sender.send(*sent)
    bed.expect({b: sent})
    assert bed.vsw.nic("many")["queues"] == 8
