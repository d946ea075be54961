"""Places and how full they are."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from parvis.policy.terms import OutputKind
from parvis.server.api.map_files import Form, FormHere, handed
from parvis.server.api.shapes import Answer, Status
from parvis.server.counts import Count
from parvis.server.errors import language_of
from parvis.server.i18n import Words
from parvis.server.problems import ProblemError, T
from parvis.server.ranges import Range, iso, moment
from parvis.server.services import HubServices, services, zone_of
from parvis.server.town import features
from parvis.server.town.balance import inside
from parvis.server.town.frame import frame_of
from parvis.server.town.levels import PlaceState, newest_stretch, place_states, quarter_at
from parvis.server.town.wording import level_said, source_said
from parvis.server.ways_out import WaysOut, WaysOutHere
from parvis.site.fields import Name

router = APIRouter(prefix="/places", tags=["map"])

_STATUS: dict[str, Status] = {
    "measured": "measured",
    "partial": "measured",
    "gap": "gap",
    "pending": "pending",
    "suppressed": "suppressed",
    "refused": "refused",
}


class PlaceShape(Answer):
    """A place over one stretch of time."""

    name: str
    label: str
    capacity: int | None
    at: tuple[float, float] = Field(description="Of its mark, in the map's own coordinates.")
    polygon: tuple[tuple[float, float], ...] | None
    zones: tuple[str, ...]
    lines: tuple[str, ...]
    start: str
    end: str
    people: float | None = Field(description="Mean number present; null unless measured.")
    low: float | None = Field(description="Lower bound of the 90 % interval.")
    high: float | None
    seen: float | None = Field(description="Share of the stretch that was seen, 0 to 1.")
    status: Status
    due: str | None = Field(description="When a pending value may be shown.")
    area_m2: float | None = Field(description="Of its zones; null without a calibrated ground.")
    density_pm2: float | None
    density_low: float | None
    density_high: float | None
    level: Literal["calm", "busy", "dense", "critical"] | None
    level_word: str | None = Field(description="In the reader's language.")
    level_from: Literal["density", "occupancy"] | None
    source: str = Field(description="What the level follows from, in the reader's language.")


At = Annotated[
    str | None,
    Query(description="ISO 8601: the quarter of an hour that holds it. Without it, the newest."),
]


@router.get("", summary="Places and their level", response_model=list[PlaceShape])
def places(request: Request, ways: WaysOutHere, form: FormHere, at: At = None) -> Response:
    """Every place of the site. GeoJSON, CSV and Parquet count as exports and are logged."""
    hub = services(request)
    span = _span(hub, ways, at)
    ways.demand(OutputKind.HEALTH)
    if form is not Form.JSON:
        return _file(request, ways, form, span)
    words = Words(language_of(request), zone_of(hub))
    found = [shape(one, words) for one in place_states(hub, ways, span)]
    return JSONResponse([one.model_dump(mode="json") for one in found])


@router.get("/{name}", summary="One place", response_model=PlaceShape)
def place(
    request: Request,
    ways: WaysOutHere,
    name: Annotated[Name, Path(description="Its name in site.yaml.")],
    form: FormHere,
    at: At = None,
) -> Response:
    """Its level, from density where its cameras' ground is known, else from its capacity.

    GeoJSON, CSV and Parquet count as exports and are logged.
    """
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    if name not in hub.site.loaded().site.places:
        raise no_place(name)
    span = _span(hub, ways, at)
    if form is not Form.JSON:
        return _file(request, ways, form, span, only=name)
    words = Words(language_of(request), zone_of(hub))
    found = shape(place_states(hub, ways, span, only=name)[0], words)
    return JSONResponse(found.model_dump(mode="json"))


def _file(
    request: Request, ways: WaysOut, form: Form, span: Range, only: str | None = None
) -> Response:
    """Places over one stretch as a file."""
    hub = services(request)
    zone, frame = zone_of(hub), frame_of(hub.site.loaded().site)
    ways.demand(OutputKind.EXPORT, newest_s=0.0)
    states = place_states(hub, ways, span, only=only, kind=OutputKind.EXPORT)
    return handed(
        request,
        form,
        name="places" if only is None else f"place-{only}",
        asked=iso(span.start_s, zone),
        rows=[features.place_row(one, zone) for one in states],
        collection=features.collection(
            frame, (features.place_feature(one, frame, zone) for one in states)
        ),
    )


class InsideShape(Answer):
    """The place at the end of one quarter of an hour."""

    start: str
    end: str
    inside: float | None = Field(description="People inside; null unless the whole day is known.")
    low: float | None = Field(description="Lower bound of the 90 % interval.")
    high: float | None
    status: Status


class BalanceShape(Answer):
    """Who is inside over a day, from who came and went."""

    name: str
    day: str
    ratio: float = Field(description="By which the outflow was scaled so that the day closes.")
    closed: bool = Field(description="The day is over and the drift of the counters taken out.")
    quarters: tuple[InsideShape, ...]


@router.get(
    "/{name}/balance",
    summary="Who is inside, by the balance of entrances",
    response_model=BalanceShape,
)
def place_balance(
    request: Request,
    ways: WaysOutHere,
    name: Annotated[Name, Path(description="Its name in site.yaml.")],
    day: Annotated[date, Query(description="The civil day on which it begins, at `empty_at`.")],
    form: Annotated[
        Literal["json", "csv"], Query(alias="format", description="CSV is a logged export.")
    ] = "json",
) -> Response:
    """From the hour at which the place is empty; a gap ends what can be known of the day.

    CSV counts as an export and is logged.
    """
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    known = hub.site.loaded().site.places
    if name not in known:
        raise no_place(name)
    if not known[name].entrances:
        raise ProblemError(
            409,
            "no-entrances",
            T("This place has no entrances."),
            T("The balance needs a line at every way in and out."),
            T("Give the place its entrances in site.yaml."),
        )
    zone = zone_of(hub)
    moment(day.isoformat(), zone)  # a day that no calendar reaches is refused in words
    if form == "csv":
        ways.demand(OutputKind.EXPORT, newest_s=0.0)
        found = inside(hub, ways, known[name], day, OutputKind.EXPORT)
        return handed(
            request,
            Form.CSV,
            name=f"inside-{name}",
            asked=day.isoformat(),
            rows=[features.inside_row(one, zone) for one in found.quarters],
            collection={},
            columns=features.INSIDE_COLUMNS,
        )
    found = inside(hub, ways, known[name], day)
    told = BalanceShape(
        name=name,
        day=day.isoformat(),
        ratio=found.ratio,
        closed=found.closed,
        quarters=tuple(
            InsideShape(
                start=iso(one.start_s, zone),
                end=iso(one.end_s, zone),
                inside=one.value,
                low=one.low,
                high=one.high,
                status=_STATUS[one.mark],
            )
            for one in found.quarters
        ),
    )
    return JSONResponse(told.model_dump(mode="json"))


def no_place(name: str) -> ProblemError:
    """The problem of a place that the site does not have."""
    return ProblemError(
        404,
        "no-place",
        T("There is no place of that name."),
        T("The site has no place {name}.")(name=name),
        T("See the map."),
    )


def _span(hub: HubServices, ways: WaysOut, at: str | None) -> Range:
    return newest_stretch(hub, ways) if at is None else quarter_at(hub, moment(at, zone_of(hub)))


def shape(state: PlaceState, words: Words) -> PlaceShape:
    """A place as the API tells it."""
    place, people = state.place, state.people
    low, high = state.density_interval
    return PlaceShape(
        name=state.name,
        label=place.label,
        capacity=place.capacity,
        at=place.spot,
        polygon=place.polygon,
        zones=place.zones,
        lines=place.lines,
        start=iso(people.start_s, words.zone),
        end=iso(people.end_s, words.zone),
        people=people.value,
        low=people.low,
        high=people.high,
        seen=people.seen,
        status=_STATUS[people.mark],
        due=_due(people, words),
        area_m2=state.area_m2,
        density_pm2=state.density_pm2,
        density_low=low,
        density_high=high,
        level=state.level.value if state.level else None,
        level_word=level_said(state.level, words) if state.level else None,
        level_from=state.basis,
        source=source_said(state, words),
    )


def _due(count: Count, words: Words) -> str | None:
    return iso(count.due_s, words.zone) if count.due_s else None
