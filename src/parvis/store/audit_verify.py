"""Verify an audit trail: in the running store, or offline in a copy of its database."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, inspect, select, text
from sqlalchemy.exc import DatabaseError

from parvis.store.audit_chain import (
    BEGINNING,
    CONTENT,
    Fault,
    FaultKind,
    Link,
    RawEntry,
    Walk,
    checkpoint_faults,
    end_faults,
)
from parvis.store.audit_seal import Checkpoint, Cut, Signature, read_checkpoints, signers
from parvis.store.database import Database
from parvis.store.errors import StoreError
from parvis.store.schema import audit


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found.

    Args:
        faults: what does not fit, in order; empty when all fits.
        start: the entry on which the kept trail stands.
        end: its last entry.
        count: how many entries were looked at.
        checkpoints: how many sound ones were compared.
        proven_to: number of the last entry that a sound checkpoint vouches for; 0: none.
        keys: the public keys that signed, in base64.
    """

    faults: tuple[Fault, ...]
    start: Link
    end: Link
    count: int
    checkpoints: int
    proven_to: int
    keys: tuple[str, ...]


def verify(
    connection: Connection, checkpoints: Path | None = None, keys: Collection[str] = ()
) -> Report:
    """Walk the whole trail.

    Args:
        connection: to the database, which is only read.
        checkpoints: the file of checkpoints, or a copy of it; None: only the database speaks.
        keys: public keys that may have signed; empty: any, and whoever reads the report compares
            :attr:`Report.keys` with the one they know.
    """
    known = list(read_checkpoints(checkpoints, keys)) if checkpoints is not None else []
    sound = [one for _, one in known if one is not None]
    faults = [Fault(FaultKind.CHECKPOINT_FORGED, n, n) for n, one in known if one is None]
    cuts = _cuts(connection)
    start = cuts[-1][0].last if cuts else BEGINNING
    faults += _cut_faults(cuts, sound, keys)
    links = sorted({one.end for one in sound}, key=lambda link: link.seq)
    walk = Walk(start, frozenset(link.seq for link in links))
    try:
        faults += walk.faults(_rows(connection))
    except DatabaseError:
        faults.append(Fault(FaultKind.UNREADABLE, walk.end.seq + 1, walk.end.seq + 1))
    else:
        faults += _one_end([*end_faults(walk, _head(connection)), *checkpoint_faults(walk, links)])
    signed = {signature.key: None for _, signature in cuts if signature is not None}
    signed |= dict.fromkeys(_signers(checkpoints, sound))
    proven = [link.seq for link in links if walk.seen.get(link.seq) == link.hash]
    return Report(
        tuple(faults),
        start,
        walk.end,
        walk.count,
        len(sound),
        max(proven, default=0),
        tuple(signed),
    )


@contextmanager
def reading_copy(where: str) -> Iterator[Connection]:
    """A copy of a database, opened for reading alone: nothing in it is changed, nor beside it.

    Args:
        where: path of an SQLite file, or ``postgresql://…``.

    Raises:
        StoreError: there is no such file, or it is no database of Parvis.
    """
    if "://" in where and not where.startswith("sqlite:"):
        database = Database(where)
        try:
            with database.reading() as connection:
                yield _with_trail(connection, where)
        finally:
            database.close()
        return
    path = Path(where.removeprefix("sqlite:///"))
    if not path.is_file():
        raise StoreError(f"there is no file {path}")
    # Without its -wal file a copy is whole; it may lie on a medium that nobody can write.
    waits = path.with_name(f"{path.name}-wal").exists()
    address = f"{path.resolve().as_uri()}?mode=ro{'' if waits else '&immutable=1'}"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True, check_same_thread=False)
    )
    try:
        with engine.connect() as connection:
            yield _with_trail(connection, str(path))
    finally:
        engine.dispose()


def _with_trail(connection: Connection, where: str) -> Connection:
    try:
        found = inspect(connection).has_table("audit")
    except DatabaseError as error:
        raise StoreError(f"{where} cannot be read: {error.orig}") from None
    if not found:
        raise StoreError(f"{where} holds no audit trail")
    return connection


def _rows(connection: Connection) -> Iterator[RawEntry]:
    query = select(audit).order_by(audit.c.seq)
    for row in connection.execute(query, execution_options={"yield_per": 1000}).mappings():
        content = {name: row[name] for name in CONTENT}
        yield RawEntry(row["seq"], content, row["prev_hash"], row["hash"])


def _cuts(connection: Connection) -> list[tuple[Cut, Signature | None]]:
    """What was deleted from the beginning, oldest first, each with its signature."""
    found: list[tuple[Cut, Signature | None]] = []
    rows = connection.execute(text("SELECT * FROM audit_anchor ORDER BY through_seq"))
    first = 1
    for row in rows.mappings():
        last = Link(row["through_seq"], row["hash"])
        found.append(_cut(dict(row), first, last))
        first = last.seq + 1
    return found


def _cut(row: dict[str, Any], first: int, last: Link) -> tuple[Cut, Signature | None]:
    # Those made before deletions were signed say neither when nor of what time.
    if row.get("signature") is None:
        return Cut(0.0, 0.0, first, last), None
    cut = Cut(row["at_s"], row["before_s"], first, last)
    return cut, Signature(row["key"], row["signature"])


def _cut_faults(
    cuts: list[tuple[Cut, Signature | None]], sound: list[Checkpoint], keys: Collection[str]
) -> Iterator[Fault]:
    # Cut before anything was signed: the first checkpoint vouches for where the trail began.
    vouched = sound[0].start.seq if sound else 0
    for cut, signature in cuts:
        if signature is None:
            if cut.last.seq > vouched:
                yield Fault(FaultKind.CUT_UNSIGNED, cut.first, cut.last.seq)
        elif not _signed(cut, signature, keys):
            yield Fault(FaultKind.CUT_FORGED, cut.first, cut.last.seq)


def _signed(cut: Cut, signature: Signature, keys: Collection[str]) -> bool:
    try:
        return (not keys or signature.key in keys) and signature.holds(cut.statement())
    except (TypeError, ValueError):
        return False


def _head(connection: Connection) -> Link | None:
    """The end as the database noted it at the last entry; None in an older one."""
    if not inspect(connection).has_table("audit_head"):
        return None
    row = connection.execute(text("SELECT seq, hash FROM audit_head")).one_or_none()
    return None if row is None else Link(row.seq, row.hash)


def _one_end(faults: list[Fault]) -> list[Fault]:
    """Where the database and a checkpoint both miss the end, the longer stretch is told."""
    ends = [one for one in faults if one.kind is FaultKind.CUT_OFF]
    longest = max(ends, key=lambda one: one.last, default=None)
    return [one for one in faults if one.kind is not FaultKind.CUT_OFF or one is longest]


def _signers(checkpoints: Path | None, sound: list[Checkpoint]) -> tuple[str, ...]:
    return tuple(signers(checkpoints)) if checkpoints is not None and sound else ()
