"""The speed of what moves straight and evenly, seen by a pinhole camera; and its stated error."""

import numpy as np
import pinhole
import pytest

from parvis.ground.calibration import calibrate
from parvis.ground.ground_map import GroundMap
from parvis.ground.pairs import PointPairs
from parvis.ground.speed import fit_velocities, fit_velocity

MAPS: dict[pinhole.Pinhole, GroundMap] = {}


def seen(passage: pinhole.Passage, noise_px: float, draws: int, chance: np.random.Generator):
    """Velocities from ``draws`` noisy views of one passage."""
    view = MAPS.get(passage.camera)
    if view is None:
        view = calibrate(PointPairs(pinhole.SIZE, *pinhole.picks(passage.camera))).map
        MAPS[passage.camera] = view
    k = len(passage.ground)
    pixels = passage.camera.sees(passage.ground) + chance.normal(0, noise_px, (draws, k, 2))
    error = np.broadcast_to(max(noise_px, 1.0) ** 2 * np.eye(2), (draws * k, 2, 2))
    there = view.locate(pixels.reshape(-1, 2), error)
    return fit_velocities(
        np.broadcast_to(passage.times_s, (draws, k)),
        there.points.reshape(draws, k, 2),
        there.covariances.reshape(draws, k, 2, 2),
        (there.withheld == 0).reshape(draws, k),
    )


def test_the_whole_pinhole_suite_without_noise_and_with_three_pixels() -> None:
    chance = np.random.default_rng(1)
    cases = list(pinhole.passages())
    assert len(cases) > 400
    assert {c.camera.height_m for c in cases} == set(pinhole.HEIGHTS_M)
    assert {c.camera.pitch_deg for c in cases} == set(pinhole.PITCHES_DEG)
    assert {c.speed_kmh for c in cases} >= {5.0, 10.0, 20.0, 30.0, 50.0}
    assert {c.way for c in cases} == {"along", "across", "askew"}
    for case in cases:
        true = case.speed_kmh / 3.6
        assert abs(seen(case, 0.0, 1, chance).speeds[0] / true - 1) < 0.03
        off = np.abs(seen(case, 3.0, 10, chance).speeds / true - 1)
        assert np.max(off) < 0.08, case


def test_the_stated_error_covers_the_noise() -> None:
    chance = np.random.default_rng(2)
    case = next(c for c in pinhole.passages() if c.camera.height_m == 8 and c.speed_kmh == 20)
    k, spread = len(case.ground), np.diag((0.3, 0.1)) ** 2
    noise = chance.multivariate_normal((0, 0), spread, (2000, k))
    found = fit_velocities(
        np.broadcast_to(case.times_s, (2000, k)),
        case.ground + noise,
        np.broadcast_to(spread, (2000, k, 2, 2)),
    )
    off = (found.speeds - 20 / 3.6) / found.speed_errors
    assert 0.8 < np.std(off) < 1.05  # residuals larger than stated widen it, smaller ones do not


def test_one_wild_position_hardly_moves_it() -> None:
    times = np.arange(12) / 5
    points = np.column_stack((times * 1.5, np.zeros(12)))
    spread = np.broadcast_to(0.05**2 * np.eye(2), (12, 2, 2))
    points[7] += (4.0, -3.0)
    found = fit_velocity(times, points, spread)
    assert found.speeds[0] == pytest.approx(1.5, rel=0.05)
    assert found.spreads[0] > 1.2


def test_speed_does_not_depend_on_where_when_or_which_way() -> None:
    chance = np.random.default_rng(3)
    times = np.sort(chance.uniform(0, 4, 15))
    points = times[:, None] * (1.0, 2.0) + chance.normal(0, 0.1, (15, 2))
    spread = np.array([np.diag(v) for v in chance.uniform(0.01, 0.05, (15, 2))])
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    here = fit_velocity(times, points, spread)
    there = fit_velocity(times + 1.7e9, points @ turn.T + (652e3, 6862e3), turn @ spread @ turn.T)
    np.testing.assert_allclose(there.velocities, here.velocities @ turn.T, rtol=1e-5)
    np.testing.assert_allclose(there.speed_errors, here.speed_errors, rtol=1e-4)


def test_many_at_once_are_each_alone_and_what_is_not_valid_is_not_looked_at() -> None:
    chance = np.random.default_rng(4)
    times = np.broadcast_to(np.arange(10) / 5, (6, 10)).copy()
    points = chance.normal(0, 1, (6, 10, 2))
    spread = np.broadcast_to(0.01 * np.eye(2), (6, 10, 2, 2)).copy()
    valid = chance.random((6, 10)) < 0.7
    valid[5] = False
    points[~valid], spread[~valid] = np.nan, np.nan
    together = fit_velocities(times, points, spread, valid)
    for i in range(5):
        alone = fit_velocity(times[i, valid[i]], points[i, valid[i]], spread[i, valid[i]])
        np.testing.assert_allclose(together.velocities[i], alone.velocities[0])
        np.testing.assert_allclose(together.speed_errors[i], alone.speed_errors[0])
    assert np.isnan(together.velocities[5]).all() and np.isnan(together.speed_errors[5])


@pytest.mark.parametrize("times", [[], [1.0], [1.0, 2.0], [1.0, 1.0, 1.0]])
def test_too_little_gives_no_speed(times: list[float]) -> None:
    n = len(times)
    found = fit_velocity(np.array(times), np.zeros((n, 2)), np.broadcast_to(np.eye(2), (n, 2, 2)))
    assert np.isnan(found.speeds[0])
