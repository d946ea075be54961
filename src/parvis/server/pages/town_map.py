"""*Carte*: where are people, where do they go, what changed?"""

from dataclasses import dataclass, replace
from statistics import median
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.policy.terms import OutputKind
from parvis.server.pages import counts as counting
from parvis.server.pages.counts import Count
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.map_request import QUARTER_S, SHOWN_WORDS, Asked, Shown, asked_of
from parvis.server.pages.map_scene import (
    DIFFERENCE_STEPS,
    PRESENCE_STEPS,
    SPEED_STEPS,
    basemap,
    drawn_cells,
    drawn_flow,
    drawn_place,
    flow_scale,
    strongest,
)
from parvis.server.pages.states import ways_of
from parvis.server.problems import T
from parvis.server.ranges import Range
from parvis.server.town.cells import Layer, Squares, compared, squares
from parvis.server.town.flows import Flow, flows
from parvis.server.town.frame import camera_ground
from parvis.server.town.levels import (
    Level,
    PlaceState,
    newest_stretch,
    place_states,
    quarter_at,
    zone_series,
)
from parvis.server.town.readings import coarsest, hold
from parvis.server.town.wording import level_said, source_said
from parvis.site.town_map import TownMap
from parvis.values.civil import Bin

router = APIRouter()

MESSAGES = {
    "play": T("Play the day"),
    "pause": T("Pause"),
    "no-webgl": T("This browser draws no live map: the plan stands still, the list says all."),
    "picture-refused": T("The picture cannot be taken: {reason}"),
}


@dataclass(frozen=True, slots=True)
class Changed:
    """A place in both periods of a comparison: mean number present in each."""

    state: PlaceState
    now: Count
    before: Count

    @property
    def difference(self) -> float | None:
        """How many more in the first."""
        if self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """Its widest 90 % interval: from the bounds of both."""
        if self.difference is None or self.now.low is None or self.before.low is None:
            return None, None
        if self.now.high is None or self.before.high is None:
            return None, None
        return self.now.low - self.before.high, self.now.high - self.before.low

    @property
    def sure(self) -> bool:
        """True when the interval leaves 0 out."""
        low, high = self.interval
        return low is not None and high is not None and (low > 0 or high < 0)


@dataclass(frozen=True)
class Sheet:
    """All that the page shows."""

    asked: Asked
    states: list[PlaceState]
    flows: list[Flow]
    scale: float
    squares: Squares | None
    changed: list[Changed]
    strip: list[Count]
    strip_top: float
    sentence: str
    grounded: int

    @property
    def drawn(self) -> list[Flow]:
        """The arrows of the map."""
        return strongest(self.flows)


@router.get("/map", response_class=HTMLResponse)
def page(here: Annotated[View, Depends(view)]) -> Response:
    """The map of the town."""
    if here.user is None:
        return RedirectResponse("/login?next=/map", 303)
    ways_of(here).demand(OutputKind.HEALTH)
    sheet = _sheet(here)
    response = render(
        here,
        "map.html",
        page="map",
        scripts=("map",),
        messages=MESSAGES,
        m=sheet,
        asked=sheet.asked,
        layers=[(one, here.words._(SHOWN_WORDS[one].text)) for one in Shown],
        scene=_scene(here, sheet),
        counting=counting,
        level_said=level_said,
        source_said=source_said,
        presence_steps=PRESENCE_STEPS,
        speed_steps=SPEED_STEPS,
        difference_steps=DIFFERENCE_STEPS,
        town=here.site.map,
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
    newest = asked.quarter_s is None
    span = newest_stretch(hub, ways) if newest else quarter_at(hub, asked.marked_s)
    states = place_states(hub, ways, span)
    found: list[Flow] = []
    cells: Squares | None = None
    changed: list[Changed] = []
    start_s, end_s = asked.window
    match asked.shown:
        case Shown.FLOWS:
            found = flows(hub, ways, Range(start_s, end_s, Bin.QUARTER))
        case Shown.PRESENCE | Shown.SPEED:
            cells = squares(hub, ways, start_s, end_s, Layer(asked.shown.value))
        case Shown.DIFFERENCE:
            cells = compared(hub, ways, asked.one, asked.other)
            changed = _changed(here, asked, states)
    strip = _strip(here, asked)
    grounded = sum(camera_ground(hub, name) is not None for name in here.site.cameras)
    top = max((one.value for one in strip if one.value is not None), default=0.0)
    scale = flow_scale(strongest(found))
    sheet = Sheet(asked, states, found, scale, cells, changed, strip, top, "", grounded)
    return replace(sheet, sentence=_sentence(here, sheet))


def _strip(here: View, asked: Asked) -> list[Count]:
    """Who was present in all places, quarter by quarter of the day; ends with the last one."""
    series = list(
        dict.fromkeys(one for place in here.site.places.values() for one in zone_series(place))
    )
    end_s = min(asked.day_end_s, asked.last_s + QUARTER_S)
    if not series or end_s <= asked.day_s:
        return []
    held = hold(here.services, ways_of(here), series, Range(asked.day_s, end_s, Bin.QUARTER))
    return held.row(series)


def _changed(here: View, asked: Asked, states: list[PlaceState]) -> list[Changed]:
    rows = []
    hub, ways = here.services, ways_of(here)
    series = list(dict.fromkeys(one for s in states for one in zone_series(s.place)))
    both = []
    for start_s, end_s in (asked.one, asked.other):
        span = Range(start_s, end_s, coarsest(start_s, end_s, here.words.zone))
        both.append(hold(hub, ways, series, span))
    for state in states:
        mine = zone_series(state.place)
        if mine:
            now, before = (_mean(held.row(mine)) for held in both)
            rows.append(Changed(state, now, before))
    return rows


def _mean(row: list[Count]) -> Count:
    """The mean over a row, weighed by the time seen; what is withheld withholds it."""
    whole = counting.over(row)
    shown = [one for one in row if one.value is not None and one.seen]
    if whole.value is None or not shown:
        return whole
    weights = [(one.seen or 0.0) * (one.end_s - one.start_s) for one in shown]
    total = sum(weights)
    value = sum((one.value or 0.0) * w for one, w in zip(shown, weights, strict=True)) / total
    below = sum(one.spread.below * w for one, w in zip(shown, weights, strict=True)) / total
    above = sum(one.spread.above * w for one, w in zip(shown, weights, strict=True)) / total
    variance = sum(one.spread.variance * w * w for one, w in zip(shown, weights, strict=True))
    spread = type(whole.spread)(below, above, variance / total**2)
    return Count(whole.start_s, whole.end_s, whole.mark, value, spread, whole.seen)


def _sentence(here: View, sheet: Sheet) -> str:
    words, _ = here.words, here.words._
    asked = sheet.asked
    match asked.shown:
        case Shown.LEVELS:
            return _fullest(here, sheet)
        case Shown.FLOWS:
            if not any(one.per_hour for one in sheet.flows):
                unseen = [one for one in sheet.flows if one.per_hour is None]
                if unseen:
                    return counting.explained(unseen[0].count, words)
                return _("Nobody was counted across a line in this hour.")
            top = next(one for one in sheet.flows if one.per_hour)
            low, high = top.interval
            return _(
                "The strongest flow: {line}, {way}, {value} an hour ({interval}).",
                line=top.label,
                way=top.way,
                value=words.number(top.per_hour),
                interval=words.interval(low, high),
            )
        case Shown.DIFFERENCE:
            sure = [one for one in sheet.changed if one.sure]
            if not sheet.changed or all(one.difference is None for one in sheet.changed):
                return _("One of the two periods holds no measure: nothing to compare.")
            if not sure:
                return _("No difference is sure: each interval holds 0.")
            most = max(sure, key=lambda one: abs(one.difference or 0.0))
            return _(
                "The clearest difference: {place}, {value} people present on average.",
                place=most.state.place.label,
                value=("+" if (most.difference or 0) > 0 else "")
                + words.number(most.difference, 1),
            )
        case _:
            return _squares_said(here, sheet)


def _squares_said(here: View, sheet: Sheet) -> str:
    words, _ = here.words, here.words._
    found = sheet.squares
    if found is not None and found.withheld is not None:
        return words.shown(found.withheld.reason)
    if not sheet.grounded:
        return _("No camera knows its ground yet: presence and speed need one.")
    if found is None or not found.cameras:
        return _("No square of the ground was measured in this hour.")
    top = max(found.cells, key=lambda cell: cell.value, default=None)
    if top is None:
        return _("Nobody was seen on the ground in this hour.")
    camera = here.site.cameras[top.camera].label
    if sheet.asked.shown is Shown.SPEED:
        middle = median(cell.value for cell in found.cells)
        return _(
            "Half of the squares have a mean velocity above {value} m/s.",
            value=words.number(middle, 1),
        )
    return _(
        "The densest square: {value} people a square metre, seen by {camera}.",
        value=words.number(top.value, 2),
        camera=camera,
    )


def _fullest(here: View, sheet: Sheet) -> str:
    words, _ = here.words, here.words._
    if not sheet.states:
        return _("No place is drawn yet.")
    told = [one for one in sheet.states if one.level is not None]
    if not told:
        return _("No place has a measure in this stretch.")
    rungs = list(Level)
    top = max(told, key=lambda one: (rungs.index(one.level or Level.CALM), one.people.value or 0))
    return _(
        "The fullest: {place}, {level}, {n} people ({interval}), {source}.",
        place=top.place.label,
        level=level_said(top.level, words).lower() if top.level else "",
        n=words.number(top.people.value),
        interval=words.interval(top.people.low, top.people.high),
        source=source_said(top, words),
    )


def _scene(here: View, sheet: Sheet) -> dict[str, Any]:
    words, shown = here.words, sheet.asked.shown
    layer = Layer(shown.value) if shown in (Shown.PRESENCE, Shown.SPEED) else None
    cells = sheet.squares.cells if sheet.squares is not None else ()
    return {
        "base": basemap(here.site.map),
        "shown": shown.value,
        "places": [drawn_place(one, words, levels=shown is Shown.LEVELS) for one in sheet.states],
        "flows": [drawn_flow(one, sheet.scale, words) for one in sheet.drawn],
        "cells": drawn_cells(cells, layer),
        "marked": sheet.asked.marked_s,
    }
