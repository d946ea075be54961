"""Where people are meant to stand they are no gathering, unless a rule asks for it there."""

import numpy as np
from streets import scenario, zone

from parvis.alerts.rule import Rule
from parvis.alerts.scenario import changes_of
from parvis.values.alerts import AlertKind, Step, Subject

EVERYWHERE = Rule("everywhere", AlertKind.GATHERING)
THERE = Rule("there", AlertKind.GATHERING, on=frozenset({Subject("scene", "stop")}))


def stood() -> np.ndarray:
    """Twelve people who stand a metre apart for eighty seconds, about (2, 1.5)."""
    times = np.round(np.arange(0.0, 80.0, 0.4), 1)
    return np.array([(t, i, i % 4 + 0.5, i // 4 + 0.5) for t in times for i in range(12)])


def raised(*rules: Rule, use: str, low: tuple[float, float] = (-1.0, -1.0)) -> list[str]:
    zones = {"stop": zone(low, (low[0] + 7.0, low[1] + 7.0), use)}
    changes = changes_of(scenario("stood", stood(), zones, rules))
    return [one.rule for one in changes if one.step is Step.RAISED]


def test_people_who_wait_where_one_waits_are_no_gathering_but_for_a_rule_of_that_place() -> None:
    assert raised(EVERYWHERE, use="walkway") == ["everywhere"]
    assert raised(EVERYWHERE, use="waiting") == []
    assert raised(EVERYWHERE, THERE, use="queue") == ["there"]


def test_a_rule_of_a_place_sees_only_who_stands_there() -> None:
    assert raised(THERE, use="walkway") == ["there"]
    assert raised(THERE, use="walkway", low=(20.0, 20.0)) == []


def test_the_radius_of_a_rule_says_how_close() -> None:
    close = Rule("close", AlertKind.GATHERING, radius_m=0.6)
    assert raised(EVERYWHERE, close, use="walkway") == ["everywhere"]
