"""The doctor on a sound site and on a broken one."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.rtsp import RtspServer, free_port

pytestmark = pytest.mark.machine


def doctor(site: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "parvis", "doctor", str(site)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_sound_site(site: Path, stream: RtspServer) -> None:
    done = doctor(site)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "cameras with 640×360" in done.stdout
    assert "Measured now" in done.stdout
    assert "Assumed: 25 frames a second" in done.stdout
    assert "h264 768×576" in done.stdout


def test_a_silent_camera_is_named_without_its_password(site: Path) -> None:
    text = site.read_text(encoding="utf-8")
    dead = f"rtsp://admin:hunter2@127.0.0.1:{free_port()}/main"
    source = next(line for line in text.splitlines() if "source:" in line)
    site.write_text(text.replace(source, f"    source: {dead}"), encoding="utf-8")
    done = doctor(site)
    assert done.returncode == 1
    assert "camera campus" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
