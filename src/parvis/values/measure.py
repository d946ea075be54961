"""A number about a stretch of time, with how much of it was seen and how sure it is."""

import math
from dataclasses import dataclass

from parvis.values.series import Aggregation, Series, SeriesKind
from parvis.values.unseen import Unseen, unseen

Z90 = 1.6448536269514722
"""Two-sided 90 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What is not known about a value, in two parts that add up differently.

    A systematic part (a detector that misses the same share every minute) adds up linearly when
    measures are summed; a random part adds up in variance. Both are independent: the published
    interval takes their half-widths together as ``sqrt(h² + z² variance)``, where the systematic
    interval ``-below .. above`` has the middle ``(above - below)/2`` and the half-width h. What an
    outage may have hidden is not in here: ``Measure.low`` and ``high`` derive it from the coverage.

    Args:
        below: systematic distance down to the lower bound. Negative where a check has shown that
            the truth lies above the value.
        above: systematic distance up to the upper bound; negative where it lies below the value.
        variance: random variance, >= 0.

    Raises:
        ValueError: a lower bound over the upper one, or a negative variance.
    """

    below: float = 0.0
    above: float = 0.0
    variance: float = 0.0

    def __post_init__(self) -> None:
        # Sums of doubles may leave a rounding's worth on the wrong side.
        slack = 1e-9 * (1 + abs(self.below) + abs(self.above))
        if self.variance < 0 or not self.below + self.above >= -slack:
            raise ValueError(f"a spread has no negative width: {self}")

    def distances(self, further: float = 0.0) -> tuple[float, float]:
        """How far the 90 % interval reaches below and above the value.

        Args:
            further: random variance that stands beside it.
        """
        middle, half = (self.above - self.below) / 2, (self.above + self.below) / 2
        width = math.sqrt(half**2 + Z90**2 * (self.variance + further))
        return width - middle, width + middle


@dataclass(frozen=True, slots=True)
class Measure:
    """One value of one series over [start_s, end_s).

    ``value`` is None when nothing was seen: no data is never zero.

    Args:
        series: what it is of.
        start_s, end_s: the stretch, seconds since the epoch.
        value: the number measured while seeing; None without coverage.
        spread: how sure it is.
        coverage_s: seconds of the stretch actually seen, 0 to end_s - start_s.
        weight: what the value weighs in a mean (seconds for occupancy, visits for dwell).

    Raises:
        ValueError: an empty stretch, impossible coverage, or a value without coverage.
    """

    series: Series
    start_s: float
    end_s: float
    value: float | None
    spread: Spread
    coverage_s: float
    weight: float = 0.0

    def __post_init__(self) -> None:
        if self.end_s <= self.start_s:
            raise ValueError(f"empty stretch {self.start_s}..{self.end_s}")
        if not 0 <= self.coverage_s <= self.end_s - self.start_s + 1e-6:
            raise ValueError(f"coverage {self.coverage_s} s exceeds the stretch")

    @property
    def low(self) -> float | None:
        """Lower bound of the 90 % interval, never under 0; None without a value.

        The unseen part of a mean level may have been emptier, but not emptier than empty. A sum or
        a peak is never less for what was not seen.
        """
        if self.value is None:
            return None
        seen = self.value - self.spread.distances()[0]
        if self.series.kind.aggregation is not Aggregation.MEAN:
            return max(0.0, seen)
        share = self.coverage_s / (self.end_s - self.start_s)
        floor = share * seen if self.series.kind is SeriesKind.OCCUPANCY else 0.0
        return max(0.0, floor, self.value - self.spread.distances(self._unseen().variance)[0])

    @property
    def high(self) -> float | None:
        """Upper bound of the 90 % interval; None without a value, or where nothing bounds it.

        It is widened by what may have happened in the seconds not seen (see
        :mod:`parvis.values.unseen`). This follows from value and coverage at any length of time, so
        that a minute that two runs saw in part, or an hour with minutes that nobody saw, is widened
        once and for all of it. A peak of a stretch seen by less than 95 % has no upper bound.
        """
        if self.value is None:
            return None
        rest = self._unseen()
        high = self.value + self.spread.distances(rest.variance)[1] + rest.above
        return high if math.isfinite(high) else None

    def _unseen(self) -> Unseen:
        return unseen(
            self.series.kind,
            self.value or 0.0,
            self.spread.variance,
            coverage_s=self.coverage_s,
            span_s=self.end_s - self.start_s,
        )


def combine(parts: list[Measure], start_s: float, end_s: float) -> Measure:
    """Combine measures of one series into one over [start_s, end_s).

    Counts add (systematic parts linearly, random ones in variance), means weigh by ``weight``,
    maxima take the largest. Parts without a value add nothing but are not taken for zeros: with no
    part seen, the result has no value.

    Raises:
        ValueError: no part, or parts of different series.
    """
    if not parts:
        raise ValueError("nothing to combine")
    series = parts[0].series
    if any(part.series != series for part in parts):
        raise ValueError("parts of different series do not combine")
    coverage_s = min(sum(part.coverage_s for part in parts), end_s - start_s)
    seen = [(part.value, part) for part in parts if part.value is not None]
    if not seen:
        return Measure(series, start_s, end_s, None, Spread(), coverage_s)
    weight = sum(part.weight for _, part in seen)
    match series.kind.aggregation:
        case Aggregation.SUM:
            spread = Spread(
                sum(p.spread.below for _, p in seen),
                sum(p.spread.above for _, p in seen),
                sum(p.spread.variance for _, p in seen),
            )
            value = sum(v for v, _ in seen)
        case Aggregation.MEAN:
            shares = [p.weight / weight if weight else 1 / len(seen) for _, p in seen]
            spread = Spread(
                sum(s * p.spread.below for s, (_, p) in zip(shares, seen, strict=True)),
                sum(s * p.spread.above for s, (_, p) in zip(shares, seen, strict=True)),
                sum(s * s * p.spread.variance for s, (_, p) in zip(shares, seen, strict=True)),
            )
            value = sum(s * v for s, (v, _) in zip(shares, seen, strict=True))
        case Aggregation.MAX:
            # Among equal peaks the widest: the result does not depend on the order of the parts.
            value, top = max(seen, key=_rank)
            spread = top.spread
    return Measure(series, start_s, end_s, value, spread, coverage_s, weight)


def _rank(pair: tuple[float, Measure]) -> tuple[float, float, float, float]:
    value, part = pair
    return value, part.spread.above, part.spread.below, part.spread.variance
