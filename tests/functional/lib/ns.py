# SPDX-License-Identifier: GPL-2.0
"""Network namespaces, and commands of other tools."""

import contextlib
import ctypes
import json
import os
import subprocess

CLONE_NEWNET = 0x40000000
MS_BIND, MS_REC, MS_SHARED = 0x1000, 0x4000, 1 << 20
MNT_DETACH = 2
FOLDER = "/run/netns"
OWN = "/proc/thread-self/ns/net"

_libc = ctypes.CDLL(None, use_errno=True)


def _call(function, *arguments):
    if function(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{function.__name__}: {os.strerror(number)}")


@contextlib.contextmanager
def _left():
    """The thread may change its namespace, and is back in its own afterwards."""
    with open(OWN) as before:
        try:
            yield
        finally:
            _call(_libc.setns, before.fileno(), CLONE_NEWNET)


@contextlib.contextmanager
def inside(name):
    """The thread is in the namespace; sockets made there stay there."""
    with _left(), open_file(name) as space:
        _call(_libc.setns, space.fileno(), CLONE_NEWNET)
        yield


def names():
    return sorted(os.listdir(FOLDER)) if os.path.isdir(FOLDER) else []


def silence_ipv6():
    """Nothing but the tests' own frames is wanted on the cables of this namespace."""
    for scope in ("all", "default"):
        sysctl(f"net.ipv6.conf.{scope}.disable_ipv6", 1)


def prepare():
    """Make the folder what ip netns makes of it when it is first used."""
    os.makedirs(FOLDER, exist_ok=True)
    folder = FOLDER.encode()
    _call(_libc.mount, folder, folder, b"none", MS_BIND | MS_REC, None)
    _call(_libc.mount, b"", folder, b"none", MS_SHARED | MS_REC, None)


def add(name):
    """As ip netns add does it, without a process."""
    path = f"{FOLDER}/{name}"
    with open(path, "x"), _left():
        _call(_libc.unshare, CLONE_NEWNET)
        _call(_libc.mount, OWN.encode(), path.encode(), b"none", MS_BIND, None)
        silence_ipv6()
    return name


def delete(name):
    path = f"{FOLDER}/{name}"
    _call(_libc.umount2, path.encode(), MNT_DETACH)
    os.unlink(path)


def open_file(name):
    """What stands for a namespace: by its name, or a path such as /proc/7/ns/net."""
    return open(name if "/" in name else f"{FOLDER}/{name}")


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
