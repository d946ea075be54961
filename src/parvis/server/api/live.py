"""The live stream: one EventSource per browser carries every camera, latest wins."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from parvis.policy.instrument import Instrument
from parvis.policy.terms import OutputKind
from parvis.server.api.alert_shapes import told
from parvis.server.api.alerts import rules_in_force
from parvis.server.api.shapes import CameraNow, SeriesValues
from parvis.server.auth import CurrentUser
from parvis.server.closed_bins import ClosedBins
from parvis.server.live import Freshness, Sighting
from parvis.server.problems import ProblemError, T
from parvis.server.services import HubServices, services
from parvis.server.visitor import found_again
from parvis.server.ways_out import WaysOut, WaysOutHere
from parvis.site.shapes import Camera
from parvis.values.alerts import Alert

router = APIRouter(tags=["live"])

FASTEST_S = 0.2
"""Never more than five updates a second to a reader."""

CALM_S = 1.0
"""Where only health is shown, once a second is plenty."""

BEAT_S = 5.0
"""A reader hears something at least this often, so that it can tell silence from calm."""

RECHECK_S = 10.0
"""How often the session and the last closed bin are looked at again."""

BREATH_S = 0.05
"""Between two tellings of alerts."""

MOST_READERS = 200


@router.get("/states", summary="Live health of every camera", response_model=list[CameraNow])
def states(request: Request, ways: WaysOutHere) -> list[CameraNow]:
    """What each camera says of now, as the profile shows it to this person."""
    ways.demand(OutputKind.HEALTH)
    hub = services(request)
    sightings = hub.board.latest()
    return [view(hub, ways, name, sightings.get(name)) for name in ways.cameras]


def _room(request: Request) -> None:
    if services(request).board.follower_count >= MOST_READERS:
        raise ProblemError(
            503,
            "too-many-readers",
            T("Too many screens follow the live view."),
            T("At most {n} may at once.")(n=MOST_READERS),
            T("Close a screen and try again."),
            headers={"Retry-After": "30"},
        )


@router.get(
    "/live",
    summary="Live stream (server-sent events)",
    response_class=EventSourceResponse,
    dependencies=[Depends(_room)],
    responses={
        200: {
            "description": (
                "Events: `hello` {profile, notice, now_s}, again when another profile or act comes "
                "into force or ends, then `states` (list of cameras that "
                "changed, as in /states), `gone` (names), `closed` (last closed quarter of every "
                "series, as in /measures), `alerts` {alerts, more} (those that were raised or "
                "changed, as in /alerts; more: ask /alerts for the rest, as after every `hello`), "
                "`beat` {now_s}, `end` {reason}."
            )
        }
    },
)
async def live(
    request: Request,
    user: CurrentUser,
    ways: WaysOutHere,
    camera: Annotated[list[str] | None, Query(description="Only these cameras.")] = None,
) -> AsyncIterator[ServerSentEvent]:
    """At most five updates a second, latest wins; `statistics`: health and closed bins only."""
    hub = services(request)
    ways.demand(OutputKind.HEALTH)
    wanted = frozenset(camera) if camera else None
    with hub.board.follow() as follower:
        telling = _Telling(hub, ways, wanted, request.app.state.closed_bins)
        yield telling.hello()
        yield ServerSentEvent(event="states", data=telling.fresh(None))
        rechecked_s = heard_s = hub.clock()
        closed = await telling.closed()
        yield ServerSentEvent(event="closed", data=closed)
        due_s = time.monotonic() + telling.pace_s()
        # At a stop the stream just ends: a browser asks again until the site is back.
        while not hub.board.closed:
            # Alerts go out at once; states keep their pace.
            alerts, more = await follower.alerts(max(0.0, due_s - time.monotonic()))
            mine = telling.alerts(alerts)
            if mine or (more and telling.reads_alerts()):
                heard_s = hub.clock()
                yield ServerSentEvent(event="alerts", data=telling.told(mine, more=more))
                await asyncio.sleep(BREATH_S)
            if time.monotonic() < due_s:
                continue
            changed = await follower.changed(1.0)
            due_s = time.monotonic() + telling.pace_s()
            now_s = hub.clock()
            if now_s - rechecked_s >= RECHECK_S:
                rechecked_s = now_s
                if await found_again(request) != user:
                    yield ServerSentEvent(event="end", data={"reason": "signed-out"})
                    return
                latest = await telling.closed()
                if latest != closed:
                    closed = latest
                    yield ServerSentEvent(event="closed", data=closed)
            if telling.law_changed():
                heard_s = now_s
                yield telling.hello()
            told = telling.fresh(changed)
            if told:
                heard_s = now_s
                yield ServerSentEvent(event="states", data=told)
            gone = telling.gone()
            if gone:
                yield ServerSentEvent(event="gone", data=gone)
            if now_s - heard_s >= BEAT_S:
                heard_s = now_s
                yield ServerSentEvent(event="beat", data={"now_s": now_s})


class _Telling:
    """What one reader has been told so far."""

    def __init__(
        self,
        hub: HubServices,
        ways: WaysOut,
        wanted: frozenset[str] | None,
        closed_bins: ClosedBins,
    ) -> None:
        self._hub = hub
        self._closed_bins = closed_bins
        self._first = ways
        self._wanted = wanted
        self._told: dict[str, tuple[Freshness, bool, Camera]] = {}
        self._law: tuple[str, tuple[Instrument, ...]] = ("", ())

    def _ways(self) -> WaysOut:
        """The gate of this moment: a changed site.yaml binds open streams as well."""
        hub = self._hub
        cameras = hub.site.loaded().site.cameras
        return WaysOut(hub.gate(), self._first.role, cameras, hub.clock(), hub.extent)

    def hello(self) -> ServerSentEvent:
        ways = self._ways()
        profile = ways.gate.profile
        self._law = (profile.name, ways.gate.acts)
        notice = profile.notice
        return ServerSentEvent(
            event="hello",
            retry=2000,
            data={
                "profile": profile.name,
                "notice": {"fr": notice.fr, "en": notice.en} if notice else None,
                "now_s": ways.now_s,
            },
        )

    def law_changed(self) -> bool:
        """Whether another profile, or other acts, are in force than when the reader was greeted:
        what stands on the screen may not be shown any more.
        """
        gate = self._hub.gate()
        return (gate.profile.name, gate.acts) != self._law

    def pace_s(self) -> float:
        """Seconds between two updates."""
        ways = self._ways()
        live = ways.decide(OutputKind.LIVE_STATE, newest_s=ways.moment_s)
        return FASTEST_S if live.allowed else CALM_S

    def fresh(self, changed: frozenset[str] | None) -> list[CameraNow]:
        """Views of the cameras that changed, aged, or are all asked for (None)."""
        ways = self._ways()
        sightings = self._hub.board.latest()
        news = []
        for name, camera in ways.cameras.items():
            if self._wanted is not None and name not in self._wanted:
                continue
            sighting = sightings.get(name)
            freshness = sighting.freshness(ways.now_s) if sighting else Freshness.NONE
            mark = (freshness, self._hub.control.is_stopped(name), camera)
            if changed is None or name in changed or self._told.get(name) != mark:
                self._told[name] = mark
                news.append(view(self._hub, ways, name, sighting))
        return news

    def gone(self) -> list[str]:
        """Cameras told of before that left the site since."""
        cameras = self._hub.site.loaded().site.cameras
        gone = sorted(name for name in self._told if name not in cameras)
        for name in gone:
            del self._told[name]
        return gone

    def alerts(self, alerts: tuple[Alert, ...]) -> tuple[Alert, ...]:
        """Those of the alerts that are for this reader."""
        ways = self._ways()
        return tuple(one for one in alerts if ways.shows_alert(one))

    def reads_alerts(self) -> bool:
        """Whether there is an inbox for this reader at all."""
        return self._ways().decide(OutputKind.ALERTS).allowed

    def told(self, alerts: tuple[Alert, ...], *, more: bool) -> dict[str, Any]:
        """News of alerts."""
        return told(alerts, self._hub.site.loaded().site, rules_in_force(self._hub), more=more)

    async def closed(self) -> list[SeriesValues]:
        """The last closed quarter of every series."""
        values = await asyncio.to_thread(self._closed_bins.last, self._ways())
        return [one for one in values if self._wanted is None or one.camera in self._wanted]


def view(hub: HubServices, ways: WaysOut, name: str, sighting: Sighting | None) -> CameraNow:
    """One camera of the site now, as this person may see it."""
    seen = ways.live(sighting) if sighting is not None else None
    return CameraNow.of(name, ways.cameras[name], hub.control.is_stopped(name), seen)
