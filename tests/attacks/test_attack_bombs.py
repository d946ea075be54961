"""Small things that become large: entities, aliases, brackets, digits, compressed nothing."""

import asyncio
import gzip
import struct
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from server_world import World

from parvis.policy.terms import Role
from parvis.server.picture_size import picture_size
from parvis.video.network_cameras import AskError, ask_streams

pytestmark = pytest.mark.law(21)

_JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000,
        b'{"a":' * 150_000,
        b"9" * 900_000,
        b'{"camera":' + b"9" * 5000 + b"}",
        b'{"camera": 1e999999}',
        b'{"camera": NaN}',
        b'{"camera": "\\ud800", "reason": "\\udfff\\ud800 abc"}',
        b'{"camera": "quai", "camera": "gare", "reason": "abc", "reason": null}',
        b"\xff\xfe\x00",
        b"\x00" * 1000,
        gzip.compress(b" " * 900_000),
        b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    ],
    ids=range(12),
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/stop"),
        ("POST", "/api/v1/cameras"),
        ("PUT", "/api/v1/rules/regle"),
        ("PUT", "/api/v1/cameras/quai/shapes"),
        ("POST", "/api/v1/rules/replay"),
        ("POST", "/api/v1/session"),
    ],
)
def test_no_body_makes_the_server_fall(world: World, method: str, path: str, body: bytes) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    browser.headers["if-match"] = f'"{world.site.held.etag}"'
    for extra in ({}, {"content-encoding": "gzip"}, {"content-type": "application/xml"}):
        began_s = time.process_time()
        answer = browser.request(method, path, content=body, headers={**_JSON, **extra})
        assert 400 <= answer.status_code < 500, answer.text
        assert time.process_time() - began_s < 3


@pytest.mark.parametrize(
    "text",
    [
        "\x00 nul",
        "\ud800 half a letter",
        "\x1b[31mred\x07",
        "line\nanother\r\nX-Header: y",
        "\u202egnp.exe",
        "a" * 301,
    ],
)
def test_texts_that_no_database_or_file_takes_are_refused_or_kept_whole(
    world: World, text: str
) -> None:
    import json

    browser = world.signed_in(Role.ADMINISTRATOR)
    browser.headers["if-match"] = f'"{world.site.held.etag}"'

    def sent(method: str, path: str, body: dict[str, object]) -> None:
        answer = browser.request(method, path, content=json.dumps(body), headers=_JSON)
        assert answer.status_code < 500, (path, answer.text)

    sent("POST", "/api/v1/stop", {"camera": "quai", "reason": f"abc {text}"})
    sent("POST", "/api/v1/start", {"camera": "quai", "reason": f"abc {text}"})
    sent("POST", "/api/v1/cameras", {"name": "n", "camera": {"label": text, "source": text}})
    sent("POST", "/api/v1/cameras/test", {"source": f"rtsp://192.0.2.1/{text}"})
    sent("POST", "/api/v1/session", {"name": text, "password": text})
    sent("POST", "/api/v1/holds", {"reason": f"abc {text}", "kind": text})
    sent("POST", "/api/v1/map/picture", {"shows": text})
    sent(
        "POST",
        "/api/v1/accounts",
        {"name": text, "password": text, "role": "viewer", "reason": f"abc {text}"},
    )
    assert browser.get("/compliance/journal.csv").status_code == 200
    assert browser.get("/compliance", headers={"accept": "text/html"}).status_code == 200


def _camera(answer: bytes, headers: dict[str, str], times: int = 1) -> type[BaseHTTPRequestHandler]:
    class Camera(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/soap+xml")
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for _ in range(times):
                    self.wfile.write(answer)
            except OSError:
                pass

        def log_message(self, *_: object) -> None:
            pass

    return Camera


@contextmanager
def onvif(camera: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), camera)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/onvif/device_service"
    finally:
        server.shutdown()
        server.server_close()


_LAUGHS = "".join(f"<!ENTITY e{n + 1} '{f'&e{n};' * 10}'>" for n in range(12))
_XML = [
    f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e0 'ha'>{_LAUGHS}]><x>&e12;</x>".encode(),
    b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
    b"<?xml version='1.0'?><!DOCTYPE x SYSTEM 'http://127.0.0.1:1/x.dtd'><x/>",
    b"<a>" * 200_000,
]


@pytest.mark.parametrize("answer", _XML, ids=["laughs", "file", "dtd", "deep"])
def test_what_a_camera_says_in_xml_reads_no_file_and_does_not_grow(answer: bytes) -> None:
    with onvif(_camera(answer, {})) as service, pytest.raises(AskError) as refused:
        began_s = time.process_time()
        asyncio.run(ask_streams(service, "u", "p", 2.0))
    assert time.process_time() - began_s < 5
    assert "root:" not in str(refused.value)


@pytest.mark.parametrize(
    ("headers", "times"),
    [({"content-encoding": "gzip"}, 1), ({}, 300)],
    ids=["compressed", "endless"],
)
def test_a_camera_that_talks_without_end_fills_no_memory(
    headers: dict[str, str], times: int
) -> None:
    part = _nothing(300) if headers else b" " * (1 << 20)
    tracemalloc.start()
    try:
        with onvif(_camera(part, headers, times)) as service, pytest.raises(AskError):
            asyncio.run(ask_streams(service, "u", "p", 2.0))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 50 << 20


def _nothing(mebibytes: int) -> bytes:
    """That many MiB of blanks, compressed."""
    squeeze = zlib.compressobj(1, wbits=31)
    return b"".join(squeeze.compress(b" " * (1 << 20)) for _ in range(mebibytes)) + squeeze.flush()


def test_a_plan_of_a_thousand_million_pixels_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "plan.png"
    head = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + b"\0" * 4)
    began_s = time.process_time()
    assert picture_size(path) == (2**31 - 1, 2**31 - 1)
    assert time.process_time() - began_s < 0.5
