import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import NOON, minute

from parvis.store import wire
from parvis.store.spool import (
    Spool,
    SpoolBusyError,
    SpoolFullError,
    _hold,
    _lock_path,
    orphans,
)

MINUTES = [minute(NOON + i * 60, value=float(i)) for i in range(8)]


def test_minutes_wait_in_order_until_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "w.spool"
    with Spool(path) as spool:
        for one in MINUTES:
            spool.append(one)
        spool.append(MINUTES[0])
        assert len(spool) == 8
        assert spool.pending() == MINUTES
        assert spool.pending(limit=2) == MINUTES[:2]
        spool.acknowledge([wire.key_of(MINUTES[1]), wire.MinuteKey("else", "r", 0.0)])
    with Spool(path) as spool:
        assert spool.pending() == [MINUTES[0], *MINUTES[2:]]
        spool.acknowledge([wire.key_of(one) for one in MINUTES])
        assert spool.pending() == []
    assert list(tmp_path.iterdir()) == []  # nothing waits: nothing stays


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(
        st.one_of(st.integers(0, 7), st.sampled_from(["reopen", "ack first", "ack all"]))
    )
)
def test_it_behaves_as_an_ordered_set(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int | str]
) -> None:
    path = tmp_path_factory.mktemp("s") / "w.spool"
    spool, waiting = Spool(path), []
    for step in steps:
        if isinstance(step, int):
            spool.append(MINUTES[step])
            if MINUTES[step] not in waiting:
                waiting.append(MINUTES[step])
        elif step == "reopen":
            spool.close()
            spool = Spool(path)
        else:
            gone = waiting[:1] if step == "ack first" else waiting
            spool.acknowledge([wire.key_of(one) for one in gone])
            waiting = waiting[len(gone) :]
        assert spool.pending() == waiting
    spool.close()


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "w.spool"
    spool = Spool(path)
    spool.append(MINUTES[0])
    assert orphans(tmp_path) == []
    with pytest.raises(SpoolBusyError):
        Spool(path, wait_s=0.1)
    spool.close()
    spool.close()
    assert orphans(tmp_path) == [path]


def test_a_lock_whose_file_was_removed_belongs_to_nobody(tmp_path: Path) -> None:
    lock = _lock_path(tmp_path / "w.spool")
    first = _hold(lock, 0.0)
    lock.unlink()
    second = _hold(lock, 0.0)
    with pytest.raises(SpoolBusyError):
        _hold(lock, 0.0)
    os.close(first)
    os.close(second)


def test_a_full_spool_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "w.spool"
    with Spool(path, max_bytes=128 * 1024) as spool:
        kept = []
        with pytest.raises(SpoolFullError):
            for i in range(10_000):
                one = minute(NOON + i * 60)
                spool.append(one)
                kept.append(one)
        assert len(kept) > 50
        assert path.stat().st_size <= 128 * 1024
        assert spool.pending(10_000) == kept
        spool.acknowledge([wire.key_of(one) for one in kept[:20]])
        spool.append(minute(NOON - 60))
        assert spool.pending(10_000) == [*kept[20:], minute(NOON - 60)]


def test_a_minute_of_a_newer_parvis_waits_and_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "w.spool"
    with Spool(path) as spool:
        spool.extend(MINUTES[:3])
        line = wire.encode(MINUTES[1]).replace(b'{"v":2', b'{"v":3', 1)
        spool._connection.execute("UPDATE minute SET line = ? WHERE seq = 2", (line,))
        assert spool.pending(limit=2) == [MINUTES[0], MINUTES[2]]
        spool.acknowledge([wire.key_of(MINUTES[0]), wire.key_of(MINUTES[2])])
        assert len(spool) == 1
    assert path.exists()


@pytest.mark.parametrize(
    "content", [b"not a spool at all" * 500, b"SQLite format 3\0" + b"x" * 9000]
)
def test_a_damaged_file_is_set_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.spool"
    path.write_bytes(content)
    with Spool(path) as spool:
        spool.append(MINUTES[0])
        assert spool.pending() == [MINUTES[0]]
    (aside,) = tmp_path.glob("w.damaged-*")
    assert aside.read_bytes() == content


def test_a_log_cut_at_any_byte_loses_only_what_was_not_reported(tmp_path: Path) -> None:
    """A power cut leaves any prefix of the last write: what was appended before it stays."""
    path = tmp_path / "w.spool"
    spool = Spool(path)
    wal = path.with_name(path.name + "-wal")
    spool.extend(MINUTES[:3])
    base, before = path.read_bytes(), wal.read_bytes()
    spool.append(MINUTES[3])
    after = wal.read_bytes()
    assert len(after) > len(before)
    spool._connection.close()
    for cut in range(len(before), len(after) + 1, 997):
        copy = tmp_path / f"{cut}.spool"
        copy.write_bytes(base)
        copy.with_name(copy.name + "-wal").write_bytes(after[:cut])
        with Spool(copy) as torn:
            assert torn.pending()[:3] == MINUTES[:3]
            assert torn.pending()[3:] in ([], MINUTES[3:4])


def test_a_worker_need_not_load_the_database_layer() -> None:
    code = "import sys, parvis.store.spool; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_only_this_account_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "w.spool"
    path.touch(mode=0o644)  # as an earlier version left it
    with Spool(path) as spool:
        spool.append(MINUTES[0])
        assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}
