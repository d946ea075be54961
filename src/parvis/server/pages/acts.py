"""*Conformité*, the acts: what opens what, since when, until when. An administrator records."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from parvis.policy.events import events
from parvis.policy.space import Mode, Space
from parvis.policy.terms import Role
from parvis.server.acts import FIELD_WORDS, ActRefusedError, Standing, no_act, standing
from parvis.server.api.instruments import ActIn, ChangeIn, WithdrawIn, withdrawn, written
from parvis.server.auth import User, require
from parvis.server.errors import invalid_request
from parvis.server.law import act_of
from parvis.server.pages.frame import View, render, view
from parvis.server.problems import ProblemError, T
from parvis.store.instruments import RecordedAct
from parvis.values.alerts import AlertBasis

router = APIRouter()

Here = Annotated[View, Depends(view)]
Reader = Annotated[User, Depends(require(Role.ADMINISTRATOR, Role.DPO))]
Recorder = Annotated[User, Depends(require(Role.ADMINISTRATOR))]

STANDING_WORDS = {
    Standing.IN_FORCE: T("In force"),
    Standing.TO_COME: T("To come"),
    Standing.OVER: T("Over"),
}
SPACE_WORDS = {
    Space.PUBLIC_ROAD: T("public road"),
    Space.PUBLIC_VENUE: T("place open to the public"),
    Space.PRIVATE: T("private site"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An act as the list shows it.

    Args:
        act: the version.
        word: where it stands in time.
        opens: events and purposes, in the reader's language.
        cameras: labels.
        ends_soon: say so.
    """

    act: RecordedAct
    standing: Standing
    word: str
    opens: tuple[str, ...]
    cameras: tuple[str, ...]
    ends_soon: bool


@router.get("/compliance/acts", response_class=HTMLResponse)
async def listing(here: Here) -> Response:
    """Every act: those in force first, those that end soon marked."""
    if here.user is None:
        return RedirectResponse("/login?next=/compliance/acts", 303)
    _demand(here, Role.ADMINISTRATOR, Role.DPO)
    found = await asyncio.to_thread(here.services.store.instruments.present)
    order = list(STANDING_WORDS)
    rows = sorted(
        (_row(here, one) for one in found),
        key=lambda row: (order.index(row.standing), row.act.number),
    )
    return render(
        here,
        "acts.html",
        page="acts",
        rows=rows,
        answer=_answer(here, rows),
        records=here.may(Role.ADMINISTRATOR),
    )


@router.get("/compliance/acts/{number}", response_class=HTMLResponse)
async def one(here: Here, number: str, told: str = "") -> Response:
    """One act with its versions, or with ``new`` the form of one to be."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/compliance/acts/{number}", 303)
    _demand(here, Role.ADMINISTRATOR, Role.DPO)
    return await _page(here, _number(number), None, told=told)


@router.post("/compliance/acts/{number}")
async def change(request: Request, here: Here, user: Recorder, number: str) -> Response:
    """Record an act, another version of one, or its end."""
    form = await request.form()
    held = _number(number)
    try:
        if form.get("act") == "withdraw":
            asked = WithdrawIn.model_validate(_withdrawal(form))
            done = await withdrawn(request, held, asked, user)
        elif held:
            changed = ChangeIn.model_validate({**_given(form), "version": form.get("version")})
            done = await written(request, changed, user, held, changed.version)
        else:
            done = await written(request, ActIn.model_validate(_given(form)), user)
    except ValidationError as error:
        wrong = invalid_request(list(error.errors(include_url=False, include_input=False)))
        return await _page(here, held, form, problem=wrong)
    except ProblemError as problem:
        return await _page(here, held, form, problem=problem)
    return RedirectResponse(f"/compliance/acts/{done.number}?told=saved", 303)


NEW = "new"
"""In place of the number in the address of an act that is to be."""


def _number(text: str) -> int:
    """The number in an address; 0 for one to be."""
    if text == NEW:
        return 0
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:12]) < 2**31:
        raise no_act(0)
    return int(text)


def _demand(here: View, *roles: Role) -> None:
    require(*roles)(here.user)  # type: ignore[arg-type]  # the caller has seen that it is there


async def _page(
    here: View,
    number: int,
    form: FormData | None,
    *,
    problem: ProblemError | None = None,
    told: str = "",
) -> Response:
    found = (
        await asyncio.to_thread(here.services.store.instruments.versions, number) if number else []
    )
    if number and not found:
        raise no_act(number)
    present = found[0] if found else None
    return render(
        here,
        "act.html",
        page="acts",
        status=problem.status if problem is not None else 200,
        number=number,
        row=_row(here, present) if present else None,
        versions=[_row(here, one) for one in found],
        filled=_given(form) if form is not None else _shown(here, present),
        why=form.get("reason", "") if form is not None else "",
        events=[
            (name, event.title.said(here.words.language), bool(event.kinds))
            for name, event in events().items()
        ],
        offered=_offered(here),
        problem=_said(here, problem),
        wrong=[one["key"] for one in problem.details.get("errors", ())] if problem else [],
        records=here.may(Role.ADMINISTRATOR),
        told=told,
    )


def _row(here: View, act: RecordedAct) -> Row:
    at = standing(act, here.now_s)
    known = events()
    opens = tuple(
        known[name].title.said(here.words.language) if name in known else name
        for name in act.events
    )
    return Row(
        act,
        at,
        here.words._(STANDING_WORDS[at].text),
        opens + act.purposes,
        tuple(
            here.site.cameras[name].label if name in here.site.cameras else name
            for name in act.cameras
        ),
        act_of(act).ends_soon(here.now_s),
    )


def _answer(here: View, rows: list[Row]) -> str:
    words = here.words
    n = sum(row.standing is Standing.IN_FORCE for row in rows)
    if not n:
        return words._("No act is in force: nothing is opened beyond statistics.")
    said = words.ngettext("{n} act in force", "{n} acts in force", n)
    soon = sum(row.ends_soon for row in rows)
    if soon:
        said += ", " + words.ngettext("{n} ends within 30 days", "{n} end within 30 days", soon)
    return f"{said}."


def _offered(here: View) -> dict[str, str]:
    """By event, the spaces where the law lets an act open it, in words."""
    law = here.gate.law.in_mode(Mode.OPERATIONAL)
    told: dict[str, str] = {}
    for name in events():
        spaces = [
            here.words._(SPACE_WORDS[space].text)
            for space in Space
            if law is not None
            and (profile := law.at(space)) is not None
            and ((offered := profile.alerts[AlertBasis.IMAGE].events) is None or name in offered)
        ]
        told[name] = ", ".join(spaces)
    return told


def _given(form: FormData) -> dict[str, Any]:
    """What was typed, as the API takes it."""

    def text(key: str) -> str:
        value = form.get(key, "")
        return value.strip() if isinstance(value, str) else ""

    def ticked(key: str) -> list[str]:
        return [one for one in form.getlist(key) if isinstance(one, str)]

    return {
        "authority": text("authority"),
        "reference": text("reference"),
        "events": ticked("events"),
        "purposes": [one for one in text("purposes").splitlines() if one.strip()],
        "perimeter": text("perimeter"),
        "cameras": ticked("cameras"),
        "starts": text("starts"),
        "ends": text("ends"),
        "attestation": text("attestation"),
        "reason": text("reason"),
    }


def _withdrawal(form: FormData) -> dict[str, Any]:
    return {"version": form.get("version"), "reason": form.get("why", "")}


def _shown(here: View, act: RecordedAct | None) -> dict[str, Any]:
    if act is None:
        return {**_given(FormData()), "starts": _local(here, here.now_s)}
    return {
        "authority": act.authority,
        "reference": act.reference,
        "events": list(act.events),
        "purposes": list(act.purposes),
        "perimeter": act.perimeter,
        "cameras": list(act.cameras),
        "starts": _local(here, act.starts_s),
        "ends": _local(here, act.ends_s),
        "attestation": act.attestation,
        "reason": "",
    }


def _local(here: View, time_s: float) -> str:
    """As a field of day and clock takes it."""
    return datetime.fromtimestamp(time_s, here.words.zone).strftime("%Y-%m-%dT%H:%M")


def _said(here: View, problem: ProblemError | None) -> list[str]:
    """A refusal in the reader's language, with every field that is wrong."""
    if problem is None:
        return []
    words, lines = here.words, [here.words.shown(problem.what)]
    told: list[tuple[str, T | str]]
    if isinstance(problem, ActRefusedError):
        told = [(one.field, one.why) for one in problem.faults]
    else:
        told = [(str(one["key"]), str(one["message"])) for one in problem.details.get("errors", ())]
    for field, why in told:
        name = FIELD_WORDS.get(field, T(field))
        lines.append(words._("{field}: {what}", field=words.shown(name), what=words.shown(why)))
    if not told and problem.remedy is not None:
        lines.append(words.shown(problem.remedy))
    return lines
