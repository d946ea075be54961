"""A person's orders are obeyed at once, and cost a look at the file, not a reading."""

import time
from pathlib import Path

import pytest

from parvis.fleet import stops
from parvis.fleet.stops import KeptStops, Stops


def test_every_change_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "stops.json"
    kept = KeptStops(path)
    assert kept.read() == Stops()
    orders = Stops()
    for i in range(200):  # far faster than a file system's clock ticks
        orders = orders.stopping("quai") if i % 2 else orders.starting("quai")
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
