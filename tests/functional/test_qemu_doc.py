# SPDX-License-Identifier: GPL-2.0
"""docs/qemu.md: its commands are run, in one shell, with a real machine; each has to
succeed, and to print what stands there.

The machine is one without disks that never gets beyond its firmware: enough for its
NIC, its socket and its link.
"""

import os
import re

import pytest

from conftest import KERNEL
from lib import console, qemu, uapi

pytestmark = pytest.mark.skipif(KERNEL != "uml" or not qemu.available(),
                                reason="needs QEMU in the test host")

PATH = os.path.join(uapi.TOP, "docs/qemu.md")
MACHINE = "-accel tcg -m 64 -nodefaults -display none -S"


def test_commands(bed, tmp_path):
    assert console.check(PATH, tmp_path, f"MACHINE='{MACHINE}'\n") > 15


def test_no_command_is_left_out():
    """What is not run is what a test cannot: other ways to start the same, and a
    service."""
    assert not re.search(r"^    .*vswctl ", console.rest(PATH), re.M)
