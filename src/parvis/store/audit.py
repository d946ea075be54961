"""The audit trail: who looked at, exported or changed what, and why. Append-only, hash-chained.

Each entry's hash covers its content and the hash before it (:mod:`parvis.store.audit_chain`), so
that a changed, removed, inserted or exchanged entry is found and located
(:mod:`parvis.store.audit_verify`). The database itself takes entries at the end only, and refuses
UPDATE and DELETE; the one way to shorten the trail is :meth:`AuditTrail.cut`, which first writes a
signed anchor: what was deleted, and the hash on which the rest stands.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select

from parvis.store.audit_chain import BEGINNING, Link, canonical, digest
from parvis.store.audit_seal import Checkpoint, Cut, Seal
from parvis.store.audit_verify import Report, verify
from parvis.store.database import Database
from parvis.store.schema import audit, audit_anchor


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


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries are asked for.

    Args:
        from_s, to_s: when, [from_s, to_s), seconds since the epoch.
        actions: verbs, or the part of them before the dot (``camera``); empty: all.
        who: exactly this person; empty: everybody.
        words: a piece of who, target, reason, origin or detail, whatever its case; empty: any.
        before: only entries with a smaller number; None: from the newest.
        limit: at most so many.
    """

    from_s: float
    to_s: float
    actions: tuple[str, ...] = ()
    who: str = ""
    words: str = ""
    before: int | None = None
    limit: int = 1000


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
        return self.find(Search(from_s, to_s, limit=limit))

    def find(self, asked: Search) -> list[Entry]:
        """The entries asked for, the newest first."""
        query = select(audit).where(*_wanted(asked)).order_by(audit.c.seq.desc())
        with self._database.reading() as connection:
            return [_entry(row) for row in connection.execute(query.limit(asked.limit))]

    def count(self, asked: Search) -> int:
        """How many entries there are, whatever the limit."""
        query = select(func.count()).select_from(audit).where(*_wanted(asked))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def actions(self) -> list[str]:
        """The verbs that the trail holds, in order."""
        query = select(audit.c.action).distinct().order_by(audit.c.action)
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())

    def latest(self, actions: Collection[str]) -> Entry | None:
        """The last entry of one of these actions."""
        query = select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.seq.desc())
        with self._database.reading() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _entry(row)

    def verify(self, checkpoints: Path | None = None, keys: Collection[str] = ()) -> Report:
        """Walk the whole chain; see :func:`parvis.store.audit_verify.verify`.

        Without a checkpoint, whoever owns the database can cut its end off, or write it anew, and
        leave no trace: keep checkpoints elsewhere.
        """
        with self._database.reading() as connection:
            return verify(connection, checkpoints, keys)

    def checkpoint(self, seal: Seal, at_s: float, site: str) -> Checkpoint | None:
        """Sign and keep how far the trail goes; None when the last one says so already."""
        with self._database.reading() as connection:
            start, end = _anchor(connection), _end(connection)
        last = seal.last()
        if last is not None and (last.start, last.end) == (start, end):
            return None
        made = Checkpoint(at_s, start, end, site)
        seal.keep(made)
        return made

    def cut(self, before_s: float, at_s: float, seal: Seal) -> Cut | None:
        """Delete the oldest entries, up to the first that is not older, with a signed proof.

        Entries are deleted from the start of the chain only, so that what stays can be verified;
        None when there is nothing to delete.
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
                return None
            made = Cut(at_s, before_s, _anchor(connection).seq + 1, Link(last.seq, last.hash))
            signed = seal.sign(made.statement())
            connection.execute(
                insert(audit_anchor).values(
                    through_seq=last.seq,
                    hash=last.hash,
                    at_s=float(at_s),
                    before_s=float(before_s),
                    key=signed.key,
                    signature=signed.value,
                )
            )
            connection.execute(delete(audit).where(audit.c.seq <= last.seq))
        return made


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
        "detail": _storable(canonical(dict(detail or {}))),
    }
    end = _end(connection)
    own = digest(end.seq + 1, content, end.hash)
    connection.execute(
        insert(audit).values(seq=end.seq + 1, prev_hash=end.hash, hash=own, **content)
    )
    return end.seq + 1


def _storable(text: str) -> str:
    """Text that any database takes: people type, or send, NUL and lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _wanted(asked: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [audit.c.at_s >= asked.from_s, audit.c.at_s < asked.to_s]
    if asked.before is not None:
        found.append(audit.c.seq < asked.before)
    if asked.who:
        found.append(audit.c.who == asked.who)
    if asked.actions:
        parts = [audit.c.action.startswith(f"{one}.", autoescape=True) for one in asked.actions]
        found.append(or_(audit.c.action.in_(asked.actions), *parts))
    if asked.words:
        columns = (audit.c.who, audit.c.target, audit.c.why, audit.c.origin, audit.c.detail)
        found.append(or_(*(one.icontains(asked.words, autoescape=True) for one in columns)))
    return found


def _anchor(connection: Connection) -> Link:
    row = connection.execute(
        select(audit_anchor.c.through_seq, audit_anchor.c.hash)
        .order_by(audit_anchor.c.through_seq.desc())
        .limit(1)
    ).one_or_none()
    return BEGINNING if row is None else Link(row.through_seq, row.hash)


def _end(connection: Connection) -> Link:
    row = connection.execute(
        select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    ).one_or_none()
    return _anchor(connection) if row is None else Link(row.seq, row.hash)


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
