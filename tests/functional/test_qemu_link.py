# SPDX-License-Identifier: GPL-2.0
"""vswctl qemu-link, against a server that plays the virtual machine, well and badly.
Against the real one: test_qemu.py.

     +--------- sw0 ---------+
     | p1                    |        the port's link
     +-+---------------------+             |
       vm0  vswtap                    vswctl qemu-link  --- QMP --->  the server
"""

import shlex
import signal
import time

import pytest

from lib import unit
from lib.module import needed
from lib.qemulink import GREETING, Helper, Machine
from lib.vswctl import USAGE, refused

UNIT = "vswitch-qemu-link@.service"
PATH = "/tmp/qmp"
MAC, OTHER = "52:54:00:00:00:01", "52:54:00:00:00:02"
ANSWER_S = 5        # so long the helper waits for an answer
EVENTS_LOST = 12000

pytestmark = pytest.mark.tool


@pytest.fixture
def nic(bed):
    bed.switch()
    bed.vsw.add_nic("vm0", "tap", mac=MAC)
    bed.links.up("vm0")
    bed.vsw.add_port("sw0", "p1", nic="vm0")
    bed.vsw.wait_port("sw0", "p1")
    return "vm0"


@pytest.fixture
def machine(bed):
    return bed.keep(Machine(PATH))


@pytest.fixture
def start(bed, nic):
    def run(*words, options=()):
        return bed.keep(Helper(nic, PATH, *words, options=options))
    return run


def shut(bed, up=0):
    bed.vsw.set_port("sw0", "p1", up=up)


def met(machine):
    """A machine with one NIC, which was told that its link is up."""
    peer = machine.accept()
    peer.negotiate()
    peer.cards(("net0", MAC))
    assert peer.link() == ("net0", True)
    return peer


# --- Words -----------------------------------------------------------------------

@pytest.mark.parametrize("words, line", [
    ("qemu-link", "qemu-link: NAME is missing"),
    ("qemu-link vm0", "qemu-link vm0: QMP-SOCKET is missing"),
    ("qemu-link vm0 ''", "qemu-link vm0: QMP-SOCKET: a path is expected, not an empty word"),
    ("qemu-link vm0 s device", "qemu-link vm0 s: device: ID is missing"),
    ("qemu-link vm0 s device ''",
     "qemu-link vm0 s: device: an id of 1 to 127 characters is expected"),
    ("qemu-link vm0 s wait", "qemu-link vm0 s: wait: TIME is missing")])
def test_usage(words, line):
    assert refused(words, USAGE) == f"vswctl: {line}"


def test_path_that_is_too_long(bed, nic):
    helper = bed.keep(Helper(nic, "/" + 200 * "x"))
    assert helper.complaint().endswith("File name too long")


# --- A machine as it should be ------------------------------------------------------

def test_link_follows(bed, machine, start):
    helper = start()
    peer = met(machine)
    assert [helper.line(), helper.line()] == ["vm0 machine found", "vm0 up"]
    for _ in range(3):
        shut(bed)
        assert peer.link() == ("net0", False)
        assert helper.line() == "vm0 down: port-down"
        shut(bed, 1)
        assert peer.link() == ("net0", True)
        assert helper.line() == "vm0 up"
    bed.vsw.disconnect("vm0")
    assert peer.link() == ("net0", False)
    assert helper.line() == "vm0 down: no-port"
    bed.vsw.connect("vm0", "sw0", "p1")
    assert peer.link() == ("net0", True)
    bed.links.down("vm0")
    assert peer.link() == ("net0", False)
    assert [helper.line(), helper.line()] == ["vm0 up", "vm0 down: nic-down"]
    assert helper.stop() == (0, "", "")


def test_other_events_are_no_reason_to_talk(bed, machine, start):
    start()
    peer = met(machine)
    bed.vsw.set_port("sw0", "p1", desc="text")
    bed.vsw.add_fdb("sw0", OTHER, "p1")
    bed.vsw.add_port("sw0", "p2")
    assert peer.quiet()


def test_nic_that_comes_later(bed, machine, start):
    """Its machine is there first; the port is bound."""
    bed.vsw.del_nic("vm0")
    bed.vsw.set_port("sw0", "p1", bind="vm0")
    helper = start("device", "net7")
    peer = machine.accept()
    peer.negotiate()
    assert peer.link() == ("net7", False)
    assert [helper.line(), helper.line()] == ["vm0 machine found", "vm0 down: no-nic"]
    bed.vsw.add_nic("vm0", "tap")
    bed.links.up("vm0")
    assert peer.link() == ("net7", True)
    assert helper.line() == "vm0 up"


@pytest.mark.parametrize("cards, name", [
    ([("a", OTHER), ("b", MAC)], "b"), ([("b", MAC.upper())], "b")])
def test_which_nic(machine, start, cards, name):
    start()
    peer = machine.accept()
    peer.negotiate()
    peer.cards(*cards)
    assert peer.link() == (name, True)


@pytest.mark.parametrize("cards", [
    [], [("a", OTHER)], [("a", OTHER), ("b", OTHER)], [("a", MAC), ("b", MAC)], [("x" * 200, MAC)]])
def test_nic_that_cannot_be_told(machine, start, cards):
    """It may be plugged in later: it is asked for again, and complained of once."""
    helper = start()
    peer = machine.accept()
    peer.negotiate()
    for _ in range(3):
        peer.cards(*cards)
    peer.cards(("a", OTHER), ("b", MAC))
    assert peer.link() == ("b", True)
    assert helper.until("vm0 up") == ["vm0 machine found", "vm0 up"]
    status, out, err = helper.stop()
    assert (status, out) == (0, "")
    assert len(err.splitlines()) == 1 and err.endswith("; name it with device ID\n")


def test_machine_is_started_again(bed, machine, start):
    helper = start()
    met(machine)
    assert [helper.line(), helper.line()] == ["vm0 machine found", "vm0 up"]
    shut(bed)
    assert machine.peers[0].link() == ("net0", False)
    machine.close()
    shut(bed, 1)
    shut(bed)
    again = bed.keep(Machine(PATH))
    peer = again.accept()
    peer.negotiate()
    peer.cards(("net0", MAC))
    assert peer.link() == ("net0", False)
    assert helper.until("vm0 machine gone") == ["vm0 down: port-down", "vm0 machine gone"]
    assert helper.until("vm0 down: port-down") == ["vm0 machine found",
                                                   "vm0 down: port-down"]
    assert helper.stop() == (0, "", "")


def test_nic_is_unplugged_from_the_machine_and_back(machine, start):
    """What comes is another one, whose link is up whatever the last one's was."""
    helper = start("device", "net0")
    peer = machine.accept()
    peer.negotiate()
    assert peer.link() == ("net0", True)
    peer.send({"event": "DEVICE_DELETED", "data": {"device": "net0"}})
    for _ in range(2):
        peer.refuse(peer.expect("set_link"), "Device 'net0' not found", "DeviceNotFound")
    assert peer.link() == ("net0", True)
    assert peer.quiet()
    assert helper.complaint() == (
        f"vswctl: qemu-link vm0 {PATH}: Device 'net0' not found")
    assert helper.stop() == (0, "vm0 machine found\nvm0 up\n", "")


def test_events_that_were_lost(bed, machine, start):
    helper = start()
    peer = met(machine)
    helper.freeze()
    for number in range(EVENTS_LOST):
        bed.vsw.set_port("sw0", "p1", desc=str(number))
    shut(bed)
    helper.thaw()
    assert peer.link() == ("net0", False)
    shut(bed, 1)
    assert peer.link() == ("net0", True)


# --- Its end -----------------------------------------------------------------------

@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal(machine, start, number):
    helper = start()
    met(machine)
    helper.process.send_signal(number)
    status, _, err = helper.ended()
    assert (status, err) == (0, "")


def test_machine_that_never_comes(start):
    before = time.monotonic()
    assert start("wait", "400ms").ended() == (0, "", "")
    assert time.monotonic() - before >= 0.4


def test_machine_that_is_gone_for_good(machine, start):
    helper = start("wait", "400ms")
    met(machine)
    helper.until("vm0 up")
    machine.close()
    assert helper.ended() == (0, "vm0 machine gone\n", "")


def test_timeout(machine, start):
    helper = start(options=["--timeout", "1"])
    met(machine)
    assert helper.ended() == (0, "vm0 machine found\nvm0 up\n", "")


# --- A machine as it should not be ----------------------------------------------------

NO_QMP = "what answers does not speak QMP"


def still_works(machine, helper, complaint):
    """After what it was told, it comes again, and the next machine is a good one."""
    assert met(machine)
    helper.until("vm0 up")
    said = f"vswctl: qemu-link vm0 {PATH}: {complaint}\n" if complaint else ""
    assert helper.stop() == (0, "", said)


@pytest.mark.parametrize("data", [
    b"hello\n", b"\n", b"[]\n", b"1\n", b"null\n", b"{\n", b"{}\n", b'{"QMP"\n', b"\0\n",
    b"\xff\xfe\n", b'{"a": "\xff"}\n', b"{" * 100000 + b"\n", b"[" * 100000 + b"\n",
    b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n", b"x" * (1 << 21),
    b'{"return": {}, "id": 1}\n'],
    ids=lambda data: repr(data[:10]))
def test_greeting_is_no_greeting(machine, start, data):
    helper = start()
    peer = machine.accept()
    peer.send_octets(data)
    assert peer.hung_up()
    still_works(machine, helper, NO_QMP)


@pytest.mark.parametrize("data", [b"hello\n", b"[]\n", b"{" * 3000 + b"\n", b"x" * (1 << 21)],
                         ids=lambda data: repr(data[:10]))
def test_answer_is_no_answer(machine, start, data):
    helper = start()
    peer = machine.accept()
    peer.negotiate()
    peer.expect("query-rx-filter")
    peer.send_octets(data)
    assert peer.hung_up()
    still_works(machine, helper, NO_QMP)


def test_noise_between_answers(bed, machine, start):
    helper = start()
    peer = met(machine)
    helper.until("vm0 up")
    peer.send_octets(b"noise\n")
    assert peer.hung_up()
    helper.until("vm0 machine gone")
    peer = machine.accept()
    peer.negotiate()
    peer.cards(("net0", MAC))
    message = peer.expect("set_link")       # and right behind an answer
    peer.send_octets(b'{"return": {}, "id": %d}\nnoise\n' % message["id"])
    assert peer.hung_up()
    helper.until("vm0 machine gone")
    still_works(machine, helper, "")


@pytest.mark.parametrize("result", [
    None, 5, "text", {}, [None], [1, [2]], [{}], [{"name": 5, "main-mac": MAC}],
    [{"name": "a", "main-mac": 5}, {"name": "b", "main-mac": "no address"}]], ids=repr)
def test_list_of_nics_is_no_list(machine, start, result):
    helper = start()
    peer = machine.accept()
    peer.negotiate()
    message = peer.expect("query-rx-filter")
    peer.send({"return": result, "id": message["id"]})
    peer.cards(("net0", MAC))
    assert peer.link() == ("net0", True)
    assert helper.stop()[0] == 0


@pytest.mark.parametrize("error", [
    5, None, {}, {"desc": 5}, {"desc": "line\none\x07" + 1000 * "x"}], ids=lambda one: repr(one)[:20])
def test_refusal_of_any_kind(machine, start, error):
    """One line is said, whatever is in it."""
    helper = start("device", "a")
    peer = machine.accept()
    peer.negotiate()
    for _ in range(2):
        message = peer.expect("set_link")
        peer.send({"error": error, "id": message["id"]})
    assert peer.link() == ("a", True)
    helper.until("vm0 up")
    err = helper.stop()[2]
    assert len(err.splitlines()) == 1 and err.isprintable() is False
    assert all(letter.isprintable() for letter in err.rstrip("\n"))


@pytest.mark.parametrize("stage", range(5))
def test_hangs_up_half_way(machine, start, stage):
    helper = start()
    peer = machine.accept()
    if stage:
        peer.send(GREETING)
    if stage > 1:
        peer.answer(peer.expect("qmp_capabilities"))
    if stage > 2:
        peer.cards(("net0", MAC))
    if stage > 3:
        peer.send_octets(b'{"retu')
    peer.close()
    assert met(machine)
    assert helper.until("vm0 up")[-2:] == ["vm0 machine found", "vm0 up"]
    assert helper.stop()[0] == 0


def test_small_pieces_and_other_peoples_answers(machine, start):
    helper = start()
    peer = machine.accept()
    for octet in b'{"QMP": {}}\r\n':
        peer.send_octets(bytes([octet]))
    peer.send({"event": "RESET"}, {"return": {}, "id": 77}, {"return": {}},
              {"error": {"desc": "x"}, "id": "1"})
    peer.answer(peer.expect("qmp_capabilities"))
    peer.send({"event": "STOP"})
    peer.cards(("net0", MAC))
    assert peer.link() == ("net0", True)
    assert helper.stop()[2] == ""


def test_slow_answers(bed, machine, start):
    helper = start()
    peer = machine.accept()
    time.sleep(1)
    peer.negotiate()
    message = peer.expect("query-rx-filter")
    shut(bed)                       # while it waits
    time.sleep(1)
    peer.answer(message, [{"name": "net0", "main-mac": MAC}])
    links = [peer.link()]
    if links[-1][1]:
        links.append(peer.link())
    assert links[-1] == ("net0", False)
    assert helper.stop()[2] == ""


def test_no_answer_at_all(machine, start):
    helper = start()
    peer = machine.accept()
    before = time.monotonic()
    assert peer.hung_up()
    assert ANSWER_S - 1 < time.monotonic() - before < ANSWER_S + 10
    still_works(machine, helper, "the machine does not answer")


def test_ends_while_it_waits_for_an_answer(machine, start):
    helper = start()
    peer = machine.accept()
    peer.send(GREETING)
    peer.expect("qmp_capabilities")
    before = time.monotonic()
    assert helper.stop() == (0, "", "")
    assert time.monotonic() - before < ANSWER_S - 1


def test_flood_of_events(bed, machine, start):
    start()
    peer = met(machine)
    peer.send(*[{"event": "NOISE", "data": {"text": "x" * 100}} for _ in range(2000)])
    shut(bed)
    assert peer.link() == ("net0", False)
    peer.send(*[{"event": "DEVICE_DELETED", "data": {}} for _ in range(2000)])
    shut(bed, 1)
    up = False
    while not up or not peer.quiet():       # each is one more reason to tell the link
        message = peer.receive()
        if message["execute"] == "query-rx-filter":
            peer.answer(message, [{"name": "net0", "main-mac": MAC}])
        else:
            up = message["arguments"]["up"]
            peer.answer(message)


def test_no_socket_but_a_file(bed, nic, tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    helper = bed.keep(Helper(nic, path, "wait", "1"))
    status, out, _ = helper.ended()
    assert (status, out) == (0, "")


# --- The unit ------------------------------------------------------------------------

def test_unit(bed, machine, nic):
    """Its command is the helper's, with the NIC's name for %i."""
    found = unit.read(UNIT)
    service = found["Service"]
    words = shlex.split(service["ExecStart"].replace("%i", nic))
    assert words == ["vswctl", "qemu-link", nic, f"/run/vswitch/{nic}.qmp"]
    assert service["Restart"] == "on-failure"
    assert "vswitch.service" in found["Unit"]["After"]
    helper = bed.keep(Helper(*words[2:3], machine.path))
    assert met(machine)
    assert helper.stop()[0] == 0


def test_unit_is_one_for_systemd(tmp_path):
    unit.verify(UNIT, tmp_path, instance="vswitch-qemu-link@vm0.service")


# --- The module ------------------------------------------------------------------

@pytest.mark.last
@needed
@pytest.mark.parametrize("back", [False, True])
def test_ends_when_the_module_is_taken_out(host, module, machine, start, back):
    """Whoever started it starts it again; it would hear nothing of a new module."""
    helper = start()
    met(machine)
    module.unload()
    if back:
        module.load()
    status, _, err = helper.ended()
    assert (status, err) == (1, f"vswctl: qemu-link vm0 {PATH}: the module was taken out; "
                                "start again when it is loaded\n")
    if not back:
        module.load()
    host.reopen()
