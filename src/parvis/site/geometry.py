"""Checks on shapes drawn over a picture: lengths, areas, sides that cross."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

Point = tuple[float, float]


def path_length(points: Sequence[Point]) -> float:
    """Length of the path through ``points``, in the unit of the points."""
    return sum(math.dist(a, b) for a, b in pairwise(points))


def area(polygon: Sequence[Point]) -> float:
    """Area of ``polygon`` (closed by itself), in the square of the unit of its points, >= 0."""
    shifted = (*polygon[1:], polygon[0])
    return abs(
        sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(polygon, shifted, strict=True)) / 2
    )


def crossing_sides(polygon: Sequence[Point]) -> tuple[int, int] | None:
    """Find two sides of ``polygon`` that touch where they should not.

    Side ``i`` joins point ``i`` to the next one. Two neighbours may share their corner only; other
    sides share nothing. Computed in exact fractions: no tolerance, no missed touch.

    Returns:
        The numbers of the first such pair, or None for a simple polygon.
    """
    n = len(polygon)
    sides = [(polygon[i], polygon[(i + 1) % n]) for i in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            neighbours = j == i + 1 or (i == 0 and j == n - 1)
            if _boxes_apart(*sides[i], *sides[j]):
                continue
            first, second = _exact(sides[i]), _exact(sides[j])
            if _fold_back(first, second, i, j, n) if neighbours else _touch(*first, *second):
                return i, j
    return None


_Exact = tuple[Fraction, Fraction]


def _exact(side: tuple[Point, Point]) -> tuple[_Exact, _Exact]:
    (ax, ay), (bx, by) = side
    return (Fraction(ax), Fraction(ay)), (Fraction(bx), Fraction(by))


def _boxes_apart(a: Point, b: Point, c: Point, d: Point) -> bool:
    return any(
        max(a[axis], b[axis]) < min(c[axis], d[axis])
        or max(c[axis], d[axis]) < min(a[axis], b[axis])
        for axis in (0, 1)
    )


def _turn(a: _Exact, b: _Exact, c: _Exact) -> int:
    """1, -1 or 0: on which side of the path a → b lies c."""
    cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (cross > 0) - (cross < 0)


def _within(a: _Exact, b: _Exact, p: _Exact) -> bool:
    """True when p, known to be on the straight line through a and b, lies between them."""
    return all(min(a[i], b[i]) <= p[i] <= max(a[i], b[i]) for i in (0, 1))


def _touch(a: _Exact, b: _Exact, c: _Exact, d: _Exact) -> bool:
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    return (
        (turns[0] == 0 and _within(a, b, c))
        or (turns[1] == 0 and _within(a, b, d))
        or (turns[2] == 0 and _within(c, d, a))
        or (turns[3] == 0 and _within(c, d, b))
    )


def _fold_back(
    first: tuple[_Exact, _Exact], second: tuple[_Exact, _Exact], i: int, j: int, n: int
) -> bool:
    """True when two neighbouring sides run back over each other."""
    if j == i + 1 and not (i == 0 and j == n - 1):
        before, corner, after = first[0], first[1], second[1]
    else:
        before, corner, after = second[0], second[1], first[1]
    if _turn(before, corner, after) != 0:
        return False
    forward = sum((corner[k] - before[k]) * (after[k] - corner[k]) for k in (0, 1))
    return forward < 0
