"""Opening a source with FFmpeg: options, timeouts and what it is allowed to touch."""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from parvis.video import playlists
from parvis.video.destinations import check_destination, redirected
from parvis.video.errors import Fault, FaultKind, VideoError, classify, name_is_unknown
from parvis.video.sources import DeviceSource, HttpSource, LiveSource, RtspSource, host_of

READ_TIMEOUT_S = 5.0
"""A read that brings nothing ends after this; the reader's own watchdog is faster."""

_UNSTAMPED_FORMATS = frozenset({"mpjpeg", "mjpeg", "image2pipe", "jpeg_pipe"})

_VAGUE = frozenset({FaultKind.NOT_A_VIDEO, FaultKind.OTHER})

# The stream is described by its SDP; what is not (no parameter sets) the decoder reads itself.
# Probing as FFmpeg does by default holds the first frame back for one to three seconds.
_QUICK = {"probesize": "32", "analyzeduration": "1", "fpsprobesize": "0"}
_RTSP = {
    "rtsp_transport": "tcp",
    "allowed_media_types": "video",
    "protocol_whitelist": "rtsp,rtsps,rtp,srtp,udp,tcp,tls",
}
# No file, concat, subfile or data protocol: a playlist must not reach this machine's files.
_HTTP = {
    "protocol_whitelist": "http,https,httpproxy,tcp,tls,crypto",
    "format_whitelist": (
        "mpjpeg,mjpeg,jpeg_pipe,mpegts,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,flv,"
        "h264,hevc,aac,webvtt"
    ),
    "analyzeduration": "1000000",
    "fpsprobesize": "0",
    # FFmpeg would follow wherever the camera points; see parvis.video.destinations.
    "max_redirects": "0",
}
# The segments of a playlist are fetched by parvis.video.playlists.
_PLAYLIST = (
    _HTTP
    | playlists.OPTIONS
    | {"format_whitelist": "hls,applehttp,mpegts,mov,mp4,m4a,3gp,3g2,mj2,aac,webvtt"}
)
_FILE = {"protocol_whitelist": "file"}
# Without deblocking, H.264 and H.265 decode 10 to 30 % cheaper. What the eye would see is averaged
# away by scaling: PETS is counted no worse for it, even at 0.7 Mbit/s with a key frame every 10 s,
# where the grey levels drift most (bench/low_bitrate.py; docs/accuracy.md, "Few bits").
_DECODER = {"skip_loop_filter": "all"}


@dataclass(frozen=True, slots=True)
class Opened:
    """An open source and what its container says about time.

    Args:
        container, stream: PyAV's; used by one thread only.
        stamped: false where stamps are invented (MJPEG over HTTP): arrival is the only clock.
        paced: true where data comes as fast as it is read (HLS): the reader keeps the pace.
    """

    container: InputContainer
    stream: VideoStream
    stamped: bool = True
    paced: bool = False

    @property
    def codec(self) -> str:
        """The codec's short name, for example ``h264``."""
        return self.stream.codec_context.name


@contextmanager
def open_live(source: LiveSource, open_timeout_s: float, *, probing: bool) -> Iterator[Opened]:
    """Open a network stream or a device, and close it at the end.

    Args:
        open_timeout_s: for connecting, and again for the stream's description.
        probing: let FFmpeg look at the stream as long as it likes; for streams that describe
            themselves badly.

    Raises:
        VideoError: it does not open, has no video, or leads where no camera is.
    """
    unasked = {} if probing else _QUICK
    match source:
        case RtspSource(url):
            options, name = _RTSP | unasked, None
        case HttpSource(url):
            options, name = _HTTP, None
        case DeviceSource(url):
            options, name = {}, "v4l2"
    if not isinstance(source, DeviceSource):
        check_destination(url)
    timeouts_s = (open_timeout_s, READ_TIMEOUT_S)
    started_s = time.monotonic()
    try:
        try:
            container = _opened(url, name, options, timeouts_s)
        except OSError as error:
            # What FFmpeg says of a redirection that it must not follow.
            if error.errno != errno.EIO or not isinstance(source, HttpSource):
                raise
            there = redirected(url, open_timeout_s)
            if there is None:
                raise
            container = _opened(there, None, options, timeouts_s)
    except Exception as error:
        waited_s = time.monotonic() - started_s
        fault = classify(error)
        # FFmpeg calls an answer that never came invalid data.
        if fault.kind in _VAGUE and waited_s >= 0.95 * open_timeout_s:
            raise VideoError(Fault(FaultKind.TIMEOUT, fault.detail)) from None
        raise VideoError(_explained(fault, source)) from None
    with container:
        kind = container.format.name
        unstamped = kind in _UNSTAMPED_FORMATS
        paced = isinstance(source, HttpSource) and not unstamped
        yield Opened(container, _video(container), not unstamped, paced)


def _opened(
    url: str, form: str | None, options: dict[str, str], timeouts_s: tuple[float, float]
) -> InputContainer:
    if not playlists.is_playlist(url):
        return av.open(url, format=form, options=options, timeout=timeouts_s)
    fetcher = playlists.Fetcher(max(timeouts_s))
    return av.open(url, options=_PLAYLIST, timeout=timeouts_s, io_open=fetcher)


@contextmanager
def open_file(path: Path) -> Iterator[Opened]:
    """Open a recorded file, and close it at the end.

    Raises:
        VideoError: it does not open, or has no video.
    """
    try:
        # The prefix makes any name a plain file: "concat:a|b.mp4" is one file of that name.
        container = av.open(f"file:{path.resolve()}", options=_FILE)
    except Exception as error:
        raise VideoError(classify(error)) from None
    with container:
        yield Opened(container, _video(container))


def _video(container: InputContainer) -> VideoStream:
    if not container.streams.video:
        raise VideoError(Fault(FaultKind.NOT_A_VIDEO, "no video stream"))
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise VideoError(Fault(FaultKind.CODEC, "no decoder"))
    # Frame threads cost more CPU than they save; cameras are the unit of parallelism.
    stream.codec_context.thread_type = "NONE"
    stream.codec_context.thread_count = 1
    stream.codec_context.options = _DECODER
    return stream


def _explained(fault: Fault, source: LiveSource) -> Fault:
    """FFmpeg says "input/output error" for three things: tell them apart."""
    host = host_of(source)
    if fault.kind is not FaultKind.OTHER or not host:
        return fault
    if name_is_unknown(host):
        return Fault(FaultKind.UNKNOWN_HOST, fault.detail)
    kind = FaultKind.NOT_A_VIDEO if isinstance(source, HttpSource) else FaultKind.ENDED
    return Fault(kind, fault.detail)
