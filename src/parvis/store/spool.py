"""The worker's queue of closed minutes, and of what rules say, until the hub has them.

One file a worker, one owner at a time: the owner holds a lock that the kernel lets go when the
process dies, however it dies, so that the next worker or the hub finds the file and sends what is
left (:func:`orphans`). The file is a SQLite database with ``synchronous=FULL``: a minute that
``append`` returned for survives kill -9 and a power cut; one that was half written is gone whole.

Disk use is bounded. A full spool refuses new minutes (:class:`SpoolFullError`) and keeps those it
promised to keep; the refused minute is a gap in coverage. The default holds 20 cameras with 20
series each for more than a week.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

import structlog

from parvis.store import alert_wire
from parvis.store.alert_wire import Said, SaidKey
from parvis.store.wire import MinuteKey, WireError, decode, encode
from parvis.values.minute import ClosedMinute

log = structlog.get_logger(__name__)

SUFFIX = ".spool"
MAX_BYTES = 512 << 20
PENDING_BYTES = 6 << 20
"""Most bytes of lines taken at once: far under what a batch may hold, recorded within seconds."""
_LOCK_STEP_S = 0.05


class SpoolError(Exception):
    """The spool cannot do what was asked."""


class SpoolBusyError(SpoolError):
    """Another live process holds this spool."""


class SpoolFullError(SpoolError):
    """No room: the minute was not kept, those kept before are safe."""


class Spool:
    """A durable queue of closed minutes. Threads of one process may share it.

    Do not carry it over a fork: the child would hold the lock too.

    Args:
        path: its file, made if absent; give it the suffix ``.spool``.
        max_bytes: of the file on disk.
        wait_s: how long to wait for another owner to let go.

    Raises:
        SpoolBusyError: another process still holds it.
        SpoolError: the file cannot be opened.
    """

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES, wait_s: float = 10.0) -> None:
        self.path = path
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._reported: set[int] = set()
        self._held = _hold(_lock_path(path), wait_s)
        try:
            self._connection = _open_or_set_aside(path, max_bytes)
        except sqlite3.Error as error:
            os.close(self._held)
            raise SpoolError(f"{path.name} cannot be opened: {error}") from error
        except BaseException:
            os.close(self._held)
            raise

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def __len__(self) -> int:
        with self._lock:
            found: int = self._connection.execute("SELECT count(*) FROM minute").fetchone()[0]
            return found

    def append(self, minute: ClosedMinute) -> None:
        """Keep a minute; it is on disk when this returns. The same key again changes nothing.

        Raises:
            SpoolFullError: the bound or the disk is reached.
            WireError: it cannot be written (not finite, or larger than a minute may be).
        """
        self.extend((minute,))

    def extend(self, minutes: Iterable[ClosedMinute]) -> None:
        """Keep several minutes at the price of one: all of them, or none.

        Raises:
            SpoolFullError: the bound or the disk is reached.
            WireError: one cannot be written.
        """
        rows = [(one.camera, one.run, int(one.start_s), encode(one)) for one in minutes]
        with self._lock:
            self._write(
                "INSERT OR IGNORE INTO minute (camera, run, start, line) VALUES (?, ?, ?, ?)", rows
            )

    def pending(self, limit: int = 200) -> list[ClosedMinute]:
        """The oldest minutes not acknowledged, in the order they were appended.

        At most ``limit`` of them and PENDING_BYTES together.

        A line that this Parvis cannot read (a newer one wrote it) is passed over, stays in the
        file and is told in the log once.
        """
        minutes: list[ClosedMinute] = []
        size = 0
        with self._lock:
            for number, line in self._connection.execute(
                "SELECT seq, line FROM minute ORDER BY seq"
            ):
                size += len(line)
                if len(minutes) == limit or (minutes and size > PENDING_BYTES):
                    break
                try:
                    minutes.append(decode(line))
                except WireError as error:
                    self._tell(number, error)
        return minutes

    def keep(self, said: Iterable[Said]) -> None:
        """Keep what rules say; it is on disk when this returns. The same again changes nothing.

        Raises:
            SpoolFullError: the bound or the disk is reached.
            WireError: it cannot be written.
        """
        rows = [(*alert_wire.key_of(one), alert_wire.encode(one)) for one in said]
        with self._lock:
            self._write("INSERT OR IGNORE INTO said (episode, number, line) VALUES (?, ?, ?)", rows)

    def kept(self, limit: int = 200) -> list[Said]:
        """What rules said and nobody has acknowledged, in order; bounded as :meth:`pending`."""
        found: list[Said] = []
        size = 0
        with self._lock:
            for number, line in self._connection.execute("SELECT seq, line FROM said ORDER BY seq"):
                size += len(line)
                if len(found) == limit or (found and size > PENDING_BYTES):
                    break
                try:
                    found.append(alert_wire.decode(line))
                except WireError as error:
                    self._tell(-number, error)
        return found

    def let_go(self, keys: Iterable[SaidKey]) -> None:
        """Drop what rules said: it is in the store. Unknown keys are passed over.

        Raises:
            SpoolError: it stays, and may be sent again without harm.
        """
        with self._lock:
            self._write("DELETE FROM said WHERE episode = ? AND number = ?", list(keys))

    def acknowledge(self, keys: Iterable[MinuteKey]) -> None:
        """Drop these minutes: they are in the store. Unknown keys are passed over.

        Raises:
            SpoolError: they stay, and may be sent again without harm.
        """
        with self._lock:
            self._write(
                "DELETE FROM minute WHERE camera = ? AND run = ? AND start = ?",
                [(camera, run, int(start_s)) for camera, run, start_s in keys],
            )

    def close(self) -> None:
        """Let go; the file stays when something waits in it, and is removed when none does."""
        with self._lock:
            if self._held < 0:
                return
            waiting = "SELECT 1 FROM minute UNION ALL SELECT 1 FROM said LIMIT 1"
            empty = self._connection.execute(waiting).fetchone() is None
            self._connection.close()
            if empty:
                self.path.unlink(missing_ok=True)
                _lock_path(self.path).unlink(missing_ok=True)
            os.close(self._held)
            self._held = -1

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        try:
            with self._connection:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany(statement, rows)
        except sqlite3.Error as error:
            full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
            raise (SpoolFullError if full else SpoolError)(f"{self.path.name}: {error}") from error

    def _tell(self, number: int, error: WireError) -> None:
        if number not in self._reported:
            self._reported.add(number)
            log.warning("a spooled line cannot be read", spool=self.path.name, reason=str(error))


def orphans(folder: Path) -> list[Path]:
    """Spools that no live process holds, oldest name first: open them and send what is left."""
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            os.close(_hold(_lock_path(path), 0.0))
        except SpoolBusyError:
            continue
        except OSError as error:  # another account's: one file must not hide the others
            log.error("a spool cannot be opened", spool=path.name, reason=str(error))
            continue
        found.append(path)
    return found


def _open_or_set_aside(path: Path, max_bytes: int) -> sqlite3.Connection:
    try:
        return _open(path, max_bytes)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise
        # Not a torn write, which SQLite undoes by itself: a broken disk. Keep it for a person.
        aside = path.with_suffix(f".damaged-{time.time_ns()}")
        path.rename(aside)
        wal = path.with_name(path.name + "-wal")
        if wal.exists():
            wal.rename(aside.with_name(aside.name + "-wal"))
        log.error("a spool is damaged and was set aside", spool=aside.name, reason=str(error))
        return _open(path, max_bytes)


def _open(path: Path, max_bytes: int) -> sqlite3.Connection:
    # As the database beside it: for this account only. SQLite gives -wal the same mode.
    path.touch(mode=0o600)
    path.chmod(0o600)  # one that an earlier version left
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        # The lock beside the file makes us the only one: no shared memory file is needed.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA journal_size_limit=4194304")
        page: int = connection.execute("PRAGMA page_size").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={max(16, max_bytes // page)}")
        connection.execute("SELECT count(*) FROM sqlite_schema")  # reads the file: is it one?
        connection.execute(
            "CREATE TABLE IF NOT EXISTS minute (seq INTEGER PRIMARY KEY AUTOINCREMENT,"
            " camera TEXT NOT NULL, run TEXT NOT NULL, start INTEGER NOT NULL,"
            " line BLOB NOT NULL, UNIQUE (camera, run, start))"
        )
        connection.execute(
            "CREATE TABLE IF NOT EXISTS said (seq INTEGER PRIMARY KEY AUTOINCREMENT,"
            " episode TEXT NOT NULL, number INTEGER NOT NULL,"
            " line BLOB NOT NULL, UNIQUE (episode, number))"
        )
    except BaseException:
        connection.close()
        raise
    return connection


def _lock_path(path: Path) -> Path:
    return path.with_name(path.name + "-lock")


def _hold(path: Path, wait_s: float) -> int:
    """Take the lock; its file may be removed by a leaving owner, and then belongs to nobody."""
    until_s = time.monotonic() + wait_s
    while True:
        held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.exists() and path.stat().st_ino == os.fstat(held).st_ino:
                return held
        except BlockingIOError:
            pass
        except BaseException:
            os.close(held)
            raise
        os.close(held)
        if time.monotonic() >= until_s:
            raise SpoolBusyError(f"{path.name}: another process holds it")
        time.sleep(_LOCK_STEP_S)
