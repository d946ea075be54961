"""An alert goes on only while somebody tells of it, and waits while nobody can."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.fleet.test_alert_book import NOON, RAISED, book

from parvis.fleet.alert_keeper import DEAF_S, LAPSE_S, AlertKeeper, Speakers
from parvis.store import Store, sqlite_url
from parvis.store.alerts import Tray
from parvis.values.alert_history import Deed
from parvis.values.alerts import Alert, AlertKind, Change, Form, Subject
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
PLACE = replace(TOLD, episode="hub.1-2", subject=Subject("place:marche"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(sqlite_url(tmp_path / "parvis.db"), ZoneInfo("Europe/Paris")) as opened:
        yield opened


def camera(
    at_s: float, watch: str = "run1.1", state: CameraState = CameraState.LIVE
) -> dict[str, tuple[LiveState, float]]:
    told = LiveState("quai", watch.partition(".")[0], at_s, StreamHealth(state, at_s), watch=watch)
    return {"quai": (told, at_s)}


def speakers(
    heard: dict[str, tuple[LiveState, float]], hub: str = "hub.1", *, there: bool = True
) -> Speakers:
    return Speakers({"quai"} if there else set(), heard, {hub}, {"dense": 30.0})


def raised(store: Store, change: Change) -> Alert:
    book(store).take([change], NOON)
    return now(store)


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
        assert keeper.look(NOON + 3 + DEAF_S + after_s, silent) == 0, "held for as long as it takes"
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


@pytest.mark.parametrize("change", [LOST, PLACE], ids=["health", "place"])
def test_what_the_hub_tells_of_is_neither_held_nor_ended_by_a_camera(
    store: Store, change: Change
) -> None:
    raised(store, change)
    keeper = AlertKeeper(store.alerts)
    lost = camera(NOON, state=CameraState.LOST)
    for after_s in (0.0, 5000.0):
        assert keeper.look(NOON + after_s, speakers(lost)) == 0
    for after_s in (5001.0, 5001.0 + LAPSE_S + 30):  # another life of the hub
        keeper.look(NOON + after_s, speakers(lost, hub="hub2.1"))
    assert now(store).over_s == NOON + 5001 + LAPSE_S + 30
