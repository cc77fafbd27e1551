# SPDX-License-Identifier: GPL-2.0
"""The filtering database: what is learned, moves, ages, is static, sticky, limited,
flushed (IEEE 802.1Q-2022, 8.7, 8.8).

       h1   h2   h3            station n has the address mac(n), unless a test
       |    |    |             says otherwise
     +-e1---e2---e3-+
     | p1   p2   p3 |
     +----- sw0 ----+
"""

import time

import pytest

from lib.frames import frame, mac
from lib.genl import NetlinkError, access, trunk


@pytest.fixture
def three(bed):
    bed.switch()
    return bed.stations_at("p1", "p2", "p3")


def hello(station, number, tag=None):
    """The station says where it is."""
    station.send(frame(src=number, tag=tag))
    station.bed.clock.settle()


def where(bed, number, vid=0):
    entry = bed.vsw.fdb_entry("sw0", mac(number), vid)
    return entry and entry["port"]


def content(bed, switch="sw0"):
    return {(entry["mac"], entry["vid"]): entry["port"] for entry in bed.vsw.fdb(switch)}


# --- Learning ---------------------------------------------------------------------

@pytest.mark.short
def test_station_is_learned_where_it_speaks(bed, three, events):
    hello(three[0], 1)
    entry = bed.vsw.fdb_entry("sw0", mac(1))
    assert entry.pop("age") < 5000
    assert entry == {"switch": "sw0", "mac": mac(1), "vid": 0, "port": "p1"}
    event = events.wait(object="fdb", event="learn")
    assert (event["mac"], event["vid"], event["port"]) == (mac(1), 0, "p1")
    assert three[0].stats()["learned"] == 1
    assert bed.vsw.switch("sw0")["fdb_count"] == 1
    assert three[0].show()["fdb_count"] == 1


def test_known_station_is_learned_once(bed, three, events):
    for _ in range(20):
        hello(three[0], 1)
    assert three[0].stats()["learned"] == 1
    learned = [event for event in events.read() if event["object"] == "fdb"]
    assert len(learned) == 1


def test_each_vlan_learns_for_itself(bed):
    """One station, at one port in VLAN 10 and at another in VLAN 20."""
    bed.switch()
    a = bed.station("a", **trunk("10,20"))
    b = bed.station("b", **trunk("10,20"))
    c = bed.station("c", **trunk("10,20"))
    hello(a, 1, tag=10)
    hello(b, 1, tag=20)
    assert content(bed) == {(mac(1), 10): "a", (mac(1), 20): "b"}
    bed.drain()
    ten, twenty = frame(src=3, dst=1, tag=10), frame(src=3, dst=1, tag=20)
    c.send(ten, twenty)
    bed.expect({a: [ten], b: [twenty]})


def test_untagged_frames_are_learned_in_the_ports_vlan(bed):
    bed.switch()
    hello(bed.station("a", **access(10)), 1)
    hello(bed.station("n", **trunk("10,20", native=20)), 2)
    hello(bed.station("x"), 3)
    assert content(bed) == {(mac(1), 10): "a", (mac(2), 20): "n", (mac(3), 0): "x"}


# --- Moving -----------------------------------------------------------------------

@pytest.mark.short
def test_station_moves(bed, three, events):
    hello(three[0], 1)
    hello(three[1], 1)
    event = events.wait(object="fdb", event="move")
    assert (event["mac"], event["port"], event["old_port"]) == (mac(1), "p2", "p1")
    assert where(bed, 1) == "p2"
    moved = [station.stats()["moved"] for station in three]
    counts = [station.show()["fdb_count"] for station in three]
    assert (moved, counts) == ([0, 1, 0], [0, 1, 0])
    assert bed.vsw.switch("sw0")["fdb_count"] == 1
    bed.drain()
    sent = frame(src=3, dst=1)
    three[2].send(sent)
    bed.expect({three[1]: [sent]})


def test_station_moves_to_and_fro(bed, three):
    for _ in range(10):
        hello(three[0], 1)
        hello(three[1], 1)
    assert [station.stats()["moved"] for station in three] == [9, 10, 0]
    assert [station.stats()["learned"] for station in three] == [1, 0, 0]


def test_station_stays_where_its_new_port_does_not_learn(bed, three):
    hello(three[0], 1)
    three[1].set(learn=0)
    hello(three[1], 1)
    assert where(bed, 1) == "p1"
    assert three[1].stats()["moved"] == three[1].stats()["not_learned"] == 0


# --- Static and sticky entries ------------------------------------------------------

@pytest.mark.short
def test_static_entry_directs_frames(bed, three, events):
    bed.vsw.add_fdb("sw0", mac(1), "p2")
    entry = bed.vsw.fdb_entry("sw0", mac(1))
    assert (entry["port"], entry["static"]) == ("p2", True)
    assert "sticky" not in entry
    assert events.wait(object="fdb", event="new")["static"]
    sent = frame(src=3, dst=1)
    three[2].send(sent)
    bed.expect({three[1]: [sent]})


def test_static_entry_is_not_moved_by_learning(bed, three):
    """The station's frames from elsewhere pass all the same."""
    bed.vsw.add_fdb("sw0", mac(1), "p2")
    sent = frame(src=1)
    three[0].send(sent)
    bed.expect({three[1]: [sent], three[2]: [sent]})
    assert where(bed, 1) == "p2"
    stats = three[0].stats()
    assert stats["moved"] == stats["learned"] == 0


@pytest.mark.short
def test_sticky_entry_drops_the_address_elsewhere(bed, three):
    bed.vsw.add_fdb("sw0", mac(1), "p2", sticky=True)
    three[0].send(frame(src=1), frame(src=1, dst=9))
    bed.expect({})
    assert three[0].drops() == {"from_sticky": 2}
    assert where(bed, 1) == "p2"
    sent = frame(src=1)
    three[1].send(sent)
    bed.expect({three[0]: [sent], three[2]: [sent]})


def test_sticky_entry_drops_where_learning_is_off_too(bed, three):
    bed.vsw.add_fdb("sw0", mac(1), "p2", sticky=True)
    three[0].set(learn=0)
    three[0].send(frame(src=1))
    bed.expect({})
    assert three[0].drops() == {"from_sticky": 1}


def test_sticky_entry_holds_in_its_vlan_only(bed):
    bed.switch()
    a = bed.station("a", **trunk("10,20"))
    b = bed.station("b", **trunk("10,20"))
    bed.vsw.add_fdb("sw0", mac(1), "b", vid=10, sticky=True)
    sent = frame(src=1, tag=20)
    a.send(frame(src=1, tag=10), sent)
    bed.expect({b: [sent]})


def test_dynamic_entry_becomes_static(bed, three, events):
    hello(three[0], 1)
    bed.vsw.add_fdb("sw0", mac(1), "p3")
    entry = bed.vsw.fdb_entry("sw0", mac(1))
    assert (entry["port"], entry["static"]) == ("p3", True)
    assert bed.vsw.switch("sw0")["fdb_count"] == 1
    assert [station.show()["fdb_count"] for station in three] == [0, 0, 1]
    hello(three[0], 1)
    assert where(bed, 1) == "p3"


def test_static_entry_is_refused_twice_and_replaced_if_asked_to(bed, three):
    bed.vsw.add_fdb("sw0", mac(1), "p1")
    with pytest.raises(NetlinkError, match="EEXIST"):
        bed.vsw.add_fdb("sw0", mac(1), "p2")
    assert where(bed, 1) == "p1"
    bed.vsw.add_fdb("sw0", mac(1), "p2", sticky=True, replace=True)
    entry = bed.vsw.fdb_entry("sw0", mac(1))
    assert (entry["port"], entry["static"], entry["sticky"]) == ("p2", True, True)
    bed.vsw.add_fdb("sw0", mac(1), "p2", replace=True)
    assert "sticky" not in bed.vsw.fdb_entry("sw0", mac(1))


def test_entry_is_deleted(bed, three, events):
    hello(three[0], 1)
    bed.vsw.add_fdb("sw0", mac(2), "p2")
    for number in (1, 2):
        bed.vsw.del_fdb("sw0", mac(number))
        assert events.wait(object="fdb", event="del")["mac"] == mac(number)
        with pytest.raises(NetlinkError, match="ENOENT"):
            bed.vsw.del_fdb("sw0", mac(number))
    assert bed.vsw.fdb("sw0") == []
    assert bed.vsw.switch("sw0")["fdb_count"] == 0


@pytest.mark.parametrize("address", ["00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff",
                                     "01:00:5e:00:00:01", "01:80:c2:00:00:00"])
def test_entry_is_for_a_station(bed, three, address):
    with pytest.raises(NetlinkError, match="EINVAL"):
        bed.vsw.add_fdb("sw0", address, "p1")
    assert bed.vsw.fdb("sw0") == []


def test_entries_go_with_their_port_and_their_switch(bed, three, events):
    hello(three[0], 1)
    bed.vsw.add_fdb("sw0", mac(2), "p1", sticky=True)
    bed.vsw.add_fdb("sw0", mac(3), "p2")
    bed.vsw.del_port("sw0", "p1")
    assert content(bed) == {(mac(3), 0): "p2"}
    bed.vsw.del_switch("sw0")
    assert bed.vsw.fdb() == []


# --- Ageing ---------------------------------------------------------------------------

def test_silent_station_ages_out(bed, three, events):
    """The shortest ageing time there is; one station stays silent, one does not, and
    one is static."""
    bed.vsw.set_switch("sw0", ageing=10000)
    bed.vsw.add_fdb("sw0", mac(3), "p3")
    hello(three[0], 1)
    started = time.monotonic()
    aged = None
    while aged is None:
        hello(three[1], 2)
        aged = next((event for event in events.read(timeout=1)
                     if event.get("event") == "age"), None)
        assert time.monotonic() - started < 60, "no station ages"
    took = time.monotonic() - started
    assert (aged["mac"], aged["port"]) == (mac(1), "p1")
    assert 9.9 < took < 25, f"aged after {took:.1f} s"
    assert content(bed) == {(mac(2), 0): "p2", (mac(3), 0): "p3"}
    assert [station.stats()["aged"] for station in three] == [1, 0, 0]
    assert bed.vsw.switch("sw0")["fdb_count"] == 2


def test_ages(bed, three):
    """A station's age grows, and starts again when it speaks; within a second of its
    last word it may be left as it is. A static entry has no age."""
    bed.vsw.add_fdb("sw0", mac(3), "p3")
    hello(three[0], 1)
    time.sleep(1.3)
    entry = bed.vsw.fdb_entry("sw0", mac(1))
    assert 1000 <= entry["age"] <= 60000
    before = time.monotonic()
    hello(three[0], 1)
    fresh = bed.vsw.fdb_entry("sw0", mac(1))["age"]
    assert fresh <= (time.monotonic() - before) * 1000 + 30
    assert fresh < entry["age"]
    assert "age" not in bed.vsw.fdb_entry("sw0", mac(3))


@pytest.mark.parametrize("ageing", [10000, 300000, 1000000000])
def test_ageing_time_as_set(bed, ageing):
    bed.switch(ageing=ageing)
    assert bed.vsw.switch("sw0")["ageing"] == ageing
    bed.vsw.set_switch("sw0", ageing=20000)
    assert bed.vsw.switch("sw0")["ageing"] == 20000


# --- Limits ---------------------------------------------------------------------------

def test_limit_of_the_switch(bed, three):
    """What does not fit is forwarded all the same, and counted."""
    bed.vsw.set_switch("sw0", fdb_max=3)
    sent = [frame(src=number) for number in range(1, 6)]
    three[0].send(*sent)
    bed.expect({three[1]: sent, three[2]: sent})
    assert set(content(bed)) == {(mac(number), 0) for number in (1, 2, 3)}
    stats = three[0].stats()
    assert (stats["learned"], stats["not_learned"]) == (3, 2)
    unknown = frame(src=9, dst=5)
    three[1].send(unknown)
    bed.expect({three[0]: [unknown], three[2]: [unknown]})
    assert three[1].stats()["not_learned"] == 1
    bed.vsw.del_fdb("sw0", mac(1))
    hello(three[0], 5)
    assert where(bed, 5) == "p1"


def test_limit_of_a_port(bed, three):
    three[0].set(fdb_max=2)
    for number in (1, 2, 3):
        hello(three[0], number)
        hello(three[1], number + 10)
    assert where(bed, 3) is None and where(bed, 13) == "p2"
    assert three[0].stats()["not_learned"] == 1
    assert three[0].show()["fdb_count"] == 2
    hello(three[0], 11)
    assert where(bed, 11) == "p2", "no room for a move"
    assert three[0].stats()["not_learned"] == 2
    hello(three[1], 1)
    hello(three[0], 3)
    assert (where(bed, 1), where(bed, 3)) == ("p2", "p1")
    three[0].set(fdb_max=0)
    hello(three[0], 4)
    assert where(bed, 4) == "p1"


def test_lower_limit_evicts_nobody(bed, three):
    for number in range(1, 6):
        hello(three[0], number)
    bed.vsw.set_switch("sw0", fdb_max=2)
    three[0].set(fdb_max=1)
    assert len(bed.vsw.fdb("sw0")) == 5
    hello(three[0], 6)
    assert where(bed, 6) is None


def test_static_entry_beyond_the_limit_is_refused(bed, three):
    bed.vsw.set_switch("sw0", fdb_max=1)
    hello(three[0], 1)
    with pytest.raises(NetlinkError, match="ENOSPC"):
        bed.vsw.add_fdb("sw0", mac(2), "p1")
    bed.vsw.add_fdb("sw0", mac(1), "p2")
    assert where(bed, 1) == "p2"


def test_thousands_of_stations(bed, three):
    """The table grows and shrinks under its user."""
    count = 3000
    for number in range(count):
        three[number % 2].send(frame(src=100 + number, dst=1))
        if number % 100 == 0:
            bed.drain()
    bed.drain()
    assert bed.vsw.switch("sw0")["fdb_count"] == count
    assert len(content(bed)) == count
    bed.vsw.flush_fdb("sw0", port="p1")
    assert bed.vsw.switch("sw0")["fdb_count"] == count // 2
    assert set(content(bed).values()) == {"p2"}
    bed.vsw.flush_fdb("sw0")
    assert content(bed) == {}


# --- Flushing ---------------------------------------------------------------------------

FLUSHES = {
    "all": ({}, lambda port, vid, static: not static),
    "port": ({"port": "a"}, lambda port, vid, static: port == "a" and not static),
    "vlan": ({"vid": 10}, lambda port, vid, static: vid == 10 and not static),
    "port-vlan": ({"port": "a", "vid": 10},
                  lambda port, vid, static: (port, vid) == ("a", 10) and not static),
    "static": ({"static": True}, lambda port, vid, static: True),
    "static-port": ({"port": "b", "static": True}, lambda port, vid, static: port == "b"),
    "static-vlan": ({"vid": 20, "static": True}, lambda port, vid, static: vid == 20),
    "none": ({"vid": 30}, lambda port, vid, static: False),
}


@pytest.mark.parametrize("flush", FLUSHES)
def test_flush(bed, events, flush):
    filters, goes = FLUSHES[flush]
    bed.switch()
    stations = {name: bed.station(name, **trunk("10,20")) for name in ("a", "b")}
    entries = {}
    for number, (port, vid, static) in enumerate(
            [(port, vid, static) for port in ("a", "b") for vid in (10, 20)
             for static in (False, True)], 1):
        if static:
            bed.vsw.add_fdb("sw0", mac(number), port, vid=vid)
        else:
            hello(stations[port], number, tag=vid)
        entries[mac(number)] = (port, vid, static)
    events.forget()
    bed.vsw.flush_fdb("sw0", **filters)
    gone = {address for address, entry in entries.items() if goes(*entry)}
    assert {entry["mac"] for entry in bed.vsw.fdb("sw0")} == entries.keys() - gone
    told = [event["mac"] for event in events.read() if event["event"] == "flush"]
    assert sorted(told) == sorted(gone)
    assert bed.vsw.switch("sw0")["fdb_count"] == len(entries) - len(gone)


@pytest.mark.parametrize("filters, expected", [
    ({}, {1, 2, 3}), ({"port": "a"}, {1, 2}), ({"vid": 10}, {1, 3}),
    ({"mac": mac(2)}, {2}), ({"static": True}, {3}), ({"dynamic": True}, {1, 2}),
    ({"port": "b", "static": True}, {3}), ({"port": "a", "vid": 20}, {2}),
    ({"mac": mac(1), "vid": 20}, set()), ({"vid": 0}, set())])
def test_show_with_filters(bed, filters, expected):
    bed.switch()
    a = bed.station("a", **trunk("10,20"))
    bed.station("b", **trunk("10,20"))
    hello(a, 1, tag=10)
    hello(a, 2, tag=20)
    bed.vsw.add_fdb("sw0", mac(3), "b", vid=10)
    found = {entry["mac"] for entry in bed.vsw.fdb("sw0", **filters)}
    assert found == {mac(number) for number in expected}


def test_entries_of_all_switches(bed):
    for name in ("sw0", "sw1"):
        bed.switch(name)
        bed.vsw.add_port(name, "p1")
        bed.vsw.add_fdb(name, mac(1), "p1")
    assert sorted(entry["switch"] for entry in bed.vsw.fdb()) == ["sw0", "sw1"]


# --- VLANs that a port leaves ---------------------------------------------------------------

def test_port_that_leaves_vlans_forgets_what_it_learned_there(bed):
    bed.switch()
    a = bed.station("a", **trunk("10,20,30"))
    b = bed.station("b", **trunk("10,20,30"))
    for number, vid in enumerate((10, 20, 30), 1):
        hello(a, number, tag=vid)
        hello(b, number + 10, tag=vid)
    bed.vsw.add_fdb("sw0", mac(9), "a", vid=20)
    a.set(**trunk("10,30,40"))
    assert {key: port for key, port in content(bed).items() if port == "a"} == {
        (mac(1), 10): "a", (mac(3), 30): "a", (mac(9), 20): "a"}
    a.set(**access(30))
    assert {key for key, port in content(bed).items() if port == "a"} == {
        (mac(3), 30), (mac(9), 20)}
    assert sum(port == "b" for port in content(bed).values()) == 3


def test_port_that_stays_in_its_vlans_keeps_what_it_learned(bed):
    bed.switch()
    a = bed.station("a", **access(10))
    hello(a, 1)
    a.set(**access(10))
    a.set(**trunk("20", native=10))
    a.set(**trunk("10,20"))
    assert content(bed) == {(mac(1), 10): "a"}
