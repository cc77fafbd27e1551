# SPDX-License-Identifier: GPL-2.0
"""The test bed: switches, and stations at the far ends of the cables.

    switch port -- NIC ~~~ cable ~~~ far end: a Station sends and receives here
                   e1      veth      h1
                   t1      tap       its file
                   v1      vswtap    its character device
                   g1      vswnic    the netdev itself

Everything happens in one network namespace and on one CPU, so frames are on their
way only within the system call that sends them and in that CPU's backlog; see
Clock for how a test knows that nothing more will come.
"""

import select

from . import frames, genl, netlink, rtnl
from .tap import Tap
from .vtap import Vtap


class Clock:
    """Knows when the backlog of this CPU is empty.

    A frame sent through a veth pair of its own queues up behind everything that is
    on its way. Each cable is one more pass through the backlog, so several rounds
    outlast every path through a switch; and whatever a station then holds is all
    that it will get."""

    ROUNDS = 6

    def __init__(self, links):
        links.add_veth("clk0", "clk1", group=0)
        links.up("clk0", "clk1")
        links.wait_ready("clk0")
        self.sender = frames.Packets("clk0")
        self.receiver = frames.Packets("clk1")

    def settle(self):
        for _ in range(self.ROUNDS):
            tick = frames.frame()
            self.sender.send(tick)
            while tick not in self.receiver.take():
                ready = select.select([self.receiver], [], [], netlink.DEADLINE)[0]
                assert ready, "the clock stands still"


class Station:
    """The far end of a cable."""

    def __init__(self, bed, end, nic, switch, port):
        self.bed = bed
        self.end = end
        self.nic = nic
        self.switch = switch
        self.port = port

    def __repr__(self):
        return f"{self.port} ({self.end.netdev})"

    def send(self, *sent):
        for one in sent:
            self.end.send_octets(one.wire())

    def send_octets(self, data):
        self.end.send_octets(data)

    def take(self):
        """All frames that came; settled."""
        self.bed.clock.settle()
        return [frames.parse(data) for data, _ in self.take_octets()]

    def take_octets(self):
        found = []
        while (received := self.end.receive_octets()) is not None:
            found.append(received)
        return found

    def stats(self):
        return self.bed.vsw.stats(self.switch, self.port)

    def drops(self):
        """The reasons that counted something."""
        return {name: count for name, count in self.stats()["drops"].items() if count}

    def set(self, **settings):
        self.bed.vsw.set_port(self.switch, self.port, **settings)

    def show(self):
        return self.bed.vsw.port(self.switch, self.port)

    def wait(self, reason="not"):
        """Until the port is down for a reason, or up."""
        return self.bed.vsw.wait_port(self.switch, self.port, reason)


class Bed:
    def __init__(self, host):
        self.vsw = host.vsw
        self.links = host.links
        self.clock = host.clock
        self.stations = []
        self.kept = []

    def keep(self, thing):
        """To be closed when the test ends."""
        self.kept.append(thing)
        return thing

    def switch(self, name="sw0", **settings):
        return self.vsw.add_switch(name, **settings)

    def _plug(self, end, nic, port, switch, ready, settings):
        """Make the port, with the NIC in it, and wait until it carries frames."""
        self.vsw.add_port(switch, port, nic=nic, **settings)
        station = Station(self, end, nic, switch, port)
        self.stations.append(station)
        if ready:
            station.wait()
            if not isinstance(end, Tap):    # which has no one else's carrier to wait for
                self.links.wait_ready(end.netdev)
        return station

    def station(self, port, switch="sw0", ready=True, mtu=1500, **settings):
        """A port with an adopted veth; the station is at the veth's other end."""
        number = len(self.stations) + 1
        near, far = f"e{number}", f"h{number}"
        self.links.add_veth(near, far, mtu)
        self.links.up(far)
        return self._plug(frames.Packets(far), near, port, switch, ready, settings)

    def stations_at(self, *ports, **settings):
        return [self.station(port, **settings) for port in ports]

    def guest(self, port, switch="sw0", ready=True, kind="guest", mtu=None, **settings):
        """A port with a synthetic NIC; the station is the NIC's netdev."""
        name = f"g{len(self.stations) + 1}"
        self.vsw.add_nic(name, kind, mtu=mtu)
        self.links.up(name)
        return self._plug(frames.Packets(name), name, port, switch, ready, settings)

    def tap(self, port, switch="sw0", ready=True, header=0, **settings):
        """A port with a tap; the station is whoever holds the tap's file."""
        name = f"t{len(self.stations) + 1}"
        end = Tap(name, header=header)
        return self._plug(end, name, port, switch, ready, settings)

    def vtap(self, port, switch="sw0", ready=True, header=0, offloads=None, mtu=None,
             queues=None, **settings):
        """A port with a vswtap; the station is whoever has its character device open."""
        name = f"v{len(self.stations) + 1}"
        self.vsw.add_nic(name, "tap", mtu=mtu, queues=queues)
        self.links.up(name)
        end = Vtap(name, self.links.index(name), header, offloads)
        return self._plug(end, name, port, switch, ready, settings)

    def expect(self, wanted):
        """Stations have got exactly these frames, and all others have got none."""
        self.clock.settle()
        wrong = []
        for station in self.stations:
            expected = wanted.get(station, [])
            observed = [frames.parse(data) for data, _ in station.take_octets()]
            if expected != observed:
                wrong.append(f"{station}:\n{frames.side_by_side(expected, observed)}")
        assert not wrong, "\n".join(["frames differ", *wrong])

    def drain(self):
        """Forget whatever the stations have got."""
        self.clock.settle()
        for station in self.stations:
            station.take_octets()

    def learn(self, *stations, tag=None):
        """Let each station say where it is: number n of the list has mac(n)."""
        for number, station in enumerate(stations, 1):
            station.send(frames.frame(src=number, tag=tag))
        self.drain()

    def close(self):
        for thing in [station.end for station in self.stations] + self.kept:
            thing.close()


__all__ = ["Bed", "Clock", "Station", "genl", "rtnl"]
