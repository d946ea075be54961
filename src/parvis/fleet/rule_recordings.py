"""Recordings with rules: NAME.site.yaml beside a video, what should be raised in NAME.events.json.

The site's one camera with that video as its source has the lines, zones and ground; its rules run,
or the ready-made ones. Played is what runs live: decoding, detector, tracker, ground, rules.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from parvis.alerts.camera_watch import CameraWatch
from parvis.alerts.engine import RuleEngine
from parvis.alerts.from_site import rules_of, watched_by_cameras
from parvis.alerts.rule import Rule
from parvis.alerts.scenario import Event, Trial, trying
from parvis.alerts.scene import Scene
from parvis.fleet.analysis import analyze_videos
from parvis.fleet.ground_book import GroundBook
from parvis.fleet.observing import classes_of
from parvis.fleet.rule_suite import SuiteError
from parvis.measures.ground.drawn import GroundNow
from parvis.measures.ground.moment import Moment
from parvis.site import SiteError, load
from parvis.site.place import PlaceLadder
from parvis.site.shapes import Camera
from parvis.values.alerts import Change
from parvis.vision import detect
from parvis.vision.models import fetch

SITE: Final = ".site.yaml"
EVENTS: Final = ".events.json"


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    from_s: Annotated[float, Field(allow_inf_nan=False)]
    to_s: Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class Recording:
    """A video that rules are tried on.

    Args:
        name: of its site's camera.
        camera: with its ground.
        ladders: by zone the ladders of densities that places have of their own.
        video: the file.
        rules: those that run.
        events: what they should raise, seconds of the video.
        zone: civil time, for schedules.
    """

    name: str
    camera: Camera
    ladders: Mapping[str, PlaceLadder]
    video: Path
    rules: tuple[Rule, ...]
    events: tuple[Event, ...]
    zone: ZoneInfo


def read_recordings(folder: Path) -> Iterator[Recording]:
    """The recordings of a folder, by name.

    Raises:
        SuiteError: one cannot be read.
    """
    for events in sorted(folder.glob(f"*{EVENTS}")):
        site = events.with_name(events.name.removesuffix(EVENTS) + SITE)
        try:
            loaded = load(site)
            said = TypeAdapter(tuple[_Event, ...]).validate_python(
                json.loads(events.read_text(encoding="utf-8"))
            )
        except SiteError as error:
            raise SuiteError(site, "", str(error.problems[0]), "run parvis check on it") from None
        except (OSError, ValueError, ValidationError) as error:
            raise SuiteError(
                events, "", f"it cannot be read: {error}", "write [{rule, from_s, to_s}, …]"
            ) from None
        if len(loaded.site.cameras) != 1:
            raise SuiteError(site, "cameras", "not one camera", "declare the camera of the video")
        ((name, camera),) = loaded.site.cameras.items()
        yield Recording(
            name,
            camera,
            loaded.site.ladders_of(name),
            site.parent / camera.source,
            tuple(watched_by_cameras(rules_of(loaded.site.rules))),
            tuple(Event(one.rule, one.from_s, one.to_s) for one in said),
            ZoneInfo(loaded.site.site.timezone),
        )


def recording_of(site: Path, camera: str | None, video: Path, rule: str) -> Recording:
    """A video played for one camera and one rule of a site.

    Raises:
        SuiteError: there is no such camera, rule or file.
        SiteError: the site cannot be used.
    """
    loaded = load(site)
    cameras = loaded.site.cameras
    name = camera or (next(iter(cameras)) if len(cameras) == 1 else "")
    if name not in cameras:
        known = ", ".join(cameras) or "none is declared"
        raise SuiteError(
            site, "cameras", f"no camera {name!r}", f"say --camera with one of {known}"
        )
    rules = {one.name: one for one in watched_by_cameras(rules_of(loaded.site.rules))}
    if rule not in rules:
        known = ", ".join(rules)
        raise SuiteError(site, "rules", f"no rule {rule!r} watches images", f"name one of {known}")
    if not video.is_file():
        raise SuiteError(video, "", "there is no such file", "give the path of a video")
    zone = ZoneInfo(loaded.site.site.timezone)
    ladders = loaded.site.ladders_of(name)
    return Recording(name, cameras[name], ladders, video, (rules[rule],), (), zone)


class _Following:
    """Follows rules on a recording's ground and keeps what they say."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._watch: CameraWatch | None = None
        self.scene: Scene | None = None
        self.changes: list[Change] = []
        self.last_s = 0.0

    def begin(self, scene: Scene) -> None:
        """The ground is known."""
        engine = RuleEngine(
            self._recording.rules,
            scene.uses(),
            zone=self._recording.zone,
            run="recording",
            densities=scene.densities(),
        )
        self.scene, self._watch = scene, trying(scene, engine)

    def observe(self, moment: Moment, now: GroundNow) -> None:
        """Take one settled frame."""
        self.last_s = moment.time_s
        if self._watch is not None:
            self.changes += self._watch.observe(moment, now)

    def gap(self) -> None:
        """What comes next does not continue what was."""
        if self._watch is not None:
            self._watch.gap()


def played(
    recording: Recording, tell: Callable[[float], None] = lambda done_s: None
) -> tuple[Trial, list[Change]]:
    """Analyse a recording as a live camera's stream is, and return what its rules said.

    Args:
        recording: which.
        tell: progress, seconds of video.

    Raises:
        SuiteError: the camera has no ground, or the video shows nothing of it.
        MODEL_FAILURES of :mod:`parvis.fleet.failures`, VideoError: it cannot be analysed.
    """
    following = _Following(recording)
    detector = detect.start(fetch.resolve(recording.camera.model))
    classes = classes_of(recording.camera, detector.model)
    book = GroundBook(recording.name, recording.camera, classes, recording.ladders, rules=following)
    analyze_videos(
        recording.name,
        recording.camera,
        (recording.video,),
        detector,
        start_s=0.0,
        tell=tell,
        watch_ground=book.watch,
    )
    if following.scene is None:
        raise SuiteError(
            recording.video, "", "no position on the ground", "give the camera its ground"
        )
    trial = Trial(
        recording.video.stem,
        following.scene,
        recording.rules,
        recording.events,
        (0.0, following.last_s),
    )
    return trial, following.changes
