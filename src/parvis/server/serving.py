"""The application on a socket: how uvicorn is set up."""

import uvicorn
from fastapi import FastAPI

from parvis.server.boundary import Boundary
from parvis.server.connections import bounded
from parvis.server.services import HubServices

GRACE_S = 2
"""Live streams never end by themselves: at a stop they are cut after this."""

MOST_CONNECTIONS = 1000


def http_config(app: FastAPI) -> uvicorn.Config:
    """The settings of the HTTP server; it is given its socket when it serves.

    Proxy headers are left to :mod:`parvis.server.frontier`, which believes the proxies that
    site.yaml names and no other. The access log is off: addresses with one-time tokens in them do
    not belong in a log.

    Args:
        app: from :func:`parvis.server.app.create_app`.
    """
    hub: HubServices = app.state.services

    def trusted(address: str) -> bool:
        return Boundary(hub.site.loaded().site.server).trusted(address)

    return uvicorn.Config(
        app,
        http=bounded(trusted),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=64 * 1024,
    )
