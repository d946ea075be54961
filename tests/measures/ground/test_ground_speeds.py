"""Speeds at lines and in zones; histograms that merge exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from walks import Walk, frames, straight, through

from parvis.measures.ground.motion import Motion
from parvis.measures.ground.shapes import Borders, GroundLine, GroundZone
from parvis.measures.ground.speeds import LineSpeeds, ZoneSpeeds
from parvis.values.speeds import LAST_BIN, Passers, SpeedHistogram, bin_of, borders_mps

LINE = GroundLine(((5.0, -5.0), (5.0, 5.0)))  # walked upwards: its right is east
ZONE = GroundZone(((0.0, -2.0), (10.0, -2.0), (10.0, 2.0), (0.0, 2.0)))
speeds = st.lists(st.floats(0, 90), min_size=1, max_size=60)


def crossed(walks, times):
    motion = Motion()
    observer = LineSpeeds({"pont": LINE}, motion)
    found = [c for tracks in frames(walks, times) for c in observer.observe(motion.observe(tracks))]
    return found + observer.end(motion.end_all()), observer


def test_speed_and_direction_of_who_crosses():
    walks = [
        straight(0.0, 0.0, 1.4),
        straight(10.0, 1.0, -2.0),
        straight(0, 2, 1.0, object_class=1),
    ]
    found, observer = crossed(walks, np.arange(0, 12, 0.2))
    assert [(c.direction, int(c.object_class)) for c in found] == [(1, 0), (0, 0), (0, 1)]
    assert [c.speed_mps for c in found] == pytest.approx([2.0, 1.4, 1.0])
    assert [c.time_s for c in found] == pytest.approx([2.5, 5 / 1.4, 5.0])
    minute = observer.take(0.0)
    assert {who: h.n for who, h in minute.items()} == {
        Passers("pont", "person", 0): 1,
        Passers("pont", "person", 1): 1,
        Passers("pont", "bicycle", 0): 1,
    }
    assert minute[Passers("pont", "person", 1)].quantile_mps(0.5) == pytest.approx(2.0, rel=0.01)


def test_trembling_on_a_line_and_coming_back_are_no_crossings():
    tremble = Walk(lambda t: (5.0 + 0.2 * (-1) ** round(t * 5), 0.0))
    back = through([(3, 1), (5.4, 1), (3, 1)], [0, 4, 8])
    assert crossed([tremble, back], np.arange(0, 9, 0.2))[0] == []


def test_a_prediction_crosses_no_line():
    path = Walk(lambda t: (t if t < 8 else 4.0, 0.0), end_s=12, hidden_s=(4.1, 8.0))
    assert crossed([path], np.arange(0, 14, 0.2))[0] == []
    touched = Walk(lambda t: (min(t, 5.2) if t < 5.5 else t, 0), end_s=7, hidden_s=(5.5, 9.0))
    assert crossed([touched], np.arange(0, 9, 0.1))[0] == []


def test_a_gap_ends_what_is_pending():
    found, _ = crossed([straight(0.0, 0.0, 1.0, end_s=5.3)], np.arange(0, 8, 0.1))
    assert [c.direction for c in found] == [0]
    found, _ = crossed([straight(0.0, 0.0, 1.0, end_s=5.1)], np.arange(0, 8, 0.1))
    assert found == []


def zone_speeds(walks, times):
    motion, borders = Motion(), Borders([ZONE])
    observer = ZoneSpeeds(("place",), motion)
    for tracks in frames(walks, times):
        frame = motion.observe(tracks)
        moved = frame.moved
        held, holds = borders.holds(moved.start), borders.holds(moved.end)
        shares, *_ = borders.inside_shares(moved.start, moved.end, held, holds)
        observer.observe(frame, shares * (moved.end_s - moved.start_s)[:, None])
    observer.end(motion.end_all())
    return observer.take(0.0)


def test_one_figure_a_stay():
    walks = [straight(-3.0, 0.0, 1.5, end_s=12), straight(-4.0, 1.0, 15.0, end_s=2, object_class=2)]
    found = zone_speeds(walks, np.arange(0, 15, 0.2))
    assert {who.object_class: h.n for who, h in found.items()} == {"person": 1, "car": 1}
    for label, speed in (("person", 1.5), ("car", 15.0)):
        histogram = found[Passers("place", label, None)]
        assert histogram.quantile_mps(0.5) == pytest.approx(speed, rel=0.01)


def test_who_stands_is_slow():
    found = zone_speeds([straight(3.0, 0.0, 0.0, end_s=12)], np.arange(0, 15, 0.2))
    assert found[Passers("place", "person", None)].quantile_mps(0.85) < 0.05


@given(speeds, speeds, speeds)
def test_histograms_merge_in_any_order_and_grouping(a, b, c):
    ha, hb, hc = map(SpeedHistogram.of, (a, b, c))
    whole = SpeedHistogram.of([*a, *b, *c])
    assert ha.merged(hb).merged(hc) == ha.merged(hb.merged(hc)) == hc.merged(hb).merged(ha) == whole
    assert whole.n == len(a) + len(b) + len(c)


@given(st.floats(0, 78))
def test_a_speed_lies_in_its_bin(speed):
    low, high = borders_mps(bin_of(speed))
    assert low * (1 - 1e-12) <= speed <= high * (1 + 1e-12)
    assert bin_of(1e9) == LAST_BIN


@given(st.lists(st.floats(0.1, 70), min_size=1, max_size=200), st.sampled_from((0.5, 0.85)))
def test_quantiles_are_those_of_the_speeds_within_a_bin(found, p):
    exact = np.quantile(found, p, method="inverted_cdf")
    assert SpeedHistogram.of(found).quantile_mps(p) == pytest.approx(exact, rel=0.0101)


def test_the_interval_of_a_median_covers_it_nine_times_in_ten():
    rng = np.random.default_rng(3)
    inside = 0
    for _ in range(1000):
        low, high = SpeedHistogram.of(rng.lognormal(0.3, 0.3, 40)).interval_mps(0.5)
        inside += low <= np.exp(0.3) <= high
    assert 0.88 <= inside / 1000 <= 0.95
    assert SpeedHistogram().interval_mps(0.5) is None
