"""What one camera's ground says, put into the camera's closed minutes and its live state."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import structlog

from parvis.ground.drawn import area_on_ground, line_on_ground
from parvis.ground.from_site import CameraGround
from parvis.ground.outline import usable_area
from parvis.measures.ground.drawn import GroundNow, GroundShapes
from parvis.measures.ground.observers import GroundObservers
from parvis.measures.ground.shapes import GroundLine, GroundZone, ZoneUse
from parvis.measures.uncertainty import UNCHECKED
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.ground_minute import GroundMinute, Reading
from parvis.values.ground_tracks import GroundTracks
from parvis.values.live import GatheringNow, ZoneNow
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series

log = structlog.get_logger(__name__)

LEAST_SEEN = 0.5
"""A zone of which less lies within sight of the ground is not measured there."""

EDGES = ("@left", "@right", "@far", "@near")
"""Where people come into the view and leave it, beside the zones; no zone may bear such a name."""

_EDGE = 0.08
"""Width of those strips, parts of the picture."""

_ROOM_NOT_OBJECTS = ("_s", "_mps", "_share", "_ratio", "_per_s2")
"""Ends of kinds that do not count objects: a missed person does not bias them in proportion."""


class GroundBook:
    """Measures on one camera's ground from the moment when its calibration is known.

    Args:
        name, camera: as in site.yaml.
        classes: what is counted.
    """

    def __init__(self, name: str, camera: Camera, classes: Iterable[ObjectClass]) -> None:
        self._name = name
        self._camera = camera
        self._classes = tuple(classes)
        self._observers: GroundObservers | None = None

    def watch(self, ground: CameraGround) -> "GroundBook":
        """Begin to measure: the frames have a size and the ground is sound."""
        shapes = ground_shapes(self._camera, ground)
        if shapes.view is not None:
            self._observers = GroundObservers(shapes, rate=self._camera.rate, classes=self._classes)
        return self

    def observe(self, tracks: GroundTracks) -> None:
        """Take the objects of one settled frame."""
        if self._observers is not None:
            self._observers.observe(tracks)

    def gap(self) -> None:
        """What comes next does not continue what was."""
        if self._observers is not None:
            self._observers.gap()

    def fill(self, minutes: Sequence[ClosedMinute]) -> list[ClosedMinute]:
        """Closed minutes with what the ground says of each; in order."""
        if self._observers is None:
            return list(minutes)
        return [_with_ground(one, self._observers.take(one.start_s)) for one in minutes]

    def fill_last(self, minutes: Sequence[ClosedMinute]) -> list[ClosedMinute]:
        """As ``fill``, at the end: the last minute takes the quarter that is not over."""
        filled = self.fill(minutes)
        if self._observers is not None and filled:
            rest = self._observers.close()
            filled[-1] = replace(filled[-1], quarters=filled[-1].quarters + rest)
        return filled

    def zones_now(self) -> dict[str, ZoneNow]:
        """The zones at the last look."""
        return {} if self._observers is None else _zones_now(self._observers.now())

    def gatherings_now(self) -> tuple[GatheringNow, ...]:
        """Who stands together at the last look, the largest first."""
        if self._observers is None:
            return ()
        return tuple(
            GatheringNow(round(one.x_m, 1), round(one.y_m, 1), one.people, one.since_s)
            for one in self._observers.now().gatherings
        )


def ground_shapes(camera: Camera, ground: CameraGround) -> GroundShapes:
    """What is drawn over a camera's picture, on its ground; shapes out of sight are left out."""
    view = ground.map
    scale = np.array([view.size.width, view.size.height], dtype=np.float64)
    lines, zones = {}, {}
    for name, line in camera.lines.items():
        points = line_on_ground(view, np.array(line.points) * scale).points
        if len(np.unique(points, axis=0)) >= 2:
            lines[name] = GroundLine(_pairs(points))
    for name, zone in camera.zones.items():
        found = area_on_ground(view, np.array(zone.polygon) * scale)
        area = _zone(found.points, _USES.get(zone.use, ZoneUse.WALKWAY), zone.capacity)
        if area is not None and found.seen >= LEAST_SEEN:
            zones[name] = area
        else:
            log.warning("a zone has no ground", camera=camera.label, zone=name)
    edges = {
        name: area
        for name, strip in zip(EDGES, _STRIPS, strict=True)
        if (area := _zone(area_on_ground(view, np.array(strip) * scale).points)) is not None
    }
    walked = {name: zone for name, zone in zones.items() if zone.use is not ZoneUse.PARKING}
    return GroundShapes(lines, zones, gates=walked | edges, view=_zone(usable_area(view).ground))


_USES = {
    "walkway": ZoneUse.WALKWAY,
    "waiting": ZoneUse.WAITING,
    "queue": ZoneUse.QUEUE,
    "parking": ZoneUse.PARKING,
}
_STRIPS = (
    ((0, 0), (_EDGE, 0), (_EDGE, 1), (0, 1)),
    ((1 - _EDGE, 0), (1, 0), (1, 1), (1 - _EDGE, 1)),
    ((0, 0), (1, 0), (1, _EDGE), (0, _EDGE)),
    ((0, 1 - _EDGE), (1, 1 - _EDGE), (1, 1), (0, 1)),
)


def _zone(
    points: np.ndarray, use: ZoneUse = ZoneUse.WALKWAY, capacity: int | None = None
) -> GroundZone | None:
    """An area on the ground; None where nothing of it is seen."""
    try:
        return GroundZone(_pairs(points), use, capacity)
    except ValueError:
        return None


def _pairs(points: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in points)


def _with_ground(minute: ClosedMinute, ground: GroundMinute) -> ClosedMinute:
    coverage_s = min(ground.coverage_s, 60.0)
    found = tuple(_measure(minute, one, coverage_s) for one in ground.readings)
    return replace(
        minute,
        measures=minute.measures + found,
        speeds=dict(ground.speeds),
        quarters=ground.quarters,
    )


def _measure(minute: ClosedMinute, reading: Reading, coverage_s: float) -> Measure:
    kind = reading.quantity
    spread = Spread(variance=reading.variance)
    if not kind.value.endswith(_ROOM_NOT_OBJECTS):
        believed = UNCHECKED.of_level(reading.value)
        spread = Spread(believed.below, believed.above, believed.variance + reading.variance)
    return Measure(
        Series(minute.camera, kind, reading.shape, reading.object_class),
        minute.start_s,
        minute.start_s + 60,
        reading.value,
        spread,
        coverage_s,
        reading.weight,
    )


def _zones_now(now: GroundNow) -> dict[str, ZoneNow]:
    zones = {}
    for name, crowd in now.crowding.items():
        filling = now.filling.get(name)
        zones[name] = ZoneNow(
            people=crowd.people,
            density_pm2=round(crowd.density_pm2, 3),
            level=crowd.level,
            alarm=crowd.alarm.name.lower(),
            alarm_since_s=crowd.alarm_since_s,
            speed_mps=None if crowd.speed_mps is None else round(crowd.speed_mps, 2),
            net_per_s=None if filling is None else round(filling.net_per_s, 4),
            queue=now.queues.get(name),
            parked=now.parking.get(name),
        )
    return zones
