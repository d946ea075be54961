"""Delete what is older than its retention, and keep proof of what was deleted."""

import math

from parvis.policy.retention import terms
from parvis.site.sections import StoreSettings
from parvis.store import Deleted, Kept, Store
from parvis.store.audit_seal import Seal
from parvis.store.tables import AUDIT

_DAY_S = 86_400.0


def delete_what_is_due(
    store: Store, settings: StoreSettings, now_s: float, seal: Seal, configuration_hash: str
) -> list[Deleted]:
    """Purge every kind of data and write each deletion to the audit trail with its number.

    What a hold keeps stays until the hold is over. The trail itself is shortened last, and what it
    lost is signed.

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

    holds = store.holds.in_force(now_s)
    for term in terms():
        days = term.days(settings)
        before_s = min(
            now_s - days * _DAY_S,
            *(one.from_s for one in holds if one.kind == term.kind),
            math.inf,
        )
        if term.kind == AUDIT:
            cut = store.audit.cut(before_s, now_s, seal)
            if cut is not None:
                prove(AUDIT, days, cut.before_s, cut.count, first=cut.first, last=cut.last.seq)
            continue
        done = store.purge(Kept(term.kind), before_s)
        if done.count:
            prove(term.kind, days, done.before_s, done.count)
        deleted.append(done)
    return deleted
