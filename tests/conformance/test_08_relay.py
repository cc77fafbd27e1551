# SPDX-License-Identifier: GPL-2.0
"""The forwarding process (IEEE 802.1Q-2022, 8.4, 8.6) and the addresses that are not for
it (8.13): for every frame, which ports it leaves by.

     h1 --- e1 a +-----+ b e2 --- h2
                 | sw0 |
                 +-----+ c e3 --- h3
"""

import itertools

import pytest

from component import ALL, RESERVED
from lib import frames
from lib.frames import frame, mac
from lib.genl import NetlinkError, groups, trunk
from lib.genl import states as port_states

# VLAN -> instance; what is not named is in instance 0, the common tree.
TREES = {10: 1, 20: 63, 30: 0}
INSTANCES = groups((10, 1), (20, 63))


@pytest.fixture
def three(bed, component):
    bed.switch(protocol=component.protocol, instances=INSTANCES)
    return bed.stations_at("a", "b", "c", **trunk("10,20,30"))


def state_of(instance, state):
    return port_states(**{f"i{instance}": state})


# --- 8.4, 8.6.1: active topology ----------------------------------------------------------

@pytest.mark.parametrize("instance", [0, 1, 63])
@pytest.mark.parametrize("state", ["forwarding", "learning", "discarding"])
def test_port_state(bed, component, three, state, instance):
    """In and out, relayed and learned, in the VLANs of its instance and no others."""
    a, b, c = three
    a.set(**state_of(instance, state))
    for vid, tree in TREES.items():
        now = state if tree == instance else "forwarding"
        sent = frame(src=1, tag=component.tag(vid))
        a.send(sent)
        bed.expect({b: [sent], c: [sent]} if now == "forwarding" else {})
        entry = bed.vsw.fdb_entry("sw0", mac(1), vid)
        assert bool(entry) == (now != "discarding"), f"learned in VLAN {vid}: {entry}"
        towards = frame(src=2, tag=component.tag(vid))
        b.send(towards)
        bed.expect({a: [towards], c: [towards]} if now == "forwarding" else {c: [towards]})
    refused = {} if state == "forwarding" else {"from_discarding": 1}
    assert a.drops() == refused


@pytest.mark.parametrize("state", ["learning", "discarding"])
@pytest.mark.parametrize("place", ["one port", "port map"])
def test_static_entry_does_not_overrule_the_topology(bed, component, three, state, place):
    a, b, c = three
    where = {"port": "a"} if place == "one port" else {"ports": ["a", "c"]}
    for vid in TREES:
        bed.vsw.add_fdb("sw0", mac(9), vid=vid, **where)
    a.set(**state_of(1, state))
    sent = {vid: frame(src=2, dst=9, tag=component.tag(vid)) for vid in TREES}
    b.send(*sent.values())
    wanted = {a: [sent[20], sent[30]]}
    if place == "port map":
        wanted[c] = list(sent.values())
    bed.expect(wanted)


def test_states_are_of_one_port(bed, component, three):
    a, b, c = three
    a.set(**state_of(1, "discarding"))
    sent = frame(src=2, tag=component.tag(10))
    b.send(sent)
    bed.expect({c: [sent]})


# --- 8.6.2, 8.6.4: member sets ---------------------------------------------------------------

MEMBERS = [set(some) for count in range(4)
           for some in itertools.combinations(("b", "c", "d"), count)]


@pytest.mark.parametrize("dst", [frames.BROADCAST, frames.MULTICAST, 77],
                         ids=["broadcast", "group", "unknown"])
@pytest.mark.parametrize("members", MEMBERS, ids=lambda some: "".join(sorted(some)) or "none")
def test_frames_leave_by_the_member_set(bed, component, members, dst):
    bed.switch(protocol=component.protocol)
    source = bed.station("a", **trunk("10"))
    others = {name: bed.station(name, **trunk("10,20" if name in members else "20"))
              for name in ("b", "c", "d")}
    sent = frame(src=1, dst=dst, tag=component.tag(10))
    source.send(sent)
    bed.expect({others[name]: [sent] for name in members})


@pytest.mark.parametrize("place", ["one port", "port map"])
def test_known_station_is_not_reached_outside_the_vlan(bed, component, place):
    bed.switch(protocol=component.protocol)
    a, b = bed.station("a", **trunk("10")), bed.station("b", **trunk("20"))
    bed.station("c", **trunk("10"))
    where = {"port": "b"} if place == "one port" else {"ports": ["b"]}
    bed.vsw.add_fdb("sw0", mac(2), vid=10, **where)
    a.send(frame(src=1, dst=2, tag=component.tag(10)))
    bed.expect({})
    assert {**a.drops(), **b.drops()} == (
        {"to_vlan_filter": 1} if place == "one port" else {"from_no_target": 1})


def test_nothing_leaves_its_vlan(bed, component):
    """One station in each VLAN, each knows all others' addresses."""
    bed.switch(protocol=component.protocol)
    vids = [1, 2, 10, 4093, 4094]
    stations = [(bed.station(f"a{vid}", **trunk(str(vid))), bed.station(f"b{vid}",
                                                                      **trunk(str(vid))))
                for vid in vids]
    for number, vid in enumerate(vids, 1):
        for station in stations[number - 1]:
            station.send(frame(src=station.port.startswith("b") * 100 + number,
                               tag=component.tag(vid)))
    bed.drain()
    for number, vid in enumerate(vids, 1):
        one, other = stations[number - 1]
        sent = [frame(src=number, dst=100 + to, tag=component.tag(vid))
                for to in range(1, len(vids) + 1)]
        one.send(*sent)
        bed.expect({other: sent})


# --- 8.6.3, 8.13: reserved addresses ---------------------------------------------------------

@pytest.mark.parametrize("last", range(16), ids="{:02X}".format)
def test_reserved_address(bed, component, last):
    """Tables 8-1 and 8-2, in any VLAN, with tag and without."""
    bed.switch(protocol=component.protocol)
    a, b = bed.stations_at("a", "b", **trunk("20", native=10))
    sent = [frame(src=1, dst=RESERVED[last]),
            frame(src=1, dst=RESERVED[last], tag=component.tag(20, 7))]
    a.send(*sent)
    if last in component.not_relayed:
        bed.expect({})
        assert a.drops() == {"from_reserved": 2}
    else:
        bed.expect({b: sent})


def test_reserved_addresses_cannot_be_entered(bed, component):
    """They are filtered for good: no static entry leads them anywhere."""
    bed.switch(protocol=component.protocol)
    bed.station("a")
    for last in component.not_relayed:
        for where in ({"vid": 10}, {"all_vlans": True}):
            with pytest.raises(NetlinkError):
                bed.vsw.add_fdb("sw0", RESERVED[last], ports=["a"], **where)
    assert bed.vsw.fdb("sw0") == []


@pytest.mark.xfail(strict=True, reason="static entries are refused for all addresses that are "
                   "reserved in either kind of component")
def test_customers_reserved_addresses_are_a_providers_groups(bed):
    bed.switch(protocol="802.1ad")
    a, b, _ = bed.stations_at("a", "b", "c", **trunk("10"))
    for last in (0, 0xb, 0xc, 0xd, 0xf):
        bed.vsw.add_fdb("sw0", RESERVED[last], ports=["b"], vid=10)
        sent = frame(src=1, dst=RESERVED[last]).tagged(10, tpid=frames.STAG)
        a.send(sent)
        bed.expect({b: [sent]})


# All LANs bridge management, MMRP, MVRP and other MRP applications, ISIS, EtherType
# groups beyond: relayed by a bridge without that application.
GROUPS = ["01:80:c2:00:00:10", *(f"01:80:c2:00:00:{last:02x}" for last in range(0x20, 0x30)),
          "01:80:c2:00:00:14", "01:80:c2:00:00:30", "01:80:c2:00:00:ff", "01:80:c2:00:01:00"]


def test_group_address_of_no_protocol_here(bed, component):
    bed.switch(protocol=component.protocol)
    a, b, c = bed.stations_at("a", "b", "c", **ALL)
    sent = [frame(src=1, dst=dst, tag=component.tag(10)) for dst in GROUPS]
    a.send(*sent)
    bed.expect({b: sent, c: sent})
