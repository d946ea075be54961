"""Signals of single objects and amenities on scenarios of our own, and what may not matter."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parvis.alerts.scenario import Scenario, Walks, alerts_of, changes_of
from parvis.alerts.scene import Scene, WatchedZone
from parvis.alerts.scoring import score, summed
from parvis.fleet.rule_suite import read_scenario
from parvis.measures.ground.shapes import GroundLine
from parvis.values.alerts import Alert, AlertKind

SUITE = Path(__file__).parent / "suite"
NAMES = sorted(path.stem for path in SUITE.glob("objects-*.csv"))

KINDS = {
    AlertKind.WRONG_WAY, AlertKind.INTRUSION, AlertKind.FORBIDDEN_CROSSING, AlertKind.QUEUE,
    AlertKind.LOITERING, AlertKind.STOPPED_VEHICLE, AlertKind.SPEED, AlertKind.PARKING_FULL,
}  # fmt: skip


def scenario(name: str) -> Scenario:
    return read_scenario(SUITE / f"{name}.csv", SUITE / f"{name}.truth.json")


def alerts(played: Scenario) -> list[Alert]:
    return alerts_of(changes_of(played), played.rules)


def test_every_rule_reaches_its_quality_on_the_suite() -> None:
    played = map(scenario, NAMES)
    matches = [match for one in played for match in score(one.trial, alerts(one))]
    scores = {one.kind: one for one in summed(matches)}
    assert set(scores) == KINDS
    for one in scores.values():
        assert one.positives >= 20 and one.negatives >= 20
        assert one.recall >= 0.95
        assert one.false_per_hour <= 0.1
        assert one.delay_s <= 5.0


def told(played: Scenario) -> list[tuple[str, float, float]]:
    """What was raised, and when it rose."""
    return sorted((one.rule, round(one.raised_s, 2), one.value) for one in alerts(played))


def moved(walks: Walks, **changed: np.ndarray) -> Walks:
    return replace(walks, **changed)


def turned(played: Scenario, turn: float, by: tuple[float, float]) -> Scenario:
    """The same on a ground that lies otherwise."""
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])

    def there(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
        x, y = (np.array(points) @ matrix.T + by).T
        return tuple(zip(x.tolist(), y.tolist(), strict=True))

    zones = {}
    for name, zone in played.scene.zones.items():
        way = None if zone.way is None else tuple((matrix @ zone.way).tolist())
        outline = replace(zone.zone, points=there(zone.zone.points))
        zones[name] = WatchedZone(outline, zone.use, way, zone.capacity)
    lines = {name: GroundLine(there(one.points)) for name, one in played.scene.lines.items()}
    walks = moved(played.walks, points=played.walks.points @ matrix.T + by)
    return replace(played, scene=Scene(played.scene.camera, zones, lines), walks=walks)


@pytest.mark.parametrize("name", NAMES[:4])
def test_neither_the_ground_nor_the_clock_nor_the_numbers_matter(name: str) -> None:
    played = scenario(name)
    walks = played.walks
    expected = told(played)
    assert len(expected) >= 4

    elsewhere = told(turned(played, 1.1, (340.0, -75.0)))
    assert [(rule, at) for rule, at, _ in elsewhere] == [(rule, at) for rule, at, _ in expected]
    assert [v for *_, v in elsewhere] == pytest.approx([v for *_, v in expected], abs=1e-6)

    later_s = 86_400.0 * 7
    later = told(replace(played, walks=moved(walks, times_s=walks.times_s + later_s)))
    assert [rule for rule, *_ in later] == [rule for rule, *_ in expected]
    assert [at - later_s for _, at, _ in later] == pytest.approx([at for _, at, _ in expected])

    rng = np.random.default_rng(1)
    numbers = rng.permutation(10_000)[: int(walks.ids.max()) + 1]
    order = np.lexsort((rng.random(len(walks.ids)), walks.times_s))
    other = Walks(
        walks.times_s[order], numbers[walks.ids][order], walks.points[order], walks.classes[order]
    )
    assert [one[:2] for one in told(replace(played, walks=other))] == [one[:2] for one in expected]
