"""A camera that cannot be opened is lost since it was lost, however often it is tried again."""

import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.rtsp import wait_until

from parvis.fleet import camera_loop
from parvis.fleet.camera_loop import CameraLoop
from parvis.fleet.check_orders import CheckOrders
from parvis.fleet.rule_orders import RuleOrders
from parvis.fleet.views import KeptView
from parvis.site.secrets import SecretMissingError
from parvis.site.shapes import Camera
from parvis.store.alert_wire import Said
from parvis.values.checks import Witnessed
from parvis.values.live import CameraState, LiveState, Sketch
from parvis.values.minute import ClosedMinute
from parvis.vision import detect
from parvis.vision.models import fetch

ZONE = ZoneInfo("Europe/Paris")
CAMERA = Camera(label="Quai", source="absent.mp4")


class Told:
    """What a camera tells."""

    def __init__(self) -> None:
        self.states: list[LiveState] = []

    def live(self, state: LiveState) -> None:
        self.states.append(state)

    def minutes(self, closed: list[ClosedMinute]) -> None: ...

    def sketch(self, sketch: Sketch) -> None: ...

    def alerts(self, said: list[Said]) -> None: ...

    def witness(self, camera: str, told: Witnessed) -> None: ...

    def lost(self) -> list[LiveState]:
        return [one for one in self.states if one.stream.state is CameraState.LOST]


def missing_secret(_source: str) -> str:
    raise SecretMissingError(("QUAI_PASSWORD",))


def run(
    folder: Path, address: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> tuple[Told, CameraLoop]:
    monkeypatch.setattr(camera_loop, "_RETRY_S", 0.2)
    told = Told()
    loop = CameraLoop(
        "quai",
        CAMERA,
        ladders={},
        zone=ZONE,
        address=address,
        detector_for=lambda name: detect.start(fetch.resolve(name)),
        lease=folder / "quai.lease",
        view=KeptView(folder / "quai.view", CAMERA),
        sink=told,
        checks=CheckOrders(folder / "checks.json", ZONE),
        rules=RuleOrders(folder / "rules.json"),
    )
    loop.start()
    return told, loop


@pytest.mark.parametrize("address", [str, missing_secret])
def test_an_outage_has_one_beginning(
    address: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began_s = time.time()
    told, loop = run(tmp_path, lambda source: address(str(tmp_path / source)), monkeypatch)
    try:
        wait_until(lambda: len(told.lost()) >= 4, 20, "four attempts")
    finally:
        loop.stop()
        loop.join(10)
    first, *later = told.lost()
    assert began_s < first.stream.since_s < first.time_s + 0.001
    assert {one.stream.since_s for one in later} == {first.stream.since_s}
    tried = told.states[told.states.index(first) : told.states.index(later[-1])]
    assert {one.stream.state for one in tried} == {CameraState.LOST}


def test_a_missing_password_is_told_in_words_that_screens_translate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, loop = run(tmp_path, missing_secret, monkeypatch)
    try:
        wait_until(lambda: bool(told.lost()), 20, "an attempt")
    finally:
        loop.stop()
        loop.join(10)
    assert told.lost()[0].stream.reason == camera_loop._NO_SECRET.text
    assert "QUAI_PASSWORD" not in told.lost()[0].stream.reason
