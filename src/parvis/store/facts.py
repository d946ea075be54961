"""Small facts about the store itself."""

from sqlalchemy import Connection, select

from parvis.store.database import Database
from parvis.store.schema import site_state

ZONE = "zone"
"""The time zone in which hours are cut."""

MINUTES_FROM = "minutes_from"
"""Minutes before this (seconds since the epoch) were purged."""

NEWS_UNTIL = "news_until"
"""Number of the last line of alerts' history that channels were told of, see store/notices.py."""


def read_fact(connection: Connection, key: str) -> str | None:
    """The value under that key."""
    found: str | None = connection.execute(
        select(site_state.c.value).where(site_state.c.key == key)
    ).scalar_one_or_none()
    return found


def write_fact(database: Database, connection: Connection, key: str, value: str) -> None:
    """Set the value under that key."""
    insert = database.insert(site_state).values(key=key, value=value)
    connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
