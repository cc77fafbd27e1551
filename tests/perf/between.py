# SPDX-License-Identifier: GPL-2.0
"""What can be between two namespaces: each is made, with its ends g0 and s0, and taken
away again.

    netns gen                            netns sink
    g0 ------- veth, bridge, ... ------- s0
"""

import contextlib
import json
import time

from bench import GEN_MAC, SINK_MAC, VID, sh
from relays import ACCESS, TRUNK, bridge

ENDS = (("gen", "g0", GEN_MAC), ("sink", "s0", SINK_MAC))
ADDRESSES = {"gen": "192.0.2.1", "sink": "192.0.2.2"}
DEADLINE_S = 20


@contextlib.contextmanager
def veth():
    """A cable, without a switch."""
    sh(f"ip link add g0 address {GEN_MAC} netns gen type veth "
       f"peer name s0 address {SINK_MAC} netns sink")
    yield
    sh("ip -n gen link del g0")


@contextlib.contextmanager
def bridged(vlans):
    """Two cables to a Linux bridge with VLAN filtering."""
    for (netns, dev, mac), port in zip(ENDS, ("p0", "p1")):
        sh(f"ip link add {port} type veth peer name {dev} address {mac} netns {netns}")
        sh(f"ip link set {port} up")
    with bridge(vlans):
        yield
    for port in ("p0", "p1"):
        sh(f"ip link del {port}")


@contextlib.contextmanager
def macvlan():
    """Two macvlans of one netdev, in bridge mode."""
    sh("ip link add m0 type dummy")
    sh("ip link set m0 up")
    for netns, dev, mac in ENDS:
        sh(f"ip link add {dev} link m0 address {mac} netns {netns} type macvlan mode bridge")
    yield
    sh("ip link del m0")


@contextlib.contextmanager
def vswnic(vlan="none"):
    """Two guest NICs of this switch."""
    sh("vswctl switch add sw0")
    for netns, dev, mac in ENDS:
        sh(f"vswctl nic add {dev} type guest mac {mac}")
        sh(f"vswctl port add sw0 {dev} vlan {vlan} nic {dev}")
        sh(f"ip link set {dev} netns {netns}")
    yield
    for netns, dev, _ in ENDS:
        sh(f"ip -n {netns} link del {dev}")
    sh("vswctl switch del sw0")


# Name: what makes it, whether the frames are tagged.
WAYS = {
    "veth": (veth, False),
    "bridge_vlan": (lambda: bridged("access"), False),
    "macvlan": (macvlan, False),
    "vswnic": (vswnic, False),
    "vswnic_access": (lambda: vswnic(ACCESS), False),
    "veth_tagged": (veth, True),
    "bridge_trunk": (lambda: bridged("trunk"), True),
    "macvlan_tagged": (macvlan, True),
    "vswnic_trunk": (lambda: vswnic(TRUNK), True),
}


def _is_ready(netns, dev):
    """Frames that are sent are not dropped for want of a carrier."""
    link = json.loads(sh(f"ip -n {netns} -j link show dev {dev}"))[0]
    return "LOWER_UP" in link["flags"] and link["operstate"] in ("UP", "UNKNOWN")


def wait_ready(netns, dev):
    end = time.monotonic() + DEADLINE_S
    while not _is_ready(netns, dev):
        if time.monotonic() > end:
            raise SystemExit(f"{dev} in {netns} is not ready after {DEADLINE_S} s")
        time.sleep(0.01)


@contextlib.contextmanager
def ready(name):
    """Of WAYS, with both ends up."""
    way, _ = WAYS[name]
    with way():
        for netns, dev, _ in ENDS:
            sh(f"ip -n {netns} link set {dev} up")
        for netns, dev, _ in ENDS:
            wait_ready(netns, dev)
        yield


def addressed(tagged):
    """Both ends get addresses; tagged, on a VLAN device each. Neighbours are known."""
    for netns, dev, _ in ENDS:
        if tagged:
            sh(f"ip -n {netns} link add link {dev} name v0 type vlan id {VID}")
            sh(f"ip -n {netns} link set v0 up")
            wait_ready(netns, "v0")
        top = "v0" if tagged else dev
        sh(f"ip -n {netns} addr add {ADDRESSES[netns]}/24 dev {top}")
        for other, _, mac in ENDS:
            if other != netns:
                sh(f"ip -n {netns} neigh replace {ADDRESSES[other]} lladdr {mac} dev {top}")
