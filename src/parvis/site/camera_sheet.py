"""A CSV sheet of cameras → rows of cells that know where they stand.

The file is CSV with a heading, separated by commas or semicolons, in UTF-8 or as French Excel
writes it (semicolons, Windows-1252).
"""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parvis.site.check import read_bytes
from parvis.site.problems import Problem, Severity, SiteError

COLUMNS: Final = (
    "name",
    "label",
    "source",
    "sub_source",
    "space",
    "model",
    "rate",
    "anchor",
    "classes",
    "enabled",
    "credit",
)

_OTHER_NAMES: Final = {
    "nom": "name",
    "libelle": "label",
    "flux": "source",
    "flux_secondaire": "sub_source",
    "espace": "space",
    "modele": "model",
    "cadence": "rate",
    "ancrage": "anchor",
    "active": "enabled",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, its cells by column, and the number of each column."""

    file: Path
    line: int
    cells: Mapping[str, str]
    places: Mapping[str, int]

    def problem(
        self, column: str, message: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> Problem:
        """A problem of the cell in ``column``."""
        place = self.places.get(column, 0)
        return Problem(self.file, self.line, place, column, message, remedy, severity)


def read_rows(file: Path) -> tuple[list[Row], list[Problem]]:
    """Rows of the file, blank ones left out, and what is wrong with its form.

    Raises:
        SiteError: the file cannot be read, or its heading is of no use.
    """
    text, problems = _text(file)
    first, _, rest = text.partition("\n")
    skipped = 0
    separator = ";" if first.count(";") > first.count(",") else ","
    if found := re.fullmatch(r'"?sep=(.)"?', first.strip(), re.IGNORECASE):
        separator, text, skipped = found[1], rest, 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    places: dict[str, int] | None = None
    line = skipped + 1
    try:
        for cells in reader:
            start, line = line, skipped + reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if places is None:
                places = _heading(file, start, cells)
                continue
            if len(cells) > len(places):
                extra = [cell for cell in cells[len(places) :] if cell.strip()]
                if extra:
                    problems.append(
                        Problem(
                            file,
                            start,
                            len(places) + 1,
                            "",
                            "the row has more cells than the heading",
                            "put a text that holds the separator between double quotes",
                        )
                    )
                    continue
            values = {
                column: cells[place - 1].strip()
                for column, place in places.items()
                if place <= len(cells)
            }
            rows.append(Row(file, start, values, places))
    except csv.Error:
        problems.append(
            Problem(file, line, 0, "", "a quoted text is not closed well", 'double a " inside one')
        )
    if places is None:
        raise SiteError(
            [*problems, Problem(file, 1, 0, "", "the file is empty", "begin with a heading")]
        )
    return rows, problems


def _text(file: Path) -> tuple[str, list[Problem]]:
    raw = read_bytes(file)
    if b"\0" in raw:
        raise SiteError(
            [Problem(file, 0, 0, "", "this is not a CSV file", "save the sheet as CSV UTF-8")]
        )
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        advice = "check the accents in the dry run, or save the sheet as CSV UTF-8"
        return text, [
            Problem(file, 0, 0, "", "read as Windows-1252 text", advice, Severity.WARNING)
        ]


def _heading(file: Path, line: int, cells: list[str]) -> dict[str, int]:
    """Number of each known column, from 1.

    Raises:
        SiteError: an unknown, repeated or missing column.
    """
    places: dict[str, int] = {}
    problems = []
    for place, cell in enumerate(cells, 1):
        written = plain_letters(cell).replace(" ", "_").replace("-", "_")
        column = _OTHER_NAMES.get(written, written)
        if column not in COLUMNS:
            close = difflib.get_close_matches(column, COLUMNS, n=1)
            remedy = f"did you mean {close[0]}?" if close else f"known: {', '.join(COLUMNS)}"
            problems.append(Problem(file, line, place, cell, "this column is not known", remedy))
        elif column in places:
            problems.append(
                Problem(file, line, place, cell, "this column stands twice", "remove one")
            )
        places.setdefault(column, place)
    if "source" not in places:
        problems.append(
            Problem(file, line, 0, "source", "there is no column source", "add it to the heading")
        )
    if not {"name", "label"} & places.keys():
        problems.append(
            Problem(file, line, 0, "name", "there is no column name", "add name, or label")
        )
    if problems:
        raise SiteError(problems)
    return places


def plain_letters(text: str) -> str:
    """Small letters without accents: Libellé → libelle."""
    apart = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
