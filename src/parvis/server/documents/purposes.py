"""What the measures serve: the purposes that the law in force, the rules and the town name."""

from collections.abc import Iterable

from parvis.policy.law import Law
from parvis.policy.terms import OutputKind
from parvis.server.problems import T
from parvis.site.shapes import Site

PURPOSES: dict[str, T] = {
    "statistics": T("Count people, bikes and vehicles to know how public space is used."),
    "set-up": T("Set cameras up: a limited time, a reason, logged."),
    "system-health": T("Keep the system running."),
    "demonstration": T("Show what Parvis does, on recorded clips."),
    "alerts": T("Tell a person of what deserves a look; the person judges."),
}
"""Those that profiles name, in words; a rule's or the town's own are words already."""

_OF_PEOPLE = (OutputKind.MEASURES, OutputKind.LIVE_STATE, OutputKind.ALERTS, OutputKind.PREVIEW)


def purposes_of(site: Site, law: Law) -> tuple[str, ...]:
    """Every purpose that outputs about people serve here, sorted, as an assessment covers them."""
    profile = law.strictest
    served: set[str] = set(site.controller.purposes)
    for kind in _OF_PEOPLE:
        served.update(profile.rules[kind].purposes)
    for rule in site.rules.values():
        served.update(rule.purposes)
    return tuple(sorted(served))


def in_words(purposes: Iterable[str]) -> list[T | str]:
    """Purposes as people read them."""
    return [PURPOSES.get(one, one) for one in purposes]
