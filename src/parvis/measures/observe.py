"""Everything that watches one camera's tracks, as one thing."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np

from parvis.measures.coverage import Coverage, Stretch, longest_step_s
from parvis.measures.lines import CountingLine, LineCounter
from parvis.measures.minutes import CheckedErrors, Declared, MinuteBook, NothingChecked
from parvis.measures.rule import CrossingRule
from parvis.measures.uncertainty import UNCHECKED, ErrorPrior
from parvis.measures.zones import ZoneObserver, ZonePolygon
from parvis.values.classes import ObjectClass
from parvis.values.events import Crossing
from parvis.values.frame import FrameSize
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series
from parvis.values.tracks import Anchor, Tracks

RelativePoints = Sequence[Sequence[float]]


class DrawnLine(Protocol):
    """A line of site.yaml."""

    @property
    def points(self) -> RelativePoints:
        """Vertices, parts of the picture, y down."""
        ...


class DrawnZone(Protocol):
    """A zone of site.yaml."""

    @property
    def polygon(self) -> RelativePoints:
        """Corners, parts of the picture, y down."""
        ...


class DrawnCamera(Protocol):
    """What a camera of site.yaml (``parvis.site.shapes.Camera``) tells its observers."""

    @property
    def rate(self) -> float:
        """Analysed frames a second that are wished for."""
        ...

    @property
    def anchor(self) -> Anchor:
        """The point of a box that stands for the object."""
        ...

    @property
    def lines(self) -> Mapping[str, DrawnLine]:
        """Counting lines by name."""
        ...

    @property
    def zones(self) -> Mapping[str, DrawnZone]:
        """Zones by name."""
        ...


MOTORS = (ObjectClass.CAR, ObjectClass.BUS, ObjectClass.TRUCK)


def counted_classes(
    wanted: Iterable[ObjectClass], told_apart: Iterable[ObjectClass]
) -> tuple[ObjectClass, ...]:
    """Classes that a camera can count: those it wants and its model tells apart.

    A model that says only ``vehicle`` gives that series when any of car, bus and truck is wanted;
    it gives none for the three, because a zero there would be a claim.
    """
    wants, gives = set(wanted), set(told_apart)
    kept = wants & gives
    if ObjectClass.VEHICLE in gives and wants & set(MOTORS):
        kept.add(ObjectClass.VEHICLE)
    return tuple(sorted(kept))


class Witness(Protocol):
    """Someone who is told what a camera saw and counted, as it becomes certain."""

    def seen(self, stretch: Stretch) -> None:
        """A stretch was seen without a break."""
        ...

    def counted(self, crossings: Sequence[Crossing]) -> None:
        """These crossings count; their moments may be some seconds old."""
        ...


class CameraObservers:
    """Lines, zones, coverage and minutes of one camera in one run.

    Per analysed frame: ``observe(tracks)``; when the stream breaks or the view is not the one the
    shapes were drawn in: ``gap(reason)``; every second or so, frames or not: ``advance(now_s)``.

    Args:
        name: of the camera.
        camera: its shapes, points relative to the picture.
        size: of the frames that the tracks' pixels refer to.
        run: id of this life of the analysis.
        classes: what is counted (see ``counted_classes``).
        rule: the hysteresis of lines and zones.
        prior: the error of counts until checked.
        checked: the errors of lines that persons have checked.
        witness: is told what was seen and counted, for a person who counts along.
    """

    def __init__(
        self,
        name: str,
        camera: DrawnCamera,
        size: FrameSize,
        *,
        run: str,
        classes: Iterable[ObjectClass],
        rule: CrossingRule = CrossingRule(),  # noqa: B008 - frozen
        prior: ErrorPrior = UNCHECKED,
        checked: CheckedErrors = NothingChecked(),  # noqa: B008 - it holds nothing
        witness: Witness | None = None,
    ) -> None:
        self._camera = camera
        self._rule = rule
        self._witness = witness
        self._book = MinuteBook(
            run,
            Declared(name, tuple(camera.lines), tuple(camera.zones), tuple(classes)),
            prior,
            checked,
        )
        self._coverage = Coverage(longest_step_s(camera.rate))
        self._last_s: float | None = None
        self.gap_reason = ""
        self._place(size)

    def _place(self, size: FrameSize) -> None:
        self.size = size
        lines = {
            name: CountingLine.relative(line.points, size)
            for name, line in self._camera.lines.items()
        }
        zones = {
            name: ZonePolygon.relative(zone.polygon, size)
            for name, zone in self._camera.zones.items()
        }
        self._lines = LineCounter(lines, self._camera.anchor, self._rule)
        self._zones = ZoneObserver(zones, self._camera.anchor, self._rule)
        self._held = np.zeros((len(zones), len(ObjectClass)), dtype=np.int64)

    @property
    def covered_s(self) -> float:
        """Seconds seen since the run began."""
        return self._coverage.total_s

    def paced(self, interval_s: float) -> None:
        """Note how far apart the frames are that the camera sends, seconds; 0 if unknown."""
        self._coverage.longest_step_s = longest_step_s(self._camera.rate, interval_s)

    def observe(self, tracks: Tracks) -> list[Crossing]:
        """Take the tracks of one analysed frame; return the crossings that are now certain.

        A frame of a time that was seen already, or whose minute is closed (the clock went back),
        is not counted: its time is a gap until the clock has caught up.
        """
        if self._book.is_past(tracks.time_s):
            return self.gap("the clock went back")
        crossings: list[Crossing] = []
        if self._last_s is not None and tracks.time_s <= self._last_s:
            crossings = self.gap("the clock went back")
        self.gap_reason = ""
        self._last_s = tracks.time_s
        stretch = self._coverage.frame(tracks.time_s)
        if stretch is not None:
            self._book.seen(stretch, self._held, self._zones.names)
            if self._witness is not None:
                self._witness.seen(stretch)
        found = self._lines.observe(tracks)
        self._count(found)
        self._book.add_zones(self._zones.observe(tracks))
        self._held = self._zones.occupancy(tracks)
        return crossings + found

    def gap(self, reason: str) -> list[Crossing]:
        """What comes next does not continue what was: end all tracks, and see nothing until then.

        Args:
            reason: for people, kept in ``gap_reason`` until the next frame.

        Returns:
            Crossings that were pending and still count.
        """
        self.gap_reason = reason
        self._coverage.cut()
        self._last_s = None
        found = self._lines.end_all()
        self._count(found)
        self._book.add_zones(self._zones.end_all())
        self._held = np.zeros_like(self._held)
        return found

    def _count(self, crossings: list[Crossing]) -> None:
        self._book.add(crossings)
        if self._witness is not None and crossings:
            self._witness.counted(crossings)

    def resized(self, size: FrameSize) -> list[Crossing]:
        """The stream has another resolution: a gap, after which the shapes are placed anew."""
        found = self.gap(f"the picture is now {size.width} x {size.height}")
        self._place(size)
        return found

    def advance(self, now_s: float) -> list[ClosedMinute]:
        """Let time pass; return the minutes that closed."""
        return self._book.advance(now_s)

    def close_all(self, now_s: float) -> list[ClosedMinute]:
        """End of the file or of the run: every open minute, the last one with what it has seen.

        Call ``gap`` first for the crossings that were still pending.
        """
        return self._book.close_all(now_s)

    def zone_occupancy(self) -> dict[str, dict[str, int]]:
        """Objects in each zone at the last frame, ``{zone: {class: n}}``, without zeros."""
        return {
            zone: {ObjectClass(code).label: int(row[code]) for code in np.flatnonzero(row).tolist()}
            for zone, row in zip(self._zones.names, self._held, strict=True)
        }

    def open_counts(self) -> dict[Series, float]:
        """Values of the minutes that are not closed yet."""
        return self._book.open_counts()
