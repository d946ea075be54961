"""A camera's settled tracks, put on the ground and shown to whoever measures there."""

from collections.abc import Callable
from typing import Protocol

import structlog

from parvis.ground.from_site import CameraGround, ground_of
from parvis.ground.people import HeightCheck
from parvis.ground.placing import Placing
from parvis.ground.refusals import CalibrationRefusedError
from parvis.site.shapes import Camera
from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.values.ground_tracks import GroundTracks
from parvis.values.tracks import Tracks

log = structlog.get_logger(__name__)


class GroundWatcher(Protocol):
    """Measures on the ground."""

    def paced(self, interval_s: float) -> None:
        """Note how far apart the frames are that the camera sends, seconds; 0 if unknown."""
        ...

    def observe(self, tracks: GroundTracks) -> None:
        """Take the objects of one settled frame."""
        ...

    def gap(self) -> None:
        """What comes next does not continue what was."""
        ...


MakeWatcher = Callable[[CameraGround], GroundWatcher]
"""Called once, when the size of the frames is known and the ground is sound."""


class Grounding:
    """Puts one camera's tracks on the ground.

    The people seen check the units: where they would be giants or dwarfs, the ground is not in
    metres, and nothing is shown any more. While the camera has moved, shows nothing or is
    interrupted, no tracks come and the watcher has been told of a gap: metric measures are
    suspended with the counts.

    Args:
        name, camera: as in site.yaml.
        make_watcher: of who measures.
    """

    def __init__(self, name: str, camera: Camera, make_watcher: MakeWatcher) -> None:
        self._name = name
        self._camera = camera
        self._make_watcher = make_watcher
        self._placing: Placing | None = None
        self._check: HeightCheck | None = None
        self.watcher: GroundWatcher | None = None
        self.withheld = "" if camera.ground is not None else "the camera has no ground"

    def resized(self, size: FrameSize) -> None:
        """Frames have this size from now on."""
        self.gap()
        self._placing = None
        if self._camera.ground is None:
            return
        try:
            ground = ground_of(self._camera.ground, size)
        except CalibrationRefusedError as refusal:
            self.withheld = refusal.reason
            log.warning(
                "no metric measures", camera=self._name, reason=refusal.reason, todo=refusal.remedy
            )
            return
        self.withheld = ""
        self._placing = Placing(ground.map, self._camera.anchor)
        self._check = HeightCheck(ground.map) if self._camera.anchor == "foot" else None
        if self.watcher is None:
            self.watcher = self._make_watcher(ground)

    def paced(self, interval_s: float) -> None:
        """Note how far apart the frames are that the camera sends, seconds; 0 if unknown."""
        if self.watcher is not None:
            self.watcher.paced(interval_s)

    def take(self, tracks: Tracks) -> None:
        """Show the settled tracks of one frame, those that have a position."""
        self._judge(tracks)
        if self._placing is not None and self.watcher is not None:
            self.watcher.observe(self._placing.place(tracks))

    def _judge(self, tracks: Tracks) -> None:
        """Suspend for good when the people seen cannot be so tall."""
        if self._placing is None or self._check is None:
            return
        people = tracks.seen & (tracks.classes == ObjectClass.PERSON)
        height_m = self._check.look(tracks.boxes[people])
        if height_m is not None:
            self.withheld = f"people would be {height_m:.1f} m tall: the ground is not in metres"
            log.warning(
                "no metric measures",
                camera=self._name,
                reason=self.withheld,
                todo="Give the points of the camera's ground in metres",
            )
            self.gap()
            self._placing = None

    def gap(self) -> None:
        """What comes next does not continue what was."""
        if self.watcher is not None:
            self.watcher.gap()
