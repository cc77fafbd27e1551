# SPDX-License-Identifier: GPL-2.0
"""The netlink interface taken literally: every command with every attribute missing,
too short, too long, unknown or not meant for it; messages cut off and filled up;
commands without privilege. Whatever is wrong is refused with a reason, and nothing
has changed. Dumps are in test_dump.py.

     +------+   one attribute is wrong   +---------+
     | test | -------------------------> | vswitch |  sw0: p1, p2, g1, one entry
     +------+ <------ error, text ------ +---------+
"""

import errno
import os
import random
import socket
import struct

import pytest

from lib import genl, netlink, ns, uapi, wait
from lib.frames import mac
from lib.genl import GENL, NetlinkError, bitmap, groups
from lib.netlink import NLM_F_ACK, NLM_F_DUMP, NLM_F_REPLACE, attribute
from lib.state import difference, snapshot

INVALID = (22, 34)              # EINVAL, ERANGE
# Of an element, and how many there may be; an empty one says that there are none.
ARRAYS = {"vid_map": (6, 256), "fids": (6, 256), "instances": (6, 256), "states": (4, 64)}
SIZES = {"u8": 1, "u16": 2, "u32": 4, "s32": 4, "flag": 0}

TRUNK = bitmap({10, 20})
SWITCH_SETTINGS = dict(name="sw9", type=2, protocol=0x8100, ageing=20000, fdb_max=10,
                       mtu=1500, up=0, fids=groups((10, 1)), instances=groups((10, 1)))
PORT_SETTINGS = dict(switch="sw0", name="p9", up=1, vlan_mode=2, vlan_trunks=TRUNK,
                     vlan_native=7, nic="x1", role=0, bind="b9", learn=1, flood=1,
                     fdb_max=9, link_follow=0, hold=1, desc="text",
                     vlan_native_tagged=1, admit=1, ingress_filter=0, vid_map=bytes((1, 0) * 3),
                     pcp_table=1, use_dei=0, prio_regen=bytes(8), default_prio=1,
                     prio_tags=1, states=bytes((1, 0, 2, 0)), reserved_relay=1, bpdu=1,
                     guard_recovery=1000)

# Command -> a request that has all attributes that the command knows, and would be
# carried out; those of them without which it makes no sense.
REQUESTS = {
    "switch_get": (dict(name="sw0"), ["name"]),
    "switch_new": (SWITCH_SETTINGS, ["name"]),
    "switch_set": (dict(SWITCH_SETTINGS, name="sw0"), ["name"]),
    "switch_del": (dict(name="sw0"), ["name"]),
    "port_get": (dict(switch="sw0", name="p1"), ["switch", "name"]),
    "port_new": (PORT_SETTINGS, ["switch", "name"]),
    "port_set": (dict(PORT_SETTINGS, name="p1"), ["switch", "name"]),
    "port_del": (dict(switch="sw0", name="p1"), ["switch", "name"]),
    "nic_get": (dict(name="g1"), ["name"]),
    "nic_new": (dict(name="g9", kind=2, mac=mac(9), mtu=1400, queues=2),
                ["name", "kind"]),
    "nic_connect": (dict(name="x1", switch="sw0", port="p1", role=0),
                    ["name", "switch", "port"]),
    "nic_disconnect": (dict(name="g1"), ["name"]),
    "nic_del": (dict(name="g1"), ["name"]),
    "fdb_get": (dict(switch="sw0", mac=mac(1), vid=0), ["switch", "mac"]),
    "fdb_new": (dict(switch="sw0", mac=mac(9), vid=10, port="p1", sticky=True),
                ["switch", "mac", "port"]),
    "fdb_del": (dict(switch="sw0", mac=mac(1), vid=0), ["switch", "mac"]),
    "fdb_flush": (dict(switch="sw0", port="p1", vid=10, static=True, instance=1),
                  ["switch"]),
    "stats_get": (dict(switch="sw0", port="p1"), ["switch", "port"]),
}
# Filters, which a dump takes beside the key.
FILTERS = {"nic_get": {"switch"}, "fdb_get": {"port", "static", "dynamic"}}

@pytest.fixture
def world(bed):
    """What the requests are about."""
    bed.switch("sw0")
    bed.vsw.add_nic("g1")
    bed.vsw.add_port("sw0", "p1")
    bed.vsw.add_port("sw0", "p2", nic="g1")
    bed.vsw.add_fdb("sw0", mac(1), "p1")
    bed.links.add("x1", "dummy")
    return bed


class Unchanged:
    """Nothing that can be seen is different afterwards."""

    def __init__(self, bed):
        self.bed = bed

    def __enter__(self):
        self.before = snapshot(self.bed.vsw, self.bed.links)

    def __exit__(self, kind, value, trace):
        if not kind:
            changed = difference(self.before, snapshot(self.bed.vsw, self.bed.links))
            assert not changed, changed


def kind_of(command):
    return command.split("_")[0]


def attribute_of(command, name):
    return uapi.ATTRIBUTES[kind_of(command)][name]


def pack(command, values):
    """The attributes one by one, in order."""
    return [(name, genl.encode(kind_of(command), {name: value}))
            for name, value in values.items()]


def header(command, reserved=0):
    return GENL.pack(uapi.COMMANDS[command], 1, reserved)


class Refusals:
    """Requests that have to be refused, one after the other; what was wrong with the
    refusals is told at the end, and that nothing has changed is looked at once."""

    def __init__(self, bed, command):
        self.bed = bed
        self.command = command
        self.wrong = []

    def __enter__(self):
        self.unchanged = Unchanged(self.bed)
        self.unchanged.__enter__()
        return self

    def __exit__(self, kind, value, trace):
        if not kind:
            assert not self.wrong, "\n".join(self.wrong)
        self.unchanged.__exit__(kind, value, trace)

    def refuse(self, what, body, codes=INVALID, offset=None, missing=None, flags=0,
               reserved=0):
        """Sent as it is, it is refused with one of these codes and a text, and the
        place of the fault is told."""
        try:
            self.bed.vsw.socket.request(self.bed.vsw.family,
                                        header(self.command, reserved) + body, flags)
        except NetlinkError as error:
            if error.errno not in codes or not error.text:
                self.wrong.append(f"{what}: {error}")
            if offset and error.offset != offset:
                self.wrong.append(f"{what}: fault is told at {error.offset}, not {offset}")
            if missing and error.missing != missing:
                self.wrong.append(f"{what}: what is missing is told as {error.missing}")
        else:
            self.wrong.append(f"{what}: is not refused")


def body_with(command, name, payload, flags=0):
    """The whole request, with another payload for one attribute; where that is."""
    body = b""
    offset = None
    for each, packed in pack(command, REQUESTS[command][0]):
        if each == name:
            offset = netlink.HEADER.size + GENL.size + len(body)
            packed = attribute(attribute_of(command, name).number | flags, payload)
        body += packed
    return body, offset


# --- Good ones first --------------------------------------------------------------------

@pytest.mark.parametrize("command", REQUESTS)
def test_request_with_all_its_attributes(world, command):
    world.vsw.request(command, **REQUESTS[command][0])


@pytest.mark.parametrize("command", REQUESTS)
def test_request_with_the_least_attributes(world, command):
    values, required = REQUESTS[command]
    replies = world.vsw.request(command, **{name: values[name] for name in required})
    assert len(replies) == command.endswith("get")


# --- Attributes -----------------------------------------------------------------------------

def whole(command, without=None):
    """All attributes of the request, or all but one."""
    return b"".join(packed for name, packed in pack(command, REQUESTS[command][0])
                    if name != without)


@pytest.mark.parametrize("command", REQUESTS)
def test_attribute_is_missing(world, command):
    with Refusals(world, command) as refusals:
        for name in REQUESTS[command][1]:
            refusals.refuse(f"without {name}", whole(command, without=name), (22,),
                            missing=attribute_of(command, name).number)


def wrong_sizes(known):
    """Payloads of a size that the attribute cannot have."""
    if known.type == "string":
        return [b"", b"no-end", b"x" * 5000 + b"\0"]
    if known.type == "binary":
        if known.name in ARRAYS:
            size, most = ARRAYS[known.name]
            return [bytes(size - 1), bytes(size + 1), bytes(size * (most + 1))]
        size = 6 if known.name == "mac" else 8 if known.name == "prio_regen" else 512
        return [b"", bytes(size - 1), bytes(size + 1), bytes(size * 2)]
    size = SIZES[known.type]
    return [bytes(count) for count in (0, size - 1, size + 1, 8)
            if count >= 0 and count != size]


@pytest.mark.parametrize("command", REQUESTS)
def test_attribute_of_a_wrong_size(world, command):
    with Refusals(world, command) as refusals:
        for name in REQUESTS[command][0]:
            for payload in wrong_sizes(attribute_of(command, name)):
                body, offset = body_with(command, name, payload)
                refusals.refuse(f"{name} of {len(payload)} octets", body,
                                (*INVALID, 2, 19), offset)


def wrong_values(known):
    """Numbers of the right size that the attribute cannot have."""
    if known.enum or known.type == "u8":
        return [struct.pack("=I", value)[:SIZES[known.type]] for value in (0x7f, 0xff)]
    if known.name in ("vid", "vlan_vid", "vlan_native"):
        return [struct.pack("=H", value) for value in (4095, 4096, 65535)]
    if known.name == "vlan_trunks":
        return [bitmap({10, vid}) for vid in (0, 4095)]
    return []


@pytest.mark.parametrize("command", REQUESTS)
def test_value_out_of_range(world, command):
    with Refusals(world, command) as refusals:
        for name in REQUESTS[command][0]:
            for payload in wrong_values(attribute_of(command, name)):
                body, offset = body_with(command, name, payload)
                refusals.refuse(f"{name} {payload[:4].hex()}", body, offset=offset)


def right_payload(known):
    values = {"mac": genl.mac_bytes(mac(3)), "vlan_trunks": TRUNK}
    return genl.PACK[known.type](values.get(known.name,
                                            "p1" if known.type == "string" else 1))


@pytest.mark.parametrize("command", REQUESTS)
def test_attribute_that_says_it_is_a_nest(world, command):
    with Refusals(world, command) as refusals:
        for name in REQUESTS[command][0]:
            body, _ = body_with(command, name, right_payload(attribute_of(command, name)),
                                flags=netlink.NLA_F_NESTED)
            refusals.refuse(name, body)


@pytest.mark.parametrize("command", REQUESTS)
def test_attribute_that_the_command_does_not_know(world, command):
    """Refused, never ignored: whoever sends it expects something of it."""
    known = REQUESTS[command][0].keys() | FILTERS.get(command, set())
    with Refusals(world, command) as refusals:
        for name, other in uapi.ATTRIBUTES[kind_of(command)].items():
            if name in known:
                continue
            payload = {"string": b"p1\0", "binary": bytes(6)}.get(
                other.type, bytes(SIZES.get(other.type, 8)))
            refusals.refuse(name, whole(command) + attribute(other.number, payload))
        for number in (0, 200, 0x3fff):
            refusals.refuse(f"number {number}",
                            whole(command) + attribute(number, bytes(4)))


VLAN_MIXES = [
    dict(vlan_vid=10), dict(vlan_trunks=TRUNK), dict(vlan_native=10),
    dict(vlan_mode="access"), dict(vlan_mode="trunk"),
    dict(vlan_mode="none", vlan_vid=10), dict(vlan_mode="none", vlan_trunks=TRUNK),
    dict(vlan_mode="none", vlan_native=10), dict(vlan_mode="access", vlan_native=10),
    dict(vlan_mode="access", vlan_vid=10, vlan_trunks=TRUNK),
    dict(vlan_mode="access", vlan_vid=0), dict(vlan_mode="trunk", vlan_vid=10),
    dict(vlan_mode="trunk", vlan_native=10),
    dict(vlan_mode="trunk", vlan_trunks=bitmap(())),
    dict(vlan_mode="trunk", vlan_trunks=TRUNK, vlan_vid=10),
    dict(vlan_mode="trunk", vlan_trunks=TRUNK, vlan_native=0)]


@pytest.mark.parametrize("command", ["port_new", "port_set"])
def test_vlan_attributes_that_do_not_go_together(world, command):
    port = {"port_new": "p9", "port_set": "p1"}[command]
    with Refusals(world, command) as refusals:
        for mix in VLAN_MIXES:
            refusals.refuse("+".join(mix), genl.encode("port", dict(
                switch="sw0", name=port, desc="more", **mix)))


# --- Messages -------------------------------------------------------------------------------

@pytest.mark.parametrize("command", REQUESTS)
def test_message_that_is_cut_off_or_filled_up(world, command):
    body = whole(command)
    with Refusals(world, command) as refusals:
        refusals.refuse("rubbish behind it", body + bytes(3))
        refusals.refuse("last attribute cut off",
                        body + struct.pack("=HH", len(body) + 4, 1))
        refusals.refuse("reserved field of the header", body, reserved=1)
        if not command.endswith(("new", "get")):    # with GET it is a bit of NLM_F_DUMP
            refusals.refuse("NLM_F_REPLACE", body, flags=NLM_F_REPLACE)


def test_message_without_a_command(world):
    with Unchanged(world), pytest.raises(NetlinkError):
        world.vsw.socket.request(world.vsw.family, b"")
    with Unchanged(world), pytest.raises(NetlinkError):
        world.vsw.socket.request(world.vsw.family, b"\1\1")


@pytest.mark.parametrize("number", [0, 99, 255, uapi.COMMANDS["switch_ntf"],
                                    uapi.COMMANDS["fdb_del_ntf"]])
def test_commands_that_are_none(world, number):
    with Unchanged(world), pytest.raises(NetlinkError, match="EOPNOTSUPP"):
        world.vsw.socket.request(world.vsw.family, GENL.pack(number, 1, 0))


def test_dump_of_what_is_no_dump(world):
    with Unchanged(world):
        for command in REQUESTS:
            if command.endswith("get"):
                continue
            with pytest.raises(NetlinkError):
                world.vsw.socket.dump(world.vsw.family, world.vsw.body(
                    command, kind_of(command), REQUESTS[command][0]))


def test_single_vlan_is_not_to_be_had(world):
    with pytest.raises(NetlinkError, match="EOPNOTSUPP"):
        world.vsw.request("vlan_get", switch="sw0", vid=10)


@pytest.mark.parametrize("seed", range(8))
def test_mutations(world, seed):
    """Requests with a few octets changed: refused or carried out, and nothing worse."""
    random.seed(seed)
    sock = world.keep(netlink.Socket(netlink.NETLINK_GENERIC))
    for _ in range(300):
        command = random.choice(list(REQUESTS))
        body = bytearray(header(command) + b"".join(
            packed for _, packed in pack(command, REQUESTS[command][0])))
        for _ in range(random.randint(1, 4)):
            body[random.randrange(len(body))] = random.choice((0, 1, 4, 255,
                                                               random.randrange(256)))
        del body[random.choice((len(body), random.randrange(len(body)))):]
        sock.sequence += 1
        flags = netlink.NLM_F_REQUEST | NLM_F_ACK | random.choice((0, 0x700, NLM_F_DUMP))
        sock.sock.send(netlink.message(world.vsw.family, flags, bytes(body),
                                       sock.sequence))
        sock.waiting()
    # Whatever came of it has to be gone for the next test, under whatever name.
    for switch in world.vsw.switches():
        world.vsw.del_switch(switch["name"])
    for nic in world.vsw.nics():
        world.vsw.del_nic(nic["name"])


# --- Privilege --------------------------------------------------------------------------------

class Child:
    """Runs an action in a process of its own; what it returns, or what went wrong, is
    handed back as text."""

    def __init__(self, action):
        self.reading, writing = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            try:
                said = str(action())
            except BaseException as error:
                said = f"{type(error).__name__}: {error}"
            os.write(writing, said.encode())
            os._exit(0)
        os.close(writing)

    def wait(self):
        with os.fdopen(self.reading) as file:
            said = file.read()
        os.waitpid(self.pid, 0)
        return said


def as_child(action):
    return Child(action).wait()


def errno_of(command):
    """What a fresh socket's request comes to."""
    vsw = genl.Vsw()
    try:
        vsw.request(command, **REQUESTS[command][0])
    except NetlinkError as error:
        return error.errno
    return 0


def drop_privilege():
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)


def test_who_may_do_what(world):
    """Anyone may look; everything else needs CAP_NET_ADMIN."""
    def attempt():
        drop_privilege()
        return {command: errno_of(command) for command in REQUESTS}

    with Unchanged(world):
        assert as_child(attempt) == str({
            command: 0 if command.endswith("get") else 1 for command in REQUESTS})


def test_a_batch_needs_privilege(world):
    def attempt():
        drop_privilege()
        vsw = genl.Vsw()
        refused = 0
        for ops in [], [genl.Op("port_del", switch="sw0", name="p1")]:
            for part in {}, {"more": True}:
                try:
                    vsw.socket.request(vsw.family, genl.batch_body(ops, **part))
                except NetlinkError as error:
                    refused += error.errno == errno.EPERM
        return refused

    with Unchanged(world):
        assert as_child(attempt) == "4"


def test_anyone_may_dump_and_listen(world):
    def look():
        drop_privilege()
        vsw = genl.Vsw()
        return (len(vsw.switches()), len(vsw.ports()), len(vsw.nics()), len(vsw.fdb()),
                len(vsw.vlans("sw0")), len(vsw.stats()))

    assert as_child(look) == "(1, 2, 1, 1, 0, 2)"


CLONE_NEWUSER = 0x10000000


def test_root_of_a_user_namespace(world):
    """In a network namespace of its own it may do all, in ours nothing."""
    def attempt():
        assert ns._libc.unshare(CLONE_NEWUSER) == 0
        ours = errno_of("switch_new")
        assert ns._libc.unshare(ns.CLONE_NEWNET) == 0
        own = errno_of("switch_new")
        vsw = genl.Vsw()
        made = [switch["name"] for switch in vsw.switches()]
        vsw.del_switch("sw9")
        return ours, own, made

    with Unchanged(world):
        assert as_child(attempt) == "(1, 0, ['sw9'])"


def test_container_may_not_unplug_its_nic(world):
    """Root of a user namespace, with the NIC in its network namespace: the switch is
    not its own."""
    (is_ready, ready), (has_it, give) = os.pipe(), os.pipe()

    def attempt():
        assert ns._libc.unshare(CLONE_NEWUSER | ns.CLONE_NEWNET) == 0
        os.write(ready, b"x")
        os.read(has_it, 1)
        return errno_of("nic_disconnect")

    child = Child(attempt)
    os.close(ready)
    assert os.read(is_ready, 1)
    with open(f"/proc/{child.pid}/ns/net") as space:
        world.links.move("g1", space)
    os.write(give, b"x")
    assert child.wait() == "1"
    for end in (is_ready, has_it, give):
        os.close(end)
    # Its namespace goes with it, and takes the NIC along, a moment later.
    wait.until(lambda: "nic" not in world.vsw.port("sw0", "p2"), "the NIC is gone")


def test_socket_made_by_root_and_used_by_another(world):
    """The sender's privilege counts as well as that of the socket's maker."""
    vsw = genl.Vsw()
    world.keep(vsw)

    def attempt():
        drop_privilege()
        try:
            vsw.del_switch("sw0")
        except NetlinkError as error:
            return error.errno
        return 0

    with Unchanged(world):
        assert as_child(attempt) == "1"


# --- The family -------------------------------------------------------------------------------

def test_family_as_told_by_the_kernel(world):
    body = GENL.pack(genl.CTRL_CMD_GETFAMILY, 1, 0) + attribute(2, b"vswitch\0")
    reply = world.vsw.socket.request(genl.GENL_ID_CTRL, body)[0]
    family = dict(netlink.parse_attributes(reply.body[GENL.size:]))
    assert struct.unpack("=I", family[3])[0] == uapi.LIMITS["VSW_GENL_VERSION"]
    groups = netlink.parse_attributes(family[7])
    assert [dict(netlink.parse_attributes(group))[1] for _, group in groups] == [b"events\0"]
    told = set()
    for _, operation in netlink.parse_attributes(family[6]):
        told.add(struct.unpack("=I", dict(netlink.parse_attributes(operation))[1])[0])
    asked = {number for name, number in uapi.COMMANDS.items() if not name.endswith("ntf")}
    assert told == asked


def test_socket_without_extended_acks(world):
    """A request on a socket without extended acks is answered all the same."""
    plain = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, netlink.NETLINK_GENERIC)
    with plain:
        plain.bind((0, 0))
        plain.settimeout(60)
        plain.send(netlink.message(world.vsw.family, 1 | NLM_F_ACK, header("switch_del")))
        reply = netlink.parse_messages(plain.recv(65536))[0]
        assert struct.unpack_from("=i", reply.body)[0] == -22
