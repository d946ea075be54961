"""Versions of the impact assessment that a person signed: for which purposes, under which settings.

Append-only; each is written with its entry in the audit trail, or not at all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, insert, select

from parvis.store.audit import append_entry
from parvis.store.database import Database
from parvis.store.schema import assessment


@dataclass(frozen=True, slots=True)
class Assessment:
    """One signed version.

    Args:
        version: counts from 1.
        purposes: what it covers, sorted.
        config_hash: of the configuration that was assessed.
        signed_s, signed_by, why: when, by whom, and what was said.
    """

    version: int
    purposes: tuple[str, ...]
    config_hash: str
    signed_s: float
    signed_by: str
    why: str

    def lacks(self, purposes: Sequence[str]) -> tuple[str, ...]:
        """The purposes that it does not cover."""
        return tuple(one for one in purposes if one not in self.purposes)


class Assessments:
    """The signed versions of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self) -> Assessment | None:
        """The version in force; None while nobody has signed any."""
        query = select(assessment).order_by(assessment.c.version.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        purposes = tuple(json.loads(row.purposes))
        return Assessment(
            row.version, purposes, row.config_hash, row.signed_s, row.signed_by, row.why
        )

    def sign(
        self,
        purposes: Sequence[str],
        *,
        config_hash: str,
        at_s: float,
        who: str,
        why: str,
        origin: str = "",
    ) -> Assessment:
        """Write the next version, with its entry in the trail.

        Raises:
            StoreUnavailableError: nothing was written.
        """
        with self._database.writing() as connection:
            newest = connection.execute(select(func.max(assessment.c.version))).scalar()
            signed = Assessment(
                int(newest or 0) + 1, tuple(sorted(purposes)), config_hash, at_s, who, why
            )
            connection.execute(
                insert(assessment).values(
                    version=signed.version,
                    purposes=json.dumps(signed.purposes, ensure_ascii=False),
                    config_hash=config_hash,
                    signed_s=at_s,
                    signed_by=who,
                    why=why,
                )
            )
            append_entry(
                connection,
                at_s=at_s,
                who=who,
                action="assessment.sign",
                target=f"assessment-{signed.version}",
                why=why,
                origin=origin,
                detail={"purposes": list(signed.purposes), "configuration_hash": config_hash},
            )
        return signed
