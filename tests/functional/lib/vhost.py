# SPDX-License-Identifier: GPL-2.0
"""As much of a virtual machine as vhost-net wants to see: memory, and two rings in it.

The first half of the memory is the receive ring's, the second the transmit ring's; each
has its descriptors, its two lists and one buffer at a place of its own."""

import ctypes
import fcntl
import mmap
import os
import struct
import subprocess

DEVICE = "/dev/vhost-net"
SET_FEATURES, SET_OWNER, SET_MEM_TABLE = 0x4008af00, 0xaf01, 0x4008af03
SET_VRING_NUM, SET_VRING_ADDR, SET_VRING_BASE = 0x4008af10, 0x4028af11, 0x4008af12
SET_VRING_KICK, SET_VRING_CALL = 0x4008af20, 0x4008af21
NET_SET_BACKEND = 0x4008af30

VERSION_1 = 1 << 32
DESC_WRITE = 2
RX, TX = 0, 1
SLOTS = 4
DESC, AVAIL, USED, BUFFER, HALF = 0, 0x1000, 0x2000, 0x4000, 0x8000


def available():
    if not os.path.exists(DEVICE):
        subprocess.run(["modprobe", "-q", "vhost_net"])
    return os.path.exists(DEVICE)


class Machine:
    def __init__(self, tap):
        self.memory = mmap.mmap(-1, 2 * HALF)
        self.base = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        self.vhost = os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC)
        self.kicks = [os.eventfd(0), os.eventfd(0)]
        self.ioctl(SET_OWNER, 0)
        self.ioctl(SET_FEATURES, struct.pack("=Q", VERSION_1))
        self.ioctl(SET_MEM_TABLE, struct.pack("=IIQQQQ", 1, 0, 0, 2 * HALF, self.base, 0))
        for ring in (RX, TX):
            at = self.base + ring * HALF
            self.ioctl(SET_VRING_NUM, struct.pack("=II", ring, SLOTS))
            self.ioctl(SET_VRING_BASE, struct.pack("=II", ring, 0))
            self.ioctl(SET_VRING_ADDR, struct.pack("=IIQQQQ", ring, 0, at + DESC, at + USED,
                                                   at + AVAIL, 0))
            self.ioctl(SET_VRING_KICK, struct.pack("=Ii", ring, self.kicks[ring]))
            self.ioctl(NET_SET_BACKEND, struct.pack("=Ii", ring, tap.file))

    def ioctl(self, number, argument):
        fcntl.ioctl(self.vhost, number, argument)

    def _offer(self, ring, length, flags):
        """The ring's one buffer."""
        at = ring * HALF
        struct.pack_into("<QIHH", self.memory, at + DESC, at + BUFFER, length, flags, 0)
        struct.pack_into("<HHH", self.memory, at + AVAIL, 0, 1, 0)
        os.eventfd_write(self.kicks[ring], 1)

    def send(self, data):
        at = TX * HALF + BUFFER
        self.memory[at:at + len(data)] = data
        self._offer(TX, len(data), 0)

    def offer_buffer(self):
        self._offer(RX, HALF - BUFFER, DESC_WRITE)

    def received(self):
        """The octets that came, or None."""
        _, index, _, length = struct.unpack_from("<HHII", self.memory, USED)
        return self.memory[BUFFER:BUFFER + length] if index else None

    def close(self):
        for ring in (RX, TX):
            self.ioctl(NET_SET_BACKEND, struct.pack("=Ii", ring, -1))
        for file in (self.vhost, *self.kicks):
            os.close(file)
