"""*Comptage de contrôle*: the pad for a person who counts along a line, and what came of it."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

import parvis
from parvis.policy.terms import Role
from parvis.reports.pdf import FONT, PdfUnavailableError, pdf_of
from parvis.server import checking
from parvis.server.api.checks import not_known
from parvis.server.api.setup_sessions import no_camera
from parvis.server.classes import CLASS_WORDS
from parvis.server.i18n import Words
from parvis.server.line_errors import still_valid
from parvis.server.pages import assets
from parvis.server.pages.check_words import (
    CERTIFIED,
    FEW_CERTIFIED,
    LIGHTS,
    factor,
    meaning,
    sentence,
    told,
)
from parvis.server.pages.frame import View, environment, render, view
from parvis.server.pages.roles import demand_role
from parvis.server.pages.scene import Scene, across, pointing, scene
from parvis.server.pages.states import ways_of
from parvis.server.problems import ProblemError, T
from parvis.server.town.frame import frame_size
from parvis.server.trail import note
from parvis.server.ways_out import refusal
from parvis.site.shapes import Camera, Line
from parvis.store.checks import Check
from parvis.values.checks import TAPPED, tapped_class
from parvis.values.frame import FrameSize

router = APIRouter()

Here = Annotated[View, Depends(view)]

KEYS = (("F", "J"), ("D", "K"), ("S", "L"))
"""The key of each row of the pad, left and right hand."""

PAST = 20
"""Earlier checks of a line at once."""

READERS = (Role.TECHNICIAN, Role.ANALYST, Role.DPO)


@dataclass(frozen=True, slots=True)
class PadRow:
    """A class on the pad, with its two keys."""

    tapped: str
    word: str
    keys: tuple[str, str]


@dataclass(frozen=True, slots=True)
class PadWay:
    """A column of the pad: a direction of the line.

    Args:
        direction: 0 or 1.
        name: what it is called.
        arrow: which way it goes in the picture.
    """

    direction: int
    name: str
    arrow: str


@router.get("/cameras/{name}/lines/{line}/check", response_class=HTMLResponse)
async def counting(
    here: Here,
    name: str,
    line: str,
    before: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """The pad of one line, and the checks there were, a page at a time."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/cameras/{name}/lines/{line}/check", 303)
    demand_role(here, Role.TECHNICIAN)
    camera = here.site.cameras.get(name)
    if camera is None:
        raise no_camera(name)
    if line not in camera.lines:
        raise checking.no_line(name, line)
    drawn = camera.lines[line]
    light = checking.light_now(here.site, here.now_s)
    page = await asyncio.to_thread(
        here.services.store.checks.page, name, line, before=before, limit=PAST
    )
    least = max(1, -(-here.gate.profile.min_bin_s // 60))
    return render(
        here,
        "count.html",
        page="cameras",
        scripts=("count",),
        messages=COUNT_WORDS,
        name=name,
        camera=camera,
        line=line,
        called=drawn.called(line),
        ways=pad_ways(drawn, frame_size(here.services, name)),
        light=here.words._(LIGHTS[light.value].text),
        rows=pad_rows(camera, here.words),
        least=least,
        scene=_scene(here, name, camera, line),
        past=[(one, told(one, drawn, here.words)) for one in page.checks if _shown(here, one)],
        earlier=page.next,
        data={
            "who": here.user.name,
            "camera": name,
            "line": line,
            "live": here.live,
            "least": least,
        },
    )


@router.get("/checks/{check_id}", response_class=HTMLResponse)
async def result(here: Here, check_id: str) -> Response:
    """What came of a check."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/checks/{check_id}", 303)
    demand_role(here, *READERS)
    check = await checking.settled(here.services, await checking.get(here.services, check_id))
    camera = here.site.cameras.get(check.camera)
    line = camera.lines.get(check.line) if camera else None
    model = checking.model_now(here.services, check.camera)
    decision = checking.withheld(ways_of(here), check)
    shown = check.result is not None and decision is None
    corrections = await asyncio.to_thread(here.services.store.corrections.all, check.camera)
    return render(
        here,
        "check.html",
        page="cameras",
        scripts=("check",),
        messages=RESULT_WORDS,
        check=check,
        state=checking.state_of(check, here.now_s),
        camera=camera,
        called=line.called(check.line) if line else check.line,
        light=here.words._(LIGHTS[check.light.value].text),
        valid=camera is not None and still_valid(check, camera, model),
        withheld=decision,
        told=told(check, line, here.words) if shown else None,
        corrections=[
            (one, factor(one, line, here.words))
            for one in corrections
            if (one.line, one.light) == (check.line, check.light)
        ],
        technician=here.may(Role.TECHNICIAN),
        data={"id": check.id, "camera": check.camera, "line": check.line},
    )


@router.get("/checks/{check_id}/certificate.pdf")
async def certificate(here: Here, check_id: str) -> Response:
    """The certificate of a check, in the reader's language; the export is logged."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/checks/{check_id}", 303)
    demand_role(here, *READERS)
    check = await checking.settled(here.services, await checking.get(here.services, check_id))
    decision = checking.withheld(ways_of(here), check)
    if check.result is None:
        raise not_known()
    if decision is not None:
        raise refusal(decision)
    target = f"{check.camera}.{check.line}"
    await note(here.request, "check.certificate", target, check=check.id)
    try:
        body = await asyncio.to_thread(pdf_of, _paper(here, check), {FONT: assets.font_bytes()})
    except PdfUnavailableError as error:
        raise ProblemError(
            501,
            "no-pdf",
            T("This machine cannot make PDF files."),
            T("A library is missing: {remedy}")(remedy=str(error)),
            T("Ask whoever runs the site; the result page can be printed meanwhile."),
        ) from error
    name = f"parvis-{check.camera}-{check.line}-{check.id}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)


def _paper(here: View, check: Check) -> str:
    """The certificate as HTML."""
    words, camera = here.words, here.site.cameras.get(check.camera)
    line = camera.lines.get(check.line) if camera else None
    found = told(check, line, words)
    assert found is not None  # noqa: S101  # the caller has looked
    member = f"{check.camera}.{check.line}"
    model = checking.model_now(here.services, check.camera)
    return environment.get_template("certificate.html").render(
        _=words._,
        words=words,
        site=here.site,
        check=check,
        told=found,
        certificate_sentence=sentence(
            check, found.true, found.counted, words, said=CERTIFIED, few=FEW_CERTIFIED
        ),
        certificate_meaning=meaning(check, found.true, found.counted, words),
        camera_label=camera.label if camera else check.camera,
        called=line.called(check.line) if line else check.line,
        directions=line.directions if line else ("1", "2"),
        places=[one.label for one in here.site.places.values() if member in one.lines],
        light=words._(LIGHTS[check.light.value].text),
        valid=camera is not None and still_valid(check, camera, model),
        now_s=here.now_s,
        version=parvis.__version__,
        font=FONT,
    )


def pad_rows(camera: Camera, words: Words) -> tuple[PadRow, ...]:
    """The classes of the pad that the camera counts; people where it counts none of them."""
    wanted = {tapped_class(label) for label in camera.classes} or {"person"}
    kept = [tapped for tapped in TAPPED if tapped in wanted]
    return tuple(
        PadRow(tapped, words._(CLASS_WORDS[tapped].text), keys)
        for tapped, keys in zip(kept, KEYS, strict=False)
    )


UPRIGHT = 0.2
"""Of the unit vector across a line: a way that leans no farther goes up or down, not sideways."""


def pad_ways(line: Line, size: FrameSize) -> tuple[PadWay, PadWay]:
    """The columns of the pad: who walks to the left in the picture is tapped on the left."""
    _, (x, y) = across([(a * size.width, b * size.height) for a, b in line.points])
    first = PadWay(0, line.directions[0], pointing((x, y)))
    second = PadWay(1, line.directions[1], pointing((-x, -y)))
    return (second, first) if x > UPRIGHT else (first, second)


def _shown(here: View, check: Check) -> bool:
    return check.result is not None and checking.withheld(ways_of(here), check) is None


def _scene(here: View, name: str, camera: Camera, line: str) -> Scene:
    """The drawing with that one line: no view of the street, and nothing of this moment."""
    alone = camera.model_copy(update={"lines": {line: camera.lines[line]}, "zones": {}})
    return scene(alone, ways_of(here).sketch(here.services.board.sketch(name)), (16, 9))


COUNT_WORDS = {
    "left": T("{min} min {s}"),
    "starts": T("Counting begins in {s} s."),
    "counting": T("Counting. Tap each passage as it crosses the line."),
    "paused": T("Paused: nothing counts until you go on."),
    "pause": T("Pause"),
    "resume": T("Go on"),
    "lost": T("Paused: the pad was away from the screen. That time is left out; go on when ready."),
    "kept": T("Kept on this phone until the server answers, to send: {n}. Go on counting."),
    "kept-out": T(
        "Kept on this phone, to send: {n}. You are signed out: sign in again in another tab, and "
        "go on counting here."
    ),
    "waiting-out": T(
        "Finished. The taps are kept here: sign in again in another tab, and leave this page open."
    ),
    "sent": T("All taps are with the server."),
    "undone": T("Taken back: {what}."),
    "nothing": T("Nothing to take back."),
    "settling": T("Finished. Parvis settles its last passages; the result comes in seconds."),
    "waiting": T(
        "Finished. The taps are kept here until the server answers; leave this page open."
    ),
    "look": T("The blurred view is open until {time}."),
    "look-over": T("The view is closed. Counting goes on without it."),
    "no-look": T("No view: {reason} Counting goes on without it."),
}

RESULT_WORDS = {
    "signed": T("Signed."),
    "corrected": T("Accepted: shown beside the counts from now on."),
    "needed": T("Write something here."),
}
