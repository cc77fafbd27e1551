# SPDX-License-Identifier: GPL-2.0
"""Support of the MAC service and of its enhanced sublayer (IEEE 802.1Q-2022, clause 6):
what comes in is classified, what goes out is tagged, and nothing else is changed.

      source (as the test says) --- sw0 --- target (as the test says)
"""

import pytest

from component import ALL
from lib.frames import Tag, frame, mac
from lib.genl import access, hybrid, trunk, vid_map

# --- 6.4, 6.5: what a frame keeps -----------------------------------------------------

PAYLOADS = {
    "type": lambda size: (0x88b5, bytes(number % 256 for number in range(size))),
    "ipv4": lambda size: (0x0800, b"\x45" + bytes(range(1, 200)) * 8),
    "zeroes": lambda size: (0x88b5, bytes(size)),
    "ones": lambda size: (0x88b5, b"\xff" * size),
    "length": lambda size: (size, (b"\x42\x42\x03" + bytes(range(253)) * 6)),
}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_octets_are_kept(bed, component, payload):
    bed.switch(protocol=component.protocol)
    a, b = bed.stations_at("a", "b", **access(10))
    tagged = bed.station("tagged", mtu=1504, **trunk("10"))
    for size in (46, 47, 500, 1499, 1500):
        ethertype, octets = PAYLOADS[payload](size)
        there = frame(src=1, ethertype=ethertype, payload=octets[:size])
        a.send(there)
        bed.expect({b: [there], tagged: [component.tagged(there, 10)]})
        back = frame(src=2, ethertype=ethertype, payload=octets[:size])
        tagged.send(component.tagged(back, 10))
        bed.expect({a: [back], b: [back]})


# --- 6.9.1: acceptable frame types, PVID, and 8.6.2: ingress filtering ------------------

KINDS = ("untagged", "priority", "member", "stranger", "reserved")
PVID, MEMBER, STRANGER = 10, 20, 30

# What becomes of each kind: its VLAN, or the reason for which it is not admitted.
ADMITS = {
    "all": (PVID, PVID, MEMBER, STRANGER, "from_vid_reserved"),
    "tagged": ("from_untagged", "from_untagged", MEMBER, STRANGER, "from_vid_reserved"),
    "untagged": (PVID, PVID, "from_tagged", "from_tagged", "from_vid_reserved"),
}


def frame_of(component, kind, src):
    vid = {"untagged": None, "priority": 0, "member": MEMBER, "stranger": STRANGER,
           "reserved": 4095}[kind]
    return frame(src=src, tag=None if vid is None else component.tag(vid))


@pytest.mark.parametrize("pvid", ["member", "no member"])
@pytest.mark.parametrize("filtering", [1, 0], ids=["filtering", "not filtering"])
@pytest.mark.parametrize("admit", ADMITS)
def test_acceptable_frame_types(bed, component, admit, filtering, pvid):
    bed.switch(protocol=component.protocol)
    vlans = {MEMBER, PVID} if pvid == "member" else {MEMBER}
    source = bed.station("src", **hybrid(",".join(map(str, vlans)), pvid=PVID),
                         admit=admit, ingress_filter=filtering)
    target = bed.station("dst", **ALL)
    for number, (kind, meaning) in enumerate(zip(KINDS, ADMITS[admit]), 1):
        if filtering and isinstance(meaning, int) and meaning not in vlans:
            meaning = "from_vlan_filter"
        before = source.drops()
        sent = frame_of(component, kind, number)
        source.send(sent)
        if isinstance(meaning, int):
            bed.expect({target: [component.tagged(sent._replace(tags=()), meaning)]})
            assert source.drops() == before
            assert bed.vsw.fdb_entry("sw0", mac(number), meaning)["port"] == "src"
        else:
            bed.expect({})
            assert source.drops() == {**before, meaning: before.get(meaning, 0) + 1}
            assert bed.vsw.fdb("sw0", mac=mac(number)) == [], "refused, and yet learned"


@pytest.mark.parametrize("pvid", [1, 2, 4094])
def test_pvid_is_the_vlan_of_frames_without(bed, component, pvid):
    bed.switch(protocol=component.protocol)
    source = bed.station("src", **access(pvid))
    target = bed.station("dst", **ALL)
    plain, priority = frame(src=1), frame(src=1, tag=component.tag(0))
    source.send(plain, priority)
    bed.expect({target: [component.tagged(plain, pvid),
                         component.tagged(priority.untagged(), pvid)]})


# --- 6.9.1, 6.9.2: VID translation -----------------------------------------------------

# Local VID -> relay VID.
TRANSLATION = {110: 10, 20: 30, 30: 20, 1: 4094, 200: 300, 209: 309, 40: 40}
TABLE = vid_map((110, 10), (20, 30), (30, 20), (1, 4094), (200, 300, 10))


@pytest.mark.parametrize("local", TRANSLATION)
def test_vid_translation(bed, component, local):
    relay = TRANSLATION[local]
    bed.switch(protocol=component.protocol)
    port = bed.station("port", **ALL, **TABLE)
    inside = bed.station("inside", **ALL)
    sent = frame(src=1, tag=component.tag(local, 5, 1))
    port.send(sent)
    bed.expect({inside: [component.tagged(sent.untagged(), relay, 5, 1)]})
    assert bed.vsw.fdb_entry("sw0", mac(1), relay)["port"] == "port"
    back = frame(src=2, dst=1, tag=component.tag(relay, 3))
    inside.send(back)
    bed.expect({port: [component.tagged(back.untagged(), local, 3)]})


@pytest.mark.parametrize("vids", [((10, 20), (10, 30)), ((10, 20), (11, 20))])
def test_vid_translation_is_one_to_one(bed, vids):
    bed.switch()
    bed.vsw.add_port("sw0", "p")
    with pytest.raises(Exception, match="EINVAL"):
        bed.vsw.set_port("sw0", "p", **ALL, **vid_map(*vids))
    assert "vid_map" not in bed.vsw.port("sw0", "p")


# --- 6.9.2: with or without a tag ---------------------------------------------------------

@pytest.mark.parametrize("untagged", ["", "10", "20", "10,20"])
@pytest.mark.parametrize("members", ["10", "20", "10,20"])
def test_untagged_set(bed, component, members, untagged):
    wanted = set(untagged.split(",")) & set(members.split(","))
    bed.switch(protocol=component.protocol)
    source = bed.station("src", **ALL)
    target = bed.station("dst", **hybrid(members, ",".join(wanted)))
    sent = {vid: frame(tag=component.tag(int(vid), 4)) for vid in ("10", "20", "30")}
    source.send(*sent.values())
    bed.expect({target: [sent[vid].untagged() if vid in wanted else sent[vid]
                         for vid in members.split(",")]})


# --- 6.9.3: priority code points -----------------------------------------------------------

# Table 6-3: PCP 7 to 0 -> priority; d: drop eligible.
DECODE = {
    "8p0d": "7 6 5 4 3 2 1 0",
    "7p1d": "7 6 4 4d 3 2 1 0",
    "6p2d": "7 6 4 4d 2 2d 1 0",
    "5p3d": "7 6 4 4d 2 2d 0 0d",
}
# Table 6-2: priority 7, 7 drop eligible, 6, ... -> PCP
ENCODE = {
    "8p0d": "7 7 6 6 5 5 4 4 3 3 2 2 1 1 0 0",
    "7p1d": "7 7 6 6 5 4 5 4 3 3 2 2 1 1 0 0",
    "6p2d": "7 7 6 6 5 4 5 4 3 2 3 2 1 1 0 0",
    "5p3d": "7 7 6 6 5 4 5 4 3 2 3 2 1 0 1 0",
}
EVERY = [(value, dei) for value in range(7, -1, -1) for dei in (0, 1)]
TRANSPARENT = {"pcp_table": "8p0d", "use_dei": 1}


def decoded(table, use_dei, pcp, dei):
    """(priority, drop eligible)"""
    word = DECODE[table].split()[7 - pcp]
    return int(word[0]), int("d" in word or (use_dei and dei))


def encoded(table, use_dei, priority, eligible):
    """(PCP, DEI)"""
    word = ENCODE[table].split()[2 * (7 - priority) + eligible]
    return int(word), int(use_dei and eligible)


def check_priorities(bed, component, source, target, means):
    """Each PCP and DEI comes out as it should."""
    bed.switch(protocol=component.protocol)
    src, dst = bed.station("src", **ALL, **source), bed.station("dst", **ALL, **target)
    sent = [frame(tag=component.tag(10, *bits)) for bits in EVERY]
    src.send(*sent)
    bed.expect({dst: [component.tagged(one.untagged(), 10, *means(*bits))
                      for one, bits in zip(sent, EVERY)]})


@pytest.mark.parametrize("use_dei", [1, 0], ids=["DEI", "no DEI"])
@pytest.mark.parametrize("table", DECODE)
def test_pcp_is_decoded(bed, component, table, use_dei):
    check_priorities(bed, component, {"pcp_table": table, "use_dei": use_dei}, TRANSPARENT,
                     lambda pcp, dei: decoded(table, use_dei, pcp, dei))


@pytest.mark.parametrize("use_dei", [1, 0], ids=["DEI", "no DEI"])
@pytest.mark.parametrize("table", ENCODE)
def test_pcp_is_encoded(bed, component, table, use_dei):
    check_priorities(bed, component, TRANSPARENT, {"pcp_table": table, "use_dei": use_dei},
                     lambda priority, dei: encoded(table, use_dei, priority, dei))


@pytest.mark.parametrize("outgoing", ENCODE)
@pytest.mark.parametrize("incoming", DECODE)
def test_pcp_from_table_to_table(bed, component, incoming, outgoing):
    check_priorities(
        bed, component, {"pcp_table": incoming, "use_dei": 0},
        {"pcp_table": outgoing, "use_dei": 0},
        lambda pcp, dei: encoded(outgoing, 0, *decoded(incoming, 0, pcp, dei)))


@pytest.mark.parametrize("table", DECODE)
def test_priority_tag_is_decoded(bed, component, table):
    bed.switch(protocol=component.protocol)
    source = bed.station("src", **access(10), pcp_table=table)
    target = bed.station("dst", **ALL)
    sent = [frame(tag=component.tag(0, *bits)) for bits in EVERY]
    source.send(*sent)
    bed.expect({target: [component.tagged(one.untagged(), 10, *decoded(table, 1, *bits))
                         for one, bits in zip(sent, EVERY)]})


# --- 6.9.4: regeneration, and the default priority --------------------------------------------

REGENERATION = [*(tuple((value + shift) % 8 for value in range(8)) for shift in range(8)),
                *((value,) * 8 for value in range(8))]


def test_priority_is_regenerated(bed, component):
    bed.switch(protocol=component.protocol)
    source, target = bed.stations_at("src", "dst", **ALL)
    for table in REGENERATION:
        source.set(prio_regen=bytes(table))
        sent = [frame(tag=component.tag(10, *bits)) for bits in EVERY]
        source.send(*sent)
        bed.expect({target: [component.tagged(one.untagged(), 10, table[pcp], dei)
                             for one, (pcp, dei) in zip(sent, EVERY)]})


@pytest.mark.parametrize("table", DECODE)
def test_regeneration_comes_after_decoding(bed, component, table):
    regen = (3, 2, 1, 0, 7, 6, 5, 4)

    def means(pcp, dei):
        priority, eligible = decoded(table, 1, pcp, dei)
        return regen[priority], eligible

    check_priorities(bed, component, {"pcp_table": table, "prio_regen": bytes(regen)},
                     TRANSPARENT, means)


@pytest.mark.parametrize("priority", range(8))
def test_default_priority(bed, component, priority):
    """Of frames without tag; they are not drop eligible."""
    bed.switch(protocol=component.protocol)
    source = bed.station("src", **trunk("20", native=10), default_prio=priority)
    target = bed.station("dst", **ALL)
    plain, tagged = frame(), frame(tag=component.tag(20, 7 - priority, 1))
    source.send(plain, tagged)
    bed.expect({target: [component.tagged(plain, 10, priority), tagged]})


def test_priorities_are_a_ports_own(bed):
    """What one port has been told changes nothing at others."""
    bed.switch()
    told = bed.station("told", **ALL, prio_regen=bytes(8), pcp_table="5p3d", use_dei=0)
    a, b = bed.stations_at("a", "b", **ALL)
    sent = [frame(tag=Tag(10, *bits)) for bits in EVERY]
    a.send(*sent)
    bed.expect({b: sent, told: [
        one.untagged().tagged(10, *encoded("5p3d", 0, *bits))
        for one, bits in zip(sent, EVERY)]})
