"""What stands still is said again, and nothing else."""

import numpy as np

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.vision.standing import Standing

PERSON = [100.0, 100.0, 140.0, 200.0]
SHADOW = [400.0, 100.0, 440.0, 200.0]


def found(*boxes: list[float]) -> Detections:
    n = len(boxes)
    return Detections(
        np.array(boxes).reshape(n, 4), np.full(n, 0.8), np.full(n, ObjectClass.PERSON, np.int8)
    )


def test_what_is_tracked_is_said_again_and_a_box_of_one_frame_is_not() -> None:
    standing = Standing()
    standing.look(found(PERSON, SHADOW), np.array([PERSON]))
    said = standing.again(np.array([PERSON]) + 3.0)
    assert said.boxes.tolist() == [PERSON]
    assert len(standing.again(np.empty((0, 4)))) == 0


def test_who_is_not_found_at_his_place_is_missed() -> None:
    standing = Standing()
    assert standing.look(found(PERSON), np.array([PERSON]))
    assert not standing.look(found(SHADOW), np.array([PERSON]))
    assert not standing.look(Detections.empty(), np.array([PERSON]))
    assert standing.look(Detections.empty(), np.empty((0, 4)))


def test_after_a_break_nothing_is_said_again() -> None:
    standing = Standing()
    standing.look(found(PERSON), np.array([PERSON]))
    standing.forget()
    assert len(standing.again(np.array([PERSON]))) == 0
