"""*Conformité*: can I prove that it is lawful? For the data-protection officer, read-only."""

import asyncio
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from parvis.policy.terms import Role
from parvis.server import csv_text
from parvis.server.api import holds
from parvis.server.auth import User, require
from parvis.server.errors import invalid_request
from parvis.server.pages.compliance import deletions, documents, journal, stops
from parvis.server.pages.compliance.hold_form import HoldFormHere
from parvis.server.pages.compliance.journal import AskedHere, Verified
from parvis.server.pages.compliance.section import Part, Section
from parvis.server.pages.frame import READ_COMPLIANCE, View, render, view
from parvis.server.problems import ProblemError, T
from parvis.server.trail import note

router = APIRouter()
router.include_router(documents.router)

Here = Annotated[View, Depends(view)]
Maker = Annotated[User, Depends(require(Role.ADMINISTRATOR))]
Reader = Annotated[User, Depends(require(*READ_COMPLIANCE))]

SECTIONS: tuple[Section, ...] = (
    stops.SECTION,
    documents.SECTION,
    journal.SECTION,
    deletions.SECTION,
)
"""The parts of the page, in their order on it."""


@router.get("/compliance", response_class=HTMLResponse)
async def page(here: Here, asked: AskedHere) -> Response:
    """The page."""
    if here.user is None:
        return RedirectResponse("/login?next=/compliance", 303)
    require(*READ_COMPLIANCE)(here.user)
    return await _page(here, asked, None)


@router.post("/compliance/verify", response_class=HTMLResponse)
async def verify(request: Request, here: Here, asked: AskedHere, _: Reader) -> Response:
    """Walk the whole chain, and name what does not fit. Logged with its result."""
    found = await asyncio.to_thread(journal.verified, here)
    faults = [f"{one.kind.value} {one.first}–{one.last}" for one in found.report.faults[:20]]
    await note(request, "audit.verify", "audit", entries=found.report.count, faults=faults)
    return await _page(here, asked, found)


@router.get("/compliance/journal.csv")
async def table(request: Request, here: Here, asked: AskedHere, _: Reader) -> Response:
    """The entries asked for, as a file, with their hashes. Logged."""
    await note(request, "export.journal", asked.query())
    rows = await asyncio.to_thread(_rows, here, asked)
    name = f"parvis-journal-{asked.first_day}-{asked.last_day}.csv"
    return Response(
        rows,
        media_type=csv_text.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/compliance/checkpoints.jsonl")
async def checkpoints(request: Request, here: Here, _: Reader) -> Response:
    """The signed checkpoints, to be kept elsewhere. Logged."""
    seal = here.services.seal
    if seal is None or not seal.checkpoints.is_file():
        raise ProblemError(
            404,
            "no-checkpoint",
            T("There is no checkpoint yet."),
            remedy=T("The first comes within the hour."),
        )
    await note(request, "audit.checkpoints", "audit")
    return FileResponse(
        seal.checkpoints, media_type="application/jsonl", filename="parvis-checkpoints.jsonl"
    )


@router.post("/compliance/holds")
async def hold(request: Request, here: Here, user: Maker, asked: HoldFormHere) -> Response:
    """Hold a kind of data, from the form."""
    await holds.make(request, asked, user)
    return RedirectResponse("/compliance#section-deletions", 303)


@router.post("/compliance/holds/{number}")
async def lift(
    request: Request, here: Here, user: Maker, number: holds.Number, reason: Annotated[str, Form()]
) -> Response:
    """End a hold before its time, from the form."""
    try:
        asked = holds.LiftIn(reason=reason)
    except ValidationError as error:
        raise invalid_request(list(error.errors(include_url=False, include_input=False))) from None
    await holds.lift(request, number, asked, user)
    return RedirectResponse("/compliance#section-deletions", 303)


async def _page(here: View, asked: journal.Asked, found: Verified | None) -> HTMLResponse:
    parts = await asyncio.to_thread(_gathered, here, asked)
    return render(
        here,
        "compliance.html",
        page="compliance",
        sections=parts,
        asked=asked,
        verified=found,
        answer=" ".join(part.sentence for _, part in parts if part.sentence),
        administrator=here.may(Role.ADMINISTRATOR),
    )


def _gathered(here: View, asked: journal.Asked) -> list[tuple[Section, Part]]:
    return [(section, section.gather(here, asked)) for section in SECTIONS]


def _rows(here: View, asked: journal.Asked) -> str:
    entries: Iterable[journal.Row] = journal.every(here, asked)
    return csv_text.table(
        ("number", "at", "who", "action", "target", "why", "from", "detail", "before", "hash"),
        (
            (
                one.entry.seq,
                here.words.local(one.entry.at_s).isoformat(),
                one.entry.who,
                one.entry.action,
                one.entry.target,
                one.entry.why,
                one.entry.origin,
                one.detail,
                one.entry.prev_hash,
                one.entry.hash,
            )
            for one in entries
        ),
    )
