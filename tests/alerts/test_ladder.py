"""A ladder is climbed by what lasts, left by what is over, and never trembles."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.alerts.ladder import Bounds, Climb, Timing
from parvis.values.alerts import Severity

BOUNDS = Bounds({Severity.WATCH: 1.0, Severity.WARN: 2.0, Severity.ALARM: 3.0})
TIMING = Timing(for_s=30.0, release=0.9, release_s=10.0)

VALUES = st.lists(st.floats(0, 5), min_size=1, max_size=200)


def climbed(values: Sequence[float | None], timing: Timing = TIMING) -> list[Severity]:
    climb = Climb(BOUNDS, timing)
    return [climb.look(float(i), value) for i, value in enumerate(values)]


def test_raised_after_its_duration_and_not_before() -> None:
    levels = climbed([1.5] * 60)
    assert levels[29] is Severity.NONE
    assert levels[30] is Severity.WATCH


def test_what_is_worse_at_once_is_raised_at_its_own_level() -> None:
    assert climbed([3.5] * 31)[-1] is Severity.ALARM


def test_a_dip_within_the_release_does_not_start_anew() -> None:
    values: list[float | None] = [1.5] * 40
    values[10] = values[20] = 0.95
    assert climbed(values)[31] is Severity.WATCH


def test_a_deeper_dip_starts_anew() -> None:
    values: list[float | None] = [1.5] * 40
    values[20] = 0.5
    assert climbed(values)[-1] is Severity.NONE


def test_over_only_when_low_for_long_enough() -> None:
    levels = climbed([1.5] * 31 + [0.5] * 5 + [1.5] + [0.5] * 11)
    assert levels[36:46] == [Severity.WATCH] * 10
    assert levels[-1] is Severity.NONE


def test_nothing_is_raised_or_over_while_it_cannot_be_told() -> None:
    unknown: list[float | None] = [None] * 100
    assert climbed(unknown)[-1] is Severity.NONE
    assert climbed([1.5] * 31 + [0.5] * 5 + unknown)[-1] is Severity.WATCH


def test_a_clock_that_is_set_back_costs_no_more_than_the_duration() -> None:
    climb = Climb(BOUNDS, TIMING)
    levels = [climb.look(7200.0 + i, 1.5) for i in range(10)]
    levels += [climb.look(float(i), 1.5) for i in range(60)]
    assert levels[10 + 29] is Severity.NONE
    assert levels[10 + 31] is Severity.WATCH


def test_time_that_is_left_falls() -> None:
    climb = Climb(Bounds({Severity.WATCH: 900.0, Severity.WARN: 300.0}, falling=True), Timing(0.0))
    assert climb.look(0.0, math.inf) is Severity.NONE
    assert climb.look(1.0, 800.0) is Severity.WATCH
    assert climb.look(2.0, 200.0) is Severity.WARN


@given(VALUES, st.floats(0.1, 1.0))
def test_never_higher_than_the_highest_value_allows(values: list[float], release: float) -> None:
    levels = climbed(list(values), Timing(3.0, release, 3.0))
    highest = max(values)
    allowed = max((s for s in BOUNDS.at if BOUNDS.at[s] <= highest), default=Severity.NONE)
    assert max(levels) <= allowed


@given(VALUES)
def test_a_longer_duration_never_raises_earlier(values: list[float]) -> None:
    short = climbed(list(values), Timing(3.0, 0.9, 5.0))
    long = climbed(list(values), Timing(6.0, 0.9, 5.0))

    def first(levels: list[Severity]) -> float:
        return next((i for i, level in enumerate(levels) if level), math.inf)

    assert first(short) <= first(long)


@given(VALUES)
def test_after_long_calm_nothing_is_left(values: list[float]) -> None:
    assert climbed([*values, *[0.0] * 31])[-1] is Severity.NONE


@pytest.mark.parametrize(
    "at", [{}, {Severity.NONE: 1.0}, {Severity.WATCH: 2.0, Severity.WARN: 1.0}]
)
def test_ladders_that_cannot_be_climbed_are_refused(at: dict[Severity, float]) -> None:
    with pytest.raises(ValueError, match=r"ladder|bounds"):
        Bounds(at)


def test_a_value_told_from_a_stretch_of_time_has_lasted_for_it() -> None:
    climb = Climb(Bounds({Severity.WATCH: 1.0}), Timing(30.0, 0.9, 5.0))
    assert not climb.look(100.0, 2.0, since_s=80.0)
    assert not climb.look(109.0, 2.0, since_s=109.0)
    assert climb.look(110.0, 2.0) is Severity.WATCH
    assert climb.since_s == 80.0
