"""A value that a rule watches, worded with its unit: in one place, for screens, mails and programs.

A unit is what programs are told (``p/m²``); people read it in words where there are any.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from parvis.alerts.kinds import KINDS
from parvis.values.alerts import AlertKind
from parvis.values.series import SeriesKind

HARD = "\u00a0"


class Numbers(Protocol):
    """How a language writes numbers and what is counted."""

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number; « — » for none."""
        ...

    def percent(self, share: float | None) -> str:
        """A share as per cent."""
        ...

    def duration(self, seconds: float) -> str:
        """A length of time."""
        ...

    def ngettext(self, one: str, many: str, n: float) -> str:
        """A message that depends on a number, ``{n}``."""
        ...


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a value is an amount of.

    Args:
        unit: for programs; ``s`` and ``%`` are written as times and per cent, ``share`` as per
            cent of one.
        digits: after the decimal sign.
    """

    unit: str
    digits: int = 0


_LIVE: Mapping[str, Quantity] = {
    "people": Quantity("p"),
    "density": Quantity("p/m²", 1),
    "speed": Quantity("m/s", 1),
    "net": Quantity("p/s", 1),
    "queue": Quantity("p"),
    "parked": Quantity("vehicles"),
}
"""What a threshold watches now."""

_COUNTED: Mapping[SeriesKind, Quantity] = {
    SeriesKind.CROSSINGS: Quantity("crossings"),
    SeriesKind.ENTRIES: Quantity("entries"),
    SeriesKind.EXITS: Quantity("exits"),
    SeriesKind.OCCUPANCY: Quantity("p"),
    SeriesKind.OCCUPANCY_MAX: Quantity("p"),
    SeriesKind.PARKING_TAKEN: Quantity("vehicles"),
    SeriesKind.PARKING_ARRIVALS: Quantity("vehicles"),
    SeriesKind.PARKING_DEPARTURES: Quantity("vehicles"),
    SeriesKind.SPEED_RATIO: Quantity("×", 2),
}
"""Closed measures whose name does not bear their unit."""

_DIGITS: Mapping[str, int] = {"p/m²": 1, "m/s": 1, "p/m/s": 1, "s⁻²": 2, "×": 1}


def quantity_of(kind: AlertKind, indicator: str = "") -> Quantity:
    """What the value of a kind of rule is an amount of.

    Args:
        kind: of the rule.
        indicator: what a threshold watches, where known.
    """
    if kind is AlertKind.THRESHOLD:
        return _of_a_threshold(indicator)
    unit = KINDS[kind].unit
    return Quantity(unit, _DIGITS.get(unit, 0))


def amount(kind: AlertKind, value: float, words: Numbers, indicator: str = "") -> str:
    """A value with its unit: ``2,2 p/m²``, ``4 min``, ``12 personnes``; « — » for no end at all."""
    if not math.isfinite(value):
        return words.number(None)
    found = quantity_of(kind, indicator)
    match found.unit:
        case "s":
            return words.duration(value)
        case "%":
            return words.percent(value / 100)
        case "share":
            return words.percent(value)
        case "p":
            return words.ngettext("{n} person", "{n} people", round(value))
        case "vehicles":
            return words.ngettext("{n} vehicle", "{n} vehicles", round(value))
        case "objects":
            return words.ngettext("{n} person or vehicle", "{n} people or vehicles", round(value))
        case "crossings":
            return words.ngettext("{n} crossing", "{n} crossings", round(value))
        case "entries":
            return words.ngettext("{n} entry", "{n} entries", round(value))
        case "exits":
            return words.ngettext("{n} exit", "{n} exits", round(value))
    digits = found.digits if found.unit else int(value != round(value))
    number = words.number(value, digits)
    return f"{number}{HARD}{found.unit}" if found.unit else number


def _of_a_threshold(indicator: str) -> Quantity:
    if indicator in _LIVE:
        return _LIVE[indicator]
    if indicator not in set(SeriesKind):
        return Quantity("")
    kind = SeriesKind(indicator)
    if kind in _COUNTED:
        return _COUNTED[kind]
    if kind.unit:
        return Quantity(kind.unit, _DIGITS.get(kind.unit, 0))
    return Quantity("share" if kind.value.endswith("_share") else "p")
