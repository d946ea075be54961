"""Densities, pressure, levels and the ladder."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.measures.ground.convex import Polygons, convex_pieces, regular
from parvis.measures.ground.levels import (
    FRUIN_QUEUE_DENSITY,
    FRUIN_WALKWAY_DENSITY,
    Alarm,
    Ladder,
    LadderClimb,
    LevelTable,
)
from parvis.measures.ground.local import expected_speed_mps, kernel_density_pm2, local_state
from parvis.measures.ground.shapes import Borders, GroundZone, signed_area_m2
from parvis.measures.ground.voronoi import CUT_OFF_CORNERS, Cells, VoronoiDensity

ROOM = GroundZone(((0.0, 0.0), (6.0, 0.0), (6.0, 4.0), (0.0, 4.0)))
CORNER = GroundZone(((0.0, 0.0), (6.0, 0.0), (6.0, 2.0), (2.0, 2.0), (2.0, 4.0), (0.0, 4.0)))
people = st.lists(
    st.tuples(st.floats(0.01, 5.99), st.floats(0.01, 3.99)), min_size=1, max_size=40
).map(np.array)


def cells(measure: VoronoiDensity, *moments) -> Cells:
    starts = np.cumsum([0, *map(len, moments)])
    return measure.cells(np.concatenate(moments), starts)


def test_pieces_make_the_whole():
    corners = CORNER.array()
    pieces = convex_pieces(corners)
    assert sum(map(signed_area_m2, pieces)) == pytest.approx(16.0)
    assert all(signed_area_m2(piece) >= 0 for piece in pieces)
    points = np.random.default_rng(1).uniform(0, 6, (500, 2))
    whole = Borders([CORNER]).holds(points)[:, 0]
    zones = [GroundZone(tuple(map(tuple, p.tolist()))) for p in pieces]
    assert np.array_equal(Borders(zones).holds(points).sum(axis=1), whole)


def test_cutting_a_square():
    square = Polygons(np.array([[[0, 0], [2, 0], [2, 2], [0, 2]]], dtype=float))
    for normal, offset, area in (((1, 0), 0.5, 1.0), ((1, 0), -1.0, 0.0), ((1, 1), 2.0, 2.0)):
        cut = square.cut(np.array([normal], dtype=float), np.array([offset]))
        assert cut.areas_m2() == pytest.approx([area])


@given(people)
@settings(max_examples=60, deadline=None)
def test_cells_are_where_a_person_is_the_nearest_within_the_cut_off(points):
    if len(np.unique(np.round(points, 3), axis=0)) < len(points):
        return
    found = cells(VoronoiDensity([ROOM], ROOM), points)
    x, y = np.meshgrid(np.arange(0.02, 6, 0.04), np.arange(0.02, 4, 0.04))
    grid = np.column_stack((x.ravel(), y.ravel()))
    distance = np.hypot(*(grid[:, None] - points).transpose(2, 0, 1))
    owner = distance.argmin(axis=1)
    reach = regular(np.zeros((1, 2)), 1.0, CUT_OFF_CORNERS).corners[0]
    circle = GroundZone(tuple(map(tuple, reach.tolist())))
    inside = Borders([circle]).holds(grid - points[owner])[:, 0]
    areas = np.bincount(owner[inside], minlength=len(points)) * 0.04**2
    assert found.areas_m2 == pytest.approx(areas, abs=0.12)
    assert found.areas_m2.sum() == pytest.approx(areas.sum(), abs=0.3)


@given(people)
@settings(max_examples=60, deadline=None)
def test_in_a_room_the_voronoi_density_is_the_number_of_people_by_its_area(points):
    found = cells(VoronoiDensity([ROOM], ROOM), points)
    assert found.densities_pm2[0, 0] == pytest.approx(len(points) / ROOM.area_m2, rel=1e-9)


@given(people, st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_people_means_nothing(points, random):
    order = list(range(len(points)))
    random.shuffle(order)
    measure = VoronoiDensity([CORNER, ROOM])
    a, b = cells(measure, points), cells(measure, points[order])
    assert a.densities_pm2 == pytest.approx(b.densities_pm2, rel=1e-9)
    assert a.areas_m2[order] == pytest.approx(b.areas_m2, rel=1e-9)


@given(st.lists(people, min_size=1, max_size=5))
@settings(max_examples=30, deadline=None)
def test_moments_together_are_the_moments_one_by_one(moments):
    measure = VoronoiDensity([CORNER, ROOM], ROOM)
    together, alone = cells(measure, *moments), [cells(measure, one) for one in moments]
    areas = np.concatenate([one.areas_m2 for one in alone])
    assert together.areas_m2 == pytest.approx(areas, rel=1e-12)
    densities = np.concatenate([one.densities_pm2 for one in alone])
    assert together.densities_pm2 == pytest.approx(densities, rel=1e-12)


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_who_is_far_away_changes_no_density(seed):
    rng = np.random.default_rng(seed)
    points = rng.uniform(-12, 18, (150, 2))
    measure = VoronoiDensity([CORNER, ROOM])
    assert measure.densities_pm2(points) == pytest.approx(cells(measure, points).densities_pm2[0])


def test_an_even_crowd_has_the_density_it_has():
    x, y = np.meshgrid(np.arange(0.25, 20, 0.5), np.arange(0.25, 20, 0.5))
    points = np.column_stack((x.ravel(), y.ravel()))
    zone = GroundZone(((5.0, 5.0), (15.0, 5.0), (15.0, 15.0), (5.0, 15.0)))
    found = cells(VoronoiDensity([zone]), points)
    assert found.densities_pm2[0, 0] == pytest.approx(4.0)
    assert kernel_density_pm2(np.array([[10.0, 10.0]]), points) == pytest.approx([4.0], rel=1e-3)


def test_a_row_of_people_a_double_and_nobody():
    row = np.column_stack((np.linspace(1, 5, 20), np.full(20, 2.0)))
    assert np.all(cells(VoronoiDensity([ROOM]), row).areas_m2 > 0)
    pair = np.concatenate((row, row[:1]))
    assert np.all(np.isfinite(cells(VoronoiDensity([ROOM], ROOM), pair).densities_pm2))
    nobody = cells(VoronoiDensity([ROOM], ROOM), np.empty((0, 2)))
    assert nobody.densities_pm2.tolist() == [[0.0]]


def test_pressure_is_density_times_the_variance_of_velocity():
    points = np.zeros((4, 2))  # all in one place: equal weights
    velocities = np.array([[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [np.nan, np.nan]])
    found = local_state(points, velocities)
    assert found.densities_pm2 == pytest.approx([4 / np.pi] * 4)
    assert found.pressures_per_s2 == pytest.approx([4 / np.pi * np.var([1, -1, 1])] * 4)
    together = local_state(points, np.tile([1.2, 0.3], (4, 1)))
    assert together.pressures_per_s2 == pytest.approx([0.0] * 4)
    assert np.isnan(local_state(points, np.full((4, 2), np.nan)).pressures_per_s2).all()


def test_weidmann():
    assert expected_speed_mps(0.0) == pytest.approx(1.34)
    assert expected_speed_mps(5.4) == 0.0
    assert expected_speed_mps(8.0) == 0.0
    assert expected_speed_mps(1.0) == pytest.approx(1.34 * (1 - np.exp(-1.913 * (1 - 1 / 5.4))))


def test_levels_of_service():
    assert [FRUIN_WALKWAY_DENSITY.level(v) for v in (0, 0.31, 0.5, 1.0, 2.0, 2.2)] == list("ABCDEF")
    assert FRUIN_QUEUE_DENSITY.level(1.0) == "B"
    with pytest.raises(ValueError, match="rising"):
        LevelTable((1, 1, 2, 3, 4), "p/m²", "somebody")


LADDER = Ladder((1.0, 2.0, 3.0), "test", sustain_s=3)


def climbed(densities, **kw):
    climb = LadderClimb(LADDER)
    return [int(climb.observe(float(t), d, **kw)) for t, d in enumerate(densities)]


def test_a_level_is_taken_when_it_lasts_and_left_with_hysteresis():
    assert climbed([2.5, 2.5, 2.5, 2.5]) == [0, 0, 0, 2]
    assert climbed([2.5, 0.5, 2.5, 2.5, 2.5]) == [0, 0, 0, 0, 0]
    held = climbed([2.5] * 4 + [1.9] * 6)
    assert held[-1] == 2  # 1.9 is not under 0.9 * 2
    left = climbed([2.5] * 4 + [1.5] * 6)
    assert left == [0, 0, 0, 2, 2, 2, 2, 1, 1, 1]
    assert climbed([2.5] * 4, filling=True)[-1] == 3
    assert climbed([0.1] * 9, filling=True) == [0] * 9


def test_what_lasted_before_a_gap_does_not_count():
    climb = LadderClimb(Ladder((1.0,), "test", sustain_s=3))
    for t in range(3):
        climb.observe(float(t), 2.0)
    climb.gap()
    assert climb.observe(100.0, 2.0) is Alarm.NONE
    assert climb.observe(103.0, 2.0) is Alarm.WATCH
    assert climb.since_s == 103.0


@given(st.lists(st.floats(0, 8), max_size=40))
def test_the_ladder_is_monotonous(densities):
    more = [d + 0.3 for d in densities]
    assert all(a <= b for a, b in zip(climbed(densities), climbed(more), strict=True))
