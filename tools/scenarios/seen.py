"""How a camera sees people: errors of positions, tracks that break, a clock that began earlier."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass
class Played:
    """A scenario: rows of (seconds, id, x, y), and its truth."""

    rows: Floats
    zones: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[str, float, float]] = field(default_factory=list)

    def write(self, folder: Path, name: str) -> None:
        """NAME.csv and NAME.truth.json."""
        lines = ["t_s,id,x_m,y_m"]
        lines += [
            f"{t:.2f}".rstrip("0").rstrip(".") + f",{i:.0f},{x:.1f},{y:.1f}"
            for t, i, x, y in self.rows.tolist()
        ]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        truth = {
            "zones": self.zones,
            "lines": {},
            "rules": self.rules,
            "events": [
                {"rule": rule, "from_s": round(a, 1), "to_s": round(b, 1)}
                for rule, a, b in self.events
            ],
        }
        text = json.dumps(truth, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{name}.truth.json").write_text(text, encoding="utf-8")


def degraded(
    played: Played,
    rng: np.random.Generator,
    *,
    noise_m: float = 0.0,
    break_s: float = 0.0,
    start_s: float = 0.0,
) -> Played:
    """The same as a worse camera sees it.

    Args:
        noise_m: standard error of each coordinate of each position.
        break_s: mean time between breaks of a track; a break hides its person for up to a second,
            who then has a new id. 0: none.
        start_s: added to all times.
    """
    rows = played.rows.copy()
    if break_s:
        rows = _broken(rows, rng, break_s)
    rows[:, 2:] += rng.normal(0.0, noise_m, (len(rows), 2)) if noise_m else 0.0
    rows[:, 0] += start_s
    events = [(rule, a + start_s, b + start_s) for rule, a, b in played.events]
    return Played(rows, played.zones, played.rules, events)


def _broken(rows: Floats, rng: np.random.Generator, break_s: float) -> Floats:
    parts, number = [], 0
    for one in np.unique(rows[:, 1]):
        mine = rows[rows[:, 1] == one]
        t = mine[0, 0]
        while t <= mine[-1, 0]:
            until = t + rng.exponential(break_s)
            part = mine[(mine[:, 0] >= t) & (mine[:, 0] < until)].copy()
            part[:, 1] = number
            number += 1
            parts.append(part)
            t = until + rng.uniform(0.0, 1.0)
    joined = np.concatenate(parts)
    return joined[np.argsort(joined[:, 0], kind="stable")]
