"""What the map's script draws: places, arrows, squares, in the map's own coordinates."""

from collections.abc import Sequence
from typing import Any

from parvis.server import counts as counting
from parvis.server.i18n import Words
from parvis.server.pages.check_words import signed
from parvis.server.town.around_lines import Nearby
from parvis.server.town.cells import Cell, Layer
from parvis.server.town.flow_changes import FlowChange
from parvis.server.town.flows import Flow
from parvis.server.town.levels import PlaceState
from parvis.server.town.wording import level_said
from parvis.site.town_map import TownMap

STRONGEST = 12
"""Arrows drawn; all flows stand in the table."""
WIDEST_PX = 14.0

PRESENCE_STEPS = (0.01, 0.03, 0.1, 0.3)
SPEED_STEPS = (0.4, 0.8, 1.2, 1.6)
DIFFERENCE_STEPS = (-0.05, 0.0, 0.05)
"""Bounds between the fills, p/m², m/s, p/m²: the same everywhere, never a place's own peak."""


def basemap(town: TownMap) -> dict[str, Any]:
    """What lies under everything."""
    told: dict[str, Any] = {"kind": "none", "metres": town.plan is not None}
    if town.plan is not None:
        told |= {
            "kind": "plan",
            "address": "/api/v1/map/files/plan",
            "metres_per_pixel": town.plan.metres_per_pixel,
            "origin": town.plan.origin,
        }
    elif town.pmtiles is not None:
        told |= {"kind": "pmtiles", "address": "/api/v1/map/files/pmtiles"}
    elif town.tiles is not None:
        told |= {"kind": "tiles", "address": town.tiles, "attribution": town.attribution}
    return told


def drawn_place(state: PlaceState, words: Words, *, levels: bool) -> dict[str, Any]:
    """A place's mark: its level where the layer shows levels."""
    level = state.level if levels else None
    said = counting.said(state.people, words) if state.place.zones else ""
    return {
        "name": state.name,
        "label": state.place.label,
        "at": state.place.spot,
        "polygon": state.place.polygon,
        "level": level.value if level else None,
        "word": level_said(level, words) if level else "",
        "said": said if levels else "",
        "gap": levels and bool(state.place.zones) and state.people.value is None,
    }


def strongest(flows: Sequence[Flow]) -> list[Flow]:
    """Those that the map draws: the strongest that it can place, and that anybody took."""
    return [one for one in flows if one.where is not None and (one.per_hour or 0.0) > 0][:STRONGEST]


def clearest(moved: Sequence[FlowChange]) -> list[FlowChange]:
    """Changes that the map draws: the largest that it can place."""
    return [one for one in moved if one.now.where is not None and one.difference][:STRONGEST]


def flow_scale(volumes: Sequence[float | None]) -> float:
    """The volume an hour of the widest arrow: 1, 2 or 5 times a power of ten."""
    most = max((abs(one or 0.0) for one in volumes), default=0.0)
    scale = 10.0
    while scale < most:
        scale *= 2.5 if f"{scale:.0f}"[0] == "2" else 2
    return scale


def drawn_flow(
    flow: Flow, scale: float, words: Words, near: Nearby | None = None
) -> dict[str, Any]:
    """An arrow; without a direction on the ground, a number at its place."""
    said, volume = words.number(flow.per_hour), flow.per_hour or 0.0
    told = words._(
        "{line}, {way}: {value} an hour ({interval})",
        line=flow.label,
        way=flow.way,
        value=said,
        interval=words.interval(*flow.interval),
    )
    around = [nearby_said(near, words)] if near is not None else []
    return _arrow(flow, volume / scale, said) | {
        "told": [told, *around],
        "tone": None,
        "unsure": False,
    }


def drawn_change(change: FlowChange, scale: float, words: Words) -> dict[str, Any]:
    """An arrow as wide as a flow has changed; its colour says whether it is less or more."""
    difference, (low, high) = change.difference or 0.0, change.interval
    said = signed(difference, words)
    told = words._(
        "{line}, {way}: {value} an hour ({low} to {high})",
        line=change.now.label,
        way=change.now.way,
        value=said,
        low=words.lower(low),
        high=words.upper(high),
    )
    return _arrow(change.now, abs(difference) / scale, said) | {
        "told": [told],
        "tone": "more" if difference > 0 else "less",
        "unsure": not change.sure,
    }


def nearby_said(near: Nearby, words: Words) -> str:
    """Counterflow and stops around a line, in a sentence."""
    stops = words.number(near.stops_per_hour, 1)
    if near.counterflow_share is None:
        return words._("Around the line, {stops} stops an hour.", stops=stops)
    return words._(
        "Around the line, {share} walk against the main way, and there are {stops} stops an hour.",
        share=words.percent(near.counterflow_share),
        stops=stops,
    )


def _arrow(flow: Flow, share: float, said: str) -> dict[str, Any]:
    """Where an arrow lies and how wide it is, as a share of the widest."""
    where = flow.where
    assert where is not None, "only placed flows are drawn"  # noqa: S101
    at, towards = where.at, where.towards
    if towards is not None and flow.direction == 1:
        towards = (2 * at[0] - towards[0], 2 * at[1] - towards[1])
    return {
        "id": f"{flow.camera}.{flow.line}.{flow.direction}",
        "line": f"{flow.camera}.{flow.line}",
        "at": at,
        "towards": towards,
        "px": round(max(1.5, WIDEST_PX * share), 1),
        "said": said,
        "way": flow.way,
        "lines": where.line,
    }


def drawn_cells(cells: Sequence[Cell], layer: Layer | None) -> dict[str, list[Any]]:
    """Squares with the number of their fill; ``hatched`` where a comparison is not sure.

    Args:
        cells: of one layer.
        layer: None for a comparison.
    """
    if layer is None:
        bounds: Sequence[float] = DIFFERENCE_STEPS
    else:
        bounds = SPEED_STEPS if layer is Layer.SPEED else PRESENCE_STEPS
    return {
        "corners": [[round(v, 7) for spot in cell.corners for v in spot] for cell in cells],
        "step": [sum(cell.value >= bound for bound in bounds) for cell in cells],
        "hatched": [layer is None and not cell.sure for cell in cells],
    }
