"""Which alerts may be read, by what a profile asks of them; the store itself knows no profile."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, false, true, tuple_

from parvis.store.schema import alert
from parvis.values.alerts import AlertBasis, AlertKind, AlertNature

NATURE = (alert.c.basis, alert.c.kind, alert.c.purposes, alert.c.camera)
"""The columns of an alert that make its nature."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Lets alerts of some natures through and holds others back.

    Args:
        through, back: every nature that the store has, in one of the two.
    """

    through: frozenset[AlertNature] = frozenset()
    back: frozenset[AlertNature] = frozenset()

    def condition(self) -> ColumnElement[bool]:
        """What a query asks of an alert; as few values as can be, for databases count them."""
        if not self.back:
            return true()
        if not self.through:
            return false()
        if len(self.through) < len(self.back):
            return tuple_(*NATURE).in_([_values(one) for one in self.through])
        return tuple_(*NATURE).not_in([_values(one) for one in self.back])


EVERY = Sieve()
"""Holds nothing back: for those who keep alerts, never for who reads them."""


def nature_of(row: Row[Any]) -> AlertNature:
    """The nature of a row of the columns of :data:`NATURE`, and how many there are of it."""
    purposes = tuple(json.loads(row.purposes))
    return AlertNature(AlertBasis(row.basis), AlertKind(row.kind), purposes, row.camera)


def purposes_said(purposes: tuple[str, ...]) -> str:
    """Purposes as the column keeps them."""
    return json.dumps(purposes, ensure_ascii=False)


def _values(nature: AlertNature) -> tuple[str, str, str, str]:
    purposes = purposes_said(nature.purposes)
    return nature.basis.value, nature.kind.value, purposes, nature.camera
