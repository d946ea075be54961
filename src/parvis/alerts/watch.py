"""One rule at one subject: its ladder, and the episode that runs."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from parvis.alerts.ladder import Bounds, Climb
from parvis.alerts.rule import Mode, Rule
from parvis.values.alerts import Change, Replay, Severity, Signal, Step

Evidence = Callable[[], Replay | None]
"""The last seconds as dots, asked for when an episode begins."""


@dataclass(slots=True)
class _Episode:
    """A stretch for which a rule holds; one that may not be told has no id."""

    id: str
    number: int
    severity: Severity
    last: Signal
    seen_s: float
    """When its value could last be told."""


class Watch:
    """Follows one rule at one subject.

    Args:
        rule: what it says.
        bounds: its ladder here.
        model: name of the detector, for the record.
    """

    def __init__(self, rule: Rule, bounds: Bounds, model: str) -> None:
        self.rule = rule
        self._bounds = bounds
        self._climb = Climb(self._bounds, rule.durations)
        self._model = model
        self._episode: _Episode | None = None

    @property
    def tells(self) -> bool:
        """Whether people are told of what holds, or will be if it lasts."""
        episode = self._episode
        told = self._climb.passes if episode is None else bool(episode.id)
        return told and self.rule.mode is Mode.LIVE

    def look(
        self, signal: Signal, begin: Callable[[], str], evidence: Evidence, *, open_: bool
    ) -> Change | None:
        """Take a signal; return what changed, if anything did and may be told.

        Args:
            signal: of this rule's kind, of its subject.
            begin: gives a new episode its id; an empty one when it may not be raised.
            evidence: see :data:`Evidence`.
            open_: whether the rule watches at this hour.
        """
        value = signal.value
        self._forget(signal)
        if not open_:
            value = None if self._episode is None else self._calm()
            if value is None:
                self._climb.gap()  # what was so before the hours does not count within them
        severity = self._climb.look(signal.time_s, value, since_s=signal.since_s)
        if severity and signal.worse:
            severity = Severity(min(Severity.CRITICAL, severity + 1))
        episode = self._episode
        if episode is None:
            if not severity or value is None:
                return None
            self._episode = episode = _Episode(begin(), 0, severity, signal, signal.time_s)
            raised = self._told(episode, Step.RAISED, signal)
            return replace(raised, replay=evidence()) if episode.id else None
        if value is None:
            return None
        episode.seen_s = signal.time_s
        if severity == episode.severity:
            episode.last = signal
            return None
        step = Step.ROSE if severity > episode.severity else Step.FELL
        if not severity:
            step, self._episode = Step.OVER, None
        episode.severity, episode.number = severity, episode.number + 1
        return self._told(episode, step, signal) if episode.id else None

    def gap(self) -> None:
        """The stream is cut: what lasted has to last anew; an episode that runs is held."""
        self._climb.gap()

    def _forget(self, signal: Signal) -> None:
        """Let an episode go that could not be told of for longer than it is held: it is over where
        alerts are kept, and what is seen now is another.
        """
        episode = self._episode
        if episode is None or signal.value is None:
            return
        if signal.time_s - episode.seen_s > self.rule.hold_s:
            self._episode, self._climb = None, Climb(self._bounds, self.rule.durations)

    def _calm(self) -> float:
        """A value at which nothing is serious."""
        return float("inf") if self._bounds.falling else float("-inf")

    def _told(self, episode: _Episode, step: Step, signal: Signal) -> Change:
        told = signal if signal.value is not None else episode.last
        reached = [s for s in self._bounds.at if s <= episode.severity]
        since_s = self._climb.since_s
        return Change(
            episode=episode.id,
            number=episode.number,
            rule=self.rule.name,
            version=self.rule.version,
            kind=self.rule.kind,
            form=signal.form,
            subject=signal.subject,
            step=step,
            time_s=signal.time_s,
            since_s=signal.time_s if since_s is None else since_s,
            severity=episode.severity,
            value=0.0 if told.value is None else told.value,
            low=told.low,
            high=told.high,
            threshold=self._bounds.at[max(reached, default=self._bounds.lowest)],
            at=told.at,
            shadow=self.rule.mode is Mode.SHADOW,
            model=self._model,
            usual=told.usual,
        )
