"""Alerts are deleted when their time is over, and the log says how many."""

from pathlib import Path
from zoneinfo import ZoneInfo

from parvis.alerts import life
from parvis.alerts.rule import Rule
from parvis.jobs.retention import delete_what_is_due
from parvis.site.sections import StoreSettings
from parvis.store import Kept, Store, sqlite_url
from parvis.store.alerts import Tray
from parvis.store.audit_seal import Seal
from parvis.values.alerts import AlertKind, Change, Form, Replay, Severity, Step, Subject

NOON = 1_795_431_600.0
DAY_S = 86_400.0


def change(episode: str, at_s: float) -> Change:
    return Change(
        episode, 0, "dense", "0123456789ab", AlertKind.DENSITY, Form.PLAIN, Subject("quai"),
        Step.RAISED, at_s, at_s, Severity.WATCH, 1.4, None, None, 1.0,
        replay=Replay(at_s, 0.5, (((1.0, 2.0, 0),),)),
    )  # fmt: skip


def test_an_alert_goes_when_it_has_been_over_for_so_long(tmp_path: Path) -> None:
    settings = StoreSettings(alert_retention_days=30)
    with Store(sqlite_url(tmp_path / "parvis.db"), ZoneInfo("Europe/Paris")) as store:
        with store.alerts.stepping() as steps:
            for name, over_s in (("old", NOON + 60), ("late", NOON + DAY_S), ("open", None)):
                raised = change(name, NOON)
                alert = steps.open(life.opened(raised, Rule(raised.rule, raised.kind)), raised)
                if over_s is not None:
                    steps.set(life.ended(alert, over_s))
        now_s = NOON + 30 * DAY_S + 61
        deleted = {
            one.kind: one.count
            for one in delete_what_is_due(store, settings, now_s, Seal(tmp_path / "audit"), "abc")
        }
        assert deleted[Kept.ALERTS] == 1
        assert {one.id for one in store.alerts.page(Tray.ALL)} == {"late", "open"}
        assert store.alerts.history("old") == []
        assert not store.alerts.has_replay("old") and store.alerts.has_replay("late")
        assert not store.alerts.has_replay("open"), "positions go whatever becomes of the camera"
        assert len(store.alerts.history("open")) == 1
        (entry,) = store.audit.entries(0, 1e12)
        assert (entry.action, entry.target) == ("retention.delete", "alerts")
        assert entry.detail["count"] == 1 and entry.why == "kept for 30 days"
