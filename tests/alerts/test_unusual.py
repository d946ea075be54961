"""Unusual against the expected: on made series whose usual is known."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.alerts.unusual.learned import (
    HOURS_A_MONTH,
    LEAST_DAYS,
    RUNS_A_MONTH,
    Learned,
    TooYoung,
    learn,
)
from parvis.alerts.unusual.limits import episodes, factor_for
from parvis.alerts.unusual.past import Floats, Past, expected

MONDAY = date(2026, 1, 5)
MONTH_H = 730.5
ASLEEP, AWAKE = 4.0, 400.0


def town(seed: int, days: int, per_hour: int = 1, noise: float = 0.15) -> Floats:
    """A street whose weeks are all drawn from the same law, shape (days, bins)."""
    rng = np.random.default_rng(seed)
    hours = np.arange(24 * per_hour) / per_hour
    wave = np.clip(np.sin((hours - 6) / 18 * np.pi), 0.0, None)
    level = np.where(np.arange(days) % 7 >= 5, 0.6, 1.0)[:, None] * (ASLEEP + AWAKE * wave)
    mean = level / per_hour * np.exp(noise * rng.standard_normal((days, 24 * per_hour)))
    return rng.poisson(mean).astype(float)


def past_of(values: Floats, *holidays: date) -> Past:
    return Past.of(MONDAY, values, set(holidays).__contains__)


def learned_of(past: Past) -> Learned:
    found = learn(past)
    assert isinstance(found, Learned)
    return found


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6))
def test_weeks_like_those_before_them_raise_no_more_than_the_budget(seed: int) -> None:
    values = town(seed, 70 * 7)
    known, judged = 52 * 7, 18 * 7
    past = past_of(values)
    scores = learned_of(past.between(0, known)).scores(past, expected(past))
    months = judged * 24 / MONTH_H
    raised = sum(len(episodes(side[known * 24 :] >= 1, 1)) for side in (scores.more, scores.less))
    allowed = months * sum((*RUNS_A_MONTH, *HOURS_A_MONTH))
    assert raised <= allowed + 3 * np.sqrt(allowed) + 1, "about two a month, by chance more"


@pytest.mark.parametrize("per_hour", [1, 4])
@pytest.mark.parametrize(("times", "more"), [(2.5, True), (0.02, False)])
def test_three_hours_of_something_are_found_in_their_direction(
    per_hour: int, times: float, more: bool
) -> None:
    values = town(3, 120, per_hour)
    day, start = 115, 12 * per_hour
    values[day, start : start + 3 * per_hour] *= times
    past = past_of(values)
    scores = learned_of(past.between(0, day)).scores(past, expected(past))
    at = slice(day * 24 * per_hour + start, day * 24 * per_hour + start + 3 * per_hour)
    told, other = (scores.more, scores.less) if more else (scores.less, scores.more)
    assert (told[at] >= 1).any()
    assert not (other[at] >= 1).any()


def test_what_is_extreme_is_told_in_its_first_hour_and_what_lasts_in_its_third() -> None:
    for times, told_at, hours in ((6.0, 12, 1), (1.9, 14, 3)):
        values = town(3, 120)
        values[115, 12:15] *= times
        past = past_of(values)
        scores = learned_of(past.between(0, 115)).scores(past, expected(past))
        at = 115 * 24 + told_at
        assert scores.more[at] >= 1 and not (scores.more[115 * 24 + 8 : at] >= 1).any()
        assert scores.hours_more[at] == hours


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.integers(80, 99))
def test_nothing_is_known_of_what_comes(seed: int, day: int) -> None:
    values = town(1, 100)
    changed = values.copy()
    changed[day, 12:] = np.nan
    changed[day + 1 :] = np.random.default_rng(seed).uniform(0, 1e6, changed[day + 1 :].shape)
    told = []
    for each in (values, changed):
        past = past_of(each)
        scores = learned_of(past.between(0, day)).scores(past, expected(past))
        told.append(np.stack([scores.more, scores.less])[:, : day * 24 + 12])
    assert np.array_equal(*told, equal_nan=True)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_gap_is_no_quiet_street(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = town(2, 120)
    values[rng.random(values.shape) < 0.1] = np.nan
    values[60:63] = np.nan
    past = past_of(values)
    learned, wanted = learned_of(past.between(0, 110)), expected(past)
    assert np.nanmin(wanted[40:, 12]) > 100, "a median of what was seen"
    scores = learned.scores(past, wanted)
    blind = np.isnan(values.ravel())
    assert np.isnan(scores.less[blind]).all() and np.isnan(scores.more[blind]).all()
    assert np.nanmax(scores.less[63 * 24 : 64 * 24]) < 1.5, "after an outage as on any day"


def test_a_holiday_is_expected_to_be_a_sunday() -> None:
    thursday = MONDAY + timedelta(days=73)
    values = town(4, 80, noise=0.0)
    plain, holiday = expected(past_of(values)), expected(past_of(values, thursday))
    assert np.array_equal(holiday[73], holiday[76], equal_nan=True), "that of the Sunday after it"
    assert plain[73, 12] > 1.4 * holiday[73, 12]
    later = expected(past_of(np.where(np.arange(80)[:, None] == 73, 1e6, values), thursday))
    assert np.nanmax(later) < 1e4, "and nothing is expected of a holiday"


@given(st.integers(0, LEAST_DAYS - 1))
def test_a_young_series_says_how_many_days_it_needs(days: int) -> None:
    values = np.full((200, 24), np.nan)
    values[200 - days :] = 100.0
    assert learn(past_of(values)) == TooYoung(LEAST_DAYS - days)


def test_a_series_is_old_enough_after_eight_weeks() -> None:
    assert isinstance(learn(past_of(town(5, LEAST_DAYS))), Learned)


def test_a_person_is_told_x_instead_of_y() -> None:
    values = town(6, 120)
    values[119, 12:15] *= 2.5
    past = past_of(values)
    usual = learned_of(past.between(0, 119)).usual(past, expected(past), 119 * 24 + 14, 3)
    assert usual is not None
    assert usual.value == values[119, 12:15].sum()
    assert usual.low < usual.expected < usual.high < usual.value
    assert usual.expected == pytest.approx(usual.value / 2.5, rel=0.2)


def test_nothing_is_unusual_where_nobody_ever_is() -> None:
    past = past_of(np.zeros((100, 24)))
    scores = learned_of(past.between(0, 90)).scores(past, expected(past))
    assert (scores.more[90 * 24 :] <= 0).all() and (scores.less[90 * 24 :] <= 0).all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.2, 5.0))
def test_a_series_that_raises_more_than_its_budget_asks_for_more(seed: int, allowed: float) -> None:
    calm = np.random.default_rng(seed).exponential(size=24 * 400)
    restless = calm.copy()
    restless[-24 * 60 :] *= 1.5
    assert factor_for(restless, 1, allowed) > factor_for(calm, 1, allowed)
    assert factor_for(calm, 1, 2 * allowed) < factor_for(calm, 1, allowed)
    assert factor_for(1.5 * calm, 1, allowed) == pytest.approx(1.5 * factor_for(calm, 1, allowed))


def test_nine_of_ten_ordinary_stretches_lie_between_the_bounds() -> None:
    values = town(8, 330)
    past = past_of(values)
    learned, wanted = learned_of(past.between(0, 300)), expected(past)
    for hours in (1, 3):
        told = [learned.usual(past, wanted, at, hours) for at in range(300 * 24 + 8, 330 * 24, 7)]
        within = [one.low <= one.value <= one.high for one in told if one is not None]
        assert len(within) > 90
        assert 0.82 <= np.mean(within) <= 0.98
