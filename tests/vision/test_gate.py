"""The motion gate: sleeps where nothing happens, never through somebody who walks."""

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from array_frames import frames_of

from parvis.vision.gate import GATE_SIZE, GateSettings, MotionGate, Reason

NOBODY = np.empty((0, 4))
RATE = 5.0
Picture = npt.NDArray[np.float64]


def town(height: int = 360, width: int = 640) -> Picture:
    """A made-up street: sky, façades with windows, a road; grey values."""
    picture = np.full((height, width), 190.0)
    picture[height // 3 :] = 110
    picture[2 * height // 3 :] = 80
    rng = np.random.default_rng(5)
    for _ in range(50):
        x, y = rng.integers(0, width - 40), rng.integers(height // 4, 2 * height // 3)
        picture[y : y + 24, x : x + 16] = rng.integers(30, 220)
    return cv2.GaussianBlur(picture, (3, 3), 0)


def analysed(
    scene: Callable[[float, Picture], Picture],
    seconds: float,
    boxes: npt.NDArray[np.float64] = NOBODY,
    after_s: float = 30.0,
    noise: float = 3.0,
) -> float:
    """Share of the frames let through after ``after_s``, with the noise of a sensor."""
    rng, gate, street = np.random.default_rng(1), MotionGate(), town()
    let = []
    for number in range(int(seconds * RATE)):
        now = number / RATE
        picture = scene(now, street.copy()) + rng.normal(0, noise, street.shape)
        luma = cv2.resize(
            np.clip(picture, 0, 255).astype(np.uint8),
            (GATE_SIZE.width, GATE_SIZE.height),
            interpolation=cv2.INTER_AREA,
        )
        passes = gate.update(now, luma, boxes)
        if now >= after_s:
            let.append(passes)
    return float(np.mean(let))


def rain(now: float, street: Picture) -> Picture:
    rng = np.random.default_rng(int(now * 1000))
    drops = np.zeros_like(street)
    for x, y in rng.integers(0, (600, 330), (60, 2)):
        cv2.line(drops, (int(x), int(y)), (int(x) + 2, int(y) + 18), 100.0, 1)
    return street + drops


def walker(tall: float, contrast: float) -> Callable[[float, Picture], Picture]:
    """Somebody of that share of the height walks across from second 30 on, 1.4 m/s."""

    def scene(now: float, street: Picture) -> Picture:
        if now >= 30:
            high = tall * street.shape[0]
            left = int(40 + 1.4 / 1.7 * high * (now - 30))
            street[int(300 - high) : 300, left : left + max(2, round(0.35 * high))] += contrast
        return street

    return scene


@pytest.mark.parametrize(
    ("name", "scene"),
    [
        ("nothing", lambda now, street: street),
        ("clouds", lambda now, street: street * (1 + 0.3 * np.sin(now / 8))),
        ("dark", lambda now, street: street * 0.12),
        ("a lamp now and then", lambda now, street: street * (0.4 if int(now / 40) % 2 else 1)),
        ("rain", rain),
    ],
)
def test_a_street_where_nothing_happens_is_left_alone(
    name: str, scene: Callable[[float, Picture], Picture]
) -> None:
    assert analysed(scene, 120) < 0.2, name


def test_leaves_are_learnt() -> None:
    def leaves(now: float, street: Picture) -> Picture:
        street[120:240] = np.roll(street[120:240], round(4 * np.sin(2.1 * now)), axis=1)
        return street

    assert analysed(leaves, 150, after_s=60) < 0.2


@pytest.mark.parametrize("contrast", [-30, 20, 60])
@pytest.mark.parametrize("tall", [0.03, 0.06, 0.15])
def test_who_walks_is_never_missed(tall: float, contrast: float) -> None:
    assert analysed(walker(tall, contrast), 42) > 0.95


def test_who_walks_in_the_rain_or_at_night_is_not_missed() -> None:
    assert analysed(lambda now, street: walker(0.15, 70)(now, rain(now, street)), 42) > 0.9
    assert analysed(lambda now, street: walker(0.12, 60)(now, street) * 0.2, 45) > 0.95


def test_what_is_tracked_and_still_is_looked_at_again() -> None:
    somebody = np.array([[0.4, 0.4, 0.5, 0.7]])
    most_s = GateSettings().tracked_check_most_s
    share = analysed(lambda now, street: street, 90, somebody)
    assert 1 / RATE / (most_s + 1 / RATE) - 0.01 <= share <= 0.2
    assert analysed(lambda now, street: street, 90) < 0.05


def test_a_doubt_brings_the_next_look_forward() -> None:
    gate, luma = MotionGate(), np.full((90, 160), 90, np.uint8)
    somebody = np.array([[0.4, 0.4, 0.5, 0.7]])
    looks_s = [n / RATE for n in range(300) if gate.update(n / RATE, luma, somebody)]
    gate.doubt()
    number = 300
    while not gate.update(number / RATE, luma, somebody):
        number += 1
    assert looks_s[-1] - looks_s[-2] > 2.5
    assert number / RATE - looks_s[-1] <= 0.6 + 1 / RATE or number == 300


def test_a_thing_that_was_put_down_costs_seconds() -> None:
    def chair(now: float, street: Picture) -> Picture:
        if now >= 30:
            street[200:280, 300:350] += 60
        return street

    assert analysed(chair, 32, after_s=30) > 0.8
    assert analysed(chair, 120, after_s=60) < 0.1


def test_pets_never_sleeps(pets_video: Path) -> None:
    gate, frames = MotionGate(), frames_of(pets_video, step=2)
    let = [gate.update(f.time_s, f.luma(GATE_SIZE), NOBODY) for f in frames]
    assert np.mean(let) > 0.98


def test_a_reset_begins_anew() -> None:
    gate, luma = MotionGate(), np.full((90, 160), 90, np.uint8)
    for number in range(50):
        gate.update(number / RATE, luma, NOBODY)
    assert gate.reason is Reason.STILL
    gate.reset()
    assert gate.update(50 / RATE, luma, NOBODY)
    assert gate.reason is Reason.LEARNING


def test_it_is_cheap() -> None:
    gate, rng = MotionGate(), np.random.default_rng(0)
    lumas = [rng.normal(100, 2, (90, 160)).astype(np.uint8) for _ in range(20)]
    costs_s = []
    for number in range(200):
        before_s = time.thread_time()
        gate.update(number / RATE, lumas[number % 20], NOBODY)
        costs_s.append(time.thread_time() - before_s)
    assert np.median(costs_s) < 0.001  # a fifth of it on an idle machine
