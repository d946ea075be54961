"""The geometry of zones and lines on the ground."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.measures.ground.segments import Segments
from parvis.measures.ground.shapes import Borders, GroundLine, GroundZone

SQUARE = GroundZone(((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)))
ARROW = GroundZone(((0.0, 0.0), (8.0, 4.0), (0.0, 8.0), (3.0, 4.0)))  # not convex

numbers = st.floats(-12, 12, allow_nan=False)
# Corners of the shapes lie on whole numbers: a grid makes grazing them likely.
grid = st.integers(-2, 12).map(float)
points = st.tuples(st.one_of(numbers, grid), st.one_of(numbers, grid))


def star(seed: int) -> GroundZone:
    """A random simple polygon."""
    rng = np.random.default_rng(seed)
    angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 9)))
    radii = rng.uniform(1, 9, len(angles))
    if np.max(np.diff(np.append(angles, angles[0] + 2 * np.pi))) > 3:
        return SQUARE
    corners = np.column_stack((radii * np.cos(angles), radii * np.sin(angles)))
    order = slice(None, None, int(rng.choice((1, -1))))
    return GroundZone(tuple(map(tuple, corners[order].tolist())))


def shares_of(zones, start, end):
    borders = Borders(zones)
    start, end = np.array([start], float), np.array([end], float)
    return borders.inside_shares(start, end, borders.holds(start), borders.holds(end))


@given(st.integers(0, 10_000), points, points)
def test_the_share_inside_is_that_of_a_thousand_points(seed, start, end):
    zone = star(seed)
    shares, *_ = shares_of([zone], start, end)
    t = ((np.arange(1000) + 0.5) / 1000)[:, None]
    dense = Borders([zone]).holds(np.array(start) + t * (np.array(end) - np.array(start)))
    assert shares[0, 0] == pytest.approx(dense.mean(), abs=6e-3)


@given(st.integers(0, 10_000), points, points, st.floats(0.01, 0.99))
def test_a_step_cut_in_two_spends_the_same_inside(seed, start, end, at):
    zone = star(seed)
    middle = tuple(np.array(start) + at * (np.array(end) - np.array(start)))
    whole = shares_of([zone], start, end)[0][0, 0]
    parts = (
        at * shares_of([zone], start, middle)[0][0, 0]
        + (1 - at) * shares_of([zone], middle, end)[0][0, 0]
    )
    length = np.hypot(*(np.array(end) - np.array(start)))
    assert (whole - parts) * length == pytest.approx(0, abs=1e-6)


@given(points, points)
def test_zones_side_by_side_share_a_step_without_loss(start, end):
    halves = [
        GroundZone(((-20, -20), (3, -20), (5, 20), (-20, 20))),
        GroundZone(((3, -20), (20, -20), (20, 20), (5, 20))),
    ]
    shares, *_ = shares_of(halves, start, end)
    if np.hypot(*(np.array(end) - np.array(start))) > 0:
        assert shares.sum() == pytest.approx(1, abs=1e-9)


def test_a_notch_is_outside():
    shares, _step, _zone, entering, at = shares_of([ARROW], (-2, 4), (10, 4))
    assert shares[0, 0] == pytest.approx(5 / 12)
    assert sorted(zip(at.tolist(), entering.tolist(), strict=True)) == [
        (pytest.approx(5 / 12), True),
        (pytest.approx(10 / 12), False),
    ]


def test_left_and_right_of_a_line():
    line = Segments([GroundLine(((0.0, 0.0), (10.0, 0.0))).array()])
    start, end = np.array([[5.0, 1.0], [5.0, -1.0]]), np.array([[5.0, -1.0], [5.0, 1.0]])
    step, _, sign, at = line.passages(start, end)
    assert step.tolist() == [0, 1]
    assert sign.tolist() == [1, -1]  # from the left, which is up, to the right, and back
    assert at == pytest.approx([0.5, 0.5])


def test_what_is_no_shape_is_refused():
    with pytest.raises(ValueError, match="two distinct"):
        GroundLine(((1.0, 1.0), (1.0, 1.0)))
    with pytest.raises(ValueError, match="encloses"):
        GroundZone(((0.0, 0.0), (1.0, 1.0), (2.0, 2.0)))
    with pytest.raises(ValueError, match="capacity"):
        GroundZone(SQUARE.points, capacity=0)
