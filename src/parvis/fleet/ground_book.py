"""What one camera's ground says, put into the camera's closed minutes and its live state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

from parvis.alerts.scene import Scene
from parvis.fleet.ground_shapes import scene_on, shapes_on
from parvis.ground.from_site import CameraGround
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.measures.ground.observers import GroundObservers
from parvis.measures.uncertainty import UNCHECKED
from parvis.site.fingerprint import ground_fingerprint
from parvis.site.place import PlaceLadder
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.ground_minute import GroundMinute, Reading
from parvis.values.ground_tracks import GroundTracks
from parvis.values.live import GatheringNow, ZoneNow
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series

_ROOM_NOT_OBJECTS = ("_s", "_mps", "_share", "_ratio", "_per_s2")
"""Ends of kinds that do not count objects: a missed person does not bias them in proportion."""


class GroundRules(Protocol):
    """Follows rules on the same ground."""

    def begin(self, scene: Scene) -> None:
        """The ground is known."""
        ...

    def observe(self, moment: Moment, now: GroundNow) -> None:
        """Take one settled frame, with what the observers made of it."""
        ...

    def gap(self) -> None:
        """What comes next does not continue what was."""
        ...


class GroundBook:
    """Measures on one camera's ground from the moment when its calibration is known.

    Args:
        name, camera: as in site.yaml.
        classes: what is counted.
        ladders: by zone, of places that have their own.
        rules: followed on the same ground; None where nobody does.
    """

    def __init__(
        self,
        name: str,
        camera: Camera,
        classes: Iterable[ObjectClass],
        ladders: Mapping[str, PlaceLadder] = MappingProxyType({}),
        rules: GroundRules | None = None,
    ) -> None:
        self._name = name
        self._camera = camera
        self._classes = tuple(classes)
        self._ladders = ladders
        self._rules = rules
        self._observers: GroundObservers | None = None
        self._calibration = ground_fingerprint(camera.ground) if camera.ground else ""

    def watch(self, ground: CameraGround) -> "GroundBook":
        """Begin to measure: the frames have a size and the ground is sound."""
        shapes = shapes_on(self._name, self._camera, ground, self._ladders)
        self._observers = GroundObservers(shapes, rate=self._camera.rate, classes=self._classes)
        if self._rules is not None:
            self._rules.begin(scene_on(self._name, self._camera, ground, shapes))
        return self

    def paced(self, interval_s: float) -> None:
        """Note how far apart the frames are that the camera sends, seconds; 0 if unknown."""
        if self._observers is not None:
            self._observers.paced(interval_s)

    def observe(self, tracks: GroundTracks) -> None:
        """Take the objects of one settled frame."""
        if self._observers is None:
            return
        moment = self._observers.observe(tracks)
        if self._rules is None:
            return
        if moment is None:
            self._rules.gap()
        else:
            self._rules.observe(moment, self._observers.now())

    def gap(self) -> None:
        """What comes next does not continue what was."""
        if self._observers is not None:
            self._observers.gap()
        if self._rules is not None:
            self._rules.gap()

    def fill(self, minutes: Sequence[ClosedMinute]) -> list[ClosedMinute]:
        """Closed minutes with what the ground says of each; in order."""
        if self._observers is None:
            return list(minutes)
        return [
            _with_ground(one, self._signed(self._observers.take(one.start_s))) for one in minutes
        ]

    def _signed(self, ground: GroundMinute) -> GroundMinute:
        """With the calibration that its squares were measured on."""
        signed = (replace(one, calibration=self._calibration) for one in ground.quarters)
        return replace(ground, quarters=tuple(signed))

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
    if reading.value is not None and not kind.value.endswith(_ROOM_NOT_OBJECTS):
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
