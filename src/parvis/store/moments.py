"""Sums from which any longer stretch follows: how parts fold, in any order and any grouping.

A row of moments holds, by the series' aggregation:

- sum: the sums of value, below, above, variance.
- mean: the sums of w·value, w·below, w·above, w²·variance over the parts of weight w > 0; as long
  as every part weighs nothing, the plain sums instead (they weigh alike). A part with weight
  supersedes those without.
- max: value and spread of the largest part; among equals the widest.

``seen`` counts the parts with a value and ``weight`` adds theirs. ``finish`` turns moments into
what :func:`parvis.values.measure.combine` says of the same parts. This algebra exists twice, here
for arrays and in :mod:`parvis.store.rollup` for the database; tests hold the two together.
"""

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from parvis.values.series import Aggregation

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Moments:
    """Rows of moments of one aggregation, all arrays of shape (n,).

    ``value`` of freshly read parts may be NaN (nothing seen); moments themselves are finite.
    """

    seen: Floats
    value: Floats
    below: Floats
    above: Floats
    variance: Floats
    coverage_s: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.value)

    def select(self, which: Mask | Ints) -> "Moments":
        """The rows picked by a mask or an index array."""
        return Moments(*(getattr(self, field.name)[which] for field in fields(self)))

    @classmethod
    def of_parts(cls, aggregation: Aggregation, parts: Floats) -> "Moments":
        """Moments of single parts.

        Args:
            aggregation: how they will combine.
            parts: value (NaN where nothing was seen), below, above, variance, coverage_s, weight,
                shape (n, 6).
        """
        value, below, above, variance, coverage_s, weight = parts.T
        seen = ~np.isnan(value)
        held = np.where(seen, weight, 0.0)
        factor = np.where(seen, 1.0, 0.0)
        if aggregation is Aggregation.MEAN:
            factor = np.where(held > 0, held, factor)
        return cls(
            seen.astype(np.float64),
            np.where(seen, value, 0.0) * factor,
            below * factor,
            above * factor,
            variance * factor * factor,
            coverage_s,
            held,
        )

    def fold(self, aggregation: Aggregation, groups: Ints, count: int) -> "Moments":
        """Fold rows of the same group, shape (count,); an empty group has all zeros.

        Args:
            aggregation: how they combine.
            groups: number of each row's group, 0 to count - 1, shape (n,).
            count: how many groups there are.
        """

        def total(column: Floats) -> Floats:
            return np.bincount(groups, weights=column, minlength=count).astype(np.float64)

        weight = total(self.weight)
        seen = total(self.seen)
        coverage_s = total(self.coverage_s)
        if aggregation is Aggregation.MAX:
            top = self._tops(groups)
            spread = np.zeros((4, count))
            for row, column in zip(
                spread, (self.value, self.below, self.above, self.variance), strict=True
            ):
                row[groups[top]] = column[top]
            return Moments(seen, spread[0], spread[1], spread[2], spread[3], coverage_s, weight)
        taken: Floats = np.ones(len(self))
        if aggregation is Aggregation.MEAN:
            taken = ((self.weight > 0) | (weight[groups] == 0)).astype(np.float64)
        return Moments(
            seen,
            total(self.value * taken),
            total(self.below * taken),
            total(self.above * taken),
            total(self.variance * taken),
            coverage_s,
            weight,
        )

    def _tops(self, groups: Ints) -> Ints:
        """Index of the largest seen row of each group that has one."""
        order = np.lexsort((self.variance, self.below, self.above, self.value, groups))
        order = order[self.seen[order] > 0]
        last = np.ones(len(order), dtype=np.bool_)
        last[:-1] = groups[order][1:] != groups[order][:-1]
        return order[last]

    def finish(self, aggregation: Aggregation) -> "Moments":
        """The combined measure's columns; ``value`` is NaN where no part was seen."""
        divisor = np.ones(len(self))
        if aggregation is Aggregation.MEAN:
            divisor = np.where(self.weight > 0, self.weight, np.maximum(self.seen, 1.0))
        return Moments(
            self.seen,
            np.where(self.seen > 0, self.value / divisor, np.nan),
            self.below / divisor,
            self.above / divisor,
            self.variance / divisor**2,
            self.coverage_s,
            self.weight,
        )
