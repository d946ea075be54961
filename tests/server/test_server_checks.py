"""A count check over the API: hidden until the end, idempotent, logged, withheld where due."""

import csv
import io
import re
from dataclasses import replace

import httpx
import pytest
from server_world import NOON_S, PORT, Browser, World, entries, live_state, minute

from parvis.policy.terms import Role
from parvis.server.pages.history import CORRECTED
from parvis.site import load
from parvis.values.checks import Passage, Span, Witnessed
from parvis.values.measure import Measure, Spread

LINE = {"camera": "quai", "line": "pont", "reason": "Après un réglage"}


def begin(browser: Browser, **more: object) -> dict:
    answer = browser.post("/api/v1/checks", json=LINE | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def tap(number: int, time_s: float, direction: int = 0) -> dict:
    return {
        "id": f"t{number}",
        "time_s": time_s,
        "act": "tap",
        "direction": direction,
        "object_class": "person",
    }


def counted_along(world: World, browser: Browser, minutes: int = 15, early_s: float = 0.0) -> str:
    """A check of 40 passages, of which Parvis missed every tenth; it is over and settled."""
    world.hub.board.put(live_state())
    check = begin(browser, minutes=minutes)
    start_s, length_s = check["start_s"], 60.0 * minutes - early_s
    assert start_s == world.clock() + 3
    moments = [start_s + 5 + i * (length_s - 20) / 40 for i in range(40)]
    taps = [tap(i, at + 0.8, i % 2) for i, at in enumerate(moments)]
    for batch in (taps[:25], taps[20:]):
        sent = browser.post(f"/api/v1/checks/{check['id']}/entries", json={"entries": batch})
        assert sent.status_code == 200, sent.text
    world.hub.witnesses.put(
        Witnessed(
            check["id"],
            "run-1",
            start_s + length_s + 4,
            tuple(Passage(at, i % 2, "person") for i, at in enumerate(moments) if i % 10),
            (Span(start_s, start_s + length_s + 4),),
        )
    )
    world.clock.now_s = start_s + length_s
    shown = browser.get(f"/api/v1/checks/{check['id']}").json()
    assert (shown["state"], shown["result"]) == ("counting", None)
    finish = {"end_s": start_s + length_s}
    assert browser.post(f"/api/v1/checks/{check['id']}/finish", json=finish).status_code == 200
    world.clock.now_s += 4
    return check["id"]


@pytest.mark.law(24)
def test_a_check_from_begin_to_signature(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    check_id = counted_along(demonstration, browser)
    found = browser.get(f"/api/v1/checks/{check_id}").json()
    assert (found["state"], found["valid"], found["light"]) == ("done", True, "day")
    assert found["model"] == "omz-2004"
    result = found["result"]
    assert (result["true"], result["counted"]) == (40, 36)
    assert result["delay_s"] == pytest.approx(0.8)
    assert len(result["missed"]) == 4 and result["extra"] == []
    assert result["bias"]["value"] == -4
    assert result["bias"]["low"] < -4 < result["bias"]["high"] < 1
    person = [c for c in result["cells"] if c["object_class"] == "person"]
    assert [(c["direction"], c["true"], c["missed"]) for c in person] == [(0, 20, 4), (1, 20, 0)]
    signed = browser.post(f"/api/v1/checks/{check_id}/signature", json={"name": " Claire D. "})
    assert signed.json()["signed_by"] == "Claire D."
    trail = [(e.action, e.target, e.why) for e in entries(demonstration) if "check" in e.action]
    assert trail == [
        ("check.begin", "quai.pont", "Après un réglage"),
        ("check.finish", "quai.pont", ""),
        ("check.sign", "quai.pont", ""),
    ]
    listed = browser.get("/api/v1/checks", params={"camera": "quai"}).json()["checks"]
    assert [c["id"] for c in listed] == [check_id]


def test_checks_are_told_a_page_at_a_time(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    begun = []
    for _ in range(3):
        begun.append(begin(browser)["id"])
        demonstration.clock.now_s += 60
    asked = {"camera": "quai", "line": "pont", "limit": 2}
    first = browser.get("/api/v1/checks", params=asked).json()
    assert [one["id"] for one in first["checks"]] == begun[:0:-1]
    rest = browser.get("/api/v1/checks", params=asked | {"before": first["next"]}).json()
    assert [one["id"] for one in rest["checks"]] == begun[:1] and rest["next"] is None
    assert browser.get("/api/v1/checks", params={"limit": 0}).status_code == 422


def test_earlier_checks_of_a_line_are_a_link_away(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    oldest = counted_along(demonstration, browser, minutes=15)
    browser.get(f"/api/v1/checks/{oldest}")
    for _ in range(20):
        demonstration.clock.now_s += 60
        begin(browser)
    pad = "/cameras/quai/lines/pont/check"
    page = browser.get(pad).text
    assert f"/checks/{oldest}" not in page
    (earlier,) = re.findall(r'href="(\?before=[^#"]+)#past"', page)
    last = browser.get(pad + earlier).text
    assert f"/checks/{oldest}" in last and 'href="?before=' not in last


def test_numbers_wait_for_their_quarter_under_statistics(world: World) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    check_id = counted_along(world, browser)
    found = browser.get(f"/api/v1/checks/{check_id}").json()
    assert (found["state"], found["result"]) == ("done", None)
    assert found["withheld"]["verdict"] == "delay"
    assert found["withheld"]["until_s"] == NOON_S + 1800
    world.clock.now_s = NOON_S + 1800
    assert browser.get(f"/api/v1/checks/{check_id}").json()["result"]["true"] == 40
    short = browser.post("/api/v1/checks", json=LINE | {"minutes": 5})
    assert short.status_code == 403


@pytest.mark.parametrize(("early_s", "told"), [(50.0, True), (300.0, False)])
def test_who_stops_a_moment_early_has_counted_the_quarter(
    world: World, early_s: float, told: bool
) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    check_id = counted_along(world, browser, early_s=early_s)
    world.clock.now_s = NOON_S + 1800
    found = browser.get(f"/api/v1/checks/{check_id}").json()
    assert (found["result"] is not None) is told
    assert (found["withheld"] is None) is told


def test_pauses_and_lost_view_are_left_out(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    check = begin(browser, minutes=10)
    start_s = check["start_s"]
    acts = [tap(i, start_s + 20 * i + 10) for i in range(30)]
    acts += [
        {"id": "p", "time_s": start_s + 100, "act": "pause"},
        {"id": "r", "time_s": start_s + 200, "act": "resume"},
        {"id": "u", "time_s": start_s + 15, "act": "undo", "of": "t0"},
    ]
    browser.post(f"/api/v1/checks/{check['id']}/entries", json={"entries": acts})
    for run, spans in (("a", (0, 300)), ("b", (400, 640))):
        seen = Span(start_s + spans[0], start_s + spans[1])
        passages = tuple(
            Passage(start_s + 20 * i + 10, 0, "person")
            for i in range(30)
            if spans[0] <= 20 * i + 10 < spans[1]
        )
        demonstration.hub.witnesses.put(Witnessed(check["id"], run, seen.end_s, passages, (seen,)))
    demonstration.clock.now_s = start_s + 640
    browser.post(f"/api/v1/checks/{check['id']}/finish", json={"end_s": start_s + 600})
    result = browser.get(f"/api/v1/checks/{check['id']}").json()["result"]
    assert result["seconds"] == 400
    assert (result["true"], result["counted"]) == (19, 20)
    assert len(result["extra"]) == 1, "the tap taken back"


def test_a_camera_that_says_nothing_gives_a_check_without_a_number(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    check = begin(browser)
    demonstration.clock.now_s += 903
    browser.post(f"/api/v1/checks/{check['id']}/finish", json={"end_s": demonstration.clock()})
    assert browser.get(f"/api/v1/checks/{check['id']}").json()["state"] == "settling"
    demonstration.clock.now_s += 16
    found = browser.get(f"/api/v1/checks/{check['id']}").json()
    assert found["state"] == "done"
    assert (found["result"]["seconds"], found["result"]["bias"]) == (0, None)


def test_a_check_that_nobody_finishes_is_given_up(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    check = begin(browser)
    demonstration.clock.now_s += 900 + 3700
    assert browser.get(f"/api/v1/checks/{check['id']}").json()["state"] == "given-up"
    late = browser.post(f"/api/v1/checks/{check['id']}/entries", json={"entries": [tap(1, NOON_S)]})
    assert late.status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "a b", "time_s": 1, "act": "tap", "direction": 0, "object_class": "person"},
        {"id": "a", "time_s": 1, "act": "tap", "direction": 0},
        {"id": "a", "time_s": 1, "act": "tap", "direction": 2, "object_class": "person"},
        {"id": "a", "time_s": 1, "act": "undo"},
        {"id": "a", "time_s": 1, "act": "tap", "direction": 0, "object_class": "dog"},
    ],
)
def test_entries_that_make_no_sense_are_refused(demonstration: World, wrong: dict) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    check = begin(browser)
    sent = browser.post(f"/api/v1/checks/{check['id']}/entries", json={"entries": [wrong]})
    assert sent.status_code == 422


def test_who_may_count_and_who_may_read(demonstration: World) -> None:
    mine = demonstration.signed_in(Role.TECHNICIAN)
    check = begin(mine)

    def statuses(role: Role) -> tuple[int, int, int]:
        browser = demonstration.signed_in(role)
        answers: list[httpx.Response] = [
            browser.post("/api/v1/checks", json=LINE),
            browser.get("/api/v1/checks"),
            browser.post(f"/api/v1/checks/{check['id']}/entries", json={"entries": []}),
        ]
        return tuple(answer.status_code for answer in answers)

    assert statuses(Role.VIEWER) == (403, 403, 403)
    assert statuses(Role.DPO) == (403, 200, 403)
    assert statuses(Role.ADMINISTRATOR) == (201, 200, 403), "another's check is theirs to count"
    assert demonstration.browser().get("/api/v1/checks").status_code == 401
    assert mine.post("/api/v1/checks", json=LINE | {"line": "nowhere"}).status_code == 404
    assert mine.post("/api/v1/checks", json=LINE | {"reason": " . "}).status_code == 422
    demonstration.control.stops.add("quai")
    assert mine.post("/api/v1/checks", json=LINE).status_code == 409


def test_a_correction_is_accepted_by_a_person_dated_and_withdrawn(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    check_id = counted_along(demonstration, browser)
    asked = {"check": check_id, "reason": "Arbre devant la ligne"}
    assert browser.post("/api/v1/corrections", json=asked).status_code == 409, "no result yet"
    browser.get(f"/api/v1/checks/{check_id}")
    accepted = browser.post("/api/v1/corrections", json=asked)
    assert accepted.status_code == 201, accepted.text
    one, other = accepted.json()["corrections"]
    assert (one["direction"], other["direction"]) == (0, 1)
    assert one["low"] < one["factor"] < one["high"] and one["factor"] > other["factor"]
    assert one["until"] is None and one["version"] == 1
    since_s = demonstration.clock()
    quarter_s = since_s // 900 * 900 + 900
    for start_s in (quarter_s - 900, quarter_s):
        demonstration.store.record([minute(start_s + 60 * i, 10.0) for i in range(15)])
    demonstration.clock.now_s = quarter_s + 1000
    asked_for = {"series": PORT.key, "start": "2026-11-23T12:00", "end": "2026-11-23T12:45"}
    (told,) = browser.get("/api/v1/measures", params=asked_for).json()["series"]
    counted = {one["start"]: (one["value"], one["corrected"]) for one in told["values"]}
    beside = pytest.approx(150 * one["factor"], abs=1e-3)
    assert list(counted.values())[1:] == [(150, None), (150, beside)], "never the past"
    table = browser.get("/api/v1/measures", params=asked_for | {"format": "csv"}).text
    read = csv.DictReader(io.StringIO(table))
    rows = [(row["value"], row["corrected"], row["correction"]) for row in read]
    assert [row[0] for row in rows[1:]] == ["150", "150"]
    assert rows[1][1:] == ("", "") and rows[2][2] == "1"
    assert float(rows[2][1]) == beside
    gone = {"camera": "quai", "line": "pont", "reason": "Arbre coupé"}
    ended = browser.post("/api/v1/corrections/withdrawal", json=gone).json()["corrections"]
    assert all(c["until"] for c in ended)
    actions = [e.action for e in entries(demonstration)]
    assert actions[-3:] == ["correction.accept", "export.csv", "correction.withdraw"]


def test_a_check_of_a_line_that_was_drawn_anew_corrects_nothing(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    check_id = counted_along(demonstration, browser)
    browser.get(f"/api/v1/checks/{check_id}")
    text = demonstration.path.read_text(encoding="utf-8")
    demonstration.path.write_text(text.replace("[0.1, 0.5]", "[0.1, 0.6]"), encoding="utf-8")
    demonstration.site.take(load(demonstration.path))
    assert browser.get(f"/api/v1/checks/{check_id}").json()["valid"] is False
    asked = {"check": check_id, "reason": "Arbre devant la ligne"}
    assert browser.post("/api/v1/corrections", json=asked).status_code == 409


@pytest.mark.law(24)
def test_the_list_of_cameras_says_which_lines_nobody_counted_along(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    english = {"accept-language": "en"}
    pad = "/cameras/quai/lines/pont/check"
    before = browser.get("/cameras", headers=english).text
    assert "not counted along yet: pont" in before and before.count(f'href="{pad}"') == 1
    browser.get(f"/api/v1/checks/{counted_along(demonstration, browser)}")
    after = browser.get("/cameras", headers=english).text
    assert "1 line checked" in after and "not counted along yet" not in after
    assert f'href="{pad}"' in after, "it may be counted along again"
    viewer = demonstration.signed_in(Role.DPO).get("/cameras", headers=english).text
    assert "1 line checked" in viewer and pad not in viewer
    text = demonstration.path.read_text(encoding="utf-8")
    demonstration.path.write_text(text.replace("[0.1, 0.5]", "[0.1, 0.6]"), encoding="utf-8")
    demonstration.site.take(load(demonstration.path))
    assert "not counted along yet: pont" in browser.get("/cameras", headers=english).text


def corrected_town(world: World, browser: Browser) -> tuple[float, float]:
    """Two quarters of 150 and 15 counted, and a correction in force in the second.

    Returns:
        The factors of both directions.
    """
    check_id = counted_along(world, browser)
    browser.get(f"/api/v1/checks/{check_id}")
    asked = {"check": check_id, "reason": "Arbre devant la ligne"}
    one, other = browser.post("/api/v1/corrections", json=asked).json()["corrections"]
    quarter_s = world.clock() // 900 * 900 + 900
    for start_s in (quarter_s - 900, quarter_s):
        world.store.record([minute(start_s + 60 * i, 10.0) for i in range(15)])
    world.clock.now_s = quarter_s + 1000
    return one["factor"], other["factor"]


def test_history_shows_a_corrected_value_beside_the_count_and_never_of_the_past(
    demonstration: World,
) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    first, second = corrected_town(demonstration, browser)
    asked = {
        "series": ["quai.crossings.pont.person.0", "quai.crossings.pont.people.*"],
        "from": "2026-11-23",
        "to": "2026-11-23",
        "bin": "15min",
    }
    rows = list(csv.DictReader(io.StringIO(browser.get("/history.csv", params=asked).text)))
    told = {
        (row["series"], row["start"][11:16]): [row[key] for key in ("value", *CORRECTED)]
        for row in rows
        if row["value"]
    }
    since = "2026-11-23T12:15:07+01:00"
    assert told == {
        ("quai.crossings.pont.person.0", "12:15"): ["150", "", "", ""],
        ("quai.crossings.pont.person.0", "12:30"): ["150", rounded(150 * first), "1", since],
        ("quai.crossings.pont.people.*", "12:15"): ["165", "", "", ""],
        ("quai.crossings.pont.people.*", "12:30"): [
            "165", rounded(150 * first + 15 * second), "1", since
        ],
    }  # fmt: skip
    page = browser.get("/history", params=asked, headers={"accept-language": "en"}).text
    assert "Corrected (version, date)" in page
    beside = f"{150 * first:,.0f}"
    assert f"{beside} <span" in page and "(version 1 of 23 November 2026)" in unspaced(page)
    assert page.count(">150<") == 2, "the count stays"
    day = browser.get("/history", params=asked | {"bin": "day"}, headers={"accept-language": "en"})
    assert "Choose the hour" in day.text and "Corrected (version, date)" not in day.text


def test_a_sum_of_corrected_and_uncorrected_counts_is_not_told(demonstration: World) -> None:
    browser = demonstration.signed_in(Role.TECHNICIAN)
    corrected_town(demonstration, browser)
    bikes = replace(PORT, object_class="bicycle")
    start_s = demonstration.clock() // 900 * 900 - 900
    late = minute(start_s, 0.0, "run-2")
    seen = Measure(bikes, start_s, start_s + 60, 3.0, Spread(), 60.0)
    demonstration.store.record([replace(late, measures=(seen,))])
    asked = {"series": "quai.crossings.pont.*.*", "from": "2026-11-23", "to": "2026-11-23"}
    rows = csv.DictReader(
        io.StringIO(browser.get("/history.csv", params=asked | {"bin": "15min"}).text)
    )
    assert {row["corrected"] for row in rows} == {""}


def rounded(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def unspaced(page: str) -> str:
    return page.replace("\u202f", " ").replace("\u00a0", " ")
