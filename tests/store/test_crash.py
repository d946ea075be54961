"""SIGKILL at random moments: no closed minute lost, none counted twice, rollups included."""

import multiprocessing
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from crash_actors import closed, serve, work
from samples import expected, nobody_speaks, same, series_of

from parvis.store import Store
from parvis.store.recorder import Recorder
from parvis.values.civil import Bin, bins
from parvis.values.minute import ClosedMinute

ROUNDS = 12

# Children come from a server that has imported everything, so that a kill costs no start-up.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(
    ["parvis.store.recorder", "alembic.command", "sqlalchemy.dialects", "hypothesis.strategies"]
)


class Actor:
    """A process and what it told before it was killed."""

    def __init__(self, role: Callable[..., None], *arguments: object) -> None:
        self._told, theirs = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(target=role, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()
        assert self._told.poll(30), "it does not start"

    def kill(self) -> list[bytes]:
        """SIGKILL; return every message that it told."""
        self._process.kill()
        self._process.join()
        messages = []
        try:
            while True:
                messages.append(self._told.recv_bytes())
        except EOFError:
            return messages


def test_kill_9_of_worker_and_hub(new_url: Callable[[], str]) -> None:
    dice = random.Random(20261123)  # noqa: S311
    url = new_url()
    reported: list[tuple[int, int]] = []
    begun: list[tuple[int, int]] = []
    with tempfile.TemporaryDirectory(dir="/tmp") as place:
        folder = Path(place)
        path = str(folder / "hub.sock")
        hub = Actor(serve, url, path, folder)
        first = 0
        for run in range(ROUNDS):
            # Now the same spool, now another: the hub finds the one left behind.
            worker = Actor(work, folder / f"{dice.choice('ab')}.spool", path, run, first)
            time.sleep(dice.uniform(0, 0.25))
            if run % 2:
                hub.kill()
                time.sleep(dice.uniform(0, 0.1))
            numbers = [int(message) for message in worker.kill()]
            if run % 2:
                hub = Actor(serve, url, path, folder)
            assert numbers == list(range(first, first + len(numbers)))
            reported += [(run, number) for number in numbers]
            # One more may be in the spool that its worker could not tell any more.
            begun += [(run, number) for number in (*numbers, first + len(numbers))]
            first += len(numbers)
        hub.kill()
        with Store(url, ZoneInfo("UTC")) as store:
            Recorder(store, folder / "aside").recover(folder, nobody_speaks)
            assert list(folder.glob("*.spool")) == []
            check(store, reported, begun)


def check(store: Store, reported: list[tuple[int, int]], begun: list[tuple[int, int]]) -> None:
    with store._database.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT run.name, camera_minute.start FROM camera_minute"
            " JOIN run ON run.id = camera_minute.run_id"
        ).all()
    found = {(name, start) for name, start in rows}
    assert len(found) == len(rows)
    places = {_key(run, number): (run, number) for run, number in begun}
    assert found <= set(places), "a minute that nobody closed"
    assert {_key(run, number) for run, number in reported} <= found, "a minute was lost"
    # Of the runs' minutes that are there, everything else follows: parts, minutes, rollups.
    there = [closed(number, run) for run, number in map(places.__getitem__, sorted(found))]
    first, last = min(one.start_s for one in there), max(one.start_s for one in there) + 60
    assert len(reported) > 100
    for length in Bin:
        got = iter(store.measures(series_of("quai"), first, last, length))
        for series in series_of("quai"):
            for start_s, end_s in bins(first, last, length, store.zone):
                within = [one for one in there if start_s <= one.start_s < end_s]
                assert same(next(got), expected(within, series, start_s, end_s))
    check_ground(store, there)


def check_ground(store: Store, there: list[ClosedMinute]) -> None:
    """What is summed by quarters of an hour is that of every minute that is there, once."""
    room: Counter[float] = Counter()
    fits = []
    for one in there:
        room[one.start_s] += 1
        if room[one.start_s] <= 2:  # halves of a minute
            fits.append(one)
    for start_s in {one.start_s // 900 * 900 for one in fits}:
        within = [one for one in fits if start_s <= one.start_s < start_s + 900]
        adds = [quarter for one in within for quarter in one.quarters]
        span = store.ground("quai", start_s, start_s + 900)
        assert span.coverage_s == sum(one.coverage_s for one in adds)
        (ways,) = span.journeys.values()
        assert ways == sum(n for one in adds for n in one.journeys.values())
        for cell in span.cells:
            same_cell = [c for one in adds for c in one.cells if c.x_m == cell.x_m]
            assert cell.presence_s == sum(one.presence_s for one in same_cell)
            assert cell.stops == sum(one.stops for one in same_cell)
            assert (cell.east_mps, cell.north_mps) == (1.0, -0.5)
        (speeds,) = store.speeds("quai", start_s, start_s + 900).values()
        assert speeds.n == len(within)


def _key(run: int, number: int) -> tuple[str, int]:
    one = closed(number, run)
    return one.run, int(one.start_s)
