"""Places, flows and squares as GeoJSON (RFC 7946) and as rows of a table."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from parvis.server.counts import Count
from parvis.server.csv_text import Cell as TableCell
from parvis.server.ranges import iso
from parvis.server.town.around_lines import Nearby
from parvis.server.town.balance import Inside
from parvis.server.town.cells import Layer, Squares
from parvis.server.town.flow_changes import FlowChange
from parvis.server.town.flows import Flow
from parvis.server.town.frame import MapFrame, Spot
from parvis.server.town.levels import PlaceState

MEDIA_TYPE = "application/geo+json"

Row = Mapping[str, TableCell]

INSIDE_COLUMNS = ("start", "end", "inside", "inside_low", "inside_high", "status")


def collection(frame: MapFrame, features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """A feature collection.

    Where the map is a plan that lies nowhere on the Earth, coordinates are metres of it, which the
    member ``coordinates_in`` says: RFC 7946 knows WGS 84 only.
    """
    unit = "degrees, WGS 84" if frame.georeferenced else "metres of the plan"
    return {"type": "FeatureCollection", "coordinates_in": unit, "features": list(features)}


def place_row(state: PlaceState, zone: ZoneInfo) -> dict[str, TableCell]:
    """One place over one stretch."""
    low, high = state.density_interval
    return {
        "place": state.name,
        "label": state.place.label,
        **_stretch(state.people, zone),
        "level": state.level.value if state.level else None,
        "level_from": state.basis,
        **_number("people", state.people),
        "density_pm2": _rounded(state.density_pm2),
        "density_low": _rounded(low),
        "density_high": _rounded(high),
        "capacity": state.place.capacity,
        "seen": _rounded(state.people.seen),
        "status": state.people.mark,
    }


def inside_row(one: Inside, zone: ZoneInfo) -> dict[str, TableCell]:
    """Who is inside at the end of one quarter of an hour."""
    return {
        "start": iso(one.start_s, zone),
        "end": iso(one.end_s, zone),
        "inside": _rounded(one.value),
        "inside_low": _rounded(one.low),
        "inside_high": _rounded(one.high),
        "status": one.mark,
    }


def flow_row(flow: Flow, zone: ZoneInfo) -> dict[str, TableCell]:
    """One direction of one line."""
    low, high = flow.interval
    return {
        "camera": flow.camera,
        "line": flow.line,
        "label": flow.label,
        "direction": flow.direction,
        "direction_label": flow.way,
        **_stretch(flow.count, zone),
        "per_hour": _rounded(flow.per_hour),
        "per_hour_low": _rounded(low),
        "per_hour_high": _rounded(high),
        **_number("crossings", flow.count),
        "seen": _rounded(flow.count.seen),
        "status": flow.count.mark,
        "placed": flow.where.placed if flow.where else None,
    }


def nearby_row(near: Nearby | None) -> dict[str, TableCell]:
    """What goes on around a flow's line."""
    return {
        "counterflow_share": _rounded(near.counterflow_share) if near else None,
        "stops_per_hour": _rounded(near.stops_per_hour) if near else None,
    }


def flow_change_row(change: FlowChange, zone: ZoneInfo) -> dict[str, TableCell]:
    """One direction of one line in two periods: the first, the other, the difference an hour."""
    before, (low, high) = change.before, change.interval
    return {
        **flow_row(change.now, zone),
        "against_start": iso(before.count.start_s, zone),
        "against_end": iso(before.count.end_s, zone),
        "against_per_hour": _rounded(before.per_hour),
        "against_status": before.count.mark,
        "difference_per_hour": _rounded(change.difference),
        "difference_low": _rounded(low),
        "difference_high": _rounded(high),
    }


def square_rows(found: Squares, layer: Layer, frame: MapFrame) -> list[dict[str, TableCell]]:
    """The squares of a layer, by the middle of each."""
    rows: list[dict[str, TableCell]] = []
    for cell in found.cells:
        middle = (
            sum(x for x, _ in cell.corners) / 4,
            sum(y for _, y in cell.corners) / 4,
        )
        x, y = frame.published([middle])[0]
        rows.append(
            {
                "camera": cell.camera,
                "x": x,
                "y": y,
                "layer": layer.value,
                "value": _rounded(cell.value),
                "low": _rounded(cell.low),
                "high": _rounded(cell.high),
                "unit": layer.unit,
            }
        )
    return rows


def place_feature(state: PlaceState, frame: MapFrame, zone: ZoneInfo) -> dict[str, Any]:
    """A place: its outline, or the point of its mark."""
    corners = state.place.polygon
    geometry = _polygon(corners, frame) if corners else _point(state.place.spot, frame)
    return _feature(state.name, geometry, place_row(state, zone))


def flow_feature(flow: Flow, frame: MapFrame, row: Row) -> dict[str, Any]:
    """One direction of a line with its row: from the line's middle on, 10 m the way it goes.

    Where only a place names the line, the place's point; else no geometry.
    """
    geometry: dict[str, Any] | None = None
    if flow.where is not None:
        geometry = _point(flow.where.at, frame)
        if flow.where.towards is not None:
            (x, y), (u, v) = flow.where.at, flow.where.towards
            ahead = (u, v) if flow.direction == 0 else (2 * x - u, 2 * y - v)
            geometry = {"type": "LineString", "coordinates": frame.published([(x, y), ahead])}
    return _feature(f"{flow.camera}.{flow.line}.{flow.direction}", geometry, row)


def square_features(found: Squares, layer: Layer, frame: MapFrame) -> list[dict[str, Any]]:
    """The squares of a layer."""
    return [
        {
            "type": "Feature",
            "geometry": _polygon(cell.corners, frame),
            "properties": {k: v for k, v in row.items() if k not in ("x", "y")},
        }
        for cell, row in zip(found.cells, square_rows(found, layer, frame), strict=True)
    ]


def _feature(
    name: str, geometry: dict[str, Any] | None, properties: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": name,
        "geometry": geometry,
        "properties": dict(properties),
    }


def _point(spot: Spot, frame: MapFrame) -> dict[str, Any]:
    return {"type": "Point", "coordinates": frame.published([spot])[0]}


def _polygon(corners: Sequence[Spot], frame: MapFrame) -> dict[str, Any]:
    ring = list(corners)
    # RFC 7946 wants the outer ring counter-clockwise.
    doubled = sum(x * v - u * y for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True))
    if doubled < 0:
        ring.reverse()
    return {"type": "Polygon", "coordinates": [frame.published([*ring, ring[0]])]}


def _stretch(count: Count, zone: ZoneInfo) -> dict[str, TableCell]:
    return {"start": iso(count.start_s, zone), "end": iso(count.end_s, zone)}


def _number(name: str, count: Count) -> dict[str, TableCell]:
    return {
        name: _rounded(count.value),
        f"{name}_low": _rounded(count.low),
        f"{name}_high": _rounded(count.high),
    }


def _rounded(value: float | None) -> float | None:
    return round(value, 4) if value is not None and isfinite(value) else None
