"""The rules that the hub follows: health of cameras, places, thresholds, what is unusual."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from parvis.alerts.engine import RuleEngine
from parvis.alerts.ladder import Bounds, rising
from parvis.alerts.rule import LIVE_INDICATORS, Rule
from parvis.fleet.health_signals import health_signals
from parvis.fleet.place_signals import place_signals
from parvis.fleet.threshold_signals import closed_signals, live_signals
from parvis.fleet.unusual_signals import UnusualWatch
from parvis.site.shapes import Site
from parvis.store import StoreUnavailableError
from parvis.store.alert_wire import Said
from parvis.values.alert_history import quarter_of
from parvis.values.alerts import AlertKind, Signal, Subject
from parvis.values.live import LiveState
from parvis.values.measure import Measure
from parvis.values.place_now import PlaceNow
from parvis.values.series import PLACE

log = structlog.get_logger(__name__)

Quarter = Callable[[float, float], Iterable[Measure]]
"""The measures of a quarter of an hour, [start_s, end_s), of every series."""

CLOSED_AFTER_S = 120.0
"""After its end a quarter of an hour has arrived: minutes are sent as they close."""

LONGEST_STEP_S = 20.0
"""Between two looks; the clock does not tell what has lasted over a longer one."""


@dataclass(frozen=True, slots=True)
class Now:
    """What the hub knows of this moment.

    Args:
        time_s: now, seconds since the epoch.
        heard: by camera its last live state, and when it was received.
        places: by name.
        stopped: whether a person has stopped a camera.
    """

    time_s: float
    heard: Mapping[str, tuple[LiveState, float]]
    places: Mapping[str, PlaceNow]
    stopped: Callable[[str], bool]


def followed_by_hub(rules: Iterable[Rule]) -> list[Rule]:
    """The rules that the hub follows: not on a camera's tracks, or on a place."""
    return [
        rule
        for rule in rules
        if rule.kind in (AlertKind.CAMERA_HEALTH, AlertKind.THRESHOLD, AlertKind.UNUSUAL)
        or any(subject.place is not None for subject in rule.on)
    ]


def _densities(site: Site) -> dict[Subject, Bounds]:
    """The ladders of places that have their own."""
    return {
        Subject(f"{PLACE}{name}"): rising(place.ladder.density)
        for name, place in site.places.items()
        if place.ladder.of_its_own
    }


class HubRules:
    """Follows them, once a second, for one life of the hub.

    Args:
        run: of the hub.
        zone: the site's civil time.
        permitted: whether a rule may raise alerts.
        quarter: see :data:`Quarter`.
        unusual: judges the hours that close.
    """

    def __init__(
        self,
        run: str,
        zone: ZoneInfo,
        permitted: Callable[[Rule], bool],
        quarter: Quarter,
        unusual: UnusualWatch,
    ) -> None:
        self._permitted = permitted
        self._quarter = quarter
        self._unusual = unusual
        self._began_s = 0.0
        self._looked_s = -math.inf
        self._engine = RuleEngine((), {}, zone=zone, run=run)
        self._told_to_s = -math.inf

    @property
    def watches(self) -> tuple[str, ...]:
        """After which the episodes of the rules followed now are named."""
        return self._engine.following

    def look(self, now: Now, site: Site, rules: Iterable[Rule]) -> list[Said]:
        """Look at everything; return what the rules say."""
        wanted = followed_by_hub(rules)
        # Where the profile has changed, what goes on is not told by its old word.
        fresh = self._engine.follow(wanted, self._permitted, _densities(site))
        if any(rule.kind is AlertKind.UNUSUAL for rule in fresh):
            self._unusual.again()
        if any(_on_closed(rule) for rule in fresh):
            self._told_to_s = -math.inf  # what the last quarter raised goes on
        if not 0 <= now.time_s - self._looked_s <= LONGEST_STEP_S:
            # The first look, or the clock was set, or the machine slept: nothing has lasted.
            self._began_s = now.time_s
            self._engine.gap()
        self._looked_s = now.time_s
        signals: list[Signal] = []
        if self._engine.wanted(AlertKind.CAMERA_HEALTH):
            signals += health_signals(now.time_s, self._began_s, site, now.heard, now.stopped)
        signals += place_signals(now.time_s, site, now.heard, now.places)
        signals += live_signals(
            now.time_s, site, self._thresholds(live=True), now.heard, now.places
        )
        signals += self._of_closed_measures(now.time_s)
        said: list[Said] = list(self._engine.look(signals))
        return said + list(self._engine.not_raised(Subject("*"), now.time_s))

    def _thresholds(self, *, live: bool) -> list[Rule]:
        thresholds = self._engine.rules_of(AlertKind.THRESHOLD)
        return [rule for rule in thresholds if _on_closed(rule) is not live]

    def _of_closed_measures(self, now_s: float) -> list[Signal]:
        """What is told from the store; while that is away it is told later."""
        signals: list[Signal] = []
        try:
            signals += self._closed(now_s)
            signals += self._unusual.look(now_s, self._engine.rules_of(AlertKind.UNUSUAL))
        except StoreUnavailableError as error:
            log.warning("closed measures cannot be read now", reason=str(error))
        return signals

    def _closed(self, now_s: float) -> list[Signal]:
        """Signals of the quarter of an hour that has closed since the last look.

        Another life of the hub begins with the last one: what it raises goes on.
        """
        end_s = quarter_of(now_s - CLOSED_AFTER_S)
        if end_s <= self._told_to_s:
            return []
        rules = self._thresholds(live=False)
        measures = self._quarter(end_s - 900.0, end_s) if rules else ()
        self._told_to_s = end_s  # a quarter that cannot be read now is read at the next look
        return list(closed_signals(end_s, rules, measures))


def _on_closed(rule: Rule) -> bool:
    """Whether it is a threshold on a closed measure."""
    return rule.kind is AlertKind.THRESHOLD and rule.indicator not in LIVE_INDICATORS
