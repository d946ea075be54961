"""What to do at each severity: the town's own words, else those of the kind of alert.

The crowd levels pair what is seen with what to do as the crowd-safety literature does: limit the
inflow and look for the cause; communicate and redirect; relieve the pressure and open emergency
routes. They are advice for a person who decides, never an order.
"""

from collections.abc import Mapping
from typing import TypeVar

from parvis.values.alerts import AlertKind, Form, Severity
from parvis.values.saying import T

_Text = TypeVar("_Text")
_W, _N, _A = Severity.WATCH, Severity.WARN, Severity.ALARM

_CROWD = {
    _W: T("Limit the inflow and look for the cause."),
    _N: T("Tell people on site what is happening, and direct them elsewhere."),
    _A: T("Relieve the pressure: stop the inflow, open the emergency routes, call for help."),
}
_QUEUE = {
    _W: T("Look why it grows; open another counter or entrance if there is one."),
    _N: T("Tell those who wait how long it takes, and keep passages and exits free."),
}
_MOVEMENT = {
    _W: T("Look what people go towards or away from, on site or on your own screens."),
    _N: T("Send someone, keep the exits free, and be ready to open others."),
    _A: T("Call for help, open the emergency routes, stop the inflow."),
}
_PRESENCE = {
    _W: T("Look whether someone is in danger, then have them told."),
    _N: T("Send someone to the spot."),
}

TEXTS: Mapping[AlertKind, Mapping[Severity, T]] = {
    AlertKind.DENSITY: _CROWD,
    AlertKind.ACCUMULATION: {
        _W: T("Limit the inflow now: the threshold is not reached yet."),
        _N: T("Slow the inflow and open the exits before the threshold is reached."),
    },
    AlertKind.CROWD_MOVEMENT: _MOVEMENT,
    AlertKind.GATHERING: {
        _W: T("Look for the cause: a queue, a show, a person who is unwell."),
        _N: T("Send someone if the passage is blocked, and direct people round it."),
    },
    AlertKind.WRONG_WAY: {_W: T("Look whether others follow; check the signs and barriers.")},
    AlertKind.INTRUSION: _PRESENCE,
    AlertKind.FORBIDDEN_CROSSING: _PRESENCE,
    AlertKind.QUEUE: _QUEUE,
    AlertKind.LOITERING: {
        _W: T("Look whether someone needs help. Staying somewhere is no offence."),
    },
    AlertKind.STOPPED_VEHICLE: {
        _W: T("Look whether it blocks the way or has broken down."),
        _N: T("Have the way cleared, or help sent to the driver."),
    },
    AlertKind.SPEED: {_W: T("Nothing at once: compare with the hours before it comes back.")},
    AlertKind.PARKING_FULL: {
        _W: T("Send arriving drivers to another car park."),
        _N: T("Show it as full on signs and pages."),
    },
    AlertKind.CAMERA_HEALTH: {
        _W: T("Tell the technician. Until then, what is not seen is a gap, not an empty street."),
    },
    AlertKind.UNUSUAL: {
        _W: T("Look for a reason: an event, works, the weather, a closed street."),
    },
    AlertKind.THRESHOLD: {_W: T("Look for the cause.")},
}
"""By kind, from which severity each text holds."""

BY_FORM: Mapping[Form, Mapping[Severity, T]] = {
    Form.STOP_AND_GO: _CROWD,
    Form.MOVED: {
        _W: T("Have the technician turn the camera back, or confirm the new view."),
    },
    Form.MASKED: {_W: T("Have someone look at the camera: something covers it.")},
    Form.DARK: {_W: T("Check the street lighting and the camera's own settings.")},
    Form.BLURRED: {_W: T("Have the glass cleaned or the focus set.")},
}


def to_do(kind: AlertKind, form: Form, severity: Severity, said: Mapping[Severity, str]) -> T | str:
    """What to do: the town's words of that severity or of the next lower one, else the kind's."""
    own = _reached(said, severity)
    if own is not None:
        return own
    return _reached(BY_FORM.get(form) or TEXTS[kind], max(severity, Severity.WATCH)) or ""


def _reached(texts: Mapping[Severity, _Text], severity: Severity) -> _Text | None:
    held = [one for one in texts if one <= severity]
    return texts[max(held)] if held else None
