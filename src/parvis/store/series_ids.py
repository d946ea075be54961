"""Series and their numbers in the database, remembered: series are never deleted."""

import threading
from collections.abc import Collection

from sqlalchemy import Connection, select

from parvis.store.database import Database
from parvis.store.schema import series as table
from parvis.values.series import Series


class SeriesIds:
    """The numbers of series. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[Series, int] = {}

    def find(self, connection: Connection, wanted: Collection[Series]) -> dict[Series, int]:
        """The numbers of those that the store has ever recorded."""
        with self._lock:
            missing = [one for one in wanted if one not in self._numbers]
        if missing:
            self.load(connection)
        with self._lock:
            return {one: self._numbers[one] for one in wanted if one in self._numbers}

    def load(self, connection: Connection) -> dict[Series, int]:
        """Read them all: there are hundreds, and the query costs less than many small ones."""
        found = {
            Series.from_key(row.key): int(row.id)
            for row in connection.execute(select(table.c.key, table.c.id))
        }
        with self._lock:
            self._numbers.update(found)
        return found

    def ensure(
        self, database: Database, connection: Connection, wanted: Collection[Series]
    ) -> dict[Series, int]:
        """The numbers of all of them, new ones made in this writing transaction.

        New numbers are not remembered here: the transaction may still fail.
        """
        numbers = self.find(connection, wanted)
        missing = sorted((one for one in wanted if one not in numbers), key=lambda one: one.key)
        if not missing:
            return numbers
        insert = database.insert(table).on_conflict_do_nothing(index_elements=["key"])
        connection.execute(
            insert,
            [
                {
                    "key": one.key,
                    "camera": one.camera,
                    "kind": one.kind.value,
                    "shape": one.shape,
                    "object_class": one.object_class,
                    "direction": one.direction,
                }
                for one in missing
            ],
        )
        rows = connection.execute(select(table.c.key, table.c.id))
        made = {Series.from_key(row.key): int(row.id) for row in rows}
        return {one: made[one] for one in wanted}
