"""Work that is done again and again, in one thread, one after another."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Job:
    period_s: float
    work: Callable[[], object]
    due_s: float


class Clockwork:
    """Runs jobs by the clock until the process ends.

    A job that fails is logged and tried again at its next time; it never stops the others.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._jobs: list[_Job] = []

    def every(self, period_s: float, work: Callable[[], object]) -> None:
        """Do ``work`` every ``period_s`` seconds, the first time after one period."""
        self._jobs.append(_Job(period_s, work, self._clock() + period_s))

    def start(self) -> None:
        """Start the thread; it ends with the process."""
        threading.Thread(target=self._run, name="clockwork", daemon=True).start()

    def turn(self) -> None:
        """Do what is due now."""
        for job in self._jobs:
            if self._clock() >= job.due_s:
                job.due_s = self._clock() + job.period_s
                try:
                    job.work()
                except Exception:
                    log.exception("job failed", job=getattr(job.work, "__name__", "job"))

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self.turn()
            soonest_s = min((job.due_s for job in self._jobs), default=self._clock() + 1)
            pause.wait(max(0.05, soonest_s - self._clock()))
