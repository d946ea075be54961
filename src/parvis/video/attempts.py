"""What the next attempt to open a camera tries, from how the ones before went."""

from parvis.video.errors import PERMANENT, FaultKind

OPEN_TIMEOUT_S = 5.0
PATIENT_OPEN_TIMEOUT_S = 12.0

_PUZZLING = frozenset(
    {FaultKind.NOT_A_VIDEO, FaultKind.UNDECODABLE, FaultKind.FROZEN, FaultKind.CODEC}
)
_TRIES_A_SOURCE = 3


class AttemptPlan:
    """Chooses source, patience and probing of each attempt.

    The preferred source comes first. One that is refused by an answering camera, or fails three
    times, gives way to the next; after a loss of a stream that served, the preferred one is tried
    again. Every third attempt that times out is given longer. A stream that opens but shows
    nothing is opened with FFmpeg's full probing the next time.

    Args:
        sources: how many there are to choose from, at least 1.
    """

    def __init__(self, sources: int) -> None:
        self._sources = sources
        self._tries = 0
        self._timeouts = 0
        self.source = 0
        self.probing = False

    @property
    def open_timeout_s(self) -> float:
        """Seconds for connecting, and again for the stream's description."""
        return PATIENT_OPEN_TIMEOUT_S if self._timeouts % 3 == 2 else OPEN_TIMEOUT_S

    def failed(self, kind: FaultKind, *, served: bool) -> bool:
        """Learn how an attempt ended; true when another source is to be tried at once.

        Args:
            served: it gave at least one picture.
        """
        self.probing = kind in _PUZZLING and not served and not self.probing
        self._timeouts = self._timeouts + 1 if kind is FaultKind.TIMEOUT else 0
        if served:
            self.source = self._tries = 0
            return False
        self._tries += 1
        if self._tries < _TRIES_A_SOURCE and kind not in PERMANENT:
            return False
        if self.probing:
            return False
        self._tries = 0
        self.source = (self.source + 1) % self._sources
        return self.source > 0
