"""A camera's lines and zones, drawn over its picture, on its ground."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import structlog

from parvis.alerts.ladder import rising
from parvis.alerts.scene import Scene, WatchedZone
from parvis.ground.drawn import OnGround, area_on_ground, line_on_ground
from parvis.ground.from_site import CameraGround
from parvis.ground.outline import usable_area
from parvis.measures.ground.drawn import GroundShapes
from parvis.measures.ground.levels import Ladder
from parvis.measures.ground.shapes import GroundLine, GroundZone, ZoneUse
from parvis.site.fields import Point
from parvis.site.place import PlaceLadder
from parvis.site.shapes import Camera

log = structlog.get_logger(__name__)

LEAST_SEEN: Final = 0.5
"""Part of a line or zone that must have positions; of less, what is measured says too little."""


def shapes_on(
    name: str,
    camera: Camera,
    ground: CameraGround,
    ladders: Mapping[str, PlaceLadder] = MappingProxyType({}),
) -> GroundShapes:
    """What is drawn in the picture, in metres; shapes that are hardly seen are left out, and told.

    Left of a line in the picture is left of it on the ground, so that directions stay. A zone of a
    place with a ladder of its own climbs that one, in the place of that of its use.
    """
    size = np.array((ground.map.size.width, ground.map.size.height), dtype=np.float64)
    lines, zones = {}, {}
    for key, line in camera.lines.items():
        found = line_on_ground(ground.map, np.array(line.points) * size)
        if _enough(name, f"line {key}", found):
            lines[key] = GroundLine(_corners(found.points))
    for key, zone in camera.zones.items():
        found = area_on_ground(ground.map, np.array(zone.polygon) * size)
        if _enough(name, f"zone {key}", found):
            use = ZoneUse(zone.use) if zone.use in _USES else ZoneUse.WALKWAY
            zones[key] = GroundZone(_corners(found.points), use, zone.capacity)
    walked = {key: zone for key, zone in zones.items() if zone.use is not ZoneUse.PARKING}
    view = usable_area(ground.map).ground
    return GroundShapes(
        lines,
        zones,
        gates=walked | _edges(ground),
        view=GroundZone(_corners(view)),
        walkable=_walkable(name, camera, ground),
        ladders={zone: _ladder(one) for zone, one in ladders.items() if zone in zones},
    )


def scene_on(name: str, camera: Camera, ground: CameraGround, shapes: GroundShapes) -> Scene:
    """What rules look at on a camera's ground: its shapes with use, allowed way and capacity."""
    zones = {}
    for key, drawn in shapes.zones.items():
        said = camera.zones[key]
        way = None if said.way is None else _way(ground, said.way)
        own = shapes.ladders.get(key)
        densities = None if own is None else rising(own.bounds_pm2)
        zones[key] = WatchedZone(drawn, said.use, way, said.capacity, densities)
    return Scene(name, zones, dict(shapes.lines))


def _walkable(name: str, camera: Camera, ground: CameraGround) -> GroundZone | None:
    """Where people can be, as far as it is seen; None where nobody has drawn it."""
    drawn = camera.ground.walkable if camera.ground is not None else None
    if drawn is None:
        return None
    size = np.array((ground.map.size.width, ground.map.size.height), dtype=np.float64)
    found = area_on_ground(ground.map, np.array(drawn) * size)
    return GroundZone(_corners(found.points)) if _enough(name, "walkable", found) else None


def _way(ground: CameraGround, said: tuple[Point, Point]) -> tuple[float, float] | None:
    """The unit vector of an allowed way on the ground; None where an end has no position."""
    view = ground.map
    size = np.array((view.size.width, view.size.height), dtype=np.float64)
    found = line_on_ground(view, np.array(said) * size)
    if found.seen <= 0:
        return None
    step = found.points[-1] - found.points[0]
    length_m = float(np.hypot(*step))
    return (float(step[0] / length_m), float(step[1] / length_m)) if length_m > 0 else None


def _ladder(said: PlaceLadder) -> Ladder:
    return Ladder(said.density, said.source or "the place's own ladder in site.yaml")


def _edges(ground: CameraGround) -> dict[str, GroundZone]:
    """Strips along the edges of the picture, as far as they lie on the ground."""
    size = np.array((ground.map.size.width, ground.map.size.height), dtype=np.float64)
    found = {}
    for key, strip in _STRIPS.items():
        corners = _corners(area_on_ground(ground.map, np.array(strip) * size).points)
        with suppress(ValueError):  # nothing of it has positions
            found[key] = GroundZone(corners)
    return found


_EDGE: Final = 0.08
_STRIPS: Final = {
    "@left": ((0, 0), (_EDGE, 0), (_EDGE, 1), (0, 1)),
    "@right": ((1 - _EDGE, 0), (1, 0), (1, 1), (1 - _EDGE, 1)),
    "@far": ((0, 0), (1, 0), (1, _EDGE), (0, _EDGE)),
    "@near": ((0, 1 - _EDGE), (1, 1 - _EDGE), (1, 1), (0, 1)),
}
"""Where people come into the view and leave it, beside the zones; no zone bears such a name."""

_USES: Final = frozenset(use.value for use in ZoneUse)
"""A forbidden or a one-way zone is measured as a walkway: rules, not observers, watch its use."""


def _enough(camera: str, shape: str, found: OnGround) -> bool:
    if found.seen >= LEAST_SEEN:
        return True
    log.warning(
        "not measured on the ground",
        camera=camera,
        shape=shape,
        reason=f"{100 * (1 - found.seen):.0f} % of it lies beyond the horizon, or where one pixel "
        "covers more than a metre",
    )
    return False


def _corners(points: npt.NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    rows: Iterable[list[float]] = points.tolist()
    return tuple((x, y) for x, y in rows)
