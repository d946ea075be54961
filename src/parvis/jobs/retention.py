"""Delete what is older than its retention, and keep proof of what was deleted."""

from parvis.site.sections import StoreSettings
from parvis.store import Deleted, Kept, Store
from parvis.store.audit_seal import Seal

_DAY_S = 86_400.0
_TRAIL = "audit"


def delete_what_is_due(
    store: Store, settings: StoreSettings, now_s: float, seal: Seal, configuration_hash: str
) -> list[Deleted]:
    """Purge every kind of data and write each deletion to the audit trail with its number.

    The trail itself is shortened last, and what it lost is signed.

    Args:
        store: where everything rests.
        settings: how long each kind is kept.
        now_s: seconds since the epoch.
        seal: signs what is cut from the trail.
        configuration_hash: of the site, under which this was due.
    """
    deleted = []

    def prove(target: str, days: int, before_s: float, count: int, **more: object) -> None:
        store.audit.record(
            at_s=now_s,
            who="system",
            action="retention.delete",
            target=target,
            why=f"kept for {days} days",
            detail={
                "before_s": before_s,
                "count": count,
                "days": days,
                "configuration_hash": configuration_hash,
                **more,
            },
        )

    for kind, days in (
        (Kept.MINUTES, settings.minute_retention_days),
        (Kept.CHECK_EVENTS, settings.minute_retention_days),
        (Kept.GROUND, settings.quarter_retention_days),
        (Kept.ALERTS, settings.alert_retention_days),
        (Kept.OUTAGES, settings.audit_retention_days),
        (Kept.SESSIONS, 0),
    ):
        done = store.purge(kind, now_s - days * _DAY_S)
        if done.count:
            prove(kind.value, days, done.before_s, done.count)
        deleted.append(done)
    days = settings.audit_retention_days
    cut = store.audit.cut(now_s - days * _DAY_S, now_s, seal)
    if cut is not None:
        prove(_TRAIL, days, cut.before_s, cut.count, first=cut.first, last=cut.last.seq)
    return deleted
