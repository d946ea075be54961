"""Shapes of the picture on the ground: whole where they are seen, cut where positions end."""

import numpy as np
import pinhole
import pytest

from parvis.ground.calibration import calibrate
from parvis.ground.drawn import area_on_ground, line_on_ground
from parvis.ground.ground_map import GroundMap
from parvis.ground.lens import Lens
from parvis.ground.pairs import PointPairs

CAMERA = pinhole.Pinhole(6.0, 15.0)
VIEW = calibrate(PointPairs(pinhole.SIZE, *pinhole.picks(CAMERA))).map
SQUARE = np.array([[-3.0, 9.0], [3.0, 9.0], [3.0, 14.0], [-3.0, 14.0]])


def area(points: np.ndarray) -> float:
    x, y = points.T
    return float(abs(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)))


def test_an_area_in_sight_keeps_its_corners() -> None:
    found = area_on_ground(VIEW, CAMERA.sees(SQUARE))
    np.testing.assert_allclose(found.points, SQUARE, atol=1e-6)
    assert found.seen == 1.0


def test_a_bent_lens_bends_sides_and_keeps_the_area() -> None:
    bent = GroundMap(
        VIEW.size, VIEW.matrix, VIEW.origin, VIEW.scale, VIEW.covariance, Lens(0.1, 0.0)
    )
    found = area_on_ground(bent, bent.pixels(SQUARE))
    assert len(found.points) > 20 and found.seen == pytest.approx(1.0)
    assert area(found.points) == pytest.approx(30.0, rel=0.05)


def test_an_area_is_cut_where_positions_end() -> None:
    picture = np.array([[700.0, 0.0], [1200.0, 0.0], [1200.0, 1000.0], [700.0, 1000.0]])
    found = area_on_ground(VIEW, picture)
    assert 0.4 < found.seen < 0.9 and np.isfinite(found.points).all()
    back = VIEW.pixels(found.points)
    assert np.all(VIEW.withheld(back + np.array((0.0, 0.01))) == 0)
    coarsest = VIEW.metres_per_pixel(back).max()
    assert coarsest == pytest.approx(1.0, abs=0.02)


def test_what_lies_in_the_sky_is_nothing() -> None:
    sky = np.array([[100.0, 0.0], [300.0, 0.0], [300.0, 100.0], [100.0, 100.0]])
    assert len(area_on_ground(VIEW, sky).points) == 0
    found = line_on_ground(VIEW, sky[:2])
    assert len(found.points) == 0 and found.seen == 0.0


def test_a_line_keeps_its_vertices_its_way_and_its_part_in_sight() -> None:
    path = np.array([[-4.0, 8.0], [0.0, 10.0], [4.0, 9.0]])
    found = line_on_ground(VIEW, CAMERA.sees(path))
    np.testing.assert_allclose(found.points, path, atol=1e-6)
    out = np.array([[960.0, 1000.0], [960.0, 100.0]])
    cut = line_on_ground(VIEW, out)
    assert 0.4 < cut.seen < 0.9
    assert cut.points[0][1] < cut.points[-1][1]  # from the camera outwards, as drawn
    np.testing.assert_allclose(VIEW.pixels(cut.points[:1]), out[:1], atol=1e-6)
