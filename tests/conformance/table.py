# SPDX-License-Identifier: GPL-2.0
"""The table in docs/conformance.md: read, checked against the tests that there are, and
brought up to date from the reports of test runs.

A row is | clause | requirement | status | tests |. The status is one of STATUSES; what is
not supported or not applicable says why behind a colon. Tests are `FILE::FUNCTION`, FILE as
seen from this folder or from the one above.
"""

import ast
import os
import re
import xml.etree.ElementTree
from typing import NamedTuple

HERE = os.path.dirname(os.path.realpath(__file__))
TESTS = os.path.dirname(HERE)
DOC = os.path.join(os.path.dirname(TESTS), "docs", "conformance.md")

SUPPORTED, FAILS = "supported", "FAILS"
NOT_SUPPORTED, NOT_APPLICABLE = "not supported", "not applicable"
STATUSES = (SUPPORTED, FAILS, NOT_SUPPORTED, NOT_APPLICABLE)

ROW = re.compile(r"^\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$")
TEST = re.compile(r"^`([\w/]+\.py)::(\w+)`$")

# Tests of other things than single requirements.
NO_ROW = re.compile(r"^test_(table|model\w*)\.py$")


class Row(NamedTuple):
    line: int               # in the document, from 0
    clause: str
    requirement: str
    status: str
    why: str
    tests: tuple            # (file, function)
    wrong: tuple = ()       # words that name no test

    def text(self):
        status = self.status + (f": {self.why}" if self.why else "")
        tests = ", ".join(f"`{file}::{function}`" for file, function in self.tests)
        return f"| {self.clause} | {self.requirement} | {status} | {tests} |"


def parse_row(number, line):
    """A row of the table, or None: a heading, or the rule below it."""
    match = ROW.match(line)
    cells = [cell.strip() for cell in match.groups()] if match else []
    if not cells or cells[0] == "clause" or set(cells[0]) <= set("-: "):
        return None
    status, _, why = cells[2].partition(":")
    words = [word.strip() for word in cells[3].split(",") if word.strip()]
    named = [TEST.match(word) for word in words]
    return Row(number, cells[0], cells[1], status.strip(), why.strip(),
               tuple(one.groups() for one in named if one),
               tuple(word for word, one in zip(words, named) if not one))


def rows_of(text):
    rows = [parse_row(number, line) for number, line in enumerate(text.splitlines())]
    return [row for row in rows if row]


# --- The tests that there are -------------------------------------------------------------

def functions_of(path):
    """The tests of a file, and whether some of their cases are expected to fail."""
    with open(path) as file:
        module = ast.parse(file.read())
    return {node.name: any("xfail" in ast.dump(one) for one in node.decorator_list)
            for node in module.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def place_of(file):
    """Where a row's file is."""
    return os.path.join(TESTS if "/" in file else HERE, file)


def own_tests():
    """(file, function) of all conformance tests."""
    return {(name, function) for name in sorted(os.listdir(HERE))
            if name.startswith("test_") and name.endswith(".py") and not NO_ROW.match(name)
            for function in functions_of(os.path.join(HERE, name))}


def _row_problems(row, known):
    at = f"{row.clause}: {row.requirement[:40]}"
    yield from (f"{at}: {word} is no test" for word in row.wrong)
    if row.status not in STATUSES:
        yield f"{at}: no such status: {row.status}"
    if row.status in (SUPPORTED, FAILS) and not row.tests + row.wrong:
        yield f"{at}: {row.status}, and no test that says so"
    if row.status in (NOT_SUPPORTED, NOT_APPLICABLE) and not row.why:
        yield f"{at}: {row.status}, and no word why"
    expected = []
    for file, function in row.tests:
        if file not in known:
            path = place_of(file)
            known[file] = functions_of(path) if os.path.isfile(path) else {}
        if function not in known[file]:
            yield f"{at}: there is no test {file}::{function}"
        expected.append(known[file].get(function))
    if row.status in (NOT_SUPPORTED, NOT_APPLICABLE) and expected and not any(expected):
        yield f"{at}: {row.status}, and yet none of its tests is expected to fail"


def problems(rows, tests=None):
    """What is wrong with the table, in words: no row without its test, no test without
    its row."""
    known, found = {}, []
    for row in rows:
        found += _row_problems(row, known)
    named = {test for row in rows for test in row.tests}
    tests = own_tests() if tests is None else tests
    found += [f"{file}::{function} has no row" for file, function in sorted(tests - named)]
    if not rows:
        found.append("there are no rows")
    return found


# --- Reports of test runs -----------------------------------------------------------------

def outcomes_of(path):
    """{(name of the file, function): [(outcome, text), ...]} of a JUnit report."""
    found = {}
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        key = (case.get("classname").split(".")[-1] + ".py", case.get("name").split("[")[0])
        outcome, text = "passed", ""
        for child in case:
            if child.tag in ("failure", "error"):
                outcome = "failed"
            elif child.tag == "skipped" and outcome == "passed":
                outcome = "xfailed" if child.get("type") == "pytest.xfail" else "skipped"
                text = child.get("message", "")
        found.setdefault(key, []).append((outcome, text))
    return found


def judged(row, outcomes):
    """The row as the run says, and what it does not say."""
    missing, results = [], []
    for file, function in row.tests:
        ran = [one for one in outcomes.get((os.path.basename(file), function), ())
               if one[0] != "skipped"]
        if not ran:
            missing.append(f"{file}::{function} has no result")
        results += ran
    if any(outcome == "failed" for outcome, _ in results):
        return row._replace(status=FAILS, why=""), missing
    if missing or not row.tests:
        return row, missing
    whys = [text for outcome, text in results if outcome == "xfailed"]
    if whys:
        return row._replace(status=NOT_SUPPORTED, why=row.why or whys[0]), []
    return row._replace(status=SUPPORTED, why=""), []


def updated(text, outcomes):
    """The document with the statuses of a run, and which tests did not run."""
    lines, missing = text.splitlines(), []
    for row in rows_of(text):
        if not row.tests:
            continue
        fresh, without = judged(row, outcomes)
        lines[row.line] = fresh.text() if fresh != row else lines[row.line]
        missing += without
    return "\n".join(lines) + "\n", sorted(set(missing))
