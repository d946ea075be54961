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


def test_what_was_measured_under_another_calibration_is_left_out(url: str) -> None:
    cell, way = FlowCell(0.5, 0.5, 4.0, 0, 0, None, 0), {Journey("a", "b", "person"): 5}
    parts = {"": 100.0, "old": 200.0, "new": 400.0}
    with Store(url) as store:
        for n, (calibration, seen_s) in enumerate(parts.items()):
            one = GroundQuarter(NOON + 900 * n, seen_s, 1.0, (cell,), way, calibration)
            minute = closed(NOON + 900 * n + 840, quarters=(one,))
            store.record([wire.decode(wire.encode(minute))])
        every = store.ground("quai", NOON, NOON + 2700)
        new = store.ground("quai", NOON, NOON + 2700, "new")
        none = store.ground("quai", NOON + 900, NOON + 1800, "new")
    assert (every.coverage_s, every.elsewhere_s) == (700.0, 0.0)
    # A quarter that does not know its calibration counts with every one.
    assert (new.coverage_s, new.elsewhere_s) == (500.0, 200.0)
    assert new.cells[0].presence_s == 8.0 and sum(new.journeys.values()) == 10
    assert (none.coverage_s, none.elsewhere_s, none.cells) == (0.0, 200.0, ())


@pytest.mark.parametrize("length_s", [900, 3600])
def test_presence_piece_by_piece_is_that_of_the_pieces_one_by_one(url: str, length_s: int) -> None:
    runs = ("r1", "r2")
    with Store(url) as store:
        for n in (0, 1, 3, 4, 6):
            for run in runs[: 1 + n % 2]:
                cells = tuple(
                    FlowCell(x + 0.5, 0.5, 1.0 + n + x, 0, 0, None, 0) for x in range(1 + n % 3)
                )
                one = GroundQuarter(
                    NOON + 900 * n, 400.0, 1.0, cells, calibration="old" if n == 3 else "new"
                )
                store.record([closed(NOON + 900 * n + 840, run, quarters=(one,))])
        pieces = store.presence("quai", NOON, NOON + 7200, length_s, "new")
        each = [
            store.ground("quai", NOON + at, NOON + at + length_s, "new")
            for at in range(0, 7200, length_s)
        ]
    assert len(pieces) == 7200 // length_s
    for piece, span in zip(pieces, each, strict=True):
        assert (piece.coverage_s, piece.elsewhere_s) == (span.coverage_s, span.elsewhere_s)
        assert piece.squares == {(cell.x_m, cell.y_m): cell.presence_s for cell in span.cells}


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
