# SPDX-License-Identifier: GPL-2.0
"""Tagged frames, octet by octet (IEEE 802.1Q-2022, clause 9).

      dst 6 | src 6 | TPID 2 | PCP 3 bits, DEI 1, VID 12 | type or length 2 | data
"""

import struct

import pytest

from component import ALL
from lib.frames import Tag, frame
from lib.genl import NetlinkError, access, bitmap, groups, hybrid, trunk, tunnel, vid_map


def with_tag(component, plain, vid, pcp, dei):
    """Octets as the standard writes them; not by what makes tags elsewhere."""
    octets = plain.wire()
    ethertype = {"802.1q": b"\x81\x00", "802.1ad": b"\x88\xa8"}[component.protocol]
    return (octets[:12] + ethertype
            + bytes((pcp << 5 | dei << 4 | vid >> 8, vid & 0xff)) + octets[12:])


def octets_at(bed, station):
    bed.clock.settle()
    return [data for data, _ in station.take_octets()]


@pytest.mark.parametrize("vid", [1, 2, 255, 256, 2048, 4093, 4094])
def test_octets_of_a_tag(bed, component, vid):
    bed.switch(protocol=component.protocol)
    a, b = bed.station("a", **ALL), bed.station("b", **ALL)
    inner = bed.station("inner", **access(vid))
    for pcp, dei in ((0, 0), (7, 0), (0, 1), (5, 1)):
        plain = frame(src=1)
        octets = with_tag(component, plain, vid, pcp, dei)
        a.send_octets(octets)
        assert (octets_at(bed, b), octets_at(bed, inner)) == ([octets], [plain.wire()])


@pytest.mark.parametrize("priority", [0, 3, 7])
def test_octets_of_a_tag_that_is_inserted(bed, component, priority):
    bed.switch(protocol=component.protocol)
    source = bed.station("src", **access(0xabc), default_prio=priority)
    target = bed.station("dst", **ALL)
    plain = frame(src=1)
    source.send_octets(plain.wire())
    assert octets_at(bed, target) == [with_tag(component, plain, 0xabc, priority, 0)]


def test_all_vids(bed, component):
    """1 to 4094 are in use at once; each frame keeps its own."""
    bed.switch(protocol=component.protocol)
    a, b = bed.station("a", **ALL), bed.station("b", **ALL)
    for first in range(1, 4095, 500):
        sent = [frame(src=1, tag=component.tag(vid, vid % 8, vid % 2))
                for vid in range(first, min(first + 500, 4095))]
        a.send(*sent)
        bed.expect({b: sent})
    assert bed.vsw.switch("sw0")["fdb_count"] == 4094


# --- 9.5: whose tag -----------------------------------------------------------------------

@pytest.mark.parametrize("tpid", [0x8100, 0x88a8, 0x9100, 0x9200, 0x88e7, 0x0800])
def test_tag_is_known_by_its_type(bed, component, tpid):
    """What another type begins is data, and stays as it is."""
    bed.switch(protocol=component.protocol)
    a, b = bed.station("a", **trunk("20", native=10)), bed.station("b", **ALL)
    rest = frame(src=1)
    octets = rest.wire()[:12] + struct.pack("!HH", tpid, 0xa014) + rest.wire()[12:]
    a.send_octets(octets)
    wanted = octets
    if tpid != component.tpid:
        wanted = octets[:12] + struct.pack("!HH", component.tpid, 10) + octets[12:]
    assert octets_at(bed, b) == [wanted]


@pytest.mark.parametrize("inner", [0x8100, 0x88a8])
def test_tags_behind_the_first_are_data(bed, component, inner):
    bed.switch(protocol=component.protocol)
    a, b = bed.station("a", **ALL), bed.station("b", **ALL)
    plain = bed.station("plain", **access(10))
    sent = frame(src=1, tag=Tag(4094, 1, 1, inner))
    tagged = component.tagged(sent, 10, 6)
    a.send(tagged)
    bed.expect({b: [tagged], plain: [sent]})


@pytest.mark.parametrize("octets", range(4))
def test_tag_that_is_cut_short(bed, component, octets):
    """The TPID, and then no TCI, half of it, or no type behind it."""
    bed.switch(protocol=component.protocol)
    source = bed.guest("src", **trunk("10", native=20))
    bed.station("dst", **ALL)
    source.send_octets(with_tag(component, frame(src=1), 10, 0, 0)[:14 + octets])
    bed.expect({})
    assert source.drops() == {"from_runt": 1} and bed.vsw.fdb("sw0") == []


# --- 9.6: VIDs with a meaning of their own ----------------------------------------------------

MODES = {
    "none": {}, "access": access(10), "trunk": ALL, "native": trunk("10", native=20),
    "hybrid": hybrid("10,20", "20", pvid=10), "all": {**access(10), "admit": "all"},
    "unfiltered": {**trunk("10"), "ingress_filter": 0},
}


@pytest.mark.parametrize("mode", MODES)
def test_vid_4095_is_discarded(bed, component, mode):
    bed.switch(protocol=component.protocol)
    source = bed.station("src", **MODES[mode])
    bed.station("dst", **ALL)
    bed.station("none")
    source.send(*(frame(src=1, tag=component.tag(4095, pcp)) for pcp in range(8)))
    bed.expect({})
    assert source.drops() == {"from_vid_reserved": 8} and bed.vsw.fdb("sw0") == []


@pytest.mark.parametrize("mode", ["access", "native", "hybrid", "all"])
def test_null_vid_is_no_vlan(bed, component, mode):
    """A tag with it gives the priority only; it never leaves with a VLAN's frame."""
    settings = MODES[mode]
    pvid = settings.get("vlan_vid") or settings["vlan_native"]
    bed.switch(protocol=component.protocol)
    source = bed.station("src", **settings)
    target, peer = bed.station("dst", **ALL), bed.station("peer", **access(pvid))
    sent = [frame(src=1, tag=component.tag(0, pcp)) for pcp in range(8)]
    source.send(*sent)
    bed.expect({target: [component.tagged(one.untagged(), pvid, pcp)
                         for pcp, one in enumerate(sent)],
                peer: [one.untagged() for one in sent]})


SETTINGS = {
    "access": access, "native": lambda vid: trunk("10", native=vid),
    "pvid": lambda vid: hybrid("10", pvid=vid), "tunnel": tunnel,
    "trunk": lambda vid: {"vlan_mode": "trunk", "vlan_trunks": bitmap({10, vid})},
    "hybrid": lambda vid: {**hybrid("10"), "vlan_trunks": bitmap({10, vid})},
    "untagged": lambda vid: {**hybrid("10"), "vlan_untagged": bitmap({vid})},
    "wire": lambda vid: {**trunk("10"), **vid_map((vid, 10))},
    "inside": lambda vid: {**trunk("10"), **vid_map((10, vid))},
    "service": lambda vid: {**tunnel(10), "vlan_services": groups((5, vid))},
}
# A hybrid port's PVID 0 is none at all, which is allowed.
NO_VID = [(name, vid) for name in SETTINGS for vid in (0, 4095)
          if (name, vid) not in (("pvid", 0), ("native", 0))]


@pytest.mark.parametrize("setting, vid", NO_VID)
def test_vid_that_no_port_can_have(bed, setting, vid):
    bed.switch()
    bed.vsw.add_port("sw0", "p", **access(7))
    before = bed.vsw.port("sw0", "p")
    with pytest.raises(NetlinkError, match="EINVAL|ERANGE") as refusal:
        bed.vsw.set_port("sw0", "p", **SETTINGS[setting](vid))
    assert refusal.value.text
    assert bed.vsw.port("sw0", "p") == before


@pytest.mark.parametrize("table", ["fids", "instances"])
@pytest.mark.parametrize("vid", [0, 4095])
def test_vid_that_no_table_can_have(bed, table, vid):
    bed.switch()
    with pytest.raises(NetlinkError):
        bed.vsw.set_switch("sw0", **{table: groups((vid, 1))})
    assert table not in bed.vsw.switch("sw0")


def test_vid_4095_has_no_station(bed):
    bed.switch()
    bed.vsw.add_port("sw0", "p", **ALL)
    with pytest.raises(NetlinkError):
        bed.vsw.add_fdb("sw0", "02:00:00:00:00:01", "p", vid=4095)
    assert bed.vsw.fdb("sw0") == []


# --- Tags on short and long frames ---------------------------------------------------------------

@pytest.mark.parametrize("size", [16, 46, 60, 1514])
def test_frame_of_any_size_has_its_tag(bed, component, size):
    """The tag is not counted as data: the frame may be that much longer."""
    bed.switch(protocol=component.protocol, mtu=1500)
    a, b = bed.stations_at("a", "b", mtu=1504, **trunk("10"))
    plain = bed.station("plain", **access(10))
    sent = frame(src=1, size=size)
    tagged = component.tagged(sent, 10)
    a.send(tagged)
    bed.expect({b: [tagged], plain: [sent]})
    back = frame(src=2, size=size)
    plain.send(back)
    bed.expect({station: [component.tagged(back, 10)] for station in (a, b)})
