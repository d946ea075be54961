"""Wiring of the HTTP server: services in, one FastAPI application out."""

from fastapi import FastAPI

import parvis
from parvis.server.pages import router as pages_router
from parvis.server.services import HubServices


def create_app(services: HubServices) -> FastAPI:
    """Build the application that serves the API, the live stream and the pages."""
    app = FastAPI(title="Parvis", version=parvis.__version__, docs_url=None, redoc_url=None)
    app.state.services = services
    app.include_router(pages_router)
    return app
