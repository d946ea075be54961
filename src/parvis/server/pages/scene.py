"""The schematic view of a camera: sketch, lines with their directions, zones, masks."""

from dataclasses import dataclass
from itertools import pairwise
from math import atan2, hypot, pi

from parvis.site.shapes import Camera
from parvis.values.live import Sketch

WIDTH = 320.0


@dataclass(frozen=True, slots=True)
class Arrow:
    """The first direction of a line, across its middle, and where its name stands."""

    path: str


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A counting line in pixels of the drawing."""

    name: str
    path: str
    start: tuple[float, float]
    label: tuple[float, float]
    arrow: str


@dataclass(frozen=True, slots=True)
class DrawnZone:
    """A zone in pixels of the drawing."""

    name: str
    path: str
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scene:
    """A camera's view as a drawing, without any picture."""

    width: float
    height: float
    sketch: tuple[str, ...]
    masks: tuple[str, ...]
    lines: tuple[DrawnLine, ...]
    zones: tuple[DrawnZone, ...]


def scene(camera: Camera, sketch: Sketch | None, size: tuple[int, int]) -> Scene:
    """Draw a camera's shapes.

    Args:
        camera: with its lines, zones and masks.
        sketch: the empty scene, once a worker has sent it.
        size: of the stream's frame in pixels, for the proportions; zeros when unknown.
    """
    wide, high = (sketch.width, sketch.height) if sketch else size
    height = WIDTH * (high / wide if wide and high else 9 / 16)

    def place(points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
        return [(x * WIDTH, y * height) for x, y in points]

    def path(points: list[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)

    lines = []
    for name, line in camera.lines.items():
        points = place(line.points)
        lines.append(
            DrawnLine(
                line.called(name),
                path(points),
                points[0],
                _beside(points, height),
                arrow(points),
            )
        )
    zones = []
    for name, zone in camera.zones.items():
        points = place(zone.polygon)
        xs, ys = [x for x, _ in points], [y for _, y in points]
        at = ((min(xs) + max(xs)) / 2, min(ys) + 16)
        zones.append(DrawnZone(zone.called(name), path(points) + "Z", at))
    return Scene(
        WIDTH,
        round(height, 1),
        tuple(path(place(line)) for line in sketch.polylines) if sketch else (),
        tuple(path(place(mask)) + "Z" for mask in camera.masks),
        tuple(lines),
        tuple(zones),
    )


def _beside(points: list[tuple[float, float]], height: float) -> tuple[float, float]:
    """A place for a name at the first point, on the side that the line does not take."""
    (x, y), (_, towards) = points[0], points[1]
    below = towards < y
    return min(max(x, 30), WIDTH - 30), min(max(y + (15 if below else -7), 12), height - 4)


def arrow(points: list[tuple[float, float]], reach: float = 13.0) -> str:
    """An arrow across the middle of a path, pointing where direction 0 goes."""
    (x, y), (rx, ry) = across(points)
    tx, ty = x + rx * reach, y + ry * reach
    sides = [(tx - rx * 5 + s * ry * 4, ty - ry * 5 - s * rx * 4) for s in (-1, 1)]
    (lx, ly), (mx, my) = sides
    return (
        f"M{x - rx * reach * 0.6:.1f} {y - ry * reach * 0.6:.1f}L{tx:.1f} {ty:.1f}"
        f"M{lx:.1f} {ly:.1f}L{tx:.1f} {ty:.1f}L{mx:.1f} {my:.1f}"
    )


def across(points: list[tuple[float, float]]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The middle of a path, and the unit vector in which direction 0 goes over it.

    Direction 0 goes from the left to the right of a walk from the first point to the last; with y
    down, the right hand of (dx, dy) is (-dy, dx).
    """
    lengths = [hypot(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(points)]
    half = sum(lengths) / 2
    a, b, length = points[0], points[1], lengths[0]
    for (a, b), length in zip(pairwise(points), lengths, strict=True):  # noqa: B007  # kept
        if half <= length and length > 0:
            break
        half -= length
    (ax, ay), (bx, by) = a, b
    share = half / length
    middle = ax + (bx - ax) * share, ay + (by - ay) * share
    return middle, (-(by - ay) / length, (bx - ax) / length)


def pointing(way: tuple[float, float]) -> str:
    """The arrow that comes nearest to a way in the picture, y down."""
    return "→↘↓↙←↖↑↗"[round(atan2(way[1], way[0]) / (pi / 4)) % 8]
