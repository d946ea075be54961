"""How full a place is: people, density where the ground is known, and the rung of its ladder."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from parvis.policy.terms import OutputKind
from parvis.server.counts import Count
from parvis.server.ranges import Range
from parvis.server.services import HubServices, zone_of
from parvis.server.town.frame import area_m2, camera_ground, drawn_on_ground
from parvis.server.town.readings import Held, hold
from parvis.server.ways_out import WaysOut
from parvis.site.place import Place, split_member
from parvis.values.civil import Bin, bin_start
from parvis.values.series import Series, SeriesKind

PERSON = "person"
_LATE_S = 20.0
"""A minute is looked at once it had this long to arrive."""

Basis = Literal["density", "occupancy"]


class Level(StrEnum):
    """How full a place is."""

    CALM = "calm"
    BUSY = "busy"
    DENSE = "dense"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class PlaceState:
    """A place over one stretch of time.

    Args:
        name, place: as in site.yaml.
        people: mean number present in its zones, with interval and mark.
        area_m2: of those zones on the ground; None unless every one lies on a calibrated ground.
        level: the rung of the place's ladder; None where no number tells it.
        basis: what the level follows from.
    """

    name: str
    place: Place
    people: Count
    area_m2: float | None
    level: Level | None
    basis: Basis | None

    @property
    def density_pm2(self) -> float | None:
        """People a square metre."""
        return self._per_m2(self.people.value)

    @property
    def density_interval(self) -> tuple[float | None, float | None]:
        """Its 90 % interval."""
        return self._per_m2(self.people.low), self._per_m2(self.people.high)

    def _per_m2(self, people: float | None) -> float | None:
        return people / self.area_m2 if people is not None and self.area_m2 else None


def newest_stretch(hub: HubServices, ways: WaysOut) -> Range:
    """The newest stretch that may be told: a minute where the profile allows it, else a quarter."""
    zone, profile = zone_of(hub), ways.gate.profile
    length = Bin.MINUTE if profile.min_bin_s <= 60 and not profile.closed_bin_s else Bin.QUARTER
    if length is Bin.MINUTE:
        end_s = bin_start(ways.now_s - _LATE_S, length, zone)
    else:
        end_s = bin_start(min(ways.gate.closed_before(ways.now_s), ways.now_s), length, zone)
    return Range(bin_start(end_s - 1, length, zone), end_s, length)


def quarter_at(hub: HubServices, at_s: float) -> Range:
    """The quarter of an hour that holds a moment."""
    start_s = bin_start(at_s, Bin.QUARTER, zone_of(hub))
    return Range(start_s, start_s + 900.0, Bin.QUARTER)


def zone_series(place: Place) -> list[Series]:
    """What is read to know who is present in a place."""
    return [
        Series(camera, SeriesKind.OCCUPANCY, zone, PERSON)
        for camera, zone in map(split_member, place.zones)
    ]


def line_series(place: Place, classes: Sequence[str] = (PERSON,)) -> list[Series]:
    """What is read to know who passes its lines."""
    return [
        Series(camera, SeriesKind.CROSSINGS, line, label, direction)
        for camera, line in map(split_member, place.lines)
        for label in classes
        for direction in (0, 1)
    ]


def place_states(
    hub: HubServices,
    ways: WaysOut,
    span: Range,
    *,
    only: str | None = None,
    kind: OutputKind = OutputKind.MEASURES,
) -> list[PlaceState]:
    """Every place over one stretch, in the order of site.yaml; blocking."""
    places = hub.site.loaded().site.places
    wanted = {name: place for name, place in places.items() if only in (None, name)}
    series = [one for place in wanted.values() for one in zone_series(place)]
    held = hold(hub, ways, list(dict.fromkeys(series)), span, kind)
    return [state_of(hub, held, name, place)[0] for name, place in wanted.items()]


def state_of(hub: HubServices, held: Held, name: str, place: Place) -> list[PlaceState]:
    """A place over each stretch that is held."""
    series = zone_series(place)
    area = zones_m2(hub, place)
    if not series:
        return [
            PlaceState(name, place, Count(start_s, end_s, "gap"), None, None, None)
            for start_s, end_s in held.stretches
        ]
    return [judged(name, place, people, area) for people in held.row(series)]


def judged(name: str, place: Place, people: Count, area: float | None) -> PlaceState:
    """The level of a place with so many people.

    Density sets it where every zone of the place lies on a calibrated ground; else the share of
    the capacity does, where one is given.
    """
    value = people.value
    if value is None:
        return PlaceState(name, place, people, area, None, None)
    if area:
        return PlaceState(
            name, place, people, area, _rung(place.ladder.density, value / area), "density"
        )
    if place.capacity:
        level = _rung(place.ladder.occupancy, value / place.capacity)
        return PlaceState(name, place, people, None, level, "occupancy")
    return PlaceState(name, place, people, None, None, None)


def zones_m2(hub: HubServices, place: Place) -> float | None:
    """Area of a place's zones on the ground; None unless every one of them is known."""
    total = 0.0
    for camera, zone in map(split_member, place.zones):
        ground = camera_ground(hub, camera)
        if ground is None:
            return None
        drawn = hub.site.loaded().site.cameras[camera].zones[zone].polygon
        corners, whole = drawn_on_ground(ground, drawn)
        if not whole:
            return None
        total += area_m2(corners)
    return total or None


def _rung(bounds: tuple[float, float, float], value: float) -> Level:
    return list(Level)[sum(value >= bound for bound in bounds)]
