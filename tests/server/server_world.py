"""A whole server on a real SQLite store; only the cameras are scripted."""

import asyncio
import itertools
import shutil
import threading
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from fastapi import FastAPI

from parvis.policy.gate import Gate
from parvis.policy.terms import Role
from parvis.server.app import create_app
from parvis.server.desk import (
    DeskError,
    DraftShapes,
    FoundCamera,
    FoundStreams,
    ProbeResult,
    Still,
    TrialCrossing,
    TrialMoment,
)
from parvis.server.live import LiveBoard
from parvis.server.machine import ClockHealth, MachineState, Queue
from parvis.server.passwords import Passwords
from parvis.server.services import HubServices
from parvis.site import LoadedSite, load
from parvis.site.shapes import Camera
from parvis.store import Store, sqlite_url
from parvis.store.audit import Entry
from parvis.values.live import AnalysisHealth, CameraState, Dot, LiveState, StreamHealth
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind
from parvis.values.stops import Stops, Target, What
from parvis.video.errors import Fault, FaultKind

with warnings.catch_warnings():
    # It prefers httpx2, which Parvis does not use.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NOON_S = 1_795_431_600.0
"""Monday 23 November 2026, 12:00 in Paris (11:00 UTC)."""

BASE = "http://127.0.0.1:8080"
PASSWORD = "quatre mots sans rapport"

SITE = """\
# Kept by the technician; this comment must survive the screens.
site: {name: Ville d'exemple, timezone: Europe/Paris, language: fr}
policy: {profile: PROFILE}
server:
  trusted_proxies: [10.0.0.0/8]
cameras:
  quai:
    label: Quai Nord
    source: rtsp://user:${QUAI_PASSWORD}@HOST/main
    lines:
      pont:
        points: [[0.1, 0.5], [0.9, 0.5]]
        directions: ["=vers le port", vers la gare]
    zones:
      terrasse: {polygon: [[0.2, 0.4], [0.6, 0.4], [0.6, 0.9], [0.2, 0.9]], use: waiting}
  gare:
    label: Gare
    source: rtsp://HOST/gare
"""

PORT = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)
STATION = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 1)
TERRACE = Series("quai", SeriesKind.OCCUPANCY, "terrasse", "person")


@dataclass
class Clock:
    """A clock that tests set."""

    now_s: float = NOON_S

    def __call__(self) -> float:
        return self.now_s


@dataclass
class SiteHolder:
    """The site in force, as the hub keeps it."""

    held: LoadedSite

    def loaded(self) -> LoadedSite:
        return self.held

    def take(self, loaded: LoadedSite) -> None:
        self.held = loaded


@dataclass
class ScriptedSession:
    """A set-up session that shows a grey still and a moment each tenth of a second."""

    closed: asyncio.Event = field(default_factory=asyncio.Event)
    shapes: list[DraftShapes] = field(default_factory=list)

    async def still(self) -> Still:
        return Still(b"\x89PNG blurred", "image/png", 640, 360)

    async def events(self) -> AsyncIterator[TrialMoment]:
        for n in itertools.count():
            if self.closed.is_set():
                return
            crossing = TrialCrossing(NOON_S + n, "pont", 0, "person", 0.5, 0.5)
            yield TrialMoment(NOON_S + n, (Dot(0.5, 0.5, "person", 0.2),), (crossing,))
            await asyncio.sleep(0.02)

    async def update_shapes(self, shapes: DraftShapes) -> None:
        self.shapes.append(shapes)

    async def close(self) -> None:
        self.closed.set()


FOUND = (
    FoundCamera(
        "192.0.2.31", "http://192.0.2.31/onvif/device_service", "Dôme nord", "D-4", "Marché"
    ),
    FoundCamera("192.0.2.10", "http://192.0.2.10/onvif/device_service", "", "B-2"),
)


@dataclass
class ScriptedDesk:
    """Opens whatever it is asked to, and remembers."""

    probed: list[str] = field(default_factory=list)
    sessions: list[ScriptedSession] = field(default_factory=list)
    opened: list[Camera] = field(default_factory=list)
    slow_s: float = 0.0
    opening: threading.Event = field(default_factory=threading.Event)

    async def probe(self, source: str) -> ProbeResult:
        self.probed.append(source)
        self.opening.set()
        await asyncio.sleep(self.slow_s)
        if "refused" in source:
            return ProbeResult(
                False, reason=f"401 from {source}", remedies=("Vérifiez le compte RTSP.",)
            )
        if "silent" in source:
            fault = Fault(FaultKind.TIMEOUT)
            return ProbeResult(False, reason=fault.message, remedies=(fault.remedy,))
        return ProbeResult(True, "h264", 1920, 1080, 25.0, elapsed_s=0.4)

    async def search(self) -> tuple[FoundCamera, ...]:
        return FOUND

    async def ask_streams(self, service: str, user: str, password: str) -> FoundStreams:
        if password != "sesame":
            raise DeskError(
                "The camera refuses the user name or the password.",
                ("Switch on ONVIF on the camera's page, or write the address by hand.",),
            )
        return FoundStreams("rtsp://192.0.2.31/main", "rtsp://192.0.2.31/sub")

    async def open_session(self, name: str, camera: Camera, limit_s: float) -> ScriptedSession:
        if name == "gare":
            raise DeskError("no picture within 10 s", ("Check the cable.",))
        self.opened.append(camera)
        self.opening.set()
        await asyncio.sleep(self.slow_s)
        self.sessions.append(ScriptedSession())
        return self.sessions[-1]


@dataclass
class ScriptedControl:
    """Remembers the stops."""

    stops: set[str | None] = field(default_factory=set)
    held: Stops = field(default_factory=Stops)
    answers: bool = True
    accepted: list[str] = field(default_factory=list)

    async def stop(self, target: Target) -> None:
        self.held = self.held.stopping(target, NOON_S)
        if target.what in (What.ALL, What.CAMERA):
            self.stops.add(target.name or None)
        if not self.answers:
            await asyncio.sleep(60)

    async def start(self, target: Target) -> None:
        self.held = self.held.starting(target)
        self.stops.discard(target.name or None)

    def in_force(self) -> Stops:
        return self.held

    async def accept_view(self, camera: str) -> None:
        self.accepted.append(camera)

    def is_stopped(self, camera: str) -> bool:
        return camera in self.stops or None in self.stops


class QuietMachine:
    """A machine of which nothing is known."""

    def state(self) -> MachineState:
        return MachineState(None, Queue(0, None, 0), ClockHealth(None, None, 0), (), None, None)

    async def examine(self) -> None: ...


@dataclass
class World:
    """Everything a test may turn."""

    app: FastAPI
    hub: HubServices
    clock: Clock
    site: SiteHolder
    desk: ScriptedDesk
    control: ScriptedControl

    @property
    def path(self) -> Path:
        return self.site.held.path

    @property
    def store(self) -> Store:
        return self.hub.store

    def browser(self, base: str = BASE, **options: object) -> "Browser":
        return Browser(self.app, base, **options)

    def signed_in(self, role: Role) -> "Browser":
        """A browser in which an account of that role is signed in."""
        name = f"{role.value}-1"
        if self.store.accounts.by_name(name) is None:
            self.store.accounts.create(name, _HASH, role.value, self.clock())
        browser = self.browser()
        browser.sign_in(name)
        return browser


class Browser(TestClient):
    """An HTTP client that carries cookies, and the CSRF token where it is told to."""

    def __init__(self, app: FastAPI, base: str = BASE, **options: object) -> None:
        super().__init__(app, base_url=base, follow_redirects=False, **options)  # type: ignore[arg-type]
        self.headers["origin"] = base

    def token(self) -> str:
        """Read the token and send it with every later request."""
        self.headers.pop("x-csrf-token", None)
        self.headers["x-csrf-token"] = self.get("/api/v1/session").json()["csrf"]
        return self.headers["x-csrf-token"]

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        self.token()
        answer = self.post("/api/v1/session", json={"name": name, "password": password})
        assert answer.status_code == 204, answer.text
        self.token()


FAST = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def entries(world: World) -> list[Entry]:
    """The audit trail, oldest first."""
    return world.store.audit.entries(0, 1e12)[::-1]


def live_state(camera: str = "quai", time_s: float = NOON_S) -> LiveState:
    """What a worker says of a busy moment."""
    return LiveState(
        camera,
        "run-1",
        time_s,
        StreamHealth(CameraState.LIVE, time_s - 60, fps=25.0, decoded=1500, codec="h264"),
        AnalysisHealth(5, 5, 300, 200, 11.5, {"decode": 20.0, "infer": 55.0}, "omz-2004"),
        (Dot(0.25, 0.75, "person", 0.2),),
        {"terrasse": {"person": 3}},
        {PORT: 4.0},
        3600.0,
    )


def minute(start_s: float, port: float, run: str = "run-1") -> ClosedMinute:
    """A closed minute of camera ``quai``."""
    spread = Spread(0.1 * port, 0.1 * port, port)
    return ClosedMinute(
        "quai",
        run,
        start_s,
        60.0,
        (
            Measure(PORT, start_s, start_s + 60, port, spread, 60.0),
            Measure(STATION, start_s, start_s + 60, 1.0, Spread(), 60.0),
            Measure(TERRACE, start_s, start_s + 60, 2.5, Spread(), 60.0, 60.0),
        ),
    )


def make_world(folder: Path, profile: str, empty_store: Path) -> World:
    """A server on a copy of an empty store."""
    host = "192.0.2.10" if profile == "statistics" else "127.0.0.1"
    path = folder / "site.yaml"
    path.write_text(SITE.replace("PROFILE", profile).replace("HOST", host), encoding="utf-8")
    clock, site = Clock(), SiteHolder(load(path))
    desk, control = ScriptedDesk(), ScriptedControl()
    shutil.copy(empty_store, folder / "parvis.db")
    store = Store(sqlite_url(folder / "parvis.db"), ZoneInfo("Europe/Paris"))
    hub = HubServices(
        store=store,
        site=site,
        gate=lambda: Gate.of(
            site.held.site.policy.profile,
            set(site.held.site.cameras) if profile == "demonstration" else (),
        ),
        board=LiveBoard(clock),
        desk=desk,
        control=control,
        machine=QuietMachine(),
        clock=clock,
        metrics_token="metrics-token-of-the-tests",
        environ={"QUAI_PASSWORD": "sesame-very-secret"},
    )
    return World(create_app(hub, FAST), hub, clock, site, desk, control)
