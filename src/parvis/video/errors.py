"""What can be wrong with a stream, in plain words, with what to do about it.

The words are constants: they hold no address, user name or password, and can be translated.
"""

import errno
import socket
from dataclasses import dataclass
from enum import StrEnum

import av
import av.error

from parvis.values.saying import T


class FaultKind(StrEnum):
    """Why a source gives no pictures."""

    PASSWORD = "password"  # noqa: S105  # the name of a fault
    FORBIDDEN = "forbidden"
    NO_SUCH_STREAM = "no-such-stream"
    REFUSED = "refused"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    UNKNOWN_HOST = "unknown-host"
    TIMEOUT = "timeout"
    ENDED = "ended"
    FROZEN = "frozen"
    NOT_A_VIDEO = "not-a-video"
    UNDECODABLE = "undecodable"
    CODEC = "codec"
    NO_SUCH_FILE = "no-such-file"
    NOT_READABLE = "not-readable"
    NOT_ALLOWED = "not-allowed"
    OTHER = "other"


_WORDS: dict[FaultKind, tuple[T, T]] = {
    FaultKind.PASSWORD: (
        T("The camera refuses the user name or the password."),
        T("Check both on the camera's own page; percent-encode special characters in the address."),
    ),
    FaultKind.FORBIDDEN: (
        T("The camera does not allow this user to watch this stream."),
        T("Give the user the right to watch live video on the camera's own page."),
    ),
    FaultKind.NO_SUCH_STREAM: (
        T("The camera answers, but has no stream of this name."),
        T("Check the path in the camera's manual, for example /Streaming/Channels/102."),
    ),
    FaultKind.REFUSED: (
        T("The device answers, but nothing listens on this port."),
        T("Check the port (RTSP is usually 554) and that the stream is switched on in the camera."),
    ),
    FaultKind.BUSY: (
        T("The camera answers, but refuses to serve this stream now."),
        T("Close other viewers of the camera, or raise its limit of connections."),
    ),
    FaultKind.UNREACHABLE: (
        T("The network has no way to this address."),
        T(
            "Check the address, the cable, and the route or VLAN between this machine and the "
            "camera."
        ),
    ),
    FaultKind.UNKNOWN_HOST: (
        T("No device of this name is known."),
        T("Check the spelling of the host name, or write its IP address."),
    ),
    FaultKind.TIMEOUT: (
        T("The camera does not answer in time."),
        T("Check that it has power and network, and that no firewall stands in between."),
    ),
    FaultKind.ENDED: (
        T("The camera closed the stream."),
        T("Parvis reconnects by itself; if it goes on, look at the camera's power and its log."),
    ),
    FaultKind.FROZEN: (
        T("The connection stands, but no picture comes."),
        T("Parvis reconnects by itself; if it goes on, restart the camera."),
    ),
    FaultKind.NOT_A_VIDEO: (
        T("What answers is not a video."),
        T("Check that the address is that of a stream or a video file, not of a web page."),
    ),
    FaultKind.UNDECODABLE: (
        T("Data comes, but no picture can be read from it."),
        T("Check the network for losses, or set the camera's stream to H.264."),
    ),
    FaultKind.CODEC: (
        T("The video is of a kind that cannot be decoded."),
        T("Set the camera's stream to H.264, H.265 or MJPEG."),
    ),
    FaultKind.NO_SUCH_FILE: (
        T("There is no such file or device."),
        T("Check the path, and that Parvis may read it."),
    ),
    FaultKind.NOT_READABLE: (
        T("Parvis is not allowed to read this file or device."),
        T("Give the user that runs Parvis the right to read it."),
    ),
    FaultKind.NOT_ALLOWED: (
        T("A source of this kind cannot be opened from here."),
        T("Use an address that starts with rtsp://, rtsps://, http:// or https://."),
    ),
    FaultKind.OTHER: (
        T("The source cannot be opened."),
        T("Try the same address in another player on this machine, then look at Parvis' log."),
    ),
}

PERMANENT = frozenset(
    {
        FaultKind.PASSWORD,
        FaultKind.FORBIDDEN,
        FaultKind.NO_SUCH_STREAM,
        FaultKind.BUSY,
        FaultKind.CODEC,
        FaultKind.NOT_A_VIDEO,
        FaultKind.NO_SUCH_FILE,
        FaultKind.NOT_READABLE,
        FaultKind.NOT_ALLOWED,
    }
)
"""Faults that an answering device gives as its answer; asking the same again does not help soon."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a source gives no pictures.

    Args:
        kind: for programs.
        detail: the library's words for the log; without the address, hence without secrets.
    """

    kind: FaultKind
    detail: str = ""

    @property
    def message(self) -> str:
        """What is wrong, in plain words; a constant that can be translated."""
        return _WORDS[self.kind][0].text

    @property
    def remedy(self) -> str:
        """What to do about it; a constant that can be translated."""
        return _WORDS[self.kind][1].text


class VideoError(Exception):
    """A source that gives no pictures; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


# FFmpeg's own exceptions first: the others are read from their errno.
_BY_CLASS: tuple[tuple[type[Exception], FaultKind], ...] = (
    (av.error.HTTPUnauthorizedError, FaultKind.PASSWORD),
    (av.error.HTTPForbiddenError, FaultKind.FORBIDDEN),
    (av.error.HTTPNotFoundError, FaultKind.NO_SUCH_STREAM),
    (av.error.HTTPClientError, FaultKind.BUSY),
    (av.error.HTTPError, FaultKind.BUSY),
    (av.error.DecoderNotFoundError, FaultKind.CODEC),
    (av.error.PatchWelcomeError, FaultKind.CODEC),
    (av.error.InvalidDataError, FaultKind.NOT_A_VIDEO),
    (av.error.DemuxerNotFoundError, FaultKind.NOT_A_VIDEO),
    (av.error.ProtocolNotFoundError, FaultKind.NOT_ALLOWED),
    (av.error.EOFError, FaultKind.ENDED),
    (av.error.ExitError, FaultKind.TIMEOUT),
)

_BY_ERRNO: dict[int, FaultKind] = {
    errno.ECONNREFUSED: FaultKind.REFUSED,
    errno.EHOSTUNREACH: FaultKind.UNREACHABLE,
    errno.ENETUNREACH: FaultKind.UNREACHABLE,
    errno.EHOSTDOWN: FaultKind.UNREACHABLE,
    errno.ETIMEDOUT: FaultKind.TIMEOUT,
    errno.ECONNRESET: FaultKind.ENDED,
    errno.ECONNABORTED: FaultKind.ENDED,
    errno.EPIPE: FaultKind.ENDED,
    errno.ENOENT: FaultKind.NO_SUCH_FILE,
    errno.ENODEV: FaultKind.NO_SUCH_FILE,
    errno.ENXIO: FaultKind.NO_SUCH_FILE,
    errno.EACCES: FaultKind.NOT_READABLE,
    errno.EPERM: FaultKind.NOT_READABLE,
    errno.EBUSY: FaultKind.BUSY,
}


def classify(error: Exception) -> Fault:
    """Tell what an exception from opening or reading a source means.

    The text of the exception is not used: FFmpeg puts the whole address into it.
    """
    if isinstance(error, VideoError):
        return error.fault
    words = getattr(error, "strerror", None) or ""
    detail = f"{type(error).__name__}: {words}".rstrip(": ")
    for exception, kind in _BY_CLASS:
        if isinstance(error, exception):
            return Fault(kind, detail)
    number = getattr(error, "errno", None) or 0
    return Fault(_BY_ERRNO.get(number, FaultKind.OTHER), detail)


def name_is_unknown(host: str) -> bool:
    """True when the host's name cannot be resolved; may block for as long as DNS takes."""
    try:
        socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return True
    return False
