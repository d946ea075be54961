"""Delete what is older than its retention, and keep proof of what was deleted."""

from parvis.site.sections import StoreSettings
from parvis.store import Deleted, Kept, Store

_DAY_S = 86_400.0


def delete_what_is_due(store: Store, settings: StoreSettings, now_s: float) -> list[Deleted]:
    """Purge every kind of data and write each deletion to the audit trail with its number.

    Args:
        store: where everything rests.
        settings: how long each kind is kept.
        now_s: seconds since the epoch.
    """
    deleted = []
    for kind, days in (
        (Kept.MINUTES, settings.minute_retention_days),
        (Kept.CHECK_EVENTS, settings.minute_retention_days),
        (Kept.GROUND, settings.quarter_retention_days),
        (Kept.ALERTS, settings.alert_retention_days),
        (Kept.OUTAGES, settings.audit_retention_days),
        (Kept.AUDIT, settings.audit_retention_days),
        (Kept.SESSIONS, 0),
    ):
        done = store.purge(kind, now_s - days * _DAY_S)
        if done.count:
            store.audit.record(
                at_s=now_s,
                who="system",
                action="retention.delete",
                target=kind.value,
                why=f"kept for {days} days",
                detail={"before_s": done.before_s, "count": done.count},
            )
        deleted.append(done)
    return deleted
