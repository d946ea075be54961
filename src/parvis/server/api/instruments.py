"""Instruments: the recorded legal acts; an administrator records, the DPO reads."""

import asyncio
import math
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from parvis.policy.terms import Role
from parvis.server.acts import Standing, demand_sound, no_act, record, standing
from parvis.server.api.reason import Reason
from parvis.server.api.shapes import Answer
from parvis.server.auth import User, require
from parvis.server.law import act_of
from parvis.server.problems import ProblemError
from parvis.server.ranges import iso, moment
from parvis.server.services import HubServices, services, zone_of
from parvis.server.trail import origin
from parvis.store.instruments import RecordedAct

router = APIRouter(prefix="/instruments", tags=["instruments"])

Recorder = Annotated[User, Depends(require(Role.ADMINISTRATOR))]
Reader = Annotated[User, Depends(require(Role.ADMINISTRATOR, Role.DPO))]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

Words = Annotated[str, Field(max_length=500)]
Names = Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=10_000)]


class ActIn(BaseModel):
    """What an act says. A field that is missing refuses it, by its name."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "example": {
                "authority": "Préfecture de l'Exemple",
                "reference": "Arrêté n° 2026-123 du 2 novembre 2026",
                "events": ["excessive-density"],
                "purposes": [],
                "perimeter": "Quai Nord, du pont à la gare",
                "cameras": ["quai"],
                "starts": "2026-12-01T08:00+01:00",
                "ends": "2026-12-24T23:00+01:00",
                "attestation": "J'atteste que cet arrêté existe et dit cela. C. Martin, DGS",
                "reason": "Marché de Noël",
            }
        },
    )

    authority: Words = Field(default="", description="Who signed it.")
    reference: Words = Field(default="", description="Its number and date, as it is cited.")
    events: Names = Field(default=(), description="Names of what it lets rules watch for.")
    purposes: Names = Field(default=(), description="What it lets rules serve, in their words.")
    perimeter: Words = Field(default="", description="Where it holds.")
    cameras: Names = Field(default=(), description="Names of the cameras inside the perimeter.")
    starts: Annotated[str, Field(max_length=40)] = Field(default="", description="ISO 8601.")
    ends: Annotated[str, Field(max_length=40)] = Field(default="", description="ISO 8601.")
    attestation: Words = Field(default="", description="Who attests that it exists and says this.")
    reason: Reason = Field(description="Why it is recorded or changed. Kept in the log.")


class ChangeIn(ActIn):
    """Another version of an act: the whole of it anew."""

    version: Annotated[int, Field(ge=1)] = Field(description="The version that this one follows.")


class WithdrawIn(BaseModel):
    """Which act ends now, and why."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    version: Annotated[int, Field(ge=1)] = Field(description="The version that stands.")
    reason: Reason


class ActOut(Answer):
    """One version of an act."""

    number: int
    version: int
    standing: Standing
    ends_soon: bool = Field(description="In force, and over within 30 days.")
    authority: str
    reference: str
    events: tuple[str, ...]
    purposes: tuple[str, ...]
    perimeter: str
    cameras: tuple[str, ...]
    starts: str
    ends: str
    attestation: str
    recorded: str
    recorded_by: str
    reason: str


class ActsOut(Answer):
    """Acts, or the versions of one."""

    instruments: tuple[ActOut, ...]


@router.get("", summary="Every act, as it stands")
async def listing(request: Request, _: Reader) -> ActsOut:
    """In the order in which they were recorded."""
    hub = services(request)
    found = await asyncio.to_thread(hub.store.instruments.present)
    return ActsOut(instruments=tuple(_out(hub, one) for one in found))


@router.get("/{number}", summary="The versions of an act")
async def versions(request: Request, number: Number, _: Reader) -> ActsOut:
    """The newest first; none is ever changed."""
    hub = services(request)
    found = await asyncio.to_thread(hub.store.instruments.versions, number)
    if not found:
        raise no_act(number)
    return ActsOut(instruments=tuple(_out(hub, one) for one in found))


@router.post("", status_code=201, summary="Record an act")
async def open_act(request: Request, asked: ActIn, user: Recorder) -> ActOut:
    """It opens what it names, between its beginning and its end, at its cameras. Logged."""
    return await written(request, asked, user)


@router.post("/{number}/versions", status_code=201, summary="Record another version of an act")
async def change_act(request: Request, number: Number, asked: ChangeIn, user: Recorder) -> ActOut:
    """The version before stays on record. Logged."""
    return await written(request, asked, user, number, asked.version)


@router.post("/{number}/withdrawal", status_code=201, summary="End an act now")
async def withdraw_act(
    request: Request, number: Number, asked: WithdrawIn, user: Recorder
) -> ActOut:
    """What it opened stops within two seconds. Its versions stay on record. Logged."""
    return await withdrawn(request, number, asked, user)


async def withdrawn(request: Request, number: int, asked: WithdrawIn, user: User) -> ActOut:
    """Record the version of an act that ends now.

    Raises:
        ProblemError: 404 without such an act, 409 when it has another version by now.
    """
    hub = services(request)
    now_s = hub.clock()
    found = await asyncio.to_thread(hub.store.instruments.versions, number)
    if not found:
        raise no_act(number)
    wanted = replace(
        found[0],
        version=asked.version,
        ends_s=min(found[0].ends_s, now_s),
        recorded_s=now_s,
        recorded_by=user.name,
        why=asked.reason,
    )
    return _out(hub, await asyncio.to_thread(record, hub, wanted, origin(request)))


async def written(
    request: Request, asked: ActIn, user: User, number: int = 0, version: int = 0
) -> ActOut:
    """Record what was asked.

    Args:
        number: of the act; 0 opens a new one.
        version: the one that this follows; 0 for a new act.

    Raises:
        ProblemError: 422 naming the fields that are missing or wrong; 409.
    """
    hub = services(request)
    now_s = hub.clock()
    wanted = RecordedAct(
        number,
        version,
        asked.authority.strip(),
        asked.reference.strip(),
        tuple(sorted(set(asked.events))),
        tuple(sorted({one.strip() for one in asked.purposes if one.strip()})),
        asked.perimeter.strip(),
        tuple(sorted(set(asked.cameras))),
        _time(hub, asked.starts),
        _time(hub, asked.ends),
        asked.attestation.strip(),
        now_s,
        user.name,
        asked.reason,
    )
    demand_sound(act_of(wanted), hub.site.loaded().site, hub.gate(), now_s)
    return _out(hub, await asyncio.to_thread(record, hub, wanted, origin(request)))


def _time(hub: HubServices, text: str) -> float:
    """Seconds since the epoch; NaN where there is no time, which the act is then refused for."""
    try:
        return moment(text, zone_of(hub)) if text.strip() else math.nan
    except ProblemError:
        return math.nan


def _out(hub: HubServices, act: RecordedAct) -> ActOut:
    zone, now_s = zone_of(hub), hub.clock()
    return ActOut(
        number=act.number,
        version=act.version,
        standing=standing(act, now_s),
        ends_soon=act_of(act).ends_soon(now_s),
        authority=act.authority,
        reference=act.reference,
        events=act.events,
        purposes=act.purposes,
        perimeter=act.perimeter,
        cameras=act.cameras,
        starts=iso(act.starts_s, zone),
        ends=iso(act.ends_s, zone),
        attestation=act.attestation,
        recorded=iso(act.recorded_s, zone),
        recorded_by=act.recorded_by,
        reason=act.why,
    )
