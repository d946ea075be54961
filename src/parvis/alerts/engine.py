"""Signals → changes of alerts: every rule followed at every subject it watches."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from parvis.alerts.ladder import Bounds
from parvis.alerts.rule import Rule
from parvis.alerts.watch import Evidence, Watch
from parvis.values.alert_history import NotRaised, Unraised, quarter_of
from parvis.values.alerts import AlertKind, Change, Form, Signal, Subject

Uses = Mapping[Subject, str]
"""The use of each zone; what is no zone has none."""

Permitted = Callable[[Rule], bool]
"""Whether a rule may raise alerts now; the gate's answer."""


def _nothing() -> None:
    return None


class RuleEngine:
    """Follows the rules of one camera, or of the hub, in one run.

    Args:
        rules: those that may apply here.
        uses: of zones.
        zone: civil time, for schedules.
        run: id of this life of the process; episodes are named after it.
        permitted: asked when a rule is about to raise. An episode that may not be raised is
            counted (:meth:`not_raised`), and nobody is told.
        model: name of the detector, for the record.
        densities: ladders of densities that places have of their own: a rule without levels climbs
            them there.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        uses: Uses,
        *,
        zone: ZoneInfo,
        run: str,
        permitted: Permitted = lambda rule: True,
        model: str = "",
        densities: Mapping[Subject, Bounds] = MappingProxyType({}),
    ) -> None:
        self._rules = tuple(rules)
        self._uses = uses
        self._zone = zone
        self._run = run
        self._permitted = permitted
        self._model = model
        self._densities = densities
        self._watches: dict[tuple[str, Subject, Form], Watch] = {}
        self._begun = 0
        self._refused: list[str] = []
        self._refused_before = 0

    def wanted(self, kind: AlertKind) -> bool:
        """Whether any rule is of that kind: signals nobody watches need not be made."""
        return any(rule.kind is kind for rule in self._rules)

    def rules_of(self, kind: AlertKind) -> list[Rule]:
        """The rules of that kind."""
        return [rule for rule in self._rules if rule.kind is kind]

    def look(self, signals: Iterable[Signal], evidence: Evidence = _nothing) -> list[Change]:
        """Take the signals of a moment; return what changed.

        Args:
            signals: what can be told now, or cannot (value None). A signal that is absent was not
                looked at.
            evidence: asked for the last seconds when an episode begins.
        """
        changes: list[Change] = []
        for signal in signals:
            for rule in self._rules:
                if rule.kind is signal.kind and signal.rule in ("", rule.name):
                    change = self._judge(rule, signal, evidence)
                    changes += [] if change is None else [change]
        return changes

    def not_raised(self, where: Subject, time_s: float) -> list[NotRaised]:
        """What would have been raised since the last call, without its moment and its spot.

        Args:
            where: what is said of the spot: all that these rules look at.
            time_s: now; only its quarter of an hour is kept.
        """
        rules, self._refused = self._refused, []
        first = self._refused_before
        self._refused_before += len(rules)
        return [
            NotRaised(f"{self._run}-r{first + i}", rule, where, quarter_of(time_s), Unraised.PERMIT)
            for i, rule in enumerate(rules)
        ]

    def gap(self) -> None:
        """The stream is cut: what lasted has to last anew."""
        for watch in self._watches.values():
            watch.gap()

    def _judge(self, rule: Rule, signal: Signal, evidence: Evidence) -> Change | None:
        use = self._uses.get(signal.subject, "")
        if not rule.watches(signal.subject, signal.form, use):
            return None
        key = (rule.name, signal.subject, signal.form)
        watch = self._watches.get(key)
        if watch is None:
            watch = self._watches[key] = Watch(
                rule, self._bounds(rule, signal.subject), self._model
            )
        open_ = rule.schedule.holds(signal.time_s, self._zone)
        return watch.look(signal, lambda: self._begin(rule), evidence, open_=open_)

    def _bounds(self, rule: Rule, subject: Subject) -> Bounds:
        return rule.bounds_on(self._uses.get(subject, ""), self._densities.get(subject))

    def _begin(self, rule: Rule) -> str:
        if not self._permitted(rule):
            self._refused.append(rule.name)
            return ""
        self._begun += 1
        return f"{self._run}-{self._begun}"
