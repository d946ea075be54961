"""The channels that tell people of alerts: how they do, what they are, and whether they work."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from parvis.policy.terms import OutputKind, Role
from parvis.server.api.channel_shapes import (
    ChannelIn,
    ChannelOut,
    ChannelSheet,
    ChannelsOut,
    TrialOut,
    sheet_out,
    way_out,
)
from parvis.server.auth import User, require
from parvis.server.channelbook.edits import (
    NEW,
    Draft,
    demand_own,
    drop_channel,
    held_channel,
    save_channel,
    sound_channel,
)
from parvis.server.channelbook.trial import one_at_a_time, tried
from parvis.server.errors import language_of
from parvis.server.i18n import Words
from parvis.server.judging import READERS
from parvis.server.problems import ProblemError, T
from parvis.server.services import services, zone_of
from parvis.server.site_edits import wanted_version
from parvis.server.trail import note
from parvis.server.ways_out import WaysOutHere
from parvis.site.fields import Name

router = APIRouter(prefix="/alert-channels")

Reader = Annotated[User, Depends(require(*READERS))]
Technician = Annotated[User, Depends(require(Role.TECHNICIAN))]
ChannelName = Annotated[Name, Path(description="The channel's name in site.yaml.")]
IfMatch = Annotated[str | None, Header(description="The ETag that the change is meant for.")]


@router.get("", tags=["alerts"], summary="Channels of notifications", response_model=ChannelsOut)
async def channels(
    request: Request, response: Response, ways: WaysOutHere, _reader: Reader
) -> ChannelsOut:
    """How each channel that tells people of alerts does; no address, no name of a person."""
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    loaded = hub.site.loaded()
    response.headers["ETag"] = f'"{loaded.etag}"'
    declared = loaded.site.notify
    found = await asyncio.to_thread(hub.channels)
    return ChannelsOut(
        channels=tuple(
            ChannelOut(
                name=one.channel,
                by=way_out(declared[one.channel]),
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


@router.get("/{name}", tags=["alerts"], summary="One channel with its settings")
async def one(
    request: Request, response: Response, _: Technician, name: ChannelName
) -> ChannelSheet:
    """The ETag is what a change must send back in If-Match."""
    loaded = services(request).site.loaded()
    response.headers["ETag"] = f'"{loaded.etag}"'
    return sheet_out(name, held_channel(loaded.site, name))


@router.put(
    "/{name}",
    tags=["rules"],
    summary="Write a channel",
    responses={201: {"description": "It is new."}},
)
async def write(
    *,
    request: Request,
    response: Response,
    _: Technician,
    name: ChannelName,
    asked: ChannelIn,
    if_match: IfMatch = None,
) -> ChannelSheet:
    """The whole channel, with the keys of site.yaml; its comments there are kept."""
    hub = services(request)
    version = wanted_version(if_match)
    if name == NEW:
        raise ProblemError(
            422,
            "channel-name",
            T("A channel cannot bear this name."),
            remedy=T("Choose another name."),
        )
    held = hub.site.loaded().site.notify.get(name)
    wanted = Draft(sound_channel(asked.channel, held), asked.secrets)
    demand_own(wanted)
    fresh = await asyncio.to_thread(save_channel, hub, version, name, wanted)
    await note(request, "channel.change", name, secrets=sorted(asked.secrets), **fresh.facts)
    response.status_code = 201 if held is None else 200
    response.headers["ETag"] = f'"{fresh.etag}"'
    return sheet_out(name, held_channel(fresh.loaded.site, name))


@router.delete("/{name}", tags=["rules"], status_code=204, summary="Remove a channel")
async def remove(
    request: Request, _: Technician, name: ChannelName, if_match: IfMatch = None
) -> None:
    """What waits in it goes nowhere. Its secrets stay in the secrets file."""
    version = wanted_version(if_match)
    fresh = await asyncio.to_thread(drop_channel, services(request), version, name)
    await note(request, "channel.remove", name, **fresh.facts)


@router.post("/{name}/test", tags=["rules"], summary="Send a test message")
async def test(request: Request, _: Technician, name: ChannelName) -> TrialOut:
    """Now, past the outbox and quiet hours; it says that it is a test. It is logged."""
    hub = services(request)
    held_channel(hub.site.loaded().site, name)
    await note(request, "channel.test", name)
    async with one_at_a_time:
        trial = await asyncio.to_thread(tried, hub, name)
    words = Words(language_of(request), zone_of(hub))
    return TrialOut(
        taken=trial.taken,
        id=trial.id,
        reason=words.shown(trial.why) if trial.why is not None else "",
        remedy=words.shown(trial.remedy) if trial.remedy is not None else "",
    )
