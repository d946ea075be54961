"""A recorded act opens a running site; its end closes it again, by itself, within two seconds."""

import json
import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.fleet.town import Running, running
from tests.rtsp import wait_until

pytestmark = pytest.mark.machine

LASTS_S = 30.0


def campus(browser: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one for one in browser.get("/api/v1/states").json() if one["camera"] == "campus"
    )
    return found


def counting(site: Path) -> list[str]:
    """The rules that the worker may only count with."""
    told = json.loads((site.parent / "data" / "rules.json").read_text(encoding="utf-8"))
    found: list[str] = told["counting"]["campus"]
    return found


def follow(browser: httpx.Client, heard: list[tuple[float, bool]], done: threading.Event) -> None:
    """Note, of each state that the live stream tells, whether it tells of now."""
    with browser.stream("GET", "/api/v1/live", timeout=60) as answer:
        name = ""
        for line in answer.iter_lines():
            if done.is_set():
                return
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: ") and name == "states":
                for one in json.loads(line.removeprefix("data: ")):
                    heard.append((time.time(), "live_state" not in one["withheld"]))


@pytest.mark.law(3)
def test_an_act_opens_a_running_site_until_its_end(site: Path) -> None:
    text = site.read_text(encoding="utf-8")
    site.write_text(text.replace("profile: demonstration", "profile: operational"), "utf-8")
    with running(site) as town:
        wait_until(lambda: bool(town.metrics()), 120, "the hub serves")
        with town.administrator() as browser:
            opened_and_closed(site, town, browser)
        town.stop()


def opened_and_closed(site: Path, town: Running, browser: httpx.Client) -> None:
    """Record an act, and look at what it opens and at what its end closes."""
    wait_until(lambda: (campus(browser)["stream"] or {}).get("state") == "live", 60, "live")
    assert "live_state" in campus(browser)["withheld"]
    assert "density" in counting(site)
    heard: list[tuple[float, bool]] = []
    done = threading.Event()
    listener = threading.Thread(target=follow, args=(browser, heard, done), daemon=True)
    listener.start()
    ends_s = time.time() + LASTS_S
    recorded = browser.post(
        "/api/v1/instruments",
        json={
            "authority": "Préfecture",
            "reference": "Arrêté 1",
            "events": ["excessive-density"],
            "perimeter": "Campus",
            "cameras": ["campus"],
            "starts": datetime.fromtimestamp(time.time() - 60, UTC).isoformat(),
            "ends": datetime.fromtimestamp(ends_s, UTC).isoformat(),
            "attestation": "C. Martin, DGS",
            "reason": "essai",
        },
    )
    assert recorded.status_code == 201, recorded.text
    began_s = time.time()
    wait_until(lambda: "live_state" not in campus(browser)["withheld"], 5, "opened")
    wait_until(lambda: "density" not in counting(site), 5, "the rule may raise")
    assert "gathering" in counting(site), "the act does not name it"
    assert time.time() - began_s < LASTS_S - 5, "the machine is too slow for this test"
    time.sleep(max(0.0, ends_s + 2.0 - time.time()))
    assert "live_state" in campus(browser)["withheld"]
    assert not campus(browser)["occupancy"]
    assert "density" in counting(site)
    time.sleep(2.0)
    done.set()
    with closing(sqlite3.connect(town.database, timeout=10)) as connection:
        (logged,) = connection.execute(
            "SELECT at_s FROM audit WHERE action = 'instrument.end'"
        ).fetchall()
    listener.join(20)
    assert any(told for _, told in heard), "the live stream told of now while the act was in force"
    assert not [at_s for at_s, told in heard if told and at_s > ends_s + 2.0]
    assert any(not told for at_s, told in heard if at_s > ends_s), "and went on without it"
    assert 0 <= logged[0] - ends_s < 2.0
