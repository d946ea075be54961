"""Signals → changes of alerts: every rule followed at every subject it watches."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
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


NO_DENSITIES: Final[Mapping[Subject, Bounds]] = MappingProxyType({})


def _nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class _Followed:
    """One rule that is followed.

    Args:
        rule: what it says.
        raises: whether it may raise alerts.
        densities: the ladders of places that it climbs.
        id: after which its episodes are named.
    """

    rule: Rule
    raises: bool
    densities: Mapping[Subject, Bounds]
    id: str

    def goes_on_as(self, rule: Rule, raises: bool, densities: Mapping[Subject, Bounds]) -> bool:
        """Whether nothing of it has changed but words."""
        told = (self.rule.version, self.raises, self.densities)
        return told == (rule.version, raises, densities)


class RuleEngine:
    """Follows the rules of one camera, or of the hub, in one run.

    Args:
        rules: those that may apply here.
        uses: of zones.
        zone: civil time, for schedules.
        run: id of this life of the process; episodes are named after it.
        permitted, densities: see :meth:`follow`.
        model: name of the detector, for the record.
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
        densities: Mapping[Subject, Bounds] = NO_DENSITIES,
    ) -> None:
        self._uses = uses
        self._zone = zone
        self._run = run
        self._model = model
        self._followed: tuple[_Followed, ...] = ()
        self._watches: dict[tuple[str, Subject, Form], Watch] = {}
        self._watched_by: dict[tuple[AlertKind, Subject, Form, str], list[_Followed]] = {}
        self._started = 0
        self._begun = 0
        self._refused: list[str] = []
        self._refused_before = 0
        self.follow(rules, permitted, densities)

    def follow(
        self,
        rules: Iterable[Rule],
        permitted: Permitted = lambda rule: True,
        densities: Mapping[Subject, Bounds] = NO_DENSITIES,
    ) -> list[Rule]:
        """Follow these rules from now on.

        One that says what it said before goes on as if nothing had been. Any other begins anew,
        under another id: what it told of before is told no more, and what lasts is told anew.

        Args:
            rules: those that may apply here.
            permitted: whether a rule may raise now. An episode of one that may not is counted
                (:meth:`not_raised`), and nobody is told.
            densities: ladders of densities that places have of their own: a rule without levels
                climbs them there.

        Returns:
            Those that begin.
        """
        held = {one.rule.name: one for one in self._followed}
        followed, fresh = [], []
        for rule in rules:
            climbed = densities if rule.kind is AlertKind.DENSITY and not rule.bounds else {}
            raises, before = permitted(rule), held.get(rule.name)
            if before is not None and before.goes_on_as(rule, raises, climbed):
                followed.append(before)
                continue
            self._started += 1
            followed.append(_Followed(rule, raises, climbed, f"{self._run}.{self._started}"))
            fresh.append(rule)
        self._followed = tuple(followed)
        self._watched_by.clear()
        kept = {one.rule.name for one in followed} - {rule.name for rule in fresh}
        self._watches = {key: watch for key, watch in self._watches.items() if key[0] in kept}
        return fresh

    @property
    def following(self) -> tuple[str, ...]:
        """Ids of the rules that are followed; an episode bears that of its rule before its last
        hyphen.
        """
        return tuple(one.id for one in self._followed)

    def wanted(self, kind: AlertKind) -> bool:
        """Whether any rule is of that kind: signals nobody watches need not be made."""
        return any(one.rule.kind is kind for one in self._followed)

    def rules_of(self, kind: AlertKind) -> list[Rule]:
        """The rules of that kind."""
        return [one.rule for one in self._followed if one.rule.kind is kind]

    def holding(self, kind: AlertKind) -> set[Subject]:
        """Where a live rule of that kind holds now, told or about to be."""
        return {
            subject
            for (_, subject, _), watch in self._watches.items()
            if watch.rule.kind is kind and watch.tells
        }

    def look(self, signals: Iterable[Signal], evidence: Evidence = _nothing) -> list[Change]:
        """Take the signals of a moment; return what changed.

        Args:
            signals: what can be told now, or cannot (value None). A signal that is absent was not
                looked at.
            evidence: asked for the last seconds when an episode begins.
        """
        changes: list[Change] = []
        for signal in signals:
            for one in self._watching(signal):
                change = self._judge(one, signal, evidence)
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

    def _watching(self, signal: Signal) -> list[_Followed]:
        """The rules that look at the subject of a signal that is meant for them."""
        key = signal.kind, signal.subject, signal.form, signal.rule
        watching = self._watched_by.get(key)
        if watching is None:
            use = self._uses.get(signal.subject, "")
            watching = self._watched_by[key] = [
                one
                for one in self._followed
                if one.rule.kind is signal.kind
                and signal.rule in ("", one.rule.name)
                and one.rule.watches(signal.subject, signal.form, use)
            ]
        return watching

    def _judge(self, one: _Followed, signal: Signal, evidence: Evidence) -> Change | None:
        rule = one.rule
        key = (rule.name, signal.subject, signal.form)
        watch = self._watches.get(key)
        if watch is None:
            use = self._uses.get(signal.subject, "")
            ladder = rule.bounds_on(use, one.densities.get(signal.subject))
            watch = self._watches[key] = Watch(rule, ladder, self._model)
        open_ = rule.schedule.holds(signal.time_s, self._zone)
        return watch.look(signal, lambda: self._begin(one), evidence, open_=open_)

    def _begin(self, one: _Followed) -> str:
        if not one.raises:
            self._refused.append(one.rule.name)
            return ""
        self._begun += 1
        return f"{one.id}-{self._begun}"
