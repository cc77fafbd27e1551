# SPDX-License-Identifier: GPL-2.0
"""The learning process (IEEE 802.1Q-2022, 8.7) and the filtering database (8.8): from
which frames it learns, and what it then says.

     h1 --- e1 a +-----+ b e2 --- h2
                 | sw0 |
                 +-----+ c e3 --- h3
"""

import itertools

import pytest

from component import ALL
from lib import frames
from lib.frames import frame, mac
from lib.genl import NetlinkError, access, groups, trunk

GROUP = "01:00:5e:01:02:03"


@pytest.fixture
def three(bed, component):
    bed.switch(protocol=component.protocol)
    return bed.stations_at("a", "b", "c", **trunk("10,20"))


def entries(bed, address, **filters):
    """(VLAN, port) of an address, as far as it was learned."""
    return {(entry["vid"], entry["port"])
            for entry in bed.vsw.fdb("sw0", mac=address, dynamic=True, **filters)}


# --- 8.7: learning ----------------------------------------------------------------------

@pytest.mark.parametrize("src", [
    "01:00:00:00:00:01", frames.BROADCAST, "01:80:c2:00:00:00", "03:00:00:00:00:07",
    "00:00:00:00:00:00"])
def test_source_that_is_no_station_is_not_learned(bed, component, three, src):
    three[0].send(frame(src=src, tag=component.tag(10)))
    bed.expect({})
    assert bed.vsw.fdb("sw0") == []
    assert three[0].drops() == {"from_source_invalid": 1}


# A static entry for station 1 -> the VLANs of 10 and 20 in which it is learned at port a.
STATIC = {
    "its VLAN": ({"vid": 10, "port": "b"}, {20}),
    "other VLAN": ({"vid": 20, "port": "b"}, {10}),
    "all VLANs": ({"all_vlans": True, "ports": ["b"]}, set()),
    "filter": ({"vid": 10, "ports": []}, {20}),
    "own port": ({"vid": 10, "port": "a"}, {20}),
    "none": (None, {10, 20}),
}


@pytest.mark.parametrize("static", STATIC)
def test_what_is_static_is_not_learned(bed, component, three, static):
    entry, learned = STATIC[static]
    if entry:
        bed.vsw.add_fdb("sw0", mac(1), **entry)
    before = bed.vsw.fdb("sw0", static=True)
    sent = [frame(src=1, tag=component.tag(vid)) for vid in (10, 20)]
    three[0].send(*sent)
    bed.expect({three[1]: sent, three[2]: sent})
    assert entries(bed, mac(1)) == {(vid, "a") for vid in learned}
    assert bed.vsw.fdb("sw0", static=True) == before


@pytest.mark.parametrize("why", ["same port", "filtered", "no target"])
def test_learned_whatever_becomes_of_the_frame(bed, component, three, why):
    """The learning process comes before the decision where the frame goes."""
    a, b, c = three
    reason = {"same port": "from_same_port", "filtered": "from_filtered",
              "no target": "from_no_target"}[why]
    if why == "same port":
        bed.vsw.add_fdb("sw0", mac(9), "a", vid=10)
    elif why == "filtered":
        bed.vsw.add_fdb("sw0", mac(9), ports=[], vid=10)
    else:
        b.set(**trunk("20"))
        c.set(**trunk("20"))
    a.send(frame(src=1, dst=9, tag=component.tag(10)))
    bed.expect({})
    assert a.drops() == {reason: 1} and entries(bed, mac(1)) == {(10, "a")}


@pytest.mark.parametrize("others", ["a member", pytest.param("none", marks=pytest.mark.xfail(
    strict=True, reason="with ingress filtering off a station is learned in any VLAN"))])
def test_vlan_without_members_is_not_learned(bed, component, others):
    """A VLAN that no port is a member of is not active: nothing is learned in it."""
    bed.switch(protocol=component.protocol)
    a = bed.station("a", **trunk("10"), ingress_filter=0)
    b = bed.station("b", **trunk("99" if others == "a member" else "10"))
    sent = frame(src=1, tag=component.tag(99))
    a.send(sent)
    bed.expect({b: [sent]} if others == "a member" else {})
    assert entries(bed, mac(1)) == ({(99, "a")} if others == "a member" else set())


def test_capacity_is_kept(bed, component, three):
    """What has no room is not learned, and what is known stays."""
    bed.vsw.set_switch("sw0", fdb_max=2)
    for number in (1, 2, 3):
        three[0].send(frame(src=number, tag=component.tag(10)))
    bed.drain()
    three[1].send(frame(src=1, tag=component.tag(10)))
    bed.drain()
    assert [entries(bed, mac(number)) for number in (1, 2, 3)] == [
        {(10, "b")}, {(10, "a")}, set()]
    sent = frame(src=4, dst=3, tag=component.tag(10))
    three[2].send(sent)
    bed.expect({three[0]: [sent], three[1]: [sent]})


def test_station_is_at_one_port_only(bed, component, three):
    """A dynamic entry names one port: the one at which the station spoke last."""
    for station in (*three, *reversed(three)):
        station.send(frame(src=1, tag=component.tag(10)))
        bed.drain()
        assert entries(bed, mac(1)) == {(10, station.port)}


# --- 8.8.1: static entries ------------------------------------------------------------------

PORTS = ("b", "c", "d")
MAPS = [some for count in range(4) for some in itertools.combinations(PORTS, count)]


@pytest.mark.parametrize("vlans", ["one VLAN", "all VLANs"])
@pytest.mark.parametrize("dst", [mac(7), GROUP, "01:80:c2:00:00:21"],
                         ids=["individual", "group", "MVRP"])
@pytest.mark.parametrize("ports", MAPS, ids=lambda some: "".join(some) or "none")
def test_port_map(bed, component, ports, dst, vlans):
    """Each port of it forwards, each other filters, whatever was learned."""
    bed.switch(protocol=component.protocol)
    source = bed.station("a", **trunk("10,20"))
    others = dict(zip(PORTS, bed.stations_at(*PORTS, **trunk("10,20"))))
    others["d"].send(*(frame(src=7, tag=component.tag(vid)) for vid in (10, 20)))
    bed.drain()
    where = {"vid": 10} if vlans == "one VLAN" else {"all_vlans": True}
    bed.vsw.add_fdb("sw0", dst, ports=list(ports), **where)
    ten, twenty = (frame(src=1, dst=dst, tag=component.tag(vid)) for vid in (10, 20))
    source.send(ten, twenty)
    elsewhere = ports if vlans == "all VLANs" else ("d",) if dst == mac(7) else PORTS
    bed.expect({others[name]: [sent for sent, to in ((ten, ports), (twenty, elsewhere))
                               if name in to] for name in PORTS})


def test_source_is_not_in_its_own_port_map(bed, component, three):
    bed.vsw.add_fdb("sw0", GROUP, ports=["a", "b"], vid=10)
    sent = frame(src=1, dst=GROUP, tag=component.tag(10))
    three[0].send(sent)
    bed.expect({three[1]: [sent]})


def test_groups_without_an_entry_go_to_all(bed, component, three):
    """The default group filtering behaviour: forward unregistered groups."""
    bed.vsw.add_fdb("sw0", GROUP, ports=["b"], vid=10)
    sent = [frame(src=1, dst=dst, tag=component.tag(10))
            for dst in ("01:00:5e:01:02:04", "33:33:00:00:00:01", frames.BROADCAST)]
    three[0].send(*sent)
    bed.expect({three[1]: sent, three[2]: sent})


# --- 8.8.3: ageing --------------------------------------------------------------------------

def test_ageing_time_has_the_standards_range(bed):
    """300 s unless told otherwise; 10 s to 1 000 000 s."""
    bed.switch()
    assert bed.vsw.switch("sw0")["ageing"] == 300_000
    for good in (10_000, 1_000_000_000, 11_000):
        bed.vsw.set_switch("sw0", ageing=good)
        assert bed.vsw.switch("sw0")["ageing"] == good
    for bad in (0, 9_999, 1_000_000_001):
        with pytest.raises(NetlinkError):
            bed.vsw.set_switch("sw0", ageing=bad)
    assert bed.vsw.switch("sw0")["ageing"] == 11_000


# --- 8.8.8: VIDs and FIDs ----------------------------------------------------------------------

FIDS = {10: 1, 20: 1, 30: 4094, 40: None}


@pytest.mark.parametrize("looked_up", FIDS)
@pytest.mark.parametrize("learned", FIDS)
def test_vlans_share_as_they_are_told_to(bed, component, learned, looked_up):
    """Independent and shared learning in one switch."""
    bed.switch(protocol=component.protocol, fids=groups((10, 1), (20, 1), (30, 4094)))
    a, b, c = bed.stations_at("a", "b", "c", **trunk("10,20,30,40"))
    b.send(frame(src=2, tag=component.tag(learned)))
    bed.drain()
    sent = frame(src=1, dst=2, tag=component.tag(looked_up))
    a.send(sent)
    known = learned == looked_up or (FIDS[learned] is not None
                                     and FIDS[learned] == FIDS[looked_up])
    bed.expect({b: [sent]} if known else {b: [sent], c: [sent]})


@pytest.mark.parametrize("shared", [True, False], ids=["shared", "independent"])
def test_one_database_or_4094(bed, component, shared):
    bed.switch(protocol=component.protocol, fids=groups((1, 1, 4094)) if shared else b"")
    a, b, c = bed.stations_at("a", "b", "c", **ALL)
    for number, vid in enumerate((1, 2, 2047, 4094), 1):
        b.send(frame(src=100 + number, tag=component.tag(vid)))
    bed.drain()
    sent = {(number, vid): frame(src=1, dst=100 + number, tag=component.tag(vid))
            for number in range(1, 5) for vid in (1, 2, 2047, 4094)}
    a.send(*sent.values())
    known = {(1, 1), (2, 2), (3, 2047), (4, 4094)}
    bed.expect({b: list(sent.values()),
                c: [one for key, one in sent.items() if not shared and key not in known]})


# --- 8.8.9: what goes before what ----------------------------------------------------------------

KNOWN = [set(some) for count in range(4)
         for some in itertools.combinations(("VLAN", "all", "learned"), count)]


@pytest.mark.parametrize("kind", ["forward", "filter"])
@pytest.mark.parametrize("known", KNOWN, ids=lambda some: "+".join(sorted(some)) or "none")
def test_static_for_the_vlan_then_for_all_then_learned(bed, component, known, kind):
    bed.switch(protocol=component.protocol)
    source = bed.station("a", **trunk("10"))
    ports = {"VLAN": "b", "all": "c", "learned": "d"}
    others = {name: bed.station(port, **trunk("10")) for name, port in ports.items()}
    if "learned" in known:
        others["learned"].send(frame(src=7, tag=component.tag(10)))
        bed.drain()
    if "all" in known:
        bed.vsw.add_fdb("sw0", mac(7), ports=["c"], all_vlans=True)
    if "VLAN" in known:
        bed.vsw.add_fdb("sw0", mac(7), ports=[] if kind == "filter" else ["b"], vid=10)
    sent = frame(src=1, dst=7, tag=component.tag(10))
    source.send(sent)
    first = next((name for name in ports if name in known), None)
    if first is None:
        bed.expect({station: [sent] for station in others.values()})
    elif (first, kind) == ("VLAN", "filter"):
        bed.expect({})
    else:
        bed.expect({others[first]: [sent]})


@pytest.mark.parametrize("known", [set(), {"VLAN"}, {"all"}, {"VLAN", "all"}],
                         ids=lambda some: "+".join(sorted(some)) or "none")
def test_group_entry_for_the_vlan_then_for_all(bed, component, three, known):
    a, b, c = three
    if "all" in known:
        bed.vsw.add_fdb("sw0", GROUP, ports=["c"], all_vlans=True)
    if "VLAN" in known:
        bed.vsw.add_fdb("sw0", GROUP, ports=["b"], vid=10)
    ten, twenty = (frame(src=1, dst=GROUP, tag=component.tag(vid)) for vid in (10, 20))
    a.send(ten, twenty)
    at_ten = [b] if "VLAN" in known else [c] if "all" in known else [b, c]
    at_twenty = [c] if "all" in known else [b, c]
    bed.expect({station: [sent for sent, to in ((ten, at_ten), (twenty, at_twenty))
                          if station in to] for station in (b, c)})


# --- 8.8.2, 8.8.10: registration entries and what they come to --------------------------------------

def test_member_set_as_told(bed):
    """Which ports are in a VLAN, which of them untagged, and whose PVID it is."""
    bed.switch()
    bed.vsw.add_port("sw0", "a", **access(10))
    bed.vsw.add_port("sw0", "b", **trunk("10,20", native=30))
    bed.vsw.add_port("sw0", "c", **trunk("1-4094"))
    bed.vsw.add_port("sw0", "d")

    def told(vid):
        return {vlan["port"]: (vlan["untagged"], vlan["pvid"])
                for vlan in bed.vsw.vlans("sw0", vid=vid)}

    assert told(10) == {"a": (1, 1), "b": (0, 0), "c": (0, 0)}
    assert told(20) == {"b": (0, 0), "c": (0, 0)}
    assert told(30) == {"b": (1, 1), "c": (0, 0)}
    assert told(1) == told(4094) == {"c": (0, 0)}
