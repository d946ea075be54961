"""Retention on an accelerated clock: nothing outlives its term, and each deletion is told."""

from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from parvis.jobs.retention import delete_what_is_due
from parvis.site.sections import StoreSettings
from parvis.store import Store, sqlite_url
from parvis.store.audit_seal import Seal
from parvis.store.holds import Hold
from parvis.store.outages import Outage
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind

pytestmark = pytest.mark.law(13)

DAY_S = 86_400.0
BEGAN_S = 1_767_222_000.0  # 1 January 2026, Paris
HASH = "ab" * 32
ONE = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)


@pytest.fixture
def seal(tmp_path: Path) -> Seal:
    return Seal(tmp_path / "audit")


def live_a_day(store: Store, day: int) -> float:
    """One minute, one outage, one sign-in and one entry of the log; returns the evening."""
    noon_s = BEGAN_S + day * DAY_S + DAY_S / 2
    measure = Measure(ONE, noon_s, noon_s + 60, 3.0, Spread(), 60.0)
    store.record([ClosedMinute("quai", "r", noon_s, 60.0, (measure,))])
    store.outages.record(Outage("quai", noon_s, noon_s + 30, "perdu"))
    store.audit.record(at_s=noon_s, who="ana", action="export", target="quai")
    store.accounts.issue_link(f"link-{day}", "admin", noon_s + 60)
    return noon_s + DAY_S / 2


def oldest(store: Store, query: str) -> float | None:
    with store._database.reading() as connection:
        found = connection.execute(text(query)).scalar()
    return None if found is None else float(found)


def test_years_go_by_and_nothing_outlives_its_term(tmp_path: Path, seal: Seal) -> None:
    settings = StoreSettings(
        minute_retention_days=20, hour_retention_days=100, audit_retention_days=183
    )
    told: Counter[str] = Counter()
    with Store(sqlite_url(tmp_path / "p.db"), ZoneInfo("Europe/Paris")) as store:
        for day in range(0, 400, 2):
            now_s = live_a_day(store, day)
            for done in delete_what_is_due(store, settings, now_s, seal, HASH):
                told[done.kind.value] += done.count
            for days, query in (
                (20, "SELECT min(start) FROM minute"),
                (20, "SELECT min(start) FROM camera_minute"),
                (100, "SELECT min(start) FROM hour"),
                (183, "SELECT min(to_s) FROM outage"),
                (183, "SELECT min(at_s) FROM audit"),
                (0, "SELECT min(expires_s) FROM one_time_link"),
            ):
                found = oldest(store, query)
                # Minutes and hours go by whole civil hours.
                assert found is None or found >= now_s - days * DAY_S - 3600, (day, query)
        report = store.audit.verify(seal.checkpoints, [seal.public_key])
        assert report.faults == () and report.start.seq > 100
        proofs = [one for one in store.audit.entries(0, 1e12, 10_000) if one.who == "system"]
    assert told["minutes"] > 150 and told["hours"] > 100 and told["outages"] > 50
    for one in proofs:
        assert one.action == "retention.delete" and one.detail["count"] > 0
        assert one.detail["configuration_hash"] == HASH
        assert one.detail["before_s"] <= one.at_s and one.detail["days"] >= 0
    assert {one.target for one in proofs} >= {"minutes", "hours", "outages", "sessions", "audit"}


def test_a_hold_keeps_what_it_names_and_ends_by_itself(tmp_path: Path, seal: Seal) -> None:
    settings = StoreSettings(minute_retention_days=10)
    with Store(sqlite_url(tmp_path / "p.db"), ZoneInfo("Europe/Paris")) as store:
        for day in range(15):
            now_s = live_a_day(store, day)
        until_s = now_s + 20 * DAY_S
        from_s = BEGAN_S + 2 * DAY_S
        held = Hold("minutes", "Procédure", "Tribunal, n° 118", from_s, until_s, "ana", now_s)
        number = store.holds.make(held, "192.0.2.4")
        delete_what_is_due(store, settings, now_s, seal, HASH)
        first = oldest(store, "SELECT min(start) FROM minute")
        assert first is not None and from_s <= first < from_s + DAY_S, "older than it: deleted"
        delete_what_is_due(store, settings, until_s - 1, seal, HASH)
        assert oldest(store, "SELECT min(start) FROM minute") == first
        delete_what_is_due(store, settings, until_s, seal, HASH)
        assert oldest(store, "SELECT min(start) FROM minute") is None, "nobody had to end it"
        entry = store.audit.latest(("retention.hold",))
        assert entry is not None
        assert (entry.who, entry.why, entry.origin) == ("ana", "Procédure", "192.0.2.4")
        assert entry.detail["authority"] == "Tribunal, n° 118"
        assert not store.holds.lift(number, who="ana", why="x", at_s=until_s, origin="")


def test_a_hold_lifted_before_its_time_holds_nothing_more(tmp_path: Path, seal: Seal) -> None:
    settings = StoreSettings(minute_retention_days=10)
    with Store(sqlite_url(tmp_path / "p.db"), ZoneInfo("Europe/Paris")) as store:
        for day in range(15):
            now_s = live_a_day(store, day)
        held = Hold("minutes", "Procédure", "Tribunal", 0.0, now_s + 99 * DAY_S, "ana", now_s)
        number = store.holds.make(held, "")
        before = oldest(store, "SELECT min(start) FROM minute")
        delete_what_is_due(store, settings, now_s, seal, HASH)
        assert oldest(store, "SELECT min(start) FROM minute") == before
        assert store.holds.lift(number, who="bob", why="Classé", at_s=now_s, origin="192.0.2.9")
        delete_what_is_due(store, settings, now_s, seal, HASH)
        after = oldest(store, "SELECT min(start) FROM minute")
        assert before is not None and after is not None and after > before
        entry = store.audit.latest(("retention.lift",))
        assert entry is not None and (entry.who, entry.why) == ("bob", "Classé")


@pytest.mark.parametrize(
    ("reason", "authority", "until_s"), [("", "a", 9.0), ("r", " ", 9.0), ("r", "a", 1.0)]
)
def test_a_hold_without_a_reason_an_authority_or_an_end_is_none(
    reason: str, authority: str, until_s: float
) -> None:
    with pytest.raises(ValueError, match="a hold"):
        Hold("minutes", reason, authority, 0.0, until_s, "ana", 1.0)
