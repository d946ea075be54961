"""What the API says, as pydantic models: they check the answers and write the OpenAPI document."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from parvis.policy.terms import OutputKind
from parvis.server.live import Freshness
from parvis.server.ways_out import Seen, told
from parvis.site.fields import AnchorName, ClassName, Point, Space, ZoneUse
from parvis.site.shapes import Camera
from parvis.values.live import (
    AnalysisHealth,
    CameraState,
    GatheringNow,
    StreamHealth,
    ZoneNow,
)


class Answer(BaseModel):
    """Base of every answer."""

    model_config = ConfigDict(frozen=True)


class LineShape(Answer):
    """A counting line as drawn; points are relative to the image, y down."""

    label: str | None = Field(description="The name that people read; null for the key itself.")
    points: tuple[Point, ...]
    directions: tuple[str, str] = Field(description="Names of directions 0 and 1.")


class ZoneShape(Answer):
    """A zone as drawn."""

    label: str | None = Field(description="The name that people read; null for the key itself.")
    polygon: tuple[Point, ...]
    use: ZoneUse


class CameraShape(Answer):
    """A camera without its address: sources may hold secrets and never leave."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "example": {
                "name": "quai",
                "label": "Quai Nord",
                "space": "public-road",
                "state": "live",
                "stopped": False,
                "enabled": True,
                "model": "auto",
                "rate": 5.0,
                "anchor": "foot",
                "classes": ["person", "bicycle"],
                "masks": [],
                "lines": {
                    "pont": {
                        "label": "Pont Neuf",
                        "points": [[0.1, 0.5], [0.9, 0.5]],
                        "directions": ["vers le port", "vers la gare"],
                    }
                },
                "zones": {},
                "credit": None,
            }
        },
    )

    name: str
    label: str
    space: Space
    state: CameraState | None = Field(description="Of its stream; null when nothing is known.")
    stopped: bool = Field(description="Stopped by a person's order.")
    enabled: bool
    model: str
    rate: float = Field(description="Analysed frames a second asked for.")
    anchor: AnchorName
    classes: tuple[ClassName, ...]
    masks: tuple[tuple[Point, ...], ...]
    lines: dict[str, LineShape]
    zones: dict[str, ZoneShape]
    credit: str | None


class SourceShape(Answer):
    """Where a camera is read from, for a technician: passwords are redacted."""

    source: str
    sub_source: str | None


class CameraDetail(CameraShape):
    """One camera; a technician also gets its redacted addresses and the version of the file."""

    address: SourceShape | None = Field(description="Redacted; null for other roles.")


class DotShape(Answer):
    """An anonymous position of this moment."""

    x: float
    y: float
    object_class: str
    height: float


class Withheld(Answer):
    """Why something does not leave."""

    verdict: str
    until_s: float | None
    reason: dict[str, str]
    article: dict[str, str]


class StreamShape(Answer):
    """Health of a stream, see the words of DESIGN.md."""

    state: CameraState
    since_s: float
    reason: str
    fps: float
    decoded: int
    dropped: int
    reconnects: int
    codec: str
    width: int
    height: int

    @classmethod
    def of(cls, health: StreamHealth) -> "StreamShape":
        """From the value."""
        return cls.model_validate({name: getattr(health, name) for name in cls.model_fields})


class AnalysisShape(Answer):
    """Health of the analysis; what would tell of people now is 0 or empty where withheld."""

    rate_wanted: float
    rate_fps: float
    analysed: int
    inferred: int
    inference_ms: float
    cpu_ms_per_s: dict[str, float]
    model: str
    degraded: bool
    lost_minutes: int = Field(description="Closed minutes that could not be kept or recorded.")

    @classmethod
    def of(cls, health: AnalysisHealth) -> "AnalysisShape":
        """From the value."""
        return cls.model_validate({name: getattr(health, name) for name in cls.model_fields})


class CountNow(Answer):
    """The running value of a minute that is not closed yet."""

    series: str
    value: float


class CameraNow(Answer):
    """One camera now, as this person may see it."""

    camera: str
    label: str
    space: Space
    credit: str | None
    enabled: bool
    stopped: bool
    freshness: Freshness = Field(description="stale after 10 s, none after 60 s or never.")
    age_s: float | None
    time_s: float | None = Field(description="The stream's time of the last analysed frame.")
    stream: StreamShape | None
    analysis: AnalysisShape | None
    coverage_today_s: float | None
    dots: tuple[DotShape, ...]
    occupancy: dict[str, dict[str, int]]
    ground: dict[str, ZoneNow] = Field(description="Zones on a calibrated ground, in metres.")
    gatherings: tuple[GatheringNow, ...]
    ground_withheld: str = Field(description="Why there are no metric measures; empty else.")
    open_counts: tuple[CountNow, ...]
    withheld: dict[OutputKind, Withheld] = Field(description="What is not shown, and why.")

    @classmethod
    def of(cls, name: str, camera: Camera, stopped: bool, seen: Seen | None) -> "CameraNow":
        """Of a camera of the site, with what was seen of it, if anything."""
        head = {
            "camera": name,
            "label": camera.label,
            "space": camera.space,
            "credit": camera.credit,
            "enabled": camera.enabled,
            "stopped": stopped,
        }
        return cls.model_validate(head | (_unseen() if seen is None else _told(seen)))


def _unseen() -> dict[str, Any]:
    return {
        "freshness": Freshness.NONE,
        "age_s": None,
        "time_s": None,
        "stream": None,
        "analysis": None,
        "coverage_today_s": None,
        "dots": (),
        "occupancy": {},
        "ground": {},
        "gatherings": (),
        "ground_withheld": "",
        "open_counts": (),
        "withheld": {},
    }


def _told(seen: Seen) -> dict[str, Any]:
    state = seen.state
    return {
        "freshness": seen.freshness,
        "age_s": round(seen.age_s, 3),
        "time_s": state.time_s,
        "stream": StreamShape.of(state.stream),
        "analysis": AnalysisShape.of(state.analysis),
        "coverage_today_s": state.coverage_today_s,
        "dots": [
            DotShape(
                x=round(dot.x, 4),
                y=round(dot.y, 4),
                object_class=dot.object_class,
                height=round(dot.height, 4),
            )
            for dot in state.dots
        ],
        "occupancy": state.occupancy,
        "ground": state.ground,
        "gatherings": list(state.gatherings),
        "ground_withheld": state.ground_withheld,
        "open_counts": [
            CountNow(series=series.key, value=value)
            for series, value in sorted(state.open_counts.items())
        ],
        "withheld": {
            kind: told(decision)
            for kind, decision in seen.decisions.items()
            if not decision.allowed
        },
    }


class SeriesShape(Answer):
    """What a measure is of."""

    series: str = Field(description="Its key.", examples=["quai.crossings.pont.person.0"])
    camera: str
    kind: str
    shape: str = Field(description="Name of the line or zone.")
    object_class: str
    direction: int | None
    direction_label: str | None = Field(description="Name of the direction in site.yaml.")
    unit: str


Status = Literal["measured", "open", "gap", "pending", "suppressed", "refused"]


class ValueShape(Answer):
    """One stretch of one series. A value is null unless its status is measured or open."""

    start: str = Field(description="ISO 8601 with the site's offset.")
    end: str
    value: float | None
    low: float | None = Field(description="Lower bound of the 90 % interval.")
    high: float | None = Field(
        description="Upper bound; null with a value where nothing bounds it: a peak hardly seen."
    )
    coverage_s: float | None = Field(description="Seconds actually seen; null where hidden.")
    status: Status = Field(
        description=(
            "measured; open: still running; gap: not seen, which is not zero; pending: not before "
            "`due`; suppressed: too few observations; refused: see `decisions`."
        )
    )
    due: str | None = Field(default=None, description="When a pending value may be shown.")
    corrected: float | None = Field(
        default=None,
        description="The value by the correction that a person accepted for it; it replaces none.",
    )
    correction: int | None = Field(default=None, description="Version of that correction.")


class SeriesValues(SeriesShape):
    """One series over the range asked for."""

    values: tuple[ValueShape, ...]


class MeasuresShape(Answer):
    """Measures of a range."""

    start: str
    end: str
    bin: str
    timezone: str
    series: tuple[SeriesValues, ...]
    decisions: dict[str, Withheld] = Field(
        description="Why values are pending, suppressed or refused, by verdict."
    )
