# SPDX-License-Identifier: GPL-2.0
"""Netdevs of several kinds that can be plugged in, each with its other end.

    x1 ~~~~~~~~~~~~~ y1     in the namespace "far", where y1 is what a host has
      veth, bond, team, vlan, vxlan, geneve
    x1 ------------- file   tap
    x1                      dummy: what is sent is gone
"""

import errno

from . import netlink, ns, rtnl
from .bed import Station
from .frames import Packets
from .genl import (CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, CTRL_CMD_GETFAMILY, GENL,
                   GENL_ID_CTRL)
from .netlink import attribute, nest, string, u8, u32
from .tap import Tap

NEAR, FAR, SPACE = "x1", "y1", "far"
OUTER_VID = 5
VNI = 7

# Generic netlink of the team driver, as far as it is needed
TEAM_CMD_OPTIONS_SET = 1
TEAM_ATTR_TEAM_IFINDEX, TEAM_ATTR_LIST_OPTION, TEAM_ATTR_ITEM_OPTION = 1, 2, 1
TEAM_OPTION_NAME, TEAM_OPTION_TYPE, TEAM_OPTION_DATA = 1, 3, 4
NLA_STRING = 5


class FarPackets(Packets):
    """At a netdev that goes down and comes up again."""

    def receive_octets(self):
        try:
            return super().receive_octets()
        except OSError as error:        # said once
            assert error.errno == errno.ENETDOWN, error
            return super().receive_octets()


class Nobody:
    """Where no one is at the other end."""

    @staticmethod
    def receive_octets():
        return None

    def close(self):
        pass


class Cable:
    """x1 is down and plugged in nowhere; the other end is ready."""

    near = NEAR
    carries = True      # is there anyone at the other end?

    def __init__(self, bed):
        self.bed = bed
        self.links = bed.links
        self.build()

    def open_far(self, *below):
        """Set up the far end and what is below it."""
        with ns.inside(SPACE):
            self.far = self.bed.keep(rtnl.Links())
            self.far.up(*below, FAR)
            self.end = self.bed.keep(FarPackets(FAR))

    def to_space(self, *names):
        for name in names:
            with ns.open_file(SPACE) as space:
                self.links.move(name, space)

    def plug(self, port="p2", **settings):
        """Into a port; who is at the other end is a station."""
        self.bed.vsw.add_port("sw0", port, nic=self.near, **settings)
        station = Station(self.bed, self.end, self.near, "sw0", port)
        self.bed.stations.append(station)
        station.wait()
        self.wait_ready()
        return station

    def cut(self):
        """The far end's link goes."""
        self.far.down(FAR)

    def mend(self):
        self.far.up(FAR)

    def wait_ready(self):
        """Until the far end can send."""
        self.far.wait_ready(FAR)


class Veth(Cable):
    def build(self):
        ns.add(SPACE)
        self.links.add_veth(NEAR, FAR)
        self.to_space(FAR)
        self.open_far()


class TapFile(Cable):
    def build(self):
        self.end = self.bed.keep(Tap(NEAR))

    def cut(self):
        self.end.carrier(0)

    def mend(self):
        self.end.carrier(1)

    def wait_ready(self):
        pass


class Bond(Cable):
    """Two veth pairs, and a bond at either end of them."""

    def build(self):
        ns.add(SPACE)
        for name in (NEAR, FAR):
            place = SPACE if name == FAR else None
            ns.ip(f"link add {name} group 4711 type bond mode active-backup miimon 10", place)
        for number in (1, 2):
            self.links.add_veth(f"s{number}", f"t{number}")
            self.to_space(f"t{number}")
            ns.ip(f"link set t{number} master {FAR}", SPACE)
            ns.ip(f"link set s{number} master {NEAR}")
        self.open_far()

    def cut(self):
        self.far.down("t1", "t2")

    def mend(self):
        self.far.up("t1", "t2")


def set_team_mode(index, mode):
    """What teamd does first of all."""
    sock = netlink.Socket(netlink.NETLINK_GENERIC)
    reply = sock.request(GENL_ID_CTRL, GENL.pack(CTRL_CMD_GETFAMILY, 1, 0)
                         + attribute(CTRL_ATTR_FAMILY_NAME, string("team")))[0]
    family = dict(netlink.parse_attributes(reply.body[GENL.size:]))[CTRL_ATTR_FAMILY_ID]
    option = nest(TEAM_ATTR_ITEM_OPTION, attribute(TEAM_OPTION_NAME, string("mode")),
                  attribute(TEAM_OPTION_TYPE, u8(NLA_STRING)),
                  attribute(TEAM_OPTION_DATA, string(mode)))
    body = (GENL.pack(TEAM_CMD_OPTIONS_SET, 1, 0)
            + attribute(TEAM_ATTR_TEAM_IFINDEX, u32(index))
            + nest(TEAM_ATTR_LIST_OPTION, option))
    try:
        sock.request(int.from_bytes(family, "little"), body)
    except netlink.NetlinkError as error:
        assert error.errno == errno.ESRCH, error    # done, but no one listens to events
    sock.close()


class Team(Cable):
    """Of one veth pair, of which the far end is not part of a team."""

    def build(self):
        ns.add(SPACE)
        ns.ip(f"link add {NEAR} group 4711 type team")
        set_team_mode(self.links.index(NEAR), "roundrobin")
        self.links.add_veth("s1", FAR)
        self.to_space(FAR)
        ns.ip(f"link set s1 master {NEAR}")
        self.links.up("s1")
        self.open_far()


class Vlan(Cable):
    """A VLAN of a veth pair; the far end is one as well."""

    def build(self):
        ns.add(SPACE)
        self.links.add_veth("under", "over")
        self.to_space("over")
        ns.ip(f"link add link under name {NEAR} group 4711 type vlan id {OUTER_VID}")
        ns.ip(f"link add link over name {FAR} type vlan id {OUTER_VID}", SPACE)
        self.links.up("under")
        self.open_far("over")

    def cut(self):
        self.far.down("over")

    def mend(self):
        self.far.up("over", FAR)


class Tunnel(Cable):
    """Between two hosts that reach each other by IPv4."""

    def build(self):
        ns.add(SPACE)
        self.links.add_veth("under", "over", mtu=1600)
        self.to_space("over")
        self.links.address("under", "198.51.100.1")
        self.links.up("under")
        with rtnl.links_in(SPACE) as far:
            far.address("over", "198.51.100.2")
            far.up("over")
        self.links.wait_ready("under")
        self.know_each_other()
        ns.ip(f"link add {NEAR} group 4711 type {self.words} remote 198.51.100.2")
        ns.ip(f"link add {FAR} type {self.words} remote 198.51.100.1", SPACE)
        self.open_far()
        self.links.mtu(NEAR, 1500)
        self.far.mtu(FAR, 1500)

    @staticmethod
    def know_each_other():
        """Nothing has to be asked, so the first frame is not the last to arrive."""
        for place, dev, number in ((None, "under", 2), (SPACE, "over", 1)):
            other = SPACE if number == 2 else None
            peer = "over" if number == 2 else "under"
            address = ns.ip_json(f"link show {peer}", other)[0]["address"]
            ns.ip(f"neigh add 198.51.100.{number} lladdr {address} dev {dev}", place)

    def wait_ready(self):
        pass

    cut = mend = None       # a tunnel has a carrier whatever happens


class Vxlan(Tunnel):
    words = f"vxlan id {VNI} dstport 4789"


class Geneve(Tunnel):
    words = f"geneve id {VNI}"


class Dummy(Cable):
    carries = False
    def build(self):
        self.end = Nobody()
        self.links.add(NEAR, "dummy")

    def cut(self):
        ns.ip(f"link set {NEAR} carrier off")

    def mend(self):
        ns.ip(f"link set {NEAR} carrier on")

    def wait_ready(self):
        pass


KINDS = {"veth": Veth, "tap": TapFile, "bond": Bond, "team": Team, "vlan": Vlan,
         "vxlan": Vxlan, "geneve": Geneve, "dummy": Dummy}
CARRYING = [kind for kind, cable in KINDS.items() if cable.carries]
WITH_CARRIER = [kind for kind, cable in KINDS.items() if cable.cut]

