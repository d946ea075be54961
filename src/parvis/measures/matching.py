"""How well counted events agree with true ones: each is matched with at most one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


class LineEvent(Protocol):
    """A passage of a line: a ``Crossing``, or a row of somebody's truth."""

    @property
    def time_s(self) -> float:
        """Moment, seconds."""
        ...

    @property
    def line(self) -> str:
        """Name of the line."""
        ...

    @property
    def direction(self) -> int:
        """0 or 1."""
        ...


@dataclass(frozen=True, slots=True)
class Passing:
    """The least that a passage of a line is: when, where, which way."""

    time_s: float
    line: str
    direction: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counted against true events of one line and direction.

    Args:
        line, direction: of which.
        pairs: (true moment, counted moment) of each matched pair, in order.
        false: counted events that match no true one.
        missed: true events that match no counted one.
    """

    line: str
    direction: int
    pairs: tuple[tuple[float, float], ...]
    false: int
    missed: int

    @property
    def true(self) -> int:
        """Number of matched pairs."""
        return len(self.pairs)


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Agreement by line and direction, in order of their names."""

    groups: tuple[Agreement, ...]

    @property
    def true(self) -> int:
        """Matched pairs over all lines and directions."""
        return sum(group.true for group in self.groups)

    @property
    def false(self) -> int:
        """Counted events without a true one."""
        return sum(group.false for group in self.groups)

    @property
    def missed(self) -> int:
        """True events without a counted one."""
        return sum(group.missed for group in self.groups)

    @property
    def errors(self) -> int:
        """False plus missed."""
        return self.false + self.missed


def match_events(
    counted: Iterable[LineEvent], true: Iterable[LineEvent], tolerance_s: float
) -> MatchResult:
    """Match counted with true events one to one, as many as can be.

    Two events may be matched when line and direction are the same and their moments differ by no
    more than the tolerance.

    Raises:
        ValueError: a negative tolerance.
    """
    if tolerance_s < 0:
        raise ValueError(f"a tolerance is not negative: {tolerance_s}")
    truth, found = _grouped(true), _grouped(counted)
    groups = []
    for line, direction in sorted(truth.keys() | found.keys()):
        expected, given = truth.get((line, direction), []), found.get((line, direction), [])
        pairs = pair_moments(expected, given, tolerance_s)
        groups.append(
            Agreement(
                line, direction, tuple(pairs), len(given) - len(pairs), len(expected) - len(pairs)
            )
        )
    return MatchResult(tuple(groups))


def pair_moments(
    true_s: Sequence[float], counted_s: Sequence[float], tolerance_s: float
) -> list[tuple[float, float]]:
    """The largest one-to-one matching of moments no farther apart than the tolerance.

    Both in order of time, the earliest two are matched when they may be; otherwise the earlier of
    them is too early for every other and falls out. That is optimal: in any largest matching the
    earliest pair that may be matched can be exchanged in without losing a pair, because whoever
    can take the later partner can also take any in between (Glover, Naval Research Logistics
    Quarterly 14, 1967: maximum matching in a convex bipartite graph).
    """
    left, right = sorted(true_s), sorted(counted_s)
    pairs: list[tuple[float, float]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if abs(left[i] - right[j]) <= tolerance_s:
            pairs.append((left[i], right[j]))
            i, j = i + 1, j + 1
        elif left[i] < right[j]:
            i += 1
        else:
            j += 1
    return pairs


def _grouped(events: Iterable[LineEvent]) -> dict[tuple[str, int], list[float]]:
    groups: dict[tuple[str, int], list[float]] = {}
    for event in events:
        groups.setdefault((event.line, event.direction), []).append(event.time_s)
    return groups
