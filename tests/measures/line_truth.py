"""What a path did to a line, in exact fractions: shares no code with what it judges.

Two clear moments of a path with the line passed a net once in between make a crossing. The path
is the exact chain of its samples, moved by a rational so small that it meets no vertex.
"""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np

Point = tuple[float, float]

_NUDGE = (Fraction(1, 10**12), Fraction(1, 10**24))
_DENSE = 0.05  # of the ellipse
_REACH = 2.0  # prolongation of a line's ends in which a path makes no case for or against


def crossings(line: list[Point], path: list[Point], axes: Point) -> list[tuple[int, float]] | None:
    """(direction, position in samples along the path) of each crossing; None if a case of doubt.

    In doubt are paths that begin or end close to the line, that are clear by less than half an
    ellipse more than the rule asks, and that go round an end of the line close by.
    """
    events = _passages(line, path)
    around = _passages([*_prolonged(line, axes)[:2]], path)
    around += _passages([*_prolonged(line, axes)[2:]], path)
    if _distances(line, np.array([path[0], path[-1]]), axes).min() < 1.5:
        return None
    strict, loose = (_between_clear(line, path, axes, events, need) for need in (1.5, 0.95))
    if [(n, at) for _, _, n, at in strict if n] != [(n, at) for _, _, n, at in loose if n]:
        return None
    found = []
    for begin, end, net, at in strict:
        if any(begin < where < end for where, _ in around):
            return None
        if abs(net) > 1:
            return None
        if net:
            found.append((0 if net > 0 else 1, at))
    return found


def _passages(line: list[Point], path: list[Point]) -> list[tuple[float, int]]:
    """(place in samples along the path, sign) of each passage, decided in exact fractions."""
    vertices = [(Fraction(x), Fraction(y)) for x, y in line]
    moved = [(Fraction(x) + _NUDGE[0], Fraction(y) + _NUDGE[1]) for x, y in path]
    found = []
    for i, (p, q) in enumerate(pairwise(moved)):
        for a, b in pairwise(vertices):
            before, after = _cross(a, b, p), _cross(a, b, q)
            if (before > 0) != (after > 0) and (_cross(p, q, a) > 0) != (_cross(p, q, b) > 0):
                found.append((i + before / (before - after), 1 if after > 0 else -1))
    return _told_apart(sorted(found))


def _cross(
    a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction], p: tuple[Fraction, Fraction]
) -> Fraction:
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def _between_clear(
    line: list[Point],
    path: list[Point],
    axes: Point,
    events: list[tuple[float, int]],
    need: float,
) -> list[tuple[float, float, int, float]]:
    """(begin, end, net passages, place of the last) of each stay that is not clear."""
    clear = [*_clear_places(line, path, axes, need), len(path) - 1.0]
    stays = []
    for begin, end in pairwise(clear):
        within = [(at, sign) for at, sign in events if begin < at < end]
        if within:
            net = sum(sign for _, sign in within)
            last = [at for at, sign in within if sign * net > 0]
            stays.append((begin, end, net, last[-1] if last else 0.0))
    return stays


def _told_apart(events: list[tuple[Fraction, int]]) -> list[tuple[float, int]]:
    """Passages within a hair of each other, at one vertex, taken as one."""
    out: list[tuple[Fraction, int]] = []
    for at, sign in events:
        if out and at - out[-1][0] < Fraction(1, 10**9):
            out[-1] = (out[-1][0], out[-1][1] + sign)
        else:
            out.append((at, sign))
    return [(float(at), sign) for at, sign in out if sign]


def _clear_places(line: list[Point], path: list[Point], axes: Point, need: float) -> list[float]:
    """Places along the path, closely spaced and in order, that are clear of the line."""
    places = []
    for i, (p, q) in enumerate(pairwise(path)):
        n = max(1, math.ceil(math.hypot((q[0] - p[0]) / axes[0], (q[1] - p[1]) / axes[1]) / _DENSE))
        places.append(i + np.arange(n) / n)
    at = np.concatenate(places)
    way = np.array(path)
    i = at.astype(int)
    points = way[i] + (at - i)[:, None] * (way[i + 1] - way[i])
    return at[_distances(line, points, axes) >= need].tolist()


def _distances(line: list[Point], points: np.ndarray, axes: Point) -> np.ndarray:
    p = points / np.array(axes)
    best = np.full(len(p), np.inf)
    for a, b in pairwise(np.array(line) / np.array(axes)):
        d = b - a
        t = np.clip((p - a) @ d / (d @ d), 0, 1)
        best = np.minimum(best, np.linalg.norm(p - a - t[:, None] * d, axis=1))
    return best


def _prolonged(line: list[Point], axes: Point) -> tuple[Point, Point, Point, Point]:
    first = _beyond(line[1], line[0], axes)
    last = _beyond(line[-2], line[-1], axes)
    return first, line[0], line[-1], last


def _beyond(inner: Point, end: Point, axes: Point) -> Point:
    dx, dy = end[0] - inner[0], end[1] - inner[1]
    length = math.hypot(dx / axes[0], dy / axes[1])
    return end[0] + dx / length * _REACH, end[1] + dy / length * _REACH
