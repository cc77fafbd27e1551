# SPDX-License-Identifier: GPL-2.0
"""A thousand ports with NICs, each made by commands of its own; only the result is
judged, the time is told.

     g0   g1   g2  ...  g999
     |    |    |         |
     p0   p1   p2  ...  p999        VLAN 10 and 20 in turn
     +----------- sw0 ----------+
"""

import time

import pytest

from lib.frames import Packets, frame, mac
from lib.genl import access, trunk

COUNT = 1000


@pytest.fixture
def thousand(bed):
    start = time.monotonic()
    bed.switch()
    for number in range(COUNT):
        bed.vsw.add_nic(f"g{number}", mac=mac(number + 1))
        bed.vsw.add_port("sw0", f"p{number}", nic=f"g{number}",
                         **access(10 + number % 2 * 10))
    made = time.monotonic() - start
    for number in range(COUNT):
        bed.links.up(f"g{number}")
    print(f"\n{COUNT} NICs and ports made in {made:.2f} s, "
          f"up after {time.monotonic() - start:.2f} s")
    return made


def test_thousand_ports(bed, thousand):
    bed.vsw.wait_port("sw0", f"p{COUNT - 1}")
    ports = bed.vsw.ports()
    assert [port["name"] for port in ports] == [f"p{number}" for number in range(COUNT)]
    assert [port["nic"] for port in ports] == [f"g{number}" for number in range(COUNT)]
    assert all(port["oper"] for port in ports)
    assert len(bed.vsw.nics()) == COUNT
    assert bed.vsw.switch("sw0")["port_count"] == COUNT
    a, b = (bed.keep(Packets(f"g{number}")) for number in (0, COUNT - 2))
    c = bed.keep(Packets("g1"))
    for name in ("g0", f"g{COUNT - 2}", "g1"):
        bed.links.wait_ready(name)
    hello = frame(src=1)
    a.send(hello)
    bed.clock.settle()
    assert b.take() == [hello] and c.take() == []
    reached = [stats["to_broadcast_packets"] for stats in bed.vsw.stats("sw0")]
    assert reached == [0] + [1 - number % 2 for number in range(1, COUNT)]
    back = frame(src=COUNT - 1, dst=1)
    b.send(back)
    bed.clock.settle()
    assert a.take() == [back] and c.take() == []
    start = time.monotonic()
    bed.vsw.del_switch("sw0")
    print(f"switch with {COUNT} ports deleted in {time.monotonic() - start:.2f} s")
    assert bed.vsw.ports() == []
    assert not any("switch" in nic or nic["carrier"] for nic in bed.vsw.nics())


def test_trunks_with_all_vlans(bed):
    """A hundred trunks of 4094 VLANs: what a set of ports for each VLAN would be."""
    start = time.monotonic()
    bed.switch()
    for number in range(100):
        bed.vsw.add_port("sw0", f"p{number}", **trunk("1-4094"))
    print(f"\n100 trunks in {time.monotonic() - start:.2f} s")
    for number in range(0, 100, 2):
        bed.vsw.set_port("sw0", f"p{number}", **access(number + 1))
    modes = [port["vlan_mode"] for port in bed.vsw.ports()]
    assert modes == ["access", "trunk"] * 50
