"""A test message over a channel: what happened, in the reader's words."""

import asyncio
from dataclasses import dataclass

from parvis.publish.carriers.carrying import CarryError
from parvis.publish.trying import try_channel
from parvis.server.i18n import Words
from parvis.server.services import HubServices
from parvis.values.saying import T

one_at_a_time = asyncio.Semaphore(1)
"""A test may last as long as a receiver is silent: no more than one at a time."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it.

    Args:
        taken: the receiver has taken the message.
        id: of the message; empty where none was taken.
        why, remedy: what failed, without any secret, and what to do; None where nothing did.
    """

    taken: bool
    id: str = ""
    why: T | None = None
    remedy: T | None = None


def tried(hub: HubServices, name: str) -> Tried:
    """Send a test message over a channel of the site, past the outbox; blocking, for seconds."""
    try:
        sent = try_channel(hub.site.loaded(), name, Words, hub.clock(), hub.environ)
    except CarryError as error:
        return Tried(taken=False, why=error.message, remedy=error.remedy)
    return Tried(taken=True, id=sent)
