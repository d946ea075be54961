"""A place's day and its week: who was present, quarter by quarter and hour by hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from parvis.server.counts import Count
from parvis.server.pages.drawing import Chart, day_chart
from parvis.server.pages.frame import View
from parvis.server.pages.states import ways_of
from parvis.server.ranges import Range
from parvis.server.town.levels import Level, judged, zone_series, zones_m2
from parvis.server.town.readings import hold
from parvis.site.place import Place
from parvis.values.civil import Bin, bin_end, bin_start

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


def today(here: View, place: Place) -> tuple[Chart, Chart, list[Count]] | None:
    """Its day for wide and for narrow screens, with the rows of the table; blocking."""
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


def week(here: View, name: str, place: Place) -> tuple[list[tuple[float, list[Cell]]], float]:
    """The last seven days by hours, today last, and the largest value."""
    series, zone = zone_series(place), here.words.zone
    first_s = first_day_s(here)
    held = hold(here.services, ways_of(here), series, Range(first_s, here.now_s, Bin.HOUR))
    area = zones_m2(here.services, place)
    hours = {count.start_s: count for count in held.row(series)} if series else {}
    top = max((c.value for c in hours.values() if c.value is not None), default=0.0)
    rows = []
    for back in range(DAYS - 1, -1, -1):
        day_s = _days_before(here, back)
        at_s, cells = day_s, []
        while at_s < bin_end(day_s, Bin.DAY, zone):
            count = hours.get(at_s)
            level = judged(name, place, count, area).level if count is not None else None
            cells.append(Cell(at_s, count, level, _step(count, top)))
            at_s = bin_end(at_s, Bin.HOUR, zone)
        rows.append((day_s, cells))
    return rows, top


def first_day_s(here: View) -> float:
    """Midnight of the first day of the week profile."""
    return _days_before(here, DAYS - 1)


def _days_before(here: View, days: int) -> float:
    zone = here.words.zone
    # From noon: a civil day may have 23 or 25 hours.
    noon = datetime.fromtimestamp(bin_start(here.now_s, Bin.DAY, zone) + 43200, zone)
    return bin_start((noon - timedelta(days=days)).timestamp(), Bin.DAY, zone)


def _step(count: Count | None, top: float) -> int:
    if count is None or count.value is None or top <= 0:
        return 0
    return min(STEPS, 1 + int(STEPS * count.value / top))
