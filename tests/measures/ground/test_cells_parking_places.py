"""Flow cells, parking and the balance of a place."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walks import frames, straight, through

from parvis.measures.ground.cells import CellGrid, CellObserver, CellTotals
from parvis.measures.ground.motion import Motion
from parvis.measures.ground.parking import ParkingObserver
from parvis.measures.ground.places import Part, Passages, balance, place_occupancy
from parvis.values.measure import Spread

GRID = CellGrid(0.0, 0.0, 10, 5)


def cells(walks, times, grid=GRID, ids=None) -> CellTotals:
    motion = Motion()
    observer = CellObserver(grid, (0,), motion.capacity)
    minutes = set()
    for tracks in frames(walks, times, ids):
        frame = motion.observe(tracks)
        for minute_s, part in frame.moved.by_minute():
            observer.add(minute_s, part)
            minutes.add(minute_s)
        observer.stops(frame.time_s // 60 * 60, frame, frame.speeds_mps)
        minutes.add(frame.time_s // 60 * 60)
    total = CellTotals.empty(grid.count)
    for minute_s in sorted(minutes):
        total = total.merged(observer.take(minute_s))
    return total


def test_a_walk_along_a_row_of_cells():
    total = cells([straight(0, 2.5, 1.25, end_s=8)], np.arange(0, 8.1, 0.4))
    row = total.presence_s.reshape(5, 10)[2]
    assert row == pytest.approx(np.full(10, 0.8))
    assert total.presence_s.sum() == pytest.approx(8.0)
    assert total.velocities_mps.reshape(5, 10, 2)[2, 3] == pytest.approx([1.25, 0.0])
    assert np.isnan(total.velocities_mps[0]).all()
    assert total.counterflow_shares.reshape(5, 10)[2, 3] == 0.0


def test_a_step_that_comes_after_its_minute_was_closed_counts_in_the_next():
    motion = Motion()
    observer = CellObserver(GRID, (0,), motion.capacity)
    walk = list(frames([straight(0, 2.5, 1.0, begin_s=56.0)], [56.0, 58.0, 61.0]))
    parts = [part for one in walk for part in motion.observe(one).moved.by_minute()]
    assert [minute_s for minute_s, _ in parts] == [0.0, 0.0, 60.0]
    (_, early), *late = parts
    observer.add(0.0, early)
    assert observer.take(0.0).presence_s.sum() == pytest.approx(2.0)
    for minute_s, part in late:
        observer.add(minute_s, part)
    assert observer.take(60.0).presence_s.sum() == pytest.approx(3.0)


def test_against_the_stream_and_stops():
    walks = [straight(0, 2.5, 1.0), straight(0, 2.4, 1.0), straight(10, 2.6, -1.0)]
    total = cells(walks, np.arange(0, 10.1, 0.2))
    assert total.counterflow_shares.reshape(5, 10)[2, 5] == pytest.approx(1 / 3)
    stopping = through([(0, 0.5), (6.5, 0.5), (6.5, 0.5), (9, 0.5)], [0, 5, 15, 18])
    stops = cells([stopping], np.arange(0, 18, 0.2)).stops.reshape(5, 10)
    assert stops.sum() == stops[0, 6] == 1


@given(
    st.lists(
        st.tuples(st.floats(0, 9), st.floats(0, 4), st.floats(-2, 2), st.floats(-2, 2)),
        min_size=1,
        max_size=5,
    ),
    st.randoms(),
)
@settings(max_examples=40, deadline=None)
def test_no_person_second_is_lost(drawn, random):
    grid = CellGrid(-300.0, -300.0, 60, 60, 10.0)
    walks = [straight(x, y, vx, vy, end_s=80) for x, y, vx, vy in drawn]
    times = np.arange(0, 80.1, 0.4)
    total = cells(walks, times, grid)
    ids = list(range(len(walks)))
    random.shuffle(ids)
    assert total.presence_s.sum() == pytest.approx(80.0 * len(walks))
    assert cells(walks, times, grid, ids).presence_s == pytest.approx(total.presence_s)
    ways = np.array([(vx, vy) for _, _, vx, vy in drawn]).sum(axis=0) * 80.0
    assert total.way_m.sum(axis=0) == pytest.approx(ways, abs=1e-6)


def test_a_grid_is_made_of_whole_cells_and_not_too_many():
    grid = CellGrid.around(np.array([[-1.2, 3.1], [4.0, 5.9]]), 2.0)
    assert (grid.x_m, grid.y_m, grid.columns, grid.rows) == (-2.0, 2.0, 4, 2)
    assert grid.index(np.array([[-2.0, 2.0], [5.9, 5.9], [6.1, 3.0]])).tolist() == [0, 7, -1]
    with pytest.raises(ValueError, match="larger"):
        CellGrid(0, 0, 200, 200)


def parked(counts, capacity=1):
    observer = ParkingObserver(capacity)
    taken = []
    for t, n in enumerate(counts):
        observer.observe(float(t), 0.0, n, 1.0)
        taken.append(observer.taken)
    return taken, observer.take(0.0)


def test_a_bay_changes_when_it_lasts():
    taken, minute = parked([0] * 5 + [1] * 20 + [0] * 3 + [1] * 5 + [0] * 20)
    assert taken[15] == 1
    assert taken[14] == 0
    assert all(taken[15:40])
    assert taken[-1] == 0
    assert (minute.arrivals, minute.departures) == (1, 1)
    assert minute.taken_mean == pytest.approx(sum([0, *taken[:-1]]) / 53, abs=0.03)


def test_what_stands_there_at_first_has_not_arrived():
    assert parked([1] * 30)[1].arrivals == 0


def test_an_area_takes_the_least_change_that_lasts():
    taken, minute = parked([3] * 5 + [5, 4, 5, 5, 6] * 4 + [5] * 20, capacity=10)
    assert taken[15] == 4
    assert taken[-1] == 5
    assert minute.arrivals == 2
    assert minute.free_mean == pytest.approx(10 - minute.taken_mean)
    assert parked([30] * 5, capacity=10)[0][-1] == 10


def test_a_gap_makes_what_was_pending_last_anew():
    observer = ParkingObserver(1)
    for t, n in enumerate([0, *[1] * 8]):
        observer.observe(float(t), 0.0, n, 1.0)
    observer.gap()
    observer.observe(100.0, 60.0, 1, 0.0)
    assert observer.taken == 0


@given(st.lists(st.integers(0, 4), max_size=120))
def test_arrivals_less_departures_are_the_change(counts):
    taken, minute = parked(counts, 4)
    if counts:
        assert taken[0] + minute.arrivals - minute.departures == taken[-1]


AREAS = {"nord": 100.0, "sud": 50.0}


def test_a_place_is_the_sum_of_its_cameras():
    whole = place_occupancy(
        {"nord": Part(4, Spread(1, 1, 2), 100.0), "sud": Part(2, Spread(0.5, 0.5, 1), 50.0)}, AREAS
    )
    assert (whole.people, whole.spread, whole.seen_share) == (6, Spread(1.5, 1.5, 3), 1.0)
    half = place_occupancy({"nord": Part(4, Spread(), 100.0), "sud": None}, AREAS)
    assert (half.people, half.seen_share, half.missing) == (4, pytest.approx(2 / 3), ("sud",))
    none = place_occupancy({}, AREAS)
    assert none.people is None
    with pytest.raises(ValueError, match="est"):
        place_occupancy({"est": Part(1, Spread(), 1.0)}, AREAS)


def test_the_balance_closes():
    rng = np.random.default_rng(2)
    day = [Passages(*rng.poisson((20, 18)), 20.0, 18.0) for _ in range(50)]
    plain = balance(day)
    assert plain[-1].inside > 50
    closed = balance(day, closing=0.0)
    assert closed[-1].inside == pytest.approx(0.0, abs=1e-9)
    assert closed[-1].high == pytest.approx(0.0, abs=1e-4)
    widths = [one.high - one.inside for one in closed]
    assert np.argmax(widths) in range(20, 30)
    with pytest.raises(ValueError, match="explained"):
        balance([Passages(5, 0, 5, 0)], closing=0.0)


def test_the_interval_of_the_balance_covers_nine_in_ten():
    rng = np.random.default_rng(5)
    covered = total = 0
    for _ in range(300):
        # Truth: everybody who comes leaves. Counters add independent noise of variance 4.
        came = rng.poisson(30, 40)
        left = np.zeros(40, dtype=int)
        inside = 0
        for i in range(40):
            inside += came[i]
            left[i] = inside if i == 39 else rng.binomial(inside, 0.3)
            inside -= left[i]
        truth = np.cumsum(came - left)
        noise = rng.normal(0, 2, (2, 40))
        found = balance(
            [Passages(c + a, w + b, 4, 4) for c, w, a, b in zip(came, left, *noise, strict=True)],
            closing=0.0,
        )
        for k in range(5, 35, 5):
            covered += found[k].low <= truth[k] <= found[k].high
            total += 1
    assert 0.87 <= covered / total <= 0.95
