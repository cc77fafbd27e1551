# SPDX-License-Identifier: GPL-2.0
"""The module itself, for tests that take it out and put it in again."""

import os

import pytest

from . import ns

PATH = os.environ.get("VSW_MODULE", "/run/host/vswitch.ko")

needed = pytest.mark.skipif(not os.path.exists(PATH),
                            reason="VSW_MODULE does not say where the module is")


def is_loaded():
    return os.path.isdir("/sys/module/vswitch")


def load():
    ns.run("insmod", PATH)


def unload():
    ns.run("rmmod", "vswitch")
