"""How well rules do on scenarios whose truth is known: recall, false alarms an hour, delay."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from parvis.alerts.kinds import KINDS
from parvis.alerts.rule import Rule
from parvis.alerts.scenario import Event, Trial
from parvis.values.alerts import Alert, AlertKind

EARLY_S = 2.0
"""An alert may come so much before the moment at which a person dates the event."""

LATE_S = 5.0
"""And so long after its end, beyond the rule's own duration."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What one rule did in one scenario.

    Args:
        kind: of the rule.
        found: events with an alert; missed: without.
        false: alerts without an event.
        delays_s: of each event found: from its beginning to the alert, less the rule's duration.
        seconds: length of the scenario.
    """

    kind: AlertKind
    found: int
    missed: int
    false: int
    delays_s: tuple[float, ...]
    seconds: float


@dataclass(slots=True)
class Score:
    """One kind of rule over a suite.

    Args:
        kind: which.
        found, missed: positives.
        quiet: scenarios in which the rule ran, had nothing to find, and raised nothing.
        negatives: scenarios in which it ran and had nothing to find.
        false: alerts without an event, in all scenarios.
        seconds: time over which it ran.
        delays_s: see :class:`Matched`.
    """

    kind: AlertKind
    found: int = 0
    missed: int = 0
    quiet: int = 0
    negatives: int = 0
    false: int = 0
    seconds: float = 0.0
    delays_s: list[float] = field(default_factory=list)

    @property
    def positives(self) -> int:
        """Events that it had to find."""
        return self.found + self.missed

    @property
    def recall(self) -> float:
        """Share found; NaN without any event."""
        return self.found / self.positives if self.positives else math.nan

    @property
    def false_per_hour(self) -> float:
        """False alarms an hour of watching; NaN when it never ran."""
        return self.false / (self.seconds / 3600.0) if self.seconds else math.nan

    @property
    def delay_s(self) -> float:
        """Median delay beyond the rule's own duration; NaN when nothing was found."""
        return median(self.delays_s) if self.delays_s else math.nan

    @property
    def experimental(self) -> bool:
        """Whether its kind is shipped as an experiment."""
        return KINDS[self.kind].experimental


def match(
    rule: Rule, events: Sequence[Event], alerts: Sequence[Alert], span: tuple[float, float]
) -> Matched:
    """Hold a rule's alerts in one scenario against its events.

    An event is found when an alert was raised or held between ``EARLY_S`` before it and ``LATE_S``
    plus the rule's duration after its end; an alert of which no event can be said so is false.
    Alerts that come back in one event are one find: they were right. So is one that came back
    within the rule's cool-down for the next event; only its first event has a delay.

    Args:
        rule: whose.
        events: what it should raise, seconds of the scenario.
        alerts: what it raised.
        span: first and last moment of the scenario.
    """
    for_s = rule.durations.for_s
    found, delays = [], []
    for event in events:
        hits = [one.raised_s for one in alerts if _meets(one, event, for_s, span[1])]
        found.append(bool(hits))
        raised = [at_s for at_s in hits if at_s >= event.from_s - EARLY_S]
        if raised:
            delays.append(min(raised) - event.from_s - for_s)
    false = [
        one for one in alerts if not any(_meets(one, event, for_s, span[1]) for event in events)
    ]
    return Matched(
        rule.kind,
        sum(found),
        len(found) - sum(found),
        len(false),
        tuple(delays),
        span[1] - span[0],
    )


def _meets(alert: Alert, event: Event, for_s: float, end_s: float) -> bool:
    over_s = end_s if alert.over_s is None else alert.over_s
    early_s, late_s = event.from_s - EARLY_S, event.to_s + for_s + LATE_S
    return alert.raised_s <= late_s and over_s >= early_s


def score(trial: Trial, alerts: Iterable[Alert]) -> list[Matched]:
    """What every rule did on a trial in it."""
    by_rule: dict[str, list[Alert]] = {rule.name: [] for rule in trial.rules}
    for alert in alerts:
        by_rule[alert.rule].append(alert)
    span = trial.span
    return [
        match(
            rule,
            [event for event in trial.events if event.rule == rule.name],
            by_rule[rule.name],
            span,
        )
        for rule in trial.rules
        if trial.can_show(rule)
    ]


def summed(matches: Iterable[Matched]) -> list[Score]:
    """Scores by kind, in the order of the kinds."""
    scores: dict[AlertKind, Score] = {}
    for one in matches:
        total = scores.setdefault(one.kind, Score(one.kind))
        total.found += one.found
        total.missed += one.missed
        total.false += one.false
        total.seconds += one.seconds
        total.delays_s += one.delays_s
        if not one.found + one.missed:
            total.negatives += 1
            total.quiet += not one.false
    return [scores[kind] for kind in AlertKind if kind in scores]
