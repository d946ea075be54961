"""What may be opened, from where."""

from pathlib import Path

import pytest

from parvis.video import FaultKind, FileSource, VideoError, parse_screen_source, parse_source
from parvis.video.sources import DeviceSource, HttpSource, RtspSource


def test_what_a_source_is(tmp_path: Path) -> None:
    assert parse_source("rtsp://u:p@192.0.2.1/x") == RtspSource("rtsp://u:p@192.0.2.1/x")
    assert parse_source("https://192.0.2.1/x.m3u8") == HttpSource("https://192.0.2.1/x.m3u8")
    assert parse_source("/dev/video0") == DeviceSource("/dev/video0")
    for name in ("b.mp4", "a.AVI", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert parse_source(str(tmp_path)) == FileSource((tmp_path / "a.AVI", tmp_path / "b.mp4"))
    assert parse_source(str(tmp_path / "notes.txt")) == FileSource((tmp_path / "notes.txt",))


def test_a_source_does_not_print_its_password() -> None:
    assert "hunter2" not in repr(parse_source("rtsp://u:hunter2@192.0.2.1/x"))
    assert "hunter2" not in repr(parse_source("http://u:hunter2@192.0.2.1/x"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "file:///etc/passwd",
        "concat:a.mp4|b.mp4",
        "subfile,,start,0,end,9,,:/etc/passwd",
        "data:video/mp4;base64,AAAA",
        "pipe:0",
        "udp://239.0.0.1:1234",
        "gopher://192.0.2.1/",
        "rtsp://",
        "rtsp://192.0.2.1/\r\nX: y",
        "/dev/sda",
        "/etc/passwd",
        "clip.mp4",
        ".",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00:ec2::254]/",
        "http://2852039166/",
        "http://0xA9FEA9FE/",
        "http://169.254.43518/",
        "http://[::ffff:169.254.169.254]/",
        "http://metadata.google.internal./",
        "${CAMERA}",
    ],
)
def test_screens_open_streams_only(text: str) -> None:
    with pytest.raises(VideoError) as caught:
        parse_screen_source(text)
    assert caught.value.fault.kind is FaultKind.NOT_ALLOWED


def test_screens_open_cameras() -> None:
    for text in ("rtsp://10.0.0.7/x", "rtsps://cam.example/x", "http://127.0.0.1:8080/v"):
        parse_screen_source(text)


@pytest.mark.parametrize("scheme", ["rtsp", "http"])
def test_a_name_that_leads_to_credentials_is_not_opened(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever owns a name says where it leads: it is resolved before it is opened."""

    def lead(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        assert host == "camera.example"
        return [(2, 1, 6, "", ("192.0.2.1", 0)), (2, 1, 6, "", ("169.254.169.254", 0))]

    monkeypatch.setattr("socket.getaddrinfo", lead)
    from parvis.video import probe

    found = probe(parse_screen_source(f"{scheme}://camera.example/x"))
    assert found.fault is not None
    assert found.fault.kind is FaultKind.NOT_ALLOWED


def test_an_empty_folder_and_a_missing_file_are_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.mp4"):
        with pytest.raises(VideoError) as caught:
            parse_source(str(path))
        assert caught.value.fault.kind is FaultKind.NO_SUCH_FILE


def test_a_name_that_looks_like_a_protocol_is_one_file(tmp_path: Path) -> None:
    from clips import make_clip
    from parvis.video import probe

    clip = make_clip(tmp_path / "a.mp4", seconds=0.4)
    odd = clip.rename(tmp_path / "concat:a|b.mp4")
    assert probe(FileSource((odd,))).ok
