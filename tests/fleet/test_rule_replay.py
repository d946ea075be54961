"""A rule is played over a site's own store, by the command that a technician types."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.fleet.test_place_ladders import site as staged
from typer.testing import CliRunner

from parvis.cli import app
from parvis.fleet.layout import DataFolder
from parvis.store import Store
from parvis.values.measure import Measure, Spread
from parvis.values.minute import ClosedMinute
from parvis.values.series import Series, SeriesKind

SITE = """
site: {name: Essai}
cameras:
  quai:
    label: Quai
    source: rtsp://192.0.2.10/main
    zones:
      terrasse: {polygon: [[0.2, 0.4], [0.6, 0.4], [0.6, 0.9], [0.2, 0.9]], use: walkway}
      file: {polygon: [[0.7, 0.4], [0.9, 0.4], [0.9, 0.9]], use: queue}
rules:
  monde: {kind: threshold, indicator: people, on: [quai.terrasse], levels: {watch: 10}, for_s: 120}
  course: {kind: crowd_movement}
"""
T0 = 1_800_000_000 // 60 * 60


def recorded(folder: Path, people: list[float | None]) -> Path:
    site = folder / "site.yaml"
    site.write_text(SITE)
    (folder / "data").mkdir()
    series = Series("quai", SeriesKind.OCCUPANCY, "terrasse", "person")
    with Store(DataFolder(folder / "data").database_url) as store:
        store.record(
            [
                ClosedMinute(
                    "quai",
                    "run",
                    T0 + 60.0 * i,
                    60.0,
                    (Measure(series, T0 + 60.0 * i, T0 + 60.0 * (i + 1), n, Spread(), 60.0, 60.0),),
                )
                for i, n in enumerate(people)
                if n is not None
            ]
        )
    return site


def said(site: Path, rule: str, *more: str) -> str:
    times = ["--from", "2027-01-15T08:00+00:00", "--to", "2027-01-15T09:00+00:00"]
    command = ["rules", "replay", "--site", str(site), "--rule", rule, *times, *more]
    return " ".join(CliRunner().invoke(app, command).output.split())


def test_what_was_stored_is_played_and_gaps_are_told(tmp_path: Path) -> None:
    people: list[float | None] = [2.0] * 10 + [14.0] * 5 + [2.0] * 20 + [None] * 5 + [21.0] * 4
    site = recorded(tmp_path, people + [2.0] * 10)
    told = said(site, "monde")
    assert "monde would have fired 2 times" in told
    assert "quai.terrasse" in told
    assert "gaps, not calm" in told
    assert "would have fired 1 times" in said(site, "monde", "--level", "20")


LOW = {"density": [0.005, 0.01, 5.0], "source": "dossier de sécurité"}


@pytest.mark.parametrize(
    ("rule", "ladders", "times"),
    [
        ({"kind": "density"}, {}, 0),
        ({"kind": "density"}, {"parc": LOW}, 1),
        ({"kind": "density", "levels": {"watch": 1.0}}, {"parc": LOW}, 0),
    ],
    ids=["the kind's own", "the place's own", "the rule's own"],
)
def test_a_rule_climbs_the_ladder_that_it_climbs_live(
    tmp_path: Path, rule: dict[str, Any], ladders: dict[str, Any], times: int
) -> None:
    """Dense at 0.02 people a square metre, where the safety file of the place says so."""
    told = staged(**ladders).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    path = tmp_path / "site.yaml"
    path.write_text(json.dumps(told | {"rules": {"dense": rule}}), encoding="utf-8")
    (tmp_path / "data").mkdir()
    series = Series("pets", SeriesKind.DENSITY_VORONOI, "square", "person")
    with Store(DataFolder(tmp_path / "data").database_url) as store:
        for i, value in enumerate([0.0] * 5 + [0.02] * 5 + [0.0] * 5):
            start_s = T0 + 60.0 * i
            measure = Measure(series, start_s, start_s + 60.0, value, Spread(), 60.0, 60.0)
            store.record([ClosedMinute("pets", "run", start_s, 60.0, (measure,))])
    found = said(path, "dense")
    assert f"dense would have fired {times} times" in found
    if times:
        assert "warn" in found, "0.02 is above the second rung"


def test_what_is_not_stored_cannot_be_played(tmp_path: Path) -> None:
    site = recorded(tmp_path, [1.0])
    assert "mode: shadow" in said(site, "course")
    assert "Name one of monde, course" in said(site, "other")
