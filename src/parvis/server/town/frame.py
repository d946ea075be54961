"""Where things are on the map: from a camera's ground to the map's coordinates, and to WGS 84."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from parvis.ground.from_site import CameraGround, ground_of
from parvis.ground.plane import LocalPlane
from parvis.ground.refusals import CalibrationRefusedError
from parvis.ground.remarks import NOMINAL
from parvis.server.services import HubServices
from parvis.site.ground import Ground
from parvis.site.shapes import Site
from parvis.site.town_map import Plan
from parvis.values.frame import FrameSize

Floats = npt.NDArray[np.float64]
Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MapFrame:
    """The coordinates of one site's map: metres of its plan, or degrees of WGS 84.

    Args:
        plan: None where the map is not a plan.
    """

    plan: Plan | None

    @property
    def in_metres(self) -> bool:
        """True on a plan."""
        return self.plan is not None

    @property
    def georeferenced(self) -> bool:
        """True where it is known what of the Earth the map shows."""
        return self.plan is None or self.plan.wgs84 is not None

    @property
    def _plane(self) -> LocalPlane | None:
        if self.plan is None or self.plan.wgs84 is None:
            return None
        return LocalPlane(*self.plan.wgs84, self.plan.bearing)

    def of_ground(self, metres: Floats, ground: Ground, plane: LocalPlane | None) -> Floats | None:
        """Points of a camera's ground in the map's coordinates, shape (n, 2).

        Args:
            metres: on the plane of the camera's ground.
            ground: as site.yaml says it; metres without an origin are those of the plan.
            plane: where the camera's metres lie on the Earth; None when the file does not say.

        Returns:
            None where nothing tells how the two lie to one another.
        """
        if self.plan is None:
            return plane.to_wgs84(metres) if plane is not None else None
        mine = self._plane
        if plane is not None and mine is not None:
            return mine.to_metres(plane.to_wgs84(metres))
        in_metres = all(point.ground is not None for point in ground.points)
        return metres if in_metres and ground.points else None

    def published(self, points: list[Spot]) -> list[list[float]]:
        """Points of the map as files give them: WGS 84 where the map is on the Earth, else metres.

        Seven decimals of a degree are a centimetre.
        """
        mine = self._plane
        if mine is not None:
            degrees = mine.to_wgs84(np.array(points, dtype=np.float64))
            return [[round(float(x), 7), round(float(y), 7)] for x, y in degrees]
        digits = 3 if self.in_metres else 7
        return [[round(x, digits), round(y, digits)] for x, y in points]


def frame_of(site: Site) -> MapFrame:
    """The coordinates of this site's map."""
    return MapFrame(site.map.plan)


@lru_cache(maxsize=1024)
def _calibrated(ground: Ground, width: int, height: int) -> CameraGround | None:
    try:
        return ground_of(ground, FrameSize(width, height))
    except CalibrationRefusedError:
        return None


def camera_ground(hub: HubServices, name: str) -> CameraGround | None:
    """The calibrated ground of a camera; None without one, or with one that cannot be right."""
    camera = hub.site.loaded().site.cameras.get(name)
    if camera is None or camera.ground is None:
        return None
    size = frame_size(hub, name)
    return _calibrated(camera.ground, size.width, size.height)


def frame_size(hub: HubServices, name: str) -> FrameSize:
    """The size of a camera's frames, a usual one before its stream has told."""
    sighting = hub.board.latest().get(name)
    if sighting is not None and sighting.state.stream.width and sighting.state.stream.height:
        return FrameSize(sighting.state.stream.width, sighting.state.stream.height)
    sketch = hub.board.sketch(name)
    return FrameSize(sketch.width, sketch.height) if sketch is not None else NOMINAL


def drawn_on_ground(
    ground: CameraGround, points: tuple[tuple[float, float], ...]
) -> tuple[Floats, bool]:
    """A shape drawn over the picture, on the camera's plane.

    Returns:
        The points that have positions, metres, shape (n, 2), and whether all of them have.
    """
    size = ground.map.size
    pixels = np.array(points, dtype=np.float64) * (size.width, size.height)
    found = ground.map.locate(pixels, np.zeros((len(pixels), 2, 2)))
    seen = found.withheld == 0
    return found.points[seen], bool(seen.all())


def area_m2(corners: Floats) -> float:
    """Area of a polygon, square metres."""
    x, y = (corners - corners[0]).T
    return float(abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2)
