# SPDX-License-Identifier: GPL-2.0
"""What can stand between p0 and p1: each is set up, and taken away again."""

import contextlib
import os

from bench import VID, sh

NULL_MODULE = "VSW_NULL_MODULE"


@contextlib.contextmanager
def null():
    """Receive on one, transmit on the other: the floor of any switch."""
    sh(f"insmod {os.environ[NULL_MODULE]} a=p0 b=p1")
    yield
    sh("rmmod null")


@contextlib.contextmanager
def bridge(vlans=None):
    """The Linux bridge; with VLAN filtering, "access" or "trunk" on both ports."""
    sh(f"ip link add br0 type bridge mcast_snooping 0 vlan_filtering {1 if vlans else 0}"
       + (" vlan_default_pvid 0" if vlans else ""))
    for dev in ("p0", "p1"):
        sh(f"ip link set {dev} master br0")
        if vlans:
            sh(f"bridge vlan add dev {dev} vid {VID}" +
               (" pvid untagged" if vlans == "access" else ""))
    sh("ip link set br0 up")
    yield
    sh("ip link del br0")


@contextlib.contextmanager
def vswitch(vlan="none", ports=("p0", "p1"), switch=None):
    """This switch; with the name of one that is there, two more ports of it."""
    name = switch or "sw0"
    if not switch:
        sh(f"vswctl switch add {name}")
    for dev in ports:
        sh(f"vswctl port add {name} {dev} vlan {vlan} nic {dev}")
    yield
    if switch:
        for dev in ports:
            sh(f"vswctl port del {name} {dev}")
    else:
        sh(f"vswctl switch del {name}")


ACCESS = f"access {VID}"
TRUNK = f"trunk {VID}"

# Name: what sets it up, whether the frames are tagged.
RELAYS = {
    "null": (null, False),
    "bridge": (bridge, False),
    "bridge_vlan": (lambda: bridge("access"), False),
    "vswitch": (vswitch, False),
    "vswitch_access": (lambda: vswitch(ACCESS), False),
    "null_tagged": (null, True),
    "bridge_trunk": (lambda: bridge("trunk"), True),
    "vswitch_trunk": (lambda: vswitch(TRUNK), True),
}
