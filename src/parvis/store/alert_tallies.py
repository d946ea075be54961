"""What rules raised, by civil day, what people said of it, and what was only counted."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, case, func, select

from parvis.store.schema import alert, alert_unraised
from parvis.values.alert_history import DayTally, RuleTally, Unraised
from parvis.values.alerts import Verdict


def read_tallies(
    connection: Connection, raised: ColumnElement[bool], unraised: ColumnElement[bool]
) -> list[RuleTally]:
    """The tallies of each rule.

    Args:
        connection: to the database.
        raised: which alerts count.
        unraised: which counts of what was not raised.
    """
    by_day = (
        select(
            alert.c.rule,
            alert.c.shadow,
            alert.c.raised_day,
            func.count(),
            _verdicts(Verdict.CONFIRMED),
            _verdicts(Verdict.DISMISSED),
            func.sum(alert.c.raised_s - alert.c.since_s),
        )
        .where(raised)
        .group_by(alert.c.rule, alert.c.shadow, alert.c.raised_day)
        .order_by(alert.c.rule, alert.c.shadow, alert.c.raised_day)
    )
    by_cause = (
        select(alert_unraised.c.rule, alert_unraised.c.why, func.count())
        .where(unraised)
        .group_by(alert_unraised.c.rule, alert_unraised.c.why)
    )
    days: dict[tuple[str, bool], list[DayTally]] = {}
    delays_s: dict[tuple[str, bool], float] = {}
    for rule, shadow, day, n, confirmed, dismissed, delay_s in connection.execute(by_day):
        key = (rule, bool(shadow))
        days.setdefault(key, []).append(DayTally(day, n, int(confirmed), int(dismissed)))
        delays_s[key] = delays_s.get(key, 0.0) + delay_s
    counted = {(rule, why): n for rule, why, n in connection.execute(by_cause)}
    told = {rule for rule, _ in days}
    keys = {*days, *((rule, False) for rule, _ in counted if rule not in told)}
    return [
        RuleTally(
            rule,
            shadow,
            tuple(days.get((rule, shadow), ())),
            _mean(delays_s.get((rule, shadow)), days.get((rule, shadow), ())),
            counted.get((rule, Unraised.CAP.value), 0),
            counted.get((rule, Unraised.PERMIT.value), 0),
        )
        for rule, shadow in sorted(keys)
    ]


def _verdicts(wanted: Verdict) -> ColumnElement[int]:
    return func.sum(case((alert.c.verdict == wanted.value, 1), else_=0))


def _mean(total_s: float | None, days: Sequence[DayTally]) -> float | None:
    raised = sum(day.raised for day in days)
    return total_s / raised if total_s is not None and raised else None
