"""Where the state of each track lies in an observer's arrays."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Scalar = TypeVar("Scalar", bound=np.generic)


class TrackRows:
    """Rows of a table of state arrays, one per living track; rows of ended tracks are used again.

    ``capacity`` grows by doubling; an observer enlarges its arrays when it has changed.
    """

    def __init__(self, capacity: int = 64) -> None:
        self._row: dict[int, int] = {}
        self._free = list(range(capacity - 1, -1, -1))
        self.capacity = capacity

    def __len__(self) -> int:
        return len(self._row)

    def ids(self) -> list[int]:
        """Ids of the tracks that have a row, in order of their first appearance."""
        return list(self._row)

    def claim(self, ids: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.intp], list[int]]:
        """Rows of these tracks, shape (n,), and those of them that are new and must be cleared."""
        tracks = ids.tolist()
        fresh = []
        for track in tracks:
            if track not in self._row:
                if not self._free:
                    self._free = list(range(2 * self.capacity - 1, self.capacity - 1, -1))
                    self.capacity *= 2
                self._row[track] = self._free.pop()
                fresh.append(self._row[track])
        return np.array([self._row[track] for track in tracks], dtype=np.intp), fresh

    def known(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        """Rows of those of these tracks that have one."""
        found = map(self._row.get, ids.tolist())
        return np.array([row for row in found if row is not None], dtype=np.intp)

    def release(self, ids: list[int]) -> list[int]:
        """Give up the rows of these tracks and return them; unknown ids are passed over."""
        rows = [self._row.pop(track) for track in ids if track in self._row]
        self._free.extend(rows)
        return rows


def enlarged(array: npt.NDArray[Scalar], capacity: int) -> npt.NDArray[Scalar]:
    """A copy of a state array with ``capacity`` rows, new ones zero."""
    grown = np.zeros((capacity, *array.shape[1:]), dtype=array.dtype)
    grown[: len(array)] = array
    return grown
