"""The shapes of a camera's ``ground``: what is known of the ground that it looks at."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import ConfigDict, Field, Strict, model_validator

from parvis.site.fields import Point, Polygon, Shape, refused

Metres = Annotated[float, Strict(), Field(ge=-1e7, le=1e7, allow_inf_nan=False)]
Longitude = Annotated[float, Strict(), Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Strict(), Field(ge=-90, le=90, allow_inf_nan=False)]
Coefficient = Annotated[float, Strict(), Field(ge=-1, le=2, allow_inf_nan=False)]


class GroundPoint(Shape):
    """A point of the ground, known in the picture and on a map."""

    image: Point = Field(
        title="In the picture",
        description="[x, y], parts of the image from 0 to 1, y down: where the point is seen.",
    )
    ground: tuple[Metres, Metres] | None = Field(
        default=None,
        title="On the ground",
        description=(
            "[x, y] in metres on a plane of your own: x to the right or east, y up or north. A "
            "plan or a national grid such as Lambert 93 will do."
        ),
    )
    wgs84: tuple[Longitude, Latitude] | None = Field(
        default=None,
        title="On the Earth",
        description="[longitude, latitude] in degrees, in the place of metres.",
    )

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.ground is None) == (self.wgs84 is None):
            raise refused(
                "ground_point",
                "a point has one place on the ground",
                "give either ground: [x, y] in metres or wgs84: [longitude, latitude]",
            )
        return self


class GroundLength(Shape):
    """A straight stretch of ground whose length is known: a crossing's stripe, a parking bay."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    start: Point = Field(
        alias="from", title="From", description="[x, y] of one end, parts of the image."
    )
    end: Point = Field(alias="to", title="To", description="[x, y] of the other end.")
    metres: Annotated[float, Strict(), Field(ge=0.1, le=500, allow_inf_nan=False)] = Field(
        title="Metres", description="The length of the stretch in metres."
    )

    @model_validator(mode="after")
    def _has_two_ends(self) -> Self:
        if self.start == self.end:
            raise refused("ground_length", "both ends are the same point", "move one of them")
        return self


class GroundLens(Shape):
    """How the lens bends straight lines, when it is known."""

    k1: Coefficient = Field(
        default=0.0,
        title="k1",
        description=(
            "A point at distance r from the middle, in halves of the diagonal, belongs at "
            "r · (1 + k1·r² + k2·r⁴). Positive for a wide lens."
        ),
    )
    k2: Coefficient = Field(default=0.0, title="k2", description="The next coefficient, for r⁴.")

    @model_validator(mode="after")
    def _does_not_fold(self) -> Self:
        for i in range(101):
            r2 = i / 100
            if not 1 + 3 * self.k1 * r2 + 5 * self.k2 * r2 * r2 > 0:
                raise refused(
                    "ground_lens",
                    "such a lens would fold the picture",
                    "give k1 and k2 for radii in halves of the diagonal, or leave lens out",
                )
        return self


class Ground(Shape):
    """From pixels to metres: points or lengths known on flat ground."""

    points: tuple[GroundPoint, ...] = Field(
        default=(),
        max_length=50,
        title="Points",
        description=(
            "Four points or more, better six to eight, spread over the ground that is measured, "
            "no three of them on a line."
        ),
    )
    lengths: tuple[GroundLength, ...] = Field(
        default=(),
        max_length=50,
        title="Lengths",
        description=(
            "Known lengths. Without points, three that differ (near and far, along the view and "
            "across) calibrate a camera that hangs level; beside points, they check the units."
        ),
    )
    lens: GroundLens | None = Field(
        default=None,
        title="Lens",
        description="The lens, when it is known; otherwise it is found from seven points or more.",
    )
    height: Annotated[float, Strict(), Field(ge=1, le=300, allow_inf_nan=False)] | None = Field(
        default=None,
        title="Height",
        description="How high the camera hangs above the ground, metres; checks the units.",
    )
    horizon: Annotated[float, Strict(), Field(ge=-20, le=1, allow_inf_nan=False)] | None = Field(
        default=None,
        title="Horizon",
        description=(
            "Where the horizon crosses the middle of the picture, part of its height, y down; "
            "negative above the picture. Only used with lengths."
        ),
    )
    field_of_view: Annotated[float, Strict(), Field(ge=5, le=170, allow_inf_nan=False)] | None = (
        Field(
            default=None,
            title="Field of view",
            description="Of the whole width of the picture, degrees. Only used with lengths.",
        )
    )
    origin: tuple[Longitude, Latitude] | None = Field(
        default=None,
        title="Origin",
        description=(
            "[longitude, latitude] of the plane's [0, 0]; by default that of the first point given "
            "in degrees. Cameras of one place share it."
        ),
    )
    bearing: Annotated[float, Strict(), Field(ge=-180, le=360, allow_inf_nan=False)] = Field(
        default=0.0,
        title="Bearing",
        description="Where the plane's y axis points, degrees clockwise from north.",
    )
    walkable: Polygon | None = Field(
        default=None,
        title="Walkable area",
        description=(
            "Where people can be: three or more [x, y], parts of the image, in the order of a walk "
            "round it. The room that a person has (Voronoi, within one metre) ends there: beside a "
            "wall none of it is lost to a zone that reaches up to the wall, whose density would "
            "come out too low. Who stands outside has no room, and is in no density."
        ),
    )

    @model_validator(mode="after")
    def _known_enough(self) -> Self:
        if not (self.points or self.lengths):
            raise refused(
                "ground", "neither points nor lengths are given", "give four points, or lengths"
            )
        in_degrees = [point.wgs84 is not None for point in self.points]
        if self.origin is None and any(in_degrees) and not all(in_degrees):
            raise refused(
                "ground",
                "some points are in metres and some in degrees",
                "give all in the same way, or the origin of the metres",
            )
        return self
