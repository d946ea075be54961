"""Prometheus's numbers are those of the API, while many look at once."""

import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.fleet.town import TOKEN, running
from tests.rtsp import wait_until

pytestmark = pytest.mark.machine

READERS = 4
LASTING_S = 8.0

STATE, CPU = "parvis_camera_state", "parvis_camera_cpu_ms_per_second"

GROWING = {
    "parvis_camera_decoded_frames_total": ("stream", "decoded"),
    "parvis_camera_dropped_frames_total": ("stream", "dropped"),
    "parvis_camera_reconnects_total": ("stream", "reconnects"),
    "parvis_camera_analysed_frames_total": ("analysis", "analysed"),
}


class Crowd:
    """Readers that ask for pages as fast as they are answered."""

    def __init__(self, address: str, cookies: httpx.Cookies) -> None:
        self._address = address
        self._cookies = cookies
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(READERS)]
        self.statuses: list[int] = []

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        scraper = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=self._address, cookies=self._cookies, timeout=30) as browser:
            while not self._over.is_set():
                for path in ("/metrics", "/healthz", "/api/v1/health", "/"):
                    headers = scraper if path == "/metrics" else {}
                    self.statuses.append(browser.get(path, headers=headers).status_code)


def check_between(before: Any, scraped: Any, after: Any) -> bool:
    """Compare a scrape with the API before and after it; whether all three are of one moment."""
    for name, (part, key) in GROWING.items():
        assert before[part][key] <= scraped[name, "campus"] <= after[part][key], name
    states = {labels[2] for labels, value in scraped.items() if labels[0] == STATE and value}
    assert states == {"live"} == {before["stream"]["state"]}
    assert 0 <= scraped["parvis_camera_age_seconds", "campus"] < 5
    if before["time_s"] != after["time_s"]:
        return False
    analysis = before["analysis"]
    assert scraped["parvis_camera_analysed_fps", "campus"] == analysis["rate_fps"]
    assert scraped["parvis_camera_inference_ms", "campus"] == analysis["inference_ms"]
    assert scraped["parvis_camera_degraded", "campus"] == analysis["degraded"]
    assert scraped["parvis_camera_fps", "campus"] == before["stream"]["fps"]
    coverage_s = scraped["parvis_camera_coverage_today_seconds", "campus"]
    assert coverage_s == before["coverage_today_s"]
    stages = {labels[2]: value for labels, value in scraped.items() if labels[0] == CPU}
    assert stages == analysis["cpu_ms_per_s"]
    return True


def test_metrics_agree_with_the_api_under_load(site: Path) -> None:
    with running(site) as town, town.administrator() as browser:
        town.wait_for_frames(10)

        def told() -> Any:
            return browser.get("/api/v1/health").json()["cameras"][0]

        with Crowd(town.address, browser.cookies) as crowd:
            began_s, first = time.monotonic(), told()
            while time.monotonic() - began_s < LASTING_S:
                check_between(told(), town.metrics(), told())
            last = told()
        assert set(crowd.statuses) == {200}
        assert len(crowd.statuses) > 10 * READERS
        lasted_s = last["time_s"] - first["time_s"]
        analysed = last["analysis"]["analysed"] - first["analysis"]["analysed"]
        assert analysed > 0.5 * 5 * lasted_s, "the crowd stops no counting"
        wait_until(lambda: check_between(told(), town.metrics(), told()), 20, "one moment")
        town.stop()
