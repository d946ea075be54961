"""CPU time by stage: the unit of cost is CPU-milliseconds per camera-second."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class StageClock:
    """Adds up the CPU seconds that the calling thread spends in each stage of one camera.

    Decoding and inference run in threads of their own; their owners report theirs with ``add``.
    """

    def __init__(self) -> None:
        self._cpu_s: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Account the CPU time of the block to a stage; blocks must not nest."""
        began_s = time.thread_time()
        try:
            yield
        finally:
            self._cpu_s[name] += time.thread_time() - began_s

    def add(self, name: str, cpu_s: float) -> None:
        """Account CPU seconds measured elsewhere."""
        self._cpu_s[name] += cpu_s

    def totals_s(self) -> dict[str, float]:
        """CPU seconds by stage since the start."""
        return dict(self._cpu_s)
