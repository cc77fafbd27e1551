# SPDX-License-Identifier: GPL-2.0
"""Counters: every frame that the NIC hands in is counted "from", every one that it
takes is counted "to", each once, by kind of destination, with its octets without
tag and FCS; every one that does not come out is a drop at one port.

       h1   h2   h3
       |    |    |
     +-e1---e2---e3-+
     | p1   p2   p3 |
     +----- sw0 ----+
"""

import pytest

from lib import uapi
from lib.frames import BROADCAST, MULTICAST, Tag, frame
from lib.genl import NetlinkError, access, trunk

COUNTERS = [name for name, known in uapi.ATTRIBUTES["stats"].items()
            if known.type == "u64"]


def check(bed, port, **expected):
    """All counters of a port; those not named are zero."""
    stats = bed.vsw.stats("sw0", port)
    counted = {name: stats[name] for name in COUNTERS if stats[name]}
    counted.update({name: count for name, count in stats["drops"].items() if count})
    assert counted == expected


def casts(direction, **kinds):
    """casts("from", unicast=(2, 120)) -> the counters of these."""
    found = {}
    for kind, (packets, octets) in kinds.items():
        found[f"{direction}_{kind}_packets"] = packets
        found[f"{direction}_{kind}_bytes"] = octets
    return found


def test_fresh_port_has_counted_nothing(bed):
    bed.switch()
    bed.stations_at("p1")
    check(bed, "p1")


@pytest.mark.short
def test_each_kind_of_destination(bed):
    bed.switch()
    a, b, c = bed.stations_at("p1", "p2", "p3")
    bed.learn(a, b)
    a.send(frame(src=1, dst=2, size=60), frame(src=1, dst=2, size=1514),
           frame(src=1, dst=9, size=100),
           frame(src=1, dst=BROADCAST, size=64), frame(src=1, dst=MULTICAST, size=14),
           frame(src=1, dst=MULTICAST, size=500), frame(src=1, dst=MULTICAST, size=61))
    bed.clock.settle()
    sent = casts("from", unicast=(3, 1674), multicast=(3, 575), broadcast=(2, 124))
    check(bed, "p1", learned=1, **sent, **casts("to", broadcast=(1, 60)))
    check(bed, "p2", learned=1, **casts("from", broadcast=(1, 60)),
          **casts("to", unicast=(3, 1674), multicast=(3, 575), broadcast=(2, 124)))
    check(bed, "p3",
          **casts("to", unicast=(1, 100), multicast=(3, 575), broadcast=(3, 184)))


@pytest.mark.parametrize("how", ["veth", "vswnic", "tap"])
def test_tags_are_not_counted(bed, how):
    bed.switch()
    make = {"veth": bed.station, "vswnic": bed.guest, "tap": bed.tap}[how]
    a = make("p1", **trunk("10,20"))
    bed.station("p2", **trunk("10"))
    bed.station("p3", **access(10))
    a.send(frame(src=1, tag=10, size=60), frame(src=1, tag=Tag(10, 7, 1), size=600))
    bed.clock.settle()
    check(bed, "p1", learned=1, **casts("from", broadcast=(2, 660)))
    check(bed, "p2", **casts("to", broadcast=(2, 660)))
    check(bed, "p3", **casts("to", broadcast=(2, 660)))


def test_dropped_frames_are_counted_from_their_nic(bed):
    """from_*: everything the NIC handed in; the reason says what became of it."""
    bed.switch()
    a = bed.station("p1", **access(10))
    bed.station("p2", **access(20))
    a.send(frame(src=1, size=60), frame(src=1, dst=2, size=100, tag=10),
           frame(src=1, dst="01:80:c2:00:00:00", size=200))
    bed.clock.settle()
    check(bed, "p1", learned=1, from_no_target=1, from_tagged=1, from_reserved=1,
          **casts("from", unicast=(1, 100), multicast=(1, 200), broadcast=(1, 60)))
    check(bed, "p2")


def test_drop_on_the_way_out_is_counted_there(bed):
    bed.switch()
    a, b, c = bed.stations_at("p1", "p2", "p3")
    bed.links.mtu("e2", 100)
    a.send(frame(src=1, size=200))
    bed.clock.settle()
    check(bed, "p1", learned=1, **casts("from", broadcast=(1, 200)))
    check(bed, "p2", to_oversize=1)
    check(bed, "p3", **casts("to", broadcast=(1, 200)))


def test_every_frame_is_accounted_for(bed):
    """from = sum of the deliveries and drops that each frame came to."""
    bed.switch()
    a, b, c = bed.stations_at("p1", "p2", "p3")
    bed.learn(a, b, c)
    known = {name: bed.vsw.stats("sw0", name) for name in ("p1", "p2", "p3")}
    for number in range(300):
        source, src = [(a, 1), (b, 2), (c, 3)][number % 3]
        dst = [1, 2, 3, 77, BROADCAST, "01:80:c2:00:00:02"][number % 6]
        source.send(frame(src=src, dst=dst, size=60 + number))
    bed.clock.settle()
    totals = dict.fromkeys(["from", "to", "drops"], 0)
    for name, before in known.items():
        after = bed.vsw.stats("sw0", name)
        for direction in ("from", "to"):
            totals[direction] += sum(
                after[f"{direction}_{kind}_packets"] - before[f"{direction}_{kind}_packets"]
                for kind in ("unicast", "multicast", "broadcast"))
        totals["drops"] += sum(after["drops"].values())
    # By number modulo 6, from station 1, 2, 3, 1, 2, 3: to 1 (itself, dropped), to 2
    # (itself), to 3 (itself), unknown (two copies), broadcast (two), reserved.
    assert totals == {"from": 300, "to": 200, "drops": 200}


def test_counters_are_64_bit(bed):
    """Over 4 GiB would take too long; what goes over the wire has 64 bits."""
    assert {known.type for known in uapi.ATTRIBUTES["stats"].values()
            if known.name not in ("switch", "port", "pad", "drops")} == {"u64"}
    bed.switch()
    a = bed.guest("p1", mtu=65535)
    bed.guest("p2", mtu=65535)
    data = frame(src=1, size=60000).wire()
    for _ in range(100):
        a.send_octets(data)
        bed.drain()
    stats = bed.vsw.stats("sw0", "p1")
    assert stats["from_broadcast_bytes"] == 100 * 60000
    assert bed.vsw.stats("sw0", "p2")["to_broadcast_bytes"] == 100 * 60000


def test_counters_stay_when_the_nic_is_changed(bed):
    bed.switch()
    a, b = bed.stations_at("p1", "p2")
    a.send(frame(src=1))
    bed.drain()
    bed.vsw.disconnect("e1")
    bed.links.add_veth("e9", "h9")
    bed.vsw.connect("e9", "sw0", "p1")
    check(bed, "p1", learned=1, **casts("from", broadcast=(1, 60)))
    check(bed, "p2", **casts("to", broadcast=(1, 60)))


def test_dump_has_all_ports(bed):
    for switch in ("sw0", "sw1"):
        bed.switch(switch)
        for port in ("p1", "p2"):
            bed.vsw.add_port(switch, port)
    told = [(stats["switch"], stats["port"]) for stats in bed.vsw.stats()]
    assert told == [("sw0", "p1"), ("sw0", "p2"), ("sw1", "p1"), ("sw1", "p2")]
    told = [(stats["switch"], stats["port"]) for stats in bed.vsw.stats("sw1")]
    assert told == [("sw1", "p1"), ("sw1", "p2")]
    assert all(set(stats["drops"]) == set(uapi.DROP_NAMES) for stats in bed.vsw.stats())
    with pytest.raises(NetlinkError, match="ENOENT"):
        bed.vsw.stats("sw0", "p3")


def test_synthetic_nic_has_its_netdevs_counters(bed):
    """What a user of the NIC sees in ip -s link."""
    bed.switch()
    a, b = bed.guest("p1"), bed.guest("p2")
    a.send(frame(src=1, size=100), frame(src=1, size=200))
    bed.clock.settle()

    def netdev(name):
        return {key: int(open(f"/sys/class/net/{name}/statistics/{key}").read())
                for key in ("rx_packets", "rx_bytes", "tx_packets", "tx_bytes")}

    assert netdev(a.nic) == dict(rx_packets=0, rx_bytes=0, tx_packets=2, tx_bytes=300)
    assert netdev(b.nic) == dict(rx_packets=2, rx_bytes=300, tx_packets=0, tx_bytes=0)
