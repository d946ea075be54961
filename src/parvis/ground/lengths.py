"""Known lengths on the ground → a calibrated view, where no map is at hand."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.camera import ImpliedCamera
from parvis.ground.ground_map import GroundMap
from parvis.ground.lens import STRAIGHT, Lens
from parvis.ground.pairs import PICK_SHARE
from parvis.ground.refusals import InconsistentError, UndeterminedError, WrongLengthError
from parvis.values.frame import FrameSize

Floats = npt.NDArray[np.float64]

_TAPE = 0.02
"""Standard error of a known length, as a part of it: markings are laid by hand."""
_USUAL_FOCAL, _FOCAL_SPREAD = 1.25, 0.4
"""Focal length before anything is known, halves of the diagonal, and the spread of its logarithm:
fields of view of 40° to 100°."""
_LOOSE_HEIGHT, _LOOSE_TILT_DEG = 0.12, 6.0
"""Standard errors beyond which a view is left open: of the logarithm of the height, of the tilt."""
_AGREES = 4.0


@dataclass(frozen=True, slots=True)
class KnownLength:
    """A straight stretch of ground whose length is known.

    Args:
        start, end: its ends, pixels.
        metres: its length.

    Raises:
        ValueError: no length, or no stretch.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    metres: float

    def __post_init__(self) -> None:
        if not self.metres > 0 or self.start == self.end:
            raise ValueError(f"no known length: {self}")


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What else is known of a camera that hangs level (its horizon lies straight across).

    Args:
        height_m: above the ground, known to a twentieth.
        horizon: where the horizon crosses the middle of the picture, part of its height, y down;
            negative above the picture. Known to a hundredth.
        field_of_view_deg: of the whole width, known to 3 %.
        lens: its distortion.
    """

    height_m: float | None = None
    horizon: float | None = None
    field_of_view_deg: float | None = None
    lens: Lens = STRAIGHT


LEVEL = Assumptions()
"""Nothing more than that it hangs level."""


@dataclass(frozen=True, slots=True, eq=False)
class LengthCalibration:
    """A view from known lengths.

    The ground's origin lies under the camera; y points where it looks, x to its right.

    Args:
        map: pixels to metres.
        errors: of each length, as a part of it: how far the view is off, shape (n,).
        camera: the camera.
    """

    map: GroundMap
    errors: Floats
    camera: ImpliedCamera


def calibrate_lengths(
    size: FrameSize, lengths: tuple[KnownLength, ...], known: Assumptions = LEVEL
) -> LengthCalibration:
    """Find tilt, height and focal length of a level camera from lengths on flat ground.

    Three unknowns ask for three lengths that differ: near and far, across the view and along it (a
    zebra crossing gives both). Each of height, horizon and field of view takes the place of one.
    Least squares on the logarithms of the lengths, with a weak prior on the focal length, from a
    grid of tilts.

    Raises:
        UndeterminedError: too few lengths, or too alike to tell tilt from height.
        InconsistentError: no level camera sees all of them so; ``lengths`` names the worst.
    """
    if not lengths:
        raise UndeterminedError("no length is given", "Give three lengths on the ground")
    problem = _Problem(size, lengths, known)
    cost, unknowns = problem.solve()
    if not np.isfinite(cost):
        raise InconsistentError(
            "no level camera sees all these lengths on the ground",
            "Pick both ends of each on the ground itself, below the horizon",
            lengths=range(len(lengths)),
        )
    residuals, jacobian = problem.linear(unknowns)
    normal = jacobian.T @ jacobian
    # The ridge turns what nothing tells into a very large error, instead of a division by zero.
    covariance = np.asarray(np.linalg.inv(normal + 1e-6 * np.eye(3)), dtype=np.float64)
    n = len(lengths)
    if np.any(np.abs(residuals[:n]) > _AGREES):
        raise _wrong(problem, residuals[:n])
    spread = max(1.0, float(residuals @ residuals) / max(len(residuals) - 3, 1))
    covariance = covariance * spread
    _refuse_loose(covariance, lengths)
    return _calibration(problem, unknowns, covariance)


def _wrong(problem: "_Problem", residuals: Floats) -> WrongLengthError:
    """The refusal that names the length whose absence lets the others agree best."""
    n = len(residuals)
    if n > 3:
        without = [problem.without(i).solve()[0] for i in range(n)]
        worst = int(np.argmin(without))
    else:
        worst = int(np.abs(residuals).argmax())
    return WrongLengthError(
        f"no level camera sees length {worst + 1} as {problem.lengths[worst].metres:g} m and the "
        "others as given",
        f"Measure length {worst + 1} again, in metres, and pick its ends; if the camera hangs "
        "askew, calibrate with points",
        lengths=(worst,),
        figures={"known_m": problem.lengths[worst].metres},
    )


def _refuse_loose(covariance: Floats, lengths: tuple[KnownLength, ...]) -> None:
    tilt, height = np.sqrt(covariance[0, 0]), np.sqrt(covariance[2, 2])
    if np.degrees(tilt) <= _LOOSE_TILT_DEG and height <= _LOOSE_HEIGHT:
        return
    raise UndeterminedError(
        f"{len(lengths)} length{'s' if len(lengths) > 1 else ''} of this kind leave"
        f"{'s' if len(lengths) == 1 else ''} the view open: its height by "
        f"{min(100 * height, 100):.0f} %, its tilt by {min(np.degrees(tilt), 90):.0f}°",
        "Add a length: far away if they are near, along the view if they lie across it; or state "
        "the camera's height, the horizon or the field of view",
        lengths=range(len(lengths)),
        figures={"height_share": float(height), "tilt_deg": float(np.degrees(tilt))},
    )


class _Problem:
    """Least squares for (tilt, log focal, log height), halves of the diagonal."""

    def __init__(
        self, size: FrameSize, lengths: tuple[KnownLength, ...], known: Assumptions
    ) -> None:
        self.size, self.lengths, self.known = size, lengths, known
        self.half = float(np.hypot(size.width, size.height) / 2)
        middle = np.array((size.width / 2, size.height / 2))
        self.starts = known.lens.straighten(
            (np.array([one.start for one in lengths]) - middle) / self.half
        )
        self.ends = known.lens.straighten(
            (np.array([one.end for one in lengths]) - middle) / self.half
        )
        self.metres = np.array([one.metres for one in lengths])

    def without(self, i: int) -> "_Problem":
        """The problem without one of its lengths."""
        return _Problem(self.size, (*self.lengths[:i], *self.lengths[i + 1 :]), self.known)

    def solve(self) -> tuple[float, Floats]:
        """The least cost and where, from a grid of tilts; infinite when no camera sees all."""
        found = [
            self.descend(self.with_height(np.array((tilt, np.log(_USUAL_FOCAL), 0.0))))
            for tilt in np.radians((6, 12, 20, 30, 42, 55, 68, 80))
        ]
        return min(found, key=lambda one: one[0])

    def seen(self, unknowns: Floats, starts: Floats, ends: Floats) -> Floats:
        """Lengths that the camera would see, metres; NaN beyond the horizon."""
        return np.asarray(
            np.linalg.norm(_on_ground(unknowns, ends) - _on_ground(unknowns, starts), axis=1)
        )

    def with_height(self, unknowns: Floats) -> Floats:
        """The unknowns with the height that fits the lengths best."""
        lengths = self.seen(unknowns, self.starts, self.ends)
        ratio = np.log(self.metres / lengths)
        median = float(np.nanmedian(ratio)) if np.isfinite(ratio).any() else 0.0
        return np.array((unknowns[0], unknowns[1], unknowns[2] + median))

    def residuals(self, unknowns: Floats) -> Floats:
        """In standard errors: lengths first, then what else is known, then the prior."""
        lengths = self.seen(unknowns, self.starts, self.ends)
        off = np.log(lengths / self.metres) / self._errors(unknowns, lengths)
        tilt, log_focal, log_height = unknowns
        rest = [(log_focal - np.log(_USUAL_FOCAL)) / _FOCAL_SPREAD]
        known = self.known
        if known.height_m is not None:
            rest.append((log_height - np.log(known.height_m)) / 0.05)
        if known.horizon is not None:
            height = self.size.height / self.half
            rest.append((-np.exp(log_focal) * np.tan(tilt) / height + 0.5 - known.horizon) / 0.01)
        if known.field_of_view_deg is not None:
            half_width = self.size.width / 2 / self.half
            focal = half_width / np.tan(np.radians(known.field_of_view_deg) / 2)
            rest.append((log_focal - np.log(focal)) / 0.03)
        return np.concatenate((off, rest))

    def _errors(self, unknowns: Floats, lengths: Floats) -> Floats:
        """Standard errors of the logarithms of the lengths, from picking and from the tape."""
        variance = np.full(len(lengths), _TAPE**2)
        pick = 2 * PICK_SHARE
        for axis in np.eye(2) * pick:
            for starts, ends in (
                (self.starts + axis, self.ends),
                (self.starts, self.ends + axis),
            ):
                variance += np.log(self.seen(unknowns, starts, ends) / lengths) ** 2
        return np.asarray(np.sqrt(variance))

    def linear(self, unknowns: Floats) -> tuple[Floats, Floats]:
        """Residuals and their slopes."""
        here = self.residuals(unknowns)
        steps = np.eye(3) * 1e-6
        slopes = [(self.residuals(unknowns + step) - here) / 1e-6 for step in steps]
        return here, np.column_stack(slopes)

    def descend(self, unknowns: Floats) -> tuple[float, Floats]:
        """Levenberg–Marquardt from here: the cost and the unknowns; infinite where it fails."""
        damping = 1e-2
        for _ in range(60):
            here, slopes = self.linear(unknowns)
            if not (np.isfinite(here).all() and np.isfinite(slopes).all()):
                return np.inf, unknowns
            normal = slopes.T @ slopes
            step = -np.linalg.solve(
                normal + damping * np.diag(np.diag(normal) + 1e-9), slopes.T @ here
            )
            tried = unknowns + step
            there = self.residuals(tried) if 0 < tried[0] < np.pi / 2 else np.array([np.inf])
            if np.isfinite(there).all() and there @ there <= here @ here:
                unknowns, damping = tried, damping / 5
                if np.linalg.norm(step) < 1e-9:
                    break
            else:
                damping *= 5
                if damping > 1e9:
                    break
        final = self.residuals(unknowns)
        return (float(final @ final) if np.isfinite(final).all() else np.inf), unknowns


def _matrix(unknowns: Floats) -> Floats:
    """Homography from the straightened picture to metres; its last row is positive below the
    horizon."""
    tilt, focal, height = unknowns[0], np.exp(unknowns[1]), np.exp(unknowns[2])
    c, s = np.cos(tilt), np.sin(tilt)
    return np.array([[height, 0, 0], [0, -height * s, height * focal * c], [0, c, focal * s]])


def _on_ground(unknowns: Floats, points: Floats) -> Floats:
    sent = np.column_stack((points, np.ones(len(points)))) @ _matrix(unknowns).T
    below = np.where(sent[:, 2] > 1e-6, sent[:, 2], np.nan)
    return np.asarray(sent[:, :2] / below[:, None])


def _calibration(problem: _Problem, unknowns: Floats, covariance: Floats) -> LengthCalibration:
    matrix = _matrix(unknowns)
    slopes = np.zeros((11, 3))
    for i, step in enumerate(np.eye(3) * 1e-6):
        slopes[:9, i] = (_matrix(unknowns + step) - matrix).ravel() / 1e-6
    norm = float(np.linalg.norm(matrix))
    view = GroundMap(
        problem.size,
        matrix / norm,
        np.zeros(2),
        1.0,
        slopes @ covariance @ slopes.T / norm**2,
        problem.known.lens,
    )
    height = float(np.exp(unknowns[2]))
    camera = ImpliedCamera(
        height,
        height * float(np.sqrt(covariance[2, 2])),
        float(np.degrees(unknowns[0])),
        float(np.exp(unknowns[1])) * problem.half,
    )
    seen = problem.seen(unknowns, problem.starts, problem.ends)
    return LengthCalibration(view, seen / problem.metres - 1, camera)
