"""Zones: tracks in, entries, exits, visits and occupancy out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parvis.measures.polylines import Polylines, Steps, snapped
from parvis.measures.rows import TrackRows, enlarged
from parvis.measures.rule import CrossingRule
from parvis.measures.stories import Look, Pass, stories
from parvis.values.classes import ObjectClass
from parvis.values.events import Visit
from parvis.values.frame import FrameSize
from parvis.values.tracks import Anchor, Tracks


@dataclass(frozen=True, slots=True)
class ZonePolygon:
    """The border of a zone, closed by itself.

    Args:
        points: corners in pixels, x right and y down, n >= 3, in the order of a walk round it.

    Raises:
        ValueError: fewer than three distinct corners, or one that is not a finite number.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        corners = np.asarray(self.points, dtype=np.float64)
        if corners.ndim != 2 or corners.shape[1] != 2 or not np.all(np.isfinite(corners)):
            raise ValueError(f"a zone is a list of (x, y) points, not {self.points!r}")
        if len(np.unique(snapped(corners), axis=0)) < 3:
            raise ValueError(f"a zone has at least three distinct corners, not {self.points!r}")

    @classmethod
    def relative(cls, points: Sequence[Sequence[float]], size: FrameSize) -> "ZonePolygon":
        """The zone whose corners are given as shares of the picture's width and height."""
        return cls(tuple((float(x) * size.width, float(y) * size.height) for x, y in points))

    def border(self) -> npt.NDArray[np.float64]:
        """Corners with the first one repeated at the end, shape (n + 1, 2)."""
        corners = np.array(self.points, dtype=np.float64)
        return np.concatenate((corners, corners[:1]))


@dataclass(frozen=True, slots=True)
class BorderPassage:
    """An object was seen to go into or out of a zone, at an interpolated moment."""

    time_s: float
    zone: str
    object_class: ObjectClass


@dataclass(slots=True)
class ZoneEvents:
    """What became certain with one frame.

    Args:
        entries, exits: passages of the border that were seen, in both senses.
        visits: stays that ended: by an exit, or because the track ended inside.
    """

    entries: list[BorderPassage] = field(default_factory=list)
    exits: list[BorderPassage] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)


class ZoneObserver:
    """Follows the tracks of one camera through all its zones at once.

    An object changes from outside to inside, or back, when the path of its anchor has passed the
    border and is *clear* of it (see ``CrossingRule``); the moment is that of the passage. So an
    object that trembles on the border neither enters nor leaves. In a zone too narrow to be clear
    in, half of the zone's own inner radius is enough.

    A track that is first seen inside is there from then on without an entry; one that ends inside
    ends its visit without an exit, unless it was on its way out (``farewell`` of the rule). One
    that is lost and found keeps its visit.

    Args:
        zones: borders by name.
        anchor: the point of a box that stands for the object.
        rule: the hysteresis.
    """

    def __init__(
        self,
        zones: Mapping[str, ZonePolygon],
        anchor: Anchor,
        rule: CrossingRule = CrossingRule(),  # noqa: B008 - frozen
    ) -> None:
        self.names = tuple(zones)
        borders = [zone.border() for zone in zones.values()]
        self._geometry = Polylines(borders)
        self._radius = np.array([_inner_radius(Polylines([border])) for border in borders])
        self._anchor: Anchor = anchor
        self._rule = rule
        self._rows = TrackRows()
        n, k, s = self._rows.capacity, self._geometry.count, self._geometry.segments
        self._known = np.zeros(n, dtype=np.bool_)
        self._classes = np.zeros(n, dtype=np.int8)
        self._time = np.zeros(n)
        self._point = np.zeros((n, 2))
        self._sides = np.zeros((n, s), dtype=np.int8)
        self._raw = np.zeros((n, k), dtype=np.bool_)  # the anchor lies in the polygon
        self._inside = np.zeros((n, k), dtype=np.bool_)  # believed
        self._from = np.zeros((n, k))  # most clear on the believed side
        self._clear = np.zeros((n, k))  # at the last seen position
        self._begun = np.zeros((n, k), dtype=np.int32)  # ways through just where it was last seen
        self._moment = np.zeros((n, k))  # when it last left the believed side
        self._entered = np.zeros((n, k))

    def observe(self, tracks: Tracks) -> ZoneEvents:
        """Take the tracks of one frame and return what is now certain."""
        events = ZoneEvents()
        if self._geometry.count and np.any(tracks.seen):
            self._walk(tracks, np.flatnonzero(tracks.seen), events)
        if len(tracks.ended):
            self._end(tracks.ended.tolist(), events)
        return events

    def end_all(self) -> ZoneEvents:
        """End every track (the stream is cut or over)."""
        events = ZoneEvents()
        self._end(self._rows.ids(), events)
        return events

    def occupancy(self, tracks: Tracks) -> npt.NDArray[np.int64]:
        """Objects in each zone by class code at this frame, shape (zones, classes).

        Objects that are only predicted stay where they were last seen: hidden is not gone.
        """
        rows = self._rows.known(tracks.ids)
        which, zone = np.nonzero(self._inside[rows])
        shape = len(self.names), len(ObjectClass)
        place = zone * shape[1] + self._classes[rows[which]]
        return np.bincount(place, minlength=shape[0] * shape[1]).reshape(shape)

    def _walk(self, tracks: Tracks, seen: npt.NDArray[np.intp], events: ZoneEvents) -> None:
        rows = self._claim(tracks.ids[seen])
        point = snapped(tracks.anchors(self._anchor)[seen])
        axes = self._rule.half_axes(tracks.boxes[seen])
        sides = self._geometry.sides(point)
        clear = self._share_of_need(self._geometry.clearance(point, axes), axes)
        self._classes[rows] = tracks.classes[seen]

        fresh = np.flatnonzero(~self._known[rows])
        if len(fresh):
            new = rows[fresh]
            self._sides[new], self._point[new] = sides[fresh], point[fresh]
            self._raw[new] = self._inside[new] = self._geometry.holds(point[fresh])
            self._time[new] = self._entered[new] = tracks.time_s
            self._known[new] = True

        steps = Steps(self._point[rows], point, axes)
        passages = self._geometry.passages(steps, self._sides[rows], sides)
        waiting = self._raw[rows] != self._inside[rows]
        for story in stories(self._geometry, steps, passages, waiting, self._begun[rows]):
            row, zone = rows[story.step], story.line
            for event in story.events:
                if isinstance(event, Pass):
                    if event.through % 2:
                        began_s = float(self._time[row])
                        self._toggle(row, zone, began_s + event.share * (tracks.time_s - began_s))
                else:
                    self._look(row, zone, event, axes[story.step], events)
            self._begun[row, zone] = story.begun
        self._settle(rows, clear, events)

        self._sides[rows], self._point[rows] = sides, point
        self._time[rows], self._clear[rows] = tracks.time_s, clear

    def _share_of_need(
        self, clear: npt.NDArray[np.float64], axes: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """How far the objects are on the way to being clear: 1 is there."""
        room = 0.5 * self._radius / np.max(axes, axis=1, keepdims=True)
        share: npt.NDArray[np.float64] = clear / np.minimum(1.0, room)
        return share

    def _toggle(self, row: np.intp, zone: int, time_s: float) -> None:
        self._raw[row, zone] = not self._raw[row, zone]
        if self._raw[row, zone] != self._inside[row, zone]:
            self._moment[row, zone] = time_s

    def _look(
        self, row: np.intp, zone: int, look: Look, axes: npt.NDArray[np.float64], events: ZoneEvents
    ) -> None:
        clear = look.clear / min(1.0, 0.5 * float(self._radius[zone]) / float(np.max(axes)))
        if self._raw[row, zone] == self._inside[row, zone]:
            self._from[row, zone] = max(float(self._from[row, zone]), clear)
        elif clear >= 1:
            self._change(row, zone, events)
            self._from[row, zone] = clear

    def _settle(
        self, rows: npt.NDArray[np.intp], clear: npt.NDArray[np.float64], events: ZoneEvents
    ) -> None:
        away = self._raw[rows] != self._inside[rows]
        changed = away & (clear >= 1)
        for i, zone in np.argwhere(changed).tolist():
            self._change(rows[i], zone, events)
        before = np.where(changed, 0.0, self._from[rows])
        self._from[rows] = np.where(away & ~changed, before, np.maximum(before, clear))

    def _change(self, row: np.intp, zone: int, events: ZoneEvents) -> None:
        """Believe what the anchor says, from the moment when it passed the border."""
        moment_s = float(self._moment[row, zone])
        name, cls = self.names[zone], ObjectClass(int(self._classes[row]))
        believed_before = self._from[row, zone] >= self._rule.approach
        now_inside = bool(self._raw[row, zone])
        self._inside[row, zone] = now_inside
        passage = BorderPassage(moment_s, name, cls)
        if now_inside:
            self._entered[row, zone] = moment_s
            if believed_before:
                events.entries.append(passage)
        elif believed_before:
            events.exits.append(passage)
            events.visits.append(Visit(name, cls, float(self._entered[row, zone]), moment_s))

    def _claim(self, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
        rows, fresh = self._rows.claim(ids)
        if self._rows.capacity > len(self._known):
            for name in _STATE:
                setattr(self, name, enlarged(getattr(self, name), self._rows.capacity))
        if fresh:
            for name in _STATE:
                getattr(self, name)[fresh] = 0
        return rows

    def _end(self, ids: list[int], events: ZoneEvents) -> None:
        for row in self._rows.release(ids):
            away = (self._raw[row] != self._inside[row]) & (self._from[row] >= 1)
            for zone in np.flatnonzero(away & (self._clear[row] >= self._rule.farewell)).tolist():
                self._change(np.intp(row), zone, events)
            cls = ObjectClass(int(self._classes[row]))
            for zone in np.flatnonzero(self._inside[row]).tolist():
                left = self._raw[row, zone] != self._inside[row, zone]
                left_s = float(self._moment[row, zone] if left else self._time[row])
                entered_s = float(self._entered[row, zone])
                events.visits.append(Visit(self.names[zone], cls, entered_s, left_s))
            self._known[row] = False


_STATE = (
    "_known", "_classes", "_time", "_point", "_sides", "_raw", "_inside", "_from", "_clear",
    "_begun", "_moment", "_entered",
)  # fmt: skip


def _inner_radius(border: Polylines) -> float:
    """Radius of the largest circle inside a polygon, pixels, to within a sixtieth of its width."""
    low, high = border.extent()
    x, y = np.meshgrid(*(np.linspace(a, b, 61) for a, b in zip(low, high, strict=True)))
    grid = np.column_stack((x.ravel(), y.ravel()))
    inside = border.holds(snapped(grid))[:, 0]
    if not np.any(inside):
        return 0.5
    return max(0.5, float(np.max(border.clearance(grid[inside], np.ones((inside.sum(), 2))))))
