"""A decoded picture that is converted only when asked."""

import threading

import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter

from parvis.values.frame import FrameSize

_MOST_SHAPES = 8

_PLANAR = frozenset({"yuv420p", "yuvj420p"})
"""Formats whose planes are halved as they are: what nearly all cameras send."""

_STRETCHED = np.clip(np.rint((np.arange(256) - 16) * (255 / 219)), 0, 255).astype(np.uint8)
"""Full range of luma that a stream sends between 16 and 235 (ITU-R BT.601, BT.709)."""


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
    then only the scaled picture is made. What is given out is not to be written to.

    Args:
        picture, scaler: what is shown, and what scales it.
        time_s, index, discontinuity, interval_s: see ``FrameView``.
        before: the frame before, which may show the same picture.
    """

    __slots__ = ("_halves", "_scaler", "discontinuity", "index", "interval_s", "size", "time_s")

    def __init__(
        self,
        picture: VideoFrame,
        scaler: Scaler,
        *,
        time_s: float,
        index: int,
        discontinuity: bool,
        interval_s: float = 0.0,
        before: "Frame | None" = None,
    ) -> None:
        # A picture that stands still is scaled once for all its frames.
        shown: _Halves | None = None if before is None else before._halves
        if shown is None or not shown.shows(picture):
            shown = _Halves(picture)
        self._halves: _Halves = shown
        self._scaler = scaler
        self.time_s = time_s
        self.index = index
        self.size = FrameSize(picture.width, picture.height)
        self.discontinuity = discontinuity
        self.interval_s = interval_s

    def bgr(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The frame scaled to ``size``, shape (height, width, 3), BGR, C-contiguous, 0-255."""
        picture = self._halves.picture(self._halves.level(size))
        return _pixels(self._scaler.scale(picture, "bgr24", size), 3)

    def luma(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The luma scaled to ``size``, shape (height, width), C-contiguous, 0-255.

        Full range whatever the stream's own range is.
        """
        return self._halves.small_luma(size, self._scaler)

    def __repr__(self) -> str:
        return f"Frame({self.index}, {self.time_s:.3f} s, {self.size.width}x{self.size.height})"


def luma_of(picture: VideoFrame, size: FrameSize) -> npt.NDArray[np.uint8]:
    """The luma of one picture scaled to ``size``; see :meth:`Frame.luma`."""
    return _Halves(picture).small_luma(size, Scaler())


class _Halves:
    """A picture, and its halves made once for all that is asked of it.

    A mean of four pixels costs a third of what scaling by a fraction does. Chroma, which only a
    detector needs, is halved when it is asked for.
    """

    __slots__ = ("_coloured", "_lumas", "_pictures", "full_range", "planar")

    def __init__(self, picture: VideoFrame) -> None:
        self._pictures = [picture]
        self._coloured = 0  # the last level with its chroma
        self._lumas: dict[FrameSize, npt.NDArray[np.uint8]] = {}
        self.planar = picture.format.name in _PLANAR
        declared = ColorRange(picture.color_range)
        self.full_range = picture.format.name == "yuvj420p" or declared is ColorRange.JPEG

    def shows(self, picture: VideoFrame) -> bool:
        """Whether this is that very picture."""
        return self._pictures[0] is picture

    def small_luma(self, size: FrameSize, scaler: Scaler) -> npt.NDArray[np.uint8]:
        """The luma scaled to a size, made once; see :meth:`Frame.luma`."""
        if size not in self._lumas:
            self._lumas[size] = self._scaled_luma(size, scaler)
        return self._lumas[size]

    def _scaled_luma(self, size: FrameSize, scaler: Scaler) -> npt.NDArray[np.uint8]:
        level = self.level(size)
        if not self.planar:
            return _pixels(scaler.scale(self.picture(level), "gray", size), 1)
        wanted = (size.width, size.height)
        luma = cv2.resize(self.luma(level), wanted, interpolation=cv2.INTER_AREA)
        return np.asarray(luma if self.full_range else cv2.LUT(luma, _STRETCHED))

    def level(self, least: FrameSize) -> int:
        """How often the picture is halved to be the smallest one that covers ``least``."""
        if not self.planar:
            return 0
        width, height, level = self._pictures[0].width, self._pictures[0].height, 0
        # Chroma is half as fine as luma: whole pixels in every plane.
        while (
            width >= 2 * least.width
            and height >= 2 * least.height
            and not (width % 4 or height % 4)
        ):
            width, height, level = width // 2, height // 2, level + 1
        return level

    def luma(self, level: int) -> npt.NDArray[np.uint8]:
        """The luma plane at a level; a view."""
        while len(self._pictures) <= level:
            larger = self._pictures[-1]
            half = VideoFrame(larger.width // 2, larger.height // 2, larger.format.name)
            half.colorspace, half.color_range = larger.colorspace, larger.color_range
            _halve(larger.planes[0], half.planes[0])
            self._pictures.append(half)
        return _rows(self._pictures[level].planes[0])

    def picture(self, level: int) -> VideoFrame:
        """The whole picture at a level."""
        self.luma(level)
        while self._coloured < level:
            larger, half = self._pictures[self._coloured : self._coloured + 2]
            for plane, smaller in zip(larger.planes[1:], half.planes[1:], strict=True):
                _halve(plane, smaller)
            self._coloured += 1
        return self._pictures[level]


def _halve(plane: VideoPlane, smaller: VideoPlane) -> None:
    """Fill a plane with the means of four pixels each of a larger one."""
    size = (smaller.width, smaller.height)
    cv2.resize(_rows(plane), size, dst=_rows(smaller), interpolation=cv2.INTER_AREA)


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
