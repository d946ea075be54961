"""What a rule of a profile does with an output asked for by one of its roles."""

from enum import StrEnum


class Effect(StrEnum):
    """The effect of a rule."""

    ALLOW = "allow"
    WHEN_CLOSED = "when-closed"
    WHEN_CLOSED_OR_UNDATED = "when-closed-or-undated"
    IN_SETUP = "in-setup"
    SESSION = "session"
    REFUSE = "refuse"
