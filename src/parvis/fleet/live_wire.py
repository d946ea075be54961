"""Live states, sketches and what is counted under a check, as bytes on the local socket."""

import json
from dataclasses import asdict

from parvis.values.checks import Passage, Span, Witnessed
from parvis.values.live import (
    AnalysisHealth,
    CameraState,
    Dot,
    GatheringNow,
    LiveState,
    Sketch,
    StreamHealth,
    ZoneNow,
)
from parvis.values.series import Series


def encode_state(state: LiveState) -> bytes:
    """One live state as JSON."""
    content = {
        "camera": state.camera,
        "run": state.run,
        "time_s": state.time_s,
        "stream": asdict(state.stream),
        "analysis": asdict(state.analysis),
        "dots": [[dot.x, dot.y, dot.object_class, dot.height] for dot in state.dots],
        "occupancy": state.occupancy,
        "open_counts": {series.key: value for series, value in state.open_counts.items()},
        "coverage_today_s": state.coverage_today_s,
        "ground": {name: asdict(zone) for name, zone in state.ground.items()},
        "gatherings": [asdict(one) for one in state.gatherings],
        "ground_withheld": state.ground_withheld,
        "watches": list(state.watches),
        "obscured": state.obscured,
        "obscured_since_s": state.obscured_since_s,
    }
    return json.dumps(content, separators=(",", ":")).encode()


def decode_state(payload: bytes) -> LiveState:
    """Inverse of :func:`encode_state`.

    Raises:
        ValueError, KeyError, TypeError: not a live state.
    """
    content = json.loads(payload)
    stream = content["stream"] | {"state": CameraState(content["stream"]["state"])}
    return LiveState(
        camera=content["camera"],
        run=content["run"],
        time_s=content["time_s"],
        stream=StreamHealth(**stream),
        analysis=AnalysisHealth(**content["analysis"]),
        dots=tuple(Dot(*dot) for dot in content["dots"]),
        occupancy=content["occupancy"],
        open_counts={Series.from_key(key): v for key, v in content["open_counts"].items()},
        coverage_today_s=content["coverage_today_s"],
        ground={name: ZoneNow(**zone) for name, zone in content["ground"].items()},
        gatherings=tuple(GatheringNow(**one) for one in content["gatherings"]),
        ground_withheld=content["ground_withheld"],
        watches=tuple(content["watches"]),
        obscured=content["obscured"],
        obscured_since_s=content["obscured_since_s"],
    )


def encode_queue(worker: str, minutes: int) -> bytes:
    """How many minutes wait in a worker's spool, as JSON."""
    return json.dumps({"worker": worker, "minutes": minutes}).encode()


def decode_queue(payload: bytes) -> tuple[str, int]:
    """Inverse of :func:`encode_queue`.

    Raises:
        ValueError, KeyError, TypeError: not a queue's length.
    """
    content = json.loads(payload)
    return str(content["worker"]), int(content["minutes"])


def encode_sketch(sketch: Sketch) -> bytes:
    """One sketch as JSON."""
    return json.dumps(asdict(sketch), separators=(",", ":")).encode()


def decode_sketch(payload: bytes) -> Sketch:
    """Inverse of :func:`encode_sketch`.

    Raises:
        ValueError, KeyError, TypeError: not a sketch.
    """
    content = json.loads(payload)
    lines = tuple(tuple((float(x), float(y)) for x, y in line) for line in content["polylines"])
    return Sketch(content["camera"], content["width"], content["height"], lines)


def encode_witnessed(told: Witnessed) -> bytes:
    """What was counted at a line under check, as JSON."""
    content = {
        "check": told.check,
        "run": told.run,
        "through_s": told.through_s,
        "passages": [[p.time_s, p.direction, p.tapped] for p in told.passages],
        "seen": [[span.start_s, span.end_s] for span in told.seen],
    }
    return json.dumps(content, separators=(",", ":")).encode()


def decode_witnessed(payload: bytes) -> Witnessed:
    """Inverse of :func:`encode_witnessed`.

    Raises:
        ValueError, KeyError, TypeError: not that.
    """
    content = json.loads(payload)
    return Witnessed(
        content["check"],
        content["run"],
        float(content["through_s"]),
        tuple(Passage(float(t), d, c) for t, d, c in content["passages"]),
        tuple(Span(float(a), float(b)) for a, b in content["seen"]),
    )
