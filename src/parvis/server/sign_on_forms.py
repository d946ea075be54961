"""The door of single sign-on: to the provider of identity, and back.

GET /login/sso            → the provider
GET /login/sso/callback   → where the sign-in leads, or /login?error=CODE
"""

import asyncio
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from parvis.server.boundary import Boundary
from parvis.server.forms import enter, local_path
from parvis.server.problems import ProblemError, T
from parvis.server.services import services
from parvis.server.sessions import keeper_of
from parvis.server.single_sign_on import LASTS_S, Identity, SignOnDesk
from parvis.server.trail import note, whence
from parvis.store.accounts import Account, Standing

router = APIRouter(include_in_schema=False)

PROVIDER = "provider of identity"
"""Who changes an account by what it says of a person; the blanks keep it apart from every name."""


@router.get("/login/sso")
async def leave(
    request: Request, next: Annotated[str, Query(max_length=500)] = "/"
) -> RedirectResponse:
    """Send the person to the provider."""
    try:
        token, address = await desk_of(request).begin(_here(request), local_path(next))
    except ProblemError as problem:
        return _refused(problem)
    response = RedirectResponse(address, 303)
    secure = _secure(request)
    response.set_cookie(
        _cookie(secure), token, max_age=int(LASTS_S), secure=secure, httponly=True, samesite="lax"
    )
    return response


@router.get("/login/sso/callback")
async def come_back(request: Request) -> RedirectResponse:
    """Take the person back."""
    name = _cookie(_secure(request))
    try:
        identity, onward = await desk_of(request).finish(
            request.cookies.get(name, ""), dict(request.query_params), _here(request)
        )
        account = await _account(request, identity)
    except ProblemError as problem:
        target = str(problem.details.get("subject", "unknown account"))
        await note(request, "account.refused", target, who="", code=problem.code)
        return _refused(problem)
    # The provider answers for the second factor.
    session = await keeper_of(request).open(account.id, whence(request), second=True)
    await enter(request, session, account.name)
    response = RedirectResponse(onward, 303)
    response.delete_cookie(name, secure=_secure(request), httponly=True, samesite="lax")
    return response


async def _account(request: Request, identity: Identity) -> Account:
    """The account of that person as the provider says it now; made at the first sign-in.

    Raises:
        ProblemError: 403 for one that an administrator closed.
    """
    accounts, now_s = services(request).store.accounts, services(request).clock()
    held = await asyncio.to_thread(accounts.by_subject, identity.subject)
    if held is None:
        taken = await asyncio.to_thread(accounts.by_name, identity.name)
        name = identity.name if taken is None else f"{identity.name}-sso"
        await asyncio.to_thread(
            accounts.create,
            name,
            "",
            identity.role,
            now_s,
            places=identity.places,
            subject=identity.subject,
        )
        held = await asyncio.to_thread(accounts.by_subject, identity.subject)
        if held is None:
            raise ProblemError(409, "account-exists", T("This name is taken."))
        await note(request, "account.make", held.name, who=PROVIDER, role=identity.role)
    if held.ended(now_s):
        raise ProblemError(
            403,
            "sso-role",
            T("You have no role on this site."),
            remedy=T("Ask the administrator of the site."),
            details={"subject": identity.subject},
        )
    said = Standing(identity.role, False, identity.places, held.standing.expires_s)
    if said != held.standing:
        await asyncio.to_thread(accounts.set_standing, held.id, said)
        await note(request, "account.change", held.name, who=PROVIDER, role=identity.role)
        held = await asyncio.to_thread(accounts.by_id, held.id) or held
    return held


def desk_of(request: Request) -> SignOnDesk:
    """The desk of the running application."""
    desk: SignOnDesk = request.app.state.sign_on
    return desk


def _here(request: Request) -> str:
    """The address at which the provider sends people back; the Host header is one of ours."""
    boundary: Boundary = request.state.boundary
    own = f"{request.url.scheme}://{request.headers['host']}"
    return f"{boundary.settings.public_url or own}/login/sso/callback"


def _secure(request: Request) -> bool:
    boundary: Boundary = request.state.boundary
    return boundary.https


def _cookie(secure: bool) -> str:
    return "__Host-parvis_sso" if secure else "parvis_sso"


def _refused(problem: ProblemError) -> RedirectResponse:
    return RedirectResponse(f"/login?{urlencode({'error': problem.code})}", 303)
