"""Interruptions stand in the audit trail too, once each, with their beginning, end and cause."""

from pathlib import Path

import pytest

from parvis.jobs.outages import OutageWatch
from parvis.store import Store, sqlite_url
from parvis.values.live import CameraState, LiveState, StreamHealth

T0 = 1_795_431_600.0


@pytest.mark.law(16)
def test_an_interruption_is_logged_when_it_begins_and_when_it_is_over(tmp_path: Path) -> None:
    with Store(sqlite_url(tmp_path / "p.db")) as store:
        store.audit.record(at_s=T0 - 900, who="system", action="system.stop", target="Ville")
        watch = OutageWatch(store, T0)
        watch.note_start()
        for after_s, state, reason in (
            *((s, CameraState.LOST, "no route to host") for s in range(20)),
            *((s, CameraState.LIVE, "") for s in range(20, 25)),
        ):
            since_s = T0 if state is CameraState.LOST else T0 + 20
            said = LiveState("quai", "r1", T0 + after_s, StreamHealth(state, since_s, reason))
            watch.note(said, T0 + after_s)
            watch.tick(["quai"], T0 + after_s)
        told = [
            (one.action, one.target, one.who, one.why, one.detail["from_s"], one.detail["to_s"])
            for one in store.audit.entries(T0, T0 + 100)[::-1]
        ]
    assert told == [
        ("system.interrupted", "all", "system", "Parvis was stopped", T0 - 900, T0),
        ("camera.interrupted", "quai", "system", "no route to host", T0, None),
        ("camera.resumed", "quai", "system", "no route to host", T0, T0 + 20),
    ]
