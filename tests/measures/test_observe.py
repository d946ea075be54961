"""A camera's observers together, from a site.yaml shape to closed minutes."""

import time
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_lines import tracks

from parvis.measures.observe import CameraObservers, counted_classes
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.values.series import Series, SeriesKind

T0 = 1_700_000_040.0
CAMERA = Camera.model_validate(
    {
        "label": "Quai",
        "source": "rtsp://192.0.2.10/main",
        "lines": {"pont": {"points": [[0.1, 0.5], [0.9, 0.5]]}},
        "zones": {"bas": {"polygon": [[0.0, 0.6], [1.0, 0.6], [1.0, 1.0], [0.0, 1.0]]}},
    }
)
DOWN = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)


SMALL = FrameSize(640, 360)


def observers(camera=CAMERA, size=SMALL) -> CameraObservers:
    return CameraObservers("quai", camera, size, run="r", classes=(ObjectClass.PERSON,))


def test_a_walk_down_the_picture():
    o = observers()
    found = []
    for i in range(50):
        o.advance(T0 + i / 5)
        found += o.observe(tracks(T0 + i / 5, [(320, 60 + 6 * i)]))
    assert [c.direction for c in found] == [0]
    assert o.zone_occupancy() == {"bas": {"person": 1}}
    assert o.open_counts()[DOWN] == 1
    assert abs(o.covered_s - 9.8) < 1e-6
    assert o.gap("end") == []
    assert o.zone_occupancy() == {"bas": {}}
    (minute,) = o.close_all(T0 + 10)
    assert {m.series: m.value for m in minute.measures}[DOWN] == 1
    assert abs(minute.coverage_s - 9.8) < 1e-6


def test_a_gap_is_not_seen_and_carries_no_track():
    o = observers()
    o.observe(tracks(T0, [(320, 100)]))
    o.observe(tracks(T0 + 0.2, [(320, 150)]))
    o.gap("lost")
    assert o.gap_reason == "lost"
    assert o.observe(tracks(T0 + 0.4, [(320, 250)])) == []
    assert o.gap_reason == ""
    assert abs(o.covered_s - 0.2) < 1e-6


def test_shapes_follow_the_size_of_the_picture():
    o = observers()
    o.observe(tracks(T0, [(320, 150)]))
    o.resized(FrameSize(1280, 720))
    assert o.observe(tracks(T0 + 0.2, [(640, 300)])) == []
    assert len(o.observe(tracks(T0 + 0.4, [(640, 420)]))) == 1
    assert o.size == FrameSize(1280, 720)


def test_a_clock_that_goes_back_is_a_gap():
    o = observers()
    o.observe(tracks(T0 + 10, [(320, 100)]))
    assert o.observe(tracks(T0 + 5, [(320, 250)])) == []
    o.advance(T0 + 70)
    assert o.observe(tracks(T0 + 6, [(320, 100)])) == []
    assert o.gap_reason
    assert o.covered_s == 0


@settings(deadline=None)
@given(lives=st.lists(st.tuples(st.integers(0, 100), st.integers(2, 60)), min_size=1, max_size=6))
def test_no_second_is_seen_twice_wherever_the_clock_is_set(lives):
    """Stretches of frames, one a second, each from where the clock was set to."""
    o = observers()
    moments = [i for start, length in lives for i in range(start, start + length)]
    for i in moments:
        o.observe(tracks(T0 + i, [(320, 100 + 10 * (i % 20))]))
    shown = {a for a, b in pairwise(moments) if b == a + 1}
    o.gap("end")
    minutes = o.close_all(T0 + 170)
    assert o.covered_s <= len(shown)
    assert all(one.coverage_s <= 60 for one in minutes)
    assert abs(sum(one.coverage_s for one in minutes) - o.covered_s) < 1e-6, "nothing is cut off"


def test_a_walk_repeated_by_the_clock_is_counted_once():
    o = observers()
    for start in (0, 0):
        for i in range(50):
            o.observe(tracks(T0 + start + i / 5, [(320, 60 + 6 * i)]))
    o.gap("end")
    (minute,) = o.close_all(T0 + 10)
    assert {m.series: m.value for m in minute.measures}[DOWN] == 1
    assert abs(minute.coverage_s - 9.8) < 1e-6


def test_classes_that_the_model_tells_apart():
    all_six = tuple(ObjectClass)[:6]
    open_model_zoo = (ObjectClass.VEHICLE, ObjectClass.PERSON, ObjectClass.BICYCLE)
    assert counted_classes(all_six, open_model_zoo) == (
        ObjectClass.PERSON,
        ObjectClass.BICYCLE,
        ObjectClass.VEHICLE,
    )
    assert counted_classes([ObjectClass.PERSON], open_model_zoo) == (ObjectClass.PERSON,)
    assert counted_classes(all_six, all_six) == all_six


def test_a_hundred_objects_four_lines_and_four_zones_are_cheap():
    r = np.random.default_rng(1)
    lines = {
        f"l{i}": {"points": [[0.1, 0.2 + 0.2 * i], [0.5, 0.25 + 0.15 * i], [0.9, 0.2 + 0.2 * i]]}
        for i in range(4)
    }
    corners = np.array([[0.0, 0.0], [0.3, 0.0], [0.3, 0.3], [0.0, 0.3]])
    zones = {f"z{i}": {"polygon": (corners + 0.2 * i).tolist()} for i in range(4)}
    shapes = CAMERA.model_dump() | {"lines": lines, "zones": zones}
    o = observers(Camera.model_validate(shapes), FrameSize(1000, 1000))
    place, velocity = r.uniform(0, 1000, (100, 2)), r.normal(0, 4, (100, 2))
    taken = []
    for i in range(150):
        place += velocity
        velocity[(place < 0) | (place > 1000)] *= -1
        now = tracks(T0 + i / 5, place, (30.0, 80.0))
        began = time.perf_counter()
        o.observe(now)
        taken.append(time.perf_counter() - began)
    assert np.median(taken) < 2e-3, "0.5 ms on the machine of the field notes, with room for CI"
