"""The half minute before an alert as a drawing: zones, lines, dots, over the map where it lies
somewhere; no picture of a camera.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parvis.server.inbox.map_view import Affine, MapView
from parvis.values.alerts import Replay
from parvis.values.classes import ObjectClass

Spot = tuple[float, float]

WIDTH, HEIGHT = 640.0, 360.0
MARGIN = 24.0
SMALLEST_M = 6.0
"""A drawing shows at least so many metres: two dots side by side are no crowd."""

_STEPS_M = (1, 2, 5, 10, 20, 50, 100, 200)
_BAR_MOST = 160.0
_AS_IT_IS: Affine = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class DrawnShape:
    """A zone or line of the ground, in the drawing's units.

    Args:
        name: its label.
        path: of an SVG path.
        at: where the label stands.
        concerned: the alert is about it.
    """

    name: str
    path: str
    at: Spot
    concerned: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A shape on the ground, metres, y up.

    Args:
        label: what people call it.
        points: its corners.
        concerned: the alert is about it.
    """

    label: str
    points: Sequence[Spot]
    concerned: bool


@dataclass(frozen=True, slots=True)
class ReplayDrawing:
    """What is drawn, and how metres of the ground become units of the drawing.

    Args:
        zones, lines, places: see :class:`DrawnShape`.
        sheet: where the picture of the plan lies: x, y, width, height; None without one.
        north: degrees clockwise from up; None where nothing says.
        dots: of the last frame: x, y, group of classes.
        counts: objects in each frame.
        step_s: between frames; ``start_s``: time of the first.
        lie: from the camera's ground to the drawing.
        bar: length of the scale bar in the drawing, and in metres.
    """

    zones: tuple[DrawnShape, ...]
    lines: tuple[DrawnShape, ...]
    places: tuple[DrawnShape, ...]
    sheet: tuple[float, float, float, float] | None
    north: float | None
    dots: tuple[tuple[float, float, str], ...]
    counts: tuple[int, ...]
    start_s: float
    step_s: float
    lie: Affine
    bar: tuple[float, int]

    @property
    def end_s(self) -> float:
        """Time of the last frame."""
        return self.start_s + self.step_s * max(0, len(self.counts) - 1)


def drawing(
    replay: Replay,
    zones: Mapping[str, Outline],
    lines: Mapping[str, Outline],
    view: MapView | None = None,
) -> ReplayDrawing:
    """Lay a replay and the shapes of its camera into one drawing, over the map where there is one.

    Args:
        view: how the camera's ground lies on the map; None: its own axes.
    """
    on_map = view.lie if view is not None else _AS_IT_IS
    spots = [(x, y) for frame in replay.frames for x, y, _ in frame]
    spots += [spot for one in (*zones.values(), *lines.values()) for spot in one.points]
    scale, left, top = _fitted([_moved(on_map, x, y) for x, y in spots])
    a, b, c, d, e, f = on_map
    lie = (scale * a, -scale * b, scale * c, -scale * d, left + scale * e, top - scale * f)

    def drawn(one: Outline, by: Affine, *, closed: bool) -> DrawnShape:
        placed = [_moved(by, x, y) for x, y in one.points]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed) + ("Z" if closed else "")
        middle = sum(x for x, _ in placed) / len(placed)
        at = (round(middle, 1), round(max(14.0, min(y for _, y in placed) - 6), 1))
        return DrawnShape(one.label, path, at, one.concerned)

    last = replay.frames[-1] if replay.frames else ()
    of_map = (scale, 0.0, 0.0, -scale, left, top)
    return ReplayDrawing(
        zones=tuple(drawn(one, lie, closed=True) for one in zones.values() if len(one.points) > 2),
        lines=tuple(drawn(one, lie, closed=False) for one in lines.values() if len(one.points) > 1),
        places=tuple(
            drawn(Outline(label, corners, concerned=False), of_map, closed=True)
            for label, corners in (view.places if view is not None else ())
        ),
        sheet=_sheet(view, scale, left, top),
        north=view.north_deg if view is not None else None,
        dots=tuple((*_rounded(_moved(lie, x, y)), group(code)) for x, y, code in last),
        counts=tuple(len(frame) for frame in replay.frames),
        start_s=replay.start_s,
        step_s=replay.step_s,
        lie=lie,
        bar=_bar(scale),
    )


def _sheet(
    view: MapView | None, scale: float, left: float, top: float
) -> tuple[float, float, float, float] | None:
    if view is None or view.sheet is None:
        return None
    sheet = view.sheet
    upper = top - scale * (sheet.bottom + sheet.height)
    return left + scale * sheet.left, upper, scale * sheet.width, scale * sheet.height


def _moved(by: Affine, x: float, y: float) -> Spot:
    a, b, c, d, e, f = by
    return a * x + c * y + e, b * x + d * y + f


def _rounded(spot: Spot) -> Spot:
    return round(spot[0], 1), round(spot[1], 1)


def group(code: int) -> str:
    """``person``, ``bike`` or ``vehicle``: how a class is drawn."""
    match ObjectClass(code):
        case ObjectClass.PERSON:
            return "person"
        case ObjectClass.BICYCLE:
            return "bike"
        case _:
            return "vehicle"


def _fitted(spots: Sequence[Spot]) -> tuple[float, float, float]:
    xs = [x for x, _ in spots] or [0.0]
    ys = [y for _, y in spots] or [0.0]
    wide = max(max(xs) - min(xs), SMALLEST_M)
    high = max(max(ys) - min(ys), SMALLEST_M * HEIGHT / WIDTH)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    return scale, WIDTH / 2 - middle_x * scale, HEIGHT / 2 + middle_y * scale


def _bar(scale: float) -> tuple[float, int]:
    metres = max((step for step in _STEPS_M if step * scale <= _BAR_MOST), default=_STEPS_M[0])
    return round(metres * scale, 1), metres
