"""A rule played over stored minutes fires when the live rule would have, as far as minutes tell."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.alerts.ladder import Bounds, Climb, Timing
from parvis.alerts.replay import Minutes, firings, scaled, stored_as
from parvis.alerts.rule import Rule
from parvis.values.alerts import AlertKind, Severity
from parvis.values.series import SeriesKind

RULE = Rule(
    "dense",
    AlertKind.DENSITY,
    bounds=Bounds({Severity.WATCH: 1.0, Severity.WARN: 2.0}),
    timing=Timing(60.0, 0.9, 60.0),
    cooldown_s=0.0,
)
T0 = 1_700_000_040.0  # a full minute
VALUES = st.lists(st.one_of(st.floats(0, 4), st.just(float("nan"))), max_size=120)
LADDER = RULE.bounds_on("")


def minutes(values: Sequence[float]) -> Minutes:
    return Minutes(
        np.float64(T0) + 60.0 * np.arange(len(values), dtype=np.float64),
        np.array(values, dtype=np.float64),
    )


def test_two_busy_stretches_fire_twice() -> None:
    found = firings(
        RULE, LADDER, minutes([0, 0, 1.5, 1.5, 2.5, 2.5, 0, 0, 0, 0, 1.2, 1.2, 1.2, 0, 0, 0])
    )
    assert [one.peak for one in found] == [Severity.WARN, Severity.WATCH]
    assert [one.value for one in found] == [2.5, 1.2]
    assert found[0].raised_s == pytest.approx(T0 + 3 * 60.0, abs=60.0)


def test_what_follows_within_the_cool_down_is_one_alert() -> None:
    patient = Rule("d", AlertKind.DENSITY, bounds=RULE.bounds, timing=RULE.timing, cooldown_s=600.0)
    busy_twice = minutes([1.5] * 3 + [0] * 4 + [1.5] * 3 + [0] * 4)
    assert len(firings(RULE, LADDER, busy_twice)) == 2
    assert len(firings(patient, LADDER, busy_twice)) == 1


def test_a_gap_neither_fires_nor_ends() -> None:
    nan = float("nan")
    assert not firings(RULE, LADDER, minutes([nan] * 50))
    found = firings(RULE, LADDER, minutes([1.5] * 3 + [nan] * 10))
    assert [(one.over_s, one.peak) for one in found] == [(None, Severity.WATCH)]


@given(VALUES)
def test_skipping_the_calm_changes_nothing(values: list[float]) -> None:
    """Against a climb that looks at every minute."""
    climb, holds = Climb(LADDER, RULE.durations), []
    for i, value in enumerate(values):
        if np.isnan(value):
            climb.gap()
            holds.append(bool(climb.base))
            continue
        climb.look(T0 + 60.0 * i, value)
        holds.append(bool(climb.look(T0 + 60.0 * i + 59.999, value)))
    found = firings(RULE, LADDER, minutes(values))
    begun = sum(now and not before for before, now in pairwise([False, *holds]))
    assert abs(len(found) - begun) <= sum(one.over_s is not None for one in found)
    assert bool(found) >= any(holds)
    assert (bool(found) and found[-1].over_s is None) == (bool(holds) and holds[-1])


@given(VALUES)
def test_a_higher_threshold_never_watches_longer(values: list[float]) -> None:
    def watched(level: float) -> float:
        end_s = T0 + 60.0 * len(values)
        return sum(
            (one.over_s or end_s) - one.raised_s
            for one in firings(RULE, scaled(LADDER, level), minutes(values))
        )

    assert watched(0.8) >= watched(1.2) - 1e-6


def test_the_slider_counts_each_level() -> None:
    day = minutes([0, 0, 1.5, 1.5, 1.5, 0, 0, 0, 2.5, 2.5, 2.5, 0, 0])
    tried = [len(firings(RULE, scaled(LADDER, level), day)) for level in (1.0, 2.0, 3.0)]
    assert tried == [2, 1, 0]


def test_only_what_is_stored_can_be_played() -> None:
    assert stored_as(RULE) is SeriesKind.DENSITY_VORONOI
    assert stored_as(Rule("r", AlertKind.CROWD_MOVEMENT)) is None
    people = Rule("p", AlertKind.THRESHOLD, indicator="people")
    assert stored_as(people) is SeriesKind.OCCUPANCY
    assert stored_as(Rule("q", AlertKind.THRESHOLD, indicator="nonsense")) is None
