"""Where the state of each track lies in an observer's arrays."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Scalar = TypeVar("Scalar", bound=np.generic)
_NOBODY = np.iinfo(np.int64).min
_PLACES_A_ROW = 8


class TrackRows:
    """Rows of a table of state arrays, one per living track; rows of ended tracks are used again.

    ``capacity`` grows by doubling; an observer enlarges its arrays when it has changed.

    A track is looked up at the place that the last bits of its number name; only where another one
    holds that place, which is rare as numbers run on, is it searched for.
    """

    def __init__(self, capacity: int = 64) -> None:
        self._row: dict[int, int] = {}
        self._free = list(range(capacity - 1, -1, -1))
        self.capacity = capacity
        self._clear_places()

    def __len__(self) -> int:
        return len(self._row)

    def ids(self) -> list[int]:
        """Ids of the tracks that have a row, in order of their first appearance."""
        return list(self._row)

    def claim(self, ids: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.intp], list[int]]:
        """Rows of these tracks, shape (n,), and those of them that are new and must be cleared.

        A track may be named more than once, as in several frames.
        """
        rows, elsewhere = self._look_up(ids)
        if not len(elsewhere):
            return rows, []
        new = [track for track in dict.fromkeys(ids[elsewhere].tolist()) if track not in self._row]
        fresh = self._take(new)
        if new:
            rows[elsewhere], still = self._look_up(ids[elsewhere])
            elsewhere = elsewhere[still]
        rows[elsewhere] = [self._row[track] for track in ids[elsewhere].tolist()]
        return rows, fresh

    def known(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        """Rows of those of these tracks that have one."""
        found = map(self._row.get, ids.tolist())
        return np.array([row for row in found if row is not None], dtype=np.intp)

    def release(self, ids: list[int]) -> list[int]:
        """Give up the rows of these tracks and return them; unknown ids are passed over."""
        gone = [track for track in dict.fromkeys(ids) if track in self._row]
        if not gone:
            return []
        rows = list(map(self._row.pop, gone))
        self._free.extend(rows)
        tracks = np.array(gone, dtype=np.int64)
        places = tracks & self._last_bits
        self._track_at[places[self._track_at[places] == tracks]] = _NOBODY
        return rows

    def _look_up(
        self, ids: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Rows of these tracks as their places have it, and which of them have none there."""
        places = ids & self._last_bits
        return self._row_at[places], np.flatnonzero(self._track_at[places] != ids)

    def _take(self, new: list[int]) -> list[int]:
        """Free rows for new tracks."""
        while len(self._free) < len(new):
            self._free[:0] = range(2 * self.capacity - 1, self.capacity - 1, -1)
            self.capacity *= 2
            self._clear_places()
            self._set_places(list(self._row))
        rows = self._free[len(self._free) - len(new) :][::-1]
        del self._free[len(self._free) - len(new) :]
        self._row.update(zip(new, rows, strict=True))
        self._set_places(new)
        return rows

    def _clear_places(self) -> None:
        size = 1 << (_PLACES_A_ROW * self.capacity - 1).bit_length()
        self._last_bits = size - 1
        self._track_at = np.full(size, _NOBODY, dtype=np.int64)
        self._row_at = np.zeros(size, dtype=np.intp)

    def _set_places(self, new: list[int]) -> None:
        """Give these tracks their places where they are free; whoever comes last has it."""
        tracks = np.array(new, dtype=np.int64)
        places = tracks & self._last_bits
        free = self._track_at[places] == _NOBODY
        tracks, places = tracks[free], places[free]
        self._track_at[places] = tracks
        self._row_at[places] = [self._row[track] for track in tracks.tolist()]


def enlarged(array: npt.NDArray[Scalar], capacity: int) -> npt.NDArray[Scalar]:
    """A copy of a state array with ``capacity`` rows, new ones zero."""
    grown = np.zeros((capacity, *array.shape[1:]), dtype=array.dtype)
    grown[: len(array)] = array
    return grown
