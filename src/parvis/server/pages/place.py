"""*Lieu*: how does this place work?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.ground.calibration import Calibration
from parvis.policy.terms import OutputKind
from parvis.server.api.places import no_place
from parvis.server.pages import counts as counting
from parvis.server.pages.counts import Count
from parvis.server.pages.drawing import Chart, day_chart
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.states import CameraNow, cameras_now, ways_of
from parvis.server.ranges import Range
from parvis.server.town import portrait
from parvis.server.town.frame import camera_ground
from parvis.server.town.levels import (
    Level,
    PlaceState,
    judged,
    newest_stretch,
    place_states,
    zone_series,
    zones_m2,
)
from parvis.server.town.readings import hold
from parvis.server.town.wording import gate_said, level_said, source_said
from parvis.site.place import Place
from parvis.values.civil import Bin, bin_end, bin_start
from parvis.values.series import SeriesKind

router = APIRouter()

DAYS = 7
STEPS = 5
"""Fills of the week profile."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one day of the week profile.

    Args:
        start_s: its start, seconds since the epoch.
        count: who was present on average; None for an hour to come.
        level: what the ladder says of it.
        step: the fill, 1 to ``STEPS``; 0 without a number.
    """

    start_s: float
    count: Count | None
    level: Level | None
    step: int


@dataclass(frozen=True, slots=True)
class CameraLine:
    """A camera of the place, and how sure it is known to be.

    Args:
        now: its state; None when it is disabled.
        label: of site.yaml.
        worst_m: error of the worst point of its ground; None without a ground or a check of it.
        grounded: it has a ground.
        checks: of each of the place's lines: (label, address, when last checked or None).
    """

    name: str
    now: CameraNow | None
    label: str
    worst_m: float | None
    grounded: bool
    checks: tuple[tuple[str, str, float | None], ...]


@router.get("/places/{name}", response_class=HTMLResponse)
def page(here: Annotated[View, Depends(view)], name: str) -> Response:
    """One place."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/places/{name}", 303)
    ways = ways_of(here)
    ways.demand(OutputKind.HEALTH)
    hub, place = here.services, here.site.places.get(name)
    if place is None:
        raise no_place(name)
    hour = _hour(here)
    state = place_states(hub, ways, newest_stretch(hub, ways), only=name)[0]
    week, top = _week(here, name, place)
    return render(
        here,
        "place.html",
        page="map",
        scripts=("place",),
        name=name,
        place=place,
        state=state,
        sentence=_sentence(here, state),
        day=_day(here, place),
        week=week,
        week_top=top,
        hour=hour,
        chosen=_chosen(here, name, place, hour),
        passages=portrait.passages(hub, ways, place, hour),
        stays=portrait.figures(hub, ways, place, hour, SeriesKind.DWELL),
        queues=portrait.figures(hub, ways, place, hour, SeriesKind.QUEUE_LENGTH),
        waits=portrait.figures(hub, ways, place, hour, SeriesKind.QUEUE_WAIT),
        paces=portrait.paces(hub, ways, place, hour),
        journeys=portrait.journeys(hub, ways, place, hour),
        gate=gate_said,
        cameras=_cameras(here, place),
        counting=counting,
        level_said=level_said,
    )


def _hour(here: View) -> tuple[float, float]:
    """The chosen hour: that of ``at`` in the address, else the last closed one."""
    zone = here.words.zone
    closed_s = min(here.gate.closed_before(here.now_s), here.now_s)
    last_s = bin_start(bin_start(closed_s, Bin.HOUR, zone) - 1, Bin.HOUR, zone)
    try:
        asked = datetime.fromisoformat(here.request.query_params.get("at", ""))
        wanted_s = (asked if asked.tzinfo else asked.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        wanted_s = last_s
    start_s = bin_start(min(wanted_s, closed_s - 1), Bin.HOUR, zone)
    return start_s, bin_end(start_s, Bin.HOUR, zone)


def _sentence(here: View, state: PlaceState) -> str:
    words, _ = here.words, here.words._
    people = state.people
    if people.value is None:
        if not state.place.zones:
            return _("No zone measures who is present here.")
        return counting.explained(people, words)
    fields = {
        "n": words.number(people.value),
        "interval": words.interval(people.low, people.high),
        "start": words.clock(people.start_s),
        "end": words.clock(people.end_s),
    }
    if state.level is None:
        return _("{n} people present ({interval}), from {start} to {end}.", **fields)
    return _(
        "{level}: {n} people present ({interval}), from {start} to {end}, {source}.",
        level=level_said(state.level, words),
        source=source_said(state, words),
        **fields,
    )


def _chosen(here: View, name: str, place: Place, hour: tuple[float, float]) -> PlaceState | None:
    series = zone_series(place)
    if not series:
        return None
    held = hold(here.services, ways_of(here), series, Range(*hour, Bin.HOUR))
    return judged(name, place, held.row(series)[0], zones_m2(here.services, place))


def _day(here: View, place: Place) -> tuple[Chart, Chart, list[Count]] | None:
    words = here.words
    series = zone_series(place)
    if not series:
        return None
    start_s = bin_start(here.now_s, Bin.DAY, words.zone)
    end_s = bin_end(start_s, Bin.DAY, words.zone)
    if here.now_s - start_s < 1:
        return None
    held = hold(here.services, ways_of(here), series, Range(start_s, here.now_s, Bin.QUARTER))
    rows = [one for one in held.row(series) if one.end_s <= here.now_s and one.mark != "pending"]

    def chart(width: int, height: int, every_h: int) -> Chart:
        return day_chart(
            rows,
            (),
            start_s,
            end_s,
            here.now_s,
            words,
            width=width,
            height=height,
            every_h=every_h,
        )

    return chart(720, 240, 3), chart(340, 200, 6), rows


def _week(here: View, name: str, place: Place) -> tuple[list[tuple[float, list[Cell]]], float]:
    """The last seven days by hours, today last, and the largest value."""
    series, zone = zone_series(place), here.words.zone
    today_s = bin_start(here.now_s, Bin.DAY, zone)
    noon = datetime.fromtimestamp(today_s + 43200, zone)
    first_s = bin_start((noon - timedelta(days=DAYS - 1)).timestamp(), Bin.DAY, zone)
    held = hold(here.services, ways_of(here), series, Range(first_s, here.now_s, Bin.HOUR))
    area = zones_m2(here.services, place)
    hours = {count.start_s: count for count in held.row(series)} if series else {}
    top = max((c.value for c in hours.values() if c.value is not None), default=0.0)
    rows = []
    for back in range(DAYS - 1, -1, -1):
        day_s = bin_start((noon - timedelta(days=back)).timestamp(), Bin.DAY, zone)
        at_s, cells = day_s, []
        while at_s < bin_end(day_s, Bin.DAY, zone):
            count = hours.get(at_s)
            level = judged(name, place, count, area).level if count is not None else None
            cells.append(Cell(at_s, count, level, _step(count, top)))
            at_s = bin_end(at_s, Bin.HOUR, zone)
        rows.append((day_s, cells))
    return rows, top


def _step(count: Count | None, top: float) -> int:
    if count is None or count.value is None or top <= 0:
        return 0
    return min(STEPS, 1 + int(STEPS * count.value / top))


def _cameras(here: View, place: Place) -> list[CameraLine]:
    states = {now.name: now for now in cameras_now(here)}
    lines = portrait.members(here.services, place, "lines")
    rows = []
    for name in portrait.cameras_of(place):
        ground = camera_ground(here.services, name)
        worst = None
        if ground is not None and isinstance(ground.calibration, Calibration):
            known = [float(off) for off in ground.calibration.left_out_m if off == off]  # noqa: PLR0124  # NaN differs from itself
            worst = max(known, default=None)
        checks = tuple(
            (label, f"/cameras/{camera}/lines/{line}/check", _checked(here, camera, line))
            for camera, line, label in lines
            if camera == name
        )
        label = here.site.cameras[name].label
        rows.append(CameraLine(name, states.get(name), label, worst, ground is not None, checks))
    return rows


def _checked(here: View, camera: str, line: str) -> float | None:
    ended = [
        check.end_s
        for check in here.services.store.checks.all(camera, line)
        if check.end_s is not None and check.result is not None
    ]
    return max(ended, default=None)
