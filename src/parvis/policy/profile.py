"""A profile: what may leave under one legal frame in one mode, and the frame with its modes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from parvis.policy.effects import Effect
from parvis.policy.permit import AlertLaw
from parvis.policy.space import Mode, Space
from parvis.policy.terms import Article, OutputKind, Role, Wording
from parvis.values.alerts import AlertBasis

__all__ = ["Effect", "Frame", "Profile", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to one kind of output.

    Args:
        effect: what is answered.
        roles: to whom.
        opened_to: to whom an instrument in force at the camera opens it at once.
        purposes: what it serves, the first where nobody says which.
        reason: why.
        article: by which text.
    """

    effect: Effect
    roles: frozenset[Role]
    opened_to: frozenset[Role]
    purposes: tuple[str, ...]
    reason: Wording
    article: Article


@dataclass(frozen=True, slots=True)
class Profile:
    """One legal frame in one mode.

    Args:
        name: as site.yaml names what is in force; of a frame by itself, the frame's.
        mode: which of its modes.
        dated: when its data were last checked by a person.
        title: for people.
        spaces: what cameras look at that it is for.
        notice: what every screen must say under it, or None.
        closed_bin_s: values are shown once their stretch of this length is closed; 0 at once.
        after_close_s: and this long after the close.
        min_bin_s: shortest stretch that leaves.
        min_cell: fewest observations behind a published value.
        min_cell_roles: who is shown published values only.
        min_cell_reason, min_cell_article: why.
        recorded_only: (reason, article) where only recorded clips may be shown, else None.
        session_max_s: longest set-up session.
        rules: one for each kind of output.
        alerts: one for each basis of alerts: whether rules may raise them.

    Raises:
        ValueError: a kind of output, or a basis of alerts, without a rule.
    """

    name: str
    mode: Mode
    dated: date
    title: Wording
    spaces: frozenset[Space]
    notice: Wording | None
    closed_bin_s: int
    after_close_s: int
    min_bin_s: int
    min_cell: int
    min_cell_roles: frozenset[Role]
    min_cell_reason: Wording
    min_cell_article: Article
    recorded_only: tuple[Wording, Article] | None
    session_max_s: int
    rules: Mapping[OutputKind, Rule]
    alerts: Mapping[AlertBasis, AlertLaw]

    def __post_init__(self) -> None:
        missing = [kind.value for kind in OutputKind if kind not in self.rules]
        missing += [f"{basis} alerts" for basis in AlertBasis if basis not in self.alerts]
        if missing:
            raise ValueError(f"profile {self.name} has no rule for {', '.join(missing)}")


@dataclass(frozen=True, slots=True)
class Frame:
    """One legal frame in the modes that it has.

    Args:
        name: as site.yaml and the profiles' file names it.
        dated: when its data were last checked by a person.
        title: for people.
        spaces: what cameras look at that it is for.
        modes: its profile in each of its modes.
    """

    name: str
    dated: date
    title: Wording
    spaces: frozenset[Space]
    modes: Mapping[Mode, Profile]
