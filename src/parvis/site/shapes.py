"""The shapes of site.yaml: frozen, checked when built, each field with a title and a description.

The titles and descriptions feed the JSON schema, the settings screens and the reference page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, Field, Strict, model_validator

from parvis.site.accounts import AccountSettings
from parvis.site.controller import Controller
from parvis.site.fields import (
    CLASS_NAMES,
    AnchorName,
    ClassName,
    LinePoints,
    Name,
    Point,
    Polygon,
    Shape,
    Source,
    Space,
    Text,
    ZoneUse,
    no_repeat,
    refused,
)
from parvis.site.ground import Ground
from parvis.site.notify import Channel, unknown_told
from parvis.site.place import Place, PlaceLadder, split_member, unknown_members
from parvis.site.public_page import PublicPage
from parvis.site.rules import RuleSettings, unknown_watched
from parvis.site.sections import Identity, PolicyChoice, ServerSettings, StoreSettings
from parvis.site.sources import is_recorded
from parvis.site.town_map import TownMap
from parvis.values.series import PLACE


class Line(Shape):
    """A directed polyline that objects cross.

    ```
            left
    1 ───────────────► 2      left → right goes in the first direction
            right
    ```
    """

    label: Text | None = Field(
        default=None,
        title="Label",
        description="The name that people read; without one, the line's name.",
    )
    points: LinePoints = Field(
        title="Points",
        description=(
            "Two or more [x, y], parts of the image from 0 to 1, y down. Walking from the first "
            "to the last, a crossing from one's left to one's right goes in the first direction."
        ),
    )
    directions: Annotated[tuple[Text, Text], AfterValidator(no_repeat)] = Field(
        default=("A → B", "B → A"),
        title="Directions",
        description="What the two directions are called, left to right first.",
    )

    def called(self, name: str) -> str:
        """What people read for it: its label, or the name it stands under."""
        return self.label or name


class Zone(Shape):
    """A polygon that has an occupancy."""

    label: Text | None = Field(
        default=None,
        title="Label",
        description="The name that people read; without one, the zone's name.",
    )
    polygon: Polygon = Field(
        title="Polygon",
        description=(
            "Three or more [x, y], parts of the image from 0 to 1, y down, in the order of a walk "
            "round the zone; it closes by itself."
        ),
    )
    use: ZoneUse = Field(
        default="walkway", title="Use", description="What people or vehicles do in the zone."
    )
    capacity: Annotated[int, Strict(), Field(ge=1, le=99_999)] | None = Field(
        default=None,
        title="Capacity",
        description="Places of a car park, or people that the zone is meant for.",
    )
    way: tuple[Point, Point] | None = Field(
        default=None,
        title="Way",
        description=(
            "From where to where one may go in a one-way zone: two [x, y], parts of the image."
        ),
    )

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Self:
        if self.way is not None and self.way[0] == self.way[1]:
            raise refused("way", "the way goes nowhere", "give two points apart from each other")
        return self

    def called(self, name: str) -> str:
        """What people read for it: its label, or the name it stands under."""
        return self.label or name


class Camera(Shape):
    """A source of frames and what is measured in them."""

    label: Text = Field(title="Label", description="The name that people read, free text.")
    source: Source = Field(
        title="Source",
        description=(
            "The main stream: rtsp://, rtsps://, http:// (MJPEG, HLS), https://, /dev/video0, a "
            "video file or a folder of them. ${NAME} takes a secret from the environment or the "
            "secrets file. A relative path starts from the folder of site.yaml."
        ),
    )
    sub_source: Source | None = Field(
        default=None,
        title="Sub-stream",
        description="The camera's small stream, analysed instead of the main one: far cheaper.",
    )
    space: Space = Field(
        default="public-road",
        title="Space",
        description="The legal nature of what the camera sees; it decides which texts apply.",
    )
    model: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)] = Field(
        default="auto",
        title="Model",
        description="The name of a detector (parvis models list), or auto for the best at hand.",
    )
    rate: Annotated[float, Strict(), Field(ge=0.5, le=25, allow_inf_nan=False)] = Field(
        default=5.0, title="Rate", description="Analysed frames a second, 0.5 to 25."
    )
    anchor: AnchorName = Field(
        default="foot",
        title="Anchor",
        description=(
            "The point of an object that crosses lines: foot (middle of the lower edge), or "
            "centre for a view from straight above."
        ),
    )
    classes: Annotated[tuple[ClassName, ...], Field(min_length=1), AfterValidator(no_repeat)] = (
        Field(
            default=CLASS_NAMES,
            title="Classes",
            description="What is counted; a model with fewer classes maps onto these and says so.",
        )
    )
    masks: tuple[Polygon, ...] = Field(
        default=(),
        max_length=50,
        title="Masks",
        description="Polygons blacked out before anything else sees the frame: homes, windows.",
    )
    lines: dict[Name, Line] = Field(
        default_factory=dict,
        max_length=50,
        title="Lines",
        description="Counting lines by name.",
    )
    zones: dict[Name, Zone] = Field(
        default_factory=dict, max_length=50, title="Zones", description="Zones by name."
    )
    ground: Ground | None = Field(
        default=None,
        title="Ground",
        description="What turns pixels into metres: speeds, densities and maps need it.",
    )
    enabled: Annotated[bool, Strict()] = Field(
        default=True,
        title="Enabled",
        description="false stops the camera and keeps its settings and past measures.",
    )
    credit: Text | None = Field(
        default=None,
        title="Credit",
        description="The credit of a recorded clip, shown wherever its measures or dots are.",
    )

    def without_words(self) -> Camera:
        """Itself without what only people read: two cameras that differ in words alone agree."""
        return self.model_copy(
            update={
                "label": "",
                "credit": None,
                "lines": {
                    n: one.model_copy(update={"label": None}) for n, one in self.lines.items()
                },
                "zones": {
                    n: one.model_copy(update={"label": None}) for n, one in self.zones.items()
                },
            }
        )


class Site(Shape):
    """Everything that site.yaml says."""

    site: Identity = Field(
        title="Site", description="What the site is called, and the time and language it lives in."
    )
    policy: PolicyChoice = Field(
        default=PolicyChoice(), title="Policy", description="The legal frame of the site."
    )
    controller: Controller = Field(
        default=Controller(),
        title="The controller",
        description="Who answers for the site: what signs, notices and registers say.",
    )
    server: ServerSettings = Field(
        default=ServerSettings(), title="Server", description="Where pages and API are served."
    )
    public: PublicPage = Field(
        default=PublicPage(),
        title="Public page",
        description="What everybody may read without an account; nothing unless switched on.",
    )
    accounts: AccountSettings = Field(
        default=AccountSettings(),
        title="Accounts",
        description="Second factors, single sign-on, and who may use a password.",
    )
    store: StoreSettings = Field(
        default=StoreSettings(), title="Store", description="Where measures rest, and how long."
    )
    cameras: dict[Name, Camera] = Field(
        default_factory=dict,
        max_length=10000,
        title="Cameras",
        description="Cameras by name; the name stands in the API, in files and in addresses.",
    )
    places: dict[Name, Place] = Field(
        default_factory=dict,
        max_length=2000,
        title="Places",
        description="Named public spaces by name, and the zones and lines that measure them.",
    )
    rules: dict[Name, RuleSettings] = Field(
        default_factory=dict,
        max_length=500,
        title="Rules",
        description=(
            "What raises an alert that a person judges, by name. Without any, every ready-made "
            "rule that applies runs with its defaults; with one or more, exactly these run."
        ),
    )
    notify: dict[Name, Channel] = Field(
        default_factory=dict,
        max_length=50,
        title="Notifications",
        description=(
            "Who is told of alerts, by channel name. Without any, nothing leaves this machine."
        ),
    )
    map: TownMap = Field(
        default=TownMap(), title="Map", description="What lies under the places on the map."
    )

    def ladders_of(self, camera: str) -> dict[str, PlaceLadder]:
        """By zone of a camera the ladders of densities that places have of their own.

        A zone of several such places climbs the one that warns first.
        """
        found: dict[str, PlaceLadder] = {}
        for place in self.places.values():
            if not place.ladder.of_its_own:
                continue
            for name, zone in map(split_member, place.zones):
                if name == camera:
                    known = found.get(zone, place.ladder)
                    found[zone] = min(known, place.ladder, key=lambda one: one.density)
        return found

    @property
    def recorded(self) -> frozenset[str]:
        """Names of the cameras whose every source is a recorded clip, for the policy gate.

        With those of the places that only such cameras see, as series bear them.
        """
        cameras = {
            name
            for name, camera in self.cameras.items()
            if all(is_recorded(s) for s in (camera.source, camera.sub_source) if s is not None)
        }
        places = {
            f"{PLACE}{name}"
            for name, place in self.places.items()
            if {split_member(zone)[0] for zone in place.zones} <= cameras
        }
        return frozenset(cameras | places)

    @model_validator(mode="after")
    def _demonstrate_recorded_clips_only(self) -> Self:
        sources = {
            name: {"source": camera.source, "sub_source": camera.sub_source}
            for name, camera in self.cameras.items()
        }
        for (camera, key), message, remedy in live_sources(self.policy.profile, sources):
            raise refused("recorded_only", f"cameras.{camera}.{key}: {message}", remedy)
        return self

    @model_validator(mode="after")
    def _places_are_measured_by_what_is_there(self) -> Self:
        cameras = {n: {"zones": one.zones, "lines": one.lines} for n, one in self.cameras.items()}
        places = {n: {"zones": one.zones, "lines": one.lines} for n, one in self.places.items()}
        for key, message, remedy in unknown_members(places, cameras):
            where = ".".join(map(str, key))
            raise refused("place_member", f"places.{where}: {message}", remedy)
        return self

    @model_validator(mode="after")
    def _rules_watch_what_is_there(self) -> Self:
        cameras = {n: {"zones": one.zones, "lines": one.lines} for n, one in self.cameras.items()}
        rules = {n: {"on": one.on} for n, one in self.rules.items()}
        for key, message, remedy in unknown_watched(rules, cameras, self.places):
            where = ".".join(map(str, key))
            raise refused("rule_member", f"rules.{where}: {message}", remedy)
        return self

    @model_validator(mode="after")
    def _channels_tell_of_what_is_there(self) -> Self:
        cameras = {n: {"zones": one.zones, "lines": one.lines} for n, one in self.cameras.items()}
        channels = {
            n: {"on": one.on, "rules": one.rules, "escalate_to": one.escalate_to}
            for n, one in self.notify.items()
        }
        for key, message, remedy in unknown_told(channels, self.rules, cameras, self.places):
            where = ".".join(map(str, key))
            raise refused("notify_member", f"notify.{where}: {message}", remedy)
        return self


def live_sources(
    profile: object, cameras: Mapping[str, Mapping[str, object]]
) -> Iterator[tuple[tuple[str, str], str, str]]:
    """Yield the sources that profile ``demonstration`` must not show: those of real cameras.

    Args:
        profile: the profile chosen; any other than ``demonstration`` yields nothing.
        cameras: ``source`` and ``sub_source`` of each camera, as written.

    Yields:
        ((camera, key), message, remedy).
    """
    if profile != "demonstration":
        return
    for name, camera in cameras.items():
        for key in ("source", "sub_source"):
            source = camera.get(key)
            if isinstance(source, str) and not is_recorded(source):
                yield (
                    (name, key),
                    "the profile demonstration shows recorded clips only, and this is not one",
                    "use a file or a stream served on 127.0.0.1, or the profile statistics",
                )
