# SPDX-License-Identifier: GPL-2.0
"""NICs come and go, ports are shut and opened, names appear and vanish, while numbered
frames run between two other ports: none of them is lost, comes twice or out of order,
or goes astray; and each change is told once, in the order in which it happened.

     a ====================> b          numbered frames, all the time
     +-----------------------+
     |          sw0          |
     +-----------------------+
      p    q    up1  up2   f            what comes and goes
"""

import socket

import pytest

from conftest import KERNEL
from lib import ns
from lib.frames import frame, mac
from lib.genl import Op
from lib.rtnl import links_in
from lib.stream import running

ROUNDS = 3 if KERNEL == "uml-debug" else 10


@pytest.fixture(params=["guest", "station"])
def pair(bed, request):
    """The two ends of the stream: synthetic NICs, or adopted netdevs."""
    bed.switch()
    one, two = (getattr(bed, request.param)(port) for port in ("a", "b"))
    bed.learn(one, two)
    for port in ("p", "q"):
        bed.vsw.add_port("sw0", port)
    return one, two


def words(event):
    """"nic connect n1" or "port down p no-nic"."""
    found = [event["object"], event["event"], event["name"]]
    if (event["object"], event["event"]) == ("port", "down"):
        found.append(event["down_reason"])
    return " ".join(found)


def lines(text):
    return [line.strip() for line in text.strip().splitlines()]


def told(events):
    return [words(event) for event in events.read()]


# --- What happens beside the stream: a round, and what is told of it ------------------------

def told_as(other):
    """Of both changes the same is told."""
    def take(change):
        change.__doc__ = other.__doc__
        return change
    return take


def plug(bed, port):
    bed.vsw.add_nic("n1")
    bed.links.up("n1")
    bed.vsw.connect("n1", "sw0", port)


def nic_comes_and_goes(bed):
    """
    nic new n1
    nic connect n1
    port up p
    nic disconnect n1
    port down p no-nic
    nic del n1
    """
    plug(bed, "p")
    bed.vsw.disconnect("n1")
    bed.vsw.del_nic("n1")


@told_as(nic_comes_and_goes)
def nic_is_deleted_in_its_port(bed):
    plug(bed, "p")
    bed.vsw.del_nic("n1")


def port_comes_and_goes_with_its_nic(bed):
    """
    nic new n1
    port new r
    nic connect n1
    port up r
    nic disconnect n1
    port down r no-nic
    port del r
    nic del n1
    """
    bed.vsw.batch([Op("nic_new", name="n1", kind="guest"),
                   Op("port_new", switch="sw0", name="r", nic="n1")])
    bed.links.up("n1")
    bed.vsw.wait_port("sw0", "r")
    bed.vsw.batch([Op("port_del", switch="sw0", name="r"), Op("nic_del", name="n1")])


def port_is_shut_and_opened(bed):
    """
    nic new n1
    nic connect n1
    port up p
    port down p port
    port set p
    port up p
    port set p
    nic disconnect n1
    port down p no-nic
    nic del n1
    """
    plug(bed, "p")
    for up in (0, 1):
        bed.vsw.set_port("sw0", "p", up=up)
    bed.vsw.del_nic("n1")


def nic_moves_from_port_to_port(bed):
    """
    nic new n1
    nic connect n1
    port up p
    nic disconnect n1
    port down p no-nic
    nic connect n1
    port up q
    nic disconnect n1
    port down q no-nic
    nic del n1
    """
    plug(bed, "p")
    bed.vsw.batch([Op("nic_disconnect", name="n1"),
                   Op("nic_connect", name="n1", switch="sw0", port="q")])
    bed.vsw.del_nic("n1")


def bound_nic_comes_and_goes(bed):
    """
    port set p
    nic new n1
    nic connect n1
    port up p
    nic disconnect n1
    port down p no-nic
    nic del n1
    """
    bed.vsw.set_port("sw0", "p", bind="n1")
    bed.vsw.add_nic("n1")
    bed.links.up("n1")
    bed.vsw.wait_port("sw0", "p")
    bed.vsw.del_nic("n1")


def bound_veth_comes_and_goes(bed):
    """
    port set p
    nic connect x1
    port up p
    port down p nic
    nic disconnect x1
    """
    bed.vsw.set_port("sw0", "p", bind="x1")
    bed.links.add_veth("x1", "y1")
    bed.links.up("y1")
    bed.vsw.wait_port("sw0", "p")
    bed.links.delete("y1")


def name_is_given_and_taken(bed):
    """
    port set p
    nic connect x1
    port up p
    port down p port
    port set p
    nic set x2
    port up p
    port set p
    port down p nic
    nic disconnect x2
    """
    bed.vsw.set_port("sw0", "p", bind="x1")
    bed.links.add_veth("x0", "y1")
    bed.links.up("y1")
    bed.links.rename("x0", "x1")
    bed.vsw.wait_port("sw0", "p")
    bed.vsw.set_port("sw0", "p", up=0)  # a netdev that is open keeps its name
    bed.links.rename("x1", "x2")
    bed.vsw.set_port("sw0", "p", up=1)  # it stays: the binding is for what comes
    bed.vsw.wait_port("sw0", "p")
    bed.links.delete("y1")


@told_as(bound_veth_comes_and_goes)
def netdev_comes_from_another_namespace_and_leaves(bed):
    bed.vsw.set_port("sw0", "p", bind="x1")
    with links_in("red") as links:
        links.add_veth("x1", "y1")
        links.up("y1")
        with open(ns.OWN) as here, ns.inside("red"):
            links.move("x1", here)
    bed.vsw.wait_port("sw0", "p")
    with ns.open_file("red") as space:
        bed.links.move("x1", space)
    with links_in("red") as links:
        links.delete("x1")


def carrier_is_lost_and_found(bed):
    """
    nic connect x1
    port up p
    port down p carrier
    port up p
    port down p nic
    nic disconnect x1
    """
    bed.links.add_veth("x1", "y1")
    bed.vsw.connect("x1", "sw0", "p")
    bed.links.up("y1")
    bed.vsw.wait_port("sw0", "p")
    bed.links.down("y1")
    bed.vsw.wait_port("sw0", "p", "carrier")
    bed.links.up("y1")
    bed.vsw.wait_port("sw0", "p")
    bed.links.delete("x1")


def container_lives_and_dies(bed):
    """
    port set p
    nic new n1
    nic connect n1
    nic set eth0
    port up p
    port down p nic
    nic disconnect eth0
    """
    bed.vsw.set_port("sw0", "p", bind="n1")
    bed.vsw.add_nic("n1")
    ns.add("ct")
    with ns.open_file("ct") as space:
        bed.links.move("n1", space)
    with links_in("ct") as links:
        links.rename("n1", "eth0")
        links.up("eth0")
    ns.delete("ct")
    bed.vsw.wait_port("sw0", "p", "no-nic")


ROUND = [nic_comes_and_goes, nic_is_deleted_in_its_port, port_comes_and_goes_with_its_nic,
         port_is_shut_and_opened, nic_moves_from_port_to_port, bound_nic_comes_and_goes,
         bound_veth_comes_and_goes, name_is_given_and_taken,
         netdev_comes_from_another_namespace_and_leaves, carrier_is_lost_and_found,
         container_lives_and_dies]


@pytest.mark.parametrize("change", ROUND, ids=lambda change: change.__name__)
def test_nothing_is_lost_beside_it(bed, pair, events, change):
    ns.add("red")
    events.forget()
    with running(*pair) as stream:
        for _ in range(ROUNDS):
            stream.wait_more()
            change(bed)
            stream.look()
            assert told(events) == lines(change.__doc__)
    for port in ("p", "q"):
        stats = bed.vsw.stats("sw0", port)
        assert stats["to_unicast_packets"] == 0, "a frame of the stream went astray"
    assert {number: bed.vsw.fdb_entry("sw0", mac(number))["port"] for number in (1, 2)} == {
        1: "a", 2: "b"}
    assert [station.drops() for station in pair] == [{}, {}]


# --- Uplinks ---------------------------------------------------------------------------------

def add_uplink(bed, port):
    uplink = bed.station(port)
    uplink.set(role="uplink")
    return uplink


def lose(bed, uplink):
    bed.links.down(uplink.end.netdev)
    uplink.wait("carrier")


def find(bed, uplink):
    bed.links.up(uplink.end.netdev)
    uplink.wait()
    # the socket would tell with the next frame that its netdev was down
    uplink.end.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def test_followers_go_with_the_last_uplink(bed, pair, events):
    """Who does not follow notices nothing of it."""
    uplinks = [add_uplink(bed, port) for port in ("up1", "up2")]
    follower = bed.guest("f", link_follow=1)
    events.forget()
    with running(*pair) as stream:
        for _ in range(ROUNDS):
            stream.wait_more()
            lose(bed, uplinks[0])
            assert follower.show()["oper"] == 1
            lose(bed, uplinks[1])
            assert follower.show()["down_reason"] == "uplink"
            bed.links.wait_carrier(follower.nic, False)
            find(bed, uplinks[0])
            assert follower.show()["oper"] == 1
            bed.links.wait_carrier(follower.nic, True)
            find(bed, uplinks[1])
            assert told(events) == ["port down up1 carrier", "port down up2 carrier",
                                    "port down f uplink", "port up up1", "port up f",
                                    "port up up2"]


def test_uplink_takes_along_what_was_learned_behind_it(bed, pair):
    """The other uplink's stations stay, and so do those of the host."""
    first, second = (add_uplink(bed, port) for port in ("up1", "up2"))
    with running(*pair) as stream:
        for number in range(ROUNDS):
            for station, at in ((first, 100), (second, 200)):
                bed.links.wait_ready(station.end.netdev)
                for one in range(5):
                    station.send(frame(src=at + number * 10 + one))
            bed.clock.settle()
            known = {entry["mac"]: entry["port"] for entry in bed.vsw.fdb("sw0")}
            assert list(known.values()).count("up1") == 5
            stream.wait_more()
            lose(bed, first)
            left = {entry["mac"]: entry["port"] for entry in bed.vsw.fdb("sw0")}
            assert left == {station: port for station, port in known.items()
                            if port != "up1"}
            assert list(left.values()).count("up2") == 5 * (number + 1)
            find(bed, first)


def test_station_that_comes_back_on_another_uplink(bed, pair):
    """Its frames find it there at once: no one waits for an old entry to age."""
    first, second = (add_uplink(bed, port) for port in ("up1", "up2"))
    guest = bed.guest("g")
    first.send(frame(src=9))
    with running(*pair) as stream:
        bed.clock.settle()
        assert bed.vsw.fdb_entry("sw0", mac(9))["port"] == "up1"
        stream.wait_more()
        lose(bed, first)
        sent = [frame(src=5, dst=9), frame(src=9, dst=5), frame(src=5, dst=9)]
        second.take()
        guest.send(sent[0])
        second.send(sent[1])
        guest.send(sent[2])
        assert second.take() == [sent[0], sent[2]]
        assert bed.vsw.fdb_entry("sw0", mac(9))["port"] == "up2"
        stream.look()


# --- All at once --------------------------------------------------------------------------

def test_reader_of_events_knows_it_all(bed, pair, events):
    """Who has only the events knows in the end which ports are up, and what is in them."""
    up, plugged = {"a", "b"}, {}
    ns.add("red")
    events.forget()
    with running(*pair) as stream:
        for change in ROUND * (ROUNDS // 3):
            stream.wait_more()
            change(bed)
            bed.vsw.set_port("sw0", "p", bind="")
        plug(bed, "q")
    for event in events.read():
        if event["object"] == "nic" and event["event"] in ("connect", "disconnect"):
            plugged[event["port"]] = (event["name"] if event["event"] == "connect" else None)
        if event["object"] == "port" and event["event"] in ("up", "down"):
            (up.add if event["event"] == "up" else up.discard)(event["name"])
    ports = {port["name"]: port for port in bed.vsw.ports()}
    assert up == {name for name, port in ports.items() if port["oper"]} == {"a", "b", "q"}
    assert plugged == {"p": None, "q": "n1", "r": None}
    assert ports["q"]["nic"] == "n1"
