"""The page of one rule: its sentence and record, the replay strip, the form."""

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from parvis.alerts.from_site import INDICATORS, RuleRefusedError, rule_of
from parvis.alerts.in_words import KIND_WORDS, SEVERITY_WORDS
from parvis.alerts.rule import Rule
from parvis.policy.terms import Role
from parvis.server.hours_form import week_choices
from parvis.server.i18n import Words
from parvis.server.pages.alerts import reader_of
from parvis.server.pages.frame import View, render, said_problem
from parvis.server.problems import ProblemError, T
from parvis.server.rulebook.choices import choices
from parvis.server.rulebook.edits import NEW
from parvis.server.rulebook.entries import Entry, entry
from parvis.server.rulebook.form import LEVELS, Filled
from parvis.server.rulebook.parts import parts
from parvis.server.rulebook.sentence import sentence, watched_word
from parvis.server.rulebook.strip import Strip, strip
from parvis.site.rules import RuleSettings
from parvis.values.alerts import AlertKind, Severity

MESSAGES = {
    "fired-0": T("would not have rung"),
    "fired-1": T("would have rung once"),
    "fired-n": T("would have rung {n} times"),
}

USE_WORDS = {"waiting": T("zones where people wait"), "queue": T("queues")}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page is asked to show.

    Args:
        name: of the rule, or ``new``.
        held: what it says so far.
        filled: what stands in the form.
        draft: what is played instead of ``held``.
        diff: what would be written, as a unified diff.
        problem: why it was not.
        told: ``saved`` just after a change.
    """

    name: str
    held: RuleSettings
    filled: Filled
    draft: RuleSettings | None = None
    diff: str = ""
    problem: ProblemError | None = None
    told: str = ""


async def page(here: View, asked: Shown) -> Response:
    """Draw it."""
    reader, name, held = reader_of(here), asked.name, asked.held
    rule, wrong = _drawn(name, held)
    known = await asyncio.to_thread(entry, reader, rule) if name != NEW else None
    draft = rule if asked.draft is None else rule_of(name, asked.draft)
    played = await asyncio.to_thread(strip, reader, draft)
    return render(
        here,
        "rule.html",
        page="rules",
        scripts=("rules",),
        messages=MESSAGES,
        status=asked.problem.status if asked.problem is not None else 200,
        name=name,
        new=name == NEW,
        entry=known,
        permit=here.gate.permit(rule.basis.value, rule.kind, rule.purposes),
        rule=rule,
        title=_title(here.words, known, rule),
        says=_not_followed(here, wrong) if wrong else sentence(here.site, rule, here.words),
        form=asked.filled,
        parts=parts(here.site, rule, asked.filled, here.words),
        kind=held.kind,
        fields=_fields(here.words),
        own_ladders=_own_ladders(here, rule),
        choices=choices(here.site, held, here.words),
        days=week_choices(here.words),
        undeclared=not here.site.rules,
        edits=here.may(Role.TECHNICIAN),
        etag=here.services.site.loaded().etag,
        diff=asked.diff,
        problem=said_problem(here, asked.problem),
        told=asked.told,
        strip=played,
        strip_data=_tries(here.words, played) if played is not None else [],
        drafted=asked.draft is not None,
        source=here.words._(rule.spec.source.rstrip(".")),
        watched=watched_word(rule, here.words),
    )


def _drawn(name: str, held: RuleSettings) -> tuple[Rule, RuleRefusedError | None]:
    """The rule to show, and why it is not followed; then without what makes no sense in it."""
    try:
        return rule_of(name, held), None
    except RuleRefusedError as wrong:
        unknown = held.kind is AlertKind.THRESHOLD and held.indicator not in INDICATORS
        indicator = "people" if unknown else held.indicator
        plain = held.model_copy(update={"levels": {}, "indicator": indicator})
        return rule_of(name, plain), wrong


def _not_followed(here: View, wrong: RuleRefusedError) -> str:
    return here.words._(
        "This rule is not followed: {why}. What to do: {remedy}.",
        why=here.words.shown(wrong.message),
        remedy=here.words.shown(wrong.remedy),
    )


def _tries(words: Words, played: Strip) -> list[dict[str, Any]]:
    """What the slider shows at each of its steps."""
    return [
        {
            "level": one.level,
            "said": one.said,
            "at": words._("At {value}", value=one.said),
            "count": one.count,
            "spans": one.spans,
        }
        for one in played.tries
    ]


def _title(words: Words, known: Entry | None, rule: Rule) -> str:
    if known is not None:
        return known.label
    return words._("New rule: {kind}", kind=words._(KIND_WORDS[rule.kind].text))


def _fields(words: Words) -> list[dict[str, str]]:
    """The rungs of the ladder: name and word."""
    return [
        {"key": key, "word": words._(SEVERITY_WORDS[Severity.from_label(key)].text)}
        for key in LEVELS
    ]


def _own_ladders(here: View, rule: Rule) -> str:
    """Ladders that the kind has for some uses of a zone, where the rule follows its kind."""
    if rule.bounds is not None:
        return ""
    told = []
    for use, bounds in rule.spec.bounds_by_use.items():
        values = ", ".join(here.words.number(value, 1) for _, value in sorted(bounds.at.items()))
        told.append(f"{here.words._(USE_WORDS[use].text)} {values}")
    return " ; ".join(told) if here.words.language == "fr" else "; ".join(told)
