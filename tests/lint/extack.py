# SPDX-License-Identifier: GPL-2.0
"""Every refusal says why: an extended ack goes before the error.

A heuristic: in netlink/, and in functions that are handed an extack, the
statement before "return -E..." gives a message. Errors without one are those
that no request can mend.
"""

import re

from csource import functions
from tree import Finding

REFUSAL = re.compile(r"\breturn\s+(?:\(?[\w *]*\)?ERR_PTR\()?-(E[A-Z]+)\)?;")
SILENT = {"ENOMEM", "EMSGSIZE"}
MESSAGE = re.compile(r"\b(NL|GENL)_SET_ERR_MSG\w*|\bNL_SET_BAD_ATTR\w*|\b\w*extack\w*|\bvsw_nl_missing\b")
REACH = 6   # lines: a message with its text and arguments


def check(tree):
    for source in tree.module("c"):
        if source.is_kunit:
            continue
        for function in functions(source.text):
            if source.folder == "netlink" or "netlink_ext_ack" in function.head:
                yield from check_function(source, function)


def check_function(source, function):
    lines = function.body.split("\n")
    start = function.first + function.head.count("\n")
    for number, line in enumerate(lines):
        match = REFUSAL.search(line)
        if match and match[1] not in SILENT and not has_message(lines, number):
            yield Finding(source.path, start + number,
                          f"{function.name}() returns -{match[1]} without an extack message")


def has_message(lines, number):
    """Whether the statements since the last return or the block's start give one."""
    for line in reversed(lines[max(0, number - REACH):number]):
        if MESSAGE.search(line):
            return True
        if re.search(r"\breturn\b|^\s*\}|^\s*(case\b.*|default):", line):
            return False
    return False
