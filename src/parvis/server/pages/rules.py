"""*Règles*: is a rule worth its interruptions? Read by the control room, changed by technicians."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.alerts.from_site import INDICATORS, RuleRefusedError, rule_of, sound_rules_of
from parvis.alerts.in_words import KIND_WORDS, SEVERITY_WORDS
from parvis.alerts.kinds import KINDS
from parvis.alerts.rule import Rule
from parvis.policy.terms import Role
from parvis.server.errors import language_of
from parvis.server.pages.alerts import demand_reader, reader_of
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.roles import demand_role
from parvis.server.problems import ProblemError, T
from parvis.server.rulebook.entries import Entry, entries, entry, refused
from parvis.server.rulebook.form import (
    LEVELS,
    Filled,
    choices,
    given,
    indicators,
    settings,
    shown,
)
from parvis.server.rulebook.sentence import DAY_WORDS, sentence, watched_word
from parvis.server.rulebook.strip import Strip, strip
from parvis.server.site_edits import Edit, difference, saved
from parvis.server.trail import note
from parvis.site.edit import SiteDocument
from parvis.site.rules import WEEK, RuleSettings
from parvis.values.alerts import AlertKind, Severity

router = APIRouter()

Here = Annotated[View, Depends(view)]

MESSAGES = {
    "fired-0": T("would not have rung"),
    "fired-1": T("would have rung once"),
    "fired-n": T("would have rung {n} times"),
}


@router.get("/rules", response_class=HTMLResponse)
async def listing(here: Here) -> Response:
    """Every rule with its record, and the models that one can start from."""
    if here.user is None:
        return RedirectResponse("/login?next=/rules", 303)
    demand_reader(here)
    found = await asyncio.to_thread(entries, reader_of(here))
    return render(
        here,
        "rules.html",
        page="rules",
        scripts=("rules",),
        messages=MESSAGES,
        rules=found,
        refused=refused(here.site, here.words),
        answer=_answer(here, found),
        models=_models(here),
        edits=here.may(Role.TECHNICIAN),
        days=30,
    )


@router.get("/rules/{name}", response_class=HTMLResponse)
async def one(
    here: Here, name: str, kind: Annotated[AlertKind | None, Query()] = None, told: str = ""
) -> Response:
    """One rule, or with ``new`` and a kind the form of one to be."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/rules/{name}", 303)
    demand_reader(here)
    held = _held(here, name, kind)
    return await _page(here, name, held, shown(name, held), told=told)


@router.post("/rules/{name}")
async def change(request: Request, here: Here, name: str) -> Response:
    """Show what a change would write, write it, or remove the rule."""
    demand_role(here, Role.TECHNICIAN)
    form = await request.form()
    kind = form.get("kind")
    held = _held(here, name, AlertKind(kind) if kind in set(AlertKind) else None)
    filled = given("" if name == NEW else name, form, several=len(held.hours) > 1)
    act, version = str(form.get("act", "diff")), str(form.get("etag", ""))
    try:
        if act == "remove":
            edit = _removing(name)
        else:
            _named(here, name, filled.name)
            edit = _writing(here, filled.name, settings(filled, held))
        if act == "diff":
            text = await asyncio.to_thread(difference, here.services, edit)
            return await _page(here, name, held, filled, diff=text or here.words._("No change."))
        fresh = await asyncio.to_thread(saved, here.services, version, edit)
    except ProblemError as problem:
        return await _page(here, name, held, filled, problem=problem)
    target = filled.name or name
    deed = "rule.remove" if act == "remove" else "rule.change"
    await note(request, deed, target, **fresh.facts)
    if act == "remove":
        return RedirectResponse("/rules", 303)
    return RedirectResponse(f"/rules/{target}?told=saved", 303)


NEW = "new"
"""In place of the name in the address of a rule that is to be."""


def _held(here: View, name: str, kind: AlertKind | None) -> RuleSettings:
    """The settings of a rule; those of a ready-made one, or of one to be, say its kind only."""
    if name == NEW and kind is not None:
        return RuleSettings(kind=kind, indicator=_indicator(kind, ""))
    settings_held = here.site.rules.get(name)
    if settings_held is not None:
        return settings_held
    ready = next((one for one in sound_rules_of(here.site.rules) if one.name == name), None)
    if ready is None:
        raise ProblemError(
            404,
            "no-rule",
            T("There is no rule of that name."),
            remedy=T("Go back to the list."),
        )
    return RuleSettings(kind=ready.kind)


def _named(here: View, name: str, wanted: str) -> None:
    if name == NEW and (wanted in here.site.rules or wanted == NEW):
        raise ProblemError(
            409, "rule-exists", T("There is a rule of that name already."),
            remedy=T("Choose another name."),
        )  # fmt: skip


def _writing(here: View, name: str, wanted: RuleSettings) -> Edit:
    """Write one rule. Where none is declared the ready-made ones run: they are written with it,
    for a file that declares one rule runs that one alone.
    """

    def edit(document: SiteDocument) -> SiteDocument:
        rules: Mapping[str, RuleSettings] = {name: wanted}
        if not document.site.rules:
            ready = sound_rules_of({})
            rules = {one.name: RuleSettings(kind=one.kind) for one in ready} | dict(rules)
        return document.set_rules(rules)

    return edit


def _removing(name: str) -> Edit:
    def edit(document: SiteDocument) -> SiteDocument:
        if name not in document.site.rules:
            raise ProblemError(404, "no-rule", T("There is no rule of that name."))
        return document.remove_rule(name)

    return edit


async def _page(
    here: View,
    name: str,
    held: RuleSettings,
    filled: Filled,
    *,
    diff: str = "",
    problem: ProblemError | None = None,
    told: str = "",
) -> Response:
    reader = reader_of(here)
    rule, wrong = _drawn(name, held)
    known = await asyncio.to_thread(entry, reader, rule) if name != NEW else None
    played = await asyncio.to_thread(strip, reader, rule)
    return render(
        here,
        "rule.html",
        page="rules",
        scripts=("rules",),
        messages=MESSAGES,
        status=problem.status if problem is not None else 200,
        name=name,
        new=name == NEW,
        entry=known,
        rule=rule,
        title=_title(here, known, rule),
        says=sentence(here.site, rule, here.words) if wrong is None else _not_followed(here, wrong),
        form=filled,
        kind=held.kind,
        fields=_fields(here),
        own_ladders=_own_ladders(here, rule),
        choices=choices(here.site, held.kind),
        days=tuple(zip(WEEK, (here.words._(day.text) for day in DAY_WORDS), strict=True)),
        undeclared=not here.site.rules,
        edits=here.may(Role.TECHNICIAN),
        etag=here.services.site.loaded().etag,
        diff=diff,
        problem=_said(here, problem),
        told=told,
        strip=played,
        strip_data=_tries(here, played) if played is not None else [],
        source=here.words._(rule.spec.source.rstrip(".")),
        watched=watched_word(rule, here.words),
        indicators=indicators(here.words, rule.indicator) if rule.indicator else [],
    )


def _drawn(name: str, held: RuleSettings) -> tuple[Rule, RuleRefusedError | None]:
    """The rule to show, and why it is not followed; then without what makes no sense in it."""
    try:
        return rule_of(name, held), None
    except RuleRefusedError as wrong:
        indicator = _indicator(held.kind, held.indicator)
        plain = held.model_copy(update={"levels": {}, "indicator": indicator})
        return rule_of(name, plain), wrong


def _indicator(kind: AlertKind, held: str) -> str:
    if kind is not AlertKind.THRESHOLD or held in INDICATORS:
        return held
    return "people"


def _not_followed(here: View, wrong: RuleRefusedError) -> str:
    return here.words._(
        "This rule is not followed: {why}. What to do: {remedy}.",
        why=here.words.shown(wrong.message),
        remedy=here.words.shown(wrong.remedy),
    )


def _tries(here: View, played: Strip) -> list[dict[str, Any]]:
    """What the slider shows at each of its steps."""
    return [
        {
            "level": one.level,
            "said": one.said,
            "at": here.words._("At {value}", value=one.said),
            "count": one.count,
            "spans": one.spans,
        }
        for one in played.tries
    ]


def _title(here: View, known: Entry | None, rule: Rule) -> str:
    if known is not None:
        return known.label
    return here.words._("New rule: {kind}", kind=here.words._(KIND_WORDS[rule.kind].text))


def _fields(here: View) -> list[dict[str, str]]:
    """The rungs of the ladder: name and word."""
    return [
        {"key": key, "word": here.words._(SEVERITY_WORDS[Severity.from_label(key)].text)}
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


USE_WORDS = {"waiting": T("zones where people wait"), "queue": T("queues")}


def _said(here: View, problem: ProblemError | None) -> list[str]:
    """A refusal in the reader's language, with every field that is wrong."""
    if problem is None:
        return []
    told: dict[str, Any] = problem.document(here.words.translate, language_of(here.request))
    lines = [told["title"], told.get("detail", ""), told.get("remedy", "")]
    for wrong in told.get("errors", ()):
        lines.append(" ".join(filter(None, (wrong.get("message"), wrong.get("remedy")))))
    return [here.words.shown(line) for line in lines if line]


def _answer(here: View, found: list[Entry]) -> str:
    words = here.words
    live = sum(not one.shadow and one.permit.raises for one in found)
    told = [words.ngettext("{n} rule raises alerts", "{n} rules raise alerts", live)]
    trial = sum(one.shadow for one in found)
    if trial:
        told.append(words.ngettext("{n} on trial", "{n} on trial", trial))
    refused = sum(not one.permit.raises for one in found)
    if refused:
        told.append(
            words.ngettext("{n} refused by the profile", "{n} refused by the profile", refused)
        )
    tuned = sum(bool(one.tuning) for one in found)
    if tuned:
        told.append(words.ngettext("{n} asks to be tuned", "{n} ask to be tuned", tuned))
    return f"{', '.join(told)}."


def _models(here: View) -> list[tuple[str, str, str]]:
    """Kind, its name, and its sentence: what a new rule starts from."""
    words = here.words
    return [
        (
            kind.value,
            words._(KIND_WORDS[kind].text),
            sentence(here.site, Rule(kind.value, kind), words),
        )
        for kind in KINDS
    ]
