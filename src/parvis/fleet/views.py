"""What a camera looked at, kept between runs, and a technician's word that a new view is right.

A camera that is knocked or turned while its worker is down must not be counted on as if nothing
had happened. Light changes over hours what a view looks like, so that only a recent memory counts.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import structlog

from parvis.site.replacing import replace
from parvis.site.shapes import Camera
from parvis.vision.gate import GATE_SIZE
from parvis.vision.scene import SceneMemory

log = structlog.get_logger(__name__)

LASTS_S = 3600.0
"""A memory older than this says nothing: the sun has moved, lamps were lit."""


class KeptView:
    """The view of one camera on disk.

    Args:
        path: of the memory; beside it lies the file of what a technician accepted.
        camera: a memory holds for its address, masks, lines and zones only: who draws anew has
            looked at the picture.
    """

    def __init__(self, path: Path, camera: Camera) -> None:
        self._path = path
        drawn = camera.without_words().model_dump(
            mode="json", include={"source", "sub_source", "masks", "lines", "zones"}
        )
        said = json.dumps(drawn, sort_keys=True).encode()
        self._key = hashlib.sha256(said).hexdigest()
        self._accepted_ns = _changed_ns(_accepted(path))

    def save(self, memory: SceneMemory, now_s: float) -> None:
        """Keep the view; a disk that is full costs nothing but the memory."""
        body = io.BytesIO()
        np.savez_compressed(
            body,
            key=np.array(self._key),
            time_s=np.array(now_s),
            energy=np.array(memory.energy),
            directions=memory.directions,
        )
        try:
            replace(self._path, body.getvalue())
        except OSError as error:
            log.warning("the view was not kept", path=str(self._path), reason=error.strerror)

    def load(self, now_s: float) -> SceneMemory | None:
        """The view of an earlier run; None when there is none that still counts."""
        if self._accepted_ns > _changed_ns(self._path):
            return None
        try:
            with np.load(self._path, allow_pickle=False) as kept:
                fresh = 0 <= now_s - float(kept["time_s"]) <= LASTS_S
                memory = SceneMemory(kept["directions"], float(kept["energy"]))
                if not fresh or str(kept["key"]) != self._key:
                    return None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            log.warning("the kept view cannot be read and is learnt anew", path=str(self._path))
            return None
        shape = (2, GATE_SIZE.height, GATE_SIZE.width)
        known = memory.directions.shape == shape and memory.directions.dtype == np.int8
        return memory if known else None

    def newly_accepted(self) -> bool:
        """Whether a technician accepted the view since the last call."""
        accepted_ns = _changed_ns(_accepted(self._path))
        if accepted_ns <= self._accepted_ns:
            return False
        self._accepted_ns = accepted_ns
        return True


def accept(path: Path) -> None:
    """Tell a camera's worker that what the camera shows now is right.

    Args:
        path: of the camera's memory.

    Raises:
        OSError: the word cannot be written.
    """
    replace(_accepted(path), b"")


def _accepted(path: Path) -> Path:
    return path.with_suffix(".accepted")


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
