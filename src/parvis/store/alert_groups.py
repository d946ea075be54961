"""Alerts that wait, by subject, rule and form: a burst of thousands is a few lines."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, select

from parvis.store.alert_rows import alert_of
from parvis.store.schema import alert
from parvis.values.alerts import Alert


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """Alerts of one subject, one rule and one form.

    Args:
        lead: the one to look at first: that goes on, the gravest, of those the newest.
        count: how many there are, the lead among them.
    """

    lead: Alert
    count: int


def read_groups(connection: Connection, these: ColumnElement[bool]) -> list[AlertGroup]:
    """Every group of those alerts, in no order."""
    of = (alert.c.camera, alert.c.shape, alert.c.rule, alert.c.form)
    goes_on = alert.c.over_s.is_(None)
    shown = case((goes_on, alert.c.severity), else_=alert.c.peak)
    order = (case((goes_on, 0), else_=1), shown.desc(), alert.c.number.desc())
    placed = (
        select(
            alert.c.id,
            func.count().over(partition_by=of).label("count"),
            func.row_number().over(partition_by=of, order_by=order).label("place"),
        )
        .where(these)
        .subquery()
    )
    query = (
        select(alert, placed.c.count.label("members"))
        .join(placed, placed.c.id == alert.c.id)
        .where(placed.c.place == 1)
    )
    return [AlertGroup(alert_of(row), int(row.members)) for row in connection.execute(query)]
