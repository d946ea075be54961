"""PedPy on trajectories that come as arrays: its figures and the processor seconds it took.

Run by the peers' environment (bench/requirements-peers.txt), with the folder of a request.npz that
holds ``id, frame, x, y``, and request.json: ``fps``, ``walkable``, ``area``, ``line``, ``step`` and
``what``, a list of n_t, classic, voronoi, speed, each done ``repeats`` times (once when not said).
Writes answer.npz beside them, with the seconds of each (the median) and ``taking_s``, those for
making PedPy's table of the arrays.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pedpy


def measured(
    what: str, trajectories: pedpy.TrajectoryData, area: pedpy.MeasurementArea, asked: dict
) -> tuple[dict, dict]:
    """The columns of one measure, and those of the cells where it has some."""
    more = {}
    if what == "n_t":
        n_t, _ = pedpy.compute_n_t(
            traj_data=trajectories, measurement_line=pedpy.MeasurementLine(asked["line"])
        )
        found = {"frame": n_t.frame, "n": n_t.cumulative_pedestrians}
    elif what == "classic":
        classic = pedpy.compute_classic_density(traj_data=trajectories, measurement_area=area)
        found = {"frame": classic.frame, "density": classic.density}
    elif what == "voronoi":
        cells = pedpy.compute_individual_voronoi_polygons(
            traj_data=trajectories,
            walkable_area=pedpy.WalkableArea(asked["walkable"]),
            cut_off=pedpy.Cutoff(radius=1.0, quad_segments=3),
        )
        density, _ = pedpy.compute_voronoi_density(
            individual_voronoi_data=cells, measurement_area=area
        )
        more = {f"cells_{k}": cells[k].to_numpy() for k in ("id", "frame", "density")}
        found = {"frame": density.frame, "density": density.density}
    else:
        speed = pedpy.compute_individual_speed(
            traj_data=trajectories, frame_step=asked["step"], compute_velocity=True
        )
        found = {k: speed[k] for k in ("id", "frame", "speed")}
    return found, more


def main() -> None:
    folder = Path(sys.argv[1])
    asked = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    arrays = np.load(folder / "request.npz")
    rows = pd.DataFrame({name: arrays[name] for name in ("id", "frame", "x", "y")})
    began_s = time.process_time()
    trajectories = pedpy.TrajectoryData(rows, frame_rate=asked["fps"])
    answer: dict[str, np.ndarray | float] = {"taking_s": time.process_time() - began_s}
    area = pedpy.MeasurementArea(asked["area"])
    for what in asked["what"]:
        took_s = []
        for _ in range(asked.get("repeats", 1)):
            began_s = time.process_time()
            found, more = measured(what, trajectories, area, asked)
            took_s.append(time.process_time() - began_s)
        answer[f"{what}_s"] = float(np.median(took_s))
        answer |= {f"{what}_{k}": np.asarray(v) for k, v in found.items()}
        answer |= more
    np.savez(folder / "answer.npz", **answer)


if __name__ == "__main__":
    main()
