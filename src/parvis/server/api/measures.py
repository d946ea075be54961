"""Series and their measures, as JSON or CSV."""

from typing import Annotated, Literal

import anyio.from_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from parvis.policy.terms import OutputKind
from parvis.server import csv_text
from parvis.server.api.shapes import MeasuresShape, SeriesShape
from parvis.server.corrected import Corrections
from parvis.server.problems import ProblemError, T
from parvis.server.ranges import asked_range, iso
from parvis.server.release import (
    Line,
    corrected_value,
    correction_of,
    document,
    released,
    series_shape,
)
from parvis.server.services import HubServices, services, zone_of
from parvis.server.trail import note
from parvis.server.ways_out import WaysOutHere
from parvis.values.civil import Bin
from parvis.values.series import Series, SeriesKind

router = APIRouter(tags=["measures"])

MOST_SERIES = 2000

HEADER = (
    "start",
    "end",
    "camera",
    "kind",
    "shape",
    "class",
    "direction",
    "value",
    "low",
    "high",
    "coverage_s",
    "corrected",
    "correction",
)


class Wanted:
    """Which series are asked for; every filter may be given several times.

    Args:
        series: keys; when given, the other filters narrow them further.
        camera, kind, shape, object_class, direction: what to keep.
    """

    def __init__(
        self,
        *,
        series: Annotated[
            list[str] | None,
            Query(description="Series keys.", examples=["quai.crossings.pont.person.0"]),
        ] = None,
        camera: Annotated[list[str] | None, Query(description="Camera names.")] = None,
        kind: Annotated[list[SeriesKind] | None, Query(description="Kinds of number.")] = None,
        shape: Annotated[list[str] | None, Query(description="Lines or zones.")] = None,
        object_class: Annotated[
            list[str] | None, Query(alias="class", description="Classes.")
        ] = None,
        direction: Annotated[
            list[Annotated[int, Field(ge=0, le=1)]] | None,
            Query(description="Directions of a line."),
        ] = None,
    ) -> None:
        self._keys = frozenset(series) if series else None
        self._filters = (
            ("camera", camera),
            ("kind", kind),
            ("shape", shape),
            ("object_class", object_class),
            ("direction", direction),
        )

    def of(self, known: list[Series]) -> list[Series]:
        """Those that are asked for, in order of their keys.

        Raises:
            ProblemError: 404 for a key that does not exist, 422 for too many series.
        """
        if self._keys is not None:
            missing = sorted(self._keys - {one.key for one in known})
            if missing:
                raise ProblemError(
                    404,
                    "no-series",
                    T("There is no such series."),
                    T("Nothing was ever measured under {key}.")(key=missing[0][:200]),
                    T("See the list of series."),
                )
        kept = [one for one in known if self._keeps(one)]
        if len(kept) > MOST_SERIES:
            raise ProblemError(
                422,
                "too-much",
                T("This is too much for one answer."),
                T("It would hold {n} series; at most {most}.")(n=len(kept), most=MOST_SERIES),
                T("Name a camera, a line or a class."),
            )
        return sorted(kept, key=lambda one: one.key)

    def _keeps(self, one: Series) -> bool:
        if self._keys is not None and one.key not in self._keys:
            return False
        return all(not wanted or getattr(one, name) in wanted for name, wanted in self._filters)


WantedHere = Annotated[Wanted, Depends()]


@router.get("/series", summary="Series that hold measures", response_model=list[SeriesShape])
def series(request: Request, wanted: WantedHere, ways: WaysOutHere) -> list[SeriesShape]:
    """What was ever measured here, filtered."""
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    return [series_shape(hub, one) for one in wanted.of(hub.store.series())]


@router.get(
    "/measures",
    summary="Measures of a range",
    response_model=MeasuresShape,
    responses={200: {"content": {csv_text.MEDIA_TYPE: {"example": ",".join(HEADER)}}}},
)
def measures(
    *,
    request: Request,
    wanted: WantedHere,
    ways: WaysOutHere,
    start: Annotated[
        str | None,
        Query(description="ISO 8601, with offset or in the site's civil time. One day back."),
    ] = None,
    end: Annotated[str | None, Query(description="As start; now when absent.")] = None,
    length: Annotated[Bin, Query(alias="bin", description="Length of a stretch.")] = Bin.QUARTER,
    form: Annotated[
        Literal["json", "csv"] | None, Query(alias="format", description="Else by Accept.")
    ] = None,
) -> Response:
    """Values with their 90 % interval and coverage. A gap is empty, never 0.

    Under `statistics` a value leaves once its quarter of an hour is closed; what is withheld says
    why. CSV counts as an export and is logged.
    """
    hub = services(request)
    span = asked_range(start, end, length, zone_of(hub), ways.now_s)
    chosen = wanted.of(hub.store.series())
    span.check_size(len(chosen))
    as_csv = form == "csv" or (form is None and "text/csv" in request.headers.get("accept", ""))
    if not as_csv:
        lines = released(hub, ways, OutputKind.MEASURES, chosen, span)
        return JSONResponse(document(hub, ways, span, lines).model_dump(mode="json"))
    # A role that may export nothing is told so, rather than handed an empty table.
    ways.demand(OutputKind.EXPORT, newest_s=0.0)
    lines = released(hub, ways, OutputKind.EXPORT, chosen, span)
    asked = f"{iso(span.start_s, zone_of(hub))}/{length.value}/{len(chosen)} series"
    anyio.from_thread.run(note, request, "export.csv", asked)
    return Response(
        as_table(hub, lines),
        media_type=csv_text.MEDIA_TYPE,
        headers={"Content-Disposition": 'attachment; filename="parvis-measures.csv"'},
    )


def as_table(hub: HubServices, lines: list[Line]) -> str:
    """The CSV of an answer: what does not leave, like what was not seen, is empty."""
    zone, corrections = zone_of(hub), Corrections.of_site(hub)

    def rows() -> "list[list[csv_text.Cell]]":
        found: list[list[csv_text.Cell]] = []
        for line in lines:
            shape = series_shape(hub, line.series)
            direction = shape.direction_label
            if direction is None and shape.direction is not None:
                direction = str(shape.direction)
            for one in line.stretches:
                held = one.measure
                correction = correction_of(line.series, one, corrections)
                found.append(
                    [
                        iso(one.start_s, zone),
                        iso(one.end_s, zone),
                        shape.camera,
                        shape.kind,
                        shape.shape,
                        shape.object_class,
                        direction,
                        held.value if held else None,
                        held.low if held else None,
                        held.high if held else None,
                        held.coverage_s if held else None,
                        corrected_value(one, correction),
                        correction.version if correction else None,
                    ]
                )
        return found

    return csv_text.table(HEADER, rows())
