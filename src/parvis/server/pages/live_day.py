"""The chosen camera's day by closed quarters of an hour, beside the same weekday of last week."""

from dataclasses import dataclass

from parvis.server.counts import Count
from parvis.server.pages.drawing import Chart, day_chart, gap_stretches
from parvis.server.pages.frame import View
from parvis.server.pages.readings import Readings
from parvis.values.civil import Bin, bin_end, bin_start

QUARTER_S = 900.0


@dataclass(frozen=True, slots=True)
class Day:
    """The chosen camera's day by closed quarters, with the same weekday of last week."""

    wide: Chart
    narrow: Chart
    quarters: tuple[Count, ...]
    before: tuple[Count, ...]
    sentence: str


def same_day_last_week(midnight_s: float, here: View) -> tuple[float, float]:
    """From when to when the civil day seven days before lasted."""
    zone = here.words.zone
    # Noon seven days before is on the right civil day whatever the clocks did meanwhile.
    start_s = bin_start(midnight_s + 43200 - 7 * 86400, Bin.DAY, zone)
    return start_s, bin_end(start_s, Bin.DAY, zone)


def day(here: View, midnight_s: float, readings: Readings, last_week: Readings, camera: str) -> Day:
    """Draw and say the day of one camera.

    Args:
        midnight_s: its beginning.
        readings, last_week: passages by quarters, of that day and of the one compared with.
    """
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
