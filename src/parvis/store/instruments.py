"""Recorded legal acts: every version there ever was, and the ends that were seen.

The database itself refuses UPDATE and DELETE of a version. Each is written with its entry in the
audit trail, or not at all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, insert, select

from parvis.store.audit import append_entry
from parvis.store.database import Database
from parvis.store.schema import instrument, instrument_end


@dataclass(frozen=True, slots=True)
class RecordedAct:
    """One version of an act.

    Args:
        number: of the act, from 1.
        version: of the act, from 1.
        authority, reference, perimeter, attestation: as written.
        events, purposes, cameras: names, sorted.
        starts_s, ends_s: when it holds, seconds since the epoch.
        recorded_s, recorded_by, why: when, by whom and for what reason the version was written.
    """

    number: int
    version: int
    authority: str
    reference: str
    events: tuple[str, ...]
    purposes: tuple[str, ...]
    perimeter: str
    cameras: tuple[str, ...]
    starts_s: float
    ends_s: float
    attestation: str
    recorded_s: float
    recorded_by: str
    why: str


class NewerVersionError(Exception):
    """Another version was written meanwhile, or there is no such act."""


class Instruments:
    """The acts of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, wanted: RecordedAct, origin: str = "") -> RecordedAct:
        """Write a version, with its entry in the audit trail; return it with its numbers.

        Args:
            wanted: ``number`` 0 opens a new act. Else ``version`` is the one that it follows.
            origin: from where, for the trail.

        Raises:
            NewerVersionError: ``version`` is not the last one of that act.
            StoreUnavailableError: nothing was written.
        """
        with self._database.writing() as connection:
            if wanted.number == 0:
                last = connection.execute(select(func.max(instrument.c.number))).scalar()
                number, version = int(last or 0) + 1, 1
            else:
                newest = connection.execute(
                    select(func.max(instrument.c.version)).where(
                        instrument.c.number == wanted.number
                    )
                ).scalar()
                if newest is None or newest != wanted.version:
                    raise NewerVersionError
                number, version = wanted.number, int(newest) + 1
            facts: dict[str, Any] = {
                "authority": wanted.authority,
                "reference": wanted.reference,
                "events": json.dumps(wanted.events),
                "purposes": json.dumps(wanted.purposes, ensure_ascii=False),
                "perimeter": wanted.perimeter,
                "cameras": json.dumps(wanted.cameras),
                "starts_s": wanted.starts_s,
                "ends_s": wanted.ends_s,
                "attestation": wanted.attestation,
                "recorded_s": wanted.recorded_s,
                "recorded_by": wanted.recorded_by,
                "why": wanted.why,
            }
            connection.execute(insert(instrument).values(number=number, version=version, **facts))
            append_entry(
                connection,
                at_s=wanted.recorded_s,
                who=wanted.recorded_by,
                action="instrument.record" if version == 1 else "instrument.change",
                target=f"instrument-{number}",
                why=wanted.why,
                origin=origin,
                detail={
                    "version": version,
                    **{key: facts[key] for key in _TOLD},
                    "events": list(wanted.events),
                    "purposes": list(wanted.purposes),
                    "cameras": list(wanted.cameras),
                },
            )
            row = connection.execute(
                select(instrument).where(
                    instrument.c.number == number, instrument.c.version == version
                )
            ).one()
        return _act(row)

    def present(self) -> list[RecordedAct]:
        """The last version of every act, by number."""
        last = (
            select(instrument.c.number, func.max(instrument.c.version).label("version"))
            .group_by(instrument.c.number)
            .subquery()
        )
        query = (
            select(instrument)
            .join(
                last,
                and_(instrument.c.number == last.c.number, instrument.c.version == last.c.version),
            )
            .order_by(instrument.c.number)
        )
        with self._database.reading() as connection:
            return [_act(row) for row in connection.execute(query)]

    def versions(self, number: int) -> list[RecordedAct]:
        """Every version of an act, the newest first; none where there is no such act."""
        query = (
            select(instrument)
            .where(instrument.c.number == number)
            .order_by(instrument.c.version.desc())
        )
        with self._database.reading() as connection:
            return [_act(row) for row in connection.execute(query)]

    def note_ends(self, over: Sequence[RecordedAct], now_s: float) -> list[RecordedAct]:
        """Write to the trail that these are over, once each; return those that were not yet.

        Raises:
            StoreUnavailableError: nothing was written.
        """
        if not over:
            return []
        with self._database.writing() as connection:
            known = {
                (row.number, row.version)
                for row in connection.execute(
                    select(instrument_end).where(
                        instrument_end.c.number.in_([one.number for one in over])
                    )
                )
            }
            fresh = [one for one in over if (one.number, one.version) not in known]
            for one in fresh:
                connection.execute(
                    insert(instrument_end).values(
                        number=one.number, version=one.version, at_s=now_s
                    )
                )
                append_entry(
                    connection,
                    at_s=now_s,
                    who="system",
                    action="instrument.end",
                    target=f"instrument-{one.number}",
                    detail={
                        "version": one.version,
                        "reference": one.reference,
                        "ends_s": one.ends_s,
                        "cameras": list(one.cameras),
                        "events": list(one.events),
                        "purposes": list(one.purposes),
                    },
                )
        return fresh


_TOLD = ("authority", "reference", "perimeter", "attestation", "starts_s", "ends_s")


def _act(row: Row[Any]) -> RecordedAct:
    return RecordedAct(
        row.number,
        row.version,
        row.authority,
        row.reference,
        tuple(json.loads(row.events)),
        tuple(json.loads(row.purposes)),
        row.perimeter,
        tuple(json.loads(row.cameras)),
        row.starts_s,
        row.ends_s,
        row.attestation,
        row.recorded_s,
        row.recorded_by,
        row.why,
    )
