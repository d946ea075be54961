"""What a source is, from its text: a network stream, a device, or files."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from parvis.site.places import is_metadata_service
from parvis.site.sources import SourceError, SourceKind, source_kind
from parvis.video.errors import Fault, FaultKind, VideoError

VIDEO_SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mkv", ".avi", ".mov", ".ts", ".mts", ".webm", ".mpg", ".mpeg", ".h264"}
    | {".h265", ".hevc", ".mjpeg", ".mjpg", ".flv", ".3gp", ".asf", ".wmv", ".dav"}
)
"""What is taken for a video in a folder of files."""


@dataclass(frozen=True, slots=True)
class RtspSource:
    """An rtsp:// or rtsps:// stream. ``url`` may hold a password: it is never printed."""

    url: str

    def __repr__(self) -> str:
        return "RtspSource(…)"


@dataclass(frozen=True, slots=True)
class HttpSource:
    """An http(s):// stream, MJPEG or HLS. ``url`` may hold a password: it is never printed."""

    url: str

    def __repr__(self) -> str:
        return "HttpSource(…)"


@dataclass(frozen=True, slots=True)
class DeviceSource:
    """A camera on this machine, ``/dev/videoN``."""

    path: str


@dataclass(frozen=True, slots=True)
class FileSource:
    """Recorded files, in the order they are played; at least one."""

    paths: tuple[Path, ...]

    def __post_init__(self) -> None:
        if not self.paths:
            raise ValueError("no file to play")


LiveSource = RtspSource | HttpSource | DeviceSource
Source = LiveSource | FileSource


def parse_source(text: str) -> Source:
    """Tell what ``text`` names; a folder becomes its video files, sorted by name.

    Args:
        text: address, device or path, secrets already resolved.

    Raises:
        VideoError: nothing that Parvis opens, no such file, or a folder without a video.
    """
    try:
        kind = source_kind(text)
    except SourceError as error:
        raise VideoError(Fault(FaultKind.NOT_ALLOWED, error.message)) from None
    match kind:
        case SourceKind.RTSP:
            return RtspSource(text)
        case SourceKind.HTTP:
            return HttpSource(text)
        case SourceKind.DEVICE:
            return DeviceSource(text)
        case SourceKind.FILE:
            return FileSource(_files(Path(text)))
        case SourceKind.SECRET:
            raise VideoError(Fault(FaultKind.NOT_ALLOWED, "an unresolved ${NAME}"))


def parse_screen_source(text: str) -> LiveSource:
    """As :func:`parse_source`, for text that came over the network from a screen.

    Files of this machine are out of reach, and so are the addresses where clouds hand out the
    machine's own credentials. Private and loopback addresses stay allowed: cameras live there.
    A name is judged when it is opened, by what it leads to.

    Raises:
        VideoError: see parse_source; a file, or an address that screens may not open.
    """
    try:
        kind = source_kind(text)
    except SourceError as error:
        raise VideoError(Fault(FaultKind.NOT_ALLOWED, error.message)) from None
    if kind in (SourceKind.FILE, SourceKind.SECRET):
        raise VideoError(Fault(FaultKind.NOT_ALLOWED, "not a network stream"))
    if kind is not SourceKind.DEVICE and is_metadata_service(urlsplit(text).hostname or ""):
        raise VideoError(Fault(FaultKind.NOT_ALLOWED, "a metadata service"))
    source = parse_source(text)
    assert not isinstance(source, FileSource)  # noqa: S101  # told by source_kind above
    return source


def host_of(source: Source) -> str:
    """Host name of a network source; empty for devices and files."""
    if isinstance(source, RtspSource | HttpSource):
        return urlsplit(source.url).hostname or ""
    return ""


def _files(path: Path) -> tuple[Path, ...]:
    if path.is_dir():
        inside = sorted(
            file
            for file in path.iterdir()
            if file.suffix.lower() in VIDEO_SUFFIXES and file.is_file()
        )
        if not inside:
            raise VideoError(Fault(FaultKind.NO_SUCH_FILE, "the folder holds no video"))
        return tuple(inside)
    if not path.is_file():
        raise VideoError(Fault(FaultKind.NO_SUCH_FILE, "no such file"))
    return (path,)
