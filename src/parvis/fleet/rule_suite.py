"""Reading scenarios: NAME.csv, walks on the ground; NAME.truth.json, what they should raise."""

import csv
import json
import math
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError

from parvis.alerts.aligned import aligned
from parvis.alerts.from_site import RuleRefusedError, rule_of, rules_of, watched_by_cameras
from parvis.alerts.rule import Rule
from parvis.alerts.scenario import Event, Scenario, Walks
from parvis.alerts.scene import Scene, WatchedZone
from parvis.fleet.unnamed import class_of_all, for_all
from parvis.measures.ground.shapes import GroundLine, GroundZone, ZoneUse
from parvis.site.fields import Text, no_repeat
from parvis.site.fields import ZoneUse as UseName
from parvis.site.rules import RuleSettings
from parvis.values.alerts import Subject
from parvis.values.classes import ObjectClass

SCENE: Final = "scene"
"""What the one camera of a scenario is called."""

TRUTH: Final = ".truth.json"
COLUMNS: Final = ("t_s", "id", "x_m", "y_m")
CLASS: Final = "class"

Metres = Annotated[float, Strict(), Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Spot = tuple[Metres, Metres]
Moment = Annotated[float, Strict(), Field(allow_inf_nan=False)]


class SuiteError(Exception):
    """A scenario that cannot be read.

    Args:
        path: the file.
        where: the line or the key in it; empty for the whole.
        message, remedy: what is wrong, what to do.
    """

    def __init__(self, path: Path, where: str, message: str, remedy: str) -> None:
        super().__init__(f"{path}{', ' if where else ''}{where}: {message}")
        self.remedy = remedy


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Zone(_Part):
    polygon: Annotated[tuple[Spot, ...], Field(min_length=3)]
    use: UseName = "walkway"
    capacity: Annotated[int, Strict(), Field(ge=1)] | None = None
    way: tuple[Spot, Spot] | None = None
    label: Text | None = None


class _Line(_Part):
    points: Annotated[tuple[Spot, ...], Field(min_length=2)]
    directions: Annotated[tuple[Text, Text], AfterValidator(no_repeat)] = ("A → B", "B → A")
    label: Text | None = None


class _Event(_Part):
    rule: str
    from_s: Moment
    to_s: Moment


class _Truth(_Part):
    zones: dict[str, _Zone] = Field(default_factory=dict)
    lines: dict[str, _Line] = Field(default_factory=dict)
    rules: dict[str, RuleSettings] = Field(default_factory=dict)
    events: tuple[_Event, ...] = ()


def read_suite(folder: Path) -> Iterator[Scenario]:
    """The scenarios of a folder, by name, read as they are asked for.

    Raises:
        SuiteError: there is none, or one cannot be read.
    """
    truths = sorted(folder.glob(f"*{TRUTH}")) if folder.is_dir() else []
    if not truths and not any(folder.glob("*.events.json")):
        raise SuiteError(
            folder, "", f"there is no scenario NAME.csv with NAME{TRUTH}", "name another folder"
        )
    for truth in truths:
        yield read_scenario(truth.with_name(truth.name.removesuffix(TRUTH) + ".csv"), truth)


def read_scenario(walks: Path, truth: Path) -> Scenario:
    """One scenario.

    In a file without a column of classes the objects are people, or vehicles where every rule
    watches vehicles only; and a rule that is declared takes them for what it watches.

    Raises:
        SuiteError: a file is missing, or says what makes no sense.
    """
    said = _truth(truth)
    scene = Scene(
        SCENE,
        {name: _zone(truth, name, zone) for name, zone in said.zones.items()},
        {name: _line(truth, name, line) for name, line in said.lines.items()},
    )
    rules = _rules(truth, said, scene)
    names = {rule.name for rule in rules}
    for i, event in enumerate(said.events):
        if event.rule not in names:
            known = ", ".join(sorted(names))
            raise SuiteError(
                truth, f"events[{i}].rule", f"no rule {event.rule!r} runs", f"name one of {known}"
            )
        if event.to_s < event.from_s:
            raise SuiteError(truth, f"events[{i}]", "it ends before it begins", "swap the two")
    events = tuple(Event(one.rule, one.from_s, one.to_s) for one in said.events)
    usual = ObjectClass.PERSON
    if not _names_classes(walks):
        watching = rules if said.rules else [r for r in rules if r.name in {e.rule for e in events}]
        usual = class_of_all(watching)
        rules = for_all(rules) if said.rules else rules
    return Scenario(walks.stem, scene, read_walks(walks, usual), tuple(rules), events)


def read_walks(path: Path, usual: ObjectClass = ObjectClass.PERSON) -> Walks:
    """Positions from a CSV with the columns t_s, id, x_m, y_m and, if there is one, class.

    Ids may be any text. Rows need not be sorted, and objects that were noted each at its own
    moments are put on common ones (:func:`parvis.alerts.aligned.aligned`).

    Args:
        path: the file.
        usual: what an object is of which no class is said.

    Raises:
        SuiteError: see its message.
    """
    times, xs, ys, ids, codes = array("d"), array("d"), array("d"), array("q"), array("b")
    numbers: dict[str, int] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.DictReader(file)
            missing = [one for one in COLUMNS if one not in (rows.fieldnames or ())]
            if missing:
                raise SuiteError(
                    path, "line 1", f"no column {', '.join(missing)}", f"write {','.join(COLUMNS)}"
                )
            for row in rows:
                try:
                    numbers_here = [float(row[key] or "") for key in ("t_s", "x_m", "y_m")]
                    code = ObjectClass.from_label(row.get(CLASS) or usual.label)
                except (ValueError, TypeError) as error:
                    raise SuiteError(
                        path, f"line {rows.line_num}", str(error), "write numbers with a point"
                    ) from None
                if not all(map(math.isfinite, numbers_here)):
                    raise SuiteError(
                        path, f"line {rows.line_num}", "not a finite number", "remove the row"
                    )
                times.append(numbers_here[0])
                xs.append(numbers_here[1])
                ys.append(numbers_here[2])
                ids.append(numbers.setdefault(row["id"], len(numbers)))
                codes.append(code)
    except FileNotFoundError:
        raise SuiteError(path, "", "there is no such file", "put it beside its truth") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SuiteError(path, "", f"it cannot be read: {error}", "write it as UTF-8 CSV") from None
    order = np.argsort(np.array(times), kind="stable")
    return aligned(
        Walks(
            np.array(times)[order],
            np.array(ids, dtype=np.int64)[order],
            np.column_stack((np.array(xs), np.array(ys)))[order],
            np.array(codes, dtype=np.int8)[order],
        )
    )


def _names_classes(path: Path) -> bool:
    """Whether there is a column of classes; of a file that cannot be read its reader will tell."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return CLASS in next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return True


def _truth(path: Path) -> _Truth:
    try:
        return _Truth.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        remedy = first.get("ctx", {}).get("remedy", "see docs/alerts.md for the keys")
        raise SuiteError(path, where, first["msg"], str(remedy)) from None
    except (OSError, ValueError) as error:
        raise SuiteError(path, "", f"it cannot be read: {error}", "write it as JSON") from None


def _zone(path: Path, name: str, said: _Zone) -> WatchedZone:
    use = ZoneUse(said.use) if said.use in {one.value for one in ZoneUse} else ZoneUse.WALKWAY
    try:
        zone = GroundZone(said.polygon, use, said.capacity)
    except ValueError as error:
        raise SuiteError(path, f"zones.{name}", str(error), "draw it in metres") from None
    way = None
    if said.way is not None:
        (ax, ay), (bx, by) = said.way
        length_m = math.hypot(bx - ax, by - ay)
        if not length_m:
            raise SuiteError(path, f"zones.{name}.way", "it goes nowhere", "give two points")
        way = ((bx - ax) / length_m, (by - ay) / length_m)
    return WatchedZone(zone, said.use, way, said.capacity)


def _line(path: Path, name: str, said: _Line) -> GroundLine:
    try:
        return GroundLine(said.points)
    except ValueError as error:
        raise SuiteError(path, f"lines.{name}", str(error), "draw it in metres") from None


def _rules(path: Path, said: _Truth, scene: Scene) -> list[Rule]:
    shapes = {*scene.zones, *scene.lines}
    if not said.rules:
        return watched_by_cameras(rules_of({}))
    rules = []
    for name, settings in said.rules.items():
        on = []
        for member in settings.on:
            shape = member.removeprefix(f"{SCENE}.")
            if shape not in shapes and member != SCENE:
                known = ", ".join(sorted(shapes)) or "none is drawn"
                raise SuiteError(
                    path, f"rules.{name}.on", f"no zone or line {member!r}", f"name one of: {known}"
                )
            on.append(Subject(SCENE) if member == SCENE else Subject(SCENE, shape))
        try:
            rules.append(
                rule_of(name, settings.model_copy(update={"on": tuple(s.key for s in on)}))
            )
        except RuleRefusedError as error:
            raise SuiteError(
                path, f"rules.{name}.{error.key}", str(error.message), str(error.remedy)
            ) from None
    return rules
