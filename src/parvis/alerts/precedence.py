"""One cause, one alert: where a density is told, what it brings with it is not told beside it."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import replace

import numpy as np

from parvis.alerts.scene import Scene
from parvis.measures.ground.shapes import Borders
from parvis.values.alerts import AlertKind, Signal, Subject

BEHIND_DENSITY = frozenset({AlertKind.ACCUMULATION, AlertKind.GATHERING})
"""Kinds of which a dense crowd is the cause: it has filled its zone, and it stands together."""


class Precedence:
    """Takes back what a denser word says already.

    While a zone is denser than a rule allows, that it fills, and that people stand together in it,
    cannot be told: nothing of it is raised, and nothing that was raised before is over. When the
    density is over, they are told if they still hold. An accumulation that begins earlier is told
    before the zone is dense: that is what it is for.

    Args:
        scene: whose zones.
    """

    def __init__(self, scene: Scene) -> None:
        self._names = list(scene.zones)
        self._subjects = [scene.subject(name) for name in self._names]
        self._borders = Borders([zone.zone for zone in scene.zones.values()])

    def of(self, signals: Iterable[Signal], dense: Set[Subject]) -> Iterator[Signal]:
        """The signals, those that a density stands for without their value.

        Args:
            signals: of a moment.
            dense: zones of which a density is told, or is about to be.
        """
        for signal in signals:
            behind = bool(dense) and signal.kind in BEHIND_DENSITY and self._within(signal, dense)
            yield replace(signal, value=None) if behind else signal

    def _within(self, signal: Signal, dense: Set[Subject]) -> bool:
        if signal.subject in dense:
            return True
        if signal.at is None:
            return False
        holds = self._borders.holds(np.array([signal.at]))[0]
        return any(one in dense for one, held in zip(self._subjects, holds, strict=True) if held)
