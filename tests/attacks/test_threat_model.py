"""The threat model names tests: they exist, and no attack of this folder is left out of it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = frozenset(
    re.findall(
        r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    )
)


def test_every_test_that_the_threat_model_names_exists() -> None:
    assert len(NAMED) > 30
    assert not {name for name in NAMED if not (ROOT / name).is_file()}


def test_every_attack_stands_in_the_threat_model() -> None:
    attacks = {f"tests/attacks/{path.name}" for path in Path(__file__).parent.glob("test_attack_*")}
    assert attacks <= NAMED
