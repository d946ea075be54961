"""What the analysis cost over closed quarters of an hour: figures that tell nothing of the moment.

The detector runs when something moves: its processor time, second by second, would tell whether
somebody is in front of the camera now. So would the rate of a machine that is too small for it,
and the frames that it leaves out.
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
        analysed, inferred, dropped: frames analysed, frames the detector ran on, and frames left
            out, from the start of the run to the last word of the quarter.
        rate_fps: analysed frames a second, mean over what was told.
        degraded: the machine was told to be too small at some time of the quarter.
        inference_ms: mean over what was told.
        cpu_ms_per_s: mean over what was told, by stage.
    """

    end_s: float
    analysed: int = 0
    inferred: int = 0
    dropped: int = 0
    rate_fps: float = 0.0
    degraded: bool = False
    inference_ms: float = 0.0
    cpu_ms_per_s: dict[str, float] = field(default_factory=dict)

    def in_place_of(self, now: AnalysisHealth) -> AnalysisHealth:
        """The analysis of now, with what would tell of the moment taken from the quarter."""
        return replace(
            now,
            analysed=self.analysed,
            inferred=self.inferred,
            rate_fps=self.rate_fps,
            degraded=self.degraded,
            inference_ms=self.inference_ms,
            cpu_ms_per_s=self.cpu_ms_per_s,
        )


@dataclass
class QuarterLoad:
    """Adds up what one camera tells, quarter by quarter; not for several threads at once."""

    settled: Settled | None = None
    _end_s: float = 0.0
    _told: int = 0
    _analysed: int = 0
    _inferred: int = 0
    _dropped: int = 0
    _rate_fps: float = 0.0
    _degraded: bool = False
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
        self._analysed, self._inferred = analysis.analysed, analysis.inferred
        self._dropped = state.stream.dropped
        self._rate_fps += analysis.rate_fps
        self._degraded = self._degraded or analysis.degraded
        self._inference_ms += analysis.inference_ms
        for stage, spent_ms in analysis.cpu_ms_per_s.items():
            self._cpu_ms[stage] += spent_ms

    def _close(self) -> None:
        if self._told:
            n = self._told
            self.settled = Settled(
                self._end_s,
                self._analysed,
                self._inferred,
                self._dropped,
                round(self._rate_fps / n, 1),
                self._degraded,
                round(self._inference_ms / n, 1),
                {stage: round(spent / n, 1) for stage, spent in self._cpu_ms.items()},
            )
        self._told, self._rate_fps, self._degraded = 0, 0.0, False
        self._inference_ms = 0.0
        self._cpu_ms.clear()
