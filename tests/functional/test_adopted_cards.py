# SPDX-License-Identifier: GPL-2.0
"""Physical drivers, as far as QEMU has the cards: virtio-net and e1000e, two of each,
cabled back to back (tests/host/run). Neither lets its filter of VLANs be turned off.

     h1 ~~~ e1 p1 +-----+ p2 card ~~~ its other end
                  | sw0 |
                  +-----+
"""

import os
import select

import pytest

from lib import netlink, ns, wait
from lib.bed import Station
from lib.cables import FarPackets
from lib.frames import frame
from lib.genl import access, trunk

KERNEL = os.environ.get("VSW_KERNEL", "")
DRIVERS = {"virtio": "virtio_net", "e1000e": "e1000e"}
ALL = trunk("1-4094", native=4000)

pytestmark = [pytest.mark.short,
              pytest.mark.skipif(KERNEL != "debian", reason="there are cards in QEMU only")]


def cards_of(driver):
    found = []
    for name in os.listdir("/sys/class/net"):
        path = os.path.realpath(f"/sys/class/net/{name}/device/driver")
        if os.path.basename(path) == driver:
            found.append(name)
    return sorted(found, key=lambda name: open(f"/sys/class/net/{name}/address").read())


class Card:
    """A card to be plugged in, and the one that it is cabled to."""

    def __init__(self, bed, driver):
        self.bed = bed
        self.driver = driver
        ns.run("modprobe", driver)
        self.near, self.far = cards_of(driver)
        bed.links.up(self.far)
        ns.ip(f"link set {self.far} promisc on")    # it has filters, too
        bed.links.wait_ready(self.far)
        self.end = FarPackets(self.far)

    def plug(self, **settings):
        self.bed.vsw.add_port("sw0", "p2", nic=self.near, **settings)
        station = Station(self.bed, self.end, self.near, "sw0", "p2")
        station.wait()
        return station

    def come(self, number):
        """So many frames; a real cable takes its time, and its queue has an order of its own."""
        return come(self.end, number)

    def remove(self):
        self.end.close()
        ns.run("modprobe", "-r", self.driver)


def come(end, number):
    found = []
    while len(found) < number:
        ready = select.select([end], [], [], netlink.DEADLINE)[0]
        assert ready, f"{len(found)} of {number} frames came: {found}"
        found += end.take()
    return found


@pytest.fixture(params=DRIVERS)
def card(bed, request):
    card = Card(bed, DRIVERS[request.param])
    yield card
    # no netdev of a card outlives its test
    for switch in bed.vsw.switches():
        bed.vsw.del_switch(switch["name"])
    card.remove()


def features(netdev):
    return ns.run("ethtool", "-k", netdev).splitlines()[1:]


def test_frames_both_ways(bed, card):
    """What is behind a card's own filters as well: addresses and VLANs that no one has
    told it of."""
    bed.switch()
    a = bed.station("p1", **ALL)
    x = card.plug(role="uplink", **ALL)
    sent = [frame(src=1), frame(src=1, size=1514),
            *[frame(src=1, tag=vid) for vid in (1, 2, 1000, 4094)],
            frame(src=1, tag=4094, size=1514)]
    a.send(*sent)
    assert sorted(card.come(len(sent))) == sorted(sent)
    back = [frame(src=2, dst=1), frame(src=2, dst=1, size=1514),
            *[frame(src=2, dst=1, tag=vid) for vid in (1, 2, 1000, 4094)],
            frame(src=2, dst=1, tag=1, size=1514)]
    x.send(*back)
    assert sorted(come(a.end, len(back))) == sorted(back)
    assert a.drops() == x.drops() == {}
    assert x.stats()["from_unicast_packets"] == 7 and x.stats()["to_broadcast_packets"] == 7


def test_all_vlans_pass(bed, card):
    """A trunk of 4 094 VLANs, each one tried."""
    bed.switch()
    a = bed.station("p1", **ALL)
    x = card.plug(role="uplink", **ALL)
    vids = [vid for vid in range(1, 4095) if vid != 4000]
    for at in range(0, len(vids), 64):
        back = [frame(src=2, tag=vid) for vid in vids[at:at + 64]]
        x.send(*back)
        assert sorted(come(a.end, len(back))) == sorted(back)
    assert x.stats()["from_broadcast_packets"] == 4093 and x.drops() == {}


def test_port_filters_what_the_card_passes(bed, card):
    bed.switch()
    a = bed.station("p1", **access(10))
    x = card.plug(role="uplink", **trunk("10"))
    passes = frame(src=2, tag=10)
    x.send(frame(src=2, tag=11), frame(src=2), passes)
    assert come(a.end, 1) == [passes.untagged()]
    assert x.drops() == {"from_vlan_filter": 1, "from_untagged": 1}


def test_given_back_as_found(bed, card):
    before, before_features = bed.links.get(card.near), features(card.near)
    assert before["promiscuity"] == 0
    bed.switch()
    card.plug(**ALL)
    during = bed.links.get(card.near)
    assert during["promiscuity"] == 1 and during["up"]
    assert "large-receive-offload: on" not in " ".join(features(card.near))
    bed.vsw.disconnect(card.near)
    after = bed.links.get(card.near)
    assert (after["promiscuity"], after["up"], after["flags"] & 0x100) == (0, before["up"], 0)
    assert features(card.near) == before_features


def test_unbound_and_bound_again(bed, card, events):
    """The card goes and comes; its port is bound to its name and takes it again."""
    bed.switch()
    a = bed.station("p1", **ALL)
    x = card.plug(role="uplink", bind=card.near, **ALL)
    x.send(frame(src=2, tag=7))
    come(a.end, 1)
    device = os.path.basename(os.path.realpath(f"/sys/class/net/{card.near}/device"))
    driver = os.path.realpath(f"/sys/class/net/{card.near}/device/driver")
    events.forget()
    with open(f"{driver}/unbind", "w") as file:
        file.write(device)
    assert events.wait(object="nic", event="disconnect")["name"] == card.near
    assert x.show()["down_reason"] == "no-nic" and x.show()["fdb_count"] == 0
    assert bed.links.get(card.near) is None
    with open(f"{driver}/bind", "w") as file:
        file.write(device)
    connect = events.wait(object="nic", event="connect")
    assert (connect["name"], connect["port"], connect["role"]) == (card.near, "p2", "uplink")
    x.wait()
    bed.links.wait_ready(card.far)
    assert bed.links.get(card.near)["promiscuity"] == 1
    # the card at the other end may need a moment until it hears it
    again, seen = frame(src=2, tag=7), []

    def heard():
        x.send(again)
        seen.extend(a.end.take())
        return again in seen

    wait.until(heard, "a frame passes again", pause=0.1)
    assert set(seen) == {again}


def test_carrier_loss(bed, card, events):
    """The card negotiates its link anew. QEMU's virtio-net has nothing to negotiate."""
    if card.driver != "e1000e":
        pytest.skip("no way to take its carrier from inside")
    bed.switch()
    a = bed.station("p1", **ALL)
    x = card.plug(role="uplink", **ALL)
    x.send(frame(src=2, tag=7))
    come(a.end, 1)
    assert x.show()["fdb_count"] == 1
    events.forget()
    ns.run("ethtool", "-r", card.near)
    down = events.wait(object="port", event="down")
    assert (down["name"], down["down_reason"]) == ("p2", "carrier")
    assert events.wait(object="port", event="up")["name"] == "p2"
    assert x.show()["fdb_count"] == 0
