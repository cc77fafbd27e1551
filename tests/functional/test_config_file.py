# SPDX-License-Identifier: GPL-2.0
"""Files of configuration that are wrong, each with what is said of it: file, line and
key. What the schema in docs/ allows and what vswctl takes is the same.

Everything is asked of diff, which changes nothing; apply reads files with the same
words.
"""

import json
import os
import subprocess
import time

import jsonschema
import pytest

from lib.config import access, config, port, saved, switch, trunk
from lib.frames import mac
from lib.vswctl import DONE, FAILED, NO, USAGE, call, refused

pytestmark = pytest.mark.tool

SCHEMA = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                      "../../docs/vswitch.schema.json")
MIB = 1 << 20


@pytest.fixture(scope="module")
def schema():
    with open(SCHEMA) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def compare(files, rows):
    wrong = []
    for content, expected in rows:
        line = files.refused(content, word="diff")
        if line != f"net.json{expected}":
            wrong.append(f"{content!r}\n  expected  net.json{expected}\n  observed  {line}")
    assert not wrong, "\n".join(wrong)


# --- No JSON ---------------------------------------------------------------------

EMPTY = ': the file is empty; the least is {"version": 1}'

NO_JSON = [
    ("", EMPTY),
    (" \n\t\n", EMPTY),
    ("{", ":1: string or '}' expected near end of file"),
    ('{"version": 1', ":1: '}' expected near end of file"),
    ('{\n "version": 1,\n}', ":3: string or '}' expected near '}'"),
    ('{\n "version": 1\n "nics": []}', """:3: '}' expected near '"nics"'"""),
    ('{\n "version": 1} x', ":2: end of file expected near 'x'"),
    ('{"version": 01}', ":1: invalid token near '0'"),
    ("vswitch", ":1: '[' or '{' expected near 'vswitch'"),
    ('{"version": 1,\n "version": 1}', """:2: duplicate object key near '"version"'"""),
    ('{"version": 1, "switches": [{"name": "a",\n "name": "b"}]}',
     """:2: duplicate object key near '"name"'"""),
    (b"\x7fELF\x02\x01\x01" + bytes(900), ":1: '[' or '{' expected near '\x7fELF'"),
    (b'{"version": \xff}', ":1: unable to decode byte 0xff"),
    (b'\x00{"version": 1}', ":1: '[' or '{' expected near end of file"),
    (b'{"version": 1, "switches": [{"name": "a\x00b"}]}',
     ":1: control character 0x0"),
    ('{"version": 1, "switches": [{"name":\n "a\\u0000b"}]}',
     ":2: \\u0000 is not allowed without JSON_ALLOW_NUL"),
    ('{"version": 99999999999999999999}', ":1: too big integer"),
    (b"\xef\xbb\xbf{}", ":1: '[' or '{' expected near '\xef\xbb\xbf'"),
]


def test_no_json(files):
    """The words are the parser's; that of what is no text may be any."""
    for content, expected in NO_JSON:
        line = files.refused(content, word="diff")
        start = expected.split(" near ")[0]
        assert line.startswith(f"net.json{start}"), (content, expected, line)


def test_deep_nesting(files):
    for opening in ("[", '{"a":'):
        line = files.refused('{"version": 1, "nics": ' + opening * 100000, word="diff")
        assert line.startswith("net.json:1: maximum parsing depth reached"), line


# --- JSON, but no configuration --------------------------------------------------------

TOP = "expected version, nics, switches"
SWITCH_KEYS = ("unknown key; expected name, type, protocol, adminstate, mtu, ageing_ms, "
               "fdb_max, fid_map, instance_map, ports, fdb")
PORT_KEYS = ("unknown key; expected name, adminstate, vlan, admit, ingress_filter, vid_map, "
             "pcp_table, use_dei, prio_regen, default_prio, priority_tags, reserved_relay, "
             "bpdu, guard_recovery_ms, nic, role, bind, learn, flood, fdb_max, link_follow, hold, desc")
MODES = "none, access, trunk, hybrid, dot1q-tunnel"
MAPPING = "is not WIRE[-WIRE]:VID with ids from 1 to 4094"
PRIOS = "is not eight priorities such as 0,1,2,3,4,5,6,7"

WRONG_SHAPE = [
    ("[]", ':1: must be an object, {"version": 1, ...}'),
    ("\n[1]", ':2: must be an object, {"version": 1, ...}'),
    ("{}", ':1: "version" is missing'),
    ('{"switches": []}', ':1: "version" is missing'),
    ('{"version": 2}', ":1: version: this version of vswctl knows 1 only"),
    ('{"version": "1"}', ":1: version: must be a whole number"),
    ('{"version": 1.0}', ":1: version: must be a whole number"),
    ('{"version": 1,\n\n "x": 1}', f":3: x: unknown key; {TOP}"),
    ('{"version": 1, "": 1}', f":1: : unknown key; {TOP}".replace(": :", ":")),
    ('{"version": 1,\n "switches": {}}', ":2: switches: must be an array"),
    ('{"version": 1, "nics": null}', ":1: nics: must be an array"),
    ('{"version": 1, "nics": [\n3]}', ":2: nics[0]: must be an object"),
    ('{"version": 1, "switches": [\n{}]}', ':2: switches[0]: "name" is missing'),
    ('{"version": 1, "switches": [{"name": "a"},\n{"name": "b",\n"vlans": 1}]}',
     f":3: switches[1].vlans: {SWITCH_KEYS}"),
    ('{"version": 1, "switches": [{"name": "a", "ports": [\n[]]}]}',
     ":2: switches[0].ports[0]: must be an object"),
    ('{"version": 1, "switches": [{"ports": [], "fdb": [\n{}], "name": "a"}]}',
     ':2: switches[0].fdb[0]: "mac" is missing'),
]


def in_port(**settings):
    """A port's settings in lines of their own, the first of them in line 3."""
    text = json.dumps(port("p", **settings), indent=0)
    return '{"version": 1, "switches": [{"name": "s", "ports": [' + text + "]}]}"


P = ":3: switches[0].ports[0]"
V = ":3: switches[0].ports[0].vlan"
AT = "switches[0].ports[0].vlan"

WRONG_PORT = [
    (in_port(x=1), f"{P}.x: {PORT_KEYS}"),
    (in_port(vlan=10), f"{V}: must be an object"),
    (in_port(vlan={}), f'{V}: "mode" is missing'),
    (in_port(vlan={"mode": "all"}), f':4: {AT}.mode: "all" is not one of {MODES}'),
    (in_port(vlan={"mode": 1}), f":4: {AT}.mode: must be a string"),
    (in_port(vlan={"mode": "acc"}), f':4: {AT}.mode: "acc" is not one of {MODES}'),
    (in_port(vlan={"mode": "access"}), f'{V}: "vid" is missing'),
    (in_port(vlan={"mode": "trunk"}), f'{V}: "vids" is missing'),
    (in_port(vlan={"mode": "access", "vid": 0}), f":5: {AT}.vid: must be 1 to 4094"),
    (in_port(vlan={"mode": "access", "vid": 4095}), f":5: {AT}.vid: must be 1 to 4094"),
    (in_port(vlan={"mode": "access", "vid": -1}), f":5: {AT}.vid: must be 1 to 4094"),
    (in_port(vlan={"mode": "access", "vid": 1 << 40}), f":5: {AT}.vid: must be 1 to 4094"),
    (in_port(vlan={"mode": "access", "vid": 1.5}), f":5: {AT}.vid: must be a whole number"),
    (in_port(vlan={"mode": "access", "vid": "10"}), f":5: {AT}.vid: must be a whole number"),
    (in_port(vlan={"mode": "access", "vid": True}), f":5: {AT}.vid: must be a whole number"),
    (in_port(vlan={"vids": "1", "mode": "access", "vid": 1}),
     f":4: {AT}.vids: goes with mode trunk or hybrid only"),
    (in_port(vlan={"mode": "none", "native": 1}),
     f":5: {AT}.native: goes with mode trunk only"),
    (in_port(vlan={"mode": "trunk", "vids": "1", "vid": 1}),
     f":6: {AT}.vid: goes with mode access or dot1q-tunnel only"),
    (in_port(vlan={"mode": "hybrid"}), f'{V}: "vids" is missing'),
    (in_port(vlan={"mode": "hybrid", "pvid": 1}), f'{V}: "vids" is missing'),
    (in_port(vlan={"mode": "dot1q-tunnel", "cvlans": "1"}), f'{V}: "vid" is missing'),
    (in_port(vlan={"mode": "hybrid", "vids": "1", "native": 1}),
     f":6: {AT}.native: goes with mode trunk only"),
    (in_port(vlan={"mode": "trunk", "vids": "1", "untagged": "1"}),
     f":6: {AT}.untagged: goes with mode hybrid only"),
    (in_port(vlan={"mode": "access", "vid": 1, "pvid": 1}),
     f":6: {AT}.pvid: goes with mode hybrid only"),
    (in_port(vlan={"mode": "access", "vid": 1, "cvlans": "1"}),
     f":6: {AT}.cvlans: goes with mode dot1q-tunnel only"),
    (in_port(vlan={"mode": "trunk", "vids": "1", "native_tagged": True}),
     f':6: {AT}.native_tagged: goes with "native" only'),
    (in_port(vlan={"mode": "trunk", "native": 1, "native_tagged": 1}),
     f":6: {AT}.native_tagged: must be true or false"),
    (in_port(vlan={"mode": "hybrid", "vids": "1", "untagged": ""}),
     f":6: {AT}.untagged: an element of the VLAN list is empty"),
    (in_port(vlan={"mode": "hybrid", "vids": "1", "pvid": 0}),
     f":6: {AT}.pvid: must be 1 to 4094"),
    (in_port(vlan={"mode": "dot1q-tunnel", "vid": 1, "cvlans": "4095"}),
     f':6: {AT}.cvlans: "4095" is not a VLAN id from 0 to 4094 or a range'),
    (in_port(vlan={"mode": "trunk", "vids": ""}),
     f":5: {AT}.vids: an element of the VLAN list is empty"),
    (in_port(vlan={"mode": "trunk", "vids": "5-1"}),
     f':5: {AT}.vids: "5-1" is a reversed range; write the lower id first'),
    (in_port(vlan={"mode": "trunk", "vids": "0"}),
     f':5: {AT}.vids: "0" is not a VLAN id from 1 to 4094 or a range'),
    (in_port(vlan={"mode": "trunk", "vids": [1]}), f":5: {AT}.vids: must be a string"),
    (in_port(vlan={"mode": "trunk", "x": 1}),
     f":5: {AT}.x: unknown key; expected mode, vid, vids, native, native_tagged, untagged, "
     "pvid, cvlans, services"),
    (in_port(admit="x"), f'{P}.admit: "x" is not one of mode, all, tagged, untagged'),
    (in_port(ingress_filter="on"), f"{P}.ingress_filter: must be true or false"),
    (in_port(vid_map=""), f'{P}.vid_map: "" {MAPPING}'),
    (in_port(vid_map="1:2,3"), f'{P}.vid_map: "3" {MAPPING}'),
    (in_port(vid_map={}), f"{P}.vid_map: must be a string"),
    (in_port(pcp_table="8P0D"), f'{P}.pcp_table: "8P0D" is not one of 8p0d, 7p1d, 6p2d, 5p3d'),
    (in_port(use_dei=1), f"{P}.use_dei: must be true or false"),
    (in_port(prio_regen="0,1,2,3,4,5,6,8"), f'{P}.prio_regen: "0,1,2,3,4,5,6,8" {PRIOS}'),
    (in_port(prio_regen=[0, 1]), f"{P}.prio_regen: must be a string"),
    (in_port(default_prio=8), f"{P}.default_prio: must be 0 to 7"),
    (in_port(priority_tags=False), f"{P}.priority_tags: must be a string"),
    (in_port(adminstate=True), f"{P}.adminstate: must be a string"),
    (in_port(adminstate="on"), f'{P}.adminstate: "on" is not one of down, up'),
    (in_port(learn=1), f"{P}.learn: must be true or false"),
    (in_port(learn="on"), f"{P}.learn: must be true or false"),
    (in_port(flood=None), f"{P}.flood: must be true or false"),
    (in_port(fdb_max=1048577), f"{P}.fdb_max: must be 0 to 1048576"),
    (in_port(role="uplink"), f'{P}.role: goes with "nic" or "bind" only'),
    (in_port(nic=""), f"{P}.nic: must not be empty"),
    (in_port(nic=None), f"{P}.nic: must be a string"),
    (in_port(bind="abcdefghijklmnop"),
     f'{P}.bind: "abcdefghijklmnop" is 16 bytes long; at most 15 are allowed'),
    (in_port(desc="d" * 128), f'{P}.desc: "{"d" * 40}..." is 128 bytes long; '
     "at most 127 are allowed"),
    (in_port(desc=1), f"{P}.desc: must be a string"),
]


def in_lines(*settings):
    """The last object of the last array stands in the last line."""
    text = json.dumps(config(*settings[1:], nics=settings[0]))
    return text.replace('{"name"', '\n{"name"').replace('{"mac"', '\n{"mac"')


def nic(name="n", **settings):
    return {"name": name, "kind": "guest", **settings}


WRONG_OTHERS = [
    (in_lines((), switch("")), ":2: switches[0].name: must not be empty"),
    (in_lines((), switch(1)), ":2: switches[0].name: must be a string"),
    (in_lines((), switch(mtu=67)), ":2: switches[0].mtu: must be 68 to 65535"),
    (in_lines((), switch(mtu=65536)), ":2: switches[0].mtu: must be 68 to 65535"),
    (in_lines((), switch(ageing_ms=9999)),
     ":2: switches[0].ageing_ms: must be 10000 to 1000000000"),
    (in_lines((), switch(fdb_max=0)), ":2: switches[0].fdb_max: must be 1 to 1048576"),
    (in_lines((), switch(protocol="0x8100")),
     ':2: switches[0].protocol: "0x8100" is not one of 802.1q, 802.1ad'),
    (in_lines((), switch(type="ext")),
     ':2: switches[0].type: "ext" is not one of private, internal, external'),
    (in_lines([nic(kind="netdev")]), ':2: nics[0].kind: "netdev" is not one of host, guest, tap'),
    (in_lines([{"name": "n"}]), ':2: nics[0]: "kind" is missing'),
    (in_lines([nic(queues=65)]), ":2: nics[0].queues: must be 1 to 64"),
    (in_lines([nic(mac="1:2")]),
     ':2: nics[0].mac: "1:2" is not a MAC address such as 02:00:00:00:00:01'),
    (in_lines([nic(mac="01:00:00:00:00:00")]),
     ":2: nics[0].mac: must be one station's: not a group address, not all zero"),
    (in_lines([nic(mac="00:00:00:00:00:00")]),
     ":2: nics[0].mac: must be one station's: not a group address, not all zero"),
    (in_lines([nic(), nic("m"), nic()]), ':4: nics[2]: nic "n" is in net.json:2 already'),
    (in_lines((), switch("s"), switch("s")),
     ':3: switches[1]: switch "s" is in net.json:2 already'),
    (in_lines([nic("s")], switch("s")),
     ':2: nics[0]: the name "s" is that of a switch already (net.json:3)'),
    (in_lines((), switch("s", ports=[port("p"), port("q"), port("p")])),
     ':5: switches[0].ports[2]: port "p" of switch "s" is in net.json:3 already'),
    (in_lines((), switch("s", ports=[port("p", nic="e1")]),
              switch("t", ports=[port("p", nic="e1")])),
     ':5: switches[1].ports[0]: nic: "e1" is that of port "p" of switch "s" already '
     "(net.json:3)"),
    (in_lines((), switch("s", ports=[port("p", bind="x"), port("q"), port("r", bind="x")])),
     ':5: switches[0].ports[2]: bind: "x" is that of port "p" of switch "s" already '
     "(net.json:3)"),
    (in_lines((), switch("s", fdb=[{"mac": mac(1), "port": "p"},
                                   {"mac": mac(1), "vlan": 0, "port": "q"}])),
     f':4: switches[0].fdb[1]: fdb "{mac(1)}" vlan 0 of switch "s" is in net.json:3 already'),
    (in_lines((), switch("s", fdb=[{"mac": mac(1), "port": "p", "vlan": 4095}])),
     ":3: switches[0].fdb[0].vlan: must be 0 to 4094"),
    (in_lines((), switch("s", ports=[port(f"p{number}") for number in range(4097)])),
     ":2: switches[0].ports: has 4097 elements; at most 4096 are allowed"),
]


@pytest.mark.short
def test_wrong_shape(files):
    compare(files, WRONG_SHAPE)


def test_wrong_port(files):
    compare(files, WRONG_PORT)


def test_wrong_others(files):
    compare(files, WRONG_OTHERS)


def test_line_of_any_writing(files):
    """White space, escapes, brackets in texts: the line is found all the same."""
    text = ('{"nics": [ ], "versi\\u006fn" : 1 ,\r\n"switches":[{"ports":[\n'
            '{"name":"}]\\"[{\\\\", "desc" : "{\\n[" }\n,\n'
            '{"vlan"\n:\n{ "vid"\n: 5000, "mode" : "access"} , "name":"p"}]\n,'
            '"name":"s"}]}')
    assert files.refused(text, word="diff") == (
        "net.json:7: switches[0].ports[1].vlan.vid: must be 1 to 4094")


# --- Files and folders -------------------------------------------------------------------

def test_large_file(files):
    path = files.write(b" " * 50 * MIB)
    start = time.monotonic()
    line = refused(["diff", "-f", path])
    assert line == f"vswctl: diff: {path}: larger than 16 MiB; split it"
    assert time.monotonic() - start < 5
    done = subprocess.run(["vswctl", "diff", "-f", "-"], input=b" " * 17 * MIB,
                          capture_output=True, timeout=60)
    assert done.stderr == b"vswctl: diff: standard input: larger than 16 MiB; split it\n"
    # what fits is read
    text = json.dumps(config(switch())).ljust(16 * MIB)
    assert call(["diff", "-f", files.write(text)]).status == NO


def test_files_that_cannot_be_read(files, tmp_path):
    missing = str(tmp_path / "missing")
    assert refused(["diff", "-f", missing]).endswith(f"{missing}: No such file or directory")
    (tmp_path / "x.json").mkdir()
    line = refused(["diff", "-f", str(tmp_path)])
    assert line.endswith(f"{tmp_path}/x.json: Is a directory")
    assert refused("diff", USAGE) == "vswctl: diff: -f FILE is missing"
    assert refused("apply --prune", USAGE) == "vswctl: apply: -f FILE is missing"


def test_unreadable_file(files, tmp_path):
    path = files.write("{}")
    os.chmod(path, 0)
    done = subprocess.run(["setpriv", "--bounding-set=-dac_override,-dac_read_search",
                           "--inh-caps=-dac_override,-dac_read_search", "--",
                           "vswctl", "diff", "-f", path], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        FAILED, f"vswctl: diff: {path}: Permission denied\n")


def test_several_files(vsw, files, tmp_path):
    """They are one configuration, in whatever files it stands."""
    one = files.write(config(switch("s1", ports=[port("a", nic="n1")])), "10.json")
    two = files.write(config(switch("s2"), nics=[nic("n1", mac=mac(1))]), "20.json")
    files.write("not read", "notes.txt")
    files.write("not read", ".hidden.json")
    whole = config(switch("s1", ports=[port("a", nic="n1")]), switch("s2"),
                   nics=[nic("n1", mac=mac(1))])
    assert call(["apply", "--prune", "-f", one, "-f", two]).status == DONE
    assert saved() == whole
    assert call(["diff", "--prune", "-f", str(tmp_path)]).status == DONE
    files.write(config(switch("s1")), "30.json")
    assert refused(["apply", "-f", str(tmp_path)]) == (
        f'vswctl: apply: {tmp_path}/30.json:4: switches[0]: switch "s1" is in '
        f"{tmp_path}/10.json:4 already")
    result = call(["apply", "-f", str(tmp_path / "10.json"), "-f", "-"])
    assert result.status == FAILED and "standard input: the file is empty" in result.err


def test_standard_input(vsw):
    text = json.dumps(config(switch()))
    done = subprocess.run(["vswctl", "apply", "-f", "-"], input=text, text=True,
                          capture_output=True)
    assert (done.returncode, done.stderr) == (DONE, "")
    assert saved() == config(switch())


def test_empty_folder(vsw, tmp_path):
    """Nothing to do, and no reason to remove everything."""
    vsw.add_switch()
    assert call(["apply", "-f", str(tmp_path)]).status == DONE
    assert refused(["apply", "--prune", "-f", str(tmp_path)]) == (
        "vswctl: apply: no file is there; --prune would remove everything")
    assert saved() == config(switch())


# --- The schema --------------------------------------------------------------------------

def taken(files, content):
    """Whether vswctl takes it for a configuration."""
    result = call(["diff", "-f", files.write(content)])
    assert result.status in (DONE, NO, FAILED), result
    return result.status != FAILED


def objects_of(schema):
    """(name, schema) of each object that can stand in a file."""
    top = schema.schema["properties"]
    sw = top["switches"]["items"]
    of_port = sw["properties"]["ports"]["items"]
    return {"nic": top["nics"]["items"], "switch": sw, "port": of_port,
            "vlan": of_port["properties"]["vlan"], "fdb": sw["properties"]["fdb"]["items"]}


VLAN_WITH = {"vids": trunk("1"), "native": trunk("1"), "native_tagged": trunk("1", native=1),
             "untagged": {"mode": "hybrid", "vids": "1"},
             "pvid": {"mode": "hybrid", "vids": "1"},
             "cvlans": {"mode": "dot1q-tunnel", "vid": 1},
             "services": {"mode": "dot1q-tunnel", "vid": 1}}


def file_with(kind, key, value):
    """A file with one value in question."""
    base = {"nic": nic(), "switch": switch("s"), "port": port("p"),
            "fdb": {"mac": mac(1), "port": "p"}}
    if kind == "vlan":
        vlan = VLAN_WITH.get(key, access(1))
        return config(switch("s", ports=[port("p", vlan={**vlan, key: value})]))
    thing = {**base[kind], key: value}
    if key == "ports" and kind == "fdb":
        del thing["port"]
    if key == "role":
        thing["nic"] = "e1"
    if kind == "nic":
        return config(nics=[thing])
    if kind == "switch":
        return config(thing)
    return config(switch("s", **{"ports" if kind == "port" else "fdb": [thing]}))


def values_for(known):
    """At the borders of what is allowed and beyond, and of other types."""
    yield from (None, True, 0, -1, 1.5, "", "x", [], {})
    yield from known.get("enum", ())
    for border in (known.get("minimum"), known.get("maximum")):
        if border is not None:
            yield from (border - 1, border, border + 1)
    for border in (known.get("minLength"), known.get("maxLength")):
        if border:
            yield from ("a" * (border - 1), "a" * border, "a" * (border + 1))
    if "pattern" in known:
        yield from (mac(7), "02:00:00:00:00", "01:00:00:00:00:07", "00:00:00:00:00:00",
                    "1", "1-5,7", "1,,2", ",", "a-b", "1:2", "1-5:7,10:1", "1:", "1:2-3",
                    "0,1,2,3,4,5,6,7", "7,7,7,7,7,7,7,7", "0,1,2,3,4,5,6", "8,1,2,3,4,5,6,7")


def test_schema_and_tool_agree(schema, files):
    """Each key, at its borders: what one takes the other takes."""
    wrong = []
    for kind, known in objects_of(schema).items():
        for key, of_key in known["properties"].items():
            for value in values_for(of_key):
                content = file_with(kind, key, value)
                if schema.is_valid(content) != taken(files, content):
                    wrong.append((kind, key, value))
    assert not wrong


def test_schema_takes_what_the_tool_takes(schema, files):
    """What the other tests find wrong within one object is wrong by the schema too."""
    for content, said in WRONG_SHAPE[2:] + WRONG_PORT + WRONG_OTHERS:
        if "already" in said or "1.0" in content:           # not for it to say
            continue
        if "4095" in content or "a reversed range" in said:     # nor numbers in texts
            continue
        assert not schema.is_valid(json.loads(content)), content


def test_schema_has_all_keys(schema, files):
    """A key that the schema does not have is none of the tool's, and vice versa."""
    for kind, known in objects_of(schema).items():
        line = files.refused(file_with(kind, "unknown", 1), word="diff")
        listed = line.partition("unknown key; expected ")[2].split(", ")
        assert listed == list(known["properties"]), kind
