"""The application on a real uvicorn on loopback, spoken to in bytes."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from server_world import World

from parvis.server.serving import http_config

Address = tuple[str, int]


@contextmanager
def served(world: World) -> Iterator[Address]:
    """Serve the world's application as ``parvis run`` does."""
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


def said(address: Address, request: bytes, wait_s: float = 2.0) -> tuple[bytes, bool]:
    """Everything the server says to these bytes, and whether it closed within ``wait_s``."""
    with socket.create_connection(address) as client:
        client.sendall(request)
        return heard(client, wait_s)


def heard(client: socket.socket, wait_s: float) -> tuple[bytes, bool]:
    """What comes until the server closes, or is silent for ``wait_s``."""
    client.settimeout(wait_s)
    answer = b""
    while True:
        try:
            some = client.recv(65536)
        except TimeoutError:
            return answer, False
        except ConnectionError:
            return answer, True
        if not some:
            return answer, True
        answer += some


def statuses(answer: bytes) -> list[int]:
    """The status codes of every response in these bytes."""
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
