"""The results of the marked tests, by line of the law page."""

import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tools.compliance.table import Line

MARK = "law"


@dataclass(frozen=True)
class Results:
    """Outcomes (``passed``, ``failed``, ``skipped``) of the marked tests, by line and file."""

    outcomes: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    files: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    tests: int = 0

    def shows(self, number: int) -> bool:
        """True when tests carry the line and every one of them passed."""
        found = self.outcomes.get(number, Counter())
        return found["passed"] > 0 and not found["failed"] and not found["skipped"]

    def told(self, number: int) -> str:
        """Its outcomes in words."""
        found = self.outcomes.get(number, Counter())
        return ", ".join(f"{count} {name}" for name, count in sorted(found.items())) or "no test"


def run(root: Path, known: Iterable[Line]) -> Results:
    """Run every test that carries a line's number, those that drive the machine too.

    Raises:
        SystemExit: pytest could not run, or a test carries a number that is no line.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = ["-m", "pytest", "-q", "-m", MARK, "-p", "tools.compliance.noting"]
        code = subprocess.run(
            [sys.executable, *command, f"--junit-xml={report}"], cwd=root, check=False
        ).returncode
        if code not in (0, 1):
            sys.exit(code)
        return read(report, {line.number for line in known})


def read(report: Path, known: set[int]) -> Results:
    """The outcomes that a JUnit report with the property ``law`` tells."""
    results = Results()
    tests = 0
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written by pytest just now
        numbers = {
            int(one.get("value", "")) for one in case.iter("property") if one.get("name") == MARK
        }
        if strange := numbers - known:
            sys.exit(f"{case.get('classname')}.{case.get('name')}: no line {sorted(strange)}")
        for number in numbers:
            results.outcomes[number][_outcome(case)] += 1
            results.files[number].add(_file(case))
        tests += bool(numbers)
    return Results(results.outcomes, results.files, tests)


def _outcome(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "passed" if case.find("skipped") is None else "skipped"


def _file(case: ElementTree.Element) -> str:
    """The module's path: the class name without the test class, as pytest writes it."""
    parts = [part for part in case.get("classname", "").split(".") if not part.startswith("Test")]
    return "/".join(parts) + ".py"
