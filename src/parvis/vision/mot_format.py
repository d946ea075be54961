"""Tracks as MOT Challenge text: ``frame, id, left, top, width, height, confidence, …``."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class TrackRows:
    """Boxes with identities over a whole sequence, in any order.

    Args:
        frames: frame numbers, shape (n,), int64.
        ids: identities, shape (n,), int64; one identity appears once in a frame.
        boxes: corners x1, y1, x2, y2 in pixels, shape (n, 4), float64.

    Raises:
        ValueError: the arrays disagree, or an identity appears twice in one frame.
    """

    frames: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        n = len(self.frames)
        if self.ids.shape != (n,) or self.boxes.shape != (n, 4):
            raise ValueError(f"{n} frames, ids {self.ids.shape} and boxes {self.boxes.shape}")
        if n and len(np.unique(np.column_stack((self.frames, self.ids)), axis=0)) != n:
            raise ValueError("an identity appears twice in one frame")

    def __len__(self) -> int:
        return len(self.frames)


def read_tracks(path: Path) -> TrackRows:
    """Read truth or results; rows whose confidence column is 0 are marked "ignore" and left out.

    Raises:
        ValueError: not MOT text, or an identity twice in one frame.
        OSError: the file cannot be read.
    """
    rows = np.loadtxt(path, delimiter=",", ndmin=2, usecols=range(7))
    rows = rows[rows[:, 6] != 0] if rows.size else np.empty((0, 7))
    corners = np.column_stack((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]))
    return TrackRows(rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64), corners)


def concatenate(sequences: list[TrackRows]) -> TrackRows:
    """Put sequences one after another, so that scores of the whole weigh every box alike.

    Frames and identities are set apart by the same offsets for every list of sequences that has
    frames below 10^6 and identities below 10^6: truth and result stay aligned.

    Raises:
        ValueError: a frame or an identity of 10^6 or more.
    """
    step = 1_000_000
    if any(len(rows) and max(rows.frames.max(), rows.ids.max()) >= step for rows in sequences):
        raise ValueError("frames and identities must stay below 10^6")
    return TrackRows(
        np.concatenate([rows.frames + step * k for k, rows in enumerate(sequences)]),
        np.concatenate([rows.ids + step * k for k, rows in enumerate(sequences)]),
        np.concatenate([rows.boxes for rows in sequences]),
    )
