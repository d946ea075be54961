"""When a rule would have fired: the rule played over measures that are stored.

Stored are minutes. A rule that was followed five times a second is followed here twice a minute, on
the mean or the peak of each: what lasts under a minute may be missed, and what lasted half a minute
may count as one. Only kinds whose value is stored can be played so (:func:`stored_as`); the others
are replayed on recordings, or read off the alerts that they raised on trial.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from parvis.alerts.ladder import Bounds, Climb, Timing
from parvis.alerts.rule import Rule
from parvis.measures.ground.segments import FloatArray
from parvis.values.alerts import AlertBasis, AlertKind, Severity
from parvis.values.series import SeriesKind

MINUTE_S: Final = 60.0

_STORED: Final[Mapping[AlertKind, SeriesKind]] = {
    AlertKind.DENSITY: SeriesKind.DENSITY_VORONOI,
    AlertKind.GATHERING: SeriesKind.GATHERED_MAX,
    AlertKind.QUEUE: SeriesKind.QUEUE_LENGTH,
    AlertKind.PARKING_FULL: SeriesKind.PARKING_TAKEN,
}

_INDICATORS: Final[Mapping[str, SeriesKind]] = {
    "people": SeriesKind.OCCUPANCY,
    "density": SeriesKind.DENSITY_VORONOI,
    "speed": SeriesKind.SPEED,
    "queue": SeriesKind.QUEUE_LENGTH,
    "parked": SeriesKind.PARKING_TAKEN,
}
"""Live indicators that a threshold may watch, as minutes keep them."""


def stored_as(rule: Rule) -> SeriesKind | None:
    """The stored kind that stands for what a rule watches; None where none is stored."""
    if rule.kind is AlertKind.THRESHOLD:
        if rule.indicator in _INDICATORS:
            return _INDICATORS[rule.indicator]
        return SeriesKind(rule.indicator) if rule.indicator in set(SeriesKind) else None
    return _STORED.get(rule.kind) if rule.spec.basis is AlertBasis.IMAGE else None


@dataclass(frozen=True, slots=True)
class Firing:
    """One time that a rule would have fired.

    Args:
        raised_s, over_s: from when to when, seconds since the epoch; the end is None where it
            still holds at the end of the range.
        peak: the highest severity.
        value: the worst value meanwhile.
    """

    raised_s: float
    over_s: float | None
    peak: Severity
    value: float


@dataclass(frozen=True, slots=True)
class Minutes:
    """What is stored of one subject.

    Args:
        start_s: beginnings of the minutes, rising, shape (n,).
        values: in the unit of the rule, shape (n,); NaN where nothing was seen.
        step_s: their length; a quarter of an hour where a rule watches what is closed.

    Raises:
        ValueError: arrays of different length, or beginnings that do not rise.
    """

    start_s: FloatArray
    values: FloatArray
    step_s: float = MINUTE_S

    def __post_init__(self) -> None:
        if self.start_s.shape != self.values.shape or np.any(np.diff(self.start_s) <= 0):
            raise ValueError("minutes are in order, each with its value")


def firings(rule: Rule, ladder: Bounds, minutes: Minutes) -> list[Firing]:
    """When a rule would have fired at one subject.

    Args:
        rule: which.
        ladder: the one that it climbs there, or one to try.
        minutes: what was measured there.
    """
    climb = Climb(ladder, rule.durations)
    found: list[Firing] = []
    begun: float | None = None
    peak, worst = Severity.NONE, 0.0
    for time_s, value in _looks(minutes, ladder, rule.durations):
        if value is None:
            climb.gap()
            continue
        level = climb.look(time_s, value)
        if level and begun is None:
            begun, peak, worst = time_s, level, value
        elif level:
            peak = max(peak, level)
            worst = min(worst, value) if ladder.falling else max(worst, value)
        elif begun is not None:
            found.append(Firing(begun, time_s, peak, worst))
            begun = None
    if begun is not None:
        found.append(Firing(begun, None, peak, worst))
    return _joined(found, rule.cooldown_s)


def scaled(bounds: Bounds, lowest: float) -> Bounds:
    """The ladder with its lowest bound moved to ``lowest`` and the others in proportion.

    Raises:
        ValueError: a bound that is not positive cannot be moved in proportion.
    """
    first = bounds.at[bounds.lowest]
    if first <= 0 or lowest <= 0:
        raise ValueError("a ladder is moved in proportion from one positive bound to another")
    return Bounds({s: value * lowest / first for s, value in bounds.at.items()}, bounds.falling)


def _looks(
    minutes: Minutes, bounds: Bounds, timing: Timing
) -> Iterator[tuple[float, float | None]]:
    """Two looks a minute, at its beginning and just before its end; None where nothing was seen.

    Of a long calm only the ends are looked at: nothing can begin or go on in between.
    """
    values, start_s = minutes.values, minutes.start_s
    if not len(values):
        return
    edge = bounds.at[bounds.lowest]
    calm = values > edge / timing.release if bounds.falling else values < edge * timing.release
    inner = np.zeros(len(values), dtype=np.bool_)
    inner[1:-1] = calm[:-2] & calm[1:-1] & calm[2:]
    apart = np.diff(start_s, prepend=start_s[0]) > minutes.step_s + 1e-6
    for i in np.flatnonzero(~inner).tolist():
        value = float(values[i])
        if apart[i] or np.isnan(value):
            yield float(start_s[i]), None
        if not np.isnan(value):
            yield float(start_s[i]), value
            yield float(start_s[i]) + minutes.step_s - 1e-3, value


def _joined(found: list[Firing], cooldown_s: float) -> list[Firing]:
    """Firings that follow within the cool-down are one alert, as they are live."""
    joined: list[Firing] = []
    for one in found:
        last = joined[-1] if joined else None
        if last is None or last.over_s is None or one.raised_s - last.over_s > cooldown_s:
            joined.append(one)
            continue
        peak, value = max(last.peak, one.peak), max(last.value, one.value)
        joined[-1] = Firing(last.raised_s, one.over_s, peak, value)
    return joined
