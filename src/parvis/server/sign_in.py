"""Accounts at the door: the first link, signing in and out, sessions that end by themselves."""

import asyncio
import hashlib
import math
import re
import secrets
from collections.abc import Callable

from fastapi import Request

from parvis.policy.terms import Role
from parvis.server.auth import User
from parvis.server.lockout import Lockout
from parvis.server.passwords import Passwords, judge
from parvis.server.problems import ProblemError, T
from parvis.store import Store

IDLE_S = 12 * 3600.0
"""A session nobody used for this long is over."""

ABSOLUTE_S = 7 * 86400.0
"""No session lives longer."""

LINK_S = 86400.0
"""How long the first link works."""

TOUCH_S = 60.0
"""Use is noted once a minute: a write for every request would be waste."""

FIRST_PURPOSE = "first administrator"

_NAME = re.compile(r"[\w.@-]{2,64}")


def hashed(token: str) -> str:
    """What the store keeps of a token: its SHA-256. Tokens are random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def first_link(store: Store, base_url: str, now_s: float) -> str | None:
    """A one-time link that makes the administrator, or None when there is an account already.

    A new link makes those printed before worthless.

    Args:
        store: where accounts are.
        base_url: where the server is reached, without a trailing slash.
        now_s: seconds since the epoch.
    """
    if store.accounts.count() > 0:
        return None
    token = secrets.token_urlsafe(32)
    store.accounts.issue_link(hashed(token), FIRST_PURPOSE, now_s + LINK_S)
    return f"{base_url}/setup/admin?token={token}"


class SessionKeeper:
    """Finds the person behind a session token, and ends sessions.

    Args:
        store: where sessions are.
        clock: seconds since the epoch.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    async def find(self, token: str, *, touch: bool = True) -> User | None:
        """The person of that session, if it is still good.

        Args:
            token: as in the cookie.
            touch: counts as use; false for what a screen does by itself.
        """
        return await asyncio.to_thread(self._find, token, touch)

    async def open(self, user_id: int) -> str:
        """Open a session and return its token."""
        token = secrets.token_urlsafe(32)
        now_s = self._clock()
        await asyncio.to_thread(
            self._store.accounts.open_session, hashed(token), user_id, now_s, now_s + ABSOLUTE_S
        )
        return token

    async def close(self, token: str) -> None:
        """End that session."""
        await asyncio.to_thread(self._store.accounts.close_session, hashed(token))

    def _find(self, token: str, touch: bool) -> User | None:
        now_s = self._clock()
        found = self._store.accounts.session(hashed(token))
        if found is None:
            return None
        session, account = found
        if now_s >= session.expires_s or now_s - session.last_seen_s >= IDLE_S or account.disabled:
            self._store.accounts.close_session(hashed(token))
            return None
        if touch and now_s - session.last_seen_s >= TOUCH_S:
            self._store.accounts.touch_session(hashed(token), now_s)
        return User(account.id, account.name, Role(account.role))


class Door:
    """Signs people in, slowly for those who guess.

    Args:
        store: where accounts are.
        keeper: opens their sessions.
        clock: seconds since the epoch.
        passwords: hashes and checks; the default is Argon2id.
    """

    def __init__(
        self,
        store: Store,
        keeper: SessionKeeper,
        clock: Callable[[], float],
        passwords: Passwords | None = None,
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._clock = clock
        self._lockout = Lockout(clock)
        self._passwords = passwords or Passwords()

    async def sign_in(self, name: str, password: str, address: str) -> str:
        """A new session's token.

        Raises:
            ProblemError: 401 for a wrong name or password, without saying which; 429 while this
                person at this address must wait.
        """
        name = name.strip()
        wait_s = self._lockout.wait_s(name, address)
        if wait_s > 0:
            raise locked(wait_s)
        delay_s = self._lockout.delay_s(name, address)
        self._lockout.attempted(name, address)
        await asyncio.sleep(delay_s)
        account = await asyncio.to_thread(self._store.accounts.by_name, name)
        kept = None if account is None or account.disabled else account.password_hash
        if not await self._passwords.fits(kept, password[:1024]) or account is None:
            raise ProblemError(
                401,
                "sign-in",
                T("The name or the password is wrong."),
                remedy=T("Check both and try again."),
            )
        self._lockout.succeeded(name, address)
        if self._passwords.outdated(account.password_hash):
            better = await self._passwords.hashed(password)
            await asyncio.to_thread(self._store.accounts.set_password, account.id, better)
        return await self._keeper.open(account.id)

    async def make_first(self, token: str, name: str, password: str) -> str:
        """Make the administrator from the first link; return a new session's token.

        Raises:
            ProblemError: 422 for a name or password that will not do, 410 for a link that is used,
                too old or unknown.
        """
        account_id = await self._make(name, password, Role.ADMINISTRATOR, token)
        return await self._keeper.open(account_id)

    async def make(self, name: str, password: str, role: Role) -> int:
        """Make a further account; return its id.

        Raises:
            ProblemError: 422 for a name or password that will not do, 409 for a name in use.
        """
        return await self._make(name, password, role, None)

    async def change_password(self, user: User, old: str, new: str, address: str) -> None:
        """Give a person a new password, and end their other sessions.

        Raises:
            ProblemError: 401 for a wrong old one, 429 while they must wait, 422 for a weak new one.
        """
        judge(new, user.name)
        session = await self.sign_in(user.name, old, address)
        await self._keeper.close(session)
        kept = await self._passwords.hashed(new)
        await asyncio.to_thread(self._store.accounts.set_password, user.id, kept)
        await asyncio.to_thread(self._store.accounts.close_sessions_of, user.id)

    async def _make(self, name: str, password: str, role: Role, link: str | None) -> int:
        name = name.strip()
        accounts = self._store.accounts
        # Before the hash, which is dear: a stranger without the link must not burn the machine.
        # What is compared is the SHA-256 of the link: how long that takes tells nothing of it.
        if link is not None and not await asyncio.to_thread(
            accounts.link_stands, hashed(link), FIRST_PURPOSE, self._clock()
        ):
            raise link_over()
        if not _NAME.fullmatch(name):
            raise ProblemError(
                422,
                "account-name",
                T("This name cannot be used."),
                T("A name has 2 to 64 letters, digits or . _ @ -"),
                T("Choose another name."),
            )
        judge(password, name)
        kept = await self._passwords.hashed(password)
        now_s = self._clock()
        if link is not None and not await asyncio.to_thread(
            accounts.use_link, hashed(link), FIRST_PURPOSE, now_s
        ):
            raise link_over()
        made = await asyncio.to_thread(accounts.create, name, kept, role.value, now_s)
        if made is None:
            raise ProblemError(
                409,
                "account-exists",
                T("This name is taken."),
                remedy=T("Choose another name."),
            )
        return made


def locked(wait_s: float) -> ProblemError:
    """The problem of someone who must wait."""
    seconds = math.ceil(wait_s)
    return ProblemError(
        429,
        "locked",
        T("Too many attempts."),
        T("Signing in is locked for {n} seconds.")(n=seconds),
        T("Wait, then try again."),
        headers={"Retry-After": str(seconds)},
    )


def link_over() -> ProblemError:
    """The problem of a link that no longer works."""
    return ProblemError(
        410,
        "link",
        T("This link does not work any more."),
        T("It was used already, or it is too old."),
        T("Restart Parvis to print a new one, if there is no account yet."),
    )


def keeper_of(request: Request) -> SessionKeeper:
    """The session keeper of the running application."""
    keeper: SessionKeeper = request.app.state.keeper
    return keeper


def door_of(request: Request) -> Door:
    """The door of the running application."""
    door: Door = request.app.state.door
    return door
