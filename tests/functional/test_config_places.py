# SPDX-License-Identifier: GPL-2.0
"""Files of configuration in which NICs, bindings and names change places, and NICs that
come, go, and move to other namespaces, with which a file has to be at peace.

        h1  h2
        |   |         n1 host, n2 guest: made by the file
     +--e1--e2--n1--n2--+
     +------ sw0 -------+
"""

import json

import pytest

from lib import ns, wait
from lib.config import N1, N2, access, config, lined, port, saved, switch
from lib.frames import mac
from lib.rtnl import links_in
from lib.tap import Tap
from lib.vswctl import run

pytestmark = pytest.mark.tool


# --- apply: things that change places ---------------------------------------------------

def test_exchange_nics(bed, net, files):
    def wanted(first, second):
        return config(switch(ports=[port("a", nic=first), port("b", nic=second)]))

    files.apply(wanted("e1", "e2"))
    files.apply(wanted("e2", "e1"))
    assert [one["nic"] for one in bed.vsw.ports()] == ["e2", "e1"]
    files.apply(config(switch(ports=[port("a"), port("b", nic="e2")])))
    assert [one.get("nic") for one in bed.vsw.ports()] == [None, "e2"]


def test_exchange_nics_between_switches(bed, files):
    def wanted(first, second):
        return config(switch("sw0", ports=[port("a", nic=first)]),
                      switch("sw1", ports=[port("a", nic=second)]), nics=[N1, N2])

    files.apply(wanted("n1", "n2"))
    files.apply(wanted("n2", "n1"))
    assert [one["nic"] for one in bed.vsw.ports()] == ["n2", "n1"]


def test_exchange_bindings(bed, files):
    def wanted(*names):
        return config(switch(ports=[port(one, bind=name) if name else port(one)
                                    for one, name in zip("abc", names)]))

    for names in (("x", "y", "z"), ("y", "z", "x"), ("z", None, "y"), ("y", "z", None)):
        files.apply(wanted(*names))
        assert [one.get("bind") for one in bed.vsw.ports()] == list(names)


def test_port_gets_a_new_name(bed, net, files):
    files.apply(config(switch(ports=[port("old", nic="e1", bind="x", vlan=access(3))],
                              fdb=[{"mac": mac(1), "port": "old", "vlan": 3}])))
    new = config(switch(ports=[port("new", nic="e1", bind="x", vlan=access(3))],
                        fdb=[{"mac": mac(1), "port": "new", "vlan": 3}]))
    assert files.refused(lined(new)) == (
        'net.json:3: port "new" of switch "sw0": another port is bound to this name; '
        "unbind it first (bind none)")
    files.apply(new, "--prune")
    assert saved() == new


def test_type_changes_with_the_nics(bed, net, files):
    outer = config(switch(ports=[port("a", nic="e1", role="uplink"), port("b", nic="n1")]),
                   nics=[N1, N2])
    inner = config(switch(type="private", ports=[port("a", nic="e1"), port("b", nic="n2")]),
                   nics=[N1, N2])
    for wanted in (outer, inner, outer):
        files.apply(wanted)
        assert saved() == wanted


def test_protocol_changes_under_nics(bed, net, files):
    """Those that are plugged in are so afterwards, also at ports that no file names."""
    bed.switch()
    bed.vsw.add_port("sw0", "other", nic="e2", role="uplink")
    wanted = config(switch(ports=[port("a", nic="e1")]))
    files.apply(wanted)
    wanted["switches"][0]["protocol"] = "802.1ad"
    assert files.diff(wanted) == [' switch "sw0"', '+  protocol: "802.1ad"']
    files.apply(wanted)
    assert [(one["nic"], one["role"]) for one in bed.vsw.ports()] == [
        ("e2", "uplink"), ("e1", "edge")]
    assert bed.vsw.switch("sw0")["protocol"] == 0x88a8


def test_switch_goes_and_its_nics_go_on(bed, files):
    files.apply(config(switch("sw0", ports=[port("a", nic="n1", bind="b")]), nics=[N1]))
    after = config(switch("sw1", ports=[port("a", nic="n1", bind="b")]), nics=[N1])
    files.apply(after, "--prune")
    assert saved() == after


def test_nic_that_another_port_is_bound_to(bed, net, files):
    """The binding waits: the netdev goes where the file plugs it in."""
    wanted = config(switch(ports=[port("a", bind="e1"), port("b", nic="e1")]))
    files.apply(wanted)
    assert saved() == wanted
    flushed = config()
    files.apply(flushed, "--prune")
    files.apply(wanted)
    assert saved() == wanted


# --- namespaces, bindings ----------------------------------------------------------------

def test_nic_of_the_file_moves_into_a_container(bed, files):
    """Under another name; the file is still fulfilled, until the container ends."""
    wanted = config(switch(ports=[port("ct", nic="ct0")]),
                    nics=[{"name": "ct0", "kind": "guest"}])
    files.apply(wanted)
    ns.add("box")
    ns.ip("link set ct0 netns box name eth0 up")
    with links_in("box") as links:
        index = links.index("eth0")
    for options in ([], ["--prune"]):
        assert files.same(wanted, *options)
        files.apply(wanted, *options)
        assert files.same(config(switch(ports=[port("ct")])), *options)
    with links_in("box") as links:
        assert links.index("eth0") == index
    assert bed.vsw.port("sw0", "ct")["nic"] == "eth0"
    ns.delete("box")
    wait.until(lambda: "nic" not in bed.vsw.port("sw0", "ct"), "the NIC is gone")
    files.apply(wanted)
    assert bed.vsw.port("sw0", "ct")["nic"] == "ct0"


def test_netns_option(bed, files):
    ns.add("box")
    path = files.write(config(switch(ports=[port("a")])))
    assert run(["-n", "box", "apply", "-f", path]) == ""
    assert json.loads(run("-n box save")) == config(switch(ports=[port("a")]))
    assert saved() == config()


def test_uplink_that_is_late(bed, files):
    """Bound as well, it stops nothing, and is the uplink when it comes."""
    up = port("up", nic="e9", role="uplink", bind="e9")
    only = config(switch(ports=[port("up", nic="e9", role="uplink")]))
    assert files.refused(lined(only)).startswith("net.json:3: port")
    wanted = config(switch(ports=[up]))
    files.apply(wanted)
    bound = config(switch(ports=[port("up", role="uplink", bind="e9")]))
    assert files.same(wanted) and saved() == bound
    bed.links.add("e9", "dummy")
    assert bed.vsw.wait_port("sw0", "up")["role"] == "uplink"
    assert files.same(wanted) and saved() == bound
    files.apply(wanted)
    assert bed.vsw.port("sw0", "up")["role"] == "uplink"


def test_bound_nic_is_no_difference(bed, files):
    wanted = config(switch(ports=[port("web", bind="tap7")]))
    files.apply(wanted)
    tap = Tap("tap7")
    bed.vsw.wait_port("sw0", "web")
    assert files.same(wanted)
    files.apply(wanted)
    assert bed.vsw.port("sw0", "web")["nic"] == "tap7"
    tap.close()
    wait.until(lambda: "nic" not in bed.vsw.port("sw0", "web"), "the tap is gone")
    assert files.same(wanted)
    # another one that was plugged in by hand is taken out, and gives way to the bound one
    bed.links.add("tap8", "dummy")
    bed.vsw.connect("tap8", "sw0", "web")
    bed.links.add("tap7", "dummy")
    assert files.diff(wanted)[1:] == ['-  nic: "tap8"', '   bind: "tap7"']
    files.apply(wanted)
    assert bed.vsw.port("sw0", "web")["nic"] == "tap7"
