"""What the gate knows of a site: the space of each camera, who sees which place, what is a clip."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from parvis.policy.space import Space

_STRICTEST_FIRST = tuple(Space)


@dataclass(frozen=True, slots=True)
class Premises:
    """The cameras and places of a site.

    Args:
        spaces: what each camera looks at, by its name.
        places: the cameras that see each place, by the place's name as series bear it.
        recorded: names of the cameras, and of the places, whose sources are recorded clips.
    """

    spaces: Mapping[str, Space] = field(default_factory=dict)
    places: Mapping[str, frozenset[str]] = field(default_factory=dict)
    recorded: frozenset[str] = frozenset()

    def cameras_of(self, name: str | None) -> frozenset[str]:
        """The cameras behind a name: itself, those that see a place, or all for None."""
        if name is None:
            return frozenset(self.spaces)
        return self.places.get(name, frozenset({name}))

    def space_of(self, name: str | None, said: str | None = None) -> Space:
        """The space that an output about ``name`` is judged under: the strictest it shows.

        Args:
            name: a camera, a place, or None for the whole site.
            said: the camera's space where who asks knows it.
        """
        found = {self.spaces[one] for one in self.cameras_of(name) if one in self.spaces}
        if not found and said is not None:
            found = {Space(said)}
        # What nobody knows is taken for what is protected most.
        return min(found, key=_STRICTEST_FIRST.index, default=Space.PUBLIC_ROAD)
