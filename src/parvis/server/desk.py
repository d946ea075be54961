"""What the server asks of those who run cameras: protocols, implemented in ``fleet``.

The server never touches a frame or a stream: it asks the desk, which works in a process of its
own and hands back numbers, or one blurred still.
"""

from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from parvis.site.shapes import Camera, Line, Zone
from parvis.values.live import Dot
from parvis.values.stops import Stops, Target


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a trial opening of a stream found.

    Args:
        ok: a first picture was decoded.
        codec, width, height, fps: of the stream; empty and 0 when it failed.
        reason: why it failed in plain words, redacted; empty when ok.
        remedies: what to try, most likely first.
        elapsed_s: how long the trial took.
    """

    ok: bool
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    reason: str = ""
    remedies: tuple[str, ...] = ()
    elapsed_s: float = 0.0


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """A camera that answered a search of the local network.

    Args:
        address: its host.
        service: the address that tells its streams (ONVIF device service).
        name, hardware, location: what it calls itself; each may be empty.
    """

    address: str
    service: str
    name: str = ""
    hardware: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class FoundStreams:
    """Where a camera streams, without user or password; ``sub`` None where there is none."""

    main: str
    sub: str | None


@dataclass(frozen=True, slots=True)
class Still:
    """One heavily blurred picture for drawing upon: encoded bytes, held in memory only."""

    body: bytes
    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TrialCrossing:
    """A crossing of a draft line while trying it: never stored.

    Args:
        time_s: seconds since the epoch.
        line, direction, object_class: as in a Crossing; the class is a label.
        x, y: place relative to the image.
    """

    time_s: float
    line: str
    direction: int
    object_class: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class TrialMoment:
    """What a set-up session shows of one analysed frame.

    Args:
        time_s: the stream's time, seconds since the epoch.
        dots: positions now, relative to the image.
        crossings: crossings since the last moment.
        totals: crossings since the shapes were last changed: ``{line: {direction: {class: n}}}``.
        message: what went wrong, redacted; empty when well.
    """

    time_s: float
    dots: tuple[Dot, ...] = ()
    crossings: tuple[TrialCrossing, ...] = ()
    totals: dict[str, dict[int, dict[str, int]]] | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class DraftShapes:
    """Shapes being drawn, not yet saved. Points are relative to the image."""

    masks: tuple[tuple[tuple[float, float], ...], ...]
    lines: dict[str, Line]
    zones: dict[str, Zone]


class SetupSession(Protocol):
    """An open look at one camera for setting it up."""

    async def still(self) -> Still:
        """A blurred still, waiting for the first picture.

        Raises:
            DeskError: no picture could be had.
        """
        ...

    def events(self) -> AsyncIterator[TrialMoment]:
        """What is seen now, latest wins; ends when the session is closed."""
        ...

    async def update_shapes(self, shapes: DraftShapes) -> None:
        """Try these shapes from the next frame on; the totals start anew."""
        ...

    async def close(self) -> None:
        """Stop looking; harmless when closed already."""
        ...


class DeskError(Exception):
    """A camera could not be opened or shown; the message is plain and redacted.

    Args:
        reason: why.
        remedies: what to try, most likely first.
    """

    def __init__(self, reason: str, remedies: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedies = remedies


class CameraDesk(Protocol):
    """Opens cameras for a technician, outside of the counting workers."""

    def probe(self, source: str) -> Coroutine[Any, Any, ProbeResult]:
        """Try to open a stream and decode one picture. Never raises for a failing stream.

        Cancelled, it stops looking at once.
        """
        ...

    async def search(self) -> tuple[FoundCamera, ...]:
        """Ask the local network which cameras are there; takes seconds.

        Raises:
            DeskError: the network cannot be asked.
        """
        ...

    async def ask_streams(self, service: str, user: str, password: str) -> FoundStreams:
        """Ask a camera where its streams are.

        Raises:
            DeskError: it does not tell; the reason is a constant that can be translated.
        """
        ...

    async def open_session(self, name: str, camera: Camera, limit_s: float) -> SetupSession:
        """Open a set-up session that ends by itself after ``limit_s``.

        Raises:
            DeskError: the camera cannot be opened.
        """
        ...


class CameraControl(Protocol):
    """Stops and starts by a person's order, and takes a person's word on a view.

    An order outlives a restart.
    """

    async def stop(self, target: Target) -> None:
        """Stop that; returns when nothing of it is read, raised, kept or sent any more.

        Raises:
            DeskError: the workers did not confirm in time; the order stands.
        """
        ...

    async def start(self, target: Target) -> None:
        """Let that run again; returns when the order is given."""
        ...

    async def accept_view(self, camera: str) -> None:
        """Take what that camera shows from now on for its scene: a technician says it is right.

        Raises:
            DeskError: the order cannot be given.
        """
        ...

    def is_stopped(self, camera: str) -> bool:
        """True when a person's order keeps that camera stopped: its own, a place's, or for all."""
        ...

    def in_force(self) -> Stops:
        """All that is stopped now."""
        ...
