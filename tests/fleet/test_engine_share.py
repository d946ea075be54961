"""The engine's own CPU is shared out to cameras by their inferences, and none of it is lost."""

import time

import av
import numpy as np
import pytest

from parvis.fleet.engine_share import EngineShare
from parvis.video.frame import Frame, Scaler
from parvis.vision import detect
from parvis.vision.models.fetch import ModelUnavailable


def frame() -> Frame:
    pixels = np.random.default_rng(3).integers(0, 256, (256, 448, 3), np.uint8)
    picture = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
    return Frame(picture, Scaler(), time_s=time.time(), index=0, discontinuity=False)


def test_two_cameras_of_one_engine() -> None:
    try:
        detector = detect.load("auto")
    except ModelUnavailable as error:
        pytest.skip(str(error))
    busy, idle = EngineShare(detector), EngineShare(detector)
    before = detector.stats().engine_cpu_s
    for _ in range(8):
        detector.detect(frame())
    spent_s = detector.stats().engine_cpu_s - before
    assert spent_s > 0
    assert busy.grown_s(6) == pytest.approx(0.75 * spent_s, rel=0.05)
    assert idle.grown_s(2) == pytest.approx(0.25 * spent_s, rel=0.05)
    assert busy.grown_s(6) == 0.0
