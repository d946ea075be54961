"""A count check: a person counts along a line, and Parvis is held against it."""

from dataclasses import dataclass
from enum import StrEnum

TAPPED = ("person", "bicycle", "vehicle")
"""The classes of the pad: what a person can tell apart and tap in time."""

_OF_VEHICLES = ("car", "bus", "truck", "motorcycle")


def tapped_class(label: str) -> str:
    """The class of the pad that an object class falls under, for example ``vehicle`` for ``bus``.

    Raises:
        ValueError: a class that no pad has.
    """
    if label in TAPPED:
        return label
    if label in _OF_VEHICLES:
        return "vehicle"
    raise ValueError(f"no class of the pad holds {label!r}")


class Light(StrEnum):
    """The light that a check was made in; an error by day says nothing of the night."""

    DAY = "day"
    DUSK = "dusk"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage of a line, as a person tapped it or as Parvis counted it.

    Args:
        time_s: moment, seconds since the epoch.
        direction: 0 or 1, as in a Crossing.
        tapped: one of :data:`TAPPED`.

    Raises:
        ValueError: another direction or class.
    """

    time_s: float
    direction: int
    tapped: str

    def __post_init__(self) -> None:
        if self.direction not in (0, 1):
            raise ValueError(f"a direction is 0 or 1, not {self.direction}")
        if self.tapped not in TAPPED:
            raise ValueError(f"the pad has no class {self.tapped!r}")


class Act(StrEnum):
    """What a person did on the pad."""

    TAP = "tap"
    UNDO = "undo"
    PAUSE = "pause"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of the person, under an id that the phone gave it: it may arrive twice, or late.

    Args:
        id: unique within its check.
        time_s: when, seconds since the epoch on the server's clock.
        act: what.
        direction, tapped: of a tap.
        of: the tap that an undo takes back.

    Raises:
        ValueError: a tap without direction or class, or an undo of nothing.
    """

    id: str
    time_s: float
    act: Act
    direction: int | None = None
    tapped: str | None = None
    of: str | None = None

    def __post_init__(self) -> None:
        if self.act is Act.TAP and (self.direction not in (0, 1) or self.tapped not in TAPPED):
            raise ValueError("a tap has a direction and a class of the pad")
        if self.act is Act.UNDO and not self.of:
            raise ValueError("an undo names the tap that it takes back")


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds [start_s, end_s) since the epoch.

    Raises:
        ValueError: it ends before it starts.
    """

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if self.end_s < self.start_s:
            raise ValueError(f"a span from {self.start_s} cannot end at {self.end_s}")

    @property
    def length_s(self) -> float:
        """Its length, seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What one run of a camera's analysis saw at a line since a check of it began.

    The whole of it is told anew each time, so that a lost message loses nothing.

    Args:
        check: the check's id.
        run: the run that speaks.
        through_s: everything up to this moment is settled, seconds since the epoch.
        passages: counted, in order of time.
        seen: when the line was really seen.
    """

    check: str
    run: str
    through_s: float
    passages: tuple[Passage, ...]
    seen: tuple[Span, ...]
