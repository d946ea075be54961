"""The site that is asked: three spaces, three places, people in front of every camera."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from parvis.alerts import life
from parvis.alerts.rule import Rule
from parvis.fleet.proof.oracle import Withheld
from parvis.policy.space import Space
from parvis.policy.terms import Role
from parvis.server.sessions import hashed
from parvis.store import Store, sqlite_url
from parvis.store.sessions import Session
from parvis.values.alerts import Alert, AlertKind, Change, Form, Severity, Step, Subject
from parvis.values.ground_minute import FlowCell, GroundQuarter, Journey
from parvis.values.live import (
    AnalysisHealth,
    CameraState,
    Dot,
    LiveState,
    Sketch,
    StreamHealth,
    ZoneNow,
)
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.place_now import PlaceNow
from parvis.values.series import PLACE, Series, SeriesKind

CLOSE_S = 1_795_528_800.0
"""Tuesday 24 November 2026, 15:00 in Paris: a quarter and an hour close."""

BEFORE_S = CLOSE_S - 1.0
"""The moment at which the questions are asked: nothing of the running quarter may leave."""

ZONE = ZoneInfo("Europe/Paris")
CAMERAS = {"quai": Space.PUBLIC_ROAD, "halle": Space.PUBLIC_VENUE, "cour": Space.PRIVATE}
PLACES = {"port": "quai", "marche": "halle", "depot": "cour"}

BYSTANDER = "une-autre-personne"
"""An account that nobody asks as: what is done to accounts is done to it."""

_QUARTER_S = 900.0
_DAY_S = 86400.0
# Nothing listens on port 9: what a route tries to send is refused on this machine.
_HEAD = """\
site: {name: Ville d'exemple, timezone: Europe/Paris, language: fr}
policy: POLICY
public: {page: true, open_data: true}
notify:
  courriel:
    email: {host: 127.0.0.1, port: 9, tls: none, from: parvis@example.fr, to: [poste@example.fr]}
  crochet: {webhook: {url: "http://127.0.0.1:9/hook", secret: "${HOOK_SECRET}"}}
  courtier: {mqtt: {host: 127.0.0.1, tls: none, port: 9, topic: parvis}}
cameras:
"""
_CAMERA = """\
  NAME:
    label: Caméra NAME
    source: rtsp://HOST/NAME
    space: SPACE
    lines: {ligne: {points: [[0.1, 0.5], [0.9, 0.5]], directions: [vers le port, vers la gare]}}
    zones: {zone: {polygon: [[0.2, 0.4], [0.6, 0.4], [0.6, 0.9], [0.2, 0.9]], use: waiting}}
    ground:
      points:
        - {image: [0.0, 0.0], wgs84: [2.3000, 48.8004]}
        - {image: [1.0, 0.0], wgs84: [2.3006, 48.8004]}
        - {image: [1.0, 1.0], wgs84: [2.3006, 48.8000]}
        - {image: [0.0, 1.0], wgs84: [2.3000, 48.8000]}
"""


def site_text(policy: str, host: str) -> str:
    """A site.yaml under that policy, its cameras on ``host``."""
    text = _HEAD.replace("POLICY", policy)
    for name, space in CAMERAS.items():
        text += _CAMERA.replace("NAME", name).replace("SPACE", space.value).replace("HOST", host)
    text += "places:\n"
    for place, camera in PLACES.items():
        text += f"  {place}: {{label: Lieu {place}, at: [2.3, 48.8], capacity: 500, "
        text += f"zones: [{camera}.zone], lines: [{camera}.ligne]}}\n"
    return text


@dataclass
class Marks:
    """Figures that nothing else gives, and what each stands for; the same order, the same figures.

    Args:
        side: 0 for the one twin, 1 for the other: no figure is on both sides.
    """

    side: int
    meaning: dict[int, str] = field(default_factory=dict)
    _next: int = 0

    def new(self, what: str) -> float:
        """A figure of five digits, of this side only."""
        self._next += 1
        figure = 20_011 + 2 * ((self._next * 7919) % 38_000) + self.side
        self.meaning[figure] = what
        return float(figure)


def minutes_of(side: int, differs: Withheld, marks: Marks) -> Iterator[ClosedMinute]:
    """The measures of one twin: today since ten, and as much of the day before.

    Twins agree in every closed quarter, save in what ``differs`` names.
    """
    for day in (1, 0):
        for quarter in range(20):
            start_s = CLOSE_S - _DAY_S * day - _QUARTER_S * (20 - quarter)
            running = day == 0 and quarter == 19
            small = quarter == 8  # one quarter of one hour: its total would tell it
            for name in CAMERAS:
                yield from _quarter(
                    name, side, differs, marks, start_s, running=running, small=small
                )


def _quarter(
    camera: str,
    side: int,
    differs: Withheld,
    marks: Marks,
    start_s: float,
    *,
    running: bool,
    small: bool,
) -> Iterator[ClosedMinute]:
    own = differs.measures or (running and differs.open) or (small and differs.small)
    moment = f"{camera} {start_s - CLOSE_S + 54_000:.0f} s into the day"
    figure = marks.new(f"crossings at {moment}") if own else _common(start_s, camera)
    if small:
        figure = (2.0 + 2 * side) if own else 3.0  # three times as much is few as well
    people = (
        marks.new(f"people at {moment}")
        if own and not small
        else 40.0 + _common(start_s, camera) % 7
    )
    if small:
        people = 3.0 + side if own else 4.0
    swapped = differs.minutes and side == 1
    for n in range(15):
        # Within a quarter the twins hold the same minutes in another order.
        of = (n + 7) % 15 if swapped else n
        share = figure * (of + 1) / 120.0
        at_s = start_s + 60.0 * n
        measures = [
            Measure(
                Series(camera, SeriesKind.CROSSINGS, "ligne", cls, direction),
                at_s,
                at_s + 60,
                value,
                Spread(),
                60.0,
            )
            for cls, direction, value in (
                ("person", 0, share),
                ("person", 1, share * 2),
                ("bicycle", 0, share * 3),
            )
        ]
        level = people * (of + 1) / 8.0
        measures.append(
            Measure(
                Series(camera, SeriesKind.OCCUPANCY, "zone", "person"),
                at_s,
                at_s + 60,
                level,
                Spread(),
                60.0,
                60.0,
            )
        )
        yield ClosedMinute(
            camera, "run-1", at_s, 60.0, tuple(measures), {}, _ground(at_s, figure, n)
        )
        place = next(place for place, seen in PLACES.items() if seen == camera)
        of_place = Series(f"{PLACE}{place}", SeriesKind.OCCUPANCY, "*", "person")
        yield ClosedMinute(
            f"{PLACE}{place}", "run-1", at_s, 60.0,
            (Measure(of_place, at_s, at_s + 60, level, Spread(), 60.0, 60.0),),
        )  # fmt: skip


def _common(start_s: float, camera: str) -> float:
    """A figure that both twins hold: over the smallest cell in every series."""
    return 300.0 + (start_s // _QUARTER_S) % 97 + list(CAMERAS).index(camera)


def _ground(at_s: float, figure: float, n: int) -> tuple[GroundQuarter, ...]:
    """What the last minute of a quarter says of its squares and journeys."""
    if n != 14:
        return ()
    cell = FlowCell(3.5, 2.5, figure / 10.0, 0.5, 0.25, 0.25, int(figure) % 50)
    journeys = {Journey("zone", "@left", "person"): int(figure)}
    start_s = at_s // _QUARTER_S * _QUARTER_S
    return (GroundQuarter(start_s, 900.0, 1.0, (cell,), journeys),)


def live_state(camera: str, now_s: float, marks: Marks, *, own: bool) -> LiveState:
    """What a worker says of a busy moment; of this side alone where it is withheld."""

    def figure(what: str, common: float) -> float:
        return marks.new(f"{what} at {camera} now") if own else common

    stream = StreamHealth(
        CameraState.LIVE, now_s - 3600, fps=25.0, decoded=1500,
        dropped=int(figure("frames left out", 3)), codec="h264", width=640, height=360,
    )  # fmt: skip
    analysis = AnalysisHealth(
        5.0,
        figure("analysed frames a second", 5.0) / 1e4,
        int(figure("analysed frames", 300)),
        int(figure("frames with people", 200)),
        figure("inference", 11.5) / 1e3,
        {"decode": 20.0, "infer": figure("detector", 55.0)},
        "omz-2004",
    )
    people = int(figure("people in the zone", 31))
    return LiveState(
        camera, "run-1", now_s, stream, analysis,
        (Dot(figure("a dot", 25_000) / 1e5, figure("a dot", 75_000) / 1e5, "person", 0.2),),
        {"zone": {"person": people}},
        {Series(camera, SeriesKind.CROSSINGS, "ligne", "person", 0): figure("running count", 14)},
        3600.0,
        {"zone": ZoneNow(people, figure("density", 21_000) / 1e4, "B", "none")},
    )  # fmt: skip


def place_now(place: str, now_s: float, marks: Marks, *, own: bool) -> PlaceNow:
    """How many people are in a place now."""
    people = marks.new(f"people in {place} now") if own else 31.0
    return PlaceNow(place, now_s, people, people - 2, people + 2, 1.0, ())


def sketch(camera: str, side: int, *, own: bool) -> Sketch:
    """The drawing of an empty scene."""
    x = 0.1 + 0.4 * side * own
    return Sketch(camera, 640, 360, (((x, 0.1), (0.9, 0.9)),))


def _change(number: int, kind: AlertKind, rule: str, camera: str, value: float) -> Change:
    return Change(
        f"run-1.1-{number}", 0, rule, "0123456789ab", kind, Form.PLAIN, Subject(camera, "zone"),
        Step.RAISED, BEFORE_S - 1000.0 - number, BEFORE_S - 1100.0, Severity.WARN, value, None,
        None, 2.0, at=(3.25, 4.75), model="nano",
    )  # fmt: skip


def plant_alerts(store: Store, marks: Marks, differs: Withheld) -> list[Alert]:
    """One alert made from images and one from closed measures, at each camera."""
    found = []
    for n, camera in enumerate(CAMERAS):
        own, of_image = differs.alerts, differs.alerts or camera in differs.image_alerts
        image = marks.new(f"density of an alert at {camera}") if of_image else 33_333.0
        closed = marks.new(f"unusual of an alert at {camera}") if own else 44_444.0
        for number, kind, value in (
            (2 * n, AlertKind.DENSITY, image),
            (2 * n + 1, AlertKind.UNUSUAL, closed),
        ):
            change = _change(number, kind, kind.value, camera, value)
            with store.alerts.stepping() as steps:
                found.append(steps.open(life.opened(change, Rule(kind.value, kind)), change))
    return found


@dataclass(frozen=True)
class Ground:
    """A store with accounts and their open sessions, from which twins are copied.

    Args:
        path: of the database.
        sessions: token of the session of each role.
    """

    path: Path
    sessions: Mapping[Role, str]


def lay_ground(folder: Path, clock: Callable[[], float]) -> Ground:
    """Make the store that every twin begins as."""
    path = folder / "ground.db"
    sessions: dict[Role, str] = {}
    with Store(sqlite_url(path), ZONE) as store:
        for role in Role:
            if role is Role.PUBLIC:
                continue
            # Nobody signs in with a password here: the hash fits none.
            account = store.accounts.create(f"{role.value}-1", "!", role.value, clock())
            token = f"session-of-the-{role.value}-in-the-proof-0123456789"
            if account is not None:
                store.accounts.sessions.open(
                    Session(
                        hashed(token), account, clock(), clock(), clock() + 43_200.0, "", "", True
                    )
                )
            sessions[role] = token
        store.accounts.create(BYSTANDER, "!", Role.VIEWER.value, clock())
    return Ground(path, sessions)


def open_twin(folder: Path, ground: Ground, side: int, differs: Withheld) -> tuple[Store, Marks]:
    """One twin's store, planted."""
    folder.mkdir(parents=True)
    shutil.copy(ground.path, folder / "parvis.db")
    marks = Marks(side)
    store = Store(sqlite_url(folder / "parvis.db"), ZONE)
    store.record(list(minutes_of(side, differs, marks)))
    plant_alerts(store, marks, differs)
    return store, marks
