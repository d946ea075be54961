"""What else is known of a view, held against it: lengths, the camera's height, its pixels."""

from typing import Final

import numpy as np

from parvis.ground.camera import ImpliedCamera
from parvis.ground.ground_map import COARSEST_M, GroundMap
from parvis.ground.lengths import KnownLength
from parvis.ground.outline import usable_area
from parvis.ground.refusals import (
    HiddenLengthError,
    TooCoarseError,
    TooHighError,
    WrongLengthError,
    WrongScaleError,
    numbered,
)

HIGHEST_M: Final = 60.0
"""A camera said to hang nowhere in particular hangs lower than this."""
LENGTH_TOLERANCE, HEIGHT_TOLERANCE = 0.15, 0.4
_UNITS: Final = {
    "feet": 3.281,
    "inches": 39.37,
    "centimetres": 100.0,
    "millimetres": 1000.0,
}


def refuse_coarse(view: GroundMap) -> None:
    """Raise when no pixel of a view has a position.

    Raises:
        TooCoarseError: nothing can be measured on such a picture.
    """
    if not len(usable_area(view).image):
        raise TooCoarseError(
            f"every pixel of {view.size.width} x {view.size.height} covers more than "
            f"{COARSEST_M:g} m of ground",
            "Analyse a larger picture (the main stream), or a camera that is nearer",
        )


def refuse_lengths(view: GroundMap, lengths: tuple[KnownLength, ...]) -> None:
    """Raise when a view calibrated from points contradicts known lengths.

    Raises:
        WrongScaleError: all lengths are off by one and the same factor.
        WrongLengthError, HiddenLengthError: a length is off, or lies where nothing is measured.
    """
    if not lengths:
        return
    ends = np.array([(one.start, one.end) for one in lengths])
    none = np.zeros((len(lengths), 2, 2))
    places = [view.locate(ends[:, side], none) for side in (0, 1)]
    hidden = np.flatnonzero((places[0].withheld > 0) | (places[1].withheld > 0))
    if len(hidden):
        raise HiddenLengthError(
            f"length {numbered(hidden.tolist())} lies beyond the horizon of the points, or where "
            "one pixel covers more than a metre",
            "Pick its ends on the ground, nearer the camera",
            lengths=hidden.tolist(),
        )
    measured = np.linalg.norm(places[1].points - places[0].points, axis=1)
    known = np.array([one.metres for one in lengths])
    ratios = measured / known
    off = np.flatnonzero(np.abs(np.log(ratios)) > LENGTH_TOLERANCE)
    if not len(off):
        return
    if len(off) == len(lengths) and np.ptp(np.log(ratios)) < LENGTH_TOLERANCE:
        raise _units(f"length 1, known to be {known[0]:g} m,", known[0], measured[0], "measures")
    worst = int(off[np.abs(np.log(ratios[off])).argmax()])
    raise WrongLengthError(
        f"length {worst + 1}, known to be {known[worst]:g} m, measures {measured[worst]:.1f} m",
        f"Check length {worst + 1} and the points around it",
        lengths=(worst,),
        figures={"known_m": float(known[worst]), "measured_m": float(measured[worst])},
    )


def refuse_height(camera: ImpliedCamera | None, stated_m: float | None) -> None:
    """Raise when the camera would hang where no camera hangs, or not where it is said to.

    Raises:
        TooHighError, WrongScaleError: so it is.
    """
    if camera is None:
        return
    slack = 1 + 3 * camera.height_sd_m / camera.height_m
    if stated_m is None:
        if camera.height_m / slack > HIGHEST_M:
            raise TooHighError(
                f"the camera would hang {camera.height_m:.0f} m above the ground",
                "Give the ground in metres: these may be feet, or pixels of a plan. If it does "
                "hang so high, state its height",
                figures={"height_m": camera.height_m},
            )
        return
    factor = camera.height_m / stated_m
    if abs(np.log(factor)) > np.log(slack) + HEIGHT_TOLERANCE:
        raise _units(
            f"the camera, said to hang at {stated_m:g} m,",
            stated_m,
            camera.height_m,
            "would hang at",
        )


def _units(subject: str, known_m: float, measured_m: float, verb: str) -> WrongScaleError:
    factor = measured_m / known_m
    named = [name for name, size in _UNITS.items() if abs(np.log(factor / size)) < LENGTH_TOLERANCE]
    guess = f"these are {named[0]}" if named else "they may be feet, or pixels of a plan"
    return WrongScaleError(
        f"{subject} {verb} {measured_m:.1f} m",
        f"Give the ground in metres: {guess}",
        figures={"known_m": float(known_m), "measured_m": float(measured_m)},
    )
