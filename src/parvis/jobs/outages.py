"""Write every interruption of a camera, and of the whole system, from what the hub hears."""

import math
import threading
from collections.abc import Collection
from dataclasses import dataclass, replace

from parvis.store import Store
from parvis.store.outages import Outage
from parvis.values.live import CameraState, LiveState

SHORTEST_S = 5.0
"""A shorter interruption, such as opening a stream, is a gap in coverage and no outage."""

SILENT_S = 10.0
"""A camera's worker speaks several times a second: silent for that long, it sees nothing."""

ENDED_AGAIN_S = 90.0
"""A hub that was killed is started again within seconds, while the workers go on: until then
nothing was interrupted, and the running minute is not stored yet."""

UNHEARD = "nothing is heard of it"
SILENT = "its worker says nothing"
_CAUSES = {
    CameraState.CONNECTING: "no picture yet",
    CameraState.STALLED: "the picture stands still",
    CameraState.LOST: "the stream is lost",
    CameraState.MOVED: "the camera does not look where it did",
    CameraState.STOPPED: "stopped by an order",
}
_VAGUE = (UNHEARD, _CAUSES[CameraState.CONNECTING])


@dataclass(slots=True)
class _Heard:
    """The last word of a camera: when it came, and since when and why it does not see."""

    received_s: float
    live_since_s: float = 0.0
    down_since_s: float | None = None
    reason: str = ""


class OutageWatch:
    """Follows the live states of one site and keeps its outages.

    ``note`` only remembers, from whatever thread; ``tick`` writes, once a second or so.

    Args:
        store: where outages rest; those still open in it go on.
        now_s: when the watch begins, seconds since the epoch.
    """

    def __init__(self, store: Store, now_s: float) -> None:
        self._store = store
        self._began_s = now_s
        self._lock = threading.Lock()
        self._heard: dict[str, _Heard] = {}
        self._expected_s: dict[str, float] | None = None
        self._open = {one.camera: one for one in store.outages.open()}

    def note(self, state: LiveState, received_s: float) -> None:
        """Remember what a camera says of itself."""
        stream = state.stream
        with self._lock:
            heard = self._heard.setdefault(state.camera, _Heard(received_s))
            heard.received_s = received_s
            if stream.state is CameraState.LIVE:
                heard.down_since_s, heard.reason = None, ""
                heard.live_since_s = stream.since_s
                return
            if heard.down_since_s is None:
                heard.down_since_s = min(stream.since_s, received_s)
            # Connecting again is part of the outage: the first cause that is told stays.
            if heard.reason in ("", *_VAGUE):
                heard.reason = stream.reason or _CAUSES[stream.state]

    def tick(self, expected: Collection[str], now_s: float) -> None:
        """Write what began and what ended.

        Args:
            expected: names of the cameras that should be seen.
            now_s: seconds since the epoch.

        Raises:
            StoreUnavailableError: tried again at the next tick.
        """
        self._expect(expected, now_s)
        self._notice_silence(now_s)
        for camera in sorted({*expected, *self._open} - {""}):
            down = self._down(camera) if camera in expected else None
            held = self._open.get(camera)
            if down is not None:
                self._go_on(held, Outage(camera, down[0], None, down[1]), now_s)
            elif held is not None:
                over_s = now_s if camera not in expected else self._live_since(camera)
                self._end(held, over_s, now_s)

    def note_start(self) -> None:
        """Write how long the system had been away before this watch began."""
        last = self._store.audit.latest(("system.start", "system.stop"))
        if last is None:
            return
        closed_s = max(self._store.latest_closed().values(), default=0.0) + 60
        stopped = last.action == "system.stop"
        since_s = last.at_s if stopped else max(last.at_s, closed_s)
        if self._began_s - since_s >= (SHORTEST_S if stopped else ENDED_AGAIN_S):
            reason = "Parvis was stopped" if stopped else "Parvis ended without being stopped"
            away = Outage("", since_s, self._began_s, reason)
            self._store.outages.record(away)
            self._tell("system.interrupted", away, self._began_s)

    def _down(self, camera: str) -> tuple[float, str] | None:
        """Since when and why a camera does not see; None while it does."""
        with self._lock:
            heard = self._heard.get(camera)
            expected_s = (self._expected_s or {}).get(camera, self._began_s)
            if heard is None:
                return max(self._began_s, expected_s), UNHEARD
            if heard.down_since_s is not None:
                return max(heard.down_since_s, expected_s), heard.reason
            return None

    def _expect(self, expected: Collection[str], now_s: float) -> None:
        """Note since when each camera should be seen: before, it had no outage."""
        before = self._expected_s
        # Those of the first look were there before this watch, and perhaps out.
        fresh_s = -math.inf if before is None else now_s
        self._expected_s = {one: (before or {}).get(one, fresh_s) for one in expected}
        if before is None:
            return
        with self._lock:
            for camera in self._expected_s.keys() - before.keys():
                heard = self._heard.get(camera)
                if heard is not None and heard.down_since_s is not None:
                    del self._heard[camera]  # why it was not seen before it was switched off

    def _notice_silence(self, now_s: float) -> None:
        """Take cameras whose worker says nothing any more for ones that do not see."""
        with self._lock:
            for heard in self._heard.values():
                if heard.down_since_s is None and now_s - heard.received_s >= SILENT_S:
                    heard.down_since_s, heard.reason = heard.received_s, SILENT

    def _live_since(self, camera: str) -> float:
        with self._lock:
            return self._heard[camera].live_since_s

    def _go_on(self, held: Outage | None, found: Outage, now_s: float) -> None:
        if held is None:
            if now_s - found.from_s >= SHORTEST_S:
                self._store.outages.record(found)
                self._tell("camera.interrupted", found, now_s)
                self._open[found.camera] = found
        elif held.reason in _VAGUE and found.reason not in _VAGUE:
            known = replace(held, reason=found.reason)
            self._store.outages.record(known)
            self._open[known.camera] = known

    def _end(self, outage: Outage, at_s: float, now_s: float) -> None:
        over = replace(outage, to_s=max(outage.from_s, at_s))
        self._store.outages.record(over)
        self._tell("camera.resumed", over, now_s)
        del self._open[outage.camera]

    def _tell(self, action: str, outage: Outage, now_s: float) -> None:
        """Write it to the audit trail too, where nothing can be changed afterwards."""
        self._store.audit.record(
            at_s=now_s,
            who="system",
            action=action,
            target=outage.camera or "all",
            why=outage.reason,
            detail={"from_s": outage.from_s, "to_s": outage.to_s},
        )
