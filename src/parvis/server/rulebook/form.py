"""The form of a rule: what it shows, and the settings that a filled one asks for."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from parvis.alerts.kinds import KINDS
from parvis.server.hours_form import HoursRow, given_hours, hours_settings, shown_hours
from parvis.server.problems import T
from parvis.server.rulebook.edits import sound_settings, unsaveable
from parvis.site.rules import RuleSettings

LEVELS = ("watch", "warn", "alarm", "critical")


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form, as text, so that what is wrong comes back as it was typed.

    Args:
        name: of the rule; empty for one that has none yet.
        label, for_s, release_s, cooldown_s, cap, radius_m: fields; empty: as the kind says.
        release: share of the level under which it is over, per cent; empty: as the kind says.
        levels: the whole ladder; a rung that is empty is not there.
        on, classes, forms: what is ticked; nothing: all that the kind is about.
        direction: of a line.
        hours: when it watches; no row: always.
        purposes: one a line.
        shadow: on trial.
        todo: by severity.
        indicator: what a threshold watches.
    """

    name: str
    label: str
    levels: Mapping[str, str]
    for_s: str
    release: str
    release_s: str
    cooldown_s: str
    cap: str
    radius_m: str
    on: frozenset[str]
    classes: frozenset[str]
    forms: frozenset[str]
    direction: str
    hours: tuple[HoursRow, ...]
    purposes: str
    shadow: bool
    todo: Mapping[str, str]
    indicator: str = ""


def shown(name: str, said: RuleSettings) -> Filled:
    """The form of a rule as it stands."""
    return Filled(
        name=name,
        label=said.label or "",
        levels=_ladder(said),
        for_s=_plain(said.for_s),
        release=_plain(None if said.release is None else said.release * 100),
        release_s=_plain(said.release_s),
        cooldown_s=_plain(said.cooldown_s),
        cap=str(said.cap_per_hour),
        radius_m=_plain(said.radius_m),
        on=frozenset(said.on),
        classes=frozenset(said.classes),
        forms=frozenset(one.value for one in said.forms),
        direction=said.direction,
        hours=shown_hours(said.hours),
        purposes="\n".join(said.purposes),
        shadow=said.mode == "shadow",
        todo={str(key): text for key, text in said.todo.items()},
        indicator=said.indicator,
    )


def given(name: str, form: FormData) -> Filled:
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
        release=text("release"),
        release_s=text("release_s"),
        cooldown_s=text("cooldown_s"),
        cap=text("cap"),
        radius_m=text("radius_m"),
        on=ticked("on"),
        classes=ticked("classes"),
        forms=ticked("forms"),
        direction=text("direction") or "both",
        hours=given_hours(form),
        purposes=text("purposes"),
        shadow=bool(text("shadow")),
        todo={key: text(f"todo_{key}") for key in LEVELS},
        indicator=text("indicator"),
    )


def settings(filled: Filled, held: RuleSettings) -> RuleSettings:
    """The settings that a filled form asks for.

    Args:
        held: what the rule says so far; lists keep its order, and its kind does not change.

    Raises:
        ProblemError: 422 with what is wrong.
    """
    purposes = dict.fromkeys(filter(None, map(str.strip, filled.purposes.splitlines())))
    wanted: dict[str, Any] = {
        "kind": held.kind.value,
        "label": filled.label or None,
        "on": _in_order(filled.on, held.on),
        "levels": _levels(filled, held),
        "for_s": _optional(filled.for_s),
        "release": _share(filled.release),
        "release_s": _optional(filled.release_s),
        "hours": hours_settings(filled.hours),
        "classes": _in_order(filled.classes, held.classes),
        "forms": _in_order(filled.forms, [one.value for one in held.forms]),
        "indicator": filled.indicator or held.indicator,
        "radius_m": _optional(filled.radius_m),
        "direction": filled.direction,
        "mode": "shadow" if filled.shadow else "live",
        "purposes": list(purposes),
        "todo": {key: value for key, value in filled.todo.items() if value},
    }
    if filled.cooldown_s:
        wanted["cooldown_s"] = _number(filled.cooldown_s)
    if filled.cap:
        wanted["cap_per_hour"] = int(_number(filled.cap))
    return sound_settings(filled.name or "new", wanted)


def _in_order(ticked: frozenset[str], held: Any) -> list[str]:
    """What is ticked, in the order of the file; what is new comes last."""
    kept = [one for one in held if one in ticked]
    return [*kept, *sorted(ticked - set(kept))]


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


def _optional(text: str) -> float | None:
    return _number(text) if text else None


def _share(percent: str) -> float | None:
    # 80 % is 0.8, not 0.8000000000000002.
    return round(_number(percent) / 100, 6) if percent else None


def _number(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise unsaveable(
            T("“{text}” is no number.")(text=text[:20]), T("Write it in figures, as 2.5.")
        )
    return number


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
