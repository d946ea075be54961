"""Equal to PedPy 1.5.1 where the definition is the same.

Where it is not: PedPy counts a person's first passing of a line only, at the frame after it; here
a passage counts once the person is clear of the line, at its interpolated moment, and in either
direction. A point on a border is outside for PedPy. PedPy's cell that a wall cuts in two loses the
part without the person.
"""

import numpy as np
import pedpy_peer as peer
import pytest
from walks import tracks

from parvis.measures.ground.motion import Motion
from parvis.measures.ground.shapes import Borders, GroundLine, GroundZone
from parvis.measures.ground.speeds import LineSpeeds
from parvis.measures.ground.voronoi import VoronoiDensity

pytestmark = pytest.mark.skipif(
    not (peer.installed() and peer.DATA.exists()), reason="no PedPy, or no trajectories"
)

ROOM = [[-6.0, 0.0], [5.0, 0.0], [5.0, 5.0], [-6.0, 5.0]]
AREA = [[-2.0, 0.5], [2.0, 0.5], [2.0, 4.5], [-2.0, 4.5]]
LINE = [[0.0, 0.0], [0.0, 5.0]]
ASKED = {"fps": 5.0, "walkable": ROOM, "area": AREA, "line": LINE, "step": 2}
# The same for the bottleneck: a wall with a gap of 50 cm at y = 0, where everybody passes.
HALL = [[-3.5, -2.5], [3.5, -2.5], [3.5, 6.5], [-3.5, 6.5]]
# Off the tenths of a millimetre of the data: a point on a border is outside for PedPy.
GATE = [[-0.40005, 0.50005], [0.40005, 0.50005], [0.40005, 1.30005], [-0.40005, 1.30005]]
THRESHOLD = [[0.5, 0.0], [-0.5, 0.0]]


CASES = {
    "corridor": (peer.CORRIDOR, ASKED),
    "bottleneck": (
        peer.BOTTLENECK, ASKED | {"walkable": HALL, "area": GATE, "line": THRESHOLD}
    ),
}  # fmt: skip
MEASURES = ["n_t", "classic", "voronoi", "speed"]


def zone(corners) -> GroundZone:
    return GroundZone(tuple(map(tuple, corners)))


def classic_density(rows, asked, said) -> float:
    borders = Borders([zone(asked["area"])])
    found = {
        frame: borders.holds(points).sum() / borders.areas_m2[0]
        for frame, _, points in peer.by_frame(rows)
    }
    truth = zip(said["classic_frame"].tolist(), said["classic_density"], strict=True)
    return max(abs(found.get(frame, 0.0) - density) for frame, density in truth)


def voronoi(rows, asked, said) -> tuple[float, float]:
    """Differences of the density of the area and of that of each person's cell."""
    measure = VoronoiDensity([zone(asked["area"])], zone(asked["walkable"]))
    truth = dict(zip(said["voronoi_frame"].tolist(), said["voronoi_density"], strict=True))
    pairs = zip(said["cells_id"].tolist(), said["cells_frame"].tolist(), strict=True)
    cells = dict(zip(pairs, said["cells_density"], strict=True))
    of_area, of_cell = [], []
    for frame, ids, points in peer.by_frame(rows):
        found = measure.cells(points, np.array((0, len(points))))
        theirs = np.array([cells[i, frame] for i in ids.tolist()])
        of_area.append(abs(found.densities_pm2[0, 0] - truth[frame]))
        of_cell.append(np.abs(1 / found.areas_m2 - theirs).max())
    return float(max(of_area)), float(max(of_cell))


def individual_speed(rows, asked, said) -> float:
    """PedPy's speeds are those of the middle of the window, ours of its end."""
    keys = zip(said["speed_id"].tolist(), said["speed_frame"].tolist(), strict=True)
    truth = dict(zip(keys, said["speed_speed"], strict=True))
    motion, off = Motion(), []
    for frame, ids, points in peer.by_frame(rows):
        now = motion.observe(tracks(frame / asked["fps"], ids, points))
        for i, speed in zip(ids.tolist(), now.speeds_mps.tolist(), strict=True):
            theirs = truth.pop((i, frame - asked["step"]), None)
            if theirs is not None:
                off.append(abs(speed - theirs))
    assert not truth, "PedPy has speeds that we have not"
    return max(off)


def n_t(rows, asked, said) -> int:
    motion = Motion()
    observer = LineSpeeds({"line": GroundLine(tuple(map(tuple, asked["line"])))}, motion)
    moments = []
    for frame, ids, points in peer.by_frame(rows):
        moments += observer.observe(motion.observe(tracks(float(frame), ids, points)))
    moments += observer.end(motion.end_all())
    found = np.searchsorted(np.sort([c.time_s for c in moments]), said["n_t_frame"])
    return int(np.abs(found - said["n_t_n"]).max())


def differences(rows, asked, said) -> dict[str, float]:
    """Greatest absolute difference of each measure."""
    of_area, of_cell = voronoi(rows, asked, said)
    return {
        "N–t, people": n_t(rows, asked, said),
        "classic density, p/m²": classic_density(rows, asked, said),
        "Voronoi density, p/m²": of_area,
        "Voronoi density of each cell, p/m²": of_cell,
        "individual speed, m/s": individual_speed(rows, asked, said),
    }


@pytest.mark.parametrize("name", CASES)
def test_equal_to_pedpy(name, tmp_path):
    path, asked = CASES[name]
    rows = peer.trajectories(path, every=5)
    said = peer.answer(tmp_path, rows, what=MEASURES, **asked)
    assert said["classic_density"].max() > 0.5
    assert said["n_t_n"][-1] > 50
    for measure, difference in differences(rows, asked, said).items():
        assert difference < 1e-6, measure
