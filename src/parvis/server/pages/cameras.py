"""*Caméras*: the list with what is left to do, the form of one camera, and the editor of shapes."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from parvis.policy.terms import OutputKind, Role
from parvis.server.api.setup_sessions import no_camera
from parvis.server.classes import CLASS_WORDS
from parvis.server.pages.camera_steps import Step, checked_lines, steps_of
from parvis.server.pages.first_steps import first_steps
from parvis.server.pages.frame import View, render, view
from parvis.server.pages.roles import demand_role
from parvis.server.pages.states import CameraNow, cameras_now, ways_of
from parvis.server.problems import T
from parvis.site import redact
from parvis.site.fields import CLASS_NAMES
from parvis.site.shapes import Camera

router = APIRouter()

Here = Annotated[View, Depends(view)]

SPACES = {
    "public-road": T("Public road"),
    "public-venue": T("Place open to the public"),
    "private": T("Private place"),
}
ANCHORS = {
    "foot": T("Foot: the middle of the lower edge"),
    "centre": T("Centre: for a view from straight above"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A camera in the list."""

    name: str
    camera: Camera
    now: CameraNow | None
    steps: tuple[Step, ...]
    left: int


@router.get("/cameras", response_class=HTMLResponse)
def listing(here: Here) -> Response:
    """The cameras of the site."""
    if here.user is None:
        return RedirectResponse("/login?next=/cameras", 303)
    ways_of(here).demand(OutputKind.HEALTH)
    states = {now.name: now for now in cameras_now(here)}
    checked = checked_lines(here)
    rows = tuple(
        _row(here, name, camera, states.get(name), checked)
        for name, camera in here.site.cameras.items()
    )
    return render(
        here,
        "cameras.html",
        page="cameras",
        rows=rows,
        left=[row for row in rows if row.left],
        first=first_steps(here, states) if here.may(Role.TECHNICIAN) else (),
        technician=here.may(Role.TECHNICIAN),
    )


@router.get("/cameras/add", response_class=HTMLResponse)
def adding(here: Here) -> Response:
    """The form of a new camera."""
    return _form(here, None, None)


@router.get("/cameras/{name}", response_class=HTMLResponse)
def changing(here: Here, name: str) -> Response:
    """The form of a camera."""
    return _form(here, name, here.site.cameras.get(name))


@router.get("/cameras/{name}/edit", response_class=HTMLResponse)
def editing(here: Here, name: str) -> Response:
    """The editor of masks, lines and zones."""
    if here.user is None:
        return RedirectResponse(f"/login?next=/cameras/{name}/edit", 303)
    demand_role(here, Role.TECHNICIAN)
    camera = here.site.cameras.get(name)
    if camera is None:
        raise no_camera(name)
    shapes = camera.model_dump(mode="json", include={"masks", "lines", "zones"})
    return render(
        here,
        "editor.html",
        page="cameras",
        scripts=("editor",),
        messages=EDITOR_WORDS | FORM_WORDS,
        name=name,
        camera=camera,
        data=shapes | {"name": name, "etag": here.services.site.loaded().etag},
    )


def _form(here: View, name: str | None, camera: Camera | None) -> Response:
    if here.user is None:
        return RedirectResponse("/login?next=/cameras", 303)
    demand_role(here, Role.TECHNICIAN)
    if name is not None and camera is None:
        raise no_camera(name)
    told: dict[str, Any] = {
        "source": None,
        "sub_source": None,
        "space": "public-road",
        "model": "auto",
        "rate": 5.0,
        "anchor": "foot",
        "enabled": True,
    }
    if camera is not None:
        told = camera.model_dump(mode="json")
        for key in ("source", "sub_source"):
            told[key] = redact(told[key]) if told[key] else None
    return render(
        here,
        "camera_form.html",
        page="cameras",
        scripts=("camera",),
        messages=FORM_WORDS,
        name=name,
        camera=camera,
        told=told,
        spaces=[(key, here.words._(label.text)) for key, label in SPACES.items()],
        drawn=_drawn(here, camera) if camera is not None else "",
        models=_models(here, told["model"]),
        anchors=[(key, here.words._(label.text)) for key, label in ANCHORS.items()],
        classes=[(key, here.words._(CLASS_WORDS[key].text)) for key in CLASS_NAMES],
        etag=here.services.site.loaded().etag,
    )


def _models(here: View, held: str) -> list[tuple[str, str]]:
    """The detectors to choose from; the one in the file stands there even if it is unknown."""
    names = dict.fromkeys((*here.services.models, *(() if held == "auto" else (held,))))
    return [("auto", here.words._("auto: the best at hand")), *((name, name) for name in names)]


def _drawn(here: View, camera: Camera) -> str:
    """What a removal loses, in words."""
    count = here.words.ngettext
    return ", ".join(
        (
            count("{n} mask", "{n} masks", len(camera.masks)),
            count("{n} line", "{n} lines", len(camera.lines)),
            count("{n} zone", "{n} zones", len(camera.zones)),
        )
    )


def _row(
    here: View,
    name: str,
    camera: Camera,
    now: CameraNow | None,
    checked: set[tuple[str, str]],
) -> Row:
    steps = steps_of(here, (name, camera), now, checked)
    return Row(name, camera, now, steps, sum(not step.done for step in steps))


FORM_WORDS = {
    "unreachable": T("The server cannot be reached. Check the network, then try again."),
    "testing": T("Opening the stream…"),
    "test-ok": T("It works: {codec}, {width} × {height}, {fps} pictures a second, in {s} s."),
    "test-failed": T("It does not open: {reason}"),
    "saved": T("Saved. Only this camera is reloaded."),
    "reload": T("Load the current settings"),
    "saving": T("Saving…"),
    "searching": T("Searching the network… a few seconds."),
    "search-none": T(
        "No camera answered. Those of another network do not: write the address by hand."
    ),
    "search-one": T("One camera answered. Choose it."),
    "search-n": T("{n} cameras answered. Choose one."),
    "search-known": T("already here: {camera}"),
    "asking": T("Asking the camera…"),
    "asked-both": T("Main and small stream are filled in below. Test, then add."),
    "asked-main": T("The stream is filled in below. Test, then add."),
}

EDITOR_WORDS = {
    "mask": T("Mask"),
    "line": T("Line"),
    "zone": T("Zone"),
    "mask-n": T("Mask {n}"),
    "to-a": T("Way 1"),
    "to-b": T("Way 2"),
    "points": T("{n} points"),
    "vertex": T("{shape}, point {n} of {of}: x {x}, y {y}"),
    "drawing": T("Click to lay points. Enter or a double click ends, Escape gives up."),
    "drawing-keys": T("Arrows move the cross, Space lays a point, Enter ends, Escape gives up."),
    "too-few-line": T("A line takes two points."),
    "too-few-polygon": T("A mask or a zone takes three points."),
    "too-short": T("Line {name} is too short: {px} px, it takes {least}. Move one end away."),
    "in-mask": T("{name} ends within mask {n}: nothing is seen there."),
    "same-names": T("The two directions of {name} bear the same name."),
    "added": T("{shape} added."),
    "removed": T("{shape} removed. Undo brings it back."),
    "removed-point": T("A point of {shape} removed. Undo brings it back."),
    "moved": T("{shape} moved."),
    "look": T("to look at"),
    "needed": T("Write something here."),
    "opening": T("Opening the camera: the blurred still comes within seconds."),
    "changes-0": T("Nothing changed."),
    "changes-1": T("One change not saved."),
    "changes-n": T("{n} changes not saved."),
    "trial-none": T("No crossing yet."),
    "trial-1": T("One crossing in {time}"),
    "trial": T("{n} crossings in {time}"),
    "trial-on": T("Trying: people are drawn as dots, crossings are counted, nothing is stored."),
    "trial-end": T("The session is over. Open another to go on."),
    "session-left": T("The session closes in {time}."),
    "no-still": T("No picture: {reason}"),
    "name-wrong": T("A name takes small letters, digits, - and _."),
    "name-taken": T("This name is taken."),
    "delete": T("Delete {shape}"),
    "label": T("Name shown on the screens"),
    "name": T("Short name"),
    "name-help": T("Small letters, digits, - and _. The measures are kept under it."),
    "name-help-saved": T("Past measures are kept under it: another one begins a new series."),
    "coordinates": T("Coordinates"),
    "direction-1": T("Direction 1, from left to right when walking from the first point"),
    "direction-2": T("Direction 2, the other way"),
    "use": T("Use"),
    "x-of": T("x of point {n}"),
    "y-of": T("y of point {n}"),
    "diff-none": T("site.yaml stays as it is."),
    "use-walkway": T("Walkway"),
    "use-waiting": T("Waiting"),
    "use-queue": T("Queue"),
    "use-parking": T("Parking"),
    "use-forbidden": T("Forbidden"),
    "use-one-way": T("One way"),
    "capacity": T("Capacity: places of a car park, or people that it is meant for"),
    "capacity-wrong": T("A whole number from 1 to 99999, or nothing."),
    "x-from": T("x where the way begins"),
    "y-from": T("y where the way begins"),
    "x-to": T("x where the way ends"),
    "y-to": T("y where the way ends"),
    "way-nowhere": T("The way begins and ends at one point."),
    "turn": T("Turn the way round"),
    "part-wrong": T("A number from 0 to 1."),
    "cross": T("Cross at x {x}, y {y}"),
}
