"""What stands still: detections of the last look hold as long as nothing has moved since."""

import numpy as np
import numpy.typing as npt

from parvis.values.detections import Detections
from parvis.vision.boxes import overlaps

_SAME_PLACE = 0.5
"""Overlap above which a detection is of something that was tracked there."""

Boxes = npt.NDArray[np.float64]


class Standing:
    """Speaks for the detector in frames that the motion gate holds back.

    A picture that has not changed would be detected as the one before. Only what is tracked is
    said again: a false box of a single frame must not become sure by being repeated.
    """

    def __init__(self) -> None:
        self._found = Detections.empty()

    def look(self, found: Detections, tracked: Boxes) -> bool:
        """Take what the detector found in a frame.

        Args:
            tracked: corners of what is tracked, pixels, shape (n, 4).

        Returns:
            Whether everything that was tracked is still there.
        """
        self._found = found
        if not len(tracked):
            return True
        return bool((overlaps(tracked, found.boxes) > _SAME_PLACE).any(axis=1).all())

    def again(self, tracked: Boxes) -> Detections:
        """What a frame shows in which nothing moved, of what is tracked."""
        if not len(self._found) or not len(tracked):
            return Detections.empty()
        same = overlaps(self._found.boxes, tracked) > _SAME_PLACE
        return self._found.select(np.flatnonzero(same.any(axis=1)))

    def forget(self) -> None:
        """What comes next does not continue what was seen."""
        self._found = Detections.empty()
