# SPDX-License-Identifier: GPL-2.0
"""Fault injection: the n-th allocation that this thread asks the kernel for fails.

Only on a kernel that was built for it (uml-debug).
"""

import contextlib
import os

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
