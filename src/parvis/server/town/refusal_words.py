"""Why a calibration is refused, in the reader's language: a sentence and a remedy a reason."""

from collections.abc import Sequence

from parvis.ground import refusals as r
from parvis.server.i18n import Words
from parvis.server.problems import T

_SAID: tuple[tuple[type[r.CalibrationRefusedError], T, T], ...] = (
    (
        r.TooFewPointsError,
        T("Too few points: it takes four, better six to eight."),
        T("Add points spread over the ground that is measured."),
    ),
    (
        r.DuplicatePointsError,
        T("Points {points} stand for the same point."),
        T("Remove one of them."),
    ),
    (
        r.CollinearError,
        T("Points {points} lie on a line: across it nothing is known."),
        T("Add a point well beside the line."),
    ),
    (
        r.SwappedPointsError,
        T("The places of points {points} on the ground are exchanged."),
        T("Exchange them."),
    ),
    (
        r.MirroredError,
        T("The ground is a mirror image of what the camera sees."),
        T("Check the order of x and y, and that y grows to the north or upwards."),
    ),
    (
        r.HorizonError,
        T("Points {points} lie above the horizon that the others give."),
        T("Pick points of the ground only, below the horizon."),
    ),
    (
        r.DegreesAsMetresError,
        T("Degrees stand where metres belong."),
        T("Pick the points on the map again."),
    ),
    (r.TooWideError, T("The points lie kilometres apart."), T("Give metres on the plan.")),
    (
        r.ExchangedDegreesError,
        T("Latitude stands before longitude."),
        T("Write the longitude first."),
    ),
    (
        r.TooHighError,
        T("The camera would hang {height_m} m above the ground."),
        T("Check the scale of the plan: metres a pixel."),
    ),
    (
        r.WrongScaleError,
        T("A known length of {known_m} m would measure {measured_m} m."),
        T("Check the scale of the plan, or the length."),
    ),
    (
        r.WrongLengthError,
        T("Known length {lengths} does not fit the others."),
        T("Pick its ends again, or correct its metres."),
    ),
    (
        r.HiddenLengthError,
        T("Known length {lengths} lies where nothing can be measured."),
        T("Take one nearer to the camera."),
    ),
    (
        r.WrongUnitsError,
        T("The places on the ground are not in metres."),
        T("Pick the points on the map again."),
    ),
    (
        r.InconsistentError,
        T("No view of flat ground fits the points; the worst: {points}."),
        T("Correct it in the picture or on the map, or remove it."),
    ),
    (
        r.TooCoarseError,
        T("One pixel covers more than a metre of ground everywhere."),
        T("Take the camera's larger stream, or a view from nearer."),
    ),
    (
        r.UndeterminedError,
        T("What is known leaves the view open."),
        T("Add points, or lengths near and far, along the view and across it."),
    ),
)


def refusal_said(error: r.CalibrationRefusedError, words: Words) -> tuple[str, str]:
    """The reason and the remedy."""
    figures = {name: words.number(value, 1) for name, value in error.figures.items()}
    fields = {
        "points": _numbered(error.points, words),
        "lengths": _numbered(error.lengths, words),
    } | figures
    for kind, reason, remedy in _SAID:
        if isinstance(error, kind):
            try:
                return words._(reason.text, **fields), words._(remedy.text)
            except KeyError:
                break
    return error.reason, error.remedy


def _numbered(which: Sequence[int], words: Words) -> str:
    """``2``, ``2 et 5``, ``2, 3 et 5``."""
    names = [str(i + 1) for i in which]
    if len(names) < 2:
        return "".join(names) or "—"
    return f"{', '.join(names[:-1])} {words._('and')} {names[-1]}"
