"""*Mon compte*: one's password, second factor, signed-in browsers and tokens."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from parvis.server import own_account, second_factor
from parvis.server.api.accounts import last_day_of
from parvis.server.auth import CurrentUser, User
from parvis.server.forms import local_path, message_of
from parvis.server.pages.account_words import ROLE_SAYS, ROLE_WORDS, agent_said, problem_said
from parvis.server.pages.frame import View, render, view
from parvis.server.passwords import MIN_LENGTH
from parvis.server.people import own_account as account_of
from parvis.server.problems import ProblemError, T
from parvis.server.scopes import OPENINGS, Scope, grantable
from parvis.server.sessions import Owed, hashed
from parvis.server.sign_in import door_of
from parvis.server.trail import origin
from parvis.server.visitor import owing, visit_of

router = APIRouter()

Here = Annotated[View, Depends(view)]

TOLD = {
    "browser": T("That browser is signed out."),
    "revoked": T("The token is revoked. What used it is refused from now on."),
    "factor-gone": T("You sign in without a second factor from now on."),
}
LASTS_DAYS = (30, 90, 180, 365)


@router.get("/account", response_class=HTMLResponse)
async def mine(here: Here, told: str = "") -> Response:
    """One's own account."""
    if here.user is None:
        return RedirectResponse("/login?next=/account", 303)
    return await _page(here, here.user, told=told)


@router.post("/account")
async def change(request: Request, here: Here, user: CurrentUser) -> Response:
    """What the forms of the page ask, by ``act``."""
    form = await request.form()
    try:
        return await _done(request, here, user, form)
    except ProblemError as problem:
        return await _page(here, user, problem=problem)


@router.get("/account/second-factor", response_class=HTMLResponse)
async def offer(here: Here) -> Response:
    """The drawn code for a device."""
    if here.user is None:
        return RedirectResponse("/login?next=/account/second-factor", 303)
    return _offer(here, here.user, "device.html", second_factor.new_secret())


@router.post("/account/second-factor")
async def enrol(request: Request, here: Here, user: CurrentUser) -> Response:
    """The device proves itself."""
    form = await request.form()
    secret, code, password = (_text(form, key) for key in ("secret", "code", "password"))
    try:
        codes = await own_account.enrol(request, user, secret, code, password)
    except ProblemError as problem:
        return _offer(here, user, "device.html", secret, problem)
    return render(here, "recovery.html", page="account", codes=codes, onward="/account")


@router.get("/login/code", response_class=HTMLResponse)
def ask_code(here: Here, next: str = "/", error: str | None = None, wait: int = 0) -> Response:
    """The form that asks the second factor."""
    person = owing(here.request)
    if person is None or person.owed is not Owed.CODE:
        return RedirectResponse("/login", 303)
    message = message_of(error)
    text = here.words.shown(message) if message else ""
    if wait > 0:
        later = here.words._("Try again in {time}.", time=here.words.duration(wait))
        text = f"{text} {later}"
    return render(
        here, "code.html", next=local_path(next), wrong=text, status=401 if error else 200
    )


@router.get("/login/enrolment", response_class=HTMLResponse)
async def owed_offer(here: Here, next: str = "/") -> Response:
    """The drawn code, for who must set a device up before anything opens."""
    person = owing(here.request)
    if person is None or person.owed is not Owed.ENROLMENT:
        return RedirectResponse("/login", 303)
    secret = second_factor.new_secret()
    return _offer(here, person.user, "device_owed.html", secret, next=next)


@router.post("/login/enrolment")
async def owed_enrol(request: Request, here: Here) -> Response:
    """The device proves itself, and the house opens."""
    person = owing(request)
    if person is None or person.owed is not Owed.ENROLMENT:
        return RedirectResponse("/login", 303)
    form = await request.form()
    secret, code, next_ = (_text(form, key) for key in ("secret", "code", "next"))
    try:
        codes = await own_account.enrol(request, person.user, secret, code, "")
    except ProblemError as problem:
        return _offer(here, person.user, "device_owed.html", secret, problem, next=next_)
    return render(here, "recovery_owed.html", codes=codes, onward=local_path(next_))


async def _done(request: Request, here: View, user: User, form: FormData) -> Response:
    password = _text(form, "password")
    match form.get("act"):
        case "password":
            await own_account.change_password(request, user, password, _text(form, "new"))
            return RedirectResponse("/login", 303)
        case "browser":
            await own_account.sign_out_one(request, user, _text(form, "id"))
            return RedirectResponse("/account?told=browser", 303)
        case "everywhere":
            await own_account.sign_out_everywhere(request, user)
            return RedirectResponse("/login", 303)
        case "no-factor":
            code = _text(form, "code")
            await own_account.remove_second_factor(request, user, password, code)
            return RedirectResponse("/account?told=factor-gone", 303)
        case "revoke":
            await own_account.revoke_token(request, user, _text(form, "id"))
            return RedirectResponse("/account?told=revoked", 303)
        case "token":
            return await _new_token(request, here, user, form)
        case _:
            raise ProblemError(422, "form", T("This did not work. Try again."))


async def _new_token(request: Request, here: View, user: User, form: FormData) -> Response:
    name, days = _text(form, "name").strip()[:100], _text(form, "days")
    scopes = frozenset(Scope(one) for one in form.getlist("scopes") if one in set(Scope))
    if not name or not scopes or days not in map(str, LASTS_DAYS):
        raise ProblemError(
            422,
            "token-form",
            T("The token was not made."),
            T("It needs a name, and at least one thing that it may do."),
        )
    await door_of(request).prove(user, _text(form, "password"), origin(request))
    token, kept = await own_account.make_token(request, user, name, scopes, int(days) * 86_400.0)
    return await _page(here, user, token=(token, kept.name))


async def _page(
    here: View,
    user: User,
    *,
    problem: ProblemError | None = None,
    told: str = "",
    token: tuple[str, str] | None = None,
) -> Response:
    words, accounts = here.words, here.services.store.accounts
    account = await account_of(here.request, user)
    browsers = await own_account.browsers(here.request, user)
    tokens = await asyncio.to_thread(accounts.tokens.of, user.id)
    left = await asyncio.to_thread(accounts.second_factors.recovery_left, user.id)
    current = hashed(visit_of(here.request).session or "")
    places = here.site.places
    return render(
        here,
        "account.html",
        page="account",
        status=problem.status if problem else 200,
        problem=problem_said(problem, words),
        told=words.shown(TOLD[told]) if told in TOLD else "",
        held=account,
        role=words.shown(ROLE_WORDS[user.role]),
        role_says=words.shown(ROLE_SAYS[user.role]),
        covers=[places[one].label for one in user.places or () if one in places],
        last_day=last_day_of(account.standing.expires_s, words.zone),
        browsers=[
            (one, agent_said(one.agent, words), one.token_hash == current) for one in browsers
        ],
        tokens=[(one, [_scope_said(here, name) for name in sorted(one.scopes)]) for one in tokens],
        token=token,
        recovery_left=left,
        factor_owed=user.role.value in here.site.accounts.second_factor,
        scopes=[(one.value, words.shown(OPENINGS[one].says)) for one in grantable(user.role)],
        lasts=LASTS_DAYS,
        least=MIN_LENGTH,
    )


def _offer(
    here: View,
    user: User,
    template: str,
    secret: str,
    problem: ProblemError | None = None,
    **more: Any,
) -> Response:
    uri = second_factor.address(secret[:64], user.name, here.site.site.name)
    return render(
        here,
        template,
        page="account",
        status=problem.status if problem else 200,
        problem=problem_said(problem, here.words),
        secret=secret,
        grouped=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        drawing=second_factor.drawn(uri),
        **more,
    )


def _scope_said(here: View, name: str) -> str:
    return here.words.shown(OPENINGS[Scope(name)].says) if name in set(Scope) else name


def _text(form: FormData, key: str) -> str:
    held = form.get(key, "")
    return held[:1024] if isinstance(held, str) else ""
