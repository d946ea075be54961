"""The stated intervals hold what they say, by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.measures.uncertainty import PRIOR_SPAN_S, UNCHECKED, ErrorPrior
from parvis.values.measure import Z90, Measure, Spread, combine
from parvis.values.series import Series, SeriesKind
from parvis.values.unseen import of_sum

SERIES = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)


def measure(n: float, prior: ErrorPrior, coverage_s: float = 60.0, start_s: float = 0.0) -> Measure:
    return Measure(SERIES, start_s, start_s + 60, n, prior.of_count(n, coverage_s), coverage_s)


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
    assert of_sum(10, 60, 60) == (0, 0)
    assert measure(10.0, ErrorPrior(0.0, "test")).high == 10


def test_two_runs_that_saw_parts_of_a_minute_are_widened_once():
    prior = ErrorPrior(0.0, "test")
    both = combine([measure(4.0, prior, 20), measure(8.0, prior, 40)], 0, 60)
    assert (both.value, both.high) == (12, 12)


@given(n=st.integers(0, 1000), coverage=st.floats(1, 60), less=st.floats(0.1, 0.99))
def test_less_coverage_is_never_surer(n, coverage, less):
    prior = ErrorPrior(0.1, "test")
    assert measure(float(n), prior, coverage * less).high >= measure(float(n), prior, coverage).high


def nothing_counted(minutes: int) -> Measure:
    parts = [measure(0.0, UNCHECKED, start_s=60.0 * i) for i in range(minutes)]
    return combine(parts, 0, 60.0 * minutes)


def test_nothing_counted_is_not_nothing_passed():
    for minutes in (1, 15, 60, 1440):
        assert nothing_counted(minutes).low == 0
        assert nothing_counted(minutes).high > 0


def test_the_bound_of_an_empty_night_grows_with_the_root_of_its_length():
    quarter, hour, day = (nothing_counted(n).high for n in (15, 60, 1440))
    assert quarter < 0.5
    assert hour == pytest.approx(2 * quarter)
    assert hour < 1
    assert day == pytest.approx(hour * 24**0.5)


@pytest.mark.parametrize("pace", [0.02, 0.2])
def test_quiet_quarters_are_held(pace):
    """What passed of a Poisson pace a quarter, given to the interval by the share that is seen."""
    r = np.random.default_rng(11)
    missed = UNCHECKED.relative_90 / 2
    right = 0
    for _ in range(4000):
        true = r.poisson(pace * 15)
        seen = float(r.binomial(true, 1 - missed))
        spread = UNCHECKED.of_count(seen, PRIOR_SPAN_S)
        right += holds(Measure(SERIES, 0, 900, seen, spread, 900), true)
    assert right / 4000 >= 0.85


LEVEL = Series("quai", SeriesKind.OCCUPANCY, "terrasse", "person")
PEAK = Series("quai", SeriesKind.OCCUPANCY_MAX, "terrasse", "person")
DWELL = Series("quai", SeriesKind.DWELL, "terrasse", "person")


def a_quarter(pace: float, visit_s: float, r: np.random.Generator):
    """People present at each second of 900: arrivals at random, visits of exponential length."""
    before = 8 * visit_s
    n = r.poisson((900 + before) * pace / visit_s)
    came = r.uniform(-before, 900, n)
    left = came + r.exponential(visit_s, n)
    seconds = np.arange(900)[:, None]
    return ((came <= seconds) & (seconds < left)).sum(axis=1)


@pytest.mark.parametrize("visit_s", [10.0, 60.0, 150.0, 600.0])
@pytest.mark.parametrize("seen_s", [10, 120, 450, 800])
def test_the_mean_of_a_level_seen_in_part_is_held(visit_s, seen_s):
    r = np.random.default_rng(12)
    prior = ErrorPrior(0.0, "test")
    right = 0
    for _ in range(400):
        present = a_quarter(3.0, visit_s, r)
        x = float(present[:seen_s].mean())
        right += holds(Measure(LEVEL, 0, 900, x, prior.of_level(x), seen_s), present.mean())
    assert right / 400 >= 0.88


def test_a_glance_says_that_it_was_one():
    x = Measure(LEVEL, 0, 900, 3.0, Spread(), 10)
    assert x.low < 0.5
    assert 5 < x.high < 10
    whole = Measure(LEVEL, 0, 900, 3.0, Spread(), 900)
    assert (whole.low, whole.high) == (3, 3)
    assert Measure(LEVEL, 0, 900, 3.0, Spread(), 600).low >= 2, "a third of it empty at the least"


@given(level=st.floats(0, 50), coverage=st.floats(1, 900), less=st.floats(0.01, 0.99))
def test_a_level_seen_for_less_is_never_surer(level, coverage, less):
    more = Measure(LEVEL, 0, 900, level, Spread(), coverage)
    fewer = Measure(LEVEL, 0, 900, level, Spread(), coverage * less)
    assert fewer.low <= more.low + 1e-9
    assert fewer.high >= more.high - 1e-9


def test_a_mean_of_visits_is_widened_by_the_visits_not_seen():
    whole = Measure(DWELL, 0, 900, 60.0, Spread(0, 0, 100.0), 900, 9)
    part = Measure(DWELL, 0, 900, 60.0, Spread(0, 0, 100.0), 90, 9)
    assert part.low < whole.low < whole.high < part.high


@pytest.mark.parametrize("share", [0.955, 0.98])
def test_a_peak_seen_nearly_whole_is_held(share):
    r = np.random.default_rng(13)
    right = 0
    for _ in range(500):
        present = a_quarter(3.0, 20.0, r)
        first = r.integers(0, 900)  # the hole may be anywhere
        seen = np.roll(present, first)[: int(900 * share)]
        peak = Measure(PEAK, 0, 900, float(seen.max()), Spread(), float(len(seen)))
        right += holds(peak, present.max())
    assert right / 500 >= 0.9


def test_nothing_bounds_the_peak_of_what_was_hardly_seen():
    peak = Measure(PEAK, 0, 900, 7.0, Spread(), 450)
    assert (peak.low, peak.high) == (7, None)


@pytest.mark.parametrize(("share", "source"), [(-0.1, "x"), (1.0, "x"), (0.1, " ")])
def test_a_prior_states_a_possible_error_and_its_source(share, source):
    with pytest.raises(ValueError, match=r"error"):
        ErrorPrior(share, source)
