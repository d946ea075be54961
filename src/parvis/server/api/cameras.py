"""Cameras: what they are, and how a technician changes them."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from parvis.policy.terms import OutputKind, Role
from parvis.server.addresses import check_address, check_camera, check_recorded
from parvis.server.api.setup_sessions import ShapesIn, check_running, no_camera, room_of
from parvis.server.api.shapes import Answer, CameraDetail, CameraShape, SourceShape
from parvis.server.auth import CurrentUser, User, may, require
from parvis.server.errors import language_of
from parvis.server.i18n import catalogue, french_spaces
from parvis.server.live import Freshness
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices, services
from parvis.server.site_edits import (
    SavedEdit,
    address_meant,
    difference,
    drafted,
    saved,
    wanted_version,
    with_kept_passwords,
)
from parvis.server.trail import note
from parvis.server.ways_out import WaysOut, WaysOutHere
from parvis.site import redact
from parvis.site.edit import SiteDocument
from parvis.site.fields import Name
from parvis.site.shapes import Camera

router = APIRouter(prefix="/cameras", tags=["cameras"])

Technician = Annotated[User, Depends(require(Role.TECHNICIAN))]
CameraName = Annotated[Name, Path(description="The camera's name in site.yaml.")]
IfMatch = Annotated[str | None, Header(description="The ETag that the change is meant for.")]

_PROBES_AT_ONCE = asyncio.Semaphore(2)
_PROBE_TIMEOUT_S = 30.0


class CameraIn(BaseModel):
    """A camera with the keys of site.yaml; only `label` and `source` are required."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "example": {
                "name": "quai",
                "camera": {"label": "Quai Nord", "source": "rtsp://user:word@192.0.2.10/main"},
            }
        },
    )

    name: Name
    camera: dict[str, Any] = Field(description="As in site.yaml, see `parvis schema`.")


class TestIn(BaseModel):
    """An address to try."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    source: str = Field(
        max_length=2000, description="As in site.yaml; files are not opened from a screen."
    )
    camera: Name | None = Field(
        default=None, description="The camera it belongs to, whose secrets it may use."
    )


class TestOut(Answer):
    """What the trial found."""

    ok: bool
    codec: str
    width: int
    height: int
    fps: float
    elapsed_s: float
    reason: str = Field(description="Why it failed, in plain words; empty when it did not.")
    remedies: tuple[str, ...] = Field(description="What to try, most likely first.")


class DiffOut(Answer):
    """What a change would write."""

    diff: str = Field(description="Unified diff of site.yaml, secrets hidden; empty for none.")


@router.get("", summary="Cameras of the site", response_model=list[CameraShape])
def cameras(request: Request, ways: WaysOutHere) -> list[CameraShape]:
    """Every camera with its shapes and the state of its stream, never its address."""
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    return [CameraShape(**_said(hub, ways, name)) for name in ways.cameras]


@router.get("/{name}", summary="One camera", response_model=CameraDetail)
def camera(
    request: Request, response: Response, user: CurrentUser, ways: WaysOutHere, name: CameraName
) -> CameraDetail:
    """The ETag is what a change must send back in If-Match."""
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    loaded = hub.site.loaded()
    if name not in loaded.site.cameras:
        raise no_camera(name)
    response.headers["ETag"] = f'"{loaded.etag}"'
    return _detail(hub, ways, user, name)


@router.post("", status_code=201, summary="Add a camera", response_model=CameraDetail)
async def add(
    request: Request, response: Response, user: Technician, ways: WaysOutHere, asked: CameraIn
) -> CameraDetail:
    """Writes site.yaml. A password in an address goes to the secrets file."""
    hub = services(request)
    if asked.name in ways.cameras:
        raise ProblemError(
            409,
            "camera-exists",
            T("There is a camera of that name already."),
            remedy=T("Choose another name."),
        )
    drawn = drafted(asked.camera, None)
    await check_camera(drawn, None, loopback=ways.recorded_only)

    def write() -> SavedEdit:
        kept = with_kept_passwords(hub, asked.name, drawn)
        return saved(hub, None, lambda document: _added(document, asked.name, kept))

    fresh = await asyncio.to_thread(write)
    await note(request, "camera.add", asked.name, source=redact(drawn.source), **fresh.facts)
    response.headers["ETag"] = f'"{fresh.etag}"'
    return _detail(hub, _now(hub, ways), user, asked.name)


@router.put("/{name}", summary="Change a camera", response_model=CameraDetail)
async def change(
    *,
    request: Request,
    response: Response,
    user: Technician,
    ways: WaysOutHere,
    name: CameraName,
    asked: dict[str, Any],
    if_match: IfMatch = None,
) -> CameraDetail:
    """The whole camera, with the keys of site.yaml. Only this camera is reloaded."""
    hub = services(request)
    version = wanted_version(if_match)
    held = _held(ways, name)
    drawn = drafted(asked, held)
    await check_camera(drawn, held, loopback=ways.recorded_only)

    def write() -> SavedEdit:
        kept = with_kept_passwords(hub, name, drawn)
        return saved(hub, version, lambda document: document.set_camera(name, kept))

    fresh = await asyncio.to_thread(write)
    await note(request, "camera.change", name, keys=_changed(held, drawn), **fresh.facts)
    response.headers["ETag"] = f'"{fresh.etag}"'
    return _detail(hub, _now(hub, ways), user, name)


@router.delete("/{name}", status_code=204, summary="Remove a camera")
async def remove(
    request: Request,
    _: Technician,
    ways: WaysOutHere,
    name: CameraName,
    if_match: IfMatch = None,
) -> None:
    """Its past measures stay."""
    hub = services(request)
    version = wanted_version(if_match)
    _held(ways, name)
    fresh = await asyncio.to_thread(
        saved, hub, version, lambda document: document.remove_camera(name)
    )
    hub.board.forget(name)
    await note(request, "camera.remove", name, **fresh.facts)


@router.put("/{name}/shapes", summary="Change masks, lines and zones", response_model=CameraDetail)
async def change_shapes(
    *,
    request: Request,
    response: Response,
    user: Technician,
    ways: WaysOutHere,
    name: CameraName,
    shapes: ShapesIn,
    if_match: IfMatch = None,
) -> CameraDetail:
    """All of them: what is absent is removed."""
    hub = services(request)
    version = wanted_version(if_match)
    held = _held(ways, name)
    fresh = await asyncio.to_thread(
        saved, hub, version, lambda document: _shaped(document, name, shapes)
    )
    await note(
        request,
        "camera.shapes",
        name,
        masks=f"{len(held.masks)} → {len(shapes.masks)}",
        lines=sorted(shapes.lines),
        zones=sorted(shapes.zones),
        **fresh.facts,
    )
    response.headers["ETag"] = f'"{fresh.etag}"'
    return _detail(hub, _now(hub, ways), user, name)


@router.post("/{name}/shapes/diff", summary="What new shapes would write", response_model=DiffOut)
async def shapes_diff(
    request: Request, _: Technician, ways: WaysOutHere, name: CameraName, shapes: ShapesIn
) -> DiffOut:
    """Nothing is written."""
    _held(ways, name)
    hub = services(request)
    return DiffOut(
        diff=await asyncio.to_thread(
            difference, hub, lambda document: _shaped(document, name, shapes)
        )
    )


@router.post("/test", summary="Try to open a stream", response_model=TestOut)
async def test(request: Request, _: Technician, ways: WaysOutHere, asked: TestIn) -> TestOut:
    """Opens the stream, decodes one picture and forgets it."""
    held = _held(ways, asked.camera) if asked.camera is not None else None
    source = address_meant(asked.source, held)
    if held is None or source not in (held.source, held.sub_source):
        await check_address(source, held, loopback=ways.recorded_only)
    if ways.recorded_only:
        check_recorded(source)
    # A bare address belongs to no camera: it is stopped when everything is.
    check_running(services(request).control, asked.camera or "")
    await note(request, "camera.test", asked.camera or "", source=redact(source))
    try:
        async with _PROBES_AT_ONCE, asyncio.timeout(_PROBE_TIMEOUT_S):
            probing = services(request).desk.probe(source)
            found = await room_of(request).look(asked.camera or "", probing)
    except TimeoutError:
        raise ProblemError(
            504,
            "camera",
            T("The camera could not be reached."),
            T("It did not answer in time."),
            T("Check that it is switched on and on the same network."),
        ) from None
    return TestOut(
        ok=found.ok,
        codec=found.codec,
        width=found.width,
        height=found.height,
        fps=found.fps,
        elapsed_s=found.elapsed_s,
        reason=redact(_in_words(request, found.reason)),
        remedies=tuple(_in_words(request, one) for one in found.remedies),
    )


def _in_words(request: Request, text: str) -> str:
    """A constant of the desk's in the reader's language; other texts as they are."""
    language = language_of(request)
    said = catalogue(language).gettext(text) if text else ""
    return french_spaces(said) if language == "fr" else said


def _held(ways: WaysOut, name: str) -> Camera:
    held = ways.cameras.get(name)
    if held is None:
        raise no_camera(name)
    return held


def _added(document: SiteDocument, name: str, camera: Camera) -> SiteDocument:
    if name in document.site.cameras:
        raise ProblemError(409, "camera-exists", T("There is a camera of that name already."))
    return document.set_camera(name, camera)


def _shaped(document: SiteDocument, name: str, shapes: ShapesIn) -> SiteDocument:
    try:
        return (
            document.set_masks(name, shapes.masks)
            .set_lines(name, shapes.lines)
            .set_zones(name, shapes.zones)
        )
    except KeyError:
        raise no_camera(name) from None


def _now(hub: HubServices, ways: WaysOut) -> WaysOut:
    cameras = hub.site.loaded().site.cameras
    return WaysOut(hub.gate(), ways.role, cameras, hub.clock(), hub.extent)


def _changed(held: Camera, drawn: Camera) -> list[str]:
    return [key for key in Camera.model_fields if getattr(held, key) != getattr(drawn, key)]


def _said(hub: HubServices, ways: WaysOut, name: str) -> dict[str, Any]:
    held = ways.cameras[name]
    sighting = hub.board.latest().get(name)
    told = sighting is not None and sighting.freshness(ways.now_s) is not Freshness.NONE
    said = held.model_dump(exclude={"source", "sub_source"})
    return said | {
        "name": name,
        "state": sighting.state.stream.state if sighting is not None and told else None,
        "stopped": hub.control.is_stopped(name),
    }


def _detail(hub: HubServices, ways: WaysOut, user: User, name: str) -> CameraDetail:
    held = _held(ways, name)
    address = None
    if may(user, Role.TECHNICIAN):
        sub = held.sub_source
        address = SourceShape(source=redact(held.source), sub_source=sub and redact(sub))
    return CameraDetail(**_said(hub, ways, name), address=address)
