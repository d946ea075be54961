"""A camera worker: one process, several cameras, one detector a model.

Wiring of the process: assignments come on standard input, one JSON line each; closed minutes go to
the spool and from there to the hub; live states go to the hub as they are.
"""

import argparse
import os
import queue
import signal
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from parvis.fleet import link
from parvis.fleet.assignment import Assigned, from_line
from parvis.fleet.camera_loop import CameraLoop
from parvis.fleet.check_orders import CheckOrders
from parvis.fleet.layout import DataFolder
from parvis.fleet.live_wire import encode_sketch, encode_state, encode_witnessed
from parvis.fleet.logs import set_up_logs
from parvis.fleet.memory import keep_to_itself
from parvis.fleet.parent import die_with_parent
from parvis.fleet.rule_orders import RuleOrders
from parvis.fleet.said_book import SaidBook
from parvis.fleet.sender import Sender
from parvis.fleet.views import KeptView
from parvis.site import LoadedSite
from parvis.site.watch import SiteWatch
from parvis.store.alert_wire import Said
from parvis.store.spool import Spool, SpoolError
from parvis.store.wire import WireError
from parvis.values.checks import Witnessed
from parvis.values.live import LiveState, Sketch
from parvis.values.minute import ClosedMinute
from parvis.vision import detect
from parvis.vision.detect import Detector

log = structlog.get_logger(__name__)

_JOIN_S = 6.0
_LAST_SEND_S = 3.0


class Detectors:
    """The detectors of this process, each loaded once, when first asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loaded: dict[str, Detector] = {}

    def get(self, model: str) -> Detector:
        """The detector of that model name; blocks while it is fetched and loaded.

        Raises:
            MODEL_FAILURES of :mod:`parvis.fleet.failures`.
        """
        with self._lock:
            if model not in self._loaded:
                self._loaded[model] = detect.load(model)
            return self._loaded[model]


class HubSink:
    """Sends the results of cameras to the hub."""

    def __init__(self, spool: Spool, sender: Sender) -> None:
        self._spool = spool
        self._sender = sender
        self._said = SaidBook(spool)
        self._lost: Counter[str] = Counter()

    def minutes(self, closed: list[ClosedMinute]) -> None:
        """Put minutes on disk, then let the sender know; one that cannot be kept is a gap."""
        for minute in closed:
            # Counting goes on: torn down, the camera would lose the next minute too.
            try:
                self._spool.append(minute)
            except (SpoolError, WireError) as error:
                self._lost[minute.camera] += 1
                log.error("a minute is lost", camera=minute.camera, reason=str(error))
        self._sender.minutes_waiting()

    def alerts(self, said: list[Said]) -> None:
        """Put what rules say on disk, then let the sender know: it goes before all else."""
        if self._said.keep(said):
            self._sender.alerts_waiting()

    def again(self) -> None:
        """Put on disk what rules said while it could not be written."""
        if self._said.again():
            self._sender.alerts_waiting()

    def live(self, state: LiveState) -> None:
        """Offer a live state, with the number of minutes that were lost."""
        self.again()
        analysis = replace(state.analysis, lost_minutes=self._lost[state.camera])
        state = replace(state, analysis=analysis)
        self._sender.show(link.Kind.LIVE, state.camera, encode_state(state))

    def sketch(self, sketch: Sketch) -> None:
        """Offer a drawing."""
        self._sender.show(link.Kind.SKETCH, sketch.camera, encode_sketch(sketch))

    def witness(self, camera: str, told: Witnessed) -> None:
        """Offer what was counted at a line under check."""
        self._sender.show(link.Kind.WITNESS, f"{camera}/{told.check}", encode_witnessed(told))


class Worker:
    """Runs the cameras that the supervisor assigns.

    Args:
        loaded: the site, for its folder, its civil time and its secrets.
        name: the worker's name, which names its spool.
        broken: told when it can do its work no more and has to be started again.
    """

    def __init__(self, loaded: LoadedSite, name: str, broken: Callable[[], None]) -> None:
        self._loaded = loaded
        self._folder = DataFolder(loaded.data_folder)
        self._spool = Spool(self._folder.spool(name))
        self._sender = Sender(self._folder.socket, self._spool, broken)
        self._sink = HubSink(self._spool, self._sender)
        self._detectors = Detectors()
        self._checks = CheckOrders(self._folder.checks, ZoneInfo(loaded.site.site.timezone))
        self._rules = RuleOrders(self._folder.rules)
        self._loops: dict[str, CameraLoop] = {}

    def assign(self, cameras: dict[str, Assigned]) -> None:
        """Run exactly these cameras; those whose settings did not change run on untouched."""
        over = [n for n, loop in self._loops.items() if not _runs_on(loop, cameras.get(n))]
        self._stop([self._loops.pop(name) for name in over])
        for name in cameras.keys() - self._loops.keys():
            loop = CameraLoop(
                name,
                cameras[name].camera,
                ladders=cameras[name].ladders,
                zone=ZoneInfo(self._loaded.site.site.timezone),
                address=lambda source: self._loaded.address(source, os.environ),
                detector_for=self._detectors.get,
                lease=self._folder.lease(f"camera-{name}"),
                view=KeptView(self._folder.view(name), cameras[name].camera),
                sink=self._sink,
                checks=self._checks,
                rules=self._rules,
            )
            self._loops[name] = loop
            loop.start()

    def close(self) -> None:
        """Close every camera's minute, send what can still be sent, keep the rest in the spool."""
        self._stop(list(self._loops.values()))
        self._sink.again()
        self._sender.close(_LAST_SEND_S)
        self._spool.close()

    def _stop(self, loops: list[CameraLoop]) -> None:
        for loop in loops:
            loop.stop()
        for loop in loops:
            loop.join(_JOIN_S)


def _runs_on(loop: CameraLoop, wanted: Assigned | None) -> bool:
    return wanted is not None and Assigned(loop.camera, loop.ladders).runs_on(wanted)


def read_assignments(descriptor: int, into: "queue.SimpleQueue[bytes | None]") -> None:
    """Pass lines on until the end of the stream, which means that the parent is gone (None).

    It reads the descriptor itself: a thread that waits in ``sys.stdin`` holds its lock, and the
    interpreter cannot end.
    """
    waiting = b""
    while some := os.read(descriptor, 1 << 16):
        *lines, waiting = (waiting + some).split(b"\n")
        for line in lines:
            into.put(line)
    into.put(None)


def main() -> None:
    """Run until the parent says so, or is gone."""
    parser = argparse.ArgumentParser(description="A camera worker, started by the supervisor.")
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--kept", type=Path, help="the last valid version of site")
    parser.add_argument("site", type=Path)
    parser.add_argument("name")
    asked = parser.parse_args()
    die_with_parent(asked.parent)
    keep_to_itself()
    set_up_logs()
    # A SimpleQueue may be put to from a signal handler that interrupts another put.
    orders: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    signal.signal(signal.SIGTERM, lambda *_: orders.put(None))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the group: the parent decides
    worker = Worker(SiteWatch(asked.site, asked.kept).current, asked.name, lambda: orders.put(None))
    threading.Thread(target=read_assignments, args=(0, orders), daemon=True).start()
    while (line := orders.get()) is not None:
        worker.assign(from_line(line))
    worker.close()


if __name__ == "__main__":
    main()
