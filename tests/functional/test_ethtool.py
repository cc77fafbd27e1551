# SPDX-License-Identifier: GPL-2.0
"""What ethtool shows of synthetic NICs and lets a user change."""

import re

import pytest

from lib import ns
from lib.frames import BROADCAST, frame
from lib.genl import access


def ethtool(*words):
    return ns.run("ethtool", *words)


def fields(text):
    """Lines of the form "name: value"."""
    return {name.strip(): value.strip() for name, value in
            re.findall(r"^([^:\n]+):[ \t]*(.*)$", text, re.MULTILINE)}


def link(netdev):
    return fields(ethtool(netdev))


# --- Who it is --------------------------------------------------------------------------

@pytest.mark.parametrize("kind, driver", [("guest", "vswnic"), ("host", "vswnic"),
                                          ("tap", "vswtap")])
def test_driver(bed, kind, driver):
    bed.vsw.add_nic("g1", kind)
    assert fields(ethtool("-i", "g1"))["driver"] == driver


# --- Queues -----------------------------------------------------------------------------

def channels(netdev):
    """Combined queues: most, and now."""
    return tuple(map(int, re.findall(r"^Combined:\s*(\d+)", ethtool("-l", netdev),
                                     re.MULTILINE)))


@pytest.mark.parametrize("queues", [1, 8, 64])
def test_queues(bed, queues):
    bed.vsw.add_nic("g1", queues=queues)
    assert channels("g1") == (queues, queues)


def test_queues_change_within_bounds(bed):
    bed.switch()
    bed.vsw.add_nic("g1", queues=8)
    bed.links.up("g1")
    bed.vsw.add_port("sw0", "p1", nic="g1")
    bed.vsw.wait_port("sw0", "p1")
    for count in (3, 1, 8):
        ethtool("-L", "g1", "combined", str(count))
        assert channels("g1") == (8, count)
    for count in ("0", "9"):
        ns.refused("ethtool", "-L", "g1", "combined", count)
    ns.refused("ethtool", "-L", "g1", "rx", "1")
    assert channels("g1") == (8, 8)


# --- Speed --------------------------------------------------------------------------------

def test_no_link_no_speed(bed):
    bed.vsw.add_nic("loose")
    assert (link("loose")["Speed"], link("loose")["Link detected"]) == ("Unknown!", "no")
    bed.switch()
    g = bed.guest("p1")
    g.set(up=0)
    g.wait("port")
    shown = link(g.nic)
    assert (shown["Speed"], shown["Duplex"][:7], shown["Link detected"]) == (
        "Unknown!", "Unknown", "no")


def test_speed_without_uplink(bed):
    bed.switch()
    g = bed.guest("p1")
    bed.station("p2")                       # an edge's speed is its own affair
    shown = link(g.nic)
    assert shown["Speed"] == "10000Mb/s"
    assert (shown["Duplex"], shown["Port"], shown["Auto-negotiation"],
            shown["Link detected"]) == ("Full", "Other", "off", "yes")


@pytest.mark.parametrize("speed", [100, 2500, 40000])
def test_speed_of_the_uplink(bed, speed):
    bed.switch()
    g = bed.guest("p1")
    up = bed.tap("up", role="uplink")
    ethtool("-s", up.nic, "speed", str(speed), "duplex", "full", "autoneg", "off")
    assert link(g.nic)["Speed"] == f"{speed}Mb/s"
    up.set(up=0)
    up.wait("port")
    assert link(g.nic)["Speed"] == "10000Mb/s"
    up.set(up=1)
    up.wait()
    assert link(g.nic)["Speed"] == f"{speed}Mb/s"


def test_switches_that_are_each_others_uplink(bed):
    """Each asks the other for its speed, once."""
    netdevs = []
    for number in (0, 1):
        bed.switch(f"sw{number}")
        netdevs.append(bed.guest("p1", switch=f"sw{number}").nic)
    for number, other in ((0, 1), (1, 0)):
        vlan = f"v{other}"
        ns.ip(f"link add link {netdevs[other]} name {vlan} type vlan id 5")
        bed.links.up(vlan)
        bed.vsw.add_port(f"sw{number}", "up", nic=vlan, role="uplink")
        bed.vsw.wait_port(f"sw{number}", "up")
    for netdev in (*netdevs, "v0", "v1"):
        assert link(netdev)["Speed"] == "10000Mb/s"
    for number in (0, 1):                   # the one above before the one it stands on
        bed.links.delete(f"v{number}")


# --- Drops --------------------------------------------------------------------------------

def shown_drops(netdev):
    return {name: int(value) for name, value in fields(ethtool("-S", netdev)).items()
            if value}


def test_every_reason_is_listed_with_its_count(bed):
    bed.switch()
    a, b = bed.guest("p1", **access(10)), bed.guest("p2", **access(20))
    assert shown_drops(a.nic) == a.stats()["drops"]
    assert not any(shown_drops(a.nic).values())
    a.send(frame(src=1, tag=7), frame(src=1, tag=8), frame(src=BROADCAST),
           frame(src=1, dst="01:80:c2:00:00:00"))
    bed.clock.settle()
    counted = shown_drops(a.nic)
    assert {name: count for name, count in counted.items() if count} == {
        "from_tagged": 2, "from_source_invalid": 1, "from_reserved": 1}
    assert counted == a.stats()["drops"]
    assert not any(shown_drops(b.nic).values())


def test_no_port_no_drops(bed):
    bed.vsw.add_nic("g1")
    shown = shown_drops("g1")
    assert shown and not any(shown.values())


# --- Features -----------------------------------------------------------------------------

FEATURES = ("rx-checksumming", "tx-checksumming", "scatter-gather",
            "tcp-segmentation-offload", "generic-segmentation-offload",
            "generic-receive-offload", "rx-vlan-offload", "tx-vlan-offload",
            "tx-udp-segmentation", "tx-vlan-stag-hw-insert", "rx-vlan-stag-hw-parse",
            "tx-scatter-gather-fraglist", "tx-checksum-ip-generic")


def test_offloads_are_on_and_can_be_switched(bed):
    bed.vsw.add_nic("g1")
    assert {name: fields(ethtool("-k", "g1"))[name] for name in FEATURES} == \
        dict.fromkeys(FEATURES, "on")
    for name in FEATURES:
        if name == "tx-checksumming":       # the one below, by its other name
            continue
        ethtool("-K", "g1", name, "off")
        assert fields(ethtool("-k", "g1"))[name].startswith("off"), name
        ethtool("-K", "g1", name, "on")
        assert fields(ethtool("-k", "g1"))[name] == "on"
