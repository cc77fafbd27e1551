# SPDX-License-Identifier: GPL-2.0
"""Public names are vsw_*, private ones are not, and labels say what they undo."""

import re

from csource import code_of, functions, line_of
from tree import Finding

# A type of one word, or of two with struct, and a name; functions have brackets.
GLOBAL = re.compile(
    r"^(?!static\b|extern\b|typedef\b|return\b|goto\b)(?:const |volatile |unsigned )*"
    r"(?:(?:struct|union|enum)[ ]\w+|(?!struct\b|union\b|enum\b)\w+)[ \t*]+"
    r"(\w+)(?:\[[^\]]*\])*[ \t]*(?:=|;)", re.MULTILINE)
LABEL = re.compile(r"^[ \t]*((?:err|error|out|fail|exit|label)_?\d+):", re.MULTILINE)
DROP = re.compile(r"\bX\((\w+),\s*(\w+),")


def check(tree):
    for source in tree.module():
        yield from check_functions(source)
        yield from check_globals(source)
        yield from check_labels(source)
    for source in tree.module("h"):
        yield from check_drops(source)


def check_functions(source):
    for function in functions(source.text):
        public = source.kind == "h" or not function.is_static
        if public and not function.name.startswith("vsw_"):
            yield Finding(source.path, function.first,
                          f"{function.name}() can be seen from outside: name it vsw_NOUN_VERB")
        if not public and function.name.startswith("vsw_"):
            yield Finding(source.path, function.first,
                          f"{function.name}() is static: drop the prefix vsw_")


def check_globals(source):
    if source.kind != "c":
        return
    code = code_of(source.text)
    for match in GLOBAL.finditer(code):
        if not match[1].startswith("vsw_"):
            yield Finding(source.path, line_of(code, match.start()),
                          f"{match[1]} can be seen from outside: make it static or name it vsw_*")


def check_labels(source):
    code = code_of(source.text)
    for match in LABEL.finditer(code):
        yield Finding(source.path, line_of(code, match.start(1)),
                      f"label {match[1]}: name it after what it undoes")


def check_drops(source):
    """The list of drop reasons: VSW_DROP_<WHERE>_<WHY>, and its name in lower case."""
    if "VSW_DROPS(" not in source.text:
        return
    for match in DROP.finditer(source.text):
        if not re.match(r"(FROM|TO)_[A-Z0-9_]+$", match[1]) or match[1].lower() != match[2]:
            yield Finding(source.path, line_of(source.text, match.start()),
                          f"drop reason {match[1]}, {match[2]}: "
                          "name it FROM_WHY or TO_WHY, and the same in lower case")
