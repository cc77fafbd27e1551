# SPDX-License-Identifier: GPL-2.0
"""TCP and UDP packets as a stack with offloads hands them over: large, with a checksum
that is still to be completed; and what becomes of them: segments, each one checked."""

import socket
import struct

from . import frames
from .vtap import GSO_NONE, GSO_TCPV4, GSO_TCPV6, GSO_UDP_L4, NEEDS_CSUM, Vnet

TCP, UDP = socket.IPPROTO_TCP, socket.IPPROTO_UDP
ETHERTYPES = {4: 0x0800, 6: 0x86dd}
IP_LENGTHS = {4: 20, 6: 40}
L4_LENGTHS = {TCP: 20, UDP: 8}
CSUM_OFFSETS = {TCP: 16, UDP: 6}
GSO_TYPES = {(4, TCP): GSO_TCPV4, (6, TCP): GSO_TCPV6, (4, UDP): GSO_UDP_L4,
             (6, UDP): GSO_UDP_L4}
TTL = 64
PORT = 4000


def ones_sum(data):
    """One's complement sum, folded, not complemented."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def address(version, number):
    if version == 4:
        return socket.inet_pton(socket.AF_INET, f"192.0.2.{number}")
    return socket.inet_pton(socket.AF_INET6, f"2001:db8::{number}")


def pseudo_sum(version, src, dst, protocol, length):
    rest = (struct.pack("!BBH", 0, protocol, length) if version == 4
            else struct.pack("!IxxxB", length, protocol))
    return ones_sum(src + dst + rest)


def _ip(version, src, dst, protocol, length):
    if version == 6:
        return struct.pack("!IHBB", 6 << 28, length, protocol, TTL) + src + dst
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 1, 0x4000, TTL, protocol, 0)
    check = 0xffff ^ ones_sum(header + src + dst)
    return header[:10] + struct.pack("!H", check) + src + dst


def _l4(protocol, payload, check, source):
    if protocol == UDP:
        return struct.pack("!HHHH", source, PORT, 8 + len(payload), check)
    return struct.pack("!HHIIBBHHH", source, PORT, 1, 1, 5 << 4, 0x18, 8192, check, 0)


def packet(version, protocol, payload, src=1, dst=2, tag=None, source=PORT):
    """Octets of a frame whose checksum field has the sum of the pseudo header only."""
    one, two = address(version, src), address(version, dst)
    length = L4_LENGTHS[protocol] + len(payload)
    check = pseudo_sum(version, one, two, protocol, length)
    body = (_ip(version, one, two, protocol, length)
            + _l4(protocol, payload, check, source) + payload)
    return frames.frame(src=src, dst=dst, tag=tag, ethertype=ETHERTYPES[version],
                        payload=body).wire()


def header(version, protocol, gso_size=0, tag=None):
    """What the machine says of it."""
    start = 14 + (4 if tag else 0) + IP_LENGTHS[version]
    return Vnet(NEEDS_CSUM, GSO_TYPES[version, protocol] if gso_size else GSO_NONE,
                start + L4_LENGTHS[protocol], gso_size, start, CSUM_OFFSETS[protocol])


class Segment:
    """A packet that came out: its payload, and whether its checksums are right."""

    def __init__(self, data):
        self.frame = frames.parse(data)
        body = self.frame.payload
        version = body[0] >> 4
        at = IP_LENGTHS[version]
        if version == 4:
            length = struct.unpack_from("!H", body, 2)[0] - at
            protocol, one, two = body[9], body[12:16], body[16:20]
            self.ip_right = ones_sum(body[:at]) == 0xffff
        else:
            length, protocol = struct.unpack_from("!HB", body, 4)
            one, two = body[8:24], body[24:40]
            self.ip_right = True
        self.l4 = body[at:at + length]
        self.protocol = protocol
        self.seq = struct.unpack_from("!I", self.l4, 4)[0] if protocol == TCP else None
        self.payload = self.l4[L4_LENGTHS[protocol]:]
        total = pseudo_sum(version, one, two, protocol, length) + ones_sum(self.l4)
        self.right = self.ip_right and total % 0xffff == 0
        self.tags = self.frame.tags
