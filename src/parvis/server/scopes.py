"""What an API token may do: each scope opens a part of the API, and never more than its owner's
role does.

What no scope names stays closed to programs: accounts, sessions, tokens, and every view of a
camera.
"""

from dataclasses import dataclass
from enum import StrEnum

from parvis.policy.terms import Role
from parvis.server.problems import T

READING = frozenset({"GET", "HEAD"})


class Scope(StrEnum):
    """A part of the API."""

    MEASURES = "measures:read"
    HEALTH = "health:read"
    ALERTS = "alerts:read"
    JUDGE = "alerts:judge"
    SETUP = "cameras:write"
    RULES = "rules:write"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a scope opens.

    Args:
        tags: of the routes.
        reading: those that change nothing, else those that change something.
        roles: who may give it to a token of theirs; their role still decides on every route.
        says: what it does, for people.
    """

    tags: frozenset[str]
    reading: bool
    roles: frozenset[Role]
    says: T


_ALL = frozenset(Role) - {Role.PUBLIC}
_READERS = _ALL - {Role.VIEWER}

OPENINGS = {
    Scope.MEASURES: Opening(
        frozenset({"measures", "map", "live", "count checks"}),
        True,
        _ALL,
        T("Read measures, places, the map and count checks"),
    ),
    Scope.HEALTH: Opening(
        frozenset({"system", "cameras"}), True, _ALL, T("Read cameras, health and interruptions")
    ),
    Scope.ALERTS: Opening(frozenset({"alerts"}), True, _READERS, T("Read alerts and rules")),
    Scope.JUDGE: Opening(
        frozenset({"alerts"}),
        False,
        frozenset({Role.OPERATOR, Role.ADMINISTRATOR}),
        T("Take care of alerts and judge them"),
    ),
    Scope.SETUP: Opening(
        frozenset({"cameras"}),
        False,
        frozenset({Role.TECHNICIAN, Role.ADMINISTRATOR}),
        T("Add and change cameras"),
    ),
    Scope.RULES: Opening(
        frozenset({"rules"}),
        False,
        frozenset({Role.TECHNICIAN, Role.ADMINISTRATOR}),
        T("Change rules and channels, and play rules again"),
    ),
}


def scope_of(method: str, tags: frozenset[str]) -> Scope | None:
    """The scope that opens a route; None when none does.

    Args:
        method: of the request.
        tags: of the route.
    """
    reading = method in READING
    for scope, opening in OPENINGS.items():
        if opening.reading is reading and opening.tags & tags:
            return scope
    return None


def grantable(role: Role) -> tuple[Scope, ...]:
    """The scopes that a person of this role may give to a token."""
    return tuple(scope for scope, opening in OPENINGS.items() if role in opening.roles)
