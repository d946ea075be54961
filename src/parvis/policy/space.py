"""Where a camera looks, and what a site does there: what chooses the legal frame."""

from enum import StrEnum


class Space(StrEnum):
    """The legal nature of what a camera sees, from the one most protected."""

    PUBLIC_ROAD = "public-road"
    PUBLIC_VENUE = "public-venue"
    PRIVATE = "private"


class Mode(StrEnum):
    """What a site does with its cameras."""

    STATISTICS = "statistics"
    """Counts for statistics, nothing of the moment: the default."""

    OPERATIONAL = "operational"
    """What a recorded instrument opens, and statistics for the rest."""

    DEMONSTRATION = "demonstration"
    """Everything, of recorded clips only."""
