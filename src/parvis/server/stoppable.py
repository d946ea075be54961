"""What a person can stop on a site, and how it is called: cameras, places, uses, everything."""

from collections.abc import Iterator
from dataclasses import dataclass

from parvis.alerts.from_site import sound_rules_of
from parvis.alerts.in_words import KIND_WORDS
from parvis.server.i18n import Words
from parvis.site.shapes import Site
from parvis.values.saying import T
from parvis.values.stops import (
    ALERTS,
    EVERYTHING,
    MEASURES,
    PUBLICATION,
    PURPOSE,
    Measured,
    Stops,
    Target,
    What,
)

_MEASURED: dict[Measured, T] = {
    Measured.PASSAGES: T("Crossings, entries and exits"),
    Measured.PRESENCE: T("People present, dwell times and dots"),
    Measured.DENSITY: T("Densities and flows"),
    Measured.SPEED: T("Speeds"),
    Measured.MOVEMENT: T("Movements, journeys and groups"),
    Measured.QUEUES: T("Queues"),
    Measured.PARKING: T("Parking"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Targets under one heading, each with its name in words."""

    label: str
    targets: tuple[tuple[Target, str], ...]


def target_of(said: str) -> Target:
    """A target from its text: ``all``, ``camera:quai``, ``place:marche``, ``use:alerts``.

    Raises:
        ValueError: it is none.
    """
    what, _, name = said.partition(":")
    return Target(What(what), name)


def text_of(target: Target) -> str:
    """Inverse of :func:`target_of`."""
    return target.what.value if target.what is What.ALL else f"{target.what}:{target.name}"


def groups(site: Site, words: Words, *, whole: bool) -> tuple[Group, ...]:
    """All that can be stopped, in words.

    Args:
        site: as the reader sees it.
        words: their language.
        whole: they answer for the whole site, and so for uses and everything too.
    """
    _ = words._
    everything = ((EVERYTHING, _("All cameras")),) if whole else ()
    uses = tuple((one, label(site, words, one)) for one in _uses(site)) if whole else ()
    found = (
        Group(_("Everything"), everything),
        Group(
            _("Cameras"),
            tuple((Target(What.CAMERA, n), one.label) for n, one in site.cameras.items()),
        ),
        Group(
            _("Places"),
            tuple((Target(What.PLACE, n), one.label) for n, one in site.places.items()),
        ),
        Group(_("Uses"), uses),
    )
    return tuple(group for group in found if group.targets)


def held(site: Site, words: Words, stops: Stops, *, whole: bool) -> tuple[Group, ...]:
    """What is stopped, in words, as :func:`groups`; what the site no longer has by its name."""
    possible = groups(site, words, whole=whole)
    known = {target for group in possible for target, _ in group.targets}
    of = ((What.CAMERA, stops.cameras), (What.PLACE, stops.places), (What.USE, stops.uses))
    gone = tuple(
        (Target(what, name), label(site, words, Target(what, name)))
        for what, names in of
        for name in sorted(names)
        if Target(what, name) not in known
    )
    found = [
        Group(group.label, tuple(one for one in group.targets if stops.holds(one[0])))
        for group in possible
    ]
    found.append(Group(words._("No longer on the site"), gone if whole else ()))
    return tuple(group for group in found if group.targets)


def exists(site: Site, target: Target) -> bool:
    """Whether the site has it."""
    match target.what:
        case What.ALL:
            return True
        case What.CAMERA:
            return target.name in site.cameras
        case What.PLACE:
            return target.name in site.places
    return target in _uses(site)


def cameras_of(site: Site, target: Target) -> frozenset[str] | None:
    """The cameras that must not run while it is stopped; None: all of them."""
    match target.what:
        case What.ALL:
            return None
        case What.CAMERA:
            return frozenset({target.name})
        case What.PLACE:
            place = site.places.get(target.name)
            return frozenset() if place is None else place.seen_by
    return frozenset()


def label(site: Site, words: Words, target: Target) -> str:
    """How it is called."""
    _, name = words._, target.name
    match target.what:
        case What.ALL:
            return _("Everything")
        case What.CAMERA:
            return site.cameras[name].label if name in site.cameras else name
        case What.PLACE:
            return site.places[name].label if name in site.places else name
    family, _dot, member = name.partition(".")
    match family:
        case "alerts" if not member:
            return _("All alerts")
        case "alerts":
            kind = next((word for one, word in KIND_WORDS.items() if one.value == member), None)
            return _("Alerts: {kind}", kind=_(kind.text) if kind else member)
        case "measures" if not member:
            return _("All measures")
        case "measures":
            kind = _MEASURED.get(Measured(member)) if member in set(Measured) else None
            return _("Measures: {kind}", kind=_(kind.text) if kind else member)
        case "purpose":
            return _("Purpose: {name}", name=member)
        case "publication" if not member:
            return _("All messages outwards")
        case "publication":
            return _("Messages over {name}", name=member)
    return name


def _uses(site: Site) -> list[Target]:
    return [Target(What.USE, name) for name in _names(site)]


def _names(site: Site) -> Iterator[str]:
    rules = sound_rules_of(site.rules)
    yield ALERTS
    yield from (f"{ALERTS}.{kind}" for kind in sorted({one.kind.value for one in rules}))
    yield from (f"{PURPOSE}.{one}" for one in sorted({p for rule in rules for p in rule.purposes}))
    yield MEASURES
    yield from (f"{MEASURES}.{kind}" for kind in Measured)
    if site.notify:
        yield PUBLICATION
        yield from (f"{PUBLICATION}.{name}" for name in site.notify)
