"""The shapes of ``places``: named public spaces, what measures them, when they are busy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, Strict, model_validator

from parvis.site.fields import Shape, Text, no_repeat, refused

Member = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*\.[a-z0-9][a-z0-9_-]*$", max_length=130)
]
"""camera.line or camera.zone."""

Coordinate = Annotated[float, Strict(), Field(ge=-1e7, le=1e7, allow_inf_nan=False)]
Spot = tuple[Coordinate, Coordinate]
Positive = Annotated[float, Strict(), Field(gt=0, le=1e6, allow_inf_nan=False)]


def _rising(bounds: tuple[float, float, float]) -> tuple[float, float, float]:
    if any(a >= b for a, b in pairwise(bounds)):
        raise refused("ladder", "the three bounds do not rise", "write the least first")
    return bounds


Bounds = Annotated[tuple[Positive, Positive, Positive], AfterValidator(_rising)]


class PlaceLadder(Shape):
    """From which values on a place is busy, dense, critical."""

    density: Bounds = Field(
        default=(1.0, 2.0, 3.0),
        title="Density",
        description="People a square metre from which a place is busy, dense, critical.",
    )
    occupancy: Bounds = Field(
        default=(0.5, 0.8, 1.0),
        title="Occupancy",
        description=(
            "Shares of the capacity from which a place is busy, dense, critical; used where no "
            "camera of it has a ground."
        ),
    )
    source: Text | None = Field(
        default=None,
        title="Source",
        description="Where the bounds come from, shown beside the level. No certified limit.",
    )

    @property
    def of_its_own(self) -> bool:
        """Whether somebody has written densities for it."""
        return "density" in self.model_fields_set


class Place(Shape):
    """A named public space on the map."""

    label: Text = Field(title="Label", description="The name that people read.")
    capacity: Annotated[int, Strict(), Field(ge=1, le=1_000_000)] | None = Field(
        default=None, title="Capacity", description="How many people it is meant for."
    )
    at: Spot | None = Field(
        default=None,
        title="At",
        description=(
            "[x, y] of its mark: metres of the plan where the map is one, else [longitude, "
            "latitude]. Without it, the middle of the polygon."
        ),
    )
    polygon: Annotated[tuple[Spot, ...], Field(min_length=3, max_length=200)] | None = Field(
        default=None,
        title="Outline",
        description="Three or more [x, y] round the place, in the same coordinates.",
    )
    zones: Annotated[tuple[Member, ...], Field(max_length=100), AfterValidator(no_repeat)] = Field(
        default=(),
        title="Zones",
        description=(
            "camera.zone, each a part of the place: who is present in them adds up. They must not "
            "overlap on the ground."
        ),
    )
    lines: Annotated[tuple[Member, ...], Field(max_length=100), AfterValidator(no_repeat)] = Field(
        default=(), title="Lines", description="camera.line: where people enter, leave or pass."
    )
    entrances: Annotated[dict[Member, Literal["first", "second"]], Field(max_length=100)] = Field(
        default_factory=dict,
        title="Entrances",
        description=(
            "camera.line and which of its two directions leads in. With all its entrances counted, "
            "who is inside is known from who came and went."
        ),
    )
    empty_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = Field(
        default="04:00",
        title="Empty at",
        description="The hour at which nobody is inside: the balance of entrances begins there.",
    )
    ladder: PlaceLadder = Field(
        default=PlaceLadder(),
        title="Ladder",
        description="From which values on the place is busy, dense, critical.",
    )

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.at is None and self.polygon is None:
            raise refused(
                "place", "the place is nowhere on the map", "give it at: [x, y] or a polygon"
            )
        return self

    @property
    def cameras(self) -> frozenset[str]:
        """Names of the cameras by which it is told of: those of its zones, else of its lines."""
        return frozenset(split_member(one)[0] for one in self.zones or self.lines)

    @property
    def seen_by(self) -> frozenset[str]:
        """Names of the cameras that see any of it: its zones, lines and entrances."""
        return frozenset(
            split_member(one)[0] for one in (*self.zones, *self.lines, *self.entrances)
        )

    @property
    def spot(self) -> tuple[float, float]:
        """Where its mark stands, in the map's coordinates."""
        if self.at is not None:
            return self.at
        corners = self.polygon or ()
        n = len(corners)
        return sum(x for x, _ in corners) / n, sum(y for _, y in corners) / n


def split_member(member: str) -> tuple[str, str]:
    """camera and shape of a member."""
    camera, _, shape = member.partition(".")
    return camera, shape


def unknown_members(
    places: Mapping[str, Any], cameras: Mapping[str, Any]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield what places name and no camera has, as written.

    Args:
        places, cameras: sections of the file as plain values.

    Yields:
        (key under ``places``, message, remedy).
    """
    for name, place in places.items():
        for key, kind in (("zones", "zones"), ("lines", "lines"), ("entrances", "lines")):
            members = place.get(key) if isinstance(place, dict) else None
            for at, member in _members(members):
                if not isinstance(member, str) or member.count(".") != 1:
                    continue  # its shape says so already
                said = _unknown(kind, *split_member(member), cameras)
                if said is not None:
                    yield (name, key, at), *said


def _members(held: Any) -> Iterator[tuple[str | int, Any]]:
    """Members of a list, or keys of a mapping, each with where it stands."""
    if isinstance(held, Mapping):
        yield from ((key, key) for key in held)
    elif isinstance(held, (list, tuple)):
        yield from enumerate(held)


def _unknown(
    kind: str, camera: str, shape: str, cameras: Mapping[str, Any]
) -> tuple[str, str] | None:
    if camera not in cameras:
        known = ", ".join(sorted(cameras)[:5])
        remedy = f"name one of the cameras: {known}" if known else "add the camera first"
        return f"there is no camera {camera!r}", remedy
    held = cameras[camera]
    shapes = held.get(kind) if isinstance(held, dict) else None
    drawn = shapes if isinstance(shapes, dict) else {}
    if shape in drawn:
        return None
    word = kind[:-1]
    known = ", ".join(f"{camera}.{one}" for one in sorted(drawn)[:5])
    remedy = f"name one of its {kind}: {known}" if known else f"draw the {word} first"
    return f"camera {camera!r} has no {word} {shape!r}", remedy
