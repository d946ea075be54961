"""What alerts are made from: it decides what the law says of them."""

from enum import StrEnum


class AlertBasis(StrEnum):
    """What an alert is made from."""

    IMAGE = "image"
    """Analysis of the images of the moment."""

    HEALTH = "health"
    """The state of Parvis' own cameras and machines."""

    CLOSED = "closed"
    """Closed measures and forecasts: anonymous aggregates."""
