# SPDX-License-Identifier: GPL-2.0
"""docs/vlans.md: its commands are run, in one shell; each has to succeed, and to print
what stands there. What it says is done to frames is in test_relay_vlan.py and
test_relay_tables.py."""

import os
import re

import pytest

from lib import console, uapi, vswctl

pytestmark = pytest.mark.tool

PATH = os.path.join(uapi.TOP, "docs/vlans.md")


def test_commands(vsw, tmp_path):
    assert console.check(PATH, tmp_path) > 35


def test_no_command_is_left_out():
    assert not re.search(r"^    .*vswctl ", console.rest(PATH), re.M)


def test_bridge_users_table(vsw):
    """What stands beside the words of bridge is taken."""
    vsw.add_switch()
    vsw.add_port("sw0", "p")
    rows = re.findall(r"^\| `bridge [^`]*` \| `([^`]*)` \|$", console.rest(PATH), re.M)
    assert len(rows) == 5
    for words in rows:
        vswctl.run(words)
    assert vsw.port("sw0", "p")["vlan_mode"] == "hybrid"
