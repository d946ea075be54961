"""What becomes of each table in time: the kind of data it holds, or why it lasts.

A table that is not here fails a test: no data without a term.
"""

from dataclasses import dataclass

from parvis.store.retention import Kept

AUDIT = "audit"
"""The journal, which only :meth:`parvis.store.audit.AuditTrail.cut` shortens."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """A table that no clock empties.

    Args:
        why: in English, for the documents.
    """

    why: str


_WITH_ACCOUNT = Lasting("goes with its account, which an administrator removes")
_PROOF = Lasting("proof: hashes, signatures and the acts themselves, about nobody in a street")
_NAMES = Lasting("names of what is counted and of runs; nobody and no moment stands in them")

TABLES: dict[str, str | Lasting] = {
    "minute": Kept.MINUTES,
    "camera_minute": Kept.MINUTES,
    "hour": Kept.HOURS,
    "camera_hour": Kept.HOURS,
    "ground_quarter": Kept.GROUND,
    "flow_cell": Kept.GROUND,
    "journey": Kept.GROUND,
    "speed": Kept.GROUND,
    "count_check": Kept.CHECKS,
    "check_entry": Kept.CHECK_EVENTS,
    "correction": Kept.CORRECTIONS,
    "alert": Kept.ALERTS,
    "alert_event": Kept.ALERTS,
    "alert_early": Kept.ALERTS,
    "alert_replay": Kept.ALERTS,
    "alert_unraised": Kept.ALERTS,
    "notice": Kept.ALERTS,
    "outage": Kept.OUTAGES,
    "hold": Kept.HOLDS,
    "session": Kept.SESSIONS,
    "one_time_link": Kept.SESSIONS,
    "api_token": Kept.SESSIONS,
    "audit": AUDIT,
    "audit_anchor": _PROOF,
    "audit_head": _PROOF,
    "instrument": _PROOF,
    "instrument_end": _PROOF,
    "assessment": _PROOF,
    "account": _WITH_ACCOUNT,
    "recovery_code": _WITH_ACCOUNT,
    "series": _NAMES,
    "run": _NAMES,
    "site_state": Lasting("a few facts about the store itself"),
    "notice_channel": Lasting("how each channel did last: one row a channel"),
}
