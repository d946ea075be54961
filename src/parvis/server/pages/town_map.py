"""*Carte*: where are people, where do they go, what changed?"""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.policy.terms import OutputKind, Role
from parvis.server import counts as counting
from parvis.server.pages.check_words import signed
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.map_request import (
    COMPARED_WORDS,
    QUARTER_S,
    SHOWN_WORDS,
    Compared,
    Shown,
    asked_of,
)
from parvis.server.pages.map_scene import (
    DIFFERENCE_STEPS,
    PRESENCE_STEPS,
    SPEED_STEPS,
    basemap,
    clearest,
    drawn_cells,
    drawn_change,
    drawn_flow,
    drawn_place,
    flow_scale,
    strongest,
)
from parvis.server.pages.map_sentences import sentence
from parvis.server.pages.map_sheet import Changed, Sheet, changes, day_strip
from parvis.server.pages.states import ways_of
from parvis.server.pages.unjudged import by_place, unjudged
from parvis.server.problems import T
from parvis.server.ranges import Range
from parvis.server.town.around_lines import NEAR_M, Nearby, around_lines
from parvis.server.town.cells import Layer, Squares, compared, squares, withheld
from parvis.server.town.flow_changes import FlowChange, flow_changes
from parvis.server.town.flows import Flow, flows
from parvis.server.town.frame import camera_ground
from parvis.server.town.levels import place_states
from parvis.server.town.wording import level_said, source_said
from parvis.site.town_map import TownMap
from parvis.values.civil import Bin

router = APIRouter()

MESSAGES = {
    "play": T("Play the day"),
    "pause": T("Pause"),
    "no-webgl": T("This browser draws no live map: the plan stands still, the list says all."),
    "bare": T("The file under the map cannot be read: places stand on empty ground."),
    "picture-refused": T("The picture cannot be taken: {reason}"),
}


@router.get("/map", response_class=HTMLResponse)
def page(here: Annotated[View, Depends(view)]) -> Response:
    """The map of the town."""
    if here.user is None:
        return RedirectResponse("/login?next=/map", 303)
    ways_of(here).demand(OutputKind.HEALTH)
    sheet = _sheet(here)
    alerted = by_place(unjudged(here))
    response = render(
        here,
        "map.html",
        page="map",
        scripts=("map",),
        messages=MESSAGES,
        m=sheet,
        asked=sheet.asked,
        layers=[(one, here.words._(SHOWN_WORDS[one].text)) for one in Shown],
        scene=_scene(here, sheet, frozenset(alerted)),
        alerted=alerted,
        counting=counting,
        level_said=level_said,
        source_said=source_said,
        presence_steps=PRESENCE_STEPS,
        speed_steps=SPEED_STEPS,
        difference_steps=DIFFERENCE_STEPS,
        town=here.site.map,
        compared=[(one, here.words._(COMPARED_WORDS[one].text)) for one in Compared],
        Compared=Compared,
        signed=signed,
        near_m=NEAR_M,
        near_withheld=withheld(ways_of(here)),
        technician=here.may(Role.TECHNICIAN),
        may_export=ways_of(here).decide(OutputKind.EXPORT, newest_s=0.0).allowed,
        Shown=Shown,
    )
    open_to_tiles(response, here.site.map)
    return response


def open_to_tiles(response: Response, town: TownMap) -> None:
    """Let this page, and no other, ask the one host of the map's tiles."""
    host = town.tile_host
    if host is not None:
        response.headers["Content-Security-Policy"] = (
            f"default-src 'self'; img-src 'self' blob: https://{host}; "
            f"connect-src 'self' https://{host}; object-src 'none'; base-uri 'none'; "
            "form-action 'self'; frame-ancestors 'none'"
        )


def _sheet(here: View) -> Sheet:
    hub, ways, asked = here.services, ways_of(here), asked_of(here)
    start_s, end_s = asked.stretch
    length = Bin.MINUTE if end_s - start_s < QUARTER_S else Bin.QUARTER
    # Beside another layer the list tells of the last quarter of the layer's hour.
    states = place_states(hub, ways, Range(max(start_s, end_s - QUARTER_S), end_s, length))
    found: list[Flow] = []
    moved: list[FlowChange] = []
    near: dict[tuple[str, str], Nearby] = {}
    cells: Squares | None = None
    changed: list[Changed] = []
    match asked.shown:
        case Shown.FLOWS:
            found = flows(hub, ways, Range(start_s, end_s, Bin.QUARTER))
            near = around_lines(hub, ways, start_s, end_s)
        case Shown.PRESENCE | Shown.SPEED:
            cells = squares(hub, ways, start_s, end_s, Layer(asked.shown.value))
        case Shown.DIFFERENCE if asked.compared is Compared.FLOWS:
            moved = flow_changes(hub, ways, (asked.one, asked.other))
        case Shown.DIFFERENCE:
            cells = compared(hub, ways, asked.one, asked.other)
            changed = changes(here, asked, states)
    strip = day_strip(here, asked)
    grounded = sum(camera_ground(hub, name) is not None for name in here.site.cameras)
    top = max((one.value for one in strip if one.value is not None), default=0.0)
    volumes = [one.per_hour for one in strongest(found)]
    scale = flow_scale(volumes + [one.difference for one in clearest(moved)])
    sheet = Sheet(
        asked, states, found, moved, near, scale, cells, changed, strip, top, "", grounded
    )
    return replace(sheet, sentence=sentence(here, sheet))


def _scene(here: View, sheet: Sheet, alerted: frozenset[str]) -> dict[str, Any]:
    words, shown = here.words, sheet.asked.shown
    layer = Layer(shown.value) if shown in (Shown.PRESENCE, Shown.SPEED) else None
    cells = sheet.squares.cells if sheet.squares is not None else ()
    return {
        "base": basemap(here.site.map),
        "shown": shown.value,
        "places": [
            drawn_place(one, words, levels=shown is Shown.LEVELS) | {"alert": one.name in alerted}
            for one in sheet.states
        ],
        "flows": [
            *(
                drawn_flow(one, sheet.scale, words, sheet.near.get((one.camera, one.line)))
                for one in sheet.drawn
            ),
            *(drawn_change(one, sheet.scale, words) for one in sheet.drawn_changes),
        ],
        "cells": drawn_cells(cells, layer),
    }
