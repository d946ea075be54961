"""The table of the law's lines tells what the marked tests found."""

from datetime import date
from pathlib import Path

import pytest
from tools.compliance.results import read
from tools.compliance.table import lines, page

PARVIS = Path(__file__).resolve().parent.parent / "src" / "parvis"

REPORT = """\
<testsuites><testsuite>
<testcase classname="tests.a.test_one" name="x"><properties><property name="law" value="1"/>
<property name="law" value="2"/></properties></testcase>
<testcase classname="tests.a.test_one" name="y"><properties><property name="law" value="2"/>
</properties><failure message="no"/></testcase>
<testcase classname="tests.a.test_two.TestThree" name="z"><properties>
<property name="law" value="3"/></properties><skipped/></testcase>
<testcase classname="tests.a.test_two" name="unmarked"/>
</testsuite></testsuites>
"""


def test_every_line_says_what_does_it_and_that_exists() -> None:
    known = lines()
    assert [line.number for line in known] == list(range(1, 28))
    missing = [(line.number, one) for line in known for one in line.where]
    assert not [(n, one) for n, one in missing if not (PARVIS / one).exists()]


def test_a_line_is_shown_when_all_its_tests_passed(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    results = read(report, set(range(1, 28)))
    assert [number for number in range(1, 28) if results.shows(number)] == [1]
    assert results.told(2) == "1 failed, 1 passed"
    assert results.told(3) == "1 skipped"
    assert results.files[3] == {"tests/a/test_two.py"}
    assert results.tests == 3
    text = page(lines(), results, date(2026, 11, 25))
    assert "**1 of 27** lines shown by 3 tests, on 2026-11-25" in text


def test_a_number_that_is_no_line_is_refused(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"tests.a.test_two.TestThree.z: no line \[3\]"):
        read(report, {1, 2})
