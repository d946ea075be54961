"""Streams and files to frames."""

from parvis.video.errors import Fault, FaultKind, VideoError
from parvis.video.files import FileReader
from parvis.video.frame import Frame
from parvis.video.live import LiveReader
from parvis.video.mot import read_mot
from parvis.video.probe import ProbeResult, probe
from parvis.video.reader import Reader
from parvis.video.sources import FileSource, Source, parse_screen_source, parse_source

__all__ = [
    "Fault",
    "FaultKind",
    "FileReader",
    "FileSource",
    "Frame",
    "LiveReader",
    "ProbeResult",
    "Reader",
    "Source",
    "VideoError",
    "open_source",
    "parse_screen_source",
    "parse_source",
    "probe",
    "read_mot",
]


def open_source(
    source: str,
    *,
    rate: float | None,
    sub: str | None = None,
    start_s: float | None = None,
) -> Reader:
    """Start reading a source, whatever kind it is.

    Args:
        source: address, device, file or folder; secrets already resolved.
        rate: frames a second to hand on; None hands on every frame.
        sub: address of the camera's smaller stream; used first, ``source`` when it is refused.
        start_s: for files, seconds since the epoch of the first frame; by default the first
            file's modification time less its length.

    Raises:
        VideoError: nothing that Parvis opens, or a file that cannot be read. A live source that
            does not answer raises nothing: its reader tries for ever and tells in ``health()``.
    """
    main = parse_source(source)
    if isinstance(main, FileSource):
        return FileReader(main, rate, start_s)
    smaller = parse_source(sub) if sub else None
    if smaller is None or isinstance(smaller, FileSource):
        return LiveReader((main,), rate)
    return LiveReader((smaller, main), rate)
