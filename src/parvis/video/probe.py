"""Trying a source once: what it is, or why it is nothing."""

import threading
import time
from dataclasses import dataclass

from parvis.values.frame import FrameSize
from parvis.video.errors import Fault, FaultKind, VideoError
from parvis.video.opening import Opened, open_file, open_live
from parvis.video.shots import Shots
from parvis.video.sources import FileSource, Source

_MOST_FRAMES = 300
_KEY_FRAMES = 2


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a source shows, or what is wrong with it.

    Args:
        fault: why it shows nothing; None when it shows pictures.
        codec: short name, for example ``h264``.
        size: of its pictures; None without any.
        fps: pictures a second by their stamps; 0 when too few came to tell.
        key_interval_s: seconds between key frames; None when fewer than two came in time.
        first_frame_s: seconds from the start of the attempt to the first picture.
        b_frames: the stream sends pictures that refer to later ones.
    """

    fault: Fault | None = None
    codec: str = ""
    size: FrameSize | None = None
    fps: float = 0.0
    key_interval_s: float | None = None
    first_frame_s: float | None = None
    b_frames: bool = False

    @property
    def ok(self) -> bool:
        """True when pictures came."""
        return self.fault is None


def probe(source: Source, timeout_s: float = 8.0) -> ProbeResult:
    """Open a source, look at its first seconds, and tell; returns within ``timeout_s``.

    It looks until two key frames came, and never longer than ``timeout_s``: what was seen until
    then is told.
    """
    trial = _Trial(source, timeout_s)
    thread = threading.Thread(target=trial.run, name="parvis-probe", daemon=True)
    thread.start()
    thread.join(timeout_s)
    return trial.result()


class _Trial:
    def __init__(self, source: Source, timeout_s: float) -> None:
        self._source = source
        self._start_s = time.monotonic()
        self._timeout_s = timeout_s
        self._fault: Fault | None = None
        self._codec = ""
        self._size: FrameSize | None = None
        self._first_frame_s: float | None = None
        self._b_frames = False
        self._stamps: list[float] = []
        self._key_stamps: list[float] = []

    def run(self) -> None:
        try:
            if isinstance(self._source, FileSource):
                with open_file(self._source.paths[0]) as opened:
                    self._look(opened)
            else:
                with open_live(self._source, self._timeout_s, probing=False) as opened:
                    self._look(opened)
        except VideoError as error:
            self._fault = error.fault

    def result(self) -> ProbeResult:
        if self._size is None:
            return ProbeResult(fault=self._fault or Fault(FaultKind.TIMEOUT))
        stamps, keys = list(self._stamps), list(self._key_stamps)
        span_s = stamps[-1] - stamps[0] if len(stamps) > 1 else 0.0
        return ProbeResult(
            codec=self._codec,
            size=self._size,
            fps=round((len(stamps) - 1) / span_s, 2) if span_s > 0 else 0.0,
            key_interval_s=round(keys[1] - keys[0], 3) if len(keys) > 1 else None,
            first_frame_s=self._first_frame_s,
            b_frames=self._b_frames,
        )

    def _look(self, opened: Opened) -> None:
        for picture, stamp_s, _ in Shots(opened):
            now_s = time.monotonic() - self._start_s
            self._codec = opened.codec
            self._size = FrameSize(picture.width, picture.height)
            if self._first_frame_s is None:
                self._first_frame_s = round(now_s, 3)
            self._b_frames = self._b_frames or bool(opened.stream.codec_context.has_b_frames)
            stamp = stamp_s if opened.stamped else now_s
            if stamp is not None:
                self._stamps.append(stamp)
                if picture.key_frame:
                    self._key_stamps.append(stamp)
            enough = len(self._key_stamps) >= _KEY_FRAMES and now_s > 1.0
            if enough or len(self._stamps) >= _MOST_FRAMES or now_s > self._timeout_s:
                return
