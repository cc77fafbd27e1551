# SPDX-License-Identifier: GPL-2.0
"""netlink/vswitch.yaml: the kernel's own YNL client drives every command from it, and
it says the same as the uapi header.

     vswitch.yaml -> tools/net/ynl of the kernel -> netlink -> vswitch

The environment variable VSW_YNL is the path of tools/net/ynl in a kernel's source.
"""

import importlib.util
import os
import sys

import pytest

from lib import frames, genl, uapi
from lib.frames import frame, mac
from lib.genl import mac_bytes

SPEC = os.path.join(uapi.TOP, "netlink/vswitch.yaml")
YNL = os.environ.get("VSW_YNL", "")

# Number and type as the header has them, and as the YAML calls the type.
YAML_TYPES = {"nest": "nest", "pad": "pad"}


def load_ynl():
    """The client's package; it is called lib, as is ours."""
    folder = os.path.join(YNL, "lib")
    spec = importlib.util.spec_from_file_location(
        "ynl_lib", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder])
    module = importlib.util.module_from_spec(spec)
    sys.modules["ynl_lib"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def library():
    if not YNL:
        if os.environ.get("VSW_CI"):     # the host is told of words VSW_* only
            pytest.fail("VSW_YNL is not set: where is the kernel's tools/net/ynl?")
        pytest.skip("VSW_YNL is not set (tests/check sets it)")
    return load_ynl()


@pytest.fixture
def ynl(library, host):
    """The client, which checks the file against the kernel's schema first."""
    schema = os.path.join(YNL, "../../../Documentation/netlink/genetlink.yaml")
    family = library.YnlFamily(SPEC, schema)
    yield family
    family.sock.close()


def test_every_command_of_the_header_is_there(ynl):
    commands = {name: number for name, number in uapi.COMMANDS.items()}
    told = {}
    for name, operation in ynl.msgs.items():
        number = operation.req_value if operation.req_value is not None \
            else operation.rsp_value
        told[name.replace("-", "_")] = number
    assert told == commands


@pytest.mark.parametrize("kind", uapi.ATTRIBUTES)
def test_every_attribute_of_the_header_is_there(ynl, kind):
    told = {name.replace("-", "_"): (attribute.value, attribute["type"])
            for name, attribute in ynl.attr_sets[kind].items()}
    assert told == {name: (known.number, YAML_TYPES.get(known.type, known.type))
                    for name, known in uapi.ATTRIBUTES[kind].items()}


def test_every_enumerator_of_the_header_is_there(ynl):
    for enum, words in uapi.WORDS.items():
        name = enum[len("vsw_"):].replace("_", "-")
        told = {entry.value: entry.name for entry in ynl.consts[name].entries.values()}
        assert told == words, name


def test_every_drop_reason_of_the_header_is_there(ynl):
    sets = [[name.replace("-", "_") for name in attributes]
            for attributes in ynl.attr_sets.values()]
    assert uapi.DROP_NAMES in sets


def test_every_command(bed, ynl):
    """The life of a switch, told in the client's words."""
    bed.links.add_veth("e1", "h1")
    ynl.do("switch-new", {"name": "sw0", "type": "internal", "mtu": 1400, "fdb-max": 9})
    switch = ynl.do("switch-get", {"name": "sw0"})
    assert (switch["type"], switch["mtu"], switch["fdb-max"], switch["up"]) == (
        "internal", 1400, 9, 1)
    ynl.do("switch-set", {"name": "sw0", "type": "external", "ageing": 20000})
    assert [(each["name"], each["type"], each["ageing"])
            for each in ynl.dump("switch-get", {})] == [("sw0", "external", 20000)]

    trunks = genl.bitmap({10, 20})
    ynl.do("port-new", {"switch": "sw0", "name": "p1", "vlan-mode": "trunk",
                        "vlan-trunks": trunks, "vlan-native": 7, "desc": "text"})
    port = ynl.do("port-get", {"switch": "sw0", "name": "p1"})
    assert (port["vlan-mode"], port["vlan-native"], port["desc"], port["down-reason"]) == (
        "trunk", 7, "text", "no-nic")
    ynl.do("port-set", {"switch": "sw0", "name": "p1", "vlan-mode": "access",
                        "vlan-vid": 10, "nic": "e1", "role": "uplink"})
    port, = ynl.dump("port-get", {"switch": "sw0"})
    assert (port["vlan-vid"], port["nic"], port["nic-kind"], port["role"]) == (
        10, "e1", "netdev", "uplink")

    ynl.do("nic-new", {"name": "g1", "kind": "guest", "mac": frames.octets(mac(9)),
                       "queues": 2})
    nic = ynl.do("nic-get", {"name": "g1"})
    assert (nic["kind"], nic["queues"], nic["carrier"]) == ("guest", 2, 0)
    ynl.do("port-new", {"switch": "sw0", "name": "p2"})
    ynl.do("nic-connect", {"name": "g1", "switch": "sw0", "port": "p2"})
    assert {each["name"]: each["port"] for each in ynl.dump("nic-get", {})} == {
        "e1": "p1", "g1": "p2"}
    assert [(each["vid"], each["port"], each["untagged"], each["pvid"])
            for each in ynl.dump("vlan-get", {"switch": "sw0"})] == [(10, "p1", 1, 1)]

    address = frames.octets(mac(1))
    ynl.do("fdb-new", {"switch": "sw0", "mac": address, "vid": 10, "port": "p1",
                       "sticky": True})
    entry = ynl.do("fdb-get", {"switch": "sw0", "mac": address, "vid": 10})
    assert (entry["port"], entry["vid"]) == ("p1", 10)
    assert "sticky" in entry and "static" in entry
    assert len(ynl.dump("fdb-get", {"switch": "sw0", "static": True})) == 1
    assert ynl.dump("fdb-get", {"switch": "sw0", "dynamic": True}) == []
    ynl.do("fdb-del", {"switch": "sw0", "mac": address, "vid": 10})
    ynl.do("fdb-flush", {"switch": "sw0", "static": True})

    stats = ynl.do("stats-get", {"switch": "sw0", "port": "p1"})
    assert stats["from-unicast-packets"] == 0
    assert [each["port"] for each in ynl.dump("stats-get", {"switch": "sw0"})] == [
        "p1", "p2"]

    ynl.do("nic-disconnect", {"name": "g1"})
    ynl.do("nic-del", {"name": "g1"})
    ynl.do("port-del", {"switch": "sw0", "name": "p1"})
    ynl.do("switch-del", {"name": "sw0"})
    assert ynl.dump("switch-get", {}) == ynl.dump("port-get", {}) == []


def test_drops_by_name(bed, ynl):
    bed.switch()
    a = bed.station("p1")
    a.send(frame(src=1))
    bed.clock.settle()
    stats = ynl.do("stats-get", {"switch": "sw0", "port": "p1"})
    assert stats["from-broadcast-packets"] == 1
    assert {name: count for name, count in stats["drops"].items() if count} == {
        "from-no-target": 1}


def test_replace(bed, ynl, library):
    bed.switch()
    ynl.do("switch-new", {"name": "sw0", "mtu": 1300}, [library.Netlink.NLM_F_REPLACE])
    assert bed.vsw.switch("sw0")["mtu"] == 1300


def test_refusal(bed, ynl, library):
    """The client shows the kernel's text and the attribute that is at fault."""
    with pytest.raises(library.NlError) as caught:
        ynl.do("switch-new", {"name": "sw0", "mtu": 5})
    assert caught.value.error == 22
    extack = caught.value.nl_msg.extack
    assert extack["msg"] and extack["bad-attr"] == ".mtu"
    with pytest.raises(library.NlError) as caught:
        ynl.do("port-new", {"name": "p1"})
    assert caught.value.nl_msg.extack["miss-type"] == "switch"


def test_events(bed, ynl):
    ynl.ntf_subscribe("events")
    bed.switch()
    bed.vsw.add_nic("g1")
    bed.vsw.add_port("sw0", "p1", nic="g1")
    bed.vsw.add_fdb("sw0", mac(1), "p1")
    bed.vsw.del_switch("sw0")
    ynl.check_ntf()
    told = {(event["name"], event["msg"]["event"]) for event in ynl.async_msg_queue}
    assert {("switch-ntf", "new"), ("port-ntf", "new"), ("nic-ntf", "connect"),
            ("fdb-ntf", "new"), ("fdb-del-ntf", "flush"), ("nic-ntf", "disconnect"),
            ("port-del-ntf", "del"), ("switch-del-ntf", "del")} <= told


def test_a_batch(ynl, vsw, library):
    command = uapi.COMMANDS
    ops = [{"cmd": command["switch_new"], "switch": {"name": "sw0"}},
           {"cmd": command["port_new"], "port": {"switch": "sw0", "name": "web",
                                                 "vlan-mode": "access", "vlan-vid": 10}},
           {"cmd": command["fdb_new"], "flags": ["replace"],
            "fdb": {"switch": "sw0", "mac": mac_bytes(mac(1)), "vid": 10, "port": "web"}},
           {"cmd": command["port_del"], "flags": ["if-exists"],
            "port": {"switch": "sw0", "name": "nosuch"}}]
    ynl.do("batch", {"op": ops, "dry-run": True})
    assert vsw.switches() == []
    ynl.do("batch", {"op": ops[:1], "more": True})
    ynl.do("batch", {"op": ops[1:], "part": 1})
    assert vsw.fdb_entry("sw0", mac(1), 10)["port"] == "web"
    with pytest.raises(library.NlError) as refused:
        ynl.do("batch", {"op": ops[1:2]})
    assert refused.value.nl_msg.extack["msg"].startswith("the name is taken")
    assert refused.value.nl_msg.extack["bad-attr"] == ".op.port.name"
