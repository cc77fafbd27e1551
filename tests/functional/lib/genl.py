# SPDX-License-Identifier: GPL-2.0
"""The family "vswitch", spoken directly: objects are dictionaries with the uapi
header's attribute names in lower case, and its enumerators as words.

vswctl is tested in test_cli.py; most other tests talk to the kernel through this
module, because a process costs more than the rest of the test.
"""

import select
import struct
import time

from . import netlink, uapi
from .netlink import (NLM_F_REPLACE, NetlinkError, attribute, nest, s32, string, u8,
                      u16, u32)

GENL_ID_CTRL = 0x10
CTRL_CMD_GETFAMILY = 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, CTRL_ATTR_MCAST_GROUPS = 1, 2, 7
CTRL_ATTR_MCAST_GRP_NAME, CTRL_ATTR_MCAST_GRP_ID = 1, 2

GENL = struct.Struct("=BBH")

# struct vsw_batch_error: which operation, and which attribute of its object
BATCH_ERROR = struct.Struct("=II")

PACK = {"u8": u8, "u16": u16, "u32": u32, "s32": s32, "string": string,
        "binary": bytes, "flag": lambda _: b""}
UNPACK = {"u8": "=B", "u16": "=H", "u32": "=I", "s32": "=i", "u64": "=Q"}

PROTOCOLS = {"802.1q": 0x8100, "802.1ad": 0x88a8}


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


# --- Values -------------------------------------------------------------------

def parse_vlans(text):
    """"10,20,100-199" -> a set of VLAN ids."""
    vids = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        vids.update(range(int(first), int(last or first) + 1))
    return vids


def bitmap(vids):
    octets = bytearray(uapi.LIMITS["VSW_VLAN_BITMAP_BYTES"])
    for vid in vids:
        octets[vid // 8] |= 1 << vid % 8
    return bytes(octets)


def bitmap_vids(octets):
    return {vid for vid in range(len(octets) * 8) if octets[vid // 8] >> vid % 8 & 1}


def access(vid):
    return {"vlan_mode": "access", "vlan_vid": vid}


def trunk(vlans, native=None):
    settings = {"vlan_mode": "trunk", "vlan_trunks": bitmap(parse_vlans(vlans))}
    if native is not None:
        settings["vlan_native"] = native
    return settings


def hybrid(vlans, untagged="", pvid=None):
    return {"vlan_mode": "hybrid", "vlan_trunks": bitmap(parse_vlans(vlans)),
            "vlan_untagged": bitmap(parse_vlans(untagged)), "vlan_native": pvid}


def tunnel(vid, customer=None):
    return {"vlan_mode": "tunnel", "vlan_vid": vid, "vlan_customer":
            None if customer is None else bitmap(parse_vlans(customer))}


def vid_map(*ranges):
    """(wire, vid) or (wire, vid, count) each."""
    return {"vid_map": b"".join(struct.pack("=HHH", *entry, *[1][len(entry) - 2:])
                                for entry in ranges)}


def groups(*entries):
    """VLANs that are given a number: (vid, to) or (vid, to, count) each."""
    return b"".join(struct.pack("=HHH", vid, *(count or [1]), to)
                    for vid, to, *count in entries)


def states(**by_instance):
    """i0="discarding", ..."""
    return {"states": b"".join(
        struct.pack("=HH", int(name[1:]), uapi.value_of("vsw_state", state))
        for name, state in by_instance.items())}


def no_vlan():
    return {"vlan_mode": "none"}


# --- Attributes ---------------------------------------------------------------

def encode_ports(number, names):
    port = uapi.ATTRIBUTES["ports"]["port"].number
    return nest(number, *(attribute(port, string(name)) for name in names))


def decode_ports(payload):
    return [data.rstrip(b"\0").decode() for _, data in netlink.parse_attributes(payload)]


def encode(kind, values):
    """Attributes of an object; a value None leaves the attribute out, and a flag
    is there when it is true."""
    packed = b""
    for name, value in values.items():
        known = uapi.ATTRIBUTES[kind][name]
        if value is None or (known.type == "flag" and not value):
            continue
        if known.enum and isinstance(value, str):
            value = uapi.value_of(known.enum, value)
        elif name == "protocol" and isinstance(value, str):
            value = PROTOCOLS[value]
        elif name == "mac" and isinstance(value, str):
            value = mac_bytes(value)
        if known.type == "nest":
            packed += encode_ports(known.number, value)
        else:
            packed += attribute(known.number, PACK[known.type](value))
    return packed


def _decode_value(known, payload):
    if known.type == "string":
        return payload.rstrip(b"\0").decode(errors="surrogateescape")
    if known.type == "flag":
        return True
    if known.name == "mac":
        return payload.hex(":")
    if known.type == "binary":
        return payload
    value = struct.unpack(UNPACK[known.type], payload)[0]
    return uapi.WORDS[known.enum][value] if known.enum else value


def _decode_drops(payload):
    counts = {number: struct.unpack("=Q", data)[0]
              for number, data in netlink.parse_attributes(payload)}
    return {name: counts.get(number, 0)
            for number, name in enumerate(uapi.DROP_NAMES, 1)}


def decode(kind, body):
    names = {known.number: known for known in uapi.ATTRIBUTES[kind].values()}
    found = {}
    for number, payload in netlink.parse_attributes(body[GENL.size:]):
        known = names[number]
        if known.type == "nest":
            found[known.name] = (decode_ports if known.name == "ports" else
                                 _decode_drops)(payload)
        elif known.type != "pad":
            found[known.name] = _decode_value(known, payload)
    return found


# --- Batches ------------------------------------------------------------------

OP_REPLACE, OP_IF_EXISTS = 1, 2


class Op:
    """An operation of a batch: Op("port_new", switch="sw0", name="p", ...)."""

    def __init__(self, command, flags=0, **values):
        self.command = command
        self.kind = command.split("_")[0]
        self.flags = flags
        self.values = values

    def __repr__(self):
        return f"Op({self.command!r}, {self.flags}, **{self.values})"

    def packed(self):
        numbers = {name: known.number for name, known in uapi.ATTRIBUTES["op"].items()}
        inner = [attribute(numbers["cmd"], u32(uapi.COMMANDS[self.command]))]
        if self.flags:
            inner.append(attribute(numbers["flags"], u32(self.flags)))
        inner.append(nest(numbers[self.kind], encode(self.kind, self.values)))
        return nest(uapi.ATTRIBUTES["batch"]["op"].number, *inner)


def batch_body(ops, part=None, more=False, dry_run=False):
    """A message of a batch; operations may also be octets."""
    header = GENL.pack(uapi.COMMANDS["batch"], uapi.LIMITS["VSW_GENL_VERSION"], 0)
    packed = b"".join(op if isinstance(op, bytes) else op.packed() for op in ops)
    return header + packed + encode("batch", {"part": part, "more": more,
                                              "dry_run": dry_run})


# --- The family ---------------------------------------------------------------

_COMMAND_NAMES = {number: name for name, number in uapi.COMMANDS.items()}


def resolve_family(sock):
    """Its number and that of the multicast group."""
    body = GENL.pack(CTRL_CMD_GETFAMILY, 1, 0) + attribute(
        CTRL_ATTR_FAMILY_NAME, string(uapi.LIMITS["VSW_GENL_NAME"]))
    reply = sock.request(GENL_ID_CTRL, body)[0]
    family = dict(netlink.parse_attributes(reply.body[GENL.size:]))
    group = dict(netlink.parse_attributes(netlink.parse_attributes(
        family[CTRL_ATTR_MCAST_GROUPS])[0][1]))
    name = group[CTRL_ATTR_MCAST_GRP_NAME].rstrip(b"\0").decode()
    assert name == uapi.LIMITS["VSW_MCGRP_EVENTS"]
    return (struct.unpack("=H", family[CTRL_ATTR_FAMILY_ID])[0],
            struct.unpack("=I", group[CTRL_ATTR_MCAST_GRP_ID])[0])


class Events:
    """Events of the namespace, from now on."""

    def __init__(self):
        self.socket = netlink.Socket(netlink.NETLINK_GENERIC)
        self.family, group = resolve_family(self.socket)
        self.socket.join(group)
        self.seen = []

    def fileno(self):
        return self.socket.fileno()

    def close(self):
        self.socket.close()

    def _parse(self, message):
        name = _COMMAND_NAMES[message.body[0]]
        kind = name.split("_")[0]
        found = decode(kind, message.body)
        found["object"] = kind
        found["command"] = name
        found["seq"] = message.sequence
        return found

    def read(self, timeout=0):
        """What is there already, or comes within the time."""
        fresh = [self._parse(message) for message in self.socket.waiting(timeout)
                 if message.kind == self.family]
        self.seen += fresh
        return fresh

    def forget(self):
        self.read()
        self.seen.clear()

    def wait(self, timeout=netlink.DEADLINE, **wanted):
        """The next event that has these values; those before it are passed over."""
        until = time.monotonic() + timeout
        while True:
            self.read()
            for at, event in enumerate(self.seen):
                if wanted.items() <= event.items():
                    del self.seen[:at + 1]
                    return event
            left = until - time.monotonic()
            assert left > 0, f"no event {wanted} within {timeout} s; seen: {self.seen}"
            select.select([self.socket], [], [], left)


class Vsw:
    """The objects of the network namespace that the caller is in."""

    def __init__(self):
        self.socket = netlink.Socket(netlink.NETLINK_GENERIC)
        self.family, group = resolve_family(self.socket)
        # Wakes up who waits; what it is that happened is not looked at.
        self.alarm = netlink.Socket(netlink.NETLINK_GENERIC, lossy=True)
        self.alarm.join(group)

    def close(self):
        self.socket.close()
        self.alarm.close()

    @staticmethod
    def body(command, kind, values):
        header = GENL.pack(uapi.COMMANDS[command], uapi.LIMITS["VSW_GENL_VERSION"], 0)
        return header + encode(kind, values)

    def request(self, command, flags=0, **values):
        """One request; its replies as dictionaries."""
        kind = command.split("_")[0]
        body = self.body(command, kind, values)
        return [decode(kind, reply.body)
                for reply in self.socket.request(self.family, body, flags)]

    def dump(self, command, **values):
        """A dump, taken again while it was disturbed."""
        kind = command.split("_")[0]
        body = self.body(command, kind, values)
        while True:
            replies = self.socket.dump(self.family, body)
            if not any(reply.flags & netlink.NLM_F_DUMP_INTR for reply in replies):
                return [decode(kind, reply.body) for reply in replies]

    # Switches

    def add_switch(self, name="sw0", replace=False, **settings):
        self.request("switch_new", NLM_F_REPLACE if replace else 0, name=name, **settings)
        return name

    def set_switch(self, name, **settings):
        self.request("switch_set", name=name, **settings)

    def del_switch(self, name):
        self.request("switch_del", name=name)

    def switches(self):
        return self.dump("switch_get")

    def switch(self, name):
        return self.request("switch_get", name=name)[0]

    # Ports

    def add_port(self, switch, name, replace=False, **settings):
        self.request("port_new", NLM_F_REPLACE if replace else 0, switch=switch,
                     name=name, **settings)
        return name

    def set_port(self, switch, name, **settings):
        self.request("port_set", switch=switch, name=name, **settings)

    def del_port(self, switch, name):
        self.request("port_del", switch=switch, name=name)

    def ports(self, **filters):
        return self.dump("port_get", **filters)

    def port(self, switch, name):
        return self.request("port_get", switch=switch, name=name)[0]

    def wait_port(self, switch, name, reason="not"):
        """Until a port is down for a reason, or up; it is asked again at events."""
        until = time.monotonic() + netlink.DEADLINE
        while True:
            self.alarm.drain()
            port = self.port(switch, name)
            if port["down_reason"] == reason:
                return port
            left = until - time.monotonic()
            assert left > 0, f"port {name} does not reach {reason}: {port}"
            select.select([self.alarm], [], [], min(left, 1))

    # NICs

    def add_nic(self, name, kind="guest", **settings):
        self.request("nic_new", name=name, kind=kind, **settings)
        return name

    def connect(self, name, switch, port, role=None):
        self.request("nic_connect", name=name, switch=switch, port=port, role=role)

    def disconnect(self, name):
        self.request("nic_disconnect", name=name)

    def del_nic(self, name):
        self.request("nic_del", name=name)

    def nics(self, **filters):
        return self.dump("nic_get", **filters)

    def nic(self, name):
        return self.request("nic_get", name=name)[0]

    # Transactions

    def batch(self, ops, dry_run=False, part_size=None):
        """One transaction; in parts of at most so many operations."""
        ops = list(ops)
        size = part_size or len(ops) or 1
        parts = [ops[at:at + size] for at in range(0, len(ops), size)] or [[]]
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            self.socket.request(self.family, batch_body(
                part, number or None, not last, dry_run and last))

    def batch_refused(self, ops, **how):
        """The errno, and the operation and the attribute that were refused."""
        try:
            self.batch(ops, **how)
        except NetlinkError as error:
            assert error.text, error
            assert len(error.cookie) == BATCH_ERROR.size, error
            return error.errno, *BATCH_ERROR.unpack(error.cookie)
        raise AssertionError("the batch was not refused")

    # VLANs, the database, counters

    def vlans(self, switch, **filters):
        return self.dump("vlan_get", switch=switch, **filters)

    def add_fdb(self, switch, mac, port=None, vid=None, sticky=False, replace=False,
                **others):
        self.request("fdb_new", NLM_F_REPLACE if replace else 0, switch=switch, mac=mac,
                     port=port, vid=vid, sticky=sticky, **others)

    def del_fdb(self, switch, mac, vid=None, **others):
        self.request("fdb_del", switch=switch, mac=mac, vid=vid, **others)

    def flush_fdb(self, switch, **filters):
        self.request("fdb_flush", switch=switch, **filters)

    def fdb(self, switch=None, **filters):
        return self.dump("fdb_get", switch=switch, **filters)

    def fdb_entry(self, switch, mac, vid=0):
        """The entry, or None."""
        found = self.fdb(switch, mac=mac, vid=vid)
        assert len(found) < 2, f"two entries for one station: {found}"
        return found[0] if found else None

    def stats(self, switch=None, port=None):
        if switch and port:
            return self.request("stats_get", switch=switch, port=port)[0]
        return self.dump("stats_get", switch=switch)


__all__ = ["Events", "NetlinkError", "OP_IF_EXISTS", "OP_REPLACE", "Op", "Vsw", "access", "batch_body", "bitmap", "bitmap_vids", "encode",
           "decode", "mac_bytes", "nest", "no_vlan", "parse_vlans", "resolve_family",
           "trunk", "GENL"]
