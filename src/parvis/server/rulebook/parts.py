"""The parts of a rule's sentence that its form folds away, each with what it says now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from parvis.alerts.in_words import FORM_WORDS
from parvis.alerts.rule import Rule
from parvis.server.classes import class_word
from parvis.server.i18n import Words
from parvis.server.inbox.where import where
from parvis.server.rulebook.form import Filled
from parvis.server.rulebook.sentence import PLACES
from parvis.site.shapes import Site
from parvis.values.alerts import Subject

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """What each folded part says.

    Args:
        places: where it looks.
        classes: whose doing counts.
        forms: which forms of its kind.
        hours: when it watches.
        over: when the alert is over.
        calm: what keeps it from ringing too often.
        purposes: what it may serve.
        todo: the town's own words, if any.
    """

    places: str
    classes: str
    forms: str
    hours: str
    over: str
    calm: str
    purposes: str
    todo: str


def parts(site: Site, rule: Rule, filled: Filled, words: Words) -> Parts:
    """Say them as the form is filled in."""
    _ = words._
    return Parts(
        places=_places(site, rule, filled, words),
        classes=_listed((class_word(one, words) for one in sorted(filled.classes)), words)
        or _("whoever its kind is about"),
        forms=_listed(_forms(filled.forms, words), words) or _("in any form"),
        hours=_hours(filled, words),
        over=_over(rule, filled, words),
        calm=_(
            "at most {cap} an hour for one camera; back within {cooldown} s is the same alert",
            cap=filled.cap or str(rule.cap_per_hour),
            cooldown=filled.cooldown_s or f"{rule.cooldown_s:g}",
        ),
        purposes=_listed(filter(None, map(str.strip, filled.purposes.splitlines())), words)
        or _("none named"),
        todo=_("the town’s own") if any(filled.todo.values()) else _("as the kind advises"),
    )


def _places(site: Site, rule: Rule, filled: Filled, words: Words) -> str:
    names = [where(site, Subject.from_key(one)).full for one in sorted(filled.on)]
    return _listed(names, words) or words._(PLACES[rule.spec.looks_at].text)


def _forms(ticked: Collection[str], words: Words) -> Iterable[str]:
    return (words._(word.text) for form, word in FORM_WORDS.items() if form.value in ticked)


def _hours(filled: Filled, words: Words) -> str:
    rows = [words._("from {start} to {end}", start=one.start, end=one.end) for one in filled.hours]
    return _listed(rows, words) or words._("at any hour")


def _over(rule: Rule, filled: Filled, words: Words) -> str:
    timing = rule.spec.timing
    lasts = filled.release_s or f"{timing.release_s:g}"
    share = filled.release or f"{timing.release * 100:g}"
    if rule.spec.bounds.falling:
        return words._(
            "once its threshold is under {share} % of the value, for {lasts} s",
            share=share,
            lasts=lasts,
        )
    return words._("once under {share} % of its threshold, for {lasts} s", share=share, lasts=lasts)


def _listed(names: Iterable[str], words: Words) -> str:
    """``a, b, c et 4 autres``; empty without any."""
    found = list(names)
    told, more = found[:_MOST_NAMED], len(found) - _MOST_NAMED
    text = ", ".join(told)
    if more <= 0:
        return text
    return words.ngettext("{names} and {n} more", "{names} and {n} more", more, names=text)
