"""The session of this browser, and the accounts of the site."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from parvis.policy.terms import Role
from parvis.server.api.shapes import Answer
from parvis.server.auth import CurrentUser, User, csrf_token, require, signed_in
from parvis.server.forms import enter, note_refusal
from parvis.server.problems import ProblemError, T
from parvis.server.services import services
from parvis.server.sign_in import door_of, keeper_of
from parvis.server.trail import note, origin
from parvis.server.visitor import visit_of

router = APIRouter(tags=["accounts"])

Administrator = Annotated[User, Depends(require(Role.ADMINISTRATOR))]
AccountName = Annotated[str, Path(max_length=64)]

HELD_ROLES = tuple(role for role in Role if role is not Role.PUBLIC)


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignInIn(_Sent):
    """A name and a password."""

    name: str = Field(max_length=200)
    password: SecretStr = Field(max_length=1024)


class PasswordIn(_Sent):
    """A change of one's own password."""

    old: SecretStr = Field(max_length=1024)
    new: SecretStr = Field(max_length=1024)


class AccountIn(SignInIn):
    """A new account."""

    role: Role


class AccountChange(_Sent):
    """What to change; what is absent stays."""

    role: Role | None = None
    disabled: bool | None = None


class SessionOut(Answer):
    """Who is signed in, and the token that changes must carry in `X-CSRF-Token`."""

    name: str | None
    role: Role | None
    csrf: str


class AccountOut(Answer):
    """An account; its password never leaves."""

    name: str
    role: Role
    disabled: bool
    created_s: float


@router.get("/session", summary="Who is signed in", response_model=SessionOut)
async def who(request: Request) -> SessionOut:
    """Open to everyone: a program starts here to get its CSRF token."""
    user = signed_in(request)
    return SessionOut(
        name=user.name if user else None,
        role=user.role if user else None,
        csrf=csrf_token(request),
    )


@router.post("/session", status_code=204, summary="Sign in")
async def sign_in(request: Request, asked: SignInIn) -> None:
    """Sets the session cookie. The CSRF token changes: read `GET /session` again."""
    try:
        session = await door_of(request).sign_in(
            asked.name, asked.password.get_secret_value(), origin(request)
        )
    except ProblemError as problem:
        await note_refusal(request, asked.name, problem)
        raise
    await enter(request, session)
    await note(request, "account.sign-in", asked.name, who=asked.name)


@router.delete("/session", status_code=204, summary="Sign out")
async def sign_out(request: Request, user: CurrentUser) -> None:
    """Ends the session on the server."""
    visit = visit_of(request)
    await keeper_of(request).close(visit.session or "")
    visit.sign_out()
    await note(request, "account.sign-out", user.name)


@router.post("/session/password", status_code=204, summary="Change one's password")
async def change_password(request: Request, user: CurrentUser, asked: PasswordIn) -> None:
    """Ends every session of this account: sign in again."""
    await door_of(request).change_password(
        user, asked.old.get_secret_value(), asked.new.get_secret_value(), origin(request)
    )
    visit_of(request).sign_out()
    await note(request, "account.password", user.name)


@router.get("/accounts", summary="Accounts", response_model=list[AccountOut])
async def accounts(request: Request, _: Administrator) -> list[AccountOut]:
    """Every account of the site."""
    found = await asyncio.to_thread(services(request).store.accounts.all)
    return [
        AccountOut(
            name=one.name, role=Role(one.role), disabled=one.disabled, created_s=one.created_s
        )
        for one in found
    ]


@router.post("/accounts", status_code=201, summary="Make an account", response_model=AccountOut)
async def make_account(request: Request, _: Administrator, asked: AccountIn) -> AccountOut:
    """The person should change the password at the first sign-in."""
    _check_role(asked.role)
    name = asked.name.strip()
    await door_of(request).make(name, asked.password.get_secret_value(), asked.role)
    await note(request, "account.make", name, role=asked.role.value)
    return AccountOut(
        name=name, role=asked.role, disabled=False, created_s=services(request).clock()
    )


@router.patch("/accounts/{name}", status_code=204, summary="Change an account's role, or close it")
async def change_account(
    request: Request, user: Administrator, name: AccountName, asked: AccountChange
) -> None:
    """Ends the account's sessions. Nobody changes their own: the site would lose its key."""
    store = services(request).store
    account = await asyncio.to_thread(store.accounts.by_name, name)
    if account is None:
        raise ProblemError(404, "no-account", T("There is no account of that name."))
    if account.id == user.id:
        raise ProblemError(
            409,
            "own-account",
            T("You cannot change your own account this way."),
            remedy=T("Ask another administrator."),
        )
    if asked.role is not None:
        _check_role(asked.role)
        await asyncio.to_thread(store.accounts.set_role, account.id, asked.role.value)
    if asked.disabled is not None:
        await asyncio.to_thread(store.accounts.set_disabled, account.id, asked.disabled)
    await asyncio.to_thread(store.accounts.close_sessions_of, account.id)
    await note(request, "account.change", name, **asked.model_dump(mode="json", exclude_none=True))


def _check_role(role: Role) -> None:
    if role not in HELD_ROLES:
        raise ProblemError(
            422,
            "role",
            T("An account cannot hold this role."),
            remedy=T("Choose one of: {roles}.")(roles=", ".join(HELD_ROLES)),
        )
