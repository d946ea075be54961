"""The worker's sender: whatever happens to spool or hub, minutes arrive and cameras are seen."""

import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.rtsp import wait_until

from parvis.fleet import link
from parvis.fleet.hub_socket import HubSocket
from parvis.fleet.link import Kind
from parvis.fleet.said_book import SaidBook
from parvis.fleet.sender import Sender
from parvis.fleet.worker import HubSink
from parvis.store import alert_wire
from parvis.store.alert_wire import SaidKey
from parvis.store.spool import Spool, SpoolError
from parvis.store.wire import MinuteKey, decode_batch, encode_keys, key_of
from parvis.values.alert_history import NotRaised, Unraised
from parvis.values.alerts import Subject
from parvis.values.live import CameraState, LiveState, StreamHealth
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind


def closed(number: int, series: int = 1) -> ClosedMinute:
    start_s = 60.0 * number
    return ClosedMinute(
        "quai",
        "r1",
        start_s,
        60.0,
        tuple(
            Measure(
                Series("quai", SeriesKind.CROSSINGS, f"a-line-with-a-long-name-{i}", "person", 0),
                start_s,
                start_s + 60,
                1.0,
                Spread(0.123456789, 0.123456789, 0.123456789),
                60.0,
                60.0,
            )
            for i in range(series)
        ),
    )


class Hub:
    """A real socket; what it took."""

    def __init__(self, path: Path) -> None:
        self.keys: list[MinuteKey] = []
        self.heard: list[SaidKey] = []
        self.first_heard: Callable[[], None] = lambda: None
        self.shown: list[bytes] = []
        self.refusing = False
        self._socket = HubSocket(
            path, self._take, self._hear, lambda _kind, state: self.shown.append(state)
        )

    def _hear(self, payload: bytes) -> bytes:
        if self.refusing:
            raise RuntimeError("no store")
        keys = [alert_wire.key_of(one) for one in alert_wire.decode_batch(payload)]
        self.first_heard()
        self.heard += keys
        return alert_wire.encode_keys(keys)

    def _take(self, payload: bytes) -> bytes:
        if self.refusing:
            raise RuntimeError("no store")
        keys = [key_of(minute) for minute in decode_batch(payload)]
        self.keys += keys
        return encode_keys(keys)


class FailingSpool(Spool):
    """Fails to acknowledge with these errors, then works."""

    errors: list[Exception]

    def acknowledge(self, keys: Iterable[MinuteKey]) -> None:
        if self.errors:
            raise self.errors.pop(0)
        super().acknowledge(keys)


def until(fact: Callable[[], bool], within_s: float = 15.0) -> bool:
    end_s = time.monotonic() + within_s
    while not fact() and time.monotonic() < end_s:
        time.sleep(0.02)
    return fact()


@pytest.mark.parametrize("name", Kind.__members__)
def test_a_message_arrives_as_what_it_was_sent(name: str) -> None:
    worker, hub = socket.socketpair()
    with worker, hub:
        link.send(worker, Kind[name], b"what it says")
        kind, payload = link.receive(hub)
    assert (kind.name, payload) == (name, b"what it says")


def test_a_spool_that_fails_for_a_while_stops_nothing(tmp_path: Path) -> None:
    hub = Hub(tmp_path / "hub.sock")
    broken = threading.Event()
    with FailingSpool(tmp_path / "w.spool") as spool:
        spool.errors = [SpoolError("disk full"), sqlite3.OperationalError("I/O"), ValueError("key")]
        spool.append(closed(1))
        sender = Sender(tmp_path / "hub.sock", spool, broken.set)
        assert until(lambda: len(spool) == 0), "the minute was never acknowledged"
        assert not broken.is_set()
        sender.close(3.0)
    assert set(hub.keys) == {key_of(closed(1))}


def test_an_error_nobody_foresaw_asks_for_a_new_process(tmp_path: Path) -> None:
    Hub(tmp_path / "hub.sock")
    broken = threading.Event()
    with FailingSpool(tmp_path / "w.spool") as spool:
        spool.errors = [RuntimeError("what now")]
        spool.append(closed(1))
        Sender(tmp_path / "hub.sock", spool, broken.set)
        assert broken.wait(10.0)


def test_cameras_are_seen_while_minutes_cannot_be_recorded(tmp_path: Path) -> None:
    hub = Hub(tmp_path / "hub.sock")
    hub.refusing = True
    with Spool(tmp_path / "w.spool") as spool:
        spool.append(closed(1))
        sender = Sender(tmp_path / "hub.sock", spool, lambda: None)
        for i in range(3):
            sender.show(Kind.LIVE, "quai", b"%d" % i)
            assert until(lambda i=i: b"%d" % i in hub.shown), "the live state was lost"  # type: ignore[misc]
        assert len(spool) == 1
        hub.refusing = False
        assert until(lambda: len(spool) == 0)
        sender.close(3.0)


@pytest.mark.parametrize(("minutes", "series"), [(200, 1200)])
def test_minutes_of_many_series_arrive_in_batches_the_link_can_carry(
    tmp_path: Path, minutes: int, series: int
) -> None:
    hub = Hub(tmp_path / "hub.sock")
    with Spool(tmp_path / "w.spool") as spool:
        spool.extend(closed(i, series) for i in range(minutes))
        sender = Sender(tmp_path / "hub.sock", spool, lambda: None)
        assert until(lambda: len(spool) == 0, 120.0), "a batch was too large"
        sender.close(3.0)
    assert sorted(hub.keys) == [key_of(closed(i)) for i in range(minutes)]


def test_a_full_spool_loses_the_minute_and_not_the_camera_and_says_how_many(
    tmp_path: Path,
) -> None:
    hub = Hub(tmp_path / "hub.sock")
    hub.refusing = True  # nothing is taken away
    with Spool(tmp_path / "w.spool", max_bytes=1 << 16) as spool:
        sender = Sender(tmp_path / "hub.sock", spool, lambda: None)
        sink = HubSink(spool, sender)
        for number in range(50):
            sink.minutes([closed(number, 20)])
        assert 0 < len(spool) < 50
        lost = b'"lost_minutes":%d' % (50 - len(spool))
        sink.live(LiveState("quai", "r", 0.0, StreamHealth(CameraState.LIVE, 0.0)))
        assert until(lambda: lost in b"".join(hub.shown))
        sender.close(3.0)


def test_what_rules_say_while_the_disk_is_full_is_written_once_there_is_room(
    tmp_path: Path,
) -> None:
    hub = Hub(tmp_path / "hub.sock")
    hub.refusing = True
    with Spool(tmp_path / "w.spool", max_bytes=1 << 16) as spool:
        with pytest.raises(SpoolError):
            for number in range(100):
                spool.append(closed(number, 20))
        sender = Sender(tmp_path / "hub.sock", spool, lambda: None)
        sink = HubSink(spool, sender)
        long = "r" * 60
        said = [
            NotRaised(f"{long}-{n}", long, Subject("quai"), 0.0, Unraised.PERMIT)
            for n in range(600)
        ]
        for one in said:
            sink.alerts([one])
        assert len(spool.kept(1000)) < 500, "the disk was full"
        hub.refusing = False

        def shown() -> bool:
            sink.live(LiveState("quai", "r", 0.0, StreamHealth(CameraState.LIVE, 0.0)))
            return len(hub.heard) >= 500

        assert until(shown)
        assert hub.heard[:500] == [alert_wire.key_of(one) for one in said[:500]]
        sender.close(3.0)


def test_what_can_never_be_written_holds_up_nothing(tmp_path: Path) -> None:
    with Spool(tmp_path / "w.spool") as spool:
        bad = NotRaised("r-1", "not\nprintable", Subject("quai"), 0.0, Unraised.PERMIT)
        good = replace(bad, episode="r-2", rule="dense")
        assert SaidBook(spool).keep([bad, good])
        assert spool.kept() == [good]


def test_minutes_come_through_a_hub_that_cannot_show_what_it_is_told(tmp_path: Path) -> None:
    """What is shown goes over the same link as what is counted: its faults must not cut it."""
    taken: list[MinuteKey] = []

    def take(payload: bytes) -> bytes:
        taken.extend(key_of(minute) for minute in decode_batch(payload))
        return encode_keys(taken)

    def show(kind: Kind, payload: bytes) -> None:
        raise ValueError("not a live state")

    hub = HubSocket(tmp_path / "hub.sock", take, take, show)
    with Spool(tmp_path / "w.spool") as spool:
        spool.append(closed(1))
        sender = Sender(tmp_path / "hub.sock", spool, lambda: None)
        sender.show(Kind.LIVE, "quai", b"{}")
        assert until(lambda: len(spool) == 0), "the minute was never acknowledged"
        sender.close(3.0)
    hub.close()
    assert taken == [key_of(closed(1))], "sent once, over one link"


def test_what_rules_say_waits_for_the_hub_and_goes_before_the_minutes(tmp_path: Path) -> None:
    said = [NotRaised(f"r{n}", "dense", Subject("quai"), 0.0, Unraised.PERMIT) for n in "ab"]
    with Spool(tmp_path / "w.spool") as spool:
        spool.extend(closed(n) for n in range(300))
        spool.keep(said)
        spool.keep(said)
        minutes_then: list[int] = []
        hub = Hub(tmp_path / "hub.sock")
        hub.refusing = True
        sender = Sender(tmp_path / "hub.sock", spool, lambda: None)
        time.sleep(0.3)
        assert spool.kept() == said
        hub.first_heard = lambda: minutes_then.append(len(hub.keys))
        hub.refusing = False
        wait_until(lambda: not spool.kept(), 10, "alerts dropped")
        assert hub.heard == [("ra", 0), ("rb", 0)]
        assert minutes_then == [0]
        sender.close(10)
        assert len(spool) == 0
