"""Accounts at the door: the first link, signing in with a password and a second factor."""

import asyncio
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass

from fastapi import Request

from parvis.policy.terms import Role
from parvis.server.auth import User
from parvis.server.lockout import Lockout
from parvis.server.passwords import Passwords, judge
from parvis.server.problems import ProblemError, T
from parvis.server.second_factor import SecondFactorDesk
from parvis.server.sessions import SessionKeeper, Whence, hashed
from parvis.server.waiting import locked
from parvis.store import Store
from parvis.store.accounts import Account

LINK_S = 86400.0
"""How long the first link works."""

FIRST_PURPOSE = "first administrator"

_NAME = re.compile(r"[\w.@-]{2,64}")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An account to be made.

    Args:
        name, password: as typed.
        role: what they may do.
        places: the places that they see; None for the whole site.
        expires_s: when the account ends, seconds since the epoch; None for never.
    """

    name: str
    password: str
    role: Role
    places: tuple[str, ...] | None = None
    expires_s: float | None = None


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


class Door:
    """Signs people in, slowly for those who guess.

    Args:
        store: where accounts are.
        keeper: opens their sessions.
        clock: seconds since the epoch.
        passwords: hashes and checks; the default is Argon2id.
        open_to: returns the roles that may use a password; it may change with the file.
    """

    def __init__(
        self,
        store: Store,
        keeper: SessionKeeper,
        clock: Callable[[], float],
        passwords: Passwords | None = None,
        open_to: Callable[[], Collection[str]] = lambda: tuple(Role),
    ) -> None:
        self._accounts = store.accounts
        self._keeper = keeper
        self._clock = clock
        self._lockout = Lockout(clock)
        self._passwords = passwords or Passwords()
        self._open_to = open_to
        self.second = SecondFactorDesk(store, clock)

    async def sign_in(self, name: str, password: str, whence: Whence, code: str = "") -> str:
        """A new session's token; it owes the second factor where the account has one and ``code``
        is empty.

        Raises:
            ProblemError: 401 for a wrong name or password, without saying which, or a wrong code;
                429 while this person at this address must wait.
        """
        name = name.strip()
        account = await self._known(name, password, whence.address)
        if account.second_factor and not code:
            # The tally stays: a known password must not wipe away what was guessed before.
            self._lockout.half_succeeded(name, whence.address)
            return await self._keeper.open(account.id, whence)
        if account.second_factor and not await self.second.check(account.id, code):
            raise wrong_code()
        self._lockout.succeeded(name, whence.address)
        return await self._keeper.open(account.id, whence, second=account.second_factor)

    async def complete(self, user: User, code: str, whence: Whence) -> str:
        """A new session's token, for a person who owed the code.

        Raises:
            ProblemError: 401 for a wrong code, 429 while this account must wait.
        """
        if not await self.second.check(user.id, code):
            raise wrong_code()
        return await self._keeper.open(user.id, whence, second=True)

    async def make_first(self, token: str, name: str, password: str, whence: Whence) -> str:
        """Make the administrator from the first link; return a new session's token.

        Raises:
            ProblemError: 422 for a name or password that will not do, 410 for a link that is used,
                too old or unknown.
        """
        # Before the hash, which is dear: a stranger without the link must not burn the machine.
        # What is compared is the SHA-256 of the link: how long that takes tells nothing of it.
        accounts = self._accounts
        link = (hashed(token), FIRST_PURPOSE)
        if not await asyncio.to_thread(accounts.link_stands, *link, self._clock()):
            raise link_over()
        first = Newcomer(name, password, Role.ADMINISTRATOR)
        kept = await self._judged(first)
        if not await asyncio.to_thread(accounts.use_link, *link, self._clock()):
            raise link_over()
        return await self._keeper.open(await self._create(first, kept), whence)

    async def make(self, newcomer: Newcomer) -> int:
        """Make a further account; return its id.

        Raises:
            ProblemError: 422 for a name or password that will not do, 409 for a name in use.
        """
        return await self._create(newcomer, await self._judged(newcomer))

    async def prove(self, user: User, password: str, address: str) -> None:
        """Make sure that it is still the person themselves who asks.

        Raises:
            ProblemError: 401 for a wrong password, 429 while they must wait.
        """
        await self._known(user.name, password, address)
        self._lockout.half_succeeded(user.name, address)

    async def change_password(self, user: User, old: str, new: str, address: str) -> None:
        """Give a person a new password, and end all their sessions.

        Raises:
            ProblemError: 401 for a wrong old one, 429 while they must wait, 422 for a weak new one.
        """
        judge(new, user.name)
        await self.prove(user, old, address)
        await self.set_password(user.id, user.name, new)

    async def set_password(self, account_id: int, name: str, new: str) -> None:
        """Give an account a new password, and end all its sessions.

        Raises:
            ProblemError: 422 for a weak one.
        """
        judge(new, name)
        kept = await self._passwords.hashed(new)
        await asyncio.to_thread(self._accounts.set_password, account_id, kept)
        await asyncio.to_thread(self._accounts.sessions.close_of, account_id)

    async def _known(self, name: str, password: str, address: str) -> Account:
        """The account of that name and password; the attempt stays counted as failed."""
        wait_s = self._lockout.wait_s(name, address)
        if wait_s > 0:
            raise locked(wait_s)
        delay_s = self._lockout.delay_s(name, address)
        self._lockout.attempted(name, address)
        await asyncio.sleep(delay_s)
        account = await asyncio.to_thread(self._accounts.by_name, name)
        closed = (
            account is None or account.ended(self._clock()) or account.role not in self._open_to()
        )
        kept = None if account is None or closed else account.password_hash or None
        if not await self._passwords.fits(kept, password[:1024]) or account is None:
            raise ProblemError(
                401,
                "sign-in",
                T("The name or the password is wrong."),
                remedy=T("Check both and try again."),
            )
        if self._passwords.outdated(account.password_hash):
            better = await self._passwords.hashed(password)
            await asyncio.to_thread(self._accounts.set_password, account.id, better)
        return account

    async def _judged(self, newcomer: Newcomer) -> str:
        """The hash to keep of a newcomer whose name and password will do."""
        name = newcomer.name.strip()
        if not _NAME.fullmatch(name):
            raise ProblemError(
                422,
                "account-name",
                T("This name cannot be used."),
                T("A name has 2 to 64 letters, digits or . _ @ -"),
                T("Choose another name."),
            )
        judge(newcomer.password, name)
        return await self._passwords.hashed(newcomer.password)

    async def _create(self, newcomer: Newcomer, kept: str) -> int:
        made = await asyncio.to_thread(
            self._accounts.create,
            newcomer.name.strip(),
            kept,
            newcomer.role.value,
            self._clock(),
            places=newcomer.places,
            expires_s=newcomer.expires_s,
        )
        if made is None:
            raise ProblemError(
                409,
                "account-exists",
                T("This name is taken."),
                remedy=T("Choose another name."),
            )
        return made


def wrong_code() -> ProblemError:
    """The problem of a second factor that does not open."""
    return ProblemError(
        401,
        "second-factor",
        T("The code is wrong, or was used already."),
        remedy=T("Type the code that your device shows now, or a recovery code."),
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


def door_of(request: Request) -> Door:
    """The door of the running application."""
    door: Door = request.app.state.door
    return door
