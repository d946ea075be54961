"""Reading recorded files: every due frame, in order, as fast as it is asked for."""

import threading
import time
from collections import deque
from pathlib import Path

from av.video.frame import VideoFrame

from parvis.values.frame import FrameSize
from parvis.values.live import CameraState, StreamHealth
from parvis.video.clock import FileClock
from parvis.video.doze import Doze
from parvis.video.errors import Fault, FaultKind, VideoError
from parvis.video.frame import Frame, Scaler
from parvis.video.health import HealthBook
from parvis.video.opening import Opened, open_file
from parvis.video.sampling import Grid
from parvis.video.shots import Shots
from parvis.video.sources import FileSource

_MOST_WAITING, _FEW_WAITING = 8, 1


def duration_s(path: Path) -> float | None:
    """Length of a recorded file as its container says; None when it does not say.

    Raises:
        VideoError: it does not open, or has no video.
    """
    with open_file(path) as opened:
        if opened.container.duration is not None and opened.container.duration > 0:
            return opened.container.duration / 1_000_000
        stream = opened.stream
        if stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base)
    return None


def recorded_start_s(path: Path) -> float:
    """When a file begins, for want of a better word: its modification time less its length.

    A recorder writes a file to its end, so the modification time is when the recording ended; a
    copy that did not keep it is wrong by as much, and wants ``--start``.

    Raises:
        VideoError: it does not open, or has no video.
    """
    return path.stat().st_mtime - (duration_s(path) or 0.0)


class FileReader:
    """Plays files one after another as one stretch of time; the same files, the same frames.

    Each join of two files is a discontinuity. A file that cannot be read is passed over and told
    of in ``faults``; the first must open.

    Args:
        source: the files.
        rate: frames a second of the video's time to hand on; None hands on every frame.
        start_s: seconds since the epoch of the first frame; by default see recorded_start_s.

    Raises:
        VideoError: the first file does not open, or has no video.
    """

    live = False

    def __init__(
        self, source: FileSource, rate: float | None, start_s: float | None = None
    ) -> None:
        self._paths = source.paths
        first_start_s = recorded_start_s(self._paths[0])
        self.start_s = first_start_s if start_s is None else start_s
        self.faults: list[tuple[Path, Fault]] = []
        self._clock = FileClock(self.start_s)
        self._grid = Grid(rate)
        self._scaler = Scaler()
        self._lock = threading.Condition()
        self._waiting: deque[Frame] = deque()
        self._ended = self._stopping = False
        self._broken = False
        self._size: FrameSize | None = None
        self._index = self._decoded = 0
        self._newest: Frame | None = None
        self._cpu_s = 0.0
        self._health = HealthBook(time.time())
        self._thread = threading.Thread(target=self._run, name="parvis-decode", daemon=True)
        self._thread.start()

    @property
    def finished(self) -> bool:
        """True when every frame was taken, or the reader was stopped."""
        with self._lock:
            return self._stopping or (self._ended and not self._waiting)

    @property
    def decode_cpu_s(self) -> float:
        """CPU seconds spent in reading and decoding so far."""
        return self._cpu_s

    @property
    def decoded(self) -> int:
        """Frames decoded so far; those of a scene that stands still are not all decoded."""
        return self._decoded

    def length_s(self) -> float | None:
        """Sum of the files' lengths; None when one does not say. Opens every file."""
        total_s = 0.0
        for path in self._paths:
            try:
                length_s = duration_s(path)
            except VideoError:
                continue
            if length_s is None:
                return None
            total_s += length_s
        return total_s

    def take(self, timeout_s: float | None = None) -> Frame | None:
        """The next due frame; None at the end, or when none came in time."""
        with self._lock:
            self._lock.wait_for(lambda: self._waiting or self._ended or self._stopping, timeout_s)
            if self._stopping or not self._waiting:
                return None
            frame = self._waiting.popleft()
            self._lock.notify_all()
            return frame

    def health(self) -> StreamHealth:
        """The state of the reading now."""
        return self._health.snapshot(time.time())

    def stop(self) -> None:
        """Stop reading and close the file."""
        with self._lock:
            self._stopping = True
            self._lock.notify_all()
        self._thread.join(5)
        self._health.enter(CameraState.STOPPED, time.time())

    def _run(self) -> None:
        reason = ""
        for path in self._paths:
            if self._stopping:
                break
            try:
                with open_file(path) as opened:
                    self._play(opened)
            except VideoError as error:
                fault = error.fault
            except Exception as error:  # a decoder's surprise must not leave the taker waiting
                fault = Fault(FaultKind.OTHER, f"{type(error).__name__}: {error}")
            else:
                continue
            reason = fault.message
            self.faults.append((path, fault))
        with self._lock:
            self._ended = True
            self._lock.notify_all()
        self._health.enter(CameraState.STOPPED, time.time(), reason)

    def _play(self, opened: Opened) -> None:
        rate = opened.stream.average_rate
        self._clock.open_file(float(1 / rate) if rate else None)
        for picture, stamp_s, fresh in Shots(opened, doze=Doze()):
            moment = self._clock.stamp(stamp_s)
            size = FrameSize(picture.width, picture.height)
            self._health.frame(opened.codec, size.width, size.height, time.time())
            if moment.discontinuity or size != self._size:
                self._broken, self._size = True, size
                self._grid.restart()
            if self._grid.due(moment.time_s, self._clock.interval_s):
                self._put(picture, moment.time_s)
            self._index += 1
            self._decoded += fresh
            self._cpu_s = time.thread_time()
            if self._stopping:
                return

    def _put(self, picture: VideoFrame, time_s: float) -> None:
        frame = self._newest = Frame(
            picture,
            self._scaler,
            time_s=time_s,
            index=self._index,
            discontinuity=self._broken,
            interval_s=self._clock.interval_s,
            before=self._newest,
        )
        self._broken = False
        with self._lock:
            if len(self._waiting) >= _MOST_WAITING:
                # Decoding and detecting throw each other out of the processor's caches: in turns
                # of several frames each costs less than frame by frame.
                self._lock.wait_for(lambda: len(self._waiting) <= _FEW_WAITING or self._stopping)
            self._waiting.append(frame)
            self._lock.notify_all()
