"""Alerts by cause: a burst is a few lines, each led by the one to look at first."""

from dataclasses import replace

from samples import NOON
from test_many_alerts import ALERT, RAISED

from parvis.store import Store
from parvis.store.alerts import Tray
from parvis.values.alerts import Severity, Subject


def raise_one(store: Store, key: str, **more: object) -> None:
    """Raise an alert at once."""
    alert = replace(ALERT, id=key, episode=key, **more)
    with store.alerts.stepping() as steps:
        steps.open(alert, replace(RAISED, episode=key))


def test_groups_hold_every_alert_and_the_gravest_that_goes_on_leads(store: Store) -> None:
    terrace, bridge = Subject("quai", "terrasse"), Subject("quai", "pont")
    for n in range(300):
        raise_one(store, f"t-{n}", raised_s=NOON + n)
    raise_one(store, "grave", severity=Severity.ALARM, peak=Severity.ALARM, raised_s=NOON)
    raise_one(
        store, "over", severity=Severity.NONE, peak=Severity.CRITICAL, over_s=NOON + 9,
        raised_s=NOON + 400,
    )  # fmt: skip
    raise_one(store, "bridge", subject=bridge)
    raise_one(store, "other-rule", rule="queue")
    raise_one(store, "trial", shadow=True)
    raise_one(store, "taken", taken_by="paul", taken_s=NOON)
    told = {
        (one.lead.subject, one.lead.rule): (one.lead.id, one.count)
        for one in store.alerts.groups(Tray.INBOX)
    }
    assert told == {
        (terrace, "dense"): ("grave", 302),
        (bridge, "dense"): ("bridge", 1),
        (terrace, "queue"): ("other-rule", 1),
    }
    (taken,) = store.alerts.groups(Tray.TAKEN)
    assert (taken.lead.id, taken.count) == ("taken", 1)
    grave = store.alerts.get("grave")
    assert grave is not None
    alike = [one.id for one in store.alerts.alike(grave)]
    assert "grave" not in alike
    assert "trial" not in alike
    assert alike[:3] == ["taken", "bridge", "over"]
