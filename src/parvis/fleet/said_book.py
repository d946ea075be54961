"""What rules say → the spool; while the disk takes nothing, it waits in memory."""

import threading

import structlog

from parvis.store import alert_wire
from parvis.store.alert_wire import Said
from parvis.store.spool import Spool, SpoolError
from parvis.store.wire import WireError

log = structlog.get_logger(__name__)

MOST_WAITING = 500
"""So many things wait at most; what comes then is lost, and told in the log."""


class SaidBook:
    """Writes what rules say to the spool, and again what could not be written; for several threads.

    Args:
        spool: of the worker.
    """

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._lock = threading.Lock()
        self._waiting: list[Said] = []
        self._told = False

    def keep(self, said: list[Said]) -> bool:
        """Write it after what waits; whether anything came to the disk."""
        with self._lock:
            wanted = self._waiting + [one for one in said if _sound(one)]
            self._waiting = wanted[:MOST_WAITING]
            for one in wanted[MOST_WAITING:]:
                log.error("an alert is lost", rule=one.rule, reason="too many wait for the disk")
            return self._write()

    def again(self) -> bool:
        """Write what waits; whether anything came to the disk."""
        with self._lock:
            return bool(self._waiting) and self._write()

    def _write(self) -> bool:
        before = len(self._waiting)
        # All of it at the price of one; where there is no room for that, as much as there is.
        for n in (before, 1):
            try:
                while self._waiting:
                    self._spool.keep(self._waiting[:n])
                    del self._waiting[:n]
                self._told = False
            except SpoolError as error:
                if not self._told:
                    log.error("alerts wait for the disk", reason=str(error))
                self._told = True
        return len(self._waiting) < before


def _sound(said: Said) -> bool:
    """Whether it can ever be written; what cannot must not hold up the rest."""
    try:
        alert_wire.encode(said)
    except WireError as error:
        log.error("an alert is lost", rule=said.rule, reason=str(error))
        return False
    return True
