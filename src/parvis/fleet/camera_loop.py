"""One camera in a worker: read, analyse, close minutes, tell what is seen, until stopped."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from parvis.fleet.camera_rules import CameraRules
from parvis.fleet.check_orders import CheckOrders
from parvis.fleet.engine_share import EngineShare
from parvis.fleet.failures import MODEL_FAILURES, SOURCE_FAILURES
from parvis.fleet.ground_book import GroundBook
from parvis.fleet.grounding import Grounding
from parvis.fleet.lease import Lease, LeaseHeldError
from parvis.fleet.observing import classes_of, observers_for
from parvis.fleet.pipeline import Moment, Pipeline
from parvis.fleet.rates import RecentRates
from parvis.fleet.rule_orders import RuleOrders
from parvis.fleet.run_id import new_run
from parvis.fleet.sources import open_reader
from parvis.fleet.stage_clock import StageClock
from parvis.fleet.views import KeptView
from parvis.fleet.witness import LineWitness
from parvis.measures.coverage import longest_step_s
from parvis.site.place import PlaceLadder
from parvis.site.secrets import SecretMissingError
from parvis.site.shapes import Camera
from parvis.store.alert_wire import Said
from parvis.values.checks import Witnessed
from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.values.live import (
    AnalysisHealth,
    CameraState,
    Dot,
    LiveState,
    Sketch,
    StreamHealth,
)
from parvis.values.minute import ClosedMinute
from parvis.values.saying import T
from parvis.video.reader import Reader
from parvis.vision.detect import Detector

log = structlog.get_logger(__name__)

_WAIT_S = 0.25
_SHOW_EVERY_S = 0.2
_QUIET_S = 1.5
_SKETCH_EVERY_S = 60.0
_RETRY_S = 5.0
_KEEP_VIEW_EVERY_S = 300.0

_HELD = T("Another process still reads this camera.")
_NO_SECRET = T("A password that its address names is set nowhere: parvis check says which.")


class Sink(Protocol):
    """Where a camera's results go."""

    def minutes(self, closed: list[ClosedMinute]) -> None:
        """Closed minutes; when this returns they are on disk."""
        ...

    def alerts(self, said: list[Said]) -> None:
        """What rules say; when this returns it is on disk, or waits for the disk."""
        ...

    def live(self, state: LiveState) -> None:
        """What is seen now; may be lost."""
        ...

    def sketch(self, sketch: Sketch) -> None:
        """The drawing of the empty scene; may be lost."""
        ...

    def witness(self, camera: str, told: Witnessed) -> None:
        """What was counted at a line under check; each time the whole of it."""
        ...


class CameraLoop(threading.Thread):
    """Analyses one camera in a thread of its own.

    Args:
        name, camera: as in site.yaml.
        ladders: by zone, of places that have their own; see Assigned.
        zone: the site's civil time.
        address: fills secrets into a source, at the moment of opening.
        detector_for: the process's shared detector of a model, loaded when first asked for.
        lease: lock file that this camera's holder holds.
        view: what the camera looked at in an earlier run.
        sink: where results go.
        checks: which lines are under check, and the errors of those that were.
        rules: which rules are followed.
    """

    def __init__(
        self,
        name: str,
        camera: Camera,
        *,
        ladders: Mapping[str, PlaceLadder],
        zone: ZoneInfo,
        address: Callable[[str], str],
        detector_for: Callable[[str], Detector],
        lease: Path,
        view: KeptView,
        sink: Sink,
        checks: CheckOrders,
        rules: RuleOrders,
    ) -> None:
        super().__init__(name=f"camera-{name}", daemon=True)
        self.camera = camera
        self.ladders = ladders
        self._camera_name = name
        self._zone = zone
        self._address = address
        self._detector_for = detector_for
        self._lease = lease
        self._view = view
        self._view_kept_s = 0.0
        self._sink = sink
        self._checks = checks
        self._rule_orders = rules
        self._stopping = threading.Event()
        self._run_id = new_run(time.time())
        self._clock = StageClock()
        self._rates = RecentRates()
        self._seen_today_s: dict[str, float] = {}
        self._shown_s = 0.0
        self._sketched_s = 0.0
        self._lost_since_s: float | None = None

    def stop(self) -> None:
        """Ask the loop to close its minute and end; ``join`` waits for it."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped; a failure is told as the camera's state and tried again."""
        while not self._stopping.is_set():
            try:
                with Lease(self._lease):
                    self._work()
            except LeaseHeldError:
                self._tell(CameraState.CONNECTING, _HELD.text)
                self._stopping.wait(_WAIT_S)
            except (*MODEL_FAILURES, *SOURCE_FAILURES) as error:
                self._lose(error, str(error))
                self._stopping.wait(_RETRY_S)
            except Exception as error:
                # One broken camera must not take the worker's other cameras with it.
                log.exception("camera failed", camera=self._camera_name)
                self._lose(error, f"internal error ({type(error).__name__})")
                self._stopping.wait(_RETRY_S)
        self._tell(CameraState.STOPPED, "")

    def _tell(self, state: CameraState, reason: str, since_s: float | None = None) -> None:
        now_s = time.time()
        stream = StreamHealth(state, now_s if since_s is None else since_s, reason)
        self._sink.live(LiveState(self._camera_name, self._run_id, now_s, stream))

    def _lose(self, error: Exception, reason: str) -> None:
        """Attempts that fail one after the other are one outage, since the first of them."""
        if isinstance(error, SecretMissingError):
            reason = _NO_SECRET.text  # the names stand in the log: screens say it in French
        if self._lost_since_s is None:
            self._lost_since_s = time.time()
            log.warning("camera lost", camera=self._camera_name, reason=str(error))
        self._tell(CameraState.LOST, reason, self._lost_since_s)

    def _work(self) -> None:
        self._run_id = new_run(time.time())
        if self._lost_since_s is None:
            self._tell(CameraState.CONNECTING, "")
        detector = self._detector_for(self.camera.model)
        classes = classes_of(self.camera, detector.model)
        self._witness = LineWitness(self._camera_name, self._run_id, self._checks)
        make_observers = observers_for(
            self._camera_name,
            self.camera,
            self._run_id,
            classes,
            checked=self._checks.errors_of(self._camera_name),
            witness=self._witness,
        )
        self._rules = CameraRules(
            self._camera_name,
            self._run_id,
            zone=self._zone,
            model=detector.model.name,
            orders=self._rule_orders,
            tell=self._sink.alerts,
        )
        self._ground = GroundBook(
            self._camera_name, self.camera, classes, self.ladders, self._rules
        )
        self._grounding = Grounding(self._camera_name, self.camera, self._ground.watch)
        pipeline = Pipeline(
            self.camera, detector, make_observers, self._clock, grounding=self._grounding
        )
        self._engine = EngineShare(detector)
        if memory := self._view.load(time.time()):
            pipeline.scene.recall(memory)
        reader = open_reader(self.camera, self._address)
        try:
            self._follow(reader, pipeline, detector)
        finally:
            reader.stop()
            pipeline.break_off("stopped")
            if pipeline.observers is not None:
                self._close(self._ground.fill(pipeline.observers.close_all(time.time())))

    def _follow(self, reader: Reader, pipeline: Pipeline, detector: Detector) -> None:
        last_s = time.monotonic()
        moment: Moment | None = None
        quiet_s = _quiet_s(self.camera.rate, 0.0)
        while not self._stopping.is_set() and not reader.finished:
            frame = reader.take(_WAIT_S)
            if frame is not None:
                moment, last_s = pipeline.step(frame), time.monotonic()
                quiet_s = _quiet_s(self.camera.rate, frame.interval_s)
            elif moment is not None and time.monotonic() - last_s > quiet_s:
                pipeline.break_off("no picture comes")
                moment = None
            if pipeline.observers is not None:
                self._close(self._ground.fill(pipeline.observers.advance(time.time())))
            if time.monotonic() - self._shown_s >= _SHOW_EVERY_S:
                self._shown_s = time.monotonic()
                self._show(reader, pipeline, detector, moment)
                self._keep_view(pipeline)
                self._tell_checks()

    def _tell_checks(self) -> None:
        self._checks.look()
        self._rule_orders.look()
        for told in self._witness.told():
            self._sink.witness(self._camera_name, told)

    def _keep_view(self, pipeline: Pipeline) -> None:
        if self._view.newly_accepted():
            pipeline.scene.accept()
        now_s = time.time()
        if not 0 <= now_s - self._view_kept_s < _KEEP_VIEW_EVERY_S and (
            memory := pipeline.scene.remember()
        ):
            self._view_kept_s = now_s
            self._view.save(memory, now_s)

    def _close(self, minutes: list[ClosedMinute]) -> None:
        if not minutes:
            return
        self._sink.minutes(minutes)
        for minute in minutes:
            day = datetime.fromtimestamp(minute.start_s, self._zone).date().isoformat()
            seen_s = self._seen_today_s.get(day, 0.0)
            self._seen_today_s = {day: seen_s + minute.coverage_s}

    def _show(
        self, reader: Reader, pipeline: Pipeline, detector: Detector, moment: Moment | None
    ) -> None:
        now_s = time.time()
        stream = reader.health()
        if stream.state is CameraState.LIVE:
            self._lost_since_s = None
        moved_since_s = pipeline.scene.moved_since_s
        if moved_since_s is not None and stream.state is CameraState.LIVE:
            stream = replace(stream, state=CameraState.MOVED, since_s=moved_since_s)
        size = FrameSize(stream.width or 1, stream.height or 1)
        observers = pipeline.observers
        today = datetime.fromtimestamp(now_s, self._zone).date().isoformat()
        self._sink.live(
            LiveState(
                camera=self._camera_name,
                run=self._run_id,
                time_s=now_s,
                stream=stream,
                analysis=self._analysis(reader, pipeline, detector, stream),
                dots=dots(moment, size),
                occupancy=observers.zone_occupancy() if observers else {},
                open_counts=observers.open_counts() if observers else {},
                coverage_today_s=self._seen_today_s.get(today, 0.0),
                ground=self._ground.zones_now(),
                gatherings=self._ground.gatherings_now(),
                ground_withheld=self._grounding.withheld,
                watches=self._rules.watches,
                obscured=pipeline.obscured.form.value,
                obscured_since_s=pipeline.obscured.since_s,
            )
        )

        if now_s - self._sketched_s > _SKETCH_EVERY_S and (lines := pipeline.scene.sketch()):
            self._sketched_s = now_s
            self._sink.sketch(Sketch(self._camera_name, size.width, size.height, lines))

    def _analysis(
        self, reader: Reader, pipeline: Pipeline, detector: Detector, stream: StreamHealth
    ) -> AnalysisHealth:
        self._clock.add("infer", self._engine.grown_s(pipeline.inferred))
        stages = {"decode": reader.decode_cpu_s, **self._clock.totals_s()}
        counts = {"analysed": float(pipeline.analysed), "dropped": float(stream.dropped)}
        self._rates.note(time.monotonic(), stages | counts)
        per_s = self._rates.per_s()
        rate_fps = per_s.pop("analysed", 0.0)
        dropping = per_s.pop("dropped", 0.0) > 0
        return AnalysisHealth(
            rate_wanted=self.camera.rate,
            rate_fps=rate_fps,
            analysed=pipeline.analysed,
            inferred=pipeline.inferred,
            inference_ms=detector.stats().median_ms,
            cpu_ms_per_s={stage: cpu_s * 1000 for stage, cpu_s in per_s.items()},
            model=detector.model.name,
            degraded=dropping and rate_fps < 0.9 * self.camera.rate,
        )


def _quiet_s(rate: float, interval_s: float) -> float:
    """How long no frame may come before what the tracker holds back is settled.

    Args:
        rate: analysed frames a second that are wished for.
        interval_s: step between the frames that the camera sends, 0 while unknown.
    """
    return max(_QUIET_S, longest_step_s(rate, interval_s) + _WAIT_S)


def dots(moment: Moment | None, size: FrameSize) -> tuple[Dot, ...]:
    """The positions of a moment, relative to the image, without identity."""
    if moment is None or moment.tracks is None:
        return ()
    tracks = moment.tracks
    feet = tracks.anchors("foot")
    heights = (tracks.boxes[:, 3] - tracks.boxes[:, 1]) / size.height
    return tuple(
        Dot(
            round(min(max(x / size.width, 0.0), 1.0), 4),
            round(min(max(y / size.height, 0.0), 1.0), 4),
            ObjectClass(code).label,
            round(height, 4),
        )
        for (x, y), code, height in zip(
            feet.tolist(), tracks.classes.tolist(), heights.tolist(), strict=True
        )
    )
