"""Names, places, directions and hours mean nothing to the rules of crowds."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parvis.alerts.scenario import Scenario, Walks, changes_of
from parvis.alerts.scene import Scene, WatchedZone
from parvis.fleet.rule_suite import read_scenario
from parvis.measures.ground.shapes import GroundZone

SUITE = Path(__file__).parent / "suite"
NAMES = (
    "crowd-flight-12", "crowd-rush-20", "crowd-turned-24", "crowd-sooner-14", "crowd-packed-24",
    "crowd-filling-30", "crowd-crossing-14",
)  # fmt: skip


def told(scenario: Scenario, since_s: float = 0.0) -> list[tuple[object, ...]]:
    return [
        (one.rule, one.form, one.subject.shape, one.step, one.severity,
         round(one.time_s - since_s, 3))
        for one in changes_of(scenario)
    ]  # fmt: skip


def moved(
    scenario: Scenario, place: Callable[[np.ndarray], np.ndarray], *, later_s: float = 0.0
) -> Scenario:
    walks = scenario.walks
    zones = {}
    for name, one in scenario.scene.zones.items():
        corners = place(np.array(one.zone.points, dtype=np.float64)).tolist()
        ring = tuple((x, y) for x, y in corners)
        zones[name] = WatchedZone(
            GroundZone(ring, one.zone.use, one.zone.capacity), one.use, None, one.capacity
        )
    return Scenario(
        scenario.name,
        Scene("scene", zones),
        Walks(walks.times_s + later_s, walks.ids, place(walks.points), walks.classes),
        scenario.rules,
    )


@pytest.fixture(params=NAMES)
def played(request: pytest.FixtureRequest) -> Scenario:
    name = str(request.param)
    scenario = read_scenario(SUITE / f"{name}.csv", SUITE / f"{name}.truth.json")
    # Decimetres put people on the very border of a zone, where rounding decides.
    walks = scenario.walks
    off = np.random.default_rng(2).normal(0.0, 0.01, walks.points.shape)
    return replace(scenario, walks=replace(walks, points=walks.points + off))


def test_who_people_are_means_nothing(played: Scenario) -> None:
    walks = played.walks
    rng = np.random.default_rng(1)
    names = rng.permutation(int(walks.ids.max()) + 1)
    mixed = np.lexsort((rng.random(len(walks.ids)), walks.times_s))
    other = Walks(
        walks.times_s[mixed], names[walks.ids][mixed], walks.points[mixed], walks.classes[mixed]
    )
    again = Scenario(played.name, played.scene, other, played.rules)
    assert told(again) == told(played)


def test_where_and_which_way_the_ground_lies_means_nothing(played: Scenario) -> None:
    turn = math.radians(90.0)
    spin = np.array(((math.cos(turn), -math.sin(turn)), (math.sin(turn), math.cos(turn))))
    assert told(moved(played, lambda at: at @ spin.T + (250.0, -130.0))) == told(played)


def test_when_it_happens_means_nothing(played: Scenario) -> None:
    later = moved(played, lambda at: at, later_s=86_400.0)
    assert told(later, 86_400.0) == told(played)
