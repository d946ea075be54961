"""A network's numbers → boxes in pixels of its input, all boxes at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from parvis.values.classes import ObjectClass
from parvis.values.frame import FrameSize
from parvis.vision.boxes import overlaps
from parvis.vision.models.definition import ModelDefinition

Floats = npt.NDArray[np.float64]
Outputs = Mapping[str, npt.NDArray[np.generic]]
"""What an engine returns: arrays by output name."""


class WrongOutputs(ValueError):  # noqa: N818
    """The network does not answer in the shape that its definition declares."""


@dataclass(frozen=True, slots=True)
class RawBoxes:
    """Boxes before classes are mapped and before the frame's own size is known.

    Args:
        corners: x1, y1, x2, y2 in pixels of the network's input, shape (n, 4).
        scores: confidence, shape (n,).
        labels: index into the definition's labels, shape (n,).
    """

    corners: Floats
    scores: Floats
    labels: npt.NDArray[np.intp]


Decoder = Callable[[Outputs, ModelDefinition, FrameSize], RawBoxes]


def decode(outputs: Outputs, model: ModelDefinition, canvas: FrameSize) -> RawBoxes:
    """Counted boxes of at least the low threshold, several of one thing reduced to the best.

    Args:
        outputs: what the engine answered.
        model: how to read it.
        canvas: size of the picture that the network saw.

    Raises:
        WrongOutputs: shapes that do not fit the definition, among them another number of classes
            than declared: a network that knows more than it says is not used.
    """
    raw = _DECODERS[model.output.decoder](outputs, model, canvas)
    kinds = _kinds(model)[raw.labels]
    kept = np.flatnonzero(kinds >= 0)
    if model.output.nms_iou is not None:
        better = suppress(raw.corners[kept], raw.scores[kept], kinds[kept], model.output.nms_iou)
        kept = kept[better]
    return RawBoxes(raw.corners[kept], raw.scores[kept], raw.labels[kept])


def suppress(
    corners: Floats, scores: Floats, kinds: npt.NDArray[np.intp], iou: float
) -> npt.NDArray[np.intp]:
    """Non-maximum suppression within each kind: indices of the boxes kept, best first.

    The greedy order is resolved on the matrix of overlaps: a box falls when a better one of its
    kind that itself stands overlaps it by more than ``iou``.
    """
    order = np.argsort(-scores, kind="stable")
    corners, kinds = corners[order], kinds[order]
    rivals = np.triu((overlaps(corners, corners) > iou) & (kinds[:, None] == kinds[None, :]), 1)
    stands = np.ones(len(order), dtype=np.bool_)
    while True:  # settles in as many rounds as the longest chain of rivals, usually two
        settled = ~(rivals & stands[:, None]).any(axis=0)
        if np.array_equal(settled, stands):
            return order[stands]
        stands = settled


_KINDS = {
    ObjectClass.PERSON: 0,
    ObjectClass.BICYCLE: 1,
    ObjectClass.MOTORCYCLE: 1,
    ObjectClass.CAR: 2,
    ObjectClass.BUS: 2,
    ObjectClass.TRUCK: 2,
    ObjectClass.VEHICLE: 2,
}
"""Classes that a network gives to one and the same thing (a van: car and truck) rival."""


def _kinds(model: ModelDefinition) -> npt.NDArray[np.intp]:
    """The kind of each label, -1 for one that is not counted."""
    return np.array(
        [
            _KINDS[ObjectClass.from_label(model.classes[label])] if label in model.classes else -1
            for label in model.labels
        ]
    )


def _boxes_labels(outputs: Outputs, model: ModelDefinition, _: FrameSize) -> RawBoxes:
    """Open Model Zoo: ``boxes`` (n, 5) of corners and score, ``labels`` (n,)."""
    try:
        boxes = np.asarray(outputs["boxes"], dtype=np.float64).reshape(-1, 5)
        labels = np.asarray(outputs["labels"], dtype=np.intp).reshape(-1)
    except (KeyError, ValueError) as error:
        raise WrongOutputs(f"model {model.name}: expected boxes (n, 5) and labels (n)") from error
    good = boxes[:, 4] >= model.thresholds.low
    if (labels[good] >= len(model.labels)).any():
        raise WrongOutputs(f"model {model.name}: it answers more classes than it declares")
    return RawBoxes(boxes[good, :4], boxes[good, 4], labels[good])


def _nanodet(outputs: Outputs, model: ModelDefinition, canvas: FrameSize) -> RawBoxes:
    """NanoDet: per stride, class scores (1, cells, classes) and edge bins (1, cells, 4 * bins)."""
    cells, strides = _cells(canvas, model.output.strides)
    scores = _stacked(outputs, len(model.labels), cells, model)
    edges = _stacked(outputs, 4 * model.output.bins, cells, model)
    best = scores.max(axis=1)
    good = np.flatnonzero(best >= model.thresholds.low)
    bins = edges[good].reshape(-1, 4, model.output.bins).astype(np.float64)
    weights = np.exp(bins - bins.max(axis=2, keepdims=True))
    reach = weights @ np.arange(model.output.bins) / weights.sum(axis=2)
    reach *= strides[good, None]
    centres = (cells[good] + 0.5) * strides[good, None]
    corners = np.hstack((centres - reach[:, :2], centres + reach[:, 2:]))
    return RawBoxes(corners, best[good].astype(np.float64), scores[good].argmax(axis=1))


def _yolox(outputs: Outputs, model: ModelDefinition, canvas: FrameSize) -> RawBoxes:
    """YOLOX: (1, cells, 5 + classes) of offset, log size, objectness, class scores."""
    cells, strides = _cells(canvas, model.output.strides)
    rows = _stacked(outputs, 5 + len(model.labels), cells, model)
    scores = rows[:, 5:] * rows[:, 4:5]
    best = scores.max(axis=1)
    good = np.flatnonzero(best >= model.thresholds.low)
    picked, stride = rows[good].astype(np.float64), strides[good, None]
    centres = (picked[:, :2] + cells[good]) * stride
    halves = np.exp(picked[:, 2:4]) * stride / 2
    corners = np.hstack((centres - halves, centres + halves))
    return RawBoxes(corners, best[good].astype(np.float64), scores[good].argmax(axis=1))


def _boxes_scores(outputs: Outputs, model: ModelDefinition, canvas: FrameSize) -> RawBoxes:
    """DETR family: ``boxes`` (1, n, 4) relative cx, cy, w, h and ``scores`` (1, n, classes)."""
    try:
        boxes = np.asarray(outputs["boxes"], dtype=np.float64).reshape(-1, 4)
        scores = np.asarray(outputs["scores"], dtype=np.float64).reshape(len(boxes), -1)
    except (KeyError, ValueError) as error:
        raise WrongOutputs(f"model {model.name}: expected boxes (n, 4), scores (n, k)") from error
    if scores.shape[1] != len(model.labels):
        raise WrongOutputs(
            f"model {model.name}: {scores.shape[1]} classes answered, {len(model.labels)} declared"
        )
    best = scores.max(axis=1)
    good = np.flatnonzero(best >= model.thresholds.low)
    centres = boxes[good, :2] * (canvas.width, canvas.height)
    halves = boxes[good, 2:] * (canvas.width / 2, canvas.height / 2)
    corners = np.hstack((centres - halves, centres + halves))
    return RawBoxes(corners, best[good], scores[good].argmax(axis=1))


@lru_cache(maxsize=16)
def _cells(canvas: FrameSize, strides: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Column and row of every cell, shape (cells, 2), and its stride, shape (cells,)."""
    grids = []
    for stride in strides:
        rows, columns = -(-canvas.height // stride), -(-canvas.width // stride)
        grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1)
        grids.append(grid.reshape(-1, 2))
    return (
        np.concatenate(grids).astype(np.float64),
        np.repeat(np.array(strides, dtype=np.float64), [len(grid) for grid in grids]),
    )


def _stacked(
    outputs: Outputs, channels: int, cells: Floats, model: ModelDefinition
) -> npt.NDArray[np.float32]:
    """Outputs with that many channels, finest stride first, as one array (cells, channels)."""
    parts = [
        np.asarray(part).reshape(-1, channels)
        for part in outputs.values()
        if part.shape[-1] == channels
    ]
    parts.sort(key=len, reverse=True)
    if sum(map(len, parts)) != len(cells):
        shapes = ", ".join(str(part.shape) for part in outputs.values())
        raise WrongOutputs(
            f"model {model.name}: expected {len(cells)} cells of {channels} numbers, got {shapes}: "
            "the network's classes or input are not those declared"
        )
    stacked: npt.NDArray[np.float32] = np.concatenate(parts).astype(np.float32, copy=False)
    return stacked


_DECODERS: dict[str, Decoder] = {
    "boxes-labels": _boxes_labels,
    "nanodet": _nanodet,
    "yolox": _yolox,
    "boxes-scores": _boxes_scores,
}
