# SPDX-License-Identifier: GPL-2.0
"""Network namespaces, and commands of other tools."""

import contextlib
import ctypes
import json
import os
import subprocess

CLONE_NEWNET = 0x40000000
FOLDER = "/run/netns"

_libc = ctypes.CDLL(None, use_errno=True)


def _setns(descriptor):
    if _libc.setns(descriptor, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(name):
    """The thread is in the namespace; sockets made there stay there."""
    with open("/proc/thread-self/ns/net") as before, open(f"{FOLDER}/{name}") as space:
        _setns(space.fileno())
        try:
            yield
        finally:
            _setns(before.fileno())


def names():
    return sorted(os.listdir(FOLDER)) if os.path.isdir(FOLDER) else []


def silence_ipv6():
    """Nothing but the tests' own frames is wanted on the cables of this namespace."""
    for scope in ("all", "default"):
        sysctl(f"net.ipv6.conf.{scope}.disable_ipv6", 1)


def add(name):
    run("ip", "netns", "add", name)
    with inside(name):
        silence_ipv6()
    return name


def delete(name):
    run("ip", "netns", "del", name)


def open_file(name):
    return open(f"{FOLDER}/{name}")


def run(*words, **options):
    """A command that has to succeed; its output."""
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120, **options)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


def refused(*words):
    """A command that has to fail; what it says."""
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode != 0, f"{' '.join(words)} was not refused"
    return done.stderr


def ip(words, netns=None):
    return run("ip", *(["-n", netns] if netns else []), *words.split())


def ip_refused(words, netns=None):
    return refused("ip", *(["-n", netns] if netns else []), *words.split())


def ip_json(words, netns=None):
    return json.loads(run("ip", *(["-n", netns] if netns else []), "-j", *words.split()))


def sysctl(name, value):
    path = "/proc/sys/" + name.replace(".", "/")
    with open(path, "w") as file:
        file.write(str(value))
