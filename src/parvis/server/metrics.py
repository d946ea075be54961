"""Prometheus metrics, made anew from the live board at every scrape."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import parvis
from parvis.policy.terms import OutputKind
from parvis.server.services import HubServices
from parvis.server.ways_out import Seen, WaysOut
from parvis.values.live import CameraState
from parvis.values.notices import ChannelState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_CAMERA = ["camera"]


def exposition(hub: HubServices, ways: WaysOut) -> bytes:
    """The metrics in Prometheus's text format, as much of them as the gate lets out."""
    registry = CollectorRegistry()
    registry.register(_Board(hub, ways))
    return generate_latest(registry)


class _Board(Collector):
    def __init__(self, hub: HubServices, ways: WaysOut) -> None:
        self._hub = hub
        self._ways = ways

    def collect(self) -> Iterable[Metric]:
        version = GaugeMetricFamily("parvis_info", "The running version.", labels=["version"])
        version.add_metric([parvis.__version__], 1)
        yield version
        readers = GaugeMetricFamily("parvis_live_readers", "Screens that follow the live stream.")
        readers.add_metric([], self._hub.board.follower_count)
        yield readers
        yield from _channels(self._hub.channels())
        seen = {
            name: self._ways.live(sighting)
            for name, sighting in self._hub.board.latest().items()
            if name in self._ways.cameras and self._ways.decide(OutputKind.METRICS, name).allowed
        }
        yield from _metrics({name: one for name, one in seen.items() if one is not None})


def _channels(states: Iterable[ChannelState]) -> Iterable[Metric]:
    waiting = GaugeMetricFamily(
        "parvis_notifications_waiting", "Messages that are due and not sent.", labels=["channel"]
    )
    failures = GaugeMetricFamily(
        "parvis_notifications_failures", "Failures in a row.", labels=["channel"]
    )
    for one in states:
        waiting.add_metric([one.channel], one.waiting)
        failures.add_metric([one.channel], one.failures)
    yield waiting
    yield failures


def _metrics(seen: dict[str, Seen]) -> Iterable[Metric]:
    state = GaugeMetricFamily(
        "parvis_camera_state", "1 for the state the stream is in.", labels=["camera", "state"]
    )
    cpu = GaugeMetricFamily(
        "parvis_camera_cpu_ms_per_second",
        "CPU milliseconds per second of camera, by stage.",
        labels=["camera", "stage"],
    )
    plain: dict[str, GaugeMetricFamily | CounterMetricFamily] = {
        "age": GaugeMetricFamily(
            "parvis_camera_age_seconds", "Since the camera was last heard of.", labels=_CAMERA
        ),
        "fps": GaugeMetricFamily("parvis_camera_fps", "Decoded frames a second.", labels=_CAMERA),
        "rate": GaugeMetricFamily(
            "parvis_camera_analysed_fps", "Analysed frames a second.", labels=_CAMERA
        ),
        "inference": GaugeMetricFamily(
            "parvis_camera_inference_ms", "Median of the last inferences.", labels=_CAMERA
        ),
        "degraded": GaugeMetricFamily(
            "parvis_camera_degraded", "1 when the machine is too small.", labels=_CAMERA
        ),
        "coverage": GaugeMetricFamily(
            "parvis_camera_coverage_today_seconds", "Seconds seen today.", labels=_CAMERA
        ),
        "decoded": CounterMetricFamily(
            "parvis_camera_decoded_frames", "Decoded since the run began.", labels=_CAMERA
        ),
        "dropped": CounterMetricFamily(
            "parvis_camera_dropped_frames", "Dropped since the run began.", labels=_CAMERA
        ),
        "reconnects": CounterMetricFamily(
            "parvis_camera_reconnects", "Reconnections since the run began.", labels=_CAMERA
        ),
        "analysed": CounterMetricFamily(
            "parvis_camera_analysed_frames", "Analysed since the run began.", labels=_CAMERA
        ),
    }
    for name, one in sorted(seen.items()):
        stream, analysis = one.state.stream, one.state.analysis
        for known in CameraState:
            state.add_metric([name, known.value], float(stream.state is known))
        for stage, spent_ms in sorted(analysis.cpu_ms_per_s.items()):
            cpu.add_metric([name, stage], spent_ms)
        values = {
            "age": one.age_s,
            "fps": stream.fps,
            "rate": analysis.rate_fps,
            "inference": analysis.inference_ms,
            "degraded": float(analysis.degraded),
            "coverage": one.state.coverage_today_s,
            "decoded": stream.decoded,
            "dropped": stream.dropped,
            "reconnects": stream.reconnects,
            "analysed": analysis.analysed,
        }
        for key, value in values.items():
            plain[key].add_metric([name], value)
    yield state
    yield cpu
    yield from plain.values()
