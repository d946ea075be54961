"""Known lengths give the camera, or say what is missing."""

import numpy as np
import pinhole
import pytest

from parvis.ground.lengths import Assumptions, KnownLength, calibrate_lengths
from parvis.ground.refusals import InconsistentError, UndeterminedError

Stretch = tuple[tuple[float, float], tuple[float, float]]
ZEBRA: list[Stretch] = [
    ((-2, 8), (2, 8)),
    ((-2, 8), (-2, 12)),
    ((1, 18), (4, 18)),
    ((1, 18), (1, 23)),
]


def lengths(camera: pinhole.Pinhole, stretches: list[Stretch], noise_px: float = 0.0):
    chance = np.random.default_rng(1)
    found = []
    for a, b in stretches:
        ends = camera.sees(np.array((a, b))) + chance.normal(0, noise_px, (2, 2))
        start, end = (tuple(float(v) for v in point) for point in ends)
        found.append(KnownLength(start, end, float(np.hypot(*np.subtract(a, b)))))
    return tuple(found)


@pytest.mark.parametrize("height", [3.0, 6.0, 12.0])
@pytest.mark.parametrize("pitch", [20.0, 30.0, 45.0])
def test_a_crossing_and_a_bay_give_the_camera(height: float, pitch: float) -> None:
    camera = pinhole.Pinhole(height, pitch)
    found = calibrate_lengths(pinhole.SIZE, lengths(camera, ZEBRA, 1.0))
    assert found.camera.height_m == pytest.approx(height, rel=0.08)
    assert found.camera.tilt_deg == pytest.approx(pitch, abs=3)
    assert np.abs(found.errors).max() < 0.05
    stretch = np.array([(-3.0, 10.0), (3.0, 20.0)])
    there = found.map.locate(camera.sees(stretch), np.zeros((2, 2, 2)))
    length = np.linalg.norm(there.points[1] - there.points[0])
    assert length == pytest.approx(np.hypot(6, 10), rel=0.05)
    assert there.withheld.tolist() == [0, 0]


def test_what_is_known_besides_takes_the_place_of_a_length() -> None:
    camera = pinhole.Pinhole(6.0, 30.0)
    two = lengths(camera, ZEBRA[:2], 1.0)
    with pytest.raises(UndeterminedError, match="Add a length"):
        calibrate_lengths(pinhole.SIZE, two)
    horizon = 0.5 - camera.focal_px * np.tan(np.radians(30)) / 1080
    for known in (
        Assumptions(height_m=6.0),
        Assumptions(horizon=horizon),
        Assumptions(field_of_view_deg=80.0),
    ):
        found = calibrate_lengths(pinhole.SIZE, two, known)
        assert found.camera.height_m == pytest.approx(6.0, rel=0.08)


@pytest.mark.parametrize("n", [0, 1])
def test_too_few(n: int) -> None:
    with pytest.raises(UndeterminedError):
        calibrate_lengths(pinhole.SIZE, lengths(pinhole.Pinhole(6.0, 30.0), ZEBRA[:n]))


def test_lengths_all_alike_leave_the_view_open() -> None:
    alike: list[Stretch] = [((x, 8), (x + 2, 8)) for x in (-4, -1, 2)]
    with pytest.raises(UndeterminedError):
        calibrate_lengths(pinhole.SIZE, lengths(pinhole.Pinhole(6.0, 30.0), alike, 1.0))


def test_a_wrong_length_is_named() -> None:
    given = list(lengths(pinhole.Pinhole(6.0, 30.0), [*ZEBRA, ((-4, 12), (-1, 14))]))
    given[2] = KnownLength(given[2].start, given[2].end, given[2].metres * 3.28)
    with pytest.raises(InconsistentError) as caught:
        calibrate_lengths(pinhole.SIZE, tuple(given))
    assert caught.value.lengths == (2,)


def test_the_stated_height_error_is_the_true_one() -> None:
    chance = np.random.default_rng(8)
    camera = pinhole.Pinhole(6.0, 30.0)
    off = []
    for _ in range(40):
        exact = lengths(camera, ZEBRA)
        noisy = tuple(
            KnownLength(
                tuple(np.array(one.start) + chance.normal(0, 2, 2)),
                tuple(np.array(one.end) + chance.normal(0, 2, 2)),
                one.metres * float(np.exp(chance.normal(0, 0.02))),
            )
            for one in exact
        )
        found = calibrate_lengths(pinhole.SIZE, noisy).camera
        off.append((found.height_m - 6.0) / found.height_sd_m)
    assert 0.3 < np.std(off) < 1.5
