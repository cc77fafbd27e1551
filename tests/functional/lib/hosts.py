# SPDX-License-Identifier: GPL-2.0
"""Two hosts with TCP/IP, in namespaces of their own, plugged into one switch.

     namespace one                           namespace two
     192.0.2.1, 2001:db8::1                  192.0.2.2, 2001:db8::2
     h-one --- port one --- sw0 --- port two --- h-two

A host is plugged in with a synthetic NIC, or with the near end of a veth pair. It is in
VLAN 10 by its port, by a VLAN netdev of its own, or in none.
"""

import contextlib
import hashlib
import os
import select
import socket
import subprocess

from . import frames, netlink, ns
from .genl import access, trunk
from .rtnl import links_in

VID = 10
NAMES = ("one", "two")
ADDRESSES = {4: "192.0.2.{}", 6: "2001:db8::{}"}
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}

# How a host gets into its VLAN: settings of its port, whether it tags itself.
PLACES = {"none": ({}, False), "access": (access(VID), False), "trunk": (trunk(str(VID)), True)}


def ip_batch(netns, *lines):
    """Several commands of ip in one process."""
    done = subprocess.run(["ip", "-n", netns, "-batch", "-"], input="\n".join(lines) + "\n",
                          text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr


class Hosts:
    def __init__(self, bed, one="vswnic", two="vswnic", places=("none", "none"), mtu=1500,
                 versions=(4, 6), **settings):
        self.bed = bed
        self.mtu = mtu
        self.versions = versions
        self.tops = {}
        bed.switch(**settings)
        for name, how, place, number in zip(NAMES, (one, two), places, (1, 2)):
            self._plug(name, how, PLACES[place][0])
            self._configure(name, number, PLACES[place][1])
        for name in NAMES:
            bed.vsw.wait_port("sw0", name)
            with links_in(name) as links:
                links.wait_ready(f"h-{name}")
                links.wait_ready(self.tops[name])

    def _plug(self, name, how, settings):
        bed, far = self.bed, f"h-{name}"
        ns.add(name)
        if how == "vswnic":
            near = far
            bed.vsw.add_nic(far, mtu=self.mtu)
        else:
            near = f"e-{name}"
            bed.links.add_veth(near, far, mtu=self.mtu)
        bed.vsw.add_port("sw0", name, nic=near, **settings)
        with ns.open_file(name) as space:
            bed.links.move(far, space)

    def _configure(self, name, number, tags):
        far = f"h-{name}"
        self.tops[name] = top = "v0" if tags else far
        addresses = [f"addr add {ADDRESSES[4].format(number)}/24 dev {top}"]
        if 6 in self.versions:
            addresses.append(f"addr add {ADDRESSES[6].format(number)}/64 dev {top} nodad")
            with ns.inside(name):
                # it would say something itself where only tagged frames are taken
                ns.sysctl(f"net.ipv6.conf.{'default' if tags else far}.disable_ipv6", 0)
        ip_batch(name, f"link set {far} up",
                 *([f"link add link {far} name v0 type vlan id {VID}",
                    "link set v0 up"] if tags else []), *addresses)

    def offloads(self, name, *words):
        """Switch offloads of a host's NIC, as by ethtool -K."""
        with ns.inside(name):
            ns.run("ethtool", "-K", f"h-{name}", *words)

    def socket(self, name, version, kind):
        with ns.inside(name):
            return self.bed.keep(socket.socket(FAMILIES[version], kind))

    @contextlib.contextmanager
    def connection(self, version=4):
        """A stream from one to two: (client, receiver)."""
        with (self.socket("two", version, socket.SOCK_STREAM) as server,
              self.socket("one", version, socket.SOCK_STREAM) as client):
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind((ADDRESSES[version].format(2), 7))
            server.listen()
            client.settimeout(netlink.DEADLINE)
            client.connect((ADDRESSES[version].format(2), 7))
            receiver, _ = server.accept()
            with receiver:
                yield client, receiver

    def sniffer(self, name, netdev=None):
        """A packet socket at a netdev of a host."""
        with ns.inside(name):
            return self.bed.keep(frames.Packets(netdev or f"h-{name}"))

    def counted(self, name):
        return self.bed.vsw.stats("sw0", name)

    def drops(self):
        """Of both ports, the reasons that counted something; but for neighbours' chatter,
        to which no one listens."""
        return {(name, reason): count for name in NAMES
                for reason, count in self.counted(name)["drops"].items()
                if count and reason != "from_no_target"}


def transfer(client, receiver, size):
    """All octets arrive, and no others."""
    data = os.urandom(65536) * (size // 65536)
    got = hashlib.sha256()
    received, sent = 0, 0
    client.setblocking(False)
    receiver.setblocking(False)
    while received < size:
        writers = [client] if sent < size else []
        readable, writable, _ = select.select([receiver], writers, [], netlink.DEADLINE)
        assert readable or writable, f"stalled after {received} octets"
        if writable:
            sent += client.send(memoryview(data)[sent:sent + 262144])
        if readable:
            chunk = receiver.recv(1 << 20)
            received += len(chunk)
            got.update(chunk)
    assert received == size and got.digest() == hashlib.sha256(data).digest()


def tcp_lengths(sniffer):
    """Lengths of the TCP packets that came, tags not counted, as the stack got them."""
    found = []
    while (received := sniffer.receive_octets()) is not None:
        packet = frames.parse(received[0])
        body = packet.payload
        if (packet.ethertype, body[9:10]) == (0x0800, b"\x06") or (
                packet.ethertype, body[6:7]) == (0x86dd, b"\x06"):
            found.append(14 + len(body))
    return found
