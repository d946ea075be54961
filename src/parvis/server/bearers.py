"""API tokens: what programs sign in with, in the Authorization header only.

A token is 256 random bits behind ``parvis_``; the store knows its SHA-256. It is shown once.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import replace

from starlette.datastructures import Headers
from starlette.types import Scope as Connection

from parvis.policy.terms import Role
from parvis.server.auth import User
from parvis.server.problems import ProblemError, T
from parvis.server.scopes import Scope, grantable
from parvis.server.sessions import TOUCH_S, hashed, user_of
from parvis.store import Store
from parvis.store.api_tokens import ApiToken

PREFIX = "parvis_"
LONGEST_S = 366 * 86400.0
"""No token lives longer than a year."""

_API = "/api/v1/"
_ID = 8


class Bearers:
    """Makes API tokens, and finds the person of one.

    Args:
        store: where they are.
        clock: seconds since the epoch.
    """

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._accounts = store.accounts
        self._clock = clock

    async def find(self, token: str) -> User:
        """The person of a token, as far as its scopes go; counts as use.

        Raises:
            ProblemError: 401 for a token that is unknown, has ended or was revoked.
        """
        user = await asyncio.to_thread(self._find, token, True)
        if user is None:
            raise ProblemError(
                401,
                "token",
                T("The token is wrong."),
                T("It is unknown, it has ended, or it was revoked."),
                T("Make a new one in My account."),
                headers={"WWW-Authenticate": "Bearer"},
            )
        return user

    async def look(self, token: str) -> User | None:
        """As :meth:`find`, without use; None when it opens nothing any more."""
        return await asyncio.to_thread(self._find, token, False)

    async def make(
        self, user: User, name: str, scopes: frozenset[Scope], lasts_s: float
    ) -> tuple[str, ApiToken]:
        """A new token of that person's, and what is kept of it.

        Args:
            user: whose.
            name: what it is for.
            scopes: what it may do.
            lasts_s: how long.

        Raises:
            ProblemError: 422 for a scope that the person's role does not reach.
        """
        beyond = sorted(scopes - set(grantable(user.role)))
        if beyond or not scopes:
            raise ProblemError(
                422,
                "scope",
                T("A token may do no more than you may."),
                T("Choose among: {scopes}.")(scopes=", ".join(grantable(user.role))),
            )
        token = PREFIX + secrets.token_urlsafe(32)
        now_s = self._clock()
        kept = ApiToken(
            id=secrets.token_hex(_ID),
            account_id=user.id,
            name=name,
            scopes=frozenset(scope.value for scope in scopes),
            created_s=now_s,
            expires_s=now_s + min(lasts_s, LONGEST_S),
        )
        await asyncio.to_thread(self._accounts.tokens.add, kept, hashed(token))
        return token, kept

    def _find(self, token: str, touch: bool) -> User | None:
        now_s = self._clock()
        kept = self._accounts.tokens.find(hashed(token), now_s)
        account = None if kept is None else self._accounts.by_id(kept.account_id)
        if kept is None or account is None or account.ended(now_s):
            return None
        if touch and (kept.last_used_s is None or now_s - kept.last_used_s >= TOUCH_S):
            self._accounts.tokens.touch(kept.id, now_s)
        # A role that was narrowed since narrows the token.
        reach = {scope.value for scope in grantable(Role(account.role))}
        return replace(user_of(account), scopes=kept.scopes & reach)


def bearer_of(connection: Connection) -> str | None:
    """The token that a request to the API brings; None without one."""
    if not connection["path"].startswith(_API):
        return None
    kind, _, given = Headers(scope=connection).get("authorization", "").partition(" ")
    return given.strip() if kind.lower() == "bearer" else None
