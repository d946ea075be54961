"""Every interruption is written once: from when to when, and why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from parvis.jobs.outages import SHORTEST_S, SILENT, UNHEARD, OutageWatch
from parvis.store import Kept, Store, sqlite_url
from parvis.store.outages import Outage
from parvis.values.live import CameraState, LiveState, StreamHealth
from parvis.values.minute import ClosedMinute

T0 = 1_795_431_600.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(sqlite_url(tmp_path / "p.db")) as opened:
        yield opened


def says(state: CameraState, since_s: float, reason: str = "") -> LiveState:
    return LiveState("quai", "r1", since_s, StreamHealth(state, since_s, reason))


def written(store: Store) -> list[tuple[str, float, float | None, str]]:
    return [
        (o.camera, o.from_s - T0, None if o.to_s is None else o.to_s - T0, o.reason)
        for o in store.outages.between(T0 - 86_400, T0 + 86_400)
    ]


def live(watch: OutageWatch, since_s: float, now_s: float) -> None:
    watch.note(says(CameraState.LIVE, since_s), now_s)
    watch.tick(["quai"], now_s)


@pytest.mark.law(16)
def test_an_interruption_has_its_beginning_its_end_and_its_first_cause(store: Store) -> None:
    watch = OutageWatch(store, T0)
    live(watch, T0, T0)
    for after_s in range(12, 30):
        now_s = T0 + after_s
        lost = says(CameraState.LOST, now_s, "no route to host")
        watch.note(lost if after_s % 4 < 2 else says(CameraState.CONNECTING, now_s), now_s)
        watch.tick(["quai"], now_s)
    assert written(store) == [("quai", 12, None, "no route to host")]
    live(watch, T0 + 30, T0 + 31)
    live(watch, T0 + 30, T0 + 32)
    assert written(store) == [("quai", 12, 30, "no route to host")]


def test_opening_a_stream_is_no_outage(store: Store) -> None:
    watch = OutageWatch(store, T0)
    watch.note(says(CameraState.CONNECTING, T0), T0)
    watch.tick(["quai"], T0 + SHORTEST_S - 1)
    live(watch, T0 + SHORTEST_S - 1, T0 + SHORTEST_S)
    assert written(store) == []


def test_a_worker_that_falls_silent_and_comes_back(store: Store) -> None:
    watch = OutageWatch(store, T0)
    live(watch, T0, T0 + 1)
    watch.tick(["quai"], T0 + 9)
    assert written(store) == []
    watch.tick(["quai"], T0 + 12)
    assert written(store) == [("quai", 1, None, SILENT)]
    live(watch, T0 + 20, T0 + 21)
    assert written(store) == [("quai", 1, 20, SILENT)]


def test_a_camera_never_heard_of_gets_its_cause_when_it_is_known(store: Store) -> None:
    watch = OutageWatch(store, T0)
    watch.tick(["quai"], T0 + 6)
    assert written(store) == [("quai", 0, None, UNHEARD)]
    watch.note(says(CameraState.LOST, T0 + 7, "401 unauthorised"), T0 + 7)
    watch.tick(["quai"], T0 + 8)
    assert written(store) == [("quai", 0, None, "401 unauthorised")]


@pytest.mark.law(16)
def test_an_outage_goes_on_over_a_restart_of_the_hub(store: Store) -> None:
    store.outages.record(Outage("quai", T0 - 100, None, "no route to host"))
    watch = OutageWatch(store, T0)
    watch.tick(["quai"], T0 + 60)
    assert written(store) == [("quai", -100, None, "no route to host")]
    live(watch, T0 - 20, T0 + 61)
    assert written(store) == [("quai", -100, -20, "no route to host")]


def test_a_camera_taken_off_the_site_has_no_outage_any_more(store: Store) -> None:
    watch = OutageWatch(store, T0)
    watch.tick(["quai"], T0 + 6)
    watch.tick([], T0 + 20)
    assert written(store) == [("quai", 0, 20, UNHEARD)]


@pytest.mark.law(16)
def test_the_system_was_away(store: Store) -> None:
    OutageWatch(store, T0).note_start()
    assert written(store) == [], "the first start"
    store.audit.record(at_s=T0, who="system", action="system.start", target="x")
    store.record([ClosedMinute("quai", "r1", T0, 60.0, ())])
    OutageWatch(store, T0 + 100).note_start()
    assert written(store) == [], "a killed hub that is back at once"
    OutageWatch(store, T0 + 1000).note_start()
    store.audit.record(at_s=T0 + 2000, who="system", action="system.stop", target="x")
    OutageWatch(store, T0 + 2100).note_start()
    assert written(store) == [
        ("", 60, 1000, "Parvis ended without being stopped"),
        ("", 2000, 2100, "Parvis was stopped"),
    ]
    assert store.purge(Kept.OUTAGES, T0 + 1500).count == 1


def test_a_camera_added_later_was_not_out_before(store: Store) -> None:
    watch = OutageWatch(store, T0)
    live(watch, T0, T0 + 1)
    for after_s in range(3600, 3604):
        watch.note(says(CameraState.LIVE, T0), T0 + after_s)
        watch.tick(["quai", "pont"], T0 + after_s)
    assert written(store) == []
    watch.note(says(CameraState.LIVE, T0), T0 + 3606)
    watch.tick(["quai", "pont"], T0 + 3606)
    assert written(store) == [("pont", 3600, None, UNHEARD)]


def test_a_camera_that_was_switched_off_in_between_was_not_out_then(store: Store) -> None:
    watch = OutageWatch(store, T0)
    live(watch, T0, T0 + 1)
    watch.note(says(CameraState.STOPPED, T0 + 10), T0 + 10)
    watch.tick([], T0 + 11)
    watch.tick(["quai"], T0 + 7200)
    watch.note(says(CameraState.CONNECTING, T0 + 7201), T0 + 7201)
    watch.tick(["quai"], T0 + 7202)
    live(watch, T0 + 7203, T0 + 7204)
    assert written(store) == []
