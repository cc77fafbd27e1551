# SPDX-License-Identifier: GPL-2.0
"""Flooding: broadcast, multicast and unknown unicast go to all other ports of the
VLAN, known unicast to the one it is behind.

       h1   h2   h3   h4
       |    |    |    |         station n has the address mac(n)
     +-e1---e2---e3---e4-+
     | p1   p2   p3   p4 |
     +------- sw0 -------+
"""

import pytest

from lib.frames import BROADCAST, MULTICAST, Tag, frame, mac
from lib.genl import access, trunk


@pytest.fixture
def four(bed):
    bed.switch()
    return bed.stations_at("p1", "p2", "p3", "p4")


@pytest.mark.short
@pytest.mark.parametrize("dst", [BROADCAST, MULTICAST, "33:33:00:00:00:01", 77],
                         ids=["broadcast", "multicast", "multicast6", "unknown"])
def test_goes_to_all_but_the_source(bed, four, dst):
    sent = frame(src=1, dst=dst)
    four[0].send(sent)
    bed.expect({station: [sent] for station in four[1:]})


@pytest.mark.short
def test_known_unicast_goes_to_one(bed, four):
    bed.learn(*four)
    for source in four:
        for number, target in enumerate(four, 1):
            if source is target:
                continue
            sent = frame(src=four.index(source) + 1, dst=number)
            source.send(sent)
            bed.expect({target: [sent]})


def test_group_addresses_are_never_looked_up(bed, four):
    """Even where the database has all the stations there are."""
    bed.learn(*four)
    sent = [frame(src=2, dst=BROADCAST), frame(src=2, dst=MULTICAST)]
    four[1].send(*sent)
    bed.expect({station: sent for station in four if station is not four[1]})


def test_port_without_flood_gets_no_unknown_unicast(bed, four):
    quiet = four[3]
    quiet.set(flood=0)
    unknown = frame(src=1, dst=77)
    groups = [frame(src=1, dst=BROADCAST), frame(src=1, dst=MULTICAST)]
    four[0].send(unknown, *groups)
    bed.expect({four[1]: [unknown, *groups], four[2]: [unknown, *groups],
                quiet: groups})
    hello = frame(src=4)
    quiet.send(hello)
    bed.expect({station: [hello] for station in four[:3]})
    known = frame(src=1, dst=4)
    four[0].send(known)
    bed.expect({quiet: [known]})
    quiet.set(flood=1)
    again = frame(src=1, dst=78)
    four[0].send(again)
    bed.expect({station: [again] for station in four[1:]})


def test_flood_without_a_target(bed):
    bed.switch()
    a = bed.station("p1", **access(10))
    b = bed.station("p2", **access(20))
    a.send(frame(src=1), frame(src=1, dst=77))
    bed.expect({})
    assert a.drops() == {"from_no_target": 2}
    assert b.drops() == {}
    assert bed.vsw.fdb_entry("sw0", mac(1), 10)["port"] == "p1"


def test_ports_that_are_down_are_no_targets(bed, four):
    for station in four[1:]:
        station.set(up=0)
    four[0].send(frame(src=1))
    bed.expect({})
    assert four[0].drops() == {"from_no_target": 1}
    assert all(station.drops() == {} for station in four[1:])


def test_destination_behind_the_source_port(bed, four):
    four[0].send(frame(src=1), frame(src=2))
    bed.drain()
    four[0].send(frame(src=1, dst=2), frame(src=2, dst=1), frame(src=1, dst=1))
    bed.expect({})
    assert four[0].drops() == {"from_same_port": 3}


def test_port_that_does_not_learn(bed, four):
    """What is behind it stays unknown, and is flooded to."""
    four[1].set(learn=0)
    four[1].send(frame(src=2))
    bed.drain()
    assert bed.vsw.fdb_entry("sw0", mac(2)) is None
    assert four[1].stats()["learned"] == four[1].stats()["not_learned"] == 0
    sent = frame(src=1, dst=2)
    four[0].send(sent)
    bed.expect({station: [sent] for station in four[1:]})


def test_many_ports(bed):
    """A flood to forty ports: every one of them, each once, in its own form."""
    bed.switch()
    source = bed.station("src", **trunk("10"))
    sent = frame(tag=Tag(10, pcp=3))
    wanted = {}
    for number in range(20):
        wanted[bed.station(f"a{number}", **access(10))] = [sent.untagged()]
        wanted[bed.station(f"t{number}", **trunk("10,20"))] = [sent]
    source.send(sent)
    bed.expect(wanted)


def test_flood_reaches_synthetic_nics_and_taps(bed):
    bed.switch()
    source = bed.guest("g1", kind="host")
    others = [bed.guest("g2"), bed.tap("t1"), bed.station("v1")]
    sent = frame(src=1)
    source.send(sent)
    bed.expect({station: [sent] for station in others})
    for station in others:
        back = frame(src=9)
        station.send(back)
        bed.expect({other: [back] for other in [source, *others] if other is not station})


def test_order_is_kept(bed, four):
    bed.learn(*four)
    sent = [frame(src=1, dst=(2, BROADCAST)[number % 2]) for number in range(200)]
    four[0].send(*sent)
    bed.expect({four[1]: sent,
                four[2]: sent[1::2], four[3]: sent[1::2]})
