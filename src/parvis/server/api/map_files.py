"""How map data leave: JSON for programs; GeoJSON, CSV and Parquet as logged exports."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

import anyio.from_thread
from fastapi import Depends, Query, Request, Response

from parvis.server import csv_text
from parvis.server.town import features, tables
from parvis.server.trail import note


class Form(StrEnum):
    """How an answer is written."""

    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"
    PARQUET = "parquet"


_ACCEPTED = {
    "application/geo+json": Form.GEOJSON,
    "text/csv": Form.CSV,
    tables.PARQUET: Form.PARQUET,
}


def _form(
    request: Request,
    form: Annotated[Form | None, Query(alias="format", description="Else by Accept.")] = None,
) -> Form:
    if form is not None:
        return form
    accepted = request.headers.get("accept", "")
    return next((found for kind, found in _ACCEPTED.items() if kind in accepted), Form.JSON)


FormHere = Annotated[Form, Depends(_form)]


def handed(
    request: Request,
    form: Form,
    *,
    name: str,
    asked: str,
    rows: Sequence[features.Row],
    collection: dict[str, Any],
    columns: Sequence[str] = (),
) -> Response:
    """The file that was asked for, noted in the audit trail; from a worker thread.

    Args:
        request: whose export it is.
        form: GeoJSON, CSV or Parquet.
        name: what it holds; the file is called after it.
        asked: the range, for the trail.
        rows, collection: the same content twice.
        columns: of the table; those of the first row when empty.
    """
    header = tuple(columns) or (tuple(rows[0]) if rows else ())
    body: str | bytes
    match form:
        case Form.PARQUET:
            body, kind, suffix = tables.as_parquet(header, rows), tables.PARQUET, "parquet"
        case Form.CSV:
            body, kind, suffix = tables.as_csv(header, rows), csv_text.MEDIA_TYPE, "csv"
        case _:
            body = json.dumps(collection, ensure_ascii=False, allow_nan=False)
            kind, suffix = features.MEDIA_TYPE, "geojson"
    anyio.from_thread.run(note, request, f"export.{suffix}", f"{name} {asked}")
    return Response(
        body,
        media_type=kind,
        headers={"Content-Disposition": f'attachment; filename="parvis-{name}.{suffix}"'},
    )
