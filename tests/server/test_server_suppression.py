"""What is hidden from viewers stays hidden: no subtraction brings it back."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server_world import NOON_S, World

from parvis.fleet.place_book import series_of
from parvis.policy.terms import OutputKind, Role, Verdict
from parvis.server.ranges import Range
from parvis.server.release import released
from parvis.server.ways_out import WaysOut
from parvis.values.civil import Bin, bins
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind

PARIS = ZoneInfo("Europe/Paris")
MIDNIGHT_S = NOON_S - 12 * 3600
DAYS = {24: MIDNIGHT_S, 25: 1_792_879_200.0, 23: 1_774_738_800.0}
"""A plain day, the long one of autumn and the short one of spring, by their hours."""

_names = itertools.count()


@dataclass(frozen=True)
class Cell:
    """One number of an answer: which quarters it sums, and whether it is shown."""

    quarters: tuple[int, ...]
    shown: bool
    hidden: bool


def record(world: World, series: Series, start_s: float, quarters: list[int | None]) -> None:
    """One minute of each quarter holds what passed in it; None is a gap."""
    world.store.record(
        [
            ClosedMinute(
                "quai",
                series.shape,
                at_s,
                60.0,
                (Measure(series, at_s, at_s + 60, value, Spread(), 60.0),),
            )
            for n, value in enumerate(quarters)
            if value is not None
            for at_s in [start_s + 900 * n]
        ]
    )


def cells(world: World, series: Series, start_s: float, end_s: float) -> Iterator[Cell]:
    """What a viewer is shown and not shown of a day, in every length."""
    site = world.site.held.site
    ways = WaysOut(world.hub.gate(), Role.VIEWER, site.cameras, end_s + 86400)
    starts = [start for start, _ in bins(start_s, end_s, Bin.QUARTER, PARIS)]
    for length in (Bin.QUARTER, Bin.HOUR, Bin.DAY):
        span = Range(start_s, end_s, length)
        (line,) = released(world.hub, ways, OutputKind.MEASURES, [series], span)
        for one in line.stretches:
            inside = tuple(n for n, at in enumerate(starts) if one.start_s <= at < one.end_s)
            shown = one.measure is not None and one.measure.value is not None
            hidden = one.decision is not None and one.decision.verdict is Verdict.SUPPRESS
            yield Cell(inside, shown, hidden)


busy = st.sampled_from([20, 21, 80, 300])
few = st.sampled_from([0, 1, 7, 19])


@st.composite
def days(draw: st.DrawFn) -> tuple[float, list[int | None]]:
    hours = draw(st.sampled_from(sorted(DAYS)))
    quarters: list[int | None] = draw(
        st.lists(busy, min_size=4 * hours, max_size=4 * hours).map(list)
    )
    places = st.integers(0, 4 * hours - 1)
    for place in draw(st.lists(places, max_size=5)):
        quarters[place] = draw(few)
    for hour in draw(st.lists(st.integers(0, hours - 1), max_size=2)):
        quarters[4 * hour : 4 * hour + 4] = [draw(st.sampled_from([0, 2, 4])) for _ in range(4)]
    for place in draw(st.lists(places, max_size=3)):
        quarters[place] = None
    return DAYS[hours], quarters


@pytest.mark.law(26)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(day=days())
def test_no_hidden_cell_is_had_back_by_subtraction(
    world: World, day: tuple[float, list[int | None]]
) -> None:
    """All that a viewer sees of a day, in every length, taken as equations."""
    start_s, quarters = day
    series = Series("quai", SeriesKind.CROSSINGS, f"line{next(_names)}", "person", 0)
    record(world, series, start_s, quarters)
    found = list(cells(world, series, start_s, start_s + 900 * len(quarters)))

    def row(cell: Cell) -> list[float]:
        # A gap is no unknown: it is said to be one.
        inside = set(cell.quarters)
        return [float(n in inside and at is not None) for n, at in enumerate(quarters)]

    known = np.array([row(cell) for cell in found if cell.shown]).reshape(-1, len(quarters))
    rank = np.linalg.matrix_rank(known) if len(known) else 0
    for cell in found:
        if cell.hidden:
            with_it = np.vstack([known, row(cell)])
            assert np.linalg.matrix_rank(with_it) > rank, cell.quarters


@pytest.mark.law(26)
@pytest.mark.parametrize(
    ("small", "hour", "day"), [(1, "suppressed", "suppressed"), (2, "measured", "measured")]
)
def test_a_total_with_one_hidden_part_says_that_it_is_hidden(
    world: World, small: int, hour: str, day: str
) -> None:
    series = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)
    record(world, series, MIDNIGHT_S - 86400, [5] * small + [100] * (96 - small))

    def first(length: str, role: Role = Role.VIEWER) -> dict[str, object]:
        query = {"start": "2026-11-22", "end": "2026-11-23", "bin": length, "series": series.key}
        answer = world.signed_in(role).get("/api/v1/measures", params=query).json()
        if role is Role.VIEWER and length == "hour" and small == 1:
            assert "by subtraction" in answer["decisions"]["suppress"]["reason"]["en"]
        found: dict[str, object] = answer["series"][0]["values"][0]
        return found

    assert (first("hour")["status"], first("day")["status"]) == (hour, day)
    assert first("hour", Role.ANALYST)["value"] == 5 * small + 100 * (4 - small)


def test_the_range_that_is_asked_for_changes_nothing(world: World) -> None:
    """Else a day could be had by asking for it with others, or an hour alone."""
    series = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)
    for back in (3, 2, 1):
        quarters: list[int | None] = [100] * 96
        quarters[40] = 5 if back == 2 else 100
        record(world, series, MIDNIGHT_S - 86400 * back, quarters)
    browser = world.signed_in(Role.VIEWER)

    def statuses(start: str, end: str, length: str) -> list[str]:
        query = {"start": start, "end": end, "bin": length, "series": series.key}
        answer = browser.get("/api/v1/measures", params=query).json()
        return [one["status"] for one in answer["series"][0]["values"]]

    assert statuses("2026-11-20", "2026-11-23", "day") == ["measured", "suppressed", "measured"]
    assert statuses("2026-11-21", "2026-11-22", "day") == ["suppressed"]
    assert statuses("2026-11-21T10:30", "2026-11-21T10:45", "hour") == ["suppressed"]


@pytest.mark.law(26)
def test_the_sum_over_a_place_gives_no_camera_away(world: World) -> None:
    """112 in the place and 100 before one camera would tell the 12 before the other."""
    shown = Series("quai", SeriesKind.OCCUPANCY, "terrasse", "person")
    hidden = Series("gare", SeriesKind.OCCUPANCY, "parvis", "person")
    place = series_of("place", SeriesKind.OCCUPANCY)
    values = {shown: 100.0, hidden: 12.0, place: 112.0}
    world.store.record(
        [
            ClosedMinute(
                one.camera,
                "r1",
                MIDNIGHT_S,
                60.0,
                (Measure(one, MIDNIGHT_S, MIDNIGHT_S + 60, value, Spread(), 60.0, 60.0),),
            )
            for one, value in values.items()
        ]
    )
    seen = {}
    for role in (Role.VIEWER, Role.ANALYST):
        ways = WaysOut(world.hub.gate(), role, world.site.held.site.cameras, NOON_S)
        for length in (Bin.QUARTER, Bin.HOUR, Bin.DAY):
            span = Range(MIDNIGHT_S, MIDNIGHT_S + 86400, length)
            lines = released(world.hub, ways, OutputKind.MEASURES, list(values), span)
            told = {line.series for line in lines if line.stretches[0].measure is not None}
            seen.setdefault(role, []).append(told)
    assert seen[Role.VIEWER] == [{shown}] * 2 + [set()]
    assert seen[Role.ANALYST][0] == set(values)
