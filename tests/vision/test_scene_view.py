"""A knocked pole is a move; light, night, a bus and the wind are none."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from array_frames import ArrayFrame

from parvis.vision.scene import SceneState, SceneWatch

Picture = npt.NDArray[np.float64]
RATE = 5.0


@pytest.fixture(scope="module")
def place(pets: list[ArrayFrame]) -> Picture:
    """The square of PETS without its people, grey values."""
    grey = [cv2.cvtColor(frame.picture, cv2.COLOR_BGR2GRAY) for frame in pets[::3]]
    return np.median(np.stack(grey), axis=0)


def moved_at(
    place: Picture, view: Callable[[float, Picture], Picture], lasting_s: float = 60
) -> list[float]:
    """Seconds of the frames at which the camera counts as moved."""
    rng, watch, moved = np.random.default_rng(3), SceneWatch(), []
    for number in range(int(lasting_s * RATE)):
        now = number / RATE
        noisy = view(now, place) + rng.normal(0, 3, place.shape)
        luma = cv2.resize(
            np.clip(noisy, 0, 255).astype(np.uint8), (160, 90), interpolation=cv2.INTER_AREA
        )
        if watch.update(now, luma, broken=False).state is SceneState.MOVED:
            moved.append(now)
    return moved


def pushed(picture: Picture, right: float, down: float = 0) -> Picture:
    way = np.array([[1, 0, right], [0, 1, down]], dtype=np.float32)
    size = (picture.shape[1], picture.shape[0])
    return cv2.warpAffine(picture.astype(np.float32), way, size, borderMode=cv2.BORDER_REFLECT)


@pytest.mark.parametrize(("right", "down"), [(24, 0), (0, 30), (-24, 20), (40, 0), (0, -60)])
def test_a_knocked_pole_is_seen_within_seconds_and_its_return_too(
    right: float, down: float, place: Picture
) -> None:
    moved = moved_at(place, lambda t, p: pushed(p, right, down) if 25 < t < 40 else p)
    assert moved
    assert 25 < moved[0] < 33
    assert 40 < moved[-1] < 50


@pytest.mark.parametrize(("right", "down"), [(8, 0), (0, 12), (-12, 8)])
def test_a_pole_knocked_a_little_is_seen_when_it_stays_so(
    right: float, down: float, place: Picture
) -> None:
    moved = moved_at(place, lambda t, p: pushed(p, right, down) if 25 < t < 75 else p, 100)
    assert moved
    assert 55 < moved[0] < 63
    assert 75 < moved[-1] < 85


@pytest.mark.parametrize(
    ("what", "view"),
    [
        ("night at once", lambda t, p: p if t < 25 else p * 0.12),
        ("dusk", lambda t, p: p * max(0.08, 1 - t / 50)),
        ("the sky darker than the houses", lambda t, p: p if t < 25 else 200 - p * 0.6),
        ("wind", lambda t, p: pushed(p, 4 * np.sin(7.3 * t), 2 * np.sin(5.1 * t))),
        ("a swaying pole", lambda t, p: pushed(p, 9 * np.sin(t / 6))),
        ("a bus", lambda t, p: np.where(np.arange(p.shape[1]) < 300, 90.0, p) if t > 25 else p),
    ],
)
def test_the_world_moves_and_the_camera_does_not(
    what: str, view: Callable[[float, Picture], Picture], place: Picture
) -> None:
    assert moved_at(place, view) == [], what


def test_a_dark_street_is_not_blank(place: Picture) -> None:
    watch = SceneWatch()
    luma = cv2.resize(place, (160, 90), interpolation=cv2.INTER_AREA)
    for number in range(100):
        watch.update(number / RATE, luma.astype(np.uint8), broken=False)
    assert not watch.update(21.0, (luma * 0.1).astype(np.uint8), broken=False).blank
    assert watch.update(22.0, np.full((90, 160), 12, np.uint8), broken=False).blank


def watched(watch: SceneWatch, picture: Picture, seconds: float) -> SceneState:
    """The state after watching a picture for so long."""
    rng, state = np.random.default_rng(4), SceneState.LEARNING
    for number in range(int(seconds * RATE)):
        noisy = np.clip(picture + rng.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)
        luma = cv2.resize(noisy, (160, 90), interpolation=cv2.INTER_AREA)
        state = watch.update(number / RATE, luma, broken=False).state
    return state


def test_a_camera_knocked_while_nobody_watched_is_noticed(place: Picture) -> None:
    before = SceneWatch()
    assert before.remember() is None
    watched(before, place, 20)
    memory = before.remember()
    assert memory is not None
    for picture, expected in (
        (place, SceneState.STILL),
        (place * 0.4, SceneState.STILL),
        (pushed(place, 40), SceneState.MOVED),
    ):
        after = SceneWatch()
        after.recall(memory)
        assert watched(after, picture, 20) is expected
        after.accept()
        assert watched(after, picture, 20) is SceneState.STILL
