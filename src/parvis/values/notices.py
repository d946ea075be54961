"""Messages about alerts: what is to be told, to which channel, and how far it got."""

from dataclasses import dataclass
from enum import StrEnum

from parvis.values.alert_history import AlertEvent
from parvis.values.alerts import Alert, Severity
from parvis.values.saying import T


class NoticeDeed(StrEnum):
    """What a message tells."""

    RAISED = "raised"
    ROSE = "rose"
    ESCALATED = "escalated"
    """Nobody has taken the alert."""
    OVER = "over"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"

    @property
    def opens(self) -> bool:
        """Whether it tells of an alert itself; the others follow up on what was told."""
        return self in (NoticeDeed.RAISED, NoticeDeed.ROSE, NoticeDeed.ESCALATED)


class NoticeState(StrEnum):
    """How far a message got."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message about one alert to one channel.

    Args:
        id: stable: the same message never has another, so that receivers can tell repeats.
        channel: to whom, by name in site.yaml.
        alert_id: of what.
        deed: what it tells.
        severity: that the alert had by then.
        event_s: when that happened, seconds since the epoch.
        due_s: not before.
        since_s: since when it could have gone: what waits for long is given up.
        called_by: the channel that escalates; else empty.
    """

    id: str
    channel: str
    alert_id: str
    deed: NoticeDeed
    severity: Severity
    event_s: float
    due_s: float
    since_s: float
    called_by: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A message about the same alert to the same channel."""

    deed: NoticeDeed
    severity: Severity
    state: NoticeState


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A message that may go now.

    Args:
        notice: itself; ``attempts``: how often it was tried.
        alert: as it is now; None once it is no longer kept.
        told: every message about that alert to that channel, this one included.
    """

    notice: Notice
    attempts: int
    alert: Alert | None
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to an alert, as its history says.

    Args:
        event: what.
        alert: as it is now.
        first: told by the episode that raised the alert, not by one that continued it.
    """

    event: AlertEvent
    alert: Alert
    first: bool


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel does.

    Args:
        channel: its name.
        waiting: messages that are due; ``oldest_s``: since when the first could have gone.
        held: messages that wait for their time: quiet hours, an escalation, an alert's end.
        sent_s: the last success; ``failed_s``: the last failure; None for never.
        failures: in a row, now; ``failure``: what the last one said.
        sent_day, dropped_day: messages of the last 24 hours.
    """

    channel: str
    waiting: int = 0
    oldest_s: float | None = None
    held: int = 0
    sent_s: float | None = None
    failed_s: float | None = None
    failures: int = 0
    failure: T | None = None
    sent_day: int = 0
    dropped_day: int = 0
