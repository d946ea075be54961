"""Objects followed through one camera's frames, alive for seconds and never stored."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Anchor = Literal["foot", "centre"]


@dataclass(frozen=True, slots=True)
class Tracks:
    """The objects that the tracker reports at one analysed frame.

    Args:
        time_s: time of the frame, seconds since the epoch.
        ids: random-free running numbers, unique within one camera and run, shape (n,), int64.
        boxes: smoothed corners x1, y1, x2, y2 in pixels, shape (n, 4), float64.
        classes: the class voted so far (ObjectClass codes), shape (n,), int8.
        scores: confidence of the last matched detection, shape (n,), float64.
        seen: true where a detection of this frame supports the track, shape (n,), bool;
            false where the position is only predicted.
        ended: ids that will never be reported again, shape (m,), int64. Observers forget them.

    Raises:
        ValueError: the arrays do not describe the same number of tracks.
    """

    time_s: float
    ids: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float64]
    classes: npt.NDArray[np.int8]
    scores: npt.NDArray[np.float64]
    seen: npt.NDArray[np.bool_]
    ended: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        n = len(self.ids)
        shapes = (self.boxes.shape, self.classes.shape, self.scores.shape, self.seen.shape)
        if shapes != ((n, 4), (n,), (n,), (n,)):
            raise ValueError(f"track arrays disagree: {n} ids, shapes {shapes}")

    def __len__(self) -> int:
        return len(self.ids)

    def anchors(self, anchor: Anchor) -> npt.NDArray[np.float64]:
        """The point that stands for each object, in pixels, shape (n, 2).

        ``foot`` is the middle of the box's lower edge; ``centre`` is the middle of the box, for a
        view from straight above.
        """
        x = (self.boxes[:, 0] + self.boxes[:, 2]) / 2
        y = self.boxes[:, 3] if anchor == "foot" else (self.boxes[:, 1] + self.boxes[:, 3]) / 2
        return np.column_stack((x, y))
