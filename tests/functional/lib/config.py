# SPDX-License-Identifier: GPL-2.0
"""Files of configuration: written, applied, saved."""

import json
import subprocess

from . import vswctl


# NICs that a file makes.
N1 = {"name": "n1", "kind": "host", "mac": "02:00:00:00:01:01"}
N2 = {"name": "n2", "kind": "guest", "mac": "02:00:00:00:01:02", "mtu": 9000, "queues": 3}


class Files:
    """A folder for files; each call writes one anew."""

    def __init__(self, folder):
        self.folder = folder

    def write(self, content, name="net.json"):
        """Octets and texts as they are, all else as JSON; its path."""
        path = self.folder / name
        if not isinstance(content, (str, bytes)):
            content = json.dumps(content, indent=1)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def apply(self, content, *options):
        """Has to succeed without a word."""
        assert vswctl.run(["apply", *options, "-f", self.write(content)]) == ""

    def refused(self, content, *options, word="apply"):
        """What is said, without the file's folder."""
        path = self.write(content)
        line = vswctl.refused([word, *options, "-f", path])
        return line.removeprefix(f"vswctl: {word}: ").replace(f"{self.folder}/", "")

    def diff(self, content, *options):
        """The lines that a diff prints, without those that name the sides."""
        result = vswctl.call(["diff", *options, "-f", self.write(content)])
        assert result.status in (vswctl.DONE, vswctl.NO) and not result.err, result
        lines = result.out.splitlines()
        assert (result.status == vswctl.NO) == bool(lines), result
        return lines[2:]

    def same(self, content, *options):
        """What the file says is what there is."""
        return self.diff(content, *options) == []


def save(*words):
    return vswctl.run(["save", *words])


def saved(*words):
    return json.loads(save(*words))


def config(*switches, nics=()):
    """A file; parts that are empty are left out."""
    found = {"version": 1}
    if nics:
        found["nics"] = list(nics)
    if switches:
        found["switches"] = list(switches)
    return found


def switch(name="sw0", ports=(), fdb=(), **settings):
    found = {"name": name, **settings}
    if ports:
        found["ports"] = list(ports)
    if fdb:
        found["fdb"] = list(fdb)
    return found


def port(name, **settings):
    return {"name": name, **settings}


def access(vid):
    return {"mode": "access", "vid": vid}


def trunk(vids, native=None):
    found = {"mode": "trunk", "vids": vids}
    if native:
        found["native"] = native
    return found


def lined(text):
    """One object in each line, so that the line tells which it was."""
    return json.dumps(text).replace('{"name"', '\n{"name"').replace('{"mac"', '\n{"mac"')


def unprivileged(words):
    """As root, but without CAP_NET_ADMIN: whoever writes to the kernel is refused."""
    drop = ["setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin", "--"]
    done = subprocess.run([*drop, "vswctl", *words], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=120)
    return vswctl.Result(words, done)
