"""How a frame is laid into a network's input, and how boxes come back out."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.values.frame import FrameSize, FrameView
from parvis.vision.models.definition import Input


@dataclass(frozen=True, slots=True)
class Fitting:
    """The place of a frame in a network's input.

    Args:
        frame: size of the frame.
        picture: size it is scaled to.
        canvas: size of the network's input; the picture lies in its upper left corner.
        fill: grey value of the rest.
    """

    frame: FrameSize
    picture: FrameSize
    canvas: FrameSize
    fill: int

    @classmethod
    def of(cls, frame: FrameSize, wanted: Input) -> "Fitting":
        """Stretch or letterbox, as the network was trained."""
        if wanted.fit == "stretch":
            return cls(frame, wanted.size, wanted.size, wanted.fill)
        scale = min(wanted.width / frame.width, wanted.height / frame.height)
        picture = FrameSize(
            min(wanted.width, max(1, round(frame.width * scale))),
            min(wanted.height, max(1, round(frame.height * scale))),
        )
        canvas = wanted.size
        if wanted.multiple:
            canvas = FrameSize(
                min(wanted.width, math.ceil(picture.width / wanted.multiple) * wanted.multiple),
                min(wanted.height, math.ceil(picture.height / wanted.multiple) * wanted.multiple),
            )
        return cls(frame, picture, canvas, wanted.fill)

    def picture_of(self, frame: FrameView) -> npt.NDArray[np.uint8]:
        """The network's input, BGR, shape (height, width, 3): the frame is scaled once."""
        scaled = frame.bgr(self.picture)
        if self.picture == self.canvas:
            return scaled
        whole = np.full((self.canvas.height, self.canvas.width, 3), self.fill, dtype=np.uint8)
        whole[: self.picture.height, : self.picture.width] = scaled
        return whole

    def to_frame(self, corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Corners in pixels of the input → pixels of the frame, cut at its edges, shape (n, 4)."""
        factor = np.array(
            [self.frame.width / self.picture.width, self.frame.height / self.picture.height] * 2
        )
        limit = np.array([self.frame.width, self.frame.height] * 2, dtype=np.float64)
        inside: npt.NDArray[np.float64] = np.clip(corners * factor, 0.0, limit)
        return inside
