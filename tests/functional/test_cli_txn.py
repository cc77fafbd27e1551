# SPDX-License-Identifier: GPL-2.0
"""vswctl: several commands as one transaction, with -- and with -f, and --dry-run.

            h1
            |           n1 host: made by nic add
     +------e1----+    +------+
     | p1   p2    |    | q1   |
     +--- sw0 ----+    +-sw1--+
      vlan 7            private

An error says which command it was, and in a file at which line; then nothing was
changed and no event was sent.
"""

import contextlib
import os
import shlex
import subprocess
import time

import pytest

from lib import genl, ns
from lib.frames import mac
from lib.genl import access
from lib.vswctl import DONE, FAILED, USAGE, call, one, refused, run

pytestmark = pytest.mark.tool

MAX = 16384             # commands of a transaction
NO_PORT = "no such port; see vswctl port show"
TAKEN = "the name is taken; choose another or use --may-exist"
NOTHING = 'no command is given; "--" stands between two'
CHANGES_NOTHING = "it changes nothing; give it alone, not in a transaction"


@pytest.fixture
def crowd(vsw, links):
    """See the drawing above."""
    vsw.add_switch()
    vsw.add_switch("sw1", type="private")
    links.add_veth("e1", "h1")
    links.up("h1")
    vsw.add_nic("n1", "host")
    vsw.add_port("sw0", "p1", **access(7))
    vsw.add_port("sw0", "p2", nic="e1", role="uplink")
    vsw.add_port("sw1", "q1")
    vsw.add_fdb("sw0", mac(1), "p1", vid=7)
    vsw.wait_port("sw0", "p2")
    return vsw


def state(vsw):
    return [vsw.switches(), vsw.ports(), vsw.nics(), vsw.fdb()]


@contextlib.contextmanager
def unchanged(vsw):
    """Neither the state nor an event tells that something was tried."""
    before = state(vsw)
    events = genl.Events()
    yield
    assert events.read(0.05) == []
    events.close()
    assert state(vsw) == before


@pytest.fixture
def script(tmp_path):
    """Writes a file of commands; its path."""
    def write(text):
        path = tmp_path / "net.vsw"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)
    return write


def fed(text, *options):
    """Commands on standard input: status, output, error."""
    done = subprocess.run(["vswctl", *options, "-f", "-"], input=text.encode(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# --- Bad usage: nothing is sent -----------------------------------------------

CHAINS = [
    ("-- switch add x", f"command 1 of 2: {NOTHING}"),
    ("switch add x --", f"command 2 of 2: {NOTHING}"),
    ("switch add x -- -- switch add y", f"command 2 of 3: {NOTHING}"),
    ("--", f"command 1 of 2: {NOTHING}"),
    ("-j -- switch add x", f"command 1 of 2: {NOTHING}"),
    ("switch add x -- zap -- switch add y", 'command 2 of 3: "zap" is not an object; '
     "expected switch, port, nic, fdb, vlan, stats, show, monitor, wait-until, "),
    ("switch add x -- port zap", 'command 2 of 2: port: "zap" is not a verb; expected add, '
     "set, del, show, exists, get, help"),
    ("switch add x -- port add x", "command 2 of 2: port add x: PORT is missing"),
    ("switch add x mtu -- port add x y", "command 1 of 2: switch add x: mtu: N is missing"),
    ("switch add x -- port add x y vlan access 0", 'command 2 of 2: port add x y: vlan: "0" '
     "is not a VLAN id from 1 to 4094"),
    ("switch add x -- switch show", f"command 2 of 2: switch show: {CHANGES_NOTHING}"),
    ("switch add x -- port get x y vlan",
     f"command 2 of 2: port get x y vlan: {CHANGES_NOTHING}"),
    ("switch exists x -- switch add x", f"command 1 of 2: switch exists x: {CHANGES_NOTHING}"),
    ("switch add x -- wait-until switch x",
     f"command 2 of 2: wait-until switch x: {CHANGES_NOTHING}"),
    ("switch add x -- help", f"command 2 of 2: help: {CHANGES_NOTHING}"),
    ("switch add x -- --may-exist switch del x",
     "command 2 of 2: switch del: --may-exist goes with add only"),
    ("switch add x -- --if-exists port add x y",
     "command 2 of 2: port add: --if-exists goes with del, set and get only"),
    ("switch add x -- -j switch add y",
     "command 2 of 2: -j: it stands in front of the first command"),
    ("-t switch add x -- switch add y", "-t goes with monitor only"),
    ("-f /dev/null switch add x -- switch add y",
     "-f FILE stands in place of a command; leave one out"),
    ("-f /dev/null switch add x",
     "switch add x: -f FILE stands in place of a command; leave one out"),
    ("--may-exist -f /dev/null",
     "--may-exist stands in front of a command, in its line of the file"),
    ("--if-exists -f /dev/null",
     "--if-exists stands in front of a command, in its line of the file"),
    ("--dry-run show", "show: --dry-run goes with commands that change something"),
    ("--dry-run monitor", "monitor: --dry-run goes with commands that change something"),
]


def test_bad_chains(vsw):
    with unchanged(vsw):
        wrong = []
        for words, text in CHAINS:
            line = refused(words, USAGE)
            if not (line.startswith(f"vswctl: {text}") if text.endswith(", ")
                    else line == f"vswctl: {text}"):
                wrong.append(f"vswctl {words}\n  {line}")
        assert not wrong, "\n".join(wrong)


NO_TEXT = "is no text; is this a file of commands?"
BAD_FILES = [
    ("zap\n", 1, '"zap" is not an object; '),
    ("\n# comment\n\nswitch add x\n\tport add x\n", 5, "port add x: PORT is missing"),
    ("switch add x\nswitch add x mtu 1 mtu 2\nzap\n", 2,
     'switch add x: "mtu" is given twice'),
    ("switch add x\nswitch show\n", 2, f"switch show: {CHANGES_NOTHING}"),
    ("switch add x\n--\n", 2, NOTHING),
    ("switch add x --\n", 1, NOTHING),
    ("-- switch add x\n", 1, NOTHING),
    ("switch add x -- port add x\n", 1, "port add x: PORT is missing"),
    ("switch add x -- zap # but\n", 1, '"zap" is not an object; '),
    ("switch add x\n-j switch add y\n", 2, "-j: it stands in front of the first command"),
    ("switch add x\nport set x y desc 'open\n", 2,
     "the quote ' is not closed in this line"),
    ('port set x y desc "open\n', 1, 'the quote " is not closed in this line'),
    ('port set x y desc "open\\"\n', 1, 'the quote " is not closed in this line'),
    ('port set x y desc "open\\', 1, 'the quote " is not closed in this line'),
    ("switch add x \\\nup\n", 1, "a backslash ends the line; a command stands in one line"),
    ("switch add ''\n", 1, "switch add: NAME: a name is expected, not an empty word"),
    ("switch add x\nswitch add \0y\n", 2, f"octet 0x00 {NO_TEXT}"),
    (b"\x7fELF\x02\x01\x01\x00", 1, f"octet 0x7f {NO_TEXT}"),
    ("switch add x\n\x1b[1m\n", 2, f"octet 0x1b {NO_TEXT}"),
    ("switch add x\n# " + 65535 * "x", 2, "the line is longer than 65536 octets"),
    ("# " + 65534 * "x" + "\nzap", 2, '"zap" is not an object; '),
]


def test_bad_files(vsw, script):
    with unchanged(vsw):
        wrong = []
        for text, number, problem in BAD_FILES:
            path = script(text)
            expected = f"vswctl: {path}:{number}: {problem}"
            line = refused(f"-f {path}", USAGE)
            if not line.startswith(expected) or (line != expected and problem[-2:] != "; "):
                wrong.append(f"expected  {expected}\nobserved  {line}")
        assert not wrong, "\n".join(wrong)


def test_files_that_cannot_be_read(vsw, tmp_path):
    with unchanged(vsw):
        assert refused(f"-f {tmp_path}/none") == (
            f"vswctl: {tmp_path}/none: No such file or directory")
        assert refused(f"-f {tmp_path}") == f"vswctl: {tmp_path}: Is a directory"
        path = tmp_path / "secret"
        path.touch(mode=0o000)
        assert ns.refused("setpriv", "--bounding-set=-dac_override,-dac_read_search",
                          "vswctl", "-f", str(path)) == (
            f"vswctl: {path}: Permission denied\n")
        assert refused("-f /dev/zero", USAGE) == f"vswctl: /dev/zero:1: octet 0x00 {NO_TEXT}"


def test_files_without_a_command(vsw, script):
    with unchanged(vsw):
        for text in ("", "\n", "\n\n \t\r\n", "# nothing\n", "#", "   # x\n\n#\ty"):
            assert run(f"-f {script(text)}") == ""
            assert fed(text) == (DONE, "", "")
        assert run("-f /dev/null") == ""


def test_too_many_commands(vsw, script):
    vsw.add_switch()
    with unchanged(vsw):
        path = script("switch set sw0 up\n" * (MAX + 1))
        assert refused(f"-f {path}", USAGE) == (
            f"vswctl: {path}:{MAX + 1}: switch set sw0: more than {MAX} commands; "
            "a transaction has no room for them")


def test_large_files(vsw, tmp_path):
    """50 MB, neither read into memory nor taking long."""
    path = tmp_path / "large"
    vsw.add_switch()
    with unchanged(vsw):
        for line in (b"switch set sw0 up\n", b"# comment, no command\n", b"x"):
            with open(path, "wb") as file:
                for _ in range(50):
                    file.write(line * (1000000 // len(line)))
            begin = time.monotonic()
            limited = call(["-f", str(path)], preexec_fn=limit_memory)
            assert time.monotonic() - begin < 30
            assert limited.status == (DONE if line[:1] == b"#" else USAGE), limited
    os.unlink(path)


def limit_memory():
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (64 << 20, 64 << 20))


# --- Transactions -------------------------------------------------------------

@pytest.mark.short
def test_chain(vsw, links):
    """What a command makes, those behind it use."""
    links.add_veth("e1", "h1")
    assert run(f"""
        switch add sw0 type external --
        port add sw0 up1 vlan trunk 1-4094 nic e1 role uplink --
        nic add n1 type host -- port add sw0 web vlan access 10 nic n1 --
        port add sw0 fw vlan trunk 10,20 native 1 -- port set sw0 fw desc -x --
        fdb add sw0 {mac(1)} vlan 10 port web -- port add sw0 gone -- port del sw0 gone""") == ""
    assert [port["name"] for port in vsw.ports()] == ["up1", "web", "fw"]
    assert one("port show sw0 web")["nic"] == "n1"
    assert one("port show sw0 fw")["desc"] == "-x"
    assert one("fdb")["port"] == "web"
    run(f"nic disconnect n1 -- fdb flush sw0 static -- port set sw0 web nic n1 -- "
        f"nic disconnect e1 -- port del sw0 up1 -- nic del n1 -- "
        f"--may-exist fdb add sw0 {mac(2)} vlan 10 port web")
    assert [port["name"] for port in vsw.ports()] == ["web", "fw"]
    assert one("fdb")["mac"] == mac(2)


STEPS = ["switch add sw5", "port add sw5 a vlan access 3", "port set sw0 p1 desc new",
         "nic add n5 type guest", "nic connect n5 sw5 a", "port del sw0 p2",
         f"fdb del sw0 {mac(1)} vlan 7", "switch set sw1 down mtu 1400", "switch del sw1"]


def test_refused_at_every_place(crowd):
    """Nothing is left of the commands before it, and those behind it are not done."""
    for place in range(len(STEPS) + 1):
        chain = [*STEPS[:place], "port set sw0 p9 up", *STEPS[place:]]
        with unchanged(crowd):
            assert refused(" -- ".join(chain)) == (
                f"vswctl: command {place + 1} of {len(chain)}: port set sw0 p9: {NO_PORT}")
    run(" -- ".join(STEPS))
    assert [switch["name"] for switch in crowd.switches()] == ["sw0", "sw5"]


REFUSED = [
    ("switch add a -- switch add a", f"command 2 of 2: switch add a: {TAKEN}"),
    ("switch add a mtu 67 -- switch add b",
     "command 1 of 2: switch add a: mtu: the MTU must be 68 to 65535"),
    ("switch add a -- port add a b learn off fdb-max 1048577", "command 2 of 2: port add a b:"
     " fdb-max: the limit of entries must be 1 to 1048576, or 0 for the switch's limit only"),
    ("switch del sw0 -- port add sw0 p1",
     "command 2 of 2: port add sw0 p1: no such switch; see vswctl switch show"),
    ("port set sw0 p1 desc x -- port set sw1 q1 nic n1", "command 2 of 2: port set sw1 q1: a "
     "switch of type private admits no host NICs; use type internal or external"),
]


def test_refusals(crowd):
    for words, text in REFUSED:
        with unchanged(crowd):
            assert refused(words) == f"vswctl: {text}"


def test_conditions_are_of_one_command(crowd):
    run("--may-exist switch add sw0 mtu 1400 -- --if-exists port del sw0 p9 -- "
        "--if-exists switch set sw9 up -- --may-exist port add sw0 p1 desc x -- "
        "--if-exists port set sw0 p2 desc y -- --if-exists nic del n9")
    assert one("switch show sw0")["mtu"] == 1400
    assert (one("port show sw0 p1")["desc"], one("port show sw0 p2")["desc"]) == ("x", "y")
    with unchanged(crowd):
        assert refused("--may-exist switch add sw0 -- switch add sw1") == (
            f"vswctl: command 2 of 2: switch add sw1: {TAKEN}")
        assert refused("--if-exists port del sw0 p9 -- port del sw0 p9") == (
            f"vswctl: command 2 of 2: port del sw0 p9: {NO_PORT}")
        assert refused("--if-exists port set sw0 p1 nic x -- switch add y") == (
            "vswctl: command 1 of 2: port set sw0 p1: no such network device; see ip link, "
            "or make it with vswctl nic add")


def test_one_event_for_each_change(vsw):
    """When all is done, and in order."""
    events = genl.Events()
    run("switch add sw0 -- port add sw0 a -- port add sw0 b -- port del sw0 a -- "
        "nic add n1 type guest")
    seen = [(event["object"], event["command"], event["name"])
            for event in events.read(0.1)]
    events.close()
    assert [name for _, _, name in seen if name != "sw0"][-1] == "n1"
    assert seen[0] == ("switch", "switch_ntf", "sw0")


# --- Files --------------------------------------------------------------------

FILE = """\
# a small network\r
switch add sw0 type external      # its comment

\tport add sw0 web vlan access 10 desc 'web server, "main"' -- port add sw0 db
port set sw0 db desc "it's \\"here\\" \\a \\\\" vlan trunk 1,2
--may-exist port add "sw0" w'e'b desc we\\ b#1
--if-exists port del sw0 none
port add sw0 hash desc #no value"""


def test_file(vsw, script):
    path = script(FILE.replace("#no value", "'#a value'"))
    assert run(f"-f {path}") == ""
    assert [(port["name"], port["desc"]) for port in vsw.ports()] == [
        ("web", "we b#1"), ("db", 'it\'s "here" \\a \\'), ("hash", "#a value")]
    run("switch del sw0")
    with open(path) as file:
        assert fed(file.read()) == (DONE, "", "")
    assert len(vsw.ports()) == 3
    path = script(FILE)
    with unchanged(vsw):
        assert refused(f"-f {path}", USAGE) == (
            f"vswctl: {path}:8: port add sw0 hash: desc: TEXT is missing")


def test_refused_in_a_file(crowd, script):
    path = script("# one\nswitch add x -- port add x a\n\nport add x b\nport add x a\n"
                  "port add x c\n")
    with unchanged(crowd):
        assert refused(f"-f {path}") == (
            f"vswctl: {path}:5: command 4 of 5: port add x a: {TAKEN}")
        status, out, err = fed("port set sw0 p9 up")
        assert (status, out, err) == (FAILED, "", "vswctl: standard input:1: command 1 of 1: "
                                      f"port set sw0 p9: {NO_PORT}\n")


def test_many_commands(vsw, script):
    """As many as there is room for, in many messages; the last one is refused, and not."""
    vsw.add_switch()
    vsw.add_port("sw0", "p")
    text = f"port set sw0 p desc {120 * 'd'}\n" * (MAX - 1)
    with unchanged(vsw):
        path = script(text + "port set sw0 q up")
        assert refused(f"-f {path}") == (
            f"vswctl: {path}:{MAX}: command {MAX} of {MAX}: port set sw0 q: {NO_PORT}")
    run(f"-f {script(text + 'port set sw0 p desc end')}")
    assert vsw.port("sw0", "p")["desc"] == "end"


def test_many_ports(vsw, script):
    lines = ["switch add sw0"]
    for number in range(1000):
        lines.append(f"port add sw0 p{number} vlan trunk 1-{number + 1} desc '{number}'")
    assert run(f"-f {script(chr(10).join(lines))}") == ""
    ports = vsw.ports()
    assert [port["name"] for port in ports] == [f"p{number}" for number in range(1000)]
    assert one("port show sw0 p776")["vlans"] == "1-777"
    with unchanged(vsw):
        path = script("\n".join(f"port del sw0 p{number}" for number in range(1001)))
        assert refused(f"-f {path}") == (
            f"vswctl: {path}:1001: command 1001 of 1001: port del sw0 p1000: {NO_PORT}")


# --- Dry run ------------------------------------------------------------------

def test_dry_run(crowd, script):
    chain = " -- ".join(STEPS)
    path = script("\n".join(STEPS))
    with unchanged(crowd):
        for words in (chain, f"-f {path}", *STEPS[2:4], "switch del sw0", "fdb flush sw0"):
            assert run(f"--dry-run {words}") == "", words
        for words, status, text in (
                ("port set sw0 p9 up", FAILED, f"port set sw0 p9: {NO_PORT}"),
                ("switch add sw0", FAILED, f"switch add sw0: {TAKEN}"),
                (f"{chain} -- switch add sw0", FAILED,
                 f"command 10 of 10: switch add sw0: {TAKEN}"),
                ("port set sw0 p9", USAGE,
                 "port set sw0 p9: no setting is given; expected at least one")):
            assert refused(f"--dry-run {words}", status) == f"vswctl: {text}"
        assert run("--dry-run --may-exist switch add sw0 mtu 1400") == ""
        assert run("--dry-run --if-exists switch del sw9") == ""
        assert fed("switch add x", "--dry-run") == (DONE, "", "")


def test_without_privilege(crowd):
    unprivileged = ["setpriv", "--bounding-set=-net_admin", "vswctl"]
    denied = "Operation not permitted; CAP_NET_ADMIN is needed\n"
    with unchanged(crowd):
        assert ns.refused(*unprivileged, *shlex.split("switch del sw0 -- switch del sw1")) == (
            f"vswctl: transaction: {denied}")
        assert ns.refused(*unprivileged, *shlex.split("--dry-run switch del sw0")) == (
            f"vswctl: switch del sw0: {denied}")


def test_in_another_namespace(vsw, script):
    ns.add("red")
    run("-n red switch add there -- port add there a")
    run(f"-n red -f {script('port add there b')}")
    assert run("-n red -o port").count("switch there ") == 2
    assert vsw.switches() == []
    run("-n red switch del there")
