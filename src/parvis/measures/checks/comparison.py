"""A person's taps against Parvis's crossings, event by event."""

from collections.abc import Sequence
from dataclasses import dataclass

from parvis.measures.checks.delay import TOLERANCE_S, delay_s
from parvis.measures.checks.spans import holds, total_s
from parvis.measures.matching import pair_moments
from parvis.values.checks import TAPPED, Passage, Span

BLOCK_S = 60.0
"""Errors are summed by minutes: how much these differ tells how errors cluster."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One direction and class of a check.

    Args:
        direction, tapped: of which.
        true: passages that the person saw.
        counted: passages that Parvis counted.
        matched: of both, one to one.
        blocks: (true, counted) of each minute looked at, in order.

    Raises:
        ValueError: more matched than there are, or blocks that do not add up.
    """

    direction: int
    tapped: str
    true: int
    counted: int
    matched: int
    blocks: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not 0 <= self.matched <= min(self.true, self.counted):
            raise ValueError(f"{self.matched} matched of {self.true} and {self.counted}")
        sums = (sum(t for t, _ in self.blocks), sum(c for _, c in self.blocks))
        if sums != (self.true, self.counted):
            raise ValueError(f"minutes of {sums} make no {self.true} and {self.counted}")

    @property
    def missed(self) -> int:
        """Passages that Parvis did not count."""
        return self.true - self.matched

    @property
    def extra(self) -> int:
        """Counted passages that the person did not see."""
        return self.counted - self.matched


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of holding both against each other.

    Args:
        delay_s: the person's delay that was taken off, seconds.
        looked: when both looked, in order.
        cells: by direction and class, those of the pad in order; also those where nothing passed.
        missed: passages that the person saw alone; moments on Parvis's clock.
        extra: passages that Parvis counted alone.
    """

    delay_s: float
    looked: tuple[Span, ...]
    cells: tuple[Cell, ...]
    missed: tuple[Passage, ...]
    extra: tuple[Passage, ...]

    @property
    def seconds(self) -> float:
        """Seconds looked at by both."""
        return total_s(self.looked)

    @property
    def true(self) -> int:
        """Passages that the person saw."""
        return sum(cell.true for cell in self.cells)

    @property
    def counted(self) -> int:
        """Passages that Parvis counted."""
        return sum(cell.counted for cell in self.cells)


def compare(
    taps: Sequence[Passage], crossings: Sequence[Passage], looked: Sequence[Span]
) -> Comparison:
    """Match taps with crossings one to one, by direction and class, within ``TOLERANCE_S``.

    The person's delay is estimated and taken off first. What lies outside of ``looked`` (pauses,
    lost view) is left out on both sides, unless its partner lies inside: a passage at the edge of a
    gap that both noted is not an error of either.

    Args:
        taps: as tapped.
        crossings: as counted.
        looked: when both the person and Parvis looked, on Parvis's clock.
    """
    late_s = delay_s(taps, crossings)
    seen = [Passage(one.time_s - late_s, one.direction, one.tapped) for one in taps]
    cells, missed, extra = [], [], []
    for direction in (0, 1):
        for tapped in TAPPED:
            group = (direction, tapped)
            mine = [one.time_s for one in seen if (one.direction, one.tapped) == group]
            parvis = [one.time_s for one in crossings if (one.direction, one.tapped) == group]
            pairs = pair_moments(mine, parvis, TOLERANCE_S)
            both = [(m, p) for m, p in pairs if holds(looked, m) or holds(looked, p)]
            alone = _left(mine, [m for m, _ in pairs], looked)
            more = _left(parvis, [p for _, p in pairs], looked)
            # A pair counts in one minute on both sides: that of the crossing, or the tap's.
            moments = [p if holds(looked, p) else m for m, p in both]
            cells.append(
                Cell(
                    direction,
                    tapped,
                    len(both) + len(alone),
                    len(both) + len(more),
                    len(both),
                    _blocks(looked, [*moments, *alone], [*moments, *more]),
                )
            )
            missed += [Passage(at, direction, tapped) for at in alone]
            extra += [Passage(at, direction, tapped) for at in more]
    return Comparison(
        late_s,
        tuple(looked),
        tuple(cells),
        tuple(sorted(missed, key=lambda one: one.time_s)),
        tuple(sorted(extra, key=lambda one: one.time_s)),
    )


def _left(moments: list[float], matched: list[float], looked: Sequence[Span]) -> list[float]:
    """Moments that were not matched and lie in time looked at."""
    left = sorted(moments)
    for one in matched:
        left.remove(one)
    return [one for one in left if holds(looked, one)]


def _blocks(
    looked: Sequence[Span], true: list[float], counted: list[float]
) -> tuple[tuple[int, int], ...]:
    """Numbers by minute of the time looked at, gaps left out."""
    count = max(1, round(total_s(looked) / BLOCK_S))
    sums = [[0, 0] for _ in range(count)]
    for side, moments in enumerate((true, counted)):
        for at in moments:
            sums[min(count - 1, int(_elapsed(looked, at) / BLOCK_S))][side] += 1
    return tuple((t, c) for t, c in sums)


def _elapsed(looked: Sequence[Span], time_s: float) -> float:
    """Seconds looked at before that moment."""
    return sum(max(0.0, min(time_s, span.end_s) - span.start_s) for span in looked)
