"""A site that keeps its measures in PostgreSQL, and whose hub is killed."""

import os
import signal
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.fleet.town import running
from tests.rtsp import wait_until
from tests.store import postgres

from parvis.store import Store
from parvis.values.civil import Bin

pytestmark = pytest.mark.machine

UNSEEN_S = 9.0
"""The camera starts twice; the hub's death adds nothing."""


def test_a_site_on_postgresql_loses_nothing_with_a_killed_hub(site: Path) -> None:
    """A minute that closes while there is no hub waits in the spool; sessions outlive the hub."""
    with postgres.server() as url:
        text = site.read_text(encoding="utf-8")
        site.write_text(text + f"store: {{url: '{url}'}}\n", encoding="utf-8")
        with running(site) as town, town.administrator() as browser:
            town.wait_for_frames(1)
            began_s = time.time()
            hub = town.wait_for("hub")
            town.wait_for_frames(60)
            os.kill(hub, signal.SIGKILL)
            site.write_text(site.read_text().replace("rate: 5", "rate: 4"), encoding="utf-8")
            town.wait_for("hub", other_than=hub)
            wait_until(lambda: town.words.read_text().count("Parvis: ") == 2, 30, "a hub serves")
            town.wait_for_frames(12)
            browser.base_url = town.address
            asked = {"bin": "1min", "kind": "crossings"}
            served = browser.get("/api/v1/measures", params=asked)
            assert served.status_code == 200, served.text
            shown = served.json()["series"]
            assert {one["camera"] for one in shown} == {"campus"}
            covered_s = sum(value["coverage_s"] or 0 for value in shown[0]["values"])
            assert covered_s > 11, shown[0]
            town.stop()
            ended_s = time.time()
        assert not town.database.exists()
        assert not list((site.parent / "data" / "spool").glob("*.spool"))
        with Store(url, ZoneInfo("Europe/Paris")) as store:
            seen = store.coverage("campus", began_s - 60, ended_s + 60, Bin.MINUTE)
            seen_s = sum(one.coverage_s for one in seen)
            assert ended_s - began_s - UNSEEN_S < seen_s <= ended_s - began_s + 1
            assert store.audit.verify().faults == ()
