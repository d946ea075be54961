"""What stands upright on the ground has its true height; people check the units."""

import numpy as np
import pinhole
import pytest

from parvis.ground.calibration import calibrate
from parvis.ground.pairs import PointPairs
from parvis.ground.people import ENOUGH, HeightCheck, Upright

PLACES = np.array([[1.0, 6.0], [-2.0, 9.0], [0.0, 12.0]])


def boxes(camera: pinhole.Pinhole, height_m: float) -> np.ndarray:
    """A camera lowered by a person's height sees the ground where the higher one sees heads."""
    feet = camera.sees(PLACES)
    heads = pinhole.Pinhole(camera.height_m - height_m, camera.pitch_deg, camera.focal_px)
    tops = heads.sees(PLACES)
    return np.column_stack((feet[:, 0] - 9, tops[:, 1], feet[:, 0] + 9, feet[:, 1]))


def view(camera: pinhole.Pinhole, unit: float = 1.0):
    pixels, ground = pinhole.picks(camera)
    return calibrate(PointPairs(pinhole.SIZE, pixels, ground * unit)).map


@pytest.mark.parametrize("height,pitch", [(6.0, 30.0), (4.0, 15.0), (10.0, 50.0)])
@pytest.mark.parametrize("tall", [1.2, 1.7, 2.0])
def test_the_true_height(height: float, pitch: float, tall: float) -> None:
    camera = pinhole.Pinhole(height, pitch)
    np.testing.assert_allclose(Upright(view(camera)).heights(boxes(camera, tall)), tall, atol=1e-4)


def test_a_view_from_steeply_above_says_nothing_of_heights() -> None:
    camera = pinhole.Pinhole(8.0, 80.0)
    some = np.array([[900.0, 500.0, 960.0, 600.0]])
    assert np.isnan(Upright(view(camera)).heights(some)).all()


@pytest.mark.parametrize("unit,sound", [(1.0, True), (3.281, False), (0.3, False), (20.0, False)])
def test_people_tell_metres_from_other_units(unit: float, sound: bool) -> None:
    camera = pinhole.Pinhole(6.0, 30.0)
    pixels, ground = pinhole.picks(camera)
    check = HeightCheck(calibrate(PointPairs(pinhole.SIZE, pixels, ground * unit)).map)
    said = [check.look(boxes(camera, 1.7)) for _ in range(ENOUGH)]
    told = [one for one in said if one is not None]
    assert len(told) == (0 if sound else 1)
    if told:
        assert told[0] == pytest.approx(1.7 * unit, rel=0.05)
