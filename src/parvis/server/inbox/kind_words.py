"""Kinds of alerts, severities and reasons in words, and the shape that stands beside each."""

import math

from parvis.alerts import in_words
from parvis.alerts.amounts import quantity_of
from parvis.alerts.in_words import SEVERITY_WORDS
from parvis.alerts.kinds import KINDS
from parvis.server.i18n import Words
from parvis.server.problems import T
from parvis.values.alerts import Alert, AlertBasis, AlertKind, DismissReason, Form, Severity

_FULLNESS_WORDS = {
    Severity.WATCH: T("Busy"),
    Severity.WARN: T("Dense"),
    Severity.ALARM: T("Critical"),
    Severity.CRITICAL: T("Critical"),
}
"""A severity of what tells how full a place is bears the name of its level, as on every screen."""

_FULLNESS = frozenset({AlertKind.DENSITY, AlertKind.ACCUMULATION})

_MARKS = {
    Severity.NONE: "none",
    Severity.WATCH: "busy",
    Severity.WARN: "dense",
    Severity.ALARM: "critical",
    Severity.CRITICAL: "critical",
}

REASON_WORDS = {
    DismissReason.NOTHING_THERE: T("Nothing there"),
    DismissReason.HARMLESS: T("Harmless"),
    DismissReason.EXPECTED: T("Expected: market, exit, event"),
    DismissReason.WRONG_PLACE: T("Wrong place or zone"),
    DismissReason.DUPLICATE: T("Known already"),
}

GRAVE = Severity.ALARM
"""From this severity on an alert enters the list at once, and stays on its first page."""

LASTING = frozenset(
    {
        AlertKind.ACCUMULATION,
        AlertKind.LOITERING,
        AlertKind.STOPPED_VEHICLE,
        AlertKind.CAMERA_HEALTH,
    }
)
"""Kinds whose value is a length of time, in seconds."""


def what(kind: AlertKind, form: Form, words: Words) -> str:
    """What happened, as a noun."""
    return words.shown(in_words.what(kind, form))


def is_health(kind: AlertKind) -> bool:
    """Whether it tells of Parvis' own cameras, not of people."""
    return KINDS[kind].basis is AlertBasis.HEALTH


def severity_word(kind: AlertKind, severity: Severity, words: Words) -> str:
    """The word beside the mark."""
    if is_health(kind):
        return words._("No measure")
    own = _FULLNESS_WORDS.get(severity) if kind in _FULLNESS else None
    return words._((own or SEVERITY_WORDS[severity]).text)


def mark(kind: AlertKind, severity: Severity) -> str:
    """The shape of a level, a name of ``icons.level``."""
    return "gap" if is_health(kind) else _MARKS[severity]


def shown_severity(alert: Alert) -> Severity:
    """The severity to show: the one now, and of what is over the highest it had."""
    return alert.severity if alert.over_s is None else alert.peak


def is_grave(severity: Severity) -> bool:
    """Whether it enters the list at once, whoever is reading."""
    return severity >= GRAVE


def bounds(
    kind: AlertKind, low: float | None, high: float | None, words: Words, indicator: str = ""
) -> str:
    """The interval of a value, without unit: ``2,0–2,4``; empty without one."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    found = quantity_of(kind, indicator)
    if found.unit == "s":
        return words._("from {low} to {high}", low=words.duration(low), high=words.duration(high))
    scale = 100.0 if found.unit == "share" else 1.0
    return words.interval(low * scale, high * scale, found.digits)
