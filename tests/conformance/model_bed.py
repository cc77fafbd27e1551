# SPDX-License-Identifier: GPL-2.0
"""The switch under test, and stations around it that see every octet.

    odd numbers    port -- eN ~~~ hN          a veth pair, the station is hN
    even numbers   port -- gN                 a vswnic, the station is that netdev
    p13            port                       nothing is plugged in

All sends come from one process on one CPU, and frames are processed in the order in which
they are sent: see InOrder.
"""

import ctypes
import glob
import mmap
import os
import socket
import struct

from lib import frames, genl
from lib.genl import OP_IF_EXISTS, Op
from model import TYPES
from model_random import (EMPTY, IDLE_VID, Delete, Flush, Send, SetPort, SetSwitch,
                          is_veth, nic_mtu)

SWITCH = "model"
FAR_MTU = 2000                      # a far end takes whatever comes
PACKET_RX_RING, PACKET_STATISTICS, PACKET_VERSION = 5, 6, 10
TPACKET_V2 = 1
TP_STATUS_USER = 1
SLOT, SLOTS, BLOCK = 2048, 4096, 1 << 16
SLOT_HEAD = struct.Struct("=IIIHHIIHH")
STATUS = struct.Struct("=I")
IFINDEX_AT = 32 + 4                 # in the sockaddr_ll behind the head
ADDRESS_IFINDEX = 0xfffff000 + 8    # SKF_AD_OFF + SKF_AD_IFINDEX


class InOrder:
    """What a veth carries waits in the CPU's backlog, what a vswnic sends does not. So
    that the one does not overtake the other, the backlog is worked off before the sender
    goes on, also when there is so much in it that the kernel leaves it to a thread."""

    def __init__(self):
        self.pid = next(int(path.split("/")[2]) for path in glob.glob("/proc/[0-9]*/comm")
                        if open(path).read() == "ksoftirqd/0\n")
        os.sched_setscheduler(self.pid, os.SCHED_FIFO, os.sched_param(1))

    def close(self):
        os.sched_setscheduler(self.pid, os.SCHED_OTHER, os.sched_param(0))


def is_eaten(octets):
    """The stack throws away what is cut off in a tag, before anyone sees it."""
    return octets[12:14] in TYPES and len(octets) < 20


class Ring:
    """All frames that some netdevs receive, in the order in which they do, without a
    system call for each."""

    def __init__(self, indexes):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                  socket.htons(frames.ETH_P_ALL))
        self.sock.setsockopt(frames.SOL_PACKET, frames.PACKET_IGNORE_OUTGOING, 1)
        self.sock.setsockopt(frames.SOL_PACKET, PACKET_VERSION, TPACKET_V2)
        self.hear_only(indexes)
        self.sock.setsockopt(frames.SOL_PACKET, PACKET_RX_RING, struct.pack(
            "=IIII", BLOCK, SLOT * SLOTS // BLOCK, SLOT, SLOTS))
        self.ring = mmap.mmap(self.sock.fileno(), SLOT * SLOTS)
        self.slot = 0

    def hear_only(self, indexes):
        count = len(indexes)
        words = [(frames.BPF_LD_W_ABS, 0, 0, ADDRESS_IFINDEX)]
        words += [(frames.BPF_JEQ, count - at, 0, index)
                  for at, index in enumerate(indexes)]
        words += [(frames.BPF_RET, 0, 0, 0), (frames.BPF_RET, 0, 0, 0xffffffff)]
        program = ctypes.create_string_buffer(
            b"".join(frames.BPF_WORD.pack(*word) for word in words))
        self.sock.setsockopt(socket.SOL_SOCKET, frames.SO_ATTACH_FILTER, struct.pack(
            "HL", len(words), ctypes.addressof(program)))

    def take(self):
        """(ifindex, octets) of all that came."""
        found = []
        while True:
            at = self.slot * SLOT
            status, size, kept, mac, _, _, _, tci, tpid = SLOT_HEAD.unpack_from(
                self.ring, at)
            if not status & TP_STATUS_USER:
                break
            assert size == kept, "a frame was too large for the ring"
            data = self.ring[at + mac:at + mac + size]
            if status & frames.TP_STATUS_VLAN_VALID:
                data = data[:12] + struct.pack("!HH", tpid, tci) + data[12:]
            index = struct.unpack_from("=i", self.ring, at + IFINDEX_AT)[0]
            STATUS.pack_into(self.ring, at, 0)
            found.append((index, data))
            self.slot = (self.slot + 1) % SLOTS
        lost = struct.unpack("=II", self.sock.getsockopt(
            frames.SOL_PACKET, PACKET_STATISTICS, 8))[1]
        assert not lost, "the ring was full"
        return found

    def close(self):
        self.ring.close()
        self.sock.close()


class Sender:
    def __init__(self, netdev):
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.bind((netdev, 0))


# --- Settings as attributes -----------------------------------------------------------

def ranges(entries):
    return b"".join(struct.pack("=HHH", *entry) for entry in entries)


def groups(entries):
    """struct vsw_vid_group: vid, count, to."""
    return b"".join(struct.pack("=HHH", one.first, one.count, one.to) for one in entries)


def vlan_values(settings):
    mode = settings.mode
    values = {"vlan_mode": mode}
    if mode in ("access", "tunnel"):
        values["vlan_vid"] = settings.vid
    if mode in ("trunk", "hybrid"):
        values["vlan_trunks"] = genl.bitmap(settings.vlans)
        values["vlan_native"] = settings.native
    if mode == "trunk" and settings.native:
        values["vlan_native_tagged"] = int(settings.native_tagged)
    if mode == "hybrid":
        values["vlan_untagged"] = genl.bitmap(settings.untagged)
    if settings.customer is not None:
        values["vlan_customer"] = genl.bitmap(settings.customer)
    if settings.services:
        values["vlan_services"] = groups(settings.services)
    return values


def port_values(settings, features):
    values = {**vlan_values(settings), "admit": settings.admit,
              "ingress_filter": int(settings.ingress_filter),
              "vid_map": ranges((one.first, one.to, one.count) for one in settings.vid_map),
              "pcp_table": settings.pcp_table, "use_dei": int(settings.use_dei),
              "prio_regen": bytes(settings.regen), "default_prio": settings.default_prio,
              "prio_tags": settings.prio_tags, "learn": int(settings.learn),
              "flood": int(settings.flood), "fdb_max": settings.fdb_max,
              "hold": int(settings.hold)}
    if "states" in features:
        states = dict.fromkeys(range(4), "forwarding") | dict(settings.states)
        values["states"] = b"".join(
            struct.pack("=HH", instance, STATES.index(state))
            for instance, state in states.items())
    if "reserved_relay" in features:
        values["reserved_relay"] = sum(1 << bit for bit in settings.reserved_relay)
    if "bpdu" in features:
        values["bpdu"] = settings.bpdu
    return values


def vlan_of(entry):
    return {"all_vlans": True} if entry.vid is None else {"vid": entry.vid}


STATES = ["forwarding", "learning", "discarding"]


# --- The bed --------------------------------------------------------------------------

class ModelBed:
    """A switch with so many ports, for many scenarios one after the other."""

    def __init__(self, host, protocol, count, features):
        self.host = host
        self.vsw = host.vsw
        self.protocol = protocol
        self.numbers = list(range(1, count + 1))
        self.features = features
        self.netdevs = {number: self.cable(number) for number in self.numbers}
        self.vsw.add_switch(SWITCH, protocol=protocol)
        self.vsw.batch([Op("port_new", switch=SWITCH, name=self.name(number),
                           nic=self.nic(number)) for number in self.numbers])
        self.vsw.add_port(SWITCH, self.name(EMPTY))
        indexes = {}
        for number, netdev in self.netdevs.items():
            self.vsw.wait_port(SWITCH, self.name(number))
            host.links.wait_ready(netdev)
            indexes[host.links.index(netdev)] = number
        self.ring = Ring(list(indexes))
        self.stations = indexes
        self.senders = {number: Sender(netdev) for number, netdev in self.netdevs.items()}
        self.in_order = InOrder()
        self.counted = None
        self.switch = None              # as it is set

    def close(self):
        self.in_order.close()
        self.ring.close()
        for sender in self.senders.values():
            sender.sock.close()

    @staticmethod
    def name(number):
        return f"p{number}"

    @staticmethod
    def nic(number):
        return f"{'e' if is_veth(number) else 'g'}{number}"

    def cable(self, number):
        """The netdev at which the station is."""
        near = self.nic(number)
        mtu = nic_mtu(number)
        if not is_veth(number):
            self.vsw.add_nic(near, "guest", mtu=mtu)
            self.host.links.up(near)
            return near
        far = f"h{number}"
        self.host.links.add_veth(near, far, mtu)
        self.host.links.mtu(far, FAR_MTU)
        self.host.links.up(far)
        return far

    # --- Configuration ------------------------------------------------------------

    def port_op(self, number, settings):
        return Op("port_set", switch=SWITCH, name=self.name(number),
                  **port_values(settings, self.features))

    def static_op(self, one):
        names = [self.name(number) for number in sorted(one.ports)]
        where = {"ports": names} if one.is_map else {"port": names[0], "sticky": one.sticky}
        return Op("fdb_new", switch=SWITCH, mac=one.address, **vlan_of(one), **where)

    def switch_op(self, settings, before=None):
        values = {"mtu": settings.mtu, "fdb_max": settings.fdb_max}
        for name in ("fids", "instances"):
            new = getattr(settings, name)
            if name in self.features and new != getattr(before, name, None):
                values[name] = groups(new)
        return Op("switch_set", name=SWITCH, **values)

    def configure(self, scenario):
        """From whatever the last scenario left, in one transaction."""
        idle = {"vlan_mode": "access", "vlan_vid": IDLE_VID, "admit": "mode",
                "ingress_filter": 1, "vid_map": b"", "hold": 0}
        ops = [Op("fdb_flush", switch=SWITCH, static=True),
               self.switch_op(scenario.switch)]
        for number in [*self.numbers, EMPTY]:
            if number in scenario.ports:
                ops.append(self.port_op(number, scenario.ports[number]))
            else:
                ops.append(Op("port_set", switch=SWITCH, name=self.name(number), **idle))
        self.vsw.batch(ops + [self.static_op(one) for one in scenario.statics])
        self.switch = scenario.switch

    def change(self, step):
        if isinstance(step, SetPort):
            self.vsw.batch([self.port_op(step.port, step.settings)])
        elif isinstance(step, SetSwitch):
            self.vsw.batch([self.switch_op(step.settings, self.switch)])
            self.switch = step.settings
        elif isinstance(step, Flush):
            self.vsw.flush_fdb(SWITCH, port=step.port and self.name(step.port),
                               vid=step.vid, instance=step.instance)
        elif isinstance(step, Delete):
            self.vsw.batch([Op("fdb_del", OP_IF_EXISTS, switch=SWITCH,
                               mac=step.address, **vlan_of(step))])

    # --- Frames -------------------------------------------------------------------

    def run(self, scenario):
        """What came out after each round of frames, and what was counted."""
        counted = self.counted or self.stats()
        self.counted = None             # unless this comes to its end
        self.configure(scenario)
        rounds = []
        for number, step in enumerate((*scenario.steps, None)):
            if isinstance(step, Send):
                self.senders[step.port].sock.send(step.octets)
                continue
            rounds.append((number, self.settled(scenario)))
            if step:
                self.change(step)
        self.counted = self.stats()
        return rounds, self.counts(scenario, counted), self.content()

    def settled(self, scenario):
        """Octets that each station got."""
        self.host.clock.settle()
        found = {number: [] for number in self.numbers}
        for index, octets in self.ring.take():
            found[self.stations[index]].append(octets)
        return {number: got for number, got in found.items()
                if got or number in scenario.ports}

    def stats(self):
        """All counters of each port."""
        found = {}
        for stats in self.vsw.stats(SWITCH):
            number = int(stats.pop("port")[1:])
            drops = stats.pop("drops")
            del stats["switch"]
            found[number] = {**stats, **drops}
        return found

    def counts(self, scenario, before):
        """What was counted since then."""
        found = {number: {name: count - before[number][name]
                          for name, count in stats.items() if count != before[number][name]}
                 for number, stats in self.counted.items()}
        return {number: counts for number, counts in found.items()
                if counts or number in scenario.ports}

    def content(self):
        """The database: an entry of a VLAN, a shared one, or one of all VLANs."""
        found = set()
        for entry in self.vsw.fdb(SWITCH):
            where = entry.get("vid")
            if "fid" in entry and "static" not in entry:
                where = "fid", entry["fid"]
            names = entry["ports"] if "ports" in entry else [entry["port"]]
            found.add((None if "all_vlans" in entry else where,
                       genl.mac_bytes(entry["mac"]),
                       tuple(sorted(int(name[1:]) for name in names)),
                       "static" in entry, "sticky" in entry))
        return found
