"""A position that leaps is no crossing and no flight; people who run into view are one."""

import numpy as np
import pytest

from parvis.alerts.rule import Rule
from parvis.alerts.scenario import Scenario, Walks, changes_of
from parvis.alerts.scene import Scene
from parvis.measures.ground.shapes import GroundLine
from parvis.values.alerts import AlertKind, Change

EDGE = Scene("c", {}, {"edge": GroundLine(((-15.0, 0.0), (15.0, 0.0)))})


def play(kind: AlertKind, paths: np.ndarray, rate: float) -> list[Change]:
    """What a rule tells of paths, shape (people, moments, 2); NaN where nobody is seen."""
    people, moments, _ = paths.shape
    ids, steps = np.meshgrid(np.arange(people), np.arange(moments))
    points = paths[ids.ravel(), steps.ravel()]
    seen = np.isfinite(points[:, 0])
    walks = Walks(
        steps.ravel()[seen] / rate,
        ids.ravel()[seen].astype(np.int64),
        points[seen],
        np.zeros(np.count_nonzero(seen), dtype=np.int8),
    )
    return changes_of(Scenario("leaps", EDGE, walks, (Rule("r", kind),)))


def along(rate: float) -> np.ndarray:
    """One who walks along the line, two metres off, for 15 s."""
    t = np.arange(0.0, 15.0, 1.0 / rate)
    return np.stack((-12.0 + 1.3 * t, np.full(len(t), 2.0)), axis=1)[None]


@pytest.mark.parametrize("rate", [1.0, 2.0, 2.5, 5.0])
@pytest.mark.parametrize("leap_m", [3.0, 4.0, 7.0, 12.0])
@pytest.mark.parametrize("at", [3, 8])
def test_a_single_leap_over_a_line_is_no_crossing(rate: float, leap_m: float, at: int) -> None:
    path = along(rate)
    path[0, at, 1] -= leap_m
    assert not play(AlertKind.FORBIDDEN_CROSSING, path, rate)


@pytest.mark.parametrize("rate", [1.0, 2.5, 5.0])
def test_who_walks_over_the_line_crosses_it(rate: float) -> None:
    path = along(rate)
    path[0, :, 1] = 8.0 - 1.3 * np.arange(path.shape[1]) / rate
    assert play(AlertKind.FORBIDDEN_CROSSING, path, rate)


@pytest.mark.parametrize("rate", [2.5, 5.0])
def test_a_ground_that_leaps_under_a_crowd_is_no_flight(rate: float) -> None:
    t = np.arange(0.0, 25.0, 1.0 / rate)
    lane = np.arange(8.0)[:, None]
    x = -20.0 + 0.9 * lane + 1.2 * t + np.where(t >= 15.0, 8.0, 0.0)
    paths = np.stack((x, np.broadcast_to(1.5 * lane, x.shape)), axis=2)
    assert not play(AlertKind.CROWD_MOVEMENT, paths, rate)


@pytest.mark.parametrize(("speed_mps", "raised"), [(4.2, True), (3.0, False)])
def test_a_few_who_run_into_view_flee_when_faster_than_joggers(
    speed_mps: float, raised: bool
) -> None:
    t = np.arange(0.0, 20.0, 0.2)
    lane = np.arange(8.0)[:, None]
    x = -20.0 + speed_mps * (t - 5.0 - 0.15 * lane)
    x = np.where((x >= -20.0) & (x <= 20.0), x, np.nan)
    paths = np.stack((x, np.broadcast_to(lane, x.shape)), axis=2)
    assert bool(play(AlertKind.CROWD_MOVEMENT, paths, 5.0)) is raised


def test_a_scene_in_which_nobody_was_ever_seen_is_quiet() -> None:
    assert not play(AlertKind.CROWD_MOVEMENT, np.empty((0, 0, 2)), 5.0)
