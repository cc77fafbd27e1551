# SPDX-License-Identifier: GPL-2.0
"""Service interfaces of a provider bridge (IEEE 802.1Q-2022, 5.10, clause 15): which
S-VLAN carries a customer's frame, and what the customer gets back.

     customers (as the test says) --- sw0, 802.1ad --- core (trunk)
"""

import pytest

from lib.frames import CTAG, STAG, Tag, frame, mac
from lib.genl import access, groups, trunk, tunnel, vid_map


@pytest.fixture
def core(bed):
    bed.switch(protocol="802.1ad")
    return bed.station("core", **trunk("100,200,300"))


def customers_frames():
    """The last one has two tags of its own."""
    return [frame(), frame(tag=Tag(0, 5)), frame(tag=Tag(1, 7, 1)), frame(tag=Tag(4094)),
            frame(tag=20).tagged(10)]


def ctag(vid):
    return {0: None}.get(vid, Tag(vid, 6, 1, CTAG))


# --- 15.3: port-based ------------------------------------------------------------------------

@pytest.mark.parametrize("settings", [access(100), tunnel(100)], ids=["access", "tunnel"])
def test_port_based_service(bed, core, settings):
    """All of the customer's frames are of one S-VLAN, and come back as they were."""
    one = bed.station("one", **settings)
    other = bed.station("other", **settings)
    bed.station("stranger", **access(200))
    sent = customers_frames()
    one.send(*sent)
    bed.expect({other: sent, core: [each.tagged(100, tpid=STAG) for each in sent]})
    back = customers_frames()[:4]
    core.send(*(each.tagged(100, 3, tpid=STAG) for each in back))
    bed.expect({one: back, other: back})


@pytest.mark.parametrize("vid", [0, 1, 100, 4094, 4095])
def test_port_based_service_takes_any_c_tag(bed, core, vid):
    one, other = bed.stations_at("one", "other", **access(100))
    sent = frame(tag=Tag(vid, 7, 1))
    one.send(sent)
    bed.expect({other: [sent], core: [sent.tagged(100, tpid=STAG)]})


def test_stations_of_a_service_are_its_own(bed, core):
    """The same addresses, and the same C-VLANs, in two services."""
    red, blue = bed.station("red", **access(100)), bed.station("blue", **access(200))
    for station in (red, blue):
        station.send(frame(src=1, tag=10))
    bed.drain()
    assert {(entry["vid"], entry["port"]) for entry in bed.vsw.fdb("sw0", mac=mac(1))} == {
        (100, "red"), (200, "blue")}
    sent = [frame(src=2, dst=1, tag=10).tagged(vid, tpid=STAG) for vid in (100, 200)]
    core.send(*sent)
    bed.expect({red: [sent[0].untagged()], blue: [sent[1].untagged()]})


# --- 15.4: C-tagged ----------------------------------------------------------------------------

SERVICES = groups((10, 200), (11, 200), (12, 300))
S_VID = {0: 100, 10: 200, 11: 200, 12: 300, 13: 100, 4094: 100, 14: None}


@pytest.mark.parametrize("vid", S_VID)
def test_c_tagged_service(bed, core, vid):
    """Each C-VLAN, and what has none, is carried by the service it was given."""
    customer = bed.station("customer", **tunnel(100, "0,10-13,4094"), vlan_services=SERVICES)
    sent = frame(src=1, tag=ctag(vid))
    customer.send(sent)
    s_vid = S_VID[vid]
    if s_vid is None:
        bed.expect({})
        assert customer.drops() == {"from_vlan_filter": 1}
        return
    bed.expect({core: [sent.tagged(s_vid, tpid=STAG)]})
    assert bed.vsw.fdb_entry("sw0", mac(1), s_vid)["port"] == "customer"
    back = frame(src=2, dst=1, tag=ctag(vid))
    core.send(back.tagged(s_vid, 5, tpid=STAG))
    bed.expect({customer: [back]})


@pytest.mark.xfail(strict=True, reason="the C-tag's priority is not looked at: frames that "
                   "enter a service have the default priority of their port")
def test_c_tagged_service_has_the_customers_priority(bed, core):
    customer = bed.station("customer", **tunnel(100, "10"))
    sent = [frame(tag=Tag(10, pcp)) for pcp in range(8)]
    customer.send(*sent)
    bed.expect({core: [each.tagged(100, pcp, tpid=STAG) for pcp, each in enumerate(sent)]})


# --- 15.5: S-tagged ------------------------------------------------------------------------------

def test_s_tagged_service(bed, core):
    """The customer names the service by its S-tag; its C-tags are data."""
    customer = bed.station("customer", **trunk("100,200"))
    sent = [each.tagged(vid, 4, 1, tpid=STAG) for vid in (100, 200)
            for each in customers_frames()[:4]]
    customer.send(*sent, frame().tagged(300, tpid=STAG), frame())
    bed.expect({core: sent})
    assert customer.drops() == {"from_vlan_filter": 1, "from_untagged": 1}
    core.send(*sent, frame().tagged(300, tpid=STAG))
    bed.expect({customer: sent})


def test_s_vid_is_translated_between_networks(bed, core):
    """A neighbour's S-VIDs become this network's; the C-tag has the same number."""
    neighbour = bed.station("neighbour", **trunk("100,200"), **vid_map((10, 100), (100, 200)))
    sent = frame(tag=10)
    for wire, inside in ((10, 100), (100, 200)):
        neighbour.send(sent.tagged(wire, tpid=STAG))
        bed.expect({core: [sent.tagged(inside, tpid=STAG)]})
        core.send(sent.tagged(inside, tpid=STAG))
        bed.expect({neighbour: [sent.tagged(wire, tpid=STAG)]})
