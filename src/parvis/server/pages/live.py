"""*En direct*, which statistics mode calls *Situation*: where is it busy, is everything seen?"""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.policy.terms import Role
from parvis.server import counts as counting
from parvis.server.counts import Count
from parvis.server.inbox.kind_words import is_health
from parvis.server.inbox.listing import Row as AlertRow
from parvis.server.pages.classes import GROUPS, Group, group_of
from parvis.server.pages.drawing import Chart, Spark, day_chart, gap_stretches, spark
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.ground_now import GroundRow, ground_rows
from parvis.server.pages.readings import Readings, read
from parvis.server.pages.scene import Scene, scene
from parvis.server.pages.states import CameraNow, cameras_now, ways_of
from parvis.server.pages.unjudged import unjudged
from parvis.server.problems import T
from parvis.site.shapes import Camera, Line
from parvis.values.civil import Bin, bin_end, bin_start
from parvis.values.series import SeriesKind

router = APIRouter()

SPARK_S = 2 * 3600.0
MOST_ALERTS = 4
"""Alerts on this page; the inbox has them all."""
QUARTER_S = 900.0


@dataclass(frozen=True, slots=True)
class Attention:
    """A row of « À regarder »: what is wrong, since when, what it means, what to do.

    Args:
        accept_word: on the button that accepts a moved view; empty where there is none.
    """

    mark: str
    word: str
    camera: str
    label: str
    fact: str
    meaning: str
    link: str
    link_word: str
    accept_word: str = ""


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
class Day:
    """The chosen camera's day by closed quarters, with the same weekday of last week."""

    wide: Chart
    narrow: Chart
    quarters: tuple[Count, ...]
    before: tuple[Count, ...]
    sentence: str


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
    last_week = read(
        here, SeriesKind.CROSSINGS, *_same_day_last_week(midnight_s, here), Bin.QUARTER
    )
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
        attention=tuple(_attention(here, state) for state in states if not state.sees),
        alerts=alerts[:MOST_ALERTS],
        alerts_left=sum(one.count for one in alerts[MOST_ALERTS:]),
        rows=rows,
        chosen=picked,
        scene=_scene(here, picked) if picked else None,
        ground=_ground(here, picked) if picked else (),
        passages=tuple(_passages(here, picked, readings)) if picked else (),
        day=_day(here, midnight_s, readings, last_week, picked.name) if picked else None,
        through_s=now_s,
    )


def _same_day_last_week(midnight_s: float, here: View) -> tuple[float, float]:
    zone = here.words.zone
    # Noon seven days before is on the right civil day whatever the clocks did meanwhile.
    start_s = bin_start(midnight_s + 43200 - 7 * 86400, Bin.DAY, zone)
    return start_s, bin_end(start_s, Bin.DAY, zone)


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


def _attention(here: View, state: CameraNow) -> Attention:
    words, _ = here.words, here.words._
    since = words.since(state.since_s, here.now_s) if state.since_s else None
    lasts = words.duration(here.now_s - state.since_s) if state.since_s else ""
    hole = _("It is a gap in the measures, not an empty street.")
    match state.state:
        case "moved":
            fact = _("View moved since {time} ({lasts}).", time=since, lasts=lasts)
            meaning = _("Counting is suspended until the view is back or confirmed.")
        case "stopped":
            fact = _("Stopped by a person.")
            meaning = hole
        case "connecting" if since is None:
            fact = _("Nothing heard of it yet.")
            meaning = _("Its first figures come within a minute.")
        case "connecting":
            fact = _("Connecting since {time} ({lasts}).", time=since, lasts=lasts)
            meaning = hole
        case "stalled":
            fact = _("Picture frozen since {time} ({lasts}).", time=since, lasts=lasts)
            meaning = hole
        case _:
            fact = _("Camera lost since {time} ({lasts}).", time=since or "—", lasts=lasts or "—")
            again = _("Tries again by itself.")
            meaning = f"{hole} {again}"
    if state.reason:
        meaning = f"{meaning} {state.reason}"
    return Attention(
        mark=state.state,
        word=state.word,
        camera=state.name,
        label=state.label,
        fact=fact,
        meaning=meaning,
        link=f"/?camera={state.name}",
        link_word=_("See the camera"),
        accept_word=_accept_word(here) if state.state == "moved" else "",
    )


def _accept_word(here: View) -> str:
    """What a technician may answer to a moved view; empty for others."""
    return here.words._("The new view is right") if here.may(Role.TECHNICIAN) else ""


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


def _day(
    here: View, midnight_s: float, readings: Readings, last_week: Readings, camera: str
) -> Day:
    words, _ = here.words, here.words._
    end_s = bin_end(midnight_s, Bin.DAY, words.zone)
    # The running quarter would draw a fall at its end: only closed ones are drawn.
    quarters = tuple(
        count
        for count in readings.row(camera=camera)
        if count.mark != "pending" and count.end_s <= here.now_s
    )
    # A day with a changed clock has more or fewer quarters: each is laid on the same o'clock.
    clocks = {words.clock(count.start_s): count for count in last_week.row(camera=camera)}
    moved = tuple(
        Count(start_s, start_s + QUARTER_S, then.mark, then.value, then.spread, then.seen)
        for start_s in _quarter_starts(midnight_s, end_s)
        if (then := clocks.get(words.clock(start_s))) is not None
    )
    before = moved if any(count.value is not None for count in moved) else ()

    def chart(width: int, height: int, every_h: int) -> Chart:
        return day_chart(
            quarters,
            before,
            midnight_s,
            end_s,
            here.now_s,
            words,
            width=width,
            height=height,
            every_h=every_h,
        )

    return Day(
        chart(720, 260, 3), chart(340, 220, 6), quarters, before, _day_sentence(here, quarters)
    )


def _quarter_starts(start_s: float, end_s: float) -> list[float]:
    return [start_s + QUARTER_S * i for i in range(round((end_s - start_s) / QUARTER_S))]


def _day_sentence(here: View, quarters: tuple[Count, ...]) -> str:
    words, _ = here.words, here.words._
    shown = [count for count in quarters if count.value is not None]
    if not shown:
        return _("No closed quarter of an hour yet today.")
    top = max(shown, key=lambda count: count.value or 0.0)
    text = _(
        "Busiest so far: {value} crossings from {start} to {end}.",
        value=words.number(top.value),
        start=words.clock(top.start_s),
        end=words.clock(top.end_s),
    )
    holes = gap_stretches(quarters)
    if holes:
        lasting = words.duration(sum(end - start for start, end in holes))
        text += " " + words.ngettext(
            "One gap, {lasting} in all.", "{n} gaps, {lasting} in all.", len(holes), lasting=lasting
        )
    return text
