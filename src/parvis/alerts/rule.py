"""A rule as the engine knows it: what it watches, from which values, for how long, when."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from parvis.alerts.kinds import KINDS, Kind
from parvis.alerts.ladder import Bounds, Timing
from parvis.alerts.schedule import ALWAYS, Schedule
from parvis.values.alerts import AlertBasis, AlertKind, AlertNature, Form, Severity, Subject
from parvis.values.classes import ObjectClass

LIVE_INDICATORS = frozenset({"people", "density", "speed", "net", "queue", "parked"})
"""What a threshold may watch of a zone or place now; any other indicator is a closed measure."""


HOLD_S = 4 * 3600.0
"""How long an alert is held by default: half a shift, after which nobody looks at a spot anew."""

ON_PLACES = frozenset({AlertKind.DENSITY, AlertKind.ACCUMULATION, AlertKind.THRESHOLD})
"""Kinds that look at a place as a whole too."""


class Mode(StrEnum):
    """Whether a rule disturbs anybody."""

    LIVE = "live"
    SHADOW = "shadow"


class Direction(StrEnum):
    """Which directions of a line a rule looks at."""

    FIRST = "first"
    SECOND = "second"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a site.

    Args:
        name: its name in site.yaml.
        kind: what it watches for.
        on: the subjects that it looks at; empty: wherever its kind looks by default. A camera
            stands for all that its kind looks at there.
        bounds: its ladder; None: that of its kind, by use of the zone.
        timing: how long things must last.
        schedule: when it watches.
        classes: whose doing counts; empty: those of its kind.
        forms: which forms of its kind; empty: all.
        cooldown_s: a condition that comes back so soon continues the alert of before.
        hold_s: for so long an alert is held whose camera cannot tell whether it goes on; then it is
            over, and what is seen afterwards is told anew.
        cap_per_hour: most alerts an hour for one camera; what is over it is counted, not raised.
        mode: see :class:`Mode`.
        purposes: what it may serve, as the gate's profiles name purposes.
        todo: what to do at each severity, in the town's words.
        radius_m: how close people of a gathering stand.
        direction: in which direction a line is not to be crossed.
        indicator: the live indicator or the series that a threshold watches.

    Raises:
        ValueError: a negative cool-down or a cap under one.
    """

    name: str
    kind: AlertKind
    on: frozenset[Subject] = frozenset()
    bounds: Bounds | None = None
    timing: Timing | None = None
    schedule: Schedule = ALWAYS
    classes: frozenset[ObjectClass] = frozenset()
    forms: frozenset[Form] = frozenset()
    cooldown_s: float = 120.0
    hold_s: float = HOLD_S
    cap_per_hour: int = 12
    mode: Mode = Mode.LIVE
    purposes: tuple[str, ...] = ()
    todo: Mapping[Severity, str] = field(default_factory=dict)
    radius_m: float | None = None
    direction: Direction = Direction.BOTH
    indicator: str = ""

    def __post_init__(self) -> None:
        if self.cooldown_s < 0 or self.cap_per_hour < 1:
            raise ValueError(f"rule {self.name}: a cool-down is not negative, a cap at least one")

    @property
    def spec(self) -> Kind:
        """What its kind says."""
        return KINDS[self.kind]

    @property
    def basis(self) -> AlertBasis:
        """What its alerts are made from: a threshold on a closed measure needs no image of now."""
        if self.kind is AlertKind.THRESHOLD and self.indicator not in LIVE_INDICATORS:
            return AlertBasis.CLOSED
        return self.spec.basis

    def nature(self, camera: str) -> AlertNature:
        """What a profile asks of its alerts at a camera, or a place."""
        return AlertNature(self.basis, self.kind, self.purposes, camera)

    def bounds_on(self, use: str, densities: Bounds | None = None) -> Bounds:
        """Its ladder in a zone of that use.

        Args:
            use: of the zone; empty where it is none.
            densities: the ladder of densities that its place has of its own: a rule on densities
                without levels climbs that one.
        """
        if self.bounds is not None:
            return self.bounds
        if densities is not None and self.kind is AlertKind.DENSITY:
            return densities
        return self.spec.bounds_for(use)

    @property
    def durations(self) -> Timing:
        """How long things must last."""
        return self.timing or self.spec.timing

    def looks_at(self, camera: str) -> bool:
        """Whether anything of a camera may concern it."""
        return not self.on or any(subject.camera == camera for subject in self.on)

    def watches(self, subject: Subject, form: Form, use: str) -> bool:
        """Whether it looks at that subject, a zone of that use ("" where it is none)."""
        if self.forms and form not in self.forms:
            return False
        if subject in self.on:
            return True
        if self.on and Subject(subject.camera) not in self.on:
            return False
        return not self.spec.uses or use in self.spec.uses

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits of what it says; the same words give the same digits."""
        said = (
            self.name, self.kind, sorted(self.on), self.bounds_said(), self.durations,
            self.schedule.hours, sorted(self.classes), sorted(self.forms), self.cooldown_s,
            self.hold_s, self.cap_per_hour, self.mode, self.purposes, self.radius_m, self.direction,
            self.indicator,
        )  # fmt: skip
        return hashlib.sha256(repr(said).encode()).hexdigest()[:12]

    def bounds_said(self) -> tuple[tuple[int, float], ...]:
        """Its own ladder as plain numbers; empty where it takes that of its kind."""
        return tuple(sorted((int(s), v) for s, v in self.bounds.at.items())) if self.bounds else ()


def rule_that_said(rules: Mapping[str, Rule], name: str, kind: AlertKind) -> Rule:
    """The rule behind what was said, for the law; one of another kind only bears its name.

    Of one that is there no more, what its kind says by itself: of a threshold, that it watched
    images, which asks most.
    """
    rule = rules.get(name)
    if rule is not None and rule.kind is kind:
        return rule
    return Rule(name, kind, indicator="people" if kind is AlertKind.THRESHOLD else "")
