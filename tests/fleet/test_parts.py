"""Small parts of the fleet: leases, orders to stop, messages, the live wire, work by the clock."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.fleet import link, stops
from parvis.fleet.lease import Lease, LeaseHeldError
from parvis.fleet.live_wire import decode_sketch, decode_state, encode_sketch, encode_state
from parvis.fleet.rates import RecentRates
from parvis.fleet.supervisor import place, worker_count
from parvis.jobs.clockwork import Clockwork
from parvis.values.live import (
    AnalysisHealth,
    CameraState,
    Dot,
    LiveState,
    Sketch,
    StreamHealth,
)
from parvis.values.series import Series, SeriesKind
from parvis.values.stops import EVERYTHING, Target, What


def test_a_lease_is_held_once_and_given_back_by_death(tmp_path: Path) -> None:
    path = tmp_path / "camera.lock"
    hold = (
        "import sys, time; from pathlib import Path; from parvis.fleet.lease import Lease;"
        "lease = Lease(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", hold, str(path)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"held\n"
    with pytest.raises(LeaseHeldError):
        Lease(path)
    child.kill()
    child.wait()
    with Lease(path), pytest.raises(LeaseHeldError):
        Lease(path)
    Lease(path).release()


names = st.text("abcdefgh-", min_size=1, max_size=8)


@given(st.lists(st.tuples(st.booleans(), st.none() | names), max_size=12))
def test_orders_survive_the_disk(
    tmp_path_factory: pytest.TempPathFactory, orders: list[tuple[bool, str | None]]
) -> None:
    path = tmp_path_factory.mktemp("stops") / "stops.json"
    now = stops.read(path)
    for number, (stop, camera) in enumerate(orders):
        target = EVERYTHING if camera is None else Target(What.CAMERA, camera)
        now = now.stopping(target, float(number)) if stop else now.starting(target)
        stops.write(path, now)
        assert stops.read(path) == now
        if camera is not None:
            assert now.covers(camera) == (stop or now.everything)


def test_an_unreadable_order_stops_everything(tmp_path: Path) -> None:
    path = tmp_path / "stops.json"
    path.write_text("{", encoding="utf-8")
    assert stops.read(path).covers("any")


@given(st.lists(st.tuples(st.sampled_from(list(link.Kind)), st.binary(max_size=5000)), max_size=8))
def test_messages_come_through_whole(messages: list[tuple[link.Kind, bytes]]) -> None:
    here, there = socket.socketpair()
    with here, there:
        for kind, payload in messages:
            link.send(here, kind, payload)
            assert link.receive(there) == (kind, payload)


def test_a_message_that_is_none_closes_the_link() -> None:
    for garbage in (b"\x7f\x00\x00\x00\x00", b"\x01\xff\xff\xff\xff", b"\x01\x00"):
        here, there = socket.socketpair()
        with here, there:
            here.sendall(garbage)
            here.shutdown(socket.SHUT_WR)
            with pytest.raises(link.LinkClosedError):
                link.receive(there)


def test_live_states_and_sketches_come_through() -> None:
    state = LiveState(
        camera="quai",
        run="r1",
        time_s=12.5,
        stream=StreamHealth(CameraState.MOVED, 3.0, "knocked", 24.9, 5, 1, 2, "h264", 640, 360),
        analysis=AnalysisHealth(5, 4.9, 10, 8, 11.4, {"decode": 12.0}, "nanodet-g", True),
        dots=(Dot(0.5, 0.25, "person", 0.1),),
        occupancy={"place": {"person": 3}},
        open_counts={Series("quai", SeriesKind.CROSSINGS, "pont", "person", 0): 4.0},
        coverage_today_s=3600.0,
    )
    assert decode_state(encode_state(state)) == state
    sketch = Sketch("quai", 768, 576, (((0.0, 0.5), (1.0, 0.25)),))
    assert decode_sketch(encode_sketch(sketch)) == sketch


@given(st.lists(names, unique=True, max_size=30), st.integers(1, 8))
def test_every_camera_has_one_worker(cameras: list[str], cores: int) -> None:
    workers = worker_count(len(cameras), cores)
    placed = place({}, cameras, workers)
    assert placed.keys() == set(cameras)
    loads = [list(placed.values()).count(worker) for worker in range(workers)]
    assert max(loads) - min(loads) <= 1


@given(st.lists(names, unique=True, max_size=30), st.integers(1, 8), st.data())
def test_a_camera_keeps_its_worker_whatever_happens_to_others(
    cameras: list[str], workers: int, data: st.DataObject
) -> None:
    before = place({}, cameras, workers)
    stay = [name for name in cameras if data.draw(st.booleans())]
    more = workers + data.draw(st.integers(0, 3))
    after = place(before, [*stay, "NEW"], more)
    assert {name: after[name] for name in stay} == {name: before[name] for name in stay}
    others = [list(after.values()).count(worker) for worker in range(more)]
    assert others[after["NEW"]] - 1 <= min(others)


def test_rates_follow_the_last_seconds() -> None:
    rates = RecentRates(10.0)
    assert rates.per_s() == {}
    for second in range(100):
        slowly, fast = min(second, 50), max(0, second - 50)
        rates.note(float(second), {"frames": 2.0 * slowly + 5.0 * fast})
    assert rates.per_s()["frames"] == pytest.approx(5.0)


def test_a_failing_job_stops_no_other() -> None:
    now = [0.0]
    done: list[float] = []

    def fail() -> None:
        raise RuntimeError("broken")

    def work_well() -> int:
        done.append(now[0])
        return 7

    work = Clockwork(lambda: now[0], lambda: 1000.0 + now[0])
    work.every(1.0, fail, "broken")
    work.every(2.0, work_well, "well")
    for moment in (0.5, 1.0, 2.0, 3.0, 4.5):
        now[0] = moment
        work.turn()
    assert done == [2.0, 4.5]
    broken, well = work.named()
    assert (broken.ran_s, broken.failed) == (1004.5, True)
    assert (well.ran_s, well.failed, well.count) == (1004.5, False, 7)
