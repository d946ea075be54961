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


def zone(corners) -> GroundZone:
    return GroundZone(tuple(map(tuple, corners)))


@pytest.fixture(scope="module", params=["corridor", "bottleneck"])
def compared(request, tmp_path_factory):
    """The rows, what was asked of PedPy and what it said."""
    path, asked = peer.CORRIDOR, ASKED
    if request.param == "bottleneck":
        path = peer.BOTTLENECK
        asked = ASKED | {"walkable": HALL, "area": GATE, "line": THRESHOLD}
    rows = peer.trajectories(path, every=5)
    what = ["n_t", "classic", "voronoi", "speed"]
    return rows, asked, peer.answer(tmp_path_factory.mktemp("pedpy"), rows, what=what, **asked)


def test_classic_density(compared):
    rows, asked, said = compared
    borders = Borders([zone(asked["area"])])
    found = {
        frame: borders.holds(points).sum() / borders.areas_m2[0]
        for frame, _, points in peer.by_frame(rows)
    }
    truth = dict(zip(said["classic_frame"].tolist(), said["classic_density"], strict=True))
    assert max(truth.values()) > 0.5
    assert [found.get(frame, 0.0) for frame in truth] == pytest.approx(list(truth.values()))


def test_voronoi_density_and_cells(compared):
    rows, asked, said = compared
    measure = VoronoiDensity([zone(asked["area"])], zone(asked["walkable"]))
    truth = dict(zip(said["voronoi_frame"].tolist(), said["voronoi_density"], strict=True))
    pairs = zip(said["cells_id"].tolist(), said["cells_frame"].tolist(), strict=True)
    cells = dict(zip(pairs, said["cells_density"], strict=True))
    worst_zone = worst_cell = 0.0
    for frame, ids, points in peer.by_frame(rows):
        found = measure.cells(points)
        theirs = np.array([cells[i, frame] for i in ids.tolist()])
        worst_zone = max(worst_zone, abs(found.densities_pm2[0] - truth[frame]))
        worst_cell = max(worst_cell, float(np.abs(1 / found.areas_m2 - theirs).max()))
    assert worst_zone < 1e-6
    assert worst_cell < 1e-6


def test_individual_speed(compared):
    rows, asked, said = compared
    keys = zip(said["speed_id"].tolist(), said["speed_frame"].tolist(), strict=True)
    truth = dict(zip(keys, said["speed_speed"], strict=True))
    motion, compared_n = Motion(), 0
    half = asked["step"]
    for frame, ids, points in peer.by_frame(rows):
        now = motion.observe(tracks(frame / asked["fps"], ids, points))
        for i, speed in zip(ids.tolist(), now.speeds_mps.tolist(), strict=True):
            if (i, frame - half) in truth:
                assert speed == pytest.approx(truth[i, frame - half], abs=1e-6)
                compared_n += 1
    assert compared_n == len(truth) > 1000


def test_n_t(compared):
    rows, asked, said = compared
    motion = Motion()
    observer = LineSpeeds({"line": GroundLine(tuple(map(tuple, asked["line"])))}, motion)
    moments = []
    for frame, ids, points in peer.by_frame(rows):
        moments += observer.observe(motion.observe(tracks(float(frame), ids, points)))
    moments += observer.end(motion.end_all())
    assert len({c.direction for c in moments}) == 1
    found = np.searchsorted(np.sort([c.time_s for c in moments]), said["n_t_frame"])
    assert np.array_equal(found, said["n_t_n"])
