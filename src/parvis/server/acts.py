"""Recording a legal act: what it must say, and whether the law lets an act say it here."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from parvis.policy.events import events
from parvis.policy.gate import Gate
from parvis.policy.instrument import Instrument, missing
from parvis.policy.space import Mode, Space
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices
from parvis.site.shapes import Site
from parvis.store.instruments import NewerVersionError, RecordedAct
from parvis.values.alerts import AlertBasis

FIELD_WORDS = {
    "authority": T("Authority"),
    "reference": T("Reference"),
    "events": T("Events or purposes"),
    "purposes": T("Purposes"),
    "perimeter": T("Perimeter"),
    "cameras": T("Cameras"),
    "starts": T("Beginning"),
    "ends": T("End"),
    "attestation": T("Attestation"),
    "reason": T("Reason"),
}
"""The fields of an act, as people read them."""


class Standing(StrEnum):
    """Where an act stands in time."""

    TO_COME = "to-come"
    IN_FORCE = "in-force"
    OVER = "over"


def standing(act: RecordedAct, now_s: float) -> Standing:
    """Where an act stands at ``now_s``, seconds since the epoch."""
    if now_s >= act.ends_s:
        return Standing.OVER
    return Standing.IN_FORCE if now_s >= act.starts_s else Standing.TO_COME


@dataclass(frozen=True, slots=True)
class Fault:
    """One field that is not right.

    Args:
        field: its name in the API, a key of :data:`FIELD_WORDS`.
        why: what is wrong with it.
    """

    field: str
    why: T


def faults(act: Instrument, site: Site, gate: Gate, now_s: float) -> Iterator[Fault]:
    """Yield what keeps an act from being recorded.

    Args:
        act: as it was written.
        site: with the cameras that it may name.
        gate: of the law in force; acts are of its operational mode.
        now_s: seconds since the epoch.
    """
    empty = {one.field for one in missing(act)}
    for field in FIELD_WORDS:
        if field in empty:
            yield Fault(field, _MISSING.get(field, T("This field is missing.")))
    if "ends" not in empty and act.ends_s <= now_s:
        yield Fault("ends", T("This act is over already."))
    for name in sorted(act.cameras - site.cameras.keys()):
        yield Fault("cameras", T("There is no camera {name}.")(name=name))
    for name in sorted(act.events - events().keys()):
        yield Fault("events", T("There is no event {name}.")(name=name))
    law = gate.law.in_mode(Mode.OPERATIONAL)
    for name in sorted(act.cameras & site.cameras.keys()):
        space = Space(site.cameras[name].space)
        profile = law.at(space) if law is not None else None
        if profile is None:
            yield Fault(
                "cameras",
                T("The profile in force has no operational mode for the camera {name}.")(name=name),
            )
            continue
        offered = profile.alerts[AlertBasis.IMAGE].events
        for event in sorted(act.events & events().keys()):
            if offered is not None and event not in offered:
                yield Fault(
                    "events",
                    T("The law of the camera {name} does not let an act open the event {event}.")(
                        name=name, event=event
                    ),
                )


_MISSING = {
    "events": T("An act names an event or a purpose."),
    "cameras": T("An act names the cameras of its perimeter."),
    "starts": T("The beginning is missing, or no time."),
    "ends": T("The end is missing, no time, or not after the beginning."),
}


def demand_sound(act: Instrument, site: Site, gate: Gate, now_s: float) -> None:
    """Let a sound act pass.

    Raises:
        ActRefusedError: 422 naming every field that is missing or wrong.
    """
    found = tuple(faults(act, site, gate, now_s))
    if found:
        raise ActRefusedError(found)


class ActRefusedError(ProblemError):
    """An act that opens nothing, with every field that is missing or wrong."""

    def __init__(self, found: tuple[Fault, ...]) -> None:
        self.faults = found
        super().__init__(
            422,
            "instrument",
            T("This act opens nothing."),
            T("Missing or not right: {fields}.")(
                fields=", ".join(dict.fromkeys(one.field for one in found))
            ),
            T("Complete the fields named."),
            details={
                "errors": [
                    {"key": one.field, "message": str(one.why), "remedy": ""} for one in found
                ]
            },
        )


def record(hub: HubServices, wanted: RecordedAct, origin: str) -> RecordedAct:
    """Write a version and let the gate know of it; blocking.

    Raises:
        ProblemError: 409 when the act has changed meanwhile.
    """
    try:
        written = hub.store.instruments.record(wanted, origin)
    except NewerVersionError:
        raise ProblemError(
            409,
            "instrument-changed",
            T("This act has another version by now."),
            T("Somebody has changed it, or it was never recorded."),
            T("Read it again, then change it."),
        ) from None
    hub.acts_changed()
    return written


def no_act(number: int) -> ProblemError:
    """The problem that there is no such act."""
    return ProblemError(
        404,
        "no-instrument",
        T("There is no such act."),
        remedy=T("Go back to the list."),
        details={"instrument": number},
    )
