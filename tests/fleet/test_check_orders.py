"""What the hub tells workers of count checks, and what they tell back."""

import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from parvis.fleet import check_orders, told_file
from parvis.fleet.check_orders import CheckOrders
from parvis.fleet.live_wire import decode_witnessed, encode_witnessed
from parvis.fleet.witness import LineWitness
from parvis.measures.checks.estimate import MeasuredError
from parvis.measures.coverage import Stretch
from parvis.site import load
from parvis.store.checks import Check
from parvis.values.checks import Light, Passage, Span
from parvis.values.classes import ObjectClass
from parvis.values.events import Crossing
from parvis.values.series import Series, SeriesKind

NOON = 1_795_431_600.0
PARIS = ZoneInfo("Europe/Paris")
CHECK = Check("c1", "campus", "allee", "claire", "why", NOON, NOON + 3600, Light.DAY, "f", "h", "m")
EAST = Series("campus", SeriesKind.CROSSINGS, "allee", "person", 0)


def crossing(time_s: float, line: str = "allee") -> Crossing:
    return Crossing(time_s, line, 0, ObjectClass.BUS, 1.0, 1.0)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``told(checks, errors)`` writes the file and gives a fresh reader of it."""
    monkeypatch.setattr(told_file, "_LOOK_S", 0.0)
    path = tmp_path / "site.yaml"
    path.write_text("site: {name: Test}\ncameras: {}\n", encoding="utf-8")
    orders = CheckOrders(tmp_path / "checks.json", PARIS)

    def tell(checks, errors=None) -> CheckOrders:
        content = check_orders.told(checks, load(path).site, errors or {})
        check_orders.write(tmp_path / "checks.json", content)
        orders.look()
        return orders

    return tell


def test_a_witness_remembers_lines_under_check_only(told) -> None:
    witness = LineWitness("campus", "r1", told([]))
    witness.counted([crossing(NOON - 5)])
    assert witness.told() == []
    told([CHECK])
    witness.seen(Stretch(NOON - 1, NOON + 0.2))
    witness.seen(Stretch(NOON + 0.2, NOON + 0.4))
    witness.seen(Stretch(NOON + 9, NOON + 9.2))
    witness.counted([crossing(NOON - 1), crossing(NOON + 3), crossing(NOON + 2, "croix")])
    (said,) = witness.told()
    assert said.passages == (Passage(NOON + 3, 0, "vehicle"),)
    assert said.seen == (Span(NOON, NOON + 0.4), Span(NOON + 9, NOON + 9.2))
    assert said.through_s == NOON + 9.2
    assert decode_witnessed(encode_witnessed(said)) == said
    assert witness.told() == [], "nothing new"
    witness.counted([crossing(NOON + 10)])
    assert len(witness.told()[0].passages) == 2, "each time the whole of it"
    told([])
    assert witness.told() == []
    told([CHECK])
    assert witness.told()[0].passages == (), "it was forgotten"


def test_errors_reach_the_observers_while_they_run(told) -> None:
    errors = told([]).errors_of("campus")
    assert errors.of(EAST, NOON) is None
    error = MeasuredError(1.1, 0.05, 0.2, 80, "a check")
    told([], {"campus": {("allee", Light.DAY, 0, "person"): error}})
    assert errors.of(EAST, NOON) == error
    assert errors.of(EAST, NOON + 8 * 3600) is None, "at 20:00 in November it is night"


def test_a_worker_does_without_the_store() -> None:
    program = "import parvis.fleet.check_orders, sys; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
