"""One database, SQLite or PostgreSQL: how it is opened, read and written.

SQLite runs in WAL mode with ``synchronous=FULL``: a committed transaction survives a power cut, and
readers never wait for the writer. PostgreSQL runs with ``synchronous_commit=on`` for the same
promise. On both, one writer at a time: what reads before it writes (rollups, the audit chain) needs
no second thought.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from parvis.store.errors import StoreError, StoreUnavailableError

BUSY_TIMEOUT_S = 30
"""How long a SQLite writer waits for another process's transaction."""

WRITER_LOCK = 0x50415256
"""PostgreSQL advisory lock that a writing transaction holds ("PARV")."""


def sqlite_url(path: Path) -> str:
    """The URL of the SQLite database in that file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


class Database:
    """Connections to one database.

    Args:
        url: ``sqlite:///path`` or ``postgresql://user:password@host/name``.

    Raises:
        StoreError: another kind of URL, an in-memory database, or no driver for it.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise StoreError(
                "store.url is not a database URL (sqlite:/// or postgresql://)"
            ) from None
        match parsed.get_backend_name():
            case "sqlite":
                self.engine = _open_sqlite(parsed)
            case "postgresql" | "postgres":
                self.engine = _open_postgres(parsed)
            case other:
                raise StoreError(f"no store in {other!r}: use sqlite:///file or postgresql://…")
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writer = self.engine.execution_options(parvis_writes=True)
        # PostgreSQL gives each query a view of its own unless told; SQLite's lasts by itself.
        self._reader = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._one_writer = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One view for all queries made in it, as of the first; never waits for a writer.

        Raises:
            StoreUnavailableError: the database cannot be reached.
        """
        try:
            with self._reader.connect() as connection:
                yield connection
        except OperationalError as error:
            raise _unavailable(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that holds the writer's lock: all of it is kept, or nothing.

        Raises:
            StoreUnavailableError: the database cannot be reached, is full or stays locked.
        """
        try:
            with self._one_writer, self._writer.begin() as connection:
                if not self.is_sqlite:
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})"))
                yield connection
        except OperationalError as error:
            raise _unavailable(error) from error

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT, in this database's dialect."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _open_sqlite(url: URL) -> Engine:
    if url.database in (None, "", ":memory:") or url.query:
        raise StoreError("the store lives in a file: sqlite:////absolute/path/parvis.db")
    path = Path(str(url.database))
    path.parent.mkdir(parents=True, exist_ok=True)
    # It holds password hashes: for this account only. SQLite gives -wal and -shm the same mode.
    path.touch(mode=0o600)
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None},
        pool_size=5,
        max_overflow=60,
    )

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute("PRAGMA cache_size=-16000")
        cursor.execute("PRAGMA journal_size_limit=67108864")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # The driver's own transactions start too late (at the first write, after the reads).
        writes = connection.get_execution_options().get("parvis_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_postgres(url: URL) -> Engine:
    try:
        import psycopg  # noqa: F401, PLC0415 - an extra: absent from the small core
    except ImportError:
        raise StoreError("PostgreSQL needs its driver: pip install 'parvis[postgres]'") from None
    engine = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.execute("SET synchronous_commit = on")
        connection.commit()

    return engine


def _unavailable(error: OperationalError) -> StoreUnavailableError:
    return StoreUnavailableError(f"the database does not answer as it should: {error.orig}")
