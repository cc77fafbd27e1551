# SPDX-License-Identifier: GPL-2.0
"""Licences, marks of debt, kernel-doc, and what has no place in a repository."""

import re

from csource import functions, line_of
from tree import Finding

LICENSED = ("c", "h", "python", "shell", "make", "yaml", "kconfig")
LICENCE = re.compile(r"SPDX-License-Identifier: .*GPL-2\.0")

# Written so that they do not find themselves.
MARKS = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.*$}])/(?:wo" r"rk|ro" r"ot|ho" r"me/[a-z]+)/[\w.]")

SIZE = 200 * 1024
# The text of the licence is not ours to change.
FOREIGN = ("COPYING",)


def check(tree):
    for source in tree.sources:
        yield from check_cleanliness(source)
        if not source.is_binary and source.path not in FOREIGN:
            yield from check_text(source)
    for source in tree.module("c"):
        if not source.is_kunit:
            yield from check_kernel_doc(source)


def check_cleanliness(source):
    if len(source.data) > SIZE:
        yield Finding(source.path, 1, f"{len(source.data)} bytes, more than {SIZE}")
    if source.is_binary:
        yield Finding(source.path, 1, "a binary file")


def check_text(source):
    if source.kind in LICENSED and not LICENCE.search("\n".join(source.lines[:2])):
        yield Finding(source.path, 1, "no SPDX-License-Identifier GPL-2.0 in the first two lines")
    for match in MARKS.finditer(source.text):
        yield Finding(source.path, line_of(source.text, match.start()),
                      f"{match[1]}: do it now, or write an issue")
    for match in MACHINE_PATHS.finditer(source.text):
        yield Finding(source.path, line_of(source.text, match.start()),
                      f"{match[0]}...: a path of one machine")


def check_kernel_doc(source):
    for function in functions(source.text):
        if function.is_static:
            continue
        comment = comment_above(source.lines, function.first - 1)
        if not re.match(rf"/\*\*\n \* {function.name}(\(\))? - ", comment):
            yield Finding(source.path, function.first, f"{function.name}() has no kernel-doc")
            continue
        if not re.search(r"^ \* Context:", comment, re.MULTILINE):
            yield Finding(source.path, function.first,
                          f"the kernel-doc of {function.name}() has no Context:")
        if not function.is_void and not re.search(r"^ \* Return:", comment, re.MULTILINE):
            yield Finding(source.path, function.first,
                          f"the kernel-doc of {function.name}() has no Return:")


def comment_above(lines, end):
    """The comment whose last line is right above, or ""."""
    if not end or lines[end - 1].strip() != "*/":
        return ""
    start = end - 1
    while start and not lines[start].lstrip().startswith("/*"):
        start -= 1
    return "\n".join(lines[start:end])
