"""Masks: parts of the picture that nothing ever sees."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from parvis.values.frame import FrameSize, FrameView

Polygon = Sequence[tuple[float, float]]
"""Corners relative to the picture, x right and y down, 0 to 1."""

_SUBPIXEL_BITS = 4


class Masks:
    """The masks of one camera, drawn once for each size that is asked for.

    Args:
        polygons: areas to black out; overlapping ones add up.

    Raises:
        ValueError: a polygon with fewer than three corners.
    """

    def __init__(self, polygons: Sequence[Polygon]) -> None:
        if any(len(polygon) < 3 for polygon in polygons):
            raise ValueError("a mask has at least three corners")
        self._polygons = [np.asarray(polygon, dtype=np.float64) for polygon in polygons]
        self._drawn: dict[FrameSize, npt.NDArray[np.uint8]] = {}

    def __bool__(self) -> bool:
        return bool(self._polygons)

    def visible(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """255 where the picture may be seen, 0 under a mask, shape (height, width)."""
        if size not in self._drawn:
            self._drawn[size] = self._draw(size)
        return self._drawn[size]

    def _draw(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        picture = np.full((size.height, size.width), 255, dtype=np.uint8)
        scale = np.array([size.width, size.height])
        for polygon in self._polygons:
            # Pixel centres lie at half coordinates.
            corners = np.round((polygon * scale - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
            cv2.fillPoly(picture, [corners], (0,), shift=_SUBPIXEL_BITS)
        # A scaled pixel on the border mixes both sides: it goes under the mask too.
        return np.asarray(cv2.erode(picture, np.ones((3, 3), np.uint8)), dtype=np.uint8)


class MaskedView:
    """A frame as all others see it: black under the masks, in every form it is asked for.

    It satisfies ``FrameView``; whoever holds it cannot reach what lies under a mask.
    """

    __slots__ = ("_frame", "_masks")

    def __init__(self, frame: FrameView, masks: Masks) -> None:
        self._frame = frame
        self._masks = masks

    @property
    def time_s(self) -> float:
        """Seconds since the epoch on the stream's clock."""
        return self._frame.time_s

    @property
    def index(self) -> int:
        """Number of the decoded frame in its stream."""
        return self._frame.index

    @property
    def size(self) -> FrameSize:
        """Size of the decoded picture."""
        return self._frame.size

    @property
    def discontinuity(self) -> bool:
        """True when this frame does not continue the one before."""
        return self._frame.discontinuity

    @property
    def interval_s(self) -> float:
        """Typical step between the frames of its stream."""
        return self._frame.interval_s

    def bgr(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The frame scaled to ``size``, black under the masks, shape (height, width, 3)."""
        return self._masked(self._frame.bgr(size), size)

    def luma(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The luma plane scaled to ``size``, 0 under the masks, shape (height, width)."""
        return self._masked(self._frame.luma(size), size)

    def _masked(self, picture: npt.NDArray[np.uint8], size: FrameSize) -> npt.NDArray[np.uint8]:
        if not self._masks:
            return picture
        seen = cv2.bitwise_and(picture, picture, mask=self._masks.visible(size))
        return np.asarray(seen, dtype=np.uint8)
