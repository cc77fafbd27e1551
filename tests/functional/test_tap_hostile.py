# SPDX-License-Identifier: GPL-2.0
"""What a virtual machine writes is not trusted: short frames, headers that do not fit
the frame, sheer noise. Each write is refused, or counted as a frame or as a drop; the
kernel's log stays clean, and the switch keeps forwarding.

     +------ sw0 ------+
     | p1    p2    p3  |     p1: the hostile machine
     +-+-----+-----+---+     p2: a machine with offloads, p3: one without
       v1    v2    v3        p4: an adopted veth, p5: a guest NIC
"""

import os
import random

import pytest

from lib import ns
from lib.frames import frame, mac
from lib.genl import trunk
from lib.packets import TCP, UDP, header, packet
from lib.vtap import (GSO_ECN, GSO_NONE, GSO_TCPV4, GSO_TCPV6, GSO_UDP, GSO_UDP_L4, NEEDS_CSUM,
                      OFFLOADS, Vnet)

HEADER = 12
EDGES = [0, 1, 2, 13, 14, 33, 34, 54, 59, 60, 61, 255, 1459, 1500, 0x7fff, 0x8000, 0xfffe,
         0xffff]
GSO_TYPES = [GSO_NONE, GSO_TCPV4, GSO_TCPV6, GSO_UDP_L4, 2, 6, 0x7f, GSO_ECN,
             GSO_ECN | GSO_TCPV4, GSO_ECN | GSO_TCPV6, GSO_ECN | GSO_UDP_L4, 0xff]
FUZZ = 20000


class Attack:
    """Counts what becomes of each write."""

    def __init__(self, bed):
        self.bed = bed
        bed.switch()
        self.machine = bed.vtap("p1", header=HEADER, offloads=OFFLOADS)
        self.others = [bed.vtap("p2", header=HEADER, offloads=OFFLOADS), bed.vtap("p3"),
                       bed.station("p4"), bed.guest("p5")]
        for station in bed.stations:
            station.set(**trunk("1-4094", native=1))
        self.writes = self.refused = 0

    def write(self, data):
        self.writes += 1
        try:
            self.machine.end.write(data)
        except OSError:
            self.refused += 1
            return False
        if self.writes % 100 == 0:
            self.bed.drain()
        return True

    def send(self, data, told):
        return self.write(told.packed(HEADER) + data)

    def accounted(self):
        """Frames that the switch has seen, and those that the core has refused: the
        netdev counts a refused write among them."""
        counters = ns.ip_json("-s link show v1")[0]["stats64"]["tx"]
        return counters["packets"] + counters["dropped"]

    def check(self, exact=True):
        self.bed.drain()
        if exact:
            assert self.accounted() == self.writes
        for number, station in enumerate(self.bed.stations):
            sent = frame(src=mac(0x4000 + number))
            station.send(sent)
            self.bed.expect({other: [sent] for other in self.bed.stations
                             if other is not station})


@pytest.fixture
def attack(bed):
    return Attack(bed)


def test_every_truncation(attack):
    """Of a large packet, its header told rightly; and of the header itself."""
    for version in (4, 6):
        told = header(version, TCP, 100)
        whole = told.packed(HEADER) + packet(version, TCP, bytes(300), dst=9)
        for size in range(len(whole)):
            taken = attack.write(whole[:size])
            if size < HEADER + told.hdr_len:
                assert not taken, size
    attack.check()


def test_shorter_than_a_frame(attack):
    for size in range(14):
        assert not attack.write(bytes(HEADER + size))
    attack.check()


@pytest.mark.parametrize("told", [
    Vnet(hdr_len=0xffff),
    Vnet(NEEDS_CSUM, csum_start=0xffff), Vnet(NEEDS_CSUM, csum_start=59),
    Vnet(NEEDS_CSUM, csum_offset=0xffff), Vnet(NEEDS_CSUM, csum_start=34, csum_offset=26),
    Vnet(NEEDS_CSUM, csum_start=0xffff, csum_offset=0xffff),
    Vnet(gso_type=GSO_TCPV4, gso_size=0), Vnet(gso_type=GSO_TCPV6, gso_size=0),
    Vnet(gso_type=2, gso_size=10), Vnet(gso_type=0x7f, gso_size=10),
    Vnet(gso_type=GSO_ECN, gso_size=10), Vnet(gso_type=GSO_UDP_L4, gso_size=10),
    Vnet(gso_type=GSO_TCPV4, gso_size=10), Vnet(gso_type=GSO_TCPV6, gso_size=10),
], ids=str)
def test_header_that_does_not_fit(attack, told):
    """60 octets of no known protocol."""
    assert not attack.send(frame(src=1, dst=9, size=60).wire(), told)
    attack.check()


@pytest.mark.parametrize("field", ["hdr_len", "gso_size", "csum_start", "csum_offset"])
@pytest.mark.parametrize("protocol", [TCP, UDP])
def test_absurd_values(attack, field, protocol):
    """In each field, with each type of packet, over a packet of IPv4 and of IPv6."""
    for version in (4, 6):
        data = packet(version, protocol, bytes(3000), dst=9)
        told = header(version, protocol, 1000)
        for gso_type in GSO_TYPES:
            for value in EDGES:
                for flags in (0, NEEDS_CSUM, 0xff):
                    attack.send(data, told._replace(flags=flags, gso_type=gso_type,
                                                    **{field: value}))
    attack.check()


@pytest.mark.parametrize("gso_type", GSO_TYPES)
def test_type_that_does_not_match(attack, gso_type):
    """What is claimed to be TCP of IPv6 and is UDP of IPv4, and so on."""
    for version in (4, 6):
        for protocol in (TCP, UDP):
            data = packet(version, protocol, bytes(3000), dst=9)
            told = header(version, protocol, 1000)
            attack.send(data, told._replace(gso_type=gso_type))
            for at in range(12, 64):        # a wrong octet in one of the headers
                wrong = bytearray(data)
                wrong[at] ^= 0xff
                attack.send(bytes(wrong), told._replace(gso_type=gso_type))
    attack.check()


def test_old_fragmentation(attack):
    """Large UDP of the old kind comes as fragments, as many as the core makes of it."""
    for version in (4, 6):
        for size in EDGES:
            for flags in (0, NEEDS_CSUM):
                for protocol in (TCP, UDP):
                    told = header(version, protocol)._replace(
                        gso_type=GSO_UDP, gso_size=size, flags=flags)
                    attack.send(packet(version, protocol, bytes(3000), dst=9), told)
        for at in range(12, 64):
            wrong = bytearray(packet(version, UDP, bytes(3000), dst=9))
            wrong[at] ^= 0xff
            attack.send(bytes(wrong), header(version, UDP)._replace(gso_type=GSO_UDP,
                                                                    gso_size=1000))
    attack.check(exact=False)


class Noise:
    """Frames that are right in many ways, and wrong in some."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def told(self):
        pick = self.random
        return Vnet(pick.choice([0, NEEDS_CSUM, NEEDS_CSUM, 2, 0xff]), pick.choice(GSO_TYPES),
                    *(pick.choice([*EDGES, pick.randrange(1 << 16)]) for _ in range(4)))

    def frame(self):
        pick = self.random
        data = packet(pick.choice([4, 6]), pick.choice([TCP, UDP]),
                      bytes(pick.choice([0, 1, 100, 1400, 5000])),
                      src=pick.randrange(1, 250), dst=pick.randrange(1, 250),
                      tag=pick.choice([None, None, 1, 10, 4095]))
        wrong = bytearray(data)
        for _ in range(pick.choice([0, 0, 1, 2, 10])):
            wrong[pick.randrange(min(len(wrong), 80))] = pick.randrange(256)
        return bytes(wrong[:pick.choice([len(wrong), len(wrong), pick.randrange(len(wrong))])])

    def write(self):
        pick = self.random
        if pick.randrange(10) == 0:
            return pick.randbytes(pick.choice([0, 5, 12, 26, 72, 400]))
        told = self.told()
        data = self.frame()
        if pick.randrange(2):       # a header that is nearly right
            version = 6 if data[12:14] == b"\x86\xdd" else 4
            told = header(version, pick.choice([TCP, UDP]), pick.choice([0, *EDGES]))
        return told.packed(HEADER) + data


def test_noise(attack):
    seed = int(os.environ.get("VSW_SEED", "1"))
    print("VSW_SEED", seed)
    noise = Noise(seed)
    for _ in range(FUZZ):
        data = noise.write()
        if len(data) > 1 and data[1] & 0x7f == GSO_UDP:     # makes many of one
            data = data[:1] + b"\0" + data[2:]
        attack.write(data)
    assert FUZZ * 0.2 < attack.refused < FUZZ * 0.9
    attack.check()


