"""Write the scenarios of single objects and amenities: tests/alerts/suite/objects-NN.csv and truth.

Each has eight stages far from each other, one a kind of rule, on which an act is played that the
rule should tell, or one that it should not; who acts how, how fast, with how much noise and how
often it is seen is drawn from the seed, which is the number of the scenario.

    python tools/scenarios/objects.py tests/alerts/suite
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scenarios import objects_moving as moving
from scenarios import objects_staying as staying
from scenarios.acts import Act, Draw, Floats, Way

SCENARIOS = 44
RATES_HZ = (2.5, 2.5, 4.0, 2.5, 5.0, 3.0, 2.5)
NOISE_M = (0.0, 0.1, 0.2, 0.05, 0.3)
APART_M = 200.0

PLAYS: dict[str, tuple[tuple[Draw, ...], tuple[Draw, ...]]] = {
    "wrong_way": (moving.WRONG_WAY, moving.RIGHT_WAY),
    "speed": (moving.SPEEDING, moving.SLOW),
    "forbidden_crossing": (moving.CROSSING, moving.NOT_CROSSING),
    "intrusion": (staying.INTRUSION, staying.OUTSIDE),
    "loitering": (staying.LOITERING, staying.PASSING),
    "stopped_vehicle": (staying.STOPPED, staying.GOING_ON),
    "queue": (staying.LONG, staying.SHORT),
    "parking_full": (staying.FULL, staying.FREE),
}


class Stage:
    """Where an act is played: turned and moved on the ground."""

    def __init__(self, number: int, rng: np.random.Generator) -> None:
        angle = rng.uniform(0, 2 * np.pi)
        self._turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        self._to = np.array([APART_M * (number % 3), APART_M * (number // 3)])

    def ground(self, points: Floats) -> Floats:
        """The stage's metres → the ground's."""
        placed: Floats = points @ self._turn.T + self._to
        return placed

    def said(self, points: object) -> list[list[float]]:
        """As the truth writes them."""
        return self.ground(np.array(points, dtype=np.float64)).round(2).tolist()


def rows_of(
    way: Way, ids: list[int], rate_hz: float, noise_m: float, stage: Stage, rng: np.random.Generator
) -> list[tuple[float, int, float, float, str]]:
    """What is seen of an object: time, number, place, class."""
    first, last = np.ceil(way.times_s[0] * rate_hz), np.floor(way.end_s * rate_hz)
    times = np.arange(first, last + 1) / rate_hz
    points = np.column_stack(
        [np.interp(times, way.times_s, np.array(way.points)[:, axis]) for axis in (0, 1)]
    )
    for at_s, dx, dy in way.leaps:
        points[np.argmin(np.abs(times - at_s))] += (dx, dy)
    points = stage.ground(points) + rng.normal(0, 1, points.shape) * noise_m
    rows, number, next_id = [], -1, -1
    for t, (x, y) in zip(times.tolist(), points.tolist(), strict=True):
        if any(a < t < b for a, b in way.hidden):
            continue
        part = sum(t >= at_s for at_s in way.breaks_s)
        if part != number:
            number, next_id = part, len(ids)
            ids.append(next_id)
        rows.append((t, next_id, x, y, way.of))
    return rows


def played(number: int) -> tuple[str, dict[str, object]]:
    """One scenario: its CSV and its truth."""
    rng = np.random.default_rng(number)
    rate_hz, noise_m = RATES_HZ[number % len(RATES_HZ)], NOISE_M[number % len(NOISE_M)]
    begin_s = 0.0 if number % 4 == 0 else round(float(rng.uniform(1, 5000)), 1)
    ids: list[int] = []
    rows: list[tuple[float, int, float, float, str]] = []
    truth: dict[str, dict[str, object]] = {"zones": {}, "lines": {}, "rules": {}}
    events = []
    for i, (kind, (told, quiet)) in enumerate(PLAYS.items()):
        acts = (told, quiet)[(number + i) % 2]
        act = acts[(number // 2) % len(acts)](rng)
        stage = Stage(i, rng)
        for way in act.ways:
            rows += rows_of(way, ids, rate_hz, noise_m, stage, rng)
        _draw(kind, act, stage, truth)
        if act.event is not None:
            from_s, to_s = (round(begin_s + s, 1) for s in act.event)
            events.append({"rule": kind, "from_s": from_s, "to_s": to_s})
    lines = ["t_s,id,x_m,y_m,class"]
    for t, one, x, y, of in sorted(rows):
        lines.append(f"{begin_s + t:.2f},{one},{x:.2f},{y:.2f},{of}")
    return "\n".join(lines) + "\n", {**truth, "events": events}


def _draw(kind: str, act: Act, stage: Stage, truth: dict[str, dict[str, object]]) -> None:
    on = []
    for name, zone in act.zones.items():
        said = {**zone, "polygon": stage.said(zone["polygon"])}
        if "way" in zone:
            said["way"] = stage.said(zone["way"])
        truth["zones"][f"{kind}-{name}"] = said
        on.append(f"{kind}-{name}")
    for name, line in act.lines.items():
        truth["lines"][f"{kind}-{name}"] = {**line, "points": stage.said(line["points"])}
        on.append(f"{kind}-{name}")
    looks_at_view = kind in ("stopped_vehicle", "speed")
    where = {} if looks_at_view else {"on": on}
    truth["rules"][kind] = {"kind": kind, **where, **act.rule}


def main(folder: Path) -> None:
    """Write them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(SCENARIOS):
        walks, truth = played(number)
        (folder / f"objects-{number:02d}.csv").write_text(walks)
        (folder / f"objects-{number:02d}.truth.json").write_text(json.dumps(truth, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
