"""A hub that is killed between sending and marking sends again, under the same id."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from receivers import hook_receiver, until
from telling import SECRET, Town

from parvis.values.notices import NoticeState

pytestmark = pytest.mark.machine


@contextmanager
def hub(town: Town) -> Iterator[subprocess.Popen[bytes]]:
    """The hub's own process; it ends when its input does."""
    command = [sys.executable, "-m", "parvis.fleet.hub", "--parent", str(os.getpid())]
    process = subprocess.Popen(
        [*command, str(town.path)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_killed_before_the_answer_it_goes_again_as_the_same_message(tmp_path: Path) -> None:
    with hook_receiver(SECRET) as hook:
        channel = f'  poste:\n    webhook: {{url: "{hook.url}", secret: "${{HOOK_SECRET}}"}}\n'
        town = Town(tmp_path, channel, now_s=time.time())
        alert_id = town.raise_alert()
        hook.hold = threading.Event()
        with hub(town) as first:
            assert hook.came.wait(30)
            first.send_signal(signal.SIGKILL)
            first.wait()
        assert town.states(alert_id) == {f"{alert_id}/warn/poste": NoticeState.WAITING}
        hook.hold.set()
        with hub(town):
            until(lambda: NoticeState.SENT in town.states(alert_id).values())
            later = town.raise_alert(2)
            until(lambda: NoticeState.SENT in town.states(later).values())
        ids = [f"{alert_id}/warn/poste", f"{alert_id}/warn/poste", f"{later}/warn/poste"]
        assert hook.ids == ids
        town.store.close()


def test_killed_again_and_again_nothing_is_lost(tmp_path: Path) -> None:
    with hook_receiver(SECRET) as hook:
        channel = (
            f'  poste:\n    webhook: {{url: "{hook.url}", secret: "${{HOOK_SECRET}}"}}\n'
            "    per_minute: 300\n"
        )
        town = Town(tmp_path, channel, now_s=time.time())
        told = [town.raise_alert(number) for number in range(30)]
        for taken in (3, 9, 17):
            with hub(town):  # killed while it carries the next one
                until(lambda taken=taken: len(hook.ids) >= taken, 60)
        with hub(town):
            until(lambda: all(NoticeState.SENT in town.states(one).values() for one in told), 30)
        assert set(hook.ids) == {f"{one}/warn/poste" for one in told}
        town.store.close()
