"""Open set-up sessions: each has a person, a camera, a reason and an end that comes by itself."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from parvis.policy.terms import SetupSession as Grant
from parvis.server.auth import User
from parvis.server.desk import SetupSession
from parvis.server.problems import ProblemError, T

MOST_OPEN = 4
"""Each session decodes and analyses a camera a second time: the machine has other work."""

Ended = Callable[["OpenSession", str], Awaitable[None]]


@dataclass(eq=False)
class OpenSession:
    """One set-up session.

    Args:
        id: unguessable.
        grant: camera, reason and span, as the gate judges it.
        user: who opened it; nobody else may use it.
        origin: the address they came from.
        desk: the session at the camera desk.
    """

    id: str
    grant: Grant
    user: User
    origin: str
    desk: SetupSession
    still_shown: bool = False


class SetupRoom:
    """The set-up sessions open now.

    Args:
        clock: seconds since the epoch.
        ended: told of every end with its cause (``closed``, ``time``, ``stopped``, ``shutdown``),
            for the log.
    """

    def __init__(self, clock: Callable[[], float], ended: Ended) -> None:
        self._clock = clock
        self._ended = ended
        self._open: dict[str, OpenSession] = {}
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._opening = 0

    async def admit(
        self,
        user: User,
        origin: str,
        grant: Grant,
        open_desk: Callable[[], Awaitable[SetupSession]],
    ) -> OpenSession:
        """Open a session.

        Args:
            user: who asks.
            origin: from which address.
            grant: what the gate allowed.
            open_desk: opens the camera; called when there is room.

        Raises:
            ProblemError: 409 when too many are open.
            DeskError: the camera cannot be opened.
        """
        if len(self._open) + self._opening >= MOST_OPEN:
            raise ProblemError(
                409,
                "setup-full",
                T("Too many cameras are being set up."),
                T("At most {n} may be at once.")(n=MOST_OPEN),
                T("Close a set-up session and try again."),
            )
        self._opening += 1
        try:
            desk = await open_desk()
        finally:
            self._opening -= 1
        session = OpenSession(secrets.token_urlsafe(24), grant, user, origin, desk)
        self._open[session.id] = session
        self._timers[session.id] = asyncio.create_task(self._expire(session))
        return session

    def get(self, session_id: str, user: User) -> OpenSession:
        """The session of that id, if this person opened it.

        Raises:
            ProblemError: 404.
        """
        session = self._open.get(session_id)
        if session is None or session.user.id != user.id or self._clock() >= session.grant.ends_s:
            raise ProblemError(
                404,
                "no-setup-session",
                T("This set-up session is over."),
                T("It was closed, or its time is up."),
                T("Open a new one."),
            )
        return session

    async def close(self, session: OpenSession, cause: str = "closed") -> None:
        """End a session; harmless when ended already."""
        if self._open.pop(session.id, None) is None:
            return
        timer = self._timers.pop(session.id)
        if timer is not asyncio.current_task():
            timer.cancel()
        with contextlib.suppress(Exception):
            await session.desk.close()
        await self._ended(session, cause)

    async def close_looks(self, camera: str | None) -> None:
        """End every look at that camera, or at any when None: a person stopped it."""
        for session in list(self._open.values()):
            if camera in (None, session.grant.camera):
                await self.close(session, "stopped")

    async def close_all(self) -> None:
        """End every session, when the server stops."""
        for session in list(self._open.values()):
            await self.close(session, "shutdown")

    async def _expire(self, session: OpenSession) -> None:
        while (left_s := session.grant.ends_s - self._clock()) > 0:
            # The clock may be set: look again rather than sleep through.
            await asyncio.sleep(min(left_s, 5.0))
        await self.close(session, "time")
