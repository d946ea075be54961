"""Edie's flow, density and speed: exact, and the same however time is cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walks import Walk, frames, straight

from parvis.measures.ground.directions import counterflow_share, direction_entropy, two_ways
from parvis.measures.ground.edie import EdieObserver, EdieTotals, edie
from parvis.measures.ground.motion import Motion
from parvis.measures.ground.shapes import Borders, GroundZone

SQUARE = GroundZone(((0.0, 0.0), (10.0, 0.0), (10.0, 4.0), (0.0, 4.0)))
ARROW = GroundZone(((0.0, 0.0), (8.0, 4.0), (0.0, 8.0), (3.0, 4.0)))


def totals_of(walks, times, zones=(SQUARE,), ids=None) -> EdieTotals:
    borders, motion = Borders(zones), Motion()
    observer = EdieObserver(len(zones), motion.capacity)
    minutes = set()
    for tracks in frames(walks, times, ids):
        frame = motion.observe(tracks)
        for minute_s, part in frame.moved.by_minute():
            held, holds = borders.holds(part.start), borders.holds(part.end)
            shares, *_ = borders.inside_shares(part.start, part.end, held, holds)
            observer.add(minute_s, part, shares, frame.capacity)
            minutes.add(minute_s)
        observer.end(frame.ended)
    total = EdieTotals.empty(len(zones))
    for minute_s in sorted(minutes):
        total.add(observer.take(minute_s))
    return total


def same(a: EdieTotals, b: EdieTotals) -> None:
    for name in ("person_s", "person_m", "headings_m"):
        assert getattr(a, name) == pytest.approx(getattr(b, name), rel=1e-9, abs=1e-9)


def test_one_walker_through_a_ten_metre_zone():
    totals = totals_of([straight(-3.0, 2.0, 1.25, end_s=20.0)], np.arange(0, 21, 0.4))
    found = edie(totals, 0, [0], SQUARE.area_m2, 20.0)
    assert found.density_pm2 == pytest.approx(8.0 / (40.0 * 20.0), rel=1e-12)
    assert found.flow_pms == pytest.approx(10.0 / (40.0 * 20.0), rel=1e-12)
    assert found.speed_mps == pytest.approx(1.25, rel=1e-12)
    assert found.objects == 1


def test_a_dense_uniform_stream_has_its_density_and_flow():
    # 2 people a metre along a line, 1.5 m/s, through a zone 10 m long and 4 m wide.
    walks = [straight(-60.0 + 0.5 * i, 2.0, 1.5) for i in range(160)]
    totals = totals_of(walks, np.arange(0, 20.0001, 0.2))
    found = edie(totals, 0, [0], SQUARE.area_m2, 20.0)
    assert found.density_pm2 == pytest.approx(2.0 / 4.0, rel=1e-9)
    assert found.flow_pms == pytest.approx(2.0 * 1.5 / 4.0, rel=1e-9)


walkers = st.lists(
    st.tuples(
        st.floats(-5, 15), st.floats(-2, 8), st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 90)
    ),
    min_size=1,
    max_size=6,
)


def walks_of(drawn) -> list[Walk]:
    return [straight(x, y, vx, vy, begin_s=b, end_s=b + 30) for x, y, vx, vy, b in drawn]


@given(walkers)
@settings(max_examples=40, deadline=None)
def test_flow_is_density_times_speed(drawn):
    totals = totals_of(walks_of(drawn), np.arange(0, 125, 0.4), (SQUARE, ARROW))
    for zone, shape in enumerate((SQUARE, ARROW)):
        found = edie(totals, zone, [0, 1], shape.area_m2, 125.0)
        if found.density_pm2 > 0:
            assert found.flow_pms == pytest.approx(
                found.density_pm2 * found.speed_mps, rel=1e-12, abs=1e-15
            )


@given(walkers, st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_more_frames_of_straight_walks_change_nothing(drawn, times_as_many):
    walks = walks_of([(x, y, vx, vy, 0.4 * int(b / 0.4)) for x, y, vx, vy, b in drawn])
    walks = [Walk(w.path, w.begin_s, w.begin_s + 30) for w in walks]
    coarse = np.arange(0, 320) * 0.4
    fine = np.unique(np.round(np.arange(0, 320 * times_as_many) * 0.4 / times_as_many, 9))
    # Objects are there at the coarse moments only at both ends.
    same(
        totals_of(walks, coarse, (SQUARE, ARROW)),
        totals_of(walks, fine[fine <= coarse[-1] + 1e-9], (SQUARE, ARROW)),
    )


@given(walkers, st.randoms())
@settings(max_examples=30, deadline=None)
def test_names_of_tracks_mean_nothing(drawn, random):
    ids = list(range(100, 100 + len(drawn)))
    random.shuffle(ids)
    times = np.arange(0, 125, 0.4)
    a, b = totals_of(walks_of(drawn), times), totals_of(walks_of(drawn), times, ids=ids)
    same(a, b)
    assert a.person_s2 == pytest.approx(b.person_s2)


def test_each_object_counts_once_in_the_error_of_a_minute():
    walks = [straight(-2.0, 1.0, 1.0), straight(-4.0, 2.0, 1.0)]
    totals = totals_of(walks, np.arange(0, 30, 0.2))
    assert totals.person_s2[0, 0] == pytest.approx(2 * 10.0**2)
    assert totals.objects[0, 0] == 2


def test_directions():
    east = np.zeros(16)
    east[0] = 3.0
    assert direction_entropy(east) == 0.0
    assert direction_entropy(np.ones(16)) == pytest.approx(1.0)
    assert direction_entropy(np.zeros(16)) is None
    both = east.copy()
    both[8] = 1.0
    assert two_ways(both) == pytest.approx((3.0, 1.0))
    assert counterflow_share(*two_ways(both)) == pytest.approx(0.25)
    assert counterflow_share(0.0, 0.0) is None


@given(st.lists(st.floats(0, 10), min_size=16, max_size=16), st.integers(0, 15))
def test_counterflow_does_not_depend_on_where_north_is(ways, turn):
    a = two_ways(np.array(ways))
    b = two_ways(np.roll(np.array(ways), turn))
    doubled = abs(np.array(ways) @ np.exp(4j * np.pi * np.arange(16) / 16))
    if doubled > 1e-6:
        assert a == pytest.approx(b, abs=1e-6)
