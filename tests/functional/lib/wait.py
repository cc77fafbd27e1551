# SPDX-License-Identifier: GPL-2.0
"""Waiting for what has no event of its own."""

import time

from .netlink import DEADLINE


def until(condition, what, timeout=DEADLINE, pause=0.01):
    """Ask again and again; returns the first true answer."""
    end = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < end, f"not within {timeout} s: {what}"
        time.sleep(pause)
