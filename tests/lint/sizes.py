# SPDX-License-Identifier: GPL-2.0
"""Functions of one or two screens, files that are read in one sitting.

Of a header only the lines count that are neither blank nor comment: its
kernel-doc is wanted, and must not be what makes it too long. The uapi header is
the manual of the interface and has a limit of its own.
"""

import ast
import re

import csource
from tree import Finding

FUNCTION, FILE, HEADER, UAPI = 60, 600, 150, 700


def check(tree):
    for source in tree.of("c", "h", "python", "shell"):
        yield from check_file(source)
        for name, first, last in FUNCTIONS[source.kind](source):
            length = last - first + 1
            if length > FUNCTION:
                yield Finding(source.path, first,
                              f"{name}() has {length} lines, the limit is {FUNCTION}")


def check_file(source):
    length, limit, what = len(source.lines), FILE, "lines"
    if source.path.startswith("netlink/uapi/"):
        limit = UAPI
    elif source.kind == "h":
        code = csource.code_of(source.text)
        length, limit = sum(1 for line in code.split("\n") if line.strip()), HEADER
        what = "lines of code"
    if length >= limit:
        yield Finding(source.path, 1, f"{length} {what}, it must have fewer than {limit}")


def c_functions(source):
    for function in csource.functions(source.text):
        yield function.name, function.first, function.last


def python_functions(source):
    try:
        module = ast.parse(source.data)
    except SyntaxError:
        return  # pyflakes says it
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno


def shell_functions(source):
    opened = None
    for number, line in enumerate(source.lines, 1):
        match = re.match(r"(?:function\s+)?([\w-]+)\s*\(\)\s*[{(]\s*(#.*)?$", line)
        if match:
            opened = match[1], number
        elif opened and re.match(r"[})]", line):
            yield *opened, number
            opened = None


FUNCTIONS = {"c": c_functions, "h": c_functions,
             "python": python_functions, "shell": shell_functions}
