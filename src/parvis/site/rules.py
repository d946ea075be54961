"""The shapes of ``rules``: what raises an alert, from when on, at what hours, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, Strict

from parvis.site.fields import Shape, Text, no_repeat
from parvis.values.alerts import AlertKind, Form, Severity
from parvis.values.series import PLACE

Watched = Annotated[
    str,
    Field(pattern=r"^(place:)?[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)?$", max_length=140),
]
"""camera, camera.zone, camera.line or place:name."""

Number = Annotated[float, Strict(), Field(ge=-1e9, le=1e9, allow_inf_nan=False)]
Seconds = Annotated[float, Strict(), Field(ge=0, le=86_400, allow_inf_nan=False)]
SeverityName = Literal["watch", "warn", "alarm", "critical"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
AnyClass = Literal["person", "bicycle", "car", "bus", "truck", "motorcycle", "vehicle"]


class WatchHours(Shape):
    """Hours of some days at which a rule watches."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1), AfterValidator(no_repeat)] = Field(
        default=WEEK, title="Days", description="Days on which the hours begin."
    )
    start: ClockTime = Field(alias="from", title="From", description="Civil time, as 22:00.")
    end: ClockTime = Field(
        alias="to",
        title="To",
        description="Civil time; one that is not after the start lies on the following day.",
    )


class RuleSettings(Shape):
    """What raises an alert that a person judges."""

    label: Text | None = Field(
        default=None,
        title="Label",
        description="The name that people read; without one, the rule's name.",
    )
    kind: AlertKind = Field(title="Kind", description="What the rule watches for.")
    on: Annotated[tuple[Watched, ...], Field(max_length=500), AfterValidator(no_repeat)] = Field(
        default=(),
        title="On",
        description=(
            "camera, camera.zone, camera.line or place:name. Without any, wherever the kind of "
            "rule applies: a density on every zone where people walk or wait, a queue on queues."
        ),
    )
    levels: Annotated[dict[SeverityName, Number], Field(max_length=4)] = Field(
        default_factory=dict,
        title="Levels",
        description=(
            "The value from which each severity is reached, in the unit of the kind. Without any, "
            "the kind's own, whose source is shown; for a density, that of the place's own ladder."
        ),
    )
    for_s: Seconds | None = Field(
        default=None,
        title="For",
        description="Seconds for which the value must last; without it, as the kind says.",
    )
    release: Annotated[float, Strict(), Field(gt=0, le=1, allow_inf_nan=False)] | None = Field(
        default=None,
        title="Release",
        description=(
            "Share of the level under which the value must fall before the alert is over "
            "(hysteresis); without it, as the kind says."
        ),
    )
    release_s: Seconds | None = Field(
        default=None,
        title="Release after",
        description="Seconds that it must stay there; without it, as the kind says.",
    )
    hours: Annotated[tuple[WatchHours, ...], Field(max_length=50)] = Field(
        default=(), title="Hours", description="When the rule watches; without any, always."
    )
    classes: Annotated[tuple[AnyClass, ...], AfterValidator(no_repeat)] = Field(
        default=(),
        title="Classes",
        description="Whose doing counts; without any, those that the kind is about.",
    )
    forms: Annotated[tuple[Form, ...], AfterValidator(no_repeat)] = Field(
        default=(),
        title="Forms",
        description=(
            "Which forms of the kind: surge, running, dispersal, stop_and_go of a crowd's "
            "movement; lost, moved, masked, dark, blurred of a "
            "camera; more, less of the unusual. Without any, all."
        ),
    )
    indicator: Annotated[str, Field(max_length=200)] = Field(
        default="",
        title="Indicator",
        description=(
            "What a threshold watches: people, density, speed, net, queue or parked of a zone or "
            "place now, or the kind of a closed measure, as crossings."
        ),
    )
    radius_m: Annotated[float, Strict(), Field(gt=0, le=50, allow_inf_nan=False)] | None = Field(
        default=None,
        title="Radius",
        description="How close people of a gathering stand, metres; without it, 1.5.",
    )
    direction: Literal["first", "second", "both"] = Field(
        default="both",
        title="Direction",
        description="In which direction of the line a crossing is forbidden.",
    )
    cooldown_s: Seconds = Field(
        default=120.0,
        title="Cool-down",
        description="A condition that comes back so soon continues the alert of before.",
    )
    hold_s: Annotated[float, Strict(), Field(ge=3600, le=604_800, allow_inf_nan=False)] = Field(
        default=14_400.0,
        title="Hold",
        description=(
            "Seconds for which an alert is held whose camera cannot tell whether it goes on. Then "
            "it is over, saying so; a person can judge it before and after."
        ),
    )
    cap_per_hour: Annotated[int, Strict(), Field(ge=1, le=1000)] = Field(
        default=12,
        title="Cap",
        description="Most alerts an hour for one camera; what is over it is counted, not raised.",
    )
    mode: Literal["live", "shadow"] = Field(
        default="live",
        title="Mode",
        description="shadow: on trial, nobody is disturbed, and its alerts can be looked at.",
    )
    purposes: Annotated[tuple[Text, ...], Field(max_length=20), AfterValidator(no_repeat)] = Field(
        default=(),
        title="Purposes",
        description="What the rule may serve, as the legal act that allows it names purposes.",
    )
    todo: Annotated[dict[SeverityName, Text], Field(max_length=4)] = Field(
        default_factory=dict,
        title="What to do",
        description="What the operator is told to do at each severity, in the town's words.",
    )

    def called(self, name: str) -> str:
        """What people read for it: its label, or the name it stands under."""
        return self.label or name


def unknown_watched(
    rules: Mapping[str, Any], cameras: Mapping[str, Any], places: Mapping[str, Any]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield what rules watch and the site does not have, as written.

    Args:
        rules, cameras, places: sections of the file as plain values.

    Yields:
        (key under ``rules``, message, remedy).
    """
    for name, rule in rules.items():
        on = rule.get("on") if isinstance(rule, dict) else None
        for at, member in enumerate(on if isinstance(on, (list, tuple)) else ()):
            said = _unknown(member, cameras, places) if isinstance(member, str) else None
            if said is not None:
                yield (name, "on", at), *said


def _unknown(
    member: str, cameras: Mapping[str, Any], places: Mapping[str, Any]
) -> tuple[str, str] | None:
    if member.startswith(PLACE):
        name = member[len(PLACE) :]
        if name in places:
            return None
        known = ", ".join(f"{PLACE}{one}" for one in sorted(places)[:5])
        return f"there is no place {name!r}", f"name one of the places: {known or 'none yet'}"
    camera, _, shape = member.partition(".")
    if camera not in cameras:
        known = ", ".join(sorted(cameras)[:5])
        return f"there is no camera {camera!r}", f"name one of the cameras: {known or 'none yet'}"
    held = cameras[camera] if isinstance(cameras[camera], dict) else {}
    drawn = [
        one
        for kind in ("zones", "lines")
        for one in (held.get(kind) if isinstance(held.get(kind), dict) else {}) or {}
    ]
    if not shape or shape in drawn:
        return None
    known = ", ".join(f"{camera}.{one}" for one in sorted(drawn)[:5])
    remedy = f"name one of its shapes: {known}" if known else "draw the zone or line first"
    return f"camera {camera!r} has no zone or line {shape!r}", remedy


def severities(levels: Mapping[SeverityName, float]) -> dict[Severity, float]:
    """Levels by severity."""
    return {Severity.from_label(name): value for name, value in levels.items()}
