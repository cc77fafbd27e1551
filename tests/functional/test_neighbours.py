# SPDX-License-Identifier: GPL-2.0
"""Programs of the host that speak to the neighbours of a switch: lldpd on an adopted
netdev sees who is at the other end of its cable, and is seen; a reader of BPDUs gets
those of a real bridge; and bridges see each other through a switch that was told to.

    lldpd, or a reader --- e1 ~~~~ h1 --- lldpd, or a bridge
                            |
                        port a, sw0
"""

import json
import os
import shutil
import socket
import struct
import subprocess

import pytest

from lib import ns, wait
from lib.frames import BPDU, frame
from lib.genl import access
from lib.rtnl import links_in

NEAR, END, FAR = "near0", "end0", "neighbour"
BRIDGE = "peer0"
FORWARDING, BLOCKING = 3, 4     # BR_STATE_*
ETH_P_802_2 = 0x0004
LLC_BPDU = bytes.fromhex("424203")


# --- LLDP ---------------------------------------------------------------------------------

class Lldpd:
    """On one netdev; it speaks every second. What it needs is where it can get at it when
    it has given its privileges up."""

    FOLDER = "/run/lldpd"

    def __init__(self, netdev, says, netns=None):
        os.makedirs(self.FOLDER, exist_ok=True)
        self.socket, self.log, settings = (
            f"{self.FOLDER}/{says}.{kind}" for kind in ("socket", "log", "conf"))
        with open(settings, "w") as file:
            file.write("configure lldp tx-interval 1\n"
                       f"configure system description {says}\n")
        within = ["ip", "netns", "exec", netns] if netns else []
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [*within, "lldpd", "-d", "-u", self.socket, "-I", netdev, "-O", settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def neighbours(self, netdev):
        """What is said at the other end, and there, of which netdev."""
        if not os.path.exists(self.socket):
            return []
        done = subprocess.run(["lldpcli", "-u", self.socket, "-f", "json0", "show",
                               "neighbors", "ports", netdev], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60)
        if done.returncode:         # not ready yet
            return []
        found = json.loads(done.stdout)["lldp"][0].get("interface", [])
        return [(one["chassis"][0]["descr"][0]["value"], one["port"][0]["descr"][0]["value"])
                for one in found]

    def close(self):
        self.process.terminate()
        self.process.wait(60)


@pytest.fixture
def lldpds(bed):
    """At an adopted netdev here, and at the other end of its cable in a namespace."""
    if not shutil.which("lldpd"):
        pytest.skip("needs lldpd")
    bed.switch()
    ns.add(FAR)
    bed.links.add_veth(NEAR, END)
    with open(f"{ns.FOLDER}/{FAR}") as space:
        bed.links.move(END, space)
    with links_in(FAR) as there:
        there.up(END)
    bed.vsw.add_port("sw0", "a", nic=NEAR, **access(10))
    bed.vsw.wait_port("sw0", "a")
    other = bed.station("b", **access(10))
    here = bed.keep(Lldpd(NEAR, "this-host"))
    there = bed.keep(Lldpd(END, "that-switch", FAR))
    return here, there, other


def test_lldpd_sees_its_neighbour_and_is_seen(bed, lldpds):
    here, there, other = lldpds
    wait.until(lambda: here.neighbours(NEAR) == [("that-switch", END)],
               "lldpd sees its neighbour", pause=0.2)
    wait.until(lambda: there.neighbours(END) == [("this-host", NEAR)],
               "lldpd is seen by its neighbour", pause=0.2)
    assert bed.vsw.stats("sw0", "a")["drops"]["from_reserved"] > 0
    assert other.take() == [], "LLDP is for the neighbour only"


# --- BPDUs --------------------------------------------------------------------------------

def add_bridge(bed, *netdevs):
    """With a spanning tree; what it plugs in is up. Times are in 1/100 s."""
    ns.ip(f"link add {BRIDGE} type bridge stp_state 1 hello_time 100 forward_delay 200 "
          "max_age 600 mcast_snooping 0")
    for netdev in netdevs:
        bed.links.wait_ready(netdev)
        ns.ip(f"link set {netdev} master {BRIDGE}")
    ns.ip(f"link set {BRIDGE} up")


def bridge_id():
    """As it is in BPDUs."""
    with open(f"/sys/class/net/{BRIDGE}/bridge/bridge_id") as file:
        priority, address = file.read().strip().split(".")
    return bytes.fromhex(priority + address)


def test_reader_gets_the_bpdus_of_a_bridge(bed):
    bed.switch()
    a, b = bed.stations_at("a", "b")
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_802_2)) as reader:
        reader.bind((a.nic, ETH_P_802_2))
        reader.settimeout(60)
        add_bridge(bed, a.end.netdev)
        data = reader.recv(2048)
    assert data[:6].hex(":") == BPDU and data[14:17] == LLC_BPDU
    protocol, version, kind, _, root, cost = struct.unpack_from("!HBBB8sI", data, 17)
    assert (protocol, version, kind) == (0, 0, 0), "a configuration BPDU"
    assert (root, cost) == (bridge_id(), 0), "of a bridge that takes itself for the root"
    assert a.drops()["from_reserved"] >= 1
    assert b.take() == []


def states(*netdevs):
    found = []
    for netdev in netdevs:
        with open(f"/sys/class/net/{netdev}/brport/state") as file:
            found.append(int(file.read()))
    return found


def test_bridge_finds_a_loop_through_the_switch(bed):
    """Told to relay BPDUs, the switch is a cable to spanning trees of others."""
    bed.switch()
    a, b = bed.stations_at("a", "b", reserved_relay=1, **access(10))
    c = bed.station("c", **access(10))
    add_bridge(bed, a.end.netdev, b.end.netdev)
    wait.until(lambda: states(a.end.netdev, b.end.netdev) == [FORWARDING, BLOCKING],
               "the second port of the bridge is blocked")
    c.take()
    sent = frame(src=3)
    c.send(sent)
    bed.clock.settle()
    assert [one for one in c.take() if one.dst == sent.dst] == [], "it went round"
    assert c.stats()["from_broadcast_packets"] == 1
    assert c.drops() == {}
