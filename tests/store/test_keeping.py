"""Retention, accounts, outages, and many hands on one store."""

import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from samples import NOON, minute, series_of
from sqlalchemy import func, select

from parvis.store import Kept, Store, StoreUnavailableError, sqlite_url
from parvis.store.accounts import LastAdministratorError, Standing
from parvis.store.api_tokens import ApiToken
from parvis.store.database import Database
from parvis.store.outages import Outage
from parvis.store.schema import camera_minute
from parvis.store.second_factors import SecondFactor
from parvis.store.sessions import Session
from parvis.values.civil import Bin

PARIS = ZoneInfo("Europe/Paris")
ONE = series_of("quai")[0]


def test_hours_survive_the_purge_of_minutes(store: Store) -> None:
    written = [minute(NOON + i * 60) for i in range(180)]
    store.record(written)
    gone = store.purge(Kept.MINUTES, NOON + 5000)  # within the second hour: it stays whole
    assert (gone.count, gone.before_s) == (60 * 5, NOON + 3600)
    assert [one.value for one in store.measures(ONE, NOON, NOON + 10800, Bin.HOUR)] == [180.0] * 3
    assert store.measures(ONE, NOON, NOON + 900, Bin.QUARTER)[0].value is None
    # A spool found late sends them again: nothing is counted twice.
    assert store.record(written) == 0
    assert [one.value for one in store.measures(ONE, NOON, NOON + 10800, Bin.HOUR)] == [180.0] * 3
    assert store.purge(Kept.MINUTES, NOON).before_s == NOON + 3600  # the edge never goes back
    assert store.purge(Kept.HOURS, NOON + 3600).count == 5
    hours = [one.value for one in store.measures(ONE, NOON, NOON + 10800, Bin.HOUR)]
    assert hours == [None, 180.0, 180.0]


def test_each_kind_is_purged_alone(store: Store) -> None:
    store.record([minute(NOON)])
    account = store.accounts.create("ana", "hash", "viewer", NOON)
    assert account is not None
    store.accounts.sessions.open(browser("old", account, NOON + 10))
    store.accounts.sessions.open(browser("new", account, NOON + 1000))
    store.outages.record(Outage("quai", NOON, NOON + 5, "perdu"))
    store.outages.record(Outage("quai", NOON + 6, None, "perdu"))
    assert store.purge(Kept.SESSIONS, NOON + 100).count == 1
    assert store.purge(Kept.OUTAGES, NOON + 100).count == 1
    assert store.accounts.sessions.find("old") is None
    assert store.accounts.sessions.find("new") is not None
    assert len(store.outages.between(0, 1e12)) == 1
    assert store.measures(ONE, NOON, NOON + 60, Bin.MINUTE)[0].value == 3.0


def test_outages_end_when_their_end_is_known(store: Store) -> None:
    store.outages.record(Outage("quai", 100.0, None, "flux perdu"))
    store.outages.record(Outage("", 50.0, 60.0, "arrêt"))
    assert [one.to_s for one in store.outages.between(500, 600)] == [None]
    store.outages.record(Outage("quai", 100.0, 200.0, "flux perdu"))
    assert store.outages.between(500, 600) == []
    assert [one.camera for one in store.outages.between(0, 150)] == ["", "quai"]
    with pytest.raises(ValueError, match="cannot end"):
        Outage("quai", 2.0, 1.0, "")


def test_accounts(store: Store) -> None:
    accounts = store.accounts
    ana = accounts.create("Ana", "h1", "viewer", 1.0)
    assert ana is not None
    assert accounts.create("aNA", "h2", "viewer", 1.0) is None
    bob = accounts.create("bob", "h3", "technician", 2.0)
    assert bob is not None
    assert [one.name for one in accounts.all()] == ["Ana", "bob"]
    accounts.set_password(ana, "h4")
    standing = Standing("operator", disabled=True, places=("gare",), expires_s=9.0)
    accounts.set_standing(ana, standing)
    found = accounts.by_name("ANA")
    assert found is not None
    assert (found.id, found.password_hash, found.standing) == (ana, "h4", standing)
    assert accounts.by_name("carl") is None
    for token, whose in (("t1", ana), ("t2", ana), ("t3", bob)):
        accounts.sessions.open(browser(token, whose, 50.0))
    accounts.sessions.touch("t3", 9.0)
    session = accounts.sessions.find("t3")
    assert session is not None
    assert (session.last_seen_s, session.expires_s, session.account_id) == (9.0, 50.0, bob)
    assert not accounts.sessions.close_one_of(ana, session.id), "another's"
    accounts.sessions.close_of(ana)
    accounts.sessions.close("t3")
    assert all(accounts.sessions.find(token) is None for token in ("t1", "t2", "t3"))


@pytest.mark.law(20)
def test_one_administrator_is_always_left(store: Store) -> None:
    accounts = store.accounts
    ana = accounts.create("ana", "h", "administrator", 1.0) or 0
    bob = accounts.create("bob", "h", "administrator", 1.0, expires_s=99.0) or 0
    accounts.create("eve", "", "administrator", 1.0, subject="https://id.example|eve")
    before = accounts.by_id(ana)
    for standing in (
        Standing("viewer"),
        Standing("administrator", disabled=True),
        Standing("administrator", expires_s=5e9),
    ):
        with pytest.raises(LastAdministratorError):
            accounts.set_standing(ana, standing, "administrator")
    with pytest.raises(LastAdministratorError):
        accounts.remove(ana, "administrator")
    assert accounts.by_id(ana) == before
    accounts.set_standing(bob, Standing("administrator"), "administrator")
    accounts.remove(ana, "administrator")
    assert accounts.by_id(ana) is None


@pytest.mark.law(21)
def test_a_step_and_a_recovery_code_serve_once(store: Store) -> None:
    second = store.accounts.second_factors
    ana = store.accounts.create("ana", "h", "viewer", 1.0) or 0
    assert second.get(ana) is None
    second.enrol(ana, "SECRET", 7, ["c1", "c2"])
    assert second.get(ana) == SecondFactor("SECRET", 7)
    assert [second.take_step(ana, step) for step in (7, 6, 8, 8)] == [False, False, True, False]
    assert [second.use_recovery(ana, code, 5.0) for code in ("c1", "c1", "c3")] == [
        True,
        False,
        False,
    ]
    assert second.recovery_left(ana) == 1
    second.remove(ana)
    assert (second.get(ana), second.recovery_left(ana)) == (None, 0)


@pytest.mark.law(21)
def test_tokens_end_and_are_their_owners(store: Store) -> None:
    tokens = store.accounts.tokens
    token = ApiToken("t", 1, "export", frozenset({"b", "a"}), 1.0, 50.0)
    tokens.add(token, "hash")
    assert tokens.find("hash", 49.0) == token
    assert tokens.find("hash", 50.0) is None
    assert not tokens.revoke(2, "t"), "another's"
    assert tokens.revoke(1, "t")
    assert tokens.of(1) == []


def browser(token_hash: str, account_id: int, expires_s: float) -> Session:
    return Session(token_hash, account_id, 5.0, 5.0, expires_s, "192.0.2.1", "Firefox", False)


def test_a_link_works_once_for_its_purpose_and_in_time(store: Store) -> None:
    accounts = store.accounts
    accounts.issue_link("first", "admin", 100.0)
    accounts.issue_link("second", "admin", 100.0)
    accounts.issue_link("other", "reset", 100.0)
    assert not accounts.use_link("first", "admin", 1.0)  # a newer one was issued
    assert not accounts.use_link("second", "reset", 1.0)
    assert not accounts.use_link("second", "admin", 100.0)
    results: list[bool] = []
    threads = [
        threading.Thread(target=lambda: results.append(accounts.use_link("second", "admin", 1.0)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 5 + [True]
    assert accounts.use_link("other", "reset", 1.0)


def test_readers_do_not_wait_for_a_writer_and_see_whole_minutes(
    new_url: Callable[[], str],
) -> None:
    with Store(new_url(), PARIS) as store:
        store.record([minute(NOON)])
        ended = threading.Event()
        seen: list[float] = []

        def read() -> None:
            while not ended.is_set():
                rows = store.measures(series_of("quai")[:2], NOON, NOON + 1, Bin.HOUR)
                seen.append(rows[1].value - rows[0].value - rows[0].coverage_s / 60)  # type: ignore[operator]

        with store._database.writing():  # a long transaction of somebody else
            began = time.monotonic()
            assert store.measures(ONE, NOON, NOON + 60, Bin.MINUTE)[0].value == 3.0
            assert time.monotonic() - began < 20  # who waited for it would wait for ever
        readers = [threading.Thread(target=read) for _ in range(4)]
        for thread in readers:
            thread.start()
        for i in range(1, 60):
            store.record([minute(NOON + i * 60)])
        ended.set()
        for thread in readers:
            thread.join()
        assert set(seen) == {0.0}  # both series and the coverage of the same minutes


def test_all_queries_of_one_reading_see_the_same(url: str) -> None:
    with Store(url) as store, closing(Database(url)) as other:
        query = select(func.count()).select_from(camera_minute)
        store.record([minute(NOON)])
        with other.reading() as connection:
            assert connection.execute(query).scalar_one() == 1
            store.record([minute(NOON + 60)])
            assert connection.execute(query).scalar_one() == 1
        with other.reading() as connection:
            assert connection.execute(query).scalar_one() == 2


def test_several_processes_and_threads_may_record(new_url: Callable[[], str]) -> None:
    url = new_url()
    stores = [Store(url, PARIS) for _ in range(2)]  # as two processes: nothing is shared
    written = [minute(NOON + i * 60) for i in range(60)]
    news: list[int] = []

    def record(store: Store) -> None:
        news.extend(store.record([one]) for one in written)

    threads = [threading.Thread(target=record, args=(stores[i % 2],)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(news) == 60
    (hour,) = stores[0].measures(ONE, NOON, NOON + 60, Bin.HOUR)
    assert (hour.value, hour.coverage_s) == (180.0, 3600.0)
    for store in stores:
        store.close()


def test_a_record_that_fails_leaves_no_trace(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("parvis.store.recording.add_camera_coverage", fail)
        with pytest.raises(OSError, match="power cut"):
            store.record([minute(NOON)])
    assert store.series() == []
    assert store.record([minute(NOON)]) == 1
    assert store.measures(ONE, NOON, NOON + 60, Bin.HOUR)[0].value == 3.0


def test_a_locked_or_missing_database_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parvis.store.database.BUSY_TIMEOUT_S", 0.05)
    path = tmp_path / "p.db"
    with Store(sqlite_url(path), PARIS) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="locked"):
            store.record([minute(NOON)])
        other.execute("ROLLBACK")
        other.close()
        assert store.record([minute(NOON)]) == 1
    with pytest.raises(StoreUnavailableError):
        Store(f"postgresql://parvis@/none?host={tmp_path}")


def test_the_database_is_for_its_owner_only(tmp_path: Path) -> None:
    with Store(sqlite_url(tmp_path / "data" / "p.db"), PARIS) as store:
        store.record([minute(NOON)])
        for file in (tmp_path / "data").iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
        with store._database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
