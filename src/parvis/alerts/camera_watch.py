"""The rules of one camera's ground: moments in, changes of alerts out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from parvis.alerts.engine import Permitted, RuleEngine
from parvis.alerts.evidence import Evidence
from parvis.alerts.precedence import Precedence
from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.accumulation import AccumulationSignal
from parvis.alerts.signals.crowd_movement import CrowdMovementSignal
from parvis.alerts.signals.crowding import DensitySignal
from parvis.alerts.signals.gathering import GatheringSignal
from parvis.alerts.signals.objects import KINDS, ObjectSignals
from parvis.alerts.signals.source import SignalSource
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.values.alert_history import NotRaised
from parvis.values.alerts import AlertKind, Change, Signal, Subject

Make = Callable[[Scene, Sequence[Rule]], SignalSource]
"""Makes a source for a scene and the rules of its kind."""


def _of_scene(make: Callable[[Scene], SignalSource]) -> Make:
    """A source whose signals are the same for every rule."""
    return lambda scene, rules: make(scene)


SOURCES: Final[Mapping[AlertKind, Make]] = {
    AlertKind.DENSITY: _of_scene(DensitySignal),
    AlertKind.ACCUMULATION: _of_scene(AccumulationSignal),
    AlertKind.CROWD_MOVEMENT: CrowdMovementSignal,
    AlertKind.GATHERING: GatheringSignal,
}
"""What makes each kind of signal of crowds; those of single objects are made together."""


class CameraWatch:
    """Follows the rules of one camera in one run.

    Args:
        scene: what they look at.
        engine: the rules.
        beside: more sources of signals, where no hub makes them.
    """

    def __init__(
        self, scene: Scene, engine: RuleEngine, beside: Sequence[SignalSource] = ()
    ) -> None:
        self._scene = scene
        self._engine = engine
        self._sources: list[SignalSource] = []
        self._made: dict[str, tuple[tuple[str, ...], SignalSource]] = {}
        self._beside = beside
        self._precedence = Precedence(scene)
        self._evidence = Evidence()
        self._make_sources()

    def follow(self, rules: Iterable[Rule], permitted: Permitted) -> None:
        """Follow these rules from now on, as :meth:`RuleEngine.follow`.

        What makes signals goes on as well where none of the rules that it makes them for has
        changed; single objects are looked at together, for all the rules about them.
        """
        if self._engine.follow(rules, permitted, self._scene.densities()):
            self._make_sources()

    @property
    def following(self) -> tuple[str, ...]:
        """Ids of the rules that are followed."""
        return self._engine.following

    def observe(self, moment: Moment, now: GroundNow) -> list[Change]:
        """Take one settled frame; return what changed."""
        self._evidence.observe(moment)
        signals: list[Signal] = []
        for source in self._sources:
            signals += source.observe(moment, now)
        if not signals:
            return []
        dense = self._engine.holding(AlertKind.DENSITY)
        return self._engine.look(self._precedence.of(signals, dense), self._evidence.replay)

    def not_raised(self, time_s: float) -> list[NotRaised]:
        """What would have been raised since the last call."""
        return self._engine.not_raised(Subject(self._scene.camera), time_s)

    def gap(self) -> None:
        """What comes next does not continue what was."""
        for source in self._sources:
            source.gap()
        self._evidence.gap()
        self._engine.gap()

    def _make_sources(self) -> None:
        scene, engine, before = self._scene, self._engine, self._made
        self._made = {}
        for kind, make in SOURCES.items():
            rules = engine.rules_of(kind)
            self._keep(before, kind.value, rules, partial(make, scene, rules))
        by_kind = {kind: engine.rules_of(kind) for kind in KINDS}
        rules = [rule for kind in AlertKind for rule in by_kind.get(kind, ())]
        self._keep(before, "objects", rules, partial(ObjectSignals, scene, by_kind))
        self._sources = [*(source for _, source in self._made.values()), *self._beside]

    def _keep(
        self,
        before: Mapping[str, tuple[tuple[str, ...], SignalSource]],
        name: str,
        rules: Sequence[Rule],
        make: Callable[[], SignalSource],
    ) -> None:
        """The source of before where its rules are what they were, else a new one."""
        said = tuple(rule.version for rule in rules)
        if not said:
            return
        held = before.get(name)
        source = held[1] if held is not None and held[0] == said else make()
        self._made[name] = (said, source)
