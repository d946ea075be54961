"""Health, metrics, and the stops that a person orders."""

import asyncio
import hmac
import time
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from parvis.policy.terms import OutputKind, Role
from parvis.server import metrics
from parvis.server.api.live import view
from parvis.server.api.reason import Reason
from parvis.server.api.setup_sessions import desk_problem, no_camera, room_of
from parvis.server.api.shapes import Answer, CameraNow
from parvis.server.auth import User, current_user, require
from parvis.server.desk import DeskError
from parvis.server.live import Freshness
from parvis.server.problems import ProblemError, T
from parvis.server.services import services
from parvis.server.stoppable import cameras_of, exists, text_of
from parvis.server.trail import note
from parvis.server.ways_out import WaysOut, WaysOutHere, ways_out_of
from parvis.site.fields import Name, refused
from parvis.values.live import CameraState
from parvis.values.stops import EVERYTHING, Target, What

router = APIRouter(tags=["system"])
outside = APIRouter(include_in_schema=False)
"""What stands outside of /api/v1: what monitoring expects at the root."""

Stopper = Annotated[
    User, Depends(require(Role.OPERATOR, Role.TECHNICIAN, Role.ADMINISTRATOR, Role.DPO))
]
Starter = Annotated[User, Depends(require(Role.TECHNICIAN))]

STOP_TIMEOUT_S = 2.0
ALL = "all"


class OrderIn(BaseModel):
    """What to stop or start, and why."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"example": {"camera": "quai", "reason": "Demande du DPO"}},
    )

    camera: Name | None = Field(default=None, description="A camera's name, or `all`.")
    place: Name | None = Field(
        default=None, description="A place's name: every camera that sees it."
    )
    use: Annotated[str, Field(max_length=200)] | None = Field(
        default=None,
        description=(
            "A use: `alerts`, `alerts.KIND`, `measures`, `measures.KIND`, `purpose.NAME`, "
            "`publication` or `publication.CHANNEL`."
        ),
    )
    reason: Reason

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.camera, self.place, self.use)) != 1:
            raise refused("camera", "an order is about one thing", "give camera, place or use")
        return self

    @property
    def target(self) -> Target:
        """What it is about."""
        if self.place is not None:
            return Target(What.PLACE, self.place)
        if self.use is not None:
            return Target(What.USE, self.use)
        return EVERYTHING if self.camera == ALL else Target(What.CAMERA, self.camera or "")


class OrderOut(Answer):
    """What the order did."""

    target: str = Field(description="`all`, `camera:NAME`, `place:NAME` or `use:NAME`.")
    stopped: bool
    confirmed: bool = Field(description="False when the workers did not answer within 2 s.")
    took_s: float = Field(description="Seconds from the order to its effect.")


class HealthOut(Answer):
    """How the site is."""

    status: Literal["ok", "degraded"]
    profile: str
    now_s: float
    cameras: tuple[CameraNow, ...]


@router.get("/health", summary="Health of the system", response_model=HealthOut)
def health(request: Request, ways: WaysOutHere) -> HealthOut:
    """Every camera's health; `degraded` when one that should run does not, or runs too slowly."""
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    sightings = hub.board.latest()
    cameras = tuple(view(hub, ways, name, sightings.get(name)) for name in ways.cameras)
    return HealthOut(
        status="ok" if all(_well(camera) for camera in cameras) else "degraded",
        profile=ways.gate.profile.name,
        now_s=ways.now_s,
        cameras=cameras,
    )


@router.post(
    "/stop", summary="Stop a camera, a place, a use or everything", response_model=OrderOut
)
async def stop(request: Request, asked: OrderIn, user: Stopper) -> OrderOut:
    """Within 2 seconds nothing more is read, raised, kept or sent. Logged; outlives a restart."""
    target = _known(request, _within(user, asked.target))
    hub, began_s = services(request), time.monotonic()
    # The order is given before it is logged: a full disk must not keep a camera running.
    order = asyncio.create_task(hub.control.stop(target))
    # Looks end at once, without waiting for the workers; once more for one that began meanwhile.
    confirmed, _ = await asyncio.gather(_confirmed(order), _close_looks(request, target))
    await _close_looks(request, target)
    took_s = round(time.monotonic() - began_s, 3)
    await note(
        request,
        _deed(target, "stop"),
        target.name or ALL,
        asked.reason,
        confirmed=confirmed,
        took_s=took_s,
    )
    return OrderOut(target=text_of(target), stopped=True, confirmed=confirmed, took_s=took_s)


@router.post(
    "/start", summary="Start a camera, a place, a use or everything again", response_model=OrderOut
)
async def start(request: Request, asked: OrderIn, user: Starter) -> OrderOut:
    """Takes a stop back; 409 for what a larger stop still covers.

    What site.yaml disables stays disabled. Everything: the uses that are stopped stay stopped.
    """
    hub, target, began_s = services(request), _within(user, asked.target), time.monotonic()
    stops = hub.control.in_force()
    # What the site no longer has can be taken back too, by who answers for the whole of it.
    if user.places is not None or not stops.holds(target):
        _known(request, target)
    if stops.everything and target.what in (What.CAMERA, What.PLACE):
        raise ProblemError(
            409,
            "all-stopped",
            T("This camera stays stopped."),
            T("A person stopped everything: no camera can be started alone."),
            T("Start everything first, then stop the cameras that should not run."),
        )
    await note(request, _deed(target, "start"), target.name or ALL, asked.reason)
    try:
        await hub.control.start(target)
    except DeskError as error:
        raise desk_problem(error) from error
    took_s = round(time.monotonic() - began_s, 3)
    still = target.what is What.CAMERA and hub.control.is_stopped(target.name)
    return OrderOut(target=text_of(target), stopped=still, confirmed=True, took_s=took_s)


@router.post(
    "/cameras/{name}/view", status_code=204, summary="Accept what a moved camera shows now"
)
async def accept_view(request: Request, name: Name, _: Starter) -> None:
    """Counting goes on with the shapes as they are drawn. Logged."""
    _known(request, Target(What.CAMERA, name))
    await note(request, "camera.view", name)
    try:
        await services(request).control.accept_view(name)
    except DeskError as error:
        raise desk_problem(error) from error


@router.post("/doctor", status_code=202, summary="Check the machine")
async def doctor(request: Request, _: Starter) -> None:
    """As ``parvis doctor``, without the streams; the health page shows what it finds. Logged."""
    await note(request, "system.doctor", ALL)
    await services(request).machine.examine()


@outside.get("/healthz")
async def alive() -> dict[str, str]:
    """Open to everyone: the server answers, and nothing more."""
    return {"status": "ok"}


@outside.get("/metrics")
def prometheus(request: Request) -> Response:
    """Prometheus metrics, for the token of the monitoring machine or a technician."""
    body = metrics.exposition(services(request), _scraper(request))
    return Response(body, headers={"Content-Type": metrics.CONTENT_TYPE})


def _scraper(request: Request) -> WaysOut:
    hub = services(request)
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if hub.metrics_token and kind.lower() == "bearer":
        if hmac.compare_digest(hub.metrics_token.encode(), given.strip().encode()):
            cameras = hub.site.loaded().site.cameras
            return WaysOut(hub.gate(), Role.TECHNICIAN, cameras, hub.clock())
        raise ProblemError(401, "token", T("The token is wrong."))
    user = current_user(request)
    ways = ways_out_of(request, user)
    ways.demand(OutputKind.METRICS)
    return ways


async def _confirmed(order: asyncio.Task[None]) -> bool:
    """Whether a stop is confirmed in time; otherwise the order stands and goes on by itself."""
    done, _ = await asyncio.wait({order}, timeout=STOP_TIMEOUT_S)
    if not done:
        order.add_done_callback(lambda late: late.cancelled() or late.exception())
        return False
    try:
        order.result()
    except DeskError:
        return False
    return True


def _within(user: User, target: Target) -> Target:
    """The target, if it lies within what this person answers for."""
    if user.places is None or target.what in (What.CAMERA, What.PLACE):
        return target
    raise ProblemError(
        403,
        "place",
        T("Your account covers some places only."),
        T("It cannot stop the cameras of the others."),
        T("Stop the cameras of your places one by one."),
    )


def _known(request: Request, target: Target) -> Target:
    """The target, if the site has it."""
    site = services(request).site.loaded().site
    if exists(site, target):
        return target
    if target.what is What.CAMERA:
        raise no_camera(target.name)
    raise ProblemError(
        404,
        "no-target",
        T("There is nothing of that name to stop."),
        remedy=T("Choose one from the list."),
    )


async def _close_looks(request: Request, target: Target) -> None:
    """End the set-up looks at cameras that must not be read any more."""
    cameras = cameras_of(services(request).site.loaded().site, target)
    room = room_of(request)
    for camera in (None,) if cameras is None else sorted(cameras):
        await room.close_looks(camera)


def _deed(target: Target, verb: str) -> str:
    of = {What.PLACE: "place", What.USE: "use"}.get(target.what, "camera")
    return f"{of}.{verb}"


def _well(camera: CameraNow) -> bool:
    if camera.stopped or not camera.enabled:
        return True
    return (
        camera.freshness is Freshness.FRESH
        and camera.stream is not None
        and camera.stream.state is CameraState.LIVE
        and not (camera.analysis is not None and camera.analysis.degraded)
    )
