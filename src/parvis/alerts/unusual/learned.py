"""Learn from the past of a series what is usual for it, and judge its hours by it."""

from dataclasses import dataclass

import numpy as np

from parvis.alerts.unusual.limits import factor_for, of_run
from parvis.alerts.unusual.past import Bools, Floats, Ints, Past, expected
from parvis.alerts.unusual.residual import WINDOWS_H, Residuals, residuals
from parvis.alerts.unusual.scale import fit_scale, scale_of, tilted
from parvis.values.alerts import Usual

LEAST_DAYS = 56
"""Days of history before anything can be called unusual: two weeks to expect from, and six whose
residuals set the limits."""

MOST_DAYS = 400
"""Days of history that are learned from: a year of residuals and what they are expected from."""

RECENT_DAYS = 135
"""Days that judging an hour looks at: the last :data:`WARM_DAYS` of them, and what is expected of
those."""

WARM_DAYS = 36
"""Days of residuals that judging an hour looks at: four weeks, and the week before."""

RUNS_A_MONTH = (1.4, 0.6)
"""Runs of more and of less that an ordinary past may raise. People who come in addition are told
from chance with more pain than people who stay away."""

HOURS_A_MONTH = (0.1, 0.1)
"""Single hours of more and of less likewise: what is extreme is told before it is a run."""

EMPTY = float(np.log(10.0))
"""An hour with a tenth of what was expected is unusual at once, however restless the days."""

_SIDES = (1.0, -1.0)
_FOLDS = 5
_MOST_SOFT = 10.0


@dataclass(frozen=True, slots=True)
class TooYoung:
    """There is not enough history yet.

    Args:
        days: whole days that are still needed at the least.
    """

    days: int


@dataclass(frozen=True, slots=True)
class Scores:
    """How unusual is what ends with every bin; what is over 1 is.

    Args:
        more, less: the weakest part of the run of the last hours, or the last hour alone where it
            is farther out, in units of its limit; NaN where nothing can be told, shape (m,).
        hours_more, hours_less: how long that is, shape (m,).
    """

    more: Floats
    less: Floats
    hours_more: Ints
    hours_less: Ints


@dataclass(frozen=True, slots=True)
class Learned:
    """What is usual for one series.

    Args:
        soft: added to both sides of every ratio, an hour: what a few objects more or less say.
        coefficients: of the residuals before a window, shape (windows, parts, FEATURES).
        scales: of each side's scale, shape (2, windows, SCALE_FEATURES).
        typical: geometric mean of each side's scale, shape (2, windows).
        runs, hours: of each side: so many times its limit makes a run, or one hour, unusual,
            shape (2,).
        ninety: of each side: beyond its scale by so much lies one in twenty, shape (2, windows).
    """

    soft: float
    coefficients: Floats
    scales: Floats
    typical: Floats
    runs: Floats
    hours: Floats
    ninety: Floats

    def scores(self, past: Past, wanted: Floats) -> Scores:
        """Of every bin.

        Args:
            past: days without one missing; the first :data:`WARM_DAYS` only warm up.
            wanted: :func:`expected` of every bin, shape as its values.
        """
        windows = list(residuals(past, wanted, self.soft))
        left = [
            one.after(coefficients)
            for one, coefficients in zip(windows, self.coefficients, strict=True)
        ]
        (more, hours_more), (less, hours_less) = (
            self._side(side, windows, left, past.per_hour) for side in range(2)
        )
        return Scores(more, less, hours_more, hours_less)

    def _side(
        self, side: int, windows: list[Residuals], left: list[Floats], per_hour: int
    ) -> tuple[Floats, Ints]:
        limits = [
            tilted(scale_of(one.restless, scale), typical)
            for one, scale, typical in zip(
                windows, self.scales[side], self.typical[side], strict=True
            )
        ]
        far = [_SIDES[side] * each for each in left]
        parts = [each / limit for each, limit in zip(far, limits, strict=True)]
        run = of_run(parts, per_hour) / self.runs[side]
        at_once = self.hours[side] * limits[0]
        hour = far[0] / (np.minimum(at_once, EMPTY) if _SIDES[side] < 0 else at_once)
        alone = (hour >= 1) & ~(run >= 1)
        return np.fmax(run, hour), np.where(alone, 1, WINDOWS_H[-1])

    def usual(self, past: Past, wanted: Floats, at: int, hours: int) -> Usual | None:
        """The window of so many hours that ends with the bin ``at``; None where it has a gap."""
        window, soft = WINDOWS_H.index(hours), self.soft * hours
        bins = slice(at + 1 - hours * past.per_hour, at + 1)
        value, hoped = (float(each.ravel()[bins].sum()) for each in (past.values, wanted))
        if not np.isfinite(value + hoped):
            return None
        one = list(residuals(past, wanted, self.soft))[window]
        middle = (hoped + soft) * float(np.exp(one.predicted(self.coefficients[window])[at]))
        up, down = (
            ninety[window] * scale_of(one.restless[at], scales[window])
            for ninety, scales in zip(self.ninety, self.scales, strict=True)
        )
        told = (middle, middle * np.exp(-down), middle * np.exp(up))
        return Usual(hours, value, *(max(0.0, float(each) - soft) for each in told))


def learn(past: Past) -> Learned | TooYoung:
    """Learn what is usual from whole days, the newest last.

    Nothing but these days is used: learned yesterday it is the same whatever happens today. The
    factors are set so that the past would have raised about the budget, each week judged by
    what the other weeks teach.
    """
    past = past.between(max(0, len(past.values) - MOST_DAYS), len(past.values))
    seen_days = np.flatnonzero(np.isfinite(past.values).any(axis=1))
    age = len(past.values) - int(seen_days[0]) if len(seen_days) else 0
    if age < LEAST_DAYS:
        return TooYoung(LEAST_DAYS - age)
    wanted = expected(past)
    if not np.isfinite(wanted + past.values).any():
        return TooYoung(14)
    soft = softening(past)
    weeks = np.repeat(past.weeks, past.values.shape[1])
    windows = list(residuals(past, wanted, soft))
    warm = np.arange(len(weeks)) >= min(40, age // 3) * past.values.shape[1]
    coefficients = np.stack([one.fit(warm) for one in windows])
    crossed = [_crossed(one, warm, weeks) for one in windows]
    sides = [
        _Side.of(windows, [sign * one for one in crossed], warm, weeks, past.per_hour)
        for sign in _SIDES
    ]
    return Learned(
        soft,
        coefficients,
        np.stack([side.scales for side in sides]),
        np.stack([side.typical for side in sides]),
        _factors([side.runs for side in sides], warm, past.per_hour, RUNS_A_MONTH),
        _factors([side.hours for side in sides], warm, past.per_hour, HOURS_A_MONTH),
        np.stack([side.ninety for side in sides]),
    )


def softening(past: Past) -> float:
    """A twentieth of a busy hour, ten at most: small numbers vary for no reason."""
    hourly = past.values.reshape(len(past.values), 24, past.per_hour).sum(axis=2)
    seen = hourly[np.isfinite(hourly)]
    busy = float(np.quantile(seen, 0.95)) if len(seen) else 0.0
    return min(max(0.05 * busy, 0.1), _MOST_SOFT)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the residuals of a past: what it teaches, and each week judged by the others."""

    scales: Floats
    typical: Floats
    ninety: Floats
    hours: Floats
    runs: Floats

    @classmethod
    def of(
        cls, windows: list[Residuals], sides: list[Floats], warm: Bools, weeks: Ints, per_hour: int
    ) -> "_Side":
        scales, typical, ninety, parts = [], [], [], []
        for one, side in zip(windows, sides, strict=True):
            scales.append(fit_scale(side, warm, one.restless))
            unseen = np.full(len(side), np.nan)
            for of_fold in _folds(weeks):
                fitted = fit_scale(side, warm & ~of_fold, one.restless)
                unseen[of_fold] = scale_of(one.restless[of_fold], fitted)
            known = warm & np.isfinite(side)
            wide = float(np.exp(np.log(unseen[known]).mean())) if known.any() else 1.0
            typical.append(wide)
            beyond = side[known] / unseen[known]
            ninety.append(max(0.0, float(np.quantile(beyond, 0.95))) if known.any() else 1.0)
            parts.append(side / tilted(unseen, wide))
        scores = parts[0], of_run(parts, per_hour)
        return cls(np.stack(scales), np.array(typical), np.array(ninety), *scores)


def _factors(
    scores: list[Floats], warm: Bools, per_hour: int, budget: tuple[float, float]
) -> Floats:
    """Of each side, so that it stays within its budget, shape (2,)."""
    told = [np.where(warm, side, np.nan) for side in scores]
    return np.array(
        [factor_for(side, per_hour, allowed) for side, allowed in zip(told, budget, strict=True)]
    )


def _folds(weeks: Ints) -> list[Bools]:
    return [np.asarray(weeks % _FOLDS == fold) for fold in range(_FOLDS)]


def _crossed(one: Residuals, warm: Bools, weeks: Ints) -> Floats:
    """Residuals of each week after coefficients that did not see it, shape (m,)."""
    left = np.full(len(one.ratio), np.nan)
    for of_fold in _folds(weeks):
        left[of_fold] = one.after(one.fit(warm & ~of_fold))[of_fold]
    return left
