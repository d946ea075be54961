"""The accounts of the site, for its administrator. Every change asks a reason and is logged."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request
from pydantic import Field

from parvis.policy.terms import Role
from parvis.server import people
from parvis.server.api.reason import Reason
from parvis.server.api.session import BrowserOut, Secret, Sent, TokenOut
from parvis.server.api.shapes import Answer
from parvis.server.auth import User, require
from parvis.server.services import services, zone_of
from parvis.site.fields import Name
from parvis.store.accounts import Account

router = APIRouter(prefix="/accounts", tags=["accounts"])

Administrator = Annotated[User, Depends(require(Role.ADMINISTRATOR))]
AccountName = Annotated[str, Path(max_length=64)]
Places = Annotated[tuple[Name, ...], Field(max_length=2000)] | None
LastDay = Annotated[
    date | None, Field(description="The last day on which it opens, in the site's civil time.")
]


class WhyIn(Sent):
    """Why."""

    reason: Reason


class AccountIn(WhyIn):
    """A new account."""

    name: str = Field(max_length=200)
    password: Secret
    role: Role
    places: Places = Field(default=None, description="That it sees; null for the whole site.")
    last_day: LastDay = None


class AccountChange(WhyIn):
    """What to change; what is absent stays."""

    role: Role | None = None
    places: Places = Field(default=None, description="Null for the whole site.")
    last_day: LastDay = None
    disabled: bool | None = None


class GivenPasswordIn(WhyIn):
    """A new password for a person who lost theirs."""

    password: Secret


class AccountOut(Answer):
    """An account; its password never leaves."""

    name: str
    role: Role
    places: tuple[str, ...] | None
    last_day: date | None
    disabled: bool
    ended: bool = Field(description="Nobody may sign in with it any more.")
    second_factor: bool
    single_sign_on: bool = Field(description="The person signs in with the provider of identity.")
    created_s: float


@router.get("", summary="Accounts", response_model=list[AccountOut])
async def accounts(request: Request, _: Administrator) -> list[AccountOut]:
    """Every account of the site."""
    hub = services(request)
    found = await asyncio.to_thread(hub.store.accounts.all)
    return [_out(one, hub.clock(), zone_of(hub)) for one in found]


@router.post("", status_code=201, summary="Make an account", response_model=AccountOut)
async def make_account(request: Request, _: Administrator, asked: AccountIn) -> AccountOut:
    """The person should change the password at the first sign-in."""
    hub = services(request)
    wished = people.Wished(
        asked.role, asked.places, end_of(asked.last_day, zone_of(hub)), disabled=False
    )
    made = await people.make(
        request, asked.name, asked.password.get_secret_value(), wished, asked.reason
    )
    return _out(made, hub.clock(), zone_of(hub))


@router.patch("/{name}", status_code=204, summary="Change an account, or close it")
async def change_account(
    request: Request, user: Administrator, name: AccountName, asked: AccountChange
) -> None:
    """Ends the account's sessions. Nobody changes their own; one administrator is always left."""
    account = await people.account_named(request, name)
    held, said = people.wished_of(account), asked.model_fields_set
    zone = zone_of(services(request))
    wished = people.Wished(
        role=asked.role or held.role,
        places=asked.places if "places" in said else held.places,
        expires_s=end_of(asked.last_day, zone) if "last_day" in said else held.expires_s,
        disabled=held.disabled if asked.disabled is None else asked.disabled,
    )
    await people.change(request, user, account, wished, asked.reason)


@router.post("/{name}/removal", status_code=204, summary="Delete an account")
async def remove_account(
    request: Request, user: Administrator, name: AccountName, asked: WhyIn
) -> None:
    """With its sessions and tokens; the log keeps what it did."""
    await people.remove(request, user, await people.account_named(request, name), asked.reason)


@router.post("/{name}/password", status_code=204, summary="Give an account a new password")
async def give_password(
    request: Request, user: Administrator, name: AccountName, asked: GivenPasswordIn
) -> None:
    """For a person who lost theirs; ends their sessions and tokens."""
    account = await people.account_named(request, name)
    password = asked.password.get_secret_value()
    await people.give_password(request, user, account, password, asked.reason)


@router.post("/{name}/second-factor/removal", status_code=204, summary="Take a second factor")
async def take_second_factor(
    request: Request, user: Administrator, name: AccountName, asked: WhyIn
) -> None:
    """Of a person who lost their device; ends their sessions."""
    account = await people.account_named(request, name)
    await people.take_second_factor(request, user, account, asked.reason)


@router.get("/{name}/browsers", summary="An account's browsers", response_model=list[BrowserOut])
async def browsers(request: Request, _: Administrator, name: AccountName) -> list[BrowserOut]:
    """Where it is signed in."""
    hub, account = services(request), await people.account_named(request, name)
    found = await asyncio.to_thread(hub.store.accounts.sessions.of, account.id, hub.clock())
    return [BrowserOut.of(one) for one in found]


@router.get("/{name}/tokens", summary="An account's API tokens", response_model=list[TokenOut])
async def tokens(request: Request, _: Administrator, name: AccountName) -> list[TokenOut]:
    """Those that have ended too."""
    hub, account = services(request), await people.account_named(request, name)
    found = await asyncio.to_thread(hub.store.accounts.tokens.of, account.id)
    return [TokenOut.of(one) for one in found]


@router.post("/{name}/sign-out", status_code=204, summary="Sign an account out everywhere")
async def sign_out(request: Request, _: Administrator, name: AccountName, asked: WhyIn) -> None:
    """Every browser and every token."""
    account = await people.account_named(request, name)
    await people.sign_out_everywhere(request, account, asked.reason)


def end_of(last_day: date | None, zone: ZoneInfo) -> float | None:
    """The moment at which a last civil day is over; None for none."""
    if last_day is None:
        return None
    try:
        return datetime.combine(last_day + timedelta(days=1), time(), zone).timestamp()
    except (OverflowError, ValueError):
        return None  # a day that no calendar reaches is no end


def last_day_of(expires_s: float | None, zone: ZoneInfo) -> date | None:
    """The last civil day before an end."""
    if expires_s is None:
        return None
    return datetime.fromtimestamp(expires_s - 1, zone).date()


def _out(account: Account, now_s: float, zone: ZoneInfo) -> AccountOut:
    return AccountOut(
        name=account.name,
        role=Role(account.role),
        places=account.standing.places,
        last_day=last_day_of(account.standing.expires_s, zone),
        disabled=account.disabled,
        ended=account.ended(now_s),
        second_factor=account.second_factor,
        single_sign_on=account.subject is not None,
        created_s=account.created_s,
    )
