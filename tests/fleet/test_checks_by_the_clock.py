"""A finished check is settled by the hub's clock: nobody has to open it."""

import json
import time
from pathlib import Path

import pytest

from parvis.fleet.hub import Hub
from parvis.fleet.link import Kind
from parvis.fleet.live_wire import encode_witnessed
from parvis.site.fingerprint import line_fingerprint
from parvis.store.checks import Check
from parvis.values.checks import Act, Entry, Light, Passage, Span, Witnessed

SITE = """\
site: {name: Test, timezone: Europe/Paris, language: fr}
policy: {profile: statistics}
cameras:
  quai:
    label: Quai
    source: "rtsp://192.0.2.10/main"
    lines:
      pont: {points: [[0.1, 0.5], [0.9, 0.5]], directions: [port, gare]}
"""

NOON_S = 1_795_431_600.0
MOMENTS = [NOON_S + 5 + 20 * i for i in range(44)]


class Clock:
    """Both clocks of the machine, as fast as the test wants."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = NOON_S - 10
        monkeypatch.setattr(time, "time", lambda: self.now_s)
        monkeypatch.setattr(time, "monotonic", lambda: self.now_s)


def witnessed(through_s: float) -> Witnessed:
    """Parvis misses every fourth."""
    seen = tuple(Passage(at, 0, "person") for n, at in enumerate(MOMENTS) if n % 4)
    return Witnessed("c1", "r1", through_s, seen, (Span(NOON_S, through_s),))


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A hub with a check of 15 minutes, and ``run(seconds)``, its clockwork in fast motion."""
    path = tmp_path / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    clock = Clock(monkeypatch)
    hub = Hub(path)
    work = hub.clockwork()
    camera = hub.site.loaded().site.cameras["quai"]
    drawn = line_fingerprint(camera, "pont")
    hub.store.checks.begin(
        Check(
            "c1", "quai", "pont", "claire", "why", NOON_S, NOON_S + 4500, Light.DAY, drawn, "", ""
        )
    )

    def run(seconds: float) -> dict:
        turns = min(100, int(2 * seconds))
        for _ in range(turns):
            clock.now_s += seconds / turns
            work.turn()
        return json.loads(hub.folder.checks.read_text(encoding="utf-8"))

    yield hub, run
    hub.close()


def counted(hub: Hub) -> None:
    acts = [Entry(f"t{n}", at + 0.5, Act.TAP, 0, "person") for n, at in enumerate(MOMENTS)]
    hub.store.checks.add("c1", acts)
    hub.store.checks.end("c1", NOON_S + 900)


def test_the_interval_comes_into_force_without_a_visit(town) -> None:
    hub, run = town
    told = run(910)
    assert list(told["orders"]) == ["quai"] and not told["errors"].get("quai")
    counted(hub)
    hub._show(Kind.WITNESS, encode_witnessed(witnessed(NOON_S + 902)))
    told = run(4)
    assert list(told["orders"]) == ["quai"], "the worker may still tell a last passage"
    hub._show(Kind.WITNESS, encode_witnessed(witnessed(NOON_S + 904)))
    told = run(1)
    assert told["orders"] == {}
    line, light, direction, tapped, ratio = told["errors"]["quai"][0][:5]
    assert (line, light, direction, tapped) == ("pont", "day", 0, "person")
    assert 1.2 < ratio < 1.5, "44 true passages for 33 counted"
    check = hub.store.checks.get("c1")
    assert check is not None and check.result is not None
    assert check.result["seconds"] == 900
    assert hub.witnesses.of("c1") == (), "what workers said is forgotten"


def test_a_camera_that_says_nothing_is_waited_for_and_no_longer(town) -> None:
    hub, run = town
    run(910)
    counted(hub)
    assert list(run(14)["orders"]) == ["quai"]
    assert run(2)["orders"] == {}
    check = hub.store.checks.get("c1")
    assert check is not None and check.result is not None and check.result["bias"] is None


def test_a_hub_that_begins_anew_hears_the_workers_before_it_settles(town) -> None:
    hub, run = town
    run(910)
    counted(hub)
    hub.witnesses.since_s = time.time() + 100  # as one that begins then
    assert list(run(110)["orders"]) == ["quai"]
    hub._show(Kind.WITNESS, encode_witnessed(witnessed(NOON_S + 1000)))
    told = run(1)
    assert told["orders"] == {} and told["errors"]["quai"]


def test_a_check_whose_person_does_not_come_back_is_given_up(town) -> None:
    hub, run = town
    hub._show(Kind.WITNESS, encode_witnessed(witnessed(NOON_S + 912)))
    told = run(4600)
    assert (told["orders"], told["errors"]["quai"]) == ({}, [])
    check = hub.store.checks.get("c1")
    assert check is not None and check.result is None
