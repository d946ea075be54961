"""The camera desk: set-up sessions and stream tests on behalf of the server."""

import asyncio
import base64
import contextlib
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Any

from parvis.fleet.failures import SOURCE_FAILURES
from parvis.fleet.probe_process import Asked
from parvis.server.desk import (
    DeskError,
    DraftShapes,
    FoundCamera,
    FoundStreams,
    ProbeResult,
    Still,
    TrialCrossing,
    TrialMoment,
)
from parvis.site import LoadedSite, redact
from parvis.site.shapes import Camera
from parvis.values.live import Dot
from parvis.values.saying import T
from parvis.video import network_cameras
from parvis.video.errors import Fault, FaultKind
from parvis.video.network_cameras import AskError, AskFault

_PROBE_S = 8.0
_START_S = 10.0
"""What a process may take to start and to end, on a busy machine."""

_END_S = 1.5
_LINE_BYTES = 4 * 1024 * 1024
ASK_WORDS = {
    AskFault.PASSWORD: (
        T("The camera refuses the user name or the password."),
        T("Some cameras want a user of their own for ONVIF: make one on the camera's page."),
    ),
    AskFault.SILENT: (
        T("The camera does not answer in time."),
        T("Check that it has power and network, and that no firewall stands in between."),
    ),
    AskFault.NO_STREAM: (
        T("The camera tells no stream that can be read."),
        T("Switch on H.264 or H.265 in the camera, or write the address by hand."),
    ),
    AskFault.OTHER: (
        T("The camera answers, but not as ONVIF has it."),
        T("Switch on ONVIF on the camera's page, or write the address by hand."),
    ),
}


class TrialSession:
    """A set-up session in a process of its own; see :mod:`parvis.fleet.trial`."""

    def __init__(self, process: asyncio.subprocess.Process, limit_s: float) -> None:
        self._process = process
        loop = asyncio.get_running_loop()
        self._still: asyncio.Future[Still] = loop.create_future()
        self._news = asyncio.Condition()
        self._latest: TrialMoment | None = None
        self._ended = False
        self._reading = loop.create_task(self._read())
        self._limit = loop.call_later(limit_s, lambda: loop.create_task(self.close()))

    async def still(self) -> Still:
        """A blurred still, waiting for the first picture.

        Raises:
            DeskError: no picture could be had.
        """
        return await asyncio.shield(self._still)

    async def events(self) -> AsyncIterator[TrialMoment]:
        """What is seen now, latest wins; ends when the session is closed."""
        shown: TrialMoment | None = None
        while True:
            async with self._news:
                while not self._ended and self._latest is shown:
                    await self._news.wait()
                shown = self._latest
            if self._ended:
                return
            if shown is not None:
                yield shown

    async def update_shapes(self, shapes: DraftShapes) -> None:
        """Try these shapes from the next frame on; the totals start anew."""
        self._tell(
            {
                "masks": shapes.masks,
                "lines": {n: line.model_dump(mode="json") for n, line in shapes.lines.items()},
                "zones": {n: zone.model_dump(mode="json") for n, zone in shapes.zones.items()},
            }
        )

    async def close(self) -> None:
        """Stop looking; harmless when closed already."""
        self._limit.cancel()
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _END_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
        await self._reading

    def begin(self, name: str, camera: Camera) -> None:
        """Tell the process what to look at."""
        self._tell({"name": name, "camera": camera.model_dump(mode="json")})

    def _tell(self, content: dict[str, Any]) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(json.dumps(content).encode() + b"\n")

    async def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101  # it was opened as a pipe
        reason = "the camera's process ended"
        while line := await self._process.stdout.readline():
            said = json.loads(line)
            match said.pop("kind"):
                case "still":
                    self._still.set_result(_still(said))
                case "moment":
                    await self._publish(_moment(said))
                case "failed":
                    reason = said["reason"]
        if not self._still.done():
            self._still.set_exception(DeskError(reason))
            self._still.exception()  # it may be that nobody waits for it
        self._ended = True
        async with self._news:
            self._news.notify_all()

    async def _publish(self, moment: TrialMoment) -> None:
        async with self._news:
            self._latest = moment
            self._news.notify_all()


def _python(module: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, "--parent", str(os.getpid()))


def _failed(fault: Fault, began_s: float) -> ProbeResult:
    elapsed_s = time.monotonic() - began_s
    return ProbeResult(False, reason=fault.message, remedies=(fault.remedy,), elapsed_s=elapsed_s)


def _found(said: dict[str, Any], elapsed_s: float) -> ProbeResult:
    reason, remedy = said.pop("reason"), said.pop("remedy")
    if reason:
        remedies = (remedy,) if remedy else ()
        return ProbeResult(False, reason=reason, remedies=remedies, elapsed_s=elapsed_s)
    return ProbeResult(True, **said, elapsed_s=elapsed_s)


def _still(said: dict[str, Any]) -> Still:
    body = base64.b64decode(said["body"])
    return Still(body, said["media_type"], said["width"], said["height"])


def _moment(said: dict[str, Any]) -> TrialMoment:
    totals: dict[str, dict[int, dict[str, int]]] = {}
    for line, direction, label, count in said["totals"]:
        totals.setdefault(line, {}).setdefault(direction, {})[label] = count
    return TrialMoment(
        said["time_s"],
        tuple(Dot(**dot) for dot in said["dots"]),
        tuple(TrialCrossing(**crossing) for crossing in said["crossings"]),
        totals,
        said["message"],
    )


class SubprocessDesk:
    """Opens cameras for a technician, each in a process of its own.

    Args:
        site: the site in force.
    """

    def __init__(self, site: Callable[[], LoadedSite]) -> None:
        self._site = site

    async def probe(self, source: str) -> ProbeResult:
        """Try to open a stream and decode one picture. Never raises for a failing stream.

        It is done in a process of its own, whose crash is a failing stream; cancelled, that
        process is killed.
        """
        began_s = time.monotonic()
        try:
            asked = self._asked(source)
        except SOURCE_FAILURES as error:
            return ProbeResult(False, reason=redact(str(error)))
        process = await asyncio.create_subprocess_exec(
            *_python("parvis.fleet.probe_process"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(_PROBE_S + _START_S):
                line, _ = await process.communicate(json.dumps(asdict(asked)).encode() + b"\n")
        except TimeoutError:
            return _failed(Fault(FaultKind.TIMEOUT), began_s)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        if not line:
            return _failed(Fault(FaultKind.UNDECODABLE), began_s)
        return _found(json.loads(line), time.monotonic() - began_s)

    def _asked(self, text: str) -> Asked:
        """What a screen may have opened: sources of site.yaml, and addresses without secrets.

        A typed address must not carry a secret of this machine to a host of the typist's choice,
        nor open its files.
        """
        loaded = self._site()
        saved = {c.source for c in loaded.site.cameras.values()}
        saved |= {c.sub_source for c in loaded.site.cameras.values() if c.sub_source}
        if text in saved:
            return Asked(loaded.address(text, os.environ), False, _PROBE_S)
        return Asked(text, True, _PROBE_S)

    async def search(self) -> tuple[FoundCamera, ...]:
        """Ask the local network which cameras are there; takes seconds.

        Raises:
            DeskError: the network cannot be asked.
        """
        try:
            found = await network_cameras.search(network_cameras.own_addresses())
        except OSError as error:
            raise DeskError(f"the network cannot be asked: {error.strerror}") from None
        return tuple(
            FoundCamera(one.address, one.service, one.name, one.hardware, one.location)
            for one in found
        )

    async def ask_streams(self, service: str, user: str, password: str) -> FoundStreams:
        """Ask a camera where its streams are.

        Raises:
            DeskError: it does not tell.
        """
        try:
            told = await network_cameras.ask_streams(service, user, password)
        except AskError as error:
            reason, remedy = ASK_WORDS[error.fault]
            raise DeskError(reason.text, (remedy.text,)) from None
        return FoundStreams(told.main, told.sub)

    async def open_session(self, name: str, camera: Camera, limit_s: float) -> TrialSession:
        """Open a set-up session that ends by itself after ``limit_s``.

        Raises:
            DeskError: the process could not be started.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *_python("parvis.fleet.trial"),
                str(self._site().path),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LINE_BYTES,
            )
        except OSError as error:
            raise DeskError(f"the set-up process could not be started: {error}") from None
        session = TrialSession(process, limit_s)
        session.begin(name, camera)
        return session
