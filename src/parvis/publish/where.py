"""Where an alert is, in the names that people use."""

from parvis.site.shapes import Site
from parvis.values.alerts import Subject
from parvis.values.series import WHOLE_VIEW


def where_of(site: Site, subject: Subject) -> str:
    """``Quai Nord (terrasse)``; what left site.yaml since bears its name of then."""
    if subject.place is not None:
        place = site.places.get(subject.place)
        return (place.label if place is not None else None) or subject.place
    camera = site.cameras.get(subject.camera)
    if camera is None:
        label, drawn = subject.camera, None
    else:
        label = camera.label or subject.camera
        drawn = camera.zones.get(subject.shape) or camera.lines.get(subject.shape)
    if subject.shape == WHOLE_VIEW:
        return label
    return f"{label} ({drawn.called(subject.shape) if drawn is not None else subject.shape})"
