"""The recorder: one bad minute or one bad file holds up no other, and nothing is lost silently."""

import sqlite3
from pathlib import Path

import pytest
from samples import NOON, minute, nobody_speaks, series_of

from parvis.store import Store, sqlite_url, wire
from parvis.store.errors import StoreUnavailableError
from parvis.store.recorder import Recorder
from parvis.store.spool import Spool
from parvis.store.wire import key_of
from parvis.values.civil import Bin

GOOD = [minute(NOON + i * 60) for i in range(4)]
BAD = minute(60e13)
"""A start in a year that no calendar has."""


def recorded(store: Store) -> list[float]:
    series = series_of("quai")[0]
    found = store.measures(series, NOON, NOON + 600, Bin.MINUTE)
    return [one.start_s for one in found if one.coverage_s]


def test_a_minute_that_cannot_be_recorded_is_set_aside_and_holds_up_no_other(
    tmp_path: Path,
) -> None:
    aside = tmp_path / "unrecorded.jsonl"
    with Store(sqlite_url(tmp_path / "p.db")) as store:
        recorder = Recorder(store, aside)
        for _ in range(2):  # the acknowledgement was lost: it comes again
            keys = recorder.take([*GOOD[:2], BAD, *GOOD[2:]])
            assert set(keys) == {key_of(one) for one in (*GOOD, BAD)}
        assert recorded(store) == [one.start_s for one in GOOD]
        assert recorder.lost("quai") == 1
        assert Recorder(store, aside).lost("quai") == 1, "told after a restart too"
        assert recorder.lost("gare") == 0
    assert [wire.decode(line) for line in aside.read_bytes().splitlines()] == [BAD]
    assert aside.stat().st_mode & 0o777 == 0o600


def test_a_bad_minute_that_cannot_be_set_aside_is_not_acknowledged(tmp_path: Path) -> None:
    with Store(sqlite_url(tmp_path / "p.db")) as store:
        recorder = Recorder(store, tmp_path / "absent" / "unrecorded.jsonl")
        with pytest.raises(StoreUnavailableError):
            recorder.take([BAD])


def test_a_spool_that_cannot_be_read_holds_up_no_other(tmp_path: Path) -> None:
    for name, one in zip("acd", GOOD, strict=False):
        with Spool(tmp_path / f"{name}.spool") as spool:
            spool.append(one)
    (tmp_path / "b.spool").mkdir()
    (tmp_path / "c.spool-lock").unlink(missing_ok=True)
    (tmp_path / "c.spool-lock").mkdir()
    other = sqlite3.connect(tmp_path / "d.spool")
    other.execute("BEGIN EXCLUSIVE")
    with Spool(tmp_path / "e.spool") as spool:
        spool.append(GOOD[3])
    with Store(sqlite_url(tmp_path / "p.db")) as store:
        recorder = Recorder(store, tmp_path / "aside")
        assert recorder.recover(tmp_path, nobody_speaks) == 2
        other.close()
        (tmp_path / "c.spool-lock").rmdir()
        assert recorder.recover(tmp_path, nobody_speaks) == 2
        assert recorded(store) == [one.start_s for one in GOOD]
