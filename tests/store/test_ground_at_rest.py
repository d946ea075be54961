"""Speeds, flow cells and journeys: once each, added up exactly, gone when their time is over."""

import json
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import NOON

from parvis.store import Kept, Store, wire
from parvis.values.civil import Bin
from parvis.values.ground_minute import FlowCell, GroundQuarter, Journey
from parvis.values.minute import ClosedMinute
from parvis.values.speeds import Passers, SpeedHistogram

LINE = Passers("pont", "person", 0)
ZONE = Passers("place", "car", None)
speeds = st.lists(st.floats(0, 40), max_size=6)


def closed(
    start_s: float,
    run: str = "r1",
    speeds: dict[Passers, SpeedHistogram] | None = None,
    quarters: tuple[GroundQuarter, ...] = (),
) -> ClosedMinute:
    return ClosedMinute("quai", run, start_s, 60.0, (), speeds or {}, quarters)


def quarter(*cells: FlowCell, seen_s: float = 900.0, **journeys: int) -> GroundQuarter:
    ways = {Journey(name[0], name[1], "person"): n for name, n in journeys.items()}
    return GroundQuarter(NOON, seen_s, 1.0, cells, ways)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_speeds_of_minutes_are_those_of_the_hour(
    new_url: Callable[[], str], data: st.DataObject
) -> None:
    each = data.draw(st.lists(st.tuples(speeds, speeds), min_size=1, max_size=40))
    written = [
        closed(
            NOON + 60 * i,
            speeds={LINE: SpeedHistogram.of(line), ZONE: SpeedHistogram.of(zone)},
        )
        for i, (line, zone) in enumerate(each)
    ]
    twice = data.draw(st.permutations(written + written[:3]))
    with Store(new_url()) as store:
        for one in twice:
            store.record([wire.decode(wire.encode(one))])
        found = store.speeds("quai", NOON, NOON + 3600)
        assert store.speeds("quai", NOON + 3600, NOON + 7200) == {}
    assert found[LINE] == SpeedHistogram.of(x for line, _ in each for x in line)
    assert found[ZONE] == SpeedHistogram.of(x for _, zone in each for x in zone)


def test_parts_of_two_runs_add_up_person_second_by_person_second(url: str) -> None:
    one = quarter(FlowCell(0.5, 0.5, 30.0, 1.0, 0.0, 0.2, 1), seen_s=300.0, ab=3, aa=1)
    other = quarter(
        FlowCell(0.5, 0.5, 10.0, -1.0, 2.0, None, 0),
        FlowCell(1.5, 0.5, 5.0, 0.0, 0.0, None, 2),
        seen_s=500.0,
        ab=4,
    )
    with Store(url) as store:
        for run, start_s, part in (("r1", NOON, one), ("r2", NOON + 60, other), ("r1", NOON, one)):
            store.record([closed(start_s, run, quarters=(part,))])
        span = store.ground("quai", NOON, NOON + 900)
    assert span.coverage_s == 800.0
    assert span.cells == (
        FlowCell(0.5, 0.5, 40.0, 0.5, 0.5, 0.2, 1),
        FlowCell(1.5, 0.5, 5.0, 0.0, 0.0, None, 2),
    )
    assert Counter(span.journeys) == Counter(
        {Journey("a", "b", "person"): 7, Journey("a", "a", "person"): 1}
    )


def test_a_minute_seen_twice_adds_to_speeds_and_squares_once(url: str) -> None:
    """The clock was set back: two runs claim the same minute whole, and a third a bit of it."""
    cell = FlowCell(0.5, 0.5, 30.0, 1.0, 0.0, None, 1)
    adds = quarter(cell, seen_s=60.0, ab=3)
    told = {LINE: SpeedHistogram.of([1.2])}
    with Store(url) as store:
        for run in ("r1", "r2"):
            store.record([closed(NOON, run, speeds=told, quarters=(adds,))])
        few = ClosedMinute("quai", "r3", NOON, 5.0, (), told, (quarter(cell, seen_s=5.0, ab=1),))
        store.record([few])
        span, speeds = (
            store.ground("quai", NOON, NOON + 900),
            store.speeds("quai", NOON, NOON + 900),
        )
        covered = store.coverage("quai", NOON, NOON + 900, Bin.QUARTER)[0].coverage_s
    assert (span.coverage_s, span.cells) == (60.0, (cell,))
    assert span.journeys == {Journey("a", "b", "person"): 3}
    assert speeds[LINE].n == 1
    assert covered == span.coverage_s


def test_what_two_runs_claim_of_a_minute_adds_up_while_there_is_room(url: str) -> None:
    cell = FlowCell(0.5, 0.5, 6.0, 1.0, 0.0, None, 0)
    with Store(url) as store:
        for run, seen_s in (("r1", 20.0), ("r2", 30.0), ("r3", 50.0)):
            part = quarter(cell, seen_s=seen_s, ab=1)
            store.record([ClosedMinute("quai", run, NOON, seen_s, (), quarters=(part,))])
        span = store.ground("quai", NOON, NOON + 900)
    assert span.coverage_s == 50.0
    assert span.cells[0].presence_s == 12.0


def test_a_time_without_a_quarter_is_unknown(url: str) -> None:
    with Store(url) as store:
        span = store.ground("quai", NOON, NOON + 900)
    assert (span.coverage_s, span.cells, span.journeys) == (0.0, (), {})


def test_cells_of_another_grid_are_left_out(url: str) -> None:
    """With their time: person-seconds of one quarter over the seconds of two would be half."""
    way = {Journey("a", "b", "person"): 5}
    coarse = GroundQuarter(NOON, 900.0, 2.0, (FlowCell(1.0, 1.0, 9.0, 0, 0, None, 0),), way)
    fine = GroundQuarter(NOON + 900, 900.0, 1.0, (FlowCell(0.5, 0.5, 4.0, 0, 0, None, 0),))
    with Store(url) as store:
        store.record([closed(NOON + 840, quarters=(coarse,))])
        store.record([closed(NOON + 1740, quarters=(fine,))])
        span = store.ground("quai", NOON, NOON + 1800)
    assert [cell.presence_s for cell in span.cells] == [4.0]
    assert (span.cell_m, span.coverage_s, span.journeys) == (1.0, 900.0, {})


def test_the_ground_is_deleted_when_its_time_is_over(url: str) -> None:
    cell = FlowCell(0.5, 0.5, 4.0, 0, 0, None, 0)
    with Store(url) as store:
        store.record(
            [closed(NOON + 840, speeds={LINE: SpeedHistogram.of([1.2])}, quarters=(quarter(cell),))]
        )
        assert store.purge(Kept.GROUND, NOON + 900).count == 3
        assert store.ground("quai", NOON, NOON + 900).cells == ()
        assert store.speeds("quai", NOON, NOON + 900) == {}
        assert store.purge(Kept.GROUND, NOON + 900).count == 0


@pytest.mark.parametrize(
    "damage",
    [
        {"speeds": [["pont", "person", 2, [1, 1]]]},
        {"speeds": [["pont", "person", 0, [1]]]},
        {"speeds": [["", "person", 0, [1, 1]]]},
        {"quarters": [{"start_s": NOON}]},
        {"quarters": [{"start_s": NOON, "coverage_s": 1, "cell_m": 1, "cells": [[1]]}]},
    ],
)
def test_a_damaged_ground_is_refused(damage: dict[str, object]) -> None:

    held = json.loads(wire.encode(closed(NOON)))
    with pytest.raises(wire.WireError):
        wire.decode(json.dumps(held | damage).encode())


def test_a_minute_of_the_first_format_is_still_read() -> None:

    held = json.loads(wire.encode(closed(NOON))) | {"v": 1}
    del held["speeds"], held["quarters"]
    assert wire.decode(json.dumps(held).encode()) == closed(NOON)
