"""The shapes of ``map``: what lies under the places, and where its coordinates are on the Earth."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, Strict, model_validator

from parvis.site.fields import Shape, Text, refused
from parvis.site.ground import Latitude, Longitude, Metres

PLAN_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp")


def _inside(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or not value.strip():
        raise refused(
            "map_file",
            "only files of the folder of site.yaml are served",
            "put the file beside site.yaml and write its name, without .. or a leading /",
        )
    return value


def _picture(value: str) -> str:
    if not value.lower().endswith(PLAN_SUFFIXES):
        raise refused(
            "map_file", "a plan is a PNG, JPEG or WebP picture", "export the plan as a PNG file"
        )
    return _inside(value)


def _archive(value: str) -> str:
    if not value.lower().endswith(".pmtiles"):
        raise refused("map_file", "this is no .pmtiles file", "name a PMTiles archive")
    return _inside(value)


def _template(value: str) -> str:
    try:
        parts = urlsplit(re.sub(r"\{(x|y|z|ratio)\}", "0", value))
        named = (
            re.fullmatch(r"[a-z0-9.-]+", parts.hostname or "") is not None and parts.port is None
        )
        sound = parts.scheme == "https" and named and parts.username is None
        sound = sound and all("{" + key + "}" in value for key in "xyz")
        sound = sound and "{" not in (urlsplit(value).netloc)
    except ValueError:
        sound = False
    if not sound:
        raise refused(
            "map_tiles",
            "this is not the address of map tiles",
            "write https://host/path/{z}/{x}/{y}.png, one host, no user, no port",
        )
    return value


PlanFile = Annotated[str, Field(max_length=500), AfterValidator(_picture)]
ArchiveFile = Annotated[str, Field(max_length=500), AfterValidator(_archive)]
TileTemplate = Annotated[str, Field(max_length=1000), AfterValidator(_template)]


class Plan(Shape):
    """A picture of the ground seen from above, to scale."""

    image: PlanFile = Field(
        title="Picture",
        description="A PNG, JPEG or WebP file in the folder of site.yaml, north or not.",
    )
    metres_per_pixel: Annotated[float, Strict(), Field(gt=0, le=1000, allow_inf_nan=False)] = Field(
        title="Metres a pixel", description="How much ground one pixel of the plan covers."
    )
    origin: tuple[Metres, Metres] = Field(
        default=(0.0, 0.0),
        title="Origin",
        description=(
            "[x, y] in metres of the picture's lower left corner; x to the right, y up. Places and "
            "cameras whose ground is in metres share this plane."
        ),
    )
    wgs84: tuple[Longitude, Latitude] | None = Field(
        default=None,
        title="On the Earth",
        description=(
            "[longitude, latitude] of the plane's [0, 0]. With it, exports are in WGS 84; without, "
            "in metres."
        ),
    )
    bearing: Annotated[float, Strict(), Field(ge=-180, le=360, allow_inf_nan=False)] = Field(
        default=0.0,
        title="Bearing",
        description="Where the plan's upper edge points, degrees clockwise from north.",
    )


class TownMap(Shape):
    """What lies under the places: a plan, an archive of tiles, or a tile server; or nothing."""

    plan: Plan | None = Field(
        default=None,
        title="Plan",
        description="A picture to scale. Places are then given in its metres.",
    )
    pmtiles: ArchiveFile | None = Field(
        default=None,
        title="PMTiles",
        description=(
            "An archive of map tiles in the folder of site.yaml, served by Parvis itself: no "
            "network needed. Pictures, or vectors in the Protomaps basemap schema."
        ),
    )
    tiles: TileTemplate | None = Field(
        default=None,
        title="Tiles",
        description=(
            "https://host/path/{z}/{x}/{y}.png of a tile server. Browsers then ask that host, "
            "which learns who looks at which part of the map; the screen says so."
        ),
    )
    attribution: Text | None = Field(
        default=None,
        title="Attribution",
        description="Who made the map, as its licence asks; required with tiles.",
    )

    @model_validator(mode="after")
    def _one_at_most(self) -> Self:
        if sum(one is not None for one in (self.plan, self.pmtiles, self.tiles)) > 1:
            raise refused(
                "map", "more than one map is given", "keep one of plan, pmtiles and tiles"
            )
        if self.tiles is not None and self.attribution is None:
            raise refused(
                "map",
                "tiles come without their attribution",
                "add attribution, for example © OpenStreetMap contributors",
            )
        return self

    @property
    def files(self) -> dict[str, str]:
        """Files of the site's folder that are served, by what they are."""
        found = {}
        if self.plan is not None:
            found["plan"] = self.plan.image
        if self.pmtiles is not None:
            found["pmtiles"] = self.pmtiles
        return found

    @property
    def tile_host(self) -> str | None:
        """The one host beside our own that a map may ask; None where there is none."""
        return urlsplit(self.tiles).hostname if self.tiles is not None else None
