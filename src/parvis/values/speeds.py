"""Speeds as a histogram of fine bins: bounded, and minutes roll up to hours and days exactly."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from parvis.values.measure import Z90

SLOWEST_MPS = 0.05
"""What is slower falls in the first bin, which begins at 0."""

RATIO = 1.01
"""Of the borders of a bin: no quantile is off by more than 1 %."""

LAST_BIN = 741
"""Begins at 79 m/s; faster falls in it too."""


@dataclass(frozen=True, slots=True, order=True)
class Passers:
    """Of whom a histogram of speeds is.

    Args:
        shape: name of the line or zone.
        object_class: label of the class.
        direction: 0 or 1 across a line, None through a zone.
    """

    shape: str
    object_class: str
    direction: int | None


@dataclass(frozen=True, slots=True)
class SpeedHistogram:
    """How many passages had a speed in each bin.

    Bin 0 is [0, 0.05) m/s; bin i is [0.05, 0.05 * 1.01) * 1.01^(i - 1).

    Args:
        counts: passages by bin, without zeros.

    Raises:
        ValueError: a bin that does not exist or a count under 1.
    """

    counts: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(not 0 <= i <= LAST_BIN or n < 1 for i, n in self.counts.items()):
            raise ValueError(f"not a histogram of speeds: {self.counts!r}")

    @classmethod
    def of(cls, speeds_mps: Iterable[float]) -> "SpeedHistogram":
        """The histogram of these speeds."""
        counts: dict[int, int] = {}
        for speed in speeds_mps:
            i = bin_of(speed)
            counts[i] = counts.get(i, 0) + 1
        return cls(counts)

    @property
    def n(self) -> int:
        """Number of passages."""
        return sum(self.counts.values())

    def merged(self, other: "SpeedHistogram") -> "SpeedHistogram":
        """The histogram of both: the same in any order and grouping."""
        counts = dict(self.counts)
        for i, n in other.counts.items():
            counts[i] = counts.get(i, 0) + n
        return SpeedHistogram(counts)

    def quantile_mps(self, p: float) -> float | None:
        """The speed that a share p of the passages does not exceed; None without passages.

        Within the bin that holds it, passages are taken to lie evenly.
        """
        if not self.counts:
            return None
        rank, below = p * self.n, 0
        for i in sorted(self.counts):
            if below + self.counts[i] >= rank:
                low, high = borders_mps(i)
                return low + (high - low) * max(0.0, (rank - below) / self.counts[i])
            below += self.counts[i]
        return borders_mps(max(self.counts))[1]

    def interval_mps(self, p: float) -> tuple[float, float] | None:
        """90 % interval of a quantile, free of any assumed distribution; None without passages.

        The number of passages under the true quantile is binomial (n, p), so that order statistics
        ``n p ± z sqrt(n p (1 - p))`` enclose it (Conover, Practical Nonparametric Statistics, 3rd
        ed., section 3.2). With few passages it reaches to the slowest and the fastest seen.
        """
        if not self.counts:
            return None
        half = Z90 * math.sqrt(p * (1 - p) / self.n)
        low = self.quantile_mps(max(0.0, p - half))
        high = self.quantile_mps(min(1.0, p + half + 1 / self.n))
        assert low is not None and high is not None  # noqa: S101 - there are passages
        return low, high


def bin_of(speed_mps: float) -> int:
    """Index of the bin of a speed."""
    if speed_mps < SLOWEST_MPS:
        return 0
    return min(LAST_BIN, 1 + math.floor(math.log(speed_mps / SLOWEST_MPS) / math.log(RATIO)))


def borders_mps(index: int) -> tuple[float, float]:
    """Least and greatest speed of a bin."""
    if index == 0:
        return 0.0, SLOWEST_MPS
    return SLOWEST_MPS * RATIO ** (index - 1), SLOWEST_MPS * RATIO**index
