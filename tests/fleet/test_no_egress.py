"""The demonstration passes where there is no way out: a network namespace without a route."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "no-egress"
SKIPPED = 77


@pytest.mark.machine
@pytest.mark.law(10)
@pytest.mark.timeout(600)
def test_the_demonstration_passes_without_a_route(shared: Path) -> None:
    done = subprocess.run(
        [sys.executable, TOOL, "--seconds", "20"],
        env={**os.environ, "PARVIS_ASSETS": str(shared)},
        capture_output=True,
        text=True,
        timeout=580,
        check=False,
    )
    if done.returncode == SKIPPED:
        pytest.skip(done.stdout.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "routes: 0; reaching out: Network is unreachable" in done.stdout
    assert "attempts beyond the loopback: 0" in done.stdout
