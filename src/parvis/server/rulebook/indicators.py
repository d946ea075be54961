"""What a threshold may watch, as people call it, and the levels of rules in their unit."""

from parvis.alerts.amounts import amount
from parvis.alerts.rule import Rule
from parvis.server.i18n import Words
from parvis.server.problems import T
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


def indicator_word(indicator: str, words: Words) -> str:
    """``le nombre de présents``; a closed measure without words bears its name."""
    known = (LIVE_WORDS | CLOSED_WORDS).get(indicator)
    if known is not None:
        return words._(known.text)
    return words._("the closed measure {name}", name=indicator)


def level_said(rule: Rule, value: float, words: Words) -> str:
    """A level of a rule with its unit: ``2,0 p/m²``, ``4 personnes``."""
    return amount(rule.kind, value, words, rule.indicator)
