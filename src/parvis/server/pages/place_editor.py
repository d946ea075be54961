"""The editor of a place: its name, capacity, spot and outline on the map, and what measures it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.ground.outline import usable_area
from parvis.policy.terms import Role
from parvis.server.api.places import no_place
from parvis.server.pages.cameras import EDITOR_WORDS, FORM_WORDS
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.map_scene import basemap
from parvis.server.pages.roles import demand_role
from parvis.server.pages.town_map import open_to_tiles
from parvis.server.problems import T
from parvis.server.town.frame import camera_ground, frame_of
from parvis.site.place import Place, PlaceLadder, split_member

router = APIRouter()

Here = Annotated[View, Depends(view)]

MOST_SEEN = 60
"""Views drawn on the map beside those of the place's own cameras."""

MESSAGES = {
    "place-saved": T("Saved."),
    "mark-place": T("Mark of the place"),
    "mark-corner": T("Corner {n} of the outline"),
    "pick-mark": T("Click the map where the mark of the place shall stand."),
    "pick-corner": T("Click the map for each corner of the outline, in the order of a walk."),
    "removed-corner": T("Corner {n} removed. Undo brings it back."),
    "nowhere-yet": T("The place is nowhere on the map yet: click where its mark shall stand."),
    "no-label": T("Give the place a name that people read."),
    "no-two-corners": T("An outline takes three corners or more, or none."),
    "name-wrong": T("A name takes small letters, digits, - and _."),
    "name-taken": T("This name is taken."),
    "ladder-wrong": T("Three numbers that rise, or nothing."),
    "capacity-wrong": T("A whole number from 1 to 1,000,000, or nothing."),
}


@dataclass(frozen=True, slots=True)
class Way:
    """A line that a place may name."""

    member: str
    label: str
    directions: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Measuring:
    """A camera with the zones and lines that a place may name."""

    name: str
    label: str
    grounded: bool
    zones: tuple[tuple[str, str], ...]
    lines: tuple[Way, ...]


@router.get("/places/{name}/edit", response_class=HTMLResponse)
def changing(here: Here, name: str) -> Response:
    """The editor of a place."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/places/{name}/edit", 303)
    demand_role(here, Role.TECHNICIAN)
    place = here.site.places.get(name)
    if place is None:
        raise no_place(name)
    return _editor(here, name, place)


@router.get("/map/add-place", response_class=HTMLResponse)
def adding(here: Here) -> Response:
    """The editor of a new place."""
    if here.user is None:
        return RedirectResponse("/login?next=/map/add-place", 303)
    demand_role(here, Role.TECHNICIAN)
    return _editor(here, None, None)


def _editor(here: View, name: str | None, place: Place | None) -> Response:
    cameras = [
        Measuring(
            key,
            camera.label,
            camera.ground is not None,
            tuple((f"{key}.{zone}", one.called(zone)) for zone, one in camera.zones.items()),
            tuple(
                Way(f"{key}.{line}", one.called(line), one.directions)
                for line, one in camera.lines.items()
            ),
        )
        for key, camera in here.site.cameras.items()
        if camera.zones or camera.lines
    ]
    response = render(
        here,
        "place_edit.html",
        page="map",
        scripts=("place_edit",),
        messages=EDITOR_WORDS | FORM_WORDS | MESSAGES,
        name=name,
        place=place,
        cameras=cameras,
        usual=PlaceLadder(),
        town=here.site.map,
        data={
            "name": name,
            "etag": here.services.site.loaded().etag,
            "place": _written(place),
            "names": sorted(here.site.places),
            "base": basemap(here.site.map),
            "others": [
                {"label": one.label, "at": one.spot, "polygon": one.polygon}
                for key, one in here.site.places.items()
                if key != name
            ],
            "seen": _seen(here, place),
        },
    )
    open_to_tiles(response, here.site.map)
    return response


def _written(place: Place | None) -> dict[str, Any]:
    return {} if place is None else place.model_dump(mode="json", exclude_defaults=True)


def _seen(here: View, place: Place | None) -> list[dict[str, Any]]:
    """Where cameras see the ground, outlines on the map: the place's own, then others."""
    site, hub = here.site, here.services
    members = (*place.zones, *place.lines, *place.entrances) if place is not None else ()
    mine = {split_member(one)[0] for one in members}
    grounded = [name for name, camera in site.cameras.items() if camera.ground is not None]
    others = [name for name in grounded if name not in mine][:MOST_SEEN]
    found = []
    for name in (*(one for one in grounded if one in mine), *others):
        ground, declared = camera_ground(hub, name), site.cameras[name].ground
        if ground is None or declared is None:
            continue
        area = usable_area(ground.map).ground
        outline = frame_of(site).of_ground(area, declared, ground.plane)
        if outline is not None and len(outline) > 2:
            corners = [[float(x), float(y)] for x, y in outline]
            found.append({"label": site.cameras[name].label, "outline": corners})
    return found
