"""Objects on the ground: what a camera's calibration makes of its tracks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class GroundTracks:
    """The objects of one analysed frame that have a position in metres.

    Objects beyond the horizon, or where the calibration is too coarse, are not in it.

    Args:
        time_s: time of the frame, seconds since the epoch.
        ids: running numbers, unique within one camera and run, shape (n,), int64.
        points: positions on the ground in metres, x to the east or right, y to the north or up,
            shape (n, 2), float64.
        covariances: of the positions, square metres, shape (n, 2, 2), float64.
        classes: the class voted so far (ObjectClass codes), shape (n,), int8.
        seen: true where a detection of this frame supports the position, shape (n,), bool; false
            where it is only predicted.
        ended: ids that will never be reported again, shape (m,), int64. Observers forget them.

    Raises:
        ValueError: the arrays do not describe the same number of objects.
    """

    time_s: float
    ids: npt.NDArray[np.int64]
    points: npt.NDArray[np.float64]
    covariances: npt.NDArray[np.float64]
    classes: npt.NDArray[np.int8]
    seen: npt.NDArray[np.bool_]
    ended: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        n = len(self.ids)
        shapes = (
            self.points.shape,
            self.covariances.shape,
            self.classes.shape,
            self.seen.shape,
        )
        if shapes != ((n, 2), (n, 2, 2), (n,), (n,)):
            raise ValueError(f"ground track arrays disagree: {n} ids, shapes {shapes}")

    def __len__(self) -> int:
        return len(self.ids)
