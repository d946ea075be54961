"""A decoded picture that is converted only when asked."""

import threading

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import Interpolation, VideoReformatter

from parvis.values.frame import FrameSize

_MOST_SHAPES = 8

_PLANAR = frozenset({"yuv420p", "yuvj420p"})
"""Formats whose planes are halved as they are: what nearly all cameras send."""


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
    then only the scaled picture is made. A large picture is first halved, once for all that is
    asked of it: a mean of four pixels costs a third of what scaling by a fraction does.
    """

    __slots__ = ("_halves", "_scaler", "discontinuity", "index", "size", "time_s")

    def __init__(
        self, picture: VideoFrame, scaler: Scaler, *, time_s: float, index: int, discontinuity: bool
    ) -> None:
        self._halves = [picture]
        self._scaler = scaler
        self.time_s = time_s
        self.index = index
        self.size = FrameSize(picture.width, picture.height)
        self.discontinuity = discontinuity

    def bgr(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The frame scaled to ``size``, shape (height, width, 3), BGR, C-contiguous, 0-255."""
        return _pixels(self._scaler.scale(self._nearest(size), "bgr24", size), 3)

    def luma(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The luma scaled to ``size``, shape (height, width), C-contiguous, 0-255.

        Full range whatever the stream's own range is.
        """
        return _pixels(self._scaler.scale(self._nearest(size), "gray", size), 1)

    def _nearest(self, size: FrameSize) -> VideoFrame:
        """The smallest halved picture that ``size`` can be scaled down from."""
        level = 0
        while _can_be_halved(self._halves[level], size):
            level += 1
            if level == len(self._halves):
                self._halves.append(_halved(self._halves[-1]))
        return self._halves[level]

    def __repr__(self) -> str:
        return f"Frame({self.index}, {self.time_s:.3f} s, {self.size.width}x{self.size.height})"


def _can_be_halved(picture: VideoFrame, least: FrameSize) -> bool:
    """Whether half the picture is large enough, with whole pixels in every plane."""
    enough = picture.width >= 2 * least.width and picture.height >= 2 * least.height
    # Chroma is half as fine as luma.
    whole = not (picture.width % 4 or picture.height % 4)
    return enough and whole and picture.format.name in _PLANAR


def _halved(picture: VideoFrame) -> VideoFrame:
    """The picture at half its width and height, each pixel the mean of four."""
    half = VideoFrame(picture.width // 2, picture.height // 2, picture.format.name)
    half.colorspace, half.color_range = picture.colorspace, picture.color_range
    for plane, smaller in zip(picture.planes, half.planes, strict=True):
        size = (smaller.width, smaller.height)
        cv2.resize(_rows(plane), size, dst=_rows(smaller), interpolation=cv2.INTER_AREA)
    return half


def _rows(plane: VideoPlane) -> npt.NDArray[np.uint8]:
    """A plane of bytes without FFmpeg's padding, shape (height, width); a view."""
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]


def _pixels(picture: VideoFrame, channels: int) -> npt.NDArray[np.uint8]:
    """The first plane as an array without FFmpeg's padding; it keeps the picture alive."""
    plane = picture.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: picture.height]
    pixels = rows[:, : picture.width * channels]
    shape = (picture.height, picture.width, 3) if channels == 3 else (picture.height, picture.width)
    return np.ascontiguousarray(pixels).reshape(shape)
