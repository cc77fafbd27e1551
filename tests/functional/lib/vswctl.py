# SPDX-License-Identifier: GPL-2.0
"""vswctl as a user calls it. No output format but JSON is parsed."""

import contextlib
import json
import os
import shlex
import socket
import struct
import subprocess

from . import netlink, ns, wait

DONE, FAILED, NO, USAGE = 0, 1, 2, 64

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
NDIAG_SHOW_GROUPS = 2
NETLINK_DIAG_GROUPS = 1
DIAG_REQUEST = struct.Struct("=BBxxIIII")
DIAG_REPLY = struct.Struct("=BBBBIIIIII")


class Result:
    def __init__(self, words, done):
        self.words = words
        self.status = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    def __repr__(self):
        return (f"{shlex.join(self.words)}: status {self.status}\n"
                f"--- out\n{self.out}--- err\n{self.err}")


def split(words):
    return shlex.split(words) if isinstance(words, str) else list(words)


def call(words, **options):
    """Run it, whatever comes of it."""
    command = ["vswctl", *split(words)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120, **options)
    return Result(command, done)


def run(words):
    """A command that has to succeed without a word of complaint."""
    result = call(words)
    assert result.status == DONE and not result.err, result
    return result.out


def show(words):
    """The objects that a command shows, as dictionaries."""
    return json.loads(run(["-j", *split(words)]))


def one(words):
    found = show(words)
    assert len(found) == 1, f"{words}: {len(found)} objects: {found}"
    return found[0]


def refused(words, status=FAILED):
    """A command that has to fail with this status and one line; that line."""
    result = call(words)
    assert result.status == status, result
    assert result.out == "", result
    lines = result.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("vswctl: "), result
    return lines[0]


def compare(rows, status):
    """Rows of words and text: each fails with this status and exactly this line."""
    wrong = []
    for words, text in rows:
        line = refused(words, status)
        if line != f"vswctl: {text}":
            wrong.append(f"vswctl {words}\n  expected  vswctl: {text}\n  observed  {line}")
    assert not wrong, "\n".join(wrong)


def _group_members(netns):
    """Inodes of the generic netlink sockets that are members of a group."""
    with ns.inside(netns) if netns else contextlib.nullcontext():
        sock = netlink.Socket(NETLINK_SOCK_DIAG)
    try:
        replies = sock.dump(SOCK_DIAG_BY_FAMILY, DIAG_REQUEST.pack(
            socket.AF_NETLINK, netlink.NETLINK_GENERIC, 0, NDIAG_SHOW_GROUPS, 0, 0))
    finally:
        sock.close()
    for reply in replies:
        groups = dict(netlink.parse_attributes(reply.body[DIAG_REPLY.size:]))
        if any(groups.get(NETLINK_DIAG_GROUPS, b"")):
            yield DIAG_REPLY.unpack_from(reply.body)[-3]


def listening(process, netns=None):
    """Does it wait for events?"""
    wanted = {f"socket:[{inode}]" for inode in _group_members(netns)}
    folder = f"/proc/{process.pid}/fd"
    for name in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):
            if os.readlink(f"{folder}/{name}") in wanted:
                return True
    return False


class Monitor:
    """`vswctl -j monitor`, from the moment on when it listens."""

    def __init__(self, words="", options="-j", netns=None):
        place = ["-n", netns] if netns else []
        command = ["vswctl", *place, *split(options), "monitor", *split(words)]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        wait.until(lambda: self.process.poll() is not None
                   or listening(self.process, netns), "monitor listens")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate()

    def line(self):
        """The next line; the test's own time limit ends a wait in vain."""
        return self.process.stdout.readline()

    def event(self):
        return json.loads(self.line())

    def wait(self, **wanted):
        """The next event that has these values."""
        while True:
            event = self.event()
            if wanted.items() <= event.items():
                return event

    def rest(self):
        """Everything until it ends by itself; for a monitor with --timeout."""
        out, err = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, err
        return [json.loads(line) for line in out.splitlines()]
