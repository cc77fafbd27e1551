# SPDX-License-Identifier: GPL-2.0
"""A VLAN bridge in Python, to hold the real one against: written from IEEE 802.1Q-2022,
in its words and its order, for the reader and not for speed.

    Switch(protocol, settings, {number: PortSettings}).receive(number, octets)
        -> [(number, Tag or None, octets behind the addresses and the tag), ...]
           and what was counted: switch.counters[number]

Octets are a frame without FCS. Where the standard leaves it open, or where the port's
modes go beyond it, docs/decisions.md and the uapi header decide.
"""

import collections
import dataclasses
from typing import NamedTuple, Optional

CTAG, STAG = 0x8100, 0x88a8
TYPES = {CTAG.to_bytes(2, "big"), STAG.to_bytes(2, "big")}
NO_VLAN = 0                 # the VLAN of ports in mode "none"
NULL_VID, RESERVED_VID = 0, 0xfff
HEADER = 14                 # addresses and EtherType
BROADCAST = b"\xff" * 6
ZERO = bytes(6)
RESERVED = bytes.fromhex("0180c20000")      # tables 8-1 to 8-3: the last octet is 00 to 0F
PVST = bytes.fromhex("01000ccccccd")
BPDU = {RESERVED + b"\x00", RESERVED + b"\x08", PVST}
SVLAN_RELAYS = {0x0, 0xb, 0xc, 0xd, 0xf}    # not in table 8-2

REFUSED_EARLY = {"from_source_invalid", "from_dest_invalid", "from_reserved",
                 "from_bpdu_filter", "from_runt", "from_held"}

# Table 6-3: the priority, and whether the frame may be dropped, of each PCP.
SHARED = {"8p0d": (), "7p1d": (4,), "6p2d": (4, 2), "5p3d": (4, 2, 0)}


def decode_pcp(table, pcp):
    """Table 6-3: of the PCPs of a pair the lower one may be dropped."""
    lower = pcp & 6
    return (lower, pcp == lower) if lower in SHARED[table] else (pcp, False)


def encode_pcp(table, priority, drop_eligible):
    """Table 6-2."""
    lower = priority & 6
    if lower not in SHARED[table]:
        return priority
    return lower if drop_eligible else lower + 1


class Tag(NamedTuple):
    vid: int
    pcp: int = 0
    dei: int = 0

    def octets(self, tpid):
        """9.6: the tag on the wire."""
        tci = self.pcp << 13 | self.dei << 12 | self.vid
        return tpid.to_bytes(2, "big") + tci.to_bytes(2, "big")


class Ranges(NamedTuple):
    """@count VLAN ids from @first on are, or belong to, those from @to on (or @to)."""
    first: int
    to: int
    count: int = 1


@dataclasses.dataclass(frozen=True)
class PortSettings:
    mode: str = "none"
    vid: Optional[int] = None                   # access, tunnel
    vlans: frozenset = frozenset()              # trunk, hybrid
    native: Optional[int] = None                # trunk; of a hybrid port the PVID
    native_tagged: bool = False
    untagged: frozenset = frozenset()           # hybrid
    customer: Optional[frozenset] = None        # tunnel; None: all, 0: without tag
    services: tuple = ()                        # tunnel: Ranges from customers' to own
    admit: str = "mode"
    ingress_filter: bool = True
    vid_map: tuple = ()                         # Ranges from the wire's to the switch's
    pcp_table: str = "8p0d"
    use_dei: bool = True
    regen: tuple = tuple(range(8))
    default_prio: int = 0
    prio_tags: str = "never"
    learn: bool = True
    flood: bool = True
    fdb_max: int = 0
    hold: bool = False
    states: tuple = ()                          # (instance, state) that is not forwarding
    reserved_relay: frozenset = frozenset()
    bpdu: str = "normal"
    nic_mtu: Optional[int] = 1500               # of its NIC; None: there is none

    def members(self):
        """The VLANs in whose member set the port is (8.8.10)."""
        if self.mode == "none":
            return {NO_VLAN}
        if self.mode in ("access", "tunnel"):
            return {self.vid} | {one.to for one in self.services}
        native = {self.native} if self.mode == "trunk" and self.native else set()
        return self.vlans | native

    def untagged_set(self):
        if self.mode == "trunk":
            return set() if self.native_tagged else {self.native}
        return self.untagged if self.mode == "hybrid" else self.members()

    def pvid(self):
        if self.mode == "none":
            return NO_VLAN
        return self.native if self.mode in ("trunk", "hybrid") else self.vid

    def admits(self, tagged):
        """Acceptable frame types (6.9); a priority tag counts as none."""
        admit = self.admit
        if admit == "mode" and self.mode in ("none", "access"):
            admit = "untagged"
        if tagged:
            return admit != "untagged"
        return admit != "tagged" and self.pvid() is not None


@dataclasses.dataclass(frozen=True)
class SwitchSettings:
    mtu: int = 65535
    fdb_max: int = 65536
    fids: tuple = ()                            # Ranges of VLANs that share a database
    instances: tuple = ()                       # Ranges of VLANs of a spanning tree


class Entry(NamedTuple):
    ports: Optional[frozenset]
    static: bool = False
    sticky: bool = False
    is_map: bool = False                        # a port map, which may name any ports
    vid: Optional[int] = None                   # in which it was learned


class Drop(Exception):
    """The frame goes no further, for a reason that is counted at the port it is at."""


class Frame:
    """A frame on its way through the switch."""

    def __init__(self, octets):
        self.octets = octets
        self.dst = octets[:6]
        self.src = octets[6:12]
        self.rest = octets[12:]                 # from the EtherType on, without own tag
        self.vid = None
        self.priority = 0
        self.drop_eligible = False

    def is_group(self):
        return self.dst[0] & 1

    def cast(self):
        if self.dst == BROADCAST:
            return "broadcast"
        return "multicast" if self.is_group() else "unicast"

    def size(self):
        """As it is counted: without a tag of the switch's."""
        return 12 + len(self.rest)

    def payload(self):
        """As the MTU counts it: up to two tags in it are no payload."""
        tags = 0
        while tags < 2 and self.rest[4 * tags:4 * tags + 2] in TYPES:
            tags += 1
        return self.size() - HEADER - 4 * tags


class Switch:
    # What the kernel under test has, see model_run.py.
    features = frozenset()
    # Ports whose NIC takes the outermost tag off, whatever its type.
    strips = frozenset()

    def __init__(self, protocol, settings, ports):
        self.tpid = protocol
        self.settings = settings
        self.ports = dict(ports)
        self.fdb = {}                           # (FID, address): Entry of what was learned
        self.static = {}                        # (VID or None, address): Entry
        self.counters = {number: collections.Counter() for number in ports}

    # --- Tables -------------------------------------------------------------------

    def lookup(self, ranges, vid):
        for one in ranges:
            if one.first <= vid < one.first + one.count:
                return one.to
        return None

    def fid(self, vid):
        """8.8.8; a VLAN that is not named learns on its own."""
        found = self.lookup(self.settings.fids, vid)
        return ("vid", vid) if found is None else ("fid", found)

    def state(self, number, vid):
        return dict(self.ports[number].states).get(self.instance(vid), "forwarding")

    def instance(self, vid):
        return self.lookup(self.settings.instances, vid) or 0

    def is_member(self, number, vid):
        return vid in self.ports[number].members()

    def to_relay(self, port, wire):
        """6.9: the VLAN behind a VID in a received tag, or None."""
        for one in port.vid_map:
            if one.first <= wire < one.first + one.count:
                return one.to + wire - one.first
        taken = any(one.to <= wire < one.to + one.count for one in port.vid_map)
        return None if taken else wire

    def to_wire(self, port, vid):
        """6.9: the VID with which a VLAN leaves, or None."""
        for one in port.vid_map:
            if one.to <= vid < one.to + one.count:
                return one.first + vid - one.to
        taken = any(one.first <= vid < one.first + one.count for one in port.vid_map)
        return None if taken else vid

    # --- A frame ------------------------------------------------------------------

    def receive(self, number, octets):
        """8.6: what comes out, and where."""
        frame = Frame(octets)
        reason = None
        out = []
        try:
            self.ingress(number, frame)
            self.check_sticky(number, frame)
            self.learn(number, frame)
            if self.state(number, frame.vid) == "learning":     # 8.6.1
                raise Drop("from_discarding")
            targets = self.targets(number, frame)
            out = [one for target in targets for one in self.transmit(target, frame)]
        except Drop as drop:
            reason = str(drop)
        self.count(number, "from", frame, self.size_in(number, frame, reason))
        if reason:
            self.counters[number][reason] += 1
        return out

    def size_in(self, number, frame, reason):
        """What is refused before its tag is looked at is counted as its NIC hands it in."""
        if reason not in REFUSED_EARLY:
            return frame.size()
        is_stripped = number in self.strips and frame.octets[12:14] in TYPES
        return len(frame.octets) - 4 * is_stripped

    def count(self, number, direction, frame, size):
        self.counters[number][f"{direction}_{frame.cast()}_packets"] += 1
        self.counters[number][f"{direction}_{frame.cast()}_bytes"] += size

    # --- Ingress ------------------------------------------------------------------

    def ingress(self, number, frame):
        port = self.ports[number]
        tag, is_whole = self.take_tag(port, frame)
        if port.hold:
            raise Drop("from_held")
        self.check_addresses(frame)
        self.check_reserved(port, frame)
        if not is_whole:
            raise Drop("from_runt")
        self.classify(port, frame, tag)
        self.filter_ingress(number, frame)
        if frame.payload() > self.settings.mtu:                 # 6.5.8
            raise Drop("from_oversize")
        if self.state(number, frame.vid) == "discarding":       # 8.6.1, 8.4
            raise Drop("from_discarding")

    def take_tag(self, port, frame):
        """9.5, 9.6: the switch's own tag, off the frame, and whether there is something
        behind it. At a tunnel a tag is the customer's, and stays."""
        if port.mode == "tunnel":
            is_tagged = frame.rest[:2] == CTAG.to_bytes(2, "big")
            return None, not is_tagged or len(frame.rest) >= 6
        if frame.rest[:2] != self.tpid.to_bytes(2, "big"):
            return None, True
        if len(frame.octets) < HEADER + 4 + 2:
            return None, False
        tci = int.from_bytes(frame.rest[2:4], "big")
        frame.rest = frame.rest[4:]
        return Tag(tci & 0xfff, tci >> 13, tci >> 12 & 1), True

    def check_addresses(self, frame):
        if frame.src == ZERO or frame.src[0] & 1:
            raise Drop("from_source_invalid")
        if frame.dst == ZERO and "from_dest_invalid" in self.features:
            raise Drop("from_dest_invalid")

    def check_reserved(self, port, frame):
        """8.6.3, tables 8-1 and 8-2."""
        if frame.dst in BPDU and port.bpdu == "filter":
            raise Drop("from_bpdu_filter")
        last = frame.dst[5]
        if frame.dst[:5] != RESERVED or last > 15:
            return
        relayed = port.reserved_relay - {1}
        if self.tpid == STAG and "reserved_relay" in self.features:
            relayed = relayed | SVLAN_RELAYS
        if last not in relayed:
            raise Drop("from_reserved")

    def classify(self, port, frame, tag):
        """6.9: VLAN and priority."""
        if port.mode == "tunnel":
            self.classify_customer(port, frame)
            return
        self.check_tags(frame, tag)
        if tag and tag.vid == RESERVED_VID:
            raise Drop("from_vid_reserved")
        tagged = bool(tag and tag.vid != NULL_VID)
        if not self.admits(port, tagged):
            raise Drop("from_tagged" if tagged else "from_untagged")
        if tag and not tagged and frame.rest[:2] == self.tpid.to_bytes(2, "big"):
            raise Drop("from_tagged")           # D14
        frame.vid = self.to_relay(port, tag.vid) if tagged else port.pvid()
        self.decode_priority(port, frame, tag)

    def admits(self, port, tagged):
        return port.admits(tagged)

    def check_tags(self, frame, tag):
        """More than two tags in the frame as it was received."""
        tags = bool(tag)
        at = 0
        while frame.rest[at:at + 2] in TYPES:
            tags += 1
            at += 4
        if tags > 2 and "from_too_many_tags" in self.features:
            raise Drop("from_too_many_tags")

    def classify_customer(self, port, frame):
        """15.3, 15.4: tags are payload; the customer's VLAN chooses the service."""
        self.check_tags(frame, None)
        vid = self.customer_vid(frame)
        if vid == RESERVED_VID:
            raise Drop("from_vid_reserved")
        if not self.serves(port, vid):
            raise Drop("from_vlan_filter")
        frame.vid = self.service(port, vid)
        self.decode_priority(port, frame, None)

    def customer_vid(self, frame):
        is_tagged = frame.rest[:2] == CTAG.to_bytes(2, "big")
        return int.from_bytes(frame.rest[2:4], "big") & 0xfff if is_tagged else 0

    def service(self, port, vid):
        found = self.lookup(port.services, vid)
        return port.vid if found is None else found

    def serves(self, port, vid):
        return port.customer is None or vid in port.customer

    def decode_priority(self, port, frame, tag):
        """6.9.3, and 6.9.4: regeneration, of the default priority too."""
        received = port.default_prio
        if tag:
            received, frame.drop_eligible = decode_pcp(port.pcp_table, tag.pcp)
            frame.drop_eligible |= bool(tag.dei and port.use_dei)
        frame.priority = self.regenerate(port, received)

    def regenerate(self, port, priority):
        return port.regen[priority]

    def filter_ingress(self, number, frame):
        """8.6.2."""
        filtered = self.ports[number].ingress_filter and not self.is_member(number, frame.vid)
        if frame.vid is None or filtered:
            raise Drop("from_vlan_filter")

    # --- Filtering database -------------------------------------------------------

    def check_sticky(self, number, frame):
        entry = self.find_static(frame.vid, frame.src)
        if entry and entry.sticky and number not in entry.ports:
            raise Drop("from_sticky")

    def learn(self, number, frame):
        """8.7; also in a VLAN that has no members, to which 8.7.1 sees no use."""
        port = self.ports[number]
        key = self.fid(frame.vid), frame.src
        if not port.learn or self.find_static(frame.vid, frame.src):
            return
        known = self.fdb.get(key)
        if known and known.ports == {number}:
            return
        if self.is_full(number, known):
            self.counters[number]["not_learned"] += 1
            return
        self.counters[number]["moved" if known else "learned"] += 1
        self.fdb[key] = Entry(frozenset({number}), vid=frame.vid)

    def is_full(self, number, known):
        """A station that moves needs room at its new port only."""
        limit = self.ports[number].fdb_max
        if limit and self.entries_of(number) >= limit:
            return True
        return not known and len(self.fdb) + len(self.static) >= self.settings.fdb_max

    def entries_of(self, number):
        return sum(number in entry.ports for table in (self.fdb, self.static)
                   for entry in table.values())

    def find_static(self, vid, address):
        """8.8.9: that of the VLAN wins over that of all VLANs."""
        return self.static.get((vid, address)) or self.static.get((None, address))

    def targets(self, number, frame):
        """8.6.3, 8.6.4, 8.8.9: the ports to which it goes."""
        entry = self.find_static(frame.vid, frame.dst)
        if not entry and not frame.is_group():
            entry = self.fdb.get((self.fid(frame.vid), frame.dst))
        if entry and not entry.is_map:
            return self.known_target(number, entry)
        if entry:
            found = self.mapped_targets(number, frame, entry)
        else:
            found = [other for other in self.ports if self.is_flooded(number, other, frame)]
        if not found:
            raise Drop("from_no_target")
        return found

    def known_target(self, number, entry):
        if number in entry.ports:
            raise Drop("from_same_port")
        return list(entry.ports)

    def mapped_targets(self, number, frame, entry):
        """8.8.1: to other ports it is filtered."""
        if not entry.ports:
            raise Drop("from_filtered")
        return [other for other in sorted(entry.ports)
                if self.is_target(number, other, frame)]

    def is_target(self, number, other, frame):
        """8.6.1, 8.6.4: one of those to which a frame may go."""
        return (other != number and self.is_member(other, frame.vid)
                and self.ports[other].nic_mtu is not None
                and self.state(other, frame.vid) == "forwarding")

    def is_flooded(self, number, other, frame):
        """Unknown stations are not where a port has no flood."""
        return self.is_target(number, other, frame) and (
            self.ports[other].flood or bool(frame.is_group()))

    # --- Egress -------------------------------------------------------------------

    def transmit(self, number, frame):
        """[(port, tag, rest)], or nothing: then the reason was counted."""
        try:
            tag = self.egress(number, frame)
        except Drop as drop:
            self.counters[number][str(drop)] += 1
            return []
        self.count(number, "to", frame, frame.size())
        return [(number, tag, frame.rest)]

    def egress(self, number, frame):
        """8.6.4, 6.9: the tag with which it leaves, or None. Where there are several reasons
        to drop a frame, the standard leaves open which of them counts."""
        port = self.ports[number]
        if port.nic_mtu is None:
            raise Drop("to_link_down")
        if not self.is_member(number, frame.vid):
            raise Drop("to_vlan_filter")
        if port.mode == "tunnel":
            self.check_customer(port, frame)
        if frame.payload() > port.nic_mtu:
            raise Drop("to_oversize")
        if frame.dst in BPDU and port.bpdu == "filter":
            raise Drop("to_bpdu_filter")
        tag = self.make_tag(port, frame)
        if self.state(number, frame.vid) != "forwarding":
            raise Drop("to_discarding")
        return tag

    def check_customer(self, port, frame):
        """15.4: what would not be let in does not leave, nor does VID 4095 (9.6) or a tag
        that is not all there, with the EtherType behind it."""
        vid = self.customer_vid(frame)
        cut_off = frame.rest[:2] == CTAG.to_bytes(2, "big") and len(frame.rest) < 6
        if cut_off or vid == RESERVED_VID or not self.serves(port, vid):
            raise Drop("to_vlan_filter")
        if self.service(port, vid) != frame.vid:
            raise Drop("to_vlan_filter")

    def make_tag(self, port, frame):
        pcp, dei = self.encode_priority(port, frame)
        if frame.vid in port.untagged_set():
            wanted = {"never": False, "nonzero": frame.priority > 0, "always": True}
            return Tag(NULL_VID, pcp, dei) if wanted[port.prio_tags] else None
        wire = self.to_wire(port, frame.vid)
        if wire is None:
            raise Drop("to_vlan_filter")
        return Tag(wire, pcp, dei)

    def encode_priority(self, port, frame):
        """6.9.3."""
        pcp = encode_pcp(port.pcp_table, frame.priority, frame.drop_eligible)
        return pcp, int(frame.drop_eligible and port.use_dei)

    # --- Changes ------------------------------------------------------------------

    def set_port(self, number, settings):
        """What was learned at the port in VLANs that it leaves is forgotten, or in which it
        goes to discarding (8.4), and all that was when it is put on hold."""
        before = self.states(number)
        self.ports[number] = settings
        members = settings.members()
        self.forget_discarded(number, before)
        for key, entry in list(self.fdb.items()):
            if entry.ports == {number} and (settings.hold or entry.vid not in members):
                del self.fdb[key]

    def set_switch(self, settings):
        """Nothing that was learned outlives another allocation of VLANs to FIDs."""
        before = {number: self.states(number) for number in self.ports}
        if settings.fids != self.settings.fids:
            self.fdb.clear()
        self.settings = settings
        for number in self.ports:
            self.forget_discarded(number, before[number])

    def states(self, number):
        """Of all VLANs in which something was learned at the port."""
        return {entry.vid: self.state(number, entry.vid) for entry in self.fdb.values()
                if entry.ports == {number}}

    def forget_discarded(self, number, before):
        now = self.states(number)
        for key, entry in list(self.fdb.items()):
            if entry.ports == {number} and now[entry.vid] == "discarding" != before[entry.vid]:
                del self.fdb[key]

    def add_static(self, vid, address, entry):
        if vid is not None:
            self.fdb.pop((self.fid(vid), address), None)
        self.static[vid, address] = entry

    def flush(self, number=None, vid=None, instance=None):
        """What was learned, at the port, in the VLAN, in the VLANs of the instance."""
        for key, entry in list(self.fdb.items()):
            if (number in (None, *entry.ports) and (vid is None or key[0] == self.fid(vid))
                    and instance in (None, self.instance(entry.vid))):
                del self.fdb[key]

    def delete(self, vid, address):
        if not self.static.pop((vid, address), None) and vid is not None:
            self.fdb.pop((self.fid(vid), address), None)

    def content(self):
        """The database as a dump of it tells."""
        learned = {(fid[1] if fid[0] == "vid" else fid, address): entry
                   for (fid, address), entry in self.fdb.items()}
        return {(where, address, tuple(sorted(entry.ports)), entry.static, entry.sticky)
                for table in (learned, self.static)
                for (where, address), entry in table.items()}
