"""Which addresses a screen may make the server open: cameras, and nothing else.

A person with a browser must not reach, through the server, what only the server can reach: its
own files, its own services, a cloud's metadata, or its secrets. The file site.yaml itself, which
takes a login on the machine, may name what it likes; an address that stays as the file has it
passes.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from parvis.server.problems import ProblemError, T
from parvis.site.places import has_no_camera, is_metadata_service, place_of
from parvis.site.shapes import Camera
from parvis.site.sources import SECRET, SourceKind, is_recorded, secret_names, source_kind

Resolve = Callable[[str], Awaitable[list[str]]]
"""Turns a host name into its addresses, as text."""

RESOLVE_TIMEOUT_S = 5.0


async def resolve(host: str) -> list[str]:
    """Every address of a host name, by the system's resolver; empty when there is none."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_TIMEOUT_S):
            found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        return []
    return sorted({str(item[4][0]) for item in found})


async def check_camera(
    asked: Camera, held: Camera | None, *, loopback: bool, find: Resolve = resolve
) -> None:
    """Refuse a camera whose addresses a screen must not open.

    Args:
        asked: the camera as a screen sent it.
        held: the camera as the file has it; addresses that stay the same pass.
        loopback: streams on this machine itself are allowed (profile ``demonstration``).
        find: resolves host names.

    Raises:
        ProblemError: 422, with the reason.
    """
    known = {held.source, held.sub_source} if held is not None else set()
    for address in (asked.source, asked.sub_source):
        if address is not None and address not in known:
            await check_address(address, held, loopback=loopback, find=find)


async def check_address(
    address: str, held: Camera | None, *, loopback: bool, find: Resolve = resolve
) -> None:
    """Refuse one address; see :func:`check_camera`.

    Raises:
        ProblemError: 422, with the reason.
    """
    kind = source_kind(address)
    if kind in (SourceKind.FILE, SourceKind.SECRET):
        raise _refused(T("Files and hidden addresses are named in site.yaml, not on a screen."))
    if kind is SourceKind.DEVICE:
        return
    _check_secrets(address, held)
    host = _host(address)
    if host is None:
        raise _refused(T("Its host cannot be told from its text."))
    if is_metadata_service(host):
        raise _refused(T("It points at this machine itself, or at no camera's network."))
    found = [host] if place_of(host) is not None else await find(host)
    if not found:
        raise _refused(T("The host {host} is not known to the network.")(host=host))
    for text in found:
        _check_place(text, loopback)


def check_recorded(*addresses: str | None) -> None:
    """Refuse to look at what is no recorded clip, where the profile shows nothing else.

    Raises:
        ProblemError: 403.
    """
    if all(address is None or is_recorded(address) for address in addresses):
        return
    raise ProblemError(
        403,
        "recorded-only",
        T("Only recorded clips are opened here."),
        T("The profile in force is a demonstration: no real camera is looked at."),
        T("Name the profile that your legal basis allows in site.yaml."),
    )


def _check_secrets(address: str, held: Camera | None) -> None:
    """A ``${NAME}`` may only go to the host that the file already sends it to.

    Otherwise a screen could post every secret of the environment to a machine of its choice.
    """
    names = set(secret_names(address))
    if not names:
        return
    for kept in (held.source, held.sub_source) if held is not None else ():
        if (
            kept is not None
            and names <= set(secret_names(kept))
            and _host(kept) is not None
            and _host(kept) == _host(address)
        ):
            return
    raise _refused(T("Its secret belongs to another camera or host."))


def _check_place(text: str, loopback: bool) -> None:
    place = place_of(text)
    if place is None or has_no_camera(place, loopback=loopback):
        raise _refused(T("It points at this machine itself, or at no camera's network."))


def _host(address: str) -> str | None:
    """The host, or None when part of it comes from a secret."""
    try:
        host = urlsplit(SECRET.sub("\0", address)).hostname or ""
    except ValueError:
        return None
    # Readers of addresses disagree about these letters: what we check must be what is opened.
    return None if not host or set(host) & set("\0\\%") or "\\" in address else host


def _refused(why: T) -> ProblemError:
    return ProblemError(
        422,
        "address",
        T("This address is not opened from a screen."),
        why,
        T("Give the address of a camera on the network: rtsp://, rtsps://, http:// or https://."),
    )
