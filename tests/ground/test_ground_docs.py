"""The examples of the page on the ground are sound."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from parvis.ground.from_site import ground_of
from parvis.site.ground import Ground
from parvis.values.frame import FrameSize

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("page", ["en/ground.md", "fr/sol.md"])
def test_the_examples_calibrate(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        said = YAML(typ="safe").load(example)["ground"]
        found = ground_of(Ground.model_validate(said), FrameSize(1920, 1080))
        camera = found.calibration.camera
        assert camera is not None and 4 < camera.height_m < 10
