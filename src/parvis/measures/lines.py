"""Counting lines: tracks in, crossings out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.measures.polylines import Passages, Polylines, snapped
from parvis.measures.rows import TrackRows, enlarged
from parvis.measures.rule import CrossingRule
from parvis.values.classes import ObjectClass
from parvis.values.events import Crossing
from parvis.values.frame import FrameSize
from parvis.values.tracks import Anchor, Tracks

_STEP = 0.25  # between two looks along a fast step, in units of the anchor's ellipse
_MOST_LOOKS = 64


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
    and the next seen position. A passage of that path through the line opens a *pending* crossing;
    it is counted when the object is clear of the line on the other side (see ``CrossingRule``),
    with the moment and place of the passage; it is dropped when the object comes back::

             .                  .  counted at x          . .    dropped
        ────x──────        ────x──x──x─────         ────x───x────
           .                  .    x                   .     .

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
        self._clear = np.zeros((n, k))  # signed, at the last seen position
        self._depth = np.zeros((n, k, 2))  # reached on the left and the right
        self._pending = np.zeros((n, k), dtype=np.int8)
        self._where = np.zeros((n, k, 3))  # time, x, y of the pending crossing

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
        self._sides[rows[fresh]] = sides[fresh]
        self._point[rows[fresh]] = point[fresh]
        self._time[rows[fresh]] = tracks.time_s
        self._known[rows[fresh]] = True

        start = self._point[rows]
        passages = self._geometry.passages(start, point, self._sides[rows], sides)
        stride = np.linalg.norm((point - start) / axes, axis=1)
        for i, line, looks in self._slow(rows, stride, start, point, axes, passages):
            self._follow(rows[i], line, looks, start[i], point[i], tracks.time_s, found)
        self._confirm(rows, clear, found)

        self._sides[rows] = sides
        self._point[rows] = point
        self._time[rows] = tracks.time_s
        self._clear[rows] = clear

    def _slow(
        self,
        rows: npt.NDArray[np.intp],
        stride: npt.NDArray[np.float64],
        start: npt.NDArray[np.float64],
        end: npt.NDArray[np.float64],
        axes: npt.NDArray[np.float64],
        passages: Passages,
    ) -> list[tuple[int, int, list[tuple[float, float]]]]:
        """Steps that need a look between their ends: those with a passage, and fast pending ones.

        Returns:
            For each (step, line) its story in order: (share of the step, passage sign) and
            (nan, clearance at a point looked at).
        """
        story: dict[tuple[int, int], list[tuple[float, int]]] = {}
        for i, line in np.argwhere((self._pending[rows] != 0) & (stride[:, None] > _STEP)).tolist():
            story[i, line] = []
        order = np.argsort(passages.at, kind="stable")
        for i, line, sign, at in zip(
            passages.step[order].tolist(),
            passages.line[order].tolist(),
            passages.sign[order].tolist(),
            passages.at[order].tolist(),
            strict=True,
        ):
            story.setdefault((i, line), []).append((at, sign))
        if not story:
            return []
        merged = {key: _merged(events, stride[key[0]]) for key, events in story.items()}
        step, at = [], []
        for (i, _), events in merged.items():
            for share in _looks(events, stride[i]):
                step.append(i)
                at.append(share)
        points = start[step] + np.array(at)[:, None] * (end[step] - start[step])
        seen = self._geometry.clearance(points, axes[step])
        result, k = [], 0
        for (i, line), events in merged.items():
            told: list[tuple[float, float]] = []
            n = len(_looks(events, stride[i]))
            looks = list(zip(at[k : k + n], seen[k : k + n, line].tolist(), strict=True))
            k += n
            for share, sign in events:
                told += [(np.nan, c) for s, c in looks if s < share]
                looks = [(s, c) for s, c in looks if s >= share]
                told.append((share, float(sign)))
            told += [(np.nan, c) for _, c in looks]
            result.append((i, line, told))
        return result

    def _follow(
        self,
        row: np.intp,
        line: int,
        story: list[tuple[float, float]],
        start: npt.NDArray[np.float64],
        end: npt.NDArray[np.float64],
        time_s: float,
        found: list[Crossing],
    ) -> None:
        for share, value in story:
            if share != share:  # a look, not a passage
                self._look(row, line, value, found)
                continue
            sign = int(value)
            if self._pending[row, line] == -sign:
                self._pending[row, line] = 0
                continue
            x, y = start + share * (end - start)
            t = self._time[row] + share * (time_s - self._time[row])
            self._pending[row, line] = sign
            self._where[row, line] = (t, x, y)

    def _look(self, row: np.intp, line: int, clear: float, found: list[Crossing]) -> None:
        rows = np.array([row])
        signed = np.zeros((1, self._geometry.count))
        signed[0, line] = clear
        self._confirm(rows, signed, found)

    def _confirm(
        self,
        rows: npt.NDArray[np.intp],
        clear: npt.NDArray[np.float64],
        found: list[Crossing],
    ) -> None:
        """Settle what is pending by how clear of each line the objects now are."""
        depth, pending = self._depth[rows], self._pending[rows]
        side = np.sign(clear).astype(np.int8)
        decided = (np.abs(clear) >= 1) & (pending != 0)
        if np.any(decided):
            came_from = np.where(pending > 0, depth[..., 0], depth[..., 1])
            passed = decided & (side == pending) & (came_from >= self._rule.approach)
            for i, line in np.argwhere(passed).tolist():
                found.append(self._crossing(rows[i], line))
            self._pending[rows] = np.where(decided, 0, pending)
        # Being clear on one side ends the memory of the other: the next approach starts anew.
        depth[..., 0] = np.where(clear >= 1, 0, np.maximum(depth[..., 0], -clear))
        depth[..., 1] = np.where(clear <= -1, 0, np.maximum(depth[..., 1], clear))
        self._depth[rows] = depth

    def _crossing(self, row: np.intp, line: int) -> Crossing:
        time_s, x, y = self._where[row, line].tolist()
        return Crossing(
            time_s=time_s,
            line=self.names[line],
            direction=0 if self._pending[row, line] > 0 else 1,
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
            for line in np.flatnonzero(self._pending[row]).tolist():
                sign = int(self._pending[row, line])
                from_clear = self._depth[row, line, 0 if sign > 0 else 1] >= 1
                if from_clear and self._clear[row, line] * sign >= self._rule.farewell:
                    found.append(self._crossing(np.intp(row), line))
            self._known[row] = False


_STATE = (
    "_known", "_classes", "_time", "_point", "_sides", "_clear", "_depth", "_pending", "_where",
)  # fmt: skip


def _merged(events: list[tuple[float, int]], stride: float) -> list[tuple[float, int]]:
    """Passages at one vertex are one event: their order within rounding means nothing."""
    out: list[tuple[float, int]] = []
    for at, sign in events:
        if out and (at - out[-1][0]) * stride < 1e-6:
            out[-1] = (out[-1][0], out[-1][1] + sign)
        else:
            out.append((at, sign))
    return [(at, max(-1, min(1, sign))) for at, sign in out if sign]


def _looks(events: list[tuple[float, int]], stride: float) -> list[float]:
    """Shares of the step at which to look: the middles of small parts between the passages."""
    cuts = [0.0, *(at for at, _ in events), 1.0]
    looks: list[float] = []
    for a, b in zip(cuts, cuts[1:], strict=False):
        n = min(_MOST_LOOKS, int((b - a) * stride / _STEP) + 1)
        looks += [a + (b - a) * (i + 0.5) / n for i in range(n)]
    return looks
