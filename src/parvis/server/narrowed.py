"""The site as an account limited to some places sees it: other places, their lines and zones, and
what only they know, are not there.

Routes need not think of it: :func:`parvis.server.services.services` hands them services that are
narrowed to who asks. A camera that serves several places keeps the lines and zones of those that
are seen; it tells nothing of its whole view, nor of the squares of its ground.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from parvis.site import LoadedSite
from parvis.site.place import split_member
from parvis.site.shapes import Camera, Site
from parvis.values.extent import Extent

_Drawn = TypeVar("_Drawn")


class SiteAccess(Protocol):
    """The site as it stands now; the file behind it is ``loaded().path``."""

    def loaded(self) -> LoadedSite:
        """The configuration in force (the last one that was valid)."""
        ...

    def take(self, loaded: LoadedSite) -> None:
        """Put a version in force that a screen just saved, without waiting for the watch."""
        ...


@dataclass(frozen=True)
class NarrowedSite:
    """The site in force, as who covers these places sees it.

    Args:
        whole: the site as it is.
        places: names of the places that are seen.
    """

    whole: SiteAccess
    places: tuple[str, ...]

    @property
    def extent(self) -> Extent:
        """What belongs to the places now: a changed site.yaml binds open streams as well."""
        return extent_of(self.whole.loaded().site, self.places)

    def loaded(self) -> LoadedSite:
        """The configuration in force, without what lies outside."""
        held = self.whole.loaded()
        return replace(held, site=narrowed(held.site, extent_of(held.site, self.places)))

    def take(self, loaded: LoadedSite) -> None:
        """Nothing is saved under a limited account: what it does not see would be lost.

        Raises:
            PermissionError: always.
        """
        raise PermissionError("an account limited to places changes no settings")


def extent_of(site: Site, places: tuple[str, ...]) -> Extent:
    """What belongs to these places; those that the site does not know any more are passed over."""
    known = [site.places[name] for name in places if name in site.places]
    shapes = frozenset(
        split_member(member)
        for place in known
        for member in (*place.zones, *place.lines, *place.entrances)
    )
    drawn = {
        name: {(name, shape) for shape in (*camera.lines, *camera.zones)}
        for name, camera in site.cameras.items()
    }
    whole = frozenset(name for name, own in drawn.items() if own and own <= shapes)
    return Extent(frozenset(places) & frozenset(site.places), shapes, whole)


def narrowed(site: Site, extent: Extent) -> Site:
    """The site without what lies outside."""
    cameras = {
        name: _narrowed(name, camera, extent)
        for name, camera in site.cameras.items()
        if name in extent.cameras
    }
    places = {name: place for name, place in site.places.items() if name in extent.places}
    return site.model_copy(update={"cameras": cameras, "places": places})


def _narrowed(name: str, camera: Camera, extent: Extent) -> Camera:
    if name in extent.whole:
        return camera
    return camera.model_copy(
        update={
            "lines": _kept(name, camera.lines, extent),
            "zones": _kept(name, camera.zones, extent),
            "ground": None,
        }
    )


def _kept(name: str, shapes: Mapping[str, _Drawn], extent: Extent) -> dict[str, _Drawn]:
    return {key: shape for key, shape in shapes.items() if extent.holds(name, key)}
