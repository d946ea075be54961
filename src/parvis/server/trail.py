"""The server's entries in the audit trail: who, from where, did what to what, and why."""

import asyncio
from dataclasses import dataclass

from fastapi import Request

from parvis.server.auth import signed_in
from parvis.server.boundary import Peer
from parvis.server.services import HubServices, services
from parvis.server.sessions import Whence


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry to be.

    Args:
        who: the person's name; empty when unknown.
        origin: the address they came from, past trusted proxies.
        action: verb in dotted form, for example ``camera.change``.
        target: what it was done to.
        why: the person's reason, where one is asked.
        detail: further facts; never a secret.
    """

    who: str
    origin: str
    action: str
    target: str
    why: str
    detail: dict[str, object]


def origin(request: Request) -> str:
    """The address the request came from, past trusted proxies."""
    peer: Peer = request.state.peer
    return peer.address


def whence(request: Request) -> Whence:
    """From where, and with what, a person signs in."""
    return Whence(origin(request), request.headers.get("user-agent", ""))


async def note(
    request: Request,
    action: str,
    target: str,
    why: str = "",
    *,
    who: str | None = None,
    **detail: object,
) -> None:
    """Append what the person of this request does; ``who`` names them before they are signed in.

    When the entry cannot be written, the request fails: nothing goes unlogged.
    """
    user = signed_in(request)
    name = who if who is not None else (user.name if user else "")
    await append(services(request), Deed(name, origin(request), action, target, why, detail))


async def append(hub: HubServices, deed: Deed) -> None:
    """Append an entry."""
    await asyncio.to_thread(
        hub.store.audit.record,
        at_s=hub.clock(),
        who=deed.who,
        action=deed.action,
        target=deed.target,
        why=deed.why,
        origin=deed.origin,
        detail=deed.detail,
    )
