"""Checked passages → the error of later counts.

A count of n stands for ``n r`` true passages, r the *ratio* of true to counted. Of the n, a share q
are true; for each counted one, lambda more were missed: ``r = q + lambda``. From t true, n counted,
m matched of a class (all directions, all checks of one light):

- ``q = (m + 1/2) / (n + 1)`` and ``lambda = (t - m + 1/2) / (n + 1/2)``: Beta-binomial and
  Gamma-Poisson with Jeffreys' priors (Gelman et al., Bayesian Data Analysis, 3rd ed., sections 2.4
  to 2.8). A check without an error does not claim that there never is one.
- One direction alone is *partly pooled* with its class: the class counts for ``POOL`` counted
  passages (a conjugate prior of that size; the same book, chapter 5), so that three bicycles do not
  speak for themselves.
- ``t - r n`` over a stretch varies by ``phi omega n``, ``omega = lambda + (1-r)² q + r² (1-q)``:
  what Poisson misses and extras make of the residual of a ratio (Cochran, Sampling Techniques,
  3rd ed., section 6.4). phi >= 1 is how much more the checks' minutes vary than that, because
  errors come in clusters: Pearson's chi-square over its degrees (McCullagh and Nelder, Generalized
  Linear Models, section 4.5), drawn towards ``CLUSTERED`` as by ``CLUSTERED_DF`` degrees.
- With few minutes phi is not known well: half-widths are Student's instead of the normal ones.

The interval of a later count: see :meth:`MeasuredError.of_count`. What has changed since the check
(weather, a crowd, another lens) is not in it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy import special

from parvis.measures.checks.comparison import Cell
from parvis.measures.uncertainty import PRIOR_SPAN_S
from parvis.values.measure import Z90, Spread

ENOUGH = 10
"""True and counted passages of a class that a check needs; ten errors' worth of knowledge is about
what the prior of an unchecked line claims already."""

POOL = 20.0
"""Counted passages that the class weighs in the estimate of one direction."""

CLUSTERED = 1.5
CLUSTERED_DF = 5.0


@dataclass(frozen=True, slots=True)
class MeasuredError:
    """What checks have shown of the counts of one direction and class in one light.

    Args:
        ratio: true passages for one counted.
        ratio_90: half-width of its 90 % interval.
        variance_each: random variance that each counted passage brings.
        events: true passages that the checks saw of it.
        source: which checks, for people.

    Raises:
        ValueError: an impossible ratio or width, or no source.
    """

    ratio: float
    ratio_90: float
    variance_each: float
    events: int
    source: str

    def __post_init__(self) -> None:
        numbers = (self.ratio, self.ratio_90, self.variance_each)
        if not all(math.isfinite(x) and x >= 0 for x in numbers):
            raise ValueError(f"a measured error is made of finite numbers >= 0: {self}")
        if not self.source.strip():
            raise ValueError("a measured error says which checks it comes from")

    def of_count(self, n: float, seen_s: float) -> Spread:
        """Spread of a count; the count itself stays as it was made.

        Where the ratio is far from 1 the interval lies beside the count: it tells where the truth
        is. As for unchecked lines, each ``PRIOR_SPAN_S`` seen brings half an event more of chance.
        """
        centre, half = n * (self.ratio - 1), n * self.ratio_90
        events = n + 0.5 * seen_s / PRIOR_SPAN_S
        return Spread(half - centre, half + centre, events * self.variance_each)


def errors_of(cells: Sequence[Cell], source: str) -> Mapping[tuple[int, str], MeasuredError]:
    """The error of each direction and class that the cells of one line and light say enough of.

    Args:
        cells: of one check or of several.
        source: see :class:`MeasuredError`.
    """
    found = {}
    for tapped in {cell.tapped for cell in cells}:
        ours = [cell for cell in cells if cell.tapped == tapped]
        if min(_totals(ours)[:2]) < ENOUGH:
            continue
        for direction in (0, 1):
            own = [cell for cell in ours if cell.direction == direction]
            found[direction, tapped] = _pooled(own, ours, source)
    return found


def whole_error(cells: Sequence[Cell], source: str) -> MeasuredError | None:
    """The error of all passages of a line together; None when too few were seen."""
    if min(_totals(cells)[:2]) < ENOUGH:
        return None
    return _pooled((), cells, source)


def _totals(cells: Sequence[Cell]) -> tuple[int, int, int]:
    return (
        sum(cell.true for cell in cells),
        sum(cell.counted for cell in cells),
        sum(cell.matched for cell in cells),
    )


def _pooled(own: Sequence[Cell], ours: Sequence[Cell], source: str) -> MeasuredError:
    true, counted, matched = _totals(ours)
    share = (matched + 0.5) / (counted + 1)
    missed = (true - matched + 0.5) / (counted + 0.5)
    phi, degrees = _clustering(ours, true / counted, _omega(share, missed))
    size, events = float(counted), true
    if own:
        own_true, own_counted, own_matched = _totals(own)
        size, events = POOL + own_counted, own_true
        share = (POOL * share + own_matched) / size
        missed = (POOL * missed + own_true - own_matched) / size
    variance = phi * _omega(share, missed)
    student = float(special.stdtrit(degrees, 0.95)) / Z90
    return MeasuredError(
        share + missed,
        Z90 * student * math.sqrt(variance / size),
        variance * student**2,
        events,
        source,
    )


def _omega(share: float, missed: float) -> float:
    ratio = share + missed
    return missed + (1 - ratio) ** 2 * share + ratio**2 * (1 - share)


def _clustering(cells: Sequence[Cell], ratio: float, omega: float) -> tuple[float, float]:
    """phi, and the degrees of freedom behind it."""
    blocks = [block for cell in cells for block in cell.blocks]
    degrees = len(blocks) - 1
    counted = sum(n for _, n in blocks)
    if degrees < 1:
        return CLUSTERED, CLUSTERED_DF
    square = sum((t - ratio * n) ** 2 for t, n in blocks)
    found = square * len(blocks) / degrees / (counted * omega)
    phi = (CLUSTERED_DF * CLUSTERED + degrees * found) / (CLUSTERED_DF + degrees)
    return max(1.0, phi), CLUSTERED_DF + degrees
