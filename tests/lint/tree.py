# SPDX-License-Identifier: GPL-2.0
"""The files that are checked, and what kind each of them is."""

import functools
import os
import re
import subprocess
from typing import NamedTuple

MODULE_FOLDERS = ("vswitch", "vport", "nic", "features", "netlink")


class Finding(NamedTuple):
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


class Source:
    """One file: its path in the tree, its bytes, its lines."""

    def __init__(self, top, path):
        self.path = path
        self.full = os.path.join(top, path)

    @functools.cached_property
    def data(self):
        with open(self.full, "rb") as file:
            return file.read()

    @functools.cached_property
    def is_binary(self):
        try:
            return "\0" in self.data.decode()
        except UnicodeDecodeError:
            return True

    @functools.cached_property
    def text(self):
        return self.data.decode(errors="replace")

    @functools.cached_property
    def lines(self):
        return self.text.splitlines()

    @property
    def name(self):
        return os.path.basename(self.path)

    @property
    def folder(self):
        """The folder at the top of the tree: the layer of a module source."""
        return self.path.split("/")[0] if "/" in self.path else ""

    @functools.cached_property
    def kind(self):
        """"c", "h", "python", "shell", "make", "yaml", "kconfig" or ""."""
        by_name = {".c": "c", ".h": "h", ".py": "python", ".sh": "shell", ".bash": "shell",
                   ".mk": "make", ".yaml": "yaml", ".config": "kconfig"}
        extension = os.path.splitext(self.name)[1]
        if extension in by_name:
            return by_name[extension]
        if self.name in ("Makefile", "Kbuild"):
            return "make"
        first = self.lines[0] if self.lines and not self.is_binary else ""
        if re.match(r"#!.*\bpython3?\b", first):
            return "python"
        return "shell" if re.match(r"#!.*\b(ba|da|)sh\b", first) else ""

    @property
    def in_module(self):
        return self.folder in MODULE_FOLDERS and self.kind in ("c", "h")

    @property
    def is_kunit(self):
        return self.path.endswith("_test.c")


class Tree:
    """All files of the project, those not yet committed included."""

    def __init__(self, top):
        self.top = top
        self.sources = [Source(top, path) for path in self._paths()]

    def _paths(self):
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.top, capture_output=True, text=True)
        if listed.returncode == 0 and listed.stdout:
            paths = listed.stdout.split("\0")
        else:
            paths = list(self._walk())
        return sorted(path for path in set(paths)
                      if os.path.isfile(os.path.join(self.top, path)))

    def _walk(self):
        """An unpacked archive, without git."""
        for folder, folders, names in os.walk(self.top):
            folders[:] = [name for name in folders
                          if name not in (".git", "build", "__pycache__")]
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.top)

    def of(self, *kinds):
        return [source for source in self.sources if source.kind in kinds]

    def module(self, *kinds):
        return [source for source in self.of(*(kinds or ("c", "h"))) if source.in_module]
