# SPDX-License-Identifier: GPL-2.0
"""docs/qemu.md: its commands are run, in one shell, with a real machine; each has to
succeed, and to print what stands there.

The machine is one without disks that never gets beyond its firmware: enough for its
NIC, its socket and its link.
"""

import os
import re
import subprocess

import pytest

from conftest import KERNEL
from lib import qemu, uapi

pytestmark = pytest.mark.skipif(KERNEL != "uml" or not qemu.available(),
                                reason="needs QEMU in the test host")

PATH = os.path.join(uapi.TOP, "docs/qemu.md")
MACHINE = "-accel tcg -m 64 -nodefaults -display none -S"
END = "\x1e"


def examples():
    """(command, what it prints) of all blocks."""
    with open(PATH) as file:
        blocks = re.findall(r"^```console\n(.*?)^```", file.read(), re.M | re.S)
    found = []
    for line in "".join(blocks).splitlines():
        if line.startswith("$ "):
            found.append([line[2:], ""])
        elif line.startswith("> "):
            found[-1][0] += "\n" + line[2:]
        else:
            found[-1][1] += line + "\n"
    return found


def test_commands(bed, tmp_path):
    wanted = examples()
    assert len(wanted) > 15
    script = f"MACHINE='{MACHINE}'\n" + "".join(
        f"{command}\nprintf '{END}%s{END}' $?\n" for command, _ in wanted)
    script += "kill $(jobs -p); wait\n"
    errors = tmp_path / "errors"
    with open(errors, "w") as file:
        done = subprocess.run(["bash"], input=script, text=True, stdout=subprocess.PIPE,
                              stderr=file, timeout=200)
    told = done.stdout.split(END)[:-1]
    assert len(told) == 2 * len(wanted), (done.stdout, errors.read_text())
    wrong = [f"$ {command}\nstatus {status}\n{out}"
             for (command, expected), out, status in zip(wanted, told[::2], told[1::2])
             if out != expected or (status != "0" and not command.startswith("kill"))]
    assert not wrong, "\n".join([*wrong, errors.read_text()])


def test_no_command_is_left_out():
    """What is not run is what a test cannot: other ways to start the same, and a
    service."""
    with open(PATH) as file:
        text = file.read()
    rest = re.sub(r"^```console\n.*?^```", "", text, flags=re.M | re.S)
    assert not re.search(r"^    .*vswctl ", rest, re.M)
