"""The ground of a camera: tried before it is saved, saved as its shapes are."""

import asyncio
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from parvis.ground.calibration import Calibration
from parvis.ground.from_site import CameraGround, ground_of
from parvis.ground.outline import error_field, usable_area
from parvis.ground.refusals import CalibrationRefusedError
from parvis.policy.terms import Role
from parvis.server.api.cameras import DiffOut
from parvis.server.api.setup_sessions import no_camera
from parvis.server.api.shapes import Answer
from parvis.server.auth import User, require
from parvis.server.errors import language_of
from parvis.server.i18n import Words
from parvis.server.services import HubServices, services, zone_of
from parvis.server.site_edits import SavedEdit, difference, saved, wanted_version
from parvis.server.town.frame import frame_of, frame_size
from parvis.server.town.refusal_words import refusal_said
from parvis.server.trail import note
from parvis.server.ways_out import WaysOutHere
from parvis.site.edit import SiteDocument
from parvis.site.fields import Name
from parvis.site.ground import Ground

router = APIRouter(prefix="/cameras/{name}/ground", tags=["cameras"])

Technician = Annotated[User, Depends(require(Role.TECHNICIAN))]
CameraName = Annotated[Name, Path(description="The camera's name in site.yaml.")]
IfMatch = Annotated[str | None, Header(description="The ETag that the change is meant for.")]

FIELD_COLUMNS, FIELD_ROWS = 40, 24
FIELD_PX = 3.0
"""Error in the picture for which the field is told: what a foot of a person of 120 pixels has."""


class GroundIn(BaseModel):
    """A camera's ground with the keys of site.yaml; null removes it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    ground: Ground | None


class Refusal(Answer):
    """Why a ground cannot be right."""

    kind: str
    reason: str = Field(description="In the reader's language.")
    remedy: str
    points: tuple[int, ...] = Field(description="Points concerned, from 0.")
    lengths: tuple[int, ...] = Field(description="Known lengths concerned, from 0.")


class GroundTried(Answer):
    """What a calibration would give."""

    refusal: Refusal | None
    off_m: tuple[float | None, ...] = Field(
        description="Of each point, how far off the others put it, metres; null of four points."
    )
    left_aside: tuple[int, ...] = Field(description="Points that the others agree without.")
    worst_first: tuple[int, ...]
    off_share: tuple[float, ...] = Field(description="Of each length, how far off, a part of it.")
    usable: tuple[tuple[float, float], ...] = Field(
        description="Outline of the part of the picture with measures in metres, parts of it."
    )
    seen: tuple[tuple[float, float], ...] = Field(
        description="The same outline on the map; empty where the map has no place for it."
    )
    error_m: tuple[tuple[float | None, ...], ...] = Field(
        description="Standard error of a position, metres, in equal cells of the picture from its "
        "top; null where positions are withheld."
    )
    error_px: float = Field(description="Standard error in the picture that it is told for.")
    height_m: float | None = Field(description="How high the camera would hang.")
    tilt_deg: float | None
    nearest_m: float | None = Field(description="Metres under the pixel that covers least.")


@router.post("/try", summary="Try a ground", response_model=GroundTried)
async def try_ground(
    request: Request, _: Technician, ways: WaysOutHere, name: CameraName, asked: GroundIn
) -> GroundTried:
    """Nothing is written. A refusal says which points to mend."""
    hub = services(request)
    if name not in ways.cameras:
        raise no_camera(name)
    words = Words(language_of(request), zone_of(hub))
    return await asyncio.to_thread(tried, hub, words, name, asked.ground)


@router.put("", status_code=204, summary="Change a camera's ground")
async def change_ground(
    *,
    request: Request,
    response: Response,
    _: Technician,
    ways: WaysOutHere,
    name: CameraName,
    asked: GroundIn,
    if_match: IfMatch = None,
) -> None:
    """Writes site.yaml, comments kept; the ETag of the new version comes back."""
    hub = services(request)
    version = wanted_version(if_match)
    if name not in ways.cameras:
        raise no_camera(name)

    def write() -> SavedEdit:
        return saved(hub, version, lambda document: _grounded(document, name, asked.ground))

    fresh = await asyncio.to_thread(write)
    points = len(asked.ground.points) if asked.ground else 0
    lengths = len(asked.ground.lengths) if asked.ground else 0
    await note(request, "camera.ground", name, points=points, lengths=lengths, **fresh.facts)
    response.headers["ETag"] = f'"{fresh.etag}"'


@router.post("/diff", summary="What a new ground would write", response_model=DiffOut)
async def ground_diff(
    request: Request, _: Technician, ways: WaysOutHere, name: CameraName, asked: GroundIn
) -> DiffOut:
    """Nothing is written."""
    if name not in ways.cameras:
        raise no_camera(name)
    hub = services(request)
    return DiffOut(
        diff=await asyncio.to_thread(
            difference, hub, lambda document: _grounded(document, name, asked.ground)
        )
    )


def _grounded(document: SiteDocument, name: str, ground: Ground | None) -> SiteDocument:
    try:
        return document.set_ground(name, ground)
    except KeyError:
        raise no_camera(name) from None


def tried(hub: HubServices, words: Words, name: str, ground: Ground | None) -> GroundTried:
    """What a ground would give for the frames of a camera; blocking."""
    if ground is None:
        return _empty(None)
    try:
        found = ground_of(ground, frame_size(hub, name))
    except CalibrationRefusedError as error:
        reason, remedy = refusal_said(error, words)
        kind = type(error).__name__.removesuffix("Error")
        return _empty(
            Refusal(
                kind=kind,
                reason=reason,
                remedy=remedy,
                points=error.points,
                lengths=error.lengths,
            )
        )
    return _told(hub, found, ground)


def _told(hub: HubServices, found: CameraGround, ground: Ground) -> GroundTried:
    calibration, area = found.calibration, usable_area(found.map)
    seen = frame_of(hub.site.loaded().site).of_ground(area.ground, ground, found.plane)
    told: dict[str, Any] = {"off_m": (), "left_aside": (), "worst_first": (), "off_share": ()}
    if isinstance(calibration, Calibration):
        told |= {
            "off_m": tuple(
                None if np.isnan(off) else round(float(off), 3) for off in calibration.left_out_m
            ),
            "left_aside": calibration.outliers,
            "worst_first": calibration.worst_first(),
        }
    else:
        told["off_share"] = tuple(round(float(off), 4) for off in calibration.errors)
    camera = calibration.camera
    corners = area.image * (found.map.size.width, found.map.size.height)
    near = found.map.metres_per_pixel(corners) if len(corners) else np.array([])
    return GroundTried(
        refusal=None,
        usable=tuple((round(float(x), 4), round(float(y), 4)) for x, y in area.image),
        seen=tuple((float(x), float(y)) for x, y in seen) if seen is not None else (),
        error_m=_field(found),
        error_px=FIELD_PX,
        height_m=round(camera.height_m, 2) if camera else None,
        tilt_deg=round(camera.tilt_deg, 1) if camera else None,
        nearest_m=round(float(near.min()), 4) if near.size else None,
        **told,
    )


def _field(found: CameraGround) -> tuple[tuple[float | None, ...], ...]:
    field = error_field(found.map, FIELD_COLUMNS, FIELD_ROWS, FIELD_PX)
    return tuple(
        tuple(None if np.isnan(metres) else round(float(metres), 3) for metres in row)
        for row in field
    )


def _empty(refusal: Refusal | None) -> GroundTried:
    return GroundTried(
        refusal=refusal,
        off_m=(),
        left_aside=(),
        worst_first=(),
        off_share=(),
        usable=(),
        seen=(),
        error_m=(),
        error_px=FIELD_PX,
        height_m=None,
        tilt_deg=None,
        nearest_m=None,
    )
