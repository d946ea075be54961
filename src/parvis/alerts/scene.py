"""What rules look at on one camera's ground."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parvis.alerts.ladder import Bounds
from parvis.measures.ground.shapes import GroundLine, GroundZone
from parvis.values.alerts import Subject
from parvis.values.series import WHOLE_VIEW


@dataclass(frozen=True, slots=True)
class WatchedZone:
    """A zone with what rules need to know of it.

    Args:
        zone: its outline on the ground, metres.
        use: as in site.yaml: walkway, waiting, queue, parking, forbidden, one-way.
        way: the direction that is allowed in a one-way zone, unit vector; None where nobody said.
        capacity: people or vehicles that it is meant for.
        densities: the ladder of a place that has its own; None: that of the zone's use.
    """

    zone: GroundZone
    use: str
    way: tuple[float, float] | None = None
    capacity: int | None = None
    densities: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """The ground of one camera as rules see it.

    Args:
        camera: its name.
        zones: by name, in the order of the observers' columns.
        lines: by name.
    """

    camera: str
    zones: Mapping[str, WatchedZone] = field(default_factory=dict)
    lines: Mapping[str, GroundLine] = field(default_factory=dict)

    def subject(self, shape: str = WHOLE_VIEW) -> Subject:
        """A shape of this camera."""
        return Subject(self.camera, shape)

    def uses(self) -> dict[Subject, str]:
        """The use of each zone."""
        return {self.subject(name): zone.use for name, zone in self.zones.items()}

    def densities(self) -> dict[Subject, Bounds]:
        """The ladders of zones whose place has its own."""
        return {
            self.subject(name): zone.densities
            for name, zone in self.zones.items()
            if zone.densities is not None
        }
