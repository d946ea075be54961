"""Instruments: the recorded legal acts that open a use, where, of what, and until when."""

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from parvis.policy.events import events_of
from parvis.values.alerts import AlertKind

WARNING_S = 30 * 86400.0
"""So long before its end the screens say that an instrument ends."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A field without which an act opens nothing.

    Args:
        field: its name in the API.
        why: what is wrong with it, in English, for the log and the API.
    """

    field: str
    why: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of a recorded act.

    Args:
        number: counts the acts of a site from 1; 0 before it is recorded.
        version: counts the versions of an act from 1; 0 before it is recorded.
        authority: who signed it.
        reference: its number and date, as it is cited.
        events: names of what it lets rules watch for, see :mod:`parvis.policy.events`.
        purposes: what it lets rules serve, in its own words.
        perimeter: where it holds, in its own words.
        cameras: names of the cameras inside the perimeter.
        starts_s, ends_s: when it holds: [starts_s, ends_s), seconds since the epoch.
        attestation: who attests that the act exists and says this.
    """

    number: int
    version: int
    authority: str
    reference: str
    events: frozenset[str]
    purposes: frozenset[str]
    perimeter: str
    cameras: frozenset[str]
    starts_s: float
    ends_s: float
    attestation: str

    def in_force(self, now_s: float) -> bool:
        """Whether it opens anything at ``now_s``: it began, it is not over, and it is whole."""
        return self.starts_s <= now_s < self.ends_s and not any(missing(self))

    def covers(self, camera: str, now_s: float) -> bool:
        """Whether it is in force at a camera."""
        return camera in self.cameras and self.in_force(now_s)

    def names(self, kind: AlertKind, purposes: Collection[str]) -> bool:
        """Whether it lets a rule of that kind, that serves those purposes, raise alerts."""
        by_event = not self.events.isdisjoint(events_of(kind))
        return by_event or not self.purposes.isdisjoint(purposes)

    def ends_soon(self, now_s: float) -> bool:
        """Whether it is time to say that it ends."""
        return self.in_force(now_s) and self.ends_s - now_s <= WARNING_S


def missing(act: Instrument) -> Iterator[Missing]:
    """Yield what an act lacks to open anything; nothing when it is whole."""
    for field in ("authority", "reference", "perimeter", "attestation"):
        if not getattr(act, field).strip():
            yield Missing(field, "it is empty")
    if not act.events and not act.purposes:
        yield Missing("events", "the act names neither an event nor a purpose")
    if not act.cameras:
        yield Missing("cameras", "it names no camera")
    if not math.isfinite(act.starts_s):
        yield Missing("starts", "it has no beginning")
    if not math.isfinite(act.ends_s) or act.ends_s <= act.starts_s:
        yield Missing("ends", "it has no end, or ends before it begins")


def in_force(acts: Iterable[Instrument], camera: str, now_s: float) -> tuple[Instrument, ...]:
    """The acts that hold at a camera at ``now_s``."""
    return tuple(act for act in acts if act.covers(camera, now_s))
