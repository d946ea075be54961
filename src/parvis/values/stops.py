"""What a person has stopped: cameras, places, uses, or everything; and since when a use is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from parvis.values.series import SeriesKind


class What(StrEnum):
    """What an order is about."""

    ALL = "all"
    CAMERA = "camera"
    PLACE = "place"
    USE = "use"


@dataclass(frozen=True, slots=True)
class Target:
    """What a person stops or starts.

    Args:
        what: of which kind.
        name: of the camera, place or use; empty for everything.
    """

    what: What
    name: str = ""


EVERYTHING = Target(What.ALL)

ALERTS, MEASURES, PURPOSE, PUBLICATION = "alerts", "measures", "purpose", "publication"
"""Families of uses. A use is a family, or a member of one: ``alerts.density``."""


class Measured(StrEnum):
    """Kinds of measures that are stopped together."""

    PASSAGES = "passages"
    PRESENCE = "presence"
    DENSITY = "density"
    SPEED = "speed"
    MOVEMENT = "movement"
    QUEUES = "queues"
    PARKING = "parking"


def measured(kind: SeriesKind) -> Measured:
    """The kind of measures that a series belongs to."""
    match kind.value.partition("_")[0]:
        case "crossings" | "entries" | "exits":
            return Measured.PASSAGES
        case "occupancy" | "dwell":
            return Measured.PRESENCE
        case "density" | "flow" | "pressure":
            return Measured.DENSITY
        case "speed":
            return Measured.SPEED
        case "queue":
            return Measured.QUEUES
        case "parking":
            return Measured.PARKING
    return Measured.MOVEMENT


@dataclass(frozen=True, slots=True)
class Stops:
    """What is stopped by a person's order.

    Args:
        everything: no camera may run, whatever else is said.
        cameras: names of the cameras stopped one by one.
        places: names of the places of which no camera may run.
        uses: since when each use is stopped, seconds since the epoch, by its name.
    """

    everything: bool = False
    cameras: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    uses: Mapping[str, float] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.everything or self.cameras or self.places or self.uses)

    def covers(self, camera: str, places: Collection[str] = ()) -> bool:
        """True when that camera, which sees those places, must not run."""
        return self.everything or camera in self.cameras or not self.places.isdisjoint(places)

    def holds(self, target: Target) -> bool:
        """True when exactly that was stopped."""
        match target.what:
            case What.ALL:
                return self.everything
            case What.CAMERA:
                return target.name in self.cameras
            case What.PLACE:
                return target.name in self.places
        return target.name in self.uses

    def rule(self, kind: str, purposes: Collection[str] = ()) -> bool:
        """True when a rule of that kind, that serves those purposes, must not be followed."""
        return self._use(ALERTS, kind) or any(self._use(PURPOSE, one) for one in purposes)

    def channel(self, name: str) -> bool:
        """True when nothing may go out over that channel."""
        return self._use(PUBLICATION, name)

    def measures(self) -> Mapping[Measured, float]:
        """Since when each kind of measures is stopped."""
        found = {}
        for kind in Measured:
            since = [self.uses[one] for one in (MEASURES, f"{MEASURES}.{kind}") if one in self.uses]
            if since:
                found[kind] = min(since)
        return found

    def stopping(self, target: Target, now_s: float) -> "Stops":
        """With that stopped as well."""
        match target.what:
            case What.ALL:
                return replace(self, everything=True)
            case What.CAMERA:
                return replace(self, cameras=self.cameras | {target.name})
            case What.PLACE:
                return replace(self, places=self.places | {target.name})
        return replace(self, uses={target.name: now_s, **self.uses})

    def starting(self, target: Target) -> "Stops":
        """With that allowed again; everything: every camera and place, the uses stay stopped."""
        match target.what:
            case What.ALL:
                return Stops(uses=self.uses)
            case What.CAMERA:
                return replace(self, cameras=self.cameras - {target.name})
            case What.PLACE:
                return replace(self, places=self.places - {target.name})
        uses = {name: since for name, since in self.uses.items() if name != target.name}
        return replace(self, uses=uses)

    def _use(self, family: str, member: str) -> bool:
        return family in self.uses or f"{family}.{member}" in self.uses
