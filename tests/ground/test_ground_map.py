"""Pixels to metres and back, and whether the stated error is the true one."""

import numpy as np
import pinhole
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.ground.calibration import calibrate
from parvis.ground.ground_map import GroundMap, Withheld
from parvis.ground.homography import project
from parvis.ground.lens import Lens
from parvis.ground.outline import error_field, usable_area
from parvis.ground.pairs import PointPairs
from parvis.values.frame import FrameSize

CAMERA = pinhole.Pinhole(6.0, 30.0)


def view(camera: pinhole.Pinhole = CAMERA, lens: Lens = Lens()) -> GroundMap:  # noqa: B008
    exact = calibrate(PointPairs(pinhole.SIZE, *pinhole.picks(camera))).map
    return GroundMap(exact.size, exact.matrix, exact.origin, exact.scale, exact.covariance, lens)


def grid() -> np.ndarray:
    x, y = np.meshgrid(np.linspace(20, 1900, 12), np.linspace(20, 1060, 9))
    return np.column_stack((x.ravel(), y.ravel()))


def no_error(n: int) -> np.ndarray:
    return np.zeros((n, 2, 2))


@given(st.floats(-0.05, 0.3), st.floats(-0.02, 0.05))
def test_there_and_back_with_any_lens(k1: float, k2: float) -> None:
    tried = view(lens=Lens(k1, k2))
    found = tried.locate(grid(), no_error(len(grid())))
    kept = found.withheld == 0
    assert kept.sum() > 50
    np.testing.assert_allclose(tried.pixels(found.points[kept]), grid()[kept], atol=1e-4)


def test_a_lens_that_folds_the_picture_is_none() -> None:
    with pytest.raises(ValueError, match="folds"):
        Lens(-0.5, 0.0)


def test_the_true_ground_is_found() -> None:
    ground = np.array([[0.0, 5.0], [-3.0, 12.0], [4.0, 20.0]])
    found = view().locate(CAMERA.sees(ground), no_error(3))
    np.testing.assert_allclose(found.points, ground, atol=1e-6)


def test_the_slopes_are_those_of_finite_differences() -> None:
    tried = view(lens=Lens(0.1, 0.02))
    low = grid()[grid()[:, 1] > 300]
    here = tried.locate(low, no_error(len(low))).points
    for axis in (0, 1):
        step = np.eye(2)[axis] * 1e-3
        there = tried.locate(low + step, no_error(len(low))).points
        slopes = tried.jacobians(low)[:, :, axis]
        np.testing.assert_allclose((there - here) / 1e-3, slopes, rtol=1e-3, atol=1e-6)
    longest = np.linalg.svd(tried.jacobians(low))[1][:, 0]
    np.testing.assert_allclose(tried.metres_per_pixel(low), longest)


def test_no_position_beyond_the_horizon_nor_where_a_pixel_covers_a_metre() -> None:
    camera = pinhole.Pinhole(6.0, 15.0)
    tried = view(camera)
    horizon = 540 - 1144 * np.tan(np.radians(15))
    found = tried.locate(
        np.array([[960, horizon - 5], [960, horizon + 5], [960, 900]]), no_error(3)
    )
    assert found.withheld.tolist() == [Withheld.BEYOND_HORIZON, Withheld.TOO_COARSE, Withheld.NO]
    assert np.isnan(found.points[:2]).all() and np.isnan(found.covariances[:2]).all()
    column = np.column_stack((np.full(1000, 960.0), np.linspace(horizon + 1, 1079, 1000)))
    withheld = tried.withheld(column) > 0
    np.testing.assert_array_equal(withheld, tried.metres_per_pixel(column) > 1.0)
    assert not np.any(np.diff(withheld.astype(int)) > 0)  # coarse at the top, fine below


def test_points_behind_the_camera_are_seen_nowhere() -> None:
    assert np.isnan(view().pixels(np.array([[0.0, -30.0]]))).all()


def test_the_stated_error_is_the_true_one() -> None:
    """Hundreds of noisy calibrations and noisy feet: squared deviations average 2 (chi-square)."""
    chance = np.random.default_rng(5)
    px, ground = pinhole.picks(CAMERA)
    feet = np.array([[-2.0, 6.0], [3.0, 9.0], [0.0, 14.0]])
    squares = []
    for _ in range(120):
        pairs = PointPairs(
            pinhole.SIZE,
            px + chance.normal(0, 2, px.shape),
            ground + chance.normal(0, 0.05, ground.shape),
            pick_px=2,
            survey_m=0.05,
        )
        found = calibrate(pairs)
        assert not found.outliers
        seen = CAMERA.sees(feet) + chance.normal(0, 3, feet.shape)
        there = found.map.locate(seen, np.broadcast_to(9 * np.eye(2), (3, 2, 2)))
        off = there.points - feet
        squares.append(np.einsum("ni,nij,nj->n", off, np.linalg.inv(there.covariances), off))
    assert np.mean(squares) == pytest.approx(2.0, rel=0.25)


def test_the_calibrations_share_in_a_displacement_is_the_true_one() -> None:
    chance = np.random.default_rng(6)
    px, ground = pinhole.picks(CAMERA)
    ends = np.array([[-3.0, 7.0], [4.0, 11.0]])
    truth = ends[1] - ends[0]
    squares = []
    for _ in range(80):
        noisy = PointPairs(
            pinhole.SIZE,
            px + chance.normal(0, 2, px.shape),
            ground + chance.normal(0, 0.05, ground.shape),
            pick_px=2,
            survey_m=0.05,
        )
        tried = calibrate(noisy).map
        at = tried.locate(CAMERA.sees(ends), no_error(2)).points
        spread = tried.displacement_covariances(at[:1], at[1:])[0]
        off = at[1] - at[0] - truth
        squares.append(off @ np.linalg.solve(spread, off))
    assert np.mean(squares) == pytest.approx(2.0, rel=0.3)


def test_a_smaller_stream_gives_the_same_ground() -> None:
    px, ground = pinhole.picks(CAMERA)
    small = FrameSize(640, 360)
    half = calibrate(PointPairs(small, px / 3, ground)).map
    whole = view()
    low = grid()[grid()[:, 1] > 300]
    np.testing.assert_allclose(
        half.locate(low / 3, no_error(len(low))).points,
        whole.locate(low, no_error(len(low))).points,
        atol=1e-5,
    )


def test_the_usable_area_is_what_is_not_withheld() -> None:
    camera = pinhole.Pinhole(6.0, 15.0)
    tried = view(camera)
    area = usable_area(tried)
    assert np.all((area.image >= 0) & (area.image <= 1)) and np.isfinite(area.ground).all()
    size = np.array((1920, 1080))
    middle = area.image.mean(axis=0)
    inside = (middle + 0.99 * (area.image - middle)) * size
    assert np.all(tried.withheld(inside) == 0)
    top = area.image[:, 1] < 0.5
    beyond = (middle + 1.01 * (area.image[top] - middle)) * size
    within = np.all((beyond >= 0) & (beyond <= size), axis=1)
    assert within.any() and np.all(tried.withheld(beyond[within]) > 0)
    np.testing.assert_allclose(tried.pixels(area.ground), area.image * size, atol=1e-3)


def test_the_error_field_grows_towards_the_horizon_and_ends_there() -> None:
    field = error_field(view(pinhole.Pinhole(6.0, 15.0)), 16, 9, 2.0)
    assert np.isnan(field[0]).all() and np.isfinite(field[-1]).all()
    middle = field[:, 8]
    known = middle[np.isfinite(middle)]
    assert np.all(np.diff(known) < 0)


def test_a_homography_keeps_lines() -> None:
    points = np.column_stack((np.linspace(0, 1, 5), np.linspace(0, 2, 5)))
    images, _ = project(view().matrix, points)
    ways = np.diff(images, axis=0)
    cross = ways[:-1, 0] * ways[1:, 1] - ways[:-1, 1] * ways[1:, 0]
    np.testing.assert_allclose(cross, 0, atol=1e-9)
