"""A person's orders are obeyed at once, and cost a look at the file, not a reading."""

import json
import time
from pathlib import Path

import pytest

from parvis.fleet import rule_orders, stops
from parvis.fleet.rule_orders import RuleOrders
from parvis.fleet.stopped_measures import kept, shown
from parvis.fleet.stops import KeptStops
from parvis.policy.gate import Gate
from parvis.site.shapes import Site
from parvis.values.live import AnalysisHealth, CameraState, Dot, LiveState, StreamHealth, ZoneNow
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind
from parvis.values.stops import EVERYTHING, Measured, Stops, Target, What, measured

pytestmark = pytest.mark.law(22)

QUAI = Target(What.CAMERA, "quai")
CROSSED = Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0)
PRESENT = Series("quai", SeriesKind.OCCUPANCY, "place", "person")
MINUTE_S = 1_795_431_600.0


def test_every_change_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "stops.json"
    kept = KeptStops(path)
    assert kept.read() == Stops()
    orders = Stops()
    for i in range(200):  # far faster than a file system's clock ticks
        orders = orders.stopping(QUAI, i) if i % 2 else orders.starting(QUAI)
        stops.write(path, orders)
        assert kept.read() == orders
        assert kept.read() == orders
    path.unlink()
    assert kept.read() == Stops()


def test_an_old_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "stops.json"
    stops.write(path, Stops(everything=True))
    monkeypatch.setattr("parvis.fleet.stops._YOUNG_S", 0.05)
    time.sleep(0.1)
    kept, readings = KeptStops(path), []
    real = stops.read
    monkeypatch.setattr("parvis.fleet.stops.read", lambda p: readings.append(p) or real(p))
    for _ in range(10):
        assert kept.read() == Stops(everything=True)
    assert len(readings) == 1
    stops.write(path, Stops())
    assert kept.read() == Stops()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"everything": 1}'])
def test_an_order_that_cannot_be_read_stops_everything(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "stops.json"
    stops.write(path, Stops())
    kept = KeptStops(path)
    assert not kept.read().everything
    path.write_bytes(body)
    assert kept.read().everything
    path.unlink()
    path.mkdir()
    assert kept.read().everything


def test_orders_of_every_kind_survive_and_are_taken_back_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "stops.json"
    orders = Stops()
    every = (
        QUAI, Target(What.PLACE, "marche"), Target(What.USE, "alerts.density"), EVERYTHING,
    )  # fmt: skip
    for one in every:
        orders = orders.stopping(one, 7.0)
    stops.write(path, orders)
    assert stops.read(path) == orders
    for one in every[:-1]:
        assert orders.holds(one)
        assert not orders.starting(one).holds(one)
    again = orders.starting(EVERYTHING)
    assert again == Stops(uses={"alerts.density": 7.0}), "a use is started by its own name only"
    path.write_text('{"everything": false, "cameras": ["quai"]}')  # as an older version wrote it
    assert stops.read(path) == Stops(cameras=frozenset({"quai"}))


def test_a_place_stops_every_camera_that_sees_it() -> None:
    site = Site.model_validate(
        {
            "site": {"name": "V", "timezone": "Europe/Paris", "language": "fr"},
            "cameras": {
                name: {
                    "label": name,
                    "source": "rtsp://192.0.2.1/x",
                    "zones": {"z": {"polygon": [[0, 0], [1, 0], [1, 1]]}},
                    "lines": {"l": {"points": [[0, 0], [1, 1]]}},
                }
                for name in ("a", "b", "c")
            },
            "places": {
                "marche": {
                    "label": "M",
                    "at": [0, 0],
                    "zones": ["a.z"],
                    "entrances": {"b.l": "first"},
                }
            },
        }
    )
    orders = Stops().stopping(Target(What.PLACE, "marche"), 0.0)
    assert [name for name in "abc" if stops.stopped(orders, site, name)] == ["a", "b"]
    assert not any(stops.stopped(Stops(), site, name) for name in "abc")


def minute(start_s: float) -> ClosedMinute:
    measures = tuple(
        Measure(series, start_s, start_s + 60, 3.0, Spread(), 60.0) for series in (CROSSED, PRESENT)
    )
    return ClosedMinute("quai", "r", start_s, 60.0, measures)


def test_a_kind_of_measures_that_is_stopped_is_kept_no_more_and_its_past_stays() -> None:
    orders = Stops().stopping(Target(What.USE, "measures.passages"), MINUTE_S + 30)
    before, during, after = kept([minute(MINUTE_S + 60 * i) for i in (-1, 0, 1)], orders)
    assert [len(one.measures) for one in (before, during, after)] == [2, 1, 1]
    assert after.measures[0].series == PRESENT and after.coverage_s == 60.0
    every = Stops().stopping(Target(What.USE, "measures"), 0.0)
    assert kept([minute(MINUTE_S)], every)[0].measures == ()
    assert set(every.measures()) == set(Measured)
    assert {measured(kind) for kind in SeriesKind} == set(Measured), "none is left out"


def test_what_is_stopped_is_not_shown_live() -> None:
    zone = ZoneNow(3, 0.5, "A", "none", speed_mps=1.2, queue=3)
    state = LiveState(
        "quai", "r", MINUTE_S, StreamHealth(CameraState.LIVE, MINUTE_S), AnalysisHealth(),
        (Dot(0.5, 0.5, "person"),), {"place": {"person": 3}}, {CROSSED: 4.0},
        ground={"place": zone},
    )  # fmt: skip
    assert shown(state, Stops()) is state
    presence = shown(state, Stops(uses={"measures.presence": 0.0}))
    assert (presence.dots, presence.occupancy, presence.ground) == ((), {}, {})
    assert presence.open_counts == {CROSSED: 4.0}
    speed = shown(state, Stops(uses={"measures.speed": 0.0}))
    assert speed.ground["place"].speed_mps is None and speed.ground["place"].queue == 3
    assert shown(state, Stops(uses={"measures.passages": 0.0})).open_counts == {}


def test_a_stopped_rule_is_followed_by_no_worker(tmp_path: Path) -> None:
    site = Site.model_validate(
        {
            "site": {"name": "V", "timezone": "Europe/Paris", "language": "fr"},
            "cameras": {"quai": {"label": "Q", "source": "rtsp://192.0.2.1/x"}},
            "rules": {
                "pelouse": {"kind": "intrusion", "purposes": ["espaces verts"]},
                "foule": {"kind": "crowd_movement"},
            },
        }
    )

    def followed(*uses: str) -> set[str]:
        path = tmp_path / "rules.json"
        told = rule_orders.told(site, Gate.of("statistics"), Stops(uses=dict.fromkeys(uses, 0.0)))
        path.write_text(json.dumps(told))
        return {rule.name for rule in RuleOrders(path).now.rules}

    assert followed() == {"pelouse", "foule"}
    assert followed("alerts.intrusion") == {"foule"}
    assert followed("purpose.espaces verts") == {"foule"}
    assert followed("alerts") == set(), "and no ready-made one takes their place"
