"""A town of four cameras for looking at screens: a site.yaml, a filled store, a scripted board.

    with open_site(folder) as town: print(town.url)

serves it until the block is left; `python tests/screens/town.py` serves it until stopped.
"""

import asyncio
import math
import random
import struct
import threading
import time
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn

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
from parvis.server.machine import (
    Check,
    Checkup,
    ClockHealth,
    Disk,
    Finding,
    JobRun,
    MachineState,
    Queue,
)
from parvis.server.services import HubServices
from parvis.server.sign_in import Newcomer
from parvis.site import LoadedSite, load
from parvis.site.edit import SiteDocument
from parvis.site.shapes import Camera
from parvis.store import Store, sqlite_url
from parvis.values.live import (
    AnalysisHealth,
    CameraState,
    Dot,
    LiveState,
    Sketch,
    StreamHealth,
)
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.saying import T
from parvis.values.series import Series, SeriesKind
from parvis.values.stops import Stops, Target

PARIS = ZoneInfo("Europe/Paris")
NOW_S = datetime(2026, 11, 23, 14, 32, 20, tzinfo=PARIS).timestamp()
PASSWORD = "quatre mots pour une demo"

SITE = """\
# The town that the screens are tested with.
site: {{name: Ville d’Exemple, timezone: Europe/Paris, language: fr}}
policy: {{profile: {profile}}}
cameras:
  marche:
    label: Place du Marché
    source: rtsp://127.0.0.1:8554/marche
    credit: {credit}
    classes: [person, bicycle, car]
    masks: [[[0, 0], [0.2, 0], [0.2, 0.16], [0, 0.2]]]
    lines:
      fontaine:   # the long one
        label: Fontaine
        points: [[0.08, 0.52], [0.34, 0.93]]
        directions: [Vers la place, Vers la rue]
      halle:
        points: [[0.62, 0.9], [0.9, 0.55]]
        directions: [Vers la halle, Vers le pont]
    zones:
      terrasse:
        label: Terrasse des cafés
        polygon: [[0.4, 0.4], [0.72, 0.38], [0.76, 0.72], [0.37, 0.75]]
        use: waiting
  gare:
    label: Parvis de la Gare
    source: rtsp://127.0.0.1:8554/gare
    classes: [person, bicycle, car]
    lines:
      tram:
        label: Traversée du tramway
        points: [[0.2, 0.6], [0.8, 0.62]]
        directions: [Vers le tram, Vers la gare]
  haute:
    label: Rue Haute
    source: rtsp://127.0.0.1:8554/haute
    classes: [person, bicycle, car]
    lines:
      haute: {{points: [[0.1, 0.5], [0.9, 0.5]], directions: [Montée, Descente]}}
  quai:
    label: Quai des Tanneurs
    source: rtsp://127.0.0.1:8554/quai
    classes: [person, bicycle]
    lines:
      quai: {{points: [[0.5, 0.2], [0.5, 0.9]], directions: [Vers le port, Vers la gare]}}
"""
CREDIT = "PETS 2009 S2.L1, scène de recherche jouée"

# What each camera did today: seconds of the day not seen, as (from, to) in hours.
HOLES = {
    "marche": [(9.25, 9.75)],
    "gare": [],
    "haute": [(14.19, 24)],
    "quai": [(7.0, 7.2), (14.4, 24)],
}
WEIGHT = {"marche": 1.0, "gare": 0.6, "haute": 0.3, "quai": 0.2}
SHARE = {"person": 1.0, "bicycle": 0.07, "car": 0.02}


def pace(at: datetime, camera: str) -> float:
    """People a minute that a camera expects at this civil time."""
    hour = at.hour + at.minute / 60
    day = 7 * math.exp(-(((hour - 8.3) / 0.9) ** 2)) + 20 * math.exp(-(((hour - 13) / 2.1) ** 2))
    day += 24 * math.exp(-(((hour - 17.4) / 1.7) ** 2)) + 0.1
    return day * WEIGHT[camera] * (0.55 if at.weekday() == 6 else 1.0) * 0.5


def series_of(name: str, camera: Camera) -> Iterator[Series]:
    """Every series that a worker would write for this camera."""
    for line in camera.lines:
        for label in camera.classes:
            for direction in (0, 1):
                yield Series(name, SeriesKind.CROSSINGS, line, label, direction)
    for zone in camera.zones:
        yield Series(name, SeriesKind.OCCUPANCY, zone, "person")


def minute(name: str, camera: Camera, start_s: float) -> ClosedMinute:
    """A synthetic minute; the same for the same arguments."""
    at = datetime.fromtimestamp(start_s, PARIS)
    hour = at.hour + at.minute / 60
    today = at.date() == datetime.fromtimestamp(NOW_S, PARIS).date()
    hidden = today and any(a <= hour < b for a, b in HOLES[name])
    dice = random.Random(f"{name} {start_s}")  # noqa: S311
    growth = 1.1 if today else 1.0
    measures = []
    for series in series_of(name, camera):
        expected = pace(at, name) * SHARE[series.object_class] * growth
        if series.kind is SeriesKind.OCCUPANCY:
            value, weight = expected * 0.8, 60.0
        else:
            value, weight = float(sum(dice.random() < expected / 20 for _ in range(20))), 0.0
        spread = Spread(0.04 * value, 0.06 * value, 0.05 * value)
        measures.append(
            Measure(
                series,
                start_s,
                start_s + 60,
                None if hidden else value,
                Spread() if hidden else spread,
                0.0 if hidden else 60.0,
                0.0 if hidden else weight,
            )
        )
    return ClosedMinute(name, "01SCREENS", start_s, 0.0 if hidden else 60.0, tuple(measures))


def fill(store: Store, site: LoadedSite, now_s: float, days: tuple[int, ...]) -> None:
    """Write the minutes of these days back from ``now_s`` (0 is today)."""
    today = datetime.fromtimestamp(now_s, PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
    for name, camera in site.site.cameras.items():
        minutes = []
        for back in days:
            start = datetime.fromtimestamp(today.timestamp() + 43200 - back * 86400, PARIS)
            at_s = start.replace(hour=0, minute=0).timestamp()
            end_s = min(now_s - 60, at_s + 86400)
            while at_s <= end_s:
                minutes.append(minute(name, camera, at_s))
                at_s += 60
        store.record(minutes)


@dataclass
class Files:
    """The site in force and its file, read anew when it changes."""

    path: Path
    _loaded: LoadedSite | None = None
    _stamp: int = 0

    def loaded(self) -> LoadedSite:
        stamp = self.path.stat().st_mtime_ns
        if self._loaded is None or stamp != self._stamp:
            self._loaded, self._stamp = load(self.path), stamp
        return self._loaded

    def take(self, loaded: LoadedSite) -> None:
        self._loaded, self._stamp = loaded, self.path.stat().st_mtime_ns

    def document(self) -> SiteDocument:
        return SiteDocument.open(self.path)


class Controls:
    """Stops kept in memory."""

    def __init__(self) -> None:
        self.held = Stops()
        self.accepted: list[str] = []

    async def stop(self, target: Target) -> None:
        self.held = self.held.stopping(target, NOW_S)

    async def start(self, target: Target) -> None:
        self.held = self.held.starting(target)

    async def accept_view(self, camera: str) -> None:
        self.accepted.append(camera)

    def in_force(self) -> Stops:
        return self.held

    def is_stopped(self, camera: str) -> bool:
        return self.held.covers(camera)


class ScriptedMachine:
    """A machine that is well, until told otherwise; its checkup takes two looks."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.queue = Queue(0, None, 0)
        self.free_bytes = 112_400_000_000
        self.clock_health = ClockHealth(True, 0.012, 0)
        self.retention_failed = False
        self.checkup: Checkup | None = None

    def state(self) -> MachineState:
        now_s = self._clock()
        checkup = self.checkup
        if checkup and checkup.running:
            self.checkup = replace(checkup, running=False, checks=CHECKS)
        return MachineState(
            Disk("data", self.free_bytes, 238_000_000_000, 1_240_000_000),
            self.queue,
            self.clock_health,
            (
                JobRun("recover", 30.0, now_s - 12, 0.01, 0),
                JobRun("retention", 3600.0, now_s - 1260, 0.4, 1204, self.retention_failed),
            ),
            now_s // 60 * 60 - 60,
            checkup,
        )

    async def examine(self) -> None:
        self.checkup = Checkup(self._clock(), (), running=True)


CHECKS = (
    Check(T("clock"), Finding.GOOD, T("{time}")(time="2026-11-23 14:32:20 CET")),
    Check(
        T("disk"),
        Finding.GOOD,
        T("{free} GB free in {folder}")(free=112.4, folder="data"),
    ),
    Check(
        T("model {name}")(name="yolox-nano"),
        Finding.BAD,
        T("{reason}")(reason="yolox-nano is not on this machine"),
        T("fetch the detectors"),
        "parvis models pull auto",
    ),
)


class Session:
    """A scripted set-up session: someone walks from left to right, again and again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open = True
        self._lines: tuple[str, ...] = ()
        self._totals: dict[str, dict[int, dict[str, int]]] = {}

    async def still(self) -> Still:
        return Still(blurred_picture(192, 108), "image/png", 960, 540)

    async def events(self) -> AsyncIterator[TrialMoment]:
        step = 0
        while self._open:
            await asyncio.sleep(0.2)
            step += 1
            now_s = self._clock()
            x = step % 20 / 20
            crossings = ()
            if step % 20 == 10 and self._lines:
                line = self._lines[0]
                ways = self._totals.setdefault(line, {0: {}, 1: {}})
                ways[0]["person"] = ways[0].get("person", 0) + 1
                crossings = (TrialCrossing(now_s, line, 0, "person", x, 0.6),)
            dots = (Dot(x, 0.6, "person"), Dot(1 - x, 0.75, "bicycle"))
            yield TrialMoment(now_s, dots, crossings, dict(self._totals))

    async def update_shapes(self, shapes: DraftShapes) -> None:
        self._lines = tuple(shapes.lines)
        self._totals = {}

    async def close(self) -> None:
        self._open = False


FOUND = (
    FoundCamera(
        "192.0.2.31", "http://192.0.2.31/onvif/device_service", "Dôme nord", "D-4", "Marché"
    ),
    FoundCamera("192.0.2.10", "http://192.0.2.10/onvif/device_service", "", "B-2"),
)


class Desk:
    """Answers as a camera would."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    async def probe(self, source: str) -> ProbeResult:
        if "refused" in source:
            return ProbeResult(
                False,
                reason="le mot de passe est refusé (401)",
                remedies=(
                    "Vérifiez le compte RTSP dans les réglages de la caméra.",
                    "Mettez le mot de passe dans le fichier de secrets, sous le nom écrit ici.",
                    "Essayez l’adresse du flux secondaire.",
                ),
                elapsed_s=1.2,
            )
        return ProbeResult(True, "h264", 1920, 1080, 25.0, elapsed_s=2.4)

    async def search(self) -> tuple[FoundCamera, ...]:
        return FOUND

    async def ask_streams(self, service: str, user: str, password: str) -> FoundStreams:
        if password != "sesame":
            raise DeskError(
                "The camera refuses the user name or the password.",
                ("Switch on ONVIF on the camera's page, or write the address by hand.",),
            )
        return FoundStreams("rtsp://192.0.2.31/main", "rtsp://192.0.2.31/sub")

    async def open_session(self, name: str, camera: Camera, limit_s: float) -> Session:
        return Session(self._clock)


def blurred_picture(width: int, height: int) -> bytes:
    """A PNG of soft grey shades, as a heavily blurred square would be."""
    rows = b""
    for y in range(height):
        row = bytearray(b"\0")
        for x in range(width):
            shade = 150 + 40 * math.sin(x / 31) * math.cos(y / 23) - (30 if y < height * 0.3 else 0)
            row += bytes((int(shade), int(shade), int(shade + 6)))
        rows += bytes(row)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


SKETCH = (
    ((0.0, 0.19), (0.22, 0.13), (0.77, 0.12), (1.0, 0.18)),
    ((0.0, 0.17), (0.21, 0.1), (0.21, 0.0)),
    ((0.25, 0.0), (0.25, 0.09), (0.47, 0.08), (0.47, 0.0)),
    ((0.5, 0.0), (0.5, 0.08), (0.75, 0.09), (0.75, 0.0)),
    ((0.79, 0.0), (0.79, 0.1), (1.0, 0.15)),
    ((0.03, 0.23), (0.03, 1.0)),
    ((0.97, 0.23), (0.97, 1.0)),
    ((0.07, 0.3), (0.14, 0.3)),
    ((0.07, 0.33), (0.14, 0.33)),
    ((0.86, 0.28), (0.94, 0.28)),
    ((0.86, 0.31), (0.94, 0.31)),
)


@dataclass
class Script:
    """What the cameras say, until told otherwise.

    Args:
        speaking: false is an unplugged hub: nothing more comes.
        people: walkers in front of the first camera.
    """

    board: LiveBoard
    site: LoadedSite
    clock: Callable[[], float]
    speaking: bool = True
    people: int = 34
    _step: int = 0

    def say(self) -> None:
        """Put one state of every camera on the board."""
        self._step += 1
        now_s = self.clock()
        for name, camera in self.site.site.cameras.items():
            self.board.put(self._state(name, camera, now_s))

    def _state(self, name: str, camera: Camera, now_s: float) -> LiveState:
        state, since_s, reason = CameraState.LIVE, now_s - 5 * 3600, ""
        today_s = datetime.fromtimestamp(NOW_S, PARIS).replace(hour=0, minute=0, second=0)
        if name == "haute":
            state, since_s = CameraState.LOST, today_s.timestamp() + 14.19 * 3600
            reason = "The camera does not answer in time."
        elif name == "quai":
            state, since_s = CameraState.MOVED, today_s.timestamp() + 14.4 * 3600
        live = state is CameraState.LIVE
        stream = StreamHealth(
            state,
            since_s,
            reason,
            25.0 if live else 0.0,
            450_000,
            12,
            0 if live else 31,
            "h264",
            1920,
            1080,
        )
        stages = {"decode": 118.0, "gate": 6.0, "infer": 57.0, "track": 4.0, "observe": 2.0}
        analysis = AnalysisHealth(
            5.0,
            5.0 if live else 0.0,
            90_000,
            71_000,
            11.4 if live else 0.0,
            stages if live else {},
            "person-vehicle-bike-detection-2004",
        )
        dots = self._dots(self.people if name == "marche" else 18) if live else ()
        running = int(now_s % 60)
        counts = {
            Series(name, SeriesKind.CROSSINGS, line, "person", 0): float(running // 6)
            for line in camera.lines
        }
        return LiveState(
            name, "01SCREENS", now_s, stream, analysis, dots, {}, counts if live else {}, 51_000.0
        )

    def _dots(self, n: int) -> tuple[Dot, ...]:
        dots = []
        for i in range(n):
            dice = random.Random(i)  # noqa: S311
            x, y = dice.random(), 0.3 + 0.65 * dice.random()
            x = (x + self._step * 0.002 * (1 if i % 2 else -1)) % 1
            label = "bicycle" if i % 11 == 5 else "car" if i % 17 == 9 else "person"
            dots.append(Dot(x, y, label, 0.1))
        return tuple(dots)


@dataclass
class Town:
    """A site being served."""

    url: str
    services: HubServices
    script: Script
    path: Path
    control: Controls
    machine: ScriptedMachine
    started_s: float = field(default_factory=time.time)


@contextmanager
def open_site(
    folder: Path,
    profile: str = "demonstration",
    *,
    days: tuple[int, ...] = (0, 7),
    cameras: bool = True,
    port: int = 0,
    account: bool = True,
    site: str = SITE,
) -> Iterator[Town]:
    """Serve the town on loopback until the block is left.

    Args:
        folder: where site.yaml and the database go.
        profile: policy profile.
        days: days back from now that hold measures.
        cameras: false is a site before its first camera.
        port: 0 takes a free one.
        account: makes the administrator ``claire`` with :data:`PASSWORD`.
        site: another site.yaml, to be formatted alike; its cameras bear the same names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "site.yaml"
    text = site.format(profile=profile, credit=CREDIT)
    if not cameras:
        text = text.partition("cameras:")[0]
    path.write_text(text, encoding="utf-8")
    started_s = time.time()

    def clock() -> float:
        return NOW_S + time.time() - started_s

    files = Files(path)
    store = open_store(folder)
    fill(store, files.loaded(), NOW_S, days)
    board = LiveBoard(clock)
    control = Controls()
    machine = ScriptedMachine(clock)
    services = HubServices(
        store=store,
        site=files,
        gate=lambda: Gate.of(profile, files.loaded().site.recorded),
        board=board,
        desk=Desk(clock),
        control=control,
        machine=machine,
        clock=clock,
        models=("nanodet-g", "person-vehicle-bike-detection-2004"),
    )
    script = Script(board, files.loaded(), clock)
    for name in files.loaded().site.cameras:
        board.put_sketch(Sketch(name, 1920, 1080, SKETCH))
    app = create_app(services)
    if account:
        asyncio.run(app.state.door.make(Newcomer("claire", PASSWORD, Role.ADMINISTRATOR)))
        asyncio.run(app.state.door.make(Newcomer("paul", PASSWORD, Role.VIEWER)))
    server = uvicorn.Server(
        uvicorn.Config(
            app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    ended = threading.Event()

    def speak() -> None:
        while not ended.wait(0.25):
            if script.speaking:
                script.say()

    script.say()
    speaker = threading.Thread(target=speak, daemon=True)
    speaker.start()
    try:
        yield Town(f"http://127.0.0.1:{port}", services, script, path, control, machine)
    finally:
        ended.set()
        speaker.join(2)
        server.should_exit = True
        thread.join(5)
        store.close()


def open_store(folder: Path) -> Store:
    """A new SQLite store in that folder."""
    return Store(sqlite_url(folder / "parvis.db"), PARIS)


if __name__ == "__main__":
    import sys
    import tempfile

    with (
        tempfile.TemporaryDirectory() as place,
        open_site(Path(place), *sys.argv[1:2], port=8099) as town,
    ):
        sys.stdout.write(f"{town.url}  claire / {PASSWORD}\n")
        threading.Event().wait()
