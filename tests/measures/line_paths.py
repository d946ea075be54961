"""Paths over lines by family, each with what is true of it. Drawn from a seed, on a pixel grid."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import line_truth

Point = tuple[float, float]


@dataclass(frozen=True)
class Case:
    """A line, the samples of one object's foot, and the true crossings.

    Args:
        line: vertices, pixels.
        size: width and height of the object's box, pixels.
        axes: half-axes of its ellipse under the rule in use.
        samples: foot points.
        seen: false where the object was only predicted.
        truth: (direction, position in seen samples along the path).
    """

    family: str
    line: list[Point]
    size: Point
    axes: Point
    samples: list[Point]
    seen: list[bool]
    truth: list[tuple[int, float]]


Draw = Callable[[random.Random, Point], tuple[list[Point], list[Point], list[bool]] | None]


def grid(point: Point) -> Point:
    return round(point[0] * 256) / 256, round(point[1] * 256) / 256


def sampled(r: random.Random, way: list[Point], step: float) -> list[Point]:
    """The way walked in steps of about this length, pixels."""
    points = [way[0]]
    for (ax, ay), (bx, by) in pairwise(way):
        n = max(1, round(math.hypot(bx - ax, by - ay) / step))
        points += [(ax + (bx - ax) * k / n, ay + (by - ay) * k / n) for k in range(1, n + 1)]
    return points


def pace(r: random.Random, axes: Point) -> float:
    """Pixels a step: from a crawl at 25 frames a second to a car at 2."""
    return min(axes) * math.exp(r.uniform(math.log(0.3), math.log(40)))


def spot(r: random.Random) -> Point:
    return r.uniform(0, 640), r.uniform(0, 360)


def shaken(r: random.Random, points: list[Point], axes: Point, share: float) -> list[Point]:
    """Each point displaced by up to this share of its ellipse."""
    out = []
    for x, y in points:
        angle, far = r.uniform(0, 2 * math.pi), share * math.sqrt(r.random())
        out.append((x + axes[0] * far * math.cos(angle), y + axes[1] * far * math.sin(angle)))
    return out


def frame(
    r: random.Random, axes: Point, longest: float = 30.0
) -> tuple[Point, Point, Point, Point]:
    """A straight line: its first point, its last, and units along and across it in its ellipse."""
    a = r.uniform(200, 440), r.uniform(120, 240)
    angle, length = r.uniform(0, 2 * math.pi), r.uniform(6, longest)
    ux, uy = math.cos(angle), math.sin(angle)
    along = ux * axes[0], uy * axes[1]
    across = -uy * axes[0], ux * axes[1]
    return a, (a[0] + along[0] * length, a[1] + along[1] * length), along, across


def at(a: Point, along: Point, across: Point, u: float, v: float) -> Point:
    return a[0] + along[0] * u + across[0] * v, a[1] + along[1] * u + across[1] * v


def all_seen(points: list[Point]) -> list[bool]:
    return [True] * len(points)


def straight(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    line = [spot(r), spot(r)]
    path = sampled(r, [spot(r) for _ in range(r.randint(2, 5))], pace(r, axes))
    return line, path, all_seen(path)


def polyline(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    line = [spot(r) for _ in range(r.randint(3, 6))]
    path = sampled(r, [spot(r) for _ in range(r.randint(2, 5))], pace(r, axes))
    return line, path, all_seen(path)


def jitter(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    line, path, seen = straight(r, axes) if r.random() < 0.5 else polyline(r, axes)
    return line, shaken(r, path, axes, r.uniform(0.1, 0.6)), seen


def gaps(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    line = [spot(r) for _ in range(r.randint(2, 4))]
    path = sampled(r, [spot(r) for _ in range(r.randint(2, 4))], pace(r, axes))
    seen, lost = [], False
    for _ in path:
        lost = r.random() < (0.7 if lost else 0.15)
        seen.append(not lost)
    seen[0] = seen[-1] = True
    drifted = [p if s else spot(r) for p, s in zip(path, seen, strict=True)]
    return line, drifted, seen


def round_the_end(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    a, b, along, across = frame(r, axes)
    far, side, beyond = r.uniform(2, 8), r.choice((-1, 1)), r.uniform(2.5, 8)
    way = [
        at(a, along, across, r.uniform(1, 5), side * far),
        at(a, along, across, -beyond, side * far),
        at(a, along, across, -beyond, -side * far),
        at(a, along, across, r.uniform(1, 5), -side * far),
    ]
    path = sampled(r, way, min(pace(r, axes), 2 * min(axes)))
    return r.choice(([a, b], [b, a])), path, all_seen(path)


def near_the_end(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    a, b, along, across = frame(r, axes)
    far, side, inside = r.uniform(2, 12), r.choice((-1, 1)), r.uniform(0.05, 1.5)
    slant = r.uniform(0, 3)
    way = [
        at(a, along, across, inside + slant, side * far),
        at(a, along, across, inside, 0.0),
        at(a, along, across, inside + r.uniform(0, 3), -side * far),
    ]
    path = sampled(r, way, pace(r, axes))
    return r.choice(([a, b], [b, a])), path, all_seen(path)


def touching(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    """Up to the line exactly, at a vertex or within a segment, and back to the same side."""
    dx, dy = r.choice(((1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (-1, 3)))
    half = r.randint(15, 40)
    cx, cy = 320, 180
    line = [(cx - half * dx, cy - half * dy), (cx + half * dx, cy + half * dy)]
    if r.random() < 0.5:
        line.insert(1, (cx, cy))
    nx, ny = (-dy, dx) if r.random() < 0.5 else (dy, -dx)
    out, back = r.randint(15, 40), r.randint(15, 40)
    shift = r.randint(-10, 10)
    way = [
        (cx + nx * out + shift * dx, cy + ny * out + shift * dy),
        (cx, cy),
        (cx + nx * back - shift * dx, cy + ny * back - shift * dy),
    ]
    path = sampled(r, way, pace(r, axes))
    return [(float(x), float(y)) for x, y in line], path, all_seen(path)


def vertex(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    """Straight through a vertex of a polyline, with a sample exactly on it or with none."""
    line = [(float(r.randint(40, 600)), float(r.randint(40, 320))) for _ in range(r.randint(3, 5))]
    vx, vy = line[r.randint(1, len(line) - 2)]
    dx, dy = r.randint(-3, 3), r.randint(-3, 3)
    if dx == dy == 0:
        dx = 1
    out, back = r.randint(8, 40), r.randint(8, 40)
    way = [(vx - dx * out, vy - dy * out), (vx, vy), (vx + dx * back, vy + dy * back)]
    path = sampled(r, way, pace(r, axes)) if r.random() < 0.5 else [way[0], way[2]]
    return line, path, all_seen(path)


def along(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    """Onto the line, along it while trembling over it, and off it on either side."""
    a, b, ahead, across = frame(r, axes)
    length = math.hypot((b[0] - a[0]) / axes[0], (b[1] - a[1]) / axes[1])
    u1, u2 = r.uniform(2, length - 2), r.uniform(2, length - 2)
    side, off = r.choice((-1, 1)), r.choice((-1, 1))
    step = pace(r, axes)
    come = sampled(r, [at(a, ahead, across, u1, side * 4), at(a, ahead, across, u1, 0)], step)
    stay = sampled(r, [at(a, ahead, across, u1, 0), at(a, ahead, across, u2, 0)], min(axes) / 4)
    go = sampled(r, [at(a, ahead, across, u2, 0), at(a, ahead, across, u2, off * 4)], step)
    path = come + shaken(r, stay, axes, 0.8) + go
    return r.choice(([a, b], [b, a])), path, all_seen(path)


def on_the_line(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    """Exactly along the line for a while, then off it."""
    dx, dy = r.choice(((1, 0), (0, 1), (1, 1), (-1, 1)))
    line = [(320.0 + 60 * k * dx, 180.0 + 60 * k * dy) for k in (-2, 0, 2)]
    side, off = r.choice((-1, 1)), r.choice((-1, 1))
    i, j = r.randint(-50, 50), r.randint(-50, 50)
    way = [
        (320 + i * dx - 50 * side * dy, 180 + i * dy + 50 * side * dx),
        (320 + i * dx, 180 + i * dy),
        (320 + j * dx, 180 + j * dy),
        (320 + j * dx - 50 * off * dy, 180 + j * dy + 50 * off * dx),
    ]
    path = sampled(r, [(float(x), float(y)) for x, y in way], float(r.randint(1, 60)))
    return line, path, all_seen(path)


def standing(r: random.Random, axes: Point) -> tuple[list[Point], list[Point], list[bool]]:
    """Waits on the line, trembling, then goes on or back."""
    a, b, ahead, across = frame(r, axes)
    length = math.hypot((b[0] - a[0]) / axes[0], (b[1] - a[1]) / axes[1])
    u, side, off = r.uniform(2, length - 2), r.choice((-1, 1)), r.choice((-1, 1))
    here = at(a, ahead, across, u, 0)
    come = sampled(r, [at(a, ahead, across, u, side * 4), here], pace(r, axes))
    go = sampled(r, [here, at(a, ahead, across, u, off * 4)], pace(r, axes))
    path = come + shaken(r, [here] * r.randint(5, 120), axes, 0.9) + go
    return r.choice(([a, b], [b, a])), path, all_seen(path)


FAMILIES: dict[str, Draw] = {
    "straight line": straight,
    "polyline": polyline,
    "jitter": jitter,
    "lost and found": gaps,
    "round the end": round_the_end,
    "near the end": near_the_end,
    "touching": touching,
    "through a vertex": vertex,
    "along, trembling": along,
    "exactly along": on_the_line,
    "standing on it": standing,
}

WIDTH_SHARE, HEIGHT_SHARE, FLOOR_PX = 0.25, 0.06, 2.0


def case(family: str, seed: int) -> Case | None:
    """One case of the family, or None where the seed draws a case of doubt."""
    r = random.Random(f"{family}/{seed}")  # noqa: S311 - not for secrets
    height = r.uniform(30, 180)
    size = (height * r.uniform(0.3, 0.6), height)
    axes = max(FLOOR_PX, WIDTH_SHARE * size[0]), max(FLOOR_PX, HEIGHT_SHARE * size[1])
    line, samples, seen = FAMILIES[family](r, axes)
    line, samples = [grid(p) for p in line], [grid(p) for p in samples]
    path = [p for p, s in zip(samples, seen, strict=True) if s]
    truth = line_truth.crossings(line, path, axes)
    if truth is None:
        return None
    return Case(family, line, size, axes, samples, seen, truth)
