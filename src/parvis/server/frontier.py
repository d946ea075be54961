"""The outermost middleware: what every request passes and every response carries."""

import asyncio
from collections.abc import Callable

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parvis.server.boundary import Boundary
from parvis.server.errors import respond, unexpected
from parvis.server.problems import ProblemError, T
from parvis.site.sections import ServerSettings

BODY_LIMIT = 1024 * 1024
"""Largest request body, bytes."""

BODY_TIMEOUT_S = 20.0
"""How long a client may take to send its body."""

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers then send "Origin: null" with a form, which would be refused.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_CLOSE = {"Connection": "close"}
"""Of answers after which nothing that the client sends is read any more."""


class Frontier:
    """Believes trusted proxies only, checks host, origin and size, sets the security headers.

    Leaves in ``scope["state"]``: ``peer`` (:class:`~parvis.server.boundary.Peer`), ``boundary``,
    and for unsafe methods ``body`` (bytes, already read).

    Args:
        app: what stands behind.
        settings: returns the ``server`` section in force; it may change with the file.
    """

    def __init__(self, app: ASGIApp, settings: Callable[[], ServerSettings]) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection (ASGI)."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # There is no websocket here: refusing the handshake is the whole answer.
            await send({"type": "websocket.close", "code": 1008})
            return
        started = False
        boundary = Boundary(self._settings())

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _secure(MutableHeaders(scope=message), boundary)
            await send(message)

        try:
            receive = await self._admit(scope, receive, boundary)
            await self._app(scope, receive, with_headers)
        except ProblemError as problem:
            await respond(Request(scope), problem)(scope, receive, with_headers)
        except Exception as error:
            if started:
                raise
            await unexpected(Request(scope), error)(scope, receive, with_headers)

    async def _admit(self, scope: Scope, receive: Receive, boundary: Boundary) -> Receive:
        headers = Headers(scope=scope)
        client = scope.get("client")
        peer = boundary.peer(
            client[0] if client else "",
            scope["scheme"],
            ",".join(headers.getlist("x-forwarded-for")),
            headers.get("x-forwarded-proto", ""),
        )
        scope["scheme"] = peer.scheme
        state = scope.setdefault("state", {})
        state["peer"] = peer
        state["boundary"] = boundary
        if "transfer-encoding" in headers and "content-length" in headers:
            # A proxy may believe the other one, and take the body's end for a request of its own
            # (RFC 9112, 6.3).
            raise ProblemError(
                400, "framing", T("The request could not be understood."), headers=_CLOSE
            )
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        boundary.check_host(host)
        if scope["method"] not in UNSAFE:
            return receive
        boundary.check_origin(
            headers.get("origin"), headers.get("sec-fetch-site"), host, peer.scheme
        )
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > BODY_LIMIT:
            raise _too_large()
        state["body"] = await _read(receive)
        return _replayed(state["body"], receive)


def _secure(headers: MutableHeaders, boundary: Boundary) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if boundary.https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")


async def _read(receive: Receive) -> bytes:
    """The whole body; it is small by rule, and reading it here bounds every route alike."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    return bytes(body)
                body += message.get("body", b"")
                if len(body) > BODY_LIMIT:
                    raise _too_large()
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise ProblemError(
            408,
            "slow",
            T("The request took too long to arrive."),
            remedy=T("Try again."),
            headers=_CLOSE,
        ) from None


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _too_large() -> ProblemError:
    return ProblemError(
        413,
        "too-large",
        T("The request is too large."),
        T("A request holds at most {limit} bytes.")(limit=BODY_LIMIT),
        T("Send less at a time."),
        headers=_CLOSE,
    )
