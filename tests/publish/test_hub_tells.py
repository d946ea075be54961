"""The hub itself tells of an alert, within a second or two of its being raised."""

import time
from pathlib import Path

import pytest
from receivers import hook_receiver, until
from telling import SECRET, Town

from parvis.fleet.hub import Hub
from parvis.values.alerts import Severity

pytestmark = pytest.mark.machine


def test_an_alert_raised_in_the_hub_is_told_and_its_channel_is_well(tmp_path: Path) -> None:
    with hook_receiver(SECRET) as hook:
        channel = f'  poste:\n    webhook: {{url: "{hook.url}", secret: "${{HOOK_SECRET}}"}}\n'
        town = Town(tmp_path, channel)
        town.store.close()
        hub = Hub(town.path)
        hub.notifier.start()
        town.store, town.now_s = hub.store, time.time()
        began_s = time.monotonic()
        alert_id = town.raise_alert(severity=Severity.ALARM)
        until(lambda: hook.ids == [f"{alert_id}/alarm/poste"], 10)
        assert time.monotonic() - began_s < 5
        until(lambda: bool(hub.services().channels()[0].sent_day), 10)
        (state,) = hub.services().channels()
        assert (state.channel, state.waiting, state.failures) == ("poste", 0, 0)
        hub.close()
