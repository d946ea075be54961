"""Middleware that tells who sent a request, and refuses changes without the page's own token.

A session is a random token in an HttpOnly cookie; the store knows its SHA-256 only. Before
sign-in, a form is tied to its browser by a second random cookie. The CSRF token is an HMAC keyed
by whichever of the two is in force: nothing to store, and new with every sign-in.
"""

import hashlib
import hmac
import secrets
from urllib.parse import parse_qs

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parvis.server.auth import User
from parvis.server.bearers import Bearers, bearer_of
from parvis.server.frontier import UNSAFE
from parvis.server.problems import ProblemError, T
from parvis.server.public.address import for_everybody
from parvis.server.sessions import ABSOLUTE_S, SessionKeeper, Visited

FORM_FIELD = "csrf"
HEADER = "x-csrf-token"


class Visit:
    """The cookies of one request, and those its response will set.

    Args:
        request: the request.
        secure: the site is reached over TLS: cookies are Secure and carry the __Host- prefix,
            which no neighbouring host name can forge.
    """

    def __init__(self, request: Request, secure: bool) -> None:
        prefix = "__Host-" if secure else ""
        self._secure = secure
        self._session_name = f"{prefix}parvis"
        self._form_name = f"{prefix}parvis_form"
        self.session = request.cookies.get(self._session_name) or None
        self._form = request.cookies.get(self._form_name) or None
        self._fresh_form = False
        self._session_to_write: str | None = None

    def csrf_token(self) -> str:
        """The token that this browser's next change must carry."""
        if self.session is None and self._form is None:
            self._form = secrets.token_urlsafe(32)
            self._fresh_form = True
        return _token(self.session or self._form or "")

    def proves(self, given: str) -> bool:
        """Whether a change carries the token of this browser."""
        key = self.session or self._form
        return key is not None and hmac.compare_digest(_token(key).encode(), given.encode())

    def sign_in(self, session: str) -> None:
        """Give the browser a new session, whatever it held before."""
        self._session_to_write = session

    def sign_out(self) -> None:
        """Take the session from the browser."""
        self._session_to_write = ""

    def drop(self) -> None:
        """Forget a session cookie that no longer opens anything."""
        self.session = None
        self._session_to_write = ""

    def write(self, headers: MutableHeaders) -> None:
        """Add the cookies to a response."""
        carrier = Response()
        if self._session_to_write:
            self._set(carrier, self._session_name, self._session_to_write, int(ABSOLUTE_S))
            carrier.delete_cookie(
                self._form_name, secure=self._secure, httponly=True, samesite="lax"
            )
        elif self._session_to_write == "":
            carrier.delete_cookie(
                self._session_name, secure=self._secure, httponly=True, samesite="lax"
            )
        if self._fresh_form and self._form and not self._session_to_write:
            self._set(carrier, self._form_name, self._form, None)
        for name, value in carrier.raw_headers:
            if name == b"set-cookie":
                headers.append("set-cookie", value.decode("latin-1"))

    def _set(self, carrier: Response, name: str, value: str, max_age_s: int | None) -> None:
        carrier.set_cookie(
            name, value, max_age=max_age_s, secure=self._secure, httponly=True, samesite="lax"
        )


class Visitor:
    """Sets ``request.state.user`` and ``request.state.csrf_token``; guards unsafe methods.

    Who owes something at the door stands in ``request.state.owing`` instead. A program that brings
    an API token is whom the token names, whatever cookies it sends; it needs no CSRF token, since
    no browser adds an Authorization header by itself.

    Args:
        app: what stands behind.
        keeper: finds the person of a session token.
        bearers: finds the person of an API token.
    """

    def __init__(self, app: ASGIApp, keeper: SessionKeeper, bearers: Bearers) -> None:
        self._app = app
        self._keeper = keeper
        self._bearers = bearers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        path = scope.get("path", "")
        # The public page is the same for all: nobody is looked up and no cookie is set.
        if scope["type"] != "http" or path.startswith("/static/") or for_everybody(path):
            await self._app(scope, receive, send)
            return
        state = scope["state"]
        visit = Visit(Request(scope), state["boundary"].https)
        state["visit"] = visit
        state["csrf_token"] = visit.csrf_token
        token = bearer_of(scope)
        if token is not None:
            state["user"] = await self._bearers.find(token)
            await self._app(scope, receive, send)
            return
        if scope["method"] in UNSAFE and not visit.proves(_given(scope, state["body"])):
            raise _forged()
        if visit.session is not None:
            found = await self._keeper.look(visit.session)
            if found is None:
                visit.drop()
            elif found.owed is None:
                state["user"] = found.user
            else:
                state["owing"] = found

        async def with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.write(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, with_cookies)


def owing(request: Request) -> Visited | None:
    """The person who still owes something at the door; None for everybody else."""
    found: Visited | None = getattr(request.state, "owing", None)
    return found


async def found_again(request: Request) -> User | None:
    """The person of this request as they stand now, for answers that last."""
    token = bearer_of(request.scope)
    if token is not None:
        bearers: Bearers = request.app.state.bearers
        return await bearers.look(token)
    keeper: SessionKeeper = request.app.state.keeper
    return await keeper.find(visit_of(request).session or "", touch=False)


def visit_of(request: Request) -> Visit:
    """The visit that the middleware opened for this request."""
    visit: Visit = request.state.visit
    return visit


def _token(key: str) -> str:
    return hmac.new(key.encode(), b"parvis change", hashlib.sha256).hexdigest()


def _given(scope: Scope, body: bytes) -> str:
    """The token a change carries: in its header, or in the hidden field of a plain form."""
    headers = Headers(scope=scope)
    given = headers.get(HEADER)
    if given is not None:
        return given
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return ""
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=200)
    except ValueError:
        return ""
    return fields.get(FORM_FIELD, [""])[0]


def _forged() -> ProblemError:
    return ProblemError(
        403,
        "csrf",
        T("The change was refused."),
        T("It did not carry the token of this page, or the page is too old."),
        T("Reload the page and try again."),
    )
