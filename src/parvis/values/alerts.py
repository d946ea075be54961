"""What a rule says to a person: signals, changes, the alert, and the person's verdict."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from math import isfinite

from parvis.values.series import PLACE, WHOLE_VIEW


class Severity(IntEnum):
    """How serious something is; the rungs of every ladder."""

    NONE = 0
    WATCH = 1
    WARN = 2
    ALARM = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The name used in site.yaml, the API and files, for example ``warn``."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> "Severity":
        """Inverse of :attr:`label`.

        Raises:
            ValueError: no such severity.
        """
        try:
            return cls[label.upper()]
        except KeyError:
            raise ValueError(f"unknown severity {label!r}") from None


class AlertBasis(StrEnum):
    """What an alert is made from; it decides what the law says of it."""

    IMAGE = "image"
    """Analysis of the images of the moment."""

    HEALTH = "health"
    """The state of Parvis' own cameras and machines."""

    CLOSED = "closed"
    """Closed measures and forecasts, anonymous aggregates."""


class AlertKind(StrEnum):
    """What a rule watches for."""

    DENSITY = "density"
    ACCUMULATION = "accumulation"
    CROWD_MOVEMENT = "crowd_movement"
    GATHERING = "gathering"
    WRONG_WAY = "wrong_way"
    INTRUSION = "intrusion"
    FORBIDDEN_CROSSING = "forbidden_crossing"
    QUEUE = "queue"
    LOITERING = "loitering"
    STOPPED_VEHICLE = "stopped_vehicle"
    SPEED = "speed"
    PARKING_FULL = "parking_full"
    CAMERA_HEALTH = "camera_health"
    UNUSUAL = "unusual"
    THRESHOLD = "threshold"


class Form(StrEnum):
    """Which form of its kind a signal shows; most kinds have one only."""

    PLAIN = ""
    SURGE = "surge"
    RUNNING = "running"
    DISPERSAL = "dispersal"
    STOP_AND_GO = "stop_and_go"
    LOST = "lost"
    MOVED = "moved"
    MASKED = "masked"
    DARK = "dark"
    BLURRED = "blurred"
    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a rule looks at.

    Args:
        camera: its name; ``place:NAME`` for a place.
        shape: a line or zone of it; ``*`` for all that it sees.
    """

    camera: str
    shape: str = WHOLE_VIEW

    @property
    def key(self) -> str:
        """Stable text form: ``quai.terrasse``."""
        return f"{self.camera}.{self.shape}"

    @classmethod
    def from_key(cls, key: str) -> "Subject":
        """Inverse of :attr:`key`."""
        camera, _, shape = key.partition(".")
        return cls(camera, shape or WHOLE_VIEW)

    @property
    def place(self) -> str | None:
        """The place's name where it is one."""
        return self.camera[len(PLACE) :] if self.camera.startswith(PLACE) else None


@dataclass(frozen=True, slots=True)
class Usual:
    """A stretch of hours against what is usual there and then: x instead of y, usually a to b.

    Args:
        hours: length of the stretch, which ends when it is told.
        value: what was counted in it; of people who stay, how many there were on average.
        expected: what was expected of it.
        low, high: between them lie nine of ten ordinary ones.

    Raises:
        ValueError: no hours, a number that is not finite, or an interval the wrong way round.
    """

    hours: int
    value: float
    expected: float
    low: float
    high: float

    def __post_init__(self) -> None:
        told = (self.value, self.expected, self.low, self.high)
        if self.hours < 1 or not all(map(isfinite, told)) or self.low > self.high:
            raise ValueError(f"not a stretch of hours against the usual: {self}")


@dataclass(frozen=True, slots=True)
class Signal:
    """One number that a rule may watch, at one moment.

    Args:
        kind, form: what it is a sign of.
        subject: where.
        time_s: when, seconds since the epoch.
        value: in the kind's unit; None when it cannot be told now.
        low, high: 90 % interval of the value, where known.
        at: where on the camera's ground, metres, where it has a place.
        worse: what shows it is getting worse by another sign too: the alert is one rung higher.
        rule: the only rule it is meant for, by name, where it was worked out as that rule says (a
            radius, classes, a zone); empty: for all of its kind.
        since_s: since when the value is known to have been so, where it was told from a stretch
            of time; None: it is of the moment.
        usual: what the value was made from, where it is a comparison with the usual.
    """

    kind: AlertKind
    subject: Subject
    time_s: float
    value: float | None
    low: float | None = None
    high: float | None = None
    at: tuple[float, float] | None = None
    form: Form = Form.PLAIN
    worse: bool = False
    rule: str = ""
    since_s: float | None = None
    usual: Usual | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """The last seconds before an alert as dots on the ground: drawn positions without identity.

    Args:
        start_s: time of the first frame, seconds since the epoch.
        step_s: between frames.
        frames: for each the objects there: (x_m, y_m, class code).
    """

    start_s: float
    step_s: float
    frames: tuple[tuple[tuple[float, float, int], ...], ...] = ()


class Step(StrEnum):
    """What happened to an episode of a rule."""

    RAISED = "raised"
    ROSE = "rose"
    FELL = "fell"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a rule has to say; the same change may arrive more than once.

    Args:
        episode: id of the stretch for which the rule holds, unique for ever.
        number: of this change within its episode, from 0.
        rule: name of the rule, and ``version``, the hash of what it said.
        kind, form, subject: what of, where.
        step: what happened.
        time_s: when, stream time.
        since_s: since when the condition has held.
        severity: from now on; NONE when it is over.
        value, low, high: of the signal.
        threshold: the bound of that severity; of the lowest one when it is over.
        at: where on the ground, metres.
        shadow: the rule runs on trial: nobody is to be disturbed.
        model: name of the detector that saw it; empty where none did.
        replay: evidence, with the first change.
        usual: of the signal.
    """

    episode: str
    number: int
    rule: str
    version: str
    kind: AlertKind
    form: Form
    subject: Subject
    step: Step
    time_s: float
    since_s: float
    severity: Severity
    value: float
    low: float | None
    high: float | None
    threshold: float
    at: tuple[float, float] | None = None
    shadow: bool = False
    model: str = ""
    replay: Replay | None = None
    usual: Usual | None = None


class Verdict(StrEnum):
    """What a person says of an alert."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class DismissReason(StrEnum):
    """Why an alert was dismissed; the inbox's keys 1 to 5."""

    NOTHING_THERE = "nothing_there"
    HARMLESS = "harmless"
    EXPECTED = "expected"
    WRONG_PLACE = "wrong_place"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict as it was given.

    Args:
        verdict: confirmed or dismissed.
        who: the account's name.
        time_s: when.
        reason: why dismissed; None when confirmed.
        note: free text, what was done.

    Raises:
        ValueError: dismissed without a reason, or confirmed with one.
    """

    verdict: Verdict
    who: str
    time_s: float
    reason: DismissReason | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if (self.verdict is Verdict.DISMISSED) != (self.reason is not None):
            raise ValueError("a dismissal has a reason, and only a dismissal")


@dataclass(frozen=True, slots=True, order=True)
class AlertNature:
    """What a profile asks of an alert, before it is raised and whenever it is shown.

    Args:
        basis: what it is made from.
        kind: what its rule watches for.
        purposes: what its rule may serve, as the gate's profiles name purposes.
        camera: where; ``place:NAME`` for a place.
    """

    basis: AlertBasis
    kind: AlertKind
    purposes: tuple[str, ...]
    camera: str


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert from its first change to its end.

    Args:
        id: stable: the episode of its first change.
        number: running number of the site, for people (A-1207); 0 until the store gave one.
        episode: the one that runs, or ran last.
        rule, version, kind, form, subject, shadow, model: as in the changes.
        basis, purposes, indicator: of its rule when it raised the alert; of one that nobody knows,
            that it watched images, which asks most.
        raised_s: when it was raised; ``changed_s``, when it last changed.
        since_s: since when the condition has held.
        severity: now, or at its end; ``peak``: the highest so far.
        value, low, high, threshold, at, usual: of the last change that was not its end.
        over_s: when the condition ended; None while it holds.
        held_s: since when its camera cannot tell; None while it can.
        episodes: how many were taken together, one after the other within the rule's cool-down.
        taken_by, taken_s: who takes care of it, since when.
        judgement: the verdict; None until a person has given one.
    """

    id: str
    number: int
    episode: str
    rule: str
    version: str
    kind: AlertKind
    form: Form
    subject: Subject
    raised_s: float
    changed_s: float
    since_s: float
    severity: Severity
    peak: Severity
    value: float
    low: float | None
    high: float | None
    threshold: float
    at: tuple[float, float] | None = None
    shadow: bool = False
    model: str = ""
    basis: AlertBasis = AlertBasis.IMAGE
    purposes: tuple[str, ...] = ()
    indicator: str = ""
    over_s: float | None = None
    held_s: float | None = None
    episodes: int = 1
    taken_by: str | None = None
    taken_s: float | None = None
    judgement: Judgement | None = None
    usual: Usual | None = None

    @property
    def nature(self) -> AlertNature:
        """What a profile asks of it."""
        return AlertNature(self.basis, self.kind, self.purposes, self.subject.camera)

    @property
    def closed(self) -> bool:
        """Judged by a person and over; only then is nothing left to do."""
        return self.judgement is not None and self.over_s is not None
