"""What a person does with their own account; each deed is logged."""

import asyncio

from fastapi import Request

from parvis.server.auth import User
from parvis.server.bearers import Bearers
from parvis.server.problems import ProblemError, T
from parvis.server.scopes import Scope
from parvis.server.services import services
from parvis.server.sessions import keeper_of
from parvis.server.sign_in import door_of, wrong_code
from parvis.server.trail import note, origin, whence
from parvis.server.visitor import owing, visit_of
from parvis.store.api_tokens import ApiToken
from parvis.store.sessions import Session


async def change_password(request: Request, user: User, old: str, new: str) -> None:
    """Change one's password; every session of the account ends.

    Raises:
        ProblemError: 401 for a wrong old one, 422 for a weak new one, 429 while one must wait.
    """
    await door_of(request).change_password(user, old, new, origin(request))
    visit_of(request).sign_out()
    await note(request, "account.password", user.name)


async def browsers(request: Request, user: User) -> list[Session]:
    """One's signed-in browsers, the latest used first."""
    hub = services(request)
    return await asyncio.to_thread(hub.store.accounts.sessions.of, user.id, hub.clock())


async def sign_out_one(request: Request, user: User, browser_id: str) -> None:
    """End one of one's sessions.

    Raises:
        ProblemError: 404 when none of one's own is shown so.
    """
    sessions = services(request).store.accounts.sessions
    if not await asyncio.to_thread(sessions.close_one_of, user.id, browser_id):
        raise ProblemError(404, "no-session", T("There is no such session."))
    await note(request, "account.sign-out", user.name, browser=browser_id)


async def sign_out_everywhere(request: Request, user: User) -> None:
    """End all of one's sessions, and revoke one's tokens."""
    accounts = services(request).store.accounts
    ended = await asyncio.to_thread(accounts.sessions.close_of, user.id)
    revoked = await asyncio.to_thread(accounts.tokens.revoke_all, user.id)
    visit_of(request).sign_out()
    action = "account.sign-out-everywhere"
    await note(request, action, user.name, sessions=ended, tokens=revoked)


async def enrol(
    request: Request, user: User, secret: str, code: str, password: str
) -> tuple[str, ...]:
    """Set up the second factor; a new session begins, and the others end.

    Returns:
        The recovery codes.

    Raises:
        ProblemError: 401 for a wrong password, 409 for who signs in elsewhere, 422 for a code that
            does not fit, 429 while one must wait.
    """
    hub = services(request)
    account = await asyncio.to_thread(hub.store.accounts.by_id, user.id)
    if account is None or account.subject is not None:
        raise ProblemError(
            409,
            "elsewhere",
            T("You sign in with the provider of identity."),
            remedy=T("The second factor is set up there."),
        )
    owes = owing(request) is not None
    if not owes:
        await door_of(request).prove(user, password, origin(request))
    codes = await door_of(request).second.enrol(user.id, secret, code)
    await asyncio.to_thread(hub.store.accounts.sessions.close_of, user.id)
    session = await keeper_of(request).open(user.id, whence(request), second=True)
    visit_of(request).sign_in(session)
    await note(request, "account.second-factor", user.name, who=user.name)
    if owes:
        await note(request, "account.sign-in", user.name, who=user.name)
    return codes


async def remove_second_factor(request: Request, user: User, password: str, code: str) -> None:
    """Go without a second factor.

    Raises:
        ProblemError: 401 for a wrong password or code, 409 where the site asks this role for one,
            429 while one must wait.
    """
    hub = services(request)
    if user.role.value in hub.site.loaded().site.accounts.second_factor:
        raise ProblemError(
            409,
            "second-factor-owed",
            T("This site asks your role for a second factor."),
            remedy=T("Set up another device in its place."),
        )
    await door_of(request).prove(user, password, origin(request))
    if not await door_of(request).second.check(user.id, code):
        raise wrong_code()
    await asyncio.to_thread(hub.store.accounts.second_factors.remove, user.id)
    await note(request, "account.second-factor.remove", user.name)


async def make_token(
    request: Request, user: User, name: str, scopes: frozenset[Scope], lasts_s: float
) -> tuple[str, ApiToken]:
    """A new API token of one's own, to be shown once, and what is kept of it.

    Raises:
        ProblemError: 422 for a scope beyond one's role.
    """
    bearers: Bearers = request.app.state.bearers
    token, kept = await bearers.make(user, name, scopes, lasts_s)
    held = sorted(kept.scopes)
    await note(request, "token.make", kept.id, name=name, scopes=held, expires_s=kept.expires_s)
    return token, kept


async def revoke_token(request: Request, user: User, token_id: str) -> None:
    """Revoke one of one's tokens.

    Raises:
        ProblemError: 404 when none of one's own is named so.
    """
    tokens = services(request).store.accounts.tokens
    if not await asyncio.to_thread(tokens.revoke, user.id, token_id):
        raise ProblemError(404, "no-token", T("There is no such token."))
    await note(request, "token.revoke", token_id)
