"""What a profile of before let rules raise is shown to nobody under the profile in force."""

import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from server_world import World
from test_server_alerts import RAISED, raised
from test_server_live import client, listen, named, served

import parvis.server
from parvis.policy.terms import Role
from parvis.server.judging import READERS
from parvis.site import load
from parvis.values.alerts import AlertKind, Form, Subject

LOST = replace(
    RAISED, rule="camera_health", kind=AlertKind.CAMERA_HEALTH, form=Form.LOST,
    subject=Subject("gare"), value=65.0, threshold=30.0, at=None, replay=None,
)  # fmt: skip
PLACES = """
places:
  port: {label: Le port, at: [2.3, 48.8], zones: [quai.terrasse]}
"""


def switch(world: World, profile: str) -> None:
    """Write another profile into the file, as a technician does."""
    text = world.path.read_text(encoding="utf-8")
    text = re.sub(r"profile: \w+", f"profile: {profile}", text)
    if "places:" not in text:
        text += PLACES
    world.path.write_text(text, encoding="utf-8")
    world.site.take(load(world.path))


@pytest.fixture
def switched(demonstration: World) -> tuple[World, str]:
    """Twenty alerts from images and one on a camera's health, judged or not, then the switch."""
    world = demonstration
    for number in range(20):
        found = raised(world, number)
    raised(world, 99, LOST)
    browser = world.signed_in(Role.OPERATOR)
    for number, verb in ((0, "confirm"), (1, "acknowledge"), (2, "confirm")):
        assert browser.post(f"/api/v1/alerts/run1-{number}/{verb}").status_code == 200
    switch(world, "statistics")
    return world, found


@pytest.mark.law(2)
@pytest.mark.parametrize("role", READERS)
def test_no_way_out_shows_an_alert_that_the_profile_does_not_allow(
    switched: tuple[World, str], role: Role
) -> None:
    world, alert_id = switched
    browser = world.signed_in(role)
    for state in ("inbox", "taken", "judged", "shadow", "all"):
        told = browser.get(f"/api/v1/alerts?state={state}").json()
        kinds = [one["kind"] for one in told["alerts"]]
        assert kinds == (["camera_health"] if state in ("inbox", "all") else []), state
        assert (told["waiting"], told["taken"], told["next"]) == (1, 0, None)
    for address in (f"/api/v1/alerts/{alert_id}", f"/api/v1/alerts/{alert_id}/replay"):
        assert browser.get(address).status_code == 404, address
    assert browser.get(f"/alerts/{alert_id}").status_code == 404
    rules = {one["name"]: one for one in browser.get("/api/v1/rules").json()["rules"]}
    density = rules["density"]
    assert (density["raised"], density["confirmed"], density["precision"]) == (0, 0, None)
    assert density["days"] == [] and rules["camera_health"]["raised"] == 1
    for address in ("/alerts", "/", "/map", "/places/port", "/rules", "/rules/density", "/health"):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert "run1-19" not in answer.text and "1,4\u00a0p/m²" not in answer.text, address
        counts = re.findall(r"data-alert-count>(\d+)<", answer.text)
        assert set(counts) <= {"1"}, address
    assert "Caméra perdue" in browser.get("/alerts").text


@pytest.mark.law(2)
@pytest.mark.parametrize("verb", ["acknowledge", "confirm", "undo"])
def test_nobody_judges_what_nobody_may_see(switched: tuple[World, str], verb: str) -> None:
    world, alert_id = switched
    browser = world.signed_in(Role.OPERATOR)
    assert browser.post(f"/api/v1/alerts/{alert_id}/{verb}").status_code == 404
    found = world.store.alerts.get(alert_id)
    assert found is not None and found.judgement is None and found.taken_by is None


@pytest.mark.law(19)
@pytest.mark.parametrize("role", READERS)
def test_who_answers_for_the_system_is_told_how_many_are_withheld_and_no_more(
    switched: tuple[World, str], role: Role
) -> None:
    world, _ = switched
    browser = world.signed_in(role)
    withheld = browser.get("/api/v1/alerts").json()["withheld"]
    page = browser.get("/alerts").text
    if role in (Role.DPO, Role.ADMINISTRATOR):
        assert withheld["count"] == 20
        assert "aucune alerte sur les images" in withheld["reason"]["fr"]
        assert "20 alertes sont gardées sans être montrées" in page
    else:
        assert withheld is None
        assert "sans être montrées" not in page
    switch(world, "demonstration")
    assert browser.get("/api/v1/alerts").json()["withheld"] is None
    assert browser.get("/api/v1/alerts?state=all").json()["alerts"][-1]["kind"] == "density"


@pytest.mark.law(2)
def test_a_threshold_on_closed_measures_stays_shown_whatever_becomes_of_its_rule(
    demonstration: World,
) -> None:
    world = demonstration
    text = world.path.read_text(encoding="utf-8")
    rules = "rules:\n  much: {kind: threshold, indicator: crossings, levels: {watch: 100}}\n"
    world.path.write_text(text + rules, encoding="utf-8")
    world.site.take(load(world.path))
    said = replace(RAISED, rule="much", kind=AlertKind.THRESHOLD, value=120.0, replay=None)
    raised(world, 1, said)
    raised(world, 2, replace(said, rule="people"))  # of a rule that nobody knows
    world.path.write_text(text, encoding="utf-8")
    world.site.take(load(world.path))
    switch(world, "statistics")
    told = world.signed_in(Role.OPERATOR).get("/api/v1/alerts").json()["alerts"]
    assert [(one["rule"], one["basis"]) for one in told] == [("much", "closed")]


@pytest.mark.law(2)
def test_a_screen_that_is_open_hears_of_the_switch_and_of_no_alert_after_it(
    demonstration: World,
) -> None:
    world = demonstration

    def act() -> None:
        time.sleep(0.5)
        raised(world, 1)
        time.sleep(0.5)
        switch(world, "statistics")
        raised(world, 2)
        raised(world, 3, LOST)

    with served(world) as url, client(world, url, Role.OPERATOR) as http:
        thread = threading.Thread(target=act)
        thread.start()
        events = listen(http, lambda found: len(named(found, "hello")) == 2)
        thread.join()
    assert [one.data["profile"] for one in named(events, "hello")] == [
        "demonstration",
        "statistics",
    ]
    told = [one["id"] for event in named(events, "alerts") for one in event.data["alerts"]]
    assert told in (["run1-1", "run1-3"], ["run1-1"])


@pytest.mark.law(2)
def test_the_server_reads_alerts_for_people_in_one_place_only() -> None:
    """Whoever reads them past it has not asked the gate."""
    folder = Path(parvis.server.__file__).parent
    past = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if re.search(r"store\.alerts\b(?!\.(stepping|heard_by)\b)", _code(path))
    }
    assert past == {"shown_alerts.py"}


def _code(path: Path) -> str:
    """A module without its imports."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith(("from ", "import ")))
