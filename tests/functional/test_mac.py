# SPDX-License-Identifier: GPL-2.0
"""The address of a NIC for which none is given (D22): the same whenever a NIC of this
name is made in this namespace on this machine, and another one elsewhere.

     machine id --+
     namespace ---+--> SipHash --> 02:xx:xx:xx:xx:xx and the like
     NIC's name --+

vswctl makes it. The machine's id is that of a folder that is mounted over /etc where
vswctl runs; it needs nothing else of that.
"""

import json
import os
import subprocess

import pytest

from lib import ns, vswctl
from lib.config import config, port, saved, switch
from lib.module import needed
from lib.siphash import siphash

pytestmark = pytest.mark.tool

ID, OTHER = "0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff"
NO_IDS = [None, "", "\n", "uninitialized\n", "0" * 32 + "\n", ID[:31] + "\n", ID + "0\n",
          ID + "\n" + ID + "\n", ID[:31] + "g\n", ID + " \n", ID + "\n\n"]
NET_ADDR_RANDOM, NET_ADDR_SET = "1", "3"

GIVEN = "02:00:00:00:00:aa"
MOUNTED = 'mount --bind "$1" /etc && shift && exec vswctl "$@"'


def made_from(name, machine=ID, netns=""):
    """The address as docs/decisions.md describes it."""
    text = "\0".join(("vswitch NIC address", netns, name)).encode()
    octets = bytearray(siphash(bytes.fromhex(machine), text).to_bytes(8, "little")[:6])
    octets[0] = octets[0] & 0xfe | 0x02
    return octets.hex(":")


class Machine:
    """vswctl on a machine with this id."""

    def __init__(self, folder):
        self.etc = folder / "etc"
        self.etc.mkdir()
        self.set(ID + "\n")

    def set(self, text):
        path = self.etc / "machine-id"
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text)

    def run(self, words, netns=None, status=vswctl.DONE):
        place = ["ip", "netns", "exec", netns] if netns else []
        done = subprocess.run([*place, "unshare", "-m", "sh", "-c", MOUNTED, "sh",
                               str(self.etc), *vswctl.split(words)], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=120)
        assert (done.returncode, done.stderr) == (status, ""), words
        return done.stdout


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def make_again(vsw, machine, name="g1", words="type guest"):
    """A NIC, its address, and it is gone again."""
    machine.run(f"nic add {name} {words}")
    mac = vsw.nic(name)["mac"]
    vsw.del_nic(name)
    return mac


def assign_type(name):
    with open(f"/sys/class/net/{name}/addr_assign_type") as file:
        return file.read().strip()


# --- What it is made from ---------------------------------------------------------------

def test_siphash_of_its_authors():
    """The example in their paper."""
    assert siphash(bytes(range(16)), bytes(range(15))) == 0xa129ca6149be45e5


@pytest.mark.short
@pytest.mark.skipif(not os.path.exists("/etc/machine-id"), reason="the machine has no id")
def test_same_whenever_it_is_made(vsw):
    """With whatever id the machine has that this runs on."""
    macs = set()
    for _ in range(2):
        vswctl.run("nic add g1 type guest")
        macs.add(vsw.nic("g1")["mac"])
        vsw.del_nic("g1")
    assert len(macs) == 1
    assert int(macs.pop()[:2], 16) & 3 == 2, "a local address of a station"


@pytest.mark.parametrize("kind", ["host", "guest", "tap"])
def test_by_name(vsw, machine, kind):
    for name in ("a", "g1", "g2", "longest-name-15"):
        assert make_again(vsw, machine, name, f"type {kind}") == made_from(name)


def test_by_machine(vsw, machine):
    assert make_again(vsw, machine) == made_from("g1")
    machine.set(OTHER)
    assert make_again(vsw, machine) == made_from("g1", OTHER) != made_from("g1")
    machine.set(ID.upper())
    assert make_again(vsw, machine) == made_from("g1")


def test_by_namespace(vsw, machine):
    """Whichever way vswctl got there."""
    for name in ("red", "blue"):
        ns.run("ip", "netns", "add", name)
        machine.run(f"-n {name} nic add g1 type guest")
        machine.run("nic add g2 type guest", netns=name)
        assert {nic["ifname"]: nic["address"] for nic in vswctl.show(f"-n {name} nic show")} == {
            "g1": made_from("g1", netns=name), "g2": made_from("g2", netns=name)}
        ns.run("ip", "netns", "del", name)
    assert make_again(vsw, machine) == made_from("g1")


def test_namespace_with_two_names(vsw, machine):
    """The first by the alphabet, however it was called."""
    ns.run("ip", "netns", "add", "red")
    ns.run("touch", "/run/netns/blue")
    ns.run("mount", "--bind", "/run/netns/red", "/run/netns/blue")
    for name in ("red", "blue"):
        machine.run(f"-n {name} nic add g1 type guest")
        assert vswctl.one(f"-n {name} nic show g1")["address"] == made_from("g1", netns="blue")
        vswctl.run(f"-n {name} nic del g1")
    for name in ("blue", "red"):
        ns.run("ip", "netns", "del", name)


def test_no_two_of_ten_thousand():
    assert len({made_from(f"ct{number}") for number in range(10000)}) == 10000


def test_many_of_one_transaction(vsw, machine, files):
    """Each has its own, in one call."""
    names = [f"ct{number}" for number in range(500)]
    path = files.write("".join(f"nic add {name} type guest\n" for name in names), "nics")
    machine.run(f"-f {path}")
    assert {nic["name"]: nic["mac"] for nic in vsw.nics()} == {
        name: made_from(name) for name in names}


# --- What is left alone ------------------------------------------------------------------

def test_given_one_wins(vsw, machine):
    assert make_again(vsw, machine, words=f"type guest mac {GIVEN}") == GIVEN


@pytest.mark.parametrize("given, kind", [(GIVEN, NET_ADDR_SET), (None, NET_ADDR_RANDOM)])
def test_udev_leaves_a_given_one_alone(vsw, given, kind):
    """As one that was set, not one that happens to be random."""
    vsw.add_nic("g1", mac=given)
    assert assign_type("g1") == kind


def test_made_one_is_a_given_one(vsw, machine):
    machine.run("nic add g1 type guest")
    assert assign_type("g1") == NET_ADDR_SET


@pytest.mark.parametrize("text", NO_IDS)
def test_without_a_machine_id(vsw, machine, text):
    """The kernel's random one."""
    machine.set(text)
    machine.run("nic add g1 type guest")
    mac = vsw.nic("g1")["mac"]
    assert assign_type("g1") == NET_ADDR_RANDOM
    assert mac != made_from("g1") and int(mac[:2], 16) & 3 == 2


def test_may_exist_keeps_what_there_is(vsw, machine):
    vsw.add_nic("g1", mac=GIVEN)
    machine.run("--may-exist nic add g1 type guest mtu 1400")
    assert (vsw.nic("g1")["mac"], vsw.nic("g1")["mtu"]) == (GIVEN, 1400)
    machine.run("--may-exist nic add g2 type guest")
    assert vsw.nic("g2")["mac"] == made_from("g2")
    machine.run("--may-exist nic add g2 type guest mtu 1300 -- switch add sw0")
    assert (vsw.nic("g2")["mac"], vsw.nic("g2")["mtu"]) == (made_from("g2"), 1300)


def test_may_exist_of_what_the_transaction_makes(vsw, machine):
    machine.run(f"nic add g1 type guest mac {GIVEN} --"
                " --may-exist nic add g1 type guest mtu 1400")
    assert (vsw.nic("g1")["mac"], vsw.nic("g1")["mtu"]) == (GIVEN, 1400)


def test_name_is_used_again_while_the_first_is_elsewhere(bed, machine):
    """No two NICs of a switch have one address: the second gets a random one."""
    bed.switch()
    ns.add("red")
    machine.run("nic add tmp0 type guest -- port add sw0 p1 nic tmp0")
    ns.ip("link set tmp0 netns red name eth0")
    machine.run("nic add tmp0 type guest -- port add sw0 p2 nic tmp0")
    first, second = (nic["mac"] for nic in bed.vsw.nics())
    assert first == made_from("tmp0") != second
    assert assign_type("tmp0") == NET_ADDR_RANDOM
    ns.ip("link del eth0", netns="red")
    bed.vsw.del_nic("tmp0")
    assert make_again(bed.vsw, machine, "tmp0") == made_from("tmp0")


@pytest.mark.parametrize("order", [("g1", "g2"), ("g2", "g1")])
def test_another_of_the_transaction_has_it(vsw, machine, order):
    given = {"g1": "", "g2": f" mac {made_from('g1')}"}
    machine.run(" -- ".join(f"nic add {name} type guest{given[name]}" for name in order))
    assert vsw.nic("g2")["mac"] == made_from("g1") != vsw.nic("g1")["mac"]


def test_dry_run_and_refusal_make_nothing(vsw, machine):
    machine.run("--dry-run nic add g1 type guest")
    assert vsw.nics() == []
    vsw.add_nic("g1", mac=GIVEN)
    line = vswctl.refused("nic add g1 type guest")
    assert line == ("vswctl: nic add g1: the name is taken; choose another or use"
                    " --may-exist")
    assert vsw.nic("g1")["mac"] == GIVEN


# --- Files --------------------------------------------------------------------------------

WANTED = config(switch(ports=[port("p1", nic="g1")]), nics=[
    {"name": "g1", "kind": "guest"}, {"name": "g2", "kind": "host", "mac": GIVEN}])


def test_of_a_file(vsw, machine, files, events):
    path = files.write(WANTED)
    machine.run(f"apply -f {path}")
    assert {nic["name"]: nic["mac"] for nic in vsw.nics()} == {
        "g1": made_from("g1"), "g2": GIVEN}
    events.forget()
    machine.run(f"apply -f {path}")
    assert events.read() == []
    assert machine.run(f"diff -f {path}") == ""
    wanted = json.loads(json.dumps(WANTED))
    wanted["nics"][0]["mac"] = made_from("g1")
    assert saved() == wanted


def test_apply_keeps_what_there_is(vsw, machine, files):
    """Also one that the machine would not give it."""
    vsw.add_nic("g1", mac="02:00:00:00:00:bb")
    path = files.write(WANTED)
    machine.run(f"apply -f {path}")
    assert vsw.nic("g1")["mac"] == "02:00:00:00:00:bb"
    assert machine.run(f"diff -f {path}") == ""


def test_diff_says_which_it_will_be(vsw, machine, files):
    path = files.write(WANTED)
    told = json.loads(machine.run(f"diff -j -f {path}", status=vswctl.NO))
    macs = {change["to"]["name"]: change["to"]["mac"] for change in told
            if change["object"] == "nic"}
    machine.run(f"apply -f {path}")
    assert macs == {nic["name"]: nic["mac"] for nic in vsw.nics()}


def test_name_that_another_nic_of_the_file_had(vsw, machine, files):
    """A NIC that was saved, and got a new name: the old one is used again."""
    machine.run("nic add old type guest")
    content = saved()
    content["nics"][0]["name"] = "new"
    content["nics"].append({"name": "old", "kind": "guest"})
    vsw.del_nic("old")
    machine.run(f"apply -f {files.write(content)}")
    assert vsw.nic("new")["mac"] == made_from("old") != vsw.nic("old")["mac"]
    assert machine.run(f"diff -f {files.write(content)}") == ""


def test_nic_in_a_container_is_not_made_again(bed, machine, files):
    """A file's NIC has moved; when it is gone there, it comes with the same address."""
    path = files.write(config(switch(ports=[port("p1", nic="g1")]),
                              nics=[{"name": "g1", "kind": "guest"}]))
    machine.run(f"apply -f {path}")
    ns.add("red")
    ns.ip("link set g1 netns red name eth0")
    assert machine.run(f"diff -f {path}") == ""
    machine.run(f"apply -f {path}")
    ns.ip("link del eth0", netns="red")
    machine.run(f"apply -f {path}")
    assert bed.vsw.nic("g1")["mac"] == made_from("g1")


# --- After a restart ------------------------------------------------------------------------

@pytest.mark.last
@needed
def test_same_after_the_module_was_reloaded(host, module, machine):
    macs = []
    for _ in range(2):
        machine.run("nic add g1 type guest")
        macs.append(host.vsw.nic("g1")["mac"])
        module.unload()
        module.load()
        host.reopen()
    assert macs == [made_from("g1")] * 2
