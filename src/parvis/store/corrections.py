"""Corrections of counts that people accepted: dated, versioned, never of the past."""

import json
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from parvis.store.database import Database
from parvis.store.schema import correction
from parvis.values.checks import Light


@dataclass(frozen=True, slots=True)
class Correction:
    """A factor that a person accepted for the counts of a line, shown beside them.

    Args:
        camera, line, light, direction, tapped: of which counts.
        factor: true passages for one counted.
        low, high: its 90 % interval.
        from_s, to_s: since and until when, seconds since the epoch; ``to_s`` None while in force.
        who, reason: who accepted it, and why.
        checks: ids of the checks it rests on.
        version: counts from 1; given by the store.

    Raises:
        ValueError: a factor outside of its interval, or an interval that is none.
    """

    camera: str
    line: str
    light: Light
    direction: int
    tapped: str
    factor: float
    low: float
    high: float
    from_s: float
    who: str
    reason: str
    checks: tuple[str, ...]
    version: int = 0
    to_s: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.factor <= self.high:
            raise ValueError(f"a factor lies in its interval: {self}")


class Corrections:
    """The corrections of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def accept(self, wanted: Correction) -> int:
        """Put a correction in force from its moment on; the one before ends there.

        Returns:
            Its version.
        """
        same = (
            (correction.c.camera == wanted.camera)
            & (correction.c.line == wanted.line)
            & (correction.c.light == wanted.light.value)
            & (correction.c.direction == wanted.direction)
            & (correction.c.tapped == wanted.tapped)
        )
        with self._database.writing() as connection:
            connection.execute(
                update(correction)
                .where(same, correction.c.to_s.is_(None))
                .values(to_s=wanted.from_s)
            )
            last = connection.execute(select(func.max(correction.c.version)).where(same)).scalar()
            version = int(last or 0) + 1
            connection.execute(
                insert(correction).values(
                    camera=wanted.camera,
                    line=wanted.line,
                    light=wanted.light.value,
                    direction=wanted.direction,
                    tapped=wanted.tapped,
                    version=version,
                    factor=wanted.factor,
                    low=wanted.low,
                    high=wanted.high,
                    from_s=wanted.from_s,
                    who=wanted.who,
                    reason=wanted.reason,
                    checks=json.dumps(wanted.checks),
                )
            )
        return version

    def withdraw(self, camera: str, line: str, at_s: float) -> int:
        """End every correction of a line that is in force; return how many."""
        query = update(correction).where(
            correction.c.camera == camera,
            correction.c.line == line,
            correction.c.to_s.is_(None),
        )
        with self._database.writing() as connection:
            return connection.execute(query.values(to_s=at_s)).rowcount

    def all(self, camera: str | None = None) -> list[Correction]:
        """Every correction there ever was, of a camera or the site, by their beginning."""
        query = select(correction).order_by(correction.c.from_s, correction.c.version)
        if camera is not None:
            query = query.where(correction.c.camera == camera)
        with self._database.reading() as connection:
            return [
                Correction(
                    row.camera,
                    row.line,
                    Light(row.light),
                    row.direction,
                    row.tapped,
                    row.factor,
                    row.low,
                    row.high,
                    row.from_s,
                    row.who,
                    row.reason,
                    tuple(json.loads(row.checks)),
                    row.version,
                    row.to_s,
                )
                for row in connection.execute(query)
            ]
