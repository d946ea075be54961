"""A site that raises alerts on a real stream: told at once, kept through every kill."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from tests.fleet.town import Running, running
from tests.rtsp import wait_until

from parvis.site import load

PETS = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"
pytestmark = pytest.mark.machine

RULES = """
rules:
  presence:
    kind: intrusion
    on: [campus.croix]
    release_s: 300
"""


@pytest.fixture
def watched(site: Path) -> Path:
    """The site with a ground, and a zone where somebody always is."""
    ground = load(PETS).site.cameras["pets"].ground
    assert ground is not None
    told = ground.model_dump(mode="json", by_alias=True, exclude_none=True)
    zone = "use: forbidden, polygon: [[0.1, 0.3], [0.9, 0.3], [0.9, 0.9], [0.1, 0.9]]"
    text = site.read_text(encoding="utf-8")
    head, _, _ = text.partition("      croix:")
    site.write_text(
        f"{head}      croix: {{{zone}}}\n    ground: {json.dumps(told)}\n{RULES}", encoding="utf-8"
    )
    return site


def alerts(town: Running) -> list[tuple[str, int, str, float | None]]:
    return town.rows("SELECT rule, episodes, model, over_s FROM alert WHERE kind = 'intrusion'")


def test_kills_neither_lose_nor_double_an_alert(watched: Path) -> None:
    with running(watched) as town:
        worker, hub = town.wait_for("worker"), town.wait_for("hub")
        wait_until(
            lambda: bool(town.rows("SELECT 1 FROM sqlite_master WHERE name = 'alert'")), 30, ""
        )
        wait_until(lambda: bool(alerts(town)), 60, "an alert is raised")
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: alerts(town)[0][1] == 2, 60, "the next worker sees it too")
        os.kill(hub, signal.SIGKILL)
        town.wait_for("hub", other_than=hub)
        time.sleep(3)
        town.process.kill()
        town.process.wait()
    with running(watched) as town:
        wait_until(lambda: alerts(town)[0][1] == 3, 60, "the next town sees it too")
        [(rule, _, model, over_s)] = alerts(town)
        town.stop()
        raised = town.rows("SELECT count(*) FROM audit WHERE action = 'alert.raise'")
        events = town.rows("SELECT count(*), count(DISTINCT episode || number) FROM alert_event")
    assert (rule, over_s) == ("presence", None)
    assert model
    assert raised == [(1,)]
    assert events[0][0] >= 3


def test_rules_change_under_a_running_camera(watched: Path) -> None:
    """Another version of a rule is followed in the same run: the camera is not read anew."""
    with running(watched) as town:
        wait_until(lambda: bool(town.metrics()), 30, "the hub serves")
        wait_until(lambda: bool(alerts(town)), 60, "an alert is raised")
        text = watched.read_text(encoding="utf-8")
        watched.write_text(text.replace("release_s: 300", "release_s: 301"), encoding="utf-8")
        wait_until(lambda: alerts(town)[0][1] == 2, 30, "the rule that changed sees it too")
        watched.write_text(text.replace("presence:", "autre:"), encoding="utf-8")
        wait_until(lambda: {row[0] for row in alerts(town)} == {"presence", "autre"}, 30, "another")
        town.stop()
        said = town.rows("SELECT DISTINCT episode, version FROM alert_event WHERE number = 0")
    runs = {episode.partition(".")[0] for episode, _ in said}
    assert len(said) == 3 and len(runs) == 1
    assert len({version for _, version in said}) == 3


def test_a_rule_that_nobody_touched_goes_on_while_others_are_edited(watched: Path) -> None:
    """Nor does another camera's rule begin it anew: its episode is the one of the beginning."""
    beside = "  aussi: {kind: intrusion, on: [campus.croix], release_s: 300}\n"
    text = watched.read_text(encoding="utf-8") + beside
    watched.write_text(text, encoding="utf-8")
    episodes = "SELECT rule, episode, episodes FROM alert WHERE kind = 'intrusion' ORDER BY rule"
    with running(watched) as town:
        wait_until(lambda: bool(town.metrics()), 90, "the hub serves")
        wait_until(lambda: len(alerts(town)) == 2, 60, "both are raised")
        (_, first, _), _ = town.rows(episodes)
        watched.write_text(text.replace("release_s: 300\n", "release_s: 301\n"), encoding="utf-8")
        wait_until(lambda: town.rows(episodes)[1][2] == 2, 60, "the rule that changed begins anew")
        queue = "  file: {kind: queue}\n"
        watched.write_text(text.replace("release_s: 300\n", "release_s: 302\n") + queue)
        wait_until(lambda: town.rows(episodes)[1][2] == 3, 60, "and again, beside a new one")
        assert town.rows(episodes)[0] == ("aussi", first, 1)
        town.stop()


@pytest.mark.law(2)
def test_under_statistics_a_rule_counts_and_raises_nothing(watched: Path) -> None:
    text = watched.read_text(encoding="utf-8")
    watched.write_text(
        text.replace("profile: demonstration", "profile: statistics"), encoding="utf-8"
    )
    with running(watched) as town:
        wait_until(lambda: bool(town.metrics()), 30, "the hub serves")
        counted = "SELECT rule, why, camera, quarter_s % 900 FROM alert_unraised"
        wait_until(lambda: bool(town.rows(counted)), 60, "the rule counts")
        assert town.rows(counted) == [("presence", "permit", "campus", 0)]
        assert alerts(town) == []
        town.stop()
