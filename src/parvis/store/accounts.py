"""Accounts, sessions and one-time links at rest. What they mean is decided by the server.

Tokens are kept as hashes only; what reads the database cannot sign in with it.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, and_, delete, func, insert, select, update

from parvis.store.database import Database
from parvis.store.schema import account, one_time_link, session


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in.

    Args:
        id: number in the store.
        name: the name they sign in with, unique whatever its case.
        password_hash: as the server made it.
        role: the server's word for what they may do.
        created_s: seconds since the epoch.
        disabled: true when they may not sign in.
    """

    id: int
    name: str
    password_hash: str
    role: str
    created_s: float
    disabled: bool


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser: times in seconds since the epoch."""

    account_id: int
    created_s: float
    last_seen_s: float
    expires_s: float


class Accounts:
    """The accounts of one store. Every call is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self) -> int:
        """How many accounts there are, disabled ones included."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(account)).scalar_one()

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._database.reading() as connection:
            return [_account(row) for row in connection.execute(select(account).order_by("name"))]

    def by_name(self, name: str) -> Account | None:
        """The account of that name, whatever the case."""
        query = select(account).where(account.c.folded_name == name.casefold())
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
            return None if row is None else _account(row)

    def create(self, name: str, password_hash: str, role: str, created_s: float) -> int | None:
        """Make an account and return its id; None when the name is taken."""
        new = (
            self._database.insert(account)
            .values(
                name=name,
                folded_name=name.casefold(),
                password_hash=password_hash,
                role=role,
                created_s=created_s,
                disabled=False,
            )
            .on_conflict_do_nothing(index_elements=["folded_name"])
            .returning(account.c.id)
        )
        with self._database.writing() as connection:
            return connection.execute(new).scalar_one_or_none()

    def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace the password's hash."""
        self._set(account_id, password_hash=password_hash)

    def set_role(self, account_id: int, role: str) -> None:
        """Replace the role."""
        self._set(account_id, role=role)

    def set_disabled(self, account_id: int, disabled: bool) -> None:
        """Close the account, or open it again."""
        self._set(account_id, disabled=disabled)

    def open_session(
        self, token_hash: str, account_id: int, now_s: float, expires_s: float
    ) -> None:
        """Note a new session."""
        with self._database.writing() as connection:
            connection.execute(
                insert(session).values(
                    token_hash=token_hash,
                    account_id=account_id,
                    created_s=now_s,
                    last_seen_s=now_s,
                    expires_s=expires_s,
                )
            )

    def session(self, token_hash: str) -> tuple[Session, Account] | None:
        """The session under that hash and whose it is."""
        query = (
            select(session, account)
            .join(account, account.c.id == session.c.account_id)
            .where(session.c.token_hash == token_hash)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            return None
        found = Session(
            row[session.c.account_id],
            row[session.c.created_s],
            row[session.c.last_seen_s],
            row[session.c.expires_s],
        )
        whose = Account(
            row[account.c.id],
            row[account.c.name],
            row[account.c.password_hash],
            row[account.c.role],
            row[account.c.created_s],
            row[account.c.disabled],
        )
        return found, whose

    def touch_session(self, token_hash: str, now_s: float) -> None:
        """Note that the session was used."""
        with self._database.writing() as connection:
            connection.execute(
                update(session).where(session.c.token_hash == token_hash).values(last_seen_s=now_s)
            )

    def close_session(self, token_hash: str) -> None:
        """End one session."""
        with self._database.writing() as connection:
            connection.execute(delete(session).where(session.c.token_hash == token_hash))

    def close_sessions_of(self, account_id: int) -> None:
        """End every session of one account."""
        with self._database.writing() as connection:
            connection.execute(delete(session).where(session.c.account_id == account_id))

    def issue_link(self, token_hash: str, purpose: str, expires_s: float) -> None:
        """Keep a one-time link; unused ones issued before for the same purpose become worthless."""
        with self._database.writing() as connection:
            connection.execute(
                delete(one_time_link).where(
                    one_time_link.c.purpose == purpose, one_time_link.c.used_s.is_(None)
                )
            )
            connection.execute(
                insert(one_time_link).values(
                    token_hash=token_hash, purpose=purpose, expires_s=expires_s
                )
            )

    def link_stands(self, token_hash: str, purpose: str, now_s: float) -> bool:
        """Whether :meth:`use_link` would use this link up; changes nothing."""
        query = select(one_time_link.c.token_hash).where(_stands(token_hash, purpose, now_s))
        with self._database.reading() as connection:
            return connection.execute(query).first() is not None

    def use_link(self, token_hash: str, purpose: str, now_s: float) -> bool:
        """Use a link up; false when it is unknown, for another purpose, too old or used already."""
        stands = _stands(token_hash, purpose, now_s)
        use = update(one_time_link).where(stands).values(used_s=now_s)
        with self._database.writing() as connection:
            return connection.execute(use).rowcount == 1

    def _set(self, account_id: int, **values: object) -> None:
        with self._database.writing() as connection:
            connection.execute(update(account).where(account.c.id == account_id).values(**values))


def _stands(token_hash: str, purpose: str, now_s: float) -> ColumnElement[bool]:
    return and_(
        one_time_link.c.token_hash == token_hash,
        one_time_link.c.purpose == purpose,
        one_time_link.c.used_s.is_(None),
        one_time_link.c.expires_s > now_s,
    )


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(row.id, row.name, row.password_hash, row.role, row.created_s, row.disabled)
