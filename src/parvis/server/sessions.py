"""Sessions: who is behind a browser's token, what it still owes at the door, when it ends."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from fastapi import Request

from parvis.policy.terms import Role
from parvis.server.auth import User
from parvis.store import Store
from parvis.store.accounts import Account
from parvis.store.sessions import Session

IDLE_S = 12 * 3600.0
"""A session nobody used for this long is over."""

ABSOLUTE_S = 7 * 86400.0
"""No session lives longer."""

HALF_S = 600.0
"""Nor one that still owes its second factor."""

TOUCH_S = 60.0
"""Use is noted once a minute: a write for every request would be waste."""

_AGENT = 200


class Owed(StrEnum):
    """What a person still owes at the door, their password given."""

    CODE = "code"
    ENROLMENT = "enrolment"


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a person signs in from.

    Args:
        address: past trusted proxies.
        agent: what the browser says that it is.
    """

    address: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Visited:
    """Who is behind a token.

    Args:
        user: the person.
        owed: what opens the house to them; None when nothing does any more.
    """

    user: User
    owed: Owed | None


def hashed(token: str) -> str:
    """What the store keeps of a token: its SHA-256. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def user_of(account: Account) -> User:
    """The person of an account."""
    standing = account.standing
    return User(account.id, account.name, Role(account.role), places=standing.places)


class SessionKeeper:
    """Finds the person behind a session token, and ends sessions.

    Args:
        store: where sessions are.
        clock: seconds since the epoch.
        owing: returns the roles that owe a second factor; it may change with the file.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], float],
        owing: Callable[[], Collection[str]] = tuple,
    ) -> None:
        self._accounts = store.accounts
        self._clock = clock
        self._owing = owing

    async def find(self, token: str, *, touch: bool = True) -> User | None:
        """The person of that session, if it is still good and owes nothing.

        Args:
            token: as in the cookie.
            touch: counts as use; false for what a screen does by itself.
        """
        found = await self.look(token, touch=touch)
        return None if found is None or found.owed is not None else found.user

    async def look(self, token: str, *, touch: bool = True) -> Visited | None:
        """As :meth:`find`, with what is still owed."""
        return await asyncio.to_thread(self._look, token, touch)

    async def open(self, user_id: int, whence: Whence, *, second: bool = False) -> str:
        """Open a session and return its token.

        Args:
            user_id: of the account.
            whence: shown to its person beside the session.
            second: the second factor was given.
        """
        token = secrets.token_urlsafe(32)
        now_s = self._clock()
        session = Session(
            token_hash=hashed(token),
            account_id=user_id,
            created_s=now_s,
            last_seen_s=now_s,
            expires_s=now_s + ABSOLUTE_S,
            origin=whence.address,
            agent=whence.agent[:_AGENT],
            second=second,
        )
        await asyncio.to_thread(self._accounts.sessions.open, session)
        return token

    async def close(self, token: str) -> None:
        """End that session."""
        await asyncio.to_thread(self._accounts.sessions.close, hashed(token))

    def _look(self, token: str, touch: bool) -> Visited | None:
        now_s = self._clock()
        session = self._accounts.sessions.find(hashed(token))
        if session is None:
            return None
        account = self._accounts.by_id(session.account_id)
        owed = None if account is None else self._owed(account, session)
        ends_s = session.expires_s if owed is None else session.created_s + HALF_S
        idle = now_s - session.last_seen_s >= IDLE_S
        if account is None or account.ended(now_s) or now_s >= ends_s or idle:
            self._accounts.sessions.close(session.token_hash)
            return None
        if touch and now_s - session.last_seen_s >= TOUCH_S:
            self._accounts.sessions.touch(session.token_hash, now_s)
        return Visited(user_of(account), owed)

    def _owed(self, account: Account, session: Session) -> Owed | None:
        if session.second:
            return None
        if account.second_factor:
            return Owed.CODE
        return Owed.ENROLMENT if account.role in self._owing() else None


def keeper_of(request: Request) -> SessionKeeper:
    """The session keeper of the running application."""
    keeper: SessionKeeper = request.app.state.keeper
    return keeper
