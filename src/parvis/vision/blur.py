"""A still from which lines and zones can be drawn and nobody can be recognised.

The picture never has more than 64 cells across before anything is made of it, so that a person of
a fifth of the frame's height is about seven cells tall. It stays in memory: nothing here writes.
"""

import cv2
import numpy as np
import numpy.typing as npt

from parvis.values.frame import FrameSize, FrameView
from parvis.vision.scene import Polylines

CELLS = 64
"""Width in cells of the picture that everything visible is made of."""


def blurred_still(frame: FrameView, sketch: Polylines = (), width: int = 960) -> bytes:
    """A heavily blurred JPEG of the frame with the background's edges drawn over it.

    Args:
        frame: a masked frame; masks stay black.
        sketch: relative polylines of the people-free background (``SceneWatch.sketch``).
        width: of the JPEG in pixels; its proportions are the frame's.

    Returns:
        the JPEG file's bytes.
    """
    return _jpeg(_drawn_over(_coarse(frame, width), sketch))


def _coarse(frame: FrameView, width: int) -> npt.NDArray[np.uint8]:
    """The frame reduced to 64 cells across, smoothed, and enlarged again, BGR."""
    rows = max(1, round(CELLS * frame.size.height / frame.size.width))
    height = max(1, round(width * frame.size.height / frame.size.width))
    # Scaled in two steps: a scaler that only samples would keep sharp points.
    middle = frame.bgr(FrameSize(CELLS * 4, rows * 4))
    cells = cv2.resize(middle, (CELLS, rows), interpolation=cv2.INTER_AREA)
    cells = cv2.GaussianBlur(cells, (3, 3), 0.8)
    return np.asarray(
        cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8
    )


def _drawn_over(picture: npt.NDArray[np.uint8], sketch: Polylines) -> npt.NDArray[np.uint8]:
    size = np.array([picture.shape[1], picture.shape[0]])
    lines = [np.round(np.asarray(line) * size).astype(np.int32) for line in sketch]
    if lines:
        cv2.polylines(picture, lines, False, (250, 250, 250), 1, cv2.LINE_AA)
    return picture


def _jpeg(picture: npt.NDArray[np.uint8]) -> bytes:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    if not done:
        raise ValueError("the still could not be encoded")
    return data.tobytes()
