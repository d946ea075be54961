"""The application on a port: how uvicorn is set up."""

import uvicorn
from fastapi import FastAPI

from parvis.site.shapes import ServerSettings

GRACE_S = 2
"""Live streams never end by themselves: at a stop they are cut after this."""

MOST_CONNECTIONS = 1000


def http_server(app: FastAPI, settings: ServerSettings) -> uvicorn.Server:
    """A server ready to run; ``await server.serve()`` or ``server.run()`` in a thread.

    Proxy headers are left to :mod:`parvis.server.frontier`, which knows whom to trust, and the
    access log is off: addresses with one-time tokens in them do not belong in a log.

    Args:
        app: from :func:`parvis.server.app.create_app`.
        settings: where to listen; port 0 takes a free one.
    """
    config = uvicorn.Config(
        app,
        host=settings.bind,
        port=settings.port,
        proxy_headers=False,
        server_header=False,
        date_header=True,
        access_log=False,
        log_config=None,
        ws="none",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=64 * 1024,
    )
    return uvicorn.Server(config)


def local_url(server: uvicorn.Server) -> str:
    """Where a started server listens, without a trailing slash."""
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"
