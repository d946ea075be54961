"""The pictures of an open source, one after another, with what went wrong between them."""

import time
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias, cast

import av.error
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from parvis.video.backlog import Backlog
from parvis.video.doze import Doze
from parvis.video.errors import Fault, FaultKind, VideoError, classify
from parvis.video.opening import Opened

_MOST_BAD_PACKETS = 500

VideoPacket: TypeAlias = "Packet[VideoStream]"
"""PyAV's packets take a type argument in its annotations only."""


class Shot(NamedTuple):
    """What the camera showed at one moment.

    Args:
        picture: decoded.
        stamp_s: presentation stamp in seconds of the stream's clock; None when it has none.
        fresh: false where the picture is the one before, known to stand still.
    """

    picture: VideoFrame
    stamp_s: float | None
    fresh: bool = True


class Shots:
    """Decodes an open source to its end, as an iterator.

    Packets that ``backlog`` tells to leave out are not decoded and give nothing. Those that
    ``doze`` lets wait give the picture before once more; they are decoded when a later one needs
    them.

    Damaged data is passed over; pictures that the decoder itself calls damaged (before the first
    key frame, after a loss) are not given out.
    """

    def __init__(
        self, opened: Opened, backlog: Backlog | None = None, doze: Doze | None = None
    ) -> None:
        self._opened = opened
        self._backlog = backlog
        self._doze = doze
        self._held: list[VideoPacket] = []
        self._last: VideoFrame | None = None
        self._bad = 0

    def __iter__(self) -> Iterator[Shot]:
        """Yield the shots.

        Raises:
            VideoError: reading fails, or nothing but undecodable data comes.
        """
        try:
            for packet in self._opened.container.demux(self._opened.stream):
                if self._wanted(packet):
                    yield from self._take(packet)
                if self._backlog is not None:
                    self._backlog.asks(time.monotonic())
        except av.error.FFmpegError as error:
            raise VideoError(classify(error)) from None

    def _wanted(self, packet: VideoPacket) -> bool:
        if self._backlog is None or self._backlog.wants(packet.is_keyframe, time.monotonic()):
            return True
        self._held.clear()
        if self._doze is not None:
            self._doze.wake()
        return False

    def _take(self, packet: VideoPacket) -> Iterator[Shot]:
        if self._doze is None or self._last is None:
            yield from self._decoded(packet)
            return
        stamp = _stamp_s(packet)
        # At the end of a file, an empty packet asks for what the decoder still holds.
        if packet.size and self._doze.may_wait(packet.size, packet.is_keyframe, stamp):
            self._held.append(packet)
            yield Shot(self._last, stamp, fresh=False)
            return
        if not packet.is_keyframe:
            for earlier in self._held:
                for shot in self._decoded(earlier):
                    self._last = shot.picture
        self._held.clear()
        shots = list(self._decoded(packet))
        if packet.size:
            in_order = len(shots) == 1 and shots[0].stamp_s == stamp
            self._doze.look(shots[0].picture if in_order else None, packet.is_keyframe)
        yield from shots

    def _decoded(self, packet: VideoPacket) -> Iterator[Shot]:
        try:
            decoded = packet.decode()
        except av.error.InvalidDataError as error:
            self._bad += 1
            if self._bad > _MOST_BAD_PACKETS:
                raise VideoError(Fault(FaultKind.UNDECODABLE, classify(error).detail)) from None
            decoded = []
        for picture in decoded:
            if picture.is_corrupt or picture.width <= 0 or picture.height <= 0:
                continue
            self._bad = 0
            self._last = picture
            # PyAV multiplies in C; its annotation forgets that a frame may have no stamp.
            yield Shot(picture, cast("float | None", picture.time))


def _stamp_s(packet: VideoPacket) -> float | None:
    if packet.pts is None or packet.time_base is None:
        return None
    return float(packet.pts * packet.time_base)
