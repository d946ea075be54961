"""Accounts and one-time links at rest. What they mean is decided by the server.

Tokens are kept as hashes only; what reads the database cannot sign in with it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from parvis.store.api_tokens import ApiTokens
from parvis.store.database import Database
from parvis.store.schema import account, api_token, one_time_link, recovery_code, session
from parvis.store.second_factors import SecondFactors
from parvis.store.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Standing:
    """What an administrator says of an account.

    Args:
        role: the server's word for what they may do.
        disabled: true when they may not sign in.
        places: names of the places that it covers; None for the whole site.
        expires_s: when it ends by itself, seconds since the epoch; None for never.
    """

    role: str
    disabled: bool = False
    places: tuple[str, ...] | None = None
    expires_s: float | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in.

    Args:
        id: number in the store.
        name: the name they sign in with, unique whatever its case.
        password_hash: as the server made it; empty for a person who signs in elsewhere only.
        created_s: seconds since the epoch.
        standing: what they may do, where, until when.
        subject: how their provider of identity names them; None for an account of this site.
        second_factor: they give a code of their own when they sign in.
    """

    id: int
    name: str
    password_hash: str
    created_s: float
    standing: Standing
    subject: str | None = None
    second_factor: bool = False

    @property
    def role(self) -> str:
        """The server's word for what they may do."""
        return self.standing.role

    @property
    def disabled(self) -> bool:
        """True when an administrator has closed it."""
        return self.standing.disabled

    def ended(self, now_s: float) -> bool:
        """Whether nobody may sign in with it any more."""
        expires_s = self.standing.expires_s
        return self.disabled or (expires_s is not None and now_s >= expires_s)


class LastAdministratorError(Exception):
    """Without this account nobody could administer the site any more."""


class Accounts:
    """The accounts of one store. Every call is one transaction.

    Attributes:
        sessions: the signed-in browsers.
        second_factors: what codes are made of.
        tokens: what programs sign in with.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.sessions = Sessions(database)
        self.second_factors = SecondFactors(database)
        self.tokens = ApiTokens(database)

    def count(self) -> int:
        """How many accounts there are, disabled ones included."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(account)).scalar_one()

    def all(self) -> list[Account]:
        """Every account, by name."""
        query = select(account).order_by(account.c.folded_name)
        with self._database.reading() as connection:
            return [account_of(row) for row in connection.execute(query).mappings()]

    def by_name(self, name: str) -> Account | None:
        """The account of that name, whatever the case."""
        return self._one(account.c.folded_name == name.casefold())

    def by_id(self, account_id: int) -> Account | None:
        """The account of that number."""
        return self._one(account.c.id == account_id)

    def by_subject(self, subject: str) -> Account | None:
        """The account of a person whom their provider of identity names so."""
        return self._one(account.c.subject == subject)

    def create(
        self,
        name: str,
        password_hash: str,
        role: str,
        created_s: float,
        *,
        places: tuple[str, ...] | None = None,
        expires_s: float | None = None,
        subject: str | None = None,
    ) -> int | None:
        """Make an account and return its id; None when its name or its subject is taken.

        Args:
            name, password_hash, created_s, subject: see :class:`Account`.
            role, places, expires_s: see :class:`Standing`.
        """
        new = (
            self._database.insert(account)
            .values(
                name=name,
                folded_name=name.casefold(),
                password_hash=password_hash,
                created_s=created_s,
                subject=subject,
                **_columns(Standing(role, places=places, expires_s=expires_s)),
            )
            .on_conflict_do_nothing()
            .returning(account.c.id)
        )
        with self._database.writing() as connection:
            return connection.execute(new).scalar_one_or_none()

    def set_password(self, account_id: int, password_hash: str) -> None:
        """Replace the password's hash."""
        self._set(account_id, password_hash=password_hash)

    def set_standing(self, account_id: int, standing: Standing, keeper: str = "") -> None:
        """Replace what an administrator says of it, and end its sessions.

        Args:
            keeper: the role of which one account must always be left that may sign in for ever,
                with a password of this site.

        Raises:
            LastAdministratorError: it is the last of them; nothing was changed.
        """
        with self._database.writing() as connection:
            _change(connection, account_id, **_columns(standing))
            connection.execute(delete(session).where(session.c.account_id == account_id))
            _demand_keeper(connection, keeper)

    def remove(self, account_id: int, keeper: str = "") -> None:
        """Delete an account with its sessions, tokens and recovery codes.

        Raises:
            LastAdministratorError: as of :meth:`set_standing`.
        """
        with self._database.writing() as connection:
            for table in (session, api_token, recovery_code):
                connection.execute(delete(table).where(table.c.account_id == account_id))
            connection.execute(delete(account).where(account.c.id == account_id))
            _demand_keeper(connection, keeper)

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

    def _one(self, which: ColumnElement[bool]) -> Account | None:
        with self._database.reading() as connection:
            row = connection.execute(select(account).where(which)).mappings().one_or_none()
        return None if row is None else account_of(row)

    def _set(self, account_id: int, **values: object) -> None:
        with self._database.writing() as connection:
            _change(connection, account_id, **values)


def account_of(row: Mapping[Any, Any]) -> Account:
    """The account of a row that holds the table's columns."""
    held = {column.name: row[column] for column in account.c}
    places = held["places"]
    standing = Standing(
        held["role"],
        held["disabled"],
        None if places is None else tuple(json.loads(places)),
        held["expires_s"],
    )
    return Account(
        held["id"],
        held["name"],
        held["password_hash"],
        held["created_s"],
        standing,
        held["subject"],
        held["totp_secret"] is not None,
    )


def _columns(standing: Standing) -> dict[str, object]:
    places = standing.places
    return {
        "role": standing.role,
        "disabled": standing.disabled,
        "places": None if places is None else json.dumps(places, ensure_ascii=False),
        "expires_s": standing.expires_s,
    }


def _change(connection: Connection, account_id: int, **values: object) -> None:
    connection.execute(update(account).where(account.c.id == account_id).values(**values))


def _demand_keeper(connection: Connection, keeper: str) -> None:
    if not keeper:
        return
    left = select(account.c.id).where(
        account.c.role == keeper,
        account.c.disabled.is_(False),
        account.c.expires_s.is_(None),
        account.c.password_hash != "",
    )
    if connection.execute(left).first() is None:
        raise LastAdministratorError


def _stands(token_hash: str, purpose: str, now_s: float) -> ColumnElement[bool]:
    return and_(
        one_time_link.c.token_hash == token_hash,
        one_time_link.c.purpose == purpose,
        one_time_link.c.used_s.is_(None),
        one_time_link.c.expires_s > now_s,
    )
