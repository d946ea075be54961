"""The one recorder: what workers send goes into the store once, and is then acknowledged."""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog
from sqlalchemy.exc import DataError, IntegrityError

from parvis.store.alert_wire import Said, SaidKey
from parvis.store.errors import StoreUnavailableError
from parvis.store.spool import Spool, SpoolBusyError, SpoolError, orphans
from parvis.store.store import Store
from parvis.store.wire import MinuteKey, encode, key_of
from parvis.values.minute import ClosedMinute

log = structlog.get_logger(__name__)

BATCH = 200
"""Minutes in one transaction."""

_BAD_MINUTE = (DataError, IntegrityError, ValueError, TypeError, LookupError, ArithmeticError)
"""What a minute itself can be the cause of; anything else is the store's trouble."""


class Recorder:
    """Records minutes and says which may be dropped from the spool.

    Args:
        store: where they go.
        aside: the file where a minute is kept, one line each, that the store can never take.
        keep: takes out of minutes what may not be kept; they are acknowledged whole.
    """

    def __init__(
        self,
        store: Store,
        aside: Path,
        keep: Callable[[Sequence[ClosedMinute]], Sequence[ClosedMinute]] = tuple,
    ) -> None:
        self._store = store
        self._keep = keep
        self._aside = aside
        self._lost = minutes_aside(aside)

    def take(self, minutes: Sequence[ClosedMinute]) -> list[MinuteKey]:
        """Record these minutes and return their keys, once all are on disk.

        A minute that was there already, because its acknowledgement was lost, is acknowledged
        again. One that the store cannot take is set aside, so that it holds up no other.

        Raises:
            StoreUnavailableError: none is acknowledged; send them again.
        """
        kept = self._keep(minutes)
        try:
            self._store.record(kept)
        except _BAD_MINUTE:
            self._set_aside([minute for minute in kept if not self._taken(minute)])
        return [key_of(minute) for minute in minutes]

    def lost(self, camera: str) -> int:
        """Minutes of that camera that lie aside."""
        return self._lost[camera]

    def recover(self, folder: Path, hear: Callable[[Sequence[Said]], list[SaidKey]]) -> int:
        """Record what dead workers left in their spools; return how many minutes that were.

        Args:
            folder: of the spools.
            hear: takes what rules said and returns what may be dropped, as the hub takes it from
                living workers.

        A spool that cannot be read is told in the log and left where it is.

        Raises:
            StoreUnavailableError: the rest stays in the spools.
        """
        count = 0
        for path in orphans(folder):
            try:
                with Spool(path, wait_s=0.0) as spool:
                    while said := spool.kept(BATCH):
                        spool.let_go(hear(said))
                    while minutes := spool.pending(BATCH):
                        spool.acknowledge(self.take(minutes))
                        count += len(minutes)
            except SpoolBusyError:
                continue  # a new worker was faster and sends them itself
            except (SpoolError, sqlite3.Error, OSError) as error:
                log.error("a spool cannot be recovered", spool=path.name, reason=str(error))
        return count

    def _taken(self, minute: ClosedMinute) -> bool:
        try:
            self._store.record([minute])
        except _BAD_MINUTE as error:
            log.exception("a minute is set aside", camera=minute.camera, error=str(error))
            return False
        return True

    def _set_aside(self, minutes: Sequence[ClosedMinute]) -> None:
        if not minutes:
            return
        try:
            with os.fdopen(os.open(self._aside, os.O_CREAT | os.O_RDWR, 0o600), "r+b") as file:
                kept = set(file.read().splitlines())
                lines = [line for line in map(encode, minutes) if line not in kept]
                file.write(b"".join(line + b"\n" for line in lines))
                file.flush()
                os.fsync(file.fileno())
            self._lost = minutes_aside(self._aside)
        except OSError as error:
            raise StoreUnavailableError(f"a minute cannot be set aside: {error}") from error


def minutes_aside(aside: Path) -> Counter[str]:
    """How many minutes of each camera lie in the file of those that the store can never take.

    What cannot be read there counts under no camera's name.
    """
    try:
        lines = aside.read_bytes().splitlines()
    except OSError:
        return Counter()
    return Counter(map(_camera_of, lines))


def _camera_of(line: bytes) -> str:
    try:
        return str(json.loads(line)["camera"])
    except (ValueError, KeyError, TypeError):
        return ""
