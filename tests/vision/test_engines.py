"""Both engines and both kinds of model: precision, shapes, agreement, sharing, silence."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from array_frames import ArrayFrame

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.vision import detect
from parvis.vision.boxes import overlaps
from parvis.vision.detect import NetworkDetector
from parvis.vision.engines.engine import Turnstile
from parvis.vision.models import fetch
from parvis.vision.models.places import usual

OMZ = "person-vehicle-bike-detection-2004"
DetectorOf = Callable[[str], NetworkDetector]


def average_precision(found: list[Detections], truth: list[np.ndarray]) -> float:
    """AP at IoU 0.5 over all frames, area under the interpolated curve."""
    hits: list[tuple[float, bool]] = []
    for people, boxes in zip(found, truth, strict=True):
        free = np.ones(len(boxes), dtype=bool)
        for row, score in zip(overlaps(people.boxes, boxes), people.scores, strict=True):
            best = int(np.argmax(np.where(free, row, -1))) if free.any() else -1
            hit = best >= 0 and bool(row[best] >= 0.5)
            free[best] &= not hit
            hits.append((float(score), hit))
    hits.sort(reverse=True)
    true = np.cumsum([hit for _, hit in hits])
    precision = np.maximum.accumulate((true / np.arange(1, len(hits) + 1))[::-1])[::-1]
    return float(np.sum(np.diff(np.r_[0, true / sum(map(len, truth))]) * precision))


@pytest.mark.parametrize(("name", "least"), [(OMZ, 0.92), ("nanodet-g", 0.905)])
def test_people_of_pets_are_found(
    name: str,
    least: float,
    detector_of: DetectorOf,
    pets: list[ArrayFrame],
    shared: Path,
) -> None:
    rows = np.loadtxt(shared / "data/gt/pets2009/gt_mot.txt", delimiter=",")
    truth = []
    for frame in pets:
        here = rows[rows[:, 0] == frame.index + rows[:, 0].min()]
        truth.append(np.hstack((here[:, 2:4], here[:, 2:4] + here[:, 4:6])))
    detector = detector_of(name)
    found = [detector.detect(frame) for frame in pets]
    people = [d.select(d.classes == ObjectClass.PERSON) for d in found]
    assert average_precision(people, truth) >= least
    sure = [int(np.sum(d.scores >= detector.model.thresholds.high)) for d in people]
    errors = [abs(n - len(boxes)) for n, boxes in zip(sure, truth, strict=True)]
    assert np.mean(errors) < 0.6


@pytest.mark.parametrize("size", [(416, 416), (640, 360), (360, 640), (1920, 1080), (200, 100)])
def test_boxes_follow_the_size_of_the_frame(
    size: tuple[int, int], detector_of: DetectorOf, pets: list[ArrayFrame]
) -> None:
    """A frame of any shape: the boxes of the scaled picture are the scaled boxes."""
    detector, picture = detector_of("nanodet-g"), pets[40].picture
    canvas = np.full((size[1], size[0], 3), 114, np.uint8)
    scale = min(size[0] / 768, size[1] / 576)
    inside = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    canvas[: inside.shape[0], : inside.shape[1]] = inside
    found = detector.detect(ArrayFrame(canvas))
    assert (found.boxes[:, 2:] <= size).all()
    if size == (200, 100):  # people of ten pixels: too small to be sure of
        return
    sure = found.select(found.scores > 0.6)
    original = detector.detect(ArrayFrame(picture)).boxes * scale
    assert len(sure) >= 2
    assert (overlaps(sure.boxes, original).max(axis=1) > 0.6).mean() > 0.7


def test_both_engines_agree(shared: Path, pets: list[ArrayFrame]) -> None:
    pytest.importorskip("onnxruntime")
    local = fetch.locate("nanodet-g", usual(shared))
    if local is None:
        pytest.skip("nanodet-g is not on this machine")
    one, two = detect.start(local, 1, "openvino"), detect.start(local, 1, "onnx")
    for frame in pets[::20]:
        a, b = one.detect(frame), two.detect(frame)
        assert len(a) == len(b) > 0
        assert np.diag(overlaps(a.boxes, b.boxes)).min() > 0.99
        assert np.allclose(a.scores, b.scores, atol=1e-3)
        assert np.array_equal(a.classes, b.classes)


def test_many_cameras_share_one_detector(shared: Path, pets: list[ArrayFrame]) -> None:
    local = fetch.locate(OMZ, usual(shared))
    assert local is not None
    detector = detect.start(local, threads=2)
    alone = [detector.detect(frame) for frame in pets[:8]]
    results: dict[int, list[Detections]] = {}

    def camera(number: int) -> None:
        results[number] = [detector.detect(frame) for frame in pets[:8]]

    threads = [threading.Thread(target=camera, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 5
    for found in results.values():
        for one, two in zip(alone, found, strict=True):
            assert np.array_equal(one.boxes, two.boxes)
    stats = detector.stats()
    assert stats.inferences == 48
    assert 0 < stats.engine_cpu_s <= stats.cpu_s
    assert stats.median_ms > 0


def test_turns_go_round_in_the_order_of_asking() -> None:
    turnstile = Turnstile(["only one"])
    order: list[int] = []
    asked = [threading.Event() for _ in range(6)]
    release = threading.Event()

    def holder() -> None:
        with turnstile.lend():
            asked[0].set()
            release.wait(10)

    def camera(number: int) -> None:
        asked[number].set()
        with turnstile.lend():
            order.append(number)

    threads = [threading.Thread(target=holder)]
    threads += [threading.Thread(target=camera, args=(number,)) for number in range(1, 6)]
    for number, thread in enumerate(threads):
        thread.start()
        assert asked[number].wait(10)
        while number and len(turnstile._waiting) < number:
            threading.Event().wait(0.001)
    release.set()
    for thread in threads:
        thread.join(10)
    assert order == [1, 2, 3, 4, 5]


_QUIET = """
import json, os, sys, time
opened = []
def note(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        opened.append(event)
sys.addaudithook(note)
from parvis.vision.engines.quiet_openvino import ov
ov.Core()
time.sleep(0.5)
told = [name for name in sys.modules if name.startswith("openvino_telemetry.")]
print(json.dumps([opened, os.listdir(os.environ["HOME"]), told]))
"""


@pytest.mark.law(10)
def test_openvino_is_loaded_without_its_telemetry(tmp_path: Path) -> None:
    """Importing openvino sends an event to an analytics service; Parvis's door to it does not."""
    environment = {**os.environ, "HOME": str(tmp_path)}
    said = subprocess.run(
        [sys.executable, "-c", _QUIET], env=environment, capture_output=True, check=True, text=True
    )
    assert json.loads(said.stdout) == [[], [], []]
