# SPDX-License-Identifier: GPL-2.0
"""A port on hold: its NIC is there, has its link and receives, but may not send and
is learned nowhere, until it is released; then the switch tells the network where it
is, in the NIC's name.

            +------------ sw0 -------------+
            | p1            p2          p3 |     p1: on hold
            +--+-------------+-----------+-+
               g1            e2          e3
"""

import pytest

from lib import frames, ns, wait
from lib.frames import Tag, frame, mac
from lib.genl import Op, access, groups, hybrid, trunk, tunnel, vid_map
from lib.vswctl import show

ALL = trunk("1-4094")
RARP = 0x8035
ARP = 0x0806


def address_of(station):
    return station.bed.vsw.nic(station.nic)["mac"]


def rarp(station, tag=None):
    """RFC 903: Ethernet, IPv4, "request reverse", of the sender by the sender."""
    address = address_of(station)
    payload = bytes.fromhex("0001080006040003") + (frames.octets(address) + bytes(4)) * 2
    return frame(src=address, ethertype=RARP, tag=tag, payload=payload.ljust(46, b"\0"))


def of_type(found, *ethertypes):
    return [one for one in found if one.ethertype in ethertypes]


def heard(station, count, ethertype=RARP):
    """Announcements, which a worker sends: as many as this, and then no more."""
    found = []

    def enough():
        found.extend(of_type(station.take(), ethertype))
        return len(found) >= count

    wait.until(enough, f"{count} announcements")
    found.extend(of_type(station.take(), ethertype))
    return found


def silence(station):
    """Nothing is announced: a release behind it has been heard, and only that."""
    bed = station.bed
    other = bed.guest(f"q{len(bed.stations)}", hold=1, **station.bed.witness)
    bed.drain()
    other.set(hold=0)
    assert of_type(heard(station, 1), RARP) == [rarp(other)]


@pytest.fixture
def held(bed):
    """Guest on hold, two others."""
    bed.switch()
    bed.witness = {}
    guest = bed.guest("p1", hold=1)
    return guest, bed.station("p2"), bed.station("p3")


@pytest.mark.short
def test_sends_nothing_and_is_not_learned(bed, held):
    guest, *_ = held
    before = guest.drops()["from_held"] if guest.drops() else 0
    guest.send(frame(src=1), frame(src=1, dst=2), frame(src=2, dst=frames.MULTICAST))
    bed.expect({})
    assert guest.drops() == {"from_held": before + 3}
    assert bed.vsw.fdb() == []
    assert guest.show()["hold"] == 1 and guest.show()["oper"] == 1
    bed.links.wait_carrier("g1", True)


@pytest.mark.short
def test_receives(bed, held):
    guest, a, b = held
    all_of_them, unknown = frame(src=2), frame(src=2, dst=9)
    a.send(all_of_them, unknown)
    bed.expect({guest: [all_of_them, unknown], b: [all_of_them, unknown]})
    bed.vsw.add_fdb("sw0", mac(1), "p1")
    known = frame(src=2, dst=1)
    a.send(known)
    bed.expect({guest: [known]})


def test_going_on_hold_forgets_what_was_learned(bed, events):
    bed.switch()
    a, b = bed.stations_at("p1", "p2")
    bed.learn(a, b)
    bed.vsw.add_fdb("sw0", mac(9), "p1")
    events.forget()
    a.set(hold=1)
    assert {entry["mac"] for entry in bed.vsw.fdb()} == {mac(2), mac(9)}
    assert [(event["event"], event["hold"], event["oper"])
            for event in events.read() if event["object"] == "port"] == [("set", 1, 1)]
    a.send(frame(src=1))
    bed.expect({})
    a.set(hold=0)
    said = frame(src=1)
    a.send(said)
    bed.expect({b: [said]})
    assert bed.vsw.fdb_entry("sw0", mac(1))["port"] == "p1"


def test_a_station_that_moved_away_stays_there(bed):
    """Migration, seen from the host it comes to: the machine still speaks elsewhere."""
    bed.switch()
    target, uplink = bed.guest("p1", hold=1), bed.station("p2", role="uplink")
    moving = address_of(target)
    said = frame(src=moving)
    uplink.send(said)
    bed.expect({target: [said]})
    target.send(frame(src=moving))
    bed.expect({})
    assert bed.vsw.fdb_entry("sw0", moving)["port"] == "p2"
    target.set(hold=0)
    assert heard(uplink, 1) == [rarp(target)]
    assert bed.vsw.fdb_entry("sw0", moving)["port"] == "p1"


# --- Release ----------------------------------------------------------------------------

@pytest.mark.short
def test_release_is_announced_once(bed, held):
    guest, a, b = held
    before = guest.stats()["from_broadcast_packets"]
    guest.set(hold=0)
    assert heard(a, 1) == heard(b, 1) == [rarp(guest)]
    assert bed.vsw.fdb_entry("sw0", address_of(guest))["port"] == "p1"
    assert guest.stats()["from_broadcast_packets"] > before
    guest.set(hold=0)
    silence(a)


@pytest.mark.parametrize("vlans, wire", [
    (access(10), [None]),
    (trunk("10,20,4094"), [10, 20, 4094]),
    (trunk("10,20", native=20), [10, None]),
    (hybrid("10,20,30", untagged="20,30", pvid=20), [10, None]),
    ({**tunnel(10), "vlan_services": groups((7, 20))}, [None]),
    ({**trunk("10,20"), **vid_map((110, 10))}, [10, 20]),
], ids=["access", "trunk", "native", "hybrid", "tunnel", "translated"])
def test_announced_in_each_vlan_of_the_port(bed, vlans, wire):
    bed.switch()
    guest = bed.guest("p1", hold=1, **vlans)
    trunked, access10 = bed.station("p2", **ALL), bed.station("p3", **access(10))
    guest.set(hold=0)
    vids = [vid or (10 if len(wire) == 1 else 20) for vid in wire]
    assert heard(trunked, len(wire)) == [rarp(guest, tag=Tag(vid)) for vid in vids]
    assert heard(access10, 1) == [rarp(guest)]
    entries = [entry for entry in bed.vsw.fdb() if entry["port"] == "p1"
               and entry["mac"] == address_of(guest)]
    assert sorted(entry["vid"] for entry in entries) == sorted(vids)


def test_all_4094_vlans(bed):
    bed.switch()
    guest = bed.guest("p1", hold=1, **ALL)
    other = bed.station("p2", **ALL)
    guest.set(hold=0)
    said = heard(other, 4094)
    assert said == [rarp(guest, tag=Tag(vid)) for vid in range(1, 4095)]


def test_a_host_announces_its_addresses_as_well(bed):
    bed.switch()
    host, a = bed.guest("p1", kind="host", hold=1), bed.station("p2")
    ns.ip("addr add 192.0.2.1/24 dev g1")
    bed.drain()
    host.set(hold=0)
    found = heard(a, 1, ARP)
    address = address_of(host)
    own = bytes((192, 0, 2, 1))
    assert [(one.src, one.payload[14:18], one.payload[24:28]) for one in found] == [
        (address, own, own)]


def test_machine_is_announced_by_the_switch(bed):
    bed.switch()
    machine, a = bed.vtap("p1", hold=1), bed.station("p2")
    machine.send(frame(src=1))
    bed.expect({})
    machine.set(hold=0)
    assert heard(a, 1) == [rarp(machine)]


def test_adopted_netdev_is_not_announced(bed, held):
    """The stations behind it are not known: its own address is not theirs."""
    _, a, b = held
    b.set(hold=1)
    b.set(hold=0)
    silence(a)


def test_nothing_to_announce(bed, held):
    """Its link is down; or there is no NIC."""
    guest, a, _ = held
    guest.set(up=0)
    guest.set(hold=0)
    silence(a)
    bed.vsw.add_port("sw0", "empty", hold=1)
    bed.vsw.set_port("sw0", "empty", hold=0)
    silence(a)


def test_held_again_before_it_could_speak(bed):
    """One transaction that releases and holds again: nothing has been heard."""
    bed.switch()
    bed.witness = access(10)
    guest, a = bed.guest("p1", hold=1, **ALL), bed.station("p2", **access(10))
    batch(bed, {"hold": 0}, {"hold": 1})
    silence(a)
    assert guest.show()["hold"] == 1


def test_a_refused_release_is_none(bed, held):
    guest, a, _ = held
    ops = [Op("port_set", switch="sw0", name="p1", hold=0),
           Op("port_set", switch="sw0", name="p9", hold=0)]
    bed.vsw.batch_refused(ops)
    bed.vsw.batch(ops[:1], dry_run=True)
    assert guest.show()["hold"] == 1
    silence(a)


def batch(bed, *changes):
    """All of them of port p1, with many others between the first and the rest."""
    own = [Op("port_set", switch="sw0", name="p1", **change) for change in changes]
    others = [Op("port_set", switch="sw0", name="p2", desc=str(number))
              for number in range(300)]
    bed.vsw.batch([own[0], *others, *own[1:]])


def test_announced_as_the_port_is_after_its_transaction(bed):
    """In its last VLAN only; a NIC that comes with a later operation, too."""
    bed.switch()
    guest, a = bed.guest("p1", hold=1, **access(10)), bed.station("p2", **ALL)
    batch(bed, {"hold": 0}, access(20))
    assert heard(a, 1) == [rarp(guest, tag=Tag(20))]
    bed.vsw.disconnect("g1")
    guest.set(hold=1)
    batch(bed, {"hold": 0}, {"nic": "g1"})
    assert heard(a, 1) == [rarp(guest, tag=Tag(20))]
    bed.vsw.disconnect("g1")
    guest.set(hold=1)
    guest.set(hold=0, nic="g1")
    assert heard(a, 1) == [rarp(guest, tag=Tag(20))]


def test_next_nic_is_not_spoken_for(bed):
    """An adopted netdev comes while it is announced: its own address is no station's."""
    bed.switch()
    guest, a = bed.guest("p1", hold=1, **ALL), bed.station("p2", **ALL)
    bed.links.add_veth("ad0", "ad1")
    bed.links.up("ad1")
    bed.drain()
    wanted = rarp(guest)
    guest.set(hold=0)
    wait.until(lambda: guest.stats()["from_broadcast_packets"], "it has begun")
    bed.vsw.batch([Op("port_set", switch="sw0", name="p1", nic=""),
                   Op("port_set", switch="sw0", name="p1", nic="ad0")])
    guest.wait()
    bed.witness = ALL
    other = bed.guest("last", hold=1, **access(4094))
    other.set(hold=0)
    said = []

    def is_over():
        said.extend(of_type(a.take(), RARP))
        return any(one.src == address_of(other) for one in said)

    wait.until(is_over, "the other one's announcement")
    assert {one.src for one in said} == {wanted.src, address_of(other)}


@pytest.mark.parametrize("end", ["port", "last port", "nic", "switch", "hold"])
def test_what_goes_while_it_is_announced(bed, end):
    bed.switch()
    guest = bed.guest("p1", hold=1, **ALL)
    others = bed.stations_at(*(f"s{number}" for number in range(4)), **ALL)
    for _ in range(5):
        guest.set(hold=1)
        guest.set(hold=0)
    wait.until(lambda: guest.stats()["from_broadcast_packets"], "it has begun")
    if end == "port":
        bed.vsw.del_port("sw0", "p1")
    elif end == "last port":
        names = [*(other.port for other in others), "p1"]
        bed.vsw.batch([Op("port_del", switch="sw0", name=name) for name in names])
    elif end == "nic":
        bed.vsw.del_nic("g1")
    elif end == "switch":
        bed.vsw.del_switch("sw0")
    else:
        guest.set(hold=1)
        assert [entry for entry in bed.vsw.fdb() if entry["port"] == "p1"] == []


# --- It is the port's, not the NIC's ----------------------------------------------------

def test_next_nic_of_the_port_is_held_too(bed, held):
    guest, a, b = held
    bed.vsw.disconnect("g1")
    guest.set(bind="late")
    bed.links.add_veth("late", "far")
    bed.links.up("far")
    guest.wait()
    bed.links.wait_ready("far")
    before = guest.drops().get("from_held", 0)
    bed.keep(frames.Packets("far")).send(frame(src=1))
    bed.clock.settle()
    assert guest.drops()["from_held"] > before
    assert of_type(a.take() + b.take(), frames.LOCAL_EXPERIMENT) == []
    assert guest.show()["hold"] == 1


@pytest.mark.tool
def test_shown(bed, held):
    guest, *_ = held
    assert [port["hold"] for port in show("port show sw0")] == [True, False, False]
    assert [port["port"] for port in show("port show where hold=on")] == ["p1"]
    guest.set(hold=0)
    assert show("port show where hold=on") == []
