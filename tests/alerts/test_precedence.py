"""One cause, one alert: a crowd that is too dense is not told a second time as what it brings."""

import numpy as np
import pytest

from parvis.alerts.from_site import rules_of, watched_by_cameras
from parvis.alerts.rule import Mode, Rule
from parvis.alerts.scenario import Scenario, Walks, changes_of
from parvis.alerts.scene import Scene, WatchedZone
from parvis.measures.ground.shapes import GroundZone
from parvis.values.alerts import AlertKind, Step

SIDE_M = 4.0
SQUARE = GroundZone(((0.0, 0.0), (SIDE_M, 0.0), (SIDE_M, SIDE_M), (0.0, SIDE_M)))


def raised(apart_m: float, rules: tuple[Rule, ...], seconds: float = 110.0) -> set[AlertKind]:
    """What is raised of people who stand so far apart all over the square."""
    x, y = np.meshgrid(np.arange(0.2, SIDE_M, apart_m), np.arange(0.2, SIDE_M, apart_m))
    places = np.column_stack((x.ravel(), y.ravel()))
    times = np.arange(0.0, seconds, 0.5)
    n = len(places)
    rng = np.random.default_rng(1)
    points = np.tile(places, (len(times), 1)) + rng.normal(0, 0.03, (n * len(times), 2))
    walks = Walks(
        np.repeat(times, n), np.tile(np.arange(n), len(times)), points,
        np.zeros(n * len(times), np.int8),
    )  # fmt: skip
    scene = Scene("c", {"square": WatchedZone(SQUARE, "walkway")})
    changes = changes_of(Scenario("standing", scene, walks, rules))
    return {one.kind for one in changes if one.step is Step.RAISED}


def test_a_crowd_at_four_a_square_metre_is_one_alert() -> None:
    assert raised(0.5, tuple(watched_by_cameras(rules_of({})))) == {AlertKind.DENSITY}


@pytest.mark.parametrize("apart_m", [0.5, 1.2])
def test_where_no_rule_speaks_of_densities_it_is_a_gathering(apart_m: float) -> None:
    assert raised(apart_m, (Rule("g", AlertKind.GATHERING),)) == {AlertKind.GATHERING}


def test_a_rule_on_trial_silences_nobody() -> None:
    rules = Rule("d", AlertKind.DENSITY, mode=Mode.SHADOW), Rule("g", AlertKind.GATHERING)
    assert raised(0.5, rules) == {AlertKind.DENSITY, AlertKind.GATHERING}
