"""Bytes that a proxy and the server could read differently, and requests that never end."""

import socket
import time

import pytest
from server_world import World
from wire import heard, said, served, statuses

from parvis.server import connections, frontier

pytestmark = pytest.mark.law(21)

_HOST = b"Host: 127.0.0.1\r\n"
_HIDDEN = b"GET /healthz HTTP/1.1\r\n" + _HOST + b"\r\n"


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: 4, 5\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 0x4\r\n",
        b"Content-Length : 4\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: identity, chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
    ],
)
@pytest.mark.parametrize("method", [b"POST", b"GET"])
def test_a_request_whose_end_is_in_doubt_smuggles_no_second_one(
    world: World, framing: bytes, method: bytes
) -> None:
    asked = method + b" /api/v1/session HTTP/1.1\r\n" + _HOST + framing + b"\r\n0\r\n\r\n"
    with served(world) as address:
        answer, closed = said(address, asked + _HIDDEN)
    assert len(statuses(answer)) == 1, answer
    assert statuses(answer)[0] in (400, 501), answer
    assert b'{"status":"ok"}' not in answer
    assert closed


@pytest.mark.parametrize(
    "head",
    [
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\x00b\r\n\r\n",
        b"GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    ],
)
def test_heads_that_are_none_are_refused(world: World, head: bytes) -> None:
    with served(world) as address:
        answer, _ = said(address, head)
    assert b'{"status":"ok"}' not in answer
    assert all(400 <= status < 500 for status in statuses(answer)), answer


def test_a_body_that_drips_costs_its_connection(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontier, "BODY_TIMEOUT_S", 0.5)
    head = b"POST /login HTTP/1.1\r\n" + _HOST + b"Content-Length: 1000\r\n\r\n"
    with served(world) as address, socket.create_connection(address) as client:
        client.sendall(head)
        began_s = time.monotonic()
        try:
            for _ in range(100):
                client.sendall(b"x")
                time.sleep(0.1)
        except ConnectionError:
            pass
        assert time.monotonic() - began_s < 8


def test_a_body_that_stops_costs_its_connection(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontier, "BODY_TIMEOUT_S", 0.5)
    head = b"POST /login HTTP/1.1\r\n" + _HOST + b"Content-Length: 1000\r\n\r\nx"
    with served(world) as address:
        answer, closed = said(address, head, 3)
    assert statuses(answer) == [408]
    assert closed


@pytest.mark.parametrize("request_line", [b"GET /healthz", b"POST /login", b"GET /nothing"])
def test_who_is_answered_before_its_body_has_come_does_not_keep_the_connection(
    world: World, monkeypatch: pytest.MonkeyPatch, request_line: bytes
) -> None:
    """A refused origin is answered at once; the body that was announced never comes."""
    monkeypatch.setattr(connections, "HEAD_S", 0.7)
    head = request_line + b" HTTP/1.1\r\n" + _HOST + b"Origin: https://evil.example\r\n"
    with served(world) as address, socket.create_connection(address) as client:
        client.sendall(head + b"Content-Length: 1000\r\n\r\nx")
        answer, closed = heard(client, 3)
    assert len(statuses(answer)) == 1
    assert closed


@pytest.mark.parametrize("told", [True, False])
def test_a_body_without_end_is_cut(world: World, told: bool) -> None:
    sent = 0
    length = b"Content-Length: 99999999\r\n" if told else b"Transfer-Encoding: chunked\r\n"
    with served(world) as address, socket.create_connection(address) as client:
        client.sendall(b"POST /login HTTP/1.1\r\n" + _HOST + length + b"\r\n")
        chunk = b"x" * 65536 if told else b"10000\r\n" + b"x" * 65536 + b"\r\n"
        try:
            while sent < 2000 * len(chunk):
                client.sendall(chunk)
                sent += len(chunk)
        except ConnectionError:
            pass
    assert sent < 2000 * len(chunk)
