"""Frames made of arrays, for tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from parvis.values.frame import FrameSize


@dataclass(frozen=True)
class ArrayFrame:
    """A FrameView over a BGR array."""

    picture: npt.NDArray[np.uint8]
    time_s: float = 0.0
    index: int = 0
    discontinuity: bool = False
    interval_s: float = 0.0

    @property
    def size(self) -> FrameSize:
        return FrameSize(self.picture.shape[1], self.picture.shape[0])

    def bgr(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        way = cv2.INTER_AREA if size.width < self.size.width else cv2.INTER_LINEAR
        return cv2.resize(self.picture, (size.width, size.height), interpolation=way)

    def luma(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        return cv2.cvtColor(self.bgr(size), cv2.COLOR_BGR2GRAY)


def frames_of(video: Path, step: int = 1, fps: float = 7.0) -> Iterator[ArrayFrame]:
    """Every ``step``-th frame of a file."""
    capture = cv2.VideoCapture(str(video))
    index = 0
    while capture.grab():
        if index % step == 0:
            yield ArrayFrame(capture.retrieve()[1], index / fps, index)
        index += 1
    capture.release()
