"""The audit trail: who looked at, exported or changed what, and why. Append-only, hash-chained.

Each entry's hash covers its content and the hash before it, so that a changed, removed or inserted
entry breaks the chain (:meth:`AuditTrail.verify`). The database itself refuses UPDATE and DELETE;
the one way to shorten the trail is :meth:`AuditTrail.purge`, which first writes an anchor: how far
it purged and the hash on which the rest stands.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from parvis.store.database import Database
from parvis.store.schema import audit, audit_anchor

GENESIS = "0" * 64
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry.

    Args:
        seq: running number from 1, without gaps.
        at_s: when, seconds since the epoch.
        who: name of the person or part of the system.
        action: verb in dotted form, for example ``camera.change``.
        target: what it was done to.
        why: the reason given; may be empty.
        origin: from where, for example a network address.
        detail: further facts, never a secret.
        prev_hash, hash: links of the chain, SHA-256 in hexadecimal.
    """

    seq: int
    at_s: float
    who: str
    action: str
    target: str
    why: str
    origin: str
    detail: dict[str, Any]
    prev_hash: str
    hash: str


class AuditTrail:
    """The trail of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        *,
        at_s: float,
        who: str,
        action: str,
        target: str,
        why: str = "",
        origin: str = "",
        detail: Mapping[str, object] | None = None,
    ) -> int:
        """Append an entry, on disk before this returns; return its number.

        Raises:
            ValueError: ``detail`` holds what JSON does not (``TypeError`` for foreign types).
            StoreUnavailableError: it was not written; what it tells of must not happen.
        """
        with self._database.writing() as connection:
            return append_entry(
                connection,
                at_s=at_s,
                who=who,
                action=action,
                target=target,
                why=why,
                origin=origin,
                detail=detail,
            )

    def entries(self, from_s: float, to_s: float, limit: int = 1000) -> list[Entry]:
        """Entries in [from_s, to_s), the newest first."""
        query = (
            select(audit)
            .where(audit.c.at_s >= from_s, audit.c.at_s < to_s)
            .order_by(audit.c.seq.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def latest(self, actions: Collection[str]) -> Entry | None:
        """The last entry of one of these actions."""
        query = select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.seq.desc())
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _entry(row)

    def verify(self) -> int | None:
        """Number of the first entry that does not fit the chain; None when all fit.

        What was cut off at the end leaves no trace here: keep the last hash elsewhere to see that.
        """
        with self._database.reading() as connection:
            seq, before = _anchor(connection)
            for row in connection.execute(
                select(audit).order_by(audit.c.seq), execution_options={"yield_per": 1000}
            ):
                content = {name: getattr(row, name) for name in _CONTENT}
                linked = row.seq == seq + 1 and row.prev_hash == before
                if not linked or row.hash != _digest(row.seq, content, before):
                    return int(row.seq)
                seq, before = row.seq, row.hash
        return None

    def purge(self, before_s: float) -> int:
        """Delete the oldest entries, up to the first that is not older; return how many.

        Entries are deleted from the start of the chain only, so that what stays can be verified.
        """
        with self._database.writing() as connection:
            kept = select(func.min(audit.c.seq)).where(audit.c.at_s >= before_s).scalar_subquery()
            last = connection.execute(
                select(audit.c.seq, audit.c.hash)
                .where(func.coalesce(audit.c.seq < kept, True))
                .order_by(audit.c.seq.desc())
                .limit(1)
            ).one_or_none()
            if last is None:
                return 0
            connection.execute(insert(audit_anchor).values(through_seq=last.seq, hash=last.hash))
            return connection.execute(delete(audit).where(audit.c.seq <= last.seq)).rowcount


def append_entry(
    connection: Connection,
    *,
    at_s: float,
    who: str,
    action: str,
    target: str,
    why: str = "",
    origin: str = "",
    detail: Mapping[str, object] | None = None,
) -> int:
    """Append an entry within a writing transaction: with what it tells of, or not at all.

    Raises:
        ValueError: ``detail`` holds what JSON does not (``TypeError`` for foreign types).
    """
    content: dict[str, Any] = {
        "at_s": float(at_s),
        "who": _storable(who),
        "action": _storable(action),
        "target": _storable(target),
        "why": _storable(why),
        "origin": _storable(origin),
        "detail": _storable(_canonical(dict(detail or {}))),
    }
    last_seq, last_hash = _end(connection)
    seq = last_seq + 1
    digest = _digest(seq, content, last_hash)
    connection.execute(insert(audit).values(seq=seq, prev_hash=last_hash, hash=digest, **content))
    return seq


_CONTENT = ("at_s", "who", "action", "target", "why", "origin", "detail")


def _storable(text: str) -> str:
    """Text that any database takes: people type, or send, NUL and lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def _digest(seq: int, content: dict[str, Any], before: str) -> str:
    text = _canonical({**content, "seq": seq, "prev_hash": before})
    return hashlib.sha256(text.encode()).hexdigest()


def _anchor(connection: Connection) -> tuple[int, str]:
    row = connection.execute(
        select(audit_anchor).order_by(audit_anchor.c.through_seq.desc()).limit(1)
    ).one_or_none()
    return (0, GENESIS) if row is None else (row.through_seq, row.hash)


def _end(connection: Connection) -> tuple[int, str]:
    row = connection.execute(
        select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    ).one_or_none()
    return _anchor(connection) if row is None else (row.seq, row.hash)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.seq,
        row.at_s,
        row.who,
        row.action,
        row.target,
        row.why,
        row.origin,
        json.loads(row.detail),
        row.prev_hash,
        row.hash,
    )
