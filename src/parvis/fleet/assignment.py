"""What a worker is given of a camera: its settings, and what places say of its zones."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from parvis.site.place import PlaceLadder
from parvis.site.shapes import Camera, Site
from parvis.site.watch import runs_on


@dataclass(frozen=True, slots=True)
class Assigned:
    """One camera of a worker.

    Args:
        camera: as in site.yaml.
        ladders: by zone, of places that have a ladder of densities of their own.
    """

    camera: Camera
    ladders: Mapping[str, PlaceLadder] = field(default_factory=dict)

    def runs_on(self, wanted: "Assigned") -> bool:
        """True when nothing changed but words: the camera need not be reloaded."""
        return runs_on(self.camera, wanted.camera) and self.ladders == wanted.ladders


def assigned(site: Site, names: Iterable[str]) -> dict[str, Assigned]:
    """What the workers of these cameras are given."""
    return {name: Assigned(site.cameras[name], site.ladders_of(name)) for name in names}


def to_line(cameras: Mapping[str, Assigned]) -> bytes:
    """One line of JSON."""
    content = {
        name: {
            "camera": one.camera.model_dump(mode="json"),
            "ladders": {
                zone: ladder.model_dump(mode="json") for zone, ladder in one.ladders.items()
            },
        }
        for name, one in cameras.items()
    }
    return json.dumps(content, sort_keys=True).encode()


def from_line(line: bytes) -> dict[str, Assigned]:
    """Inverse of :func:`to_line`."""
    return {
        name: Assigned(
            Camera.model_validate(said["camera"]),
            {zone: PlaceLadder.model_validate(one) for zone, one in said["ladders"].items()},
        )
        for name, said in json.loads(line).items()
    }
