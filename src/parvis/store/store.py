"""The store: the one way to values at rest."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from parvis.store import migrate, reading, retention, rollup
from parvis.store.accounts import Accounts
from parvis.store.alerts import Alerts
from parvis.store.assessments import Assessments
from parvis.store.audit import AuditTrail
from parvis.store.checks import Checks
from parvis.store.corrections import Corrections
from parvis.store.database import Database
from parvis.store.facts import MINUTES_FROM, ZONE, read_fact, write_fact
from parvis.store.ground import read_speeds
from parvis.store.ground_reading import GroundSpan, Presence, read_ground, read_presence
from parvis.store.holds import Holds
from parvis.store.instruments import Instruments
from parvis.store.notices import Notices
from parvis.store.outages import Outages
from parvis.store.recording import write_minutes
from parvis.store.retention import Deleted, Kept
from parvis.store.schema import camera_minute
from parvis.store.series_ids import SeriesIds
from parvis.store.table import MeasureTable
from parvis.values.civil import Bin, bins
from parvis.values.extent import Extent
from parvis.values.measure import Measure
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind
from parvis.values.speeds import Passers, SpeedHistogram

EXPORT_CELLS = 100_000
"""Measures held in memory at once while exporting."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Seconds of [start_s, end_s) that a camera was seen, whether it has lines or not."""

    start_s: float
    end_s: float
    coverage_s: float


class Store:
    """Measures, accounts, outages, count checks, alerts and the audit trail of one site.

    Opening brings the database to the present tables. Threads may share one store; several
    processes may open the same database. Readers never wait for writers.

    Args:
        url: ``sqlite:///path`` or ``postgresql://user:password@host/name``.
        zone: the site's civil time, in which hours and days are cut; None takes the one the
            database was last opened with, UTC for a new one. When it changes, the hours whose
            minutes are still kept are cut anew.

    Raises:
        StoreError: not a store's URL, or its driver is not installed.
        StoreTooNewError: a newer Parvis wrote this database.
        StoreUnavailableError: it cannot be reached.
    """

    def __init__(self, url: str, zone: ZoneInfo | None = None) -> None:
        self._database = Database(url)
        migrate.upgrade(self._database)
        self._ids = SeriesIds()
        self._extent: Extent | None = None
        self.zone = self._settle(zone)
        self._cut = rollup.HourCut(self.zone)
        self.accounts = Accounts(self._database)
        self.audit = AuditTrail(self._database)
        self.outages = Outages(self._database)
        self.checks = Checks(self._database)
        self.corrections = Corrections(self._database)
        self.alerts = Alerts(self._database, self.zone)
        self.notices = Notices(self._database)
        self.holds = Holds(self._database)
        self.instruments = Instruments(self._database)
        self.assessments = Assessments(self._database)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def within(self, extent: Extent) -> "Store":
        """The same store, telling of a part of the site only.

        Series, measures, alerts and interruptions outside of it are as if they were not kept.
        """
        seen = copy(self)
        seen._extent = extent
        seen.alerts = self.alerts.within(extent)
        seen.outages = self.outages.within(extent)
        return seen

    def close(self) -> None:
        """Give the database back."""
        self._database.close()

    def record(self, minutes: Sequence[ClosedMinute]) -> int:
        """Write closed minutes in one transaction; return how many had something new.

        When this returns, they survive a crash and a power cut. A part that is stored already
        under (camera, run, minute, series) changes nothing; parts of two runs of one minute add
        up as far as they fit in a minute (:mod:`parvis.store.overlaps`). Minutes of a time that
        was purged are passed over.

        Raises:
            StoreUnavailableError: nothing was written.
        """
        if not minutes:
            return 0
        with self._database.writing() as connection:
            purged_s = int(read_fact(connection, MINUTES_FROM) or 0)
            kept = [closed for closed in minutes if closed.start_s >= purged_s]
            if not kept:
                return 0
            return write_minutes(self._database, connection, self._cut, self._ids, kept)

    def series(
        self,
        camera: str | None = None,
        kind: SeriesKind | None = None,
        shape: str | None = None,
        object_class: str | None = None,
        direction: int | None = None,
    ) -> list[Series]:
        """The series ever recorded that fit, by key; None fits all."""
        with self._database.reading() as connection:
            kept = self._ids.load(connection)
        known = kept if self._extent is None else self._extent.of(kept)
        asked = (camera, kind, shape, object_class, direction)
        return sorted(
            (
                one
                for one in known
                if all(
                    want is None or want == has
                    for want, has in zip(
                        asked,
                        (one.camera, one.kind, one.shape, one.object_class, one.direction),
                        strict=True,
                    )
                )
            ),
            key=lambda one: one.key,
        )

    def measures(
        self, series: Series | Iterable[Series], start_s: float, end_s: float, length: Bin
    ) -> list[Measure]:
        """Measures over the civil stretches that cover [start_s, end_s), series by series.

        Every stretch is present: one of which nothing was recorded has value None and coverage 0.

        Raises:
            ValueError: the range is empty.
            StoreUnavailableError: the database cannot be reached.
        """
        return list(self.measures_table(series, start_s, end_s, length).measures())

    def measures_table(
        self, series: Series | Iterable[Series], start_s: float, end_s: float, length: Bin
    ) -> MeasureTable:
        """As :meth:`measures`, in arrays: for many series and long ranges."""
        wanted = (series,) if isinstance(series, Series) else tuple(series)
        edges_s = reading.edges_of(start_s, end_s, length, self.zone)
        with self._database.reading() as connection:
            told = wanted if self._extent is None else self._extent.of(wanted)
            numbers = self._ids.find(connection, told)
            return reading.read_table(connection, wanted, numbers, edges_s, length)

    def export(
        self, series: Iterable[Series], start_s: float, end_s: float, length: Bin
    ) -> Iterator[Measure]:
        """As :meth:`measures`, for any size: stretch by stretch in order of time, bounded memory.

        Long exports read piece by piece, and so do not hold one view of the database.
        """
        wanted = tuple(series)
        if not wanted:
            return
        stretches = list(bins(start_s, end_s, length, self.zone))
        step = max(1, EXPORT_CELLS // len(wanted))
        for i in range(0, len(stretches), step):
            piece = stretches[i : i + step]
            table = self.measures_table(wanted, piece[0][0], piece[-1][1], length)
            yield from sorted(table.measures(), key=lambda one: one.start_s)

    def coverage(self, camera: str, start_s: float, end_s: float, length: Bin) -> list[Coverage]:
        """How much of each civil stretch that covers [start_s, end_s) the camera was seen."""
        edges_s = reading.edges_of(start_s, end_s, length, self.zone)
        with self._database.reading() as connection:
            seen = reading.read_coverage(connection, camera, edges_s, length)
        starts, ends = edges_s[:-1].tolist(), edges_s[1:].tolist()
        return [Coverage(*one) for one in zip(starts, ends, seen.tolist(), strict=True)]

    def ground(
        self, camera: str, start_s: float, end_s: float, calibration: str | None = None
    ) -> GroundSpan:
        """Flow cells and journeys of a camera over the quarters that begin in [start_s, end_s).

        With a calibration, what was measured on another one is left out.
        """
        with self._database.reading() as connection:
            return read_ground(connection, camera, start_s, end_s, calibration)

    def presence(
        self,
        camera: str,
        start_s: float,
        end_s: float,
        length_s: float,
        calibration: str | None = None,
    ) -> list[Presence]:
        """Person-seconds on a camera's squares, piece by piece of that length."""
        with self._database.reading() as connection:
            return read_presence(connection, camera, start_s, end_s, length_s, calibration)

    def speeds(self, camera: str, start_s: float, end_s: float) -> dict[Passers, SpeedHistogram]:
        """Speeds by line or zone over the quarters that begin in [start_s, end_s)."""
        with self._database.reading() as connection:
            return read_speeds(connection, camera, start_s, end_s)

    def latest_closed(self) -> dict[str, float]:
        """Start of the last minute recorded of each camera, seconds since the epoch."""
        query = select(camera_minute.c.camera, func.max(camera_minute.c.start)).group_by(
            camera_minute.c.camera
        )
        with self._database.reading() as connection:
            return {camera: float(start) for camera, start in connection.execute(query)}

    def purge(self, kind: Kept, before_s: float) -> Deleted:
        """Delete what is older than ``before_s`` (minutes and hours: whole civil hours).

        The caller writes the audit entry.

        Raises:
            StoreUnavailableError: part of it may be done; repeating it is safe.
        """
        return retention.purge(self._database, self._cut, kind, before_s)

    def _settle(self, zone: ZoneInfo | None) -> ZoneInfo:
        """Agree with the database on the zone, cutting its hours anew when it changes."""
        with self._database.reading() as connection:
            kept = read_fact(connection, ZONE)
        wanted = zone or ZoneInfo(kept or "UTC")
        if wanted.key == kept:
            return wanted
        with self._database.writing() as connection:
            if kept is not None:
                self._recut(connection, wanted)
            write_fact(self._database, connection, ZONE, wanted.key)
        return wanted

    def _recut(self, connection: Connection, zone: ZoneInfo) -> None:
        cut = rollup.HourCut(zone)
        purged_s = int(read_fact(connection, MINUTES_FROM) or 0)
        rollup.recut(self._database, connection, cut, purged_s)
