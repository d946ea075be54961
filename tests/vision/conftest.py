"""Real models and frames, where they exist on this machine."""

from collections.abc import Callable
from pathlib import Path

import pytest
from array_frames import ArrayFrame, frames_of

from parvis.vision import detect
from parvis.vision.detect import NetworkDetector
from parvis.vision.models import fetch
from parvis.vision.models.places import usual


@pytest.fixture(scope="session")
def pets_video(shared: Path) -> Path:
    return shared / "data" / "video" / "pets2009_s2l1_view001_vtest.avi"


@pytest.fixture(scope="session")
def pets(pets_video: Path) -> list[ArrayFrame]:
    """Every eighth frame of PETS 2009 S2L1."""
    return list(frames_of(pets_video, step=8))


@pytest.fixture(scope="session")
def detector_of(shared: Path) -> Callable[[str], NetworkDetector]:
    """Detectors of models that lie on this machine, each loaded once."""
    loaded: dict[str, NetworkDetector] = {}

    def give(name: str) -> NetworkDetector:
        if name not in loaded:
            local = fetch.locate(name, usual(shared))
            if local is None:
                pytest.skip(f"model {name} is not on this machine: parvis models pull {name}")
            loaded[name] = detect.start(local)
        return loaded[name]

    return give
