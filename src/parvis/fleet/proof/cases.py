"""Under which laws the questions are asked: every packaged one, with and without an act, and one
under which nothing may leave.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from parvis.fleet.proof import town
from parvis.policy.effects import Effect
from parvis.policy.events import events
from parvis.policy.instrument import Instrument
from parvis.policy.law import Law, law_of
from parvis.policy.profile import Frame, Profile
from parvis.policy.space import Mode, Space
from parvis.policy.terms import OutputKind


@dataclass(frozen=True, slots=True)
class Case:
    """One law, as a site runs under it.

    Args:
        name: for people.
        law: the law.
        acts: in force.
        policy: the section of site.yaml.
        host: of the cameras.
        varied: every value of every parameter is asked; else each route plainly, since another
            law changes what is withheld, not how an answer is made.
    """

    name: str
    law: Law
    acts: tuple[Instrument, ...] = ()
    policy: str = "{profile: statistics}"
    host: str = "192.0.2.10"
    varied: bool = False


ACT = Instrument(
    1,
    1,
    "Préfecture",
    "Arrêté de la preuve",
    frozenset(events()),
    frozenset(),
    "le quai",
    frozenset({"quai"}),
    town.BEFORE_S - 3600.0,
    town.CLOSE_S + 3600.0,
    "La preuve",
)


def sealed(*but: OutputKind) -> Law:
    """A law under which nothing may leave, to nobody: whoever does not ask the gate is seen.

    Args:
        but: kinds that stay as statistics has them, so that what stands behind them is reached.
    """
    frames: Mapping[Space, Frame] = {
        space: replace(
            one, modes={mode: _sealed(profile, but) for mode, profile in one.modes.items()}
        )
        for space, one in law_of("statistics").frames.items()
    }
    return Law("sealed", Mode.STATISTICS, frames)


def _sealed(profile: Profile, but: Collection[OutputKind]) -> Profile:
    return replace(
        profile,
        rules={
            kind: rule
            if kind in but
            else replace(rule, effect=Effect.REFUSE, opened_to=frozenset())
            for kind, rule in profile.rules.items()
        },
        alerts={basis: replace(law, raises=False) for basis, law in profile.alerts.items()},
    )


def cases() -> dict[str, Case]:
    """Every case by its name, the strictest first."""
    found = [
        Case("sealed", sealed(), varied=True),
        Case("health only", sealed(OutputKind.HEALTH)),
        Case("statistics", law_of("statistics"), varied=True),
        Case("operational", law_of("operational")),
        Case("operational, one act", law_of("operational"), (ACT,)),
        Case("eu statistics", law_of("eu", Mode.STATISTICS)),
        Case("eu operational, one act", law_of("eu", Mode.OPERATIONAL), (ACT,)),
        Case(
            "demonstration",
            law_of("demonstration"),
            policy="{profile: demonstration}",
            host="127.0.0.1",
        ),
    ]
    return {one.name: one for one in found}
