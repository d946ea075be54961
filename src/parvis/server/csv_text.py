"""Comma-separated text that a spreadsheet can open without running anything."""

import csv
import io
from collections.abc import Iterable, Sequence

MEDIA_TYPE = "text/csv; charset=utf-8"

Cell = str | float | int | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """RFC 4180 text with a header; None is empty, never 0."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return out.getvalue()


def _cell(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            # A cell that begins like a formula is run by spreadsheets (OWASP, CSV injection).
            return f"'{cell}" if cell.startswith(_FORMULA) else cell
        case _:
            return f"{cell:.6f}".rstrip("0").rstrip(".")
