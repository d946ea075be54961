"""How many people are in each place now, over all its cameras."""

from fastapi import APIRouter, Request
from pydantic import Field

from parvis.policy.terms import Decision, OutputKind
from parvis.server.api.shapes import Answer
from parvis.server.ranges import iso
from parvis.server.services import services, zone_of
from parvis.server.ways_out import WaysOut, WaysOutHere, told
from parvis.site.place import Place, split_member

router = APIRouter(tags=["live"])


class PlaceNowOut(Answer):
    """One place now. Numbers are null where no camera speaks, or where they are withheld."""

    place: str
    label: str
    capacity: int | None
    time: str | None = Field(description="ISO 8601 with the site's offset.")
    people: float | None
    low: float | None = Field(description="Lower bound of the 90 % interval.")
    high: float | None
    seen_share: float | None = Field(
        description="Share of the place's zones whose camera speaks; under 1, people is a bound."
    )
    missing: tuple[str, ...] = Field(description="Cameras that say nothing.")
    withheld: dict[str, object] | None = Field(description="Why the numbers are not told.")


@router.get("/occupancy", summary="People in each place now")
def occupancy(request: Request, ways: WaysOutHere) -> list[PlaceNowOut]:
    """Summed on the same second over the cameras of a place, as the profile shows it."""
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    zone = zone_of(hub)
    seen = hub.places_now()
    answers = []
    for name, place in hub.site.loaded().site.places.items():
        now = seen.get(name)
        refused = _refused(ways, place, None if now is None else now.people)
        open_now = now if refused is None else None
        answers.append(
            PlaceNowOut(
                place=name,
                label=place.label,
                capacity=place.capacity,
                time=None if open_now is None else iso(open_now.time_s, zone),
                people=None if open_now is None else open_now.people,
                low=None if open_now is None else open_now.low,
                high=None if open_now is None else open_now.high,
                seen_share=None if open_now is None else open_now.seen_share,
                missing=() if open_now is None else open_now.missing,
                withheld=None if refused is None else told(refused),
            )
        )
    return answers


def _refused(ways: WaysOut, place: Place, people: float | None) -> Decision | None:
    """The first refusal among the place's cameras: each has a part in the sum."""
    for camera in sorted({split_member(member)[0] for member in place.zones}):
        decision = ways.decide(OutputKind.LIVE_STATE, camera, newest_s=ways.moment_s, cell=people)
        if not decision.allowed:
            return decision
    return None
