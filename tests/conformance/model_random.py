# SPDX-License-Identifier: GPL-2.0
"""Random switches and random frames for them.

A scenario is a switch, what its ports are set to, its static entries, and steps: frames
that stations send, and now and then a change of the configuration.
"""

import dataclasses
import random
from typing import NamedTuple, Optional

from model import BPDU, BROADCAST, CTAG, HEADER, RESERVED, STAG, ZERO, PortSettings, Ranges
from model import SwitchSettings, Tag

FRAMES = 104
VIDS = [1, 2, 3, 10, 11, 12, 20, 100, 2047, 4000, 4094]
IDLE_VID = 4093                     # of ports that a scenario does not use
MANY = frozenset(range(1, IDLE_VID))
GROUPS = [bytes.fromhex(address) for address in
          ("01005e000001", "333300000001", "0180c2000010", "0180c2000021", "030000000001")]
NIC_MTUS = {3: 300, 5: 1508, 6: 1508}       # of all others 1500
MTUS = [68, 200, 300, 1500, 1508]
EMPTY = 13                          # a port without a NIC
SERIAL = 6
FDB_MAX = SwitchSettings.fdb_max
TYPE_8021Q = b"\x81\x00"


def station(number):
    return bytes((2, 0, 0, 0, 1, number))


class Send(NamedTuple):
    port: int
    octets: bytes


class SetPort(NamedTuple):
    port: int
    settings: PortSettings


class SetSwitch(NamedTuple):
    settings: SwitchSettings


class Flush(NamedTuple):
    port: Optional[int]
    vid: Optional[int] = None
    instance: Optional[int] = None


class Static(NamedTuple):
    vid: Optional[int]              # None: of all VLANs
    address: bytes
    ports: frozenset
    sticky: bool = False
    is_map: bool = False            # given as a list of ports


class Delete(NamedTuple):
    """Of the static entry of a VLAN and an address."""
    vid: Optional[int]
    address: bytes


@dataclasses.dataclass(frozen=True)
class Scenario:
    seed: str
    protocol: int
    switch: SwitchSettings
    ports: dict
    statics: tuple
    steps: tuple


def nic_mtu(number):
    return None if number == EMPTY else NIC_MTUS.get(number, 1500)


def is_veth(number):
    return number % 2 == 1 and number != EMPTY


class Source:
    """Of all that is random in one scenario."""

    def __init__(self, seed, protocol, count, features, changes=2):
        """Of a hundred frames, so many come behind a change of the configuration."""
        self.random = random.Random(seed)
        self.seed = seed
        self.protocol = protocol
        self.numbers = list(range(1, count + 1))
        self.features = features
        self.changes = changes
        self.vids = self.random.sample(VIDS, self.one([2, 2, 3, 3, 4, 6]))
        self.stations = [station(number) for number in range(1, 9)]

    def one(self, things):
        """random.choice() takes five times as long."""
        return things[int(self.random.random() * len(things))]

    def often(self, percent):
        return self.random.random() * 100 < percent

    def some(self, things, empty=False):
        """One of them or more, rather many than few."""
        things = sorted(things)
        least = 0 if empty else 1
        size = max(self.random.randint(least, len(things)) for _ in range(2))
        return frozenset(self.random.sample(things, size))

    # --- Settings -----------------------------------------------------------------

    def scenario(self):
        ports = {number: self.port(number) for number in [*self.numbers, EMPTY]}
        switch = self.switch()
        statics = self.statics(ports) if switch.fdb_max == FDB_MAX else {}
        steps = []
        now = dict(ports)
        for number in range(FRAMES):
            port = self.one(self.numbers)
            steps.append(Send(port, self.frame(number, port, now[port])))
            if self.often(self.changes):
                steps.append(self.change(now, switch, statics))
        return Scenario(self.seed, self.protocol, switch, ports, tuple(statics.values()),
                        tuple(steps))

    def switch(self):
        mtu = self.one(MTUS) if self.often(25) else SwitchSettings.mtu
        fdb_max = self.random.randint(1, 8) if self.often(5) else FDB_MAX
        return SwitchSettings(mtu, fdb_max, *(
            self.groups(limits) if name in self.features and self.often(40) else ()
            for name, limits in (("fids", (1, 3)), ("instances", (0, 3)))))

    def groups(self, limits):
        return tuple(Ranges(vid, self.random.randint(*limits))
                     for vid in sorted(self.some(self.vids)))

    def port(self, number):
        mode = self.random.choices(["none", "access", "trunk", "hybrid", "tunnel"],
                                   [1, 3, 4, 4, 2])[0]
        settings = {"mode": mode, "nic_mtu": nic_mtu(number)}
        settings.update(getattr(self, mode)())
        settings.update(self.priorities())
        settings.update(self.database())
        settings.update(self.topology())
        # When it ends, a synthetic NIC would be announced.
        settings["hold"] = is_veth(number) and self.often(3)
        return PortSettings(**settings)

    def none(self):
        return {}

    def access(self):
        return {"vid": self.one(self.vids), **self.filters(
            ["mode", "mode", "all", "tagged", "untagged"])}

    def trunk(self):
        native = self.one([None, *self.vids])
        vlans = MANY if self.often(15) else self.some(self.vids)
        admit = ["mode", "tagged"] + (["all", "untagged"] if native else [])
        return {"vlans": vlans, "native": native,
                "native_tagged": bool(native and self.often(30)), **self.filters(admit)}

    def hybrid(self):
        vlans = MANY if self.often(15) else self.some(self.vids)
        pvid = self.one([None, *self.vids])
        admit = ["mode", "tagged"] + (["all", "untagged"] if pvid else [])
        return {"vlans": vlans, "native": pvid,
                "untagged": self.some(vlans & set(self.vids) or vlans, empty=True),
                **self.filters(admit)}

    def tunnel(self):
        customer = self.some([0, *self.vids]) if self.often(50) else None
        services = {}
        if "services" in self.features and self.often(50):
            services = {vid: self.one(self.vids) for vid in self.some(self.vids)}
        return {"vid": self.one(self.vids), "customer": customer, "services": tuple(
            Ranges(vid, to) for vid, to in sorted(services.items()))}

    def filters(self, admit):
        return {"admit": self.one(admit), "ingress_filter": not self.often(20),
                "vid_map": self.vid_map() if self.often(30) else ()}

    def vid_map(self):
        """One to one, and some ranges."""
        found = []
        wires, vids = set(), set()
        for _ in range(self.random.randint(1, 4)):
            wire, vid = (self.one(self.vids + VIDS[:6]) for _ in range(2))
            count = self.one([1, 1, 3]) if max(wire, vid) < 4090 else 1
            new = set(range(wire, wire + count)), set(range(vid, vid + count))
            if not (wires & new[0] or vids & new[1]):
                found.append(Ranges(wire, vid, count))
                wires |= new[0]
                vids |= new[1]
        return tuple(found)

    def priorities(self):
        found = {"use_dei": not self.often(30), "prio_tags": self.one(
            ["never", "never", "nonzero", "always"])}
        if self.often(50):
            found["pcp_table"] = self.one(["7p1d", "6p2d", "5p3d"])
        if self.often(30):
            found["regen"] = tuple(self.random.randrange(8) for _ in range(8))
        if self.often(30):
            found["default_prio"] = self.random.randrange(8)
        return found

    def database(self):
        return {"learn": not self.often(10), "flood": not self.often(10),
                "fdb_max": self.random.randint(1, 4) if self.often(5) else 0}

    def topology(self):
        found = {}
        if "states" in self.features and self.often(25):
            found["states"] = tuple(
                (instance, self.one(["learning", "discarding"]))
                for instance in range(4) if self.often(40))
        if "reserved_relay" in self.features and self.often(30):
            found["reserved_relay"] = self.some(set(range(16)) - {1})
        if "bpdu" in self.features and self.often(20):
            found["bpdu"] = "filter"
        return found

    def statics(self, ports):
        """At most one for an address and VLAN, at a port without a limit."""
        found = {}
        for _ in range(self.random.randint(0, 6)):
            number = self.one(list(ports))
            vid = self.one(sorted(ports[number].members() & {0, *self.vids}
                                            or ports[number].members()))
            one = Static(vid, self.one(self.stations), frozenset({number}),
                         self.often(30))
            if "port_maps" in self.features and self.often(50):
                one = Static(None if self.often(30) else vid,
                             self.one(self.stations + GROUPS),
                             self.some(ports, empty=True), is_map=True)
            if not any(ports[port].fdb_max for port in one.ports):
                found[one.vid, one.address] = one
        return found

    def change(self, now, switch, statics):
        kind = self.one(["port", "port", "port", "flush", "switch", "delete"])
        port = self.one(self.numbers)
        if kind == "flush":
            instance = "instances" in self.features and self.often(40)
            return Flush(self.one([None, port]), self.one([None, self.one(self.vids)]),
                         self.random.randrange(4) if instance else None)
        if kind == "switch":
            changed = self.switch() if self.often(30) else switch
            return SetSwitch(dataclasses.replace(changed, mtu=self.one(MTUS),
                                                 fdb_max=switch.fdb_max))
        if kind == "delete" and statics:
            return Delete(*self.one(list(statics)))
        # A limit that is lowered below what is there is another matter.
        now[port] = dataclasses.replace(self.port(port), fdb_max=now[port].fdb_max)
        return SetPort(port, now[port])

    # --- Frames -------------------------------------------------------------------

    def frame(self, number, port, settings):
        """The last octets tell it from all others; what is cut off has none."""
        tags = b"".join(self.tag(settings) for _ in range(self.tag_count(settings)))
        serial = f"#{number:0{SERIAL - 1}}".encode()
        head = self.destination() + self.source(port) + tags + self.kind()
        # A sender may exceed its MTU by one tag, if that is of 802.1Q.
        room = (nic_mtu(port) + HEADER + 4 * tags.startswith(TYPE_8021Q)
                - len(head) - SERIAL)
        size = self.one([26, 26, 40]) if self.often(70) else (
            self.one(MTUS) + self.random.randint(-1, 1) - SERIAL)
        size = min(size, room)
        octets = head + self.random.randbytes(8).ljust(size, b".")[:size] + serial
        if self.often(2):
            return octets[:self.random.randint(14, 21)]
        return octets

    def tag_count(self, settings):
        """Such as the port may let in, more often than not."""
        weights = [8, 10, 4, 1]
        if self.often(60):
            weights[0 if settings.admits(True) and not settings.admits(False) else 1] = 0
        return self.random.choices(range(4), weights)[0]

    def kind(self):
        """An EtherType, or a length and LLC, or what once was a tag behind LLC."""
        if self.often(80):
            return b"\x88\xb5"
        return b"\x00\x26" + self.one([
            b"\x42\x42\x03", b"\xaa\xaa\x03\x00\x00\x00\x81\x00\x00\x0a", b"\xff\xff"])

    def tag(self, settings):
        own, other = (CTAG, STAG) if self.protocol == CTAG else (STAG, CTAG)
        vid = self.random.choices(
            [0, 4095, self.one(self.vids), self.wire_vid(settings)],
            [10, 2, 18, 70])[0]
        return Tag(vid, self.random.randrange(8), int(self.often(25))).octets(
            other if self.often(20) else own)

    def wire_vid(self, settings):
        """One that the port might well let in."""
        vids = set(settings.vlans if len(settings.vlans) < 20 else self.vids)
        vids |= {one.first + offset for one in settings.vid_map
                 for offset in range(one.count)}
        return self.one(sorted(vids | {settings.vid or self.vids[0]}))

    def source(self, port):
        if self.often(4):
            return self.one([ZERO, BROADCAST, GROUPS[0], GROUPS[4]])
        return self.one([self.stations[port % len(self.stations)],
                         self.one(self.stations)])

    def destination(self):
        return self.random.choices(
            [self.one(self.stations), BROADCAST, self.one(GROUPS),
             RESERVED + bytes((self.random.randrange(16),)),
             self.one(sorted(BPDU)), station(99), ZERO],
            [50, 15, 15, 6, 4, 8, 2])[0]
