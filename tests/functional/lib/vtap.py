# SPDX-License-Identifier: GPL-2.0
"""The character device of a vswtap: whoever has it open is the virtual machine."""

import fcntl
import os
import struct
from typing import NamedTuple

from .tap import IFF_NO_PI, IFF_TAP, IFF_VNET_HDR, TUNSETIFF, TUNSETOFFLOAD, TUNSETVNETHDRSZ

IFF_MULTI_QUEUE, IFF_ATTACH_QUEUE, IFF_DETACH_QUEUE = 0x100, 0x200, 0x400
TUNSETQUEUE = 0x400454d9
TUNGETIFF = 0x800454d2
TUNGETFEATURES = 0x800454cf
TUNSETSNDBUF = 0x400454d4

TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6, TUN_F_TSO_ECN, TUN_F_UFO = 1, 2, 4, 8, 16
TUN_F_USO4, TUN_F_USO6 = 32, 64
OFFLOADS = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN

NEEDS_CSUM = 1
GSO_NONE, GSO_TCPV4, GSO_UDP, GSO_TCPV6, GSO_UDP_L4, GSO_ECN = 0, 1, 3, 4, 5, 0x80


class Vnet(NamedTuple):
    """struct virtio_net_hdr"""

    flags: int = 0
    gso_type: int = GSO_NONE
    hdr_len: int = 0
    gso_size: int = 0
    csum_start: int = 0
    csum_offset: int = 0

    LAYOUT = struct.Struct("<BBHHHH")

    def packed(self, size):
        return self.LAYOUT.pack(*self).ljust(size, b"\0")


NO_HEADER = Vnet()


def node(index):
    return f"/dev/tap{index}"


class Vtap:
    """One queue. With a header size, frames are sent and received behind that header;
    the header of the last frame that came is kept."""

    def __init__(self, netdev, index, header=0, offloads=None):
        self.netdev = netdev
        self.header = header
        self.last = None
        self.file = os.open(node(index), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        flags = IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE | (IFF_VNET_HDR if header else 0)
        self.ioctl(TUNSETIFF, struct.pack("16sH22x", b"", flags))
        if header:
            self.ioctl(TUNSETVNETHDRSZ, struct.pack("=i", header))
        if offloads is not None:
            self.ioctl(TUNSETOFFLOAD, offloads)

    def fileno(self):
        return self.file

    def ioctl(self, number, argument):
        return fcntl.ioctl(self.file, number, argument)

    def set_queue(self, there):
        flag = IFF_ATTACH_QUEUE if there else IFF_DETACH_QUEUE
        self.ioctl(TUNSETQUEUE, struct.pack("16sH22x", b"", flag))

    def write(self, data):
        os.write(self.file, data)

    def send_octets(self, data, header=NO_HEADER):
        self.write((header.packed(self.header) if self.header else b"") + data)

    def receive_octets(self):
        try:
            data = os.read(self.file, 1 << 17)
        except BlockingIOError:
            return None
        if self.header:
            self.last = Vnet(*Vnet.LAYOUT.unpack_from(data))
        return data[self.header:], 0

    def close(self):
        if self.file is not None:
            os.close(self.file)
            self.file = None
