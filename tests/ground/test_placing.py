"""Tracks on the ground: who has a position, where, and how sure."""

import numpy as np
import pinhole

from parvis.ground.calibration import calibrate
from parvis.ground.pairs import PointPairs
from parvis.ground.placing import AnchorError, Placing
from parvis.values.tracks import Tracks

CAMERA = pinhole.Pinhole(6.0, 15.0)
VIEW = calibrate(PointPairs(pinhole.SIZE, *pinhole.picks(CAMERA))).map


def tracks(boxes: np.ndarray) -> Tracks:
    n = len(boxes)
    return Tracks(
        7.0,
        np.arange(10, 10 + n),
        boxes.astype(float),
        np.zeros(n, np.int8),
        np.ones(n),
        np.arange(n) % 2 == 0,
        np.array([3, 11], dtype=np.int64),
    )


def test_feet_stand_where_they_are_and_the_sky_has_no_position() -> None:
    feet = CAMERA.sees(np.array([[0.0, 9.0], [2.0, 15.0]]))
    boxes = np.column_stack((feet - (20, 120), feet + np.array((20, 0))))
    boxes = np.vstack((boxes, [[900, 10, 940, 60]]))
    found = Placing(VIEW).place(tracks(boxes))
    assert found.ids.tolist() == [10, 11] and found.seen.tolist() == [True, False]
    np.testing.assert_allclose(found.points, [[0, 9], [2, 15]], atol=1e-6)
    assert found.ended.tolist() == [3, 11] and found.time_s == 7.0
    sd = np.sqrt(np.linalg.eigvalsh(found.covariances)[:, 1])
    assert 0 < sd[0] < sd[1]  # farther away, less sure


def test_none_at_all_still_passes_the_ended_on() -> None:
    empty = Placing(VIEW).place(tracks(np.empty((0, 4))))
    assert len(empty) == 0 and empty.ended.tolist() == [3, 11]


def test_a_wide_box_is_less_sure_across_and_a_high_one_along() -> None:
    wide, high = AnchorError().covariances(np.array([[0, 0, 100, 50], [0, 0, 50, 400.0]]))
    assert wide[0, 0] > high[0, 0] and high[1, 1] > wide[1, 1]
    assert np.all(AnchorError().covariances(np.zeros((1, 4)))[0] == np.eye(2))


def test_the_middle_of_boxes_serves_a_view_from_above() -> None:
    above = pinhole.Pinhole(8.0, 90.0)
    view = calibrate(PointPairs(pinhole.SIZE, *pinhole.picks(above))).map
    middle = above.sees(np.array([[1.0, 2.0]]))
    box = np.column_stack((middle - 30, middle + 30))
    found = Placing(view, "centre").place(tracks(box))
    np.testing.assert_allclose(found.points, [[1, 2]], atol=1e-6)
