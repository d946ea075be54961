"""What the server asks of those who look after the machine: a protocol, implemented in ``fleet``.

Nothing here tells of people: room on the disk, minutes in queues, the clock, the jobs.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from parvis.values.saying import T


class Finding(StrEnum):
    """How a check ended."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that ``parvis doctor`` looked at.

    Args:
        what: what was looked at.
        finding: how it is.
        said: in plain words.
        remedy: what to do about it; None when good.
        command: to be typed on the machine, when one helps.
    """

    what: T
    finding: Finding
    said: T
    remedy: T | None = None
    command: str = ""


@dataclass(frozen=True, slots=True)
class Disk:
    """Room for the data: bytes free and in all on the disk, bytes held in the data folder."""

    folder: str
    free_bytes: int
    total_bytes: int
    data_bytes: int


@dataclass(frozen=True, slots=True)
class Queue:
    """Closed minutes that wait for the store.

    Args:
        minutes: in the spools of the workers that speak.
        since_s: when something began to wait, seconds since the epoch; None when nothing does.
        refused: lines that the store can never take, kept in a file for a person to look at.
    """

    minutes: int
    since_s: float | None
    refused: int


@dataclass(frozen=True, slots=True)
class ClockHealth:
    """The machine's clock.

    Args:
        synchronised: whether the kernel follows a time source; None when it does not tell.
        error_s: the kernel's bound of the clock's error; None when it does not follow any.
        steps: how often the clock was seen to jump since the hub began.
        step_s, step_at_s: size of the last jump in seconds, and when; None without one.
    """

    synchronised: bool | None
    error_s: float | None
    steps: int
    step_s: float | None = None
    step_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class JobRun:
    """Work that is done by the clock, and how it went last.

    Args:
        name: ``recover`` or ``retention``.
        period_s: seconds between two runs.
        ran_s: when it ran last, seconds since the epoch; None before the first time.
        took_s: how long that took.
        count: how many things it did: minutes recorded, rows deleted.
        failed: it ended with an error, which the log holds.
    """

    name: str
    period_s: float
    ran_s: float | None = None
    took_s: float = 0.0
    count: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Checkup:
    """The last run of *doctor* from a screen: its checks so far, and whether it still goes on."""

    began_s: float
    checks: tuple[Check, ...]
    running: bool
    failed: bool = False


@dataclass(frozen=True, slots=True)
class MachineState:
    """All of it, at one moment."""

    disk: Disk | None
    queue: Queue
    clock: ClockHealth
    jobs: tuple[JobRun, ...]
    recorded_s: float | None
    checkup: Checkup | None


class Machine(Protocol):
    """Looks after the machine that the hub runs on."""

    def state(self) -> MachineState:
        """How it is now; quick, blocking."""
        ...

    async def examine(self) -> None:
        """Begin a checkup in a process of its own; nothing happens while one goes on."""
        ...
