"""The stated intervals hold what they say, by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.measures.uncertainty import ErrorPrior
from parvis.values.measure import Z90, Measure, Spread, combine, hidden
from parvis.values.series import Series, SeriesKind

SERIES = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)


def measure(n: float, prior: ErrorPrior, coverage_s: float = 60.0, start_s: float = 0.0) -> Measure:
    return Measure(SERIES, start_s, start_s + 60, n, prior.of_count(n), coverage_s)


def holds(m: Measure, truth: float) -> bool:
    return m.low - 1e-9 <= truth <= m.high + 1e-9


@pytest.mark.parametrize("pace", [2.0, 20.0, 200.0])
def test_errors_drawn_from_the_prior_are_held_nine_times_in_ten(pace):
    """True number = what the systematic error makes of it; each object is seen or doubled."""
    r = np.random.default_rng(7)
    prior = ErrorPrior(0.2, "test")
    right = 0
    for _ in range(4000):
        true = r.poisson(pace)
        rate = 1 / max(0.2, 1 + r.normal(0, 0.2 / Z90))
        seen = r.binomial(true, min(1.0, rate)) + r.poisson(true * max(0.0, rate - 1))
        right += holds(measure(float(seen), prior), float(true))
    assert 0.87 <= right / 4000 <= 0.99


def test_an_hour_is_as_sure_as_its_minutes_say():
    r = np.random.default_rng(8)
    prior = ErrorPrior(0.2, "test")
    right = 0
    for _ in range(1500):
        true = r.poisson(3.0, 60)
        rate = 1 / max(0.2, 1 + r.normal(0, 0.2 / Z90))
        seen = r.binomial(true, min(1.0, rate)) + r.poisson(true * max(0.0, rate - 1))
        minutes = [measure(float(n), prior, start_s=60.0 * i) for i, n in enumerate(seen)]
        right += holds(combine(minutes, 0, 3600), float(true.sum()))
    assert 0.87 <= right / 1500 <= 0.99


@pytest.mark.parametrize("pace", [0.5, 5.0, 50.0])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_outages_are_held(pace, share):
    r = np.random.default_rng(9)
    prior = ErrorPrior(0.0, "test")
    right = 0
    for _ in range(4000):
        seen, missed = r.poisson(pace * share), r.poisson(pace * (1 - share))
        right += holds(measure(float(seen), prior, 60 * share), float(seen + missed))
    assert right / 4000 >= 0.88


def test_minutes_that_nobody_saw_widen_the_hour():
    """Half the minutes have no value: combining passes over them, the interval does not."""
    prior = ErrorPrior(0.0, "test")
    minutes = [measure(2.0, prior, start_s=60.0 * i) for i in range(30)]
    blind = [Measure(SERIES, 60.0 * i, 60.0 * i + 60, None, Spread(), 0) for i in range(30, 60)]
    hour = combine(minutes + blind, 0, 3600)
    assert hour.value == 60
    assert hour.low == 60
    assert 120 < hour.high < 160


def test_nothing_is_hidden_when_all_was_seen():
    assert hidden(10, 60, 60) == (0, 0)
    assert measure(10.0, ErrorPrior(0.0, "test")).high == 10


def test_two_runs_that_saw_parts_of_a_minute_are_widened_once():
    prior = ErrorPrior(0.0, "test")
    both = combine([measure(4.0, prior, 20), measure(8.0, prior, 40)], 0, 60)
    assert (both.value, both.high) == (12, 12)


@given(n=st.integers(0, 1000), coverage=st.floats(1, 60), less=st.floats(0.1, 0.99))
def test_less_coverage_is_never_surer(n, coverage, less):
    prior = ErrorPrior(0.1, "test")
    assert measure(float(n), prior, coverage * less).high >= measure(float(n), prior, coverage).high


@pytest.mark.parametrize(("share", "source"), [(-0.1, "x"), (1.0, "x"), (0.1, " ")])
def test_a_prior_states_a_possible_error_and_its_source(share, source):
    with pytest.raises(ValueError, match=r"error"):
        ErrorPrior(share, source)
