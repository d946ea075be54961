"""What a profile withholds from a role, read from its data alone: the gate is not asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from parvis.policy.effects import Effect
from parvis.policy.instrument import Instrument
from parvis.policy.law import Law
from parvis.policy.profile import Profile
from parvis.policy.space import Space
from parvis.policy.terms import OutputKind, Role
from parvis.values.alerts import AlertBasis

MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Withheld:
    """What two twins differ in for one role under one law.

    Args:
        open: measures of the stretch that is not closed.
        minutes: how a closed stretch is made up of shorter ones.
        small: values of cells under the smallest published one.
        measures: every measure there is.
        live: names of the cameras whose moment is withheld, and places that show them.
        alerts: what alerts say.
        image_alerts: cameras whose alerts made from images are withheld.
        sketches: drawings of empty scenes.
        health: what is said of streams, and of the machine.
        exports: whether measures may be read and yet not leave as a file.
    """

    open: bool
    minutes: bool
    small: bool
    measures: bool
    live: frozenset[str]
    alerts: bool
    image_alerts: frozenset[str]
    sketches: bool
    health: bool
    exports: bool


def withheld(
    law: Law, role: Role, cameras: dict[str, Space], acts: Sequence[Instrument]
) -> Withheld:
    """What ``law`` withholds from ``role``; acts are in force.

    Args:
        cameras: of the site, with their spaces.
    """
    strict = law.strictest
    rules = {name: law.at(space) for name, space in cameras.items()}

    def shut(kind: OutputKind) -> bool:
        """Withheld from the role at every camera."""
        return not any(one is not None and _opens(one, kind, role) for one in rules.values())

    opened = {
        name
        for name, profile in rules.items()
        if profile is not None
        and role in profile.rules[OutputKind.LIVE_STATE].opened_to
        and any(name in act.cameras for act in acts)
    }
    at_once = {
        name
        for name, profile in rules.items()
        if profile is not None
        and profile.rules[OutputKind.LIVE_STATE].effect is Effect.ALLOW
        and role in profile.rules[OutputKind.LIVE_STATE].roles
    }
    return Withheld(
        open=strict.closed_bin_s > 0,
        minutes=strict.min_bin_s > MINUTE_S,
        small=strict.min_cell > 0 and role in strict.min_cell_roles,
        measures=shut(OutputKind.MEASURES),
        live=frozenset(cameras) - opened - at_once,
        alerts=shut(OutputKind.ALERTS),
        image_alerts=frozenset(
            name
            for name, profile in rules.items()
            if profile is None or not _alerts(profile, name, acts)
        ),
        sketches=shut(OutputKind.SKETCH),
        health=shut(OutputKind.HEALTH),
        exports=shut(OutputKind.EXPORT) and not shut(OutputKind.MEASURES),
    )


def _opens(profile: Profile, kind: OutputKind, role: Role) -> bool:
    rule = profile.rules[kind]
    return role in rule.roles and rule.effect is not Effect.REFUSE


def _alerts(profile: Profile, camera: str, acts: Sequence[Instrument]) -> bool:
    """Whether an alert of density, made from images, may be there."""
    law = profile.alerts[AlertBasis.IMAGE]
    acted = any(camera in act.cameras and "excessive-density" in act.events for act in acts)
    return law.raises and (law.without_instrument is None or acted)
