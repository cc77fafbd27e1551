# SPDX-License-Identifier: GPL-2.0
"""docs/scripting.md: every command in it is run, and does and prints what it says.

A chapter is one shell, in a host with the netdevs eth1 and vm-web0 and a folder of
its own. In a block "console" a line "$ ..." is a command, "> ..." goes on with it,
and what follows is all that it prints. In a table whose first column has a command
of ovs-vsctl, the second is run and has to succeed.
"""

import os
import re
import subprocess

import pytest

pytestmark = pytest.mark.tool

PATH = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../docs/scripting.md")
END = "\x1e"            # behind the output of each command
# The status of a command is still there for the next one.
RUN = "{command}\n{{ __status=$?; wait; printf '\\036%s\\036' $__status; (exit $__status); }}\n"


def chapters():
    with open(PATH) as file:
        parts = re.split(r"^## (.*)\n", file.read(), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2]))


def examples(text):
    """The commands of a chapter: the command, and what it prints; None: anything."""
    found, inside = [], False
    for line in text.splitlines():
        row = re.match(r"\| `ovs-[^`]*` \| `([^`]*)` \|", line)
        if line.startswith("```"):
            inside = line == "```console"
        elif row:
            found.append([row[1], None])
        elif inside and line.startswith("$ "):
            found.append([line[2:], ""])
        elif inside and line.startswith("> ") and not found[-1][1]:
            found[-1][0] += "\n" + line[2:]
        elif inside:
            found[-1][1] += line + "\n"
    return found


@pytest.fixture
def netdevs(links):
    for name, far in (("eth1", "wire1"), ("vm-web0", "vm-web0-in")):
        links.add_veth(name, far)
        links.up(far)


@pytest.mark.parametrize("chapter", [name for name, text in chapters().items()
                                     if examples(text)])
def test_chapter(chapter, netdevs, tmp_path):
    wanted = examples(chapters()[chapter])
    script = "".join(RUN.format(command=command) for command, _ in wanted)
    done = subprocess.run(["bash"], input=script, cwd=tmp_path, text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    told = done.stdout.split(END)[:-1]
    assert len(told) == 2 * len(wanted), done.stdout
    wrong = []
    for (command, expected), out, status in zip(wanted, told[::2], told[1::2]):
        if expected is None and (status != "0" or "vswctl: " in out):
            wrong.append(f"$ {command}\nstatus {status}\n{out}")
        elif expected is not None and out != expected:
            wrong.append(f"$ {command}\nexpected\n{expected}observed\n{out}")
    assert not wrong, "\n".join(wrong)


def test_no_command_is_left_out():
    """What stands in a block is in one that is run."""
    with open(PATH) as file:
        text = file.read()
    assert set(re.findall(r"^```(.*)\n", text, re.M)[::2]) == {"console"}
    assert not re.search(r"^    .*vswctl", text, re.M)
