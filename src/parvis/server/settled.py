"""What the analysis cost over closed quarters of an hour: figures that tell nothing of the moment.

The detector runs when something moves: its processor time, second by second, would tell whether
somebody is in front of the camera now.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from parvis.values.live import AnalysisHealth, LiveState

QUARTER_S = 900.0


@dataclass(frozen=True, slots=True)
class Settled:
    """A camera's analysis over one closed quarter.

    Args:
        end_s: when the quarter closed, seconds since the epoch.
        inferred: frames the detector ran on, from the start of the run to the last word of the
            quarter.
        inference_ms: mean over what was told.
        cpu_ms_per_s: mean over what was told, by stage.
    """

    end_s: float
    inferred: int
    inference_ms: float
    cpu_ms_per_s: dict[str, float]

    def in_place_of(self, now: AnalysisHealth) -> AnalysisHealth:
        """The analysis of now, with what would tell of the moment taken from the quarter."""
        return replace(
            now,
            inferred=self.inferred,
            inference_ms=self.inference_ms,
            cpu_ms_per_s=self.cpu_ms_per_s,
        )


@dataclass
class QuarterLoad:
    """Adds up what one camera tells, quarter by quarter; not for several threads at once."""

    settled: Settled | None = None
    _end_s: float = 0.0
    _told: int = 0
    _inferred: int = 0
    _inference_ms: float = 0.0
    _cpu_ms: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, state: LiveState, received_s: float) -> None:
        """Take in a live state.

        Args:
            state: as the worker sends it, several times a second.
            received_s: by the hub's clock, seconds since the epoch.
        """
        if received_s >= self._end_s:
            self._close()
            self._end_s = (received_s // QUARTER_S + 1) * QUARTER_S
        analysis = state.analysis
        self._told += 1
        self._inferred = analysis.inferred
        self._inference_ms += analysis.inference_ms
        for stage, spent_ms in analysis.cpu_ms_per_s.items():
            self._cpu_ms[stage] += spent_ms

    def _close(self) -> None:
        if self._told:
            n = self._told
            self.settled = Settled(
                self._end_s,
                self._inferred,
                round(self._inference_ms / n, 1),
                {stage: round(spent / n, 1) for stage, spent in self._cpu_ms.items()},
            )
        self._told = 0
        self._inference_ms = 0.0
        self._cpu_ms.clear()
