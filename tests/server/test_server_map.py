"""Places, flows and squares as they leave: levels, intervals, gaps, exports, files."""

import csv
import io
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from server_world import NOON_S, World, entries, minute
from sqlalchemy import event

from parvis.policy.terms import Role
from parvis.server.town.cells import welch
from parvis.site import load
from parvis.site.fingerprint import ground_fingerprint
from parvis.values.ground_minute import FlowCell, GroundQuarter
from parvis.values.minute import ClosedMinute

PLAN = (4.0, 2.0)
"""Where the square of the terrace begins on the plan, metres."""

# The picture looks straight down: 20 m wide, 10 m high, its lower left corner at PLAN.
GROUND = """\
    ground:
      points:
        - {image: [0.0, 1.0], ground: [4.0, 2.0]}
        - {image: [1.0, 1.0], ground: [24.0, 2.0]}
        - {image: [1.0, 0.0], ground: [24.0, 12.0]}
        - {image: [0.0, 0.0], ground: [4.0, 12.0]}
        - {image: [0.5, 0.5], ground: [14.0, 7.0]}
        - {image: [0.25, 0.5], ground: [9.0, 7.0]}
"""
PLACES = """\
places:
  place:
    label: Place du Port
    capacity: 4
    at: [10.0, 5.0]
    zones: [quai.terrasse]
    lines: [quai.pont]
  parvis: {label: Parvis, polygon: [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]]}
"""
QUARTER_AT = {"at": "2026-11-23T11:45+01:00"}
HOUR = {"from": "2026-11-23T11:00", "to": "2026-11-23T12:00"}


def drawn(world: World, ground: str = GROUND, places: str = PLACES, more: str = "") -> None:
    """Give the site's first camera a ground, and the site its places."""
    text = world.path.read_text(encoding="utf-8")
    text = (
        text.replace("    lines:\n      pont:", f"{ground}    lines:\n      pont:") + places + more
    )
    world.path.write_text(text, encoding="utf-8")
    world.site.take(load(world.path))


def write(world: World, quarters: Sequence[GroundQuarter]) -> None:
    world.store.record(
        [
            ClosedMinute("quai", "run-2", one.start_s + 840, 0.0, (), quarters=(one,))
            for one in quarters
        ]
    )


def fill(world: World, from_s: float, to_s: float, port: float = 3.0) -> None:
    world.store.record([minute(float(at), port) for at in range(int(from_s), int(to_s), 60)])


def ask(world: World, path: str, role: Role = Role.ANALYST, **query: Any) -> Any:
    answer = world.signed_in(role).get(f"/api/v1{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer


def test_density_sets_the_level_where_the_ground_is_known(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    place = ask(world, "/places/place", **QUARTER_AT).json()
    # The terrace is 0.4 x 20 m wide and 0.5 x 10 m high; 2.5 people stand in it.
    assert place["area_m2"] == pytest.approx(40, abs=0.3)
    assert place["density_pm2"] == pytest.approx(2.5 / 40, rel=0.01)
    assert (place["level"], place["level_from"], place["people"]) == ("calm", "density", 2.5)
    assert "densité" in place["source"]


def test_the_capacity_sets_the_level_elsewhere(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    drawn(world, ground="")
    place = ask(world, "/places/place", **QUARTER_AT).json()
    # 2.5 of 4 is 62 %: over the first bound of half.
    assert (place["level"], place["level_from"]) == ("busy", "occupancy")
    assert place["low"] <= 2.5 <= place["high"]
    assert "62" in place["source"]


def test_a_place_that_nobody_saw_has_no_level(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    drawn(world)
    gap = ask(world, "/places/place", at="2026-11-22T11:45+01:00").json()
    assert (gap["people"], gap["level"], gap["status"]) == (None, None, "gap")
    unmeasured = ask(world, "/places", **QUARTER_AT).json()[1]
    assert (unmeasured["name"], unmeasured["level"]) == ("parvis", None)
    assert ask(world, "/places/place", at="2026-11-23T12:01").json()["status"] == "pending"


def test_a_place_that_does_not_exist_is_named(world: World) -> None:
    drawn(world)
    answer = world.signed_in(Role.ANALYST).get("/api/v1/places/foire")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:parvis:problem:no-place")


def test_flows_are_by_the_hour_seen_and_point_where_people_go(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S - 1800)
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    first, second = ask(world, "/map/flows", **HOUR).json()["flows"]
    assert (first["direction"], first["per_hour"]) == (0, pytest.approx(180))
    assert (first["crossings"], first["seen"]) == (90, 0.5)
    assert first["per_hour_low"] < 180 < first["per_hour_high"]
    assert (second["direction"], second["per_hour"]) == (1, pytest.approx(60))
    # The line runs from left to right across the picture's middle; its right is the lower side.
    assert np.allclose(first["geometry"]["coordinates"], [[14, 7], [14, -3]], atol=0.1)
    assert np.allclose(second["geometry"]["coordinates"], [[14, 7], [14, 17]], atol=0.1)


def test_a_flow_without_a_ground_stands_at_its_place(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    drawn(world, ground="")
    first = ask(world, "/map/flows", **HOUR).json()["flows"][0]
    assert first["geometry"] == {"type": "Point", "coordinates": [10, 5]}
    assert first["placed"] == "place"


def test_files_are_wgs84_where_the_plan_is_on_the_earth(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    plan = "map: {plan: {image: plan.png, metres_per_pixel: 0.1, wgs84: [2.35, 48.85]}}\n"
    drawn(world, more=plan)
    answer = ask(world, "/places", format="geojson", **QUARTER_AT)
    assert answer.headers["content-type"] == "application/geo+json"
    found = json.loads(answer.content)
    assert found["coordinates_in"] == "degrees, WGS 84"
    lon, lat = found["features"][0]["geometry"]["coordinates"]
    # 10 m east and 5 m north of the origin.
    assert (lon - 2.35) * 111_320 * np.cos(np.radians(48.85)) == pytest.approx(10, abs=0.1)
    assert (lat - 48.85) * 111_200 == pytest.approx(5, abs=0.1)
    ring = found["features"][1]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1] and len(ring) == 4
    assert entries(world)[-1].action == "export.geojson"


def test_the_csv_is_the_answer_and_is_logged(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    drawn(world)
    rows = list(csv.DictReader(io.StringIO(ask(world, "/map/flows", format="csv", **HOUR).text)))
    told = ask(world, "/map/flows", **HOUR).json()["flows"]
    for row, one in zip(rows, told, strict=True):
        assert float(row["per_hour"]) == pytest.approx(one["per_hour"])
    assert "export.csv" in [one.action for one in entries(world)]
    operator = world.signed_in(Role.OPERATOR)
    assert operator.get("/api/v1/map/flows", params={"format": "csv"}).status_code == 403


def test_parquet_without_its_library_names_the_extra(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn(world)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    answer = world.signed_in(Role.ANALYST).get("/api/v1/places", params={"format": "parquet"})
    assert answer.status_code == 406
    assert "data" in answer.json()["detail"]


def test_parquet_holds_what_the_csv_holds(world: World) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    fill(world, NOON_S - 3600, NOON_S)
    drawn(world)
    table = parquet.read_table(io.BytesIO(ask(world, "/places", format="parquet").content))
    rows = csv.DictReader(io.StringIO(ask(world, "/places", format="csv").text))
    assert table.column("place").to_pylist() == [row["place"] for row in rows]


def quarter(start_s: float, presence_s: float, seen_s: float = 900.0) -> GroundQuarter:
    here = FlowCell(9.5, 7.5, presence_s, 1.0, 0.0, 0.25, 3)
    return GroundQuarter(start_s, seen_s, 1.0, (here,))


def test_squares_are_densities_of_the_time_seen(world: World) -> None:
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    write(world, [quarter(NOON_S - 1800, 90.0), quarter(NOON_S - 900, 90.0, seen_s=450.0)])
    found = ask(world, "/map/cells", **HOUR).json()
    square = found["features"][0]
    assert square["properties"]["value"] == pytest.approx(180 / 1350, abs=1e-4)
    assert square["geometry"]["coordinates"][0][0] == [9.0, 7.0]
    speeds = ask(world, "/map/cells", layer="speed", **HOUR).json()
    assert speeds["features"][0]["properties"]["value"] == 1.0
    assert speeds["unit"] == "m/s"


def test_squares_are_empty_until_someone_writes_them(world: World) -> None:
    drawn(world)
    found = ask(world, "/map/cells", **HOUR).json()
    assert (found["features"], found["cameras"], found["withheld"]) == ([], [], None)


def test_who_sees_no_small_cell_sees_no_square(world: World) -> None:
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    write(world, [quarter(NOON_S - 1800, 90.0)])
    found = ask(world, "/map/cells", Role.VIEWER, **HOUR).json()
    assert found["features"] == [] and found["withheld"]["verdict"] == "suppress"


def test_a_running_quarter_gives_no_squares(world: World) -> None:
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    write(world, [quarter(NOON_S, 90.0)])
    world.clock.now_s = NOON_S + 600
    assert ask(world, "/map/cells").json()["features"] == []


def test_a_comparison_is_sure_only_when_its_interval_leaves_zero_out(world: World) -> None:
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    before = [quarter(NOON_S - 7200 + 900 * i, 90.0 + i) for i in range(4)]
    after = [quarter(NOON_S - 3600 + 900 * i, 180.0 + i) for i in range(4)]
    write(world, [*before, *after])
    against = {"against_from": "2026-11-23T10:00", "against_to": "2026-11-23T11:00"}
    more = ask(world, "/map/cells", **HOUR, **against).json()["features"][0]["properties"]
    assert more["value"] == pytest.approx(0.1, abs=1e-4)
    assert 0 < more["low"] < 0.1 < more["high"]


def test_welch_covers_nine_times_in_ten() -> None:
    dice = np.random.default_rng(5)
    held = 0
    for _ in range(4000):
        value, low, high = welch(dice.normal(1.0, 0.5, 6), dice.normal(0.4, 1.5, 9))
        assert low is not None and high is not None and low <= value <= high
        held += low <= 0.6 <= high
    assert 0.88 <= held / 4000 <= 0.92
    assert welch(np.array([1.0]), np.array([0.0, 1.0]))[1:] == (None, None)


def test_only_the_files_of_the_map_are_served(world: World) -> None:
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    browser = world.signed_in(Role.VIEWER)
    assert browser.get("/api/v1/map/files/plan").status_code == 404
    (world.path.parent / "plan.png").write_bytes(b"\x89PNG a plan")
    served = browser.get("/api/v1/map/files/plan", headers={"range": "bytes=1-3"})
    assert (served.status_code, served.content) == (206, b"PNG")
    for other in ("site.yaml", "../site.yaml", "..%2Fsite.yaml", "pmtiles"):
        assert browser.get(f"/api/v1/map/files/{other}").status_code == 404


def test_a_plan_that_is_a_link_out_of_the_folder_is_not_served(world: World) -> None:
    secret = world.path.parent.parent / "secret.png"
    secret.write_bytes(b"not for you")
    (world.path.parent / "plan.png").symlink_to(secret)
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    assert world.signed_in(Role.VIEWER).get("/api/v1/map/files/plan").status_code == 404


def test_a_picture_of_the_map_is_logged(world: World) -> None:
    drawn(world)
    browser = world.signed_in(Role.ANALYST)
    answer = browser.post("/api/v1/map/picture", json={"shows": "levels, 2026-11-23T11:45"})
    assert answer.status_code == 204
    assert entries(world)[-1].action == "export.png"


def test_flows_of_two_periods_are_compared_with_their_intervals(world: World) -> None:
    fill(world, NOON_S - 7200, NOON_S - 3600, 1.0)
    fill(world, NOON_S - 3600, NOON_S, 3.0)
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    against = {"against_from": "2026-11-23T10:00", "against_to": "2026-11-23T11:00"}
    first, second = ask(world, "/map/flows", **HOUR, **against).json()["flows"]
    assert (first["direction"], first["difference_per_hour"]) == (0, pytest.approx(120))
    assert 0 < first["difference_low"] < 120 < first["difference_high"]
    # As many left in both: the interval holds 0.
    assert second["difference_per_hour"] == pytest.approx(0)
    assert second["difference_low"] <= 0 <= second["difference_high"]
    assert first["geometry"]["type"] == "LineString"
    rows = csv.DictReader(
        io.StringIO(ask(world, "/map/flows", format="csv", **HOUR, **against).text)
    )
    assert [float(row["difference_per_hour"]) for row in rows] == pytest.approx([120, 0])
    empty = {"against_from": "2026-11-20T10:00", "against_to": "2026-11-20T11:00"}
    unseen = ask(world, "/map/flows", **HOUR, **empty).json()["flows"][0]
    assert (unseen["difference_per_hour"], unseen["against_status"]) == (None, "gap")


def test_counterflow_and_stops_are_those_of_the_squares_around_a_line(world: World) -> None:
    fill(world, NOON_S - 3600, NOON_S)
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    # The line lies at y = 7, from x = 6 to 22: one square on it, one 4 m off.
    on_line = FlowCell(9.5, 7.5, 30.0, 1.0, 0.0, 0.25, 3)
    beside = FlowCell(10.5, 6.5, 10.0, 1.0, 0.0, 0.05, 0)
    far = FlowCell(9.5, 11.5, 500.0, 1.0, 0.0, 0.5, 40)
    cells = (on_line, beside, far)
    write(world, [GroundQuarter(NOON_S - 900 * n, 900.0, 1.0, cells) for n in (1, 2)])
    told = ask(world, "/map/flows", **HOUR).json()["flows"]
    assert [one["counterflow_share"] for one in told] == pytest.approx([0.2, 0.2])
    # 6 stops in half an hour.
    assert [one["stops_per_hour"] for one in told] == pytest.approx([12, 12])
    hidden = ask(world, "/map/flows", Role.VIEWER, **HOUR).json()["flows"][0]
    assert (hidden["counterflow_share"], hidden["stops_per_hour"]) == (None, None)


def test_what_was_measured_under_another_calibration_is_left_out_and_named(world: World) -> None:
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    ground = world.site.loaded().site.cameras["quai"].ground
    assert ground is not None
    old = replace(quarter(NOON_S - 1800, 900.0), calibration="another")
    new = replace(quarter(NOON_S - 900, 90.0), calibration=ground_fingerprint(ground))
    write(world, [old, new])
    found = ask(world, "/map/cells", **HOUR).json()
    assert found["recalibrated"] == ["quai"]
    assert found["features"][0]["properties"]["value"] == pytest.approx(0.1, abs=1e-4)
    early = {"from": "2026-11-23T11:00", "to": "2026-11-23T11:45"}
    nothing = ask(world, "/map/cells", **early).json()
    assert (nothing["features"], nothing["recalibrated"]) == ([], ["quai"])
    page = world.signed_in(Role.ANALYST).get("/map?layer=presence&day=2026-11-23&time=11:00").text
    assert "mesuré sous un calage au sol antérieur" in page and "Quai Nord" in page
    later = world.signed_in(Role.ANALYST).get("/map?layer=flows&day=2026-11-23&time=11:00").text
    assert "calage au sol antérieur" not in later


def asked_of_store(world: World, address: str) -> int:
    """How many queries a page costs."""
    browser, asked = world.signed_in(Role.ANALYST), 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    engine = world.store._database.engine  # the one thing that sees every query
    event.listen(engine, "before_cursor_execute", count)
    assert browser.get(address).status_code == 200
    event.remove(engine, "before_cursor_execute", count)
    return asked


def test_a_comparison_costs_the_same_few_queries_however_long_it_is(world: World) -> None:
    drawn(world, more="map: {plan: {image: plan.png, metres_per_pixel: 0.1}}\n")
    fill(world, NOON_S - 7200, NOON_S)
    write(world, [quarter(NOON_S - 900 * n, 90.0) for n in range(1, 96)])
    hour = "/map?layer=difference&from={}&to=2026-11-23T12:00&against_from={}&against_to={}"
    short = hour.format("2026-11-23T11:00", "2026-11-23T10:00", "2026-11-23T11:00")
    long = hour.format("2026-11-23T00:00", "2026-11-22T12:00", "2026-11-23T00:00")
    costs = [asked_of_store(world, address) for address in (short, long)]
    # Before pieces were read together it was 50 and 400; six are of the alerts in the margin, two
    # of who may read them.
    assert max(costs) <= 34, costs
