"""The pictures of an open source, one after another, with what went wrong between them."""

import time
from collections.abc import Iterator
from typing import cast

import av.error
from av.video.frame import VideoFrame

from parvis.video.backlog import Backlog
from parvis.video.errors import Fault, FaultKind, VideoError, classify
from parvis.video.opening import Opened

_MOST_BAD_PACKETS = 500


def pictures(opened: Opened, backlog: Backlog | None = None) -> Iterator[VideoFrame]:
    """Decode an open source to its end.

    With a ``backlog``, packets that it tells to leave out are not decoded.

    Damaged data is passed over; pictures that the decoder itself calls damaged (before the first
    key frame, after a loss) are not given out.

    Raises:
        VideoError: reading fails, or nothing but undecodable data comes.
    """
    bad = 0
    try:
        for packet in opened.container.demux(opened.stream):
            if backlog is not None and not backlog.wants(packet.is_keyframe, time.monotonic()):
                backlog.asks(time.monotonic())
                continue
            try:
                decoded = packet.decode()
            except av.error.InvalidDataError as error:
                bad += 1
                if bad > _MOST_BAD_PACKETS:
                    raise VideoError(Fault(FaultKind.UNDECODABLE, classify(error).detail)) from None
                decoded = []
            for picture in decoded:
                if picture.is_corrupt or picture.width <= 0 or picture.height <= 0:
                    continue
                bad = 0
                yield picture
            if backlog is not None:
                backlog.asks(time.monotonic())
    except av.error.FFmpegError as error:
        raise VideoError(classify(error)) from None


def stamp_s(picture: VideoFrame) -> float | None:
    """Presentation stamp in seconds of the stream's clock; None when it has none."""
    # PyAV multiplies in C; its annotation forgets that a frame may have no stamp.
    return cast("float | None", picture.time)
