# SPDX-License-Identifier: GPL-2.0
"""Configuration, links, namespaces and traffic all at once, on several CPUs.

       h0   h1   h2   h3                              w0   w1
       |    |    |    |   n0   n1   ja ----- jb       |    |
     +-e0---e1---e2---e3--+----+----+-+    +-+--------v0---v1-+
     | p0   p1   p2   p3  g0   g1   j |    | j        a    b  |
     +------------ soak --------------+    +-- sw0, sw1, sw2 -+   one after the other
                 |         |
            t1, t2, ...   guest, bound, made: ports of the jobs, see jobs.py, spaces.py

Afterwards the switch still does exactly what it should, and all goes away.
"""

import os
import time

from crew import Crew
from jobs import (ADOPTED, DUMP_KINDS, NORMAL, PORTS, SWITCH, SYNTHETIC, change_fdb, dump,
                  listen, make_nics, make_ports, make_switches, plug_nics, rename_nics,
                  run_batches, set_ports, shut_links)
from lib import wait
from lib.bed import Station
from lib.frames import Packets, frame
from lib.genl import trunk
from spaces import guests, houses
from traffic import sender

SECONDS = float(os.environ.get("VSW_SOAK_S", 60))
LIMIT_S = 5 * SECONDS
SEED = os.environ.get("VSW_SOAK_SEED", str(time.time_ns()))


def build(vsw, links):
    vsw.add_switch(SWITCH, fdb_max=2000)
    for number, (port, nic) in enumerate(ADOPTED.items()):
        links.add_veth(nic, f"h{number}")
        links.up(f"h{number}")
        vsw.add_port(SWITCH, port, nic=nic, **trunk("10,20", 1))
    for (port, nic), kind in zip(SYNTHETIC.items(), ("host", "guest")):
        vsw.add_nic(nic, kind)
        links.up(nic)
        vsw.add_port(SWITCH, port, nic=nic)
    for near, far in (("ja", "jb"), ("v0", "w0"), ("v1", "w1")):
        links.add_veth(near, far)
        links.up(near, far)
    vsw.add_port(SWITCH, "j", nic="ja", **trunk("1-4094", 1))


def hire(crew):
    for number, netdevs in enumerate((["h0", "h2"], ["h1", "h3"], ["n0", "n1"],
                                      ["w0", "w1"]), 1):
        crew.hire(f"sender{number}", sender, ["frames"], netdevs, number)
    crew.hire("ports", make_ports, ["made", "frames", "unplugged", "deleted"])
    crew.hire("settings", set_ports, ["vlan", "set"])
    crew.hire("fdb", change_fdb,
              ["made", "listed", "deleted", "tables", "flushed"])
    crew.hire("links", shut_links, ["down", "up", "switch", "far"])
    crew.hire("plugs", plug_nics, ["plugged", "unplugged"])
    crew.hire("nics", make_nics, ["made", "plugged", "frames", "deleted"])
    crew.hire("names", rename_nics, ["renamed"])
    crew.hire("switches", make_switches, ["made", "plugged", "set", "deleted"])
    crew.hire("batches", run_batches, ["dry", "undone", "made", "moved", "deleted"])
    crew.hire("guests", guests, ["frames", "killed"])
    crew.hire("houses", houses, ["made", "frames_in", "frames_out", "killed", "guest"])
    crew.hire("dumps", dump, DUMP_KINDS)
    crew.hire("events", listen, ["switch", "port", "nic", "fdb"])


def calm(vsw, links):
    """Bring the switch to a state that is known, whatever was last done to it."""
    for name in ("e3", "n1"):
        if not links.get(name):
            links.down(f"{name}x")
            links.rename(f"{name}x", name)
    for port, nic in {**ADOPTED, **SYNTHETIC}.items():
        if not vsw.port(SWITCH, port).get("nic"):
            vsw.connect(nic, SWITCH, port)
        vsw.set_port(SWITCH, port, hold=1, **NORMAL)
        links.up(nic)
    vsw.del_port(SWITCH, "j")
    vsw.set_switch(SWITCH, up=1, fids=b"", instances=b"")
    vsw.flush_fdb(SWITCH, static=True)
    for port in PORTS:
        vsw.wait_port(SWITCH, port)


def release(bed):
    """Jobs held ports and released them: an announcement may still be under way. On hold
    again there is none; and of the one that now follows each says just one frame."""
    def heard():
        return [bed.vsw.stats(SWITCH, port)["from_broadcast_packets"] for port in SYNTHETIC]

    bed.clock.settle()
    wanted = [count + 1 for count in heard()]
    for port in PORTS:
        bed.vsw.set_port(SWITCH, port, hold=0)
    wait.until(lambda: heard() == wanted, "announcements")


def stations(bed):
    """At the far ends of the cables of the switch that was soaked."""
    for port, nic in {**ADOPTED, **SYNTHETIC}.items():
        far = f"h{nic[1:]}" if port in ADOPTED else nic
        bed.links.wait_ready(far)
        bed.stations.append(Station(bed, Packets(far), nic, SWITCH, port))
    bed.drain()
    return list(bed.stations)


def check_tables(vsw):
    """What is counted is what is there."""
    ports, entries = vsw.ports(switch=SWITCH), vsw.fdb(SWITCH)
    assert [port["name"] for port in ports] == PORTS
    switch = vsw.switch(SWITCH)
    assert (switch["port_count"], switch["fdb_count"]) == (len(ports), len(entries))
    for port in ports:
        behind = [entry for entry in entries if entry["port"] == port["name"]]
        assert port["fdb_count"] == len(behind), port


def packets(stats, way):
    return sum(stats[f"{way}_{cast}_packets"]
               for cast in ("unicast", "multicast", "broadcast"))


def counted(stations):
    """Frames in, frames out and drops of each port."""
    found = []
    for station in stations:
        stats = station.stats()
        found.append((packets(stats, "from"), packets(stats, "to"),
                      sum(stats["drops"].values())))
    return found


def check_counters(bed, stations, frames=20, drops=3):
    """Each sends to the next; what comes in at a port either comes out or is dropped."""
    bed.learn(*stations)
    check_tables(bed.vsw)
    before = counted(stations)
    wanted = {}
    for number, station in enumerate(stations, 1):
        target = number % len(stations) + 1
        sent = [frame(src=number, dst=target) for _ in range(frames)]
        station.send(*sent)
        station.send(*(frame(src=number, dst=target, tag=10) for _ in range(drops)))
        wanted[stations[target - 1]] = sent
    bed.expect(wanted)
    change = [tuple(now - then for now, then in zip(after, earlier))
              for after, earlier in zip(counted(stations), before)]
    assert change == [(frames + drops, frames, drops)] * len(stations)


def check_small_switch(bed):
    """One that is made from nothing forwards exactly what it is given."""
    bed.close()
    bed.stations.clear()
    bed.switch("sw0")
    one, two = bed.station("q1"), bed.station("q2", **trunk("10"))
    guest = bed.guest("q3")
    sent, tagged = frame(src=1), frame(src=1, tag=10)
    one.send(sent, tagged)
    bed.expect({guest: [sent]})
    assert one.drops() == {"from_tagged": 1} and not two.drops()
    bed.vsw.del_switch("sw0")


def test_soak(host, bed, capsys):
    vsw, links = host.vsw, host.links
    build(vsw, links)
    crew = Crew(SECONDS, LIMIT_S, SEED)
    hire(crew)
    try:
        crew.work()
    finally:
        with capsys.disabled():
            print(f"\n{crew.seconds():.0f} s on {os.cpu_count()} CPUs, seed {SEED}",
                  *crew.report(), sep="\n  ")
    assert not crew.idle(), f"never done: {crew.idle()}"
    assert [switch["name"] for switch in vsw.switches()] == [SWITCH]
    calm(vsw, links)
    release(bed)
    check_counters(bed, stations(bed))
    vsw.del_switch(SWITCH)
    host.clean()
    host.check_clean()
    check_small_switch(bed)
