"""Work that is done again and again, in one thread, one after another."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)

_REMIND_S = 3600.0
"""A job that goes on failing in the same way is told of again after this."""


@dataclass(slots=True)
class Job:
    """A job, and how it went last.

    Args:
        name: by which people know it; empty for work that concerns nobody.
        period_s: seconds between two runs.
        ran_s: wall time of the last run, seconds since the epoch; None before the first.
        took_s: how long it took.
        count: how many things it did.
        failed: it ended with an error.
        told: the kind of error that the log has; None while the job works.
        told_s: since when, by the clock that never goes back.
    """

    name: str
    period_s: float
    work: Callable[[], int | None]
    due_s: float
    ran_s: float | None = None
    took_s: float = 0.0
    count: int = 0
    failed: bool = False
    told: type[Exception] | None = None
    told_s: float = 0.0


class Clockwork:
    """Runs jobs by the clock until the process ends.

    A job that fails is tried again at its next time; it never stops the others. The log says so
    once, not at each attempt, and again when it works: twice a second of the same traceback while
    a database is away would hide everything else.

    Args:
        clock: seconds, never going back.
        wall: seconds since the epoch, for telling people when a job ran.
    """

    def __init__(self, clock: Callable[[], float], wall: Callable[[], float]) -> None:
        self._clock = clock
        self._wall = wall
        self._jobs: list[Job] = []

    def every(self, period_s: float, work: Callable[[], int | None], name: str = "") -> None:
        """Do ``work`` every ``period_s`` seconds, the first time after one period.

        Args:
            period_s: seconds.
            work: may return how many things it did.
            name: by which people know it.
        """
        self._jobs.append(Job(name, period_s, work, self._clock() + period_s))

    def named(self) -> list[Job]:
        """The jobs that bear a name, and how they went last."""
        return [job for job in self._jobs if job.name]

    def start(self) -> None:
        """Start the thread; it ends with the process."""
        threading.Thread(target=self._run, name="clockwork", daemon=True).start()

    def turn(self) -> None:
        """Do what is due now."""
        for job in self._jobs:
            if self._clock() >= job.due_s:
                self._do(job)

    def _do(self, job: Job) -> None:
        began_s = self._clock()
        job.due_s = began_s + job.period_s
        job.ran_s = self._wall()
        try:
            job.count, job.failed = job.work() or 0, False
        except Exception as error:
            job.count, job.failed = 0, True
            if job.told is not type(error) or began_s >= job.told_s + _REMIND_S:
                job.told, job.told_s = type(error), began_s
                log.exception("job failed", job=_called(job))
        else:
            if job.told is not None:
                job.told = None
                log.info("job works again", job=_called(job))
        job.took_s = self._clock() - began_s

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self.turn()
            soonest_s = min((job.due_s for job in self._jobs), default=self._clock() + 1)
            pause.wait(max(0.05, soonest_s - self._clock()))


def _called(job: Job) -> str:
    return job.name or getattr(job.work, "__name__", "job")
