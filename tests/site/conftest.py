"""A site.yaml on disk, to be edited, watched and broken."""

from pathlib import Path

import pytest
from commented_site import COMMENTED


@pytest.fixture
def site_yaml(tmp_path: Path) -> Path:
    path = tmp_path / "site.yaml"
    path.write_text(COMMENTED, encoding="utf-8")
    return path
