"""Kinds of alerts, severities and reasons in words, and the shape that stands beside each."""

import math

from parvis.alerts import in_words
from parvis.alerts.in_words import SEVERITY_WORDS
from parvis.alerts.kinds import KINDS, Basis
from parvis.server.i18n import HARD, Words
from parvis.server.problems import T
from parvis.values.alerts import Alert, AlertKind, DismissReason, Form, Severity

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

_DIGITS = {AlertKind.DENSITY: 1, AlertKind.UNUSUAL: 1}
_PEOPLE = frozenset({AlertKind.CROWD_MOVEMENT, AlertKind.GATHERING, AlertKind.QUEUE})
GRAVE = Severity.ALARM
"""From this severity on an alert enters the list at once, and stays on its first page."""

_UNITS = {
    "density": (KINDS[AlertKind.DENSITY].unit, 1),
    "speed": ("m/s", 1),
    "net": ("p/s", 1),
}
"""Unit and digits of what a threshold watches now."""

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
    return KINDS[kind].basis is Basis.HEALTH


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


def amount(kind: AlertKind, value: float, words: Words, indicator: str = "") -> str:
    """A value with its unit: ``2,2 p/m²``, ``4 min``, ``12 personnes``; « — » for no end at all.

    Args:
        indicator: what a threshold watches, where known.
    """
    if not math.isfinite(value):
        return words.number(None)
    if kind is AlertKind.THRESHOLD:
        return _of_a_threshold(indicator, value, words)
    if kind in LASTING:
        return words.duration(value)
    if kind in _PEOPLE:
        return words.ngettext("{n} person", "{n} people", round(value))
    if kind is AlertKind.PARKING_FULL:
        return words.percent(value / 100)
    unit = KINDS[kind].unit
    if unit == "objects":
        return words.ngettext("{n} person or vehicle", "{n} people or vehicles", round(value))
    number = words.number(value, _DIGITS.get(kind, 0))
    return f"{number}{HARD}{unit}" if unit else number


def _of_a_threshold(indicator: str, value: float, words: Words) -> str:
    if indicator in ("people", "queue"):
        return words.ngettext("{n} person", "{n} people", round(value))
    if indicator == "parked":
        return words.ngettext("{n} vehicle", "{n} vehicles", round(value))
    unit, digits = _UNITS.get(indicator, ("", 0 if value == round(value) else 1))
    number = words.number(value, digits)
    return f"{number}{HARD}{unit}" if unit else number


def bounds(kind: AlertKind, low: float | None, high: float | None, words: Words) -> str:
    """The interval of a value, without unit: ``2,0–2,4``; empty without one."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if kind in LASTING:
        return words._("from {low} to {high}", low=words.duration(low), high=words.duration(high))
    return words.interval(low, high, _DIGITS.get(kind, 0))
