# SPDX-License-Identifier: GPL-2.0
"""The module is taken out under load and put in again: switches, ports and NICs go
with it, adopted netdevs are given back, nothing is left.

     h1 ~~~ e1 p1 +-----+ p2 g2          rmmod vswitch          e1 as it was
                  | sw0 |           ----------------------->    h1 without carrier
     h3 ~~~ e3 p3 +-----+ ...             insmod                nothing else
"""

import subprocess

import pytest

from lib import genl, ns, vswctl
from lib.frames import Packets, frame, mac
from lib.genl import access, trunk
from lib.module import needed

pytestmark = [pytest.mark.last, needed]


def test_rmmod_of_an_idle_module(bed, module):
    for _ in range(3):
        module.unload()
        line = vswctl.refused("switch show")
        assert "vswitch" in line
        module.load()
        assert vswctl.show("switch show") == []


def test_rmmod_with_switches_under_traffic(bed, module):
    bed.switch("sw0")
    bed.switch("sw1", protocol="802.1ad")
    stations = [bed.station("p1", **trunk("10", native=20)), bed.guest("p2", **access(10)),
                bed.station("p3", **access(10)), bed.tap("p4")]
    bed.station("p1", switch="sw1")
    ns.add("red")
    with ns.open_file("red") as space:
        bed.vsw.add_nic("moved")
        bed.vsw.connect("moved", "sw0", bed.vsw.add_port("sw0", "p5"))
        bed.links.move("moved", space)
    bed.vsw.add_fdb("sw0", mac(1), "p1", vid=10, sticky=True)
    bed.vsw.add_port("sw0", "p6", bind="nothing")
    for number in range(100):
        stations[number % 4].send(frame(src=10 + number))
    remove = subprocess.Popen(["rmmod", "vswitch"])
    sent = 0
    while remove.poll() is None:
        try:
            stations[0].send(frame(src=1))
            stations[2].send(frame(src=3))
            sent += 2
        except OSError:         # the far end has lost its carrier
            pass
    assert remove.returncode == 0
    links = {link["ifname"]: link for link in bed.links.all()}
    assert not {"sw0", "sw1", "g2"} & links.keys()
    for name in ("e1", "e3", "t4", "e5"):
        assert "master" not in links[name] and links[name]["promiscuity"] == 0
        assert not links[name]["up"]
    assert not links["h1"]["lower_up"]
    assert "moved" not in ns.run("ip", "-n", "red", "link")
    module.load()
    assert genl.Vsw().switches() == []


def test_netdevs_can_be_used_again_afterwards(bed, module):
    bed.switch()
    bed.station("p1")
    module.unload()
    bed.links.up("e1")
    bed.links.wait_ready("h1")
    near = bed.keep(Packets("e1"))
    sent = frame(src=1)
    bed.stations[0].send(sent)
    assert bed.stations[0].take() == []
    assert near.take() == [sent]
    ns.ip("link add br0 group 4711 type bridge")
    ns.ip("link set e1 master br0")
    ns.ip("link set e1 nomaster")
    module.load()
    vsw = bed.keep(genl.Vsw())
    vsw.add_switch("sw0")
    vsw.connect("e1", "sw0", vsw.add_port("sw0", "p1"))
    vsw.wait_port("sw0", "p1")


def test_socket_that_outlives_the_module(bed, module):
    """A client that listens and one in the middle of a dump do not hold it up."""
    bed.switch()
    for number in range(200):
        bed.vsw.add_port("sw0", f"p{number}")
    listener = bed.keep(genl.Events())
    module.unload()
    with pytest.raises(genl.NetlinkError):
        bed.vsw.switches()
    listener.read()
