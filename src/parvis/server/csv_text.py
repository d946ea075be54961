"""Comma-separated text that a spreadsheet can open without running anything."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

MEDIA_TYPE = "text/csv; charset=utf-8"

Cell = str | float | int | None

# A spreadsheet cuts at commas, semicolons (French Excel), tabs or bars, whatever we meant, and
# takes quotes and blanks around a cell away: what would then begin like a formula is run.
_FORMULA = re.compile(r"(?:^|(?<=[,;|\t\r\n]))(?=[\s\"'\ufeff\0]*[=+\-@＝＋－＠])|^(?=[\t\r\n])")


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """RFC 4180 text with a header; None is empty, never 0."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return out.getvalue()


def harmless(text: str) -> str:
    """The text with an apostrophe before whatever a spreadsheet could run (OWASP, CSV injection).

    What a separator within the text would make the beginning of a cell is treated alike.
    """
    return _FORMULA.sub("'", text)


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return harmless(cell)
        case _:
            return f"{cell:.6f}".rstrip("0").rstrip(".")
