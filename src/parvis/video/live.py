"""Reading a live stream: always the newest frame, and back by itself after any loss."""

import random
import threading
import time
from collections.abc import Sequence

import structlog
from av.video.frame import VideoFrame

from parvis.values.frame import FrameSize
from parvis.values.live import CameraState, StreamHealth
from parvis.video.attempts import AttemptPlan
from parvis.video.backoff import Backoff
from parvis.video.clock import LiveClock, SteadyWall
from parvis.video.errors import Fault, FaultKind
from parvis.video.frame import Frame, Scaler
from parvis.video.health import HealthBook
from parvis.video.sampling import Grid
from parvis.video.session import Session
from parvis.video.sources import LiveSource

FIRST_FRAME_S = 10.0
"""A stream that is open shows its first frame within this: the longest usual key interval."""
GIVE_UP_S = 4.0
"""A stream without a frame for this long is connected to anew."""

_WATCH_S = 0.1
_LASTING_S = 10.0
_MOST_ABANDONED = 4

log = structlog.get_logger(__name__)


class LiveReader:
    """Reads the first of ``sources`` that serves, and reconnects for ever.

    A keeper thread watches over one decode thread: when no frame comes, or the stream ends, it
    opens another connection, at most a second later during the first minute of a loss.

    Args:
        sources: the same camera's streams in order of preference (sub-stream, main stream).
        rate: frames a second to hand on; None hands on every frame.
        chance: for the spread of delays; a fresh one by default.

    Raises:
        ValueError: no source.
    """

    live = True

    def __init__(
        self,
        sources: Sequence[LiveSource],
        rate: float | None,
        chance: random.Random | None = None,
    ) -> None:
        if not sources:
            raise ValueError("a live reader needs a source")
        self._sources = tuple(sources)
        self._wall = SteadyWall()
        self._clock = LiveClock()
        self._grid = Grid(rate)
        self._scaler = Scaler()
        self._lock = threading.Condition()
        self._slot: Frame | None = None
        self._newest: Frame | None = None
        self._broken = False  # a break of continuity that no handed frame tells of yet
        self._size: FrameSize | None = None
        self._index = 0
        self._session: Session | None = None
        self._past_cpu_s = 0.0
        self._abandoned: list[Session] = []
        self._stopping = threading.Event()
        self._backoff = Backoff(chance or random.Random())  # noqa: S311  # not a secret
        self._health = HealthBook(self._now())
        self._keeper = threading.Thread(target=self._keep, name="parvis-keeper", daemon=True)
        self._keeper.start()

    @property
    def finished(self) -> bool:
        """True once stopped: a live source has no other end."""
        return self._stopping.is_set()

    @property
    def decode_cpu_s(self) -> float:
        """CPU seconds spent in reading and decoding so far."""
        with self._lock:
            running = self._session.cpu_s if self._session else 0.0
            return self._past_cpu_s + running + sum(one.cpu_s for one in self._abandoned)

    def take(self, timeout_s: float | None = None) -> Frame | None:
        """The newest due frame that was not taken yet; None when none came in time."""
        with self._lock:
            self._lock.wait_for(lambda: self._slot is not None or self.finished, timeout_s)
            frame, self._slot = self._slot, None
            return None if self.finished else frame

    def health(self) -> StreamHealth:
        """The state of the stream now."""
        return self._health.snapshot(self._now())

    def stop(self) -> None:
        """Stop reading; a decode thread that is stuck in the network ends by itself."""
        self._stopping.set()
        with self._lock:
            session = self._session
            self._lock.notify_all()
        if session is not None:
            session.abandon()
        self._keeper.join(2)
        if session is not None:
            session.join(1)
        self._health.enter(CameraState.STOPPED, self._now())

    def _now(self) -> float:
        return self._wall.now(time.time(), time.monotonic())

    # The decode thread.

    def _receive(self, session: Session, picture: VideoFrame, stamp: float | None) -> None:
        with self._lock:
            if session is not self._session:
                return
            now_s = self._now()
            moment = self._clock.stamp(stamp, now_s)
            size = FrameSize(picture.width, picture.height)
            if session.frames == 0 and self._index > 0:
                self._health.reconnected()
            self._health.frame(session.codec, size.width, size.height, now_s)
            if moment.discontinuity or size != self._size:
                self._broken, self._size = True, size
                self._grid.restart()
            if self._grid.due(moment.time_s, self._clock.interval_s):
                self._put(picture, moment.time_s)
            self._index += 1

    def _put(self, picture: VideoFrame, time_s: float) -> None:
        if self._slot is not None:
            self._health.dropped()
            self._broken = self._broken or self._slot.discontinuity
        self._slot = self._newest = Frame(
            picture,
            self._scaler,
            time_s=time_s,
            index=self._index,
            discontinuity=self._broken,
            interval_s=self._clock.interval_s,
            before=self._newest,
        )
        self._broken = False
        self._lock.notify_all()

    # The keeper thread.

    def _keep(self) -> None:
        plan = AttemptPlan(len(self._sources))
        while not self._stopping.is_set():
            session = self._open(plan)
            fault = self._watch(session, plan)
            self._close(session)
            if self._stopping.is_set():
                return
            log.info("stream lost", fault=fault.kind.value, detail=fault.detail)
            self._health.enter(CameraState.LOST, self._now(), fault.message)
            if plan.failed(fault.kind, served=session.frames > 0):
                delay_s = 0.0
            elif fault.kind is FaultKind.PASSWORD:
                delay_s = self._backoff.delay_after_refusal_s()
            else:
                delay_s = self._backoff.delay_s(time.monotonic())
            self._stopping.wait(delay_s)
            self._wait_for_stuck_threads()

    def _open(self, plan: AttemptPlan) -> Session:
        session = Session(
            self._sources[plan.source],
            self._receive,
            open_timeout_s=plan.open_timeout_s,
            probing=plan.probing,
        )
        with self._lock:
            self._clock.restart()
            self._session = session
        session.start()
        return session

    def _watch(self, session: Session, plan: AttemptPlan) -> Fault:
        """Stay until the session ends or is to be given up; tell why."""
        while not session.done.wait(_WATCH_S):
            if self._stopping.is_set():
                break
            now_s = time.monotonic()
            if session.frame_s is not None and session.opened_s is not None:
                silence_s = now_s - session.frame_s
                if silence_s > max(GIVE_UP_S, 6 * self._clock.interval_s):
                    return Fault(FaultKind.FROZEN)
                if silence_s > self._clock.gap_s:
                    words = Fault(FaultKind.FROZEN).message
                    self._health.enter(CameraState.STALLED, self._now(), words)
                if now_s - session.opened_s > _LASTING_S:
                    self._backoff.recovered()
            elif session.opened_s is not None:
                if now_s - session.opened_s > FIRST_FRAME_S:
                    return Fault(FaultKind.FROZEN, "no first frame")
            elif now_s - session.started_s > 2 * plan.open_timeout_s + 1:
                return Fault(FaultKind.TIMEOUT, "stuck while opening")
        return session.fault or Fault(FaultKind.ENDED)

    def _close(self, session: Session) -> None:
        session.abandon()
        with self._lock:
            self._session = None
            self._abandoned.append(session)
            self._past_cpu_s += sum(one.cpu_s for one in self._abandoned if one.done.is_set())
            self._abandoned = [one for one in self._abandoned if not one.done.is_set()]

    def _wait_for_stuck_threads(self) -> None:
        """Threads that hang in a name lookup or a driver are not piled up without end."""
        while len([one for one in self._abandoned if not one.done.is_set()]) >= _MOST_ABANDONED:
            if self._stopping.wait(_WATCH_S):
                return
