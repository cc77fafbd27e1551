# SPDX-License-Identifier: GPL-2.0
"""Several network namespaces: each has switches of its own, which know nothing of
those with the same names elsewhere, and which go with it.

     here                    red                     blue
     +- sw0 -+               +- sw0 -+               +- sw0 -+
     | p1    |               | p1    |               | p1    |
     +-------+               +-------+               +-------+
"""

import pytest

from lib import frames, ns, vswctl
from lib.frames import frame, mac
from lib.genl import Events, NetlinkError, Vsw, access, trunk
from lib.rtnl import links_in
from lib.wait import until


class Space:
    """A namespace with a switch in it, and sockets of its own."""

    def __init__(self, bed, name):
        self.name = ns.add(name)
        with ns.inside(name):
            self.vsw = bed.keep(Vsw())
            self.events = bed.keep(Events())

    def add_station(self, bed, switch, port, **settings):
        """A port with an adopted veth, all within the namespace."""
        near, far = f"e-{port}", f"h-{port}"
        with links_in(self.name) as links:
            links.add_veth(near, far)
            links.up(far)
            self.vsw.add_port(switch, port, nic=near, **settings)
            self.vsw.wait_port(switch, port)
            links.wait_ready(far)
        with ns.inside(self.name):
            return bed.keep(frames.Packets(far))


@pytest.fixture
def spaces(bed):
    return [Space(bed, name) for name in ("red", "blue")]


def test_same_names_everywhere(bed, spaces):
    bed.switch()
    for number, space in enumerate(spaces):
        space.vsw.add_switch("sw0", mtu=1000 + number)
        space.vsw.add_port("sw0", "p1", **access(10 + number))
        space.vsw.add_nic("g1", mtu=1100 + number)
    assert bed.vsw.switch("sw0")["mtu"] == 65535 and bed.vsw.ports() == []
    assert bed.vsw.nics() == []
    for number, space in enumerate(spaces):
        assert [switch["mtu"] for switch in space.vsw.switches()] == [1000 + number]
        assert [port["vlan_vid"] for port in space.vsw.ports()] == [10 + number]
        assert [nic["mtu"] for nic in space.vsw.nics()] == [1100 + number]
    bed.vsw.del_switch("sw0")
    assert all(space.vsw.switch("sw0") for space in spaces)


def test_frames_stay_in_their_switch(bed, spaces):
    ends = []
    for space in spaces:
        space.vsw.add_switch("sw0")
        ends.append([space.add_station(bed, "sw0", port, **trunk("10"))
                     for port in ("p1", "p2")])
    for number, (one, two) in enumerate(ends):
        sent = frame(src=1, tag=10)
        one.send(sent)
        bed.clock.settle()
        assert two.take() == [sent]
        assert [end.take() for end in ends[1 - number]] == [[], []]
    for space in spaces:
        assert [(entry["mac"], entry["port"]) for entry in space.vsw.fdb()] == [
            (mac(1), "p1")]


def test_events_stay_in_their_namespace(bed, spaces, events):
    red, blue = spaces
    red.vsw.add_switch("sw0")
    red.vsw.add_port("sw0", "p1")
    red.vsw.add_fdb("sw0", mac(1), "p1")
    told = [(event["object"], event["event"]) for event in red.events.read()]
    assert told[0] == ("switch", "new")
    assert ("port", "new") in told and ("fdb", "new") in told
    assert blue.events.read() == [] and events.read() == []


def test_namespace_takes_its_switches_along(bed, spaces):
    red, _ = spaces
    red.vsw.add_switch("sw0")
    red.vsw.add_switch("sw1")
    end = red.add_station(bed, "sw0", "p1")
    red.vsw.add_nic("g1")
    red.vsw.connect("g1", "sw0", red.vsw.add_port("sw0", "p2"))
    end.send(frame(src=1))
    red.vsw.add_fdb("sw1", mac(2), red.vsw.add_port("sw1", "p1"))
    # A veth into the namespace shows when all of it is gone.
    bed.links.add_veth("w1", "w2")
    with ns.open_file("red") as space:
        bed.links.move("w2", space)
    for thing in (red.vsw, red.events, end):
        thing.close()
    ns.delete("red")
    bed.links.wait_gone("w1")
    assert bed.vsw.switches() == []


def test_guest_goes_with_the_hosts_namespace_or_its_own(bed, spaces):
    """Switch in red, its guest moved to blue; red ends, the guest is left unplugged."""
    red, blue = spaces
    red.vsw.add_switch("sw0")
    red.vsw.add_nic("g1")
    red.vsw.add_port("sw0", "p1", nic="g1")
    with links_in("red") as links, ns.open_file("blue") as space:
        links.move("g1", space)
    assert blue.vsw.nic("g1")["carrier"] == 1
    red.vsw.close()
    red.events.close()
    ns.delete("red")
    until(lambda: blue.vsw.nic("g1")["carrier"] == 0, "the guest loses its carrier")
    assert [nic["name"] for nic in blue.vsw.nics()] == ["g1"]
    blue.vsw.add_switch("sw0")
    blue.vsw.connect("g1", "sw0", blue.vsw.add_port("sw0", "p1"))
    assert blue.vsw.nic("g1")["port"] == "p1"


def test_switch_does_not_move(bed, spaces):
    """Its ports' NICs could not follow it."""
    bed.switch()
    bed.vsw.add_port("sw0", "p1")
    with pytest.raises(NetlinkError), ns.open_file("red") as space:
        bed.links.move("sw0", space)
    assert bed.vsw.switch("sw0")["port_count"] == 1
    assert spaces[0].vsw.switches() == []


def test_vswctl_acts_in_a_namespace(bed, spaces):
    """-n NAME, with a namespace as ip netns makes it."""
    ns.run("ip", "netns", "add", "green")
    vswctl.run("-n green switch add sw0")
    vswctl.run("--netns green port add sw0 p1 vlan access 10")
    assert vswctl.show("-n green switch show")[0]["ifname"] == "sw0"
    assert vswctl.show("-n green port show")[0]["vlan"] == 10
    assert vswctl.show("switch show") == vswctl.show("-n red switch show") == []
    line = vswctl.refused("-n nowhere switch show")
    assert "nowhere" in line
    ns.run("ip", "netns", "del", "green")
    until(lambda: vswctl.call("-n green switch show").status == 1, "green is gone")


def test_netns_id_of_a_nic(bed, spaces):
    """As ip netns list-id shows it; the same for all NICs of a namespace."""
    bed.switch()
    for number, name in enumerate(("red", "blue", "red")):
        bed.vsw.add_nic(f"g{number}")
        bed.vsw.add_port("sw0", f"p{number}", nic=f"g{number}")
        with ns.open_file(name) as space:
            bed.links.move(f"g{number}", space)
    ids = [bed.vsw.port("sw0", f"p{number}")["nic_netnsid"] for number in range(3)]
    assert ids[0] == ids[2] != ids[1]
    known = {row["nsid"]: row.get("name") for row in ns.ip_json("netns list-id")}
    assert [known[number] for number in ids] == ["red", "blue", "red"]
