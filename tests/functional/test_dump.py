# SPDX-License-Identifier: GPL-2.0
"""Dumps: whole and in order at any size, read in small pieces, told apart from what
changed meanwhile, and harmless when they are left half read.

     switch -- 4096 ports, 10 000 entries, 4094 VLANs -->  piece  piece  piece ...
"""

import pytest

from lib import genl, netlink, ns, uapi
from lib.frames import mac
from lib.genl import NetlinkError, decode, groups, states, trunk, tunnel, vid_map

PIECE = 8192            # no piece is smaller: the kernel makes them so large


class SlowReader:
    """A dump of which one piece at a time is read, with a receive buffer that holds
    hardly more."""

    def __init__(self, vsw, command, **filters):
        self.kind = command.split("_")[0]
        self.family = vsw.family
        self.sock = netlink.Socket(netlink.NETLINK_GENERIC, PIECE)
        self.sock.sock.setsockopt(1, 33, 4608)          # SO_RCVBUFFORCE
        self.sock.send(vsw.family, netlink.NLM_F_DUMP,
                       vsw.body(command, self.kind, filters))
        self.ended = False
        self.pieces = 0
        self.disturbed = False
        self.error = 0

    def close(self):
        self.sock.close()

    def piece(self):
        """The objects of the next piece."""
        found = []
        self.pieces += 1
        for message in self.sock.receive():
            self.disturbed |= bool(message.flags & netlink.NLM_F_DUMP_INTR)
            if message.kind == netlink.NLMSG_DONE:
                self.ended = True
                self.error = -int.from_bytes(message.body[:4], "little", signed=True)
            else:
                assert message.kind == self.family
                found.append(decode(self.kind, message.body))
        return found

    def rest(self):
        found = []
        while not self.ended:
            found += self.piece()
        return found


@pytest.fixture
def slow(bed):
    def start(command, **filters):
        return bed.keep(SlowReader(bed.vsw, command, **filters))
    return start


def fill(bed, ports, switch="sw0"):
    names = [f"p{number}" for number in range(ports)]
    for name in names:
        bed.vsw.add_port(switch, name)
    return names


# --- Large ones -------------------------------------------------------------------------

def test_all_ports_there_can_be(bed, slow):
    bed.switch()
    names = fill(bed, uapi.LIMITS["VSW_PORTS_MAX"])
    for command in ("port_get", "stats_get"):
        reader = slow(command)
        told = reader.rest()
        assert reader.pieces > 50 and not reader.disturbed and not reader.error
        assert [each.get("name", each.get("port")) for each in told] == names
    assert [port["name"] for port in bed.vsw.ports()] == names


def test_thousands_of_entries(bed, slow):
    count = 10000
    bed.switch()
    fill(bed, 4)
    for number in range(count):
        bed.vsw.add_fdb("sw0", mac(number + 1), f"p{number % 4}", vid=number % 10)
    reader = slow("fdb_get")
    told = reader.rest()
    assert reader.pieces > 50 and not reader.disturbed
    assert len(told) == count == len({(entry["mac"], entry["vid"]) for entry in told})
    assert len(slow("fdb_get", switch="sw0", port="p1").rest()) == count // 4
    assert len(slow("fdb_get", switch="sw0", vid=3).rest()) == count // 10
    bed.vsw.flush_fdb("sw0", static=True)
    assert bed.vsw.fdb() == []


def test_all_vlans_of_several_ports(bed, slow):
    bed.switch()
    for name in ("a", "b", "c"):
        bed.vsw.add_port("sw0", name, **trunk("1-4094", native=4))
    told = slow("vlan_get", switch="sw0").rest()
    assert sorted((vlan["port"], vlan["vid"]) for vlan in told) == [
        (name, vid) for name in ("a", "b", "c") for vid in range(1, 4095)]
    assert {(vlan["vid"]) for vlan in told if vlan["untagged"]} == {4}
    assert len(slow("vlan_get", switch="sw0", port="b").rest()) == 4094


def test_ports_with_large_messages(bed, slow):
    """A trunk's message has half a kilobyte of VLANs; with a long text besides."""
    bed.switch()
    for number in range(100):
        bed.vsw.add_port("sw0", f"p{number}", desc="x" * 127, **trunk("1-4094"))
    reader = slow("port_get")
    told = reader.rest()
    assert [port["name"] for port in told] == [f"p{number}" for number in range(100)]
    assert all(len(port["desc"]) == 127 for port in told)


def test_many_nics(bed, slow):
    bed.switch()
    names = [f"g{number}" for number in range(200)]
    for number, name in enumerate(names):
        bed.vsw.add_nic(name)
        if number % 2:
            bed.vsw.add_port("sw0", f"p{number}", nic=name)
    told = slow("nic_get").rest()
    assert sorted(nic["name"] for nic in told) == sorted(names)
    assert {nic["name"] for nic in slow("nic_get", switch="sw0").rest()} == set(names[1::2])


def test_switches_with_ports_each(bed, slow):
    for number in range(20):
        bed.switch(f"sw{number}")
        fill(bed, 20, f"sw{number}")
    told = slow("port_get").rest()
    assert [(port["switch"], port["name"]) for port in told] == [
        (f"sw{switch}", f"p{port}") for switch in range(20) for port in range(20)]


# --- Filters -------------------------------------------------------------------------------

@pytest.mark.parametrize("command, filters, code", [
    ("switch_get", dict(name="sw9"), 2), ("port_get", dict(switch="sw9"), 2),
    ("port_get", dict(switch="sw0", name="p9"), 2), ("nic_get", dict(switch="sw9"), 2),
    ("fdb_get", dict(switch="sw9"), 2), ("fdb_get", dict(switch="sw0", port="p9"), 2),
    ("stats_get", dict(switch="sw9"), 2), ("stats_get", dict(switch="sw0", port="p9"), 2),
    ("vlan_get", dict(switch="sw9"), 2), ("vlan_get", dict(switch="sw0", port="p9"), 2),
    ("vlan_get", {}, 22), ("vlan_get", dict(switch="sw0", vid=4095), 22),
    ("vlan_get", dict(switch="sw0", vid=0), 22),
    ("fdb_get", dict(switch="sw0", vid=4095), 22)])
def test_filter_that_names_nothing(bed, command, filters, code):
    bed.switch()
    with pytest.raises(NetlinkError) as caught:
        bed.vsw.dump(command, **filters)
    assert caught.value.errno == code and caught.value.text


# --- What changes meanwhile -----------------------------------------------------------------

@pytest.mark.parametrize("command", ["port_get", "stats_get"])
def test_port_made_and_deleted_meanwhile(bed, slow, command):
    """The dump says that it was disturbed; what was there all the time is in it."""
    bed.switch()
    names = fill(bed, 300)
    reader = slow(command)
    told = reader.piece()
    bed.vsw.del_port("sw0", names[2])
    bed.vsw.del_port("sw0", names[150])
    bed.vsw.add_port("sw0", "new")
    told += reader.rest()
    assert reader.disturbed
    seen = [each.get("name", each.get("port")) for each in told]
    assert set(names) - {names[2], names[150]} <= set(seen)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("command", ["switch_get", "port_get", "stats_get", "nic_get",
                                     "fdb_get", "vlan_get"])
def test_everything_is_deleted_meanwhile(bed, slow, command):
    for number in range(40):
        name = f"sw{number}"
        bed.switch(name)
        fill(bed, 10, name)
        bed.vsw.add_nic(f"g{number}")
        bed.vsw.set_port(name, "p0", nic=f"g{number}", **trunk("1-100"))
        for station in range(10):
            bed.vsw.add_fdb(name, mac(station + 1), "p0", vid=10)
    filters = dict(switch="sw0") if command == "vlan_get" else {}
    reader = slow(command, **filters)
    reader.piece()
    for number in range(40):
        bed.vsw.del_switch(f"sw{number}")
        bed.vsw.del_nic(f"g{number}")
    reader.rest()
    assert not reader.error


def test_entries_come_and_go_meanwhile(bed, slow):
    """The table is resized twice under the dump; what stays is told at least once."""
    bed.switch()
    fill(bed, 1)
    stay = [mac(number) for number in range(1, 1001)]
    for address in stay:
        bed.vsw.add_fdb("sw0", address, "p0")
    reader = slow("fdb_get")
    told = reader.piece()
    for number in range(2000, 6000):
        bed.vsw.add_fdb("sw0", mac(number), "p0")
    told += reader.piece()
    for number in range(2000, 6000):
        bed.vsw.del_fdb("sw0", mac(number))
    told += reader.rest()
    assert set(stay) <= {entry["mac"] for entry in told}


def test_dump_is_left_half_read(bed, slow):
    """Sockets closed in the middle give back what they held."""
    bed.switch()
    fill(bed, 100)
    for number in range(500):
        bed.vsw.add_fdb("sw0", mac(number + 1), "p0")
    for command in ("port_get", "stats_get", "fdb_get"):
        for pieces in range(3):
            reader = SlowReader(bed.vsw, command)
            for _ in range(pieces):
                reader.piece()
            reader.close()
    kept = [slow(command) for command in ("port_get", "fdb_get")]
    bed.vsw.del_switch("sw0")
    bed.switch()
    for reader in kept:
        reader.rest()


def test_dump_of_a_namespace_that_ends(bed):
    """An open dump does not hold up the end of its switch."""
    ns.add("red")
    with ns.inside("red"):
        vsw = genl.Vsw()
        vsw.add_switch("sw0")
        for number in range(300):
            vsw.add_port("sw0", f"p{number}")
            vsw.add_fdb("sw0", mac(number + 1), f"p{number}")
        readers = [SlowReader(vsw, command) for command in ("port_get", "fdb_get")]
    for reader in readers:
        reader.piece()
    vsw.del_switch("sw0")
    vsw.close()
    ns.delete("red")
    for reader in readers:
        reader.rest()
        reader.close()


def test_second_dump_on_a_busy_socket(bed, slow):
    bed.switch()
    fill(bed, 200)
    reader = slow("port_get")
    with pytest.raises(OSError):
        request = reader.sock.send(reader.family, netlink.NLM_F_DUMP,
                                   bed.vsw.body("port_get", "port", {}))
        list(reader.sock.replies(request))
    reader.sock.sequence = 1


# --- The longest messages -------------------------------------------------------------------

LONGEST_PORT = {**tunnel(1, "0-4094"), "vlan_services": groups(*[(vid, vid) for vid in range(1, 257)]),
                **vid_map(*[(vid, vid) for vid in range(1, 257)]),
                **states(**{f"i{number}": "discarding" for number in range(64)}),
                "desc": "d" * 127, "bind": "b" * 15}
LONGEST_SWITCH = {"fids": groups(*[(vid, vid) for vid in range(1, 257)]),
                  "instances": groups(*[(vid, 1) for vid in range(1, 257)])}


def test_longest_messages_fit(bed, slow, events):
    bed.switch("s" * 15, **LONGEST_SWITCH)
    names = ["p" * 29 + f"{number:02}" for number in range(64)]
    events.forget()
    for name in names[:2]:
        bed.vsw.add_port("s" * 15, name, **{**LONGEST_PORT, "bind": f"{name[-2:]:b>15}"})
    bed.vsw.batch([genl.Op("port_new", switch="s" * 15, name=name) for name in names[2:]])
    bed.vsw.add_fdb("s" * 15, mac(1), ports=names, vid=4094)
    told = {event["name"]: event for event in events.read() if event["object"] == "port"}
    for port in (bed.vsw.port("s" * 15, names[0]), told[names[0]],
                 slow("port_get", switch="s" * 15).rest()[0]):
        assert (port["vlan_services"], port["vid_map"], port["states"], port["desc"]) == (
            LONGEST_PORT["vlan_services"], LONGEST_PORT["vid_map"], LONGEST_PORT["states"],
            LONGEST_PORT["desc"])
    for switch in (bed.vsw.switch("s" * 15), *slow("switch_get").rest()):
        assert {key: switch[key] for key in LONGEST_SWITCH} == LONGEST_SWITCH
    assert slow("fdb_get").rest()[0]["ports"] == names == bed.vsw.fdb()[0]["ports"]
