"""Alerts over the API: read where allowed, judged by the operator, logged, told at once."""

import asyncio
import math
import threading
import time
from dataclasses import replace

import pytest
from server_world import NOON_S, World, entries, live_state
from test_server_live import Event, client, listen, named, served

from parvis.alerts import life
from parvis.alerts.rule import Rule, rule_that_said
from parvis.policy.terms import Role
from parvis.server.api.alerts import rules_in_force
from parvis.server.live import LiveBoard
from parvis.values.alert_history import AlertEvent, Deed, NotRaised, Unraised
from parvis.values.alerts import (
    Alert,
    AlertKind,
    Change,
    Form,
    Replay,
    Severity,
    Step,
    Subject,
    Usual,
)

RAISED = Change(
    "run1-1", 0, "density", "0123456789ab", AlertKind.DENSITY, Form.PLAIN,
    Subject("quai", "terrasse"), Step.RAISED, NOON_S - 60, NOON_S - 90, Severity.WATCH, 1.4, 1.1,
    1.7, 1.0, at=(3.0, 4.0), model="nano", replay=Replay(NOON_S - 90, 0.5, (((1.5, 2.0, 0),),)),
)  # fmt: skip


def raised(world: World, number: int = 1, change: Change = RAISED) -> str:
    said = replace(change, episode=f"run1-{number}")
    rule = rule_that_said(rules_in_force(world.hub), said.rule, said.kind)
    with world.store.alerts.stepping() as steps:
        return steps.open(life.opened(said, rule), said).id


def test_an_alert_from_the_inbox_to_closed(demonstration: World) -> None:
    world = demonstration
    alert_id = raised(world)
    browser = world.signed_in(Role.OPERATOR)
    (found,) = browser.get("/api/v1/alerts").json()["alerts"]
    assert found["notice"]["en"] == "Not verified by a person."
    assert found["todo"] == {
        "fr": "Limitez les entrées et cherchez la cause.",
        "en": "Limit the inflow and look for the cause.",
    }
    told = {key: found[key] for key in ("rule", "version", "model", "threshold", "value", "shape")}
    assert told == {
        "rule": "density", "version": "0123456789ab", "model": "nano", "threshold": 1.0,
        "value": 1.4, "shape": "terrasse",
    }  # fmt: skip
    assert browser.post(f"/api/v1/alerts/{alert_id}/acknowledge").json()["taken_by"] == "operator-1"
    assert browser.get("/api/v1/alerts").json()["alerts"] == []
    assert len(browser.get("/api/v1/alerts?state=taken").json()["alerts"]) == 1
    said = {"reason": 2, "note": "des riverains"}
    judged = browser.post(f"/api/v1/alerts/{alert_id}/dismiss", json=said).json()
    assert judged["judgement"]["reason"] == "harmless"
    assert judged["notice"] is None
    again = browser.post(f"/api/v1/alerts/{alert_id}/confirm")
    assert (again.status_code, again.json()["type"]) == (409, "urn:parvis:problem:alert-step")
    assert browser.post(f"/api/v1/alerts/{alert_id}/undo").json()["judgement"] is None
    assert browser.post(f"/api/v1/alerts/{alert_id}/confirm").json()["judgement"]["who"]
    shown = browser.get(f"/api/v1/alerts/{alert_id}").json()
    deeds = [event["deed"] for event in shown["history"]]
    assert deeds == ["raised", "taken", "dismissed", "undone", "confirmed"]
    assert shown["replay"]
    dots = browser.get(f"/api/v1/alerts/{alert_id}/replay").json()
    assert dots["frames"] == [[[1.5, 2.0, "person"]]]
    acts = [(e.action, e.who, e.why) for e in entries(world) if e.action.startswith("alert.")]
    assert acts == [
        ("alert.acknowledge", "operator-1", ""),
        ("alert.dismiss", "operator-1", "des riverains"),
        ("alert.undo", "operator-1", ""),
        ("alert.confirm", "operator-1", ""),
    ]


UNUSUAL = replace(
    RAISED, rule="unusual", kind=AlertKind.UNUSUAL, form=Form.MORE, subject=Subject("quai", "pont"),
    value=2.3, low=None, high=None, threshold=1.0, replay=None, at=None,
    usual=Usual(3, 1240.0, 450.2, 380.4, 529.6),
)  # fmt: skip


def test_the_unusual_is_told_as_so_many_instead_of_so_many(world: World) -> None:
    alert_id = raised(world, change=UNUSUAL)
    browser = world.signed_in(Role.OPERATOR)
    said = browser.get(f"/api/v1/alerts/{alert_id}").json()["alert"]
    assert said["usual"] == {
        "hours": 3, "value": 1240.0, "expected": 450.2, "low": 380.4, "high": 529.6,
    }  # fmt: skip
    for language, told, about in (
        ("fr", "1 240 au lieu de 450 (380–530) sur 3 h", "d’habitude 380–530, 9 fois sur 10"),
        ("en", "1,240 instead of 450 (380–530) over 3 h", "usually 380–530, 9 times out of 10"),
    ):
        browser.headers["Accept-Language"] = language
        page = plain(browser.get("/alerts").text)
        assert page.count(told) >= 2, "in the list and at its head"
        assert about in page
    lost = replace(RAISED, rule="camera_health", kind=AlertKind.CAMERA_HEALTH, form=Form.LOST)
    other = browser.get(f"/api/v1/alerts/{raised(world, 2, lost)}").json()["alert"]
    assert other["usual"] is None


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


def test_a_verdict_is_taken_back_for_ten_seconds_by_who_gave_it(demonstration: World) -> None:
    alert_id = raised(demonstration)
    operator = demonstration.signed_in(Role.OPERATOR)
    other = demonstration.signed_in(Role.ADMINISTRATOR)
    assert operator.post(f"/api/v1/alerts/{alert_id}/confirm").status_code == 200
    assert other.post(f"/api/v1/alerts/{alert_id}/undo").status_code == 409
    demonstration.clock.now_s += 10.5
    assert operator.post(f"/api/v1/alerts/{alert_id}/undo").status_code == 409


def test_a_dismissal_says_why(demonstration: World) -> None:
    alert_id = raised(demonstration)
    browser = demonstration.signed_in(Role.OPERATOR)
    for said in ({}, {"reason": 6}, {"reason": "boredom"}):
        assert browser.post(f"/api/v1/alerts/{alert_id}/dismiss", json=said).status_code == 422
    assert browser.get("/api/v1/alerts/none").status_code == 404


def test_pages_follow_each_other(demonstration: World) -> None:
    for number in range(7):
        raised(demonstration, number)
    browser = demonstration.signed_in(Role.DPO)
    seen, before = [], ""
    while True:
        page = browser.get(f"/api/v1/alerts?limit=3{before}").json()
        seen += [one["number"] for one in page["alerts"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    assert page["waiting"] == 7


@pytest.mark.law(1)
def test_a_demonstration_shows_no_alert_of_a_camera_that_is_not_recorded(
    demonstration: World,
) -> None:
    alert_id = raised(demonstration, change=replace(RAISED, subject=Subject("elsewhere")))
    browser = demonstration.signed_in(Role.OPERATOR)
    assert browser.get("/api/v1/alerts").json()["alerts"] == []
    assert browser.get(f"/api/v1/alerts/{alert_id}").status_code == 404
    assert browser.post(f"/api/v1/alerts/{alert_id}/confirm").status_code == 404


@pytest.mark.law(2)
def test_rules_say_what_the_profile_lets_them_do_and_how_often(world: World) -> None:
    with world.store.alerts.stepping() as steps:
        for i, quarter_s in enumerate((NOON_S - 900, NOON_S)):
            steps.not_raised(
                NotRaised(f"r{i}", "density", Subject("quai"), quarter_s, Unraised.PERMIT)
            )
    world.clock.now_s = NOON_S + 600
    browser = world.signed_in(Role.TECHNICIAN)
    rules = {one["name"]: one for one in browser.get("/api/v1/rules").json()["rules"]}
    assert not rules["density"]["raises"] and rules["camera_health"]["raises"]
    assert rules["density"]["article"]["fr"]
    assert rules["density"]["would_have_raised"] == 1, "the quarter that runs is not told"


def test_news_of_alerts_are_on_the_stream_at_once(demonstration: World) -> None:
    world = demonstration
    with served(world) as url, client(world, url, Role.OPERATOR) as http:
        written_s: list[float] = []

        def raise_soon() -> None:
            time.sleep(0.7)
            for number in range(60):
                raised(world, number)
                written_s.append(time.monotonic())

        thread = threading.Thread(target=raise_soon)
        thread.start()
        events = listen(http, lambda found: _told(found) >= {f"run1-{n}" for n in range(60)})
        thread.join()
        first = named(events, "alerts")[0]
        assert first.at_s - written_s[0] < 0.2
        assert named(events, "alerts")[-1].at_s - written_s[-1] < 0.3
        assert first.data["alerts"][0]["notice"]["fr"] == "Non vérifié par une personne."


def test_alerts_on_trial_crowd_no_other_out_of_the_stream() -> None:
    async def heard() -> tuple[tuple[Alert, ...], bool]:
        board = LiveBoard(time.time)
        with board.follow() as follower:
            rule = Rule("density", AlertKind.DENSITY)
            said = [replace(RAISED, episode=f"t-{n}", shadow=True) for n in range(60)]
            board.put_alerts([life.opened(one, rule) for one in (*said, RAISED)])
            return await follower.alerts(5.0)

    told, more = asyncio.run(heard())
    assert [one.id for one in told] == [RAISED.episode]
    assert not more


def test_a_place_that_does_not_fill_any_more_breaks_no_screen(demonstration: World) -> None:
    """Its time left is infinite, or has no upper bound."""
    world = demonstration
    filling = replace(
        RAISED, rule="accumulation", kind=AlertKind.ACCUMULATION, value=200.0, high=math.inf
    )
    browser = world.signed_in(Role.OPERATOR)
    for number in range(12):
        alert_id = raised(world, number, filling)
        if number:
            with world.store.alerts.stepping() as steps:
                alert = steps.get(alert_id)
                assert alert is not None
                fell = replace(filling, episode=alert_id, number=1, value=math.inf)
                steps.set(life.continued(alert, fell))
                steps.told(alert_id, fell)
        for address in ("/alerts", f"/alerts/{alert_id}", f"/api/v1/alerts/{alert_id}"):
            assert browser.get(address).status_code == 200, (address, number)
        verdict = "confirm" if number % 3 == 1 else "dismiss"
        said = {} if verdict == "confirm" else {"reason": 1}
        assert browser.post(f"/api/v1/alerts/{alert_id}/{verdict}", json=said).status_code == 200
    for address in ("/rules", "/rules/accumulation", "/api/v1/rules"):
        assert browser.get(address).status_code == 200, address


def test_an_alert_whose_camera_never_came_back_says_so(demonstration: World) -> None:
    alert_id = raised(demonstration)
    with demonstration.store.alerts.stepping() as steps:
        alert = steps.get(alert_id)
        assert alert is not None
        steps.set(life.ended(alert, NOON_S))
        steps.happened(alert_id, AlertEvent(NOON_S, Deed.EXPIRED, Severity.NONE))
    browser = demonstration.signed_in(Role.OPERATOR)
    assert "Sa caméra n’est pas revenue" in browser.get(f"/alerts/{alert_id}").text
    assert browser.post(f"/api/v1/alerts/{alert_id}/confirm").json()["closed"]


def _told(events: list[Event]) -> set[str]:
    return {one["id"] for event in named(events, "alerts") for one in event.data["alerts"]}


def test_who_may_not_read_alerts_hears_of_none(demonstration: World) -> None:
    world = demonstration

    def raise_then_speak() -> None:
        time.sleep(0.5)
        raised(world)
        for _ in range(3):
            time.sleep(0.3)
            world.hub.board.put(live_state())

    with served(world) as url, client(world, url, Role.VIEWER) as http:
        thread = threading.Thread(target=raise_then_speak)
        thread.start()
        events = listen(http, lambda found: len(named(found, "states")) >= 3)
        thread.join()
    assert named(events, "alerts") == []
