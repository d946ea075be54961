"""The machine that the health page tells of: its clock, its queues, its checkup."""

import asyncio
import json
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from parvis.fleet.kernel_clock import ClockWatch, synchronised
from parvis.fleet.layout import DataFolder
from parvis.fleet.machine import HubMachine, Queues, decode_check, encode_check
from parvis.jobs.clockwork import Clockwork
from parvis.server.machine import Check, Finding
from parvis.site import load
from parvis.store import Store
from parvis.values.saying import T


def test_a_steered_clock_jumps_never_and_a_set_one_once() -> None:
    watch = ClockWatch()
    for second in range(100):
        watch.look(1e9 + second * 1.0005, float(second))
    assert watch.health().steps == 0
    watch.look(1e9 + 100 - 3600, 100.0)
    watch.look(1e9 + 101 - 3600, 101.0)
    health = watch.health()
    assert health.steps == 1
    assert health.step_s == pytest.approx(-3600, abs=1)


def test_the_kernel_tells_a_bound_only_when_it_follows_a_source() -> None:
    follows, error_s = synchronised()
    assert (error_s is not None) == (follows is True)


def test_a_queue_is_of_all_workers_and_forgets_a_dead_one() -> None:
    queues = Queues()
    queues.tell("a", 3, 100.0)
    queues.tell("b", 2, 110.0)
    assert (queues.now(110.0, 0).minutes, queues.now(110.0, 0).since_s) == (5, 100.0)
    queues.tell("a", 0, 130.0)
    queues.tell("b", 0, 131.0)
    assert (queues.now(131.0, 4).minutes, queues.now(131.0, 4).since_s) == (0, None)
    queues.tell("a", 7, 140.0)
    assert queues.now(1000.0, 0).minutes == 0


def test_a_check_crosses_the_pipe_whole() -> None:
    check = Check(
        T("model {name}")(name="yolox-nano"),
        Finding.BAD,
        T("{reason}")(reason="a {brace} in it"),
        T("fetch the detectors"),
        "parvis models pull auto",
    )
    assert decode_check(encode_check(check)) == check
    assert str(check.said) == "a {brace} in it"
    json.loads(encode_check(check))


@pytest.mark.machine
def test_a_checkup_runs_apart_and_looks_at_no_camera(site: Path) -> None:
    loaded = load(site)
    folder = DataFolder(loaded.data_folder)
    folder.root.mkdir(parents=True, exist_ok=True)
    with Store(folder.database_url, ZoneInfo("Europe/Paris")) as store:
        work = Clockwork(time.monotonic, time.time)
        work.every(30.0, lambda: 2, "recover")
        machine = HubMachine(
            site=site,
            folder=folder,
            store=store,
            clock=ClockWatch(),
            queues=Queues(),
            jobs=lambda: work,
        )

        async def examined() -> None:
            await machine.examine()
            await machine.examine()
            while (found := machine.state().checkup) is None or found.running:
                await asyncio.sleep(0.1)

        asyncio.run(examined())
        state = machine.state()
    assert state.checkup is not None
    assert not state.checkup.failed
    said = {str(check.what) for check in state.checkup.checks}
    assert {"clock", "disk", "database"} <= said
    assert not any(what.startswith("camera") for what in said)
    assert state.disk is not None
    assert 0 < state.disk.data_bytes < state.disk.total_bytes
    assert [job.name for job in state.jobs] == ["recover"]
