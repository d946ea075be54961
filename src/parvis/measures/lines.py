"""Counting lines: tracks in, crossings out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.polylines import Polylines, Steps, snapped
from parvis.measures.rows import TrackRows, enlarged
from parvis.measures.rule import CrossingRule
from parvis.measures.stories import Pass, Story, stories
from parvis.values.classes import ObjectClass
from parvis.values.events import Crossing
from parvis.values.frame import FrameSize
from parvis.values.tracks import Anchor, Tracks


@dataclass(frozen=True, slots=True)
class CountingLine:
    """A directed polyline in the picture that objects cross.

            left
    a ───────────────► b      left → right is direction 0, right → left is direction 1
            right

    Left and right are those of a person who walks from the first to the last point *as drawn in
    the picture*. With y down, P is on the right of a → b when (b - a) x (P - a) > 0; a crossing
    from where it is < 0 to where it is > 0 (sign + in ``derived_counts.json``) is direction 0.

    Args:
        points: vertices in pixels, x right and y down, n >= 2.

    Raises:
        ValueError: fewer than two distinct vertices, or one that is not a finite number.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        vertices = np.asarray(self.points, dtype=np.float64)
        if vertices.ndim != 2 or vertices.shape[1] != 2 or not np.all(np.isfinite(vertices)):
            raise ValueError(f"a line is a list of (x, y) points, not {self.points!r}")
        if len(np.unique(snapped(vertices), axis=0)) < 2:
            raise ValueError(f"a line has at least two distinct points, not {self.points!r}")

    @classmethod
    def relative(cls, points: Sequence[Sequence[float]], size: FrameSize) -> "CountingLine":
        """The line whose points are given as shares of the picture's width and height."""
        return cls(tuple((float(x) * size.width, float(y) * size.height) for x, y in points))

    def array(self) -> npt.NDArray[np.float64]:
        """Vertices, shape (n, 2), float64."""
        return np.array(self.points, dtype=np.float64)


class LineCounter:
    """Counts the tracks of one camera over its lines.

    The path of a track is the chain of its anchor points where it was *seen*; predicted positions
    say nothing, so that an object lost and found across a line is counted once, between the last
    and the next seen position. A passage of that path through the line is *pending* until the
    object is clear of the line (see ``CrossingRule``); it then counts, with the moment and place
    of the passage, unless the object has come back through the line or round its end meanwhile::

             .                  .   counted at x          . .   not counted
        ────x──────        ────x──x──x─────          ────x───x────
           .                     .    .                    .

    A track that ends while pending counts if it came from clear of the line and has gone at least
    ``farewell`` of the way to being clear: it walked out of the picture. One that only trembled
    has not come that far.

    Args:
        lines: the lines by name.
        anchor: the point of a box that stands for the object.
        rule: the hysteresis.
    """

    def __init__(
        self,
        lines: Mapping[str, CountingLine],
        anchor: Anchor,
        rule: CrossingRule = CrossingRule(),  # noqa: B008 - frozen
    ) -> None:
        self.names = tuple(lines)
        self._geometry = Polylines([line.array() for line in lines.values()])
        self._anchor: Anchor = anchor
        self._rule = rule
        self._rows = TrackRows()
        n, k, s = self._rows.capacity, self._geometry.count, self._geometry.segments
        self._known = np.zeros(n, dtype=np.bool_)
        self._classes = np.zeros(n, dtype=np.int8)
        self._time = np.zeros(n)
        self._point = np.zeros((n, 2))
        self._sides = np.zeros((n, s), dtype=np.int8)
        self._clear = np.zeros((n, k))  # at the last seen position
        self._from = np.zeros((n, k))  # most clear on the side it came from
        self._through = np.zeros((n, k), dtype=np.int32)  # net ways through since it was clear
        self._around = np.zeros((n, k), dtype=np.int32)  # net ways round the ends since then
        self._begun = np.zeros((n, k), dtype=np.int32)  # ways through just where it was last seen
        self._where = np.zeros((n, k, 3))  # time, x, y of the last way through

    def observe(self, tracks: Tracks) -> list[Crossing]:
        """Take the tracks of one frame and return the crossings that are now certain.

        Their moments lie at or before ``tracks.time_s``; they are ordered by moment.
        """
        found: list[Crossing] = []
        if self._geometry.count and np.any(tracks.seen):
            self._walk(tracks, np.flatnonzero(tracks.seen), found)
        if len(tracks.ended):
            self._end(tracks.ended.tolist(), found)
        return sorted(found, key=lambda c: c.time_s)

    def end_all(self) -> list[Crossing]:
        """End every track (the stream is cut or over) and return the crossings that still count."""
        found: list[Crossing] = []
        self._end(self._rows.ids(), found)
        return sorted(found, key=lambda c: c.time_s)

    def _walk(self, tracks: Tracks, seen: npt.NDArray[np.intp], found: list[Crossing]) -> None:
        rows = self._claim(tracks.ids[seen])
        point = snapped(tracks.anchors(self._anchor)[seen])
        axes = self._rule.half_axes(tracks.boxes[seen])
        sides = self._geometry.sides(point)
        clear = self._geometry.clearance(point, axes)
        self._classes[rows] = tracks.classes[seen]

        fresh = ~self._known[rows]
        if np.any(fresh):
            self._sides[rows[fresh]] = sides[fresh]
            self._point[rows[fresh]] = point[fresh]
            self._known[rows[fresh]] = True

        steps = Steps(self._point[rows], point, axes)
        passages = self._geometry.passages(steps, self._sides[rows], sides)
        waiting = (self._through[rows] != 0) | (self._around[rows] != 0)
        for story in stories(self._geometry, steps, passages, waiting, self._begun[rows]):
            self._follow(story, rows[story.step], steps, tracks.time_s, found)
        self._settle(rows, clear, found)

        self._sides[rows] = sides
        self._point[rows] = point
        self._time[rows] = tracks.time_s
        self._clear[rows] = clear

    def _follow(
        self, story: Story, row: np.intp, steps: Steps, time_s: float, found: list[Crossing], /
    ) -> None:
        """Live through the looks and passes of one step at one line, in order."""
        line = story.line
        through, around = int(self._through[row, line]), int(self._around[row, line])
        came_from = float(self._from[row, line])
        for event in story.events:
            if isinstance(event, Pass):
                through += event.through
                around += event.around
                if through * event.through > 0:
                    began_s = float(self._time[row])
                    start, end = steps.start[story.step], steps.end[story.step]
                    x, y = start + event.share * (end - start)
                    self._where[row, line] = (began_s + event.share * (time_s - began_s), x, y)
            elif event.clear >= 1:
                side = through + around
                if side * through > 0 and came_from >= self._rule.approach:
                    found.append(self._crossing(row, line, side))
                through = around = 0
                came_from = event.clear
            elif through + around == 0:
                came_from = max(came_from, event.clear)
        self._through[row, line], self._around[row, line] = through, around
        self._begun[row, line] = story.begun
        self._from[row, line] = came_from

    def _settle(
        self, rows: npt.NDArray[np.intp], clear: npt.NDArray[np.float64], found: list[Crossing]
    ) -> None:
        """Settle what is pending for objects that are now clear of a line."""
        through, came_from = self._through[rows], self._from[rows]
        side = through + self._around[rows]
        free = clear >= 1
        passed = free & (side * through > 0) & (came_from >= self._rule.approach)
        for i, line in np.argwhere(passed).tolist():
            found.append(self._crossing(rows[i], line, int(side[i, line])))
        self._from[rows] = np.where(
            free, clear, np.where(side == 0, np.maximum(came_from, clear), came_from)
        )
        self._through[rows] = np.where(free, 0, through)
        self._around[rows] = np.where(free, 0, side - through)

    def _crossing(self, row: np.intp, line: int, side: int) -> Crossing:
        time_s, x, y = self._where[row, line].tolist()
        return Crossing(
            time_s=time_s,
            line=self.names[line],
            direction=0 if side > 0 else 1,
            object_class=ObjectClass(int(self._classes[row])),
            x_px=x,
            y_px=y,
        )

    def _claim(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        rows, fresh = self._rows.claim(ids)
        if self._rows.capacity > len(self._known):
            for name in _STATE:
                setattr(self, name, enlarged(getattr(self, name), self._rows.capacity))
        if fresh:
            for name in _STATE:
                getattr(self, name)[fresh] = 0
        return rows

    def _end(self, ids: list[int], found: list[Crossing]) -> None:
        for row in self._rows.release(ids):
            side = self._through[row] + self._around[row]
            decided = (side * self._through[row] > 0) & (self._from[row] >= 1)
            for line in np.flatnonzero(decided & (self._clear[row] >= self._rule.farewell)):
                found.append(self._crossing(np.intp(row), int(line), int(side[line])))
            self._known[row] = False


_STATE = (
    "_known", "_classes", "_time", "_point", "_sides", "_clear", "_from", "_through", "_around",
    "_begun", "_where",
)  # fmt: skip
