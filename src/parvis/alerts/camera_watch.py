"""The rules of one camera's ground: moments in, changes of alerts out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from parvis.alerts.engine import RuleEngine
from parvis.alerts.evidence import Evidence
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
from parvis.values.alerts import AlertKind, Change, Signal

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
    """

    def __init__(self, scene: Scene, engine: RuleEngine) -> None:
        self._engine = engine
        self._sources = [
            make(scene, engine.rules_of(kind))
            for kind, make in SOURCES.items()
            if engine.wanted(kind)
        ]
        if any(map(engine.wanted, KINDS)):
            rules = {kind: engine.rules_of(kind) for kind in KINDS}
            self._sources.append(ObjectSignals(scene, rules))
        self._evidence = Evidence()

    def observe(self, moment: Moment, now: GroundNow) -> list[Change]:
        """Take one settled frame; return what changed."""
        self._evidence.observe(moment)
        signals: list[Signal] = []
        for source in self._sources:
            signals += source.observe(moment, now)
        return self._engine.look(signals, self._evidence.replay) if signals else []

    def gap(self) -> None:
        """What comes next does not continue what was."""
        for source in self._sources:
            source.gap()
        self._evidence.gap()
        self._engine.gap()
