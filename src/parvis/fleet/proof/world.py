"""The real application over one twin: store, board, gate, and a desk that shows marked moments."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI

from parvis.fleet.proof import town
from parvis.fleet.proof.asgi import Person, Question, ask
from parvis.fleet.proof.oracle import Withheld
from parvis.fleet.proof.questions import Known
from parvis.fleet.proof.town import Ground, Marks
from parvis.policy.gate import Gate
from parvis.policy.instrument import Instrument
from parvis.policy.law import Law
from parvis.policy.terms import Role
from parvis.server.app import create_app
from parvis.server.desk import (
    DeskError,
    DraftShapes,
    FoundCamera,
    FoundStreams,
    ProbeResult,
    Still,
    TrialMoment,
)
from parvis.server.law import premises_of
from parvis.server.live import LiveBoard
from parvis.server.machine import ClockHealth, MachineState, Queue
from parvis.server.services import HubServices
from parvis.site import LoadedSite, load
from parvis.site.shapes import Camera
from parvis.store import Store
from parvis.values.live import Dot
from parvis.values.place_now import PlaceNow
from parvis.values.stops import Stops, Target


@dataclass
class Clock:
    """The hub's clock, set by the proof."""

    now_s: float

    def __call__(self) -> float:
        """Seconds since the epoch."""
        return self.now_s


@dataclass
class _Site:
    held: LoadedSite

    def loaded(self) -> LoadedSite:
        return self.held

    def take(self, loaded: LoadedSite) -> None:
        self.held = loaded


class _Look:
    """A look at a camera being set up: one moment with a dot, then nothing more."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._closed = asyncio.Event()

    async def still(self) -> Still:
        return Still(b"\x89PNG of the proof", "image/png", 640, 360)

    async def events(self) -> AsyncIterator[TrialMoment]:
        yield TrialMoment(self._clock.now_s, (Dot(0.5, 0.5, "person", 0.2),))
        await self._closed.wait()

    async def update_shapes(self, shapes: DraftShapes) -> None:
        """Nothing is drawn."""

    async def close(self) -> None:
        self._closed.set()


class _Desk:
    """No camera is opened: the proof looks at what the server lets out, not at streams."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def probe(self, source: str) -> ProbeResult:
        return ProbeResult(True, "h264", 640, 360, 25.0, elapsed_s=0.1)

    async def search(self) -> tuple[FoundCamera, ...]:
        return ()

    async def ask_streams(self, service: str, user: str, password: str) -> FoundStreams:
        raise DeskError("no camera is asked in a proof")

    async def open_session(self, name: str, camera: Camera, limit_s: float) -> _Look:
        return _Look(self._clock)


class _Control:
    """Remembers the stops."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held = Stops()

    async def stop(self, target: Target) -> None:
        self._held = self._held.stopping(target, self._clock())

    async def start(self, target: Target) -> None:
        self._held = self._held.starting(target)

    async def accept_view(self, camera: str) -> None:
        """Nothing has moved."""

    def is_stopped(self, camera: str) -> bool:
        places = [place for place, seen in town.PLACES.items() if seen == camera]
        return self._held.covers(camera, places)

    def in_force(self) -> Stops:
        return self._held


class _Machine:
    """A machine of which nothing is known."""

    def state(self) -> MachineState:
        return MachineState(None, Queue(0, None, 0), ClockHealth(None, None, 0), (), None, None)

    async def examine(self) -> None:
        """Nothing to examine."""


@dataclass
class World:
    """One twin with the application over it.

    Args:
        app: the real one.
        hub: what it stands on.
        clock: the hub's.
        marks: the figures of this side.
        known: ids of what was planted.
        people: who asks, by role.
        places: how many people are in each place now.
    """

    app: FastAPI
    hub: HubServices
    clock: Clock
    marks: Marks
    known: Known
    people: dict[Role, Person]
    places: dict[str, PlaceNow] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        """Of this twin."""
        return self.hub.store

    def show_moment(self, side: int, differs: Withheld) -> None:
        """Let every camera and place speak of now."""
        now_s = self.clock.now_s
        places = {}
        for place, camera in town.PLACES.items():
            own = camera in differs.live
            self.hub.board.put(town.live_state(camera, now_s, self.marks, own=own))
            self.hub.board.put_sketch(town.sketch(camera, side, own=differs.sketches))
            places[place] = town.place_now(place, now_s, self.marks, own=own)
        self.places = places


def make_world(
    folder: Path,
    ground: Ground,
    law: Law,
    side: int,
    differs: Withheld,
    *,
    acts: Callable[[], tuple[Instrument, ...]] = tuple,
    policy: str = "{profile: statistics}",
    host: str = "192.0.2.10",
    now_s: float = town.BEFORE_S,
) -> World:
    """A twin and the application over it."""
    store, marks = town.open_twin(folder, ground, side, differs)
    path = folder / "site.yaml"
    path.write_text(town.site_text(policy, host), encoding="utf-8")
    site, clock = _Site(load(path)), Clock(now_s)
    made: list[World] = []
    hub = HubServices(
        store=store,
        site=site,
        gate=lambda: Gate(law, premises_of(site.held.site), acts()),
        board=LiveBoard(clock),
        desk=_Desk(clock),
        control=_Control(clock),
        machine=_Machine(),
        clock=clock,
        metrics_token="token-of-the-proof",  # noqa: S106  # of no machine
        environ={},
        places_now=lambda: made[0].places,
    )
    alerts = tuple(one.id for one in store.alerts.going_on())
    people = {
        role: Person(f"parvis={ground.sessions[role]}")
        if role in ground.sessions
        else Person("parvis_form=form-of-a-stranger-0123456789")
        for role in Role
    }
    world = World(create_app(hub), hub, clock, marks, Known({"alerts": alerts}), people)
    made.append(world)
    world.show_moment(side, differs)
    return world


async def introduce(world: World, role: Role) -> Person:
    """The person of a role, with the token that changes carry."""
    person = world.people[role]
    if not person.token:
        answer = await ask(world.app, person, Question("GET", "/api/v1/session"))
        text = answer.body.decode()
        person.token = text.partition('"csrf":"')[2].partition('"')[0]
    return person
