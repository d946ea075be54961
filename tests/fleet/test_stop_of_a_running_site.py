"""A stop takes effect within two seconds on a running site, measured from outside."""

import time
from pathlib import Path

import httpx
import pytest
from tests.fleet.town import Running, running
from tests.rtsp import wait_until

pytestmark = [pytest.mark.machine, pytest.mark.law(22)]
LIMIT_S = 2.0


def shown(browser: httpx.Client) -> dict[str, object]:
    (camera,) = browser.get("/api/v1/states").json()
    return dict(camera)


def test_a_camera_and_a_use_stop_within_two_seconds_and_start_again(site: Path) -> None:
    with running(site) as town:
        town.wait_for_frames(10)
        with town.administrator() as browser:
            _stopped_and_started(town, browser)
        told = town.rows(
            "SELECT action, target, who, why, origin FROM audit"
            " WHERE action LIKE '%.stop' OR action LIKE '%.start' ORDER BY seq"
        )
    assert [one for one in told if not one[0].startswith("system")] == [
        (f"{of}.{verb}", target, "agnes", "Demande de la déléguée", "127.0.0.1")
        for of, target in (("use", "measures.presence"), ("camera", "campus"))
        for verb in ("stop", "start")
    ]


def _stopped_and_started(town: Running, browser: httpx.Client) -> None:
    wait_until(lambda: bool(shown(browser)["occupancy"]), 30, "people present are shown")

    asked = {"use": "measures.presence", "reason": "Demande de la déléguée"}
    began_s = time.monotonic()
    answer = browser.post("/api/v1/stop", json=asked).json()
    wait_until(lambda: not shown(browser)["occupancy"], LIMIT_S, "no presence is shown")
    assert time.monotonic() - began_s < LIMIT_S
    assert answer["confirmed"] and answer["took_s"] < LIMIT_S
    assert browser.post("/api/v1/start", json=asked).status_code == 200
    wait_until(lambda: bool(shown(browser)["occupancy"]), 10, "it is shown again")

    asked = {"camera": "campus", "reason": "Demande de la déléguée"}
    began_s = time.monotonic()
    answer = browser.post("/api/v1/stop", json=asked).json()
    took_s = time.monotonic() - began_s
    analysed = town.analysed()
    assert answer["confirmed"] and took_s < LIMIT_S, (answer, took_s)
    time.sleep(2)
    assert town.analysed() == analysed, "not one picture more is analysed"
    assert browser.post("/api/v1/start", json=asked).status_code == 200
    wait_until(lambda: 0 < town.analysed() != analysed, 60, "it is read again")
