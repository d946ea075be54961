"""Real people on real streets as scenarios: ETH, Hotel, Zara01 and PETS, and what is made of them.

Nothing of it is ever written down: the data lie beside the checkout and are read when a test runs.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from parvis.alerts.from_site import rules_of, watched_by_cameras
from parvis.alerts.rule import Rule
from parvis.alerts.scenario import Scenario, Walks
from parvis.alerts.scene import Scene, WatchedZone
from parvis.measures.ground.shapes import GroundZone, ZoneUse
from parvis.site.loading import load

# Frame numbers a second; those of seq_eth are of 15 a second, see data/MANIFEST.md.
SETS = {"ETH/seq_eth": 15.0, "ETH/seq_hotel": 25.0, "UCY/zara01": 25.0}
SEQUENCES = (*SETS, "PETS")

PETS_SITE = Path(__file__).resolve().parents[2] / "bench" / "sites" / "pets.yaml"
PETS_RATE = 10.0
"""What its video says; its makers speak of 7, at which people would walk slower."""


def walks_of(rows: np.ndarray) -> Walks:
    """Walks from rows of (seconds, id, x, y), in any order."""
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    return Walks(
        rows[:, 0].copy(), rows[:, 1].astype(np.int64), rows[:, 2:4].copy(),
        np.zeros(len(rows), np.int8),
    )  # fmt: skip


def street(shared: Path, name: str) -> np.ndarray:
    """A sequence as rows of (seconds, id, x, y)."""
    if name == "PETS":
        return _pets(shared)
    rows = np.loadtxt(shared / "data/trajectories" / name / "obsmat.txt")
    return np.column_stack((rows[:, 0] / SETS[name], rows[:, 1], rows[:, 2], rows[:, 4]))


def _pets(shared: Path) -> np.ndarray:
    boxes = np.loadtxt(shared / "data/gt/pets2009/gt_mot.txt", delimiter=",")
    boxes = boxes[boxes[:, 0] % 2 == 0]
    ground = load(PETS_SITE).site.cameras["pets"].ground
    assert ground is not None
    seen = np.array([one.image for one in ground.points]) * (768, 576)
    metres = np.array([one.ground for one in ground.points])
    plane = _homography(seen, metres)
    feet = np.column_stack((boxes[:, 2] + boxes[:, 4] / 2, boxes[:, 3] + boxes[:, 5]))
    there = np.column_stack((feet, np.ones(len(feet)))) @ plane.T
    return np.column_stack((boxes[:, 0] / PETS_RATE, boxes[:, 1], there[:, :2] / there[:, 2:]))


def _homography(seen: np.ndarray, metres: np.ndarray) -> np.ndarray:
    """Direct linear transform."""
    rows = []
    for (u, v), (x, y) in zip(seen / 1000, metres, strict=True):
        rows.append([u, v, 1, 0, 0, 0, -x * u, -x * v, -x])
        rows.append([0, 0, 0, u, v, 1, -y * u, -y * v, -y])
    plane = np.linalg.svd(np.array(rows))[2][-1].reshape(3, 3)
    return plane @ np.diag((1e-3, 1e-3, 1))


def defaults() -> tuple[Rule, ...]:
    """The rules that run where a site has declared none."""
    return tuple(watched_by_cameras(rules_of({})))


def quarters(rows: np.ndarray, use: str = "walkway") -> dict[str, WatchedZone]:
    """The ground that is walked on, cut into four zones, and its middle as a fifth."""
    low, high = rows[:, 2:4].min(axis=0), rows[:, 2:4].max(axis=0)
    middle = (low + high) / 2
    boxes = {
        "a": (low, middle), "d": (middle, high),
        "b": (np.array((middle[0], low[1])), np.array((high[0], middle[1]))),
        "c": (np.array((low[0], middle[1])), np.array((middle[0], high[1]))),
        "m": ((low + middle) / 2, (high + middle) / 2),
    }  # fmt: skip
    return {name: zone(*corners, use=use) for name, corners in boxes.items()}


def zone(
    low: Iterable[float],
    high: Iterable[float],
    use: str = "walkway",
    capacity: int | None = None,
) -> WatchedZone:
    """A rectangle."""
    (ax, ay), (bx, by) = low, high
    corners = ((ax, ay), (bx, ay), (bx, by), (ax, by))
    drawn = ZoneUse(use) if use in {one.value for one in ZoneUse} else ZoneUse.WALKWAY
    return WatchedZone(GroundZone(corners, drawn, capacity), use, None, capacity)


def scenario(
    name: str, rows: np.ndarray, zones: dict[str, WatchedZone], rules: tuple[Rule, ...] = ()
) -> Scenario:
    """A scenario in which the given rules run, or the ready-made ones."""
    return Scenario(name, Scene("scene", zones), walks_of(rows), rules or defaults())
