"""What is drawn on one camera's ground, and what is seen there now."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from parvis.measures.ground.cells import CELL_M, CellGrid
from parvis.measures.ground.crowding import Crowding
from parvis.measures.ground.filling import Filling
from parvis.measures.ground.gatherings import Gathering
from parvis.measures.ground.levels import Ladder
from parvis.measures.ground.shapes import GroundLine, GroundZone, ZoneUse


@dataclass(frozen=True, slots=True)
class GroundShapes:
    """What is drawn on the ground of one camera.

    Args:
        lines, zones: by name.
        gates: where journeys begin and end, by name; the zones that are not parking, when empty.
        view: the ground that the camera sees; flow cells cover it. None: the shapes' surroundings.
        walkable: where people can be; None where nobody has drawn it.
        ladders: by zone, where a site has its own.
    """

    lines: Mapping[str, GroundLine] = field(default_factory=dict)
    zones: Mapping[str, GroundZone] = field(default_factory=dict)
    gates: Mapping[str, GroundZone] = field(default_factory=dict)
    view: GroundZone | None = None
    walkable: GroundZone | None = None
    ladders: Mapping[str, Ladder] = field(default_factory=dict)

    def journey_gates(self) -> dict[str, GroundZone]:
        """Where journeys begin and end."""
        if self.gates:
            return dict(self.gates)
        return {n: zone for n, zone in self.zones.items() if zone.use is not ZoneUse.PARKING}

    def grid(self, cell_m: float = CELL_M) -> CellGrid:
        """The flow cells; larger ones where there would be too many.

        Raises:
            ValueError: nothing is drawn at all.
        """
        drawn = [zone.points for zone in self.zones.values()]
        drawn += [line.points for line in self.lines.values()]
        if self.view:
            drawn = [self.view.points]
        if not drawn:
            raise ValueError("a ground without view, zone or line has no cells")
        points = np.concatenate([np.array(corners, dtype=np.float64) for corners in drawn])
        margin = 0.0 if self.view else 2.0
        corners = np.array((points.min(axis=0) - margin, points.max(axis=0) + margin))
        while True:
            try:
                return CellGrid.around(corners, cell_m)
            except ValueError:
                cell_m *= 2


@dataclass(frozen=True, slots=True)
class GroundNow:
    """The ground at the last look.

    Args:
        crowding: by zone.
        filling: by zone; absent until something has been seen.
        queues: people in each queue; parking: vehicles in each bay or area, None until known.
        gatherings: the largest first.
        group_sizes: of those who walk together now, groups of two and more.
    """

    crowding: Mapping[str, Crowding]
    filling: Mapping[str, Filling]
    queues: Mapping[str, int]
    parking: Mapping[str, int | None]
    gatherings: tuple[Gathering, ...]
    group_sizes: tuple[int, ...]
