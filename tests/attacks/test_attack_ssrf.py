"""What a screen, a camera or a name server can make the server open, and what it cannot."""

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from server_world import World, entries

from parvis.policy.terms import Role
from parvis.publish.carriers.carrying import CarryError
from parvis.publish.carriers.email import EmailCarrier
from parvis.publish.carriers.webhook import WebhookCarrier
from parvis.publish.letter import Letter
from parvis.site.notify import EmailSettings
from parvis.video.destinations import redirected
from parvis.video.errors import VideoError
from parvis.video.playlists import Fetcher

pytestmark = [pytest.mark.law(10), pytest.mark.law(21)]

OWN = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "rtsp://[::1]/",
    "rtsp://[::]/",
    "rtsp://[::ffff:127.0.0.1]/",
    "rtsp://[::ffff:7f00:1]/",
    "rtsp://[::127.0.0.1]/",
    "rtsp://[64:ff9b::7f00:1]/",
    "rtsp://[2002:7f00:1::]/",
]
CREDENTIALS = [
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::a9fe:a9fe]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://metadata.google.internal/",
    "http://METADATA.google.internal./",
]
FILES = [
    "file:///etc/passwd",
    "/etc/passwd",
    "../../etc/passwd",
    "clips/../../secret.mp4",
    "/dev/mem",
    "/dev/sda",
    "concat:/etc/passwd|x",
    "subfile,,start,0,end,9,,:/etc/passwd",
    "data:video/mp4;base64,AAAA",
    "gopher://192.0.2.1/",
    "ftp://192.0.2.1/",
    "udp://239.0.0.1:1234",
    "pipe:0",
    "crypto+http://192.0.2.1/",
    "rtsp://192.0.2.1@127.0.0.1/",
    "rtsp://192.0.2.1\\@127.0.0.1/",
    "http://192.0.2.1#@127.0.0.1/",
    "http://127.0.0.1%2f@192.0.2.1%00/",
    "rtsp://192.0.2.1\r\nX: y/",
    "${QUAI_PASSWORD}",
    "rtsp://${QUAI_PASSWORD}.evil.example/",
    "rtsp://u:${QUAI_PASSWORD}@192.0.2.99/",
]
_FINE = {"http://192.0.2.1#@127.0.0.1/"}
"""Whatever reads it reads 192.0.2.1, and a fragment."""


@pytest.mark.parametrize("source", [*OWN, *CREDENTIALS, *sorted(set(FILES) - _FINE)])
def test_no_screen_opens_what_is_no_camera(world: World, source: str) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    browser.headers["if-match"] = f'"{world.site.held.etag}"'
    before = world.path.read_bytes()
    camera = {"label": "X", "source": source}
    answers = [
        browser.post("/api/v1/cameras/test", json={"source": source}),
        browser.post("/api/v1/cameras/test", json={"source": source, "camera": "quai"}),
        browser.post("/api/v1/cameras", json={"name": "neuve", "camera": camera}),
        browser.put("/api/v1/cameras/quai", json={"camera": {"label": "Quai", "source": source}}),
        browser.post(
            "/api/v1/cameras",
            json={
                "name": "neuve",
                "camera": {"label": "X", "source": "rtsp://192.0.2.9/", "sub_source": source},
            },
        ),
    ]
    for answer in answers:
        assert answer.status_code == 422, (answer.request.url, answer.text)
        assert "sesame" not in answer.text
    assert not world.desk.probed
    assert world.path.read_bytes() == before


@pytest.mark.parametrize("url", CREDENTIALS)
def test_no_channel_tells_a_machines_credentials(world: World, url: str) -> None:
    browser = world.signed_in(Role.TECHNICIAN)
    browser.headers["if-match"] = f'"{world.site.held.etag}"'
    channel = {"webhook": {"url": url, "secret": "${HOOK}"}}
    answer = browser.put(
        "/api/v1/alert-channels/poste", json={"channel": channel, "secrets": {"HOOK": "whsec_x"}}
    )
    assert answer.status_code == 422, answer.text
    assert not [one for one in entries(world) if one.action.startswith("channel")]


class Door(BaseHTTPRequestHandler):
    """A service that must not be asked; ``asked`` tells whether it was."""

    asked = False

    def do_GET(self) -> None:
        type(self).asked = True
        self.send_error(404)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def service() -> Iterator[tuple[type[Door], int]]:
    door = type("Here", (Door,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield door, server.server_port
    finally:
        server.shutdown()
        server.server_close()


def rebinding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server of the attacker: harmless when first asked, this machine from then on.

    The rules are of addresses; here the loopback of the test stands for a forbidden one.
    """
    system, answers = socket.getaddrinfo, itertools.count()

    def find(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host == "rebound.example.fr":
            host = "192.0.2.7" if next(answers) == 0 else "127.0.0.1"
        return system(host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", find)
    for rule in (
        "parvis.video.destinations.is_metadata_service",
        "parvis.publish.carriers.destinations.is_no_destination",
    ):
        monkeypatch.setattr(rule, lambda host: host == "127.0.0.1")


def test_a_name_that_is_rebound_leads_no_webhook_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rebinding(monkeypatch)
    letter = Letter("t-1/p", "t-1/p", "Essai", ("Essai",), payload={"id": "t-1"})
    secret = "whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
    with service() as (door, port):
        hook = WebhookCarrier(f"http://rebound.example.fr:{port}/hook", secret)
        with pytest.raises(CarryError, match="reserved, or gives out credentials"):
            hook.carry([letter], lambda *_: None)
    assert not door.asked


@pytest.mark.parametrize("tls", ["none", "tls"])
def test_a_name_that_is_rebound_leads_no_mail_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    rebinding(monkeypatch)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        settings = EmailSettings.model_validate(
            {
                "host": "rebound.example.fr",
                "port": listener.getsockname()[1],
                "tls": tls,
                "from": "parvis@example.fr",
                "to": ["ana@example.fr"],
            }
        )
        with pytest.raises(CarryError, match="reserved, or gives out credentials"):
            EmailCarrier(settings, None, "fr").carry([], lambda *_: None)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_name_that_is_rebound_leads_no_playlist_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rebinding(monkeypatch)
    with service() as (door, port):
        with pytest.raises(VideoError):
            Fetcher(2.0)(f"http://rebound.example.fr:{port}/a.ts", 0, {})
        with pytest.raises(VideoError):
            redirected(f"http://rebound.example.fr:{port}/go", 2.0)
    assert not door.asked
