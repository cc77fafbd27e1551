# SPDX-License-Identifier: GPL-2.0
"""Documents whose blocks marked "console" are run, in one shell: a line "$ ..." is a
command, "> ..." goes on with it, and what follows is all that it prints."""

import re
import subprocess

END = "\x1e"                # behind the output of each command, and its status
BLOCK = re.compile(r"^```console\n(.*?)^```", re.M | re.S)


def read(path):
    with open(path) as file:
        return file.read()


def examples(path):
    """(command, what it prints) of all blocks."""
    found = []
    for line in "".join(BLOCK.findall(read(path))).splitlines():
        if line.startswith("$ "):
            found.append([line[2:], ""])
        elif line.startswith("> "):
            found[-1][0] += "\n" + line[2:]
        else:
            found[-1][1] += line + "\n"
    return found


def rest(path):
    """What stands in no block."""
    return BLOCK.sub("", read(path))


def check(path, folder, before=""):
    """Each command has to succeed, but for those that end others, and to print what
    stands there."""
    wanted = examples(path)
    script = before + "".join(f"{command}\nprintf '{END}%s{END}' $?\n"
                              for command, _ in wanted)
    script += "kill $(jobs -p); wait\n"
    errors = folder / "errors"
    with open(errors, "w") as file:
        done = subprocess.run(["bash"], input=script, text=True, stdout=subprocess.PIPE,
                              stderr=file, timeout=200, cwd=folder)
    told = done.stdout.split(END)[:-1]
    assert len(told) == 2 * len(wanted), (done.stdout, errors.read_text())
    wrong = [f"$ {command}\nstatus {status}\n{out}"
             for (command, expected), out, status in zip(wanted, told[::2], told[1::2])
             if out != expected or (status != "0" and not command.startswith("kill"))]
    assert not wrong, "\n".join([*wrong, errors.read_text()])
    return len(wanted)
