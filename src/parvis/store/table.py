"""Measures of many series over the same stretches of time, as arrays."""

from collections.abc import Iterator
from dataclasses import dataclass

from parvis.store.moments import Floats
from parvis.values.measure import Measure, Spread
from parvis.values.series import Series


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """One row a series, one column a stretch; every stretch of the range is present.

    Args:
        series: of each row, n of them.
        starts_s, ends_s: of each column, seconds since the epoch, shape (m,).
        value: NaN where nothing was seen, shape (n, m).
        below, above, variance: the spread, 0 where nothing was seen, shape (n, m).
        coverage_s: seconds seen, shape (n, m).
        weight: shape (n, m).
    """

    series: tuple[Series, ...]
    starts_s: Floats
    ends_s: Floats
    value: Floats
    below: Floats
    above: Floats
    variance: Floats
    coverage_s: Floats
    weight: Floats

    def measures(self) -> Iterator[Measure]:
        """The cells as measures: series by series, in order of time; gaps have value None."""
        starts, ends = self.starts_s.tolist(), self.ends_s.tolist()
        for i, series in enumerate(self.series):
            columns = (self.value, self.below, self.above, self.variance)
            rows = [column[i].tolist() for column in (*columns, self.coverage_s, self.weight)]
            for start, end, value, below, above, variance, coverage_s, weight in zip(
                starts, ends, *rows, strict=True
            ):
                # NaN is the only number that differs from itself.
                seen = value if value == value else None  # noqa: PLR0124
                yield Measure(
                    series, start, end, seen, Spread(below, above, variance), coverage_s, weight
                )
