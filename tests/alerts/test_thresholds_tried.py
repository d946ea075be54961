"""A threshold on a live indicator of a zone can be tried on a scenario."""

import json
from pathlib import Path

import pytest

from parvis.fleet.rule_scores import scored

ZONE = {"polygon": [[0, 0], [10, 0], [10, 8], [0, 8]], "use": "walkway"}


def suite(folder: Path, rule: dict[str, object], people: int, mps: float) -> Path:
    """People who stroll about in a zone from the twentieth second on."""
    lines = ["t_s,id,x_m,y_m"]
    for step in range(160):
        t = step * 0.5
        lines.append(f"{t},0,-5,{1 + step % 2 * 0.1}")
        for i in range(people if 20 <= t < 60 else 0):
            there = (1.0 + 0.8 * i + mps * (t - 20)) % 16.0
            x = there + 1 if there < 8 else 17 - there
            lines.append(f"{t},{i + 1},{x:.2f},{1 + 0.5 * i:.2f}")
    (folder / "one.csv").write_text("\n".join(lines) + "\n")
    events = [{"rule": "t", "from_s": 20, "to_s": 60}]
    truth = {"zones": {"square": ZONE}, "rules": {"t": rule}, "events": events}
    (folder / "one.truth.json").write_text(json.dumps(truth))
    return folder


@pytest.mark.parametrize(
    ("indicator", "level", "found"),
    [("people", 10, 1), ("people", 13, 0), ("density", 0.1, 1), ("density", 0.5, 0),
     ("speed", 0.8, 1), ("speed", 2.0, 0)],
)  # fmt: skip
def test_it_is_raised_where_the_indicator_passes_it(
    tmp_path: Path, indicator: str, level: float, found: int
) -> None:
    rule = {"kind": "threshold", "indicator": indicator, "levels": {"watch": level}, "for_s": 10}
    (score,), _ = scored(suite(tmp_path, rule, people=12, mps=1.0))
    assert (score.positives, score.found, score.false) == (1, found, 0)
    assert not found or score.delay_s <= 5.0
