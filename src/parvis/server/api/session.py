"""The session of this browser, and what a person does with their own account."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from parvis.policy.terms import Role
from parvis.server import own_account, second_factor
from parvis.server.api.shapes import Answer
from parvis.server.auth import CurrentUser, User, csrf_token, current_user, signed_in
from parvis.server.bearers import LONGEST_S
from parvis.server.forms import enter, note_refusal
from parvis.server.problems import ProblemError, T
from parvis.server.scopes import Scope
from parvis.server.services import services
from parvis.server.sessions import Owed, hashed, keeper_of
from parvis.server.sign_in import door_of
from parvis.server.trail import note, origin, whence
from parvis.server.visitor import owing, visit_of
from parvis.store.api_tokens import ApiToken
from parvis.store.sessions import Session

router = APIRouter(prefix="/session", tags=["accounts"])

Secret = Annotated[SecretStr, Field(max_length=1024)]
SessionId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
TokenId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]

_DAY_S = 86_400.0
_MOST_DAYS = int(LONGEST_S // _DAY_S)


class Sent(BaseModel):
    """What a person sends: no field is ignored, no value is repeated in an error."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class SignInIn(Sent):
    """A name and a password, and the second factor where the account has one."""

    name: str = Field(max_length=200)
    password: Secret
    code: str = Field(default="", max_length=64, description="Of the device, or to recover.")


class CodeIn(Sent):
    """A second factor."""

    code: str = Field(max_length=64, description="Of the device, or a recovery code.")


class PasswordIn(Sent):
    """A change of one's own password."""

    old: Secret
    new: Secret


class EnrolmentIn(Sent):
    """A device that proves itself."""

    secret: str = Field(max_length=64, description="As `GET /session/second-factor` gave it.")
    code: str = Field(max_length=64, description="That the device shows now.")
    password: Secret = Field(
        default=SecretStr(""), description="One's own; not asked for while one still owes a device."
    )


class RemovalIn(CodeIn):
    """Leave to go without a second factor."""

    password: Secret


class TokenIn(Sent):
    """A token for a program."""

    name: str = Field(min_length=1, max_length=100, description="What it is for.")
    scopes: frozenset[Scope] = Field(min_length=1)
    days: int = Field(ge=1, le=_MOST_DAYS, description="How long it lives.")
    password: Secret = Field(description="One's own, again.")


class SessionOut(Answer):
    """Who is signed in, and the token that changes must carry in `X-CSRF-Token`."""

    name: str | None
    role: Role | None
    places: tuple[str, ...] | None = Field(description="That one sees; null for the whole site.")
    owed: Owed | None = Field(description="What is still to be given before anything opens.")
    csrf: str


class BrowserOut(Answer):
    """A signed-in browser."""

    id: str
    created_s: float
    last_seen_s: float
    expires_s: float
    origin: str = Field(description="The address that it was signed in from.")
    agent: str = Field(description="What it says that it is.")
    current: bool

    @classmethod
    def of(cls, session: Session, current: str = "") -> "BrowserOut":
        """As it is told; ``current`` is the hash of the asking browser's own token."""
        return cls(
            id=session.id,
            created_s=session.created_s,
            last_seen_s=session.last_seen_s,
            expires_s=session.expires_s,
            origin=session.origin,
            agent=session.agent,
            current=session.token_hash == current,
        )


class OfferOut(Answer):
    """A secret for a device; nothing is kept until the device has proved itself."""

    secret: str
    uri: str = Field(description="otpauth:// address of the same, as drawn.")
    svg: str = Field(description="The address as a QR code, drawn by this server.")


class RecoveryOut(Answer):
    """Codes for the day on which the device is lost: shown once, each good once."""

    recovery_codes: tuple[str, ...]


class TokenOut(Answer):
    """A token of one's own; what opens is not told again."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_s: float
    expires_s: float
    last_used_s: float | None

    @classmethod
    def of(cls, kept: ApiToken) -> "TokenOut":
        """As it is told."""
        return cls(**_told(kept))


class NewTokenOut(TokenOut):
    """A new token: shown this once."""

    token: str = Field(description="To be sent as `Authorization: Bearer …`, never in an address.")


def enrolling(request: Request) -> User:
    """Who may set up a device: a person who is signed in, or who owes just that.

    Raises:
        ProblemError: 401 for everybody else.
    """
    person = owing(request)
    if person is not None and person.owed is Owed.ENROLMENT:
        return person.user
    return current_user(request)


enrolling.roles = frozenset(Role) - {Role.PUBLIC}  # type: ignore[attr-defined]  # for the matrix
Enrolling = Annotated[User, Depends(enrolling)]


@router.get("", summary="Who is signed in", response_model=SessionOut)
async def who(request: Request) -> SessionOut:
    """Open to everyone: a program starts here to get its CSRF token."""
    user, person = signed_in(request), owing(request)
    return SessionOut(
        name=user.name if user else None,
        role=user.role if user else None,
        places=user.places if user else None,
        owed=person.owed if person else None,
        csrf=csrf_token(request),
    )


@router.post("", status_code=204, summary="Sign in")
async def sign_in(request: Request, asked: SignInIn) -> None:
    """Sets the session cookie. The CSRF token changes: read `GET /session` again."""
    try:
        session = await door_of(request).sign_in(
            asked.name, asked.password.get_secret_value(), whence(request), asked.code
        )
    except ProblemError as problem:
        await note_refusal(request, asked.name, problem)
        raise
    await enter(request, session, asked.name)


@router.post("/code", status_code=204, summary="Give the second factor")
async def give_code(request: Request, asked: CodeIn) -> None:
    """For who signed in with a password and owes the code; a new session begins."""
    person = owing(request)
    if person is None or person.owed is not Owed.CODE:
        raise ProblemError(409, "nothing-owed", T("No code is asked for."))
    try:
        session = await door_of(request).complete(person.user, asked.code, whence(request))
    except ProblemError as problem:
        await note_refusal(request, person.user.name, problem)
        raise
    await enter(request, session, person.user.name)


@router.delete("", status_code=204, summary="Sign out")
async def sign_out(request: Request, user: CurrentUser) -> None:
    """Ends the session on the server."""
    visit = visit_of(request)
    await keeper_of(request).close(visit.session or "")
    visit.sign_out()
    await note(request, "account.sign-out", user.name)


@router.post("/password", status_code=204, summary="Change one's password")
async def change_password(request: Request, user: CurrentUser, asked: PasswordIn) -> None:
    """Ends every session of this account: sign in again."""
    await own_account.change_password(
        request, user, asked.old.get_secret_value(), asked.new.get_secret_value()
    )


@router.get("/browsers", summary="One's signed-in browsers", response_model=list[BrowserOut])
async def browsers(request: Request, user: CurrentUser) -> list[BrowserOut]:
    """The latest used first."""
    current = hashed(visit_of(request).session or "")
    found = await own_account.browsers(request, user)
    return [BrowserOut.of(one, current) for one in found]


@router.delete("/browsers", status_code=204, summary="Sign out everywhere")
async def sign_out_everywhere(request: Request, user: CurrentUser) -> None:
    """Every browser, this one too, and every token."""
    await own_account.sign_out_everywhere(request, user)


@router.delete("/browsers/{browser_id}", status_code=204, summary="Sign one browser out")
async def sign_out_one(request: Request, user: CurrentUser, browser_id: SessionId) -> None:
    """One's own only."""
    await own_account.sign_out_one(request, user, browser_id)


@router.get("/second-factor", summary="A secret for a device", response_model=OfferOut)
async def offer(request: Request, user: Enrolling) -> OfferOut:
    """A fresh one at each call; nothing is kept of it."""
    secret = second_factor.new_secret()
    site = services(request).site.loaded().site.site.name
    uri = second_factor.address(secret, user.name, site)
    return OfferOut(secret=secret, uri=uri, svg=second_factor.drawn(uri))


@router.post("/second-factor", summary="Set up the second factor", response_model=RecoveryOut)
async def enrol(request: Request, user: Enrolling, asked: EnrolmentIn) -> RecoveryOut:
    """In place of the one before. The codes to recover with are shown this once."""
    codes = await own_account.enrol(
        request, user, asked.secret, asked.code, asked.password.get_secret_value()
    )
    return RecoveryOut(recovery_codes=codes)


@router.post("/second-factor/removal", status_code=204, summary="Go without a second factor")
async def remove_second_factor(request: Request, user: CurrentUser, asked: RemovalIn) -> None:
    """Not where the site asks this role for one."""
    await own_account.remove_second_factor(
        request, user, asked.password.get_secret_value(), asked.code
    )


@router.get("/tokens", summary="One's API tokens", response_model=list[TokenOut])
async def tokens(request: Request, user: CurrentUser) -> list[TokenOut]:
    """Those that have ended too."""
    kept = services(request).store.accounts.tokens
    return [TokenOut.of(one) for one in await asyncio.to_thread(kept.of, user.id)]


@router.post("/tokens", status_code=201, summary="Make an API token", response_model=NewTokenOut)
async def make_token(request: Request, user: CurrentUser, asked: TokenIn) -> NewTokenOut:
    """For a program: it sees what its owner sees, as far as its scopes go."""
    await door_of(request).prove(user, asked.password.get_secret_value(), origin(request))
    token, kept = await own_account.make_token(
        request, user, asked.name, asked.scopes, asked.days * _DAY_S
    )
    return NewTokenOut(token=token, **_told(kept))


@router.delete("/tokens/{token_id}", status_code=204, summary="Revoke an API token")
async def revoke_token(request: Request, user: CurrentUser, token_id: TokenId) -> None:
    """At once. One's own only."""
    await own_account.revoke_token(request, user, token_id)


def _told(kept: ApiToken) -> dict[str, object]:
    return {
        "id": kept.id,
        "name": kept.name,
        "scopes": tuple(sorted(kept.scopes)),
        "created_s": kept.created_s,
        "expires_s": kept.expires_s,
        "last_used_s": kept.last_used_s,
    }
