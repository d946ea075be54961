"""Idle connections give their slot back, and one address cannot take them all."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from server_world import World

from parvis.server import connections
from parvis.server.serving import http_config
from parvis.site import load

REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@contextmanager
def served(world: World) -> Iterator[tuple[str, int]]:
    server = uvicorn.Server(http_config(world.app))
    sock = socket.create_server(("127.0.0.1", 0), backlog=100)
    thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield sock.getsockname()
    finally:
        server.should_exit = True
        thread.join(10)


def ask(client: socket.socket) -> bytes:
    """Ask once; the whole answer."""
    client.sendall(REQUEST)
    answer = b""
    while not answer.endswith(b'{"status":"ok"}') and (some := client.recv(4096)):
        answer += some
    return answer


def closed_after_s(client: socket.socket, drip: bytes = b"") -> float:
    """Seconds until the server closes; a letter of ``drip`` is sent every tenth of a second."""
    began_s = time.monotonic()
    client.settimeout(0.1)
    while time.monotonic() - began_s < 4:
        try:
            if client.recv(4096) == b"":
                break
        except TimeoutError:
            try:
                client.send(drip[:1])
            except OSError:
                break
            drip = drip[1:]
        except OSError:
            break
    return time.monotonic() - began_s


SLOW = b"x" * 100


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        (b"", b""),
        (b"", SLOW),
        (b"GET /hea", b""),
        (b"GET /hea", SLOW),
        (REQUEST + b"GET /hea", SLOW),
    ],
)
def test_a_client_that_does_not_ask_loses_its_connection(
    world: World, monkeypatch: pytest.MonkeyPatch, first: bytes, drip: bytes
) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.7)
    with served(world) as address, socket.create_connection(address) as client:
        client.sendall(first)
        assert 0.5 < closed_after_s(client, drip) < 2.5


def test_who_asks_and_waits_for_the_answer_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD_S", 0.3)
    with served(world) as address, socket.create_connection(address) as client:
        for _ in range(3):
            assert b"200 OK" in ask(client)
            time.sleep(0.6)  # idle between two requests: that has a longer limit


def test_one_address_cannot_take_every_connection(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_OF_ONE", 5)
    with served(world) as address, ExitStack() as held:
        clients = [held.enter_context(socket.create_connection(address)) for _ in range(5)]
        with socket.create_connection(address) as another:
            assert closed_after_s(another) < 1
        clients[0].close()
        time.sleep(0.2)
        with socket.create_connection(address) as later:
            assert b"200 OK" in ask(later)


def test_a_trusted_proxy_stands_for_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_OF_ONE", 2)
    text = world.path.read_text(encoding="utf-8").replace("10.0.0.0/8", "127.0.0.1/32")
    world.path.write_text(text, encoding="utf-8")
    world.site.take(load(world.path))
    with served(world) as address, ExitStack() as held:
        for _ in range(6):
            client = held.enter_context(socket.create_connection(address))
            assert b"200 OK" in ask(client)
