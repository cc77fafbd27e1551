# SPDX-License-Identifier: GPL-2.0
"""Events: what changes is told to the multicast group "events", once, in order, with
the object as it is afterwards; and `vswctl monitor` shows it, an object a line.

     +-----+            +--------------------+
     | sw0 | -- events -> test's own socket  |
     +-----+            +--------------------+
                      `-> vswctl -j monitor
"""

import pytest

from lib import frames, genl, ns, vswctl
from lib.frames import frame, mac
from lib.genl import access, trunk


def told(events, *keys):
    """What came since, as tuples (object, event, values of the keys)."""
    return [(event["object"], event["event"], *(event.get(key) for key in keys))
            for event in events.read()]


# --- Each change, as the kernel tells it ------------------------------------------------

@pytest.mark.short
def test_life_of_a_switch_and_its_port(bed, events):
    bed.vsw.add_switch("sw0", type="internal", up=0)
    seen = events.read()
    assert (seen[0]["event"], seen[0]["name"], seen[0]["type"]) == ("new", "sw0", "internal")
    bed.vsw.set_switch("sw0", mtu=1400)
    assert events.read()[-1]["mtu"] == 1400
    bed.vsw.set_switch("sw0", up=1)
    assert events.read()[-1]["up"] == 1
    bed.vsw.add_port("sw0", "p1", **access(10))
    new = [event for event in events.read() if event["object"] == "port"]
    assert [(event["event"], event["name"], event["vlan_vid"]) for event in new] == [
        ("new", "p1", 10)]
    bed.vsw.set_port("sw0", "p1", learn=0)
    assert [(event["event"], event["learn"]) for event in events.read()] == [("set", 0)]
    bed.vsw.del_port("sw0", "p1")
    gone = events.read()
    assert [(event["object"], event["event"], event["switch"], event["name"])
            for event in gone] == [("port", "del", "sw0", "p1")]
    assert gone[0]["command"] == "port_del_ntf"
    bed.vsw.del_switch("sw0")
    gone = [event for event in events.read() if event["event"] == "del"]
    assert [(event["object"], event["name"], event["command"]) for event in gone] == [
        ("switch", "sw0", "switch_del_ntf")]


def test_event_has_the_layout_of_a_get(bed, events):
    bed.switch()
    bed.vsw.add_port("sw0", "p1", desc="text", **trunk("10,20", native=7))
    event = events.wait(object="port", event="new")
    port = bed.vsw.port("sw0", "p1")
    assert {key: event[key] for key in port} == port
    bed.vsw.set_switch("sw0", ageing=20000)
    event = events.wait(object="switch", event="set", ageing=20000)
    switch = bed.vsw.switch("sw0")
    assert {key: event[key] for key in switch} == switch
    bed.vsw.add_nic("g1", queues=2)
    event = events.wait(object="nic", event="new")
    nic = bed.vsw.nic("g1")
    assert {key: event[key] for key in nic} == nic
    bed.vsw.add_fdb("sw0", mac(1), "p1", vid=10, sticky=True)
    event = events.wait(object="fdb", event="new")
    entry = bed.vsw.fdb_entry("sw0", mac(1), 10)
    assert {key: event[key] for key in entry} == entry


def test_plugging(bed, events):
    """The NIC is connected, then the link comes up; and the other way round."""
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    bed.vsw.add_nic("g1")
    bed.links.up("g1")
    events.forget()
    bed.vsw.connect("g1", "sw0", "p1")
    bed.vsw.wait_port("sw0", "p1")
    assert told(events, "name") == [("nic", "connect", "g1"), ("port", "up", "p1")]
    bed.vsw.disconnect("g1")
    seen = events.read()
    assert sorted((event["object"], event["event"]) for event in seen) == [
        ("nic", "disconnect"), ("port", "down")]
    down = next(event for event in seen if event["object"] == "port")
    assert (down["oper"], down["down_reason"]) == (0, "no-nic")
    gone = next(event for event in seen if event["object"] == "nic")
    assert (gone["name"], gone["switch"], gone["port"]) == ("g1", "sw0", "p1")


def test_port_made_with_its_nic(bed, events):
    bed.switch()
    bed.vsw.add_nic("g1")
    bed.links.up("g1")
    events.forget()
    bed.vsw.add_port("sw0", "p1", nic="g1")
    bed.vsw.wait_port("sw0", "p1")
    assert told(events, "name") == [("port", "new", "p1"), ("nic", "connect", "g1"),
                                    ("port", "up", "p1")]


@pytest.mark.parametrize("settings, reason", [(dict(up=0), "port"), (dict(nic=""), "no-nic")])
def test_shut_by_a_setting(bed, events, settings, reason):
    bed.switch()
    bed.guest("p1")
    events.forget()
    bed.vsw.set_port("sw0", "p1", **settings)
    seen = [event for event in events.read() if event["event"] == "down"]
    assert [(event["name"], event["down_reason"]) for event in seen] == [("p1", reason)]


def test_switch_down_and_up(bed, events):
    bed.switch()
    bed.guest("p1")
    bed.guest("p2")
    events.forget()
    bed.vsw.set_switch("sw0", up=0)
    seen = events.read()
    downs = {event["name"]: event["down_reason"] for event in seen
             if event["event"] == "down"}
    assert downs == {"p1": "switch", "p2": "switch"}
    last = [event for event in seen if event["object"] == "switch"][-1]
    assert (last["event"], last["up"]) == ("set", 0)
    bed.vsw.set_switch("sw0", up=1)
    seen = events.read()
    assert {event["name"] for event in seen if event["event"] == "up"} == {"p1", "p2"}


def test_switch_is_deleted_with_all_that_it_has(bed, events):
    """Everything is taken leave of: ports, what is plugged in, then the switch."""
    bed.switch()
    bed.guest("p1")
    bed.vsw.add_port("sw0", "p2")
    bed.vsw.add_fdb("sw0", mac(1), "p2")
    events.forget()
    bed.vsw.del_switch("sw0")
    seen = told(events)
    for expected in (("nic", "disconnect"), ("port", "del"), ("fdb", "flush"),
                     ("switch", "del")):
        assert expected in seen
    assert seen.count(("port", "del")) == 2
    assert seen[-1] == ("switch", "del")


def test_database(bed, events):
    bed.switch()
    a, b = bed.stations_at("a", "b", **trunk("10"))
    events.forget()
    a.send(frame(src=1, tag=10))
    bed.drain()
    b.send(frame(src=1, tag=10))
    bed.drain()
    bed.vsw.add_fdb("sw0", mac(1), "a", vid=10, sticky=True)
    bed.vsw.del_fdb("sw0", mac(1), vid=10)
    bed.vsw.add_fdb("sw0", mac(2), "a", vid=10)
    bed.vsw.flush_fdb("sw0", static=True)
    seen = told(events, "mac", "vid", "port", "old_port", "static", "sticky")
    one, two = (mac(1), 10), (mac(2), 10)
    assert seen == [
        ("fdb", "learn", *one, "a", None, None, None),
        ("fdb", "move", *one, "b", "a", None, None),
        ("fdb", "set", *one, "a", None, True, True),
        ("fdb", "del", *one, "a", None, True, True),
        ("fdb", "new", *two, "a", None, True, None),
        ("fdb", "flush", *two, "a", None, True, None)]


def test_refused_changes_tell_nothing(bed, events):
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    events.forget()
    for change in (lambda: bed.vsw.add_switch("sw0"), lambda: bed.vsw.del_switch("sw1"),
                   lambda: bed.vsw.add_port("sw0", "p1"),
                   lambda: bed.vsw.set_port("sw0", "p1", nic="nothing"),
                   lambda: bed.vsw.set_port("sw0", "p1", **access(4095)),
                   lambda: bed.vsw.connect("lo", "sw0", "p1"),
                   lambda: bed.vsw.add_port("sw0", "p2", nic="lo"),
                   lambda: bed.vsw.add_fdb("sw0", frames.BROADCAST, "p1")):
        with pytest.raises(genl.NetlinkError):
            change()
    assert told(events) == []


def test_nic_in_another_namespace_is_told_at_its_switch(bed, events):
    bed.switch()
    bed.vsw.add_nic("g1")
    bed.vsw.add_port("sw0", "p1", nic="g1")
    ns.add("red")
    with ns.inside("red"):
        inner = bed.keep(genl.Events())
    with ns.open_file("red") as space:
        bed.links.move("g1", space)
    events.forget()
    inner.forget()
    bed.vsw.set_port("sw0", "p1", nic="")
    event = events.wait(object="nic", event="disconnect")
    assert (event["name"], event["port"]) == ("g1", "p1")
    assert [event["event"] for event in inner.read() if "switch" in event] == []


def test_listener_that_does_not_keep_up_is_told_so(bed):
    """It gets ENOBUFS, and the others everything."""
    slow = genl.Events()
    bed.keep(slow)
    slow.socket.sock.setsockopt(1, 33, 4096)        # SO_RCVBUFFORCE
    fast = bed.keep(genl.Events())
    bed.switch()
    for number in range(100):
        bed.vsw.add_port("sw0", f"p{number}")
    with pytest.raises(OSError, match="No buffer space"):
        while slow.read():
            pass
    new = [event["name"] for event in fast.read() if event["object"] == "port"]
    assert new == [f"p{number}" for number in range(100)]


# --- vswctl monitor -----------------------------------------------------------------------

@pytest.mark.short
def test_monitor_shows_the_life_of_a_port(bed):
    with vswctl.Monitor() as monitor:
        bed.switch()
        bed.vsw.add_nic("g1", mac="02:00:00:00:00:aa")
        bed.links.up("g1")
        bed.vsw.add_port("sw0", "p1", nic="g1", **access(10))
        bed.vsw.del_port("sw0", "p1")
        event = monitor.wait(object="switch", event="new")
        assert (event["ifname"], event["type"]) == ("sw0", "external")
        event = monitor.wait(object="nic", event="new")
        assert (event["ifname"], event["kind"], event["address"], event["state"]) == (
            "g1", "guest", "02:00:00:00:00:aa", "created")
        event = monitor.wait(object="port", event="new")
        assert (event["switch"], event["port"], event["vlan_mode"], event["vlan"]) == (
            "sw0", "p1", "access", 10)
        event = monitor.wait(object="nic", event="connect")
        assert (event["ifname"], event["state"], event["switch"], event["port"]) == (
            "g1", "connected", "sw0", "p1")
        event = monitor.wait(object="port", event="up")
        assert event["operstate"] == "up" and "reason" not in event
        event = monitor.wait(object="nic", event="disconnect")
        assert (event["state"], event["port"]) == ("created", "p1")
        event = monitor.wait(object="port", event="down")
        assert (event["operstate"], event["reason"]) == ("down", "no-nic")
        event = monitor.wait(object="port", event="del")
        assert (event["switch"], event["port"]) == ("sw0", "p1")


def test_monitor_shows_the_database(bed):
    bed.switch()
    a, b = bed.stations_at("a", "b", **trunk("10"))
    with vswctl.Monitor("fdb") as monitor:
        bed.vsw.set_port("sw0", "a", desc="not meant")
        a.send(frame(src=1, tag=10))
        bed.drain()
        b.send(frame(src=1, tag=10))
        bed.drain()
        bed.vsw.flush_fdb("sw0")
        bed.vsw.add_fdb("sw0", mac(2), "a", vid=10, sticky=True)
        seen = [monitor.event() for _ in range(4)]
    assert all(event["object"] == "fdb" for event in seen)
    assert [event["event"] for event in seen] == ["learn", "move", "flush", "new"]
    assert all(event["vlan"] == 10 for event in seen)
    assert (seen[1]["port"], seen[1]["old_port"], seen[1]["state"]) == ("b", "a", "dynamic")
    assert (seen[3]["mac"], seen[3]["state"], seen[3]["sticky"]) == (mac(2), "static", True)


@pytest.mark.parametrize("words", ["switch", "port", "nic", "switch nic", ""])
def test_monitor_of_some_objects(bed, words):
    """One of each kind is made, then another: the last one that is meant ends it."""
    objects = words.split() or ["switch", "nic", "port", "fdb"]
    with vswctl.Monitor(words) as monitor:
        for name in ("one", "end"):
            bed.switch(name)
            bed.vsw.add_nic(f"nic-{name}")
            bed.vsw.add_port(name, f"port-{name}")
            bed.vsw.add_fdb(name, mac(1), f"port-{name}")
        seen = set()
        while True:
            event = monitor.event()
            seen.add(event["object"])
            if event["object"] == objects[-1] and "end" in str(event):
                break
    assert seen == set(objects)


def test_monitor_ends_at_its_timeout(bed):
    with vswctl.Monitor("", "-j --timeout 0.1") as monitor:
        assert monitor.rest() == []


def test_monitor_for_people(bed):
    """No more than that it says something, with and without time stamps."""
    for options in ("--timeout 1", "-t --timeout 1", "-o --timeout 1"):
        with vswctl.Monitor("", options) as monitor:
            bed.vsw.add_switch("sw0")
            bed.vsw.del_switch("sw0")
            out, err = monitor.process.communicate(timeout=120)
        assert monitor.process.returncode == 0 and err == "" and "sw0" in out


def test_monitor_of_another_namespace(bed):
    ns.add("red")
    with vswctl.Monitor("switch", netns="red") as monitor:
        bed.switch("here")
        with ns.inside("red"):
            inner = bed.keep(genl.Vsw())
        inner.add_switch("there")
        assert monitor.event()["ifname"] == "there"
