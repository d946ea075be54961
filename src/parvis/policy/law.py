"""The law of a site: the profile of each space, chosen by name and mode."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from parvis.policy.packaged import FRAMES
from parvis.policy.profile import Frame, Profile
from parvis.policy.reading import LawError, LawProblem, frame
from parvis.policy.space import Mode, Space

FRENCH = {
    Space.PUBLIC_ROAD: "fr-public-road",
    Space.PUBLIC_VENUE: "fr-public-venue",
    Space.PRIVATE: "fr-private",
}
"""The packaged frame of each space, for a site that names a mode and no frame."""


@dataclass(frozen=True, slots=True)
class Law:
    """What holds at each space of a site.

    Lengths of time and smallest cells are those of the strictest of its profiles, everywhere: what
    is summed over cameras of two spaces is told no earlier and no smaller than either allows.

    Args:
        name: as site.yaml chose it.
        mode: of all its profiles; every frame has it.
        frames: by space; a space that is not there shows nothing.
    """

    name: str
    mode: Mode
    frames: Mapping[Space, Frame]
    _profiles: Mapping[Space, Profile] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        chosen = {space: one.modes[self.mode] for space, one in self.frames.items()}
        every = tuple(chosen.values())
        strict = {
            space: replace(
                one,
                name=self.name,
                closed_bin_s=max(other.closed_bin_s for other in every),
                after_close_s=max(other.after_close_s for other in every),
                min_bin_s=max(other.min_bin_s for other in every),
                min_cell=max(other.min_cell for other in every),
                min_cell_roles=frozenset().union(*(other.min_cell_roles for other in every)),
                session_max_s=min(other.session_max_s for other in every),
            )
            for space, one in chosen.items()
        }
        object.__setattr__(self, "_profiles", strict)

    def at(self, space: Space) -> Profile | None:
        """The profile of a space; None where no frame is for it."""
        return self._profiles.get(space)

    @property
    def strictest(self) -> Profile:
        """The profile of the space that is protected most."""
        return next(self._profiles[space] for space in Space if space in self._profiles)

    def in_mode(self, mode: Mode) -> "Law | None":
        """The same frames in another mode; None where one of them has it not."""
        if any(mode not in one.modes for one in self.frames.values()):
            return None
        return Law(self.name, mode, self.frames)


def law_of(name: str, mode: Mode | None = None) -> Law:
    """The law that a packaged name stands for.

    Args:
        name: ``statistics`` or ``operational`` (France, each camera under the frame of its space),
            or the name of a packaged frame.
        mode: of a frame; None: its first.

    Raises:
        LawError: no such name, or the frame has no such mode.
    """
    if name in (Mode.STATISTICS, Mode.OPERATIONAL):
        if mode is not None and mode.value != name:
            remedy = "remove one of the two: profile names a mode here, or name a frame"
            raise LawError([LawProblem("mode", f"profile {name!r} is a mode already", remedy)])
        return Law(name, Mode(name), {space: frame(one) for space, one in FRENCH.items()})
    if name not in FRAMES:
        known = ", ".join(("statistics", "operational", *FRAMES))
        remedy = f"write one of {known}, or give the file of your own"
        raise LawError([LawProblem("profile", f"unknown profile {name!r}", remedy)])
    return law_of_frame(frame(name), mode)


def law_of_frame(chosen: Frame, mode: Mode | None = None) -> Law:
    """The law of one frame for the whole site.

    Args:
        chosen: the frame.
        mode: None: its first.

    Raises:
        LawError: the frame has no such mode.
    """
    wanted = next(iter(chosen.modes)) if mode is None else mode
    if wanted not in chosen.modes:
        known = ", ".join(chosen.modes)
        message = f"profile {chosen.name!r} has no mode {wanted.value!r}"
        raise LawError([LawProblem("mode", message, f"write one of {known}")])
    return Law(chosen.name, wanted, {one: chosen for one in Space if one in chosen.spaces})
