"""``parvis cameras import``: cameras from a spreadsheet, all or nothing, with a dry run.

The file is CSV with a heading, separated by commas or semicolons, in UTF-8 or as French Excel
writes it (semicolons, Windows-1252, decimal commas). Columns, in any order:

| column | meaning |
| --- | --- |
| name (nom) | the camera's name; made from the label when empty |
| label (libellé) | the name that people read; the name when empty |
| source (flux) | required; ``${NAME}`` stands for a secret |
| sub_source (flux secondaire) | the small stream |
| space (espace) | public-road, public-venue or private |
| model, rate (cadence), anchor, credit | as in site.yaml |
| classes | names separated by blanks, commas or bars |
| enabled (active) | true, oui, 1 or false, non, 0 |

An empty cell says nothing: a new camera takes the default, an old one keeps what it has.
"""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from parvis.site import wording
from parvis.site.check import read_bytes
from parvis.site.edit import CannotSpliceError, SiteDocument
from parvis.site.loading import LoadedSite
from parvis.site.problems import Problem, Severity, SiteError, errors
from parvis.site.shapes import Camera, live_sources

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

_YES: Final = frozenset({"true", "yes", "oui", "vrai", "1"})
_NO: Final = frozenset({"false", "no", "non", "faux", "0"})


class Conflict(StrEnum):
    """What to do with a row whose camera is in site.yaml already."""

    REFUSE = "refuse"
    SKIP = "skip"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do; nothing is written before :meth:`apply`.

    Args:
        document: site.yaml with the import in it; as it was when an error stands against it.
        added, updated, skipped, unchanged: names of cameras, in the order of the rows.
        problems: of the rows, with line and column (the cell's number) in the CSV file.
    """

    document: SiteDocument
    added: tuple[str, ...]
    updated: tuple[str, ...]
    skipped: tuple[str, ...]
    unchanged: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """True when no error stands against it."""
        return not errors(self.problems)

    def apply(self) -> LoadedSite:
        """Write all of it to site.yaml.

        Raises:
            SiteError: an error stands against it; nothing is written.
            StaleDocumentError: site.yaml changed since the plan was made; nothing is written.
        """
        if not self.sound:
            raise SiteError(self.problems)
        return self.document.save()


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: where it stands, its cells by column, and the number of each column."""

    file: Path
    line: int
    cells: Mapping[str, str]
    places: Mapping[str, int]

    def problem(
        self, column: str, message: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> Problem:
        place = self.places.get(column, 0)
        return Problem(self.file, self.line, place, column, message, remedy, severity)


def plan_import(
    file: Path, document: SiteDocument, conflict: Conflict = Conflict.REFUSE
) -> ImportPlan:
    """Work out what importing ``file`` would do to ``document``; this is the dry run.

    Args:
        file: the CSV file.
        document: an open site.yaml.
        conflict: what to do with cameras that it holds already.
    """
    try:
        rows, problems = _rows(file)
    except SiteError as error:
        return ImportPlan(document, (), (), (), (), tuple(error.problems))
    site = document.site
    wanted: dict[str, Camera] = {}
    fates: dict[str, list[str]] = {"added": [], "updated": [], "skipped": [], "unchanged": []}
    lines: dict[str, int] = {}
    for row in rows:
        name = row.cells.get("name") or _name_from(row.cells.get("label", ""))
        if name in lines:
            problems.append(
                row.problem(
                    "name", f"the name stands on line {lines[name]} too", "give each its own name"
                )
            )
            continue
        lines[name] = row.line
        old = site.cameras.get(name)
        if old is not None and conflict is Conflict.SKIP:
            fates["skipped"].append(name)
            continue
        if old is not None and conflict is Conflict.REFUSE:
            problems.append(
                row.problem(
                    "name",
                    "site.yaml has a camera of this name already",
                    "choose to skip or to update such cameras, or give it another name",
                )
            )
            continue
        camera, wrong = _camera(row, name, old, site.policy.profile)
        problems += wrong
        if camera is None:
            continue
        fate = "added" if old is None else "updated" if camera != old else "unchanged"
        fates[fate].append(name)
        if fate != "unchanged":
            wanted[name] = camera
    edited = document
    if wanted and not errors(problems):
        try:
            edited = document.set_cameras(wanted)
        except CannotSpliceError as error:
            problems.append(
                Problem(document.path, 0, 0, "cameras", str(error), "write the camera out in full")
            )
    return ImportPlan(edited, *(tuple(names) for names in fates.values()), problems=tuple(problems))


def _rows(file: Path) -> tuple[list[_Row], list[Problem]]:
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
    rows: list[_Row] = []
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
            rows.append(_Row(file, start, values, places))
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
        written = _plain_letters(cell).replace(" ", "_").replace("-", "_")
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


def _camera(
    row: _Row, name: str, old: Camera | None, profile: str
) -> tuple[Camera | None, list[Problem]]:
    """The camera that a row describes, over what site.yaml says of it already."""
    problems: list[Problem] = []
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", name):
        remedy = "use small letters, digits, - and _, beginning with a letter or a digit"
        problems.append(row.problem("name", "this name cannot be used", remedy))
    written: dict[str, Any] = {}
    for column in COLUMNS[1:]:
        if cell := row.cells.get(column):
            try:
                written[column] = _value(column, cell)
            except ValueError as error:
                remedy = "write a number, for example 5 or 2.5"
                if column == "enabled":
                    remedy = "write oui or non, true or false, 1 or 0"
                problems.append(row.problem(column, str(error), remedy))
    base = {"label": row.cells.get("label") or name} if old is None else old.model_dump(mode="json")
    plain = {**base, **written}
    try:
        camera = Camera.model_validate(plain)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            column = str(details["loc"][0])
            problems.append(row.problem(column, *wording.said(details, plain)))
        return None, problems
    sources = {name: {"source": camera.source, "sub_source": camera.sub_source}}
    for (_, column), message, remedy in live_sources(profile, sources):
        problems.append(row.problem(column, message, remedy))
    problems += _clear_passwords(row, camera)
    return (None if errors(problems) else camera), problems


def _clear_passwords(row: _Row, camera: Camera) -> Iterator[Problem]:
    for column in ("source", "sub_source"):
        if re.search(r"://[^/\s:@]*:(?!\$\{)[^@\s]+@", getattr(camera, column) or ""):
            yield row.problem(
                column,
                "a password stands in clear, and will in site.yaml",
                "write ${NAME} in its place, and give NAME a line in secrets.env",
                Severity.WARNING,
            )


def _value(column: str, cell: str) -> Any:
    """A cell as site.yaml would hold it.

    Raises:
        ValueError: a number or a yes/no is expected; the message does not repeat the cell.
    """
    match column:
        case "rate":
            try:
                return float(cell.replace(",", "."))
            except ValueError:
                raise ValueError("a number is expected") from None
        case "enabled":
            word = cell.lower()
            if word not in _YES | _NO:
                raise ValueError("yes or no is expected")
            return word in _YES
        case "classes":
            return [word.lower() for word in re.split(r"[\s,;|]+", cell) if word]
        case "space" | "anchor":
            return cell.lower()
    return cell


def _plain_letters(text: str) -> str:
    """Small letters without accents: Libellé → libelle."""
    apart = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _name_from(label: str) -> str:
    """A name made from a label: Quai Nord → quai-nord; empty when nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", _plain_letters(label)).strip("-")[:64].rstrip("-")
