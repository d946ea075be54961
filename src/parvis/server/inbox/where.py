"""Where an alert is, in the names that people use."""

from dataclasses import dataclass

from parvis.site.shapes import Site
from parvis.values.alerts import Subject
from parvis.values.series import WHOLE_VIEW


@dataclass(frozen=True, slots=True)
class Where:
    """A spot of the town.

    Args:
        label: the place where one holds it, else the camera.
        detail: zone, line or camera that tells it more exactly; empty where nothing does.
        place: name of the place; None where none holds it.
        key: what alerts of one spot are grouped by.
    """

    label: str
    detail: str
    place: str | None
    key: str

    @property
    def full(self) -> str:
        """``Place du Marché (Terrasse des cafés)``."""
        return f"{self.label} ({self.detail})" if self.detail else self.label


def where(site: Site, subject: Subject) -> Where:
    """Where a subject lies; what left site.yaml since bears its key."""
    if subject.place is not None:
        place = site.places.get(subject.place)
        label = place.label if place is not None else subject.place
        return Where(label, "", subject.place, f"place:{subject.place}")
    camera = site.cameras.get(subject.camera)
    shape = _shape_label(site, subject)
    holder = _place_of(site, subject)
    if holder is not None:
        return Where(site.places[holder].label, shape, holder, f"place:{holder}")
    label = camera.label if camera is not None else subject.camera
    return Where(label, shape, None, subject.camera)


def _shape_label(site: Site, subject: Subject) -> str:
    if subject.shape == WHOLE_VIEW:
        return ""
    camera = site.cameras.get(subject.camera)
    drawn = None
    if camera is not None:
        drawn = camera.zones.get(subject.shape) or camera.lines.get(subject.shape)
    return drawn.called(subject.shape) if drawn is not None else subject.shape


def _place_of(site: Site, subject: Subject) -> str | None:
    """The first place that holds the shape; for a whole view, one that holds all its members."""
    for name, place in site.places.items():
        members = (*place.zones, *place.lines)
        if subject.shape != WHOLE_VIEW:
            if subject.key in members:
                return name
        elif members and all(one.partition(".")[0] == subject.camera for one in members):
            return name
    return None
