"""The pictures of an open source, one after another, with what went wrong between them."""

from collections.abc import Iterator

import av.error
from av.video.frame import VideoFrame

from parvis.video.errors import Fault, FaultKind, VideoError, classify
from parvis.video.opening import Opened

_MOST_BAD_PACKETS = 500


def pictures(opened: Opened) -> Iterator[VideoFrame]:
    """Decode an open source to its end.

    Damaged data is passed over; pictures that the decoder itself calls damaged (before the first
    key frame, after a loss) are not given out.

    Raises:
        VideoError: reading fails, or nothing but undecodable data comes.
    """
    bad = 0
    try:
        for packet in opened.container.demux(opened.stream):
            try:
                decoded = packet.decode()
            except av.error.InvalidDataError as error:
                bad += 1
                if bad > _MOST_BAD_PACKETS:
                    raise VideoError(Fault(FaultKind.UNDECODABLE, classify(error).detail)) from None
                continue
            for picture in decoded:
                if picture.is_corrupt or picture.width <= 0 or picture.height <= 0:
                    continue
                bad = 0
                yield picture
    except av.error.FFmpegError as error:
        raise VideoError(classify(error)) from None


def stamp_s(picture: VideoFrame) -> float | None:
    """Presentation stamp in seconds of the stream's clock; None when it has none."""
    if picture.pts is None or picture.time_base is None:
        return None
    return float(picture.pts * picture.time_base)
