"""A blurred picture is told; a dark, noisy or busy one is not."""

from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from parvis.vision.focus import FocusWatch

Luma = npt.NDArray[np.uint8]


@pytest.fixture(scope="module")
def street(shared: Path) -> list[Luma]:
    """Ten seconds and more of the staged PETS scene, a frame a second, small."""
    found: list[Luma] = []
    with av.open(str(shared / "data/video/pets2009_s2l1_view001_vtest.avi")) as clip:
        for i, frame in enumerate(clip.decode(video=0)):
            if i % 10 == 0:
                grey = frame.to_ndarray(format="gray")
                found.append(cv2.resize(grey, (160, 90), interpolation=cv2.INTER_AREA))
    return found


def blurred(luma: Luma, sigma: float) -> Luma:
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), sigma), dtype=np.uint8)


def looked(frames: list[Luma]) -> list[bool]:
    watch = FocusWatch()
    return [watch.look(float(n), luma) for n, luma in enumerate(frames)]


def test_a_picture_out_of_focus_is_told_within_half_a_minute_and_comes_back(
    street: list[Luma],
) -> None:
    soft = [blurred(luma, 1.8) for luma in street[:60]]
    said = looked([*street[:60], *soft, *street[:60]])
    assert not any(said[:60])
    assert all(said[90:120])
    assert not any(said[150:])


def test_a_busy_a_dark_and_a_noisy_street_are_sharp(street: list[Luma]) -> None:
    chance = np.random.default_rng(3)
    dark = [
        np.clip(luma * 0.3 + chance.normal(0, 2, luma.shape), 0, 255).astype(np.uint8)
        for luma in street[:60]
    ]
    assert not any(looked([*street, *dark, *street]))


def test_what_was_always_soft_is_usual(street: list[Luma]) -> None:
    assert not any(looked([blurred(luma, 1.8) for luma in street]))
