"""What a worker tells about now: small, frequent, and allowed to be lost."""

from dataclasses import dataclass, field
from enum import StrEnum

from parvis.values.series import Series


class CameraState(StrEnum):
    """The state of a camera's stream."""

    CONNECTING = "connecting"
    LIVE = "live"
    STALLED = "stalled"
    LOST = "lost"
    MOVED = "moved"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class StreamHealth:
    """The stream of one camera, as its reader sees it.

    Args:
        state: see CameraState.
        since_s: when this state began, seconds since the epoch.
        reason: what went wrong in plain words without secrets; empty when live.
        fps: frames of the stream a second over the last ten seconds.
        decoded, dropped, reconnects: totals since the run began; frames that only repeat a scene
            that stands still count as decoded.
        codec, width, height: of the open stream; empty and 0 before the first frame.
    """

    state: CameraState
    since_s: float
    reason: str = ""
    fps: float = 0.0
    decoded: int = 0
    dropped: int = 0
    reconnects: int = 0
    codec: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class AnalysisHealth:
    """The analysis of one camera.

    Args:
        rate_wanted, rate_fps: analysed frames a second, asked for and reached.
        analysed, inferred: frames looked at, and frames the detector ran on, since the run began.
        inference_ms: median duration of the last inferences.
        cpu_ms_per_s: CPU milliseconds per second of camera, by stage (decode, gate, infer, track,
            observe).
        model: name of the model in use.
        degraded: true when the machine is too small for the rate asked for.
        lost_minutes: closed minutes that could not be kept or not be recorded: gaps that were seen.
    """

    rate_wanted: float = 0.0
    rate_fps: float = 0.0
    analysed: int = 0
    inferred: int = 0
    inference_ms: float = 0.0
    cpu_ms_per_s: dict[str, float] = field(default_factory=dict)
    model: str = ""
    degraded: bool = False
    lost_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Dot:
    """A drawn position: relative to the image, x right and y down, both in [0, 1]."""

    x: float
    y: float
    object_class: str
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class ZoneNow:
    """One zone on a calibrated ground, now.

    Args:
        people: in it.
        density_pm2: people a square metre, by the room that each has.
        level: letter of the level of service, A to F.
        alarm: rung of the ladder of densities: none, watch, warn, alarm or critical.
        alarm_since_s: when it was reached, seconds since the epoch.
        speed_mps: mean speed of its people; None where none is known.
        net_per_s: arrivals less departures, people a second, over the last minutes.
        queue: people in it, where it is a queue; ``parked``: vehicles, where it is parking.
    """

    people: int
    density_pm2: float
    level: str
    alarm: str
    alarm_since_s: float | None = None
    speed_mps: float | None = None
    net_per_s: float | None = None
    queue: int | None = None
    parked: int | None = None


@dataclass(frozen=True, slots=True)
class GatheringNow:
    """People who stand together: where on the ground, how many, since when."""

    x_m: float
    y_m: float
    people: int
    since_s: float


@dataclass(frozen=True, slots=True)
class LiveState:
    """One camera now.

    Args:
        camera: its name.
        run: the run that speaks.
        time_s: the stream's time of the last analysed frame.
        stream, analysis: health.
        dots: anonymous positions of this moment, without identity.
        occupancy: objects in each zone now, ``{zone: {class: n}}``.
        open_counts: values of the minute that is not closed yet, per series.
        coverage_today_s: seconds seen today in the closed minutes of this worker's life.
        ground: each zone on the ground, where the camera is calibrated.
        gatherings: the largest first.
        ground_withheld: why there are no metric measures; empty where there are.
        watches: after which the episodes of the rules that are followed are named.
        obscured: ``masked`` or ``dark`` while the picture shows nothing, ``blurred``; else empty.
        obscured_since_s: since when, seconds since the epoch.
    """

    camera: str
    run: str
    time_s: float
    stream: StreamHealth
    analysis: AnalysisHealth = AnalysisHealth()
    dots: tuple[Dot, ...] = ()
    occupancy: dict[str, dict[str, int]] = field(default_factory=dict)
    open_counts: dict[Series, float] = field(default_factory=dict)
    coverage_today_s: float = 0.0
    ground: dict[str, ZoneNow] = field(default_factory=dict)
    gatherings: tuple[GatheringNow, ...] = ()
    ground_withheld: str = ""
    watches: tuple[str, ...] = ()
    obscured: str = ""
    obscured_since_s: float | None = None


@dataclass(frozen=True, slots=True)
class Sketch:
    """The empty scene as a few drawn lines: numbers, from which no picture can be had back.

    Args:
        camera: whose scene it is.
        width, height: size of the frame in pixels, for the drawing's proportions.
        polylines: edges of the still background, points relative to the image, y down.
    """

    camera: str
    width: int
    height: int
    polylines: tuple[tuple[tuple[float, float], ...], ...]
