"""The half minute before an alert as a drawing of the ground: zones, lines, dots; no picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parvis.values.alerts import Replay
from parvis.values.classes import ObjectClass

Spot = tuple[float, float]

WIDTH, HEIGHT = 640.0, 360.0
MARGIN = 24.0
SMALLEST_M = 6.0
"""A drawing shows at least so many metres: two dots side by side are no crowd."""

_STEPS_M = (1, 2, 5, 10, 20, 50, 100, 200)
_BAR_MOST = 160.0


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

    A point (x, y) lies at ``left + x * scale``, ``top - y * scale``.

    Args:
        zones, lines: see :class:`DrawnShape`.
        dots: of the last frame: x, y, group of classes.
        counts: objects in each frame.
        step_s: between frames; ``start_s``: time of the first.
        bar: length of the scale bar in the drawing, and in metres.
    """

    zones: tuple[DrawnShape, ...]
    lines: tuple[DrawnShape, ...]
    dots: tuple[tuple[float, float, str], ...]
    counts: tuple[int, ...]
    start_s: float
    step_s: float
    scale: float
    left: float
    top: float
    bar: tuple[float, int]

    @property
    def end_s(self) -> float:
        """Time of the last frame."""
        return self.start_s + self.step_s * max(0, len(self.counts) - 1)


def drawing(
    replay: Replay, zones: Mapping[str, Outline], lines: Mapping[str, Outline]
) -> ReplayDrawing:
    """Lay a replay and the shapes of its camera into one drawing."""
    spots = [(x, y) for frame in replay.frames for x, y, _ in frame]
    spots += [spot for one in (*zones.values(), *lines.values()) for spot in one.points]
    scale, left, top = _fitted(spots)

    def place(x: float, y: float) -> Spot:
        return round(left + x * scale, 1), round(top - y * scale, 1)

    def drawn(one: Outline, *, closed: bool) -> DrawnShape:
        placed = [place(x, y) for x, y in one.points]
        path = "M" + "L".join(f"{x} {y}" for x, y in placed) + ("Z" if closed else "")
        middle = sum(x for x, _ in placed) / len(placed)
        at = (round(middle, 1), round(max(14.0, min(y for _, y in placed) - 6), 1))
        return DrawnShape(one.label, path, at, one.concerned)

    last = replay.frames[-1] if replay.frames else ()
    return ReplayDrawing(
        zones=tuple(drawn(one, closed=True) for one in zones.values() if len(one.points) > 2),
        lines=tuple(drawn(one, closed=False) for one in lines.values() if len(one.points) > 1),
        dots=tuple((*place(x, y), group(code)) for x, y, code in last),
        counts=tuple(len(frame) for frame in replay.frames),
        start_s=replay.start_s,
        step_s=replay.step_s,
        scale=scale,
        left=left,
        top=top,
        bar=_bar(scale),
    )


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
