"""Real receivers on loopback: an HTTP server that checks signatures, a mail server, a broker."""

import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from standardwebhooks import Webhook


@dataclass
class HookReceiver:
    """What came, its signature verified; ``answer`` is the status of the answers."""

    secret: str
    url: str = ""
    answer: int = 204
    hold: threading.Event | None = None
    ids: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)


@contextmanager
def hook_receiver(secret: str) -> Iterator[HookReceiver]:
    held = HookReceiver(secret)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            held.bodies.append(Webhook(held.secret).verify(body, dict(self.headers.items())))
            held.ids.append(self.headers["webhook-id"])
            held.came.set()
            if held.hold is not None:
                held.hold.wait(30)
            self.send_response(held.answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    held.url = f"http://127.0.0.1:{server.server_port}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield held
    finally:
        if held.hold is not None:
            held.hold.set()
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 and localhost that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {key} -out {cert} -days 2 "
        "-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    return cert, key


class MailBox:
    """Keeps the mails that a server took; ``refuse`` answers DATA instead."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.over_tls: list[bool] = []
        self.refuse = ""

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.refuse:
            return self.refuse
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.to.append(list(envelope.rcpt_tos))
        self.over_tls.append(session.ssl is not None)
        return "250 taken"


@contextmanager
def mail_server(
    certificate: tuple[Path, Path], user: str, password: str, *, starttls: bool = True
) -> Iterator[tuple[MailBox, int]]:
    """A server that asks for TLS, from the beginning or by STARTTLS, and a login; box and port."""
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    def authenticate(*given: Any) -> AuthResult:
        data = given[-1]
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (
            user.encode(),
            password.encode(),
        )
        return AuthResult(success=known, handled=False)

    box = MailBox()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=None if starttls else context,
        tls_context=context if starttls else None,
        require_starttls=starttls,
        auth_require_tls=starttls,
        auth_required=True,
        authenticator=authenticate,
    )
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


@contextmanager
def broker(folder: Path, extra: str = "", port: int | None = None) -> Iterator[int]:
    """A mosquitto on a free port of loopback, without a disk; its port."""
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.skip("no mosquitto here: apt-get install mosquitto")
    port = port or free_port()
    config = folder / "mosquitto.conf"
    rights = extra or "allow_anonymous true"
    config.write_text(f"listener {port} 127.0.0.1\npersistence false\nuser root\n{rights}\n")
    process = subprocess.Popen([program, "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        until(lambda: _listens(port))
        yield port
    finally:
        process.kill()
        process.wait()


@contextmanager
def subscribed(port: int, topic: str, login: tuple[str, str] | None = None) -> Iterator[list[Any]]:
    """A subscriber with a connection of its own; the messages that came."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    came: list[Any] = []
    ready = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda *_: client.subscribe(topic, qos=1)
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda _c, _u, message: came.append(
        (json.loads(message.payload), message.qos, message.retain)
    )
    if login is not None:
        client.username_pw_set(*login)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        assert ready.wait(10)
        yield came
    finally:
        client.disconnect()
        client.loop_stop()


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0
