"""*Calage au sol*: from a picture to metres, by points on the map or by known lengths."""

from itertools import pairwise
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.policy.terms import Role
from parvis.server.api.grounds import FIELD_PX
from parvis.server.api.setup_sessions import no_camera
from parvis.server.i18n import Words
from parvis.server.pages.cameras import EDITOR_WORDS, FORM_WORDS
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.map_scene import basemap
from parvis.server.pages.roles import demand_role
from parvis.server.pages.town_map import open_to_tiles
from parvis.server.problems import T
from parvis.site.ground import Ground

router = APIRouter()

ERROR_BOUNDS_M = (0.1, 0.3, 1.0)
"""Between the steps of the error field, metres; the page draws and names them."""

MESSAGES = {
    "pair-n": T("Point {n}"),
    "length-n": T("Length {n}"),
    "pick-image": T("Point {n}: click it in the picture."),
    "pick-ground": T("Point {n}: now click the same spot on the map."),
    "pick-from": T("Length {n}: click one end in the picture."),
    "pick-to": T("Length {n}: click the other end."),
    "pick-either": T("Point {n}: click its new place, in the picture or on the map."),
    "mark-pair": T("Point {n} in the picture, x {x}, y {y}"),
    "mark-ground": T("Point {n} on the map"),
    "mark-length": T("End of length {n}, x {x}, y {y}"),
    "removed-pair": T("Point {n} removed."),
    "removed-length": T("Length {n} removed."),
    "picked": T("Choose a point to move it, or add one."),
    "off": T("{m} m off"),
    "off-share": T("{share} % off"),
    "unchecked": T("not checked: four points leave nothing to compare"),
    "aside": T("left aside: the others agree without it, and put it {m} m away"),
    "incomplete": T("not complete"),
    "beyond": T("beyond: no measure in metres"),
    "nowhere": T("no measure in metres anywhere in this view"),
    "good-lengths": T("The camera hangs {height} m up and looks {tilt}° down."),
    "good-open": T("The view is calibrated; these points leave open how high the camera hangs."),
    "worst": T("Worst point: {worst} m off."),
    "removed-ground": T("Without points or lengths the camera has no ground."),
    "in-picture": T("In the picture, x and y"),
    "on-ground": T("On the ground, x and y in metres"),
    "on-earth": T("On the Earth, longitude and latitude"),
    "metres": T("Metres"),
    "share-of-picture": T("{share} % of the picture"),
    "remove": T("Remove"),
}


@router.get("/cameras/{name}/ground", response_class=HTMLResponse)
def page(here: Annotated[View, Depends(view)], name: str) -> Response:
    """The calibration editor of one camera."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/cameras/{name}/ground", 303)
    demand_role(here, Role.TECHNICIAN)
    camera = here.site.cameras.get(name)
    if camera is None:
        raise no_camera(name)
    response = render(
        here,
        "ground.html",
        page="cameras",
        scripts=("ground",),
        messages=EDITOR_WORDS | FORM_WORDS | MESSAGES,
        name=name,
        camera=camera,
        town=here.site.map,
        error_px=here.words.number(FIELD_PX),
        error_steps=_steps(here.words),
        data={
            "name": name,
            "etag": here.services.site.loaded().etag,
            "ground": _written(camera.ground),
            "base": basemap(here.site.map),
            "error_bounds_m": ERROR_BOUNDS_M,
            "places": [
                {"label": place.label, "at": place.spot, "polygon": place.polygon}
                for place in here.site.places.values()
            ],
        },
    )
    open_to_tiles(response, here.site.map)
    return response


def _steps(words: Words) -> tuple[str, ...]:
    """The steps of the error field in words, the smallest error first."""
    bounds = [words.number(bound, 1) for bound in ERROR_BOUNDS_M]
    return (
        words._("under {m} m", m=bounds[0]),
        *(words._("{low} to {high} m", low=low, high=high) for low, high in pairwise(bounds)),
        words._("{m} m and more", m=bounds[-1]),
    )


def _written(ground: Ground | None) -> dict[str, Any] | None:
    return None if ground is None else ground.model_dump(mode="json", exclude_defaults=True)
