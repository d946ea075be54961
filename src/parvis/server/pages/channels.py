"""*Notifications*: who is told of alerts, does it work, and what happens at night."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from parvis.alerts.from_site import sound_rules_of
from parvis.policy.terms import Role
from parvis.server.channelbook.edits import (
    NEW,
    Draft,
    drop_channel,
    held_channel,
    save_channel,
)
from parvis.server.channelbook.form import WAYS, Filled, blank, draft, given, shown, way_of
from parvis.server.channelbook.trial import Tried, one_at_a_time, tried
from parvis.server.channelbook.words import (
    TOLD_WORDS,
    WAY_ABOUT,
    WAY_WORDS,
    Line,
    answer,
    line,
    reaches,
    sentence,
)
from parvis.server.hours_form import week_choices
from parvis.server.pages.alerts import demand_reader
from parvis.server.pages.frame import View, render, said_problem, view
from parvis.server.pages.roles import demand_role
from parvis.server.problems import ProblemError, T
from parvis.server.rulebook.choices import everything
from parvis.server.rulebook.entries import called
from parvis.server.site_edits import difference
from parvis.server.trail import note
from parvis.site.edit import SiteDocument
from parvis.site.notify import Channel

router = APIRouter()

Here = Annotated[View, Depends(view)]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of one channel is asked to show.

    Args:
        name: of the channel, or ``new``.
        held: as it stands; None for one that is to be.
        filled: what stands in the form.
        diff: what would be written, as a unified diff.
        problem: why it was not.
        told: ``saved`` just after a change.
        trial: what came of a test message.
    """

    name: str
    held: Channel | None
    filled: Filled
    diff: str = ""
    problem: ProblemError | None = None
    told: str = ""
    trial: Tried | None = None


@router.get("/channels", response_class=HTMLResponse)
async def listing(here: Here) -> Response:
    """Every channel with how it does."""
    if here.user is None:
        return RedirectResponse("/login?next=/channels", 303)
    demand_reader(here)
    lines = await asyncio.to_thread(_lines, here)
    return render(
        here,
        "channels.html",
        page="rules",
        scripts=("channels",),
        lines=lines,
        answer=answer(lines, here.words),
        edits=here.may(Role.TECHNICIAN),
        ways=_ways(here),
    )


@router.get("/channels/{name}", response_class=HTMLResponse)
async def one(
    here: Here, name: str, by: Annotated[str, Query(max_length=10)] = "email", told: str = ""
) -> Response:
    """One channel, or with ``new`` and a way the form of one to be."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/channels/{name}", 303)
    demand_role(here, Role.TECHNICIAN)
    if name == NEW:
        way = by if by in WAYS else WAYS[0]
        return await _page(here, Shown(name, None, blank(way)))
    held = held_channel(here.site, name)
    return await _page(here, Shown(name, held, shown(name, held), told=told))


@router.post("/channels/{name}")
async def change(request: Request, here: Here, name: str) -> Response:
    """Show what a change would write, write it, try the channel, or remove it."""
    demand_role(here, Role.TECHNICIAN)
    form = await request.form()
    held = None if name == NEW else held_channel(here.site, name)
    before = None if held is None else shown(name, held)
    by = way_of(held) if held is not None else str(form.get("by", WAYS[0]))
    filled = given("" if held is None else name, by if by in WAYS else WAYS[0], form, before)
    try:
        match form.get("act"):
            case "try" if before is not None:
                await note(request, "channel.test", name)
                async with one_at_a_time:
                    trial = await asyncio.to_thread(tried, here.services, name)
                return await _page(here, Shown(name, held, before, trial=trial))
            case "remove":
                return await _removed(request, here, name, form)
            case "save":
                return await _saved(request, here, filled, held, form)
            case _:
                wanted = draft(here.services, filled, held)
                diff = await _difference(here, filled.name, wanted)
                return await _page(here, Shown(name, held, filled, diff=diff))
    except ProblemError as problem:
        return await _page(here, Shown(name, held, filled, problem=problem))


async def _saved(
    request: Request, here: View, filled: Filled, held: Channel | None, form: FormData
) -> Response:
    name = filled.name
    if held is None and (name in here.site.notify or name == NEW):
        raise ProblemError(
            409,
            "channel-exists",
            T("There is a channel of that name already."),
            remedy=T("Choose another name."),
        )
    wanted = draft(here.services, filled, held)
    version = str(form.get("etag", ""))
    fresh = await asyncio.to_thread(save_channel, here.services, version, name, wanted)
    await note(request, "channel.change", name, secrets=sorted(wanted.secrets), **fresh.facts)
    return RedirectResponse(f"/channels/{name}?told=saved", 303)


async def _removed(request: Request, here: View, name: str, form: FormData) -> Response:
    version = str(form.get("etag", ""))
    fresh = await asyncio.to_thread(drop_channel, here.services, version, name)
    await note(request, "channel.remove", name, **fresh.facts)
    return RedirectResponse("/channels", 303)


async def _difference(here: View, name: str, wanted: Draft) -> str:
    def edit(document: SiteDocument) -> SiteDocument:
        return document.set_channel(name, wanted.channel)

    text = await asyncio.to_thread(difference, here.services, edit)
    return text or here.words._("No change.")


async def _page(here: View, asked: Shown) -> Response:
    words, held, filled = here.words, asked.held, asked.filled
    lines = await asyncio.to_thread(_lines, here)
    way = words._(WAY_WORDS[filled.by].text)
    new = asked.name == NEW
    return render(
        here,
        "channel.html",
        page="rules",
        scripts=("channels",),
        status=asked.problem.status if asked.problem is not None else 200,
        name=asked.name,
        new=new,
        title=words._("New channel: {way}", way=way) if new else asked.name,
        way=way,
        about=words._(WAY_ABOUT[filled.by].text),
        says=sentence(here.site, held, words) if held is not None else "",
        reaches=reaches(held, words) if held is not None else "",
        line=next((one for one in lines if one.name == asked.name), None),
        form=filled,
        severities=[(key, words._(word.text)) for key, word in TOLD_WORDS.items()],
        rules=[
            (one.name, called(here.site, one.name, words))
            for one in sound_rules_of(here.site.rules)
        ],
        places=list(everything(here.site)),
        others=[one for one in here.site.notify if one != asked.name],
        days=week_choices(words),
        etag=here.services.site.loaded().etag,
        diff=asked.diff,
        problem=said_problem(here, asked.problem),
        told=asked.told,
        trial=asked.trial,
        tried_said=_tried_said(here, asked.trial),
    )


def _lines(here: View) -> list[Line]:
    states = {one.channel: one for one in here.services.channels()}
    return [
        line(here.site, name, states.get(name), here.words, here.now_s) for name in here.site.notify
    ]


def _ways(here: View) -> list[tuple[str, str, str]]:
    words = here.words
    return [(way, words._(WAY_WORDS[way].text), words._(WAY_ABOUT[way].text)) for way in WAYS]


def _tried_said(here: View, trial: Tried | None) -> str:
    if trial is None:
        return ""
    if trial.taken:
        return here.words._("The receiver has taken the test message {id}.", id=trial.id)
    why = here.words.shown(trial.why) if trial.why is not None else "—"
    remedy = here.words.shown(trial.remedy) if trial.remedy is not None else ""
    return here.words._("Not taken: {why}. What to do: {remedy}.", why=why, remedy=remedy)
