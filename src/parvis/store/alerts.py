"""Alerts at rest: their present state, their history, their replays, and what was not raised.

The steps of an alert's life are pure (:mod:`parvis.alerts.life`); whoever takes one does so within
:meth:`Alerts.stepping`, so that an alert, its history and the audit trail never disagree.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Table, and_, func, or_, select, true

from parvis.store.alert_groups import AlertGroup, read_groups
from parvis.store.alert_rows import alert_of, event_of
from parvis.store.alert_sieve import EVERY, NATURE, Sieve, nature_of
from parvis.store.alert_steps import AlertSteps
from parvis.store.alert_tallies import read_tallies
from parvis.store.alert_wire import unpack_replay
from parvis.store.database import Database
from parvis.store.schema import alert, alert_event, alert_replay, alert_unraised
from parvis.values.alert_history import QUARTER_S, AlertEvent, RuleTally
from parvis.values.alerts import Alert, AlertNature, Replay, Severity
from parvis.values.extent import Extent
from parvis.values.series import PLACE, WHOLE_VIEW

Heard = Callable[[Sequence[Alert]], None]
"""Told of alerts that changed, once they are on disk."""

MOST = 200
"""Most alerts of one page."""

_LONGEST_HISTORY = 1000


class Tray(StrEnum):
    """Which alerts: those a person has to look at, has taken, or has judged; or on trial."""

    INBOX = "inbox"
    TAKEN = "taken"
    JUDGED = "judged"
    SHADOW = "shadow"
    ALL = "all"


class Alerts:
    """The alerts of one store.

    Args:
        zone: the site's civil time, by whose days alerts are counted.
    """

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone
        self._heard_by: list[Heard] = []
        self._stepping = threading.RLock()
        self._extent: Extent | None = None

    def within(self, extent: Extent) -> "Alerts":
        """The same, telling of a part of the site only: who listens to steps is the same."""
        seen = copy(self)
        seen._extent = extent
        return seen

    def heard_by(self, listener: Heard) -> None:
        """Tell ``listener`` of every alert that changes from now on, in the thread that does it.

        It must be quick and raise nothing.
        """
        self._heard_by.append(listener)

    @contextmanager
    def stepping(self) -> Iterator[AlertSteps]:
        """One transaction in which alerts may take steps.

        Whoever listens hears of steps in the order in which they were written.

        Raises:
            StoreUnavailableError: nothing was written.
        """
        with self._stepping:
            with self._database.writing() as connection:
                steps = AlertSteps(self._database, connection, self._zone)
                yield steps
            if steps.stepped:
                for listener in self._heard_by:
                    listener(tuple(steps.stepped.values()))

    def get(self, alert_id: str) -> Alert | None:
        """The alert of that id."""
        query = select(alert).where(alert.c.id == alert_id, self._told(alert))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else alert_of(row)

    def page(
        self,
        tray: Tray,
        *,
        before: int | None = None,
        limit: int = 50,
        rule: str | None = None,
        judged_from_s: float | None = None,
        least: Severity = Severity.NONE,
        sieve: Sieve = EVERY,
    ) -> list[Alert]:
        """Alerts of a tray, those with the highest number first.

        Args:
            tray: which.
            before: only those with a lower number: the last one's of the page before.
            limit: of the page, at most MOST.
            rule: only of that rule.
            judged_from_s: only judged since, seconds since the epoch.
            least: only those that are at least so serious now.
            sieve: only those that it lets through, here and in every method that takes one.
        """
        query = (
            select(alert)
            .where(_in(tray), sieve.condition(), self._told(alert))
            .order_by(alert.c.number.desc())
        )
        if before is not None:
            query = query.where(alert.c.number < before)
        if rule is not None:
            query = query.where(alert.c.rule == rule)
        if judged_from_s is not None:
            query = query.where(alert.c.judged_s >= judged_from_s)
        if least:
            query = query.where(alert.c.severity >= int(least))
        with self._database.reading() as connection:
            rows = connection.execute(query.limit(min(limit, MOST))).all()
        return [alert_of(row) for row in rows]

    def natures(self) -> dict[AlertNature, int]:
        """What a profile asks of the alerts that are kept, on trial or not; how many of each."""
        query = select(*NATURE, func.count()).where(self._told(alert)).group_by(*NATURE)
        with self._database.reading() as connection:
            return {nature_of(row): int(row[4]) for row in connection.execute(query)}

    def groups(self, tray: Tray, sieve: Sieve = EVERY) -> list[AlertGroup]:
        """All alerts of a tray by subject, rule and form, in no order: as many as there are causes,
        however many alerts.
        """
        with self._database.reading() as connection:
            return read_groups(connection, and_(_in(tray), sieve.condition(), self._told(alert)))

    def alike(self, one: Alert, sieve: Sieve = EVERY) -> list[Alert]:
        """Other alerts that nobody has judged, of the same rule and form, the newest first: MOST
        at most.
        """
        query = (
            select(alert)
            .where(alert.c.rule == one.rule, alert.c.form == one.form.value, alert.c.id != one.id)
            .where(alert.c.verdict.is_(None), alert.c.shadow.is_(one.shadow))
            .where(sieve.condition(), self._told(alert))
            .order_by(alert.c.number.desc())
            .limit(MOST)
        )
        with self._database.reading() as connection:
            return [alert_of(row) for row in connection.execute(query)]

    def count(self, tray: Tray, *, judged_from_s: float | None = None, sieve: Sieve = EVERY) -> int:
        """How many are in a tray."""
        query = (
            select(func.count())
            .select_from(alert)
            .where(_in(tray), sieve.condition(), self._told(alert))
        )
        if judged_from_s is not None:
            query = query.where(alert.c.judged_s >= judged_from_s)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def going_on(self) -> list[Alert]:
        """Alerts that are not over, on trial or not."""
        goes_on = alert.c.over_s.is_(None)
        query = select(alert).where(goes_on, self._told(alert)).order_by(alert.c.number)
        with self._database.reading() as connection:
            return [alert_of(row) for row in connection.execute(query)]

    def last_raised_s(self, sieve: Sieve = EVERY) -> float | None:
        """When the last alert that disturbs anybody was raised; None without any."""
        query = select(func.max(alert.c.raised_s)).where(
            _in(Tray.ALL), sieve.condition(), self._told(alert)
        )
        with self._database.reading() as connection:
            found: float | None = connection.execute(query).scalar()
        return found

    def raised_since(self, from_s: float, sieve: Sieve = EVERY) -> int:
        """How many alerts that disturb somebody were raised since."""
        query = select(func.count()).where(
            alert.c.raised_s >= from_s, _in(Tray.ALL), sieve.condition(), self._told(alert)
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def history(self, alert_id: str) -> list[AlertEvent]:
        """What happened to an alert, in the order in which it was taken."""
        query = (
            select(alert_event)
            .where(alert_event.c.alert_id == alert_id)
            .order_by(alert_event.c.time_s, alert_event.c.seq)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query.limit(_LONGEST_HISTORY)).all()
        return [event_of(row) for row in rows]

    def replay(self, alert_id: str) -> Replay | None:
        """The dots of the last seconds before an alert; None where there are none."""
        query = select(alert_replay.c.body).where(alert_replay.c.alert_id == alert_id)
        with self._database.reading() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else unpack_replay(body)

    def has_replay(self, alert_id: str) -> bool:
        """Whether there are dots of an alert."""
        query = select(alert_replay.c.alert_id).where(alert_replay.c.alert_id == alert_id)
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def raised_by(
        self, rule: str, from_s: float, *, shadow: bool, limit: int, sieve: Sieve = EVERY
    ) -> list[Alert]:
        """The last alerts that a rule raised since, ``limit`` of them at most."""
        query = (
            select(alert)
            .where(
                alert.c.rule == rule,
                alert.c.raised_s >= from_s,
                alert.c.shadow.is_(shadow),
                sieve.condition(),
                self._told(alert),
            )
            .order_by(alert.c.raised_s.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [alert_of(row) for row in connection.execute(query)]

    def tallies(
        self, from_s: float, to_s: float, closed_s: float, sieve: Sieve = EVERY
    ) -> list[RuleTally]:
        """What each rule raised in [from_s, to_s), and what people said of it, by rule.

        Args:
            closed_s: what was not raised counts by quarters of an hour that end by then.
        """
        raised = and_(
            alert.c.raised_s >= from_s,
            alert.c.raised_s < to_s,
            sieve.condition(),
            self._told(alert),
        )
        unraised = and_(
            alert_unraised.c.quarter_s >= from_s,
            alert_unraised.c.quarter_s <= closed_s - QUARTER_S,
            self._told(alert_unraised),
        )
        with self._database.reading() as connection:
            return read_tallies(connection, raised, unraised)

    def _told(self, table: Table) -> ColumnElement[bool]:
        """Whether a row is of the part of the site that is told of."""
        if self._extent is None:
            return true()
        camera, shape = table.c.camera, table.c.shape
        shapes: dict[str, list[str]] = {one: [WHOLE_VIEW] for one in self._extent.whole}
        for of, name in self._extent.shapes:
            shapes.setdefault(of, []).append(name)
        return or_(
            camera.in_([PLACE + name for name in self._extent.places]),
            *(and_(camera == of, shape.in_(names)) for of, names in shapes.items()),
        )


def _in(tray: Tray) -> ColumnElement[bool]:
    live = alert.c.shadow.is_(False)
    match tray:
        case Tray.INBOX:
            return and_(live, alert.c.verdict.is_(None), alert.c.taken_by.is_(None))
        case Tray.TAKEN:
            return and_(live, alert.c.verdict.is_(None), alert.c.taken_by.is_not(None))
        case Tray.JUDGED:
            return and_(live, alert.c.verdict.is_not(None))
        case Tray.SHADOW:
            return alert.c.shadow.is_(True)
        case Tray.ALL:
            return live
