"""Walks whose file names no classes: what the objects are follows from what the rules watch."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from parvis.alerts.rule import Rule
from parvis.alerts.signals.asked import VEHICLES
from parvis.values.alerts import AlertKind
from parvis.values.classes import ObjectClass

OF_VEHICLES: Final = frozenset({AlertKind.STOPPED_VEHICLE, AlertKind.SPEED, AlertKind.PARKING_FULL})


def class_of_all(rules: Iterable[Rule]) -> ObjectClass:
    """What the objects are: vehicles where every rule watches vehicles only, else people."""
    watching = list(rules)
    if watching and all(_of_vehicles(rule) for rule in watching):
        return ObjectClass.VEHICLE
    return ObjectClass.PERSON


def for_all(rules: Sequence[Rule]) -> list[Rule]:
    """Rules as they were declared, for objects of whatever class: nobody said which they are."""
    return [
        replace(rule, classes=frozenset(ObjectClass))
        if rule.classes or rule.kind in OF_VEHICLES
        else rule
        for rule in rules
    ]


def _of_vehicles(rule: Rule) -> bool:
    return rule.classes <= VEHICLES if rule.classes else rule.kind in OF_VEHICLES
