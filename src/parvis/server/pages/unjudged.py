"""Alerts that nobody has judged yet, for the pages beside the inbox."""

from collections.abc import Iterable

from parvis.server.inbox.listing import Row, causes, rows
from parvis.server.pages.alerts import reader_of
from parvis.server.pages.frame import View, may_read_alerts
from parvis.store.alerts import Tray


def unjudged(here: View) -> list[Row]:
    """By place and cause, the gravest first; none for who has no inbox; blocking."""
    if not may_read_alerts(here):
        return []
    reader = reader_of(here)
    groups = [one for tray in (Tray.INBOX, Tray.TAKEN) for one in reader.alerts.groups(tray)]
    return rows(causes(groups, reader), reader)


def by_place(rows: Iterable[Row]) -> dict[str, Row]:
    """Of each place the gravest."""
    found: dict[str, Row] = {}
    for one in rows:
        if one.where.place is not None:
            found.setdefault(one.where.place, one)
    return found
