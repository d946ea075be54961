"""The form of a rule: what it shows, and the settings that a filled one asks for."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from parvis.alerts.from_site import RuleRefusedError, rule_of
from parvis.alerts.kinds import KINDS, Ground
from parvis.server.errors import invalid_request
from parvis.server.i18n import Words
from parvis.server.problems import ProblemError, T
from parvis.server.rulebook.indicators import CLOSED_WORDS, LIVE_WORDS, indicator_word
from parvis.site.rules import WEEK, RuleSettings
from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind
from parvis.values.series import PLACE

LEVELS = ("watch", "warn", "alarm", "critical")


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, as text, so that what is wrong comes back as it was typed.

    Args:
        name: of the rule; empty for one that has none yet.
        label, for_s, cooldown_s, cap, radius_m: fields; empty: as the kind says.
        levels: the whole ladder; a rung that is empty is not there.
        on: what is ticked.
        start, end: hours; empty: always. ``days``: ticked.
        shadow: on trial.
        todo: by severity.
        indicator: what a threshold watches.
        several: the rule has several stretches of hours, which only the file can change.
    """

    name: str
    label: str
    levels: Mapping[str, str]
    for_s: str
    cooldown_s: str
    cap: str
    radius_m: str
    on: frozenset[str]
    start: str
    end: str
    days: frozenset[str]
    shadow: bool
    todo: Mapping[str, str]
    indicator: str = ""
    several: bool = False


def shown(name: str, said: RuleSettings) -> Filled:
    """The form of a rule as it stands."""
    hours = said.hours[0] if len(said.hours) == 1 else None
    return Filled(
        name=name,
        label=said.label or "",
        levels=_ladder(said),
        for_s=_plain(said.for_s),
        cooldown_s=_plain(said.cooldown_s),
        cap=str(said.cap_per_hour),
        radius_m=_plain(said.radius_m),
        on=frozenset(said.on),
        start=hours.start if hours else "",
        end=hours.end if hours else "",
        days=frozenset(hours.days if hours else WEEK),
        shadow=said.mode == "shadow",
        todo={str(key): text for key, text in said.todo.items()},
        indicator=said.indicator,
        several=len(said.hours) > 1,
    )


def given(name: str, form: FormData, *, several: bool) -> Filled:
    """The form as somebody filled it."""

    def text(key: str) -> str:
        value = form.get(key, "")
        return value.strip() if isinstance(value, str) else ""

    def ticked(key: str) -> frozenset[str]:
        return frozenset(one for one in form.getlist(key) if isinstance(one, str))

    return Filled(
        name=name or text("name"),
        label=text("label"),
        levels={key: text(f"level_{key}") for key in LEVELS},
        for_s=text("for_s"),
        cooldown_s=text("cooldown_s"),
        cap=text("cap"),
        radius_m=text("radius_m"),
        on=ticked("on"),
        start=text("start"),
        end=text("end"),
        days=ticked("days"),
        shadow=bool(text("shadow")),
        todo={key: text(f"todo_{key}") for key in LEVELS},
        indicator=text("indicator"),
        several=several,
    )


def settings(filled: Filled, held: RuleSettings) -> RuleSettings:
    """The settings that a filled form asks for; what the form does not show stays as it was.

    Raises:
        ProblemError: 422 with what is wrong.
    """
    wanted: dict[str, Any] = held.model_dump(mode="json", by_alias=True)
    wanted |= {
        "label": filled.label or None,
        "levels": _levels(filled, held),
        "for_s": _number(filled.for_s) if filled.for_s else None,
        "on": sorted(filled.on),
        "mode": "shadow" if filled.shadow else "live",
        "todo": {key: value for key, value in filled.todo.items() if value},
        "radius_m": _number(filled.radius_m) if filled.radius_m else None,
    }
    if filled.indicator:
        wanted["indicator"] = filled.indicator
    if filled.cooldown_s:
        wanted["cooldown_s"] = _number(filled.cooldown_s)
    if filled.cap:
        wanted["cap_per_hour"] = int(_number(filled.cap))
    if not filled.several:
        wanted["hours"] = _hours(filled)
    try:
        sound = RuleSettings.model_validate(wanted)
        rule_of(filled.name or "new", sound)
    except ValidationError as error:
        raise invalid_request(list(error.errors(include_url=False, include_input=False))) from None
    except RuleRefusedError as error:
        raise _wrong(error.message, error.remedy) from None
    return sound


def choices(site: Site, kind: AlertKind) -> Sequence[tuple[str, str]]:
    """What a rule of a kind may look at: (as in site.yaml, label)."""
    spec = KINDS[kind]
    found: list[tuple[str, str]] = []
    for name, camera in site.cameras.items():
        if spec.looks_at in (Ground.VIEW, Ground.CAMERA, Ground.SERIES):
            found.append((name, camera.label))
        drawn: Mapping[str, Any] = {}
        if spec.looks_at in (Ground.ZONE, Ground.SERIES):
            drawn = {
                key: zone
                for key, zone in camera.zones.items()
                if not spec.uses or zone.use in spec.uses
            }
        elif spec.looks_at is Ground.LINE:
            drawn = camera.lines
        found += [
            (f"{name}.{key}", f"{camera.label}, {one.called(key)}") for key, one in drawn.items()
        ]
    if spec.looks_at is Ground.SERIES:
        found += [(f"{PLACE}{name}", place.label) for name, place in site.places.items()]
    return found


def _ladder(said: RuleSettings) -> dict[str, str]:
    """The rungs of a rule: its own, or where it has none those of its kind."""
    if said.levels:
        return {str(key): _plain(value) for key, value in said.levels.items()}
    return {one.label: _plain(value) for one, value in KINDS[said.kind].bounds.at.items()}


def _levels(filled: Filled, held: RuleSettings) -> dict[str, float]:
    """The ladder to write: none where the rule goes on following its kind."""
    given_levels = {key: _number(value) for key, value in filled.levels.items() if value}
    own = {one.label: value for one, value in KINDS[held.kind].bounds.at.items()}
    return {} if not held.levels and given_levels == own else given_levels


def indicators(words: Words, held: str) -> list[tuple[str, str]]:
    """What the form of a threshold offers: (as in site.yaml, label), with what it watches now."""
    offered = dict.fromkeys((*LIVE_WORDS, *CLOSED_WORDS, *([held] if held else [])))
    return [(one, indicator_word(one, words)) for one in offered]


def _hours(filled: Filled) -> list[dict[str, Any]]:
    if not filled.start and not filled.end:
        return []
    if not filled.start or not filled.end or not filled.days:
        raise _wrong(
            T("Hours have a beginning, an end and at least one day."),
            T("Fill in all three, or clear both times: the rule then watches at any hour."),
        )
    one: dict[str, Any] = {"from": filled.start, "to": filled.end}
    if len(filled.days) < len(WEEK):
        one = {"days": [day for day in WEEK if day in filled.days]} | one
    return [one]


def _number(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _wrong(T("“{text}” is no number.")(text=text[:20]), T("Write it in figures, as 2.5."))
    return number


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _wrong(why: T, remedy: T) -> ProblemError:
    return ProblemError(422, "rule", T("The rule cannot be saved like this."), why, remedy)
