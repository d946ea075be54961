"""The map that a camera's ground lies on: the plan of the site, or the places around, north up."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.plane import LocalPlane
from parvis.server.picture_size import picture_size
from parvis.server.services import HubServices
from parvis.server.site_files import inside
from parvis.server.town.frame import camera_ground, frame_of
from parvis.site.shapes import Site

Floats = npt.NDArray[np.float64]
Spot = tuple[float, float]
Affine = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): x, y becomes a x + c y + e, b x + d y + f, as SVG writes it."""

PLAN = "/api/v1/map/files/plan"
_ARM_M = 50.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """The picture of the plan, metres of the map.

    Args:
        left, bottom: of its lower left corner.
        width, height: of it.
    """

    left: float
    bottom: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class MapView:
    """The map under a camera's ground, in metres, x to the right, y up.

    Args:
        lie: from the camera's ground to the map.
        sheet: the plan; None where the map is not a plan, or its picture cannot be read.
        places: outlines of places, each with its label.
        north_deg: where north is, clockwise from up; None where the plan does not say.
    """

    lie: Affine
    sheet: Sheet | None
    places: tuple[tuple[str, tuple[Spot, ...]], ...]
    north_deg: float | None


def map_view(hub: HubServices, camera: str) -> MapView | None:
    """The map under a camera's ground; None where nothing tells how the two lie; blocking."""
    loaded = hub.site.loaded()
    site, ground = loaded.site, camera_ground(hub, camera)
    declared = site.cameras[camera].ground if camera in site.cameras else None
    if ground is None or declared is None:
        return None
    arms = np.array([[0.0, 0.0], [_ARM_M, 0.0], [0.0, _ARM_M]])
    placed = frame_of(site).of_ground(arms, declared, ground.plane)
    if placed is None:
        return None
    plan = site.map.plan
    if plan is None:
        plane = LocalPlane(float(placed[0, 0]), float(placed[0, 1]))
        return MapView(_lie(plane.to_metres(placed)), None, _places(site, plane), 0.0)
    path = inside(loaded.path.parent, plan.image)
    size = picture_size(path) if path is not None else None
    sheet = None
    if size is not None:
        scale = plan.metres_per_pixel
        sheet = Sheet(*plan.origin, size[0] * scale, size[1] * scale)
    north = -plan.bearing if plan.wgs84 is not None else None
    return MapView(_lie(placed), sheet, _places(site, None), north)


def _lie(placed: Floats) -> Affine:
    origin, along, up = placed
    a, b = (along - origin) / _ARM_M
    c, d = (up - origin) / _ARM_M
    return float(a), float(b), float(c), float(d), float(origin[0]), float(origin[1])


def _places(site: Site, plane: LocalPlane | None) -> tuple[tuple[str, tuple[Spot, ...]], ...]:
    found = []
    for place in site.places.values():
        if place.polygon is None:
            continue
        corners = np.array(place.polygon, dtype=np.float64)
        metres = corners if plane is None else plane.to_metres(corners)
        found.append((place.label, _spots(metres.tolist())))
    return tuple(found)


def _spots(points: Iterable[Iterable[float]]) -> tuple[Spot, ...]:
    return tuple((float(x), float(y)) for x, y in points)
