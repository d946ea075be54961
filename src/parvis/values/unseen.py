"""What the unseen part of a stretch may hold, judged by the part that was seen.

All estimators take the unseen part for one like the seen part: a street whose pace changed during
an outage is not covered.
"""

import math
from typing import NamedTuple

from parvis.values.series import Aggregation, SeriesKind

LEVEL_LOOK_S = 300.0
"""A level of objects tells something new once in that time. For visits of exponential length the
mean of a level over t seconds varies by ``2 mean visit / t`` of it, so this holds for visits of two
and a half minutes; where people stay longer, the unseen part resembles the seen one more."""

SURE_SHARE = 0.95
"""The share that makes an upper bound of a 90 % interval: 5 % lie above it."""

_ROUNDING_S = 1e-6


class Unseen(NamedTuple):
    """How the unseen part widens an interval.

    Args:
        above: what it adds in the mean, >= 0; infinite where nothing that was seen bounds it.
        variance: around that.
    """

    above: float
    variance: float


NOTHING = Unseen(0.0, 0.0)
UNBOUNDED = Unseen(math.inf, 0.0)


def unseen(
    kind: SeriesKind, value: float, variance: float, *, coverage_s: float, span_s: float
) -> Unseen:
    """What the unseen part may hold of a series of that kind.

    Args:
        kind: the kind of number.
        value: as measured in the seen part.
        variance: of that value.
        coverage_s, span_s: seconds seen, and of the whole.
    """
    match kind:
        case SeriesKind.CROSSINGS | SeriesKind.ENTRIES | SeriesKind.EXITS:
            return of_sum(value, coverage_s, span_s)
        case SeriesKind.OCCUPANCY:
            return of_level(value, coverage_s, span_s)
        case SeriesKind.DWELL:
            return of_visits(variance, coverage_s, span_s)
        case SeriesKind.OCCUPANCY_MAX:
            return of_peak(coverage_s, span_s)
        case _:
            return _on_ground(kind, value, variance, coverage_s=coverage_s, span_s=span_s)


def _on_ground(
    kind: SeriesKind, value: float, variance: float, *, coverage_s: float, span_s: float
) -> Unseen:
    """Of densities, flows and speeds the seen part is a sample, as of visits."""
    match kind.aggregation:
        case Aggregation.SUM:
            return of_sum(value, coverage_s, span_s)
        case Aggregation.MEAN:
            return of_visits(variance, coverage_s, span_s)
        case Aggregation.MAX:
            return of_peak(coverage_s, span_s)


def of_sum(count: float, coverage_s: float, span_s: float) -> Unseen:
    """Events in the unseen part.

    Their pace is Poisson with Jeffreys' prior: seen n in c seconds, it is Gamma(n + 1/2, c), and
    the number in the other u = span - c seconds is negative binomial with mean ``(n + 1/2) u/c``
    and variance ``mean (1 + u/c)`` (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6).
    """
    unseen_s = span_s - coverage_s
    if unseen_s <= _ROUNDING_S or coverage_s <= 0:
        return NOTHING
    ratio = unseen_s / coverage_s
    mean = (count + 0.5) * ratio
    return Unseen(mean, mean * (1 + ratio))


def of_level(level: float, coverage_s: float, span_s: float) -> Unseen:
    """What is not known of the mean level over the whole span, seen at ``level`` over a part.

    A level is a Poisson number at each of k independent looks, one in ``LEVEL_LOOK_S`` and at least
    one. With Jeffreys' prior its pace is Gamma(k level + 1/2, k), of mean m = level + 1/(2 k), and
    the mean of the K looks of the unseen part varies around it by ``m/k + m/K`` (as in ``of_sum``).
    The unseen part weighs ``f = u/span`` in the whole: m - level counts f times, the variance f².
    """
    unseen_s = span_s - coverage_s
    if unseen_s <= _ROUNDING_S or coverage_s <= 0:
        return NOTHING
    share = unseen_s / span_s
    seen_looks = max(coverage_s / LEVEL_LOOK_S, 1.0)
    unseen_looks = max(unseen_s / LEVEL_LOOK_S, 1.0)
    rise = 0.5 / seen_looks
    mean = level + rise
    return Unseen(share * rise, share * share * (mean / seen_looks + mean / unseen_looks))


def of_visits(variance: float, coverage_s: float, span_s: float) -> Unseen:
    """What is not known of the mean over all visits, of which the seen ones are a sample.

    A sample of n of N differs from the mean of all by ``variance (1 - n/N)``, where ``variance`` is
    that of the sample's mean (Cochran, Sampling Techniques, 3rd ed., theorem 2.2); n/N is taken to
    be the share of the span that was seen.
    """
    if coverage_s <= 0:
        return NOTHING
    return Unseen(0.0, variance * max(0.0, 1 - coverage_s / span_s))


def of_peak(coverage_s: float, span_s: float) -> Unseen:
    """Nothing when the largest seen is the largest of all in 95 cases of 100, else no bound.

    In a span of like moments the peak lies in the seen part with probability coverage / span. With
    less than ``SURE_SHARE`` nothing that was seen bounds it from above.
    """
    return NOTHING if coverage_s + _ROUNDING_S >= SURE_SHARE * span_s else UNBOUNDED
