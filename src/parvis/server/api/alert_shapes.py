"""Alerts as the API says them."""

import math
from dataclasses import asdict
from typing import Any

from pydantic import Field

from parvis.alerts.advice import to_do
from parvis.alerts.amounts import quantity_of
from parvis.alerts.rule import Rule
from parvis.server.api.shapes import Answer
from parvis.server.i18n import LANGUAGES, catalogue
from parvis.server.shown_alerts import Withheld
from parvis.site.shapes import Site
from parvis.values.alert_history import AlertEvent
from parvis.values.alerts import Alert, Replay
from parvis.values.classes import ObjectClass

UNVERIFIED = {"fr": "Non vérifié par une personne.", "en": "Not verified by a person."}
"""What stands beside every alert until a person has judged it."""


class JudgementOut(Answer):
    """A person's verdict."""

    verdict: str = Field(description="confirmed or dismissed")
    who: str
    time_s: float
    reason: str | None = Field(
        description=(
            "Why dismissed: nothing_there, harmless, expected, wrong_place or duplicate; else null."
        )
    )
    note: str


class UsualOut(Answer):
    """A stretch of hours against what is usual: value instead of expected, usually low to high."""

    hours: int = Field(description="Length of the stretch.")
    value: float = Field(description="Counted in it; of people who stay, their mean number.")
    expected: float
    low: float = Field(description="Between low and high lie nine of ten ordinary ones.")
    high: float


class AlertOut(Answer):
    """An alert as it is now. Times are seconds since the epoch; what is unknown is null."""

    id: str
    number: int = Field(description="Running number of the site, for people: A-1207.")
    notice: dict[str, str] | None = Field(
        description="What must stand beside it (fr, en); null once a person has judged it."
    )
    rule: str
    rule_label: str
    version: str = Field(description="What the rule said, as twelve hexadecimal digits.")
    model: str = Field(description="The detector that saw it; empty where none did.")
    kind: str
    form: str
    basis: str = Field(description="image, health or closed: what it was made from.")
    unit: str
    camera: str = Field(description="A camera's name, or place:NAME.")
    camera_label: str
    shape: str = Field(description="A line or zone of it; * for all of it.")
    at_m: tuple[float, float] | None = Field(description="Where on the camera's ground, metres.")
    severity: str = Field(description="Now: none, watch, warn, alarm or critical.")
    peak: str = Field(description="The highest so far.")
    value: float | None
    low: float | None
    high: float | None
    threshold: float | None
    usual: UsualOut | None = Field(
        description="What an alert of the unusual was made from; null for every other."
    )
    since_s: float = Field(description="Since when the condition has held.")
    raised_s: float
    changed_s: float
    over_s: float | None
    held_s: float | None = Field(description="Since when its camera cannot tell, or null.")
    episodes: int = Field(description="How many times it came back and was taken together.")
    shadow: bool = Field(description="Its rule is on trial: nobody is to be disturbed.")
    taken_by: str | None
    taken_s: float | None
    judgement: JudgementOut | None
    closed: bool = Field(description="Over, and judged by a person.")
    todo: dict[str, str] = Field(
        description="What to do at this severity (fr, en): the town's own words, else its kind's."
    )


class WithheldOut(Answer):
    """Alerts that are kept and shown to nobody under the profile in force."""

    count: int
    reason: dict[str, str] = Field(description="What the profile says of them (fr, en).")

    @classmethod
    def of(cls, withheld: Withheld) -> "WithheldOut":
        """As the API says it."""
        return cls(
            count=withheld.count, reason={"fr": withheld.reason.fr, "en": withheld.reason.en}
        )


class AlertsOut(Answer):
    """A page of alerts, the highest number first."""

    alerts: tuple[AlertOut, ...]
    next: int | None = Field(description="`before` of the next page; null on the last.")
    waiting: int = Field(description="How many nobody has taken or judged, on all pages.")
    taken: int = Field(description="How many somebody takes care of.")
    withheld: WithheldOut | None = Field(
        description="For the administrator and the DPO: how many are kept and not shown; else null."
    )


class EventOut(Answer):
    """One line of an alert's history."""

    time_s: float
    deed: str = Field(
        description=(
            "raised, rose, fell, over, held, resumed, lapsed, withdrawn, expired; taken, "
            "confirmed, dismissed, undone."
        )
    )
    severity: str
    value: float | None
    low: float | None
    high: float | None
    threshold: float | None
    version: str
    model: str
    who: str
    reason: str | None
    note: str


class AlertHistoryOut(Answer):
    """An alert with all that happened to it."""

    alert: AlertOut
    history: tuple[EventOut, ...]
    replay: bool = Field(description="Whether there are dots of the seconds before it.")


class ReplayOut(Answer):
    """The seconds before an alert as dots on the ground, without identity."""

    start_s: float
    step_s: float
    frames: tuple[tuple[tuple[float, float, str], ...], ...] = Field(
        description="For each step the objects there: x_m, y_m, class."
    )


def alert_out(alert: Alert, site: Site, rules: dict[str, Rule]) -> AlertOut:
    """An alert as the API says it."""
    said, rule = alert.judgement, rules.get(alert.rule)
    declared = site.rules.get(alert.rule)
    return AlertOut(
        id=alert.id,
        number=alert.number,
        notice=UNVERIFIED if said is None else None,
        rule=alert.rule,
        rule_label=declared.called(alert.rule) if declared else alert.rule,
        version=alert.version,
        model=alert.model,
        kind=alert.kind.value,
        form=alert.form.value,
        basis=alert.basis.value,
        unit=quantity_of(alert.kind, alert.indicator).unit,
        camera=alert.subject.camera,
        camera_label=_label(alert, site),
        shape=alert.subject.shape,
        at_m=alert.at,
        severity=alert.severity.label,
        peak=alert.peak.label,
        value=_finite(alert.value),
        low=_finite(alert.low),
        high=_finite(alert.high),
        threshold=_finite(alert.threshold),
        usual=None if alert.usual is None else UsualOut(**asdict(alert.usual)),
        since_s=alert.since_s,
        raised_s=alert.raised_s,
        changed_s=alert.changed_s,
        over_s=alert.over_s,
        held_s=alert.held_s,
        episodes=alert.episodes,
        shadow=alert.shadow,
        taken_by=alert.taken_by,
        taken_s=alert.taken_s,
        judgement=None
        if said is None
        else JudgementOut(
            verdict=said.verdict.value,
            who=said.who,
            time_s=said.time_s,
            reason=None if said.reason is None else said.reason.value,
            note=said.note,
        ),
        closed=alert.closed,
        todo=_todo(alert, rule),
    )


def event_out(event: AlertEvent) -> EventOut:
    """A line of history as the API says it."""
    return EventOut(
        time_s=event.time_s,
        deed=event.deed.value,
        severity=event.severity.label,
        value=_finite(event.value),
        low=_finite(event.low),
        high=_finite(event.high),
        threshold=_finite(event.threshold),
        version=event.version,
        model=event.model,
        who=event.who,
        reason=None if event.reason is None else event.reason.value,
        note=event.note,
    )


def replay_out(replay: Replay) -> ReplayOut:
    """Dots as the API says them."""
    return ReplayOut(
        start_s=replay.start_s,
        step_s=replay.step_s,
        frames=tuple(
            tuple((x_m, y_m, ObjectClass(code).label) for x_m, y_m, code in frame)
            for frame in replay.frames
        ),
    )


def told(
    alerts: tuple[Alert, ...], site: Site, rules: dict[str, Rule], *, more: bool
) -> dict[str, Any]:
    """News of alerts on the live stream."""
    return {
        "alerts": [alert_out(one, site, rules).model_dump() for one in alerts],
        "more": more,
    }


def _label(alert: Alert, site: Site) -> str:
    place = alert.subject.place
    if place is not None:
        held = site.places.get(place)
        return held.label or place if held else place
    camera = site.cameras.get(alert.subject.camera)
    return camera.label or alert.subject.camera if camera else alert.subject.camera


def _todo(alert: Alert, rule: Rule | None) -> dict[str, str]:
    """In each language; of an alert that is over, as at its highest."""
    severity = alert.severity if alert.over_s is None else alert.peak
    said = to_do(alert.kind, alert.form, severity, rule.todo if rule is not None else {})
    if isinstance(said, str):
        return dict.fromkeys(LANGUAGES, said)
    return {language: said.shown(catalogue(language).gettext) for language in LANGUAGES}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
