"""Masks: nothing of what lies under one comes out."""

import numpy as np
import pytest
from array_frames import ArrayFrame
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.values.frame import FrameSize
from parvis.vision.masks import MaskedView, Masks

corner = st.tuples(st.floats(0, 1), st.floats(0, 1))


@settings(deadline=None)
@given(st.lists(corner, min_size=2, max_size=2), st.integers(20, 200), st.integers(20, 200))
def test_nothing_of_a_masked_rectangle_comes_out(
    corners: list[tuple[float, float]], width: int, height: int
) -> None:
    (left, right), (top, bottom) = (sorted(axis) for axis in zip(*corners, strict=True))
    # White under the mask, black elsewhere: any light that comes out is a leak.
    picture = np.zeros((240, 320, 3), np.uint8)
    picture[int(top * 240) : int(bottom * 240), int(left * 320) : int(right * 320)] = 255
    polygon = [(left, top), (right, top), (right, bottom), (left, bottom)]
    view = MaskedView(ArrayFrame(picture), Masks([polygon]))
    size = FrameSize(width, height)
    assert view.luma(size).max() < 64
    assert view.bgr(size).max() < 64


def test_outside_of_masks_the_picture_is_untouched() -> None:
    picture = np.random.default_rng(0).integers(1, 255, (90, 160, 3), dtype=np.uint8)
    frame = ArrayFrame(picture, 3.0, 7, True)
    view = MaskedView(frame, Masks([[(0, 0), (0.5, 0), (0.5, 1), (0, 1)]]))
    seen = view.bgr(frame.size)
    assert np.array_equal(seen[:, 82:], picture[:, 82:])
    assert not seen[:, :80].any()
    assert (view.time_s, view.index, view.discontinuity, view.size) == (3.0, 7, True, frame.size)


def test_without_masks_the_picture_is_passed_on() -> None:
    picture = np.full((9, 16, 3), 5, np.uint8)
    assert np.array_equal(MaskedView(ArrayFrame(picture), Masks([])).bgr(FrameSize(16, 9)), picture)


def test_a_mask_is_an_area() -> None:
    with pytest.raises(ValueError, match="three corners"):
        Masks([[(0, 0), (1, 1)]])
