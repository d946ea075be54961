"""Holds: an authority asks that a kind of data be kept; deletion waits until the hold is over."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from parvis.policy.retention import terms
from parvis.policy.terms import Role
from parvis.server.api.reason import Reason
from parvis.server.api.shapes import Answer
from parvis.server.auth import User, require
from parvis.server.problems import ProblemError, T
from parvis.server.services import services
from parvis.server.trail import origin
from parvis.store.holds import Hold

router = APIRouter(prefix="/holds", tags=["compliance"])

Maker = Annotated[User, Depends(require(Role.ADMINISTRATOR))]
Reader = Annotated[User, Depends(require(Role.ADMINISTRATOR, Role.DPO))]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

LONGEST_S = 3 * 366 * 86_400.0
"""A hold is no way around retention: a longer one is made anew."""


class HoldIn(BaseModel):
    """What to keep, for whom, why and until when."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "example": {
                "kind": "alerts",
                "reason": "Procédure en cours",
                "authority": "Tribunal judiciaire, réquisition n° 2026/118",
                "from_s": 1795302000,
                "until_s": 1798000000,
            }
        },
    )

    kind: str = Field(max_length=40, description="A kind of data, as GET lists them.")
    reason: Reason
    authority: Annotated[str, Field(min_length=3, max_length=300)]
    from_s: float = Field(default=0.0, ge=0, description="What is younger stays; 0: all of it.")
    until_s: float = Field(description="When it ends by itself, seconds since the epoch.")


class HoldOut(Answer):
    """A hold."""

    id: int
    kind: str
    reason: str
    authority: str
    from_s: float
    until_s: float
    who: str
    made_s: float
    lifted_s: float | None
    state: Literal["in-force", "over", "lifted"]


class HoldsOut(Answer):
    """The holds, and the kinds of data that can be held."""

    kinds: tuple[str, ...]
    holds: tuple[HoldOut, ...]


class LiftIn(BaseModel):
    """Why a hold ends before its time."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Reason


@router.get("", summary="Holds on deletion", response_model=HoldsOut)
async def listing(request: Request, _: Reader) -> HoldsOut:
    """The newest first."""
    hub = services(request)
    found = await asyncio.to_thread(hub.store.holds.all)
    return HoldsOut(kinds=kinds(), holds=tuple(_out(one, hub.clock()) for one in found))


@router.post("", status_code=201, summary="Hold a kind of data", response_model=HoldOut)
async def make(request: Request, asked: HoldIn, user: Maker) -> HoldOut:
    """Deletion of it waits until the hold is over, which happens by itself. Logged."""
    hub = services(request)
    now_s = hub.clock()
    if asked.kind not in kinds():
        raise ProblemError(
            422,
            "no-kind",
            T("There is no such kind of data."),
            T("The kinds are: {kinds}.")(kinds=", ".join(kinds())),
        )
    if not now_s < asked.until_s <= now_s + LONGEST_S:
        raise ProblemError(
            422,
            "hold-end",
            T("A hold has an end, three years away at most."),
            remedy=T("Give a later day, or a nearer one; a hold can be made anew."),
        )
    new = Hold(
        asked.kind, asked.reason, asked.authority.strip(), asked.from_s, asked.until_s,
        user.name, now_s,
    )  # fmt: skip
    number = await asyncio.to_thread(hub.store.holds.make, new, origin(request))
    made = next(one for one in await asyncio.to_thread(hub.store.holds.all) if one.id == number)
    return _out(made, now_s)


@router.post("/{number}/lift", status_code=204, summary="End a hold")
async def lift(request: Request, number: Number, asked: LiftIn, user: Maker) -> None:
    """What was due is deleted at the next hour. Logged."""
    hub = services(request)
    done = await asyncio.to_thread(
        hub.store.holds.lift,
        number,
        who=user.name,
        why=asked.reason,
        at_s=hub.clock(),
        origin=origin(request),
    )
    if not done:
        raise ProblemError(404, "no-hold", T("There is no hold of that number in force."))


def kinds() -> tuple[str, ...]:
    """The kinds of data that can be held."""
    return tuple(one.kind for one in terms() if one.setting is not None)


def _out(one: Hold, now_s: float) -> HoldOut:
    state: Literal["in-force", "over", "lifted"] = "over"
    if one.lifted_s is not None:
        state = "lifted"
    elif one.in_force(now_s):
        state = "in-force"
    return HoldOut(
        id=one.id,
        kind=one.kind,
        reason=one.reason,
        authority=one.authority,
        from_s=one.from_s,
        until_s=one.until_s,
        who=one.who,
        made_s=one.made_s,
        lifted_s=one.lifted_s,
        state=state,
    )
