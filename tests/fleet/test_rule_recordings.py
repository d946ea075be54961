"""Rules tried on a recording: from its pixels to the alert, by the command that a user types."""

import json
from pathlib import Path

from typer.testing import CliRunner

from parvis.cli import app

SITES = Path(__file__).resolve().parents[2] / "bench" / "sites"

LAWN = """
    zones:
      lawn:
        polygon: [[0.02, 0.62], [0.3, 0.62], [0.3, 0.95], [0.02, 0.95]]
        use: forbidden
    ground:"""
RULES = """
rules:
  lawn: {kind: intrusion, on: [pets.lawn], cooldown_s: 5}
  crowd: {kind: density, on: [pets.lawn], levels: {watch: 1.0}}
"""


def test_who_walks_on_the_lawn_is_told_from_the_video(shared: Path, tmp_path: Path) -> None:
    """The truth: annotated feet are on it from 54.5 to 57.5 s, and from 67.4 to 71.4 s."""
    text = (SITES / "pets.yaml").read_text(encoding="utf-8")
    video = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    text = text.replace("source: vtest.mp4", f"source: {video}").replace("\n    ground:", LAWN)
    (tmp_path / "pets.site.yaml").write_text(text + RULES, encoding="utf-8")
    events = [
        {"rule": "lawn", "from_s": 54.5, "to_s": 57.5},
        {"rule": "lawn", "from_s": 67.4, "to_s": 71.4},
    ]
    (tmp_path / "pets.events.json").write_text(json.dumps(events), encoding="utf-8")
    done = CliRunner().invoke(app, ["rules", "score", "--suite", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    found = {one["rule"]: one for one in json.loads(done.output)}
    assert (found["intrusion"]["found"], found["intrusion"]["false_alarms"]) == (2, 0)
    assert (found["density"]["quiet"], found["density"]["negatives"]) == (1, 1)


def test_a_rule_is_replayed_on_a_video(shared: Path, tmp_path: Path) -> None:
    text = (SITES / "pets.yaml").read_text(encoding="utf-8").replace("\n    ground:", LAWN)
    site = tmp_path / "site.yaml"
    site.write_text(text + RULES, encoding="utf-8")
    video = shared / "data/video/pets2009_s2l1_view001_vtest.avi"
    command = ["rules", "replay", "--site", str(site), "--video", str(video), "--rule"]
    done = CliRunner().invoke(app, [*command, "lawn"])
    assert "lawn would have fired 2 times" in done.output
    assert "pets.lawn" in done.output
    refused = CliRunner().invoke(app, [*command, "other"])
    assert "name one of lawn, crowd" in refused.output


def test_a_recording_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.events.json").write_text("[]", encoding="utf-8")
    done = CliRunner().invoke(app, ["rules", "score", "--suite", str(tmp_path)])
    assert done.exit_code == 1
    assert "a.site.yaml" in done.output
