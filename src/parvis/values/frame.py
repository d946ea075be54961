"""A picture as the vision room sees it: a protocol, so that no room needs a video library."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class FrameSize:
    """Width and height in pixels, both positive."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width <= 0 or self.height <= 0:
            raise ValueError(f"a frame has a positive size, not {self.width}x{self.height}")


class FrameView(Protocol):
    """One decoded frame, converted only when asked.

    ``time_s`` is seconds since the epoch on the stream's clock (for a file: the start of the file
    plus its presentation time). ``discontinuity`` is true on the first frame after a join, a
    reconnection or a jump of time: tracks must not be carried over it.
    """

    @property
    def time_s(self) -> float:
        """Seconds since the epoch on the stream's clock."""
        ...

    @property
    def index(self) -> int:
        """Number of the decoded frame in its stream, from 0."""
        ...

    @property
    def size(self) -> FrameSize:
        """Size of the decoded picture."""
        ...

    @property
    def discontinuity(self) -> bool:
        """True when this frame does not continue the one before."""
        ...

    @property
    def interval_s(self) -> float:
        """Typical step between the frames that its stream sends, analysed or not; 0 if unknown."""
        ...

    def bgr(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The frame scaled to ``size``, shape (height, width, 3), BGR, C-contiguous, 0-255."""
        ...

    def luma(self, size: FrameSize) -> npt.NDArray[np.uint8]:
        """The luma plane scaled to ``size``, shape (height, width), 0-255."""
        ...
