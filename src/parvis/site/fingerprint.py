"""What a check of a line, and what a place on the ground, depend on, each as one short text."""

import hashlib
import json
from typing import Any

from parvis.site.ground import Ground
from parvis.site.shapes import Camera


def line_fingerprint(camera: Camera, line: str) -> str:
    """Changes when the camera or the line is set so differently that a check says nothing more.

    Raises:
        KeyError: the camera has no such line.
    """
    told = camera.model_dump(
        mode="json",
        include={"source", "sub_source", "model", "rate", "anchor", "classes", "masks"},
    )
    told["points"] = camera.lines[line].model_dump(mode="json")["points"]
    return _short(told)


def ground_fingerprint(ground: Ground) -> str:
    """Changes when positions measured before no longer lie where a calibration puts new ones.

    Where people can walk moves none of them.
    """
    return _short(ground.model_dump(mode="json", exclude={"walkable"}))


def _short(told: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
