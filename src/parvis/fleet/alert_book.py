"""What rules say → alerts in the store: each change once, in whatever order it comes."""

import math
from collections.abc import Callable, Mapping, Sequence

from parvis.alerts import life
from parvis.alerts.rule import Rule, rule_that_said
from parvis.store.alert_steps import AlertSteps
from parvis.store.alert_wire import Said, SaidKey, key_of
from parvis.store.alerts import Alerts
from parvis.values.alert_history import NotRaised, Unraised, quarter_of
from parvis.values.alerts import Alert, Change, Step

Rules = Callable[[], Mapping[str, Rule]]
"""The rules in force, by name."""

Permitted = Callable[[Rule, str], bool]
"""Whether a rule may raise alerts at a camera or place now; the gate's answer."""


class AlertBook:
    """Takes what rules say into the store.

    A change is known by its episode and number. One that comes again changes nothing; one that
    comes late, after a later one of the same cause, is written to the history only; one that comes
    before the change that raises its alert waits for it. Where the profile has changed meanwhile,
    nothing is taken of what an alert of before became but its end.

    Args:
        alerts: where alerts rest.
        rules: see :data:`Rules`; an alert of a rule that is gone is kept by the defaults of its
            kind.
        permitted: asked again here: a worker may not know yet that the profile has changed.
    """

    def __init__(self, alerts: Alerts, rules: Rules, permitted: Permitted) -> None:
        self._alerts = alerts
        self._rules = rules
        self._permitted = permitted

    def take(self, said: Sequence[Said], now_s: float) -> list[SaidKey]:
        """Take all of it, or nothing; return the keys once it is on disk.

        Raises:
            StoreUnavailableError: nothing was taken; send it again.
        """
        rules = self._rules()
        with self._alerts.stepping() as steps:
            for one in said:
                if isinstance(one, NotRaised):
                    steps.not_raised(one)
                elif not steps.known(one):
                    rule = rule_that_said(rules, one.rule, one.kind)
                    may = self._permitted(rule, one.subject.camera)
                    _take(steps, one, rule, now_s, may_raise=may)
        return [key_of(one) for one in said]


def _take(steps: AlertSteps, change: Change, rule: Rule, now_s: float, *, may_raise: bool) -> None:
    alert = steps.of_episode(change.episode)
    if alert is not None:
        if may_raise or change.step is Step.OVER:
            _follow(steps, alert, change)
    elif change.step is not Step.RAISED:
        steps.keep_early(change)
    elif not may_raise:
        steps.not_raised(_unraised(change, Unraised.PERMIT))
        steps.take_early(change.episode)
    else:
        alert = _raise(steps, change, rule, now_s)
        for early in steps.take_early(change.episode):
            if alert is not None:
                _follow(steps, alert, early)
                alert = steps.get(alert.id)


def _raise(steps: AlertSteps, change: Change, rule: Rule, now_s: float) -> Alert | None:
    """The alert that a first change raises or continues; None where it raises none."""
    before = steps.latest_of(change)
    if before is not None and _joins(before, change, rule):
        steps.told(before.id, change)
        if change.time_s < steps.said_last(before.episode)[1]:
            return before  # it comes late: what the alert is now was said since
        after = life.continued(before, change)
        steps.set(after)
        return after
    cap = rule.cap_per_hour
    hour_s = change.time_s - 3600.0
    recent = steps.raised_by(change.rule, change.subject.camera, hour_s, change.time_s, cap)
    if life.over_cap(recent, change, rule):
        steps.not_raised(_unraised(change, Unraised.CAP))
        return None
    alert = steps.open(life.opened(change, rule), change)
    steps.audit(
        at_s=now_s,
        who="system",
        action="alert.shadow" if alert.shadow else "alert.raise",
        target=alert.id,
        detail=_facts(alert, change),
    )
    return alert


def _unraised(change: Change, why: Unraised) -> NotRaised:
    quarter_s = quarter_of(change.time_s)
    return NotRaised(change.episode, change.rule, change.subject, quarter_s, why)


def _joins(before: Alert, change: Change, rule: Rule) -> bool:
    """Whether a first change belongs to an alert of the same cause.

    One that is older than the alert itself was said by a run that died before it could be heard:
    it belongs to it where no more than a cool-down lies between them.
    """
    if before.raised_s - change.time_s > rule.cooldown_s:
        return False
    return life.continues(before, change, rule)


def _follow(steps: AlertSteps, alert: Alert, change: Change) -> None:
    latest, _ = steps.said_last(change.episode)
    steps.told(alert.id, change)
    if change.episode == alert.episode and change.number > latest:
        steps.set(life.continued(alert, change))


def _facts(alert: Alert, change: Change) -> dict[str, object]:
    """What the trail keeps of an alert that is raised; numbers that are not finite as None."""
    return {
        "number": alert.number,
        "rule": alert.rule,
        "version": alert.version,
        "model": alert.model,
        "kind": alert.kind.value,
        "form": alert.form.value,
        "subject": alert.subject.key,
        "severity": alert.severity.label,
        "time_s": alert.raised_s,
        "value": _finite(change.value),
        "threshold": _finite(change.threshold),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
