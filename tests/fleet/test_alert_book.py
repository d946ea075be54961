"""What rules say becomes alerts: each once, in whatever order and however often it comes."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parvis.alerts.rule import Rule
from parvis.fleet.alert_book import AlertBook
from parvis.store import Store, sqlite_url
from parvis.store.alert_wire import Said
from parvis.store.alerts import Tray
from parvis.values.alert_history import Deed, NotRaised, Unraised
from parvis.values.alerts import (
    Alert,
    AlertBasis,
    AlertKind,
    Change,
    Form,
    Replay,
    Severity,
    Step,
    Subject,
    Usual,
)

NOON = 1_795_431_600.0
REPLAY = Replay(NOON - 30, 0.5, (((1.5, 2.0, 0), (3.0, 4.1, 2)), ()))
RAISED = Change(
    "run1-1", 0, "dense", "0123456789ab", AlertKind.DENSITY, Form.PLAIN,
    Subject("quai", "terrasse"), Step.RAISED, NOON, NOON - 30, Severity.WATCH, 1.4, 1.1, 1.7, 1.0,
    at=(3.0, 4.0), model="nano", replay=REPLAY, usual=Usual(1, 90.0, 30.0, 22.5, 41.0),
)  # fmt: skip
ROSE = replace(
    RAISED, number=1, step=Step.ROSE, time_s=NOON + 5, severity=Severity.WARN, replay=None,
    usual=Usual(2, 190.0, 60.0, 45.0, 80.0),
)  # fmt: skip
FELL = replace(
    ROSE, number=2, step=Step.FELL, time_s=NOON + 15, severity=Severity.WATCH,
    usual=Usual(3, 160.0, 90.0, 70.0, 110.0),
)  # fmt: skip
OVER = replace(ROSE, number=3, step=Step.OVER, time_s=NOON + 30, severity=Severity.NONE)
EPISODE = (RAISED, ROSE, FELL, OVER)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(sqlite_url(tmp_path / "parvis.db"), ZoneInfo("Europe/Paris")) as opened:
        yield opened


def book(store: Store, rule: Rule | None = None, *, may_raise: bool = True) -> AlertBook:
    rules = {"dense": rule or Rule("dense", AlertKind.DENSITY)}
    return AlertBook(store.alerts, lambda: rules, lambda rule, camera: may_raise)


def only(store: Store) -> Alert:
    (alert,) = store.alerts.page(Tray.ALL)
    return alert


@pytest.mark.law(15)
def test_an_episode_makes_one_alert_with_its_history_and_its_dots(store: Store) -> None:
    heard: list[Alert] = []
    store.alerts.heard_by(heard.extend)
    book(store).take(EPISODE, NOON)
    alert = only(store)
    assert (alert.number, alert.peak, alert.over_s) == (1, Severity.WARN, NOON + 30)
    assert (alert.since_s, alert.model, alert.at) == (NOON - 30, "nano", (3.0, 4.0))
    assert alert.usual == FELL.usual, "what it was compared with last; its end is no comparison"
    deeds = [event.deed for event in store.alerts.history(alert.id)]
    assert deeds == [Deed.RAISED, Deed.ROSE, Deed.FELL, Deed.OVER]
    assert store.alerts.replay(alert.id) == REPLAY
    assert heard == [alert]
    (entry,) = store.audit.entries(0, 1e12)
    assert (entry.action, entry.target) == ("alert.raise", alert.id)
    assert entry.detail["version"] == alert.version


def test_who_listens_hears_of_steps_in_the_order_in_which_they_were_written(store: Store) -> None:
    heard: list[Alert] = []
    slow = threading.Event()

    def listen(alerts: Sequence[Alert]) -> None:
        if not slow.is_set():
            slow.set()
            time.sleep(0.3)
        heard.extend(alerts)

    store.alerts.heard_by(listen)
    first = threading.Thread(target=book(store).take, args=([RAISED], NOON))
    first.start()
    assert slow.wait(10)
    book(store).take([ROSE], NOON)
    first.join()
    assert [one.severity for one in heard] == [Severity.WATCH, Severity.WARN]


NUMBERS = count()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.permutations([*EPISODE, *EPISODE]), st.integers(1, 8))
def test_order_and_repetition_change_nothing(
    store: Store, order: list[Change], at_once: int
) -> None:
    camera = f"camera{next(NUMBERS)}"
    said = [replace(one, episode=f"{camera}-1", subject=Subject(camera)) for one in order]
    for i in range(0, len(said), at_once):
        book(store).take(said[i : i + at_once], NOON)
    (alert,) = [one for one in store.alerts.page(Tray.ALL) if one.subject.camera == camera]
    assert (alert.episodes, alert.over_s, alert.severity) == (1, NOON + 30, Severity.NONE)
    assert alert.usual in (RAISED.usual, ROSE.usual, FELL.usual), "not that of its end"
    assert len(store.alerts.history(alert.id)) == 4
    assert [one.target for one in store.audit.entries(0, 1e12)].count(alert.id) == 1


def test_a_new_run_that_sees_the_same_goes_on_with_the_alert(store: Store) -> None:
    book(store).take([RAISED], NOON)
    again = replace(RAISED, episode="run2-1", time_s=NOON + 20)
    book(store).take([again], NOON + 20)
    # What the run that died still had in its spool comes late: it is history.
    book(store).take([ROSE, OVER], NOON + 21)
    alert = only(store)
    assert (alert.episode, alert.episodes, alert.over_s) == ("run2-1", 2, None)
    over = replace(OVER, episode="run2-1", number=1, time_s=NOON + 40)
    book(store).take([over], NOON + 40)
    assert only(store).over_s == NOON + 40


def test_a_dead_runs_alert_that_comes_late_is_neither_lost_nor_doubled(store: Store) -> None:
    book(store).take([replace(RAISED, episode="run2-1", time_s=NOON + 20)], NOON + 20)
    book(store).take([RAISED], NOON + 30)
    assert only(store).episode == "run2-1"
    long_ago = replace(RAISED, episode="run0-1", time_s=NOON - 4000)
    book(store).take([long_ago, replace(OVER, episode="run0-1", time_s=NOON - 3900)], NOON + 31)
    assert len(store.alerts.page(Tray.ALL)) == 2


@pytest.mark.law(23)
def test_what_is_over_the_cap_is_counted(store: Store) -> None:
    rule = Rule("dense", AlertKind.DENSITY, cooldown_s=0.0, cap_per_hour=2)
    for i in range(5):
        changes: list[Said] = [
            replace(one, episode=f"run1-{i}", time_s=one.time_s + 60 * i) for one in EPISODE
        ]
        book(store, rule).take(changes, NOON)
        book(store, rule).take(changes, NOON)
    assert len(store.alerts.page(Tray.ALL)) == 2
    (tally,) = store.alerts.tallies(NOON - 900, NOON + 3600, NOON + 3600)
    assert (tally.raised, tally.capped, tally.refused) == (2, 3, 0)


def test_a_worker_that_does_not_know_the_new_profile_raises_nothing(store: Store) -> None:
    book(store, may_raise=False).take(EPISODE, NOON)
    book(store).take(EPISODE, NOON)
    assert store.alerts.page(Tray.ALL) == []
    assert store.audit.entries(0, 1e12) == []
    (tally,) = store.alerts.tallies(NOON, NOON + 900, NOON + 900)
    assert tally.refused == 1


@pytest.mark.law(2)
@pytest.mark.parametrize("kind", [AlertKind.DENSITY, AlertKind.THRESHOLD])
def test_a_change_never_passes_under_another_rules_name(store: Store, kind: AlertKind) -> None:
    """Its rule has gone, or is now one on the health of cameras: the law asks what it was."""
    asked = []

    def may_raise(rule: Rule, camera: str) -> bool:
        asked.append(rule.basis)
        return rule.basis is not AlertBasis.IMAGE

    rules = {"dense": Rule("dense", AlertKind.CAMERA_HEALTH)}
    for n, known in enumerate((rules, dict[str, Rule]())):
        said = replace(RAISED, episode=f"run1-{n}", kind=kind)
        AlertBook(store.alerts, known.copy, may_raise).take([said], NOON)
    assert asked == [AlertBasis.IMAGE] * 2
    assert store.alerts.page(Tray.ALL) == []


def test_what_a_profile_refuses_is_counted_once(store: Store) -> None:
    refused = NotRaised("run1-r1", "dense", Subject("quai"), NOON, Unraised.PERMIT)
    for _ in range(2):
        book(store).take([refused], NOON)
    assert store.alerts.page(Tray.ALL) == []
    (tally,) = store.alerts.tallies(NOON, NOON + 900, NOON + 900)
    assert (tally.raised, tally.refused) == (0, 1)
    open_quarter = store.alerts.tallies(NOON, NOON + 900, NOON + 899)
    assert open_quarter == [], "a quarter that is not closed is not told"
