"""Tracks reach the ground while the camera sees what it was calibrated on, and only then."""

from pathlib import Path

import numpy as np
import pytest

from parvis.fleet.counting import Counting
from parvis.fleet.ground_book import GroundBook
from parvis.fleet.grounding import Grounding
from parvis.fleet.observing import observers_for
from parvis.fleet.pipeline import Pipeline
from parvis.fleet.stage_clock import StageClock
from parvis.ground.from_site import CameraGround
from parvis.site import load
from parvis.site.ground import Ground
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.frame import FrameSize
from parvis.values.ground_tracks import GroundTracks
from parvis.video.files import FileReader
from parvis.video.sources import FileSource
from parvis.vision import detect
from parvis.vision.models import fetch
from parvis.vision.tracker import TrackerSettings

SITE = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"
SIZE = FrameSize(768, 576)
PERSON = (ObjectClass.PERSON,)


class Watcher:
    """Writes down what it is shown."""

    def __init__(self) -> None:
        self.said: list[GroundTracks | str] = []
        self.made = 0

    def make(self, ground: CameraGround) -> "Watcher":
        self.made += 1
        return self

    def paced(self, interval_s: float) -> None:
        pass

    def observe(self, tracks: GroundTracks) -> None:
        self.said.append(tracks)

    def gap(self) -> None:
        self.said.append("gap")

    @property
    def frames(self) -> list[GroundTracks]:
        return [one for one in self.said if isinstance(one, GroundTracks)]


@pytest.fixture
def camera() -> Camera:
    return load(SITE).site.cameras["pets"]


def walking(counting: Counting, times: range, size: FrameSize = SIZE, start: float = 0.0) -> None:
    """A person walks to the right, a second is seen near the horizon; 5 frames a second."""
    scale = size.width / SIZE.width
    for i in times:
        x = 200.0 + 10 * i
        boxes = np.array([[x, 250, x + 30, 330], [x, -60, x + 20, -20]]) * scale
        found = Detections(boxes, np.full(2, 0.9), np.zeros(2, np.int8))
        counting.take(start + i / 5, size, found)


def counting(camera: Camera, grounding: Grounding) -> Counting:
    return Counting(
        PERSON,
        observers_for("pets", camera, "run", PERSON),
        StageClock(),
        TrackerSettings(),
        grounding=grounding,
    )


def test_each_settled_frame_is_shown_with_those_that_have_a_position(camera: Camera) -> None:
    watcher = Watcher()
    grounding = Grounding("pets", camera, watcher.make)
    follow = counting(camera, grounding)
    walking(follow, range(20))
    follow.break_off("the end")
    assert watcher.made == 1 and grounding.withheld == "" and watcher.said[-1] == "gap"
    assert [round(f.time_s * 5) for f in watcher.frames] == list(range(20))
    walked = [f for f in watcher.frames if len(f)]
    assert len(walked) > 12 and max(len(f) for f in walked) == 1  # nobody near the horizon
    way = np.array([f.points[0] for f in walked])
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    assert np.all((steps > 0.1) & (steps < 0.5))


def test_another_size_of_frames_gives_the_same_ground(camera: Camera) -> None:
    whole, half = Watcher(), Watcher()
    for watcher, size in ((whole, SIZE), (half, FrameSize(384, 288))):
        follow = counting(camera, Grounding("pets", camera, watcher.make))
        walking(follow, range(15), size)
        follow.break_off("the end")
    assert sum(map(len, whole.frames)) > 8
    for one, other in zip(whole.frames, half.frames, strict=True):
        np.testing.assert_allclose(one.points, other.points, atol=0.05)


def test_a_new_size_in_the_run_is_a_gap_and_keeps_the_watcher(camera: Camera) -> None:
    watcher = Watcher()
    follow = counting(camera, Grounding("pets", camera, watcher.make))
    walking(follow, range(8))
    follow.break_off("the picture changed")
    walking(follow, range(8, 16), FrameSize(384, 288))
    follow.break_off("the end")
    assert watcher.made == 1
    before = watcher.said.index("gap")
    assert all(isinstance(one, GroundTracks) for one in watcher.said[:before])
    assert any(isinstance(one, GroundTracks) and len(one) for one in watcher.said[before:])


def test_without_a_sound_ground_nothing_is_shown_and_the_reason_is_known(camera: Camera) -> None:
    assert camera.ground is not None
    points = camera.ground.points
    mirrored = Ground(
        points=tuple(p.model_copy(update={"ground": p.ground[::-1]}) for p in points if p.ground)
    )
    for ground, reason in ((None, "no ground"), (mirrored, "mirror")):
        watcher = Watcher()
        grounding = Grounding("pets", camera.model_copy(update={"ground": ground}), watcher.make)
        follow = counting(camera, grounding)
        walking(follow, range(8))
        follow.break_off("the end")
        assert watcher.made == 0 and watcher.said == [] and reason in grounding.withheld


def test_giants_show_that_the_ground_is_in_feet(camera: Camera) -> None:
    assert camera.ground is not None
    feet = Ground(
        points=tuple(
            p.model_copy(update={"ground": (p.ground[0] * 3.281, p.ground[1] * 3.281)})
            for p in camera.ground.points
            if p.ground
        )
    )
    for ground, sound in ((camera.ground, True), (feet, False)):
        watcher = Watcher()
        grounding = Grounding("pets", camera.model_copy(update={"ground": ground}), watcher.make)
        follow = counting(camera, grounding)
        for passage in range(12):
            walking(follow, range(25), start=100.0 * passage)
            follow.break_off("the next one")
        assert (grounding.withheld == "") == sound
        shown = [f.time_s for f in watcher.frames if len(f)]
        assert (shown[-1] > 1000) == sound
        if not sound:
            assert "m tall" in grounding.withheld and watcher.said[-1] == "gap"


class Turned:
    """A frame of a camera that was turned: another part of the scene, upside down."""

    def __init__(self, frame, turned: bool) -> None:
        self._frame, self._turned = frame, turned
        self.time_s, self.index, self.size = frame.time_s, frame.index, frame.size
        self.discontinuity, self.interval_s = frame.discontinuity, frame.interval_s

    def bgr(self, size: FrameSize) -> np.ndarray:
        picture = self._frame.bgr(size)
        return np.ascontiguousarray(picture[::-1]) if self._turned else picture

    def luma(self, size: FrameSize) -> np.ndarray:
        picture = self._frame.luma(size)
        return np.ascontiguousarray(picture[::-1]) if self._turned else picture


def test_a_moved_camera_suspends_the_ground_until_it_is_back(shared: Path, camera: Camera) -> None:
    video = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    local = fetch.resolve("person-vehicle-bike-detection-2004")
    watcher = Watcher()
    pipeline = Pipeline(
        camera,
        detect.start(local),
        observers_for("pets", camera, "run", PERSON),
        StageClock(),
        grounding=Grounding("pets", camera, watcher.make),
    )
    reader = FileReader(FileSource((video,)), camera.rate, 0.0)
    moved = []
    try:
        while (frame := reader.take()) is not None and frame.time_s < 55:
            pipeline.step(Turned(frame, 20 <= frame.time_s < 38))
            if pipeline.scene.moved_since_s is not None:
                moved.append(frame.time_s)
    finally:
        reader.stop()
    pipeline.break_off("the end")
    assert moved and moved[0] < 30 and moved[-1] > 37
    shown = np.array([f.time_s for f in watcher.frames if len(f)])
    assert np.any(shown < 20) and np.any(shown > moved[-1])
    assert not np.any((shown >= moved[0]) & (shown < moved[-1]))
    gaps = [i for i, one in enumerate(watcher.said) if isinstance(one, str)]
    assert len(gaps) >= 2


def test_a_slow_camera_is_seen_whole_on_the_ground_as_in_the_picture(camera: Camera) -> None:
    book = GroundBook("pets", camera, PERSON)
    follow = counting(camera, Grounding("pets", camera, book.watch))
    for i in range(61):
        follow.paced(2.0)
        follow.take(2.0 * i, SIZE, Detections.empty())
    follow.break_off("the end")
    assert follow.observers is not None
    for minute in book.fill(follow.observers.close_all(120.0))[:2]:
        on_ground = {one.coverage_s for one in minute.measures if one.series.kind.on_ground}
        assert minute.coverage_s == 60.0
        assert on_ground == {60.0}
