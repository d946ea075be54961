"""Set-up sessions: a technician looks at one camera, for a reason, for a limited time."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from parvis.policy.terms import OutputKind, Role
from parvis.policy.terms import SetupSession as Grant
from parvis.server.addresses import check_camera, check_recorded
from parvis.server.api.reason import Reason
from parvis.server.api.shapes import Answer
from parvis.server.auth import User, require
from parvis.server.desk import CameraControl, DeskError, DraftShapes
from parvis.server.problems import ProblemError, T
from parvis.server.services import services
from parvis.server.setup_room import OpenSession, SetupRoom, stopped
from parvis.server.site_edits import drafted
from parvis.server.trail import note, origin
from parvis.server.visitor import visit_of
from parvis.server.ways_out import WaysOutHere
from parvis.site.fields import Name, Polygon
from parvis.site.shapes import Line, Zone

router = APIRouter(prefix="/setup-sessions", tags=["set-up"])

Technician = Annotated[User, Depends(require(Role.TECHNICIAN))]

DEFAULT_LIMIT_S = 600.0


class ShapesIn(BaseModel):
    """Masks, lines and zones; points are relative to the image, y down."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    masks: tuple[Polygon, ...] = Field(default=(), max_length=50)
    lines: dict[Name, Line] = Field(default_factory=dict, max_length=50)
    zones: dict[Name, Zone] = Field(default_factory=dict, max_length=50)


class SessionIn(BaseModel):
    """Which camera to look at, and why."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "example": {"camera": "quai", "reason": "Nouvelle ligne sur le pont", "limit_s": 600}
        },
    )

    camera: Name = Field(description="A camera of the site, or the name a draft will have.")
    draft: dict[str, Any] | None = Field(
        default=None,
        description="A camera that is not saved yet: the keys of site.yaml. Needs `source`.",
    )
    reason: Reason
    limit_s: float = Field(default=DEFAULT_LIMIT_S, ge=30, le=7200)


class SessionOut(Answer):
    """An open set-up session."""

    id: str
    camera: str
    ends_s: float = Field(description="When it closes by itself, seconds since the epoch.")


def room_of(request: Request) -> SetupRoom:
    """The sessions open now."""
    room: SetupRoom = request.app.state.setup_room
    return room


def check_running(control: CameraControl, camera: str) -> None:
    """Refuse to look at what a person has stopped: a stop holds for every kind of look.

    Raises:
        ProblemError: 409.
    """
    if control.is_stopped(camera):
        raise stopped()


def _open_session(
    request: Request, user: Technician, session_id: Annotated[str, Path(max_length=64)]
) -> OpenSession:
    return room_of(request).get(session_id, user)


Session = Annotated[OpenSession, Depends(_open_session)]


@router.post("", status_code=201, summary="Open a set-up session", response_model=SessionOut)
async def open_session(
    request: Request, asked: SessionIn, user: Technician, ways: WaysOutHere
) -> SessionOut:
    """Open a look at one camera. It is logged, and closes by itself."""
    hub = services(request)
    held = ways.cameras.get(asked.camera)
    camera = held
    if asked.draft is not None:
        camera = drafted(asked.draft, held)
        await check_camera(camera, held, loopback=ways.recorded_only)
    if camera is None:
        raise no_camera(asked.camera)
    if ways.recorded_only:
        check_recorded(camera.source, camera.sub_source)
    check_running(hub.control, asked.camera)
    opened = camera
    longest_s = ways.gate.profile.session_max_s
    now_s = hub.clock()
    grant = Grant(asked.camera, asked.reason, now_s, now_s + min(asked.limit_s, longest_s))
    ways.at(now_s).demand(OutputKind.SETUP_SESSION, asked.camera, session=grant)
    await note(request, "setup.open", asked.camera, asked.reason)
    try:
        session = await room_of(request).admit(
            user,
            origin(request),
            visit_of(request).session or "",
            grant,
            lambda: hub.desk.open_session(asked.camera, opened, grant.ends_s - grant.started_s),
        )
    except DeskError as error:
        raise desk_problem(error) from error
    return SessionOut(id=session.id, camera=asked.camera, ends_s=grant.ends_s)


@router.get(
    "/{session_id}/still",
    summary="The blurred still, shown once",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}, "image/png": {}}}},
)
async def still(request: Request, session: Session, ways: WaysOutHere) -> Response:
    """One blurred picture to draw upon. It is never stored, and given once."""
    ways.demand(OutputKind.PREVIEW, session.grant.camera, session=session.grant)
    if session.still_shown:
        raise ProblemError(
            410,
            "still-shown",
            T("The still was shown already."),
            T("A set-up session shows its still once."),
            T("Open a new session for a new still."),
        )
    session.still_shown = True
    try:
        picture = await session.desk.still()
    except DeskError as error:
        session.still_shown = False
        raise desk_problem(error) from error
    await note(request, "setup.still", session.grant.camera, session.grant.reason)
    return Response(
        picture.body,
        media_type=picture.media_type,
        headers={
            "Cache-Control": "no-store",
            "X-Still-Width": str(picture.width),
            "X-Still-Height": str(picture.height),
        },
    )


@router.get(
    "/{session_id}/events",
    summary="Positions and crossings of the draft shapes, live",
    response_class=EventSourceResponse,
)
async def events(
    request: Request, session: Session, ways: WaysOutHere
) -> AsyncIterator[ServerSentEvent]:
    """Events: `moment` {time_s, dots, crossings, totals, message}, then `end` when it closes."""
    clock = services(request).clock
    async for moment in session.desk.events():
        decision = ways.at(clock()).decide(
            OutputKind.DOTS, session.grant.camera, session=session.grant, newest_s=moment.time_s
        )
        if not decision.allowed:
            break
        yield ServerSentEvent(event="moment", data=moment)
    yield ServerSentEvent(event="end", data={"camera": session.grant.camera})


@router.put("/{session_id}/shapes", status_code=204, summary="Try draft shapes at once")
async def try_shapes(session: Session, shapes: ShapesIn) -> None:
    """Use these masks, lines and zones from the next frame on; the trial's totals start anew."""
    try:
        await session.desk.update_shapes(DraftShapes(shapes.masks, shapes.lines, shapes.zones))
    except DeskError as error:
        raise desk_problem(error) from error


@router.delete("/{session_id}", status_code=204, summary="Close a set-up session")
async def close_session(request: Request, session: Session) -> None:
    """Stop looking now."""
    await room_of(request).close(session)


def no_camera(name: str) -> ProblemError:
    """The problem of a camera that the site does not have."""
    return ProblemError(
        404,
        "no-camera",
        T("There is no camera of that name."),
        T("The site has no camera {name}.")(name=name),
        T("See the list of cameras."),
    )


def desk_problem(error: DeskError) -> ProblemError:
    """The problem of a camera that cannot be opened, stopped or shown."""
    return ProblemError(
        502,
        "camera",
        T("The camera could not be reached."),
        T("{reason}")(reason=error.reason),
        T("{remedies}")(remedies=" ".join(error.remedies)) if error.remedies else None,
    )
