"""Corrections of counts: nothing is corrected unless a person accepts it, and never the past."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from parvis.policy.terms import Role
from parvis.server import checking
from parvis.server.api.check_answers import CorrectionOut, correction_out
from parvis.server.api.checks import not_known
from parvis.server.api.reason import Reason
from parvis.server.api.shapes import Answer
from parvis.server.auth import User, require
from parvis.server.line_errors import MOST_POOLED, line_errors, still_valid
from parvis.server.problems import ProblemError, T
from parvis.server.services import services, zone_of
from parvis.server.trail import note
from parvis.site.fields import Name
from parvis.store.corrections import Correction

router = APIRouter(prefix="/corrections", tags=["count checks"])

Technician = Annotated[User, Depends(require(Role.TECHNICIAN))]
Reader = Annotated[User, Depends(require(Role.TECHNICIAN, Role.ANALYST, Role.DPO))]


class AcceptIn(BaseModel):
    """Which check a correction is accepted after, and why."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    check: str = Field(max_length=64)
    reason: Reason


class WithdrawIn(BaseModel):
    """Which line is shown without correction again, and why."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    camera: Name
    line: Name
    reason: Reason


class CorrectionsOut(Answer):
    """Corrections, by their beginning."""

    corrections: tuple[CorrectionOut, ...]


@router.get("", summary="Every correction there was")
async def listing(
    request: Request,
    user: Reader,
    camera: Annotated[Name | None, Query(description="A camera's name.")] = None,
) -> CorrectionsOut:
    """Those in force have no end."""
    hub = services(request)
    kept = await asyncio.to_thread(hub.store.corrections.all, camera)
    found = [one for one in kept if checking.covers(hub, one.camera, one.line)]
    return CorrectionsOut(corrections=tuple(correction_out(one, zone_of(hub)) for one in found))


@router.post("", status_code=201, summary="Accept a correction")
async def accept(request: Request, asked: AcceptIn, user: Technician) -> CorrectionsOut:
    """Factors of the line in the check's light, by all of its valid checks, from now on.

    The raw counts stay what they are; a correction is shown beside them.
    """
    hub = services(request)
    check = await checking.get(hub, asked.check)
    camera = hub.site.loaded().site.cameras.get(check.camera)
    model = checking.model_now(hub, check.camera)
    if check.result is None:
        raise not_known()
    if camera is None or not still_valid(check, camera, model):
        raise ProblemError(
            409,
            "check-stale",
            T("This check says nothing of the line as it is now."),
            T("The line, the camera's settings or its detector have changed since."),
            T("Count along again."),
        )
    checks = await asyncio.to_thread(
        hub.store.checks.results, check.camera, check.line, each=MOST_POOLED
    )
    same = [c for c in checks if c.light is check.light]
    now_s = hub.clock()
    used = tuple(c.id for c in same if still_valid(c, camera, model))
    wanted = [
        Correction(
            check.camera,
            check.line,
            check.light,
            direction,
            tapped,
            error.ratio,
            max(0.0, error.ratio - error.ratio_90),
            error.ratio + error.ratio_90,
            now_s,
            user.name,
            asked.reason,
            used,
        )
        for (_, _, direction, tapped), error in line_errors(camera, same, model).items()
    ]
    target = f"{check.camera}.{check.line}"
    factors = {f"{one.tapped}.{one.direction}": one.factor for one in wanted}
    await note(request, "correction.accept", target, asked.reason, check=check.id, factors=factors)
    for one in wanted:
        await asyncio.to_thread(hub.store.corrections.accept, one)
    return await listing(request, user, check.camera)


@router.post("/withdrawal", summary="Show the counts of a line without correction again")
async def withdraw(request: Request, asked: WithdrawIn, user: Technician) -> CorrectionsOut:
    """From now on; what was shown until now stays on record."""
    hub = services(request)
    target = f"{asked.camera}.{asked.line}"
    await note(request, "correction.withdraw", target, asked.reason)
    await asyncio.to_thread(hub.store.corrections.withdraw, asked.camera, asked.line, hub.clock())
    return await listing(request, user, asked.camera)
