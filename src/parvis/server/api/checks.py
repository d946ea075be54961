"""Count checks: a person counts along a line, and Parvis is held against it."""

import asyncio
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from parvis.policy.terms import Role
from parvis.server import checking
from parvis.server.api.check_answers import CheckOut, ChecksOut, out
from parvis.server.api.reason import Reason
from parvis.server.api.setup_sessions import check_running
from parvis.server.auth import User, require
from parvis.server.line_errors import still_valid
from parvis.server.problems import ProblemError, T
from parvis.server.services import services, zone_of
from parvis.server.trail import note
from parvis.server.ways_out import WaysOutHere
from parvis.site.fields import Name, refused
from parvis.store.checks import MOST, Check
from parvis.values.checks import Act, Entry

router = APIRouter(prefix="/checks", tags=["count checks"])

Technician = Annotated[User, Depends(require(Role.TECHNICIAN))]
Reader = Annotated[User, Depends(require(Role.TECHNICIAN, Role.ANALYST, Role.DPO))]

MOST_ENTRIES = 20_000
"""No hand taps more in an hour; it bounds what a broken phone can send."""


class PageIn(BaseModel):
    """Which checks."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    camera: Name | None = Field(default=None, description="A camera's name.")
    line: Name | None = Field(default=None, description="A line of it.")
    before: str | None = Field(
        default=None, max_length=64, description="`next` of the page before."
    )
    limit: int = Field(default=50, ge=1, le=MOST, description="Checks a page.")


class CheckIn(BaseModel):
    """Which line to count along, why, and for how long."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    camera: Name
    line: Name
    reason: Reason
    minutes: int = Field(default=15, ge=1, le=60)


class EntryIn(BaseModel):
    """One act on the pad, under an id that the phone gave it; sent again it changes nothing."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id: str = Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")
    time_s: float = Field(description="Seconds since the epoch on the server's clock.")
    act: Act
    direction: int | None = Field(default=None, ge=0, le=1)
    object_class: str | None = Field(default=None, description="person, bicycle or vehicle")
    of: str | None = Field(default=None, max_length=40, description="The tap that an undo takes.")

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        try:
            self.entry()
        except ValueError as error:
            raise refused("entry", str(error), "send a tap with its direction and class") from None
        return self

    def entry(self) -> Entry:
        """The same as a value."""
        return Entry(self.id, self.time_s, self.act, self.direction, self.object_class, self.of)


class EntriesIn(BaseModel):
    """A batch of acts, in any order."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    entries: tuple[EntryIn, ...] = Field(max_length=1000)


class FinishIn(BaseModel):
    """When the person stopped counting."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    end_s: float = Field(description="Seconds since the epoch on the server's clock.")


class SignIn(BaseModel):
    """Who vouches for a result."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str = Field(min_length=2, max_length=120, pattern=r"\S")


async def _own(
    request: Request, user: Technician, check_id: Annotated[str, Path(max_length=64)]
) -> Check:
    """A check that this person counts, and that still takes entries."""
    hub = services(request)
    check = await checking.get(hub, check_id)
    if check.who != user.name:
        raise ProblemError(
            403,
            "not-yours",
            T("Someone else counts here."),
            T("A check is counted by the person who began it."),
            T("Begin a check of your own."),
        )
    return check


Own = Annotated[Check, Depends(_own)]


@router.post("", status_code=201, summary="Begin to count along a line")
async def begin(request: Request, asked: CheckIn, user: Technician, ways: WaysOutHere) -> CheckOut:
    """Counting begins three seconds later. It is logged with its reason."""
    hub = services(request)
    wanted = checking.Wanted(asked.camera, asked.line, asked.reason, asked.minutes)
    check = checking.drawn(hub, wanted, user.name)
    check_running(hub.control, asked.camera)
    checking.demand_check(ways, wanted)
    await note(request, "check.begin", f"{check.camera}.{check.line}", check.reason, check=check.id)
    await asyncio.to_thread(hub.store.checks.begin, check)
    return await _told(request, ways, check)


@router.get("", summary="Checks of a line, of a camera or of all, a page at a time")
async def listing(
    request: Request, user: Reader, ways: WaysOutHere, asked: Annotated[PageIn, Query()]
) -> ChecksOut:
    """The newest first."""
    hub = services(request)
    page = await asyncio.to_thread(
        hub.store.checks.page,
        asked.camera,
        asked.line,
        before=asked.before,
        limit=asked.limit,
    )
    seen = [one for one in page.checks if checking.covers(hub, one.camera, one.line)]
    told = [await _told(request, ways, check) for check in seen]
    return ChecksOut(checks=tuple(told), next=page.next)


@router.get("/{check_id}", summary="A check, with its result once it is known")
async def one(
    request: Request,
    user: Reader,
    ways: WaysOutHere,
    check_id: Annotated[str, Path(max_length=64)],
) -> CheckOut:
    """After the end the result takes some seconds: until then the state is ``settling``."""
    hub = services(request)
    check = await checking.settled(hub, await checking.get(hub, check_id))
    return await _told(request, ways, check)


@router.post("/{check_id}/entries", summary="Hand in what was tapped")
async def entries(request: Request, check: Own, given: EntriesIn) -> dict[str, int]:
    """Kept once each, whatever comes twice or late; answers how many were new."""
    hub = services(request)
    if check.result is not None or hub.clock() >= check.limit_s:
        raise ProblemError(
            409,
            "check-over",
            T("This count check is over."),
            T("Its result is written, or it was given up."),
            T("Begin a new one."),
        )
    held = await asyncio.to_thread(hub.store.checks.entries, check.id)
    if len(held) + len(given.entries) > MOST_ENTRIES:
        raise ProblemError(409, "check-full", T("Too much was tapped."))
    acts = [entry.entry() for entry in given.entries]
    return {"new": await asyncio.to_thread(hub.store.checks.add, check.id, acts)}


@router.post("/{check_id}/finish", summary="Stop counting")
async def finish(request: Request, check: Own, given: FinishIn, ways: WaysOutHere) -> CheckOut:
    """Hand in all entries first. The end is at most now, and stands once given."""
    hub = services(request)
    end_s = max(check.start_s, min(given.end_s, hub.clock()))
    if check.end_s is None:
        await note(request, "check.finish", f"{check.camera}.{check.line}", check=check.id)
        await asyncio.to_thread(hub.store.checks.end, check.id, end_s)
    return await _told(request, ways, await checking.get(hub, check.id))


@router.post("/{check_id}/signature", summary="Vouch for a result")
async def sign(
    request: Request,
    user: Technician,
    ways: WaysOutHere,
    check_id: Annotated[str, Path(max_length=64)],
    given: SignIn,
) -> CheckOut:
    """The first signature stands; it is logged."""
    hub = services(request)
    check = await checking.get(hub, check_id)
    if check.result is None:
        raise not_known()
    if check.signed_by is None:
        name = given.name.strip()
        target = f"{check.camera}.{check.line}"
        await note(request, "check.sign", target, check=check.id, name=name)
        await asyncio.to_thread(hub.store.checks.sign, check.id, name, hub.clock())
    return await _told(request, ways, await checking.get(hub, check.id))


def not_known() -> ProblemError:
    """The problem of a check without a result."""
    return ProblemError(
        409,
        "no-result",
        T("This check has no result yet."),
        T("It is still counted, or was given up."),
        T("Finish it first."),
    )


async def _told(request: Request, ways: WaysOutHere, check: Check) -> CheckOut:
    hub = services(request)
    site = hub.site.loaded().site
    camera = site.cameras.get(check.camera)
    model = checking.model_now(hub, check.camera)
    return out(
        check,
        site,
        zone_of(hub),
        state=checking.state_of(check, hub.clock()),
        valid=camera is not None and still_valid(check, camera, model),
        withheld=checking.withheld(ways, check),
    )
