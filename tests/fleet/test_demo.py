"""The demonstration beside itself."""

from pathlib import Path

import pytest
from rich.console import Console

from parvis.fleet.demo import run_demo
from parvis.fleet.lease import Lease, LeaseHeldError


def test_a_second_start_leaves_the_running_one_alone(tmp_path: Path) -> None:
    site = tmp_path / "site.yaml"
    site.write_text("# of the first start\n", encoding="utf-8")
    with Lease(tmp_path / "demo.lock"), pytest.raises(LeaseHeldError):
        run_demo(tmp_path, Console(quiet=True))
    assert site.read_text(encoding="utf-8") == "# of the first start\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo.lock", "site.yaml"]
