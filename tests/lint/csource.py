# SPDX-License-Identifier: GPL-2.0
"""C as the kernel's style writes it: a function's braces stand in column 1.

That is enough to find functions without a compiler, so that a source that does
not build yet is checked too; checkpatch sees to it that the style is kept.
"""

import re
from typing import NamedTuple

LITERALS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
KEYWORDS = {"if", "for", "while", "switch", "return", "sizeof", "typeof", "do", "else"}
# A declarator begins where a line begins with a word, after the last thing
# that ended something.
DECLARATOR = re.compile(r"^[A-Za-z_][^;{}#]*\)[^;{}#]*$", re.MULTILINE | re.DOTALL)


class Function(NamedTuple):
    name: str
    head: str           # from the first word of its type to the opening brace
    body: str
    first: int          # line of the first word
    last: int           # line of the closing brace

    @property
    def is_static(self):
        return bool(re.match(r"(\w+\s+)*?static\b", self.head))

    @property
    def is_void(self):
        return bool(re.match(r"(?:\w+\s+)*?void\s+(?!\*)(?:__\w+\s+)*" + self.name, self.head))


def _blank(match):
    """A comment or a string becomes blanks; the lines stay where they are."""
    text = match.group()
    inner = re.sub(r"[^\n]", " ", text)
    return inner if text.startswith("/") else text[0] + inner[1:-1] + text[-1]


def code_of(text):
    """The text without comments and without what is in strings."""
    return LITERALS.sub(_blank, text)


def _without_directives(code):
    """Preprocessor lines, continued ones too, become blanks."""
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*",
                  lambda match: re.sub(r"[^\n]", " ", match.group()), code, flags=re.MULTILINE)


def name_of(head):
    """The identifier before the first bracket that is not an annotation's."""
    for match in re.finditer(r"(\w+)\s*\(", head):
        if not match[1].startswith("__") and match[1] not in KEYWORDS:
            return match[1]
    return None


def functions(text):
    """All functions that a C text defines."""
    code = _without_directives(code_of(text))
    for brace in re.finditer(r"^\{", code, re.MULTILINE):
        start = max(code.rfind(";", 0, brace.start()), code.rfind("}", 0, brace.start())) + 1
        declarator = DECLARATOR.search(code[start:brace.start()])
        end = re.compile(r"^\}", re.MULTILINE).search(code, brace.end())
        name = declarator and name_of(declarator.group())
        if not name or not end:
            continue
        first = start + declarator.start()
        yield Function(name, declarator.group(), code[brace.start():end.end()],
                       code.count("\n", 0, first) + 1, code.count("\n", 0, end.start()) + 1)


def line_of(text, position):
    return text.count("\n", 0, position) + 1
