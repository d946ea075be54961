"""Count checks on simulated observers whose errors are known: do 90 % intervals cover 90 %?

``.venv/bin/python bench/count_check.py`` prints the table of docs/accuracy.md.

One street: a pace that changes from minute to minute (Gamma, coefficient of variation .55), people
missed and false passages added at known rates. ``cluster`` is the intra-minute correlation of
misses (Beta-binomial) and, fourfold, the variance of the false rate: an umbrella, a shadow. A
person counts along for 15 minutes; the interval is that of one direction in a later stretch of the
same street, and it is right when it holds the true number.
"""

import sys
from dataclasses import dataclass

import numpy as np

from parvis.measures.checks.comparison import Cell
from parvis.measures.checks.estimate import errors_of
from parvis.values.measure import Measure
from parvis.values.series import Series, SeriesKind

SERIES = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)


@dataclass(frozen=True)
class Street:
    """Passages a minute, both directions together, and what an observer makes of them."""

    pace: float
    missed: float
    false: float
    cluster: float

    def minutes(self, r: np.random.Generator, count: int) -> np.ndarray:
        """True, counted and matched passages of one direction, shape (count, 3)."""
        pace = self.pace / 2 * r.gamma(1 / 0.3, 0.3, count)
        true = r.poisson(pace)
        share, noise = np.full(count, self.missed), np.ones(count)
        if self.cluster:
            size = (1 - self.cluster) / self.cluster
            share = r.beta(self.missed * size, (1 - self.missed) * size, count)
            noise = r.gamma(1 / (4 * self.cluster), 4 * self.cluster, count)
        matched = r.binomial(true, 1 - share)
        false = r.poisson(self.false * self.pace / 2 * noise)
        return np.stack([true, matched + false, matched], axis=1)


STREETS = [
    Street(pace, missed, false, cluster)
    for pace in (4.0, 6.0, 20.0)
    for missed, false in ((0.05, 0.05), (0.1, 0.05), (0.25, 0.1))
    for cluster in (0.0, 0.03, 0.06)
]


def cell(direction: int, minutes: np.ndarray) -> Cell:
    """One direction of a check."""
    true, counted, matched = (int(x) for x in minutes.sum(axis=0))
    blocks = tuple((int(t), int(c)) for t, c, _ in minutes)
    return Cell(direction, "person", true, counted, matched, blocks)


def covered(street: Street, later_min: int, runs: int, seed: int = 1) -> float:
    """Share of checks whose interval of a later stretch of one direction held the true number."""
    r = np.random.default_rng(seed)
    held = told = 0
    for _ in range(runs):
        cells = [cell(direction, street.minutes(r, 15)) for direction in (0, 1)]
        error = errors_of(cells, "simulated").get((0, "person"))
        if error is None:
            continue
        true, counted, _ = street.minutes(r, later_min).sum(axis=0)
        span_s = 60.0 * later_min
        later = Measure(
            SERIES, 0, span_s, float(counted), error.of_count(float(counted), span_s), span_s
        )
        assert later.low is not None and later.high is not None
        held += later.low <= true <= later.high
        told += 1
    return held / told


def table(runs: int) -> str:
    """The table of docs/accuracy.md."""
    rows = [
        "| passages a minute | missed | false | cluster | later 15 min | later hour |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    shares = []
    for street in STREETS:
        quarter, hour = covered(street, 15, runs), covered(street, 60, runs)
        shares += [quarter, hour]
        rows.append(
            f"| {street.pace:g} | {street.missed:.0%} | {street.false:.0%} | {street.cluster:g} "
            f"| {quarter:.1%} | {hour:.1%} |"
        )
    rows.append(f"| all | | | | {np.mean(shares[::2]):.1%} | {np.mean(shares[1::2]):.1%} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(table(2000) + "\n")
