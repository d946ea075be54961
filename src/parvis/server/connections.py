"""Connections that cost a slot: whoever opens one must use it, and nobody may take them all.

uvicorn closes a connection that stays idle after an answer, but waits for ever for the first
request, and for the rest of one that has begun.
"""

import asyncio
from collections import Counter
from collections.abc import Callable

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from parvis.server.lockout import place

HEAD_S = 10.0
"""How long a client may take for the head of a request, from its connection or its first byte."""

MOST_OF_ONE = 250
"""Connections of one address at once: a whole town hall may stand behind it."""


def bounded(unbounded: Callable[[str], bool]) -> type[H11Protocol]:
    """The protocol of a server whose connections are bounded in time and number.

    Args:
        unbounded: whether an address may open any number: a trusted proxy, which stands for many.
    """
    opened: Counter[str] = Counter()

    class Bounded(H11Protocol):
        """HTTP/1.1 with a limit for heads, and for the connections of one address."""

        hurry: asyncio.TimerHandle | None = None
        place: str | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            address = self.client[0] if self.client else ""
            self._wait_for_head()
            if unbounded(address):
                return
            self.place = place(address)
            opened[self.place] += 1
            if opened[self.place] > MOST_OF_ONE:
                transport.abort()

        def data_received(self, data: bytes) -> None:
            if self.hurry is None and self._idle:
                self._wait_for_head()
            super().data_received(data)
            if not self._idle:
                self._stop_waiting()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            # From here on the time of idle connections runs; the next byte begins a new head.
            self._stop_waiting()
            if self.conn.their_state is h11.SEND_BODY:
                # Answered before its body has come: what is left of it is not waited for long.
                self._wait_for_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            if self.place is not None:
                opened[self.place] -= 1
                if not opened[self.place]:
                    del opened[self.place]
                self.place = None
            super().connection_lost(exc)

        @property
        def _idle(self) -> bool:
            """True between two answers: no request is being answered."""
            return self.cycle is None or self.cycle.response_complete

        def _wait_for_head(self) -> None:
            self.hurry = self.loop.call_later(HEAD_S, self.transport.abort)

        def _stop_waiting(self) -> None:
            if self.hurry is not None:
                self.hurry.cancel()
                self.hurry = None

    return Bounded
