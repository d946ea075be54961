"""Real models on the staged PETS scene: right boxes, masks respected, engines that agree."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.frame import FrameView
from parvis.video.files import FileReader
from parvis.video.sources import FileSource
from parvis.vision import detect
from parvis.vision.boxes import overlaps
from parvis.vision.masks import MaskedView, Masks

MODEL = "person-vehicle-bike-detection-2004"


def frames(shared: Path, every: int) -> Iterator[tuple[int, FrameView]]:
    """(number from 1, frame) of every so many frames of the scene."""
    video = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    reader = FileReader(FileSource((video,)), None, 0.0)
    while (frame := reader.take()) is not None:
        if frame.index % every == 0:
            yield frame.index + 1, frame


def truth(shared: Path) -> dict[int, np.ndarray]:
    """True boxes by frame, corners in pixels."""
    rows = np.loadtxt(shared / "data/gt/pets2009/gt_mot.txt", delimiter=",")
    corners = np.column_stack((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6]))
    return {int(n): corners[rows[:, 0] == n] for n in np.unique(rows[:, 0])}


def f1(detector: detect.Detector, shared: Path) -> float:
    """F1 at IoU 0.5, greedily matched by score, at the score where the model is at its best."""
    true_boxes = truth(shared)
    hits = found = there = 0
    for number, frame in frames(shared, 16):
        found_here = detector.detect(frame)
        people = found_here.classes == ObjectClass.PERSON
        boxes = found_here.boxes[people & (found_here.scores >= 0.26)]
        wanted = true_boxes.get(number, np.empty((0, 4)))
        free = np.ones(len(wanted), dtype=bool)
        for row in overlaps(boxes, wanted):
            best = int(np.argmax(np.where(free, row, -1))) if len(wanted) else -1
            if best >= 0 and free[best] and row[best] >= 0.5:
                free[best] = False
                hits += 1
        found += len(boxes)
        there += len(wanted)
    return 2 * hits / (found + there)


def sure(detector: detect.Detector, frame: FrameView) -> Detections:
    found = detector.detect(frame)
    return found.select(found.scores >= detector.model.thresholds.high)


@pytest.fixture(scope="module")
def detector(shared: Path) -> detect.Detector:
    return detect.load(MODEL, shared)


def test_people_of_pets_are_found(detector: detect.Detector, shared: Path) -> None:
    assert f1(detector, shared) >= 0.88


def test_boxes_lie_in_the_picture_best_first(detector: detect.Detector, shared: Path) -> None:
    for _, frame in frames(shared, 160):
        found = detector.detect(frame)
        assert (np.diff(found.scores) <= 0).all()
        assert (found.boxes[:, 2:] > found.boxes[:, :2]).all()
        assert (found.boxes >= -1).all()
        assert (found.boxes[:, 2] <= frame.size.width + 1).all()
        assert (found.boxes[:, 3] <= frame.size.height + 1).all()


def test_the_same_frame_gives_the_same_boxes(detector: detect.Detector, shared: Path) -> None:
    _, frame = next(frames(shared, 1))
    first, second = detector.detect(frame), detector.detect(frame)
    assert np.array_equal(first.boxes, second.boxes)
    assert np.array_equal(first.scores, second.scores)


def test_nobody_is_found_under_a_mask(detector: detect.Detector, shared: Path) -> None:
    left = Masks([[(0, 0), (0.55, 0), (0.55, 1), (0, 1)]])
    seen = 0
    for _, frame in frames(shared, 80):
        masked = sure(detector, MaskedView(frame, left))
        middles = masked.boxes[:, [0, 2]].mean(axis=1)
        assert (middles > 0.5 * frame.size.width).all()
        seen += len(masked)
    assert seen > 5
