"""Where an address leads, asked before it is opened: no camera leads to a machine's credentials."""

import socket
import ssl
from urllib.parse import urljoin, urlsplit

import httpx

from parvis.site.dialling import JudgedTransport
from parvis.site.places import is_metadata_service
from parvis.video.errors import Fault, FaultKind, VideoError

MOST_HOPS = 5
"""Redirections that are followed, one after the other."""


def check_destination(url: str) -> None:
    """Refuse an address that leads to a metadata service, by name or by number.

    A name that cannot be resolved passes: opening it says so better. May block for as long as DNS
    takes.

    Raises:
        VideoError: not allowed.
    """
    host = urlsplit(url).hostname or ""
    if is_metadata_service(host) or any(map(is_metadata_service, _addresses(host))):
        raise VideoError(Fault(FaultKind.NOT_ALLOWED, "a metadata service"))


def judge_address(address: str) -> None:
    """Refuse one address that a name led to; asked again for the very one that is connected to.

    Raises:
        VideoError: not allowed.
    """
    if is_metadata_service(address):
        raise VideoError(Fault(FaultKind.NOT_ALLOWED, "a metadata service"))


def client(timeout_s: float) -> httpx.Client:
    """An HTTP client for cameras: no proxy, no redirection, every address judged.

    Cameras have certificates of their own making; FFmpeg does not verify them either.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    way = JudgedTransport(judge_address, context)
    return httpx.Client(timeout=timeout_s, transport=way, trust_env=False)


def redirected(url: str, timeout_s: float) -> str | None:
    """Where an HTTP camera sends its readers in the end; None when it sends them nowhere.

    FFmpeg would follow blindly: each hop is checked here, and the password goes no further than
    the camera's own host.

    Args:
        url: http or https, with user and password where the camera asks for them.
        timeout_s: for each hop.

    Raises:
        VideoError: a hop leads where no camera is, or there are too many.
    """
    here = url
    with client(timeout_s) as http:
        for _ in range(MOST_HOPS):
            there = _next(http, here)
            if there is None:
                return None if here == url else here
            if urlsplit(there).scheme not in ("http", "https"):
                raise VideoError(Fault(FaultKind.NOT_ALLOWED, "redirected to another protocol"))
            check_destination(there)
            here = there
    raise VideoError(Fault(FaultKind.NOT_ALLOWED, "redirected again and again"))


def _next(http: httpx.Client, url: str) -> str | None:
    """One hop: where this address sends its reader, if it does."""
    parts = urlsplit(url)
    try:
        answer = _head(http, url, None)
        if answer.status_code == httpx.codes.UNAUTHORIZED and parts.username:
            offered = answer.headers.get("www-authenticate", "").lower()
            if offered.startswith("digest"):
                login = httpx.URL(url)
                answer = _head(http, url, httpx.DigestAuth(login.username, login.password))
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    place: str = answer.headers.get("location", "")
    if not answer.is_redirect or not place:
        return None
    there = urlsplit(urljoin(url, place))
    if there.hostname == parts.hostname and "@" not in there.netloc and "@" in parts.netloc:
        credentials = parts.netloc.rpartition("@")[0]
        there = there._replace(netloc=f"{credentials}@{there.netloc}")
    return there.geturl()


def _head(http: httpx.Client, url: str, auth: httpx.Auth | None) -> httpx.Response:
    """The head of an answer to GET; its body, which may never end, is not read."""
    with http.stream("GET", url, auth=auth or httpx.USE_CLIENT_DEFAULT) as answer:
        return answer


def _addresses(host: str) -> set[str]:
    try:
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return set()
