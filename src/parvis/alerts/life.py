"""The life of an alert: raised, worse or better, held, over; taken, judged, closed.

Pure steps from one :class:`~parvis.values.alerts.Alert` to the next: whoever keeps alerts stores
what comes out. No step closes an alert or judges it but a person's.
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from parvis.alerts.rule import Rule
from parvis.values.alerts import Alert, Change, Judgement, Severity, Step

UNDO_S = 10.0
"""A verdict may be taken back for so long."""


class Refusal(StrEnum):
    """Why an alert cannot take a step now."""

    JUDGED = "the alert has been judged already"
    TAKEN = "another person takes care of it already"
    UNJUDGED = "the alert has not been judged"
    ANOTHERS = "the verdict is another person's"
    TOO_LATE = "the time to take a verdict back is over"


class StepRefusedError(ValueError):
    """A step that this alert cannot take now.

    Args:
        why: see :class:`Refusal`.
    """

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.value)
        self.why = why


def opened(change: Change, rule: Rule) -> Alert:
    """The alert that a first change of a rule raises."""
    return Alert(
        id=change.episode,
        number=0,
        episode=change.episode,
        rule=change.rule,
        version=change.version,
        kind=change.kind,
        form=change.form,
        subject=change.subject,
        raised_s=change.time_s,
        changed_s=change.time_s,
        since_s=change.since_s,
        severity=change.severity,
        peak=change.severity,
        value=change.value,
        low=change.low,
        high=change.high,
        threshold=change.threshold,
        at=change.at,
        shadow=change.shadow,
        model=change.model,
        usual=change.usual,
        basis=rule.basis,
        purposes=rule.purposes,
        indicator=rule.indicator,
    )


def same_cause(alert: Alert, change: Change) -> bool:
    """Whether a change speaks of what an alert is about."""
    return (alert.rule, alert.subject, alert.form) == (change.rule, change.subject, change.form)


def continued(alert: Alert, change: Change) -> Alert:
    """The alert after a change: of its own episode, or of one that continues it.

    A later episode of the same cause, whether the worker was started anew or the condition came
    back, takes an alert that was over up again.
    """
    again = change.episode != alert.episode and change.step is Step.RAISED
    if change.step is Step.OVER:
        return replace(
            alert,
            changed_s=change.time_s,
            severity=Severity.NONE,
            over_s=change.time_s,
            held_s=None,
        )
    return replace(
        alert,
        episode=change.episode,
        changed_s=change.time_s,
        severity=change.severity,
        peak=max(alert.peak, change.severity),
        value=change.value,
        low=change.low,
        high=change.high,
        threshold=change.threshold,
        at=change.at if change.at is not None else alert.at,
        usual=change.usual,
        over_s=None,
        held_s=None,
        episodes=alert.episodes + (1 if again else 0),
    )


def continues(alert: Alert, change: Change, rule: Rule) -> bool:
    """Whether a first change of a rule takes an alert up again instead of raising another.

    It does while the alert is not over (its worker was started anew), and within the cool-down
    after it, unless a person has judged it since: then something new is told anew.
    """
    if not same_cause(alert, change) or alert.shadow != change.shadow:
        return False
    if alert.nature != rule.nature(alert.subject.camera) or alert.indicator != rule.indicator:
        return False  # the rule says something else now, of which a profile may ask more
    if alert.over_s is None:
        return True
    return alert.judgement is None and change.time_s - alert.over_s <= rule.cooldown_s


def over_cap(alerts: Iterable[Alert], change: Change, rule: Rule) -> bool:
    """Whether the rule has raised its fill at that camera in the hour before."""
    recent = [
        one
        for one in alerts
        if one.rule == change.rule
        and one.subject.camera == change.subject.camera
        and change.time_s - 3600.0 < one.raised_s <= change.time_s
    ]
    return len(recent) >= rule.cap_per_hour


def held(alert: Alert, at_s: float) -> Alert:
    """Its camera cannot tell whether it goes on."""
    if alert.over_s is not None or alert.held_s is not None:
        return alert
    return replace(alert, held_s=at_s, changed_s=at_s)


def resumed(alert: Alert, at_s: float) -> Alert:
    """Its camera tells again."""
    return alert if alert.held_s is None else replace(alert, held_s=None, changed_s=at_s)


def ended(alert: Alert, at_s: float) -> Alert:
    """It is over although its rule has not said so: nobody speaks of it any more, its camera did
    not come back, or the profile in force does not allow it.
    """
    if alert.over_s is not None:
        return alert
    return replace(alert, severity=Severity.NONE, over_s=at_s, held_s=None, changed_s=at_s)


def taken(alert: Alert, who: str, at_s: float) -> Alert:
    """A person takes care of it.

    Raises:
        StepRefusedError: it has been judged, or another has it already.
    """
    if alert.judgement is not None:
        raise StepRefusedError(Refusal.JUDGED)
    if alert.taken_by not in (None, who):
        raise StepRefusedError(Refusal.TAKEN)
    if alert.taken_by == who:
        return alert
    return replace(alert, taken_by=who, taken_s=at_s)


def judged(alert: Alert, judgement: Judgement) -> Alert:
    """A person has said what it was; who judges takes it too.

    Raises:
        StepRefusedError: it has been judged already.
    """
    if alert.judgement is not None:
        raise StepRefusedError(Refusal.JUDGED)
    return replace(
        alert,
        judgement=judgement,
        taken_by=alert.taken_by or judgement.who,
        taken_s=alert.taken_s or judgement.time_s,
    )


def unjudged(alert: Alert, who: str, at_s: float) -> Alert:
    """The person takes the verdict back.

    Raises:
        StepRefusedError: there is none, it is another's, or it is too late.
    """
    judgement = alert.judgement
    if judgement is None:
        raise StepRefusedError(Refusal.UNJUDGED)
    if judgement.who != who:
        raise StepRefusedError(Refusal.ANOTHERS)
    if at_s - judgement.time_s > UNDO_S:
        raise StepRefusedError(Refusal.TOO_LATE)
    return replace(alert, judgement=None)
