"""How well tracks fit the truth: HOTA, IDF1 and MOTA.

HOTA: Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", IJCV 2021.
IDF1: Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera
Tracking", 2016. MOTA: Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking
Performance: the CLEAR MOT Metrics", 2008. The figures equal those of TrackEval and motmetrics.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.vision.assignment import best_pairs
from parvis.vision.boxes import overlaps
from parvis.vision.mot_format import TrackRows

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MATCH_OVERLAP = 0.5
"""Least intersection over union of a match, for IDF1 and MOTA."""

HOTA_OVERLAPS = np.arange(0.05, 0.99, 0.05)
"""The nineteen thresholds that HOTA averages over."""

EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class TrackScores:
    """Scores of a tracker against the truth.

    Args:
        hota, deta, assa: HOTA and its detection and association parts, means over 19 overlaps.
        idf1: F1 of identities under the best one-to-one pairing of true and reported ones.
        mota: 1 - (misses + false positives + identity switches) / true boxes; at most 1.
        id_switches: times a true object's reported identity changed.
        false_positives, misses: boxes at overlap 0.5.
        true_boxes, reported_boxes: what was compared.
    """

    hota: float
    deta: float
    assa: float
    idf1: float
    mota: float
    id_switches: int
    false_positives: int
    misses: int
    true_boxes: int
    reported_boxes: int


@dataclass(frozen=True, slots=True)
class _Frame:
    """One frame: codes of the true and reported identities, and the overlap of every pair."""

    truth: Ints
    result: Ints
    overlap: Floats


def evaluate_tracks(truth: TrackRows, result: TrackRows) -> TrackScores:
    """Score reported tracks against the truth.

    Frames that only one side knows count as misses or false positives.

    Raises:
        ValueError: the truth is empty.
    """
    if not len(truth):
        raise ValueError("there is no true box to compare with")
    true_ids, true_codes = np.unique(truth.ids, return_inverse=True)
    reported_ids, reported_codes = np.unique(result.ids, return_inverse=True)
    frames = [
        _Frame(
            true_codes[in_truth],
            reported_codes[in_result],
            overlaps(truth.boxes[in_truth], result.boxes[in_result]),
        )
        for in_truth, in_result in _by_frame(truth.frames, result.frames)
    ]
    true_sizes = np.bincount(true_codes, minlength=len(true_ids)).astype(np.float64)
    sizes = np.bincount(reported_codes, minlength=len(reported_ids)).astype(np.float64)
    hota, deta, assa = _hota(frames, true_sizes, sizes)
    false_positives, misses, switches = _clear(frames, len(true_ids))
    return TrackScores(
        hota=hota,
        deta=deta,
        assa=assa,
        idf1=_idf1(frames, true_sizes, sizes),
        mota=1 - (false_positives + misses + switches) / len(truth),
        id_switches=switches,
        false_positives=false_positives,
        misses=misses,
        true_boxes=len(truth),
        reported_boxes=len(result),
    )


def _by_frame(first: Ints, second: Ints) -> list[tuple[Ints, Ints]]:
    """Row numbers of each frame in both tables, frames in order."""
    numbers = np.unique(np.concatenate((first, second)))

    def split(frames: Ints) -> list[Ints]:
        order = np.argsort(frames, kind="stable")
        cuts = np.searchsorted(frames[order], numbers)
        return np.split(order, cuts[1:])

    return list(zip(split(first), split(second), strict=True))


def _hota(frames: list[_Frame], true_sizes: Floats, sizes: Floats) -> tuple[float, float, float]:
    """HOTA, DetA and AssA, averaged over the thresholds."""
    shared = np.zeros((len(true_sizes), len(sizes)))
    for frame in frames:
        of_truth = frame.overlap.sum(axis=1, keepdims=True)
        of_result = frame.overlap.sum(axis=0, keepdims=True)
        either = of_truth + of_result - frame.overlap
        share = np.divide(frame.overlap, either, out=np.zeros_like(either), where=either > EPSILON)
        shared[np.ix_(frame.truth, frame.result)] += share
    alignment = shared / (true_sizes[:, None] + sizes[None, :] - shared)
    together = np.zeros((len(HOTA_OVERLAPS), *shared.shape))
    for frame in frames:
        worth = alignment[np.ix_(frame.truth, frame.result)] * frame.overlap
        rows, columns = best_pairs(worth)
        close = frame.overlap[rows, columns] >= HOTA_OVERLAPS[:, None] - EPSILON
        together[:, frame.truth[rows], frame.result[columns]] += close
    matched = together.sum(axis=(1, 2))
    united = np.maximum(1, true_sizes[:, None] + sizes[None, :] - together)
    assa = (together * (together / united)).sum(axis=(1, 2)) / np.maximum(1, matched)
    deta = matched / np.maximum(1, true_sizes.sum() + sizes.sum() - matched)
    return float(np.sqrt(deta * assa).mean()), float(deta.mean()), float(assa.mean())


def _idf1(frames: list[_Frame], true_sizes: Floats, sizes: Floats) -> float:
    """Best one-to-one pairing of identities by boxes in common."""
    common = np.zeros((len(true_sizes), len(sizes)))
    for frame in frames:
        close = frame.overlap >= MATCH_OVERLAP
        common[np.ix_(frame.truth, frame.result)] += close
    pairs = best_pairs(common)
    return float(2 * common[pairs].sum() / (true_sizes.sum() + sizes.sum()))


def _clear(frames: list[_Frame], true_objects: int) -> tuple[int, int, int]:
    """False positives, misses and identity switches; a match that still holds is kept."""
    nobody = -1
    last = np.full(true_objects, nobody, dtype=np.int64)
    false_positives = misses = switches = 0
    for frame in frames:
        allowed = frame.overlap >= MATCH_OVERLAP
        kept = allowed & (last[frame.truth][:, None] == frame.result[None, :])
        worth = np.where(allowed, frame.overlap + 1000 * kept, 0)
        rows, columns = best_pairs(worth)
        real = allowed[rows, columns]
        matched, reported = frame.truth[rows[real]], frame.result[columns[real]]
        switches += int(((last[matched] != nobody) & (last[matched] != reported)).sum())
        last[matched] = reported
        misses += len(frame.truth) - len(matched)
        false_positives += len(frame.result) - len(matched)
    return false_positives, misses, switches
