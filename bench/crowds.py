"""Ground observers: time a frame, speed against PedPy, and real streets. Markdown on stdout.

python bench/crowds.py [--quick]

The trajectories lie in PARVIS_ASSETS, or in ``shared`` beside a development checkout; PedPy is in
the peers' environment (.venv-peers or PARVIS_PEERS). ``--quick`` leaves PedPy out. Seconds are
those of the processor, one thread each.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "measures" / "ground"))

import pedpy_peer as peer  # noqa: E402
import test_companions  # noqa: E402
import walkers  # noqa: E402
from walks import tracks  # noqa: E402

from parvis.measures.ground.drawn import GroundShapes  # noqa: E402
from parvis.measures.ground.motion import Motion  # noqa: E402
from parvis.measures.ground.observers import GroundObservers  # noqa: E402
from parvis.measures.ground.shapes import Borders, GroundLine, GroundZone, ZoneUse  # noqa: E402
from parvis.measures.ground.speeds import LineSpeeds  # noqa: E402
from parvis.measures.ground.voronoi import VoronoiDensity  # noqa: E402
from parvis.values.classes import ObjectClass  # noqa: E402

RATE = 5.0
OBJECTS = 100
CORRIDORS = 40
SPACING_M = 10.0


def square(x: float, y: float, side: float, use: ZoneUse = ZoneUse.WALKWAY) -> GroundZone:
    return GroundZone(((x, y), (x + side, y), (x + side, y + side), (x, y + side)), use)


def crowd(seed: int) -> Callable[[float], tuple[np.ndarray, np.ndarray]]:
    """100 people who walk on a square of 40 m, turn at its edges, and are replaced now and then."""
    rng = np.random.default_rng(seed)
    start, way = rng.uniform(0, 40, (OBJECTS, 2)), rng.normal(0, 0.9, (OBJECTS, 2))
    way[:20] *= 0.05

    def at(time_s: float) -> tuple[np.ndarray, np.ndarray]:
        place = (start + way * time_s) % 80
        generation = ((np.arange(OBJECTS) * 0.6 + time_s) // 60).astype(int)
        return generation * OBJECTS + np.arange(OBJECTS), np.where(place > 40, 80 - place, place)

    return at


def cost() -> tuple[float, float]:
    """Median over seconds of the milliseconds a frame, and the slowest frame's."""
    uses = (ZoneUse.WALKWAY, ZoneUse.WAITING, ZoneUse.QUEUE, ZoneUse.WALKWAY, ZoneUse.PARKING)
    shapes = GroundShapes(
        lines={f"l{i}": GroundLine(((5.0 + 10 * i, 0.0), (5.0 + 10 * i, 40.0))) for i in range(4)},
        zones={f"z{i}": square(7.0 * i + 1, 10, 6, use) for i, use in enumerate(uses)},
        view=square(0, 0, 40),
    )
    observers = GroundObservers(shapes, rate=RATE, classes=tuple(ObjectClass))
    place, seconds, worst, before = crowd(1), [], 0.0, set()
    rng = np.random.default_rng(2)
    for second in range(180):
        spent = 0.0
        for k in range(int(RATE)):
            time_s = second + k / RATE
            ids, points = place(time_s)
            now = tracks(
                time_s,
                ids,
                points + rng.normal(0, 0.03, points.shape),
                sigma_m=0.05,
                ended=sorted(before - set(ids.tolist())),
            )
            before = set(ids.tolist())
            began_s = time.process_time()
            observers.observe(now)
            took_s = time.process_time() - began_s
            spent, worst = spent + took_s, max(worst, took_s if second > 5 else 0.0)
        began_s = time.process_time()
        if second % 60 == 6 and second > 60:
            observers.take(second // 60 * 60 - 60.0)
        seconds.append(spent + time.process_time() - began_s)
    return float(np.median(seconds)) / RATE * 1e3, worst * 1e3


def side_by_side(rows: np.ndarray, corridors: int) -> np.ndarray:
    """The same people in several corridors beside each other, all at the same time."""
    copies = [rows + np.array([1000.0 * i, 0.0, 0.0, SPACING_M * i]) for i in range(corridors)]
    joined = np.concatenate(copies)
    return joined[np.lexsort((joined[:, 0], joined[:, 1]))]


def timed(work: Callable[[], object]) -> float:
    began_s = time.process_time()
    work()
    return time.process_time() - began_s


def against_pedpy() -> None:
    rows = side_by_side(peer.trajectories(peer.CORRIDOR), CORRIDORS)
    few = rows[rows[:, 1] < rows[0, 1] + 500]
    height = SPACING_M * CORRIDORS
    room = [[-6.0, -1.0], [5.0, -1.0], [5.0, height], [-6.0, height]]
    area = [[-2.0, 0.5], [2.0, 0.5], [2.0, height - 5], [-2.0, height - 5]]
    line = [[0.0, 0.0], [0.0, height]]
    asked = {"fps": 25.0, "walkable": room, "area": area, "line": line, "step": 10}
    with tempfile.TemporaryDirectory() as folder:
        all_of = ["n_t", "classic", "speed"]
        theirs = peer.answer(Path(folder), rows, what=all_of, **asked)
        theirs |= peer.answer(Path(folder), few, what=["voronoi"], **asked)

    def frames_of(which: np.ndarray) -> list:
        return [(f / 25.0, ids, points) for f, ids, points in peer.by_frame(which)]

    frames, short = frames_of(rows), frames_of(few)
    ready = [tracks(*one) for one in frames]
    zone, walkable = (GroundZone(tuple(map(tuple, c))) for c in (area, room))
    motion = Motion()
    counter = LineSpeeds({"line": GroundLine(tuple(map(tuple, line)))}, motion)
    borders, voronoi = Borders([zone]), VoronoiDensity([zone], walkable)

    def crossings() -> None:
        for now in ready:
            counter.observe(motion.observe(now))

    fresh = Motion()
    ours = {
        "n_t": ("N–t, with speed at the line", len(rows), timed(crossings)),
        "classic": (
            "classic density",
            len(rows),
            timed(lambda: [borders.holds(points).sum() for _, _, points in frames]),
        ),
        "speed": (
            "individual speed", len(rows), timed(lambda: [fresh.observe(now) for now in ready])
        ),
        "voronoi": (
            "Voronoi cells and density",
            len(few),
            timed(lambda: [voronoi.cells(points) for _, _, points in short]),
        ),
    }  # fmt: skip
    print("| measure | points | Parvis s | PedPy s | ratio |")
    print("| --- | --: | --: | --: | --: |")
    for name, (title, n, seconds) in ours.items():
        said = float(theirs[f"{name}_s"])
        print(f"| {title} | {n:,} | {seconds:.2f} | {said:.2f} | {said / seconds:.1f} |")


def streets() -> None:
    print("| street | people | median speed m/s | pairs | pairwise F1 |")
    print("| --- | --: | --: | --: | --: |")
    for name in walkers.SETS:
        motion, speeds, people = Motion(), [], set()
        for now in walkers.street(name):
            speeds.append(motion.observe(now).speeds_mps)
            people |= set(now.ids.tolist())
        truth = walkers.pairs(name)
        f1 = walkers.pairwise_f1(test_companions.pairs_found(walkers.street(name)), truth)
        median = float(np.nanmedian(np.concatenate(speeds)))
        print(f"| {name} | {len(people)} | {median:.2f} | {len(truth)} | {f1:.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave PedPy out")
    quick = parser.parse_args().quick
    median_ms, worst_ms = cost()
    print(f"All observers, {OBJECTS} objects, 5 zones, 4 lines, {RATE:.0f} frames a second:")
    print(f"{median_ms:.2f} ms a frame amortised (median), {worst_ms:.1f} ms the slowest.")
    print()
    if peer.installed() and not quick:
        against_pedpy()
        print()
    elif not quick:
        print("PedPy is left out: no peers' environment (bench/requirements-peers.txt)\n")
    streets()


if __name__ == "__main__":
    main()
