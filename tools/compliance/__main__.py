"""Run the tests that carry a line of the law page and write the table.

``.venv/bin/python -m tools.compliance [--write docs/compliance.md]``; exits 1 while a line is open.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

from tools.compliance.results import Results, run
from tools.compliance.table import Line, lines, page

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Run, print one line of sum, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="the page to write")
    asked = parser.parse_args()
    known = lines()
    results = run(ROOT, known)
    if asked.write:
        asked.write.write_text(page(known, results, date.today()), encoding="utf-8")
    shown = [line for line in known if results.shows(line.number)]
    _say(known, shown, results)
    return 0 if len(shown) == len(known) else 1


def _say(known: list[Line], shown: list[Line], results: Results) -> None:
    print(f"{len(shown)} of {len(known)} lines shown by {results.tests} tests")
    for line in known:
        if line not in shown:
            print(f"open: {line.number}. {line.asks} ({results.told(line.number)})")


if __name__ == "__main__":
    sys.exit(main())
