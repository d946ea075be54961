"""Alerts that are kept no longer, with all that hangs on them."""

from sqlalchemy import delete, select

from parvis.store.database import Database
from parvis.store.notices import forget_notices
from parvis.store.schema import alert, alert_early, alert_event, alert_replay, alert_unraised

_PURGED_AT_ONCE = 500


def purge_alerts(database: Database, before_s: float) -> int:
    """Delete alerts that were over before, with their history and replays; how many alerts.

    Of one that still goes on, held by a camera that cannot tell, the dots go when it was raised
    before: positions are kept no longer than said, whatever becomes of a camera.
    """
    count = 0
    held = select(alert.c.id).where(alert.c.over_s.is_(None), alert.c.raised_s < before_s)
    old = select(alert.c.id).where(alert.c.over_s < before_s).limit(_PURGED_AT_ONCE)
    while True:
        with database.writing() as connection:
            ids = connection.execute(old).scalars().all()
            for table in (alert_event, alert_replay):
                connection.execute(delete(table).where(table.c.alert_id.in_(ids)))
            connection.execute(delete(alert).where(alert.c.id.in_(ids)))
            forget_notices(database, connection, ids)
            count += len(ids)
            if len(ids) < _PURGED_AT_ONCE:
                break
    with database.writing() as connection:
        connection.execute(delete(alert_replay).where(alert_replay.c.alert_id.in_(held)))
        connection.execute(delete(alert_early).where(alert_early.c.time_s < before_s))
        connection.execute(delete(alert_unraised).where(alert_unraised.c.quarter_s < before_s))
    return count
