"""Who walks with whom: pairs that stay close in place and velocity, and the groups they make."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.ground.clusters import components
from parvis.measures.ground.motion import GroundFrame
from parvis.measures.ground.segments import FloatArray, IndexArray


@dataclass(frozen=True, slots=True)
class CompanionRule:
    """When two people walk together.

    Their distance in (x, y, ``memory_s`` · velocity) is under ``reach_m`` for a share ``close`` of
    the time in which both were present, which was at least ``least_s`` and a share ``common`` of
    the time in which either was. Groups are those who are joined by such pairs. The figures were
    chosen on the ETH and UCY streets, once for all of them.

    Raises:
        ValueError: a length or time that is not positive, or a share outside 0..1.
    """

    reach_m: float = 1.5
    memory_s: float = 1.5
    close: float = 0.6
    least_s: float = 2.6
    common: float = 0.5

    def __post_init__(self) -> None:
        if min(self.reach_m, self.memory_s, self.least_s) <= 0:
            raise ValueError(f"lengths and times are positive: {self}")
        if not (0 <= self.close <= 1 and 0 <= self.common <= 1):
            raise ValueError(f"shares lie between 0 and 1: {self}")


TICK_S = 0.75
"""Pairs are looked at no more often."""

LONGEST_S = 1.0
"""A longer time between two looks counts as that much."""


class Companions:
    """Follows all pairs of those who are present.

    Memory is that of a square table of the rows in use: what is known of a pair goes with it.

    Args:
        capacity: rows to begin with.
        rule: when two walk together.
    """

    def __init__(
        self,
        capacity: int,
        rule: CompanionRule = CompanionRule(),
    ) -> None:
        self._rule = rule
        self._present_s = np.zeros(capacity, dtype=np.float32)
        self._common_s = np.zeros((capacity, capacity), dtype=np.float32)
        self._close_s = np.zeros((capacity, capacity), dtype=np.float32)
        self._size = np.ones(capacity, dtype=np.int64)
        self._living = np.zeros(capacity, dtype=np.bool_)
        self._last_s = -np.inf

    def observe(self, frame: GroundFrame, which: npt.NDArray[np.bool_]) -> list[list[int]]:
        """Take one frame.

        Args:
            frame: the frame.
            which: of its objects, those who can walk together (people), shape (n,).

        Returns:
            For each object that ended, in order of ``frame.ended``: the rows of its group then,
            itself among them; empty for one that was never looked at.
        """
        self._grow(frame.capacity)
        fresh = frame.fresh
        self._common_s[fresh] = self._close_s[fresh] = self._present_s[fresh] = 0.0
        self._common_s[:, fresh] = self._close_s[:, fresh] = 0.0
        self._size[fresh], self._living[fresh] = 1, False
        since_s = frame.time_s - self._last_s
        if not 0 <= since_s < TICK_S:  # the clock may have been set back
            self._last_s = frame.time_s
            rows = frame.rows[which]
            self._living[rows] = True
            self._look(
                rows,
                frame.points[which],
                frame.velocities[which],
                min(since_s, LONGEST_S) if since_s > 0 else TICK_S,
            )
        return self.end(frame.ended)

    def end(self, rows: IndexArray) -> list[list[int]]:
        """These objects are gone; their groups, as ``observe`` returns them."""
        if not len(rows):
            return []
        living = np.flatnonzero(self._living)
        groups: list[list[int]] = []
        for row in rows.tolist():
            group = self._group(row, living) if self._living[row] else []
            self._size[group] = np.maximum(self._size[group], len(group))
            groups.append(group)
        self._living[rows] = False
        return groups

    def sizes(self, rows: IndexArray) -> npt.NDArray[np.int64]:
        """The largest group that each was known to walk in when it or a companion ended."""
        return self._size[rows]

    def groups(self) -> list[list[int]]:
        """Rows of those who walk together now, groups of two and more."""
        living = np.flatnonzero(self._living)
        label = components(self._together(living, living))
        parts = [living[label == i].tolist() for i in np.unique(label).tolist()]
        return [part for part in parts if len(part) > 1]

    def _look(
        self, rows: IndexArray, points: FloatArray, velocities: FloatArray, span_s: float
    ) -> None:
        self._present_s[rows] += span_s
        if len(rows) < 2:
            return
        ahead = self._rule.memory_s * np.nan_to_num(velocities)
        known = np.isfinite(velocities[:, 0])
        squares = _squares(points) + np.where(known[:, None] & known, _squares(ahead), 0.0)
        pair = np.ix_(rows, rows)
        self._common_s[pair] += np.float32(span_s)
        self._close_s[pair] += np.where(squares < self._rule.reach_m**2, span_s, 0.0)

    def _group(self, row: int, living: IndexArray) -> list[int]:
        """The row and all who are joined to it by pairs, in order."""
        group, frontier = {row}, np.array([row])
        while len(frontier):
            near = living[self._together(frontier, living).any(axis=0)]
            frontier = np.array([one for one in near.tolist() if one not in group], dtype=np.intp)
            group |= set(frontier.tolist())
        return sorted(group)

    def _together(self, some: IndexArray, others: IndexArray) -> npt.NDArray[np.bool_]:
        """True where two walk together, shape (some, others)."""
        pair = np.ix_(some, others)
        common = self._common_s[pair]
        either = self._present_s[some, None] + self._present_s[others] - common
        together: npt.NDArray[np.bool_] = (
            (common >= self._rule.least_s)
            & (self._close_s[pair] >= self._rule.close * common)
            & (common >= self._rule.common * either)
            & (some[:, None] != others)
        )
        return together

    def _grow(self, capacity: int) -> None:
        n = len(self._size)
        if capacity > n:
            more = capacity - n
            self._common_s = np.pad(self._common_s, ((0, more), (0, more)))
            self._close_s = np.pad(self._close_s, ((0, more), (0, more)))
            self._present_s = np.pad(self._present_s, (0, more))
            self._living = np.pad(self._living, (0, more))
            self._size = np.pad(self._size, (0, more), constant_values=1)


def _squares(points: FloatArray) -> FloatArray:
    squares: FloatArray = (points[:, :1] - points[:, 0]) ** 2 + (points[:, 1:] - points[:, 1]) ** 2
    return squares
