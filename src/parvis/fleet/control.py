"""A person's orders to stop and start, as the server gives them."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from parvis.fleet import stops, views
from parvis.fleet.layout import DataFolder
from parvis.fleet.lease import Lease, LeaseHeldError
from parvis.server.desk import DeskError
from parvis.site.shapes import Site
from parvis.values.stops import Stops, Target, What

_CONFIRM_S = 8.0
_LOOK_S = 0.05
_TOLD_S = 0.6


class OrderedStops:
    """Writes orders for the supervisor and waits until nothing of a stopped camera is read.

    Args:
        folder: where the orders and the leases lie.
        site: returns the configuration in force.
        changed: called when uses were stopped or started, so that all who must know do at once.
    """

    def __init__(
        self, folder: DataFolder, site: Callable[[], Site], changed: Callable[[], None]
    ) -> None:
        self._folder = folder
        self._site = site
        self._changed = changed
        self._writing = asyncio.Lock()
        self._orders = stops.KeptStops(folder.stops)

    async def stop(self, target: Target) -> None:
        """Stop that; returns when nothing of it is read, raised, kept or sent any more.

        Raises:
            DeskError: the workers did not confirm in time; the order stands.
        """
        async with self._writing:
            orders = stops.read(self._folder.stops).stopping(target, time.time())
            await asyncio.to_thread(stops.write, self._folder.stops, orders)
        if target.what is What.USE:
            await asyncio.to_thread(self._changed)
            # The workers look at what the hub tells them twice a second.
            await asyncio.sleep(_TOLD_S)
            return
        deadline_s = time.monotonic() + _CONFIRM_S
        while self._held(target):
            if time.monotonic() > deadline_s:
                raise DeskError("the camera's worker has not confirmed the stop; the order stands")
            await asyncio.sleep(_LOOK_S)

    async def start(self, target: Target) -> None:
        """Let that run again; returns when the order is given."""
        async with self._writing:
            orders = stops.read(self._folder.stops).starting(target)
            await asyncio.to_thread(stops.write, self._folder.stops, orders)
        await asyncio.to_thread(self._changed)

    async def accept_view(self, camera: str) -> None:
        """Take what that camera shows from now on for its scene.

        Raises:
            DeskError: the word cannot be written.
        """
        try:
            await asyncio.to_thread(views.accept, self._folder.view(camera))
        except OSError as error:
            raise DeskError(f"the data folder cannot be written: {error.strerror}") from error

    def is_stopped(self, camera: str) -> bool:
        """True when a person's order keeps that camera stopped: its own, a place's, or for all."""
        return stops.stopped(self._orders.read(), self._site(), camera)

    def in_force(self) -> Stops:
        """All that is stopped now."""
        return self._orders.read()

    def _held(self, target: Target) -> bool:
        """Whether a worker still holds the lease of a camera that must not run."""
        leases = self._folder.root / "leases"
        match target.what:
            case What.ALL:
                paths = list(leases.glob("camera-*.lock"))
            case What.PLACE:
                place = self._site().places.get(target.name)
                names = place.seen_by if place is not None else ()
                paths = [leases / f"camera-{name}.lock" for name in names]
            case _:
                paths = [leases / f"camera-{target.name}.lock"]
        return any(_is_held(path) for path in paths if path.exists())


def _is_held(path: Path) -> bool:
    try:
        Lease(path).release()
    except LeaseHeldError:
        return True
    return False
