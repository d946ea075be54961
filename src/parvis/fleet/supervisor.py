"""The supervisor: starts the hub and the camera workers, keeps them alive, hands out the cameras.

It holds no measure and no connection, so that it can be killed without losing anything; its
children die with it.
"""

import json
import os
import signal
import threading
from pathlib import Path

import structlog

from parvis.fleet import stops
from parvis.fleet.child import Child
from parvis.fleet.layout import DataFolder
from parvis.fleet.lease import Lease
from parvis.site.shapes import Camera
from parvis.site.watch import SiteRejected, SiteWatch

log = structlog.get_logger(__name__)

_TICK_S = 0.25
_STOP_TIMEOUT_S = 10.0


def worker_count(cameras: int, cores: int | None) -> int:
    """How many worker processes carry that many cameras: one a core, none idle, at least one."""
    return max(1, min(cameras, cores or 1))


def share_out(cameras: list[str], workers: int) -> list[list[str]]:
    """Deal the cameras out to the workers, stable under reloads of other cameras' settings."""
    return [cameras[start::workers] for start in range(workers)]


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
        self._hub = Child("hub", "parvis.fleet.hub", [str(site_path)])
        enabled = [name for name, camera in loaded.site.cameras.items() if camera.enabled]
        count = worker_count(len(enabled), os.cpu_count())
        self._workers = [
            Child(f"worker-{i}", "parvis.fleet.worker", [str(site_path), f"worker-{i}"])
            for i in range(count)
        ]

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; then stop workers, let the hub take the last minutes."""
        signal.signal(signal.SIGTERM, lambda *_: self._stopping.set())
        signal.signal(signal.SIGINT, lambda *_: self._stopping.set())
        log.info("site started", site=str(self._watch.current.path), workers=len(self._workers))
        while not self._stopping.is_set():
            self._look_at_the_file()
            self._hub.keep_alive()
            for worker, cameras in zip(self._workers, self._shares(), strict=True):
                worker.tell(_assignment(cameras))
                worker.keep_alive()
            self._stopping.wait(_TICK_S)
        for worker in self._workers:
            worker.terminate()
        for worker in self._workers:
            worker.stop(_STOP_TIMEOUT_S)
        self._hub.stop(_STOP_TIMEOUT_S)
        self._lease.release()
        log.info("site stopped", site=str(self._watch.current.path))

    def _look_at_the_file(self) -> None:
        change = self._watch.poll()
        if isinstance(change, SiteRejected):
            for problem in change.problems:
                log.error("site.yaml is not used as it stands", problem=str(problem))
        elif change:
            log.info("site.yaml changed", cameras={n: c.value for n, c in change.cameras.items()})

    def _shares(self) -> list[dict[str, Camera]]:
        site = self._watch.current.site
        stopped = stops.read(self._folder.stops)
        enabled = [name for name, camera in site.cameras.items() if camera.enabled]
        return [
            {name: site.cameras[name] for name in names if not stopped.covers(name)}
            for names in share_out(enabled, len(self._workers))
        ]


def _assignment(cameras: dict[str, Camera]) -> bytes:
    content = {name: camera.model_dump(mode="json") for name, camera in cameras.items()}
    return json.dumps(content, sort_keys=True).encode()
