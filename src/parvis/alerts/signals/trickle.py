"""How fast a number rises since it last changed its pace."""

import math
from dataclasses import dataclass

import numpy as np

from parvis.measures.ground.segments import FloatArray

REMEMBERED_S = 300.0
LEAST_S = 5.0
"""A stretch shorter than that is not told from chance."""

CHANGE = 9.0
"""Twice the gain in log-likelihood above which the pace has changed: 3 standard errors."""

Z = 3.5

REGULAR = 0.3
"""People who arrive at even intervals are not as sure as their steps look: the variance is taken
to be at least that share of the rate, that of Poisson arrivals being all of it."""

_ROUNDS = 3
_LOOKS = 300
_APART = 3


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
    being the mean of ``(N(t) - N(t - 3 s))² / 3 s``. The moment of the last change is the one that
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
        if time_s - self._times_s[0] < LEAST_S + _APART:
            return None
        times, level = _steadied(self._times_s), _steadied(self._numbers)
        steps = self._numbers[_APART:] - self._numbers[:-_APART]
        passed_s = self._times_s[_APART:] - self._times_s[:-_APART]
        # Not less than one passage in the whole stretch: nobody yet is not certainty.
        least = 1.0 / float(times[-1] - times[0])
        wander = max(least, _wander(steps, passed_s, 0))
        begin = _last_change(times, level, wander)
        over_s = float(times[-1] - times[begin])
        rise = float(level[-1] - level[begin])
        wander = max(least, abs(rise) / over_s * REGULAR, _wander(steps, passed_s, begin))
        return Rate(rise / over_s, math.sqrt(wander / over_s), over_s)

    def gap(self) -> None:
        """What comes next does not continue what was."""
        self._times_s, self._numbers = np.empty(0), np.empty(0)


def _wander(steps: FloatArray, passed_s: FloatArray, begin: int) -> float:
    """Variance a second about the drifts before and since a look: those are no chance."""
    off = 0.0
    for part in (slice(0, begin), slice(begin, None)):
        if passed_s[part].size:
            drift = steps[part].sum() / passed_s[part].sum()
            off += float(((steps[part] - drift * passed_s[part]) ** 2).sum())
    return off / float(passed_s.sum())


def _steadied(values: FloatArray) -> FloatArray:
    """Means of three looks in a row: a track that breaks is no departure."""
    means: FloatArray = (values[:-2] + values[1:-1] + values[2:]) / 3.0
    return means


def _last_change(times: FloatArray, level: FloatArray, wander: float) -> int:
    """Index of the look since which the pace has been what it is."""
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
        if gain[best] - rise**2 / whole_s < CHANGE * wander:
            break
        begin += int(fits[best])
    return begin
