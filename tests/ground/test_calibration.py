"""Good points calibrate; bad ones are refused with the reason and the point to fix."""

from itertools import combinations

import numpy as np
import pinhole
import pytest

from parvis.ground.calibration import Calibration, calibrate
from parvis.ground.lens import Lens
from parvis.ground.pairs import PointPairs
from parvis.ground.refusals import (
    CalibrationRefusedError,
    CollinearError,
    DuplicatePointsError,
    HorizonError,
    InconsistentError,
    MirroredError,
    SwappedPointsError,
    TooFewPointsError,
    WrongUnitsError,
)

CAMERA = pinhole.Pinhole(6.0, 30.0)
GROUND = np.array(
    [[-4.0, 5.0], [4.5, 5.5], [-6.0, 14.0], [7.0, 15.0], [0.5, 9.0], [1.0, 20.0], [-2.0, 11.0]]
)


def pairs(n: int, ground: np.ndarray = GROUND, seen: np.ndarray | None = None) -> PointPairs:
    seen = CAMERA.sees(GROUND) if seen is None else seen
    return PointPairs(pinhole.SIZE, seen[:n], ground[:n])


def refused(kind: type[CalibrationRefusedError], given: PointPairs) -> CalibrationRefusedError:
    with pytest.raises(kind) as caught:
        calibrate(given)
    assert caught.value.reason and caught.value.remedy
    return caught.value


@pytest.mark.parametrize("n", [4, 5, 6, 7])
def test_exact_points_give_the_exact_view(n: int) -> None:
    found = calibrate(pairs(n))
    there = found.map.locate(CAMERA.sees(GROUND), np.zeros((7, 2, 2)))
    np.testing.assert_allclose(there.points, GROUND, atol=1e-6)
    assert found.camera is not None and not found.outliers
    assert found.camera.height_m == pytest.approx(6.0, rel=1e-3)
    assert found.camera.tilt_deg == pytest.approx(30.0, abs=0.1)
    assert found.camera.focal_px == pytest.approx(CAMERA.focal_px, rel=1e-3)
    if n == 4:
        assert np.isnan(found.left_out_m).all()
    else:
        assert np.nanmax(found.left_out_m) < 1e-4


def test_coordinates_of_a_national_grid_are_metres_too() -> None:
    lambert = GROUND + np.array((652_000.0, 6_862_000.0))
    found = calibrate(pairs(7, lambert))
    there = found.map.locate(CAMERA.sees(GROUND), np.broadcast_to(np.eye(2), (7, 2, 2)))
    np.testing.assert_allclose(there.points, lambert, atol=1e-5)
    near = calibrate(pairs(7)).map.locate(
        CAMERA.sees(GROUND), np.broadcast_to(np.eye(2), (7, 2, 2))
    )
    np.testing.assert_allclose(there.covariances, near.covariances, rtol=1e-6)


def test_the_error_of_leaving_a_point_out_is_of_the_size_of_the_true_error() -> None:
    chance = np.random.default_rng(4)
    left_out, true = [], []
    for _ in range(25):
        seen = CAMERA.sees(GROUND) + chance.normal(0, 2, GROUND.shape)
        read = GROUND + chance.normal(0, 0.1, GROUND.shape)
        found = calibrate(pairs(7, read, seen))
        there = found.map.locate(CAMERA.sees(GROUND), np.zeros((7, 2, 2)))
        true.append(np.linalg.norm(there.points - GROUND, axis=1))
        left_out.append(found.left_out_m)
        order = list(found.worst_first())
        assert np.all(np.diff(found.left_out_m[order]) <= 0)
    assert 0.5 < np.median(left_out) / np.median(true) < 5  # it errs on the large side


@pytest.mark.parametrize("k1", [0.12, 0.25])
def test_a_bent_lens_is_found_from_nine_points_and_not_from_six(k1: float) -> None:
    camera = pinhole.Pinhole(6.0, 45.0, 900.0)
    x, y = np.meshgrid((-5.0, -0.2, 4.8), (1.5, 5.5, 11.0))
    ground = np.column_stack((x.ravel(), y.ravel()))
    straight = (camera.sees(ground) - (960, 540)) / np.hypot(960, 540)
    seen = Lens(k1).bend(straight) * np.hypot(960, 540) + (960, 540)
    found = calibrate(PointPairs(pinhole.SIZE, seen, ground))
    assert found.lens_coefficients == 1
    assert found.map.lens.k1 == pytest.approx(k1, abs=0.05)
    assert np.max(found.left_out_m) < 0.1
    few = [0, 2, 6, 8, 4, 1]
    with_few = calibrate(PointPairs(pinhole.SIZE, seen[few], ground[few]))
    assert with_few.lens_coefficients == 0


def test_noise_alone_brings_no_lens() -> None:
    chance = np.random.default_rng(3)
    x, y = np.meshgrid((-5.0, -0.2, 4.8), (4.5, 8.5, 14.0))
    ground = np.column_stack((x.ravel(), y.ravel()))
    bent = 0
    for _ in range(30):
        seen = CAMERA.sees(ground) + chance.normal(0, 2, ground.shape)
        bent += calibrate(PointPairs(pinhole.SIZE, seen, ground)).lens_coefficients > 0
    assert bent <= 4


def test_fewer_than_four() -> None:
    refused(TooFewPointsError, pairs(3))


def test_two_of_one_place() -> None:
    seen, ground = CAMERA.sees(GROUND), GROUND.copy()
    seen[3] = seen[1]
    assert refused(DuplicatePointsError, pairs(6, seen=seen)).points == (1, 3)
    ground[4] = ground[2]
    assert refused(DuplicatePointsError, pairs(6, ground)).points == (2, 4)


def test_points_on_a_line() -> None:
    line = np.column_stack((np.linspace(-4, 4, 6), np.linspace(5, 15, 6)))
    line += np.random.default_rng(1).normal(0, 0.02, line.shape)
    given = PointPairs(pinhole.SIZE, CAMERA.sees(line), line)
    assert refused(CollinearError, given).points == (0, 1, 2, 3, 4, 5)
    line[2] = (5.0, 6.0)
    given = PointPairs(pinhole.SIZE, CAMERA.sees(line), line)
    assert refused(CollinearError, given).points == (0, 1, 3, 4, 5)


@pytest.mark.parametrize("n", [4, 5, 6, 7])
def test_two_points_exchanged_are_named(n: int) -> None:
    for i, j in combinations(range(n), 2):
        given = pairs(n).swapped(i, j)
        with pytest.raises(CalibrationRefusedError) as caught:
            calibrate(given)
        if isinstance(caught.value, SwappedPointsError):
            assert caught.value.points == (i, j)
            assert f"points {i + 1} and {j + 1}" in str(caught.value)
        else:
            # Of four points, exchanging two opposite ones mirrors the whole.
            assert n == 4 and isinstance(caught.value, MirroredError)
            assert "opposite points" in caught.value.remedy


@pytest.mark.parametrize("n", [4, 6])
def test_mirrored_ground(n: int) -> None:
    refused(MirroredError, pairs(n, GROUND[:, ::-1]))
    refused(MirroredError, pairs(n, GROUND * (1, -1)))
    refused(MirroredError, pairs(n, GROUND * (-1, 1)))
    turned = GROUND @ np.array([[0.6, 0.8], [-0.8, 0.6]])
    calibrate(pairs(n, turned))


def test_units() -> None:
    refused(WrongUnitsError, pairs(6, GROUND * 1000))  # millimetres
    degrees = np.array((2.35, 48.85)) + GROUND / (73_000, 111_000)
    assert "wgs84" in refused(WrongUnitsError, pairs(6, degrees)).remedy


def test_a_point_picked_above_the_horizon_is_named() -> None:
    camera = pinhole.Pinhole(4.0, 15.0)
    ground = GROUND + np.array((0, 3))
    seen = camera.sees(ground)
    horizon = 540 - 1144 * np.tan(np.radians(15))
    seen[5] = (1100, horizon - 60)
    given = PointPairs(pinhole.SIZE, seen, ground)
    assert refused(HorizonError, given).points == (5,)


@pytest.mark.parametrize("n", [6, 7])
def test_one_wrong_point_is_left_aside_and_named(n: int) -> None:
    for wrong in range(n):
        ground = GROUND.copy()
        ground[wrong] += (3.0, -2.0)
        found: Calibration = calibrate(pairs(n, ground))
        assert found.outliers == (wrong,)
        assert found.worst_first()[0] == wrong
        there = found.map.locate(CAMERA.sees(GROUND), np.zeros((7, 2, 2)))
        assert np.nanmax(np.linalg.norm(there.points - GROUND, axis=1)) < 0.1


def test_points_that_no_view_fits() -> None:
    ground = GROUND + np.random.default_rng(2).normal(0, 4, GROUND.shape)
    error = refused(InconsistentError, pairs(7, ground))
    assert len(error.points) == 1


def test_the_same_points_give_the_same_view() -> None:
    chance = np.random.default_rng(9)
    x, y = np.meshgrid(np.linspace(-6, 6, 6), np.linspace(4, 20, 6))
    ground = np.column_stack((x.ravel(), y.ravel()))
    seen = CAMERA.sees(ground) + chance.normal(0, 2, ground.shape)
    seen[7] += 200
    first, second = (calibrate(PointPairs(pinhole.SIZE, seen, ground)) for _ in range(2))
    assert first.outliers == second.outliers == (7,)
    np.testing.assert_array_equal(first.map.matrix, second.map.matrix)


def test_a_known_lens_is_taken_as_it_is() -> None:
    camera = pinhole.Pinhole(6.0, 45.0, 900.0)
    ground = np.array([[-5.0, 1.5], [4.8, 1.6], [-4.0, 11.0], [5.0, 10.0], [0.0, 5.0], [2.0, 7.0]])
    straight = (camera.sees(ground) - (960, 540)) / np.hypot(960, 540)
    lens = Lens(0.2, 0.03)
    seen = lens.bend(straight) * np.hypot(960, 540) + (960, 540)
    found = calibrate(PointPairs(pinhole.SIZE, seen, ground, lens=lens))
    assert found.map.lens == lens and found.lens_coefficients == 0
    assert np.max(found.left_out_m) < 1e-4
    without = calibrate(PointPairs(pinhole.SIZE, seen, ground))
    assert np.max(without.left_out_m) > 0.1


def test_points_read_three_times_worse_than_stated_are_not_called_wrong() -> None:
    chance = np.random.default_rng(12)
    wrong = 0
    for _ in range(25):
        seen = CAMERA.sees(GROUND) + chance.normal(0, 5, GROUND.shape)
        read = GROUND + chance.normal(0, 0.3, GROUND.shape)
        wrong += len(calibrate(pairs(6, read, seen)).outliers) > 0
    assert wrong <= 1
