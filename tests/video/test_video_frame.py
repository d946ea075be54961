"""Scaled pictures: what is asked of a frame shows what the camera saw, whatever its size."""

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.values.frame import FrameSize
from parvis.video.frame import Frame, Scaler


def frame_of(pixels: np.ndarray, layout: str = "yuv420p") -> Frame:
    picture = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format=layout)
    return Frame(picture, Scaler(), time_s=0.0, index=0, discontinuity=False)


def blobs(width: int, height: int) -> np.ndarray:
    """Four plain quarters of different colours."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2] = (40, 60, 200)
    picture[: height // 2, width // 2 :] = (200, 120, 30)
    picture[height // 2 :, : width // 2] = (90, 180, 90)
    picture[height // 2 :, width // 2 :] = (230, 230, 230)
    return picture


@settings(deadline=None, max_examples=60)
@given(
    width=st.integers(64, 700).map(lambda n: 2 * n),
    height=st.integers(48, 500).map(lambda n: 2 * n),
    wanted=st.tuples(st.integers(16, 480), st.integers(16, 300)),
    layout=st.sampled_from(["yuv420p", "yuvj420p", "nv12", "yuv422p", "bgr24"]),
)
def test_every_size_and_layout_shows_the_same(
    width: int, height: int, wanted: tuple[int, int], layout: str
) -> None:
    frame = frame_of(blobs(width, height), layout)
    size = FrameSize(*wanted)
    bgr, luma = frame.bgr(size), frame.luma(size)
    assert bgr.shape == (size.height, size.width, 3)
    assert luma.shape == (size.height, size.width)
    weights = np.array([0.114, 0.587, 0.299])
    for x in (size.width // 4, size.width - size.width // 4 - 1):
        for y in (size.height // 4, size.height - size.height // 4 - 1):
            drawn = blobs(8, 8)[7 * (y > size.height // 2), 7 * (x > size.width // 2)]
            # FFmpeg rounds the weights of its filter down: a picture that cannot be halved first
            # comes out up to 7 % darker when it is scaled to a fortieth.
            assert np.abs(bgr[y, x].astype(int) - drawn).max() <= 18
            assert abs(int(luma[y, x]) - drawn @ weights) <= 6


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (2688, 1520), (3840, 2160)])
def test_a_large_picture_is_averaged_not_picked(size: tuple[int, int]) -> None:
    width, height = size
    noise = np.random.default_rng(1).integers(0, 256, (height, width, 1), np.uint8)
    luma = frame_of(np.repeat(noise, 3, axis=2)).luma(FrameSize(160, 90)).astype(int)
    # The mean of n grey levels between 0 and 255 spreads 74 / sqrt(n) about 128.
    assert abs(luma.mean() - 127.5) < 2
    assert luma.std() < 2 * 74 / np.sqrt(width * height / (160 * 90))


def test_what_was_asked_before_changes_nothing() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (540, 960, 3), np.uint8)
    alone = frame_of(pixels).bgr(FrameSize(448, 256))
    frame = frame_of(pixels)
    frame.luma(FrameSize(20, 20))
    assert np.array_equal(frame.bgr(FrameSize(448, 256)), alone)
