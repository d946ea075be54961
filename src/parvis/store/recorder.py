"""The one recorder: what workers send goes into the store once, and is then acknowledged."""

from collections.abc import Sequence
from pathlib import Path

from parvis.store.spool import Spool, SpoolBusyError, orphans
from parvis.store.store import Store
from parvis.store.wire import MinuteKey, key_of
from parvis.values.minute import ClosedMinute

BATCH = 200
"""Minutes in one transaction."""


class Recorder:
    """Records minutes and says which may be dropped from the spool.

    Args:
        store: where they go.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, minutes: Sequence[ClosedMinute]) -> list[MinuteKey]:
        """Record these minutes and return their keys, once all are on disk.

        A minute that was there already, because its acknowledgement was lost, is acknowledged
        again.

        Raises:
            StoreUnavailableError: none was written, none is acknowledged; send them again.
        """
        self._store.record(minutes)
        return [key_of(minute) for minute in minutes]

    def recover(self, folder: Path) -> int:
        """Record what dead workers left in their spools; return how many minutes that were.

        Raises:
            StoreUnavailableError: the rest stays in the spools.
        """
        count = 0
        for path in orphans(folder):
            try:
                spool = Spool(path, wait_s=0.0)
            except SpoolBusyError:
                continue  # a new worker was faster and sends them itself
            with spool:
                while minutes := spool.pending(BATCH):
                    spool.acknowledge(self.take(minutes))
                    count += len(minutes)
        return count
