"""The board on which the hub writes what each camera says of now; readers see the latest only.

One thread writes (the hub's socket), several event loops or threads read. Nothing is queued: a
slow reader misses the middle, never lags. Live states may be lost; measures travel another way.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

from parvis.server.settled import QuarterLoad, Settled
from parvis.values.alerts import Alert
from parvis.values.live import LiveState, Sketch

STALE_AFTER_S = 10.0
NONE_AFTER_S = 60.0


class Freshness(StrEnum):
    """How old the last word of a camera is: under 10 s, under 60 s, or older (or never)."""

    FRESH = "fresh"
    STALE = "stale"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Sighting:
    """The last live state of a camera and when the hub received it (the hub's clock).

    ``settled`` is what its analysis cost over the last closed quarter it was heard in.
    """

    state: LiveState
    received_s: float
    settled: Settled | None = None

    def freshness(self, now_s: float) -> Freshness:
        """How old this is at ``now_s``."""
        age_s = now_s - self.received_s
        if age_s >= NONE_AFTER_S:
            return Freshness.NONE
        return Freshness.STALE if age_s >= STALE_AFTER_S else Freshness.FRESH


MOST_TOLD = 50
"""Alerts told at once to a reader; of more it is told that there are more."""


class Follower:
    """One reader's list of what changed since it last looked. Made by the board."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._awake = asyncio.Event()
        self._alerts: dict[str, Alert] = {}
        self._more = False
        self._alerted = asyncio.Event()

    def tell(self, alerts: Sequence[Alert]) -> None:
        """Note alerts as they are now; callable from any thread.

        Those on trial disturb nobody, and do not crowd out the others.
        """
        with self._lock:
            for alert in alerts:
                if alert.shadow:
                    continue
                if alert.id in self._alerts or len(self._alerts) < MOST_TOLD:
                    self._alerts[alert.id] = alert
                else:
                    self._more = True
        self.wake()

    def wake(self) -> None:
        """End the reader's waiting; callable from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._alerted.set()
        self._awake.set()

    async def alerts(self, timeout_s: float) -> tuple[tuple[Alert, ...], bool]:
        """Wait for alerts that changed, at most ``timeout_s``; return and forget them.

        Returns:
            The alerts, and whether there were more than are told at once.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._alerted.wait(), timeout_s)
        with self._lock:
            self._alerted.clear()
            told, self._alerts = tuple(self._alerts.values()), {}
            more, self._more = self._more, False
        return told, more

    def mark(self, camera: str) -> None:
        """Note that a camera changed; callable from any thread."""
        with self._lock:
            first = not self._changed
            self._changed.add(camera)
        # Waking the loop costs a system call: once per batch is enough.
        if first and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._awake.set)

    async def changed(self, timeout_s: float) -> frozenset[str]:
        """Wait for changes, at most ``timeout_s``; return and forget them (empty on time-out)."""
        try:
            await asyncio.wait_for(self._awake.wait(), timeout_s)
        except TimeoutError:
            return frozenset()
        with self._lock:
            self._awake.clear()
            changed, self._changed = frozenset(self._changed), set()
        return changed


class LiveBoard:
    """Latest live state per camera.

    Args:
        clock: the hub's clock, seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._latest: dict[str, Sighting] = {}
        self._loads: dict[str, QuarterLoad] = {}
        self._sketches: dict[str, Sketch] = {}
        self._followers: set[Follower] = set()
        self._closed = False

    def close(self) -> None:
        """Let every reader go: the process that serves them is about to end."""
        with self._lock:
            self._closed = True
            followers = tuple(self._followers)
        for follower in followers:
            follower.wake()

    @property
    def closed(self) -> bool:
        """True once nothing more will be told."""
        return self._closed

    def put(self, state: LiveState) -> None:
        """Replace a camera's state; callable from any thread, never blocks on a reader."""
        received_s = self._clock()
        with self._lock:
            load = self._loads.setdefault(state.camera, QuarterLoad())
            load.add(state, received_s)
            sighting = Sighting(state, received_s, load.settled)
            self._latest[state.camera] = sighting
            followers = tuple(self._followers)
        for follower in followers:
            follower.mark(state.camera)

    def put_alerts(self, alerts: Sequence[Alert]) -> None:
        """Tell readers of alerts that changed; callable from any thread, never blocks on one."""
        with self._lock:
            followers = tuple(self._followers)
        for follower in followers:
            follower.tell(alerts)

    def put_sketch(self, sketch: Sketch) -> None:
        """Replace the drawing of a camera's empty scene; callable from any thread."""
        with self._lock:
            self._sketches[sketch.camera] = sketch

    def sketch(self, camera: str) -> Sketch | None:
        """The drawing of a camera's empty scene, once a worker has sent one."""
        with self._lock:
            return self._sketches.get(camera)

    def forget(self, camera: str) -> None:
        """Drop a camera that is no longer in the site."""
        with self._lock:
            self._latest.pop(camera, None)
            self._loads.pop(camera, None)
            self._sketches.pop(camera, None)
            followers = tuple(self._followers)
        for follower in followers:
            follower.mark(camera)

    def latest(self) -> dict[str, Sighting]:
        """A copy of the board."""
        with self._lock:
            return dict(self._latest)

    @contextmanager
    def follow(self) -> Iterator[Follower]:
        """Follow changes from the running event loop until the block is left."""
        follower = Follower(asyncio.get_running_loop())
        with self._lock:
            self._followers.add(follower)
        try:
            yield follower
        finally:
            with self._lock:
                self._followers.discard(follower)

    @property
    def follower_count(self) -> int:
        """How many readers follow now."""
        return len(self._followers)
