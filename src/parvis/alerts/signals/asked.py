"""What the rules of a kind ask of a source: where each looks, and whose doing counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.alerts.rule import Rule
from parvis.alerts.scene import Scene
from parvis.values.alerts import Form, Subject
from parvis.values.classes import ObjectClass

ANYBODY = frozenset(ObjectClass)
PEOPLE = frozenset({ObjectClass.PERSON})
VEHICLES = frozenset(ObjectClass) - {ObjectClass.PERSON, ObjectClass.BICYCLE}

_ALIKE = frozenset({ObjectClass.CAR, ObjectClass.BUS, ObjectClass.TRUCK})


def counted(rule: Rule, usual: frozenset[ObjectClass]) -> npt.NDArray[np.bool_]:
    """Whose doing counts for a rule, by class code.

    A model that does not tell car, bus and truck apart says ``vehicle``, and a rule that asks for
    one of them gets it; a rule that asks for vehicles gets them all.

    Args:
        rule: names classes or does not.
        usual: those that count where it names none.
    """
    classes = set(rule.classes or usual)
    if classes & _ALIKE:
        classes.add(ObjectClass.VEHICLE)
    elif ObjectClass.VEHICLE in classes:
        classes |= _ALIKE
    mask = np.zeros(len(ObjectClass), dtype=np.bool_)
    mask[sorted(classes)] = True
    return mask


@dataclass(frozen=True, slots=True)
class ZoneAsked:
    """A rule that watches a zone.

    Args:
        rule: its name.
        subject: the zone.
        zone: its name.
        classes: whose doing counts, by class code.
    """

    rule: str
    subject: Subject
    zone: str
    classes: npt.NDArray[np.bool_]


def zones_asked(
    scene: Scene, rules: Sequence[Rule], usual: frozenset[ObjectClass] = ANYBODY
) -> list[ZoneAsked]:
    """Each rule with each zone that it watches."""
    return [
        ZoneAsked(rule.name, scene.subject(name), name, counted(rule, usual))
        for name, zone in scene.zones.items()
        for rule in rules
        if rule.watches(scene.subject(name), Form.PLAIN, zone.use)
    ]


@dataclass(frozen=True, slots=True)
class ViewAsked:
    """A rule that watches the whole view, or a zone that it names.

    Args:
        rule: the rule.
        subject: the view or the zone.
        column: of the zone among all zones of the scene; None for the whole view.
        classes: whose doing counts, by class code.
    """

    rule: Rule
    subject: Subject
    column: int | None
    classes: npt.NDArray[np.bool_]


def views_asked(
    scene: Scene, rules: Sequence[Rule], usual: frozenset[ObjectClass]
) -> list[ViewAsked]:
    """Each rule with the whole view, or with the zones that it names."""
    asked = []
    for rule in rules:
        classes = counted(rule, usual)
        for column, name in enumerate(scene.zones):
            if scene.subject(name) in rule.on:
                asked.append(ViewAsked(rule, scene.subject(name), column, classes))
        if not rule.on or scene.subject() in rule.on:
            asked.append(ViewAsked(rule, scene.subject(), None, classes))
    return asked
