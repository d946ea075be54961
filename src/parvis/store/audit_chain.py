"""The audit trail's chain: how an entry is hashed, and what does not fit.

An entry's hash is SHA-256 over the one JSON text (RFC 8259, sorted keys, no spaces, UTF-8) of its
content, its number and the hash before it. Pure functions over rows: they read a database, a copy
of one or a list alike.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from parvis.values.saying import T

GENESIS = "0" * 64
"""The hash before the first entry."""

CONTENT = ("at_s", "who", "action", "target", "why", "origin", "detail")
"""What an entry says, beside its number and the links."""

_MOST_COMPARED = 200
"""So many changed entries are looked at for having exchanged their numbers."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain: the number of an entry and its hash; (0, GENESIS) before the first."""

    seq: int
    hash: str


BEGINNING = Link(0, GENESIS)


@dataclass(frozen=True, slots=True)
class RawEntry:
    """A row as it lies in the database, whatever somebody has made of it.

    Args:
        seq: its number.
        content: by the names of :data:`CONTENT`.
        prev_hash, hash: its links.
    """

    seq: int
    content: Mapping[str, Any]
    prev_hash: str
    hash: str

    def digest_as(self, seq: int) -> str | None:
        """The hash it should bear under that number; None where it cannot be read at all."""
        try:
            return digest(seq, self.content, self.prev_hash)
        except (TypeError, ValueError):
            return None


class FaultKind(StrEnum):
    """What is wrong."""

    CHANGED = "changed"
    EXCHANGED = "exchanged"
    MISSING = "missing"
    CUT_OFF = "cut_off"
    STRANGE = "strange"
    BROKEN = "broken"
    REWRITTEN = "rewritten"
    CUT_UNSIGNED = "cut_unsigned"
    CUT_FORGED = "cut_forged"
    CHECKPOINT_FORGED = "checkpoint_forged"
    UNREADABLE = "unreadable"


_ONE = {
    FaultKind.CHANGED: T("Entry {first} was changed: it does not fit its own hash."),
    FaultKind.EXCHANGED: T("Entry {first} bears another number than it was written with."),
    FaultKind.MISSING: T("Entry {first} is missing."),
    FaultKind.CUT_OFF: T("The last entry, {first}, is missing: the end was cut off."),
    FaultKind.STRANGE: T("Entry {first} stands where no entry belongs: it was put in."),
    FaultKind.BROKEN: T(
        "Entry {last} does not stand on entry {first}: one of the two was replaced, hash and all."
    ),
    FaultKind.REWRITTEN: T("Entry {first} was rewritten: a signed checkpoint saw another."),
    FaultKind.CUT_UNSIGNED: T(
        "What was deleted up to entry {last} has no signed proof: the beginning was cut off."
    ),
    FaultKind.CUT_FORGED: T("The proof of what was deleted up to entry {last} is forged."),
    FaultKind.CHECKPOINT_FORGED: T("The checkpoint on line {first} is forged or damaged."),
    FaultKind.UNREADABLE: T("From entry {first} on, the database cannot be read: it is damaged."),
}
_MANY = {
    FaultKind.MISSING: T("Entries {first} to {last} are missing."),
    FaultKind.CUT_OFF: T("The last entries, {first} to {last}, are missing: the end was cut off."),
    FaultKind.REWRITTEN: T(
        "Something between entries {first} and {last} was rewritten, hashes and all: the signed "
        "checkpoint at entry {last} saw another chain."
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not fit, and where.

    Args:
        kind: what is wrong.
        first, last: the entries it concerns; of a forged checkpoint, the line of its file.
    """

    kind: FaultKind
    first: int
    last: int

    @property
    def said(self) -> T:
        """In words."""
        words = _MANY.get(self.kind) if self.last > self.first else None
        return (words or _ONE[self.kind])(first=self.first, last=self.last)


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, UTF-8.

    Raises:
        ValueError: it holds what JSON does not (``TypeError`` for foreign types).
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(seq: int, content: Mapping[str, Any], before: str) -> str:
    """The hash of an entry, in hexadecimal."""
    text = canonical({**content, "seq": seq, "prev_hash": before})
    return hashlib.sha256(text.encode()).hexdigest()


class Walk:
    """One look along the chain, from its start to its end.

    Args:
        start: on which it stands: the last entry that was deleted when its time was over.
        wanted: numbers whose hashes are remembered in ``seen``.

    Attributes:
        end: the last entry walked over.
        count: how many were walked over.
        changed: numbers of those that do not fit their own hash.
    """

    def __init__(self, start: Link, wanted: frozenset[int] = frozenset()) -> None:
        self.start = start
        self.wanted = wanted
        self.end = start
        self.count = 0
        self.seen: dict[int, str] = {}
        self.changed: set[int] = set()
        self._changed: list[RawEntry] = []

    def faults(self, rows: Iterable[RawEntry]) -> Iterator[Fault]:
        """Yield what does not fit, in order of number; rows come in order of number."""
        found = list(self._along(rows))
        moved = _exchanged(self._changed)
        for fault in found:
            exchanged = fault.kind is FaultKind.CHANGED and fault.first in moved
            yield Fault(FaultKind.EXCHANGED, fault.first, fault.last) if exchanged else fault

    def _along(self, rows: Iterable[RawEntry]) -> Iterator[Fault]:
        for row in rows:
            self.count += 1
            if row.seq in self.wanted:
                self.seen[row.seq] = row.hash
            if row.seq <= self.end.seq:
                yield Fault(FaultKind.STRANGE, row.seq, row.seq)
                continue
            gap = row.seq > self.end.seq + 1
            if gap:
                yield Fault(FaultKind.MISSING, self.end.seq + 1, row.seq - 1)
            if row.digest_as(row.seq) != row.hash:
                self.changed.add(row.seq)
                self._changed.append(row)
                yield Fault(FaultKind.CHANGED, row.seq, row.seq)
            elif not gap and row.prev_hash != self.end.hash:
                yield Fault(FaultKind.BROKEN, self.end.seq, row.seq)
            self.end = Link(row.seq, row.hash)


def end_faults(walk: Walk, head: Link | None) -> Iterator[Fault]:
    """Yield what the database's own note of the end says against a walk."""
    if head is None:
        return
    if head.seq > walk.end.seq:
        yield Fault(FaultKind.CUT_OFF, walk.end.seq + 1, head.seq)
    elif head.seq < walk.end.seq:
        yield Fault(FaultKind.STRANGE, head.seq + 1, walk.end.seq)
    elif head.hash != walk.end.hash:
        yield Fault(FaultKind.REWRITTEN, head.seq, head.seq)


def checkpoint_faults(walk: Walk, checkpoints: Sequence[Link]) -> Iterator[Fault]:
    """Yield what sound checkpoints, in order of number, say against a walk.

    Once the chain differs from one, it differs from all that follow: the first is told, with the
    stretch since the last that agreed.
    """
    for before, link in pairwise((walk.start, *checkpoints)):
        if link.seq <= walk.start.seq:
            if link.seq == walk.start.seq and link.hash != walk.start.hash:
                yield Fault(FaultKind.CUT_FORGED, link.seq, link.seq)
                return
            continue
        if link.seq > walk.end.seq:
            yield Fault(FaultKind.CUT_OFF, walk.end.seq + 1, checkpoints[-1].seq)
            return
        if link.seq not in walk.changed and walk.seen.get(link.seq, link.hash) != link.hash:
            yield Fault(FaultKind.REWRITTEN, max(before.seq, walk.start.seq) + 1, link.seq)
            return


def _exchanged(changed: Sequence[RawEntry]) -> set[int]:
    """Numbers of changed entries that fit another's number: nothing in them was changed but it."""
    some = changed[:_MOST_COMPARED]
    numbers = [row.seq for row in some]
    around = {seq + step for seq in numbers for step in (-1, 0, 1)}
    return {
        row.seq
        for row in some
        if any(row.digest_as(seq) == row.hash for seq in around if seq != row.seq)
    }
