"""A camera's configuration → a reader that plays it live."""

import time
from collections.abc import Callable

from parvis.site.shapes import Camera
from parvis.values.frame import FrameView
from parvis.values.live import StreamHealth
from parvis.video.errors import Fault, FaultKind, VideoError
from parvis.video.files import FileReader
from parvis.video.live import LiveReader
from parvis.video.reader import Reader
from parvis.video.sources import FileSource, parse_source


class PacedFiles:
    """Recorded files played as a camera would send them: in real time, again and again.

    Each round is a fresh reading, so that its first frame is a discontinuity and no track is
    carried over the join.
    """

    live = True

    def __init__(self, source: FileSource, rate: float) -> None:
        self._source = source
        self._rate = rate
        self._reader = FileReader(source, rate, time.time())
        self._past_cpu_s = 0.0
        self._waiting: FrameView | None = None
        self._seen = False

    @property
    def finished(self) -> bool:
        """False: it begins anew at its end."""
        return False

    @property
    def decode_cpu_s(self) -> float:
        """CPU seconds spent in reading and decoding so far."""
        return self._past_cpu_s + self._reader.decode_cpu_s

    def take(self, timeout_s: float | None = None) -> FrameView | None:
        """The next due frame once its moment has come; None when it has not in time.

        Raises:
            VideoError: a whole round gave no frame: to begin anew would only burn a core.
        """
        if self._waiting is None:
            self._waiting = self._reader.take(timeout_s)
            if self._waiting is None:
                if self._reader.finished:
                    self._begin_anew()
                return None
        early_s = self._waiting.time_s - time.time()
        if timeout_s is not None and early_s > timeout_s:
            time.sleep(timeout_s)
            return None
        if early_s > 0:
            time.sleep(early_s)
        frame, self._waiting = self._waiting, None
        self._seen = True
        return frame

    def health(self) -> StreamHealth:
        """The state of the reading now."""
        return self._reader.health()

    def stop(self) -> None:
        """Stop reading."""
        self._reader.stop()

    def _begin_anew(self) -> None:
        self._past_cpu_s += self._reader.decode_cpu_s
        self._reader.stop()
        if not self._seen:
            faults = [fault for _, fault in self._reader.faults]
            raise VideoError(faults[0] if faults else Fault(FaultKind.UNDECODABLE))
        self._seen = False
        self._reader = FileReader(self._source, self._rate, time.time())


def open_reader(camera: Camera, address: Callable[[str], str]) -> Reader:
    """Open a camera's sub-stream, else its main stream, to be read for ever.

    Args:
        camera: what to open.
        address: fills in secrets and makes paths absolute.

    Raises:
        SOURCE_FAILURES of :mod:`parvis.fleet.failures`: it is nothing that can be opened. A stream
        that does not answer is no failure: the reader keeps trying and says so in its health.
    """
    texts = [text for text in (camera.sub_source, camera.source) if text]
    sources = [parse_source(address(text)) for text in texts]
    first = sources[0]
    if isinstance(first, FileSource):
        return PacedFiles(first, camera.rate)
    live = [source for source in sources if not isinstance(source, FileSource)]
    return LiveReader(live, camera.rate)
