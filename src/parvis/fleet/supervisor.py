"""The supervisor: starts the hub and the camera workers, keeps them alive, hands out the cameras.

It holds no measure and no connection, so that it can be killed without losing anything; its
children die with it.
"""

import os
import signal
import threading
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path

import structlog

from parvis.fleet import stops
from parvis.fleet.assignment import Assigned, assigned, to_line
from parvis.fleet.child import Child
from parvis.fleet.layout import DataFolder
from parvis.fleet.lease import Lease
from parvis.fleet.memory import keep_to_itself
from parvis.site.replacing import replace
from parvis.site.watch import SiteRejected, SiteWatch

log = structlog.get_logger(__name__)

_TICK_S = 0.25
_STOP_TIMEOUT_S = 10.0


def worker_count(cameras: int, cores: int | None) -> int:
    """How many worker processes carry that many cameras: one a core, none idle, at least one."""
    return max(1, min(cameras, cores or 1))


def place(placed: Mapping[str, int], cameras: Collection[str], workers: int) -> dict[str, int]:
    """The worker of each camera: the one it had, or the one with the fewest cameras.

    Args:
        placed: the workers that cameras have.
        cameras: those to place.
        workers: how many workers there are; it may have grown.
    """
    found = {name: placed[name] for name in cameras if name in placed}
    carried = Counter(found.values())
    for name in cameras:
        if name not in found:
            found[name] = min(range(workers), key=lambda worker: carried[worker])
            carried[found[name]] += 1
    return found


class Supervisor:
    """Keeps one site running until told to stop.

    Args:
        site_path: site.yaml.

    Raises:
        SiteError: the file is not valid.
        LeaseHeldError: another supervisor already runs this site.
    """

    def __init__(self, site_path: Path) -> None:
        self._watch = SiteWatch(site_path)
        loaded = self._watch.current
        self._folder = DataFolder(loaded.data_folder)
        self._folder.root.mkdir(parents=True, exist_ok=True)
        self._lease = Lease(self._folder.lease("supervisor"))
        self._stopping = threading.Event()
        replace(self._folder.site_in_force, self._watch.raw)
        # Children start from the copy: site.yaml may be unsound when one has to start again.
        self._site_arguments = ["--kept", str(self._folder.site_in_force), str(site_path)]
        self._hub = Child("hub", "parvis.fleet.hub", self._site_arguments)
        self._workers: list[Child] = []
        self._placed: dict[str, int] = {}
        self._place()

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; then stop workers, let the hub take the last minutes."""
        keep_to_itself()
        signal.signal(signal.SIGTERM, lambda *_: self._stopping.set())
        signal.signal(signal.SIGINT, lambda *_: self._stopping.set())
        log.info("site started", site=str(self._watch.current.path), workers=len(self._workers))
        while not self._stopping.is_set():
            self._look_at_the_file()
            self._hub.keep_alive()
            for worker, cameras in zip(self._workers, self._shares(), strict=True):
                worker.tell(to_line(cameras))
                worker.keep_alive()
            self._stopping.wait(_TICK_S)
        self._stop_children()
        self._lease.release()
        log.info("site stopped", site=str(self._watch.current.path))

    def _stop_children(self) -> None:
        """Stop the workers, and then the hub, which takes their last minutes."""
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.stop(_STOP_TIMEOUT_S)
        self._hub.stop(_STOP_TIMEOUT_S)

    def _look_at_the_file(self) -> None:
        change = self._watch.poll()
        if isinstance(change, SiteRejected):
            for problem in change.problems:
                log.error("site.yaml is not used as it stands", problem=str(problem))
        elif change is not None:
            if change:
                said = {name: what.value for name, what in change.cameras.items()}
                log.info("site.yaml changed", cameras=said)
            try:
                replace(self._folder.site_in_force, self._watch.raw)
            except OSError as error:
                log.error("the configuration in force cannot be kept", reason=str(error))
            self._place()
            zone = change.after.site.site.timezone
            if zone != change.before.site.site.timezone:
                # Every process cuts civil time in the zone it began with: none may mix two.
                log.info("the time zone changed, everything starts again", timezone=zone)
                self._stop_children()

    def _place(self) -> None:
        """Start workers that are missing and give each camera one; it keeps the one it has."""
        cameras = self._watch.current.site.cameras
        enabled = [name for name, camera in cameras.items() if camera.enabled]
        while len(self._workers) < worker_count(len(enabled), os.cpu_count()):
            name = f"worker-{len(self._workers)}"
            self._workers.append(Child(name, "parvis.fleet.worker", [*self._site_arguments, name]))
        # A camera that is off for a while comes back to its worker, and weighs nothing meanwhile.
        away = {n: w for n, w in self._placed.items() if n in cameras and n not in enabled}
        self._placed = away | place(self._placed, enabled, len(self._workers))

    def _shares(self) -> list[dict[str, Assigned]]:
        site = self._watch.current.site
        ordered = stops.read(self._folder.stops)
        run = [
            name
            for name, one in site.cameras.items()
            if one.enabled and not stops.stopped(ordered, site, name)
        ]
        shares: list[dict[str, Assigned]] = [{} for _ in self._workers]
        for name, one in assigned(site, run).items():
            shares[self._placed[name]][name] = one
        return shares
