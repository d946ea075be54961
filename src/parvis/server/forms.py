"""The plain forms of the door: they work without a script, and answer with a redirection.

    POST /login        name, password, next, csrf    → next, or /login?error=CODE&next=…
    POST /login/code   code, next, csrf              → next, or /login/code?error=CODE&next=…
    POST /logout       csrf                          → /login
    POST /setup/admin  token, name, password, csrf   → /, or /setup/admin?token=…&error=CODE

CODE is the problem's code (``sign-in``, ``locked``, ``weak-password``, ``account-name``,
``link``…); with ``locked`` comes ``wait`` in seconds. :func:`message_of` says a code in words. The
pages draw the forms; ``csrf`` holds :func:`parvis.server.auth.csrf_token`.
"""

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from parvis.server.passwords import MAX_LENGTH, MIN_LENGTH
from parvis.server.problems import ProblemError, T
from parvis.server.services import services
from parvis.server.sessions import Owed, keeper_of
from parvis.server.sign_in import door_of
from parvis.server.trail import note, whence
from parvis.server.visitor import owing, visit_of

router = APIRouter(include_in_schema=False)

_MESSAGES = {
    "sign-in": T("The name or the password is wrong."),
    "locked": T("Too many attempts. Wait, then try again."),
    "weak-password": T(
        "This password is not strong enough: {least} to {most} characters, not your name, "
        "not the same few characters. Take four words or more."
    )(least=MIN_LENGTH, most=MAX_LENGTH),
    "account-name": T("A name has 2 to 64 letters, digits or . _ @ -"),
    "account-exists": T("This name is taken."),
    "second-factor": T("The code is wrong, or was used already."),
    "second-factor-code": T("This code does not fit. Type the next one."),
    "sso": T("The provider of identity did not answer as it should."),
    "sso-state": T("This sign-in was not begun in this browser, or took too long."),
    "sso-role": T("You have no role on this site."),
    "link": T("This link does not work any more. Restart Parvis to print a new one."),
}

UNKNOWN_ACCOUNT = "unknown account"
"""What the log says for a name that no account has; the space keeps it apart from every name."""

Text = Annotated[str, Form(max_length=1024)]


def message_of(code: str | None) -> T | None:
    """The sentence for an ``error`` code in the address of a form's page; None for no code."""
    if code is None:
        return None
    return _MESSAGES.get(code, T("This did not work. Try again."))


def local_path(path: str) -> str:
    """The path if it stays on this site, else ``/``: a sign-in must not lead elsewhere."""
    good = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if good and path.isprintable() else "/"


@router.post("/login")
async def log_in(
    request: Request, name: Text, password: Text, next: Text = "/"
) -> RedirectResponse:
    """Sign in from the form."""
    try:
        session = await door_of(request).sign_in(name, password, whence(request))
    except ProblemError as problem:
        await note_refusal(request, name, problem)
        return _back("/login", problem, {"next": local_path(next)})
    owed = await enter(request, session, name)
    return RedirectResponse(_way_on(owed, next), 303)


@router.post("/login/code")
async def give_code(request: Request, code: Text, next: Text = "/") -> RedirectResponse:
    """Give the second factor from the form."""
    person = owing(request)
    if person is None or person.owed is not Owed.CODE:
        return RedirectResponse("/login", 303)
    try:
        session = await door_of(request).complete(person.user, code, whence(request))
    except ProblemError as problem:
        await note_refusal(request, person.user.name, problem)
        return _back("/login/code", problem, {"next": local_path(next)})
    owed = await enter(request, session, person.user.name)
    return RedirectResponse(_way_on(owed, next), 303)


@router.post("/logout")
async def log_out(request: Request) -> RedirectResponse:
    """Sign out from the form."""
    visit = visit_of(request)
    if visit.session is not None:
        await keeper_of(request).close(visit.session)
        await note(request, "account.sign-out", "")
    visit.sign_out()
    return RedirectResponse("/login", 303, headers={"Clear-Site-Data": '"cache", "storage"'})


@router.post("/setup/admin")
async def make_administrator(
    request: Request, token: Text, name: Text, password: Text
) -> RedirectResponse:
    """Make the administrator from the first link."""
    try:
        session = await door_of(request).make_first(token, name, password, whence(request))
    except ProblemError as problem:
        await note_refusal(request, name, problem)
        return _back("/setup/admin", problem, {"token": token})
    await note(request, "account.first", name, who=name)
    return RedirectResponse(_way_on(await enter(request, session, name), "/"), 303)


async def note_refusal(request: Request, name: str, problem: ProblemError) -> None:
    """Log a refused sign-in; while locked out, the refusals that made the lock say enough.

    A name that is no account's is not written down: people type their password there.
    """
    if problem.code == "locked":
        return
    accounts = services(request).store.accounts
    account = await asyncio.to_thread(accounts.by_name, name.strip())
    target = UNKNOWN_ACCOUNT if account is None else account.name
    await note(request, "account.refused", target, who="", code=problem.code)


async def enter(request: Request, session: str, name: str) -> Owed | None:
    """Give the browser the new session and end the one it held (fixation, shared screens).

    Returns:
        What is still owed; a sign-in is logged once nothing is.
    """
    visit = visit_of(request)
    if visit.session is not None:
        await keeper_of(request).close(visit.session)
    visit.sign_in(session)
    found = await keeper_of(request).look(session)
    owed = None if found is None else found.owed
    if owed is None:
        await note(request, "account.sign-in", name, who=name)
    return owed


def _way_on(owed: Owed | None, next: str) -> str:
    if owed is None:
        return local_path(next)
    path = "/login/code" if owed is Owed.CODE else "/login/enrolment"
    return f"{path}?{urlencode({'next': local_path(next)})}"


def _back(path: str, problem: ProblemError, kept: dict[str, str]) -> RedirectResponse:
    told = {"error": problem.code} | kept
    if "Retry-After" in problem.headers:
        told["wait"] = problem.headers["Retry-After"]
    return RedirectResponse(f"{path}?{urlencode(told)}", 303)
