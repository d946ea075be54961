"""What a threshold may watch, as people call it, and the levels of rules in their unit."""

from parvis.alerts.amounts import amount
from parvis.alerts.rule import Rule
from parvis.server.i18n import Words
from parvis.server.problems import T
from parvis.server.series_words import KIND_WORDS
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
    SeriesKind.CROSSINGS: T("the crossings of a quarter of an hour"),
    SeriesKind.ENTRIES: T("the entries of a quarter of an hour"),
    SeriesKind.EXITS: T("the exits of a quarter of an hour"),
}
"""Closed measures that have a name of their own; of the others it is told what is counted."""


def indicator_word(indicator: str, words: Words) -> str:
    """``le nombre de présents``, ``la mesure close « densité, personnes au mètre carré »``."""
    if indicator in LIVE_WORDS:
        return words._(LIVE_WORDS[indicator].text)
    kind = SeriesKind(indicator) if indicator in set(SeriesKind) else None
    if kind is None:
        return words._("the closed measure {name}", name=indicator)
    if kind in CLOSED_WORDS:
        return words._(CLOSED_WORDS[kind].text)
    return words._("the closed measure “{name}”", name=words._(KIND_WORDS[kind].text))


def level_said(rule: Rule, value: float, words: Words) -> str:
    """A level of a rule with its unit: ``2,0 p/m²``, ``4 personnes``."""
    return amount(rule.kind, value, words, rule.indicator)
