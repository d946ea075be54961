"""*Alertes*: what deserves a look now? The control room's inbox."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.policy.terms import OutputKind
from parvis.server.auth import User, require
from parvis.server.inbox.inbox import Inbox, inbox
from parvis.server.inbox.map_view import PLAN
from parvis.server.inbox.reader import Reader
from parvis.server.judging import JUDGES, READERS, Act, Asked, do, no_alert
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.roles import demand_role
from parvis.server.pages.states import ways_of
from parvis.server.problems import T
from parvis.values.alerts import Alert, AlertBasis, AlertKind, DismissReason

router = APIRouter()

Here = Annotated[View, Depends(view)]
Note = Annotated[str, Form(max_length=1000)]

MESSAGES = {
    "following": T("Alerts arrive here by themselves"),
    "cut-short": T("Cut off"),
    "cut": T(
        "No news from the server for {age}. The list is that of {time}; no sound will tell of new "
        "alerts."
    ),
    "fresh-1": T("1 new alert"),
    "fresh-n": T("{n} new alerts"),
    "came-1": T("A new alert."),
    "came-n": T("{n} new alerts."),
    "not-sent": T("The verdict did not reach the server. It still stands here: send it again."),
    "replay-play": T("Play"),
    "replay-pause": T("Pause"),
    "replay-step": T("Next step"),
    "replay-failed": T("The dots could not be loaded."),
    "replay-before": T("{time}, {s} s before"),
}


@router.get("/alerts", response_class=HTMLResponse)
async def listing(here: Here, start: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The list, with the first alert open beside it."""
    if here.user is None:
        return RedirectResponse("/login?next=/alerts", 303)
    return await _page(here, start, None)


@router.get("/alerts/{alert_id}", response_class=HTMLResponse)
async def one(here: Here, alert_id: str) -> Response:
    """One alert, with the list beside it."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/alerts/{alert_id}", 303)
    demand_reader(here)
    found = await asyncio.to_thread(here.alerts.get, alert_id)
    if found is None:
        raise no_alert(alert_id)
    return await _page(here, 0, found)


async def _page(here: View, start: int, opened: Alert | None) -> Response:
    demand_reader(here)
    box = await asyncio.to_thread(_gather, here, start, opened)
    return render(
        here,
        "alerts.html",
        page="alerts",
        scripts=("alerts",),
        messages=MESSAGES,
        box=box,
        plan=PLAN,
    )


def _gather(here: View, start: int, opened: Alert | None) -> Inbox:
    permit = here.gate.permit(AlertBasis.IMAGE, AlertKind.DENSITY)
    return inbox(
        reader_of(here),
        judges=here.may(*JUDGES),
        withheld=None if permit.raises else permit,
        start=start,
        opened=opened,
    )


def reader_of(here: View) -> Reader:
    """Who reads alerts and rules on this page."""
    name = here.user.name if here.user is not None else ""
    return Reader(here.services, here.words, here.now_s, name, here.alerts)


def demand_reader(here: View) -> None:
    """Let pass who may read alerts.

    Raises:
        ProblemError: 403 for others.
    """
    demand_role(here, *READERS)
    ways_of(here).demand(OutputKind.ALERTS)


Judge = Annotated[User, Depends(require(*JUDGES))]


@router.post("/alerts/{alert_id}/acknowledge")
async def acknowledge(request: Request, user: Judge, alert_id: str) -> Response:
    """Take care of it, from the form."""
    return await _done(request, user, alert_id, Asked(Act.ACKNOWLEDGE))


@router.post("/alerts/{alert_id}/confirm")
async def confirm(request: Request, user: Judge, alert_id: str, note: Note = "") -> Response:
    """Confirm it, from the form."""
    return await _done(request, user, alert_id, Asked(Act.CONFIRM, note=note.strip()))


@router.post("/alerts/{alert_id}/dismiss")
async def dismiss(
    request: Request,
    user: Judge,
    alert_id: str,
    reason: Annotated[DismissReason, Form()],
    note: Note = "",
) -> Response:
    """Dismiss it for a reason, from the form."""
    return await _done(request, user, alert_id, Asked(Act.DISMISS, reason, note.strip()))


@router.post("/alerts/{alert_id}/undo")
async def undo(request: Request, user: Judge, alert_id: str) -> Response:
    """Take one's verdict back, from the form."""
    return await _done(request, user, alert_id, Asked(Act.UNDO))


async def _done(request: Request, user: User, alert_id: str, asked: Asked) -> Response:
    await do(request, user, alert_id, asked)
    return RedirectResponse(f"/alerts/{quote(alert_id, safe='')}", 303)
