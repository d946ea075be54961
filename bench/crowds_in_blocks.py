"""Crowd measures of many points, in blocks of frames as they come: beside PedPy on the same points.

A block is a second of frames (for Voronoi cells, whose arrays are larger, four frames); what an
object did before is carried from block to block for no longer than the measure asks, and rows of
those who are gone are used again: memory does not grow with the length of the stream.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from parvis.measures.ground.chords import Chords, Sights
from parvis.measures.ground.crossings import LineCrossings
from parvis.measures.ground.shapes import Borders, GroundLine, GroundZone
from parvis.measures.ground.steps import Steps
from parvis.measures.ground.voronoi import VoronoiDensity
from parvis.measures.rows import TrackRows

VORONOI_FRAMES = 4


@dataclass(frozen=True)
class Block:
    """Consecutive frames: their times, where each begins, who is where, and who is gone after."""

    times_s: np.ndarray
    starts: np.ndarray
    ids: np.ndarray
    points: np.ndarray
    ended: list[int]


def blocks(rows: np.ndarray, fps: float, frames: int) -> Iterator[Block]:
    """Rows (id, frame, x, y) in the order of frames, cut into blocks of so many frames."""
    number, starts = np.unique(rows[:, 1], return_index=True)
    starts = np.append(starts, len(rows))
    ids, points = rows[:, 0].astype(np.int64), rows[:, 2:4].copy()
    who, last = np.unique(ids[::-1], return_index=True)
    gone = rows[::-1, 1][last]
    for i in range(0, len(number), frames):
        j = min(i + frames, len(number))
        a, b = starts[i], starts[j]
        ended = who[(gone >= number[i]) & (gone <= number[j - 1])].tolist()
        yield Block(number[i:j] / fps, starts[i : j + 1] - a, ids[a:b], points[a:b], ended)


class Rows:
    """Gives the objects of a stream their rows, and tells who keeps state by row."""

    def __init__(self, make: Callable[[int], list]) -> None:
        self._rows = TrackRows()
        self._capacity = self._rows.capacity
        self.states = make(self._capacity)

    def sights(self, block: Block) -> Sights:
        rows, fresh = self._rows.claim(block.ids)
        for state in self.states:
            if self._rows.capacity > self._capacity:
                state.enlarge(self._rows.capacity)
            state.clear(fresh)
        self._capacity = self._rows.capacity
        return Sights(block.times_s, block.starts, rows, block.points)

    def end(self, block: Block) -> np.ndarray:
        return np.array(self._rows.release(block.ended), dtype=np.intp)


def classic_density(given: list[Block], area: GroundZone) -> np.ndarray:
    """People by square metre in each frame."""
    borders = Borders([area])
    counts = []
    for block in given:
        inside = np.append(0, np.cumsum(borders.holds(block.points)[:, 0]))
        counts.append(np.diff(inside[block.starts]))
    return np.concatenate(counts) / borders.areas_m2[0]


def individual_speed(given: list[Block]) -> np.ndarray:
    """Of each point, over the last 0.8 s."""
    rows = Rows(lambda capacity: [Chords(capacity)])
    found = []
    for block in given:
        velocities = rows.states[0].observe(rows.sights(block))
        found.append(np.abs(velocities.view(np.complex128)[:, 0]))
        rows.end(block)
    return np.concatenate(found)


def n_t(given: list[Block], line: GroundLine) -> np.ndarray:
    """The moments of the passages, in their order: the N-t curve has a step at each."""
    rows = Rows(lambda capacity: [Steps(capacity), LineCrossings([line.array()], capacity)])
    steps, crossings = rows.states
    moments = []
    for block in given:
        sights = rows.sights(block)
        moved, movers = steps.observe(sights, np.zeros(len(sights.rows), dtype=np.int8))
        moments.append(crossings.observe(moved, np.zeros(len(movers))).times_s)
        moments.append(crossings.end(rows.end(block)).times_s)
    return np.sort(np.concatenate(moments))


def voronoi(
    given: list[Block], area: GroundZone, walkable: GroundZone
) -> tuple[np.ndarray, np.ndarray]:
    """Density of the area in each frame, and area of the cell of each point."""
    measure = VoronoiDensity([area], walkable)
    found = [measure.cells(block.points, block.starts) for block in given]
    densities = np.concatenate([cells.densities_pm2[:, 0] for cells in found])
    return densities, np.concatenate([cells.areas_m2 for cells in found])


def keys(ids: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """One number for an object in a frame."""
    return ids.astype(np.int64) * 1_000_000 + frames.astype(np.int64)


def at(known: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The values that belong to the wanted keys; each is known."""
    order = np.argsort(known)
    place = order[np.searchsorted(known, wanted, sorter=order)]
    assert np.array_equal(known[place], wanted), "PedPy has a figure that we have not"
    return values[place]
