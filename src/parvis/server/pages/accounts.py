"""*Comptes*: who may sign in, as what, for which places, until when. An administrator's page."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData

from parvis.policy.terms import Role
from parvis.server import people
from parvis.server.api.accounts import end_of, last_day_of
from parvis.server.api.reason import Reason
from parvis.server.auth import User, require
from parvis.server.pages.account_words import ROLE_SAYS, ROLE_WORDS, agent_said, problem_said
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.roles import demand_role
from parvis.server.passwords import MIN_LENGTH
from parvis.server.problems import ProblemError, T
from parvis.store.accounts import Account

router = APIRouter()

Here = Annotated[View, Depends(view)]
Administrator = Annotated[User, Depends(require(Role.ADMINISTRATOR))]

NEW = "/accounts/new"
_REASON: TypeAdapter[str] = TypeAdapter(Reason)

TOLD = {
    "made": T("The account is made. Hand the password over in person."),
    "changed": T("Changed. The sessions of this account have ended."),
    "password": T("The password is changed. The sessions and tokens of this account have ended."),
    "factor": T("The second factor is taken. The sessions of this account have ended."),
    "signed-out": T("Signed out everywhere; the tokens are revoked."),
    "removed": T("The account is deleted. The log keeps what it did."),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An account as the list shows it.

    Args:
        state: ``open``, ``closed`` or ``over``.
        word: the state in the reader's language.
        role: in the reader's language.
        places: labels; empty for the whole site.
        last_day: the last civil day on which it opens.
    """

    account: Account
    state: str
    word: str
    role: str
    places: tuple[str, ...]
    last_day: date | None


@router.get("/accounts", response_class=HTMLResponse)
async def listing(here: Here, told: str = "") -> Response:
    """Every account."""
    if here.user is None:
        return RedirectResponse("/login?next=/accounts", 303)
    demand_role(here, Role.ADMINISTRATOR)
    found = await asyncio.to_thread(here.services.store.accounts.all)
    rows = [_row(here, one) for one in found]
    return render(
        here,
        "accounts.html",
        page="accounts",
        rows=rows,
        answer=_answer(here, rows),
        told=here.words.shown(TOLD[told]) if told in TOLD else "",
    )


@router.get("/accounts/new", response_class=HTMLResponse)
def blank(here: Here) -> Response:
    """The form of an account to be."""
    if here.user is None:
        return RedirectResponse(f"/login?next={NEW}", 303)
    demand_role(here, Role.ADMINISTRATOR)
    return _form(here, None, people.Wished(Role.VIEWER))


@router.post("/accounts/new")
async def make(request: Request, here: Here, _: Administrator) -> Response:
    """Make an account from the form."""
    form = await request.form()
    name = _text(form, "name")
    try:
        made = await people.make(
            request, name, _text(form, "password"), _wished(here, form), _reason(form)
        )
    except ProblemError as problem:
        return _form(here, None, _wished(here, form, strict=False), problem, name=name)
    return RedirectResponse(f"/accounts/{made.name}?told=made", 303)


@router.get("/accounts/{name}", response_class=HTMLResponse)
async def one(request: Request, here: Here, name: str, told: str = "") -> Response:
    """One account, with where it is signed in."""
    if here.user is None:
        return RedirectResponse("/login?next=/accounts", 303)
    demand_role(here, Role.ADMINISTRATOR)
    account = await people.account_named(request, name[:200])
    return await _one(here, account, told=told)


@router.post("/accounts/{name}")
async def change(request: Request, here: Here, user: Administrator, name: str) -> Response:
    """What the forms of the page ask, by ``act``."""
    form = await request.form()
    account = await people.account_named(request, name[:200])
    try:
        told = await _done(request, here, user, account, form)
    except ProblemError as problem:
        return await _one(here, account, problem=problem)
    where = "/accounts" if told == "removed" else f"/accounts/{account.name}"
    return RedirectResponse(f"{where}?told={told}", 303)


async def _done(request: Request, here: View, user: User, account: Account, form: FormData) -> str:
    why = _reason(form)
    match form.get("act"):
        case "change":
            await people.change(request, user, account, _wished(here, form), why)
            return "changed"
        case "password":
            password = _text(form, "password")
            await people.give_password(request, user, account, password, why)
            return "password"
        case "factor":
            await people.take_second_factor(request, user, account, why)
            return "factor"
        case "sign-out":
            await people.sign_out_everywhere(request, account, why)
            return "signed-out"
        case "remove":
            await people.remove(request, user, account, why)
            return "removed"
        case _:
            raise ProblemError(422, "form", T("This did not work. Try again."))


async def _one(
    here: View, account: Account, *, problem: ProblemError | None = None, told: str = ""
) -> Response:
    sessions = here.services.store.accounts.sessions
    browsers = await asyncio.to_thread(sessions.of, account.id, here.now_s)
    tokens = await asyncio.to_thread(here.services.store.accounts.tokens.of, account.id)
    return _form(
        here,
        account,
        people.wished_of(account),
        problem,
        told=here.words.shown(TOLD[told]) if told in TOLD else "",
        browsers=[(one, agent_said(one.agent, here.words)) for one in browsers],
        tokens=tokens,
    )


def _form(
    here: View,
    account: Account | None,
    wished: people.Wished,
    problem: ProblemError | None = None,
    **more: Any,
) -> Response:
    words = here.words
    told: dict[str, Any] = {"told": "", "browsers": [], "tokens": [], "name": ""}
    return render(
        here,
        "account_edit.html",
        page="accounts",
        status=problem.status if problem else 200,
        problem=problem_said(problem, words),
        row=_row(here, account) if account else None,
        own=account is not None and here.user is not None and account.id == here.user.id,
        wished=wished,
        last_day=last_day_of(wished.expires_s, words.zone),
        roles=[
            (one.value, words.shown(ROLE_WORDS[one]), words.shown(ROLE_SAYS[one]))
            for one in people.HELD_ROLES
        ],
        least=MIN_LENGTH,
        **told | more,
    )


def _row(here: View, account: Account) -> Row:
    words, standing = here.words, account.standing
    state = "closed" if account.disabled else "over" if account.ended(here.now_s) else "open"
    said = {"open": words._("Open"), "closed": words._("Closed"), "over": words._("Over")}
    places = here.site.places
    labels = [places[one].label if one in places else one for one in standing.places or ()]
    return Row(
        account,
        state,
        said[state],
        words.shown(ROLE_WORDS[Role(account.role)]),
        tuple(labels),
        last_day_of(standing.expires_s, words.zone),
    )


def _answer(here: View, rows: list[Row]) -> str:
    words = here.words
    n = sum(row.state == "open" for row in rows)
    bare = sum(
        row.state == "open" and not row.account.second_factor and row.account.subject is None
        for row in rows
    )
    said = words.ngettext("{n} open account", "{n} open accounts", n)
    if not bare:
        return words._("{accounts}, each with a second factor.", accounts=said)
    more = words.ngettext("{n} without a second factor", "{n} without a second factor", bare)
    return f"{said}, {more}."


def _wished(here: View, form: FormData, *, strict: bool = True) -> people.Wished:
    role = _text(form, "role")
    held = Role(role) if role in set(Role) else Role.VIEWER
    chosen = tuple(one for one in form.getlist("places") if isinstance(one, str))
    limited = form.get("reach") == "places"
    day = _text(form, "last_day")
    try:
        last_day = date.fromisoformat(day) if day else None
    except ValueError:
        if strict:
            raise ProblemError(
                422, "day", T("A time could not be read."), remedy=T("Write it as 2026-12-31.")
            ) from None
        last_day = None
    return people.Wished(
        role=held,
        places=chosen if limited else None,
        expires_s=end_of(last_day, here.words.zone),
        disabled=form.get("disabled") == "yes",
    )


def _reason(form: FormData) -> str:
    try:
        return _REASON.validate_python(form.get("reason", ""))
    except ValidationError:
        raise ProblemError(422, "reason", T("Write a reason of three letters or more.")) from None


def _text(form: FormData, key: str) -> str:
    held = form.get(key, "")
    return held[:1024] if isinstance(held, str) else ""
