"""How fast a number rises since it last changed its pace."""

import math
from dataclasses import dataclass

import numpy as np

from parvis.measures.ground.segments import FloatArray

REMEMBERED_S = 300.0
LEAST_S = 5.0
"""A stretch shorter than that is not told from chance."""

CHANGE = 20.0
"""Twice the gain in log-likelihood above which the pace has changed: 4.5 standard errors, for the
most likely moment of five minutes is chosen."""

Z = 3.5

REGULAR = 0.3
"""People who arrive at even intervals are not as sure as their steps look: the variance is taken
to be at least that share of the rate, that of Poisson arrivals being all of it."""

_ROUNDS = 3
_LOOKS = 300
_SHORT = 3
_LONG = 8
_LAGS = 8


@dataclass(frozen=True, slots=True)
class Rate:
    """Change of a number.

    Args:
        per_s: a second.
        error_per_s: its standard error.
        over_s: stretch from which it is told.
    """

    per_s: float
    error_per_s: float
    over_s: float

    @property
    def rises(self) -> bool:
        """By more than chance."""
        return self.per_s > Z * self.error_per_s


class Trickle:
    """Follows a number of people and tells its rate of change.

    Arrivals and departures are taken for a random walk with drift, whose drift may change: over a
    stretch T the drift is ``(N(t) - N(t - T)) / T`` with the standard error ``sqrt(q / T)``, q
    being the mean of ``(N(t) - N(t - L))² / L`` over steps that do not span a change, for L of
    three looks or of eight, whichever is less: people who are lost and found again, or stand on the
    border, make a number tremble, which adds to short steps what it does not add to long ones. The
    moment of the last change is the one that
    makes what was before and after it most likely (E. S. Page, Biometrika 42 (1955) 523, here for
    a normal drift), looked for anew in what came after it while the likelihood gains enough.
    """

    def __init__(self) -> None:
        self._times_s = np.empty(0)
        self._numbers = np.empty(0)

    def look(self, time_s: float, number: int) -> Rate | None:
        """Take the number at a moment, later than the last; None until enough is known."""
        first = max(
            int(np.searchsorted(self._times_s, time_s - REMEMBERED_S)),
            len(self._times_s) - _LOOKS + 1,
        )
        self._times_s = np.append(self._times_s[first:], time_s)
        self._numbers = np.append(self._numbers[first:], float(number))
        if time_s - self._times_s[0] < LEAST_S + _SHORT:
            return None
        times, level = _steadied(self._times_s), _steadied(self._numbers)
        # Not less than one passage in the whole stretch: nobody yet is not certainty.
        least = 1.0 / float(times[-1] - times[0])
        begin = _last_change(times, level, least)
        over_s = float(times[-1] - times[begin])
        rise = float(level[-1] - level[begin])
        wander = max(least, abs(rise) / over_s * REGULAR, _wander(times, level, begin))
        return Rate(rise / over_s, math.sqrt(wander / over_s), over_s)

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self._times_s, self._numbers = np.empty(0), np.empty(0)


def _wander(times: FloatArray, level: FloatArray, begin: int) -> float:
    """Variance a second about the drifts before and since a look: those are no chance.

    Told from steps of a few looks and of some more, whichever is less: a number that trembles about
    a level steps as far in a few seconds as in many, one that wanders does not.
    """
    longer = min(_LONG, len(level) // _LAGS)
    return min(_variance(times, level, begin, apart) for apart in (_SHORT, max(_SHORT, longer)))


def _variance(times: FloatArray, level: FloatArray, begin: int, apart: int) -> float:
    """Of steps of ``apart`` looks that lie before or since a look, a second."""
    steps, passed_s = level[apart:] - level[:-apart], times[apart:] - times[:-apart]
    off, seen_s = 0.0, 0.0
    for part in (slice(0, max(0, begin - apart)), slice(begin, None)):
        if steps[part].size:
            drift = steps[part].sum() / passed_s[part].sum()
            off += float(((steps[part] - drift * passed_s[part]) ** 2).sum())
            seen_s += float(passed_s[part].sum())
    return off / seen_s if seen_s else math.inf


def _steadied(values: FloatArray) -> FloatArray:
    """Means of three looks in a row: a track that breaks is no departure."""
    means: FloatArray = (values[:-2] + values[1:-1] + values[2:]) / 3.0
    return means


def _last_change(times: FloatArray, level: FloatArray, least: float) -> int:
    """Index of the look since which the pace has been what it is.

    A change is held against what the number wanders if it is one: what it changes is no chance.
    """
    begin = 0
    for _ in range(_ROUNDS):
        whole_s, rise = times[-1] - times[begin], level[-1] - level[begin]
        after_s = times[-1] - times[begin:]
        before_s = whole_s - after_s
        fits = np.flatnonzero((after_s >= LEAST_S) & (before_s >= LEAST_S))
        if not len(fits):
            break
        later = level[-1] - level[begin:][fits]
        gain = later**2 / after_s[fits] + (rise - later) ** 2 / before_s[fits]
        best = int(gain.argmax())
        wander = max(least, _wander(times, level, begin + int(fits[best])))
        if gain[best] - rise**2 / whole_s < CHANGE * wander:
            break
        begin += int(fits[best])
    return begin
