# SPDX-License-Identifier: GPL-2.0
"""The uapi header as data, so that the tests follow it and never repeat it.

Commands and constants by name, attributes of each object with their types, words
of each enum, and the drop reasons.
"""

import os
import re

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
HEADER = os.path.join(TOP, "netlink/uapi/linux/vswitch.h")

OBJECTS = ("SWITCH", "PORT", "NIC", "VLAN", "FDB", "PORTS", "STATS", "BATCH", "OP")


TYPES = ("string", "u8", "u16", "u32", "s32", "u64", "binary", "flag", "nest")


class Attribute:
    """One attribute of an object: its number, its type, the words of its values."""

    def __init__(self, name, number, kind, enum):
        self.name = name
        self.number = number
        self.type = kind
        self.enum = enum

    def __repr__(self):
        return f"{self.name}({self.number}, {self.type})"


def _read():
    with open(HEADER) as file:
        return file.read()


def _defines(text):
    pairs = re.findall(r"^#define (VSW_\w+)\s+\"?(\w+?)U?\"?\s*(?:/\*.*)?$", text, re.M)
    return {name: int(value, 0) if value[0].isdigit() else value
            for name, value in pairs}


def _enumerators(body):
    """(name, number, comment) of each."""
    number = -1
    for line in body.splitlines():
        match = re.match(r"\s*(VSW_\w+)(?:\s*=\s*(\d+))?,?\s*(?:/\*\s*(.*?)\s*\*/)?\s*$",
                         line)
        if match:
            number = int(match.group(2)) if match.group(2) else number + 1
            yield match.group(1), number, match.group(3) or ""


def _enums(text):
    found = {}
    for name, body in re.findall(r"^enum (\w+)? ?\{(.*?)^\}", text, re.M | re.S):
        members = list(_enumerators(body))
        if members:
            found[name or members[0][0]] = members
    return found


def _words(members):
    """VSW_SWITCH_PRIVATE ... -> {0: "private", ...}."""
    prefix = os.path.commonprefix([name for name, _, _ in members])
    prefix = prefix[:prefix.rindex("_") + 1]
    return {number: name[len(prefix):].lower().replace("_", "-")
            for name, number, _ in members}


def _attributes(enums, kind):
    """The comment begins with the type, which may hold for "the following" too."""
    prefix = f"VSW_A_{kind}_"
    members = next(members for members in enums.values()
                   if members[0][0].startswith(prefix))
    found = {}
    carried = None
    for name, number, comment in members:
        word = re.match(r"\w*", comment).group()
        kind_of = word if word in TYPES else carried or "pad"
        if "the following" in comment:
            carried = word
        enum = re.search(r"enum (vsw_\w+)", comment)
        key = name[len(prefix):].lower()
        found[key] = Attribute(key, number, kind_of,
                               enum.group(1) if enum and kind_of == "u32" else None)
    return found


def _drops(text):
    rows = re.findall(r"X\((\w+), (\w+),\s*\\\s*\"(.*?)\"\)", text)
    return [(lower, words) for _, lower, words in rows]


_TEXT = _read()
_ENUMS = _enums(_TEXT)

LIMITS = _defines(_TEXT)
COMMANDS = {name[len("VSW_CMD_"):].lower(): number
            for name, number, _ in _ENUMS["vsw_cmd"]}
WORDS = {name: _words(members) for name, members in _ENUMS.items()
         if name.startswith("vsw_") and name not in ("vsw_cmd", "vsw_drop")}
ATTRIBUTES = {kind.lower(): _attributes(_ENUMS, kind) for kind in OBJECTS}

# (name, text), in the order of enum vsw_drop; the first one is number 1.
DROPS = _drops(_TEXT)
DROP_NAMES = [name for name, _ in DROPS]


def value_of(enum, word):
    """The number behind a word: value_of("vsw_vlan_mode", "trunk")."""
    return next(number for number, known in WORDS[enum].items() if known == word)
