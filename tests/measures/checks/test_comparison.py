"""Taps against crossings: the delay, the pairs, the gaps."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.measures.checks.comparison import compare
from parvis.measures.checks.delay import delay_s
from parvis.measures.checks.pad import pauses, taps
from parvis.measures.checks.spans import joined, total_s, within, without
from parvis.values.checks import TAPPED, Act, Entry, Passage, Span

WINDOW = (Span(0.0, 900.0),)


def person(time_s: float, direction: int = 0) -> Passage:
    return Passage(time_s, direction, "person")


def street(r: np.random.Generator, pace: float) -> list[Passage]:
    """Passages of a quarter of an hour, at so many a minute."""
    return [
        Passage(at, int(r.integers(2)), TAPPED[int(r.choice(3, p=(0.8, 0.15, 0.05)))])
        for at in np.sort(r.uniform(8, 892, r.poisson(pace * 15))).tolist()
    ]


def tapped(r: np.random.Generator, crossings: list[Passage], late_s: float) -> list[Passage]:
    return [Passage(c.time_s + late_s + r.normal(0, 0.3), c.direction, c.tapped) for c in crossings]


@pytest.mark.parametrize("pace", [1, 6, 30])
@pytest.mark.parametrize("late_s", [-3.0, 0.0, 0.7, 4.5])
def test_the_delay_of_a_person_is_found_in_calm_and_crowd(pace, late_s):
    r = np.random.default_rng(int(pace * 100 + late_s * 10))
    crossings = street(r, pace)
    seen = [c for c in crossings if r.random() > 0.1]
    counted = [c for c in crossings if r.random() > 0.1]
    assert delay_s(tapped(r, seen, late_s), counted) == pytest.approx(late_s, abs=0.3)


def test_a_busy_hour_takes_no_machine_full_of_memory():
    r = np.random.default_rng(7)
    crossings = [Passage(at, 0, "person") for at in np.sort(r.uniform(0, 3600, 1500)).tolist()]
    taps = tapped(r, crossings, 0.9)
    tracemalloc.start()
    found = delay_s(taps, crossings)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == pytest.approx(0.9, abs=0.3)
    assert most < 20e6


def test_without_any_event_there_is_no_delay():
    assert delay_s([], [person(3)]) == 0
    assert delay_s([person(3)], [person(300)]) == 0


def test_missed_and_extra_passages_are_named():
    taps_ = [person(10.8), person(20.8), person(30.8), person(40.8)]
    crossings = [person(10), person(30), person(40), person(55, 1)]
    found = compare(taps_, crossings, WINDOW)
    assert found.delay_s == pytest.approx(0.8)
    assert [(p.time_s, p.direction) for p in found.missed] == [(pytest.approx(20), 0)]
    assert found.extra == (person(55, 1),)
    assert (found.true, found.counted) == (4, 4)


def test_another_direction_or_class_is_no_match():
    found = compare([person(10)], [person(10, 1), Passage(10, 0, "bicycle")], WINDOW)
    assert (len(found.missed), len(found.extra)) == (1, 2)


def test_what_lies_in_a_gap_is_nobodys_error():
    looked = (Span(0, 100), Span(200, 300))
    found = compare([person(50), person(150)], [person(50), person(160), person(250)], looked)
    assert (found.true, found.counted, len(found.extra)) == (1, 2, 1)
    assert found.seconds == 200


def test_a_passage_at_the_edge_of_a_gap_that_both_noted_is_one():
    both = [person(10), person(20), person(30)]
    found = compare([*both, person(99.5)], [*both, person(100.4)], (Span(0, 100),))
    assert (found.true, found.counted, found.missed, found.extra) == (4, 4, (), ())


@given(st.integers(0, 2**32 - 1), st.floats(0, 12), st.floats(-4, 4))
def test_numbers_add_up_whatever_was_tapped(seed, pace, late_s):
    r = np.random.default_rng(seed)
    crossings = street(r, pace)
    mine = tapped(r, [c for c in crossings if r.random() > 0.2], late_s)
    counted = [c for c in crossings if r.random() > 0.2]
    looked = without(WINDOW, [Span(a, a + 40) for a in r.uniform(0, 800, 2).tolist()])
    found = compare(mine, counted, looked)
    assert len(found.missed) == sum(cell.missed for cell in found.cells)
    assert len(found.extra) == sum(cell.extra for cell in found.cells)
    assert found.counted - found.true == len(found.extra) - len(found.missed)
    whole = compare(mine, counted, WINDOW)
    assert (whole.true, whole.counted) == (len(mine), len(counted))


@given(st.integers(0, 2**32 - 1))
def test_one_who_taps_what_was_counted_finds_no_error(seed):
    r = np.random.default_rng(seed)
    crossings = street(r, 3)
    late = [Passage(c.time_s + 1.2, c.direction, c.tapped) for c in crossings]
    found = compare(late, crossings, WINDOW)
    assert found.missed == found.extra == ()


def tap(number: str, time_s: float, tapped_: str = "person") -> Entry:
    return Entry(number, time_s, Act.TAP, 0, tapped_)


def test_taps_come_twice_in_any_order_and_are_taken_back():
    entries = [tap("b", 5), tap("a", 3), tap("b", 5), Entry("c", 6, Act.UNDO, of="a")]
    assert taps(entries) == taps(entries[::-1]) == (Passage(5, 0, "person"),)


def test_pauses_are_what_lies_between_pause_and_resume():
    entries = [
        Entry("1", 10, Act.PAUSE),
        Entry("2", 12, Act.PAUSE),
        Entry("3", 20, Act.RESUME),
        Entry("4", 80, Act.PAUSE),
    ]
    assert pauses(entries, 90) == (Span(10, 20), Span(80, 90))
    assert pauses(entries, 80) == (Span(10, 20),)


spans = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 20)).map(lambda p: Span(p[0], p[0] + p[1])),
    max_size=8,
)


@given(spans, spans)
def test_time_is_neither_lost_nor_made(some, holes):
    seconds = set(range(80))
    of = lambda many: {s for s in seconds for one in many if one.start_s <= s < one.end_s}  # noqa: E731
    assert of(joined(some)) == of(some)
    assert of(without(some, holes)) == of(some) - of(holes)
    assert of(within(Span(10, 40), some)) == of(some) & set(range(10, 40))
    assert total_s(without(some, holes)) == len(of(some) - of(holes))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Passage(1, 2, "person"),
        lambda: Passage(1, 0, "bus"),
        lambda: Entry("1", 0, Act.TAP, None, "person"),
        lambda: Entry("1", 0, Act.UNDO),
        lambda: Span(2, 1),
    ],
)
def test_what_makes_no_sense_cannot_be_made(wrong):
    with pytest.raises(ValueError):
        wrong()
