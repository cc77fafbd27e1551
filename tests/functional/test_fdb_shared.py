# SPDX-License-Identifier: GPL-2.0
"""Shared VLAN learning, and static entries with several ports, none, or for all VLANs
(IEEE 802.1Q-2022, 8.8.1, 8.8.8, 8.8.9).

     h1 --- e1 a +-----+ b e2 --- h2
                 | sw0 |
                 +-----+ c e3 --- h3
"""

import pytest

from lib import frames
from lib.frames import frame, mac
from lib.genl import NetlinkError, Op, groups, hybrid, trunk

GROUP = "01:00:5e:01:02:03"
SHARED = groups((10, 1), (20, 1), (30, 2))


@pytest.fixture
def three(bed):
    bed.switch(fids=SHARED)
    return bed.stations_at("a", "b", "c", **trunk("10,20,30,40"))


@pytest.fixture
def plain(bed):
    bed.switch()
    return bed.stations_at("a", "b", "c", **trunk("10,20"))


def table(bed, **filters):
    """(VLAN, FID, number of the station) -> port or ports"""
    return {(entry.get("vid", "all"), entry.get("fid"), int(entry["mac"][-2:], 16)):
            entry.get("port", entry.get("ports")) for entry in bed.vsw.fdb("sw0", **filters)}


# --- Shared learning ------------------------------------------------------------------------

@pytest.mark.short
def test_learned_in_one_vlan_known_in_the_other(bed, three):
    a, b, c = three
    a.send(frame(src=1, tag=10))
    bed.drain()
    assert table(bed) == {(10, 1, 1): "a"}
    for vid in (10, 20):
        answer = frame(src=2, dst=1, tag=vid)
        b.send(answer)
        bed.expect({a: [answer]})
    for vid in (30, 40):
        unknown = frame(src=3, dst=1, tag=vid)
        c.send(unknown)
        bed.expect({a: [unknown], b: [unknown]})
    assert table(bed) == {(10, 1, 1): "a", (10, 1, 2): "b", (30, 2, 3): "c", (40, None, 3): "c"}


def test_asymmetric_vlans(bed):
    """What shared learning is for: clients send in one VLAN, the server in another."""
    bed.switch(fids=groups((10, 1, 2)))
    server = bed.station("server", **hybrid("10,11", untagged="10,11", pvid=10))
    clients = [bed.station(name, **hybrid("10", untagged="10", pvid=11), ingress_filter=0)
               for name in ("one", "two")]
    asked, answer = frame(src=1), frame(src=2, dst=1)
    clients[0].send(asked)
    bed.expect({server: [asked]})
    server.send(answer)
    bed.expect({clients[0]: [answer]})
    clients[1].send(frame(src=3, dst=1))
    bed.expect({})
    assert clients[0].drops() == {"to_vlan_filter": 1}, "one client is not in the other's VLAN"


def test_station_moves_across_vlans(bed, three, events):
    a, b, _ = three
    a.send(frame(src=1, tag=10))
    bed.drain()
    events.forget()
    b.send(frame(src=1, tag=20))
    bed.drain()
    assert table(bed) == {(20, 1, 1): "b"}
    assert [(event["event"], event["vid"], event["fid"], event["old_port"])
            for event in events.read()] == [("move", 20, 1, "a")]


def test_queries_and_removal_go_by_the_table(bed, three):
    bed.learn(*three, tag=10)
    assert len(table(bed, vid=20)) == 3 and table(bed, vid=30) == {}
    bed.vsw.del_fdb("sw0", mac(1), vid=20)
    assert bed.vsw.fdb_entry("sw0", mac(1), vid=10) is None
    assert bed.vsw.fdb_entry("sw0", mac(2), vid=20)["vid"] == 10
    counts = {one["vid"]: (one.get("fid"), one["fdb_count"])
              for one in bed.vsw.vlans("sw0", port="a")}
    assert counts == {10: (1, 2), 20: (1, 2), 30: (2, 0), 40: (None, 0)}
    bed.vsw.flush_fdb("sw0", vid=20)
    assert table(bed) == {}


def test_static_is_for_its_vlan_only(bed, three):
    a, b, c = three
    bed.vsw.add_fdb("sw0", mac(1), "b", vid=20)
    a.send(frame(src=1, tag=10))
    bed.drain()
    assert table(bed) == {(20, None, 1): "b", (10, 1, 1): "a"}
    for vid, to in ((10, a), (20, b)):
        asked = frame(src=3, dst=1, tag=vid)
        c.send(asked)
        bed.expect({to: [asked]})
    a.send(frame(src=1, tag=20))
    bed.drain()
    assert table(bed, dynamic=True) == {(10, 1, 1): "a", (10, 1, 3): "c"}
    bed.vsw.del_fdb("sw0", mac(1), vid=20)
    assert bed.vsw.fdb_entry("sw0", mac(1), vid=20)["port"] == "a"


def test_leaving_a_vlan_forgets_what_was_learned_in_it(bed, three):
    a, *_ = three
    a.send(frame(src=1, tag=10), frame(src=2, tag=20))
    bed.drain()
    a.set(**trunk("20"))
    assert table(bed) == {(20, 1, 2): "a"}


def test_other_tables_forget_what_was_learned(bed, three):
    bed.learn(*three, tag=10)
    bed.vsw.add_fdb("sw0", mac(9), "a", vid=10)
    assert bed.vsw.switch("sw0")["fids"] == SHARED
    bed.vsw.set_switch("sw0", fids=b"")
    assert table(bed) == {(10, None, 9): "a"} and "fids" not in bed.vsw.switch("sw0")
    bed.learn(*three, tag=10)
    bed.vsw.set_switch("sw0", fids=SHARED)
    assert table(bed) == {(10, None, 9): "a"}


def test_the_same_tables_again_forget_nothing(bed, three):
    bed.learn(*three, tag=10)
    before = table(bed)
    bed.vsw.set_switch("sw0", fids=groups((30, 2), (20, 1), (10, 1)))
    assert table(bed) == before and len(before) == 3
    bed.vsw.set_switch("sw0", fids=b"")
    bed.learn(*three, tag=10)
    bed.vsw.set_switch("sw0", fids=b"")
    assert len(table(bed)) == 3


@pytest.mark.parametrize("bad", [
    groups((10, 0)), groups((10, 4095)), groups((0, 1)), groups((4090, 1, 6)),
    groups((10, 1), (10, 1)), bytes(5)])
def test_bad_tables_are_refused(bed, three, bad):
    with pytest.raises(NetlinkError):
        bed.vsw.set_switch("sw0", fids=bad, fdb_max=7)
    switch = bed.vsw.switch("sw0")
    assert switch["fids"] == SHARED and switch["fdb_max"] != 7


def test_refused_transaction_leaves_the_tables(bed, three):
    bed.learn(*three, tag=10)
    before = table(bed)
    with pytest.raises(NetlinkError):
        bed.vsw.batch([Op("switch_set", name="sw0", fids=groups((10, 7))),
                       Op("port_del", switch="sw0", name="nobody")])
    assert table(bed) == before and bed.vsw.switch("sw0")["fids"] == SHARED


# --- Lists of ports ---------------------------------------------------------------------------

@pytest.mark.short
def test_group_goes_to_its_ports(bed, plain, events):
    a, b, c = plain
    bed.vsw.add_fdb("sw0", GROUP, ports=["a", "b"], vid=10)
    assert [(event["event"], event["ports"], event["static"]) for event in events.read()
            if event["object"] == "fdb"] == [("new", ["a", "b"], True)]
    sent = frame(src=3, dst=GROUP, tag=10)
    c.send(sent)
    bed.expect({a: [sent], b: [sent]})
    sent = frame(src=1, dst=GROUP, tag=10)
    a.send(sent)
    bed.expect({b: [sent]})
    elsewhere = frame(src=1, dst=GROUP, tag=20)
    a.send(elsewhere)
    bed.expect({b: [elsewhere], c: [elsewhere]})
    other = frame(src=1, dst=frames.MULTICAST, tag=10)
    a.send(other)
    bed.expect({b: [other], c: [other]})


def test_member_of_the_list_that_is_not_in_the_vlan_gets_nothing(bed, plain):
    a, b, c = plain
    c.set(**trunk("20"))
    bed.vsw.add_fdb("sw0", GROUP, ports=["c"], vid=10)
    a.send(frame(src=1, dst=GROUP, tag=10))
    bed.expect({})
    assert a.drops() == {"from_no_target": 1}


def test_stations_frames_go_to_several_ports_or_none(bed, plain):
    a, b, c = plain
    bed.vsw.add_fdb("sw0", mac(7), ports=["b", "c"], vid=10)
    bed.vsw.add_fdb("sw0", mac(8), ports=[], vid=10)
    sent = frame(src=1, dst=7, tag=10)
    a.send(sent, frame(src=1, dst=8, tag=10))
    bed.expect({b: [sent], c: [sent]})
    assert a.drops() == {"from_filtered": 1}
    b.send(frame(src=7, tag=10))
    bed.drain()
    assert table(bed) == {(10, None, 7): ["b", "c"], (10, None, 8): [], (10, None, 1): "a"}


def test_vlan_goes_before_all_vlans_before_learned(bed, plain):
    a, b, c = plain
    bed.learn(*plain, tag=10)
    bed.learn(*plain, tag=20)
    bed.vsw.add_fdb("sw0", mac(3), ports=["b"], all_vlans=True)
    bed.vsw.add_fdb("sw0", mac(3), "c", vid=20)
    for vid, to in ((10, b), (20, c)):
        sent = frame(src=1, dst=3, tag=vid)
        a.send(sent)
        bed.expect({to: [sent]})
    assert table(bed, static=True) == {("all", None, 3): ["b"], (20, None, 3): "c"}
    c.send(frame(src=3, tag=10))
    bed.drain()
    bed.vsw.del_fdb("sw0", mac(3), all_vlans=True)
    sent = frame(src=1, dst=3, tag=10)
    a.send(sent)
    bed.expect({c: [sent]})


def test_sticky_for_all_vlans(bed, plain):
    a, b, _ = plain
    bed.vsw.add_fdb("sw0", mac(1), "a", all_vlans=True, sticky=True)
    said = frame(src=1, dst=2, tag=10)
    b.send(said)
    bed.expect({})
    assert b.drops() == {"from_sticky": 1}
    a.send(said)
    bed.expect({b: [said], plain[2]: [said]})


def test_replace_goes_from_one_port_to_several_and_back(bed, plain, events):
    a, b, c = plain
    for target in ({"ports": ["b", "c"]}, {"port": "b"}, {"ports": []}, {"ports": ["c"]}):
        bed.vsw.add_fdb("sw0", mac(7), vid=10, replace=True, **target)
        entry = bed.vsw.fdb_entry("sw0", mac(7), vid=10)
        assert {name: entry[name] for name in target} == target
    assert [event["event"] for event in events.read() if event["object"] == "fdb"] == [
        "new", "set", "set", "set"]
    assert [port["fdb_count"] for port in bed.vsw.ports(switch="sw0")] == [0, 0, 0]
    with pytest.raises(NetlinkError):
        bed.vsw.add_fdb("sw0", mac(7), "a", vid=10)


def test_port_that_goes_leaves_the_lists(bed, plain, events):
    a, b, c = plain
    bed.vsw.add_fdb("sw0", GROUP, ports=["b", "c"], vid=10)
    bed.vsw.add_fdb("sw0", mac(7), ports=["c"], vid=10)
    events.forget()
    bed.vsw.del_port("sw0", "c")
    assert table(bed) == {(10, None, 3): ["b"]}
    assert sorted((event["event"], event["mac"]) for event in events.read()
                  if event["object"] == "fdb") == [("flush", mac(7)), ("set", GROUP)]
    sent = frame(src=1, dst=GROUP, tag=10)
    a.send(sent)
    bed.stations.remove(c)
    bed.expect({b: [sent]})


def test_flush_of_static_entries(bed, plain):
    for last, ports in enumerate((["a", "b"], [], ["c"]), 1):
        bed.vsw.add_fdb("sw0", f"01:00:5e:00:00:{last:02x}", ports=ports, vid=10)
    bed.vsw.flush_fdb("sw0")
    assert len(table(bed)) == 3
    bed.vsw.flush_fdb("sw0", static=True, port="b")
    assert table(bed) == {(10, None, 1): ["a"], (10, None, 2): [], (10, None, 3): ["c"]}
    bed.vsw.flush_fdb("sw0", static=True)
    assert table(bed) == {} and bed.vsw.switch("sw0")["fdb_count"] == 0


@pytest.mark.parametrize("settings, text", [
    (dict(mac="00:00:00:00:00:00", ports=["a"]), "must not be zero"),
    (dict(mac="01:80:c2:00:00:0e", ports=["a"]), "see reserved-relay"),
    (dict(mac=GROUP, port="a"), "must be one station's"),
    (dict(mac=GROUP, ports=["a"], port="a"), "one port or a list"),
    (dict(mac=GROUP, ports=["a", "a"]), "named twice"),
    (dict(mac=GROUP, ports=["a", "nobody"]), "no such port"),
    (dict(mac=GROUP, ports=["a"], sticky=True), "is behind one port"),
    (dict(mac=GROUP, ports=["a"], vid=10, all_vlans=True), "for one VLAN or for all"),
    (dict(mac=GROUP, vid=10), "the port is missing"),
])
def test_bad_entries_are_refused(bed, plain, settings, text):
    with pytest.raises(NetlinkError) as refusal:
        bed.vsw.add_fdb("sw0", **settings)
    assert text in refusal.value.text
    assert table(bed) == {}


def test_list_has_an_end(bed):
    bed.switch()
    names = [f"p{number}" for number in range(65)]
    bed.vsw.batch([Op("port_new", switch="sw0", name=name) for name in names])
    bed.vsw.add_fdb("sw0", GROUP, ports=names[:64])
    assert bed.vsw.fdb("sw0")[0]["ports"] == names[:64]
    with pytest.raises(NetlinkError):
        bed.vsw.add_fdb("sw0", frames.MULTICAST, ports=names)


def test_in_a_transaction(bed, plain):
    """What later operations see, and what is left when one is refused."""
    with pytest.raises(NetlinkError):
        bed.vsw.batch([Op("fdb_new", switch="sw0", mac=GROUP, ports=["a"], vid=10),
                       Op("fdb_new", switch="sw0", mac=GROUP, ports=["b"], vid=10)])
    assert table(bed) == {}
    bed.vsw.batch([Op("fdb_new", switch="sw0", mac=GROUP, ports=["a", "c"], vid=10),
                   Op("fdb_del", switch="sw0", mac=GROUP, vid=10),
                   Op("fdb_new", switch="sw0", mac=GROUP, ports=["b", "c"], vid=10),
                   Op("port_del", switch="sw0", name="c")])
    assert table(bed) == {(10, None, 3): ["b"]}
