"""Open set-up sessions: each has a person, a camera, a reason and an end that comes by itself."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

from parvis.policy.terms import Role
from parvis.policy.terms import SetupSession as Grant
from parvis.server.auth import User, may
from parvis.server.desk import CameraControl, SetupSession
from parvis.server.problems import ProblemError, T
from parvis.server.sessions import SessionKeeper
from parvis.store import StoreUnavailableError

MOST_OPEN = 4
"""Each session decodes and analyses a camera a second time: the machine has other work."""

LOOK_AGAIN_S = 2.0
"""How soon a session ends whose person is no longer a technician, or no longer signed in."""

Found = TypeVar("Found")

Ended = Callable[["OpenSession", str], Awaitable[None]]


@dataclass(eq=False)
class OpenSession:
    """One set-up session.

    Args:
        id: unguessable.
        grant: camera, reason and span, as the gate judges it.
        user: who opened it; nobody else may use it.
        origin: the address they came from.
        key: of the browser session under which it was opened; it ends with it.
        desk: the session at the camera desk.
    """

    id: str
    grant: Grant
    user: User
    origin: str
    key: str
    desk: SetupSession
    still_shown: bool = False


class SetupRoom:
    """The set-up sessions open now, and the looks that are beginning.

    Args:
        clock: seconds since the epoch.
        control: knows what a person has stopped.
        keeper: knows whose browser session is still good.
        ended: told of every end with its cause (``closed``, ``time``, ``account``, ``stopped``,
            ``shutdown``), for the log.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        control: CameraControl,
        keeper: SessionKeeper,
        ended: Ended,
    ) -> None:
        self._clock = clock
        self._control = control
        self._keeper = keeper
        self._ended = ended
        self._open: dict[str, OpenSession] = {}
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._looks: dict[asyncio.Task[Any], str] = {}
        self._called_off: set[asyncio.Task[Any]] = set()
        self._opening = 0

    async def admit(
        self,
        user: User,
        origin: str,
        key: str,
        grant: Grant,
        open_desk: Callable[[], Awaitable[SetupSession]],
    ) -> OpenSession:
        """Open a session.

        Args:
            user: who asks.
            origin: from which address.
            key: of their browser session.
            grant: what the gate allowed.
            open_desk: opens the camera; called when there is room.

        Raises:
            ProblemError: 409 when too many are open, or a person stops the camera meanwhile.
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

        async def opened() -> OpenSession:
            desk = await open_desk()
            # A stop that came while it opened found nothing to close.
            if self._control.is_stopped(grant.camera):
                await desk.close()
                raise stopped()
            session = OpenSession(secrets.token_urlsafe(24), grant, user, origin, key, desk)
            self._open[session.id] = session
            self._timers[session.id] = asyncio.create_task(self._watch(session))
            return session

        self._opening += 1
        try:
            return await self.look(grant.camera, opened())
        finally:
            self._opening -= 1

    async def look(self, camera: str, work: Coroutine[Any, Any, Found]) -> Found:
        """Do what looks at a camera, unless a person stops the camera meanwhile.

        Args:
            camera: its name; empty for an address that belongs to no camera.
            work: cancelled by a stop.

        Raises:
            ProblemError: 409 when a stop called it off.
        """
        task = asyncio.ensure_future(work)
        self._looks[task] = camera
        try:
            return await task
        except asyncio.CancelledError:
            if task in self._called_off:
                raise stopped() from None
            raise
        finally:
            del self._looks[task]
            self._called_off.discard(task)

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
        for task, looked_at in self._looks.items():
            if camera in (None, looked_at):
                self._called_off.add(task)
                task.cancel()
        concerned = [one for one in self._open.values() if camera in (None, one.grant.camera)]
        await asyncio.gather(*(self.close(session, "stopped") for session in concerned))

    async def close_all(self) -> None:
        """End every session, when the server stops."""
        for session in list(self._open.values()):
            await self.close(session, "shutdown")

    async def _watch(self, session: OpenSession) -> None:
        """End the session with its time, or when its person may no longer look."""
        while (left_s := session.grant.ends_s - self._clock()) > 0:
            # The clock may be set: look again rather than sleep through.
            await asyncio.sleep(min(left_s, LOOK_AGAIN_S))
            if not await self._still_may(session):
                await self.close(session, "account")
                return
        await self.close(session, "time")

    async def _still_may(self, session: OpenSession) -> bool:
        try:
            user = await self._keeper.find(session.key, touch=False)
        except StoreUnavailableError:
            return True  # for the moment: its time ends it in any case
        return user is not None and user.id == session.user.id and may(user, Role.TECHNICIAN)


def stopped() -> ProblemError:
    """The problem of a look at what a person has stopped."""
    return ProblemError(
        409,
        "stopped",
        T("This camera is stopped."),
        T("A person stopped it: nothing of it is read, not even to set it up."),
        T("Start it again first."),
    )
