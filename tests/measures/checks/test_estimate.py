"""The error of a checked line, and whether its intervals hold what they say."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.measures.checks.comparison import Cell
from parvis.measures.checks.estimate import ENOUGH, MeasuredError, errors_of, whole_error
from parvis.measures.checks.lines import LineErrors
from parvis.measures.checks.recapture import chapman
from parvis.measures.uncertainty import UNCHECKED
from parvis.values.checks import Light
from parvis.values.measure import Measure, Spread, combine
from parvis.values.series import Series, SeriesKind

sys.path.insert(0, str(Path(__file__).parents[3]))
from bench.count_check import STREETS, covered

PORT = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)


def cell(true: int, counted: int, matched: int, direction: int = 0, tapped: str = "person") -> Cell:
    """A cell whose passages fall evenly into 15 minutes."""
    blocks = tuple(
        (true // 15 + (i < true % 15), counted // 15 + (i < counted % 15)) for i in range(15)
    )
    return Cell(direction, tapped, true, counted, matched, blocks)


@pytest.mark.law(24)
def test_intervals_of_checked_lines_hold_the_truth_nine_times_in_ten():
    """Each street with its own misses, false passages and clusters; a later quarter and hour."""
    shares = [covered(street, later, 250) for street in STREETS for later in (15, 60)]
    assert 0.88 <= np.mean(shares) <= 0.92
    assert min(shares) >= 0.83  # of 250 runs each


def test_the_example_of_the_screens():
    error = whole_error([cell(45, 43, 42), cell(41, 40, 39, 1)], "a check")
    assert error is not None
    low, high = (-(error.ratio - 1 + s * error.ratio_90) * 83 for s in (1, -1))
    assert low < -3 < high
    assert -8 < low < high < 2


def test_a_line_that_misses_a_quarter_says_where_the_truth_lies():
    error = errors_of([cell(200, 150, 150), cell(200, 150, 150, 1)], "a check")[0, "person"]
    assert error.ratio == pytest.approx(4 / 3, abs=0.02)
    measure = Measure(PORT, 0, 3600, 300.0, error.of_count(300, 3600), 3600)
    assert measure.value == 300
    assert measure.low > 340 and 400 < measure.high < 470


def test_no_error_seen_is_not_no_error():
    error = errors_of([cell(30, 30, 30), cell(30, 30, 30, 1)], "a check")[0, "person"]
    assert error.ratio == pytest.approx(1, abs=0.01)
    measure = Measure(PORT, 0, 900, 30.0, error.of_count(30, 900), 900)
    assert measure.low < 30 < measure.high
    unchecked = Measure(PORT, 0, 900, 30.0, UNCHECKED.of_count(30, 900), 900)
    assert measure.high - measure.low < unchecked.high - unchecked.low


def test_nothing_counted_is_not_nothing_passed_on_a_checked_line():
    error = errors_of([cell(30, 30, 30), cell(30, 28, 27, 1)], "a check")[0, "person"]
    quiet = Measure(PORT, 0, 900, 0.0, error.of_count(0, 900), 900)
    assert (quiet.value, quiet.low) == (0, 0) and quiet.high > 0


def test_three_bicycles_do_not_speak():
    cells = [cell(100, 100, 98), cell(2, 1, 1, 0, "bicycle"), cell(1, 2, 1, 1, "bicycle")]
    assert set(errors_of(cells, "a check")) == {(0, "person"), (1, "person")}
    assert whole_error([cell(ENOUGH - 1, 40, ENOUGH - 1)], "a check") is None


def test_a_direction_of_few_passages_leans_on_the_other():
    errors = errors_of([cell(400, 400, 396), cell(4, 2, 2, 1)], "a check")
    assert errors[1, "person"].ratio < 1.3, "alone it would say 2"
    assert errors[1, "person"].ratio_90 > errors[0, "person"].ratio_90


def test_errors_that_come_in_clusters_widen_the_interval():
    even = Cell(0, "person", 150, 120, 120, ((10, 8),) * 15)
    lumpy = Cell(0, "person", 150, 120, 120, ((10, 10),) * 12 + ((10, 0),) * 3)
    error = [errors_of([one], "a check")[0, "person"] for one in (even, lumpy)]
    assert error[1].ratio_90 > 1.3 * error[0].ratio_90


@given(st.integers(10, 400), st.integers(0, 100), st.integers(0, 100))
def test_more_checking_is_never_less_sure(matched, missed, extra):
    once = whole_error([cell(matched + missed, matched + extra, matched)], "a check")
    many = whole_error([cell(matched + missed, matched + extra, matched)] * 4, "four checks")
    assert once is not None and many is not None
    assert many.ratio_90 < once.ratio_90


@given(st.integers(1, 200), st.integers(1, 30))
def test_minutes_of_a_checked_line_combine_like_their_sum(n, minutes):
    error = MeasuredError(1.2, 0.06, 0.4, 100, "a check")
    parts = [
        Measure(PORT, 60.0 * i, 60.0 * i + 60, float(n), error.of_count(n, 60), 60)
        for i in range(minutes)
    ]
    whole = combine(parts, 0, 60.0 * minutes)
    direct = error.of_count(n * minutes, 60.0 * minutes)
    assert whole.spread.below == pytest.approx(direct.below)
    assert whole.spread.above == pytest.approx(direct.above)
    assert whole.spread.variance == pytest.approx(direct.variance)


@pytest.mark.law(24)
def test_an_error_by_day_says_nothing_of_the_night():
    error = MeasuredError(1.1, 0.05, 0.2, 80, "a check")
    light = lambda time_s: Light.DAY if time_s < 100 else Light.NIGHT  # noqa: E731
    known = LineErrors({("pont", Light.DAY, 0, "vehicle"): error}, light)
    bus = Series("quai", SeriesKind.CROSSINGS, "pont", "bus", 0)
    assert known.of(bus, 50) is error
    assert known.of(bus, 150) is None
    assert known.of(PORT, 50) is None
    assert known.of(Series("quai", SeriesKind.ENTRIES, "pont", "bus"), 50) is None


@pytest.mark.parametrize("p", [(0.9, 0.85), (0.6, 0.7), (0.97, 0.5)])
def test_two_counters_who_miss_at_random_find_all_by_recapture(p):
    r = np.random.default_rng(5)
    held, totals = 0, []
    for _ in range(1500):
        a, b = r.random(80) < p[0], r.random(80) < p[1]
        found = chapman(int(a.sum()), int(b.sum()), int((a & b).sum()))
        totals.append(found.total)
        held += found.low <= 80 <= found.high
    assert np.mean(totals) == pytest.approx(80, rel=0.01)
    assert held / 1500 >= 0.83


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: MeasuredError(1.0, 0.1, 0.1, 3, " "),
        lambda: MeasuredError(-1.0, 0.1, 0.1, 3, "x"),
        lambda: Cell(0, "person", 1, 1, 2, ((1, 1),)),
        lambda: Cell(0, "person", 1, 1, 1, ((0, 1),)),
        lambda: chapman(3, 3, 4),
        lambda: Spread(-1.0, 0.5, 0.0),
    ],
)
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(ValueError):
        wrong()
