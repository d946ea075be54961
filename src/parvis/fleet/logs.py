"""Logs: one line an event, readable on a terminal, JSON for a collector, never a secret."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from parvis.site import redact


def set_up_logs() -> None:
    """Send the logs of this process to standard error."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(pad_event_to=28)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact_all,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _redact_all(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redact(value)
    return event
