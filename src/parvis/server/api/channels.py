"""The channels that tell people of alerts: how they do."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from parvis.policy.terms import OutputKind
from parvis.server.api.shapes import Answer
from parvis.server.auth import User, require
from parvis.server.judging import READERS
from parvis.server.services import services
from parvis.server.ways_out import WaysOutHere
from parvis.site.notify import Channel

router = APIRouter(tags=["alerts"])

Reader = Annotated[User, Depends(require(*READERS))]


class ChannelOut(Answer):
    """One channel. Times are seconds since the epoch, null for never."""

    name: str
    by: Literal["email", "webhook", "mqtt"]
    waiting: int = Field(description="Messages that are due and have not gone yet.")
    oldest_s: float | None = Field(description="Since when the first of them could have gone.")
    held: int = Field(
        description="Messages that wait for their time: quiet hours, an escalation, an end."
    )
    sent_s: float | None = Field(description="The last success.")
    failed_s: float | None = Field(description="The last failure.")
    failures: int = Field(description="How many in a row, now; 0 when the last try succeeded.")
    failure: str = Field(description="What the last failure said, in English, without secrets.")
    sent_day: int = Field(description="Messages sent in the last 24 hours.")
    dropped_day: int = Field(description="Messages dropped in the last 24 hours.")


class ChannelsOut(Answer):
    """The channels of the site; empty when it tells nobody."""

    channels: tuple[ChannelOut, ...]


@router.get("/alert-channels", summary="Channels of notifications", response_model=ChannelsOut)
async def channels(request: Request, ways: WaysOutHere, _reader: Reader) -> ChannelsOut:
    """How each channel that tells people of alerts does; no address, no name of a person."""
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    declared = hub.site.loaded().site.notify
    found = await asyncio.to_thread(hub.channels)
    return ChannelsOut(
        channels=tuple(
            ChannelOut(
                name=one.channel,
                by=_way(declared[one.channel]),
                waiting=one.waiting,
                oldest_s=one.oldest_s,
                held=one.held,
                sent_s=one.sent_s,
                failed_s=one.failed_s,
                failures=one.failures,
                failure=str(one.failure or ""),
                sent_day=one.sent_day,
                dropped_day=one.dropped_day,
            )
            for one in found
            if one.channel in declared
        )
    )


def _way(channel: Channel) -> Literal["email", "webhook", "mqtt"]:
    if channel.email is not None:
        return "email"
    return "webhook" if channel.webhook is not None else "mqtt"
