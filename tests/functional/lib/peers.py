# SPDX-License-Identifier: GPL-2.0
"""Switches of others: a Linux bridge and Open vSwitch, with ports as ours have them."""

import os
import shutil
import time

from . import ns, wait

BRIDGE = "peer0"
FORWARDING = "3"            # BR_STATE_FORWARDING
OVS_UPTIME_S = 10.5


class LinuxBridge:
    """One VLAN protocol for all ports: with 802.1ad, C-tags are payload to it."""

    def __init__(self, bed, protocol="802.1q"):
        self.links = bed.links
        ns.ip(f"link add {BRIDGE} type bridge stp_state 0 mcast_snooping 0 "
              f"vlan_filtering 1 vlan_default_pvid 0 vlan_protocol {protocol}")
        ns.ip(f"link set {BRIDGE} up")

    def _plug(self, netdev, *vlans):
        self.links.wait_ready(netdev)
        ns.ip(f"link set {netdev} master {BRIDGE}")
        for vlan in vlans:
            ns.run("bridge", "vlan", "add", "dev", netdev, "vid", *vlan.split())
        wait.until(lambda: self._state(netdev) == FORWARDING, f"{netdev} forwards")

    @staticmethod
    def _state(netdev):
        with open(f"/sys/class/net/{netdev}/brport/state") as file:
            return file.read().strip()

    def trunk(self, netdev, vids, native=None):
        self._plug(netdev, *vids.split(","),
                   *([f"{native} pvid untagged"] if native else []))

    def access(self, netdev, vid):
        self._plug(netdev, f"{vid} pvid untagged")

    tunnel = access

    def close(self):
        ns.ip(f"link del {BRIDGE}")


class Ovs:
    """Its daemons, with a database of their own, and the kernel's datapath."""

    FOLDER = "/tmp/ovs"
    SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"

    @staticmethod
    def available():
        return bool(shutil.which("ovs-vswitchd") and os.path.exists(Ovs.SCHEMA))

    def __init__(self):
        # It counts the CPUs at most every 10 s, and the first time when the machine
        # is up as long; until then it has none, and no thread that handles a frame.
        wait.until(lambda: time.monotonic() > OVS_UPTIME_S, "the CPUs can be counted")
        os.makedirs(self.FOLDER)
        self.environment = {**os.environ, "OVS_RUNDIR": self.FOLDER,
                            "OVS_LOGDIR": self.FOLDER, "OVS_DBDIR": self.FOLDER,
                            "OVS_SYSCONFDIR": self.FOLDER}
        database, self.socket = f"{self.FOLDER}/db", f"unix:{self.FOLDER}/db.sock"
        self._run("ovsdb-tool", "create", database, self.SCHEMA)
        self._start("ovsdb-server", database, f"--remote=p{self.socket}")
        self.configure("--no-wait", "init")
        self._start("ovs-vswitchd", self.socket)
        self.configure("set", "Open_vSwitch", ".", "other_config:vlan-limit=2")

    def _run(self, *words):
        return ns.run(*words, env=self.environment)

    def _start(self, program, *words):
        """It returns when the daemon can be spoken to."""
        self._run(program, *words, "--detach", "--no-chdir", "-vconsole:off",
                  f"--pidfile={self.FOLDER}/{program}.pid",
                  f"--log-file={self.FOLDER}/{program}.log")

    def _stop(self, program, *how):
        with open(f"{self.FOLDER}/{program}.pid") as file:
            pid = int(file.read())
        self._run("ovs-appctl", "-t", f"{self.FOLDER}/{program}.{pid}.ctl", "exit", *how)
        wait.until(lambda: not os.path.exists(f"/proc/{pid}"), f"{program} is gone")

    def configure(self, *words):
        """It waits until what was asked for is in effect."""
        self._run("ovs-vsctl", "--timeout=60", f"--db={self.socket}", *words)

    def stop(self):
        self._stop("ovs-vswitchd", "--cleanup")
        self._stop("ovsdb-server")
        shutil.rmtree(self.FOLDER)


class OvsBridge:
    """A bridge of Open vSwitch; @protocol is that of the tags its tunnels add."""

    def __init__(self, bed, ovs, protocol="802.1q"):
        self.links = bed.links
        self.ovs = ovs
        self.protocol = protocol
        ovs.configure("add-br", BRIDGE)

    def _plug(self, netdev, *settings):
        self.links.wait_ready(netdev)
        self.ovs.configure("add-port", BRIDGE, netdev, *settings)

    def trunk(self, netdev, vids, native=None, prio_tags=None):
        mode = ["vlan_mode=native-untagged", f"tag={native}"] if native else [
            "vlan_mode=trunk"]
        more = [f"other_config:priority-tags={prio_tags}"] if prio_tags else []
        self._plug(netdev, *mode, f"trunks={vids}", *more)

    def access(self, netdev, vid):
        self._plug(netdev, "vlan_mode=access", f"tag={vid}")

    def tunnel(self, netdev, vid, customer=None):
        self._plug(netdev, "vlan_mode=dot1q-tunnel", f"tag={vid}",
                   f"other_config:qinq-ethtype={self.protocol}",
                   *([f"cvlans={customer}"] if customer else []))

    def close(self):
        self.ovs.configure("del-br", BRIDGE)
