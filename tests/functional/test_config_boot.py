# SPDX-License-Identifier: GPL-2.0
"""The systemd unit: its words are run as they stand there, on another folder. And
clients that apply different files at once.

                tap7 comes later
                 |
        h1  h2   |
        |   |    |
     +--e1--e2---+--+
     | a   b    web |
     +---- sw0 -----+
"""

import fcntl
import re
import shlex
import subprocess

import pytest

from lib import uapi, unit
from lib.config import access, config, port, saved, switch
from lib.frames import frame
from lib.tap import Tap
from lib.vswctl import NO, call, refused

pytestmark = pytest.mark.tool

UNIT = "vswitch.service"
FOLDER = "/etc/vswitch"


def carry_out(key, folder):
    """A line of the unit, without a shell, as systemd does it."""
    words = shlex.split(unit.read(UNIT)["Service"][key].replace(FOLDER, str(folder)))
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), (words, done)


def test_unit_says_what_it_has_to():
    found = unit.read(UNIT)
    assert found["Service"]["Type"] == "oneshot"
    assert found["Service"]["RemainAfterExit"] == "yes"
    assert "ExecStop" not in found["Service"]
    assert "network-pre.target" in found["Unit"]["Before"].split()
    assert "network-pre.target" in found["Unit"]["Wants"].split()
    assert found["Service"]["ExecStart"].endswith(f"-f {FOLDER}")
    assert "--prune" not in found["Service"]["ExecReload"]
    assert found["Service"]["ExecStartPre"].split()[1:] == ["vswitch"]


def test_unit_is_one_for_systemd(tmp_path):
    unit.verify(UNIT, tmp_path)


def test_make_install(tmp_path):
    """Everything that the unit needs is where it says."""
    words = ["make", "-n", "-C", uapi.TOP, "install-vswctl", f"DESTDIR={tmp_path}",
             "PREFIX=/opt/x"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "for unit in vswitch.service vswitch-qemu-link@.service" in done.stdout
    assert f"{tmp_path}/opt/x/lib/systemd/system/$unit" in done.stdout
    assert re.search(r"sed -i 's\|=vswctl \|=/opt/x/sbin/vswctl \|'", done.stdout)
    assert f"install -d '{tmp_path}{FOLDER}'" in done.stdout


@pytest.mark.short
def test_start_reload_and_a_nic_that_comes_later(bed, files, tmp_path, events):
    for near, far in (("e1", "h1"), ("e2", "h2")):
        bed.links.add_veth(near, far)
        bed.links.up(far)
    ports = [port("a", nic="e1", vlan=access(10)), port("b", nic="e2", vlan=access(10)),
             port("web", bind="tap7", vlan=access(10))]
    files.write(config(switch(ports=ports)), "10-net.json")
    carry_out("ExecStart", tmp_path)
    assert saved() == config(switch(ports=ports))
    tap = bed.keep(Tap("tap7"))
    bed.vsw.wait_port("sw0", "web")
    assert bed.vsw.port("sw0", "web")["nic"] == "tap7"
    # someone else's, and a new file beside the old one
    bed.vsw.add_port("sw0", "other")
    files.write(config(switch("sw1", ports=[port("x")])), "20-more.json")
    bed.clock.settle()
    events.forget()
    carry_out("ExecReload", tmp_path)
    carry_out("ExecReload", tmp_path)
    assert [(event["object"], event["event"]) for event in events.read()] == [
        ("switch", "new"), ("switch", "set"), ("port", "new")]
    assert {one["name"] for one in bed.vsw.ports()} == {"a", "b", "web", "other", "x"}
    assert tap.receive_octets() is None


def test_reload_under_traffic(bed, files, tmp_path, events):
    """No frame is lost, and no link is heard of."""
    bed.switch()
    a, b = bed.stations_at("a", "b")
    bed.learn(a, b)
    wanted = saved()
    files.write(wanted, "net.json")
    events.forget()
    sent = []
    for number in range(10):
        wanted["switches"][0]["ports"] = wanted["switches"][0]["ports"][:2] + [
            port(f"x{one}") for one in range(number)]
        files.write(wanted, "net.json")
        reload = unit.read(UNIT)["Service"]["ExecReload"]
        words = shlex.split(reload.replace(FOLDER, str(tmp_path)))
        process = subprocess.Popen(words)
        while process.poll() is None:
            one = frame(src=1, dst=2)
            a.send(one)
            sent.append(one)
        assert process.returncode == 0
    bed.expect({b: sent})
    assert {event["event"] for event in events.read()} == {"new"}


# --- Two at once ------------------------------------------------------------------

ROUNDS = 30


def of_client(name):
    """Both have the same switch and one port in common, and else their own."""
    vid = {"one": 10, "two": 20}[name]
    ports = [port("common", vlan=access(vid), desc=name)]
    ports += [port(f"{name}{number}", vlan=access(vid)) for number in range(20)]
    return config(switch(mtu=1000 + vid, ports=sorted(ports, key=lambda one: (
        one["name"] != "common", int(re.sub(r"\D", "", one["name"]) or 0)))),
                  nics=[{"name": f"n{name}", "kind": "guest",
                         "mac": f"02:00:00:00:00:{vid:02}"}])


def test_one_waits_for_the_other(files):
    """And not for longer than it is told to."""
    path = files.write(config(switch()))
    with open("/run/vswctl.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert refused(["--timeout", "0.2", "apply", "-f", path]) == (
            "vswctl: apply: /run/vswctl.lock: another apply has it")
        waiting = subprocess.Popen(["vswctl", "apply", "-f", path])
        assert call(["diff", "-f", path]).status == NO      # which waits for no one
        assert waiting.poll() is None and saved() == config()
    assert waiting.wait(60) == 0
    assert saved() == config(switch())


def test_two_clients_at_once(host, files):
    """What comes out is one file whole, or the other."""
    contents = {name: of_client(name) for name in ("one", "two")}
    paths = {name: files.write(content, f"{name}.json") for name, content in contents.items()}
    seen = set()
    for turn in range(ROUNDS):
        order = sorted(paths, reverse=turn % 2)
        processes = [subprocess.Popen(["vswctl", "apply", "--prune", "-f", paths[name]],
                                      stderr=subprocess.PIPE, text=True) for name in order]
        for process in processes:
            said = process.communicate(timeout=60)[1]
            assert (process.returncode, said) == (0, "")
        found = saved()
        assert found in contents.values()
        seen.add(found["switches"][0]["mtu"])
    print(f"\nlast writers seen: {len(seen)}")
