"""Count checks: begun, tapped, finished with a result, signed; their events go in time."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, null, select, update

from parvis.store.database import Database
from parvis.store.schema import check_entry, count_check
from parvis.values.checks import Act, Entry, Light

MOST = 200
"""Most checks of one page."""


@dataclass(frozen=True, slots=True)
class Check:
    """A count check.

    Args:
        id: unguessable.
        camera, line: what is checked, names of site.yaml.
        who: the person who counts; ``reason``: why.
        start_s: when counting begins, seconds since the epoch.
        limit_s: when it is over even if nobody says so.
        end_s: when the person finished; None while they count.
        light: the light at its beginning.
        fingerprint: what camera and line were set to, see ``site.fingerprint``.
        config_hash: hash of the whole configuration in force.
        model: the detector that counted.
        result: what came of it, see ``measures.checks.record``; None before.
        events: taps and counted passages by moment; None before, and after their retention.
        signed_by, signed_s: the person who vouches for it.
    """

    id: str
    camera: str
    line: str
    who: str
    reason: str
    start_s: float
    limit_s: float
    light: Light
    fingerprint: str
    config_hash: str
    model: str
    end_s: float | None = None
    result: dict[str, Any] | None = None
    events: dict[str, Any] | None = None
    signed_by: str | None = None
    signed_s: float | None = None


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Some checks, the newest first.

    Args:
        checks: of this page.
        next: the last one's id where older ones follow: what the next page comes ``before``.
    """

    checks: tuple[Check, ...]
    next: str | None


class Checks:
    """The count checks of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, check: Check) -> None:
        """Write a new check."""
        with self._database.writing() as connection:
            connection.execute(
                insert(count_check).values(
                    id=check.id,
                    camera=check.camera,
                    line=check.line,
                    who=check.who,
                    reason=check.reason,
                    start_s=check.start_s,
                    limit_s=check.limit_s,
                    light=check.light.value,
                    fingerprint=check.fingerprint,
                    config_hash=check.config_hash,
                    model=check.model,
                )
            )

    def add(self, check_id: str, entries: Iterable[Entry]) -> int:
        """Write what the person did; entries that are there already change nothing.

        Returns:
            How many were new.
        """
        rows = [
            {
                "check_id": check_id,
                "id": entry.id,
                "time_s": entry.time_s,
                "act": entry.act.value,
                "direction": entry.direction,
                "tapped": entry.tapped,
                "of": entry.of,
            }
            for entry in entries
        ]
        if not rows:
            return 0
        mine = select(func.count()).where(check_entry.c.check_id == check_id)
        with self._database.writing() as connection:
            before = connection.execute(mine).scalar_one()
            connection.execute(self._database.insert(check_entry).on_conflict_do_nothing(), rows)
            return int(connection.execute(mine).scalar_one() - before)

    def entries(self, check_id: str) -> list[Entry]:
        """What the person did, in order of time."""
        query = select(check_entry).where(check_entry.c.check_id == check_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(check_entry.c.time_s, check_entry.c.id)).all()
        return [
            Entry(row.id, row.time_s, Act(row.act), row.direction, row.tapped, row.of)
            for row in rows
        ]

    def end(self, check_id: str, end_s: float) -> None:
        """The person has finished; an end that stands is kept."""
        self._set(check_id, count_check.c.end_s.is_(None), end_s=end_s)

    def settle(self, check_id: str, result: dict[str, Any], events: dict[str, Any]) -> None:
        """Write the result, once."""
        told = {"result": json.dumps(result), "events": json.dumps(events)}
        self._set(check_id, count_check.c.result.is_(None), **told)

    def sign(self, check_id: str, name: str, at_s: float) -> None:
        """A person vouches for a result; the first signature stands."""
        unsigned = count_check.c.signed_by.is_(None) & count_check.c.result.is_not(None)
        self._set(check_id, unsigned, signed_by=name, signed_s=at_s)

    def get(self, check_id: str) -> Check | None:
        """The check of that id."""
        query = select(count_check).where(count_check.c.id == check_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _check(row)

    def page(
        self,
        camera: str | None = None,
        line: str | None = None,
        *,
        before: str | None = None,
        limit: int = 50,
    ) -> CheckPage:
        """Checks of a line, a camera or the site, the newest first.

        Args:
            camera: only of it.
            line: only of that line.
            before: only those that come after this check's id, the ``next`` of the page before.
            limit: of the page, at most MOST.
        """
        size = min(limit, MOST)
        query = _of(select(count_check), camera, line)
        if before is not None:
            last_s = (
                select(count_check.c.start_s).where(count_check.c.id == before).scalar_subquery()
            )
            query = query.where(
                (count_check.c.start_s < last_s)
                | ((count_check.c.start_s == last_s) & (count_check.c.id > before))
            )
        query = query.order_by(count_check.c.start_s.desc(), count_check.c.id)
        with self._database.reading() as connection:
            found = [_check(row) for row in connection.execute(query.limit(size + 1))]
        return CheckPage(tuple(found[:size]), found[size - 1].id if len(found) > size else None)

    def results(
        self, camera: str | None = None, line: str | None = None, *, each: int
    ) -> list[Check]:
        """The newest checks with a result of each line in each light, without their moments.

        Args:
            camera: only of it.
            line: only of that line.
            each: how many of each line and light, at most.
        """
        rank = func.row_number().over(
            partition_by=(count_check.c.camera, count_check.c.line, count_check.c.light),
            order_by=(count_check.c.start_s.desc(), count_check.c.id),
        )
        plain = [c for c in count_check.c if c is not count_check.c.events]
        ranked = _of(
            select(*plain, null().label("events"), rank.label("rank")), camera, line
        ).where(count_check.c.result.is_not(None))
        newest = ranked.subquery()
        query = select(newest).where(newest.c.rank <= each)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(newest.c.start_s.desc(), newest.c.id))
            return [_check(row) for row in rows]

    def open(self, now_s: float) -> list[Check]:
        """Checks whose passages are still asked for: without a result, and not given up."""
        query = select(count_check).where(
            count_check.c.result.is_(None), count_check.c.limit_s > now_s
        )
        with self._database.reading() as connection:
            return [_check(row) for row in connection.execute(query)]

    def settled(self) -> int:
        """How many have a result: it grows when a line's error changes."""
        query = select(func.count()).where(count_check.c.result.is_not(None))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def purge_events(self, before_s: float) -> int:
        """Delete the moments of older checks; their results stay. Returns how many rows."""
        old = select(count_check.c.id).where(count_check.c.start_s < before_s)
        with self._database.writing() as connection:
            count = connection.execute(
                delete(check_entry).where(check_entry.c.check_id.in_(old))
            ).rowcount
            count += connection.execute(
                update(count_check)
                .where(count_check.c.start_s < before_s, count_check.c.events.is_not(None))
                .values(events=None)
            ).rowcount
        return count

    def purge(self, before_s: float) -> int:
        """Delete older checks that are over, with all that was tapped; returns how many checks."""
        old = select(count_check.c.id).where(
            count_check.c.start_s < before_s, count_check.c.end_s.is_not(None)
        )
        with self._database.writing() as connection:
            connection.execute(delete(check_entry).where(check_entry.c.check_id.in_(old)))
            return connection.execute(
                delete(count_check).where(
                    count_check.c.start_s < before_s, count_check.c.end_s.is_not(None)
                )
            ).rowcount

    def _set(self, check_id: str, condition: Any, **values: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(
                update(count_check).where(count_check.c.id == check_id, condition).values(**values)
            )


def _of(query: Select[Any], camera: str | None, line: str | None) -> Select[Any]:
    if camera is not None:
        query = query.where(count_check.c.camera == camera)
    if line is not None:
        query = query.where(count_check.c.line == line)
    return query


def _check(row: Row[Any]) -> Check:
    return Check(
        row.id,
        row.camera,
        row.line,
        row.who,
        row.reason,
        row.start_s,
        row.limit_s,
        Light(row.light),
        row.fingerprint,
        row.config_hash,
        row.model,
        row.end_s,
        None if row.result is None else json.loads(row.result),
        None if row.events is None else json.loads(row.events),
        row.signed_by,
        row.signed_s,
    )
