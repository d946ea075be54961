"""SIGKILL at random moments: no alert lost, none raised twice."""

import multiprocessing
import random
import time
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from parvis.alerts.rule import Rule
from parvis.fleet.alert_book import AlertBook
from parvis.fleet.hub_socket import HubSocket
from parvis.fleet.link import Kind
from parvis.fleet.sender import Sender
from parvis.store import Store, alert_wire, sqlite_url
from parvis.store.recorder import Recorder
from parvis.store.spool import Spool
from parvis.store.wire import decode_batch, encode_keys
from parvis.values.alerts import AlertKind, Change, Form, Severity, Step, Subject

ROUNDS = 8
UTC = ZoneInfo("UTC")
NOON = 1_795_431_600.0
RULES = {"dense": Rule("dense", AlertKind.DENSITY, cooldown_s=0.0, cap_per_hour=1000)}

# Children come from a server that has imported everything, so that a kill costs no start-up.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["parvis.fleet.hub_socket", "parvis.store.store", __name__])


def episode(number: int) -> tuple[Change, Change]:
    """A condition that comes and goes, at a camera of its own.

    At a camera whose alert a kill left open, it would rightly continue that one.
    """
    raised = Change(
        f"run-{number}", 0, "dense", "0123456789ab", AlertKind.DENSITY, Form.PLAIN,
        Subject(f"camera{number}"), Step.RAISED, NOON + 10.0 * number, NOON, Severity.WATCH,
        1.4, None, None, 1.0,
    )  # fmt: skip
    over = Change(
        f"run-{number}", 1, "dense", "0123456789ab", AlertKind.DENSITY, Form.PLAIN,
        Subject(f"camera{number}"), Step.OVER, NOON + 10.0 * number + 5, NOON, Severity.NONE,
        0.1, None, None, 1.0,
    )  # fmt: skip
    return raised, over


def work(told: Connection, folder: Path, first: int) -> None:
    """Say one thing after the other, and tell each once it is on disk."""
    spool = Spool(folder / "spool" / "w.spool")
    sender = Sender(folder / "hub.sock", spool, lambda: None)
    number = first
    while True:
        for change in episode(number):
            spool.keep([change])
            sender.alerts_waiting()
            told.send_bytes(f"{number} {change.number}".encode())
        number += 1
        time.sleep(0.01)


def serve(told: Connection, folder: Path) -> None:
    """Take what comes, as the hub does."""
    store = Store(sqlite_url(folder / "parvis.db"), UTC)
    recorder = Recorder(store, folder / "aside")
    book = AlertBook(store.alerts, lambda: RULES, lambda rule, camera: True)

    def record(payload: bytes) -> bytes:
        return encode_keys(recorder.take(decode_batch(payload)))

    def hear(payload: bytes) -> bytes:
        return alert_wire.encode_keys(book.take(alert_wire.decode_batch(payload), NOON))

    def show(kind: Kind, payload: bytes) -> None:
        """Nothing is looked at."""

    HubSocket(folder / "hub.sock", record, hear, show)
    told.send_bytes(b"ready")
    while True:
        time.sleep(1)


class Actor:
    """A process, and what it told before it was killed."""

    def __init__(self, target: object, *arguments: object) -> None:
        self._told, theirs = CONTEXT.Pipe(duplex=False)
        self.process = CONTEXT.Process(target=target, args=(theirs, *arguments), daemon=True)  # type: ignore[arg-type]
        self.process.start()
        theirs.close()

    def ready(self) -> None:
        assert self._told.recv_bytes() == b"ready"

    def waits(self, timeout_s: float) -> bool:
        """Whether a word of it waits, within so long."""
        return self._told.poll(timeout_s)

    def word(self) -> str:
        """Its next word."""
        return self._told.recv_bytes().decode()

    def kill(self) -> list[str]:
        self.process.kill()
        self.process.join()
        told = []
        try:
            while self._told.poll():
                told.append(self._told.recv_bytes().decode())
        except EOFError:
            pass
        return told


def test_kills_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - moments of kills, not secrets
    (tmp_path / "spool").mkdir()
    told: list[str] = []
    hub = Actor(serve, tmp_path)
    hub.ready()
    for round_ in range(ROUNDS):
        worker = Actor(work, tmp_path, 1000 * round_)
        time.sleep(0.3 + 0.7 * chance.random())
        if round_ % 2:
            hub.kill()
            hub = Actor(serve, tmp_path)
            hub.ready()
            time.sleep(0.3 * chance.random())
        told += worker.kill()
    hub.kill()
    with Store(sqlite_url(tmp_path / "parvis.db"), UTC) as store:
        book = AlertBook(store.alerts, lambda: RULES, lambda rule, camera: True)
        recorder = Recorder(store, tmp_path / "aside")
        recorder.recover(tmp_path / "spool", lambda said: book.take(said, NOON))
        raised = {line.split()[0] for line in told if line.endswith(" 0")}
        over = {line.split()[0] for line in told if line.endswith(" 1")}
        alerts = [store.alerts.get(f"run-{number}") for number in raised]
        entries = store.audit.entries(0, 1e12, limit=100_000)
    assert len(raised) > 50
    assert all(one is not None for one in alerts)
    ended = {one.id for one in alerts if one is not None and one.over_s is not None}
    assert {f"run-{number}" for number in over} <= ended
    targets = [one.target for one in entries]
    assert len(targets) == len(set(targets)), "none is raised twice"
    assert not list((tmp_path / "spool").glob("*.spool")), "nothing waits"
