"""Whatever parts come, in whatever order and how often: every bin is the parts combined."""

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import expected, minute, minutes, same, series_of

from parvis.store import Kept, Store, sqlite_url
from parvis.values.civil import Bin, bins
from parvis.values.minute import ClosedMinute

PARIS, KOLKATA = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Kolkata")
SPRING = datetime(2026, 3, 29, tzinfo=PARIS).timestamp()
AUTUMN = datetime(2026, 10, 25, tzinfo=PARIS).timestamp()
INDIA = datetime(2026, 10, 25, tzinfo=KOLKATA).timestamp()
ALL = (*series_of("quai"), *series_of("gare"))

starts = st.one_of(
    st.integers(-120, 30 * 60),  # around the change of the clock, and the days beside
    st.integers(100, 140),  # close together: several runs in one minute
).map(lambda i: i * 60)


def check(store: Store, written: list[ClosedMinute], zone: ZoneInfo, lengths: list[Bin]) -> None:
    first = min(one.start_s for one in written)
    last = max(one.start_s for one in written) + 60
    for length in lengths:
        got = iter(store.measures(ALL, first, last, length))
        for series in ALL:
            for start_s, end_s in bins(first, last, length, zone):
                one, want = next(got), expected(written, series, start_s, end_s)
                assert same(one, want), f"{length}: {one} is not {want}"
        assert next(got, None) is None


@pytest.mark.parametrize(
    ("day_s", "zone"), [(SPRING, PARIS), (AUTUMN, PARIS), (INDIA, KOLKATA)], ids=str
)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_bin_is_its_parts_combined(
    tmp_path_factory: pytest.TempPathFactory, day_s: float, zone: ZoneInfo, data: st.DataObject
) -> None:
    written = data.draw(minutes(starts.map(lambda offset: int(day_s) + offset)))
    dice = random.Random(data.draw(st.integers(0, 1 << 30)))  # noqa: S311
    again = written + dice.choices(written, k=len(written))
    dice.shuffle(again)
    with Store(sqlite_url(tmp_path_factory.mktemp("s") / "p.db"), zone) as store:
        new = 0
        while again:  # in batches of any size
            cut = dice.randint(1, len(again))
            new += store.record(again[:cut])
            again = again[cut:]
        assert new == len(written)
        assert store.record(written) == 0
        check(store, written, zone, [Bin.QUARTER, Bin.HOUR, Bin.DAY])


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(written=minutes(starts.map(lambda offset: int(AUTUMN) + offset)))
def test_on_both_engines(new_url: Callable[[], str], written: list[ClosedMinute]) -> None:
    with Store(new_url(), PARIS) as store:
        store.record(written[1:])
        store.record(written)
        check(store, written, PARIS, [Bin.QUARTER, Bin.HOUR, Bin.DAY])


def test_minutes_and_days_of_23_and_25_hours(tmp_path: Path) -> None:
    for day_s, hours in ((SPRING, 23), (AUTUMN, 25)):
        with Store(sqlite_url(tmp_path / f"{hours}.db"), PARIS) as store:
            store.record([minute(day_s + i * 60) for i in range(hours * 60)])
            series = series_of("quai")[0]
            (day,) = store.measures(series, day_s, day_s + 1, Bin.DAY)
            assert day.value == 3.0 * 60 * hours
            assert day.coverage_s == 3600 * hours == day.end_s - day.start_s
            by_hour = store.measures(series, day_s, day.end_s, Bin.HOUR)
            assert [one.value for one in by_hour] == [180.0] * hours
            by_minute = store.measures(series, day_s, day.end_s, Bin.MINUTE)
            assert [one.value for one in by_minute] == [3.0] * (hours * 60)
            (seen,) = store.coverage("quai", day_s, day_s + 1, Bin.DAY)
            assert seen.coverage_s == 3600 * hours


def test_hours_of_half_hour_zones_begin_at_their_full_hour(tmp_path: Path) -> None:
    with Store(sqlite_url(tmp_path / "p.db"), KOLKATA) as store:
        store.record([minute(INDIA + i * 60) for i in range(90)])
        hours = store.measures(series_of("quai")[0], INDIA, INDIA + 7200, Bin.HOUR)
        assert [(one.start_s - INDIA, one.value) for one in hours] == [(0, 180.0), (3600, 90.0)]


def test_a_gap_is_a_gap(store: Store) -> None:
    day_s = AUTUMN
    store.record([minute(day_s), minute(day_s + 1800)])
    series = series_of("quai")[0]
    quarters = store.measures(series, day_s, day_s + 3600, Bin.QUARTER)
    assert [one.value for one in quarters] == [3.0, None, 3.0, None]
    assert [one.coverage_s for one in quarters] == [60, 0, 60, 0]
    assert [one.low for one in quarters][1] is None
    (never,) = store.measures(series_of("inconnue")[0], day_s, day_s + 60, Bin.HOUR)
    assert (never.value, never.coverage_s) == (None, 0)
    with pytest.raises(ValueError, match="empty range"):
        store.measures(series, day_s, day_s, Bin.HOUR)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_minute_seen_twice_counts_once(store: Store, order: tuple[int, ...]) -> None:
    """A restored clock: the same wall minute again. Neither counts nor seconds add up."""
    runs = [
        minute(AUTUMN, 7.0, run="r1", seen_s=60.0),
        minute(AUTUMN, 9.0, run="r2", seen_s=60.0),
        minute(AUTUMN, 2.0, run="r3", seen_s=25.0),
    ]
    for i in order:
        assert store.record([runs[i]]) == 1
    assert store.record(runs) == 0
    for length in Bin:
        for series, value in zip(series_of("quai"), (7.0, 8.0, 9.0, 10.0, 11.0), strict=True):
            (one,) = store.measures(series, AUTUMN, AUTUMN + 60, length)
            assert (one.value, one.coverage_s) == (value, 60.0), length
        (seen,) = store.coverage("quai", AUTUMN, AUTUMN + 60, length)
        assert seen.coverage_s == 60.0, length


def test_parts_that_fit_in_a_minute_add_up_and_one_more_does_not(store: Store) -> None:
    for run, seen_s in (("r1", 20.0), ("r2", 30.0), ("r3", 15.0), ("r4", 10.0)):
        store.record([minute(AUTUMN, run=run, seen_s=seen_s)])
    for length in Bin:
        (one,) = store.measures(series_of("quai")[0], AUTUMN, AUTUMN + 60, length)
        assert (one.value, one.coverage_s) == (9.0, 60.0), length
        (seen,) = store.coverage("quai", AUTUMN, AUTUMN + 60, length)
        assert seen.coverage_s == 60.0, length


def test_an_hour_seen_twice_is_told_as_one_stretch(store: Store) -> None:
    store.record([minute(AUTUMN + i * 60, run="r1") for i in range(60)])
    assert store.outages.between(AUTUMN, AUTUMN + 3600) == []
    for i in range(10, 30):
        store.record([minute(AUTUMN + i * 60, run="r2")])
        store.record([minute(AUTUMN + i * 60, run="r2"), minute(AUTUMN + i * 60, run="r3")])
    (told,) = store.outages.between(AUTUMN, AUTUMN + 3600)
    assert (told.camera, told.from_s, told.to_s) == ("quai", AUTUMN + 600, AUTUMN + 1800)
    assert "counts once" in told.reason


def test_the_first_part_stays_and_missing_series_join(store: Store) -> None:
    whole = minute(AUTUMN)
    part = ClosedMinute("quai", "r1", AUTUMN, 60.0, whole.measures[:2])
    assert store.record([part]) == 1
    assert store.record([minute(AUTUMN, value=99.0)]) == 1  # three series more
    assert store.record([minute(AUTUMN, value=50.0)]) == 0
    values = [one.value for one in store.measures(series_of("quai"), AUTUMN, AUTUMN + 60, Bin.HOUR)]
    assert values == [3.0, 4.0, 101.0, 102.0, 103.0]


def test_cameras_without_lines_are_covered(store: Store) -> None:
    store.record([ClosedMinute("nue", "r1", AUTUMN, 45.0, ())])
    (seen,) = store.coverage("nue", AUTUMN, AUTUMN + 60, Bin.HOUR)
    assert seen.coverage_s == 45.0
    assert store.latest_closed() == {"nue": AUTUMN}
    assert store.purge(Kept.MINUTES, AUTUMN + 7200).count == 0
    assert store.latest_closed() == {}
    (seen,) = store.coverage("nue", AUTUMN, AUTUMN + 60, Bin.HOUR)
    assert seen.coverage_s == 45.0


def test_another_zone_cuts_the_hours_anew(new_url: Callable[[], str]) -> None:
    url = new_url()
    written = [minute(AUTUMN + i * 60, run=f"r{i % 2}") for i in range(0, 300, 7)]
    with Store(url, PARIS) as store:
        store.record(written)
    with Store(url, KOLKATA) as store:
        check(store, written, KOLKATA, [Bin.HOUR, Bin.DAY])
        seen = store.coverage("quai", AUTUMN, AUTUMN + 18000, Bin.DAY)
        assert sum(one.coverage_s for one in seen) == len(written) * 60
    with Store(url) as store:
        assert store.zone == KOLKATA


def test_export_is_measures_in_order_of_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parvis.store.store.EXPORT_CELLS", 12)  # several pieces
    store.record([minute(AUTUMN + i * 60) for i in range(120)])
    wanted = series_of("quai")
    rows = list(store.export(wanted, AUTUMN, AUTUMN + 7200, Bin.QUARTER))
    whole = store.measures(wanted, AUTUMN, AUTUMN + 7200, Bin.QUARTER)
    assert sorted(rows, key=str) == sorted(whole, key=str)
    assert [one.start_s for one in rows] == sorted(one.start_s for one in rows)
    assert list(store.export((), AUTUMN, AUTUMN + 60, Bin.DAY)) == []


def test_series_are_found_by_what_they_are(store: Store) -> None:
    store.record([minute(AUTUMN), minute(AUTUMN, camera="gare")])
    assert store.series() == sorted(ALL, key=lambda one: one.key)
    assert store.series("gare", shape="pont", direction=1) == [series_of("gare")[1]]
