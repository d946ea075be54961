"""The state of one stream, told by its threads and read by others."""

import threading
from collections import deque

from parvis.values.live import CameraState, StreamHealth

_FPS_WINDOW_S = 10.0


class HealthBook:
    """Keeps a stream's state with its since-when, its rate and its counts. Thread-safe.

    Args:
        now_s: seconds since the epoch at the start.
    """

    def __init__(self, now_s: float) -> None:
        self._lock = threading.Lock()
        self._state = CameraState.CONNECTING
        self._since_s = now_s
        self._reason = ""
        self._arrivals: deque[float] = deque()
        self._decoded = self._dropped = self._reconnects = 0
        self._codec = ""
        self._width = self._height = 0

    def enter(self, state: CameraState, now_s: float, reason: str = "") -> None:
        """Go to a state; staying in it keeps its since-when and takes the newer reason."""
        with self._lock:
            if state is not self._state:
                self._state, self._since_s = state, now_s
                if state is not CameraState.LIVE:
                    self._arrivals.clear()
            self._reason = reason

    def frame(self, codec: str, width: int, height: int, now_s: float) -> None:
        """A frame was decoded: the stream is live."""
        with self._lock:
            if self._state not in (CameraState.LIVE, CameraState.STOPPED):
                self._state, self._since_s, self._reason = CameraState.LIVE, now_s, ""
            self._decoded += 1
            self._codec, self._width, self._height = codec, width, height
            self._arrivals.append(now_s)
            while self._arrivals[0] < now_s - _FPS_WINDOW_S:
                self._arrivals.popleft()

    def dropped(self) -> None:
        """A due frame was replaced by a newer one before anybody took it."""
        with self._lock:
            self._dropped += 1

    def reconnected(self) -> None:
        """Another attempt to connect begins."""
        with self._lock:
            self._reconnects += 1

    def snapshot(self, now_s: float) -> StreamHealth:
        """The stream as it is now."""
        with self._lock:
            recent = [at for at in self._arrivals if at >= now_s - _FPS_WINDOW_S]
            span_s = min(_FPS_WINDOW_S, now_s - recent[0]) if recent else 0.0
            fps = len(recent) / span_s if span_s > 0.5 else float(len(recent))
            return StreamHealth(
                self._state,
                self._since_s,
                self._reason,
                round(fps, 2),
                self._decoded,
                self._dropped,
                self._reconnects,
                self._codec,
                self._width,
                self._height,
            )
