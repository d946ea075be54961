"""A small town for tests of whole processes: a real clip, a real RTSP server, a real site."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.rtsp import RtspServer

from parvis.fleet import clip

SITE = """\
site: {{name: Test, timezone: Europe/Paris, language: fr}}
policy: {{profile: demonstration}}
server: {{port: 0}}
cameras:
  campus:
    label: Campus
    source: {source}
    space: private
    rate: 5
    classes: [person]
    lines:
      allee:
        points: [[0.5208333, 0.2083333], [0.5208333, 0.9982639]]
        directions: [est, ouest]
    zones:
      croix: {{polygon: [[0.3, 0.4], [0.6, 0.4], [0.8, 0.6], [0.4, 0.8]]}}
"""


@pytest.fixture(scope="session")
def campus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The staged PETS scene as H.264, 79.5 s."""
    target = tmp_path_factory.mktemp("campus") / "campus.mp4"
    clip.transcode(shared / "data/video/pets2009_s2l1_view001_vtest.avi", target, 0.0)
    return target


@pytest.fixture
def stream(campus: Path) -> Iterator[RtspServer]:
    """The scene, looped over RTSP on loopback."""
    server = RtspServer(campus.parent).start()
    yield server
    server.stop()


@pytest.fixture
def site(tmp_path: Path, stream: RtspServer) -> Path:
    """A site.yaml with the stream as its one camera."""
    path = tmp_path / "site.yaml"
    path.write_text(SITE.format(source=stream.url("campus.mp4")), encoding="utf-8")
    return path
