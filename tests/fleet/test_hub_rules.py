"""Health of cameras, places and thresholds: what the hub itself watches."""

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from parvis.alerts.from_site import sound_rules_of
from parvis.alerts.rule import Rule
from parvis.fleet.hub_rules import CLOSED_AFTER_S, HubRules, Now
from parvis.fleet.threshold_signals import closed_signals
from parvis.fleet.unusual_signals import UnusualWatch
from parvis.policy.gate import Gate
from parvis.site import load
from parvis.site.shapes import Site
from parvis.store import Store, StoreUnavailableError
from parvis.store.alert_wire import Said
from parvis.values.alert_history import NotRaised
from parvis.values.alerts import AlertKind, Change, Form, Severity, Step
from parvis.values.civil import Bin
from parvis.values.live import CameraState, LiveState, StreamHealth, ZoneNow
from parvis.values.measure import Measure, Spread
from parvis.values.place_now import PlaceNow
from parvis.values.series import Series, SeriesKind

PARIS = ZoneInfo("Europe/Paris")
NOON = 1_795_431_600.0
SITE = """
site: {{name: Test, timezone: Europe/Paris}}
policy: {{profile: {profile}}}
cameras:
  quai:
    label: Quai
    space: private
    source: rtsp://127.0.0.1/quai
    lines: {{pont: {{points: [[0.1, 0.5], [0.9, 0.5]], directions: [un, deux]}}}}
    zones:
      terrasse: {{polygon: [[0.2, 0.4], [0.6, 0.4], [0.6, 0.9]], use: waiting}}
      file: {{polygon: [[0.7, 0.4], [0.9, 0.4], [0.9, 0.9]], use: queue}}
places:
  marche: {{label: Marché, at: [2.0, 48.0], zones: [quai.terrasse], capacity: 100{more}}}
rules:
  sante: {{kind: camera_health}}
  dense: {{kind: density, on: ["place:marche"], for_s: 2}}
  plein: {{kind: accumulation, on: ["place:marche"], for_s: 2}}
  monde: {{kind: threshold, indicator: people, on: [quai.file], levels: {{warn: 12}}, for_s: 2}}
  passages: {{kind: threshold, indicator: crossings, on: [quai.pont], levels: {{watch: 500}}}}
"""


class Town:
    """A site whose hub looks once a second."""

    def __init__(self, folder: Path, profile: str = "demonstration", more: str = "") -> None:
        path = folder / "site.yaml"
        path.write_text(SITE.format(profile=profile, more=more), encoding="utf-8")
        self.site: Site = load(path).site
        gate = Gate.of(profile, self.site.recorded)
        store = Store(f"sqlite:///{folder / 'parvis.db'}", PARIS)
        self.asked: list[tuple[float, float]] = []
        self.closed: list[Measure] = []
        self.hub = HubRules(
            "hub",
            PARIS,
            lambda rule: (
                self.may and gate.permit(rule.basis.value, rule.kind, rule.purposes).raises
            ),
            self._quarter,
            UnusualWatch(
                PARIS, store.series, lambda *asked: store.measures_table(*asked, Bin.HOUR)
            ),
        )
        self.stopped = False
        self.may = True
        self.away = False

    def _quarter(self, start_s: float, end_s: float) -> Iterable[Measure]:
        if self.away:
            raise StoreUnavailableError("the database is away")
        self.asked.append((start_s, end_s))
        return self.closed

    def look(self, at_s: float, state: LiveState | None, people: float | None = None) -> list[Said]:
        heard = {} if state is None else {"quai": (state, state.time_s)}
        places = {"marche": PlaceNow("marche", at_s, people, people, people, 1.0, ())}
        now = Now(at_s, heard, places, lambda name: self.stopped)
        return self.hub.look(now, self.site, sound_rules_of(self.site.rules))

    def raised(self, *states: LiveState, people: float | None = None) -> list[Change]:
        said = [one for state in states for one in self.look(state.time_s, state, people)]
        return [one for one in said if isinstance(one, Change)]


def quai(
    at_s: float,
    state: CameraState = CameraState.LIVE,
    *,
    zone: ZoneNow | None = None,
    queue: int = 0,
    obscured: Form = Form.PLAIN,
) -> LiveState:
    ground = {
        "terrasse": zone or ZoneNow(3, 0.1, "A", "none", net_per_s=0.0),
        "file": ZoneNow(queue, 0.1, "A", "none", queue=queue),
    }
    return LiveState(
        "quai", "r1", at_s, StreamHealth(state, NOON), ground=ground,
        obscured=obscured.value, obscured_since_s=NOON if obscured else None,
    )  # fmt: skip


def test_a_lost_camera_is_told_by_how_long_it_has_been_lost(tmp_path: Path) -> None:
    town = Town(tmp_path)
    lost = [quai(NOON + n, CameraState.LOST) for n in range(0, 400)]
    back = [quai(NOON + 400 + n) for n in range(20)]
    raised, rose, over = town.raised(*lost, *back)
    assert (raised.rule, raised.form, raised.step) == ("sante", Form.LOST, Step.RAISED)
    assert raised.time_s == NOON + 30 and raised.value == 30
    assert (rose.severity, rose.time_s) == (Severity.WARN, NOON + 300)
    assert over.step is Step.OVER
    assert {one.episode for one in (raised, rose, over)} == {"hub.1-1"}


def test_a_camera_that_was_never_heard_is_lost_since_the_hub_listens(tmp_path: Path) -> None:
    town = Town(tmp_path)
    said = [one for n in range(40) for one in town.look(NOON + n, None)]
    (raised,) = [one for one in said if isinstance(one, Change)]
    assert (raised.form, raised.time_s) == (Form.LOST, NOON + 30)


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0])
def test_a_clock_that_is_set_makes_no_camera_lost(tmp_path: Path, jump_s: float) -> None:
    town = Town(tmp_path)
    last = quai(NOON + 9)
    assert town.raised(*(quai(NOON + n) for n in range(10))) == []
    # The clock jumps; the camera's next word comes two seconds later.
    assert [one for n in range(2) for one in town.look(NOON + jump_s + n, last)] == []
    assert town.raised(*(quai(NOON + jump_s + 2 + n) for n in range(10))) == []


@pytest.mark.law(3)
def test_what_the_profile_lets_it_raise_no_more_is_told_no_more(tmp_path: Path) -> None:
    town = Town(tmp_path)
    (raised,) = town.raised(*(quai(NOON + n, queue=14) for n in range(5)))
    town.may = False
    rest = [quai(NOON + 5 + n, queue=14 if n < 5 else 0) for n in range(99)]
    said = [one for state in rest for one in town.look(state.time_s, state)]
    assert [type(one) for one in said] == [NotRaised]
    assert raised.episode.rpartition("-")[0] not in town.hub.watches, "the keeper ends it"


@pytest.mark.parametrize("form", [Form.MASKED, Form.DARK, Form.BLURRED])
def test_a_picture_that_shows_too_little_is_told(tmp_path: Path, form: Form) -> None:
    states = [quai(NOON + n, obscured=form) for n in range(40)]
    (raised,) = Town(tmp_path).raised(*states)
    assert raised.form is form


def test_a_camera_that_a_person_stopped_is_not_unwell(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.stopped = True
    assert town.raised(*(quai(NOON + n, CameraState.LOST) for n in range(60))) == []


def test_a_place_is_dense_where_its_densest_zone_is(tmp_path: Path) -> None:
    dense = ZoneNow(60, 4.0, "F", "critical", net_per_s=0.0)
    found = Town(tmp_path).raised(*(quai(NOON + n, zone=dense) for n in range(5)), people=60)
    assert [(one.rule, one.subject.place) for one in found] == [("dense", "marche")]


@pytest.mark.parametrize(
    ("ladder", "severity"), [("", 3), (", ladder: {density: [0.5, 9, 10]}", 1)]
)
def test_a_place_with_its_own_ladder_climbs_that_one(
    tmp_path: Path, ladder: str, severity: int
) -> None:
    town = Town(tmp_path, more=ladder)
    dense = ZoneNow(60, 4.0, "F", "critical", net_per_s=0.0)
    (found,) = town.raised(*(quai(NOON + n, zone=dense) for n in range(5)), people=60)
    assert found.severity == severity


def test_what_a_closed_quarter_raised_goes_on_when_another_rule_is_edited(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.closed = [measure(SeriesKind.CROSSINGS, 600.0, 0)]
    (before,) = town.raised(*(quai(NOON + 900 + CLOSED_AFTER_S + n) for n in range(5)))
    rules = town.site.rules

    def edited(name: str) -> list[Change]:
        other = rules[name].model_copy(update={"cooldown_s": 5.0})
        town.site = town.site.model_copy(update={"rules": {**rules, name: other}})
        return town.raised(*(quai(NOON + 910 + CLOSED_AFTER_S + n) for n in range(5)))

    assert edited("sante") == [], "it begins anew, not the others"
    assert before.episode.rpartition("-")[0] in town.hub.watches
    (again,) = edited("passages")
    assert (again.rule, again.time_s) == (before.rule, before.time_s)
    assert before.episode.rpartition("-")[0] not in town.hub.watches
    assert again.episode.rpartition("-")[0] in town.hub.watches


def test_a_database_that_is_away_keeps_no_live_rule_waiting_and_loses_no_quarter(
    tmp_path: Path,
) -> None:
    town = Town(tmp_path)
    town.closed = [measure(SeriesKind.CROSSINGS, 600.0, 0)]
    town.away = True
    start_s = NOON + 900 + CLOSED_AFTER_S
    (live,) = town.raised(*(quai(start_s + n, queue=14) for n in range(5)))
    assert live.rule == "monde"
    town.away = False
    (closed,) = town.raised(*(quai(start_s + 5 + n, queue=14) for n in range(3)))
    assert (closed.rule, closed.time_s) == ("passages", NOON + 900)


def test_a_place_that_fills_is_told_before_it_is_full(tmp_path: Path) -> None:
    fills = ZoneNow(60, 0.5, "B", "none", net_per_s=0.1)
    (raised,) = Town(tmp_path).raised(*(quai(NOON + n, zone=fills) for n in range(5)), people=60)
    assert raised.rule == "plein"
    assert raised.value == pytest.approx(400), "40 places left, one every ten seconds"


def test_a_threshold_on_an_indicator_of_now(tmp_path: Path) -> None:
    states = [quai(NOON + n, queue=14 if n >= 3 else 0) for n in range(10)]
    (raised,) = Town(tmp_path).raised(*states)
    assert (raised.rule, raised.subject.key, raised.value) == ("monde", "quai.file", 14)
    assert (raised.time_s, raised.threshold) == (NOON + 5, 12)


def measure(kind: SeriesKind, value: float | None, direction: int | None = None) -> Measure:
    series = Series("quai", kind, "pont", "person", direction)
    return Measure(series, NOON, NOON + 900, value, Spread(), 900.0)


@pytest.mark.parametrize("profile", ["demonstration", "statistics"])
def test_a_threshold_on_a_closed_measure_speaks_once_it_is_closed(
    tmp_path: Path, profile: str
) -> None:
    town = Town(tmp_path, profile)
    town.closed = [
        measure(SeriesKind.CROSSINGS, 300.0, 0),
        measure(SeriesKind.CROSSINGS, 250.0, 1),
        measure(SeriesKind.ENTRIES, 9000.0),
    ]
    closed, town.closed = town.closed, []
    assert town.raised(quai(NOON + 200), quai(NOON + 900 + CLOSED_AFTER_S - 1)) == []
    town.closed = closed
    (raised,) = town.raised(*(quai(NOON + 900 + CLOSED_AFTER_S + n) for n in range(5)))
    assert (raised.rule, raised.value, raised.time_s) == ("passages", 550, NOON + 900)
    assert town.asked == [(NOON - 900, NOON), (NOON, NOON + 900)]


def test_only_counts_add_up() -> None:
    """Two classes that walk at 1 m/s do not run at 2."""
    measures = [
        Measure(Series("quai", kind, "file", of), NOON, NOON + 900, 1.0, Spread(), 900.0)
        for kind in (SeriesKind.SPEED, SeriesKind.ENTRIES)
        for of in ("person", "bicycle")
    ]
    rules = [
        Rule(kind.value, AlertKind.THRESHOLD, indicator=kind.value)
        for kind in (SeriesKind.SPEED, SeriesKind.ENTRIES)
    ]
    found = {one.rule: one.value for one in closed_signals(NOON, rules, measures)}
    assert found == {"speed_mps": 1.0, "entries": 2.0}


@pytest.mark.law(2)
def test_statistics_counts_what_places_and_thresholds_would_have_raised(tmp_path: Path) -> None:
    town = Town(tmp_path, "statistics")
    states = [quai(NOON + n, queue=14) for n in range(10)]
    said = [one for state in states for one in town.look(state.time_s, state)]
    (counted,) = said
    assert isinstance(counted, NotRaised)
    assert (counted.rule, counted.quarter_s) == ("monde", NOON // 900 * 900)
