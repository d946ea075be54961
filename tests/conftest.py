"""Fixtures that several rooms use."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Machines are shared: how long an example takes says nothing.
settings.register_profile("parvis", deadline=None)
settings.load_profile("parvis")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside a development checkout; absent on a user's machine."""
    folder = Path(os.environ.get("PARVIS_ASSETS", ROOT.parent / "shared"))
    if not (folder / "data" / "MANIFEST.md").exists():
        pytest.skip(f"no real data at {folder}: set PARVIS_ASSETS to a folder that holds data/")
    return folder
