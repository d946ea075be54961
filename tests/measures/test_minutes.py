"""Coverage and minutes: what was seen, when, and what is said of what was not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.measures.coverage import Coverage, Stretch, by_minute, longest_step_s
from parvis.measures.minutes import ALIVE_S, GRACE_S, Declared, MinuteBook
from parvis.measures.uncertainty import UNCHECKED, ErrorPrior
from parvis.measures.zones import BorderPassage, ZoneEvents
from parvis.values.classes import ObjectClass
from parvis.values.events import Crossing, Visit
from parvis.values.series import Series, SeriesKind

T0 = 1_700_000_040.0  # a full minute
PERSON = ObjectClass.PERSON
DECLARED = Declared("quai", ("pont",), ("place",), (PERSON, ObjectClass.CAR))
DOWN = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)


def book() -> MinuteBook:
    return MinuteBook("run", DECLARED, UNCHECKED)


def crossing(time_s: float, cls: ObjectClass = PERSON) -> Crossing:
    return Crossing(time_s, "pont", 0, cls, 1.0, 2.0)


def see(b: MinuteBook, start_s: float, end_s: float, people: int = 0) -> None:
    held = np.zeros((1, len(ObjectClass)), dtype=np.int64)
    held[0, PERSON] = people
    b.seen(Stretch(start_s, end_s), held, ["place"])


def values(minute) -> dict[Series, float | None]:
    return {m.series: m.value for m in minute.measures}


class TestCoverage:
    def test_steps_follow_the_rate(self):
        assert longest_step_s(5.0) == 1.0
        assert longest_step_s(0.5) == 4.0
        with pytest.raises(ValueError, match="positive"):
            longest_step_s(0)

    def test_steps_follow_a_camera_slower_than_the_rate(self):
        assert longest_step_s(5.0, 0.04) == 1.0
        assert longest_step_s(5.0, 0.5) == 1.0
        assert longest_step_s(5.0, 1.0) == 2.0
        assert longest_step_s(5.0, 30.0) == 4.0, "a picture in half a minute sees nobody cross"

    def test_gaps_cuts_and_backward_steps_are_not_seen(self):
        coverage = Coverage(1.0)
        assert [coverage.frame(t) for t in (0.0, 0.5, 1.5, 3.0, 3.5, 3.2)] == [
            None, Stretch(0.0, 0.5), Stretch(0.5, 1.5), None, Stretch(3.0, 3.5), None,
        ]  # fmt: skip
        coverage.cut()
        assert coverage.frame(3.4) is None
        assert coverage.total_s == 2.0

    @given(
        start=st.floats(0, 2e9, allow_nan=False),
        length=st.floats(0.001, 1000, allow_nan=False),
    )
    def test_minutes_hold_all_of_a_stretch_and_no_more(self, start, length):
        parts = list(by_minute(Stretch(start, start + length)))
        assert sum(p.length_s for _, p in parts) == pytest.approx(start + length - start)
        assert all(m % 60 == 0 and m <= p.start_s < p.end_s <= m + 60 for m, p in parts)


class TestMinutes:
    def test_zero_is_said_only_of_what_was_seen(self):
        b = book()
        b.advance(T0)
        see(b, T0, T0 + 30)
        for s in range(0, 140, 10):
            last = b.advance(T0 + s)
            if s == 70:
                (first,) = last
        (second,) = last
        assert set(values(first)) == set(DECLARED.series())
        assert values(first)[DOWN] == 0
        assert first.coverage_s == 30
        assert second.coverage_s == 0
        assert set(values(second).values()) == {None}

    def test_a_minute_waits_for_late_crossings(self):
        b = book()
        see(b, T0, T0 + 60)
        see(b, T0 + 60, T0 + 62)
        assert b.advance(T0 + 60 + GRACE_S - 0.1) == []
        b.add([crossing(T0 + 59.9)])
        (first,) = b.advance(T0 + 60 + GRACE_S)
        assert values(first)[DOWN] == 1

    def test_too_late_is_moved_not_lost(self):
        b = book()
        see(b, T0, T0 + 66)
        (first,) = b.advance(T0 + 66)
        b.add([crossing(T0 + 10)])
        (second,) = b.close_all(T0 + 70)
        assert (values(first)[DOWN], values(second)[DOWN]) == (0, 1)

    def test_what_falls_into_an_unseen_minute_counts_in_the_next(self):
        b = book()
        b.add([crossing(T0 + 10)])
        see(b, T0 + 60, T0 + 100)
        first, second = b.close_all(T0 + 110)
        assert (values(first)[DOWN], values(second)[DOWN]) == (None, 1)

    def test_each_minute_closes_once_and_in_order(self):
        b = book()
        closed = []
        for s in range(600):
            see(b, T0 + s, T0 + s + 1)
            closed += b.advance(T0 + s + 1)
        closed += b.close_all(T0 + 600)
        starts = [m.start_s for m in closed]
        assert starts == [T0 + 60 * k for k in range(len(starts))]
        assert sum(m.coverage_s for m in closed) == 600
        assert b.close_all(T0 + 600) == []

    def test_a_jump_of_hours_makes_no_empty_minutes(self):
        b = book()
        see(b, T0, T0 + 10)
        b.advance(T0 + 10)
        closed = b.advance(T0 + 10 + 5 * 3600)
        assert [m.start_s for m in closed] == [T0]
        assert ALIVE_S < 3600

    def test_a_clock_that_goes_back_reopens_nothing(self):
        b = book()
        see(b, T0, T0 + 60)
        b.advance(T0 + 70)
        assert b.is_closed(T0 + 59)
        see(b, T0 + 10, T0 + 20)
        b.advance(T0 - 3600)
        assert [m.start_s for m in b.close_all(T0 + 80)] == [T0 + 60]

    def test_a_wall_clock_set_back_does_not_hold_minutes_open(self):
        b = book()
        b.advance(T0)
        closed = []
        for k in range(1, 11):
            see(b, T0 + 60 * (k - 1), T0 + 60 * k)
            closed += b.advance(T0 + 60 * k - 3600)
        assert [m.start_s for m in closed] == [T0 + 60 * k for k in range(9)]

    def test_at_the_end_a_count_in_an_unseen_minute_goes_to_the_newest_seen(self):
        b = book()
        see(b, T0, T0 + 60)
        b.add([crossing(T0 + 61)])
        closed = b.close_all(T0 + 62)
        assert sum(v or 0 for v in values(closed[0]).values()) == 1

    def test_levels(self):
        b = book()
        see(b, T0, T0 + 30, people=2)
        see(b, T0 + 30, T0 + 40, people=6)
        events = ZoneEvents(
            [BorderPassage(T0 + 1, "place", PERSON)],
            [BorderPassage(T0 + 9, "place", PERSON)],
            [Visit("place", PERSON, T0 + 1, T0 + 9), Visit("place", PERSON, T0, T0 + 20)],
        )
        b.add_zones(events)
        (minute,) = b.close_all(T0 + 60)
        measures = {(m.series.kind, m.series.object_class): m for m in minute.measures}
        assert measures[SeriesKind.OCCUPANCY, "person"].value == 3
        assert measures[SeriesKind.OCCUPANCY, "person"].weight == 40
        assert measures[SeriesKind.OCCUPANCY_MAX, "person"].value == 6
        assert measures[SeriesKind.OCCUPANCY_MAX, "car"].value == 0
        assert measures[SeriesKind.ENTRIES, "person"].value == 1
        assert measures[SeriesKind.EXITS, "person"].value == 1
        assert measures[SeriesKind.DWELL, "person"].value == 14
        assert measures[SeriesKind.DWELL, "person"].weight == 2
        assert measures[SeriesKind.DWELL, "car"].value is None

    def test_what_was_not_asked_for_is_passed_over(self):
        b = book()
        see(b, T0, T0 + 5)
        b.add([crossing(T0 + 1, ObjectClass.BUS)])
        (minute,) = b.close_all(T0 + 5)
        assert set(values(minute)) == set(DECLARED.series())

    def test_open_counts_hold_all_that_is_not_closed(self):
        b = book()
        see(b, T0 + 50, T0 + 63)
        b.add([crossing(T0 + 59), crossing(T0 + 61)])
        assert b.open_counts()[DOWN] == 2

    def test_a_checked_line_has_its_own_error(self):
        class Checked:
            def of(self, series, time_s):
                return ErrorPrior(0.01, "a check") if time_s == T0 + 30 else None

        b = MinuteBook("run", DECLARED, UNCHECKED, Checked())
        see(b, T0, T0 + 120)
        b.add([crossing(T0 + 1)] * 100 + [crossing(T0 + 61)] * 100)
        first, second = b.close_all(T0 + 120)
        above = [
            next(m.spread.above for m in one.measures if m.series == DOWN)
            for one in (first, second)
        ]
        assert above == [pytest.approx(1.0), pytest.approx(25.0)]
