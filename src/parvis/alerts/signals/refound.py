"""Lost trails found again: which new track continues which, by place, time and way alone."""

import numpy as np
import numpy.typing as npt

from parvis.alerts.signals.trail_states import TrailStates
from parvis.measures.ground.segments import FloatArray, IndexArray
from parvis.values.classes import ObjectClass

GAP_S = 3.0
"""An object that is not found again for longer has gone, or has stood hidden (``HIDDEN_S``)."""

HIDDEN_S = 6.0
"""One that stood still may be hidden for longer behind those who pass."""

NEAR_M = 1.5
"""How far from where it should be one that is found again may be."""

WALKING_MPS = 0.8
"""Slower, a direction may be noise."""

_VEHICLES = np.zeros(len(ObjectClass), dtype=np.bool_)
_VEHICLES[list(ObjectClass)[ObjectClass.CAR :]] = True


def refound(
    states: TrailStates,
    lost: IndexArray,
    points: FloatArray,
    codes: npt.NDArray[np.int8],
    now_s: float,
) -> dict[int, tuple[int, FloatArray]]:
    """The lost trail that each new position continues, nearest first, and how it went.

    Args:
        states: of all trails.
        lost: those that are not seen now.
        points: of the new, metres, shape (n, 2).
        codes: their class codes, shape (n,): none becomes a vehicle, and no vehicle anything else.
        now_s: the moment.

    Returns:
        by index among the new: the trail, and the velocity that it had.
    """
    if not len(lost):
        return {}
    lost_s = now_s - states.last_s[lost]
    still = states.still(lost)
    lost_s[~still & (lost_s > GAP_S + 1e-6)] = np.inf
    before = np.where(still[:, None], 0.0, states.velocities(lost))
    way = before * np.minimum(lost_s, GAP_S)[:, None]
    rel = points[:, None] - states.last[lost]
    length2 = np.maximum(np.sum(way * way, axis=1), 1e-12)
    share = np.clip(np.sum(rel * way, axis=2) / length2, 0.5, 1.0)
    off = np.linalg.norm(rel - share[..., None] * way, axis=2)
    room_m = NEAR_M + 2 * states.sigma_m[lost] + 0.25 * np.sqrt(length2)
    off[(off > room_m) | np.isinf(lost_s)] = np.inf
    off[_VEHICLES[codes][:, None] != _VEHICLES[states.codes[lost]]] = np.inf
    found: dict[int, tuple[int, FloatArray]] = {}
    while np.isfinite(off).any():
        i, j = np.unravel_index(int(np.argmin(off)), off.shape)
        found[int(i)] = int(lost[j]), before[j]
        off[i, :] = off[:, j] = np.inf
    return found


def turned_back(before: FloatArray, after: FloatArray) -> npt.NDArray[np.bool_]:
    """Who walked, and now walks the other way, shape (n,): their track is another's."""
    walked = np.minimum(np.hypot(*before.T), np.hypot(*after.T)) > WALKING_MPS
    turned: npt.NDArray[np.bool_] = walked & (np.sum(before * after, axis=1) < 0)
    return turned
