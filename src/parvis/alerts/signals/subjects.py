"""Where the rules of one kind look on one camera's ground."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.measures.ground.moment import Moment
from parvis.values.alerts import Subject
from parvis.values.classes import ObjectClass

EXPECTED_USES = frozenset({"queue", "waiting"})
"""Uses of zones in which people are meant to stand: only a rule that names such a zone counts
those in it."""


class Watched:
    """One rule at one subject: whom it looks at.

    Args:
        rule: which.
        subject: the whole view, or a zone.
        zone: its column; None for the whole view.
    """

    def __init__(self, rule: Rule, subject: Subject, zone: int | None) -> None:
        self.rule, self.subject, self.zone = rule, subject, zone
        self.codes = [int(one) for one in rule.classes] or [int(ObjectClass.PERSON)]

    def who(self, moment: Moment) -> npt.NDArray[np.bool_]:
        """Which objects of the frame count, shape (n,)."""
        counts: npt.NDArray[np.bool_] = np.isin(moment.frame.classes, self.codes)
        return counts if self.zone is None else counts & moment.holds[:, self.zone]


def watched(scene: Scene, rules: Sequence[Rule]) -> Iterator[Watched]:
    """Every rule at every subject: the whole view, or the zones that a rule names."""
    columns = {scene.subject(name): i for i, name in enumerate(scene.zones)}
    view = scene.subject()
    for rule in rules:
        if not rule.on or view in rule.on:
            yield Watched(rule, view, None)
        for subject in sorted(rule.on & columns.keys()):
            yield Watched(rule, subject, columns[subject])


def expected(scene: Scene) -> npt.NDArray[np.bool_]:
    """In which zones people are meant to stand, shape (zones,)."""
    return np.array([one.use in EXPECTED_USES for one in scene.zones.values()], dtype=np.bool_)
