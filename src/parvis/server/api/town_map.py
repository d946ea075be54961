"""What the map shows beside the levels: flows, squares of the ground, and the files under it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from parvis.policy.terms import OutputKind, Role
from parvis.server.api.map_files import Form, FormHere, handed
from parvis.server.api.shapes import Answer
from parvis.server.auth import CurrentUser, require
from parvis.server.problems import ProblemError, T
from parvis.server.ranges import Range, asked_range, iso
from parvis.server.services import HubServices, services, zone_of
from parvis.server.site_files import inside
from parvis.server.town import features
from parvis.server.town.around_lines import around_lines
from parvis.server.town.cells import Layer, compared, squares
from parvis.server.town.flow_changes import flow_changes
from parvis.server.town.flows import flows
from parvis.server.town.frame import frame_of
from parvis.server.town.levels import PERSON
from parvis.server.town.readings import coarsest
from parvis.server.trail import note
from parvis.server.ways_out import WaysOutHere, told
from parvis.site.fields import ClassName
from parvis.values.civil import Bin

router = APIRouter(prefix="/map", tags=["map"])

MOST_DAYS = 366
MOST_SQUARE_DAYS = 31

SQUARE_COLUMNS = ("camera", "x", "y", "layer", "value", "low", "high", "unit")


class FlowsShape(Answer):
    """Both directions of every line, the strongest first."""

    start: str
    end: str
    coordinates_in: str
    flows: tuple[dict[str, Any], ...] = Field(description="As rows of the CSV, with a geometry.")


class SquaresShape(Answer):
    """Squares of the ground."""

    start: str
    end: str
    coordinates_in: str
    layer: Layer
    unit: str
    seen_s: float
    cameras: tuple[str, ...] = Field(description="Those that wrote squares of this range.")
    recalibrated: tuple[str, ...] = Field(
        description="Those of which a part is left out: measured on an earlier calibration."
    )
    withheld: dict[str, Any] | None = Field(description="Why squares do not leave, if so.")
    features: tuple[dict[str, Any], ...]


class PictureIn(BaseModel):
    """What a picture of the map shows."""

    model_config = ConfigDict(extra="forbid")

    shows: Annotated[str, Field(max_length=300)]


class Asked:
    """A range of whole quarters of an hour; one civil day back when nothing is said."""

    def __init__(
        self,
        *,
        request: Request,
        ways: WaysOutHere,
        start: Annotated[
            str | None, Query(alias="from", description="ISO 8601, or the site's civil time.")
        ] = None,
        end: Annotated[
            str | None, Query(alias="to", description="As from; now when absent.")
        ] = None,
    ) -> None:
        zone = zone_of(services(request))
        span = asked_range(start, end, Bin.QUARTER, zone, ways.now_s)
        if span.end_s - span.start_s > MOST_DAYS * 86400:
            raise _too_long(MOST_DAYS)
        self.span = Range(span.start_s, span.end_s, coarsest(span.start_s, span.end_s, zone))


AskedHere = Annotated[Asked, Depends()]


@router.get("/flows", summary="Who goes which way", response_model=FlowsShape)
def map_flows(
    *,
    request: Request,
    ways: WaysOutHere,
    asked: AskedHere,
    form: FormHere,
    object_class: Annotated[
        list[ClassName] | None, Query(alias="class", description="Classes; persons by default.")
    ] = None,
    against: Annotated[
        str | None, Query(alias="against_from", description="Compare with this range.")
    ] = None,
    against_end: Annotated[
        str | None, Query(alias="against_to", description="Its end; now when absent.")
    ] = None,
) -> Response:
    """Volumes by the hour of the time seen, with their 90 % interval, and what is around the line.

    With `against_from`, how many more an hour there were than then, with the widest 90 % interval.
    """
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    zone, frame, span = zone_of(hub), frame_of(hub.site.loaded().site), asked.span
    kind = OutputKind.MEASURES if form is Form.JSON else OutputKind.EXPORT
    if form is not Form.JSON:
        ways.demand(kind, newest_s=0.0)
    classes = object_class or (PERSON,)
    if against is not None:
        other = asked_range(against, against_end, Bin.QUARTER, zone, ways.now_s)
        if other.end_s - other.start_s > MOST_DAYS * 86400:
            raise _too_long(MOST_DAYS)
        periods = (span.start_s, span.end_s), (other.start_s, other.end_s)
        changed = flow_changes(hub, ways, periods, classes=classes, kind=kind)
        drawn, rows = [c.now for c in changed], [features.flow_change_row(c, zone) for c in changed]
    else:
        drawn = flows(hub, ways, span, classes=classes, kind=kind)
        near = around_lines(hub, ways, span.start_s, span.end_s)
        rows = [
            features.flow_row(one, zone) | features.nearby_row(near.get((one.camera, one.line)))
            for one in drawn
        ]
    told_of = [features.flow_feature(one, frame, row) for one, row in zip(drawn, rows, strict=True)]
    collection = features.collection(frame, told_of)
    if form is not Form.JSON:
        asked_for = _said(hub, span)
        return handed(
            request, form, name="flows", asked=asked_for, rows=rows, collection=collection
        )
    answer = FlowsShape(
        start=iso(span.start_s, zone),
        end=iso(span.end_s, zone),
        coordinates_in=collection["coordinates_in"],
        flows=tuple(one["properties"] | {"geometry": one["geometry"]} for one in told_of),
    )
    return JSONResponse(answer.model_dump(mode="json"))


@router.get("/cells", summary="Squares of the ground", response_model=SquaresShape)
def map_cells(
    *,
    request: Request,
    ways: WaysOutHere,
    asked: AskedHere,
    form: FormHere,
    layer: Annotated[Layer, Query(description="What the squares show.")] = Layer.PRESENCE,
    against: Annotated[
        str | None, Query(alias="against_from", description="Compare presence with this range.")
    ] = None,
    against_end: Annotated[
        str | None, Query(alias="against_to", description="Its end; now when absent.")
    ] = None,
) -> Response:
    """Presence (people a square metre), speed, counterflow or stops; empty where none is kept.

    With `against_from`, how much denser `from`–`to` was, with a 90 % interval.
    """
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    zone, frame, span = zone_of(hub), frame_of(hub.site.loaded().site), asked.span
    if span.end_s - span.start_s > MOST_SQUARE_DAYS * 86400:
        raise _too_long(MOST_SQUARE_DAYS)
    if form is not Form.JSON:
        ways.demand(OutputKind.EXPORT, newest_s=0.0)
    if against is not None:
        other = asked_range(against, against_end, Bin.QUARTER, zone, ways.now_s)
        if other.end_s - other.start_s > MOST_SQUARE_DAYS * 86400:
            raise _too_long(MOST_SQUARE_DAYS)
        layer = Layer.PRESENCE
        found = compared(hub, ways, (span.start_s, span.end_s), (other.start_s, other.end_s))
    else:
        found = squares(hub, ways, span.start_s, span.end_s, layer)
    collection = features.collection(frame, features.square_features(found, layer, frame))
    if form is not Form.JSON:
        rows = features.square_rows(found, layer, frame)
        return handed(
            request,
            form,
            name=f"cells-{layer.value}",
            asked=_said(hub, span),
            rows=rows,
            collection=collection,
            columns=SQUARE_COLUMNS,
        )
    answer = SquaresShape(
        start=iso(span.start_s, zone),
        end=iso(span.end_s, zone),
        coordinates_in=collection["coordinates_in"],
        layer=layer,
        unit=layer.unit,
        seen_s=found.seen_s,
        cameras=found.cameras,
        recalibrated=found.recalibrated,
        withheld=told(found.withheld) if found.withheld else None,
        features=tuple(collection["features"]),
    )
    return JSONResponse(answer.model_dump(mode="json"))


def _may_export(ways: WaysOutHere) -> None:
    ways.demand(OutputKind.EXPORT, newest_s=0.0)


@router.post(
    "/picture",
    status_code=204,
    summary="Note a picture of the map",
    dependencies=[
        Depends(require(Role.VIEWER, Role.ANALYST, Role.ADMINISTRATOR, Role.DPO)),
        Depends(_may_export),
    ],
)
async def picture(request: Request, asked: PictureIn) -> None:
    """The browser draws the picture itself; that it leaves is logged here, where it may."""
    await note(request, "export.png", asked.shows)


@router.get("/files/{which}", summary="The plan, or the archive of tiles", response_class=Response)
def files(request: Request, _: CurrentUser, which: str) -> FileResponse:
    """Only what `map` names, only in the folder of site.yaml; ranges are answered."""
    loaded = services(request).site.loaded()
    name = loaded.site.map.files.get(which)
    path = inside(loaded.path.parent, name) if name is not None else None
    if path is None:
        raise ProblemError(
            404,
            "no-map-file",
            T("There is no such file."),
            T("The map of the site names none, or it is not in the folder of site.yaml."),
            T("See parvis check."),
        )
    kind = "application/octet-stream" if which == "pmtiles" else None
    return FileResponse(path, media_type=kind, headers={"Cache-Control": "private, no-cache"})


def _said(hub: HubServices, span: Range) -> str:
    zone = zone_of(hub)
    return f"{iso(span.start_s, zone)}/{iso(span.end_s, zone)}"


def _too_long(days: int) -> ProblemError:
    return ProblemError(
        422,
        "too-much",
        T("This is too much for one answer."),
        T("The range is longer than {n} days.")(n=days),
        T("Ask for a shorter range."),
    )
