"""*Lieu*: how does this place work?"""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.policy.terms import OutputKind, Role
from parvis.server import counts as counting
from parvis.server.api.places import no_place
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.place_cameras import cameras, checked_lines
from parvis.server.pages.place_files import files
from parvis.server.pages.place_inside import inside_today
from parvis.server.pages.place_week import today, week
from parvis.server.pages.states import ways_of
from parvis.server.pages.unjudged import by_place, unjudged
from parvis.server.ranges import Range
from parvis.server.town import portrait
from parvis.server.town.levels import (
    PlaceState,
    judged,
    newest_stretch,
    place_states,
    zone_series,
    zones_m2,
)
from parvis.server.town.readings import hold
from parvis.server.town.wording import gate_said, level_said, source_said
from parvis.site.place import Place
from parvis.values.civil import Bin, bin_end, bin_start
from parvis.values.series import SeriesKind

router = APIRouter()


@router.get("/places/{name}", response_class=HTMLResponse)
def page(here: Annotated[View, Depends(view)], name: str) -> Response:
    """One place."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/places/{name}", 303)
    ways = ways_of(here)
    ways.demand(OutputKind.HEALTH)
    hub, place = here.services, here.site.places.get(name)
    if place is None:
        raise no_place(name)
    hour = _hour(here)
    state = place_states(hub, ways, newest_stretch(hub, ways), only=name)[0]
    week_rows, top = week(here, name, place)
    return render(
        here,
        "place.html",
        page="map",
        scripts=("place",),
        name=name,
        place=place,
        state=state,
        alerted=by_place(unjudged(here)).get(name),
        sentence=_sentence(here, state),
        day=today(here, place),
        week=week_rows,
        week_top=top,
        balance=inside_today(here, place),
        files=files(here, name, place),
        technician=here.may(Role.TECHNICIAN),
        hour=hour,
        chosen=_chosen(here, name, place, hour),
        passages=portrait.passages(hub, ways, place, hour),
        stays=portrait.figures(hub, ways, place, hour, SeriesKind.DWELL),
        queues=portrait.figures(hub, ways, place, hour, SeriesKind.QUEUE_LENGTH),
        waits=portrait.figures(hub, ways, place, hour, SeriesKind.QUEUE_WAIT),
        paces=portrait.paces(hub, ways, place, hour),
        journeys=portrait.journeys(hub, ways, place, hour),
        gate=gate_said,
        cameras=cameras(here, place),
        checked=checked_lines(here, place),
        counting=counting,
        level_said=level_said,
    )


def _hour(here: View) -> tuple[float, float]:
    """The chosen hour: that of ``at`` in the address, else the last closed one."""
    zone = here.words.zone
    closed_s = min(here.gate.closed_before(here.now_s), here.now_s)
    last_s = bin_start(bin_start(closed_s, Bin.HOUR, zone) - 1, Bin.HOUR, zone)
    try:
        asked = datetime.fromisoformat(here.request.query_params.get("at", ""))
        wanted_s = (asked if asked.tzinfo else asked.replace(tzinfo=zone)).timestamp()
    except (ValueError, OverflowError):
        wanted_s = last_s
    start_s = bin_start(min(wanted_s, closed_s - 1), Bin.HOUR, zone)
    return start_s, bin_end(start_s, Bin.HOUR, zone)


def _sentence(here: View, state: PlaceState) -> str:
    words, _ = here.words, here.words._
    people = state.people
    if people.value is None:
        if not state.place.zones:
            return _("No zone measures who is present here.")
        return counting.explained(people, words)
    fields = {
        "n": words.number(people.value),
        "interval": words.interval(people.low, people.high),
        "start": words.clock(people.start_s),
        "end": words.clock(people.end_s),
    }
    if state.level is None:
        return _("{n} people present ({interval}), from {start} to {end}.", **fields)
    return _(
        "{level}: {n} people present ({interval}), from {start} to {end}, {source}.",
        level=level_said(state.level, words),
        source=source_said(state, words),
        **fields,
    )


def _chosen(here: View, name: str, place: Place, hour: tuple[float, float]) -> PlaceState | None:
    series = zone_series(place)
    if not series:
        return None
    held = hold(here.services, ways_of(here), series, Range(*hour, Bin.HOUR))
    return judged(name, place, held.row(series)[0], zones_m2(here.services, place))
