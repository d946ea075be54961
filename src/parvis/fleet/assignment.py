"""What a worker is given of a camera: its settings, and what places say of its zones."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from parvis.site.place import PlaceLadder, split_member
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
    """What the workers of these cameras are given.

    A zone of several places with ladders of their own climbs the one that warns first.
    """
    ladders: dict[str, dict[str, PlaceLadder]] = {name: {} for name in names}
    for place in site.places.values():
        if not place.ladder.of_its_own:
            continue
        for camera, zone in map(split_member, place.zones):
            if camera in ladders:
                known = ladders[camera].get(zone, place.ladder)
                ladders[camera][zone] = min(known, place.ladder, key=lambda one: one.density)
    return {name: Assigned(site.cameras[name], found) for name, found in ladders.items()}


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
