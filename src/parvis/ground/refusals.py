"""Why a calibration is refused: each reason a class, with the points concerned and the remedy.

Points and lengths are numbered from 0 here, as in arrays; the messages count from 1, as people do.
"""

from collections.abc import Mapping, Sequence


class CalibrationRefusedError(ValueError):
    """A calibration that cannot be right.

    Args:
        reason: what is wrong, for people.
        remedy: what to do about it.
        points: the pairs concerned, indices from 0; empty when all of them are.
        lengths: the known lengths concerned, indices from 0.
        figures: the numbers in the reason, by name with their unit: class, points, lengths and
            figures say it all again in another language.
    """

    def __init__(
        self,
        reason: str,
        remedy: str,
        *,
        points: Sequence[int] = (),
        lengths: Sequence[int] = (),
        figures: Mapping[str, float] | None = None,
    ) -> None:
        self.reason = reason
        self.remedy = remedy
        self.points = tuple(int(i) for i in points)
        self.lengths = tuple(int(i) for i in lengths)
        self.figures = dict(figures or {})
        super().__init__(f"{reason}. {remedy}")


class TooFewPointsError(CalibrationRefusedError):
    """Fewer than four pairs."""


class DuplicatePointsError(CalibrationRefusedError):
    """Two pairs stand for one point."""


class CollinearError(CalibrationRefusedError):
    """The points lie on a line, or all but one do: across it nothing is known."""


class SwappedPointsError(CalibrationRefusedError):
    """Two ground positions are exchanged; ``points`` names the two."""


class MirroredError(CalibrationRefusedError):
    """The ground is a mirror image of what the camera sees."""


class HorizonError(CalibrationRefusedError):
    """Some points lie above the horizon that the others imply; ``points`` names them."""


class WrongUnitsError(CalibrationRefusedError):
    """The ground positions are not in metres, or not longitude then latitude."""


class DegreesAsMetresError(WrongUnitsError):
    """The points lie nowhere: degrees stand where metres belong (``extent_m``)."""


class TooWideError(WrongUnitsError):
    """The points lie kilometres apart (``extent_m``)."""


class ExchangedDegreesError(WrongUnitsError):
    """Latitude stands before longitude."""


class TooHighError(WrongUnitsError):
    """The camera would hang where none does (``height_m``)."""


class WrongScaleError(WrongUnitsError):
    """A known length, or the camera's height, is off by a factor (``known_m``, ``measured_m``)."""


class InconsistentError(CalibrationRefusedError):
    """No view of flat ground fits; ``points`` names the worst (``off_m``)."""


class WrongLengthError(InconsistentError):
    """A known length does not fit (``known_m``, and ``measured_m`` where points calibrate)."""


class HiddenLengthError(InconsistentError):
    """A known length lies where nothing can be measured."""


class TooCoarseError(CalibrationRefusedError):
    """No pixel of such a picture covers so little ground that a position could be told."""


class UndeterminedError(CalibrationRefusedError):
    """What is known leaves the view open; the remedy says what to add."""


def numbered(points: Sequence[int]) -> str:
    """Points as people count them: ``2``, ``2 and 5``, ``2, 3 and 5``."""
    names = [str(int(i) + 1) for i in points]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
