"""What everybody may know, for programs: the public page as JSON, and open data."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from parvis.policy.terms import OutputKind
from parvis.server import csv_text
from parvis.server.api.shapes import Answer, MeasuresShape
from parvis.server.documents.facts import Facts
from parvis.server.pages.public import demand_public_page
from parvis.server.problems import ProblemError, T
from parvis.server.public.accuracy import accuracies
from parvis.server.public.address import API
from parvis.server.public.busy import Told, busy_places, for_public
from parvis.server.public.open_data import HEADER, published, rows
from parvis.server.public.page import MOST_AGE_S, facts_of
from parvis.server.ranges import iso
from parvis.server.release import document
from parvis.server.services import HubServices, services, zone_of
from parvis.server.ways_out import WaysOut

_ROOM = API.removeprefix("/api/v1")

router = APIRouter(prefix=_ROOM, tags=["public"])


class BusyShape(Answer):
    """How busy a place is at its last closed stretch; never a number."""

    name: str
    label: str
    start: str = Field(description="ISO 8601 with the site's offset.")
    end: str
    told: Told = Field(
        description=(
            "few: fewer than min_cell people; partly-few: so few in one of its zones; "
            "nothing-fresh: nothing was seen."
        )
    )
    level: Literal["calm", "busy", "dense", "critical"] | None


class AccuracyShape(Answer):
    """The last count check of a line."""

    camera: str
    line: str
    day: str
    error: float | None = Field(
        description="(counted - true) / true; null where too few passed to say."
    )
    signed: bool


class PublicShape(Answer):
    """What the public page says."""

    site: str
    mode: str
    min_cell: int = Field(description="Cells under this are hidden.")
    places: tuple[BusyShape, ...]
    cameras: tuple[dict[str, str], ...] = Field(description="What is measured, and in which space.")
    controller: dict[str, str | None]
    purposes: tuple[str, ...]
    kept_days: dict[str, int] = Field(description="Days each kind of data is kept.")
    accuracy: tuple[AccuracyShape, ...]
    open_data: str | None = Field(description="Where published counts are; null where none are.")
    configuration: str = Field(description="Hash of the configuration in force.")


@router.get("", summary="The public page", response_model=PublicShape)
def public(request: Request) -> Response:
    """What is measured, why, on what basis, how long it is kept, and how busy places are.

    Open to everybody where site.yaml switches the public page on.
    """
    hub = services(request)
    demand_public_page(hub)
    ways = for_public(hub)
    told = _told(hub, ways, facts_of(hub, ways))
    return JSONResponse(told.model_dump(mode="json"), headers=_cached(MOST_AGE_S))


@router.get(
    "/counts",
    summary="Open data: published counts of a day",
    response_model=MeasuresShape,
    responses={200: {"content": {csv_text.MEDIA_TYPE: {"example": ",".join(HEADER)}}}},
)
def counts(
    request: Request,
    day: Annotated[
        date | None, Query(description="A civil day that is over; without it, yesterday.")
    ] = None,
    form: Annotated[
        Literal["json", "csv"], Query(alias="format", description="json, or csv for a table.")
    ] = "json",
) -> Response:
    """Counts of every line and zone by the hour, small cells hidden and said to be hidden.

    Open to everybody where site.yaml publishes open data. No noise is added (no differential
    privacy): what protects is the smallest cell, and the totals hidden with it.
    """
    hub = services(request)
    demand_public_page(hub)
    if not hub.site.loaded().site.public.open_data:
        raise ProblemError(
            404,
            "no-open-data",
            T("This site publishes no open data."),
            remedy=T("Whoever runs it switches them on in site.yaml: public.open_data."),
        )
    ways = for_public(hub)
    ways.demand(OutputKind.EXPORT, newest_s=0.0)
    span, lines = published(hub, ways, _day(hub, ways, day))
    told = document(hub, ways, span, lines)
    if form == "csv":
        name = f"{datetime.fromtimestamp(span.start_s, zone_of(hub)).date()}.csv"
        headers = _cached(MOST_AGE_S) | {
            "Content-Disposition": f'attachment; filename="parvis-counts-{name}"'
        }
        text = csv_text.table(HEADER, rows(told))
        return Response(text, headers=headers, media_type=csv_text.MEDIA_TYPE)
    return JSONResponse(told.model_dump(mode="json"), headers=_cached(MOST_AGE_S))


def _day(hub: HubServices, ways: WaysOut, asked: date | None) -> date:
    """The civil day asked for, once it is over.

    Raises:
        ProblemError: 422 for a day that is not.
    """
    today = datetime.fromtimestamp(ways.now_s, zone_of(hub)).date()
    day = asked or today - timedelta(days=1)
    if day >= today:
        raise ProblemError(
            422,
            "day-not-over",
            T("This day is not over."),
            T("Open data are of whole days."),
            T("Ask for yesterday, or for a day before."),
        )
    return day


def _told(hub: HubServices, ways: WaysOut, facts: Facts) -> PublicShape:
    zone, said = zone_of(hub), facts.site.controller
    return PublicShape(
        site=facts.site.site.name,
        mode=facts.law.mode.value,
        min_cell=int(ways.gate.profile.min_cell),
        places=tuple(
            BusyShape(
                name=one.name,
                label=one.label,
                start=iso(one.start_s, zone),
                end=iso(one.end_s, zone),
                told=one.told,
                level=one.level.value if one.level else None,
            )
            for one in busy_places(hub, ways)
        ),
        cameras=tuple(
            {"label": one.label, "space": one.space, "model": one.model}
            for one in facts.cameras.values()
        ),
        controller={
            key: getattr(said, key)
            for key in ("name", "address", "contact", "dpo", "complaint", "basis", "decision")
        },
        purposes=facts.purposes,
        kept_days={
            one.what if isinstance(one.what, str) else one.what.en: one.days
            for one in facts.kept
            if one.days is not None
        },
        accuracy=tuple(
            AccuracyShape(
                camera=one.camera,
                line=one.line,
                day=datetime.fromtimestamp(one.at_s, zone).date().isoformat(),
                error=None if one.error is None else round(one.error, 4),
                signed=one.signed,
            )
            for one in accuracies(facts, ways)
        ),
        open_data=f"{API}/counts" if facts.site.public.open_data else None,
        configuration=facts.loaded.hash,
    )


def _cached(seconds: float) -> dict[str, str]:
    return {"Cache-Control": f"public, max-age={int(seconds)}"}
