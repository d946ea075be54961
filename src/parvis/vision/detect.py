"""Frames → detections, with one engine for all cameras of a process."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from parvis.values.classes import ObjectClass
from parvis.values.detections import Detections
from parvis.values.frame import FrameView
from parvis.vision.decoding import decode
from parvis.vision.engines.choice import EngineName, open_engine
from parvis.vision.engines.engine import Engine
from parvis.vision.letterbox import Fitting
from parvis.vision.models import fetch, places
from parvis.vision.models.definition import ModelDefinition


@dataclass(frozen=True, slots=True)
class InferenceStats:
    """What detecting has cost so far.

    Args:
        inferences: frames detected since the detector was loaded.
        cpu_s: CPU seconds of all of it: scaling, the network in whatever threads, decoding.
        engine_cpu_s: the part of ``cpu_s`` spent in the engine's own threads, which a caller does
            not find in its own ``time.thread_time()``.
        median_ms: median time of the last 64 inferences with their queue, as a camera feels it.
        engine: library and version.
    """

    inferences: int
    cpu_s: float
    engine_cpu_s: float
    median_ms: float
    engine: str


class Detector(Protocol):
    """Finds objects in frames; shared by all cameras of a process."""

    @property
    def model(self) -> ModelDefinition:
        """The model in use."""
        ...

    def detect(self, frame: FrameView) -> Detections:
        """Boxes in pixels of the frame, best first; blocks; may be called from any thread."""
        ...

    def stats(self) -> InferenceStats:
        """What it has cost so far."""
        ...


class NetworkDetector:
    """A detector made of a model's definition and an engine that has loaded it."""

    def __init__(self, model: ModelDefinition, engine: Engine) -> None:
        self._model = model
        self._engine = engine
        self._code = np.full(len(model.labels), -1, dtype=np.int8)
        for label, counted in model.classes.items():
            self._code[model.labels.index(label)] = ObjectClass.from_label(counted)
        self._lock = threading.Lock()
        self._inferences = 0
        self._callers_cpu_s = 0.0
        self._recent_s: deque[float] = deque(maxlen=64)

    @property
    def model(self) -> ModelDefinition:
        """The model in use."""
        return self._model

    def detect(self, frame: FrameView) -> Detections:
        """Boxes in pixels of the frame, best first, of the counted classes only.

        Scores are at least the model's low threshold; the tracker tells sure boxes from unsure
        ones by ``model.thresholds.high``.
        """
        began_s, began_cpu_s = time.perf_counter(), time.thread_time()
        fitting = Fitting.of(frame.size, self._model.input)
        found = self._boxes(fitting, frame)
        self._note(time.perf_counter() - began_s, time.thread_time() - began_cpu_s)
        return found

    def _boxes(self, fitting: Fitting, frame: FrameView) -> Detections:
        raw = decode(self._engine.run(fitting.picture_of(frame)), self._model, fitting.canvas)
        corners = fitting.to_frame(raw.corners)
        codes = self._code[raw.labels]
        sides = corners[:, 2:] - corners[:, :2]
        order = np.argsort(-raw.scores, kind="stable")
        order = order[(sides[order] > 0).all(axis=1)]
        return Detections(corners[order], raw.scores[order], codes[order])

    def _note(self, wall_s: float, cpu_s: float) -> None:
        with self._lock:
            self._inferences += 1
            self._callers_cpu_s += cpu_s
            self._recent_s.append(wall_s)

    def stats(self) -> InferenceStats:
        """What detecting has cost so far; see :class:`InferenceStats`."""
        engine_cpu_s = self._engine.own_cpu_s()
        with self._lock:
            recent_s = list(self._recent_s)
            return InferenceStats(
                inferences=self._inferences,
                cpu_s=self._callers_cpu_s + engine_cpu_s,
                engine_cpu_s=engine_cpu_s,
                median_ms=float(np.median(recent_s)) * 1000 if recent_s else 0.0,
                engine=self._engine.name,
            )


def load(model_name: str, assets: Path | None = None, threads: int = 1) -> NetworkDetector:
    """Load a model by name, fetching its files when they are not on this machine yet.

    Args:
        model_name: a known model, or ``auto`` for the best that can be had.
        assets: folder with prepared files (see :mod:`parvis.vision.models.places`).
        threads: inferences at once.

    Raises:
        UnknownModel, ModelRefused, BadDefinition: the model cannot be used.
        ModelUnavailable: its files cannot be had; the message says what to do.
        EngineError: the network cannot be run.
    """
    return start(fetch.resolve(model_name, places.usual(assets)), threads)


def start(
    local: fetch.LocalModel, threads: int = 1, engine: EngineName = "auto"
) -> NetworkDetector:
    """Load a model whose files lie on this machine; opens no connection.

    Raises:
        EngineError: the network cannot be run.
    """
    model = local.definition
    return NetworkDetector(model, open_engine(model, local.network, threads, engine))
