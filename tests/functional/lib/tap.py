# SPDX-License-Identifier: GPL-2.0
"""A tap device: whoever holds the file is at the other end of the cable."""

import fcntl
import os
import struct
import subprocess

TUNSETIFF = 0x400454ca
TUNSETCARRIER = 0x400454e2
TUNSETOFFLOAD = 0x400454d0
TUNSETVNETHDRSZ = 0x400454d8
IFF_TUN, IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x1, 0x2, 0x1000, 0x4000

DEVICE = "/dev/net/tun"


class Tap:
    """Octets are read and written as they are on the wire, tags in the payload; with a
    header size, what is written has a header in front."""

    def __init__(self, netdev, flags=IFF_TAP, header=0):
        self.netdev = netdev
        self.header = header
        flags |= IFF_VNET_HDR if header else 0
        if not os.path.exists(DEVICE):      # a module, where no udev makes its file
            subprocess.run(["modprobe", "tun"], check=True)
        self.file = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(self.file, TUNSETIFF,
                    struct.pack("16sH22x", netdev.encode(), flags | IFF_NO_PI))
        if header:
            fcntl.ioctl(self.file, TUNSETVNETHDRSZ, struct.pack("=i", header))

    def fileno(self):
        return self.file

    def close(self):
        if self.file is not None:
            os.close(self.file)
            self.file = None

    def carrier(self, there):
        fcntl.ioctl(self.file, TUNSETCARRIER, struct.pack("=i", there))

    def send_octets(self, data):
        os.write(self.file, data)

    def receive_octets(self):
        try:
            return os.read(self.file, 1 << 17)[self.header:], 0
        except BlockingIOError:
            return None
