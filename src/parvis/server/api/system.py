"""Health, metrics, and the stops that a person orders."""

import asyncio
import hmac
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

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
from parvis.server.trail import note
from parvis.server.ways_out import WaysOut, WaysOutHere, ways_out_of
from parvis.site.fields import Name
from parvis.values.live import CameraState

router = APIRouter(tags=["system"])
outside = APIRouter(include_in_schema=False)
"""What stands outside of /api/v1: what monitoring expects at the root."""

Stopper = Annotated[
    User, Depends(require(Role.OPERATOR, Role.TECHNICIAN, Role.ADMINISTRATOR, Role.DPO))
]
Starter = Annotated[User, Depends(require(Role.TECHNICIAN))]

STOP_TIMEOUT_S = 2.0
EVERYTHING = "all"


class OrderIn(BaseModel):
    """What to stop or start, and why."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"example": {"camera": "quai", "reason": "Demande du DPO"}},
    )

    camera: Name = Field(description="A camera's name, or `all`.")
    reason: Reason


class OrderOut(Answer):
    """What the order did."""

    camera: str
    stopped: bool
    confirmed: bool = Field(description="False when the workers did not answer within 2 s.")


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


@router.post("/stop", summary="Stop a camera or everything", response_model=OrderOut)
async def stop(request: Request, asked: OrderIn, user: Stopper) -> OrderOut:
    """Within 2 seconds nothing more is read. The order is logged, and outlives a restart."""
    camera = _camera(request, asked.camera)
    if camera is None and user.places is not None:
        raise ProblemError(
            403,
            "place",
            T("Your account covers some places only."),
            T("It cannot stop the cameras of the others."),
            T("Stop the cameras of your places one by one."),
        )
    control = services(request).control
    # The order is given before it is logged: a full disk must not keep a camera running.
    order = asyncio.create_task(control.stop(camera))
    # Looks end at once, without waiting for the workers; once more for one that began meanwhile.
    confirmed, _ = await asyncio.gather(_confirmed(order), room_of(request).close_looks(camera))
    await room_of(request).close_looks(camera)
    await note(request, "camera.stop", asked.camera, asked.reason, confirmed=confirmed)
    return OrderOut(camera=asked.camera, stopped=True, confirmed=confirmed)


@router.post("/start", summary="Start a camera or everything again", response_model=OrderOut)
async def start(request: Request, asked: OrderIn, user: Starter) -> OrderOut:
    """Takes a stop back; 409 for one camera while everything is stopped.

    What site.yaml disables stays disabled.
    """
    camera = _camera(request, asked.camera)
    control = services(request).control
    # No camera has an empty name: it is stopped only when everything is.
    if camera is not None and control.is_stopped(""):
        raise ProblemError(
            409,
            "all-stopped",
            T("This camera stays stopped."),
            T("A person stopped everything: no camera can be started alone."),
            T("Start everything first, then stop the cameras that should not run."),
        )
    await note(request, "camera.start", asked.camera, asked.reason)
    try:
        await control.start(camera)
    except DeskError as error:
        raise desk_problem(error) from error
    return OrderOut(camera=asked.camera, stopped=control.is_stopped(camera or ""), confirmed=True)


@router.post(
    "/cameras/{name}/view", status_code=204, summary="Accept what a moved camera shows now"
)
async def accept_view(request: Request, name: Name, _: Starter) -> None:
    """Counting goes on with the shapes as they are drawn. Logged."""
    known = _camera(request, name)
    if known is None:
        raise no_camera(name)
    await note(request, "camera.view", known)
    try:
        await services(request).control.accept_view(known)
    except DeskError as error:
        raise desk_problem(error) from error


@router.post("/doctor", status_code=202, summary="Check the machine")
async def doctor(request: Request, _: Starter) -> None:
    """As ``parvis doctor``, without the streams; the health page shows what it finds. Logged."""
    await note(request, "system.doctor", EVERYTHING)
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


def _camera(request: Request, name: str) -> str | None:
    if name == EVERYTHING:
        return None
    if name not in services(request).site.loaded().site.cameras:
        raise no_camera(name)
    return name


def _well(camera: CameraNow) -> bool:
    if camera.stopped or not camera.enabled:
        return True
    return (
        camera.freshness is Freshness.FRESH
        and camera.stream is not None
        and camera.stream.state is CameraState.LIVE
        and not (camera.analysis is not None and camera.analysis.degraded)
    )
