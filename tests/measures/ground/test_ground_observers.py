"""All ground observers of a camera together: minutes, quarters, gaps and now."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walks import Walk, frames, straight, tracks

from parvis.measures.ground.drawn import GroundShapes
from parvis.measures.ground.gatherings import GatheringRule
from parvis.measures.ground.levels import Alarm, Ladder
from parvis.measures.ground.observers import GroundObservers
from parvis.measures.ground.shapes import GroundLine, GroundZone, ZoneUse
from parvis.values.classes import ObjectClass
from parvis.values.ground_minute import GroundMinute, Journey
from parvis.values.series import Aggregation, SeriesKind
from parvis.values.speeds import Passers

STREET = GroundZone(((0.0, 0.0), (10.0, 0.0), (10.0, 4.0), (0.0, 4.0)))
QUEUE = GroundZone(((12.0, 0.0), (18.0, 0.0), (18.0, 4.0), (12.0, 4.0)), ZoneUse.QUEUE)
BAY = GroundZone(((0.0, 6.0), (3.0, 6.0), (3.0, 11.0), (0.0, 11.0)), ZoneUse.PARKING)
SHAPES = GroundShapes(
    lines={"pont": GroundLine(((5.0, -1.0), (5.0, 5.0)))},
    zones={"rue": STREET, "file": QUEUE, "place": BAY},
)
CLASSES = (ObjectClass.PERSON, ObjectClass.CAR)


def observers(shapes=SHAPES, **kw) -> GroundObservers:
    return GroundObservers(shapes, rate=5.0, classes=CLASSES, **kw)


def lived(walks, times, watch=None, ids=None) -> list[GroundMinute]:
    """The minutes of a run, closed as a worker closes them."""
    watch = watch or observers()
    minutes, open_s = [], times[0] // 60 * 60
    for now in frames(walks, times, ids):
        watch.observe(now)
        while now.time_s > open_s + 65:
            minutes.append(watch.take(open_s))
            open_s += 60
    watch.gap()
    while open_s <= times[-1]:
        minutes.append(watch.take(open_s))
        open_s += 60
    return minutes


def reading(minute: GroundMinute, quantity: SeriesKind, shape: str, label="person"):
    (found,) = [
        one
        for one in minute.readings
        if (one.quantity, one.shape, one.object_class) == (quantity, shape, label)
    ]
    return found


STREAM = [
    straight(-5.0, 2.0, 1.25, begin_s=4.0 * i, end_s=4.0 * i + 20) for i in range(45)
]  # somebody every 4 s, 1.25 m/s, from the west to the east


def test_a_stream_through_a_street():
    minutes = lived(STREAM, np.arange(0, 180, 0.2))
    assert [m.start_s for m in minutes] == [0.0, 60.0, 120.0]
    assert [m.coverage_s for m in minutes] == pytest.approx([60, 60, 59.8], abs=1e-6)
    middle = minutes[1]
    density, flow, speed = (
        reading(middle, q, "rue") for q in (SeriesKind.DENSITY, SeriesKind.FLOW, SeriesKind.SPEED)
    )
    assert density.value == pytest.approx(2 / 40, rel=1e-9)  # two at a time
    assert flow.value == pytest.approx(density.value * speed.value, rel=1e-12)
    assert speed.value == pytest.approx(1.25, rel=1e-9)
    assert reading(middle, SeriesKind.DENSITY, "rue", "car").value == 0.0
    assert reading(middle, SeriesKind.COUNTERFLOW, "rue", "all").value == 0.0
    assert reading(middle, SeriesKind.ENTROPY, "rue", "all").value == 0.0
    assert reading(middle, SeriesKind.PRESSURE_MAX, "rue").value == pytest.approx(0, abs=1e-9)
    voronoi = reading(middle, SeriesKind.DENSITY_VORONOI, "rue")
    assert voronoi.value == pytest.approx(2 / 40, rel=0.1)
    assert voronoi.n == 60
    ratio = reading(middle, SeriesKind.SPEED_RATIO, "rue").value
    assert ratio == pytest.approx(1.25 / 1.34, rel=0.01)
    assert middle.speeds[Passers("pont", "person", 0)].n == 15
    assert middle.speeds[Passers("pont", "person", 0)].quantile_mps(0.85) == pytest.approx(
        1.25, rel=0.01
    )
    assert middle.speeds[Passers("rue", "person", None)].n == 15
    assert reading(middle, SeriesKind.QUEUE_ARRIVALS, "file").value == 15
    assert reading(middle, SeriesKind.QUEUE_WAIT, "file").value == pytest.approx(4.8, rel=1e-6)
    assert reading(middle, SeriesKind.GROUP_SIZE, "*").value == 1.0
    assert reading(middle, SeriesKind.PARKING_TAKEN, "place", "all").value == 0.0


def test_minutes_make_an_hour_without_loss():
    """Density and flow weighed by time, speed by person-seconds: flow is density x speed."""
    rng = np.random.default_rng(4)
    walks = [
        straight(*rng.uniform((-5, 0), (12, 4)), *rng.normal(0, 1, 2), begin_s=b, end_s=b + 25)
        for b in np.round(rng.uniform(0, 280, 60) / 0.2) * 0.2
    ]
    minutes = lived(walks, np.arange(0, 300.1, 0.2))

    def mean(quantity):
        parts = [reading(m, quantity, "rue") for m in minutes if m.coverage_s]
        assert quantity.aggregation is Aggregation.MEAN
        return sum(p.value * p.weight for p in parts) / sum(p.weight for p in parts)

    k, q, v = (mean(one) for one in (SeriesKind.DENSITY, SeriesKind.FLOW, SeriesKind.SPEED))
    assert q == pytest.approx(k * v, rel=1e-9)


def test_a_quarter_has_cells_and_journeys():
    shapes = GroundShapes(
        zones=SHAPES.zones,
        gates={
            "ouest": GroundZone(((-6.0, 0.0), (-2.0, 0.0), (-2.0, 4.0), (-6.0, 4.0))),
            "est": GroundZone(((18.0, 0.0), (24.0, 0.0), (24.0, 4.0), (18.0, 4.0))),
        },
    )
    watch = observers(shapes)
    minutes = lived(STREAM, np.arange(0, 905, 0.5), watch)
    adds = [q for m in minutes for q in m.quarters]
    assert [one.start_s for one in adds] == [0.0] * 15 + [900.0]
    assert sum(one.coverage_s for one in adds[:15]) == pytest.approx(900.0)
    ways = sum((Counter(one.journeys) for one in adds), Counter())
    assert ways == {Journey("ouest", "est", "person"): 45}
    inside = [c for one in adds for c in one.cells if 1 < c.x_m < 9]
    assert {(c.y_m, c.counterflow_share, c.stops) for c in inside} == {(2.5, 0.0, 0)}
    assert [c.east_mps for c in inside] == pytest.approx([1.25] * len(inside))
    assert sum(c.presence_s for c in inside) == pytest.approx(45 * 8 / 1.25, rel=0.02)


def test_a_minute_adds_its_seconds_and_tells_the_counterflow_of_the_quarter_so_far():
    """All go east in one minute and all west in the next: half of the ways of both are against."""
    east = [straight(-5.0, 2.0, 1.25, begin_s=6.0 * i, end_s=6.0 * i + 20) for i in range(6)]
    west = [straight(20.0, 2.0, -1.25, begin_s=66.0 + 6 * i, end_s=86.0 + 6 * i) for i in range(6)]
    minutes = lived(east + west, np.arange(0, 180, 0.5))
    first, second = (
        {c.x_m: c for q in m.quarters for c in q.cells if 1 < c.x_m < 9} for m in minutes[:2]
    )
    assert {one.counterflow_share for one in first.values()} == {0.0}
    assert all(one.east_mps < 0 for one in second.values())
    for x_m, one in second.items():
        assert one.counterflow_share == pytest.approx(0.5, abs=0.1)
        assert one.presence_s == pytest.approx(first[x_m].presence_s, rel=0.2)


def test_no_data_is_never_zero():
    watch = observers()
    minute = watch.take(0.0)
    assert (minute.coverage_s, minute.readings) == (0.0, ())
    watch.observe(tracks(60.0, [], []))
    watch.observe(tracks(60.2, [], []))
    minute = watch.take(60.0)
    assert minute.coverage_s == pytest.approx(0.2)
    assert reading(minute, SeriesKind.DENSITY, "rue").value == 0.0


def test_a_gap_ends_all_and_joins_nothing():
    watch = observers()
    for now in frames([straight(2.0, 2.0, 0.5)], np.arange(0, 5, 0.2)):
        watch.observe(now)
    watch.gap()
    assert watch.now().crowding == {}
    for now in frames([straight(8.0, 2.0, -0.5, begin_s=30)], np.arange(30, 34, 0.2)):
        watch.observe(now)
    watch.gap()
    minute = watch.take(0.0)
    assert minute.coverage_s == pytest.approx(4.8 + 3.8)
    density = reading(minute, SeriesKind.DENSITY, "rue")
    assert density.value == pytest.approx(1 / 40)
    assert density.n == 2  # no step from where the first was lost to where the second was found
    assert minute.speeds == {
        Passers("rue", "person", None): minute.speeds[Passers("rue", "person", None)]
    }
    assert minute.speeds[Passers("rue", "person", None)].n == 2


def test_a_clock_that_goes_back_is_a_gap():
    watch = observers()
    watch.observe(tracks(100.0, [1], [(1, 1)]))
    watch.observe(tracks(90.0, [1], [(2, 1)]))
    watch.observe(tracks(90.2, [1], [(2.1, 1)]))
    assert watch.take(60.0).coverage_s == pytest.approx(0.2)


def test_now():
    shapes = GroundShapes(zones={"rue": STREET}, ladders={"rue": Ladder((0.1,), "test", 5.0)})
    rule = GatheringRule(people=4, lasting_s=20.0)
    walks = [Walk(lambda t, x=x: (3 + 0.8 * x, 2.0)) for x in range(6)]
    watch = observers(shapes, gathering=rule)
    for now in frames(walks, np.arange(0, 40, 0.2)):
        watch.observe(now)
    found = watch.now()
    crowding = found.crowding["rue"]
    assert crowding.people == 6
    assert crowding.density_pm2 == pytest.approx(6 / 40, rel=0.05)
    assert crowding.level == "A"
    assert (crowding.alarm, crowding.alarm_since_s) == (Alarm.WATCH, 5.0)
    assert crowding.speed_mps == pytest.approx(0.0)
    assert [g.people for g in found.gatherings] == [6]
    assert found.group_sizes == (6,)
    assert found.filling["rue"].present == 6
    assert reading(watch.take(0.0), SeriesKind.GATHERED_MAX, "*").value == 6


def test_a_minute_without_anybody_is_seen_of_every_quantity():
    """An hour with one passer-by was seen whole: her speed is no speed of a minute in sixty."""
    minutes = lived([straight(-5.0, 2.0, 1.25, begin_s=70, end_s=90)], np.arange(0, 180, 0.2))
    said = [{(r.quantity, r.shape, r.object_class) for r in m.readings} for m in minutes]
    assert said[0] == said[1] == said[2]
    speeds = [reading(m, SeriesKind.SPEED, "rue").value for m in minutes]
    assert speeds == [None, pytest.approx(1.25), None]


def test_a_car_in_a_bay():
    parked = Walk(lambda t: (1.5, min(8.0, t - 4)), object_class=2)
    minutes = lived([parked], np.arange(0, 120, 0.2))
    assert reading(minutes[0], SeriesKind.PARKING_ARRIVALS, "place", "all").value == 1
    assert reading(minutes[1], SeriesKind.PARKING_TAKEN, "place", "all").value == 1.0


drawn_walks = st.lists(
    st.tuples(
        st.floats(-3, 20), st.floats(-1, 5), st.floats(-2, 2), st.floats(-1, 1), st.floats(0, 60)
    ),
    max_size=8,
)


@given(drawn_walks, st.randoms())
@settings(max_examples=15, deadline=None)
def test_ids_mean_nothing_and_journeys_are_conserved(drawn, random):
    walks = [
        straight(x, y, vx, vy, begin_s=0.2 * int(b * 5), end_s=0.2 * int(b * 5) + 20)
        for x, y, vx, vy, b in drawn
    ]
    ids = list(range(len(walks)))
    random.shuffle(ids)
    times = np.round(np.arange(0, 100, 0.2), 6)
    a, b = observers(), observers()
    first, second = lived(walks, times, a), lived(walks, times, b, ids)
    for one, other in zip(first, second, strict=True):
        assert one.speeds == other.speeds
        assert [r.value for r in one.readings] == pytest.approx([r.value for r in other.readings])
    ways, again = (
        sum((Counter(q.journeys) for m in run for q in m.quarters), Counter())
        for run in (first, second)
    )
    assert ways.total() == len(walks)
    assert ways == again


def test_a_ground_without_shapes_is_refused_and_a_large_one_has_larger_cells():
    with pytest.raises(ValueError, match="no cells"):
        GroundShapes().grid()
    far = GroundZone(((0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0)))
    assert GroundShapes(view=far).grid().size_m == 4.0


def test_a_day_of_passers_by_takes_the_memory_of_those_present():
    watch = observers()
    minute_s = 0.0
    for k in range(1500):
        time_s = 2.0 * k
        ids = np.arange(3 * k, 3 * k + 6)  # three come and three go with each frame
        points = np.column_stack((np.full(6, 2.0) + 0.1 * (k % 20), np.arange(6) * 0.6))
        watch.observe(tracks(time_s, ids, points, ended=ids[:3] - 3))
        if time_s > minute_s + 65:
            watch.take(minute_s)
            minute_s += 60
    states = [vars(part) for part in vars(watch).values() if hasattr(part, "__dict__")]
    arrays = [v for state in states for v in state.values() if isinstance(v, np.ndarray)]
    assert len(arrays) > 20
    assert max(len(array) for array in arrays) <= 320  # rows of 64, seconds of the last 300


def test_a_break_of_the_frames_adds_no_time_and_no_way():
    times = np.concatenate((np.arange(0, 10, 0.2), np.arange(13, 20, 0.2)))
    (minute,) = lived([straight(1.0, 2.0, 0.4)], times)
    assert minute.coverage_s == pytest.approx(9.8 + 6.8)
    assert reading(minute, SeriesKind.DENSITY, "rue").value == pytest.approx(1 / 40)
    assert reading(minute, SeriesKind.FLOW, "rue").value == pytest.approx(0.4 / 40)


def test_frames_of_a_minute_already_closed_are_not_counted():
    watch = observers()
    for now in frames([straight(2.0, 2.0, 0.0)], np.arange(0, 61, 0.2)):
        watch.observe(now)
    assert watch.take(0.0).coverage_s == pytest.approx(60.0)
    for now in frames([straight(2.0, 2.0, 0.0)], np.arange(0, 30, 0.2)):  # the clock was set back
        watch.observe(now)
    for now in frames([straight(2.0, 2.0, 0.0)], np.arange(62, 66, 0.2)):
        watch.observe(now)
    minute = watch.take(60.0)
    assert minute.coverage_s == pytest.approx(0.8 + 3.8)
    assert reading(minute, SeriesKind.DENSITY, "rue").value == pytest.approx(1 / 40)


def test_after_a_clock_set_back_lines_and_groups_are_seen_at_once():
    watch = observers()
    watch.observe(tracks(1000.0, [], []))
    pair = [straight(1.0, y, 1.3, begin_s=500, end_s=507) for y in (1.0, 1.6)]
    for now in frames(pair, np.round(np.arange(500, 510, 0.2), 3)):
        watch.observe(now)
        if now.time_s == 506:
            assert watch.now().group_sizes == (2,)
    assert watch.take(480.0).speeds[Passers("pont", "person", 0)].n == 2
