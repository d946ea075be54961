"""Kinds of field of site.yaml: texts, names, addresses, points, each refusing with its remedy.

Errors never show the value they refuse: it may hold a password.
"""

from __future__ import annotations

import ipaddress
from typing import Annotated, Final, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

from parvis.site import geometry
from parvis.site.public_holidays import public_holidays
from parvis.site.sources import SourceError, source_kind

MIN_LINE_LENGTH: Final = 0.02
"""Shortest counting line, as a part of the image (38 px in 1920)."""

MIN_AREA: Final = 1e-4
"""Smallest mask or zone, as a part of the image's area (14 × 14 px in 1920 × 1080)."""

Language = Literal["fr", "en"]
Space = Literal["public-road", "public-venue", "private"]
ModeName = Literal["statistics", "operational"]
AnchorName = Literal["foot", "centre"]
ClassName = Literal["person", "bicycle", "car", "bus", "truck", "motorcycle"]
ZoneUse = Literal["walkway", "waiting", "queue", "parking", "forbidden", "one-way"]

PACKAGED_PROFILES: Final = (
    "statistics",
    "operational",
    "fr-public-road",
    "fr-public-venue",
    "fr-private",
    "eu",
    "demonstration",
)
"""Profiles that come with Parvis: two modes of French law, then legal frames."""

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


def _holidays(value: str) -> str:
    try:
        public_holidays(value, 2026)
    except LookupError:
        raise refused(
            "holidays",
            "no public holidays are known of this place",
            "write a country and where needed its part: FR, FR-57 (Moselle), FR-974 (La Réunion)",
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


def no_repeat(values: _Items) -> _Items:
    """A list in which nothing stands twice."""
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


Profile = Annotated[
    str, Field(pattern=r"^([a-z0-9][a-z0-9_-]*|[^\x00-\x1f\x7f]+\.ya?ml)$", max_length=200)
]
"""The name of a profile, or the path of its file."""

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
TimeZone = Annotated[str, AfterValidator(_timezone)]
HolidayPlace = Annotated[str, Field(max_length=20), AfterValidator(_holidays)]
BindAddress = Annotated[str, AfterValidator(_bind)]
PublicUrl = Annotated[str, AfterValidator(_public_url)]
Network = Annotated[str, AfterValidator(_network)]


class Shape(BaseModel):
    """Base of every shape: frozen, no unknown key, and silent about refused values."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
