# SPDX-License-Identifier: GPL-2.0
"""vswctl monitor: numbers of events, what a slow reader is told, and --resync. What
is told of each change is in test_cli.py.

A reader is slow when it is stopped: the kernel drops what its socket has no room
for, and all that follows until the reader has emptied it.
"""

import json
import re
import signal
import threading

import pytest

from lib import ns, vswctl, wait
from lib.frames import mac
from lib.genl import access, trunk
from lib.vswctl import Monitor, run, show

pytestmark = pytest.mark.tool

FLOOD = 20000           # changes, more than its socket has room for
KEYS = {"switch": ("ifname",), "port": ("switch", "port"), "nic": ("ifname",),
        "fdb": ("switch", "mac", "vlan")}


def numbers(events):
    return [event["seq"] for event in events if "seq" in event]


def by_one(events):
    """Without a gap; what is told without a number is passed over."""
    found = numbers(events)
    return found == list(range(found[0], found[0] + len(found)))


def crowd(vsw):
    vsw.add_switch()
    vsw.add_nic("n1", "host")
    vsw.add_port("sw0", "a", **access(10))
    vsw.add_port("sw0", "b", nic="n1", **trunk("1-20"))
    vsw.add_fdb("sw0", mac(1), "a", vid=10)


def flood(vsw, count=FLOOD):
    for number in range(count):
        vsw.set_port("sw0", "a", desc=str(number))


def overrun(vsw, monitor):
    """Stop the reader until events are lost."""
    monitor.process.send_signal(signal.SIGSTOP)
    flood(vsw)
    monitor.process.send_signal(signal.SIGCONT)


def until(monitor, **wanted):
    """All events up to the first that has these values."""
    seen = [monitor.event()]
    while not wanted.items() <= seen[-1].items():
        seen.append(monitor.event())
    return seen


# --- Numbers ------------------------------------------------------------------

@pytest.mark.short
def test_numbers_count_up_by_one(vsw):
    with Monitor() as monitor, Monitor("fdb") as other:
        crowd(vsw)
        run("port set sw0 a down -- port del sw0 b -- nic del n1 -- fdb flush sw0 static")
        vsw.del_switch("sw0")
        seen = until(monitor, event="del", object="switch")
        assert len(seen) > 8 and by_one(seen)
        wanted = [event for event in seen if event["object"] == "fdb"]
        assert [other.event() for _ in wanted] == wanted


def test_numbers_of_text_and_oneline(vsw):
    for options, pattern in (("-d", r"(\d+) switch sw0 (?:new|set|del).*\n"),
                             ("-o", r"seq (\d+) event \w+ object switch ifname sw0( .*)?\n"),
                             ("-o -t", r"time \S+Z seq (\d+) event \w+ object switch .*\n")):
        with Monitor("switch", options=options) as monitor:
            vsw.add_switch(up=0)
            vsw.del_switch("sw0")
            lines = [monitor.line(), monitor.line()]
        found = [re.fullmatch(pattern, line) for line in lines]
        assert all(found), lines
        assert int(found[1][1]) == int(found[0][1]) + 1


def test_each_namespace_counts_for_itself(vsw):
    ns.add("red")
    with Monitor() as here, Monitor(netns="red") as there:
        crowd(vsw)
        run("-n red switch add sw1 -- port add sw1 a -- switch del sw1")
        vsw.del_switch("sw0")
        for monitor in (here, there):
            assert by_one(until(monitor, event="del", object="switch"))


# --- A slow reader ------------------------------------------------------------

def test_missed_events_are_counted(vsw):
    """What was received and what was missed is what happened."""
    crowd(vsw)
    with Monitor() as monitor:
        flood(vsw, 1)
        first = monitor.event()
        stop = threading.Event()
        overrun(vsw, monitor)

        def go_on():        # so that the number of the next event tells the gap
            while not stop.wait(0.01):
                vsw.set_port("sw0", "a", desc="more")

        thread = threading.Thread(target=go_on, daemon=True)
        thread.start()
        seen = until(monitor, event="missed")
        stop.set()
        thread.join()
        missed = seen.pop()
        assert set(missed) == {"event", "missed"}
        assert by_one([first, *seen]) and len(seen) < FLOOD
        behind = monitor.event()
        assert behind["seq"] == numbers(seen)[-1] + missed["missed"] + 1
        vsw.set_port("sw0", "a", desc="last")
        assert by_one([behind, *until(monitor, desc="last")])


def test_missed_events_are_told_of_when_none_follows(vsw):
    """Without their number, which no one knows yet; and only once."""
    crowd(vsw)
    with Monitor() as monitor:
        overrun(vsw, monitor)
        seen = until(monitor, event="missed")
        assert seen.pop() == {"event": "missed"}
        assert by_one(seen)
        vsw.set_port("sw0", "a", desc="last")
        event = monitor.event()
        assert event["desc"] == "last" and event["seq"] > numbers(seen)[-1] + 1
        vsw.del_switch("sw0")
        assert by_one([event, *until(monitor, event="del", object="switch")])


def test_missed_events_in_text(vsw):
    """On standard error, with what to do."""
    crowd(vsw)
    for options, words, text in (
            ("", "", "with --resync the state would follow"),
            ("", "--resync", "the state follows")):
        monitor = Monitor(words, options=options)
        monitor.process.send_signal(signal.SIGSTOP)
        flood(vsw)
        drain = threading.Thread(target=monitor.process.stdout.read)
        drain.start()
        monitor.process.send_signal(signal.SIGCONT)
        line = monitor.process.stderr.readline()
        monitor.process.terminate()
        drain.join()
        assert monitor.process.wait(60) == 0
        monitor.process.stdout.close()
        monitor.process.stderr.close()
        assert line == f"vswctl: monitor: events missed; {text}\n"


# --- resync -------------------------------------------------------------------

def states(monitor):
    """What --resync prints: all objects, up to the end."""
    seen = until(monitor, event="synced")
    assert seen.pop() == {"event": "synced"}
    assert {event.pop("event") for event in seen} <= {"state"}
    return seen


def everything():
    found = []
    for name in KEYS:
        found += [{"object": name, **record} for record in show(name)]
    return found


@pytest.mark.short
def test_state_at_the_beginning(vsw):
    """What show says, and then what happens."""
    with Monitor("--resync") as monitor:
        assert states(monitor) == []
    crowd(vsw)
    with Monitor("--resync") as monitor:
        assert states(monitor) == everything()
        vsw.set_port("sw0", "a", desc="new")
        event = monitor.event()
        assert (event["event"], event["desc"]) == ("set", "new")
    with Monitor("port --resync") as monitor:
        assert states(monitor) == [
            record for record in everything() if record["object"] == "port"]


def test_state_after_a_gap(vsw):
    crowd(vsw)
    with Monitor("--resync") as monitor:
        assert len(states(monitor)) == 5
        overrun(vsw, monitor)
        seen = until(monitor, event="missed")
        assert by_one(seen[:-1])
        assert states(monitor) == everything()
        vsw.set_port("sw0", "a", desc="last")
        assert monitor.event()["desc"] == "last"


def test_state_in_text(vsw):
    crowd(vsw)
    run("port set sw0 b down")
    monitor = Monitor("--resync port switch", options="--timeout 0.3")
    out, err = monitor.process.communicate(timeout=60)
    assert (out, err) == ("switch sw0 state: up, external, mtu 65535\n"
                          "port sw0 a state: down, vlan access 10\n"
                          "port sw0 b state: down, vlan trunk 1-20\n", "")


def key_of(event):
    return (event["object"], *(event[key] for key in KEYS[event["object"]]))


def learn(known, event):
    """What a reader that keeps a copy does with an event."""
    if event["event"] == "missed":
        known.clear()
    elif event["event"] != "synced" and "object" in event:
        gone = event["event"] in ("del", "flush", "age")
        if gone:
            known.pop(key_of(event), None)
        else:
            known[key_of(event)] = {name: value for name, value in event.items()
                                    if name not in ("event", "seq")}


def test_a_copy_can_be_kept(vsw):
    """Ports come and go while the reader is stopped, again and again."""
    crowd(vsw)
    known = {}
    with Monitor("port --resync") as monitor:
        for turn in range(3):
            monitor.process.send_signal(signal.SIGSTOP)
            vsw.add_port("sw0", f"early{turn}")
            flood(vsw)
            vsw.add_port("sw0", f"late{turn}")
            if turn:
                vsw.del_port("sw0", f"early{turn - 1}")
                vsw.del_port("sw0", f"late{turn - 1}")
            monitor.process.send_signal(signal.SIGCONT)
            vsw.add_port("sw0", f"end{turn}")       # as an event, or in the state
            for event in until(monitor, port=f"end{turn}"):
                learn(known, event)
    assert list(known.values()) == [
        {"object": "port", **record} for record in show("port")]


# --- Lines --------------------------------------------------------------------

def test_each_line_is_one_object_at_once(vsw):
    """Nothing waits in a buffer, and what JSON has to escape is escaped."""
    vsw.add_switch()
    with Monitor("port") as monitor:
        for desc in ('a "quote"', "back\\slash", "{[,", "ünï"):
            vsw.add_port("sw0", "a", desc=desc)
            line = monitor.line()
            assert line.endswith("}\n") and json.loads(line)["desc"] == desc
            vsw.del_port("sw0", "a")
            assert json.loads(monitor.line())["event"] == "del"


def test_time_of_marks(vsw):
    with Monitor("--resync -t") as monitor:
        event = monitor.event()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", event.pop("time"))
    assert event == {"event": "synced"}


def test_a_reader_that_goes_away(vsw):
    """The end of a pipe ends it, with the next event."""
    with Monitor() as monitor:
        monitor.process.stdout.close()
        vsw.add_switch()
        vsw.del_switch("sw0")
        wait.until(lambda: monitor.process.poll() is not None, "it ends")
        monitor.process.stdout = None
        assert monitor.process.returncode in (-signal.SIGPIPE, vswctl.FAILED)
