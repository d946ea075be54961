from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import postgres
import pytest
from sqlalchemy import create_engine, text

from parvis.store import Store, sqlite_url

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes URLs of new empty databases, in each engine."""
    numbers = count()
    if request.param == "sqlite":
        return lambda: sqlite_url(tmp_path / f"{next(numbers)}.db")
    server: str = request.getfixturevalue("postgres_server")

    def make() -> str:
        name = f"t_{abs(hash(tmp_path))}_{next(numbers)}"
        engine = create_engine(
            server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return server.replace("/postgres?", f"/{name}?")

    return make


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store(url, PARIS) as opened:
        yield opened
