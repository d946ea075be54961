"""Rules as site.yaml writes them → rules as the engine follows them."""

from collections.abc import Iterator, Mapping
from datetime import time

from parvis.alerts.kinds import KINDS
from parvis.alerts.ladder import Bounds, Timing
from parvis.alerts.rule import LIVE_INDICATORS, Direction, Mode, Rule
from parvis.alerts.schedule import Hours, Schedule
from parvis.site.rules import WEEK, RuleSettings, severities
from parvis.values.alerts import AlertBasis, AlertKind, Severity, Subject
from parvis.values.classes import ObjectClass
from parvis.values.saying import T
from parvis.values.series import SeriesKind


class RuleRefusedError(ValueError):
    """A rule that makes no sense.

    Args:
        name: of the rule.
        key: under the rule.
        message, remedy: what is wrong, what to do.
    """

    def __init__(self, name: str, key: str, message: T, remedy: T) -> None:
        super().__init__(f"rules.{name}.{key}: {message}; {remedy}")
        self.name, self.key, self.message, self.remedy = name, key, message, remedy


def rules_of(declared: Mapping[str, RuleSettings]) -> list[Rule]:
    """The rules that run: those declared, or where there are none the ready-made ones.

    Raises:
        RuleRefusedError: one makes no sense.
    """
    if declared:
        return [rule_of(name, settings) for name, settings in declared.items()]
    return [Rule(kind.value, kind) for kind, spec in KINDS.items() if spec.by_default]


def sound_rules_of(declared: Mapping[str, RuleSettings]) -> list[Rule]:
    """As :func:`rules_of`, without those that make no sense: one must not silence the others."""
    if not declared:
        return rules_of(declared)
    return [one for one in _judged(declared) if isinstance(one, Rule)]


def refused_rules_of(declared: Mapping[str, RuleSettings]) -> list[RuleRefusedError]:
    """Those that :func:`sound_rules_of` leaves out, and why."""
    return [one for one in _judged(declared) if isinstance(one, RuleRefusedError)]


def _judged(declared: Mapping[str, RuleSettings]) -> Iterator[Rule | RuleRefusedError]:
    for name, settings in declared.items():
        try:
            yield rule_of(name, settings)
        except RuleRefusedError as refused:
            yield refused


def rule_of(name: str, said: RuleSettings) -> Rule:
    """One rule.

    Raises:
        RuleRefusedError: its levels do not go one way, or it makes no sense otherwise.
    """
    spec = KINDS[said.kind]
    bounds = None
    if said.levels:
        try:
            bounds = Bounds(severities(said.levels), spec.bounds.falling)
        except ValueError:
            raise RuleRefusedError(name, "levels", *_LEVELS[spec.bounds.falling]) from None
    if said.kind is AlertKind.THRESHOLD and said.indicator not in INDICATORS:
        raise RuleRefusedError(name, "indicator", *_INDICATOR)
    return Rule(
        name=name,
        kind=said.kind,
        on=frozenset(map(Subject.from_key, said.on)),
        bounds=bounds,
        timing=_timing(said, _OF_QUARTERS if _closed(said) else spec.timing),
        schedule=Schedule(
            tuple(
                Hours(
                    frozenset(map(WEEK.index, one.days)),
                    time.fromisoformat(one.start),
                    time.fromisoformat(one.end),
                )
                for one in said.hours
            )
        ),
        classes=frozenset(map(ObjectClass.from_label, said.classes)),
        forms=frozenset(said.forms),
        cooldown_s=said.cooldown_s,
        hold_s=said.hold_s,
        cap_per_hour=said.cap_per_hour,
        mode=Mode(said.mode),
        purposes=said.purposes,
        todo={Severity.from_label(severity): text for severity, text in said.todo.items()},
        radius_m=said.radius_m,
        direction=Direction(said.direction),
        indicator=said.indicator,
    )


def watched_by_cameras(rules: list[Rule]) -> list[Rule]:
    """Those that are followed where the images are analysed; the others are the hub's."""
    return [rule for rule in rules if rule.spec.basis is AlertBasis.IMAGE]


INDICATORS = LIVE_INDICATORS | {kind.value for kind in SeriesKind}
"""What a threshold may watch."""

_LEVELS = {
    False: (
        T("its levels do not rise from one severity to the next"),
        T("write them from watch to critical, each higher than the one before"),
    ),
    True: (
        T("its levels do not fall from one severity to the next"),
        T("write them from watch to critical, each lower than the one before"),
    ),
}
_INDICATOR = (
    T("a threshold names no indicator that is known"),
    T("name one: people, density, speed, net, queue, parked, or a closed measure, as crossings"),
)

_OF_QUARTERS = Timing(0.0, 0.9, 0.0)
"""A closed measure has lasted for its quarter of an hour already."""


def _closed(said: RuleSettings) -> bool:
    return said.kind is AlertKind.THRESHOLD and said.indicator not in LIVE_INDICATORS


def _timing(said: RuleSettings, own: Timing) -> Timing:
    return Timing(
        own.for_s if said.for_s is None else said.for_s,
        own.release if said.release is None else said.release,
        own.release_s if said.release_s is None else said.release_s,
    )
