"""Who is in a zone: stays, queues, filling, journeys and their conservation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walks import Walk, frames, straight, through

from parvis.measures.ground.filling import FillingObserver
from parvis.measures.ground.journeys import JourneyObserver
from parvis.measures.ground.motion import Motion
from parvis.measures.ground.queues import QueueObserver
from parvis.measures.ground.shapes import Borders, GroundZone
from parvis.measures.ground.stays import ZoneStays
from parvis.values.ground_minute import Journey

WEST = GroundZone(((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)))
EAST = GroundZone(((8.0, 0.0), (12.0, 0.0), (12.0, 4.0), (8.0, 4.0)))


def followed(walks, times, zones=(WEST, EAST), ids=None):
    """Entries, stays, and the numbers inside after each frame."""
    motion, borders = Motion(), Borders(zones)
    observer = ZoneStays(borders, motion.capacity)
    entries, stays, inside = [], [], []
    for tracks in frames(walks, times, ids):
        frame = motion.observe(tracks)
        moved = frame.moved
        held, holds = borders.holds(moved.start), borders.holds(moved.end)
        _, step, zone, _, at = borders.inside_shares(moved.start, moved.end, held, holds)
        moment = moved.start_s[step] + at * (moved.end_s - moved.start_s)[step]
        passages = moved.rows[step], zone, moment
        more = observer.observe(frame, borders.holds(frame.points), passages)
        entries += more[0]
        stays += more[1]
        inside.append(observer.inside(frame.rows).sum(axis=0).tolist())
    more = observer.end_all(motion.end_all())
    return entries + more[0], stays + more[1], inside


def test_a_walk_through_two_zones():
    entries, stays, inside = followed([straight(-2, 2, 1.0, end_s=16)], np.arange(0, 18, 0.2))
    assert [(e.zone, pytest.approx(e.time_s)) for e in entries] == [(0, 2.0), (1, 10.0)]
    assert [(s.zone, s.came, s.went, pytest.approx(s.dwell_s)) for s in stays] == [
        (0, True, True, 4.0),
        (1, True, True, 4.0),
    ]
    assert max(map(sum, inside)) == 1


def test_who_begins_and_ends_inside_neither_came_nor_went():
    _, stays, _ = followed([straight(2, 2, 0.01, end_s=9)], np.arange(0, 12, 0.2))
    assert [(s.came, s.went) for s in stays] == [(False, False)]
    assert stays[0].dwell_s == pytest.approx(9.0)


def predicted_wrongly(t: float) -> tuple[float, float]:
    """Walks to x = 3 and stands; while it is hidden (3 to 8 s) the prediction walks on."""
    return (t + 0.5 if t < 8 else 3.0, 2.0)


def test_where_an_object_is_only_predicted_it_does_not_leave():
    walk = Walk(predicted_wrongly, end_s=12, hidden_s=(3.1, 8.0))
    entries, stays, inside = followed([walk], np.arange(0, 14, 0.2))
    assert entries == []
    assert [(s.zone, s.went) for s in stays] == [(0, False)]
    assert {tuple(i) for i in inside[:60]} == {(1, 0)}


def test_who_hides_while_leaving_has_left_in_between():
    walk = straight(1.0, 2.0, 1.0, end_s=12, hidden_s=(1.5, 5.0))
    _, stays, _ = followed([walk], np.arange(0, 14, 0.2))
    assert (stays[0].zone, stays[0].went, stays[0].left_s) == (0, True, pytest.approx(3.0))


def test_trembling_on_a_border():
    tremble = Walk(lambda t: (4.0 + 0.2 * (-1) ** round(t * 5), 2.0), end_s=9)
    entries, stays, _ = followed([tremble], np.arange(0, 12, 0.2))
    assert entries == []
    assert len(stays) <= 1


@given(
    st.lists(
        st.tuples(st.floats(-5, 16), st.floats(-1, 5), st.floats(-2, 2), st.floats(-1, 1)),
        min_size=1,
        max_size=6,
    ),
    st.randoms(),
)
@settings(max_examples=40, deadline=None)
def test_who_is_inside_is_who_was_there_or_came_less_who_left(drawn, random):
    walks = [straight(*one[:3], one[3], end_s=15) for one in drawn]
    ids = list(range(len(walks)))
    random.shuffle(ids)
    times = np.arange(0, 14.9, 0.2)
    entries, stays, inside = followed(walks, times, ids=ids)
    for zone in (0, 1):
        came = sum(e.zone == zone for e in entries)
        mine = [s for s in stays if s.zone == zone]
        assert came == sum(s.came for s in mine)
        present_at_first = inside[0][zone]
        assert present_at_first + came == len(mine)


def test_a_queue_in_balance_obeys_little():
    # One person joins every 4 s and walks through in 20 s: L = 5, mu = 15 a minute, W = 20 s.
    queue = GroundZone(((0.0, 0.0), (10.0, 0.0), (10.0, 2.0), (0.0, 2.0)))
    walks = [straight(-2, 1, 0.5, begin_s=4.0 * i, end_s=4.0 * i + 28) for i in range(60)]
    observer = QueueObserver()
    times = np.arange(0, 245, 0.4)
    entries, stays, inside = followed(walks, times, (queue,))
    for t, before in zip(times[1:], inside, strict=False):
        observer.seen((t - 0.2) // 60 * 60, 0.4, before[0])
    for entry in entries:
        observer.entry(entry)
    for stay in stays:
        observer.stay(stay)
    found = observer.take(120.0)
    assert found.length_mean == pytest.approx(5.0, rel=0.05)
    assert (found.arrivals, found.departures) == (15, 15)
    assert found.throughput_per_min == pytest.approx(15.0, rel=0.02)
    assert found.wait_mean_s == pytest.approx(20.0)
    assert found.wait_variance_s2 == pytest.approx(0.0, abs=1e-9)
    assert found.wait_little_s == pytest.approx(20.0, rel=0.05)
    nothing = observer.take(6000.0)
    assert nothing.length_mean is None
    assert nothing.throughput_per_min is None


def one(n: int) -> np.ndarray:
    return np.array([n])


def test_filling_says_when_it_is_full():
    filling = FillingObserver(1)
    assert filling.now(one(0)) is None
    for t in range(1, 301):
        filling.observe(float(t), one(t % 2 == 0), one(t % 10 == 0), 1.0)
    (now,) = filling.now(one(40))
    assert now.inflow_per_s == pytest.approx(0.5)
    assert now.outflow_per_s == pytest.approx(0.1)
    assert now.net_low_per_s < 0.4 < now.net_high_per_s
    central, earliest = now.time_to_s(80)
    assert central == pytest.approx(100.0)
    assert earliest < central
    assert now.time_to_s(40) == (0.0, 0.0)
    assert not now.outflow_falls
    for t in range(301, 1000):
        filling.observe(float(t), one(0), one(t % 10 == 0), 1.0)
    assert filling.now(one(40))[0].time_to_s(80) == (None, None)


def test_what_happened_before_an_outage_is_forgotten_with_it():
    filling = FillingObserver(1)
    for t in range(1, 301):
        filling.observe(float(t), one(1), one(0), 1.0)
    filling.observe(100_000.0, one(2), one(0), 1.0)
    assert filling.now(one(0))[0].inflow_per_s == pytest.approx(2.0)


def test_an_exit_that_blocks_is_seen():
    filling = FillingObserver(2)
    for t in range(1, 301):
        blocked = np.array([1 + (t > 150), 1]), np.array([int(t <= 150), 1])
        filling.observe(float(t), *blocked, 1.0)
    assert [now.outflow_falls for now in filling.now(np.array([10, 10]))] == [True, False]


@pytest.mark.filterwarnings("error")
def test_seconds_that_round_differently_are_no_share_above_one():
    rng = np.random.default_rng(1)
    for _ in range(200):
        filling = FillingObserver(1)
        for t in range(200, 340):
            filling.observe(float(t), one(1), one(0), rng.uniform(0.9, 1.1))
        assert not filling.now(one(3))[0].outflow_falls


GATES = Borders([WEST, EAST])


def journeys(walks, times, ids=None):
    motion = Motion()
    observer = JourneyObserver(("west", "east"), motion.capacity)
    seen = set()
    for tracks in frames(walks, times, ids):
        frame = motion.observe(tracks)
        observer.observe(frame, GATES.holds(frame.points))
        seen |= set(tracks.ids.tolist())
    observer.end(motion.end_all())
    return observer.take(0.0), len(seen)


def test_from_where_to_where():
    walks = [
        straight(1, 2, 1.0, end_s=9),
        straight(11, 2, -1.0, end_s=9),
        straight(6, 9, 0.5, end_s=9),
        through([(1, 1), (6, 1), (1, 1)], [0, 5, 10]),
    ]
    table, _ = journeys(walks, np.arange(0, 15, 0.2))
    assert table == {
        Journey("west", "east", "person"): 1,
        Journey("east", "west", "person"): 1,
        Journey("", "", "person"): 1,
        Journey("west", "west", "person"): 1,
    }


@given(
    st.lists(
        st.tuples(st.floats(-5, 16), st.floats(-1, 5), st.floats(-2, 2), st.floats(0, 20)),
        max_size=8,
    ),
    st.randoms(),
)
@settings(max_examples=40, deadline=None)
def test_the_table_sums_to_those_who_came(drawn, random):
    walks = [straight(x, y, vx, begin_s=b, end_s=b + 9) for x, y, vx, b in drawn]
    ids = list(range(len(walks)))
    random.shuffle(ids)
    times = np.arange(0, 40, 0.2)
    table, came = journeys(walks, times)
    assert sum(table.values()) == came
    assert journeys(walks, times, ids)[0] == table
