"""Detections from a file in the format of the MOT challenge, for evaluation."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.frame import FrameSize


def read_mot(
    path: Path,
    fps: float,
    size: FrameSize,
    *,
    start_s: float = 0.0,
    every: int = 1,
    object_class: ObjectClass = ObjectClass.PERSON,
) -> Iterator[tuple[float, Detections]]:
    """Yield (time_s, detections) for every frame from the first to the last that has a box.

    Frame 1 of the file is at ``start_s``. Boxes are cut to the picture; what lies outside or is
    empty is left out. Columns: frame, id, left, top, width, height, confidence, further ones are
    not read; a confidence outside [0, 1], as in files that do not give one, counts as 1.

    Args:
        fps: frames a second of the video, > 0.
        size: of the video's frames, in which the boxes are given.
        every: take one frame in so many, beginning with the first.
        object_class: of every box; the format does not tell.

    Raises:
        ValueError: not such a file, or an fps or step that is not positive.
    """
    if fps <= 0 or every < 1:
        raise ValueError(f"fps and step are positive, not {fps} and {every}")
    rows = np.loadtxt(path, delimiter=",", usecols=range(7), ndmin=2, dtype=np.float64)
    if len(rows) == 0:
        return
    numbers = rows[:, 0].astype(np.int64)
    if numbers.min() < 1:
        raise ValueError(f"{path.name}: frames are numbered from 1")
    boxes = np.column_stack((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]))
    boxes[:, 0::2] = boxes[:, 0::2].clip(0, size.width)
    boxes[:, 1::2] = boxes[:, 1::2].clip(0, size.height)
    scores = np.where((rows[:, 6] >= 0) & (rows[:, 6] <= 1), rows[:, 6], 1.0)
    whole = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    classes = np.full(len(rows), object_class, dtype=np.int8)
    order = np.argsort(numbers, kind="stable")
    starts = np.searchsorted(numbers[order], np.arange(1, numbers.max() + 2))
    for number in range(1, int(numbers.max()) + 1, every):
        rows_of = order[starts[number - 1] : starts[number]]
        rows_of = rows_of[whole[rows_of]]
        yield (
            start_s + (number - 1) / fps,
            Detections(boxes[rows_of], scores[rows_of], classes[rows_of]),
        )
