"""What kind of thing a source names: a stream, a device or files, told from its text alone."""

import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

SECRET = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""A reference to a secret, ``${NAME}``."""

_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")
_DEVICE = re.compile(r"^/dev/video\d+$")


class SourceKind(StrEnum):
    """How a source is opened."""

    RTSP = "rtsp"
    HTTP = "http"
    DEVICE = "device"
    FILE = "file"
    SECRET = "secret"  # noqa: S105  # the whole source is one ${NAME}: known when opened


class SourceError(ValueError):
    """A source that Parvis cannot open, with what to do about it.

    Args:
        message: what is wrong, without any secret.
        remedy: what to write instead.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def source_kind(source: str) -> SourceKind:
    """Tell how ``source`` is opened, from its text; nothing is opened or resolved.

    Raises:
        SourceError: no scheme that Parvis opens, or an address without a host.
    """
    text = source.strip()
    if not text or text != source or any(ord(letter) < 32 for letter in source):
        raise SourceError(
            "the source is empty or has spaces around it or control characters in it",
            "write an address such as rtsp://192.0.2.10/main, or the path of a video file",
        )
    if "***" in text:
        raise SourceError(
            "the address still has its secrets hidden",
            "write them again, or ${NAME} in their place",
        )
    if SECRET.fullmatch(text):
        return SourceKind.SECRET
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _local_kind(text)
    match scheme.group(1).lower():
        case "rtsp" | "rtsps":
            kind = SourceKind.RTSP
        case "http" | "https":
            kind = SourceKind.HTTP
        case "file":
            raise SourceError(
                "file:// addresses are not used", "write the path itself, for example clips/a.mp4"
            )
        case other:
            raise SourceError(
                f"streams of the kind {other}:// are not supported",
                "use rtsp://, rtsps://, http://, https://, /dev/video0, or a path",
            )
    if not _host(text):
        raise SourceError(
            "the address has no host, or its port is not a number",
            "write it as rtsp://user:${CAMERA_PASSWORD}@192.0.2.10:554/path",
        )
    return kind


def _local_kind(text: str) -> SourceKind:
    if _DEVICE.match(text):
        return SourceKind.DEVICE
    if text.startswith("/dev/"):
        raise SourceError(
            "only video devices are opened under /dev", "write /dev/video0 or another number"
        )
    return SourceKind.FILE


def _host(text: str) -> str:
    """Host of an address, empty when there is none; a ``${NAME}`` stands for a plain letter."""
    try:
        parts = urlsplit(SECRET.sub("x", text))
        _ = parts.port  # raises for a port that is no number
        return parts.hostname or ""
    except ValueError:
        # The port itself may come from the environment: the address is judged when it is opened.
        return "" if SECRET.search(text) is None else "x"


def is_recorded(source: str) -> bool:
    """True for a recorded clip: a file, or a stream served on this machine's loopback.

    An address whose host comes from the environment is taken for a live camera: what cannot be
    told from the file is not shown as a demonstration.
    """
    try:
        kind = source_kind(source)
    except SourceError:
        return False
    if kind is SourceKind.FILE:
        return True
    if kind not in (SourceKind.RTSP, SourceKind.HTTP):
        return False
    authority = source.split("://", 1)[1]
    host_part = re.split(r"[/?#]", authority, maxsplit=1)[0].rpartition("@")[2]
    if SECRET.search(host_part):
        return False
    return is_loopback(_host(source))


def is_loopback(host: str) -> bool:
    """True when ``host`` names this machine's loopback: 127.0.0.0/8, ::1 or localhost."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def located(source: str, folder: Path) -> str:
    """Return ``source`` with a relative file path made absolute from ``folder``.

    Addresses and devices come back as they are.

    Raises:
        SourceError: see :func:`source_kind`.
    """
    if source_kind(source) is not SourceKind.FILE:
        return source
    return str(folder / Path(source).expanduser())


def secret_names(text: str) -> tuple[str, ...]:
    """Names of the secrets that ``text`` refers to as ``${NAME}``, in order, each once."""
    return tuple(dict.fromkeys(SECRET.findall(text)))
