# SPDX-License-Identifier: GPL-2.0
"""docs/containers.md: its commands are run, in one shell; each has to succeed, and to
print what stands there.

In place of a runtime stands a function of the shell: all that is asked of one is a
process in a network namespace of its own, and its process id.
"""

import os
import re

import pytest

from lib import console, uapi

pytestmark = pytest.mark.tool

PATH = os.path.join(uapi.TOP, "docs/containers.md")

# docker run ... --name NAME IMAGE; docker inspect ... NAME; docker rm ... NAME
RUNTIME = r"""
docker() {
    case $1 in
    run)
        while [ "$1" != --name ]; do shift; done
        unshare -n sleep 1000 >/dev/null &
        echo $! >"pid-$2"
        until [ "$(readlink /proc/$!/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do
            sleep 0.01
        done
        ;;
    inspect)
        cat "pid-${!#}" ;;
    rm)
        kill "$(cat "pid-${!#}")" ;;
    esac
}
"""


def test_commands(bed, tmp_path):
    assert console.check(PATH, tmp_path, RUNTIME) > 60


def test_what_is_not_run_is_told_to_be_an_illustration():
    """systemd and the runtimes themselves."""
    left = re.findall(r"^    (\S.*)$", console.rest(PATH), re.M)
    assert [line for line in left if "vswctl" in line] == [
        "vswctl port add sw0 db vlan access 20 bind db0", "vswctl nic add db0 type guest"]
