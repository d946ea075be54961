"""Scenarios: walks on the ground, recorded or simulated, with what should be raised."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from parvis.alerts import life
from parvis.alerts.camera_watch import CameraWatch
from parvis.alerts.engine import RuleEngine
from parvis.alerts.kinds import Ground
from parvis.alerts.rule import LIVE_INDICATORS, Rule
from parvis.alerts.scene import Scene
from parvis.alerts.signals.thresholds import ThresholdSignal
from parvis.measures.ground.drawn import GroundShapes
from parvis.measures.ground.observers import GroundObservers
from parvis.measures.ground.shapes import GroundZone
from parvis.values.alerts import Alert, AlertKind, Change
from parvis.values.classes import ObjectClass
from parvis.values.ground_tracks import GroundTracks

LAPSE_S = 2.0
"""An object that a scenario does not show for longer has gone."""

SAME_S = 1e-3
"""Times that rounding has set so far apart are of one moment."""

SIGMA_M = 0.1
"""Standard error taken for the positions of a scenario."""

VIEW_MARGIN_M = 2.0


@dataclass(frozen=True, slots=True)
class Event:
    """What a rule should raise: its name and the stretch, seconds of the scenario."""

    rule: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Walks:
    """Positions of objects on the ground, sorted by time.

    Args:
        times_s: shape (n,), not falling.
        ids: shape (n,), int64.
        points: metres, shape (n, 2).
        classes: class codes, shape (n,), int8.

    Raises:
        ValueError: times that fall, or arrays of different length.
    """

    times_s: npt.NDArray[np.float64]
    ids: npt.NDArray[np.int64]
    points: npt.NDArray[np.float64]
    classes: npt.NDArray[np.int8]

    def __post_init__(self) -> None:
        n = len(self.times_s)
        if (self.ids.shape, self.points.shape, self.classes.shape) != ((n,), (n, 2), (n,)):
            raise ValueError("times, ids, points and classes are of the same length")
        if np.any(np.diff(self.times_s) < 0):
            raise ValueError("times do not fall")

    def frames(self) -> Iterator[GroundTracks]:
        """The moments in order, as a camera's ground would tell them."""
        last_s: dict[int, float] = {}
        for now_s, first, end in self._looks():
            ids = self.ids[first:end]
            gone = [one for one, seen_s in last_s.items() if now_s - seen_s > LAPSE_S]
            for one in gone:
                del last_s[one]
            last_s.update(dict.fromkeys(ids.tolist(), now_s))
            n = len(ids)
            yield GroundTracks(
                now_s,
                ids,
                self.points[first:end],
                np.broadcast_to(np.eye(2) * SIGMA_M**2, (n, 2, 2)),
                self.classes[first:end],
                np.ones(n, dtype=np.bool_),
                np.array(gone, dtype=np.int64),
            )

    def _looks(self) -> Iterator[tuple[float, int, int]]:
        """Moments, each with its rows; where nobody is, nobody is seen at the same rate."""
        if not len(self.times_s):
            return
        starts = np.flatnonzero(np.diff(self.times_s, prepend=-np.inf) > SAME_S)
        moments = self.times_s[starts]
        step_s = float(np.median(np.diff(moments))) if len(moments) > 1 else 0.0
        before_s = np.inf
        ends = [*starts[1:].tolist(), len(self.times_s)]
        for now_s, first, end in zip(moments.tolist(), starts.tolist(), ends, strict=True):
            missing = round((now_s - before_s) / step_s) - 1 if now_s > before_s else 0
            for i in range(1, missing + 1):
                yield before_s + (now_s - before_s) * i / (missing + 1), first, first
            yield now_s, first, end
            before_s = now_s


@dataclass(frozen=True, slots=True)
class Trial:
    """A scene that rules were tried on, and what they should have raised.

    Args:
        name: of its file.
        scene: what rules look at.
        rules: those that run.
        events: what should be raised; a rule without one there must stay quiet.
        span: its first and its last moment, seconds.
    """

    name: str
    scene: Scene
    rules: tuple[Rule, ...]
    events: tuple[Event, ...]
    span: tuple[float, float]

    def can_show(self, rule: Rule) -> bool:
        """Whether anything is drawn that the rule looks at: else its silence says nothing."""
        looks_at = rule.spec.looks_at
        if looks_at is Ground.VIEW:
            return True
        if looks_at is Ground.LINE:
            return bool(self.scene.lines) and (not rule.on or self._drawn(rule))
        if looks_at is not Ground.ZONE and rule.indicator not in LIVE_INDICATORS:
            return False
        if rule.on:
            return self._drawn(rule)
        uses = rule.spec.uses
        return any(not uses or zone.use in uses for zone in self.scene.zones.values())

    def _drawn(self, rule: Rule) -> bool:
        shapes = {*self.scene.zones, *self.scene.lines}
        return any(subject.shape in shapes for subject in rule.on)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Walks on a scene, the rules that watch, and what they should raise.

    Args:
        name: of its file.
        scene, walks: what happens.
        rules, events: see :class:`Trial`.
    """

    name: str
    scene: Scene
    walks: Walks
    rules: tuple[Rule, ...]
    events: tuple[Event, ...] = field(default=())

    @property
    def trial(self) -> Trial:
        """Itself without its walks; of an empty one, the span is 0 to 0."""
        times = self.walks.times_s
        span = (float(times[0]), float(times[-1])) if len(times) else (0.0, 0.0)
        return Trial(self.name, self.scene, self.rules, self.events, span)


def rate_of(walks: Walks) -> float:
    """Frames a second, the median over the scenario; 5 for a single frame."""
    steps = np.diff(np.unique(walks.times_s))
    return float(np.clip(1.0 / np.median(steps), 0.5, 25.0)) if len(steps) else 5.0


def shapes_of(scene: Scene, walks: Walks) -> GroundShapes:
    """What the observers of a scenario see: its shapes, and the ground that is walked on."""
    low = walks.points.min(axis=0, initial=0.0) - VIEW_MARGIN_M
    high = walks.points.max(axis=0, initial=0.0) + VIEW_MARGIN_M
    corners = ((low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1]))
    view = GroundZone(tuple((float(x), float(y)) for x, y in corners))
    zones: Mapping[str, GroundZone] = {name: one.zone for name, one in scene.zones.items()}
    return GroundShapes(dict(scene.lines), zones, view=view)


def trying(scene: Scene, engine: RuleEngine) -> CameraWatch:
    """Rules followed on one ground alone: thresholds too, which live are the hub's."""
    thresholds = ThresholdSignal(scene, engine.rules_of(AlertKind.THRESHOLD))
    return CameraWatch(scene, engine, (thresholds,))


def changes_of(scenario: Scenario, *, zone: ZoneInfo = ZoneInfo("UTC")) -> list[Change]:  # noqa: B008
    """Play a scenario through the observers and the rules that run live; all that changed."""
    walks = scenario.walks
    observers = GroundObservers(
        shapes_of(scenario.scene, walks), rate=rate_of(walks), classes=tuple(ObjectClass)
    )
    engine = RuleEngine(
        scenario.rules, scenario.scene.uses(), zone=zone, run=scenario.name, model="scenario"
    )
    watch = trying(scenario.scene, engine)
    changes: list[Change] = []
    for tracks in walks.frames():
        moment = observers.observe(tracks)
        if moment is None:
            watch.gap()
        else:
            changes += watch.observe(moment, observers.now())
    return changes


def alerts_of(changes: list[Change], rules: tuple[Rule, ...]) -> list[Alert]:
    """The alerts that changes make, taken together as the hub does, caps aside."""
    by_name = {rule.name: rule for rule in rules}
    alerts: list[Alert] = []
    for change in changes:
        rule = by_name[change.rule]
        at = _index_of(alerts, change, rule)
        if at is None:
            alerts.append(life.opened(change, rule))
        else:
            alerts[at] = life.continued(alerts[at], change)
    return alerts


def _index_of(alerts: list[Alert], change: Change, rule: Rule) -> int | None:
    for i in range(len(alerts) - 1, -1, -1):
        alert = alerts[i]
        if alert.episode == change.episode or life.continues(alert, change, rule):
            return i
    return None
