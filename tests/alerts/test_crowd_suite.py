"""What the rules of crowds reach on the simulated scenarios (tools/scenarios writes them anew)."""

from functools import cache
from pathlib import Path

import pytest

from parvis.alerts.scenario import alerts_of, changes_of
from parvis.alerts.scoring import Score, score, summed
from parvis.fleet.rule_suite import read_scenario
from parvis.values.alerts import AlertKind

SUITE = Path(__file__).parent / "suite"
KINDS = (
    AlertKind.CROWD_MOVEMENT, AlertKind.GATHERING, AlertKind.DENSITY, AlertKind.ACCUMULATION,
)  # fmt: skip


@cache
def scores() -> dict[AlertKind, Score]:
    matches = []
    for truth in sorted(SUITE.glob("crowd-*.truth.json")):
        walks = truth.with_name(truth.name.replace(".truth.json", ".csv"))
        scenario = read_scenario(walks, truth)
        matches += score(scenario.trial, alerts_of(changes_of(scenario), scenario.rules))
    return {one.kind: one for one in summed(matches)}


@pytest.mark.parametrize("kind", KINDS)
def test_rules_of_crowds_find_what_happens_and_little_else(kind: AlertKind) -> None:
    one = scores()[kind]
    assert one.positives >= 20 and one.negatives >= 20
    assert one.recall >= 0.95
    assert one.false_per_hour <= 0.1
    assert one.delay_s <= 5.0
