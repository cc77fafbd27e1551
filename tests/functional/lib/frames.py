# SPDX-License-Identifier: GPL-2.0
"""Frames as they are on the wire, and sockets to send and receive exactly these.

A frame is its octets, without FCS, with all its tags where they are on the wire:
it is the same whether the kernel kept the outermost tag in the payload or in the
packet's metadata.
"""

import ctypes
import itertools
import socket
import struct
from typing import NamedTuple

ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_AUXDATA = 8
PACKET_IGNORE_OUTGOING = 23
SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
SO_RCVBUFFORCE = 33

BPF_LD_W_ABS, BPF_JEQ, BPF_RET = 0x20, 0x15, 0x06
BPF_WORD = struct.Struct("=HBBI")

AUXDATA = struct.Struct("=IIIHHHH")
TP_STATUS_CSUMNOTREADY = 1 << 3
TP_STATUS_VLAN_VALID = 1 << 4
TP_STATUS_VLAN_TPID_VALID = 1 << 6

CTAG, STAG = 0x8100, 0x88a8
LOCAL_EXPERIMENT = 0x88b5           # EtherType for what is of no other protocol
BROADCAST = "ff:ff:ff:ff:ff:ff"
MULTICAST = "01:00:5e:00:00:01"
BPDU = "01:80:c2:00:00:00"
PVST = "01:00:0c:cc:cc:cd"

_serial = itertools.count(1)


def mac(number):
    """The address of the station with this number."""
    return f"02:00:00:{number >> 16 & 0xff:02x}:{number >> 8 & 0xff:02x}:{number & 0xff:02x}"


def octets(address):
    return bytes.fromhex(address.replace(":", ""))


class Tag(NamedTuple):
    vid: int
    pcp: int = 0
    dei: int = 0
    tpid: int = CTAG

    def wire(self):
        return struct.pack("!HH", self.tpid, self.pcp << 13 | self.dei << 12 | self.vid)


class Frame(NamedTuple):
    dst: str
    src: str
    tags: tuple
    ethertype: int
    payload: bytes

    def wire(self):
        return (octets(self.dst) + octets(self.src)
                + b"".join(tag.wire() for tag in self.tags)
                + struct.pack("!H", self.ethertype) + self.payload)

    def octets(self):
        """Length as the switch counts it: no FCS, no tag of the switch's."""
        return 14 + len(self.payload)

    def tagged(self, vid, pcp=0, dei=0, tpid=CTAG):
        """The same frame with one tag more, outermost."""
        return self._replace(tags=(Tag(vid, pcp, dei, tpid), *self.tags))

    def untagged(self):
        """The same frame without its outermost tag."""
        return self._replace(tags=self.tags[1:])

    def __str__(self):
        tags = "".join(f" {tag.tpid:04x}:{tag.vid}"
                       + (f"/p{tag.pcp}" if tag.pcp else "")
                       + ("/dei" if tag.dei else "") for tag in self.tags)
        return (f"{self.src} > {self.dst}{tags} {self.ethertype:04x} "
                f"[{len(self.payload)}] {self.payload[:12]!r}")


def frame(src=1, dst=BROADCAST, size=60, tag=None, payload=None, ethertype=LOCAL_EXPERIMENT):
    """A frame unlike any other: its payload has a serial number.

    src and dst are addresses or numbers of stations, size is that without tag."""
    if payload is None:
        payload = f"frame {next(_serial)} ".encode().ljust(size - 14, b".")[:size - 14]
    made = Frame(mac(dst) if isinstance(dst, int) else dst,
                 mac(src) if isinstance(src, int) else src, (), ethertype, payload)
    if tag is None:
        return made
    return made._replace(tags=(tag if isinstance(tag, Tag) else Tag(tag),))


def parse(data):
    """The octets on the wire -> a frame."""
    at = 12
    tags = []
    while True:
        ethertype = struct.unpack_from("!H", data, at)[0]
        if ethertype not in (CTAG, STAG) or at + 4 > len(data) - 2:
            break
        tci = struct.unpack_from("!H", data, at + 2)[0]
        tags.append(Tag(tci & 0xfff, tci >> 13, tci >> 12 & 1, ethertype))
        at += 4
    return Frame(data[:6].hex(":"), data[6:12].hex(":"), tuple(tags), ethertype,
                 data[at + 2:])


def _auxdata(ancillary):
    for level, kind, data in ancillary:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            return AUXDATA.unpack(data[:AUXDATA.size])
    return (0,) * 7


class Packets:
    """A raw socket on a netdev; sends and receives octets as they are on the wire."""

    def __init__(self, netdev):
        self.netdev = netdev
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
        self.sock.bind((netdev, ETH_P_ALL))

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()

    def hear_only(self, src, dst):
        """Nothing but frames between these stations: others' do not fill the socket."""
        words = [word for at, station in ((2, dst), (8, src))
                 for word in ((BPF_LD_W_ABS, 0, 0, at),
                              (BPF_JEQ, 0, 3 if at == 2 else 1,
                               int.from_bytes(octets(mac(station))[2:], "big")))]
        words += [(BPF_RET, 0, 0, 0xffffffff), (BPF_RET, 0, 0, 0)]
        program = ctypes.create_string_buffer(
            b"".join(BPF_WORD.pack(*word) for word in words))
        self.sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack(
            "HL", len(words), ctypes.addressof(program)))

    def hear_all(self):
        self.sock.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)

    def send_octets(self, data):
        """It waits while too much of what it sent before is still on its way."""
        self.sock.send(data)

    def receive_octets(self):
        """(octets, packet status), or None if there is nothing."""
        try:
            data, ancillary, _, _ = self.sock.recvmsg(1 << 17, 256,
                                                      socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        status, _, _, _, _, tci, tpid = _auxdata(ancillary)
        if status & TP_STATUS_VLAN_VALID:
            tpid = tpid if status & TP_STATUS_VLAN_TPID_VALID else CTAG
            data = data[:12] + struct.pack("!HH", tpid, tci) + data[12:]
        return data, status

    def send(self, *frames):
        for one in frames:
            self.sock.send(one.wire())

    def take(self):
        """All frames that are there."""
        found = []
        while True:
            received = self.receive_octets()
            if received is None:
                return found
            found.append(parse(received[0]))


def side_by_side(expected, observed):
    """Two lists of frames, for people."""
    rows = [f"  {'expected':<76} observed"]
    for one, other in itertools.zip_longest(map(str, expected), map(str, observed),
                                            fillvalue="-"):
        rows.append(f"{' ' if one == other else '!'} {one:<76} {other}")
    return "\n".join(rows)
