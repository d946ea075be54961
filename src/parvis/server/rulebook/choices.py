"""What the form of a rule offers, kind by kind; nothing is offered that the kind does not heed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parvis.alerts.in_words import FORM_WORDS
from parvis.alerts.kinds import KINDS, Ground
from parvis.server.classes import CLASS_WORDS
from parvis.server.i18n import Words
from parvis.server.problems import T
from parvis.server.rulebook.indicators import LIVE_WORDS, indicator_word
from parvis.site.rules import RuleSettings
from parvis.site.shapes import Site
from parvis.values.alerts import AlertKind, Form
from parvis.values.series import PLACE, SeriesKind

Choice = tuple[str, str]
"""As site.yaml writes it, and as people call it."""

FORMS = {
    AlertKind.CROWD_MOVEMENT: (Form.SURGE, Form.RUNNING, Form.DISPERSAL, Form.STOP_AND_GO),
    AlertKind.CAMERA_HEALTH: (Form.LOST, Form.MOVED, Form.MASKED, Form.DARK, Form.BLURRED),
    AlertKind.UNUSUAL: (Form.MORE, Form.LESS),
}

_BY_CLASS = frozenset(
    {
        AlertKind.CROWD_MOVEMENT,
        AlertKind.GATHERING,
        AlertKind.WRONG_WAY,
        AlertKind.INTRUSION,
        AlertKind.FORBIDDEN_CROSSING,
        AlertKind.LOITERING,
        AlertKind.STOPPED_VEHICLE,
        AlertKind.SPEED,
    }
)
"""Kinds that ask whose doing it is."""

_DIRECTIONS = {
    "both": T("in both directions"),
    "first": T("in the first direction of the line"),
    "second": T("in the second direction of the line"),
}

_NO_LONGER = T("{name} (no longer there)")


@dataclass(frozen=True, slots=True)
class Choices:
    """What is offered; an empty list is not shown.

    Args:
        on: cameras, zones, lines and places.
        classes, forms, directions: see site.yaml.
        now, closed: indicators of a threshold: of the moment, and closed measures.
        radius: how close people stand may be said.
    """

    on: tuple[Choice, ...]
    classes: tuple[Choice, ...]
    forms: tuple[Choice, ...]
    directions: tuple[Choice, ...]
    now: tuple[Choice, ...]
    closed: tuple[Choice, ...]
    radius: bool


def choices(site: Site, held: RuleSettings, words: Words) -> Choices:
    """What the form of that rule offers; what the file holds is always among it."""
    kind = held.kind
    forms = dict.fromkeys((*FORMS.get(kind, ()), *held.forms))
    classes = CLASS_WORDS if kind in _BY_CLASS or held.classes else {}
    lines = kind is AlertKind.FORBIDDEN_CROSSING or held.direction != "both"
    threshold = kind is AlertKind.THRESHOLD
    return Choices(
        on=_places(site, held, words),
        classes=tuple((key, words._(word.text)) for key, word in classes.items()),
        forms=tuple((one.value, words._(FORM_WORDS[one].text)) for one in forms if one),
        directions=_said(_DIRECTIONS, words) if lines else (),
        now=_indicators(LIVE_WORDS, words) if threshold else (),
        closed=_indicators([*SeriesKind, *_unknown(held)], words) if threshold else (),
        radius=kind is AlertKind.GATHERING or held.radius_m is not None,
    )


def _indicators(names: Iterable[str], words: Words) -> tuple[Choice, ...]:
    return tuple((str(name), indicator_word(str(name), words)) for name in names)


def _unknown(held: RuleSettings) -> list[str]:
    """An indicator that nothing tells, as the file has it."""
    known = held.indicator in LIVE_WORDS or held.indicator in set(SeriesKind)
    return [] if known or not held.indicator else [held.indicator]


def _said(table: Mapping[str, T], words: Words) -> tuple[Choice, ...]:
    return tuple((key, words._(word.text)) for key, word in table.items())


def _places(site: Site, held: RuleSettings, words: Words) -> tuple[Choice, ...]:
    found = dict(watchable(site, held.kind))
    gone = {
        one: words._(_NO_LONGER.text, name=one)
        for one in held.on
        if one not in found and one not in dict(everything(site))
    }
    # What another kind would not look at stays ticked where the file says it.
    kept = {key: label for key, label in everything(site) if key in held.on}
    return tuple((found | kept | gone).items())


def watchable(site: Site, kind: AlertKind) -> Iterator[Choice]:
    """What a rule of a kind may look at."""
    spec = KINDS[kind]
    for name, camera in site.cameras.items():
        if spec.looks_at in (Ground.VIEW, Ground.CAMERA, Ground.SERIES):
            yield name, camera.label
        drawn: Mapping[str, Any] = {}
        if spec.looks_at in (Ground.ZONE, Ground.SERIES, Ground.VIEW):
            drawn = {
                key: zone
                for key, zone in camera.zones.items()
                if not spec.uses or zone.use in spec.uses
            }
        elif spec.looks_at is Ground.LINE:
            drawn = camera.lines
        for key, one in drawn.items():
            yield f"{name}.{key}", f"{camera.label}, {one.called(key)}"
    if spec.looks_at is Ground.SERIES or kind in (AlertKind.DENSITY, AlertKind.ACCUMULATION):
        for name, place in site.places.items():
            yield f"{PLACE}{name}", place.label


def everything(site: Site) -> Iterator[Choice]:
    """Whatever of a site can be watched: places, cameras, their zones and lines."""
    for name, place in site.places.items():
        yield f"{PLACE}{name}", place.label
    for name, camera in site.cameras.items():
        yield name, camera.label
        for key, zone in camera.zones.items():
            yield f"{name}.{key}", f"{camera.label}, {zone.called(key)}"
        for key, line in camera.lines.items():
            yield f"{name}.{key}", f"{camera.label}, {line.called(key)}"
