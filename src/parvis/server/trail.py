"""The server's entries in the audit trail: who, from where, did what to what, and why."""

import asyncio

from fastapi import Request

from parvis.server.auth import User, signed_in
from parvis.server.boundary import Peer
from parvis.server.services import services


def origin(request: Request) -> str:
    """The address the request came from, past trusted proxies."""
    peer: Peer = request.state.peer
    return peer.address


async def note(
    request: Request,
    action: str,
    target: str,
    why: str = "",
    *,
    who: User | str | None = None,
    **detail: object,
) -> None:
    """Append an entry; when it cannot be written, the action it tells of must not happen.

    Args:
        request: whose person and address are told.
        action: verb in dotted form, for example ``camera.change``.
        target: what it was done to.
        why: the person's reason, where one is asked.
        who: instead of the signed-in person, for example at sign-in.
        detail: further facts; never a secret.
    """
    await note_from(request, origin(request), action, target, why, who=who, **detail)


async def note_from(
    request: Request,
    address: str,
    action: str,
    target: str,
    why: str = "",
    *,
    who: User | str | None = None,
    **detail: object,
) -> None:
    """As :func:`note`, from a stated address; for what happens after the request."""
    hub = services(request)
    person = who if who is not None else signed_in(request)
    name = person.name if isinstance(person, User) else (person or "")
    await asyncio.to_thread(
        hub.store.audit.record,
        at_s=hub.clock(),
        who=name,
        action=action,
        target=target,
        why=why,
        origin=address,
        detail=detail,
    )
