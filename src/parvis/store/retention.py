"""Delete what is older than its retention. Whoever calls writes the audit entry.

The trail itself is cut by :meth:`parvis.store.audit.AuditTrail.cut`, with a signed proof.

Hours survive the purge of minutes. A minute that arrives after its time was purged is acknowledged
and not kept: the hour holds it already, or its retention is over.
"""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select

from parvis.store.alert_retention import purge_alerts
from parvis.store.checks import Checks
from parvis.store.database import Database
from parvis.store.facts import MINUTES_FROM, read_fact, write_fact
from parvis.store.ground import purge_ground
from parvis.store.holds import purge_holds
from parvis.store.rollup import HourCut
from parvis.store.schema import (
    api_token,
    camera_hour,
    camera_minute,
    correction,
    hour,
    minute,
    one_time_link,
    outage,
    run,
    series,
    session,
)


class Kept(StrEnum):
    """A kind of data with a retention of its own."""

    MINUTES = "minutes"
    HOURS = "hours"
    GROUND = "ground"
    SESSIONS = "sessions"
    OUTAGES = "outages"
    CHECK_EVENTS = "check_events"
    ALERTS = "alerts"
    CHECKS = "checks"
    CORRECTIONS = "corrections"
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a purge deleted.

    Args:
        kind: the kind of data.
        before_s: everything before was deleted, seconds since the epoch.
        count: rows deleted.
    """

    kind: Kept
    before_s: float
    count: int


def purge(database: Database, cut: HourCut, kind: Kept, before_s: float) -> Deleted:
    """Delete what is older; safe to repeat after a crash, and never long in the recorder's way."""
    match kind:
        case Kept.MINUTES:
            return _purge_minutes(database, cut, before_s)
        case Kept.HOURS:
            return _purge_hours(database, cut, before_s)
        case Kept.GROUND:
            with database.writing() as connection:
                return Deleted(kind, before_s, purge_ground(connection, before_s))
        case Kept.SESSIONS:
            with database.writing() as connection:
                count = connection.execute(
                    delete(session).where(session.c.expires_s < before_s)
                ).rowcount
                count += connection.execute(
                    delete(api_token).where(api_token.c.expires_s < before_s)
                ).rowcount
                count += connection.execute(
                    delete(one_time_link).where(one_time_link.c.expires_s < before_s)
                ).rowcount
            return Deleted(kind, before_s, count)
        case Kept.OUTAGES:
            with database.writing() as connection:
                count = connection.execute(delete(outage).where(outage.c.to_s < before_s)).rowcount
            return Deleted(kind, before_s, count)
        case Kept.CHECK_EVENTS:
            return Deleted(kind, before_s, Checks(database).purge_events(before_s))
        case Kept.CHECKS:
            return Deleted(kind, before_s, Checks(database).purge(before_s))
        case Kept.CORRECTIONS:
            with database.writing() as connection:
                old = delete(correction).where(correction.c.to_s < before_s)
                return Deleted(kind, before_s, connection.execute(old).rowcount)
        case Kept.HOLDS:
            with database.writing() as connection:
                return Deleted(kind, before_s, purge_holds(connection, before_s))
        case Kept.ALERTS:
            return Deleted(kind, before_s, purge_alerts(database, before_s))


def _purge_minutes(database: Database, cut: HourCut, before_s: float) -> Deleted:
    edge = cut.start(int(before_s // 60) * 60)  # whole hours: none keeps half its minutes
    with database.writing() as connection:
        # First the edge, so that no deleted minute that comes again is counted again.
        edge = max(edge, int(read_fact(connection, MINUTES_FROM) or 0))
        write_fact(database, connection, MINUTES_FROM, str(edge))
        numbers = connection.execute(select(series.c.id)).scalars().all()
        cameras = connection.execute(select(run.c.camera).distinct()).scalars().all()
    count = 0
    for number in numbers:
        with database.writing() as connection:
            count += connection.execute(
                delete(minute).where(minute.c.series_id == number, minute.c.start < edge)
            ).rowcount
    for camera in cameras:
        with database.writing() as connection:
            connection.execute(
                delete(camera_minute).where(
                    camera_minute.c.camera == camera, camera_minute.c.start < edge
                )
            )
    return Deleted(Kept.MINUTES, edge, count)


def _purge_hours(database: Database, cut: HourCut, before_s: float) -> Deleted:
    edge = cut.start(int(before_s // 60) * 60)
    with database.writing() as connection:
        numbers = connection.execute(select(series.c.id)).scalars().all()
    count = 0
    for number in numbers:
        with database.writing() as connection:
            count += connection.execute(
                delete(hour).where(hour.c.series_id == number, hour.c.start < edge)
            ).rowcount
    with database.writing() as connection:
        connection.execute(delete(camera_hour).where(camera_hour.c.start < edge))
    return Deleted(Kept.HOURS, edge, count)
