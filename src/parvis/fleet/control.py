"""A person's orders to stop and start cameras, as the server gives them."""

import asyncio
import time

from parvis.fleet import stops, views
from parvis.fleet.layout import DataFolder
from parvis.fleet.lease import Lease, LeaseHeldError
from parvis.server.desk import DeskError

_CONFIRM_S = 8.0
_LOOK_S = 0.05


class OrderedStops:
    """Writes orders for the supervisor and waits until nothing of a stopped camera is read.

    Args:
        folder: where the orders and the leases lie.
    """

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._writing = asyncio.Lock()
        self._orders = stops.KeptStops(folder.stops)

    async def stop(self, camera: str | None) -> None:
        """Stop that camera, or everything when None; returns when nothing of it is read any more.

        Raises:
            DeskError: the workers did not confirm in time; the order stands.
        """
        async with self._writing:
            orders = stops.read(self._folder.stops).stopping(camera)
            await asyncio.to_thread(stops.write, self._folder.stops, orders)
        deadline_s = time.monotonic() + _CONFIRM_S
        while self._held(camera):
            if time.monotonic() > deadline_s:
                raise DeskError("the camera's worker has not confirmed the stop; the order stands")
            await asyncio.sleep(_LOOK_S)

    async def start(self, camera: str | None) -> None:
        """Let that camera, or everything, run again; returns when the order is given."""
        async with self._writing:
            orders = stops.read(self._folder.stops).starting(camera)
            await asyncio.to_thread(stops.write, self._folder.stops, orders)

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
        """True when a person's order keeps that camera stopped."""
        return self._orders.read().covers(camera)

    def _held(self, camera: str | None) -> bool:
        """Whether a worker still holds the lease of that camera, or of any."""
        pattern = "camera-*.lock" if camera is None else f"camera-{camera}.lock"
        for path in (self._folder.root / "leases").glob(pattern):
            try:
                Lease(path).release()
            except LeaseHeldError:
                return True
        return False
