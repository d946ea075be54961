"""Kinds of alerts, forms and severities as people call them; marked for translation."""

from collections.abc import Mapping

from parvis.values.alerts import AlertKind, Form, Severity, Usual
from parvis.values.saying import T

KIND_WORDS: Mapping[AlertKind, T] = {
    AlertKind.DENSITY: T("High density"),
    AlertKind.ACCUMULATION: T("Filling up"),
    AlertKind.CROWD_MOVEMENT: T("Crowd movement"),
    AlertKind.GATHERING: T("Gathering"),
    AlertKind.WRONG_WAY: T("Wrong direction"),
    AlertKind.INTRUSION: T("Presence in a forbidden zone"),
    AlertKind.FORBIDDEN_CROSSING: T("Forbidden crossing"),
    AlertKind.QUEUE: T("Long queue"),
    AlertKind.LOITERING: T("Long stay"),
    AlertKind.STOPPED_VEHICLE: T("Stopped vehicle"),
    AlertKind.SPEED: T("High speed"),
    AlertKind.PARKING_FULL: T("Parking full"),
    AlertKind.CAMERA_HEALTH: T("Camera unwell"),
    AlertKind.UNUSUAL: T("Unusual footfall"),
    AlertKind.THRESHOLD: T("Threshold passed"),
}

FORM_WORDS: Mapping[Form, T] = {
    Form.SURGE: T("Sudden common movement"),
    Form.RUNNING: T("People running"),
    Form.DISPERSAL: T("Sudden dispersal"),
    Form.STOP_AND_GO: T("Stop-and-go crowd"),
    Form.LOST: T("Camera lost"),
    Form.MOVED: T("View moved"),
    Form.MASKED: T("View covered"),
    Form.DARK: T("View dark"),
    Form.BLURRED: T("View blurred"),
    Form.MORE: T("More people than usual"),
    Form.LESS: T("Fewer people than usual"),
}

SEVERITY_WORDS: Mapping[Severity, T] = {
    Severity.NONE: T("Over"),
    Severity.WATCH: T("Watch"),
    Severity.WARN: T("Warning"),
    Severity.ALARM: T("Alarm"),
    Severity.CRITICAL: T("Critical"),
}

INSTEAD = T("{value} instead of {expected} ({low}–{high}) over {hours} h")
"""What was counted, what is usual, between which bounds nine times out of ten, in how long."""

FEW = 10.0
"""Under so many a number is said to a tenth: nobody is half a person, but 0.4 on average is few."""


def digits_of(usual: Usual) -> int:
    """Decimals with which the numbers of a comparison are said."""
    counted = (usual.value, usual.expected)
    return 1 if min(counted) < FEW and any(one % 1 for one in counted) else 0


def what(kind: AlertKind, form: Form) -> T:
    """What happened, as a noun."""
    return FORM_WORDS.get(form) or KIND_WORDS[kind]
