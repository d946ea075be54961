"""Cameras on the local network: who answers a WS-Discovery probe, and where its streams are.

ONVIF's own words are used: a *device service* is the address that speaks SOAP, a *profile* a way
to be streamed. A password goes out as a digest only, never in the clear.
"""

import fcntl
import socket
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import httpx
import onveef
from onveef import wsdiscovery

from parvis.site.places import has_no_camera, place_of

_SIOCGIFADDR: Final = 0x8915
_TEXT: Final = 120
"""Most letters that are taken of what a stranger on the network calls itself."""
_MOST: Final = 256
_SMALL: Final = 320
"""A sub-stream narrower than this shows too little of a person."""
_CODECS: Final = ("H264", "H265", "HEVC", "JPEG")


@dataclass(frozen=True, slots=True)
class NetworkCamera:
    """A camera that answered.

    Args:
        address: its host.
        service: its device service, an http address.
        name, hardware, location: what it calls itself; each may be empty.
    """

    address: str
    service: str
    name: str
    hardware: str
    location: str


@dataclass(frozen=True, slots=True)
class StreamAddresses:
    """Where a camera streams, without user or password.

    Args:
        main: the largest picture.
        sub: the smallest that still shows people; None where there is one stream only.
    """

    main: str
    sub: str | None


class AskFault(StrEnum):
    """Why a camera did not tell its streams."""

    PASSWORD = "password"  # noqa: S105  # the name of a fault
    SILENT = "silent"
    NO_STREAM = "no-stream"
    OTHER = "other"


class AskError(Exception):
    """A camera did not tell its streams; ``fault`` says why."""

    def __init__(self, fault: AskFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def own_addresses() -> list[str]:
    """The IPv4 addresses of this machine's network cards, loopback left out (netdevice(7))."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for _, name in socket.if_nameindex():
            asked = struct.pack("256s", name.encode()[:15])
            try:
                told = fcntl.ioctl(sock.fileno(), _SIOCGIFADDR, asked)
            except OSError:  # a card without an address
                continue
            found.append(socket.inet_ntoa(told[20:24]))
    return [address for address in found if not address.startswith("127.")]


async def search(interfaces: list[str], timeout_s: float = 3.0) -> list[NetworkCamera]:
    """Ask who is there, on every one of these cards at once, and listen.

    Args:
        interfaces: this machine's addresses to ask from, see :func:`own_addresses`.
        timeout_s: how long to listen.
    """
    if not interfaces:
        return []
    answers = await wsdiscovery.discover_async(timeout_s=timeout_s, interface_ip=interfaces, ttl=1)
    loopback = any(address.startswith("127.") for address in interfaces)
    found = [_camera(answer, loopback) for answer in answers[:_MOST]]
    by_service = {one.service: one for one in found if one is not None}
    return sorted(by_service.values(), key=lambda one: (one.name, one.address))


async def ask_streams(
    service: str, user: str, password: str, timeout_s: float = 8.0
) -> StreamAddresses:
    """Ask a camera for its profiles and where their streams are.

    Every address it tells is put onto the host that it was asked at: what a camera says must not
    lead elsewhere.

    Args:
        service: its device service.
        user, password: of the camera.
        timeout_s: of each question.

    Raises:
        AskError: it did not tell.
    """
    try:
        # No proxy of the environment, no redirection: the camera itself, or nobody.
        async with httpx.AsyncClient(trust_env=False, timeout=timeout_s) as client:
            camera = onveef.AsyncOnvifClient(
                service,
                username=user,
                password=password,
                http_auth="digest",
                http_client=client,
                timeout_s=timeout_s,
                retries=0,
            )
            await camera.discover_services()
            main, sub = _chosen(await camera.get_profiles())
            return StreamAddresses(
                _sound(await camera.get_stream_uri(profile_token=main)),
                _sound(await camera.get_stream_uri(profile_token=sub)) if sub else None,
            )
    except onveef.OnvifAuthError:
        raise AskError(AskFault.PASSWORD) from None
    except onveef.OnvifTransportError:
        raise AskError(AskFault.SILENT) from None
    except (onveef.OnvifError, httpx.HTTPError, ValueError, KeyError, TypeError):
        raise AskError(AskFault.OTHER) from None


def _camera(answer: wsdiscovery.DiscoveredDevice, loopback: bool) -> NetworkCamera | None:
    """What answered, if it can be a camera: anybody on the network may answer anything."""
    for service in answer.xaddrs:
        try:
            parts = urlsplit(service)
            host = parts.hostname or ""
        except ValueError:
            continue
        place = place_of(host)
        if parts.scheme not in ("http", "https") or place is None or len(service) > 500:
            continue
        if has_no_camera(place, loopback=loopback):
            continue
        return NetworkCamera(
            host, service, _plain(answer.name), _plain(answer.hardware), _plain(answer.location)
        )
    return None


def _plain(text: str) -> str:
    return "".join(letter for letter in unquote(text) if letter.isprintable())[:_TEXT].strip()


def _chosen(profiles: list[dict[str, Any]]) -> tuple[str, str | None]:
    """Tokens of the main and the sub profile."""
    sized = []
    for profile in profiles:
        encoder = profile.get("video_encoder") or {}
        codec = str(encoder.get("encoding", "")).upper().replace(".", "")
        if profile.get("token") and any(known in codec for known in _CODECS):
            width = int(encoder.get("width") or 0)
            sized.append((width * int(encoder.get("height") or 0), width, str(profile["token"])))
    if not sized:
        raise AskError(AskFault.NO_STREAM)
    area, _, main = max(sized, key=lambda one: one[0])
    smaller = [one for one in sized if one[0] < area and one[1] >= _SMALL]
    return main, min(smaller)[2] if smaller else None


def _sound(address: str) -> str:
    if urlsplit(address).scheme not in ("rtsp", "rtsps") or len(address) > 1000:
        raise AskError(AskFault.NO_STREAM)
    return address
