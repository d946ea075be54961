"""An alert goes on only while somebody tells of it, and waits while nobody can."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.fleet.test_alert_book import NOON, RAISED, ROSE, book

from parvis.alerts import life
from parvis.alerts.ladder import Timing
from parvis.alerts.rule import HOLD_S, Rule
from parvis.fleet.alert_keeper import DEAF_S, LAPSE_S, AlertKeeper, Speakers
from parvis.policy.gate import Gate
from parvis.store import Store, sqlite_url
from parvis.store.alerts import Tray
from parvis.values.alert_history import Deed
from parvis.values.alerts import (
    Alert,
    AlertKind,
    Change,
    Form,
    Judgement,
    Subject,
    Verdict,
)
from parvis.values.live import CameraState, LiveState, StreamHealth

TOLD = replace(RAISED, episode="run1.1-1")
LOST = replace(
    TOLD,
    episode="hub.1-1",
    rule="camera_health",
    kind=AlertKind.CAMERA_HEALTH,
    form=Form.LOST,
    subject=Subject("quai"),
)
RULE = Rule("dense", AlertKind.DENSITY, timing=Timing(30.0))
PLACE = replace(TOLD, episode="hub.1-2", subject=Subject("place:marche"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(sqlite_url(tmp_path / "parvis.db"), ZoneInfo("Europe/Paris")) as opened:
        yield opened


def camera(
    at_s: float, watch: str = "run1.1", state: CameraState = CameraState.LIVE
) -> dict[str, tuple[LiveState, float]]:
    told = LiveState(
        "quai", watch.partition(".")[0], at_s, StreamHealth(state, at_s), watches=(watch,)
    )
    return {"quai": (told, at_s)}


def speakers(
    heard: dict[str, tuple[LiveState, float]],
    hub: str = "hub.1",
    *,
    there: bool = True,
    profile: str = "demonstration",
) -> Speakers:
    there_now = frozenset({"quai"} if there else ())
    places = {"marche": there_now} if there else {}
    gate = Gate.of(profile, {"quai", "place:marche"})
    return Speakers(there_now, places, heard, {hub}, {"dense": RULE}, gate.permit_for)


def raised(store: Store, change: Change) -> Alert:
    book(store).take([change], NOON)
    return now(store)


def raised_of(store: Store, change: Change) -> Alert:
    book(store).take([change], NOON)
    found = store.alerts.get(change.episode)
    assert found is not None
    return found


def now(store: Store) -> Alert:
    (found,) = store.alerts.page(Tray.ALL)
    return found


def test_it_is_held_while_its_camera_is_unwell_and_goes_on_after(store: Store) -> None:
    alert = raised(store, TOLD)
    keeper = AlertKeeper(store.alerts)
    assert keeper.look(NOON + 1, speakers(camera(NOON + 1))) == 0
    lost = camera(NOON + 2, state=CameraState.LOST)
    assert keeper.look(NOON + 2, speakers(lost)) == 1
    assert now(store).held_s == NOON + 2
    for after_s in (100.0, 4000.0):
        silent = speakers(camera(NOON + 3))
        assert keeper.look(NOON + 3 + DEAF_S + after_s, silent) == 0, "held while it may come back"
    assert keeper.look(NOON + 5000, speakers(camera(NOON + 5000))) == 1
    assert now(store).held_s is None and now(store).over_s is None
    deeds = [event.deed for event in store.alerts.history(alert.id)]
    assert deeds == [Deed.RAISED, Deed.HELD, Deed.RESUMED]


def test_what_a_new_run_does_not_tell_anew_is_over(store: Store) -> None:
    raised(store, TOLD)
    keeper = AlertKeeper(store.alerts)
    keeper.look(NOON + 10, speakers(camera(NOON + 10, "run2.1")))
    soon_s = NOON + 10 + LAPSE_S + 29
    keeper.look(soon_s, speakers(camera(soon_s, "run2.1")))
    assert now(store).over_s is None, "the rule asks for 30 s first"
    late_s = soon_s + 1
    keeper.look(late_s, speakers(camera(late_s, "run2.1")))
    assert now(store).over_s == late_s
    assert now(store).judgement is None, "over is not judged"


def test_what_a_new_run_tells_anew_goes_on(store: Store) -> None:
    raised(store, TOLD)
    keeper = AlertKeeper(store.alerts)
    keeper.look(NOON + 10, speakers(camera(NOON + 10, "run2.1")))
    again = replace(TOLD, episode="run2.1-1", time_s=NOON + 50)
    book(store).take([again], NOON + 50)
    late_s = NOON + 1000
    keeper.look(late_s, speakers(camera(late_s, "run2.1")))
    assert now(store).over_s is None
    assert now(store).episodes == 2


def test_the_alert_of_a_camera_that_is_gone_ends(store: Store) -> None:
    raised(store, TOLD)
    keeper = AlertKeeper(store.alerts)
    for after_s in (0.0, LAPSE_S + 31):
        keeper.look(NOON + after_s, speakers({}, there=False))
    assert now(store).over_s == NOON + LAPSE_S + 31


@pytest.mark.parametrize("change", [TOLD, PLACE], ids=["camera", "place"])
def test_held_for_too_long_it_ends_saying_why_and_can_be_judged_meanwhile(
    store: Store, change: Change
) -> None:
    alert = raised(store, change)
    keeper = AlertKeeper(store.alerts)
    lost = speakers(camera(NOON, state=CameraState.LOST))
    assert keeper.look(NOON + 10, lost) == 1
    with store.alerts.stepping() as steps:
        yes = Judgement(Verdict.CONFIRMED, "ana", NOON + 60)
        steps.set(life.judged(now(store), yes))
    assert keeper.look(NOON + 10 + HOLD_S - 1, lost) == 0
    assert keeper.look(NOON + 10 + HOLD_S, lost) == 1
    found = now(store)
    assert (found.over_s, found.held_s, found.judgement) == (NOON + 10 + HOLD_S, None, yes)
    last = store.alerts.history(alert.id)[-1]
    assert (last.deed, last.time_s) == (Deed.EXPIRED, NOON + 10 + HOLD_S)


@pytest.mark.law(2)
def test_a_profile_that_does_not_allow_it_ends_it_at_once_and_the_trail_says_so(
    store: Store,
) -> None:
    alert, lost = raised(store, TOLD), raised_of(store, LOST)
    keeper = AlertKeeper(store.alerts)
    heard = camera(NOON + 1)
    assert keeper.look(NOON + 1, speakers(heard)) == 0
    assert keeper.look(NOON + 2, speakers(heard, profile="statistics")) == 1
    found = store.alerts.get(alert.id)
    assert found is not None and found.over_s == NOON + 2 and found.judgement is None
    assert store.alerts.history(alert.id)[-1].deed is Deed.WITHDRAWN
    (entry,) = store.audit.entries(NOON + 2, NOON + 3)
    assert (entry.action, entry.target, entry.who) == ("alert.withdraw", alert.id, "system")
    assert entry.why and entry.detail["article"] == "cnil-augmented"
    health = store.alerts.get(lost.id)
    assert health is not None and health.over_s is None, "the health of cameras may be told"


@pytest.mark.law(2)
def test_nothing_that_a_worker_says_late_brings_it_back(store: Store) -> None:
    alert = raised(store, TOLD)
    AlertKeeper(store.alerts).look(NOON + 2, speakers(camera(NOON + 2), profile="statistics"))
    late = replace(ROSE, episode=TOLD.episode)
    assert len(book(store, may_raise=False).take([late], NOON + 3)) == 1, "it is not sent again"
    found = now(store)
    assert found.over_s == NOON + 2 and found.peak is TOLD.severity
    assert [one.deed for one in store.alerts.history(alert.id)] == [Deed.RAISED, Deed.WITHDRAWN]


def test_the_alert_of_a_place_that_is_gone_ends(store: Store) -> None:
    raised(store, PLACE)
    keeper = AlertKeeper(store.alerts)
    for after_s in (0.0, LAPSE_S + 31):
        keeper.look(NOON + after_s, speakers({}, there=False))
    assert now(store).over_s == NOON + LAPSE_S + 31


def test_what_the_hub_tells_of_a_camera_is_neither_held_nor_ended_by_it(store: Store) -> None:
    raised(store, LOST)
    keeper = AlertKeeper(store.alerts)
    lost = camera(NOON, state=CameraState.LOST)
    for after_s in (0.0, 5000.0):
        assert keeper.look(NOON + after_s, speakers(lost)) == 0
    for after_s in (5001.0, 5001.0 + LAPSE_S + 30):  # another life of the hub
        keeper.look(NOON + after_s, speakers(lost, hub="hub2.1"))
    assert now(store).over_s == NOON + 5001 + LAPSE_S + 30
