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

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from parvis.site import wording
from parvis.site.camera_sheet import COLUMNS, Row, plain_letters, read_rows
from parvis.site.edit import CannotSpliceError, SiteDocument
from parvis.site.loading import LoadedSite
from parvis.site.problems import Problem, Severity, SiteError, errors
from parvis.site.shapes import Camera, Site, live_sources

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


def plan_import(
    file: Path, document: SiteDocument, conflict: Conflict = Conflict.REFUSE
) -> ImportPlan:
    """Work out what importing ``file`` would do to ``document``; this is the dry run.

    Args:
        file: the CSV file.
        document: an open site.yaml.
        conflict: what to do with cameras that it holds already.
    """
    sorting = _Sorting(document.site, conflict)
    try:
        rows, sorting.problems = read_rows(file)
    except SiteError as error:
        rows, sorting.problems = [], error.problems
    for row in rows:
        sorting.take(row)
    edited = document
    if sorting.wanted and not errors(sorting.problems):
        try:
            edited = document.set_cameras(sorting.wanted)
        except CannotSpliceError as error:
            remedy = "write the cameras of site.yaml out in full"
            sorting.problems.append(Problem(document.path, 0, 0, "cameras", str(error), remedy))
    return ImportPlan(
        edited,
        added=tuple(sorting.added),
        updated=tuple(sorting.updated),
        skipped=tuple(sorting.skipped),
        unchanged=tuple(sorting.unchanged),
        problems=tuple(sorting.problems),
    )


@dataclass(slots=True)
class _Sorting:
    """Rows taken one by one, each camera put where it belongs."""

    site: Site
    conflict: Conflict
    wanted: dict[str, Camera] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Sort one row: to add, to update, to leave, or wrong."""
        name = row.cells.get("name") or _name_from(row.cells.get("label", ""))
        if name in self.lines:
            message = f"the name stands on line {self.lines[name]} too"
            self.problems.append(row.problem("name", message, "give each camera its own name"))
            return
        self.lines[name] = row.line
        old = self.site.cameras.get(name)
        if old is not None and self.conflict is Conflict.SKIP:
            self.skipped.append(name)
        elif old is not None and self.conflict is Conflict.REFUSE:
            message = "site.yaml has a camera of this name already"
            remedy = "choose to skip or to update such cameras, or give it another name"
            self.problems.append(row.problem("name", message, remedy))
        else:
            self._judge(row, name, old)

    def _judge(self, row: Row, name: str, old: Camera | None) -> None:
        camera, wrong = _camera(row, name, old, self.site.policy.profile)
        self.problems += wrong
        if camera is None:
            return
        if camera == old:
            self.unchanged.append(name)
            return
        (self.added if old is None else self.updated).append(name)
        self.wanted[name] = camera


def _camera(
    row: Row, name: str, old: Camera | None, profile: str
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
            problems.append(row.problem(column, *wording.said(details, plain, ("cameras", name))))
        return None, problems
    sources = {name: {"source": camera.source, "sub_source": camera.sub_source}}
    for (_, column), message, remedy in live_sources(profile, sources):
        problems.append(row.problem(column, message, remedy))
    problems += _clear_passwords(row, camera)
    return (None if errors(problems) else camera), problems


def _clear_passwords(row: Row, camera: Camera) -> Iterator[Problem]:
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


def _name_from(label: str) -> str:
    """A name made from a label: Quai Nord → quai-nord; empty when nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", plain_letters(label)).strip("-")[:64].rstrip("-")
