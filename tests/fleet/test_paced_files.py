"""Clips played as a camera would send them."""

from pathlib import Path

import av
import pytest

from parvis.fleet.sources import PacedFiles
from parvis.video import FileSource, VideoError


def test_a_clip_with_a_header_and_no_picture_is_told(tmp_path: Path) -> None:
    path = tmp_path / "empty.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=5)
        stream.width, stream.height, stream.pix_fmt = 96, 72, "yuvj420p"
        container.start_encoding()
    reader = PacedFiles(FileSource((path,)), 5.0)
    with pytest.raises(VideoError):
        for _ in range(20):
            reader.take(0.2)
    reader.stop()
