"""*Comptage de contrôle*: the pad for a person who counts along a line, and what came of it."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

import parvis
from parvis.measures.checks.recapture import Recapture, chapman
from parvis.measures.checks.record import cells_of, passages_of
from parvis.policy.terms import Role
from parvis.reports.pdf import FONT, PdfUnavailableError, pdf_of
from parvis.server import checking
from parvis.server.api.checks import not_known
from parvis.server.api.setup_sessions import no_camera
from parvis.server.i18n import MINUS, Words
from parvis.server.line_errors import still_valid
from parvis.server.pages import assets
from parvis.server.pages.classes import CLASS_WORDS
from parvis.server.pages.frame import View, environment, render, view
from parvis.server.pages.scene import Scene, scene
from parvis.server.pages.states import ways_of
from parvis.server.problems import ProblemError, T
from parvis.server.trail import note
from parvis.server.ways_out import refusal
from parvis.site.shapes import Camera, Line
from parvis.store.checks import Check
from parvis.store.corrections import Correction
from parvis.values.checks import TAPPED, Passage, tapped_class

router = APIRouter()

Here = Annotated[View, Depends(view)]

LIGHTS = {"day": T("full daylight"), "dusk": T("dusk"), "night": T("night")}
KEYS = (("F", "J"), ("D", "K"), ("S", "L"))
"""The key of each row of the pad, left and right hand."""

READERS = (Role.TECHNICIAN, Role.ANALYST, Role.DPO)


@dataclass(frozen=True, slots=True)
class PadRow:
    """A class on the pad, with its two keys."""

    tapped: str
    word: str
    keys: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Noted:
    """A passage that only one of both noted, in words."""

    clock: str
    direction: str
    word: str


@dataclass(frozen=True, slots=True)
class CellRow:
    """One direction and class of a result, in words and numbers."""

    direction: str
    word: str
    true: int
    counted: int
    missed: int
    extra: int


@dataclass(frozen=True, slots=True)
class Told:
    """A result as the page and the certificate tell it.

    Args:
        sentence: « Parvis 83, you 86: −3 (from −6 to +1) ».
        true, counted: passages.
        seconds: in which both looked.
        delay_s: the person's.
        rows: by direction and class, those with a passage.
        missed, extra: None after their retention.
        everything: how many passed if both missed some.
    """

    sentence: str
    true: int
    counted: int
    seconds: float
    delay_s: float
    rows: tuple[CellRow, ...]
    missed: tuple[Noted, ...] | None
    extra: tuple[Noted, ...] | None
    everything: Recapture


@router.get("/cameras/{name}/lines/{line}/check", response_class=HTMLResponse)
async def counting(here: Here, name: str, line: str) -> Response:
    """The pad of one line, and the checks there were."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/cameras/{name}/lines/{line}/check", 303)
    if not here.may(Role.TECHNICIAN):
        raise _role(Role.TECHNICIAN)
    camera = here.site.cameras.get(name)
    if camera is None:
        raise no_camera(name)
    if line not in camera.lines:
        raise checking.no_line(name, line)
    drawn = camera.lines[line]
    light = checking.light_now(here.site, here.now_s)
    checks = await asyncio.to_thread(here.services.store.checks.all, name, line)
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
        directions=drawn.directions,
        light=here.words._(LIGHTS[light.value].text),
        rows=pad_rows(camera, here.words),
        least=least,
        scene=_scene(here, name, camera, line),
        past=[(one, told(one, drawn, here.words)) for one in checks if _shown(here, one)],
        data={"camera": name, "line": line, "live": here.live, "least": least},
    )


@router.get("/checks/{check_id}", response_class=HTMLResponse)
async def result(here: Here, check_id: str) -> Response:
    """What came of a check."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/checks/{check_id}", 303)
    if not here.may(*READERS):
        raise _role(*READERS)
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
            (one, _factor(one, line, here.words))
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
    if not here.may(*READERS):
        raise _role(*READERS)
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
        certificate_sentence=_sentence(
            check, found.true, found.counted, words, said=CERTIFIED, few=FEW_CERTIFIED
        ),
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


def told(check: Check, line: Line | None, words: Words) -> Told | None:
    """A result in words; None without one."""
    if check.result is None:
        return None
    cells = cells_of(check.result)
    true, counted = sum(c.true for c in cells), sum(c.counted for c in cells)
    names = line.directions if line else ("1", "2")
    return Told(
        _sentence(check, true, counted, words),
        true,
        counted,
        check.result["seconds"],
        check.result["delay_s"],
        tuple(
            CellRow(
                names[cell.direction],
                words._(CLASS_WORDS[cell.tapped].text),
                cell.true,
                cell.counted,
                cell.missed,
                cell.extra,
            )
            for cell in cells
            if cell.true or cell.counted
        ),
        _noted(check, "missed", names, words),
        _noted(check, "extra", names, words),
        chapman(true, counted, sum(c.matched for c in cells)),
    )


def signed(value: float, words: Words, digits: int = 0) -> str:
    """``+1``, ``−3`` or ``0``."""
    text = words.number(value, digits)
    return f"+{text}" if value > 0 and not text.startswith(MINUS) and text != "0" else text


SAID = T("Parvis {counted}, you {true}: {bias} (from {low} to {high})")
FEW_SAID = T("Parvis {counted}, you {true}: too few passages to tell an error.")
CERTIFIED = T("Parvis {counted}, person {true}: {bias} (from {low} to {high})")
FEW_CERTIFIED = T("Parvis {counted}, person {true}: too few passages to tell an error.")


def _sentence(
    check: Check, true: int, counted: int, words: Words, *, said: T = SAID, few: T = FEW_SAID
) -> str:
    bias = (check.result or {}).get("bias")
    if bias is None:
        return words._(
            few.text,
            counted=words.number(counted),
            true=words.number(true),
        )
    return words._(
        said.text,
        counted=words.number(counted),
        true=words.number(true),
        bias=signed(bias["value"], words),
        low=signed(_outward(bias["low"], -1), words),
        high=signed(_outward(bias["high"], 1), words),
    )


def _outward(bound: float, way: int) -> float:
    """A bound rounded away from the middle: an interval never promises too much."""
    return float(-(-bound // 1) if way > 0 else bound // 1)


def _noted(
    check: Check, kind: str, names: tuple[str, str], words: Words
) -> tuple[Noted, ...] | None:
    if check.events is None:
        return None

    def one(passage: Passage) -> Noted:
        second = words.local(passage.time_s).second
        word = words._(CLASS_WORDS[passage.tapped].text)
        at = f"{words.clock(passage.time_s)}{' ' if words.language == 'fr' else ':'}{second:02d}"
        return Noted(at, names[passage.direction], word)

    return tuple(one(passage) for passage in passages_of(check.events[kind]))


def _factor(one: Correction, line: Line | None, words: Words) -> str:
    names = line.directions if line else ("1", "2")
    return words._(
        "{direction}, {class_word}: × {factor} (from {low} to {high})",
        direction=names[one.direction],
        class_word=words._(CLASS_WORDS[one.tapped].text),
        factor=words.number(one.factor, 2),
        low=words.lower(one.low, 2),
        high=words.upper(one.high, 2),
    )


def _shown(here: View, check: Check) -> bool:
    return check.result is not None and checking.withheld(ways_of(here), check) is None


def _scene(here: View, name: str, camera: Camera, line: str) -> Scene:
    """The drawing with that one line: no view of the street, and nothing of this moment."""
    alone = camera.model_copy(update={"lines": {line: camera.lines[line]}, "zones": {}})
    return scene(alone, ways_of(here).sketch(here.services.board.sketch(name)), (16, 9))


def _role(*roles: Role) -> ProblemError:
    return ProblemError(
        403,
        "role",
        T("Your role does not allow this."),
        T("This needs the role: {roles}.")(roles=", ".join(role.value for role in roles)),
        T("Ask an administrator of the site."),
    )


COUNT_WORDS = {
    "left": T("{min} min {s}"),
    "starts": T("Counting begins in {s} s."),
    "counting": T("Counting. Tap each passage as it crosses the line."),
    "paused": T("Paused: nothing counts until you go on."),
    "pause": T("Pause"),
    "resume": T("Go on"),
    "kept": T("{n} taps kept on this phone: the server does not answer. Go on counting."),
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
