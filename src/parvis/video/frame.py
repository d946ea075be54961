"""A decoded picture that is converted only when asked."""

import threading

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from parvis.values.frame import FrameSize

_MOST_SHAPES = 8


class Scaler:
    """Converts the pictures of one stream; keeps one scaler set up for each shape asked for.

    Averages over areas: cheaper than bilinear in FFmpeg, and it takes noise away. May be used from
    several threads, one conversion at a time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_shape: dict[tuple[str, FrameSize], VideoReformatter] = {}

    def scale(self, picture: VideoFrame, pixels: str, size: FrameSize) -> VideoFrame:
        """The picture in another pixel format and size."""
        with self._lock:
            reformatter = self._by_shape.get((pixels, size))
            if reformatter is None:
                if len(self._by_shape) >= _MOST_SHAPES:
                    self._by_shape.clear()
                reformatter = self._by_shape[(pixels, size)] = VideoReformatter()
            # threads=1: by default swscale starts a thread for every core and stream.
            return reformatter.reformat(
                picture,
                size.width,
                size.height,
                pixels,
                interpolation=Interpolation.AREA,
                threads=1,
            )


class Frame:
    """One frame of a stream; satisfies :class:`parvis.values.frame.FrameView`.

    It holds the decoder's own buffers: nothing is copied until ``bgr`` or ``luma`` is called, and
    then only the scaled picture is made.
    """

    __slots__ = ("_picture", "_scaler", "discontinuity", "index", "size", "time_s")

    def __init__(
        self, picture: VideoFrame, scaler: Scaler, *, time_s: float, index: int, discontinuity: bool
    ) -> None:
        self._picture = picture
        self._scaler = scaler
        self.time_s = time_s
        self.index = index
        self.size = FrameSize(picture.width, picture.height)
        self.discontinuity = discontinuity

    def bgr(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The frame scaled to ``size``, shape (height, width, 3), BGR, C-contiguous, 0-255."""
        return _pixels(self._scaler.scale(self._picture, "bgr24", size), 3)

    def luma(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The luma scaled to ``size``, shape (height, width), C-contiguous, 0-255.

        Full range whatever the stream's own range is.
        """
        return _pixels(self._scaler.scale(self._picture, "gray", size), 1)

    def __repr__(self) -> str:
        return f"Frame({self.index}, {self.time_s:.3f} s, {self.size.width}x{self.size.height})"


def _pixels(picture: VideoFrame, channels: int) -> npt.NDArray[np.uint8]:
    """The first plane as an array without FFmpeg's padding; it keeps the picture alive."""
    plane = picture.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: picture.height]
    pixels = rows[:, : picture.width * channels]
    shape = (picture.height, picture.width, 3) if channels == 3 else (picture.height, picture.width)
    return np.ascontiguousarray(pixels).reshape(shape)
