"""*Règles*: is a rule worth its interruptions? Read by the control room, changed by technicians."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from parvis.alerts.in_words import KIND_WORDS
from parvis.alerts.kinds import KINDS
from parvis.alerts.rule import LIVE_INDICATORS, Rule
from parvis.policy.permit import Permit
from parvis.policy.terms import Role
from parvis.server.i18n import Words
from parvis.server.pages.alerts import demand_reader, reader_of
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.roles import demand_role
from parvis.server.pages.rule_page import MESSAGES, Shown, page
from parvis.server.problems import ProblemError, T
from parvis.server.rulebook.edits import NEW, held_settings, removing, writing
from parvis.server.rulebook.entries import Entry, entries, refused
from parvis.server.rulebook.form import Filled, given, settings, shown
from parvis.server.rulebook.sentence import sentence
from parvis.server.site_edits import Edit, difference, saved
from parvis.server.trail import note
from parvis.site.rules import RuleSettings
from parvis.values.alerts import AlertKind

router = APIRouter()

Here = Annotated[View, Depends(view)]


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
        answer=_answer(here.words, found),
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
    return await page(here, Shown(name, held, shown(name, held), told=told))


@router.post("/rules/{name}")
async def change(request: Request, here: Here, name: str) -> Response:
    """Show what a change would write or find, write it, or remove the rule."""
    demand_role(here, Role.TECHNICIAN)
    form = await request.form()
    kind = form.get("kind")
    held = _held(here, name, AlertKind(kind) if kind in set(AlertKind) else None)
    filled = given("" if name == NEW else name, form)
    try:
        match form.get("act"):
            case "remove":
                return await _saved(request, here, name, form, removing(name))
            case "save":
                _named(here, name, filled.name)
                edit = writing(filled.name, settings(filled, held))
                return await _saved(request, here, filled.name, form, edit)
            case "play":
                draft = settings(filled, held)
                return await page(here, Shown(name, held, filled, draft=draft))
            case _:
                _named(here, name, filled.name)
                diff = await _difference(here, filled, held)
                return await page(here, Shown(name, held, filled, diff=diff))
    except ProblemError as problem:
        return await page(here, Shown(name, held, filled, problem=problem))


async def _difference(here: View, filled: Filled, held: RuleSettings) -> str:
    edit = writing(filled.name, settings(filled, held))
    text = await asyncio.to_thread(difference, here.services, edit)
    return text or here.words._("No change.")


async def _saved(
    request: Request, here: View, name: str, form: FormData, edit: Edit
) -> RedirectResponse:
    removed = form.get("act") == "remove"
    fresh = await asyncio.to_thread(saved, here.services, str(form.get("etag", "")), edit)
    await note(request, "rule.remove" if removed else "rule.change", name, **fresh.facts)
    return RedirectResponse("/rules" if removed else f"/rules/{name}?told=saved", 303)


def _held(here: View, name: str, kind: AlertKind | None) -> RuleSettings:
    """The settings of a rule; of one that is to be, its kind only."""
    if name == NEW and kind is not None:
        indicator = "people" if kind is AlertKind.THRESHOLD else ""
        return RuleSettings(kind=kind, indicator=indicator)
    return held_settings(here.site, name)


def _named(here: View, name: str, wanted: str) -> None:
    if name == NEW and (wanted in here.site.rules or wanted == NEW):
        raise ProblemError(
            409,
            "rule-exists",
            T("There is a rule of that name already."),
            remedy=T("Choose another name."),
        )


def _answer(words: Words, found: list[Entry]) -> str:
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


def _models(here: View) -> list[tuple[str, str, str, Permit]]:
    """Kind, its name, its sentence, what the profile says: what a new rule starts from."""
    words = here.words
    return [
        (
            kind.value,
            words._(KIND_WORDS[kind].text),
            sentence(here.site, model, words),
            here.gate.permit(model.basis.value, kind, model.purposes),
        )
        for kind in KINDS
        for model in (_model(kind),)
    ]


def _model(kind: AlertKind) -> Rule:
    indicator = min(LIVE_INDICATORS) if kind is AlertKind.THRESHOLD else ""
    return Rule(kind.value, kind, indicator=indicator)
