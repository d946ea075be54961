"""The scene watch on the staged PETS scene: still, moved and back, cut, blank, and its drawing."""

from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame

from parvis.video import Frame
from parvis.video.files import FileReader
from parvis.video.frame import Scaler
from parvis.video.sources import FileSource
from parvis.vision.gate import GATE_SIZE
from parvis.vision.scene import SceneState, SceneWatch


@pytest.fixture(scope="module")
def lumas(shared: Path) -> list[tuple[float, np.ndarray]]:
    """Small luma of the scene at 5 frames a second: (time, picture)."""
    video = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    reader = FileReader(FileSource((video,)), 5.0, 0.0)
    found = []
    while (frame := reader.take()) is not None:
        found.append((frame.time_s, frame.luma(GATE_SIZE)))
    return found


def test_people_and_light_move_no_camera(lumas: list[tuple[float, np.ndarray]]) -> None:
    watch = SceneWatch()
    for time_s, luma in lumas:
        # Dusk: half the light goes over the clip.
        dimmed = (luma * (1 - 0.5 * time_s / 80)).astype(np.uint8)
        look = watch.update(time_s, dimmed, broken=False)
        assert look.state is not SceneState.MOVED
        assert not look.cut
        assert not look.blank


@pytest.mark.parametrize("shift", [8, 25, 60])
def test_a_turned_camera_is_seen_and_its_return_too(
    lumas: list[tuple[float, np.ndarray]], shift: int
) -> None:
    watch = SceneWatch()
    states = {}
    for time_s, luma in lumas:
        turned = np.roll(luma, shift, axis=1) if 30 <= time_s < 50 else luma
        states[time_s] = watch.update(time_s, turned, broken=False).state
    assert all(s is not SceneState.MOVED for t, s in states.items() if t < 30)
    assert all(s is SceneState.MOVED for t, s in states.items() if 40 <= t < 50)
    assert all(s is SceneState.STILL for t, s in states.items() if t > 60)


def test_a_technician_may_accept_the_new_view(lumas: list[tuple[float, np.ndarray]]) -> None:
    watch = SceneWatch()
    for time_s, luma in lumas[:300]:
        turned = np.roll(luma, 40, axis=1) if time_s >= 30 else luma
        watch.update(time_s, turned, broken=False)
    assert watch.moved_since_s is not None
    watch.accept()
    for time_s, luma in lumas[300:]:
        look = watch.update(time_s, np.roll(luma, 40, axis=1), broken=False)
        assert look.state is not SceneState.MOVED


def test_a_grey_card_is_blank_and_its_beginning_a_cut(
    lumas: list[tuple[float, np.ndarray]],
) -> None:
    watch = SceneWatch()
    for time_s, luma in lumas[:100]:
        watch.update(time_s, luma, broken=False)
    grey = np.full_like(lumas[0][1], 128)
    first = watch.update(lumas[100][0], grey, broken=False)
    assert first.cut
    assert first.blank
    second = watch.update(lumas[101][0], grey, broken=False)
    assert second.blank
    assert not watch.update(lumas[102][0], lumas[102][1], broken=False).blank


@pytest.mark.parametrize("level", [16, 60, 128, 191])
@pytest.mark.parametrize("size", [(768, 576), (640, 360), (1920, 1080)])
def test_a_grey_card_is_blank_as_the_decoder_gives_it(
    lumas: list[tuple[float, np.ndarray]], size: tuple[int, int], level: int
) -> None:
    """Scaling dithers what lies between two grey levels: a card has a pattern of its own."""
    watch = SceneWatch()
    for time_s, luma in lumas[:25]:
        watch.update(time_s, luma, broken=False)
    picture = VideoFrame(*size, "yuv420p")
    for plane in picture.planes:
        plane.update(bytes([level]) * plane.buffer_size)
    card = Frame(picture, Scaler(), time_s=lumas[25][0], index=0, discontinuity=False)
    assert watch.update(card.time_s, card.luma(GATE_SIZE), broken=False).blank


def test_the_sketch_is_lines_without_people(shared: Path) -> None:
    video = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    reader = FileReader(FileSource((video,)), 5.0, 0.0)
    watch = SceneWatch()
    assert watch.sketch() == ()
    while (frame := reader.take()) is not None:
        watch.update(frame.time_s, frame.luma(GATE_SIZE), broken=False)
        watch.watch(frame.time_s, frame)
    lines = watch.sketch()
    points = [point for line in lines for point in line]
    assert 10 <= len(lines) <= 120
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in points)
    assert len(points) < 3000
