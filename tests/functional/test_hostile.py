# SPDX-License-Identifier: GPL-2.0
"""What a guest can write into a frame, or ask of the kernel with it, changes nothing
but the frame.

    guest g1 ---- p1 +-----+ p2 ---- e2 ~~~ h2
                     | sw0 |
                     +-----+ p3 ---- guest
"""

import ctypes
import socket
import struct

import pytest

from lib import ns
from lib.frames import SOL_PACKET, Packets, Tag, frame
from lib.genl import access, trunk

PACKET_VNET_HDR = 15
SO_PRIORITY, SO_ATTACH_FILTER = 12, 26
VNET_HDR = struct.Struct("<BBHHHH")
NEEDS_CSUM = 1
MAC_SOURCE = 6

SKF_AD_QUEUE = 0xfffff000 + 24


def send_with_header(netdev, data, *header):
    """A frame behind a virtio-net header, as a VM writes it."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        sock.bind((netdev, 0))
        sock.send(VNET_HDR.pack(*header) + data)


@pytest.mark.parametrize("offset", [0, MAC_SOURCE])
def test_checksum_does_not_rewrite_an_address(bed, offset):
    """A checksum over the Ethernet header would change it behind all checks."""
    bed.switch()
    guest, far = bed.guest("p1"), bed.station("p2")
    ns.run("ethtool", "-K", far.nic, "tx", "off")
    bed.drain()
    sent = frame(src=1)
    try:
        send_with_header(guest.nic, sent.wire(), NEEDS_CSUM, 0, 0, 0, 0, offset)
    except OSError:             # newer kernels refuse the header
        return
    assert far.take() == [sent]


def test_no_second_tag_behind_the_null_one(bed):
    """It would be the frame's VLAN at the next switch."""
    bed.switch()
    guest = bed.guest("p1", **access(5))
    bed.station("p2", **trunk("5,20", native=5))
    bed.guest("p3", **access(20))
    bed.drain()
    priority = frame(src=1, tag=Tag(0, pcp=3))
    guest.send(frame(src=1, tag=20).tagged(0), priority)
    bed.expect({bed.stations[1]: [priority.untagged()]})
    assert guest.drops() == {"from_tagged": 1}


def with_queue_only(packets):
    """Let a socket see only frames that name a queue."""
    program = [(0x20, 0, 0, SKF_AD_QUEUE),      # A = queue
               (0x15, 0, 1, 0),                 # if A is 0,
               (0x06, 0, 0, 0),                 # none of it,
               (0x06, 0, 0, 0x40000)]           # else all
    code = b"".join(struct.pack("HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(code)
    packets.sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                            struct.pack("HL", len(program), ctypes.addressof(buffer)))


def flow(number):
    """A UDP datagram of a flow of its own."""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 36, 0, 0, 64, 17, 0,
                       socket.inet_aton("192.0.2.1"), socket.inet_aton("192.0.2.2"))
    return frame(src=1, dst=2, ethertype=0x0800,
                 payload=head + struct.pack("!HHHH", 1000 + number, 9, 16, 0) + bytes(32))


def test_number_of_a_queue_does_not_cross(bed):
    """The receiver may not have so many."""
    bed.switch()
    bed.vsw.add_nic("many", queues=64)
    bed.links.up("many")
    bed.vsw.add_port("sw0", "p1", nic="many")
    guest = bed.guest("p2")
    sender = bed.keep(Packets("many"))
    seen = bed.keep(Packets(guest.nic))
    with_queue_only(seen)
    bed.drain()
    flows = [flow(number) for number in range(64)]
    sender.send(*flows)
    bed.clock.settle()
    assert guest.take() == flows
    assert seen.take() == []


def test_priority_does_not_cross(bed):
    """Nor does what would choose a class of the host's queueing discipline."""
    bed.switch()
    guest, far = bed.guest("p1"), bed.station("p2")
    ns.run("tc", "qdisc", "add", "dev", far.nic, "root", "handle", "1:", "prio")
    ns.run("tc", "filter", "add", "dev", far.nic, "parent", "1:", "basic", "match",
           "meta(priority eq 6)", "action", "drop")
    guest.end.sock.setsockopt(socket.SOL_SOCKET, SO_PRIORITY, 6)
    bed.drain()
    sent = frame(src=1)
    guest.send(sent)
    assert far.take() == [sent]
