# SPDX-License-Identifier: GPL-2.0
"""docs/conformance.md and the tests: no row without its test, no test without its row; and
that both, and a failed test, would be seen."""

import pytest

import table

GOOD = """
| clause | requirement | status | test |
|---|---|---|---|
| 1.1 | one | supported | `test_table.py::test_statuses_follow_the_run` |
| 1.2 | two | not applicable: there is no such medium | |
| 1.3 | three | not supported: too much | |
"""
NO_TESTS = set()


def test_every_claim_has_its_test_and_every_test_its_row():
    with open(table.DOC) as file:
        rows = table.rows_of(file.read())
    assert table.problems(rows) == []


def test_what_is_right_is_no_problem():
    assert table.problems(table.rows_of(GOOD), NO_TESTS) == []


@pytest.mark.parametrize("old, new, words", [
    ("`test_table.py::test_statuses_follow_the_run`", "", "no test that says so"),
    ("test_statuses_follow", "test_nobody", "there is no test test_table.py::test_nobody"),
    ("test_table.py", "test_nowhere.py", "there is no test test_nowhere.py"),
    ("`test_table.py", "test_table.py", "is no test"),
    (": there is no such medium", "", "no word why"),
    (": too much", "", "no word why"),
    ("| supported", "| certainly", "no such status: certainly"),
    ("too much | |", "too much | `test_table.py::test_statuses_follow_the_run` |",
     "none of its tests is expected to fail"),
])
def test_what_is_wrong_with_a_row_is_said(old, new, words):
    assert old in GOOD
    found = table.problems(table.rows_of(GOOD.replace(old, new)), NO_TESTS)
    assert len(found) == 1 and words in found[0]


def test_test_without_a_row_is_named():
    found = table.problems(table.rows_of(GOOD), {("test_09_tags.py", "test_all_vids")})
    assert found == ["test_09_tags.py::test_all_vids has no row"]
    assert table.problems([], NO_TESTS) == ["there are no rows"]


CASE = '<testcase classname="conformance.test_table" name="test_statuses_follow_the_run{}">{}</testcase>'
XFAIL = '<skipped type="pytest.xfail" message="not yet"></skipped>'
SKIP = '<skipped type="pytest.skip" message="no kernel"></skipped>'


@pytest.mark.parametrize("cases, status", [
    ([""], "supported"), (["", ""], "supported"), (["", "<failure>f</failure>"], "FAILS"),
    (["<error>e</error>"], "FAILS"), (["", XFAIL], "not supported: not yet"),
    ([SKIP], None), ([], None), (["", SKIP], "supported")])
@pytest.mark.parametrize("before", ["supported", "FAILS"])
def test_statuses_follow_the_run(tmp_path, cases, status, before):
    text = GOOD.replace("| supported", f"| {before}").lstrip()
    report = tmp_path / "report.xml"
    report.write_text("<testsuites><testsuite>" + "".join(
        CASE.format(f"[{number}]", case) for number, case in enumerate(cases))
        + "</testsuite></testsuites>")
    fresh, missing = table.updated(text, table.outcomes_of(report))
    assert fresh == text.replace(f"| one | {before} |", f"| one | {status or before} |")
    assert missing == ([] if status else [
        "test_table.py::test_statuses_follow_the_run has no result"])
