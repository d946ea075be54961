"""The shapes of site.yaml: frozen, checked when built, each field with a title and a description.

The titles and descriptions feed the JSON schema, the settings screens and the reference page.
Errors never show the value they refuse: it may hold a password.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, Self, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from parvis.site import geometry
from parvis.site.sources import SECRET, SourceError, is_recorded, source_kind

MIN_LINE_LENGTH: Final = 0.02
"""Shortest counting line, as a part of the image (38 px in 1920)."""

MIN_AREA: Final = 1e-4
"""Smallest mask or zone, as a part of the image's area (14 × 14 px in 1920 × 1080)."""

Language = Literal["fr", "en"]
Space = Literal["public-road", "public-venue", "private"]
Profile = Literal["statistics", "demonstration"]
AnchorName = Literal["foot", "centre"]
ClassName = Literal["person", "bicycle", "car", "bus", "truck", "motorcycle"]
ZoneUse = Literal["walkway", "waiting", "queue", "parking", "forbidden", "one-way"]

CLASS_NAMES: Final[tuple[ClassName, ...]] = (
    "person",
    "bicycle",
    "car",
    "bus",
    "truck",
    "motorcycle",
)


def refused(code: str, message: str, remedy: str) -> PydanticCustomError:
    """An error of a shape that carries its remedy, for ``parvis check`` and the screens."""
    # The text goes through the context, so that braces in it are not taken for a template.
    return PydanticCustomError(code, "{message}", {"message": message, "remedy": remedy})


def _source(value: str) -> str:
    try:
        source_kind(value)
    except SourceError as error:
        raise refused("source", error.message, error.remedy) from None
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise refused(
            "timezone",
            "this time zone does not exist",
            "write a name of the IANA list, for example Europe/Paris or America/Martinique",
        ) from None
    return value


def _bind(value: str) -> str:
    if value != "localhost":
        try:
            ipaddress.ip_address(value)
        except ValueError:
            raise refused(
                "bind",
                "this is not an IP address",
                "write 127.0.0.1 for this machine only, or the address of one network card",
            ) from None
    return value


def _public_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = (
            parts.scheme in ("http", "https")
            and parts.hostname
            and parts.username is None
            and parts.path in ("", "/")
            and not (parts.query or parts.fragment)
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        sound = False
    if not sound:
        raise refused(
            "public_url",
            "this is not the root address of a web site",
            "write it as https://parvis.example.fr, without path, user or query",
        )
    return value.rstrip("/")


def _network(value: str) -> str:
    try:
        ipaddress.ip_network(value)
    except ValueError:
        raise refused(
            "network",
            "this is neither an IP address nor a network",
            "write 192.0.2.7 or 192.0.2.0/24, with no bit set beyond the mask",
        ) from None
    return value


def _plain_text(value: str) -> str:
    if not value.strip() or any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise refused(
            "text", "the text is empty or holds control characters", "write it on one line"
        )
    return value


_Items = TypeVar("_Items", bound=tuple[object, ...])


def _no_repeat(values: _Items) -> _Items:
    if len(set(values)) != len(values):
        raise refused("repeat", "an item is listed twice", "remove the second one")
    return values


def _line_points(points: tuple[geometry.Point, ...]) -> tuple[geometry.Point, ...]:
    for i in range(1, len(points)):
        if points[i] == points[i - 1]:
            raise refused("line", f"points {i} and {i + 1} are the same", "remove one of the two")
    length = geometry.path_length(points)
    if length < MIN_LINE_LENGTH:
        raise refused(
            "line",
            f"the line is too short: {length:.3f} of the image, and it takes {MIN_LINE_LENGTH}",
            "move one end away from the other",
        )
    return points


def _polygon(points: tuple[geometry.Point, ...]) -> tuple[geometry.Point, ...]:
    if points[0] == points[-1]:
        raise refused(
            "polygon",
            "the last point repeats the first",
            "remove the last point: a polygon closes by itself",
        )
    crossing = geometry.crossing_sides(points)
    if crossing is not None:
        raise refused(
            "polygon",
            f"the outline crosses or touches itself: sides {crossing[0] + 1} and {crossing[1] + 1}",
            "list the points in the order of a walk round the outline",
        )
    if geometry.area(points) < MIN_AREA:
        raise refused(
            "polygon", "the polygon has almost no area", "move its points away from one another"
        )
    return points


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
"""A name used in addresses, files and series: small letters, digits, - and _."""

Text = Annotated[str, Field(max_length=200), AfterValidator(_plain_text)]
Source = Annotated[str, Field(max_length=2000), AfterValidator(_source)]
Coordinate = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]
Point = tuple[Coordinate, Coordinate]
LinePoints = Annotated[
    tuple[Point, ...], Field(min_length=2, max_length=50), AfterValidator(_line_points)
]
Polygon = Annotated[
    tuple[Point, ...], Field(min_length=3, max_length=100), AfterValidator(_polygon)
]
Days = Annotated[int, Strict(), Field(ge=1, le=36500)]


class Shape(BaseModel):
    """Base of every shape: frozen, no unknown key, and silent about refused values."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Identity(Shape):
    """The town's installation."""

    name: Text = Field(title="Name", description="The site's name, shown on every page.")
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        default="Europe/Paris",
        title="Time zone",
        description="The civil time that cuts quarters, hours and days; a name of the IANA list.",
    )
    language: Language = Field(
        default="fr",
        title="Language",
        description="The language of pages and files when a person has not chosen one.",
    )


class PolicyChoice(Shape):
    """The legal frame that the site runs under."""

    profile: Profile = Field(
        default="statistics",
        title="Profile",
        description=(
            "statistics: no value before its quarter of an hour is closed, no moving dot outside "
            "a set-up session. demonstration: everything on, for recorded clips only."
        ),
    )


class ServerSettings(Shape):
    """Where the pages and the API are served."""

    bind: Annotated[str, AfterValidator(_bind)] = Field(
        default="127.0.0.1",
        title="Bind address",
        description=(
            "The IP address that the server listens on. Keep 127.0.0.1 behind a reverse proxy "
            "that adds TLS."
        ),
    )
    port: Annotated[int, Strict()] = Field(
        default=8080,
        ge=0,
        le=65535,
        title="Port",
        description="The TCP port that the server listens on; 0 takes a free one and prints it.",
    )
    public_url: Annotated[str, AfterValidator(_public_url)] | None = Field(
        default=None,
        title="Public address",
        description="The address that people type, as served by the reverse proxy, over https.",
    )
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = Field(
        default=(),
        max_length=50,
        title="Trusted proxies",
        description=(
            "Addresses or networks of reverse proxies whose X-Forwarded-* headers are believed."
        ),
    )


class StoreSettings(Shape):
    """Where measures rest, and for how long."""

    url: Annotated[str, Field(max_length=2000)] | None = Field(
        default=None,
        title="Database address",
        description=(
            "An SQLAlchemy address, for example "
            "postgresql+psycopg://parvis:${DB_PASSWORD}@localhost/parvis. "
            "Without one, SQLite in the data folder."
        ),
    )
    data_dir: Text = Field(
        default="data",
        title="Data folder",
        description=(
            "The folder of the database and the spool; a relative path starts from the folder of "
            "site.yaml."
        ),
    )
    minute_retention_days: Days = Field(
        default=92,
        title="Days of minutes",
        description="How long measures of one minute are kept; longer stretches hold their sums.",
    )
    quarter_retention_days: Days = Field(
        default=1096,
        title="Days of quarters",
        description="How long measures of 15 minutes are kept; hours and days stay.",
    )
    audit_retention_days: Annotated[int, Strict(), Field(ge=183, le=36500)] = Field(
        default=366,
        title="Days of the log",
        description="How long the log of looks, exports and changes is kept; six months at least.",
    )


class Line(Shape):
    """A directed polyline that objects cross.

    ```
            left
    1 ───────────────► 2      left → right goes in the first direction
            right
    ```
    """

    points: LinePoints = Field(
        title="Points",
        description=(
            "Two or more [x, y], parts of the image from 0 to 1, y down. Walking from the first "
            "to the last, a crossing from one's left to one's right goes in the first direction."
        ),
    )
    directions: Annotated[tuple[Text, Text], AfterValidator(_no_repeat)] = Field(
        default=("A → B", "B → A"),
        title="Directions",
        description="What the two directions are called, left to right first.",
    )


class Zone(Shape):
    """A polygon that has an occupancy."""

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
    classes: Annotated[tuple[ClassName, ...], Field(min_length=1), AfterValidator(_no_repeat)] = (
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


class Site(Shape):
    """Everything that site.yaml says."""

    site: Identity = Field(
        title="Site", description="What the site is called, and the time and language it lives in."
    )
    policy: PolicyChoice = Field(
        default=PolicyChoice(), title="Policy", description="The legal frame of the site."
    )
    server: ServerSettings = Field(
        default=ServerSettings(), title="Server", description="Where pages and API are served."
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

    @property
    def recorded(self) -> frozenset[str]:
        """Names of the cameras whose every source is a recorded clip, for the policy gate."""
        return frozenset(
            name
            for name, camera in self.cameras.items()
            if all(is_recorded(s) for s in (camera.source, camera.sub_source) if s is not None)
        )

    @model_validator(mode="after")
    def _demonstrate_recorded_clips_only(self) -> Self:
        sources = {
            name: {"source": camera.source, "sub_source": camera.sub_source}
            for name, camera in self.cameras.items()
        }
        for (camera, key), message, remedy in live_sources(self.policy.profile, sources):
            raise refused("recorded_only", f"cameras.{camera}.{key}: {message}", remedy)
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


def secret_names(text: str) -> tuple[str, ...]:
    """Names of the secrets that ``text`` refers to as ``${NAME}``, in order, each once."""
    return tuple(dict.fromkeys(SECRET.findall(text)))
