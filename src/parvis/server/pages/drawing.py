"""Drawings made on the server: paths of charts as SVG coordinates.

Colours are classes, never attributes: both themes and paper draw the same paths.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Protocol, TypeVar

from parvis.server.counts import Mark
from parvis.server.i18n import Words
from parvis.values.civil import Bin, bins


class Stretch(Protocol):
    """A number of a stretch of time, as charts draw it: a count, or who is inside at its end."""

    @property
    def start_s(self) -> float:
        """Its start, seconds since the epoch."""

    @property
    def end_s(self) -> float:
        """Its end."""

    @property
    def mark(self) -> Mark:
        """Measured, or why there is no number."""

    @property
    def value(self) -> float | None:
        """The number."""

    @property
    def low(self) -> float | None:
        """Lower bound of its interval."""

    @property
    def high(self) -> float | None:
        """Upper bound of its interval."""


S = TypeVar("S", bound=Stretch)

LEAST_APART_PX = 60.0
"""Two marks of the time axis that lie nearer would run into one another."""

When = Callable[[Stretch, float], float]
"""Of a stretch and the present: the moment at which its number is drawn."""


def middle_of(count: Stretch, now_s: float) -> float:
    """The middle of what has passed of it: what is true of a whole stretch."""
    return (count.start_s + min(count.end_s, max(now_s, count.start_s + 60))) / 2


def end_of(count: Stretch, now_s: float) -> float:  # as `middle_of` is called
    """Its end: what was added up until then."""
    return count.end_s


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis: its place in pixels and its word."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch drawn across the chart, in pixels."""

    x: float
    width: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A line with its band over a stretch of time.

    Args:
        width, height: of the drawing, pixels.
        left, top, right, bottom: the plot's edges within it.
        x, y: axis marks.
        lines, bands: paths of what was measured, broken at every gap.
        part_bands: columns of stretches seen in part, whose value is only what was seen.
        before: path of the comparison, empty without one.
        gaps: hatched stretches.
        now: x of the present, None outside.
        last: (x, y, label) of the newest value, None without one.
    """

    width: int
    height: int
    left: float
    top: float
    right: float
    bottom: float
    x: tuple[Tick, ...]
    y: tuple[Tick, ...]
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    bands: tuple[str, ...]
    part_bands: tuple[str, ...]
    before: tuple[str, ...]
    gaps: tuple[Box, ...]
    now: float | None
    last: tuple[float, float, str] | None


def nice_top(largest: float, steps: int = 4) -> tuple[float, float]:
    """A round upper end of an axis from 0, and its step.

    >>> nice_top(812)
    (1000, 250)
    """
    if largest <= steps:
        return float(steps), 1.0
    raw = largest / steps
    power = 10.0 ** floor(log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw - 1e-9)
    if step < 5 and step != round(step):
        step = float(ceil(step))
    return step * ceil(largest / step - 1e-9), step


def runs(counts: Sequence[S]) -> list[list[S]]:
    """Stretches of neighbouring counts that have a value: a line is never drawn over a gap."""
    found: list[list[S]] = []
    for count in counts:
        if count.value is None:
            found.append([])
        elif not found or (found[-1] and found[-1][-1].end_s != count.start_s):
            found.append([count])
        else:
            found[-1].append(count)
    return [run for run in found if run]


def _top(count: Stretch) -> float:
    """The upper bound, or the value itself where nothing bounds it."""
    return count.high if count.high is not None else count.value or 0.0


def path(points: Sequence[tuple[float, float]]) -> str:
    """An SVG path through these points."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def day_chart(  # noqa: PLR0917
    counts: Sequence[Stretch],
    before: Sequence[Stretch],
    start_s: float,
    end_s: float,
    now_s: float,
    words: Words,
    *,
    width: int,
    height: int,
    every_h: int,
    when: When = middle_of,
) -> Chart:
    """One day by quarters of an hour, from midnight or from the hour at which it begins.

    Args:
        counts: quarters of the day, in order, those to come left out.
        before: quarters of the day compared with, moved onto this day's hours; may be empty.
        start_s, end_s: the day.
        now_s: drawn as the present when inside.
        words: for hours and numbers.
        width, height: of the drawing, pixels.
        every_h: hours between two marks of the time axis.
        when: where in its stretch each number is drawn.
    """
    left, right, top, bottom = 44.0, width - 8.0, 22.0, height - 24.0
    highs = [_top(count) for count in counts] + [count.value or 0.0 for count in before]
    ceiling, step = nice_top(max(highs, default=0.0))

    def x(time_s: float) -> float:
        return left + (time_s - start_s) / (end_s - start_s) * (right - left)

    def y(value: float) -> float:
        return bottom - value / ceiling * (bottom - top)

    def middle(count: Stretch) -> float:
        return x(when(count, now_s))

    def band(run: Sequence[Stretch]) -> str:
        upper = [(middle(count), y(min(ceiling, _top(count)))) for count in run]
        lower = [(middle(count), y(count.low or 0.0)) for count in run]
        return path(upper + lower[::-1]) + "Z"

    found = runs(counts)
    hours = list(bins(start_s, end_s, Bin.HOUR, words.zone))
    inner = [
        Tick(x(at_s), _hour(words, words.local(at_s).hour))
        for at_s, _ in hours
        if words.local(at_s).hour % every_h == 0
        and min(x(at_s) - left, right - x(at_s)) > LEAST_APART_PX
    ]
    shown = [count for count in counts if count.value is not None]
    newest = shown[-1] if shown else None
    return Chart(
        width,
        height,
        left,
        top,
        right,
        bottom,
        x=(Tick(left, _edge(words, start_s, 0)), *inner, Tick(right, _edge(words, end_s, 24))),
        y=tuple(
            Tick(y(step * i), words.number(step * i)) for i in range(round(ceiling / step) + 1)
        ),
        lines=tuple(path([(middle(c), y(c.value or 0.0)) for c in run]) for run in found),
        dots=tuple((middle(run[0]), y(run[0].value or 0.0)) for run in found if len(run) == 1),
        bands=tuple(band(run) for run in found if len(run) > 1),
        part_bands=tuple(
            f"M{x(c.start_s):.1f} {top}H{x(min(c.end_s, now_s)):.1f}V{bottom}H{x(c.start_s):.1f}Z"
            for c in counts
            if c.mark == "partial"
        ),
        before=tuple(path([(middle(c), y(c.value or 0.0)) for c in run]) for run in runs(before)),
        gaps=tuple(
            Box(x(from_s), max(2.0, x(min(to_s, now_s)) - x(from_s)))
            for from_s, to_s in gap_stretches(counts)
        ),
        now=x(now_s) if start_s <= now_s < end_s else None,
        last=(middle(newest), y(newest.value or 0.0), words.number(newest.value))
        if newest
        else None,
    )


def gap_stretches(counts: Sequence[Stretch]) -> list[tuple[float, float]]:
    """Neighbouring gaps joined: (start, end) of each hole, seconds since the epoch."""
    found: list[tuple[float, float]] = []
    for count in counts:
        if count.mark != "gap":
            continue
        if found and found[-1][1] == count.start_s:
            found[-1] = (found[-1][0], count.end_s)
        else:
            found.append((count.start_s, count.end_s))
    return found


def _edge(words: Words, at_s: float, midnight: int) -> str:
    """The hour at an end of the axis; midnight is 0 or 24."""
    at = words.local(at_s)
    return words.clock(at_s) if at.minute else _hour(words, at.hour or midnight)


def _hour(words: Words, hour: int) -> str:
    """A mark of the time axis: ``6 h`` in French, ``06:00`` in English."""
    return f"{hour}\u00a0h" if words.language == "fr" else f"{hour:02d}:00"
