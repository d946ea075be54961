"""What is done to accounts, by an administrator or by their person: each deed is logged with who,
when, why and from where.
"""

import asyncio
from dataclasses import dataclass, replace
from typing import get_args

from fastapi import Request

from parvis.policy.terms import Role
from parvis.server.auth import User
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices, services
from parvis.server.sign_in import Newcomer, door_of
from parvis.server.trail import note
from parvis.site.accounts import AccountRole, LimitedRole
from parvis.store.accounts import Account, LastAdministratorError, Standing

HELD_ROLES = tuple(Role(name) for name in get_args(AccountRole))
LIMITED_ROLES = frozenset(Role(name) for name in get_args(LimitedRole))
KEEPER = Role.ADMINISTRATOR
"""The role of which one account is always left."""


@dataclass(frozen=True, slots=True)
class Wished:
    """What an administrator wants of an account.

    Args:
        role: what they may do.
        places: the places that they see; None for the whole site.
        expires_s: when the account ends, seconds since the epoch; None for never.
        disabled: closed.
    """

    role: Role
    places: tuple[str, ...] | None = None
    expires_s: float | None = None
    disabled: bool = False


async def make(request: Request, name: str, password: str, wished: Wished, why: str) -> Account:
    """Make an account.

    Raises:
        ProblemError: 422 for what will not do, 409 for a name in use.
    """
    _check(services(request), wished)
    newcomer = Newcomer(name, password, wished.role, wished.places, wished.expires_s)
    await door_of(request).make(newcomer)
    made = await account_named(request, name)
    await note(request, "account.make", made.name, why, standing=_told(made.standing))
    return made


async def change(request: Request, user: User, account: Account, wished: Wished, why: str) -> None:
    """Change what an account may do, where, until when; its sessions end.

    Raises:
        ProblemError: 409 for one's own account or the last administrator's, 422 for what will not
            do.
    """
    _demand_another(user, account)
    _check(services(request), wished)
    standing = Standing(wished.role.value, wished.disabled, wished.places, wished.expires_s)
    accounts = services(request).store.accounts
    try:
        await asyncio.to_thread(accounts.set_standing, account.id, standing, KEEPER.value)
    except LastAdministratorError:
        raise last_administrator() from None
    await note(request, "account.change", account.name, why, standing=_told(standing))


async def remove(request: Request, user: User, account: Account, why: str) -> None:
    """Delete an account with its sessions and tokens; the log keeps what it did.

    Raises:
        ProblemError: 409 for one's own account or the last administrator's.
    """
    _demand_another(user, account)
    accounts = services(request).store.accounts
    try:
        await asyncio.to_thread(accounts.remove, account.id, KEEPER.value)
    except LastAdministratorError:
        raise last_administrator() from None
    await note(request, "account.remove", account.name, why, role=account.role)


async def give_password(
    request: Request, user: User, account: Account, password: str, why: str
) -> None:
    """Give a person who lost theirs a new password; their sessions and tokens end.

    Raises:
        ProblemError: 409 for one's own account or one that signs in elsewhere, 422 for a weak one.
    """
    _demand_another(user, account)
    if account.subject is not None:
        raise ProblemError(
            409,
            "elsewhere",
            T("This person signs in with the provider of identity."),
            remedy=T("The password is changed there."),
        )
    await door_of(request).set_password(account.id, account.name, password)
    await asyncio.to_thread(services(request).store.accounts.tokens.revoke_all, account.id)
    await note(request, "account.password.give", account.name, why)


async def take_second_factor(request: Request, user: User, account: Account, why: str) -> None:
    """Take the second factor of a person who lost their device; their sessions end.

    Raises:
        ProblemError: 409 for one's own account.
    """
    _demand_another(user, account)
    accounts = services(request).store.accounts
    await asyncio.to_thread(accounts.second_factors.remove, account.id)
    await asyncio.to_thread(accounts.sessions.close_of, account.id)
    await note(request, "account.second-factor.take", account.name, why)


async def sign_out_everywhere(request: Request, account: Account, why: str) -> int:
    """End every session and every token of an account; how many sessions."""
    accounts = services(request).store.accounts
    ended = await asyncio.to_thread(accounts.sessions.close_of, account.id)
    revoked = await asyncio.to_thread(accounts.tokens.revoke_all, account.id)
    action = "account.sign-out-everywhere"
    await note(request, action, account.name, why, sessions=ended, tokens=revoked)
    return ended


async def account_named(request: Request, name: str) -> Account:
    """The account of that name.

    Raises:
        ProblemError: 404 without one.
    """
    found = await asyncio.to_thread(services(request).store.accounts.by_name, name.strip())
    if found is None:
        raise ProblemError(404, "no-account", T("There is no account of that name."))
    return found


async def own_account(request: Request, user: User) -> Account:
    """The account of who asks.

    Raises:
        ProblemError: 404 when it was removed meanwhile.
    """
    found = await asyncio.to_thread(services(request).store.accounts.by_id, user.id)
    if found is None:
        raise ProblemError(404, "no-account", T("There is no account of that name."))
    return found


def wished_of(account: Account) -> Wished:
    """What an account is now, to be changed."""
    held = account.standing
    return Wished(Role(held.role), held.places, held.expires_s, held.disabled)


def narrowed(wished: Wished) -> Wished:
    """The same without places, where the role always sees the whole site."""
    return wished if wished.role in LIMITED_ROLES else replace(wished, places=None)


def last_administrator() -> ProblemError:
    """The problem of a site that would lose its key."""
    return ProblemError(
        409,
        "last-administrator",
        T("This is the last administrator."),
        T("Nobody could administer the accounts any more."),
        T("Make another administrator first, with a password and without an end."),
    )


def _check(hub: HubServices, wished: Wished) -> None:
    if wished.role not in HELD_ROLES:
        raise ProblemError(
            422,
            "role",
            T("An account cannot hold this role."),
            remedy=T("Choose one of: {roles}.")(roles=", ".join(HELD_ROLES)),
        )
    if wished.expires_s is not None and wished.expires_s <= hub.clock():
        raise ProblemError(
            422,
            "expiry",
            T("This end is in the past."),
            remedy=T("Choose a day to come, or close the account."),
        )
    if wished.places is None:
        return
    if wished.role not in LIMITED_ROLES:
        raise ProblemError(
            422,
            "places",
            T("This role always covers the whole site."),
            T("Who sets up, administers or audits needs all of it."),
            T("Leave the places out, or choose: {roles}.")(roles=", ".join(sorted(LIMITED_ROLES))),
        )
    unknown = sorted(set(wished.places) - set(hub.site.loaded().site.places))
    if unknown or not wished.places:
        raise ProblemError(
            422,
            "places",
            T("There is no place of that name."),
            T("The site has no place {name}.")(name=unknown[0]) if unknown else None,
            T("Choose one or more places of the site, or the whole site."),
        )


def _demand_another(user: User, account: Account) -> None:
    if account.id == user.id:
        raise ProblemError(
            409,
            "own-account",
            T("You cannot change your own account this way."),
            remedy=T("Ask another administrator."),
        )


def _told(standing: Standing) -> dict[str, object]:
    return {
        "role": standing.role,
        "places": list(standing.places) if standing.places is not None else None,
        "expires_s": standing.expires_s,
        "disabled": standing.disabled,
    }
