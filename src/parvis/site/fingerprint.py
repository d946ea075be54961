"""What a check of a line depends on, as one short text."""

import hashlib
import json

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
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
