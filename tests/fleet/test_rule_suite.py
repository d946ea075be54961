"""Scenarios are read with care, played through the live rules, and scored."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from parvis.cli import app
from parvis.fleet.rule_scores import scored
from parvis.fleet.rule_suite import SuiteError, read_scenario, read_walks

SQUARE = [[0, 0], [6, 0], [6, 6], [0, 6]]


def write(folder: Path, name: str, rows: list[str], **truth: object) -> Path:
    (folder / f"{name}.csv").write_text("t_s,id,x_m,y_m\n" + "\n".join(rows) + "\n")
    (folder / f"{name}.truth.json").write_text(json.dumps(truth))
    return folder / f"{name}.truth.json"


def crowd(people: int, seconds: int) -> list[str]:
    """So many people who stand in the square, jostling a little."""
    rng = np.random.default_rng(1)
    side = int(np.ceil(np.sqrt(people)))
    spots = [(0.3 + 5.4 * (i % side) / side, 0.3 + 5.4 * (i // side) / side) for i in range(people)]
    return [
        f"{t / 2},{i},{x + rng.normal(0, 0.02):.3f},{y + rng.normal(0, 0.02):.3f}"
        for t in range(2 * seconds)
        for i, (x, y) in enumerate(spots)
    ]


def test_a_crowd_is_found_and_a_few_people_are_not(tmp_path: Path) -> None:
    rules = {"dense": {"kind": "density", "levels": {"watch": 1.0, "warn": 2.0}, "for_s": 10}}
    zones = {"square": {"polygon": SQUARE, "use": "walkway"}}
    events = [{"rule": "dense", "from_s": 0, "to_s": 40}]
    write(tmp_path, "crowd", crowd(64, 40), zones=zones, rules=rules, events=events)
    write(tmp_path, "few", crowd(9, 40), zones=zones, rules=rules)
    (density,), faults = scored(tmp_path)
    assert not faults
    assert (density.found, density.missed, density.quiet, density.false) == (1, 0, 1, 0)
    assert density.delay_s <= 2.0
    said = CliRunner().invoke(app, ["rules", "score", "--suite", str(tmp_path), "--json"])
    assert json.loads(said.output)[0]["recall"] == 1.0


def test_an_alert_without_an_event_is_false_and_an_event_without_one_is_missed(
    tmp_path: Path,
) -> None:
    rules = {"dense": {"kind": "density", "levels": {"watch": 1.0}, "for_s": 10}}
    zones = {"square": {"polygon": SQUARE}}
    events = [{"rule": "dense", "from_s": 200, "to_s": 240}]
    write(tmp_path, "crowd", crowd(64, 40), zones=zones, rules=rules, events=events)
    (density,), faults = scored(tmp_path)
    assert (density.found, density.missed, density.false) == (0, 1, 1)
    assert len(faults) == 2


def test_without_rules_the_defaults_run(tmp_path: Path) -> None:
    events = [{"rule": "density", "from_s": 0, "to_s": 60}]
    zones = {"square": {"polygon": SQUARE, "use": "walkway"}}
    write(tmp_path, "crowd", crowd(80, 60), zones=zones, events=events)
    scores, _ = scored(tmp_path)
    assert {one.kind.value: one.found for one in scores}["density"] == 1
    assert "queue" not in {one.kind.value for one in scores}, "no queue is drawn: nothing is shown"


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        ({"zones": {"a": {"polygon": [[0, 0], [1, 0]]}}}, "zones.a.polygon"),
        ({"rules": {"a": {"kind": "nonsense"}}}, "rules.a.kind"),
        ({"rules": {"a": {"kind": "density", "on": ["b"]}}}, "no zone or line 'b'"),
        ({"rules": {"a": {"kind": "density", "levels": {"watch": 2, "warn": 1}}}}, "rules.a.level"),
        ({"events": [{"rule": "x", "from_s": 0, "to_s": 1}]}, "no rule 'x' runs"),
        ({"events": [{"rule": "density", "from_s": 2, "to_s": 1}]}, "ends before it begins"),
        ({"other": 1}, "other"),
    ],
)
def test_a_truth_that_makes_no_sense_is_refused(
    tmp_path: Path, truth: dict[str, object], said: str
) -> None:
    path = write(tmp_path, "one", ["0,1,0,0"], **truth)
    with pytest.raises(SuiteError, match=said) as error:
        read_scenario(tmp_path / "one.csv", path)
    assert error.value.remedy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("t_s,id,x_m\n0,1,2\n", "no column y_m"),
        ("t_s,id,x_m,y_m\n0,1,2,\n", "line 2"),
        ("t_s,id,x_m,y_m\n0,1,2,nan\n", "not a finite number"),
        ("t_s,id,x_m,y_m,class\n0,1,2,3,ghost\n", "unknown class"),
    ],
)
def test_walks_that_cannot_be_read_name_the_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "walks.csv").write_text(text)
    with pytest.raises(SuiteError, match=said):
        read_walks(tmp_path / "walks.csv")


def test_walks_need_not_be_sorted_and_ids_may_be_words(tmp_path: Path) -> None:
    (tmp_path / "walks.csv").write_text(
        "t_s,id,x_m,y_m\n1,ana,1,1\n0,bob,0,0\n0,ana,0,1\n1,bob,1,0\n"
    )
    walks = read_walks(tmp_path / "walks.csv")
    assert walks.times_s.tolist() == [0, 0, 1, 1]
    assert [len(frame) for frame in walks.frames()] == [2, 2]


def stops(seconds: int) -> list[str]:
    """Something that comes along a street and stands there."""
    xs = [*range(-20, 11, 2), *[11] * (2 * seconds)]
    return [f"{i / 2},a,{x},2" for i, x in enumerate(xs)]


def test_where_no_classes_are_named_objects_are_what_the_rules_watch(tmp_path: Path) -> None:
    rule = {"kind": "stopped_vehicle", "levels": {"watch": 30}, "classes": ["car"]}
    events = [{"rule": "stopped", "from_s": 37, "to_s": 47}]
    write(tmp_path, "alone", stops(40), rules={"stopped": rule}, events=events)
    walks = {"kind": "loitering", "levels": {"watch": 600}}
    rules = {"stopped": rule, "walks": walks}
    write(tmp_path, "mixed", stops(40), rules=rules, events=events)
    write(tmp_path, "ready-made", stops(100))
    scores, faults = scored(tmp_path)
    assert not faults
    assert {one.kind.value: one.found for one in scores}["stopped_vehicle"] == 2
    alone = read_scenario(tmp_path / "alone.csv", tmp_path / "alone.truth.json")
    assert set(alone.walks.classes.tolist()) == {6}


def test_two_events_taken_together_in_one_alert_are_both_found(tmp_path: Path) -> None:
    zones = {"closed": {"polygon": SQUARE, "use": "forbidden"}}
    rows = [f"{t / 4},{t // 120},{-6 + (t % 120) * 0.3:.2f},3" for t in range(180)]
    rules = {"closed": {"kind": "intrusion", "on": ["closed"]}}
    events = [
        {"rule": "closed", "from_s": 5, "to_s": 10},
        {"rule": "closed", "from_s": 35, "to_s": 40},
    ]
    write(tmp_path, "twice", rows, zones=zones, rules=rules, events=events)
    (intrusion,), faults = scored(tmp_path)
    assert not faults
    assert (intrusion.found, intrusion.missed, intrusion.false) == (2, 0, 0)
