"""Places added, changed and removed from a screen: written to site.yaml, its comments kept."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from parvis.policy.terms import Role
from parvis.server.api.cameras import DiffOut
from parvis.server.api.places import no_place
from parvis.server.auth import User, require
from parvis.server.services import services
from parvis.server.site_edits import difference, saved, wanted_version
from parvis.server.trail import note
from parvis.site.fields import Name
from parvis.site.place import Place

router = APIRouter(prefix="/places/{name}", tags=["map"])

Technician = Annotated[User, Depends(require(Role.TECHNICIAN))]
PlaceName = Annotated[Name, Path(description="Its name in site.yaml.")]
IfMatch = Annotated[str | None, Header(description="The ETag that the change is meant for.")]


@router.put("", status_code=204, summary="Add a place, or change one")
async def change_place(
    *,
    request: Request,
    response: Response,
    _: Technician,
    name: PlaceName,
    place: Place,
    if_match: IfMatch = None,
) -> None:
    """The whole place, with the keys of site.yaml; the ETag of the new version comes back."""
    hub = services(request)
    version = wanted_version(if_match)
    added = name not in hub.site.loaded().site.places
    fresh = await asyncio.to_thread(
        saved, hub, version, lambda document: document.set_place(name, place)
    )
    await note(request, "place.add" if added else "place.change", name, **fresh.facts)
    response.headers["ETag"] = f'"{fresh.etag}"'


@router.post("/diff", summary="What a place would write", response_model=DiffOut)
async def place_diff(request: Request, _: Technician, name: PlaceName, place: Place) -> DiffOut:
    """Nothing is written."""
    hub = services(request)
    return DiffOut(
        diff=await asyncio.to_thread(
            difference, hub, lambda document: document.set_place(name, place)
        )
    )


@router.delete("", status_code=204, summary="Remove a place")
async def remove_place(
    request: Request, _: Technician, name: PlaceName, if_match: IfMatch = None
) -> None:
    """Its past measures stay, as do the cameras, zones and lines that measured it."""
    hub = services(request)
    version = wanted_version(if_match)
    if name not in hub.site.loaded().site.places:
        raise no_place(name)
    fresh = await asyncio.to_thread(
        saved, hub, version, lambda document: document.remove_place(name)
    )
    await note(request, "place.remove", name, **fresh.facts)
