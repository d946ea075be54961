"""Catching up with a live stream that comes faster than this machine decodes it."""

_WINDOW_S = 2.0
_LEAST_WAIT = 0.03  # of the time: a reader that keeps up waits for most of it
_EDGE_WAIT_S = 0.03


class Backlog:
    """Tells which packets to leave out so that a short machine stays near the present.

    A reader that keeps up waits for the network. One that does not wait at all for two seconds
    reads from a backlog: it jumps, key frame by key frame, until it has to wait again. What was
    left out is a gap in the frames' times.
    """

    def __init__(self) -> None:
        self._asked_s: float | None = None
        self._window_start_s: float | None = None
        self._waited_s = 0.0
        self._jumping = False
        self._at_edge = False
        self.skipped = 0

    def asks(self, now_s: float) -> None:
        """The reader asks for the next packet now (steady clock)."""
        self._asked_s = now_s

    def wants(self, is_key: bool, now_s: float) -> bool:
        """A packet came now; false when it is to be left out."""
        self._measure(now_s)
        if self._jumping and is_key and self._at_edge:
            self._jumping = False
        if self._jumping and not is_key:
            self.skipped += 1
            return False
        return True

    def _measure(self, now_s: float) -> None:
        waited_s = 0.0 if self._asked_s is None else now_s - self._asked_s
        if self._jumping:
            self._at_edge = self._at_edge or waited_s > _EDGE_WAIT_S
            self._window_start_s = None
            return
        if self._window_start_s is None:
            self._window_start_s, self._waited_s = now_s, 0.0
            return
        self._waited_s += waited_s
        span_s = now_s - self._window_start_s
        if span_s >= _WINDOW_S:
            self._jumping = self._waited_s < _LEAST_WAIT * span_s
            self._at_edge = False
            self._window_start_s, self._waited_s = now_s, 0.0
