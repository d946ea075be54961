"""Searching the local network for cameras: only when a technician asks, and logged."""

import asyncio
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from parvis.policy.terms import Role
from parvis.server.addresses import check_address
from parvis.server.api.setup_sessions import desk_problem
from parvis.server.api.shapes import Answer
from parvis.server.auth import User, require
from parvis.server.desk import DeskError
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices, services
from parvis.server.trail import note
from parvis.server.ways_out import WaysOutHere
from parvis.site.places import place_of

router = APIRouter(prefix="/cameras/search", tags=["cameras"])

Technician = Annotated[User, Depends(require(Role.TECHNICIAN))]

_ONE_AT_A_TIME = asyncio.Semaphore(1)


class FoundOut(Answer):
    """A camera that answered."""

    address: str
    service: str = Field(description="Its ONVIF device service, to ask for its streams.")
    name: str = Field(description="What it calls itself.")
    hardware: str
    location: str
    known: str | None = Field(description="The label of a camera of the site at this address.")


class AskIn(BaseModel):
    """Whom to ask for its streams, and as whom."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    service: str = Field(max_length=500)
    user: str = Field(default="", max_length=100)
    password: str = Field(default="", max_length=200)


class StreamsOut(Answer):
    """Where it streams: addresses without user or password."""

    main: str
    sub: str | None


@router.post("", summary="Search the local network", response_model=list[FoundOut])
async def search(request: Request, _: Technician, ways: WaysOutHere) -> list[FoundOut]:
    """Send a WS-Discovery probe on every network card and list who answers. Logged."""
    _refuse_demonstration(recorded_only=ways.recorded_only)
    hub = services(request)
    await note(request, "camera.search", "network")
    try:
        async with _ONE_AT_A_TIME:
            found = await hub.desk.search()
    except DeskError as error:
        raise desk_problem(error) from error
    known = _known(hub)
    return [
        FoundOut(
            address=one.address,
            service=one.service,
            name=one.name,
            hardware=one.hardware,
            location=one.location,
            known=known.get(one.address),
        )
        for one in found
    ]


@router.post("/streams", summary="Ask a camera for its streams", response_model=StreamsOut)
async def streams(request: Request, _: Technician, ways: WaysOutHere, asked: AskIn) -> StreamsOut:
    """By ONVIF GetProfiles and GetStreamUri. The password is used once and kept nowhere."""
    _refuse_demonstration(recorded_only=ways.recorded_only)
    await _check_service(asked.service)
    hub = services(request)
    await note(request, "camera.ask", urlsplit(asked.service).hostname or "")
    try:
        async with _ONE_AT_A_TIME:
            told = await hub.desk.ask_streams(asked.service, asked.user, asked.password)
    except DeskError as error:
        raise ProblemError(
            502,
            "camera",
            T("The camera did not tell its streams."),
            T(error.reason),
            T(error.remedies[0]) if error.remedies else None,
        ) from error
    return StreamsOut(main=told.main, sub=told.sub)


async def _check_service(service: str) -> None:
    """Only what a search can have found: http, at an address in figures where cameras are."""
    try:
        parts = urlsplit(service)
        sound = parts.scheme in ("http", "https") and place_of(parts.hostname or "") is not None
    except ValueError:
        sound = False
    if not sound or "${" in service or "@" in service:
        raise ProblemError(
            422,
            "address",
            T("This address is not asked from a screen."),
            remedy=T("Search the network again and choose a camera of the list."),
        )
    await check_address(service, None, loopback=False)


def _refuse_demonstration(*, recorded_only: bool) -> None:
    if recorded_only:
        raise ProblemError(
            403,
            "recorded-only",
            T("No camera is searched for here."),
            T("The profile in force is a demonstration: no real camera is looked at."),
            T("Name the profile that your legal basis allows in site.yaml."),
        )


def _known(hub: HubServices) -> dict[str, str]:
    """Labels of the site's cameras by the host of their streams."""
    found = {}
    for camera in hub.site.loaded().site.cameras.values():
        for source in (camera.source, camera.sub_source):
            try:
                host = urlsplit(source or "").hostname
            except ValueError:
                continue
            if host:
                found[host] = camera.label
    return found
