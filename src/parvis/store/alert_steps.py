"""Steps of alerts within one transaction: all of it is kept, or nothing."""

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from parvis.store.alert_rows import alert_of, change_row, event_row, row_of
from parvis.store.alert_wire import change_from_value, change_to_value, pack_replay
from parvis.store.audit import append_entry
from parvis.store.database import Database
from parvis.store.facts import read_fact, write_fact
from parvis.store.schema import alert, alert_early, alert_event, alert_replay, alert_unraised
from parvis.values.alert_history import AlertEvent, NotRaised
from parvis.values.alerts import Alert, Change

_NUMBER = "alert_number"


class AlertSteps:
    """What may be read and written of alerts in one transaction; made by ``Alerts.stepping``.

    Args:
        zone: the site's civil time, by whose days alerts are counted.
    """

    def __init__(self, database: Database, connection: Connection, zone: ZoneInfo) -> None:
        self._database = database
        self._connection = connection
        self._zone = zone
        self.stepped: dict[str, Alert] = {}
        """Alerts that changed, as they are now, by id."""

    def known(self, change: Change) -> bool:
        """Whether that change was taken already."""
        for table in (alert_event, alert_early):
            query = select(table.c.episode).where(
                table.c.episode == change.episode, table.c.number == change.number
            )
            if self._connection.execute(query).first() is not None:
                return True
        return self.unraised(change.episode)

    def unraised(self, episode: str) -> bool:
        """Whether that episode raised no alert."""
        query = select(alert_unraised.c.episode).where(alert_unraised.c.episode == episode)
        return self._connection.execute(query).first() is not None

    def get(self, alert_id: str) -> Alert | None:
        """The alert of that id."""
        row = self._connection.execute(select(alert).where(alert.c.id == alert_id)).one_or_none()
        return None if row is None else alert_of(row)

    def of_episode(self, episode: str) -> Alert | None:
        """The alert that an episode raised or continued."""
        told = select(alert_event.c.alert_id).where(alert_event.c.episode == episode).limit(1)
        found = self._connection.execute(told).scalar()
        return None if found is None else self.get(found)

    def said_last(self, episode: str) -> tuple[int, float]:
        """Number and time of the last of an episode's changes that were taken.

        (-1, -inf) where none was.
        """
        query = select(alert_event.c.number, alert_event.c.time_s)
        row = self._connection.execute(
            query.where(alert_event.c.episode == episode)
            .order_by(alert_event.c.number.desc())
            .limit(1)
        ).one_or_none()
        return (-1, -math.inf) if row is None else (row.number, row.time_s)

    def latest_of(self, change: Change) -> Alert | None:
        """The last alert raised of the same cause as a change."""
        query = (
            select(alert)
            .where(
                alert.c.rule == change.rule,
                alert.c.camera == change.subject.camera,
                alert.c.shape == change.subject.shape,
                alert.c.form == change.form.value,
                alert.c.shadow == change.shadow,
            )
            .order_by(alert.c.raised_s.desc(), alert.c.number.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else alert_of(row)

    def raised_by(
        self, rule: str, camera: str, from_s: float, to_s: float, limit: int
    ) -> list[Alert]:
        """Alerts that a rule raised at a camera in (from_s, to_s], ``limit`` of them at most."""
        query = select(alert).where(
            alert.c.rule == rule,
            alert.c.camera == camera,
            alert.c.raised_s > from_s,
            alert.c.raised_s <= to_s,
        )
        return [alert_of(row) for row in self._connection.execute(query.limit(limit))]

    def open(self, one: Alert, change: Change) -> Alert:
        """Write a new alert with the change that raised it; return it with its number."""
        last = int(read_fact(self._connection, _NUMBER) or 0)
        write_fact(self._database, self._connection, _NUMBER, str(last + 1))
        row = row_of(one) | {
            "number": last + 1,
            "raised_day": datetime.fromtimestamp(one.raised_s, self._zone).date().isoformat(),
        }
        self._connection.execute(insert(alert).values(row))
        if change.replay is not None:
            body = pack_replay(change.replay)
            self._connection.execute(insert(alert_replay).values(alert_id=one.id, body=body))
        self.told(one.id, change)
        opened = replace(one, number=last + 1)
        self.stepped[one.id] = opened
        return opened

    def set(self, one: Alert) -> None:
        """Write what an alert has become."""
        row = row_of(one)
        del row["number"]
        self._connection.execute(update(alert).where(alert.c.id == one.id).values(row))
        self.stepped[one.id] = one

    def told(self, alert_id: str, change: Change) -> None:
        """Append a change to an alert's history: it is taken now."""
        self._connection.execute(insert(alert_event).values(change_row(alert_id, change)))

    def happened(self, alert_id: str, event: AlertEvent) -> None:
        """Append to an alert's history what no rule said."""
        self._connection.execute(insert(alert_event).values(event_row(alert_id, event)))

    def keep_early(self, change: Change) -> None:
        """Keep a change whose alert is not there yet."""
        self._connection.execute(
            insert(alert_early).values(
                episode=change.episode,
                number=change.number,
                time_s=change.time_s,
                body=json.dumps(change_to_value(change)),
            )
        )

    def take_early(self, episode: str) -> list[Change]:
        """The changes kept of an episode, in order; they are kept no more."""
        query = select(alert_early.c.body).where(alert_early.c.episode == episode)
        rows = self._connection.execute(query.order_by(alert_early.c.number)).scalars().all()
        if rows:
            self._connection.execute(alert_early.delete().where(alert_early.c.episode == episode))
        return [change_from_value(json.loads(body)) for body in rows]

    def not_raised(self, one: NotRaised) -> None:
        """Count an episode that raised no alert; the same again changes nothing."""
        self._connection.execute(
            self._database.insert(alert_unraised)
            .values(
                episode=one.episode,
                rule=one.rule,
                camera=one.subject.camera,
                shape=one.subject.shape,
                quarter_s=int(one.quarter_s),
                why=one.why.value,
            )
            .on_conflict_do_nothing()
        )

    def audit(
        self,
        *,
        at_s: float,
        who: str,
        action: str,
        target: str,
        why: str = "",
        origin: str = "",
        detail: Mapping[str, object] | None = None,
    ) -> None:
        """Write to the audit trail, with the step it tells of or not at all."""
        append_entry(
            self._connection,
            at_s=at_s,
            who=who,
            action=action,
            target=target,
            why=why,
            origin=origin,
            detail=detail,
        )
