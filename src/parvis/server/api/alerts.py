"""Alerts: read, taken care of, judged."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from parvis.alerts.from_site import sound_rules_of
from parvis.alerts.rule import Rule
from parvis.policy.terms import OutputKind
from parvis.server.api.alert_shapes import (
    AlertHistoryOut,
    AlertOut,
    AlertsOut,
    ReplayOut,
    WithheldOut,
    alert_out,
    event_out,
    replay_out,
)
from parvis.server.auth import User, require
from parvis.server.judging import JUDGES, READERS, Act, Asked, do, no_alert
from parvis.server.services import HubServices, services, zone_of
from parvis.server.shown_alerts import shown_alerts
from parvis.server.ways_out import WaysOut, WaysOutHere
from parvis.store.alerts import MOST, Tray
from parvis.values.alerts import Alert, DismissReason
from parvis.values.civil import Bin, bin_start

router = APIRouter(tags=["alerts"])

Judge = Annotated[User, Depends(require(*JUDGES))]
Reader = Annotated[User, Depends(require(*READERS))]
AlertId = Annotated[str, Path(max_length=64)]


class PageIn(BaseModel):
    """Which alerts."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    state: Tray = Field(
        default=Tray.INBOX,
        description=(
            "inbox: nobody has taken or judged them; taken; judged: today; shadow: of rules on "
            "trial; all."
        ),
    )
    before: int | None = Field(default=None, ge=0, description="`next` of the page before.")
    limit: int = Field(default=50, ge=1, le=MOST, description="Alerts a page.")
    rule: str | None = Field(default=None, max_length=64, description="Only of that rule.")


class NoteIn(BaseModel):
    """What the person writes."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    note: str = Field(default="", max_length=1000, description="Kept with the alert and the log.")


class DismissIn(NoteIn):
    """Why an alert was no use."""

    reason: DismissReason | Annotated[int, Field(ge=1, le=5)] = Field(
        description=(
            "nothing_there, harmless, expected, wrong_place or duplicate; or their keys, 1 to 5."
        )
    )

    def said(self) -> DismissReason:
        """The reason."""
        if isinstance(self.reason, DismissReason):
            return self.reason
        return tuple(DismissReason)[self.reason - 1]


@router.get("/alerts", summary="Alerts, a page at a time")
async def listing(
    request: Request,
    user: Reader,
    ways: WaysOutHere,
    asked: Annotated[PageIn, Query()],
) -> AlertsOut:
    """Those with the highest number first. None is verified by a person until it is judged."""
    ways.demand(OutputKind.ALERTS)
    return await asyncio.to_thread(_page, services(request), ways, asked)


@router.get("/alerts/{alert_id}", summary="One alert with its history")
async def one(
    request: Request, user: Reader, ways: WaysOutHere, alert_id: AlertId
) -> AlertHistoryOut:
    """What its rule said, what happened meanwhile, and what people did."""
    ways.demand(OutputKind.ALERTS)
    return await asyncio.to_thread(_history, services(request), ways, alert_id)


@router.get("/alerts/{alert_id}/replay", summary="The half minute before, as dots")
async def replay(request: Request, user: Reader, ways: WaysOutHere, alert_id: AlertId) -> ReplayOut:
    """Positions on the ground without identity; never a picture."""
    ways.demand(OutputKind.ALERTS)
    hub = services(request)
    found = await asyncio.to_thread(_get, hub, ways, alert_id)
    dots = await asyncio.to_thread(shown_alerts(hub, ways).replay, found)
    if dots is None:
        raise no_alert(alert_id)
    return replay_out(dots)


@router.post("/alerts/{alert_id}/acknowledge", summary="Take care of an alert")
async def acknowledge(request: Request, user: Judge, alert_id: AlertId) -> AlertOut:
    """Others see who does. It is logged."""
    return await _done(request, user, alert_id, Asked(Act.ACKNOWLEDGE))


@router.post("/alerts/{alert_id}/confirm", summary="Say that an alert was right")
async def confirm(
    request: Request, user: Judge, alert_id: AlertId, asked: NoteIn | None = None
) -> AlertOut:
    """It is logged, and counts for its rule."""
    note = asked.note if asked else ""
    return await _done(request, user, alert_id, Asked(Act.CONFIRM, note=note))


@router.post("/alerts/{alert_id}/dismiss", summary="Say that an alert was no use")
async def dismiss(request: Request, user: Judge, alert_id: AlertId, asked: DismissIn) -> AlertOut:
    """It is logged with its reason, and counts against its rule."""
    return await _done(request, user, alert_id, Asked(Act.DISMISS, asked.said(), asked.note))


@router.post("/alerts/{alert_id}/undo", summary="Take a verdict back")
async def undo(request: Request, user: Judge, alert_id: AlertId) -> AlertOut:
    """One's own, for ten seconds."""
    return await _done(request, user, alert_id, Asked(Act.UNDO))


def rules_in_force(hub: HubServices) -> dict[str, Rule]:
    """The rules that run, by name."""
    return {rule.name: rule for rule in sound_rules_of(hub.site.loaded().site.rules)}


def _page(hub: HubServices, ways: WaysOut, asked: PageIn) -> AlertsOut:
    kept, site = shown_alerts(hub, ways), hub.site.loaded().site
    midnight_s = bin_start(ways.now_s, Bin.DAY, zone_of(hub))
    found = kept.page(
        asked.state,
        before=asked.before,
        limit=asked.limit,
        rule=asked.rule,
        judged_from_s=midnight_s if asked.state is Tray.JUDGED else None,
    )
    by_name, withheld = rules_in_force(hub), kept.withheld()
    return AlertsOut(
        alerts=tuple(alert_out(one, site, by_name) for one in found),
        next=found[-1].number if len(found) == asked.limit else None,
        waiting=kept.count(Tray.INBOX),
        taken=kept.count(Tray.TAKEN),
        withheld=None if withheld is None else WithheldOut.of(withheld),
    )


def _get(hub: HubServices, ways: WaysOut, alert_id: str) -> Alert:
    found = shown_alerts(hub, ways).get(alert_id)
    if found is None:
        raise no_alert(alert_id)
    return found


def _history(hub: HubServices, ways: WaysOut, alert_id: str) -> AlertHistoryOut:
    found, kept = _get(hub, ways, alert_id), shown_alerts(hub, ways)
    return AlertHistoryOut(
        alert=alert_out(found, hub.site.loaded().site, rules_in_force(hub)),
        history=tuple(map(event_out, kept.history(found))),
        replay=kept.has_replay(found),
    )


async def _done(request: Request, user: User, alert_id: str, asked: Asked) -> AlertOut:
    after = await do(request, user, alert_id, asked)
    hub = services(request)
    return alert_out(after, hub.site.loaded().site, rules_in_force(hub))
