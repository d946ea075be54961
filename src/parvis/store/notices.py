"""The outbox: messages about alerts, kept until they have gone or are dropped.

What happened to alerts is read from their history behind a mark; the messages that follow from it
are written with the mark in one transaction. A process that dies between two transactions finds
what it left: nothing is lost, and what was sent but not marked goes again under the same id.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select, update

from parvis.store.alert_rows import alert_of, event_of
from parvis.store.database import Database
from parvis.store.facts import NEWS_UNTIL, read_fact, write_fact
from parvis.store.schema import alert, alert_event, notice, notice_channel
from parvis.values.alerts import Alert, Severity
from parvis.values.notices import (
    ChannelState,
    DueNotice,
    News,
    Notice,
    NoticeDeed,
    NoticeState,
    Told,
)
from parvis.values.saying import T

AT_ONCE = 500
"""Most rows read or written in one piece."""

DAY_S = 86_400.0

Planned = Callable[[Sequence[News]], Iterable[Notice]]
"""The messages that follow from what happened."""

_DUE = notice.c.state == NoticeState.WAITING.value


class Notices:
    """The outbox of one store; several threads may use it, each channel one of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def gather(self, planned: Planned) -> int:
        """Take up to AT_ONCE lines of alerts' history that nobody was told of; how many.

        A message that is there already is left as it is.
        """
        with self._database.reading() as connection:
            if _last_event(connection) <= _mark(connection):
                return 0
        with self._database.writing() as connection:
            rows = connection.execute(
                select(alert_event)
                .where(alert_event.c.seq > _mark(connection))
                .order_by(alert_event.c.seq)
                .limit(AT_ONCE)
            ).all()
            if not rows:
                return 0
            alerts = _alerts(connection, {row.alert_id for row in rows})
            news = [
                News(event_of(row), alerts[row.alert_id], row.episode == row.alert_id)
                for row in rows
                if row.alert_id in alerts
            ]
            values = [_row(one) for one in planned(news)]
            if values:
                new = self._database.insert(notice).on_conflict_do_nothing()
                connection.execute(new, values)
            write_fact(self._database, connection, NEWS_UNTIL, str(rows[-1].seq))
        return len(rows)

    def due(
        self, channel: str, now_s: float, digest: str | None = None, start: int = 0
    ) -> list[DueNotice]:
        """Messages of a channel that may go now, the gravest first, AT_ONCE of them at most.

        Args:
            channel: its name.
            now_s: seconds since the epoch.
            digest: those that go in that one message; None: those that go by themselves.
            start: how many to pass over.
        """
        query = (
            select(notice)
            .where(_DUE, notice.c.channel == channel, notice.c.due_s <= now_s, _within(digest))
            .order_by(notice.c.severity.desc(), notice.c.due_s, notice.c.event_s, notice.c.id)
            .limit(AT_ONCE)
            .offset(start)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            ids = {row.alert_id for row in rows}
            alerts, told = _alerts(connection, ids), _told(connection, channel, ids)
        return [
            DueNotice(
                _notice(row), row.attempts, alerts.get(row.alert_id), tuple(told[row.alert_id])
            )
            for row in rows
        ]

    def busy(self, now_s: float) -> set[str]:
        """Channels that have a message which may go now."""
        query = select(notice.c.channel).where(_DUE, notice.c.due_s <= now_s).distinct()
        with self._database.reading() as connection:
            return set(connection.execute(query).scalars())

    def open_digest(self, channel: str, now_s: float) -> str | None:
        """Id of the one message of many that may go now; None without one."""
        query = select(notice.c.digest).where(
            _DUE,
            notice.c.channel == channel,
            notice.c.due_s <= now_s,
            notice.c.digest.is_not(None),
        )
        with self._database.reading() as connection:
            found: str | None = connection.execute(query.limit(1)).scalar()
        return found

    def bind_rest(self, channel: str, digest: str, but: Collection[str], now_s: float) -> None:
        """Put all that may go now into one message, save those of these ids."""
        rest = (_DUE, notice.c.channel == channel, notice.c.due_s <= now_s, _within(None))
        with self._database.writing() as connection:
            connection.execute(
                update(notice).where(*rest, notice.c.id.not_in(but)).values(digest=digest)
            )

    def sent_since(self, channel: str, from_s: float) -> int:
        """How many messages went to a channel since; one that tells of many is one."""
        query = select(
            func.count(func.distinct(func.coalesce(notice.c.digest, notice.c.id)))
        ).where(
            notice.c.channel == channel,
            notice.c.state == NoticeState.SENT.value,
            notice.c.done_s >= from_s,
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def settle(
        self,
        *,
        dropped: Mapping[str, str],
        forgotten: Collection[str] = (),
        waiting: Mapping[str, float],
        now_s: float,
    ) -> None:
        """Write what was decided of messages, all or nothing.

        Args:
            dropped: why, by id: they never go.
            forgotten: those whose occasion is gone, and may come again.
            waiting: when they may go, by id: that is when their time begins.
            now_s: seconds since the epoch.
        """
        with self._database.writing() as connection:
            for why in set(dropped.values()):
                ids = [key for key, said in dropped.items() if said == why]
                done = {"state": NoticeState.DROPPED.value, "done_s": now_s, "why": why}
                _set(connection, ids, done)
            for due_s in set(waiting.values()):
                ids = [key for key, until_s in waiting.items() if until_s == due_s]
                _set(connection, ids, {"due_s": due_s, "since_s": due_s})
            if forgotten:
                connection.execute(delete(notice).where(notice.c.id.in_(forgotten)))

    def sent(self, channel: str, sent_id: str, now_s: float) -> None:
        """A message, or the one that tells of many, has been taken by its receiver."""
        done = {"state": NoticeState.SENT.value, "done_s": now_s, "why": ""}
        with self._database.writing() as connection:
            connection.execute(
                update(notice)
                .where(_DUE, (notice.c.id == sent_id) | (notice.c.digest == sent_id))
                .values(done)
            )
            self._write_state(connection, channel, sent_s=now_s, failures=0)

    def failed(
        self, channel: str, ids: Sequence[str], why: T, *, now_s: float, due_s: float
    ) -> None:
        """Messages could not be sent; they are due again at ``due_s``.

        Args:
            ids: of messages, or of the one that tells of many.
            why: without any secret.
        """
        with self._database.writing() as connection:
            connection.execute(
                update(notice)
                .where(_DUE, notice.c.id.in_(ids) | notice.c.digest.in_(ids))
                .values(due_s=due_s, attempts=notice.c.attempts + 1, why=str(why))
            )
            before = connection.execute(
                select(notice_channel.c.failures).where(notice_channel.c.channel == channel)
            ).scalar()
            self._write_state(
                connection, channel, failed_s=now_s, failure=_kept(why), failures=(before or 0) + 1
            )

    def drop_others(self, channels: Collection[str], now_s: float) -> int:
        """Drop what waits for channels that are no longer there; how many."""
        stray = and_(_DUE, notice.c.channel.not_in(channels))
        with self._database.reading() as connection:
            if connection.execute(select(notice.c.id).where(stray).limit(1)).first() is None:
                return 0
        done = {"state": NoticeState.DROPPED.value, "done_s": now_s, "why": "no such channel"}
        with self._database.writing() as connection:
            return connection.execute(update(notice).where(stray).values(done)).rowcount

    def states(self, channels: Collection[str], now_s: float) -> list[ChannelState]:
        """How these channels do, in that order."""
        with self._database.reading() as connection:
            return [_state(connection, channel, now_s) for channel in channels]

    def of_alert(self, alert_id: str) -> list[tuple[Notice, NoticeState, float | None, str]]:
        """Every message about an alert: itself, how far it got, when that was, and why."""
        query = select(notice).where(notice.c.alert_id == alert_id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(notice.c.event_s, notice.c.id)).all()
        return [(_notice(row), NoticeState(row.state), row.done_s, row.why) for row in rows]

    def _write_state(self, connection: Connection, channel: str, **values: Any) -> None:
        new = {"channel": channel, "failures": 0, "failure": "", **values}
        connection.execute(
            self._database.insert(notice_channel)
            .values(new)
            .on_conflict_do_update(index_elements=["channel"], set_=values)
        )


def forget_notices(database: Database, connection: Connection, alert_ids: Sequence[str]) -> None:
    """Delete what was told of alerts that are deleted, and keep the mark behind what is left.

    The numbers of the history may be given anew once its last line is gone: a mark beyond the last
    line would pass over what comes next.
    """
    connection.execute(delete(notice).where(notice.c.alert_id.in_(alert_ids)))
    last = _last_event(connection)
    if _mark(connection) > last:
        write_fact(database, connection, NEWS_UNTIL, str(last))


def _mark(connection: Connection) -> int:
    return int(read_fact(connection, NEWS_UNTIL) or 0)


def _last_event(connection: Connection) -> int:
    return int(connection.execute(select(func.max(alert_event.c.seq))).scalar() or 0)


def _within(digest: str | None) -> ColumnElement[bool]:
    return notice.c.digest.is_(None) if digest is None else notice.c.digest == digest


def _set(connection: Connection, ids: Collection[str], values: Mapping[str, Any]) -> None:
    if ids:
        connection.execute(update(notice).where(_DUE, notice.c.id.in_(ids)).values(values))


def _alerts(connection: Connection, ids: Collection[str]) -> dict[str, Alert]:
    rows = connection.execute(select(alert).where(alert.c.id.in_(ids)))
    return {row.id: alert_of(row) for row in rows}


def _told(connection: Connection, channel: str, ids: Collection[str]) -> dict[str, list[Told]]:
    told: dict[str, list[Told]] = {key: [] for key in ids}
    query = select(notice.c.alert_id, notice.c.deed, notice.c.severity, notice.c.state).where(
        notice.c.alert_id.in_(ids), notice.c.channel == channel
    )
    for key, deed, severity, state in connection.execute(query):
        told[key].append(Told(NoticeDeed(deed), Severity(severity), NoticeState(state)))
    return told


def _state(connection: Connection, channel: str, now_s: float) -> ChannelState:
    mine = notice.c.channel == channel
    waiting, oldest_s = connection.execute(
        select(func.count(), func.min(notice.c.since_s)).where(
            _DUE, mine, notice.c.since_s <= now_s
        )
    ).one()
    held = connection.execute(
        select(func.count()).select_from(notice).where(_DUE, mine, notice.c.since_s > now_s)
    ).scalar_one()
    lately = (
        select(notice.c.state, func.count().label("messages"))
        .where(mine, notice.c.done_s >= now_s - DAY_S)
        .group_by(notice.c.state)
    )
    day = {row.state: row.messages for row in connection.execute(lately)}
    kept = connection.execute(
        select(notice_channel).where(notice_channel.c.channel == channel)
    ).one_or_none()
    return ChannelState(
        channel,
        waiting,
        oldest_s,
        held,
        None if kept is None else kept.sent_s,
        None if kept is None else kept.failed_s,
        0 if kept is None else kept.failures,
        _said(kept.failure if kept is not None else ""),
        day.get(NoticeState.SENT.value, 0),
        day.get(NoticeState.DROPPED.value, 0),
    )


def _row(one: Notice) -> dict[str, Any]:
    return {
        "id": one.id,
        "channel": one.channel,
        "alert_id": one.alert_id,
        "deed": one.deed.value,
        "severity": int(one.severity),
        "called_by": one.called_by,
        "event_s": one.event_s,
        "since_s": one.since_s,
        "due_s": one.due_s,
        "state": NoticeState.WAITING.value,
        "attempts": 0,
        "digest": None,
        "done_s": None,
        "why": "",
    }


def _notice(row: Any) -> Notice:
    return Notice(
        row.id,
        row.channel,
        row.alert_id,
        NoticeDeed(row.deed),
        Severity(row.severity),
        row.event_s,
        row.due_s,
        row.since_s,
        row.called_by,
    )


def _kept(said: T) -> str:
    return json.dumps([said.text, {key: str(value) for key, value in said.fields}])


def _said(kept: str) -> T | None:
    if not kept:
        return None
    text, fields = json.loads(kept)
    return T(text)(**fields)
