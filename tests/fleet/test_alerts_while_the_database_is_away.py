"""More than a thousand alerts while the database is away, and SIGKILL: none lost, none doubled."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from tests.fleet.test_alert_crash import NOON, RULES, UTC, Actor, episode, serve

from parvis.fleet.alert_book import AlertBook
from parvis.fleet.hub_said import HubSaid
from parvis.fleet.sender import Sender
from parvis.store import Store, StoreUnavailableError, database, sqlite_url
from parvis.store.recorder import Recorder
from parvis.store.spool import Spool
from parvis.values.alerts import Change

MANY = 1050
AT_ONCE = 50


@contextmanager
def away(folder: Path) -> Iterator[None]:
    """The database as nobody can write it: another holds it for itself."""
    with closing(sqlite3.connect(folder / "parvis.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def said_of(numbers: range) -> list[Change]:
    return [change for number in numbers for change in episode(number)]


def book_of(store: Store) -> AlertBook:
    return AlertBook(store.alerts, lambda: RULES, lambda rule, camera: True)


def follow(told: Connection, folder: Path, first: int) -> None:
    """The hub's own rules: each batch is told once ``say`` has kept it, taken or not."""
    database.BUSY_TIMEOUT_S = 0.05
    with Store(sqlite_url(folder / "parvis.db"), UTC) as store:
        book = book_of(store)
        spool = Spool(folder / "spool" / "hub.spool")
        said = HubSaid(spool, lambda changes: book.take(changes, NOON))
        told.send_bytes(b"ready")
        for start in range(first, first + 2_000, AT_ONCE):
            try:
                said.say(said_of(range(start, start + AT_ONCE)))
            except StoreUnavailableError:
                time.sleep(0.01)
            told.send_bytes(f"{start}".encode())


def hurry(told: Connection, folder: Path, first: int) -> None:
    """A worker whose rules have much to say."""
    spool = Spool(folder / "spool" / "w.spool")
    sender = Sender(folder / "hub.sock", spool, lambda: None)
    for start in range(first, first + 2_000, AT_ONCE):
        spool.keep(said_of(range(start, start + AT_ONCE)))
        sender.alerts_waiting()
        told.send_bytes(f"{start}".encode())
        time.sleep(0.01)


def impatient(told: Connection, folder: Path) -> None:
    """A hub that does not wait long for its database."""
    database.BUSY_TIMEOUT_S = 0.05
    serve(told, folder)


def heard(actor: Actor, episodes: int) -> list[int]:
    """Starts of batches that an actor has on disk, so many episodes at least."""
    starts: list[int] = []
    until_s = time.monotonic() + 90
    while len(starts) * AT_ONCE < episodes and time.monotonic() < until_s:
        if actor.waits(1.0):
            starts.append(int(actor.word()))
    return starts


def check(folder: Path, starts: list[int]) -> None:
    """All that was kept is in the store once, with its end; nothing waits."""
    with Store(sqlite_url(folder / "parvis.db"), UTC) as store:
        book, recorder = book_of(store), Recorder(store, folder / "aside")
        recorder.recover(folder / "spool", lambda said: book.take(said, NOON))
        numbers = [number for start in starts for number in range(start, start + AT_ONCE)]
        alerts = [store.alerts.get(f"run-{number}") for number in numbers]
        assert all(one is not None and one.over_s is not None for one in alerts)
        targets = [one.target for one in store.audit.entries(0, 1e12, limit=100_000)]
        assert len(targets) == len(set(targets)), "none is raised twice"
    assert not list((folder / "spool").glob("*.spool")), "nothing waits"


def test_what_the_hub_says_waits_on_disk_and_is_taken_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    with Store(sqlite_url(tmp_path / "parvis.db"), UTC) as store:
        book = book_of(store)
        spool = Spool(tmp_path / "spool" / "hub.spool")
        said = HubSaid(spool, lambda changes: book.take(changes, NOON))
        with away(tmp_path):
            for start in range(0, MANY, AT_ONCE):
                with pytest.raises(StoreUnavailableError):
                    said.say(said_of(range(start, start + AT_ONCE)))
            assert len(spool.kept()) == 200, "so much at a time, however much waits"
        said.say([])
        found = [store.alerts.get(f"run-{number}") for number in range(MANY)]
        assert [one.number if one else 0 for one in found] == list(range(1, MANY + 1))
        assert spool.kept() == []
        spool.close()


def test_a_hub_that_is_killed_while_the_database_is_away_has_lost_nothing(tmp_path: Path) -> None:
    Store(sqlite_url(tmp_path / "parvis.db"), UTC).close()
    starts: list[int] = []
    hub = Actor(follow, tmp_path, 0)
    hub.ready()
    with away(tmp_path):
        starts += heard(hub, MANY)
        starts += [int(word) for word in hub.kill()]
    hub = Actor(follow, tmp_path, 20_000)  # it takes what the other left, and is killed at it
    hub.ready()
    time.sleep(0.5)
    starts += [int(word) for word in hub.kill()]
    assert len(starts) * AT_ONCE >= MANY
    check(tmp_path, starts)


def test_a_worker_and_a_hub_killed_while_the_database_is_away_have_lost_nothing(
    tmp_path: Path,
) -> None:
    Store(sqlite_url(tmp_path / "parvis.db"), UTC).close()
    (tmp_path / "spool").mkdir()
    starts: list[int] = []
    hub = Actor(impatient, tmp_path)
    hub.ready()
    worker = Actor(hurry, tmp_path, 0)
    with away(tmp_path):
        starts += heard(worker, MANY)
        hub.kill()
    again = Actor(impatient, tmp_path)
    again.ready()
    time.sleep(0.5)
    starts += [int(word) for word in worker.kill()]
    again.kill()
    assert len(starts) * AT_ONCE >= MANY
    check(tmp_path, starts)
