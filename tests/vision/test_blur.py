"""The still of the set-up editor: a place can be told, a person cannot."""

import cv2
import numpy as np
import pytest
from array_frames import ArrayFrame

from parvis.vision.blur import CELLS, blurred_still


def decoded(still: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(still, np.uint8), cv2.IMREAD_COLOR)


@pytest.mark.law(12)
def test_nothing_finer_than_a_cell_is_left() -> None:
    """Stripes narrower than a cell, as strong as can be, vanish."""
    picture = np.zeros((576, 1024, 3), np.uint8)
    picture[:, ::8] = picture[:, 1::8] = picture[:, 2::8] = picture[:, 3::8] = 255
    still = decoded(blurred_still(ArrayFrame(picture)))
    assert still.shape == (540, 960, 3)
    assert still[:, 40:-40].std() < 8


@pytest.mark.law(12)
def test_two_people_look_the_same(pets: list[ArrayFrame]) -> None:
    """What is left of the picture is what 64 cells across can hold, and no more."""
    still = decoded(blurred_still(pets[40], width=512)).astype(float)
    held = cv2.resize(still, (CELLS, CELLS * 3 // 4), interpolation=cv2.INTER_AREA)
    again = cv2.resize(held, (512, 384), interpolation=cv2.INTER_CUBIC)
    assert np.abs(still - again).mean() < 2


def test_the_sketch_is_drawn_over_it() -> None:
    grey = ArrayFrame(np.full((90, 160, 3), 60, np.uint8))
    still = decoded(blurred_still(grey, sketch=(((0.1, 0.5), (0.9, 0.5)),)))
    assert still[260:280, 400:500].max() > 200
    assert still[100:200].max() < 80
