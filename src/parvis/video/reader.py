"""What reads a source: one shape for live streams and for files."""

from typing import Protocol

from parvis.values.frame import FrameView
from parvis.values.live import StreamHealth


class Reader(Protocol):
    """Hands on the frames of one source that are due, in order.

    A live reader never lags: it keeps only the newest due frame. A file reader drops none: it
    waits until its frames are taken.
    """

    @property
    def live(self) -> bool:
        """True for streams and devices, false for files."""
        ...

    @property
    def finished(self) -> bool:
        """True when no frame will ever come again."""
        ...

    @property
    def decode_cpu_s(self) -> float:
        """CPU seconds spent in reading and decoding so far."""
        ...

    def take(self, timeout_s: float | None = None) -> FrameView | None:
        """The next frame; None when none came in time, or ``finished``.

        Args:
            timeout_s: seconds to wait at most; None waits until a frame comes or all is finished.
        """
        ...

    def health(self) -> StreamHealth:
        """The state of the stream now."""
        ...

    def stop(self) -> None:
        """Stop reading and let go of the source; may be called twice."""
        ...
