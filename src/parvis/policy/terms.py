"""The words of the gate: who asks, what would leave, what is answered."""

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from parvis.values.alerts import AlertNature


class Role(StrEnum):
    """Who asks. A person may hold several roles; each question is asked under one."""

    PUBLIC = "public"
    VIEWER = "viewer"
    ANALYST = "analyst"
    OPERATOR = "operator"
    TECHNICIAN = "technician"
    ADMINISTRATOR = "administrator"
    DPO = "dpo"


class OutputKind(StrEnum):
    """What would leave Parvis."""

    LIVE_STATE = "live_state"
    DOTS = "dots"
    MEASURES = "measures"
    HEALTH = "health"
    PREVIEW = "preview"
    SETUP_SESSION = "setup_session"
    EXPORT = "export"
    METRICS = "metrics"
    SKETCH = "sketch"
    ALERTS = "alerts"


class Verdict(StrEnum):
    """The gate's answer."""

    ALLOW = "allow"
    DELAY = "delay"
    SUPPRESS = "suppress"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence in both languages."""

    fr: str
    en: str

    def said(self, language: str) -> str:
        """The sentence in ``language`` (``fr`` or ``en``; any other reads English)."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class Article:
    """A text that a decision rests on.

    Args:
        key: its name in articles.yaml.
        reference: how it is cited.
        says: the point that matters, in one sentence.
        dated: its date, when known.
        confirmed: false while it was written from memory: no document may quote it yet.
        verified_on: the day on which somebody read it in a source; None while nobody has.
    """

    key: str
    reference: Wording
    says: Wording
    dated: date | None
    confirmed: bool
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class SetupSession:
    """A technician's set-up of one camera: time-limited, with a reason.

    Args:
        camera: the camera being set up.
        reason: why, in the technician's words.
        started_s, ends_s: its span, seconds since the epoch.

    Raises:
        ValueError: an empty reason, or a span that does not end after it starts.
    """

    camera: str
    reason: str
    started_s: float
    ends_s: float

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError("a set-up session states its reason")
        if not (math.isfinite(self.started_s) and math.isfinite(self.ends_s)):
            raise ValueError("a set-up session has a start and an end")
        if self.ends_s <= self.started_s:
            raise ValueError("a set-up session ends after it starts")


@dataclass(frozen=True, slots=True)
class Output:
    """Something that is about to leave.

    Args:
        kind: what it is.
        camera: the camera it is about; None when about the whole site.
        space: the camera's space as in site.yaml.
        newest_s: end of the newest stretch (or the instant) it tells about, seconds since the
            epoch. None for what carries no measured value; a kind that always does is then taken
            to tell about now.
        bin_s: length of its shortest stretch, for measures and exports.
        cell: observations behind the one value that leaves, for a published cell.
        hidden_parts: how many parts of the value are hidden from who asks, when it is a total.
        session: the set-up session under which it is asked, or that is being opened.
        purpose: what it is asked for; None: the first that the profile names for its kind.
        alert: of an alert that leaves, what the profile asks of it: one that may not be raised now
            is not shown either.
    """

    kind: OutputKind
    camera: str | None = None
    space: str | None = None
    newest_s: float | None = None
    bin_s: float | None = None
    cell: float | None = None
    hidden_parts: int = 0
    session: SetupSession | None = None
    purpose: str | None = None
    alert: AlertNature | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate answers.

    Args:
        verdict: allow; delay (not before ``until_s``); suppress (show a flag, not the value);
            refuse.
        until_s: for delay, when it may be shown; for what a set-up session or an instrument
            opens, when that ends; else None. Seconds since the epoch.
        reason: why, for people.
        article: the text it rests on.
        notice: what every screen showing the output must say (``demonstration``), or None.
        purpose: what the output serves.
    """

    verdict: Verdict
    until_s: float | None
    reason: Wording
    article: Article
    notice: Wording | None = None
    purpose: str = ""

    @property
    def allowed(self) -> bool:
        """True when the output may leave now, as it is."""
        return self.verdict is Verdict.ALLOW
