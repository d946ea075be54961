"""Wiring of the HTTP server: services in, one FastAPI application out."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import parvis
from parvis.server import errors, forms, pages, sign_on_forms
from parvis.server.api import (
    accounts,
    alerts,
    cameras,
    channels,
    checks,
    corrections,
    grounds,
    holds,
    instruments,
    live,
    measures,
    occupancy,
    outages,
    place_edits,
    places,
    public,
    rules,
    search,
    session,
    setup_sessions,
    system,
    town_map,
)
from parvis.server.auth import current_user
from parvis.server.bearers import Bearers
from parvis.server.closed_bins import ClosedBins
from parvis.server.frontier import Frontier
from parvis.server.passwords import Passwords
from parvis.server.public.page import PublicBoard
from parvis.server.services import HubServices
from parvis.server.sessions import SessionKeeper
from parvis.server.setup_room import OpenSession, SetupRoom
from parvis.server.sign_in import Door
from parvis.server.single_sign_on import SignOnDesk
from parvis.server.trail import Deed, append
from parvis.server.visitor import Visitor

STATIC = Path(__file__).parent / "static"

_ABOUT = """
Anonymous, trustworthy measures of a town's public space.

Every value carries a 90 % interval and its **coverage**, the seconds actually seen. A gap is null,
never 0. What a profile delays, suppresses or refuses says why. Errors are RFC 9457 problems with
`title`, `detail`, `remedy` and `reference`. Changes carry `X-CSRF-Token` (see `GET /session`).
"""


_PROBLEM = {
    "description": "A problem (RFC 9457): what, why, what to do, and a reference for the log.",
    "content": {
        errors.MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "required": ["type", "status", "title", "reference"],
                "properties": {
                    "type": {"type": "string", "example": "urn:parvis:problem:no-camera"},
                    "status": {"type": "integer", "example": 404},
                    "title": {"type": "string"},
                    "detail": {"type": "string"},
                    "remedy": {"type": "string"},
                    "reference": {"type": "string", "example": "9f3a61c0"},
                    "errors": {"type": "array", "items": {"type": "object"}},
                    "decision": {"type": "object"},
                },
            }
        }
    },
}


def create_app(services: HubServices, passwords: Passwords | None = None) -> FastAPI:
    """Build the application that serves the API, the live stream and the pages.

    Args:
        services: what the routes stand on.
        passwords: hashes and checks passwords; the default is Argon2id.
    """
    keeper = SessionKeeper(
        services.store,
        services.clock,
        lambda: services.site.loaded().site.accounts.second_factor,
    )
    bearers = Bearers(services.store, services.clock)
    room = SetupRoom(services.clock, services.control, keeper, _log_end(services))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await room.close_all()

    app = FastAPI(
        title="Parvis",
        description=_ABOUT,
        version=parvis.__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.services = services
    services.store.alerts.heard_by(services.board.put_alerts)
    app.state.keeper = keeper
    app.state.bearers = bearers
    app.state.door = Door(
        services.store,
        keeper,
        services.clock,
        passwords,
        lambda: services.site.loaded().site.accounts.passwords,
    )
    app.state.sign_on = SignOnDesk(
        lambda: services.site.loaded().site.accounts.single_sign_on,
        lambda text: services.site.loaded().secret(text, services.environ),
        services.clock,
    )
    app.state.setup_room = room
    app.state.closed_bins = ClosedBins(services)
    app.state.public_board = PublicBoard(services)
    errors.install(app, getattr(pages, "problem_page", None))
    app.include_router(_api(app))
    app.include_router(system.outside)
    app.include_router(forms.router)
    app.include_router(sign_on_forms.router)
    app.include_router(pages.router)
    app.mount("/static", _Static(directory=STATIC, check_dir=False), name="static")
    # The last one added stands outermost.
    app.add_middleware(Visitor, keeper=keeper, bearers=bearers)
    app.add_middleware(Frontier, settings=lambda: services.site.loaded().site.server)
    return app


def api_alone() -> FastAPI:
    """The routes of the API as they are declared, without anything to answer with."""
    app = FastAPI(openapi_url=None)
    app.include_router(_api(app))
    return app


def _api(app: FastAPI) -> APIRouter:
    api = APIRouter(prefix="/api/v1", responses={"4XX": _PROBLEM, "5XX": _PROBLEM})
    for part in (
        search,
        cameras,
        grounds,
        checks,
        corrections,
        live,
        alerts,
        rules,
        channels,
        measures,
        places,
        place_edits,
        town_map,
        occupancy,
        outages,
        setup_sessions,
        system,
        session,
        accounts,
        holds,
        instruments,
        public,
    ):
        api.include_router(part.router)

    @api.get("/openapi.json", include_in_schema=False, dependencies=[Depends(current_user)])
    def description() -> dict[str, object]:
        """The OpenAPI document."""
        return app.openapi()

    return api


class _Static(StaticFiles):
    """Files of the pages. Built ones carry their hash in their name and never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        lasting = "/assets/" in f"/{path}"
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if lasting else "no-cache"
        )
        return response


def _log_end(hub: HubServices) -> Callable[[OpenSession, str], Awaitable[None]]:
    async def ended(session: OpenSession, cause: str) -> None:
        who, grant = session.user.name, session.grant
        deed = Deed(who, session.origin, "setup.close", grant.camera, grant.reason, {"by": cause})
        await append(hub, deed)

    return ended
