"""The attacker's bench: the whole application on a real store, in memory or on a real socket."""

import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

# The world of the server's own tests is attacked here.
sys.path.append(str(Path(__file__).resolve().parent.parent / "server"))

from server_world import World, make_world

from parvis.store import Store, sqlite_url


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "parvis.db"
    Store(sqlite_url(path), ZoneInfo("Europe/Paris")).close()
    return path


@pytest.fixture
def world(tmp_path: Path, empty_store: Path) -> Iterator[World]:
    """A server under the profile ``statistics``."""
    made = make_world(tmp_path, "statistics", empty_store)
    yield made
    made.store.close()
