"""When and why nothing was seen, of a camera or of the whole system."""

from typing import Annotated

import anyio.from_thread
from fastapi import APIRouter, Query, Request
from pydantic import Field

from parvis.policy.terms import OutputKind
from parvis.server.api.shapes import Answer
from parvis.server.ranges import asked_range, iso
from parvis.server.services import services, zone_of
from parvis.server.trail import note
from parvis.server.ways_out import WaysOutHere
from parvis.values.civil import Bin

router = APIRouter(tags=["system"])

Start = Annotated[str | None, Query(description="ISO 8601; a day before the end when left out.")]
End = Annotated[str | None, Query(description="ISO 8601; now when left out.")]


class OutageOut(Answer):
    """One interruption."""

    camera: str | None = Field(description="A camera's name; null for the whole system.")
    start: str = Field(description="ISO 8601 with the site's offset.")
    end: str | None = Field(description="Null while it goes on.")
    reason: str = Field(description="In plain words, without secrets.")


class OutagesOut(Answer):
    """The interruptions that touch a range."""

    start: str
    end: str
    outages: tuple[OutageOut, ...]


@router.get("/outages", summary="Interruptions of cameras and of the system")
def outages(
    request: Request, ways: WaysOutHere, start: Start = None, end: End = None
) -> OutagesOut:
    """By beginning; without a range, the last day up to now. The look is logged."""
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    zone = zone_of(hub)
    span = asked_range(start, end, Bin.MINUTE, zone, ways.now_s)
    found = tuple(
        OutageOut(
            camera=one.camera or None,
            start=iso(one.from_s, zone),
            end=None if one.to_s is None else iso(one.to_s, zone),
            reason=one.reason,
        )
        for one in hub.store.outages.between(span.start_s, span.end_s)
        if not one.camera or ways.decide(OutputKind.HEALTH, one.camera).allowed
    )
    asked = f"{iso(span.start_s, zone)}/{iso(span.end_s, zone)}"
    anyio.from_thread.run(note, request, "outages.look", asked)
    return OutagesOut(start=iso(span.start_s, zone), end=iso(span.end_s, zone), outages=found)
