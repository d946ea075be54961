"""What a detector says of one frame."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Detections:
    """Boxes of one frame.

    Args:
        boxes: corners x1, y1, x2, y2 in pixels of the frame, shape (n, 4), float64.
        scores: confidence in [0, 1], shape (n,), float64.
        classes: codes of :class:`~parvis.values.classes.ObjectClass`, shape (n,), int8.

    Raises:
        ValueError: the three arrays do not describe the same number of boxes.
    """

    boxes: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    classes: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        n = len(self.scores)
        if self.boxes.shape != (n, 4) or self.classes.shape != (n,):
            raise ValueError(
                f"boxes {self.boxes.shape}, scores {self.scores.shape} and classes "
                f"{self.classes.shape} disagree; expected (n, 4), (n,), (n,)"
            )

    def __len__(self) -> int:
        return len(self.scores)

    def select(self, which: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Detections":
        """Return the boxes picked by a mask or an index array, in that order."""
        return Detections(self.boxes[which], self.scores[which], self.classes[which])

    @classmethod
    def empty(cls) -> "Detections":
        """No box at all."""
        return cls(np.empty((0, 4)), np.empty(0), np.empty(0, dtype=np.int8))
