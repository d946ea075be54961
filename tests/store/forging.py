"""What somebody who owns the database could do to its audit trail: its guards are taken off."""

from collections.abc import Sequence

from sqlalchemy import text

from parvis.store import Store
from parvis.store.database import Database

_GUARDS = (
    "audit_no_update",
    "audit_no_delete",
    "audit_at_the_end",
    "audit_note_end",
    "audit_anchor_no_update",
    "audit_anchor_no_delete",
    "audit_head_forward",
    "audit_head_no_delete",
)


def write(store: Store, count: int, from_s: float = 0.0) -> None:
    """Append so many entries, one a second."""
    for i in range(count):
        store.audit.record(
            at_s=from_s + i,
            who="ana",
            action="camera.change",
            target="quai",
            why="vent",
            origin="192.0.2.4",
            detail={"é": [i, None], "a": 0.1},
        )


def forge(url: str, *statements: str | tuple[str, dict[str, object]]) -> None:
    """Run statements that the guards would refuse."""
    database = Database(url)
    with database.writing() as connection:
        for one in _off(database):
            connection.execute(text(one))
        for statement in statements:
            words, fields = statement if isinstance(statement, tuple) else (statement, {})
            connection.execute(text(words), fields)
    database.close()


def _off(database: Database) -> Sequence[str]:
    if database.is_sqlite:
        return [f"DROP TRIGGER IF EXISTS {name}" for name in _GUARDS]
    tables = ("audit", "audit_anchor", "audit_head")
    return [f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in tables]
