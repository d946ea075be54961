"""The documents in *Conformité*: made from what runs now, each with its date and hash."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from parvis.policy.terms import Role
from parvis.reports.pdf import PdfUnavailableError
from parvis.server.auth import User, require
from parvis.server.documents import paper
from parvis.server.documents.activity import Activity, activity
from parvis.server.documents.algorithm_register import entry
from parvis.server.documents.facts import Facts, gathered
from parvis.server.documents.kinds import ALGORITHM, KINDS, POSTERS, Kind
from parvis.server.documents.month import last_month
from parvis.server.documents.purposes import in_words
from parvis.server.i18n import Words
from parvis.server.law import act_of
from parvis.server.pages.compliance.asked import Asked
from parvis.server.pages.compliance.section import Section
from parvis.server.pages.frame import READ_COMPLIANCE, View, view
from parvis.server.pages.states import ways_of
from parvis.server.problems import ProblemError, T
from parvis.server.shown_alerts import shown_alerts
from parvis.server.trail import note, origin

router = APIRouter()

Here = Annotated[View, Depends(view)]
_NOTHING_FETCHED = "default-src 'none'; style-src 'unsafe-inline'"
"""A document as a page carries its own style and asks for nothing."""


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents this reader may make, and the state of the assessment.

    Args:
        sentence: for the page's first line.
        kinds: those there are.
        missing: keys of site.yaml that they need.
        signed: of the assessment in force, in words; empty: none.
        unassessed: purposes that no signed version covers, in words.
        signs: the reader may sign a version.
    """

    sentence: str
    kinds: tuple[Kind, ...]
    missing: tuple[str, ...]
    signed: str
    unassessed: tuple[str, ...]
    signs: bool


def _gather(here: View, _: Asked) -> Documents:
    facts = facts_of(here)
    words, signed = here.words, facts.assessment
    due = tuple(words.shown(one) for one in in_words(facts.unassessed))
    return Documents(
        words._("A new version of the impact assessment is due.") if due else "",
        tuple(one for one in KINDS.values() if here.may(*one.roles)),
        facts.missing,
        ""
        if signed is None
        else words._(
            "Version {n}, signed by {name} on {date}.",
            n=signed.version,
            name=signed.signed_by,
            date=words.date(signed.signed_s),
        ),
        due,
        here.may(Role.DPO, Role.ADMINISTRATOR),
    )


def facts_of(here: View) -> Facts:
    """What the documents tell now; blocking."""
    hub = here.services
    return gathered(
        hub.site.loaded(),
        hub.store,
        here.gate.law,
        [act_of(one) for one in hub.store.instruments.present()],
        now_s=here.now_s,
    )


@router.get("/compliance/documents/{name}/page.html", response_class=HTMLResponse)
async def as_page(here: Here, name: str) -> Response:
    """A document as a page, for the screen. Logged."""
    kind = _known(here, name)
    body = await asyncio.to_thread(lambda: paper.html(kind, *_told(here, kind)))
    await note(here.request, "document.make", kind.name, form="html")
    return HTMLResponse(body, headers={"Content-Security-Policy": _NOTHING_FETCHED})


@router.get("/compliance/documents/{name}/paper.pdf")
async def as_paper(here: Here, name: str) -> Response:
    """A document as PDF. Logged."""
    kind = _known(here, name)
    try:
        body = await asyncio.to_thread(lambda: paper.pdf(kind, *_told(here, kind)))
    except PdfUnavailableError as error:
        raise ProblemError(
            501,
            "no-pdf",
            T("This machine cannot make PDF files."),
            T("A library is missing: {remedy}")(remedy=str(error)),
            T("Ask whoever runs the site; the page can be printed meanwhile."),
        ) from error
    await note(here.request, "document.make", kind.name, form="pdf")
    file = f"parvis-{kind.name}-{here.words.local(here.now_s).date()}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{file}"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


@router.get(f"/compliance/documents/{ALGORITHM}.json")
async def as_entry(here: Here) -> Response:
    """The entry of an algorithm register. Logged."""
    _may(here, READ_COMPLIANCE)
    told = await asyncio.to_thread(lambda: entry(facts_of(here), here.words))
    await note(here.request, "document.make", ALGORITHM, form="json")
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


@router.post("/compliance/assessment")
async def sign(
    request: Request,
    here: Here,
    user: Annotated[User, Depends(require(Role.DPO, Role.ADMINISTRATOR))],
    why: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Sign a version of the impact assessment for the purposes of now. Logged."""
    if not why.strip():
        raise ProblemError(
            422,
            "no-reason",
            T("The version was not signed."),
            T("What was assessed, and with which opinion, is missing."),
            T("Write a sentence."),
        )

    def write() -> None:
        facts = facts_of(here)
        here.services.store.assessments.sign(
            facts.purposes,
            config_hash=facts.loaded.hash,
            at_s=here.now_s,
            who=user.name,
            why=why.strip(),
            origin=origin(request),
        )

    await asyncio.to_thread(write)
    return RedirectResponse("/compliance#section-documents", 303)


def _told(here: View, kind: Kind) -> tuple[Facts, Words, Activity | None]:
    facts = facts_of(here)
    month = None
    if kind.name == "activity":
        span = last_month(here.now_s, here.words.zone)
        readable = shown_alerts(here.services, ways_of(here))
        tallies = readable.tallies(*span, span[1])
        month = activity(here.site, here.services.store, tallies, span)
    return facts, here.words, month


def _known(here: View, name: str) -> Kind:
    _may(here, POSTERS)
    kind = KINDS.get(name)
    if kind is None:
        raise ProblemError(
            404,
            "no-document",
            T("There is no such document."),
            remedy=T("Choose one on the page Compliance."),
        )
    _may(here, kind.roles)
    return kind


def _may(here: View, roles: tuple[Role, ...]) -> None:
    if here.user is None:
        raise ProblemError(401, "not-signed-in", T("You are not signed in."))
    require(*roles)(here.user)


SECTION = Section("documents", "compliance/documents.html", _gather)
