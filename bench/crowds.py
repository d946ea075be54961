"""Ground observers: their accuracy and their cost. Markdown on stdout.

python bench/crowds.py {accuracy,cost}

The trajectories lie in PARVIS_ASSETS, or in ``shared`` beside a development checkout; PedPy is in
the peers' environment (.venv-peers or PARVIS_PEERS). Seconds are those of the processor, so that
other work on the machine does not count.

Beside PedPy, both sides start from arrays in memory and end with all figures in arrays. Outside the
timing are, for PedPy, its table of the points, made once for all measures and shown on its own, and
for Parvis the cutting of the points into blocks of frames. Each figure is the median of repeats.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "measures" / "ground"))

import crowds_in_blocks as streams  # noqa: E402
import pedpy_peer as peer  # noqa: E402
import test_against_pedpy  # noqa: E402
import test_companions  # noqa: E402
import walkers  # noqa: E402
from walks import tracks  # noqa: E402

from parvis.alerts.camera_watch import CameraWatch  # noqa: E402
from parvis.alerts.engine import RuleEngine  # noqa: E402
from parvis.alerts.kinds import KINDS  # noqa: E402
from parvis.alerts.rule import Rule  # noqa: E402
from parvis.alerts.scene import Scene, WatchedZone  # noqa: E402
from parvis.measures.ground.drawn import GroundShapes  # noqa: E402
from parvis.measures.ground.motion import Motion  # noqa: E402
from parvis.measures.ground.observers import GroundObservers  # noqa: E402
from parvis.measures.ground.shapes import GroundLine, GroundZone, ZoneUse  # noqa: E402
from parvis.values.alerts import AlertBasis  # noqa: E402
from parvis.values.classes import ObjectClass  # noqa: E402

RATE = 5.0
OBJECTS = 100
CORRIDORS = 40
WATCHED = ("walkway", "waiting", "queue", "one-way", "parking")
"""Uses of the zones, as rules see them."""
SPACING_M = 10.0
VORONOI_OF_FRAMES = 400
REPEATS = 5

Found = TypeVar("Found")


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


def watch_of(shapes: GroundShapes) -> CameraWatch:
    """Every ready-made rule that looks at a camera's ground, on those shapes."""
    zones = {
        name: WatchedZone(zone, use, (1.0, 0.0), 20)
        for (name, zone), use in zip(shapes.zones.items(), WATCHED, strict=True)
    }
    scene = Scene("bench", zones, dict(shapes.lines))
    rules = [Rule(kind.value, kind) for kind in KINDS if KINDS[kind].basis is AlertBasis.IMAGE]
    return CameraWatch(scene, RuleEngine(rules, scene.uses(), zone=ZoneInfo("UTC"), run="bench"))


def cost() -> tuple[float, float, float]:
    """Milliseconds a frame: the observers' median over seconds, their slowest, the rules'."""
    uses = (ZoneUse.WALKWAY, ZoneUse.WAITING, ZoneUse.QUEUE, ZoneUse.WALKWAY, ZoneUse.PARKING)
    shapes = GroundShapes(
        lines={f"l{i}": GroundLine(((5.0 + 10 * i, 0.0), (5.0 + 10 * i, 40.0))) for i in range(4)},
        zones={f"z{i}": square(7.0 * i + 1, 10, 6, use) for i, use in enumerate(uses)},
        view=square(0, 0, 40),
    )
    observers = GroundObservers(shapes, rate=RATE, classes=tuple(ObjectClass))
    watch, ruled = watch_of(shapes), []
    place, seconds, worst, before = crowd(1), [], 0.0, set()
    rng = np.random.default_rng(2)
    for second in range(180):
        spent, judging = 0.0, 0.0
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
            moment = observers.observe(now)
            took_s = time.process_time() - began_s
            ground = observers.now()
            began_s = time.process_time()
            if moment is not None:
                watch.observe(moment, ground)
            judging += time.process_time() - began_s
            spent, worst = spent + took_s, max(worst, took_s if second > 5 else 0.0)
        began_s = time.process_time()
        if second % 60 == 6 and second > 60:
            observers.take(second // 60 * 60 - 60.0)
        seconds.append(spent + time.process_time() - began_s)
        ruled.append(judging)
    each_ms = 1e3 / RATE
    return float(np.median(seconds)) * each_ms, worst * 1e3, float(np.median(ruled)) * each_ms


def side_by_side(rows: np.ndarray, corridors: int) -> np.ndarray:
    """The same people in several corridors beside each other, all at the same time."""
    copies = [rows + np.array([1000.0 * i, 0.0, 0.0, SPACING_M * i]) for i in range(corridors)]
    joined = np.concatenate(copies)
    return joined[np.lexsort((joined[:, 0], joined[:, 1]))]


def timed(work: Callable[[], Found]) -> tuple[float, Found]:
    """Median seconds of the repeats, and what the work gives."""
    took_s = []
    for _ in range(REPEATS):
        began_s = time.process_time()
        found = work()
        took_s.append(time.process_time() - began_s)
    return float(np.median(took_s)), found


def zone_of(corners: list[list[float]]) -> GroundZone:
    return GroundZone(tuple(map(tuple, corners)))


def asked_of(**asked: object) -> dict[str, np.ndarray]:
    with tempfile.TemporaryDirectory() as folder:
        return peer.answer(Path(folder), repeats=REPEATS, **asked)


def faster_than_pedpy() -> None:
    """The same figures of a million points; PedPy's table of them is made once."""
    fps, step = 25.0, 10
    rows = side_by_side(peer.trajectories(peer.CORRIDOR), CORRIDORS)
    first = rows[0, 1]
    few = rows[(rows[:, 1] >= first + 400) & (rows[:, 1] < first + 400 + VORONOI_OF_FRAMES)]
    height = SPACING_M * CORRIDORS
    room = [[-6.0, -1.0], [5.0, -1.0], [5.0, height], [-6.0, height]]
    area = [[-2.0, 0.5], [2.0, 0.5], [2.0, height - 5], [-2.0, height - 5]]
    line = [[0.0, 0.0], [0.0, height]]
    asked = {"fps": fps, "walkable": room, "area": area, "line": line, "step": step}
    said = asked_of(rows=rows, what=["n_t", "classic", "speed"], **asked)
    cells = asked_of(rows=few, what=["voronoi"], **asked)
    given = list(streams.blocks(rows, fps, int(fps)))
    short = list(streams.blocks(few, fps, streams.VORONOI_FRAMES))

    seconds, (densities, areas) = timed(
        lambda: streams.voronoi(short, zone_of(area), zone_of(room))
    )
    of_cells = 1 / streams.at(
        streams.keys(few[:, 0], few[:, 1]),
        areas,
        streams.keys(cells["cells_id"], cells["cells_frame"]),
    )
    off = max(
        np.abs(densities - cells["voronoi_density"]).max(),
        np.abs(of_cells - cells["cells_density"]).max(),
    )
    table = [("Voronoi cells and density, p/m²", len(few), seconds, cells["voronoi_s"], off)]

    seconds, moments = timed(lambda: streams.n_t(given, GroundLine(tuple(map(tuple, line)))))
    off = np.abs(np.searchsorted(moments, said["n_t_frame"] / fps) - said["n_t_n"]).max()
    table.append(("N–t, people", len(rows), seconds, said["n_t_s"], off))

    seconds, densities = timed(lambda: streams.classic_density(given, zone_of(area)))
    off = np.abs(densities - said["classic_density"]).max()
    table.append(("classic density, p/m²", len(rows), seconds, said["classic_s"], off))

    seconds, speeds = timed(lambda: streams.individual_speed(given))
    ours = streams.at(
        streams.keys(rows[:, 0], rows[:, 1] - step),
        speeds,
        streams.keys(said["speed_id"], said["speed_frame"]),
    )
    off = np.abs(ours - said["speed_speed"]).max()
    table.append(("individual speed, m/s", len(rows), seconds, said["speed_s"], off))

    print("| measure | points | Parvis s | PedPy s | ratio | greatest difference |")
    print("| --- | --: | --: | --: | --: | --: |")
    for title, n, took_s, theirs_s, off in table:
        ratio = float(theirs_s) / took_s
        print(f"| {title} | {n:,} | {took_s:.3f} | {theirs_s:.3f} | {ratio:.1f} | {off:.0e} |")
    print(
        f"| PedPy's table of the points | {len(rows):,} | - | {float(said['taking_s']):.3f} | | |"
    )


def equal_to_pedpy() -> None:
    """Greatest differences from PedPy, see tests/measures/ground/test_against_pedpy.py."""
    print("| PedPy 1.5.1, its own data at 5 frames a second | points | greatest difference |")
    print("| --- | --: | --: |")
    for name in ("corridor", "bottleneck"):
        path, asked = test_against_pedpy.CASES[name]
        rows = peer.trajectories(path, every=5)
        with tempfile.TemporaryDirectory() as folder:
            said = peer.answer(Path(folder), rows, what=test_against_pedpy.MEASURES, **asked)
        for title, difference in test_against_pedpy.differences(rows, asked, said).items():
            print(f"| {name}, {title} | {len(rows):,} | {difference:.0e} |")


def streets() -> None:
    print("| street | people | median speed m/s | over 0.4 s | pairs | pairwise F1 |")
    print("| --- | --: | --: | --: | --: | --: |")
    for name in walkers.SETS:
        motion, speeds, steps, people = Motion(), [], [], set()
        for now in walkers.street(name):
            frame = motion.observe(now)
            speeds.append(frame.speeds_mps)
            moved = frame.moved
            steps.append(moved.lengths_m / (moved.end_s - moved.start_s))
            people |= set(now.ids.tolist())
        truth = walkers.pairs(name)
        f1 = walkers.pairwise_f1(test_companions.pairs_found(walkers.street(name)), truth)
        median = float(np.nanmedian(np.concatenate(speeds)))
        step = float(np.median(np.concatenate(steps)))
        print(f"| {name} | {len(people)} | {median:.2f} | {step:.2f} | {len(truth)} | {f1:.3f} |")


def show_cost() -> None:
    median_ms, worst_ms, ruled_ms = cost()
    print(f"All observers, {OBJECTS} objects, 5 zones, 4 lines, {RATE:.0f} frames a second:")
    print(f"{median_ms:.2f} ms a frame amortised (median), {worst_ms:.1f} ms the slowest;")
    print(f"every kind of rule beside them, {ruled_ms:.2f} ms a frame.")
    print()
    if peer.installed():
        faster_than_pedpy()
    else:
        print("PedPy is left out: no peers' environment (bench/requirements-peers.txt)")


def show_accuracy() -> None:
    streets()
    print()
    if peer.installed():
        equal_to_pedpy()
    else:
        print("PedPy is left out: no peers' environment (bench/requirements-peers.txt)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("accuracy", "cost"))
    if parser.parse_args().what == "cost":
        show_cost()
    else:
        show_accuracy()


if __name__ == "__main__":
    main()
