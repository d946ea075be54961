"""The ground of site.yaml → a calibrated view of one camera."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.ground.calibration import Calibration, calibrate
from parvis.ground.cross_check import refuse_coarse, refuse_height, refuse_lengths
from parvis.ground.ground_map import GroundMap
from parvis.ground.lengths import Assumptions, KnownLength, LengthCalibration, calibrate_lengths
from parvis.ground.lens import STRAIGHT, Lens
from parvis.ground.pairs import PointPairs
from parvis.ground.plane import LocalPlane
from parvis.ground.refusals import (
    CalibrationRefusedError,
    ExchangedDegreesError,
    MirroredError,
    WrongUnitsError,
)
from parvis.site.ground import Ground
from parvis.values.frame import FrameSize

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class CameraGround:
    """The ground that a camera looks at.

    Args:
        map: pixels to metres.
        plane: where the metres lie on the Earth; None when the file does not say.
        calibration: how far it is to be trusted.
    """

    map: GroundMap
    plane: LocalPlane | None
    calibration: Calibration | LengthCalibration


def ground_of(ground: Ground, size: FrameSize) -> CameraGround:
    """Calibrate a camera as its ``ground`` says.

    Args:
        ground: from site.yaml.
        size: of the frames; points of the file are parts of them.

    Raises:
        CalibrationRefusedError: it cannot be right; the class and fields say why and where.
    """
    lengths = tuple(
        KnownLength(_pixel(one.start, size), _pixel(one.end, size), one.metres)
        for one in ground.lengths
    )
    lens = Lens(ground.lens.k1, ground.lens.k2) if ground.lens is not None else None
    plane = _plane(ground)
    if not ground.points:
        known = Assumptions(ground.height, ground.horizon, ground.field_of_view, lens or STRAIGHT)
        found = calibrate_lengths(size, lengths, known)
        refuse_coarse(found.map)
        return CameraGround(found.map, None, found)
    pixels = np.array([_pixel(point.image, size) for point in ground.points])
    pairs = PointPairs(size, pixels, _metres(ground, plane), lens=lens)
    try:
        calibrated = calibrate(pairs)
    except MirroredError as error:
        if _in_degrees(ground) and _fits_exchanged(ground, pairs):
            raise ExchangedDegreesError(
                "longitude and latitude are exchanged",
                "Write wgs84: [longitude, latitude]: in mainland France longitudes lie between "
                "-5 and 10, latitudes between 41 and 51",
                points=error.points,
            ) from None
        raise
    refuse_lengths(calibrated.map, lengths)
    refuse_height(calibrated.camera, ground.height)
    refuse_coarse(calibrated.map)
    return CameraGround(calibrated.map, plane, calibrated)


def _pixel(point: tuple[float, float], size: FrameSize) -> tuple[float, float]:
    return point[0] * size.width, point[1] * size.height


def _in_degrees(ground: Ground) -> bool:
    return all(point.wgs84 is not None for point in ground.points)


def _plane(ground: Ground) -> LocalPlane | None:
    degrees = [point.wgs84 for point in ground.points if point.wgs84 is not None]
    origin = ground.origin or (degrees[0] if degrees else None)
    if origin is None:
        return None
    try:
        return LocalPlane(*origin, ground.bearing)
    except ValueError:
        raise WrongUnitsError(
            "this place lies near a pole",
            "Write wgs84: [longitude, latitude], in degrees",
            points=range(len(ground.points)),
        ) from None


def _metres(ground: Ground, plane: LocalPlane | None) -> Floats:
    rows = []
    for point in ground.points:
        if point.wgs84 is not None and plane is not None:
            rows.append(plane.to_metres(np.array([point.wgs84]))[0])
        else:
            rows.append(np.array(point.ground, dtype=np.float64))
    return np.array(rows)


def _fits_exchanged(ground: Ground, pairs: PointPairs) -> bool:
    """Whether reading every ``[a, b]`` as ``[b, a]`` gives a view."""
    turned = np.array([(p.wgs84[1], p.wgs84[0]) for p in ground.points if p.wgs84 is not None])
    if np.any(np.abs(turned[:, 1]) > 85):
        return False
    metres = LocalPlane(float(turned[0, 0]), float(turned[0, 1])).to_metres(turned)
    try:
        calibrate(PointPairs(pairs.size, pairs.pixels, metres, lens=pairs.lens))
    except CalibrationRefusedError:
        return False
    return True
