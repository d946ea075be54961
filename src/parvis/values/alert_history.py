"""What is kept of alerts beside their present state: history, what was not raised, tallies."""

from dataclasses import dataclass, field
from enum import StrEnum

from parvis.values.alerts import DismissReason, Severity, Subject


class Deed(StrEnum):
    """What happened to an alert: said by its rule, found by the hub, or done by a person.

    Three ends are the hub's: nobody spoke of it any more (lapsed), the profile in force does not
    allow it (withdrawn), its camera did not come back in time (expired).
    """

    RAISED = "raised"
    ROSE = "rose"
    FELL = "fell"
    OVER = "over"
    HELD = "held"
    RESUMED = "resumed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    TAKEN = "taken"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One line of an alert's history.

    Args:
        time_s: when, seconds since the epoch.
        deed: what happened.
        severity: from then on.
        value, low, high, threshold: what the rule saw, with its changes; else None.
        version, model: of the rule and the detector, with its changes; else empty.
        who: the person, or ``system``.
        reason: why dismissed.
        note: what the person wrote.
    """

    time_s: float
    deed: Deed
    severity: Severity
    value: float | None = None
    low: float | None = None
    high: float | None = None
    threshold: float | None = None
    version: str = ""
    model: str = ""
    who: str = "system"
    reason: DismissReason | None = None
    note: str = ""


class Unraised(StrEnum):
    """Why an episode raised no alert."""

    CAP = "cap"
    """The rule had raised its fill at that camera in the hour before."""

    PERMIT = "permit"
    """The profile lets the rule count, not raise."""


@dataclass(frozen=True, slots=True)
class NotRaised:
    """An episode of a rule that raised no alert: counted by closed quarters of an hour.

    Args:
        episode: its id, so that it is counted once.
        rule: name of the rule; ``subject``: where.
        quarter_s: beginning of the quarter in which it began; the moment itself is not kept.
        why: see :class:`Unraised`.
    """

    episode: str
    rule: str
    subject: Subject
    quarter_s: float
    why: Unraised


QUARTER_S = 900.0


def quarter_of(time_s: float) -> float:
    """Beginning of the quarter of an hour that a moment lies in; the same in every time zone."""
    return time_s // QUARTER_S * QUARTER_S


@dataclass(frozen=True, slots=True)
class DayTally:
    """What a rule raised on one civil day, and what people said of it."""

    day: str
    raised: int
    confirmed: int
    dismissed: int


@dataclass(frozen=True, slots=True)
class RuleTally:
    """What a rule raised over a stretch of days.

    Args:
        rule: its name.
        shadow: on trial: nobody was disturbed.
        days: those on which it raised, by date.
        delay_s: mean time from the beginning of the condition to the alert; None without any.
        capped: episodes over the cap; ``refused``: those that the profile let it only count.
    """

    rule: str
    shadow: bool = False
    days: tuple[DayTally, ...] = field(default=())
    delay_s: float | None = None
    capped: int = 0
    refused: int = 0

    @property
    def raised(self) -> int:
        """Alerts raised."""
        return sum(day.raised for day in self.days)

    @property
    def confirmed(self) -> int:
        """Of them confirmed by a person."""
        return sum(day.confirmed for day in self.days)

    @property
    def dismissed(self) -> int:
        """Of them dismissed by a person."""
        return sum(day.dismissed for day in self.days)
