"""*Santé du système*: what works, what does not, what will fail next."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.policy.terms import OutputKind, Role
from parvis.server.counts import Count
from parvis.server.live import Freshness
from parvis.server.machine import Checkup
from parvis.server.pages.channel_facts import channel_facts
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.machine import Fact, Found, checks, facts
from parvis.server.pages.readings import read
from parvis.server.pages.rule_facts import rule_facts
from parvis.server.pages.states import CameraNow, cameras_now, ways_of
from parvis.server.problems import T
from parvis.values.civil import Bin, bin_start
from parvis.values.series import SeriesKind

router = APIRouter()

STAGES = {
    "decode": T("Decoding"),
    "gate": T("Motion gate"),
    "infer": T("Detection"),
    "track": T("Tracking"),
    "observe": T("Counting"),
}
BAR_WIDTH = 120.0
"""Width of the bar of processor time, which stands for one whole core."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Processor time of one stage of the analysis.

    Args:
        key: for the colour of its bar.
        label: its name.
        ms: milliseconds of one core a second.
        x, width: place in the bar.
    """

    key: str
    label: str
    ms: float
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """A camera in the table."""

    now: CameraNow
    well: bool
    trouble: str
    today: Count
    stages: tuple[Stage, ...]
    cpu_ms: float | None


@dataclass(frozen=True, slots=True)
class Health:
    """All that the page shows.

    Args:
        verdict: how the system is, in one sentence.
        well: nothing calls for anybody.
        rows: cameras, failing ones first.
        totals: processor time by stage over all cameras.
        cpu_ms: its sum.
        facts: the machine's lines, failing ones first.
        checks: what doctor found.
        checkup: its last run; None before any.
    """

    verdict: str
    well: bool
    rows: tuple[Row, ...]
    totals: tuple[Stage, ...]
    cpu_ms: float
    facts: tuple[Fact, ...]
    checks: tuple[Found, ...]
    checkup: Checkup | None

    @property
    def well_n(self) -> int:
        """How many cameras call for nobody."""
        return sum(row.well for row in self.rows)


@router.get("/health", response_class=HTMLResponse)
async def page(here: Annotated[View, Depends(view)]) -> Response:
    """The page."""
    if here.user is None:
        return RedirectResponse("/login?next=/health", 303)
    ways_of(here).demand(OutputKind.HEALTH)
    found = await asyncio.to_thread(_gathered, here)
    return render(
        here,
        "health.html",
        page="health",
        health=found,
        bar=BAR_WIDTH,
        technician=here.may(Role.TECHNICIAN),
    )


def _gathered(here: View) -> Health:
    now_s = here.now_s
    midnight_s = bin_start(now_s, Bin.DAY, here.words.zone)
    readings = read(here, SeriesKind.CROSSINGS, midnight_s, now_s, Bin.QUARTER)
    rows = [_row(here, now, readings.total(camera=now.name)) for now in cameras_now(here)]
    rows.sort(key=lambda row: row.well)
    totals: dict[str, float] = {}
    for row in rows:
        for stage in row.stages:
            totals[stage.key] = totals.get(stage.key, 0.0) + stage.ms
    state = here.services.machine.state()
    lines = facts(state, here.words, now_s)
    lines += channel_facts(here.services.channels(), here.words, now_s)
    lines += rule_facts(here.site, here.words)
    lines.sort(key=lambda fact: fact.well)
    return Health(
        verdict=_verdict(here, rows, lines),
        well=all(row.well for row in rows) and all(fact.well for fact in lines),
        rows=tuple(rows),
        totals=_stages(here, totals, max(1000.0, sum(totals.values()))),
        cpu_ms=sum(totals.values()),
        facts=tuple(lines),
        checks=tuple(checks(state.checkup, here.words)),
        checkup=state.checkup,
    )


def _row(here: View, now: CameraNow, today: Count) -> Row:
    trouble = _trouble(here, now)
    analysis = now.analysis if now.freshness is not Freshness.NONE else None
    stages = analysis.cpu_ms_per_s if analysis else {}
    return Row(
        now=now,
        well=not trouble,
        trouble=trouble,
        today=today,
        stages=_stages(here, stages, 1000.0),
        cpu_ms=sum(stages.values()) if stages else None,
    )


def _trouble(here: View, now: CameraNow) -> str:
    _ = here.words._
    if now.state == "stopped":
        return _("Stopped by a person.")
    if not now.sees:
        if now.reason:
            return now.reason
        return _("Nothing heard of it yet.") if now.since_s is None else _("It measures nothing.")
    if now.freshness is not Freshness.FRESH:
        return _("Nothing new for {age}", age=here.words.duration(now.age_s or 0))
    if now.analysis is not None and now.analysis.degraded:
        return _("The analysis runs slower than asked: the machine is too busy.")
    if now.analysis is not None and now.analysis.lost_minutes:
        return here.words.ngettext(
            "{n} minute could not be recorded: the log says why.",
            "{n} minutes could not be recorded: the log says why.",
            now.analysis.lost_minutes,
        )
    return ""


def _verdict(here: View, rows: list[Row], lines: list[Fact]) -> str:
    """Cameras first, then the machine: who calls for attention, by name."""
    _ = here.words._
    failing = [fact.label for fact in lines if not fact.well]
    if not failing:
        return _cameras_verdict(here, rows)
    machine = _("The machine calls for attention: {names}.", names=", ".join(failing).lower())
    if rows and all(row.well for row in rows):
        return machine
    return f"{_cameras_verdict(here, rows)} {machine}"


def _cameras_verdict(here: View, rows: list[Row]) -> str:
    words, _ = here.words, here.words._
    failing = [row for row in rows if not row.well]
    if not rows:
        return _("No camera yet.")
    if not failing:
        return words.ngettext(
            "All is well: the camera measures.", "All is well: all {n} cameras measure.", len(rows)
        )
    said = words.ngettext(
        "{n} camera of {of} calls for attention: {names}.",
        "{n} cameras of {of} call for attention: {names}.",
        len(failing),
        of=len(rows),
        names=", ".join(row.now.label for row in failing),
    )
    return str(said)


def _stages(here: View, spent: dict[str, float], whole: float) -> tuple[Stage, ...]:
    found = []
    x = 0.0
    for key, ms in spent.items():
        label = here.words._(STAGES[key].text) if key in STAGES else key
        width = BAR_WIDTH * min(1.0, ms / whole)
        found.append(Stage(key if key in STAGES else "observe", label, ms, x, width))
        x += width
    return tuple(found)
