"""Rules over the API: no change is lost, no comment either; they are played before trusted."""

import pytest
from server_world import NOON_S, World

from parvis.policy.terms import Role
from parvis.site import load
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind

RULES = """
rules:   # those of the town
  monde:  # asked for by the café
    kind: threshold
    indicator: people   # on the terrace
    levels: {watch: 4, warn: 8}   # by eye
    on: [quai.terrasse]
"""


@pytest.fixture
def town(demonstration: World) -> World:
    """A site that declares one rule, with comments."""
    world = demonstration
    world.path.write_text(world.path.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    world.site.take(load(world.path))
    return world


def test_a_rule_is_written_with_its_comments_kept(town: World) -> None:
    browser = town.signed_in(Role.TECHNICIAN)
    told = browser.get("/api/v1/rules/monde")
    sheet = told.json()
    assert sheet["settings"] == {
        "kind": "threshold",
        "on": ["quai.terrasse"],
        "levels": {"watch": 4.0, "warn": 8.0},
        "indicator": "people",
    }
    wanted = sheet["settings"] | {
        "levels": {"watch": 5, "warn": 8},
        "classes": ["person"],
        "purposes": ["tranquillité publique"],
        "hours": [{"days": ["sat", "sun"], "from": "10:00", "to": "20:00"}],
        "release": 0.75,
        "cap_per_hour": 3,
        "todo": {"warn": "Ouvrir la seconde terrasse."},
    }
    etag = told.headers["etag"]
    answer = browser.put("/api/v1/rules/monde", json=wanted, headers={"if-match": etag})
    assert answer.status_code == 200
    assert answer.headers["etag"] != etag
    assert answer.json()["levels"] == {"watch": 5.0, "warn": 8.0}
    assert answer.json()["settings"] | {"kind": "threshold"} == answer.json()["settings"]
    text = town.path.read_text(encoding="utf-8")
    for comment in ("those of the town", "asked for by the café", "on the terrace", "by eye"):
        assert comment in text
    held = load(town.path).site.rules["monde"]
    assert (held.cap_per_hour, held.release, held.purposes) == (3, 0.75, ("tranquillité publique",))
    # What was written reads back as what was asked for.
    again = browser.get("/api/v1/rules/monde").json()["settings"]
    assert again == wanted | {"levels": {"watch": 5.0, "warn": 8.0}}
    assert town.store.audit.entries(NOON_S - 1, NOON_S + 60)[0].action == "rule.change"


def test_no_change_of_another_is_lost(town: World) -> None:
    browser = town.signed_in(Role.TECHNICIAN)
    etag = browser.get("/api/v1/rules").headers["etag"]
    settings = browser.get("/api/v1/rules/monde").json()["settings"]
    without = browser.put("/api/v1/rules/monde", json=settings)
    assert without.status_code == 428
    text = town.path.read_text(encoding="utf-8") + "# a hand was here\n"
    town.path.write_text(text, encoding="utf-8")
    for method, body in (("PUT", settings | {"cap_per_hour": 1}), ("DELETE", None)):
        late = browser.request(method, "/api/v1/rules/monde", json=body, headers={"if-match": etag})
        assert late.status_code == 412, method
        assert late.headers["etag"] != etag
        assert town.path.read_text(encoding="utf-8") == text


def test_a_rule_is_added_and_removed(town: World) -> None:
    browser = town.signed_in(Role.TECHNICIAN)
    etag = browser.get("/api/v1/rules").headers["etag"]
    new = browser.put("/api/v1/rules/foule", json={"kind": "density"}, headers={"if-match": etag})
    assert (new.status_code, new.json()["declared"]) == (201, True)
    gone = browser.delete("/api/v1/rules/foule", headers={"if-match": new.headers["etag"]})
    assert gone.status_code == 204
    assert list(load(town.path).site.rules) == ["monde"]
    assert browser.get("/api/v1/rules/foule").status_code == 404
    etag = browser.get("/api/v1/rules").headers["etag"]
    for wrong in ("new", "foule"):
        answer = browser.delete(f"/api/v1/rules/{wrong}", headers={"if-match": etag})
        assert answer.status_code == 404


def test_the_first_rule_silences_no_other(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    listed = browser.get("/api/v1/rules")
    before = {one["name"] for one in listed.json()["rules"]}
    answer = browser.put(
        "/api/v1/rules/monde",
        json={"kind": "threshold", "indicator": "people", "levels": {"watch": 3}},
        headers={"if-match": listed.headers["etag"]},
    )
    assert answer.status_code == 201
    assert {one["name"] for one in browser.get("/api/v1/rules").json()["rules"]} == before | {
        "monde"
    }


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "threshold", "levels": {"watch": 3}}, "rule"),
        ({"kind": "density", "levels": {"watch": 3, "warn": 2}}, "rule"),
        ({"kind": "density", "cap_per_hour": 0}, "invalid"),
        ({"kind": "density", "colour": "red"}, "invalid"),
        ({"kind": "queue", "on": ["nowhere"]}, "unsound"),
        ({"levels": {"watch": 3}}, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused(town: World, wrong: dict[str, object], code: str) -> None:
    browser = town.signed_in(Role.TECHNICIAN)
    before = town.path.read_text(encoding="utf-8")
    etag = browser.get("/api/v1/rules").headers["etag"]
    answer = browser.put("/api/v1/rules/monde", json=wrong, headers={"if-match": etag})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith(f":{code}")
    assert town.path.read_text(encoding="utf-8") == before


def test_a_rule_that_the_profile_refuses_is_written_with_the_article(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    etag = browser.get("/api/v1/rules").headers["etag"]
    answer = browser.put(
        "/api/v1/rules/foule", json={"kind": "density"}, headers={"if-match": etag}
    )
    told = answer.json()
    assert (answer.status_code, told["raises"]) == (201, False)
    assert told["reason"]["fr"]
    assert told["article"]["fr"]


def busy_hours(world: World) -> None:
    """Three times in two days the terrace fills up to nine people within the hour."""
    series = Series("quai", SeriesKind.OCCUPANCY, "terrasse", "person")
    minutes = []
    for hours_ago in (40, 20, 5):
        for minute in range(60):
            start_s = NOON_S - hours_ago * 3600 + minute * 60
            value = 9.0 * (1 - abs(minute - 30) / 30)
            measure = Measure(series, start_s, start_s + 60, value, Spread(), 60.0, 60.0)
            minutes.append(ClosedMinute("quai", "01BUSY", start_s, 60.0, (measure,)))
    world.store.record(minutes)


def test_a_rule_is_played_before_it_is_trusted(town: World) -> None:
    busy_hours(town)
    browser = town.signed_in(Role.OPERATOR)
    told = browser.post("/api/v1/rules/replay", json={"name": "monde"}).json()
    assert (told["count"], told["level"], told["unit"]) == (3, 4.0, "p")
    assert [one["on"] for one in told["firings"]] == ["quai.terrasse"] * 3
    assert all(one["peak"] == "warn" for one in told["firings"])
    counts = [one["count"] for one in told["tries"]]
    assert counts == sorted(counts, reverse=True)
    assert {one["level"]: one["count"] for one in told["tries"]}[4.0] == 3
    # Of two days 48 hours are stored in part only: gaps are not calm.
    assert told["unseen_minutes"] == 7 * 1440 - 180
    assert (
        browser.post("/api/v1/rules/replay", json={"name": "monde", "level": 50}).json()["count"]
        == 0
    )
    part = {"name": "monde", "from": "2026-11-22T00:00", "to": "2026-11-23T00:00"}
    assert browser.post("/api/v1/rules/replay", json=part).json()["count"] == 1
    # A draft is played as it is written, and nothing is written for it.
    before = town.path.read_text(encoding="utf-8")
    draft = {"kind": "threshold", "indicator": "people", "levels": {"watch": 8.5}, "for_s": 600}
    assert browser.post("/api/v1/rules/replay", json={"rule": draft}).json()["count"] == 0
    assert town.path.read_text(encoding="utf-8") == before


def test_a_rule_is_played_at_its_own_hours_only(town: World) -> None:
    busy_hours(town)
    browser = town.signed_in(Role.OPERATOR)
    rule = {"kind": "threshold", "indicator": "people", "levels": {"watch": 4}}
    # The three were on a Saturday evening, a Sunday afternoon and a Monday morning.
    for hours, times in (
        ([{"from": "06:00", "to": "09:00"}], 1),
        ([{"from": "12:00", "to": "22:00"}], 2),
        ([{"days": ["tue"], "from": "00:00", "to": "23:59"}], 0),
    ):
        told = browser.post("/api/v1/rules/replay", json={"rule": rule | {"hours": hours}})
        assert told.json()["count"] == times, hours


def test_a_closed_measure_is_played_quarter_by_quarter(town: World) -> None:
    """Crossings of both directions and every class count together, as the hub judges them."""
    minutes = []
    for minute in range(120):
        start_s = NOON_S - 7200 + minute * 60
        measures = tuple(
            Measure(
                Series("quai", SeriesKind.CROSSINGS, "pont", label, direction),
                start_s,
                start_s + 60,
                2.0 if 30 <= minute < 60 else 0.0,
                Spread(),
                60.0,
                0.0,
            )
            for label in ("person", "bicycle")
            for direction in (0, 1)
        )
        minutes.append(ClosedMinute("quai", "01CROSS", start_s, 60.0, measures))
    town.store.record(minutes)
    browser = town.signed_in(Role.OPERATOR)
    for level, times in ((119, 1), (121, 0)):
        rule = {"kind": "threshold", "indicator": "crossings", "levels": {"watch": level}}
        told = browser.post("/api/v1/rules/replay", json={"rule": rule}).json()
        assert told["count"] == times, level
    assert browser.get("/rules/new?kind=threshold").status_code == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 422),
        ({"name": "nothing"}, 404),
        ({"rule": {"kind": "intrusion"}}, 409),
        ({"name": "monde", "from": "yesterday"}, 422),
        ({"name": "monde", "from": "2026-11-23", "to": "2026-11-22"}, 422),
        ({"name": "monde", "from": "2026-01-01"}, 422),
        ({"name": "monde", "level": 0}, 422),
        ({"name": "monde", "rule": {"kind": "nonsense"}}, 422),
    ],
)
def test_what_cannot_be_played_says_why(town: World, asked: dict[str, object], status: int) -> None:
    answer = town.signed_in(Role.OPERATOR).post("/api/v1/rules/replay", json=asked)
    assert answer.status_code == status
    assert answer.json()["title"]


def test_what_is_not_closed_yet_is_not_played(world: World) -> None:
    """`statistics` shows nothing younger than the last closed quarter of an hour, here neither."""
    world.path.write_text(world.path.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    world.site.take(load(world.path))
    world.clock.now_s = NOON_S + 400
    told = world.signed_in(Role.OPERATOR).post("/api/v1/rules/replay", json={"name": "monde"})
    assert told.json()["end_s"] <= NOON_S
