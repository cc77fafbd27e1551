# SPDX-License-Identifier: GPL-2.0
"""Fault injection: the n-th allocation that this thread asks the kernel for fails.

Only on a kernel that was built for it (uml-debug).
"""

import contextlib
import errno
import os

from . import netlink

DEBUGFS = "/sys/kernel/debug"
FAIL_NTH = "/proc/thread-self/fail-nth"

# Only atomic allocations fail by default; and each failure would print a stack.
SETTINGS = {"failslab": {"ignore-gfp-wait": "N", "verbose": "0"},
            "fail_page_alloc": {"ignore-gfp-wait": "N", "ignore-gfp-highmem": "N",
                                "min-order": "0", "verbose": "0"},
            "fail_usercopy": {"verbose": "0"}}


def available():
    return os.path.exists(FAIL_NTH) and os.path.isdir(f"{DEBUGFS}/failslab")


def _exchange(path, value):
    with open(path) as file:
        before = file.read().strip()
    with open(path, "w") as file:
        file.write(value)
    return before


@contextlib.contextmanager
def prepared():
    """All allocations can fail, silently."""
    before = {}
    for kind, settings in SETTINGS.items():
        for name, value in settings.items():
            path = f"{DEBUGFS}/{kind}/{name}"
            if os.path.exists(path):
                before[path] = _exchange(path, value)
    try:
        yield
    finally:
        for path, value in before.items():
            _exchange(path, value)


class Nth:
    """Lets the n-th fallible call fail that an action makes the kernel do."""

    def __init__(self):
        self.file = os.open(FAIL_NTH, os.O_RDWR | os.O_CLOEXEC)

    def close(self):
        os.close(self.file)

    def run(self, number, action):
        """Whether something failed, and what the action returned or raised.

        Between the two writes nothing may happen but the action: Python's own calls
        would count. Reading and writing count themselves, and may be what fails."""
        arm = b"%d" % number
        os.pwrite(self.file, arm, 0)
        try:
            result = action()
        except OSError as error:
            result = error
        try:
            injected = int(os.pread(self.file, 16, 0)) == 0
        except OSError:
            injected = False
        with contextlib.suppress(OSError):
            os.pwrite(self.file, b"0", 0)
        return injected, result


class Request:
    """A netlink request, prepared beforehand: only sending it is under test."""

    def __init__(self, kind, family, body, flags=0):
        self.socket = netlink.Socket(kind)
        self.request = netlink.message(family, netlink.NLM_F_REQUEST | netlink.NLM_F_ACK
                                       | flags, body)

    def close(self):
        self.socket.close()

    def send(self):
        return self.socket.sock.send(self.request)

    def outcome(self, sent):
        """0, an errno, or None if the answer itself found no memory."""
        if isinstance(sent, OSError):
            return sent.errno
        try:
            reply = self.socket.receive()[-1]
        except OSError as error:
            assert error.errno == errno.ENOBUFS, error
            return None
        assert reply.kind == netlink.NLMSG_ERROR
        return -int.from_bytes(reply.body[:4], "little", signed=True)
