"""The part of a site that somebody may see: some places, and what measures them."""

from collections.abc import Iterable
from dataclasses import dataclass

from parvis.values.series import PLACE, WHOLE_VIEW, Series


@dataclass(frozen=True, slots=True)
class Extent:
    """Places, with the lines and zones that measure them.

    Args:
        places: their names.
        shapes: (camera, line or zone) of them.
        whole: cameras whose every line and zone is among them: what such a camera says of all
            that it sees may be told.
    """

    places: frozenset[str]
    shapes: frozenset[tuple[str, str]]
    whole: frozenset[str]

    @property
    def cameras(self) -> frozenset[str]:
        """Cameras that see some of it."""
        return frozenset(camera for camera, _ in self.shapes)

    def holds(self, camera: str, shape: str) -> bool:
        """Whether what is told of a shape of a camera, or of a place, is told of this part.

        Args:
            camera: its name; ``place:NAME`` for a place.
            shape: a line or zone; ``*`` for all that the camera sees.
        """
        if camera.startswith(PLACE):
            return camera.removeprefix(PLACE) in self.places
        if shape == WHOLE_VIEW:
            return camera in self.whole
        return (camera, shape) in self.shapes

    def of(self, series: Iterable[Series]) -> list[Series]:
        """Those series that are of this part."""
        return [one for one in series if self.holds(one.camera, one.shape)]
