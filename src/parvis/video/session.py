"""One connection to a live source, in its own thread."""

import threading
import time
from collections.abc import Callable

from av.video.frame import VideoFrame

from parvis.site.redact import redact
from parvis.video.backlog import Backlog
from parvis.video.doze import Doze
from parvis.video.errors import Fault, FaultKind, VideoError
from parvis.video.opening import Opened, open_live
from parvis.video.pacing import Pacer
from parvis.video.shots import Shots
from parvis.video.sources import LiveSource


class Session:
    """Opens a source, decodes it and gives its pictures to ``receive`` until it ends.

    A read that blocks in the network cannot be interrupted from outside: a session that is no
    longer wanted is abandoned, its thread ends by itself at its next timeout, and what it still
    decodes is refused by ``receive``.

    Args:
        receive: called in the decode thread with (session, picture, stamp in seconds or None).
        open_timeout_s, probing: see :func:`parvis.video.opening.open_live`.
    """

    def __init__(
        self,
        source: LiveSource,
        receive: Callable[["Session", VideoFrame, float | None], None],
        *,
        open_timeout_s: float,
        probing: bool,
    ) -> None:
        self.source = source
        self.codec = ""
        self.fault: Fault | None = None
        self.done = threading.Event()
        self.abandoned = threading.Event()
        self.started_s = time.monotonic()
        self.opened_s: float | None = None
        self.frame_s: float | None = None
        self.frames = 0
        self.cpu_s = 0.0
        self._receive = receive
        self._open_timeout_s = open_timeout_s
        self._probing = probing
        self._thread = threading.Thread(target=self._run, name="parvis-decode", daemon=True)

    def start(self) -> None:
        """Connect and decode in a thread of its own."""
        self._thread.start()

    def abandon(self) -> None:
        """Ask the thread to end at its next frame or timeout; does not wait."""
        self.abandoned.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(timeout_s)

    def _run(self) -> None:
        try:
            with open_live(self.source, self._open_timeout_s, probing=self._probing) as opened:
                self.opened_s = time.monotonic()
                self.codec = opened.codec
                self._decode(opened)
            self.fault = Fault(FaultKind.ENDED)
        except VideoError as error:
            self.fault = error.fault
        except Exception as error:  # a decoder's surprise must not end the camera
            self.fault = Fault(FaultKind.OTHER, redact(f"{type(error).__name__}: {error}"))
        finally:
            self.cpu_s = time.thread_time()
            self.done.set()

    def _decode(self, opened: Opened) -> None:
        # A paced source waits here instead of in the network: it has no backlog to tell.
        pacer = Pacer() if opened.paced else None
        backlog = None if opened.paced else Backlog()
        for picture, stamp_s, _ in Shots(opened, backlog, Doze()):
            stamp = stamp_s if opened.stamped else None
            if pacer is not None and stamp is not None:
                self.abandoned.wait(pacer.early_s(stamp, time.monotonic()))
            if self.abandoned.is_set():
                return
            self._receive(self, picture, stamp)
            self.frames += 1
            self.frame_s = time.monotonic()
            self.cpu_s = time.thread_time()
