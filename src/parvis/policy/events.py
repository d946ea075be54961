"""Events: what a legal act names, and the kinds of alert that watch for it here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from parvis.policy.packaged import packaged
from parvis.policy.schema import EventsData
from parvis.policy.terms import Wording
from parvis.values.alerts import AlertKind


@dataclass(frozen=True, slots=True)
class Event:
    """One event.

    Args:
        name: as acts and profiles name it.
        title: for people.
        kinds: of alert that watch for it; empty: Parvis watches for it in no way.
    """

    name: str
    title: Wording
    kinds: frozenset[AlertKind]


@cache
def events() -> Mapping[str, Event]:
    """Every event that a profile or an act may name, by name."""
    data = EventsData.model_validate(packaged("events.yaml"))
    return {
        name: Event(name, event.title.wording(), frozenset(event.kinds))
        for name, event in data.events.items()
    }


@cache
def events_of(kind: AlertKind) -> frozenset[str]:
    """Names of the events that a kind of alert watches for."""
    return frozenset(name for name, event in events().items() if kind in event.kinds)
