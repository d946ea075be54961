"""Searching and asking cameras, against one that speaks the protocols on loopback."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parvis.video.network_cameras import (
    AskError,
    AskFault,
    ask_streams,
    own_addresses,
    search,
)

pytestmark = pytest.mark.machine

WORD = "tres secret & long"


@pytest.fixture(scope="module")
def camera() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The camera's process and its device service."""
    script = Path(__file__).parent / "onvif_camera.py"
    command = [sys.executable, str(script), "technicien", WORD]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        yield process, f"http://127.0.0.1:{port}/onvif/device_service"
        process.kill()
        assert process.stderr is not None
        assert "CLEAR" not in process.stderr.read(), "a password went out in the clear"


def test_a_camera_answers_a_search(camera: tuple[subprocess.Popen[str], str]) -> None:
    found = asyncio.run(search(["127.0.0.1"], timeout_s=1.5))
    mine = [one for one in found if one.service == camera[1]]
    assert [(one.address, one.name, one.hardware) for one in mine] == [("127.0.0.1", "Dôme", "D-4")]


def test_a_search_of_no_network_finds_nothing() -> None:
    assert asyncio.run(search([])) == []
    assert not any(address.startswith("127.") for address in own_addresses())


def test_the_largest_and_the_smallest_useful_stream_are_told_on_the_host_that_was_asked(
    camera: tuple[subprocess.Popen[str], str],
) -> None:
    told = asyncio.run(ask_streams(camera[1], "technicien", WORD))
    assert told.main == "rtsp://127.0.0.1:554/main"
    assert told.sub == "rtsp://127.0.0.1:554/sub"


def test_why_a_camera_does_not_tell(camera: tuple[subprocess.Popen[str], str]) -> None:
    with pytest.raises(AskError) as wrong:
        asyncio.run(ask_streams(camera[1], "technicien", "autre"))
    assert wrong.value.fault is AskFault.PASSWORD
    with pytest.raises(AskError) as silent:
        asyncio.run(ask_streams("http://127.0.0.1:9/onvif", "a", "b", timeout_s=1.0))
    assert silent.value.fault is AskFault.SILENT
