"""A place over several cameras: the peak of the sum, gaps where a camera is silent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.fleet.place_book import AGE_S, PlaceBook, series_of
from parvis.site.place import Place
from parvis.values.live import CameraState, LiveState, StreamHealth
from parvis.values.minute import ClosedMinute
from parvis.values.series import SeriesKind

START_S = 1_795_431_600.0
SQUARE = Place(label="Place", at=(2.0, 48.0), zones=("nord.n", "sud.s", "sud.t"))


def state(camera: str, at_s: float, *, live: bool = True, **zones: int) -> LiveState:
    health = StreamHealth(CameraState.LIVE if live else CameraState.LOST, 0.0)
    occupancy = {zone: {"person": n, "car": 9} for zone, n in zones.items()}
    return LiveState(camera, "r", at_s, health, occupancy=occupancy)


def value(minute: ClosedMinute, kind: SeriesKind) -> float | None:
    [found] = [m for m in minute.measures if m.series == series_of("p", kind)]
    return found.value


counts = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30)), min_size=60, max_size=60
)


@given(counts)
def test_the_mean_is_that_of_the_sum_and_the_peak_too(rows: list[tuple[int, int, int]]) -> None:
    book, closed = PlaceBook("h1"), []
    for i in range(-1, 70):
        n, s, t = rows[min(max(i, 0), 59)]
        now_s = START_S + i + 0.3
        heard = {
            "nord": (state("nord", now_s, n=n), now_s),
            "sud": (state("sud", now_s, s=s, t=t), now_s),
        }
        closed += book.tick(now_s, {"p": SQUARE}, heard)
        assert book.tick(now_s + 0.5, {"p": SQUARE}, heard) == []
        assert book.now()["p"].people == n + s + t
    [minute] = [one for one in closed if one.start_s == START_S]
    sums = np.array(rows).sum(axis=1)
    assert minute.coverage_s == 60
    assert value(minute, SeriesKind.OCCUPANCY) == pytest.approx(sums.mean())
    assert value(minute, SeriesKind.OCCUPANCY_MAX) == sums.max()


def test_a_camera_that_is_silent_or_lost_leaves_a_gap_and_a_bound() -> None:
    book, closed = PlaceBook("h1"), []
    for i in range(-1, 130):
        now_s = START_S + i
        silent = 20 <= i < 40
        spoken_s = START_S + 19 if silent else now_s
        sud = state("sud", now_s, live=i < 60, s=1, t=1)
        heard = {"nord": (state("nord", now_s, n=5), now_s), "sud": (sud, spoken_s)}
        closed += book.tick(now_s, {"p": SQUARE}, heard)
        if 23 <= i < 40 or i >= 60:
            now = book.now()["p"]
            assert (now.people, now.missing) == (5, ("sud",))
            assert now.seen_share == pytest.approx(1 / 3, abs=1e-3)
    first, second = (one for one in closed if one.start_s >= START_S)
    assert first.coverage_s == pytest.approx(60 - (20 - AGE_S), abs=1.5)
    assert value(first, SeriesKind.OCCUPANCY) == pytest.approx(7)
    assert second.coverage_s == 0
    assert value(second, SeriesKind.OCCUPANCY) is None


def test_a_pause_of_the_hub_is_not_filled_in() -> None:
    book = PlaceBook("h1")
    closed = []
    for i in [-1, *range(10), *range(40, 70)]:
        now_s = START_S + i
        heard = {
            "nord": (state("nord", now_s, n=5), now_s),
            "sud": (state("sud", now_s, s=0, t=0), now_s),
        }
        closed += book.tick(now_s, {"p": SQUARE}, heard)
    [minute] = [one for one in closed if one.start_s == START_S]
    assert minute.coverage_s == 29


def test_the_end_closes_the_running_minute_as_far_as_it_was_seen() -> None:
    book = PlaceBook("h1")
    for i in range(-1, 25):
        now_s = START_S + i
        heard = {
            "nord": (state("nord", now_s, n=5), now_s),
            "sud": (state("sud", now_s, s=1, t=0), now_s),
        }
        book.tick(now_s, {"p": SQUARE}, heard)
    [running] = book.close()
    assert running.start_s == START_S
    assert running.coverage_s == 25
    assert value(running, SeriesKind.OCCUPANCY) == pytest.approx(6)
    assert book.close() == []
    assert book.now() == {}


def test_a_place_that_leaves_the_site_closes_its_minute() -> None:
    book = PlaceBook("h1")
    heard = {
        "nord": (state("nord", 0, n=5), START_S + 1),
        "sud": (state("sud", 0, s=0, t=0), START_S + 1),
    }
    book.tick(START_S, {"p": SQUARE}, heard)
    book.tick(START_S + 1, {"p": SQUARE}, heard)
    [minute] = book.tick(START_S + 2, {}, heard)
    assert (minute.camera, minute.coverage_s) == ("place:p", 1.0)
    assert book.now() == {}
