"""Asking an application in this process, without a socket: one question, or a stream."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI

_HOST = "127.0.0.1:8080"
ORIGIN = f"http://{_HOST}"


@dataclass(frozen=True, slots=True)
class Question:
    """One request.

    Args:
        method, path: of it; ``query`` its parameters in order.
        body: JSON where it is a mapping or list, a form where it is a tuple of pairs.
        accept: the kind of answer preferred.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None
    accept: str = "*/*"

    @property
    def target(self) -> str:
        """Path and query, as they stand in an address."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, its body whole."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """Its kind, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip()

    @property
    def is_file(self) -> bool:
        """Whether it is something to keep: what an export gives."""
        return self.status == 200 and "attachment" in self.headers.get("content-disposition", "")


@dataclass
class Person:
    """Who asks: a cookie and the token that changes carry; a stranger has neither."""

    cookie: str = ""
    token: str = ""


async def ask(app: FastAPI, person: Person, asked: Question) -> Answer:
    """Ask one question; a stream is read until it pauses."""
    async with _opened(app, person, asked) as reply:
        body = b"".join([chunk async for chunk in reply.chunks(pause_s=0.6)])
    return Answer(reply.status, reply.headers, body)


@asynccontextmanager
async def stream(app: FastAPI, person: Person, asked: Question) -> AsyncIterator["Reply"]:
    """Ask for a stream; the reader goes away when the block is left."""
    async with _opened(app, person, asked) as reply:
        yield reply


@dataclass
class Reply:
    """A response that is coming in."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    _queue: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)
    _begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, message: MutableMapping[str, Any]) -> None:
        """One message of the application (ASGI ``send``)."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            for name, value in message["headers"]:
                self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")
            self._begun.set()
        elif message["type"] == "http.response.body":
            self._queue.put_nowait(message.get("body", b""))
            if not message.get("more_body", False):
                self._queue.put_nowait(None)

    def over(self) -> None:
        """Nothing more comes."""
        self._queue.put_nowait(None)

    async def chunks(self, pause_s: float) -> AsyncIterator[bytes]:
        """What comes, until it ends or nothing comes for ``pause_s`` seconds of a stream."""
        await self._begun.wait()
        endless = self.headers.get("content-type", "").startswith("text/event-stream")
        while True:
            try:
                wait_s = pause_s if endless else 60.0
                chunk = await asyncio.wait_for(self._queue.get(), wait_s)
            except TimeoutError:
                return
            if chunk is None:
                return
            yield chunk


@asynccontextmanager
async def _opened(app: FastAPI, person: Person, asked: Question) -> AsyncIterator[Reply]:
    reply, gone = Reply(), asyncio.Event()
    headers = {"host": _HOST, "origin": ORIGIN, "accept": asked.accept, "accept-language": "fr"}
    body = b""
    if isinstance(asked.body, tuple):
        headers["content-type"] = "application/x-www-form-urlencoded"
        body = urlencode([*asked.body, ("csrf", person.token)]).encode()
    elif asked.body is not None:
        headers["content-type"] = "application/json"
        body = json.dumps(asked.body).encode()
    if person.cookie:
        headers["cookie"] = person.cookie
    if person.token and asked.method != "GET":
        headers["x-csrf-token"] = person.token
    headers["content-length"] = str(len(body))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": asked.method,
        "scheme": "http",
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "root_path": "",
        "query_string": urlencode(asked.query).encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8080),
        "state": {},
        "app": app,
    }
    given = False

    async def receive() -> dict[str, Any]:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def run() -> None:
        try:
            await app(scope, receive, reply.take)
        finally:
            reply._begun.set()
            reply.over()

    task = asyncio.create_task(run())
    try:
        yield reply
    finally:
        gone.set()
        done, _ = await asyncio.wait({task}, timeout=5)
        if not done:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        elif task.exception() is not None and reply.status == 0:
            raise task.exception()  # type: ignore[misc]
