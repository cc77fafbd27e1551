# SPDX-License-Identifier: GPL-2.0
"""Reserved group addresses are for the link, not relayed (IEEE 802.1Q-2022, 8.6.3,
tables 8-1 and 8-2) unless a port is told to; all other group addresses are.

     h1 --- e1 p1 +-----+ p2 e2 --- h2
                  | sw0 |
                  +-----+ p3 e3 --- h3
"""

import pytest

from lib.frames import Tag, frame, mac
from lib.genl import access, trunk

RESERVED = [f"01:80:c2:00:00:{last:02x}" for last in range(16)]
# Table 8-2 has those that are reserved to a provider bridge; these are not among them.
NOT_S_VLAN = [0x0, 0xb, 0xc, 0xd, 0xf]
OTHERS = ["01:80:c2:00:00:10", "01:80:c2:00:00:20", "01:80:c2:00:00:21",
          "01:80:c2:00:00:ff", "01:80:c2:00:01:00", "01:80:c2:01:00:00",
          "01:80:c3:00:00:00", "01:81:c2:00:00:00", "03:80:c2:00:00:00",
          "01:00:0c:cc:cc:cc", "01:00:5e:00:00:00", "33:33:00:00:00:02"]


@pytest.mark.short
def test_reserved_addresses_are_not_relayed(bed):
    bed.switch()
    a, b, c = bed.stations_at("p1", "p2", "p3")
    a.send(*[frame(src=1, dst=dst) for dst in RESERVED])
    bed.expect({})
    assert a.drops() == {"from_reserved": len(RESERVED)}
    assert a.stats()["from_multicast_packets"] == len(RESERVED)
    assert bed.vsw.fdb_entry("sw0", mac(1)) is None, "nor is their source learned"


def test_addresses_around_them_are_relayed(bed):
    bed.switch()
    a, b, c = bed.stations_at("p1", "p2", "p3")
    sent = [frame(src=1, dst=dst) for dst in OTHERS]
    a.send(*sent)
    bed.expect({b: sent, c: sent})
    assert a.drops() == {}


@pytest.mark.parametrize("how", ["veth", "vswnic", "tap"])
@pytest.mark.parametrize("mode", ["access", "trunk", "trunk-tagged", "provider"])
def test_in_all_modes_and_from_all_nics(bed, how, mode):
    bed.switch(protocol="802.1ad" if mode == "provider" else "802.1q")
    settings = access(10) if mode in ("access", "provider") else trunk("10", native=20)
    make = {"veth": bed.station, "vswnic": bed.guest, "tap": bed.tap}[how]
    a = make("p1", **settings)
    b = bed.station("p2", **settings)
    tag = Tag(10) if mode == "trunk-tagged" else None
    sent = [frame(src=1, dst=dst, tag=tag) for dst in RESERVED]
    relayed = [sent[last] for last in NOT_S_VLAN] if mode == "provider" else []
    a.send(*sent)
    bed.expect({b: relayed})
    assert a.drops() == {"from_reserved": len(RESERVED) - len(relayed)}
