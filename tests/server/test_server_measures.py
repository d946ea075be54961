"""Measures as they leave: values, gaps, delays, suppression, exports."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server_world import NOON_S, PORT, World, entries, minute

from parvis.policy.terms import Role
from parvis.server.csv_text import table

QUARTER_S = 900
PORT_KEY = PORT.key


def fill(world: World, from_s: float, to_s: float, port: float = 3.0) -> None:
    """A minute of three people towards the port, every minute of the range."""
    world.store.record([minute(float(at), port) for at in range(int(from_s), int(to_s), 60)])


def values(answer: Any, key: str = PORT_KEY) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return next(one["values"] for one in answer.json()["series"] if one["series"] == key)


def ask(world: World, role: Role = Role.ANALYST, **query: object) -> Any:
    wanted = {
        "start": "2026-11-23T11:00",
        "end": "2026-11-23T12:15+01:00",
        "series": PORT_KEY,
    } | query
    return world.signed_in(role).get("/api/v1/measures", params=wanted)


def test_values_carry_interval_coverage_and_local_time(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    first = values(ask(world))[0]
    assert first["start"] == "2026-11-23T11:00:00+01:00"
    assert first["end"] == "2026-11-23T11:15:00+01:00"
    assert first["value"] == 45
    assert first["low"] < 45 < first["high"]
    assert (first["coverage_s"], first["status"]) == (900, "measured")


def test_no_data_is_a_gap_and_never_zero(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S - 2700)
    gap = values(ask(world))[2]
    assert (gap["value"], gap["coverage_s"], gap["status"]) == (None, 0, "gap")


def test_statistics_shows_nothing_younger_than_the_closed_quarter(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S + 840)
    for late_s in (0, 60, 899):
        world.clock.now_s = NOON_S + late_s
        shown = values(ask(world, end="2026-11-23T13:00"))
        assert [one["status"] for one in shown] == ["measured"] * 4 + ["pending"]
        pending = shown[-1]
        assert (pending["value"], pending["coverage_s"]) == (None, None)
        assert pending["due"] == "2026-11-23T12:15:00+01:00"
    world.clock.now_s = NOON_S + 900
    assert values(ask(world))[4]["value"] == 42


@pytest.mark.parametrize("length", ["hour", "day"])
def test_a_running_hour_or_day_waits_for_its_end(world: World, length: str) -> None:
    fill(world, NOON_S - 3600, NOON_S + 1200)
    world.clock.now_s = NOON_S + 1200
    assert values(ask(world, end="2026-11-23T13:00", bin=length))[-1]["status"] == "pending"


def test_statistics_gives_no_minutes(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    answer = ask(world, bin="1min")
    assert {one["status"] for one in values(answer)} <= {"refused", "pending"}
    assert all(one["value"] is None for one in values(answer))
    assert answer.json()["decisions"]["refuse"]["article"]["fr"]


def test_small_cells_are_hidden_from_viewers_and_flagged(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S - 1800, port=1.0)
    seen = values(ask(world, Role.VIEWER))
    assert [one["status"] for one in seen[:4]] == ["suppressed", "suppressed", "gap", "gap"]
    assert all(one["value"] is None and one["low"] is None for one in seen)
    assert values(ask(world, Role.ANALYST))[0]["value"] == 15


def test_a_demonstration_shows_the_running_minute(demonstration: World) -> None:
    fill(demonstration, NOON_S - 300, NOON_S + 120)
    demonstration.clock.now_s = NOON_S + 130
    start, end = "2026-11-23T11:55", "2026-11-23T12:03"
    shown = values(ask(demonstration, Role.VIEWER, bin="1min", start=start, end=end))
    assert [one["value"] for one in shown] == [3] * 7 + [None]
    running = values(ask(demonstration, Role.VIEWER, start=start, end="2026-11-23T12:15"))[-1]
    assert (running["value"], running["status"], running["coverage_s"]) == (6, "open", 120)


def test_csv_is_a_table_a_spreadsheet_can_trust(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S - 1800)
    answer = ask(world, format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert list(rows[0]) == [
        "start", "end", "camera", "kind", "shape", "class", "direction",
        "value", "low", "high", "coverage_s", "corrected", "correction",
    ]  # fmt: skip
    assert rows[0]["corrected"] == rows[0]["correction"] == "", "nobody accepted any"
    assert rows[0]["value"] == "45"
    assert rows[0]["direction"] == "'=vers le port", "a formula is text"
    assert (rows[3]["value"], rows[3]["low"], rows[3]["coverage_s"]) == ("", "", "0")
    assert entries(world)[-1].action == "export.csv"


def test_csv_by_accept_header_and_the_same_as_json(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S + 600)
    world.clock.now_s = NOON_S + 600
    browser = world.signed_in(Role.ANALYST)
    query = {"camera": "quai", "start": "2026-11-23T10:00", "end": "2026-11-23T12:30"}
    table_ = browser.get("/api/v1/measures", params=query, headers={"accept": "text/csv"})
    document = browser.get("/api/v1/measures", params=query).json()
    listed = [one["value"] for series in document["series"] for one in series["values"]]
    rows = list(csv.DictReader(io.StringIO(table_.text)))
    assert [float(row["value"]) if row["value"] else None for row in rows] == listed
    assert rows[-1]["value"] == rows[-1]["coverage_s"] == "", "the running quarter is empty"


def test_an_operator_exports_nothing(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    answer = ask(world, Role.OPERATOR, format="csv")
    assert answer.status_code == 403
    assert answer.json()["decision"]["article"]["en"]


FORMULA = "=cmd|' /C calc'!A0"
RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("start", RUN)
def test_every_formula_is_disarmed(start: str) -> None:
    text = table(("name",), [[f"{start}cmd|' /C calc'!A0"]])
    assert next(csv.DictReader(io.StringIO(text, newline="")))["name"].startswith("'")


@given(
    st.lists(
        st.lists(st.sampled_from([*RUN, ";", ",", '"', "'", " ", "\n", "|", "1", "a"])).map("".join)
    )
)
def test_no_cell_begins_like_a_formula_however_a_spreadsheet_cuts(cells: list[str]) -> None:
    text = table(("header",), [cells])
    for cut in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=cut):
            for cell in row:
                assert not cell.lstrip(' "\t\r\n').startswith(RUN), (cut, cell)


@given(st.floats(-1e9, 1e9), st.integers(-1000000, 1000000))
def test_numbers_are_not_harmed(real: float, whole: int) -> None:
    text = table(("a", "b", "c"), [[real, whole, None]])
    told = text.splitlines()[1].split(",")
    assert float(told[0]) == pytest.approx(real, abs=1e-6)
    assert (int(told[1]), told[2]) == (whole, "")


@pytest.mark.parametrize(
    "key",
    [
        f"x;{FORMULA}.crossings.pont.*.*",
        f"{FORMULA}.crossings.pont.*.*",
        f"quai.crossings.a;{FORMULA}.*.*",
        "quai.crossings.a\n@x.*.*",
    ],
)
def test_no_free_text_reaches_the_table_of_history(world: World, key: str) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    answer = world.signed_in(Role.ANALYST).get("/history.csv", params={"series": key})
    assert answer.status_code == 200
    assert "cmd" not in answer.text
    assert "@x" not in answer.text
    assert "cmd" not in str(entries(world)[-1])


@pytest.mark.parametrize("page", ["/history", "/history.csv"])
@pytest.mark.parametrize("key", ["from", "to"])
@pytest.mark.parametrize(
    "day", ["0001-01-01", "9999-12-31", "1999-12-31", "2100-01-01", "2026-02-30", "hier", "+1", " "]
)
def test_an_absurd_day_is_refused_in_words(world: World, page: str, key: str, day: str) -> None:
    fill(world, NOON_S - 900, NOON_S)
    browser = world.signed_in(Role.ANALYST)
    answer = browser.get(page, params={key: day})
    assert answer.status_code == 422
    assert answer.json()["remedy"]
    shown = browser.get(page, params={key: day}, headers={"accept": "text/html"})
    assert (shown.status_code, "2026-11-23" in shown.text) == (422, True)


@pytest.mark.parametrize("page", ["/history", "/history.csv"])
@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-23", "to": "2026-11-20"},
        {"from": "2000-01-01", "to": "2000-01-01", "compare": "year"},
        {"from": "2099-12-31", "to": "2099-12-31", "compare": "week"},
        {"from": "2000-01-01", "to": "2099-12-31"},
        {"span": "365", "compare": "year", "bin": "15min"},
        {"bin": "day", "span": "9999"},
        {"series": "quai.crossings.pont.*.\u0663"},
        {"add": "....", "classes": "."},
        {"camera": "\x00"},
    ],
)
def test_odd_spans_are_answered(world: World, page: str, query: dict[str, str]) -> None:
    fill(world, NOON_S - 900, NOON_S)
    answer = world.signed_in(Role.ANALYST).get(page, params=query)
    assert answer.status_code in (200, 303)


@pytest.mark.parametrize("end", ["0001-01-01", "9999-12-31", "1969-12-31", "2101-01-01T00:00Z"])
@pytest.mark.parametrize("form", ["json", "csv"])
def test_absurd_times_are_refused_in_words(world: World, end: str, form: str) -> None:
    fill(world, NOON_S - 900, NOON_S)
    query = {"end": end, "format": form}
    answer = world.signed_in(Role.ANALYST).get("/api/v1/measures", params=query)
    assert answer.status_code == 422
    assert answer.json()["remedy"]


def test_filters(world: World) -> None:
    fill(world, NOON_S - 900, NOON_S)
    browser = world.signed_in(Role.ANALYST)

    def keys(**query: object) -> list[str]:
        return [one["series"] for one in browser.get("/api/v1/series", params=query).json()]

    assert len(keys()) == 3
    assert keys(kind="crossings", direction=1) == ["quai.crossings.pont.person.1"]
    assert keys(shape="terrasse") == ["quai.occupancy.terrasse.person"]
    assert keys(**{"class": "bus"}) == []
    assert keys(camera="gare") == []
    unknown = browser.get("/api/v1/measures", params={"series": "quai.crossings.x.person.0"})
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"start": "yesterday"},
        {"start": "2026-11-24", "end": "2026-11-23"},
        {"start": "0001-01-01"},
        {"start": "2000-01-01", "bin": "1min"},
        {"bin": "week"},
        {"direction": 2},
    ],
)
def test_senseless_questions_are_refused(world: World, query: dict[str, object]) -> None:
    fill(world, NOON_S - 900, NOON_S)
    answer = world.signed_in(Role.ANALYST).get("/api/v1/measures", params=query)
    assert answer.status_code == 422
    assert answer.json()["remedy"]


def test_the_autumn_day_has_25_hours(world: World) -> None:
    from parvis.server.ranges import asked_range
    from parvis.server.services import zone_of
    from parvis.values.civil import Bin, bins

    zone = zone_of(world.hub)
    span = asked_range("2026-10-25", "2026-10-26", Bin.HOUR, zone, NOON_S)
    assert len(list(bins(span.start_s, span.end_s, Bin.HOUR, zone))) == 25
    unescaped = asked_range("2026-10-25T00:00 02:00", "2026-10-26", Bin.HOUR, zone, NOON_S)
    assert unescaped == span


@pytest.mark.parametrize("minutes", [0, 7, 14])
def test_the_table_of_history_is_had_at_any_minute(world: World, minutes: int) -> None:
    world.clock.now_s = NOON_S + minutes * 60
    answer = world.signed_in(Role.ANALYST).get("/history.csv")
    assert answer.status_code == 200
    assert answer.text.startswith("start,end,series,value")


def test_what_is_measured_but_not_closed_is_not_told_to_be_missing(world: World) -> None:
    fill(world, NOON_S, NOON_S + 120)
    world.clock.now_s = NOON_S + 180
    browser = world.signed_in(Role.ANALYST)
    shown = browser.get("/history", headers={"accept-language": "fr"}).text
    assert "les prochaines valeurs viennent à 12 h 15" in shown.replace("\u202f", " ").replace(
        "\u00a0", " "
    )
    assert "La plus proche" not in shown


def test_an_empty_span_names_the_nearest_day_as_people_write_it(world: World) -> None:
    fill(world, NOON_S - 900, NOON_S)
    query = {"from": "2026-11-20", "to": "2026-11-20"}
    browser = world.signed_in(Role.ANALYST)
    shown = browser.get("/history", params=query, headers={"accept-language": "fr"}).text
    link = shown[shown.index("La plus proche") :].partition("</a>")[0]
    assert "23 novembre 2026" in link.replace("\u00a0", " ")
    assert "vendredi 20 novembre 2026" in shown.replace("\u00a0", " ")


def test_a_quarter_seen_in_part_is_marked_on_the_chart_of_the_day(world: World) -> None:
    fill(world, NOON_S - 1800, NOON_S - 900)
    world.clock.now_s = NOON_S + 60
    browser = world.signed_in(Role.ANALYST)
    assert "c-partly" not in browser.get("/").text
    fill(world, NOON_S - 900, NOON_S - 600)
    shown = browser.get("/", headers={"accept-language": "fr"}).text
    assert shown.count('class="c-partly"') >= 2
    assert "vu en partie" in shown.replace("\u00a0", " ")
