"""What a threshold may watch, as people call it, and its values in its unit."""

from parvis.alerts.kinds import KINDS
from parvis.alerts.rule import Rule
from parvis.server.i18n import HARD, Words
from parvis.server.inbox.kind_words import amount
from parvis.server.problems import T
from parvis.values.alerts import AlertKind
from parvis.values.series import SeriesKind

LIVE_WORDS = {
    "people": T("the number of people present"),
    "density": T("the density"),
    "speed": T("the mean speed of people"),
    "net": T("how many more people come in than go out"),
    "queue": T("the people in the queue"),
    "parked": T("the vehicles parked"),
}
"""Indicators of now."""

CLOSED_WORDS = {
    SeriesKind.CROSSINGS.value: T("the crossings of a quarter of an hour"),
    SeriesKind.ENTRIES.value: T("the entries of a quarter of an hour"),
    SeriesKind.EXITS.value: T("the exits of a quarter of an hour"),
}
"""Closed measures that a form offers; any other is named in site.yaml."""

_PEOPLE = frozenset({"people", "queue"})
_UNITS = {
    "density": (KINDS[AlertKind.DENSITY].unit, 1),
    "speed": ("m/s", 1),
    "net": ("p/s", 1),
}


def indicator_word(indicator: str, words: Words) -> str:
    """``le nombre de présents``; a closed measure without words bears its name."""
    known = (LIVE_WORDS | CLOSED_WORDS).get(indicator)
    if known is not None:
        return words._(known.text)
    return words._("the closed measure {name}", name=indicator)


def level_said(rule: Rule, value: float, words: Words) -> str:
    """A level of a rule with its unit: ``2,0 p/m²``, ``4 personnes``."""
    if rule.kind is not AlertKind.THRESHOLD:
        return amount(rule.kind, value, words)
    if rule.indicator in _PEOPLE:
        return words.ngettext("{n} person", "{n} people", round(value))
    if rule.indicator == "parked":
        return words.ngettext("{n} vehicle", "{n} vehicles", round(value))
    unit, digits = _UNITS.get(rule.indicator, ("", 0 if value == round(value) else 1))
    number = words.number(value, digits)
    return f"{number}{HARD}{unit}" if unit else number
