"""Zones: who is inside, who came and went, and for how long."""

import line_paths
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_lines import RULE, tracks

from parvis.measures.polylines import Polylines, snapped
from parvis.measures.zones import ZoneEvents, ZoneObserver, ZonePolygon
from parvis.values.classes import ObjectClass

SQUARE = ZonePolygon(((100.0, 100.0), (200.0, 100.0), (200.0, 200.0), (100.0, 200.0)))


def followed(path, zone=SQUARE, seen=None, end=True):
    """Events of one object that walks this path, one sample a second."""
    observer = ZoneObserver({"z": zone}, "foot", RULE)
    events = ZoneEvents()
    held = []
    for i, point in enumerate(path):
        now = tracks(float(i), [point], seen=None if seen is None else [seen[i]])
        add(events, observer.observe(now))
        held.append(int(observer.occupancy(now).sum()))
    if end:
        add(events, observer.observe(tracks(float(len(path)), np.empty((0, 2)), ended=[0])))
    return events, held


def add(total: ZoneEvents, more: ZoneEvents) -> None:
    total.entries += more.entries
    total.exits += more.exits
    total.visits += more.visits


def test_a_walk_through():
    events, held = followed([(50, 150), (90, 150), (130, 150), (170, 150), (210, 150), (250, 150)])
    assert [e.time_s for e in events.entries] == [1.25]
    assert [e.time_s for e in events.exits] == [3.75]
    assert [(v.entered_s, v.left_s, v.dwell_s) for v in events.visits] == [(1.25, 3.75, 2.5)]
    assert held == [0, 0, 1, 1, 0, 0]


def test_through_in_one_step():
    events, _ = followed([(50, 150), (250, 150)])
    assert [e.time_s for e in events.entries] == [0.25]
    assert [e.time_s for e in events.exits] == [0.75]
    assert [v.dwell_s for v in events.visits] == [0.5]


def test_trembling_on_the_border_is_neither_coming_nor_going():
    events, held = followed([(50, 150), (99, 150), (101, 150), (99, 150), (102, 150), (60, 150)])
    assert (events.entries, events.exits, events.visits) == ([], [], [])
    assert not any(held)
    inside = [(150, 150), *[(198, 150), (202, 150)] * 10, (150, 150)]
    events, held = followed(inside)
    assert (events.entries, events.exits) == ([], [])
    assert all(held)
    assert len(events.visits) == 1


def test_first_seen_inside_and_lost_inside_is_a_visit_without_entry_or_exit():
    events, held = followed([(150, 150), (150, 160), (150, 150)])
    assert (events.entries, events.exits) == ([], [])
    assert [(v.entered_s, v.left_s) for v in events.visits] == [(0.0, 2.0)]
    assert held == [1, 1, 1]


def test_hidden_is_not_gone():
    path = [(50, 150), (150, 150), (900, 900), (900, 900), (160, 150), (50, 150)]
    events, held = followed(path, seen=[True, True, False, False, True, True])
    assert held == [0, 1, 1, 1, 1, 0]
    assert (len(events.entries), len(events.exits), len(events.visits)) == (1, 1, 1)


def test_walking_out_of_the_picture_through_the_border():
    events, _ = followed([(150, 150), (195, 150), (204, 150)])
    assert (len(events.exits), len(events.visits)) == (1, 1)
    events, _ = followed([(150, 150), (195, 150), (201, 150)])
    assert len(events.exits) == 0
    assert len(events.visits) == 1


def test_a_narrow_zone_can_be_entered():
    strip = ZonePolygon(((100.0, 100.0), (106.0, 100.0), (106.0, 300.0), (100.0, 300.0)))
    events, held = followed([(60, 200), (103, 200), (103, 210), (140, 200)], strip)
    assert (len(events.entries), len(events.exits)) == (1, 1)
    assert held == [0, 1, 1, 0]


def test_occupancy_by_class():
    observer = ZoneObserver({"a": SQUARE, "b": SQUARE}, "foot", RULE)
    now = tracks(0.0, [(150, 150), (150, 160), (50, 50)], classes=[0, 2, 0])
    observer.observe(now)
    held = observer.occupancy(now)
    assert held.shape == (2, len(ObjectClass))
    assert held[:, ObjectClass.PERSON].tolist() == [1, 1]
    assert held[:, ObjectClass.CAR].tolist() == [1, 1]


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_entries_less_exits_is_the_change_of_occupancy(seed):
    """Conservation, for paths that begin and end clear of any simple star-shaped zone."""
    r = line_paths.random.Random(seed)
    angles = sorted(r.uniform(0, 6.283) for _ in range(r.randint(5, 9)))
    corners = tuple(
        line_paths.grid((320 + d * np.cos(a), 180 + d * np.sin(a)))
        for a in angles
        for d in [r.uniform(60, 150)]
    )
    zone = ZonePolygon(corners)
    way = [line_paths.spot(r) for _ in range(4)]
    path = [line_paths.grid(p) for p in line_paths.sampled(r, way, r.uniform(2, 200))]
    events, held = followed(path, zone, end=False)
    assert len(events.entries) - len(events.exits) in (held[-1] - held[0], 0, 1, -1)
    for earlier, later in zip(events.entries, events.entries[1:], strict=False):
        assert sum(earlier.time_s <= e.time_s <= later.time_s for e in events.exits) == 1


@settings(max_examples=200, deadline=None)
@given(
    corners=st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=8, unique=True
    ),
    points=st.lists(st.tuples(st.integers(-8, 104), st.integers(-8, 104)), min_size=1, max_size=20),
)
def test_sides_of_a_border_and_passages_agree(corners, points):
    """Going anywhere in steps, the parity of passages says who is inside: also on the border."""
    from parvis.measures.polylines import Steps

    border = np.array([*corners, corners[0]], dtype=np.float64) * 8
    geometry = Polylines([border])
    path = snapped(np.array([(-50.0, -50.0), *points]))
    sides, holds = geometry.sides(path), geometry.holds(path)[:, 0]
    inside = False
    for i in range(1, len(path)):
        steps = Steps(path[i - 1 : i], path[i : i + 1], np.ones((1, 2)))
        passed = geometry.passages(steps, sides[i - 1 : i], sides[i : i + 1])
        inside ^= bool(np.count_nonzero(passed.through) % 2)
        assert inside == holds[i]


@pytest.mark.parametrize("points", [(), ((0.0, 0.0), (1.0, 1.0)), ((0.0, 0.0),) * 4])
def test_a_zone_that_is_none_cannot_be_made(points):
    with pytest.raises(ValueError, match="zone"):
        ZonePolygon(points)
