"""A rule as one sentence: when what passes which threshold, for how long, where, at what hours."""

from parvis.alerts.in_words import SEVERITY_WORDS
from parvis.alerts.kinds import Ground
from parvis.alerts.rule import Rule
from parvis.alerts.schedule import Hours
from parvis.server.hours_form import DAY_WORDS
from parvis.server.i18n import HARD, Words
from parvis.server.inbox.kind_words import LASTING
from parvis.server.inbox.where import where
from parvis.server.problems import T
from parvis.server.rulebook.indicators import indicator_word, level_said
from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind

WATCHED_WORDS = {
    AlertKind.DENSITY: T("the density"),
    AlertKind.ACCUMULATION: T("the time left before capacity"),
    AlertKind.CROWD_MOVEMENT: T("the people in a sudden movement"),
    AlertKind.GATHERING: T("the people who stand together"),
    AlertKind.WRONG_WAY: T("those who go the wrong way"),
    AlertKind.INTRUSION: T("those who are in a forbidden zone"),
    AlertKind.FORBIDDEN_CROSSING: T("those who cross a line that is not to be crossed"),
    AlertKind.QUEUE: T("the people in the queue"),
    AlertKind.LOITERING: T("the stay of one person"),
    AlertKind.STOPPED_VEHICLE: T("the time a vehicle stands"),
    AlertKind.SPEED: T("the speed of a vehicle"),
    AlertKind.PARKING_FULL: T("the parking spaces taken"),
    AlertKind.CAMERA_HEALTH: T("the time a camera does not measure"),
    AlertKind.UNUSUAL: T("the distance from the usual interval"),
    AlertKind.THRESHOLD: T("the chosen figure"),
}

PLACES = {
    Ground.ZONE: T("on every zone of its kind"),
    Ground.LINE: T("on every line"),
    Ground.VIEW: T("in every view"),
    Ground.CAMERA: T("on every camera"),
    Ground.SERIES: T("on every series"),
}


SOURCE_WORDS = (
    T("Parvis' own default, set where ordinary scenes of research data sets stay quiet"),
    T(
        "Parvis' own defaults, set below the densities where flow begins to fall (2 to 3 p/m²), "
        "where contact is involuntary (3.6) and where forces are dangerous (5.5); no certified "
        "limit"
    ),
    T(
        "time to threshold (N_crit - N) / (inflow - outflow); Parvis' own default, set where "
        "ordinary scenes of research data sets stay quiet"
    ),
    T("1 is the limit that the series' own past would have passed about twice a month"),
)
"""Where the figures of kinds come from, to be translated; a test holds them against the kinds."""


def sentence(site: Site, rule: Rule, words: Words) -> str:
    """``Quand la densité dépasse 1,0 p/m² (veille)… pendant 30 s, sur chaque zone, toujours.``"""
    _ = words._
    return _(
        "When {what} {passes} {levels}{lasts}, {where}, {when}.",
        what=watched_word(rule, words),
        passes=_("falls under") if rule.spec.bounds.falling else _("reaches"),
        levels=_levels(rule, words),
        lasts=_lasting(rule, words),
        where=_where(site, rule, words),
        when=_when(rule, words),
    )


def watched_word(rule: Rule, words: Words) -> str:
    """What the rule watches: ``la densité``."""
    if rule.kind is AlertKind.THRESHOLD and rule.indicator:
        return indicator_word(rule.indicator, words)
    return words._(WATCHED_WORDS[rule.kind].text)


def _levels(rule: Rule, words: Words) -> str:
    bounds = rule.bounds or rule.spec.bounds
    return ", ".join(
        f"{level_said(rule, value, words)} ({words._(SEVERITY_WORDS[level].text).lower()})"
        for level, value in sorted(bounds.at.items())
    )


def _lasting(rule: Rule, words: Words) -> str:
    for_s = rule.durations.for_s
    if for_s <= 0 or rule.kind in LASTING - {AlertKind.ACCUMULATION}:
        return ""
    lasts = f"{words.number(for_s, 1)}{HARD}s" if for_s < 1 else words.duration(for_s)
    return " " + words._("lasting {lasts}", lasts=lasts)


def _where(site: Site, rule: Rule, words: Words) -> str:
    if not rule.on:
        return words._(PLACES[rule.spec.looks_at].text)
    names = [where(site, subject).full for subject in sorted(rule.on)]
    return words._("on {places}", places=", ".join(names))


def _when(rule: Rule, words: Words) -> str:
    if not rule.schedule.hours:
        return words._("at any hour")
    return ", ".join(_hours(one, words) for one in rule.schedule.hours)


def _hours(one: Hours, words: Words) -> str:
    told = words._(
        "from {start} to {end}", start=one.start.strftime("%H:%M"), end=one.end.strftime("%H:%M")
    )
    if len(one.days) == len(DAY_WORDS):
        return told
    days = " ".join(words._(DAY_WORDS[day].text) for day in sorted(one.days))
    return f"{told} ({days})"
