"""*En direct*, which statistics mode calls *Situation*: where is it busy, is everything seen?"""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.server import counts as counting
from parvis.server.classes import GROUPS, Group, group_of
from parvis.server.counts import Count
from parvis.server.inbox.kind_words import is_health
from parvis.server.inbox.listing import Row as AlertRow
from parvis.server.pages.attention import Attention, attention
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.ground_now import GroundRow, ground_rows
from parvis.server.pages.live_day import QUARTER_S, Day, day, same_day_last_week
from parvis.server.pages.readings import Readings, read
from parvis.server.pages.scene import Scene, scene
from parvis.server.pages.spark import Spark, spark
from parvis.server.pages.states import CameraNow, cameras_now, ways_of
from parvis.server.pages.unjudged import unjudged
from parvis.server.problems import T
from parvis.site.shapes import Camera, Line
from parvis.values.civil import Bin, bin_start
from parvis.values.series import SeriesKind

router = APIRouter()

SPARK_S = 2 * 3600.0
MOST_ALERTS = 4
"""Alerts on this page; the inbox has them all."""


@dataclass(frozen=True, slots=True)
class Row:
    """A camera in the table."""

    now: CameraNow
    present: int | None
    today: Count
    spark: Spark
    chosen: bool


@dataclass(frozen=True, slots=True)
class Passages:
    """Passages over one line since midnight, by class (rows) and direction (columns)."""

    name: str
    label: str
    directions: tuple[str, str]
    rows: tuple[tuple[Group, tuple[Count, Count]], ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the page shows."""

    present: int | None
    seen_now: int
    of: int
    today: Count
    change: float | None
    last_quarter: Count | None
    attention: tuple[Attention, ...]
    alerts: tuple[AlertRow, ...]
    alerts_left: int
    rows: tuple[Row, ...]
    chosen: CameraNow | None
    scene: Scene | None
    ground: tuple[GroundRow, ...]
    passages: tuple[Passages, ...]
    day: Day | None
    through_s: float


@router.get("/", response_class=HTMLResponse)
async def page(
    here: Annotated[View, Depends(view)], camera: Annotated[str | None, Query()] = None
) -> Response:
    """The first page."""
    if here.user is None:
        return RedirectResponse("/login", 303)
    situation = await asyncio.to_thread(situate, here, camera)
    return render(
        here,
        "live.html",
        page="live",
        scripts=("live",),
        messages=MESSAGES,
        now=situation,
        groups=GROUPS,
        counting=counting,
        SeriesKind=SeriesKind,
    )


MESSAGES = {
    "state-live": T("Seen"),
    "state-connecting": T("Connecting"),
    "state-stalled": T("Frozen"),
    "state-lost": T("No measure"),
    "state-moved": T("View moved"),
    "state-stopped": T("Stopped"),
    "present": T("{n} people in view"),
}


def situate(here: View, chosen: str | None) -> Situation:
    """Gather the page; blocking."""
    now_s = here.now_s
    zone = here.words.zone
    midnight_s = bin_start(now_s, Bin.DAY, zone)
    readings = read(here, SeriesKind.CROSSINGS, midnight_s, now_s, Bin.QUARTER)
    last_week = read(here, SeriesKind.CROSSINGS, *same_day_last_week(midnight_s, here), Bin.QUARTER)
    states = cameras_now(here)
    picked = next((s for s in states if s.name == chosen), states[0] if states else None)
    rows = tuple(_row(here, state, readings, picked is state) for state in states)
    today = readings.total()
    present = _present(states) if here.live else None
    # What its own row tells of a camera is not told twice.
    blind = {state.name for state in states if not state.sees}
    alerts = tuple(
        one
        for one in unjudged(here)
        if not (is_health(one.alert.kind) and one.alert.subject.camera in blind)
    )
    return Situation(
        present=present,
        seen_now=sum(state.sees for state in states),
        of=len(states),
        today=today,
        change=_change(readings, last_week),
        last_quarter=_last_quarter(readings, now_s),
        attention=tuple(attention(here, state) for state in states if not state.sees),
        alerts=alerts[:MOST_ALERTS],
        alerts_left=sum(one.count for one in alerts[MOST_ALERTS:]),
        rows=rows,
        chosen=picked,
        scene=_scene(here, picked) if picked else None,
        ground=_ground(here, picked) if picked else (),
        passages=tuple(_passages(here, picked, readings)) if picked else (),
        day=day(here, midnight_s, readings, last_week, picked.name) if picked else None,
        through_s=now_s,
    )


def _present(states: tuple[CameraNow, ...]) -> int | None:
    seen = [state.people for state in states if state.people is not None]
    return sum(seen) if seen else None


def _row(here: View, state: CameraNow, readings: Readings, chosen: bool) -> Row:
    quarters = readings.row(camera=state.name)
    recent = [q for q in quarters if q.end_s > here.now_s - SPARK_S - QUARTER_S]
    closed = [q for q in recent if q.end_s <= here.now_s][-8:]
    return Row(
        now=state,
        present=state.people,
        today=readings.total(camera=state.name),
        spark=spark(closed, here.words),
        chosen=chosen,
    )


def _last_quarter(readings: Readings, now_s: float) -> Count | None:
    closed = [q for q in readings.row() if q.end_s <= now_s and q.mark != "pending"]
    return closed[-1] if closed else None


def _change(today: Readings, before: Readings) -> float | None:
    """Against the same hours a week ago, when nearly all of both were seen."""
    pairs = [
        (now, then)
        for now, then in zip(today.row(), before.row(), strict=False)
        if now.mark == "measured" and then.mark == "measured"
    ]
    asked = [count for count in today.row() if count.mark != "pending"]
    if not asked or len(pairs) < 0.9 * len(asked):
        return None
    then = sum(then.value or 0.0 for _, then in pairs)
    # Under a hundred, chance alone moves the share by more than it would tell.
    return sum(now.value or 0.0 for now, _ in pairs) / then - 1 if then >= 100 else None


def _scene(here: View, state: CameraNow) -> Scene:
    camera = here.site.cameras[state.name]
    sketch = ways_of(here).sketch(here.services.board.sketch(state.name))
    return scene(camera, sketch, (state.width, state.height))


def _ground(here: View, state: CameraNow) -> tuple[GroundRow, ...]:
    return ground_rows(here.site.cameras[state.name], state.zones)


def _passages(here: View, state: CameraNow, readings: Readings) -> list[Passages]:
    camera: Camera = here.site.cameras[state.name]

    def cell(line: str, group: Group, direction: int) -> Count:
        return readings.total(
            camera=state.name, shape=line, direction=direction, classes=group.classes
        )

    def counted(group: Group, line: Line) -> bool:
        return any(group_of(name) == group.key for name in camera.classes)

    return [
        Passages(
            name,
            line.called(name),
            line.directions,
            tuple(
                (group, (cell(name, group, 0), cell(name, group, 1)))
                for group in GROUPS
                if counted(group, line)
            ),
        )
        for name, line in camera.lines.items()
    ]
