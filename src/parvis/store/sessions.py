"""Signed-in browsers at rest: each can be seen by its person, and ended."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select, update

from parvis.store.database import Database
from parvis.store.schema import session

_SHOWN = 16


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser: times in seconds since the epoch.

    Args:
        token_hash: what the store keeps of its token.
        account_id: whose it is.
        origin: the address that it was opened from.
        agent: what the browser said that it is.
        second: the second factor was given.
    """

    token_hash: str
    account_id: int
    created_s: float
    last_seen_s: float
    expires_s: float
    origin: str
    agent: str
    second: bool

    @property
    def id(self) -> str:
        """What may be shown of it: opens nothing."""
        return self.token_hash[:_SHOWN]


class Sessions:
    """The sessions of one store. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self, new: Session) -> None:
        """Note a new session."""
        values = {column.name: getattr(new, column.name) for column in session.c}
        with self._database.writing() as connection:
            connection.execute(insert(session).values(**values))

    def find(self, token_hash: str) -> Session | None:
        """The session under that hash."""
        query = select(session).where(session.c.token_hash == token_hash)
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else Session(**row)

    def of(self, account_id: int, now_s: float) -> list[Session]:
        """An account's sessions that have not run out, the latest used first."""
        query = (
            select(session)
            .where(session.c.account_id == account_id, session.c.expires_s > now_s)
            .order_by(session.c.last_seen_s.desc(), session.c.token_hash)
        )
        with self._database.reading() as connection:
            return [Session(**row) for row in connection.execute(query).mappings()]

    def touch(self, token_hash: str, now_s: float) -> None:
        """Note that the session was used."""
        self._set(session.c.token_hash == token_hash, last_seen_s=now_s)

    def close(self, token_hash: str) -> None:
        """End one session."""
        self._delete(session.c.token_hash == token_hash)

    def close_one_of(self, account_id: int, session_id: str) -> bool:
        """End the session that is shown so; false when the account has none of that name."""
        return (
            self._delete(
                (session.c.account_id == account_id)
                & (session.c.token_hash.startswith(session_id, autoescape=True))
            )
            > 0
        )

    def close_of(self, account_id: int) -> int:
        """End every session of one account; how many."""
        return self._delete(session.c.account_id == account_id)

    def _set(self, which: ColumnElement[bool], **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(update(session).where(which).values(**values))

    def _delete(self, which: ColumnElement[bool]) -> int:
        with self._database.writing() as connection:
            return connection.execute(delete(session).where(which)).rowcount
